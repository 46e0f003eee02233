//! `kiemtin mcp`: an assistant on this machine, over standard input and output.
#![expect(clippy::unwrap_used, reason = "a story that stops is a failed test")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::helper::desk::TempFolder;
use crate::helper::program::{command, run};

/// The program that answers, until it is dropped.
struct Answering(Child);

impl Answering {
    fn on(data: &Path) -> Self {
        let data = data.to_str().expect("a path of UTF-8");
        let public_url = ["--public-url", "https://desk.example"];
        let mut command = command(&[&["mcp", "--data", data], &public_url[..]].concat());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(command.spawn().expect("it starts"))
    }

    /// Sends lines and ends; the lines that come back, and what stands on standard error.
    fn says(mut self, lines: &[String]) -> (Vec<Value>, String) {
        let mut to = self.0.stdin.take().expect("piped");
        let mut from = BufReader::new(self.0.stdout.take().expect("piped")).lines();
        let mut answers = Vec::new();
        for line in lines {
            writeln!(to, "{line}").unwrap();
            // A note is not answered; a line that is no message may be.
            if line.contains("\"id\"") {
                let answer = from.next().expect("an answer").expect("UTF-8");
                answers.push(serde_json::from_str(&answer).expect("nothing but messages"));
            }
        }
        drop(to);
        let rest: Vec<String> = from.map(Result::unwrap).collect();
        assert!(rest.is_empty(), "nothing but messages: {rest:?}");
        let mut err = String::new();
        std::io::Read::read_to_string(&mut self.0.stderr.take().expect("piped"), &mut err).unwrap();
        assert!(self.0.wait().expect("it ends").success(), "{err}");
        (answers, err)
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        // It may have ended long ago; a test that fails must not leave a program behind.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The files of a folder with their bytes, but for those that SQLite shares between readers.
fn files(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let is_shared =
            path.to_str().is_some_and(|it| it.ends_with("-shm") || it.ends_with("-wal"));
        if path.is_dir() {
            files(&path, found);
        } else if !is_shared {
            found.insert(path.clone(), std::fs::read(&path).expect("readable"));
        }
    }
}

fn message(id: u32, method: &str, params: Value) -> String {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string()
}

#[test]
fn an_assistant_asks_over_standard_input_and_the_folder_stays_as_it_is() {
    let folder = TempFolder::new();
    let data = folder.path("data");
    run(&data, &["demo", "--no-serve"]).works();
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    files(&data, &mut before);
    let hello = json!({
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" },
    });
    let search = json!({ "name": "search_reviews", "arguments": { "query": "tỏi COVID" } });
    let note = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string();
    let hostile =
        json!({ "name": "match_text", "arguments": { "text": "\u{0}zqcanary\n\u{202e}" } });
    let (answers, err) = Answering::on(&data).says(&[
        message(1, "initialize", hello),
        note,
        message(2, "tools/list", json!({})),
        message(3, "tools/call", search),
        message(4, "tools/call", hostile),
        message(
            5,
            "tools/call",
            json!({ "name": "read_review", "arguments": { "number": "zqcanary" } }),
        ),
        message(6, "tools/call", json!({ "name": "zqcanary" })),
        message(7, "zqcanary", json!({ "zqcanary": "zqcanary" })),
    ]);
    let [hello, tools, found, nothing, refused @ ..] = &answers[..] else { panic!("{answers:#?}") };
    assert_eq!(refused.len(), 3);
    assert_eq!(hello["result"]["serverInfo"]["name"], "kiemtin");
    assert_eq!(tools["result"]["tools"].as_array().unwrap().len(), 3);
    let words = found["result"]["content"][0]["text"].as_str().unwrap();
    assert!(words.contains("https://desk.example/vi/c/"), "{found:#}");
    assert_ne!(nothing["result"]["isError"], true, "{nothing:#}");
    assert!(!err.contains("zqcanary"), "{err}");
    files(&data, &mut after);
    assert!(before == after, "a file changed");
}

#[test]
fn whoever_goes_at_once_or_names_no_desk_is_told_so() {
    let folder = TempFolder::new();
    run(&folder.path("none"), &["mcp"]).fails("none");
    let data = folder.path("data");
    run(&data, &["demo", "--no-serve"]).works();
    assert_eq!(run(&data, &["mcp"]).works().out, "");
}

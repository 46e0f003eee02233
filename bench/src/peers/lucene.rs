//! Lucene through Anserini: its BM25 (k1 .9, b .4) with its English analyser (stop words out,
//! Porter stems).
//!
//! Anserini makes the index, of word counts without positions. `Ask.java` searches it.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::json;

use super::{Claim, Peer};
use crate::program::Folder;

const ASK: &str = include_str!("Ask.java");
/// Anserini reads a file with one thread; so many files, so many threads.
const FILES: usize = 2;

/// A running Java. Dropping it ends it.
pub(super) struct Lucene {
    java: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
    index: PathBuf,
}

impl Lucene {
    /// What another index left in the folder goes.
    pub(super) fn new(claims: &[Claim], jar: &Path, folder: &Folder) -> anyhow::Result<Self> {
        let (texts, index) = (folder.path("lucene-texts"), folder.path("lucene-index"));
        for old in [&texts, &index].into_iter().filter(|it| it.exists()) {
            fs::remove_dir_all(old)?;
        }
        fs::create_dir_all(&texts)?;
        for nth in 0..FILES {
            let mut file = BufWriter::new(File::create(texts.join(format!("{nth}.jsonl")))?);
            for (number, claim) in claims.iter().enumerate().skip(nth).step_by(FILES) {
                let line = json!({ "id": number.to_string(), "contents": claim.joined() });
                writeln!(file, "{line}")?;
            }
            file.flush()?;
        }
        let out = Command::new("java")
            .arg("-cp")
            .arg(jar)
            .args(["io.anserini.index.IndexCollection", "-collection", "JsonCollection"])
            .args(["-generator", "DefaultLuceneDocumentGenerator", "-optimize"])
            .args(["-threads", &FILES.to_string(), "-input"])
            .arg(&texts)
            .arg("-index")
            .arg(&index)
            .output()
            .context("java")?;
        let said = String::from_utf8_lossy(&out.stdout);
        let wrong = String::from_utf8_lossy(&out.stderr);
        ensure!(out.status.success() && index.exists(), "no index: {said}{wrong}");
        fs::remove_dir_all(&texts)?;
        let source = folder.write("Ask.java", ASK)?;
        // One thread collects garbage: with several, searches would have the help of other cores.
        let mut java = Command::new("java")
            .args(["-XX:+UseSerialGC", "-Xmx512m", "-cp"])
            .args([jar.as_os_str(), source.as_ref(), index.as_os_str()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let ask = java.stdin.take().context("stdin was piped above")?;
        let answers = BufReader::new(java.stdout.take().context("stdout was piped above")?);
        let mut res = Self { java, ask, answers, index };
        let n = res.line()?;
        ensure!(n == claims.len().to_string(), "claims were lost on the way: Lucene has {n}");
        Ok(res)
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        ensure!(line.ends_with('\n'), "Java ended");
        Ok(line.trim_end().to_owned())
    }
}

impl Peer for Lucene {
    fn name(&self) -> &'static str {
        "lucene"
    }

    fn ask(&mut self, text: &str, limit: usize) -> anyhow::Result<(Vec<usize>, Duration)> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(self.ask, "{limit}\t{text}")?;
        self.ask.flush()?;
        let line = self.line()?;
        let (nanos, found) = line.split_once('\t').context("an answer has two fields")?;
        let found = found.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        Ok((found, Duration::from_nanos(nanos.parse()?)))
    }

    fn size(&self) -> anyhow::Result<String> {
        let files = fs::read_dir(&self.index)?;
        let sizes = files.map(|it| Ok(it?.metadata()?.len()));
        let disk: u64 = sizes.sum::<std::io::Result<u64>>()?;
        let status = fs::read_to_string(format!("/proc/{}/status", self.java.id()))?;
        let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let memory = line.trim().trim_end_matches(" kB").parse::<u64>()? >> 10;
        Ok(format!("{memory} MB resident (Java and all), {} MB on disk", disk >> 20))
    }
}

impl Drop for Lucene {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone after this.
        drop(self.java.kill());
        drop(self.java.wait());
    }
}

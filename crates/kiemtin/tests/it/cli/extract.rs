//! `kiemtin extract`: clean text out of files of all kinds, never a failure over a bad one.

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::collect::pages::{article, story};
use crate::helper::desk::TempFolder;
use crate::helper::program::{Ran, command};

fn bare(args: &[&str]) -> Ran {
    Ran::of(&mut command(args))
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).expect("memory");
    packer.finish().expect("memory")
}

fn folder() -> TempFolder {
    let folder = TempFolder::new();
    let page = article("Cầu Rồng mở cửa lại", &story("cầu Rồng"));
    for (name, bytes) in [
        ("a.html", page.as_bytes().to_vec()),
        ("b/c.html.gz", gzipped(page.as_bytes())),
        ("d.txt", "Thông báo\n\nNước sông dâng nhanh từ sáng nay.".as_bytes().to_vec()),
        ("e.bin", vec![0, 159, 146, 150, 0, 1, 2]),
        ("f.html", page.as_bytes()[..page.len() / 3].to_vec()),
        (".hidden", b"no".to_vec()),
    ] {
        let path = folder.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    }
    folder
}

#[test]
fn a_folder_becomes_one_line_of_json_a_document_in_the_order_of_its_names() {
    let folder = folder();
    let path = folder.path("");
    let path = path.to_str().expect("text");
    for jobs in ["1", "4"] {
        let ran = bare(&["extract", path, "--json", "--jobs", jobs]).works().out;
        let lines: Vec<Value> =
            ran.lines().map(|it| serde_json::from_str(it).expect("JSON")).collect();
        let names: Vec<&str> = lines
            .iter()
            .map(|it| it["file"].as_str().expect("a name").trim_start_matches(path))
            .collect();
        assert_eq!(names, ["/a.html", "/b/c.html.gz", "/d.txt", "/e.bin", "/f.html"]);
        let page = &lines[0];
        let fields: Vec<&String> = page.as_object().expect("an object").keys().collect();
        assert_eq!(fields, ["date", "file", "lang", "problems", "text", "title", "url"]);
        assert_eq!(page["title"], "Cầu Rồng mở cửa lại");
        assert_eq!(page["date"], "2026-11-23");
        assert_eq!(page["lang"], "vi");
        let text = page["text"].as_str().expect("text");
        assert!(text.contains("niêm yết công khai") && !text.contains("Tin liên quan"), "{text}");
        assert!(!ran.contains("Người Viết Bài"));
        assert_eq!(lines[1]["text"], page["text"], "packed or not");
        assert_eq!(lines[2]["title"], "Thông báo");
        assert_eq!(lines[3]["text"], "");
        assert!(!lines[3]["problems"].as_array().expect("a list").is_empty());
    }
}

#[test]
fn people_read_it_too_and_nothing_is_stored() {
    let folder = folder();
    let file = folder.path("a.html");
    let said = bare(&["extract", file.to_str().expect("text")]).works().out;
    for expected in ["title    Cầu Rồng mở cửa lại", "date     2026-11-23", "lang     vi"]
    {
        assert!(said.contains(expected), "{said}");
    }
    assert!(!folder.path("data").exists());
}

#[test]
fn what_was_named_and_is_not_there_is_a_failure_that_says_so() {
    bare(&["extract", "/no/such/file"]).fails("cannot open /no/such/file");
    bare(&["extract"]).ends(2);
    bare(&["extract", "ftp://bao.example/a"]).fails("cannot open ftp://bao.example/a");
}

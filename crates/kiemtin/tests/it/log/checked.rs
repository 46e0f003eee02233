//! Whoever changes a log is found out.

use std::fs;
use std::path::Path;
use std::process::Command;

use kiemtin::log::note::{Kind, PrivateKey, signed};
use kiemtin_core::log_entry::{EntryKind, LogEntry, Subject};
use kiemtin_core::time::Timestamp;
use kiemtin_core::tree::{self, Hashes, TilePath};

use super::{body, desk, key};
use crate::helper::desk::TempFolder;
use crate::helper::program::{Ran, command, run};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

#[test]
fn a_log_is_checked_at_its_site_with_and_without_a_key() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    let desk = desk(&data);
    let site = format!("http://{}", desk.address);
    verify(&site, &[]).works().says("consistent, key not pinned").says("which fits");
    verify(&format!("{site}/log/"), &["--vkey", &key(&data)]).works().says("key that you gave");
    let other = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    verify(&site, &["--vkey", other]).ends(1).says("WRONG  the checkpoint's signature");
    let json = verify(&site, &["--json"]).works().out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["wrong"], serde_json::json!([]));
    assert!(0 < json["documents"].as_i64().expect("a number"), "{json}");
    for path in ["/log/tile/0/000.p/255", "/log/tile/0/0", "/log/documents/99", "/log/proofs/0"] {
        assert!(desk.get(path).expect("an answer").starts_with("HTTP/1.1 404"), "{path}");
    }
    let page = body(&desk, "/vi/c/1");
    let (_, proof) = page.split_once("/log/proofs/").expect("the page links its proof");
    let proof = body(&desk, &format!("/log/proofs/{}", proof.split('"').next().expect("a name")));
    assert!(proof.starts_with("c2sp.org/tlog-proof@v1\nindex "), "{proof}");
    desk.end();
    let nowhere = command(&["verify-log", "http://127.0.0.1:1/"]).output().expect("it runs");
    assert_eq!(nowhere.status.code(), Some(1));
}

#[test]
fn each_change_of_a_copy_is_named() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    desk(&data).end();
    let copy = copied(&data, &folder.path("copy"));
    verify(text(&copy), &["--vkey", &key(&data)]).works();
    let tile = tiles(&copy, "tile/0");
    let bundle = tiles(&copy, "tile/entries");
    let check = |file: &Path, change: &dyn Fn(&mut Vec<u8>), says: &str| {
        let whole = fs::read(file).expect("it is there");
        let mut changed = whole.clone();
        change(&mut changed);
        fs::write(file, changed).expect("written");
        verify(text(&copy), &[]).ends(1).says(says);
        fs::write(file, whole).expect("written");
    };
    check(&tile, &|it| it[33] ^= 1, "WRONG  entry 1 is not the entry that the tree holds");
    check(&bundle, &|it| it[40] ^= 1, "WRONG  entry 0 is not the entry that the tree holds");
    check(&bundle, &|it| it.truncate(30), "cannot be read");
    check(&copy.join("checkpoint"), &|it| it[9] ^= 1, "WRONG  the checkpoint");
    check(&copy.join("documents/2"), &|it| it[20] ^= 1, "entry 2 is not what is published");
    check(&copy.join("documents/2.salt"), &|it| it[0] = b'z', "entry 2 has a salt that is none");
    fs::remove_file(&tile).expect("it was there");
    verify(text(&copy), &[]).ends(1).says("is missing");
}

#[test]
fn another_programs_packages_accept_the_log_and_refuse_a_changed_one() {
    if !has_go() {
        return;
    }
    let folder = TempFolder::new();
    let data = folder.path("desk");
    let desk = desk(&data);
    let copy = copied(&data, &folder.path("copy"));
    fs::create_dir(copy.join("proofs")).expect("a folder");
    for name in ["0.tlog-proof", "3.tlog-proof"] {
        let proof = body(&desk, &format!("/log/proofs/{name}"));
        fs::write(copy.join("proofs").join(name), proof).expect("written");
    }
    desk.end();
    let vkey = key(&data);
    go(&folder, &copy, &vkey).works().says("entries are good").says("proof of entry 3 is good");
    let bundle = tiles(&copy, "tile/entries");
    let mut changed = fs::read(&bundle).expect("it is there");
    changed[40] ^= 1;
    fs::write(&bundle, changed).expect("written");
    assert!(go(&folder, &copy, &vkey).ends(1).err.contains("entry 0"));
}

/// Whether Go's packages are here; in CI they must be.
fn has_go() -> bool {
    let sources = "/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog";
    let found = Path::new(sources).is_dir() && Command::new("go").arg("version").output().is_ok();
    if !found {
        assert!(std::env::var("CI").is_err(), "Go and golang-golang-x-mod-dev are needed");
        eprintln!("SKIPPED: apt-get install golang-go golang-golang-x-mod-dev");
    }
    found
}

/// Checks a copy with Go's packages.
fn go(folder: &TempFolder, copy: &Path, vkey: &str) -> Ran {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/log/go/main.go");
    let mut go = Command::new("go");
    go.args(["run", text(&program), text(copy), vkey]);
    go.env("GO111MODULE", "off").env("GOPATH", "/usr/share/gocode").env("GOFLAGS", "");
    Ran::of(go.env("GOCACHE", folder.path("go")))
}

fn verify(place: &str, more: &[&str]) -> Ran {
    Ran::of(&mut command(&[&["verify-log", place], more].concat()))
}

fn copied(data: &Path, to: &Path) -> std::path::PathBuf {
    run(data, &["log", "copy", text(to)]).works().says("check it with kiemtin verify-log");
    to.to_owned()
}

/// The one file in a folder of tiles, of a log that has not filled one yet.
fn tiles(copy: &Path, folder: &str) -> std::path::PathBuf {
    let within = copy.join(folder).join("000.p");
    let mut files = fs::read_dir(within).expect("a folder");
    files.next().expect("a partial tile").expect("readable").path()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Where tiles end: a full bottom tile, one more, and a full second level.
#[test]
fn logs_of_every_awkward_size_are_accepted() {
    let folder = TempFolder::new();
    for size in [1, 255, 256, 257, 65_535, 65_536] {
        let copy = folder.path(&size.to_string());
        let vkey = made(&copy, size);
        verify(text(&copy), &["--vkey", &vkey]).works().says(&format!("{size} entries, signed"));
        if size <= 257 && has_go() {
            go(&folder, &copy, &vkey).works().says(&format!("{size} entries are good"));
        }
    }
}

/// A log of so many entries, signed, in a folder.
fn made(copy: &Path, size: u64) -> String {
    let key = PrivateKey::new("made.example/log", Kind::Log, [4; 32]).expect("a name");
    let entry = |rev: u64| LogEntry {
        kind: EntryKind::Contest,
        subject: Subject::Policy("contest"),
        rev: i64::try_from(rev).expect("small"),
        verdict: None,
        page_sha256: [7; 32],
        evidence_root: None,
        orgs: Vec::new(),
        prev: None,
        at: NOW,
    };
    let entries: Vec<String> = (0..size).map(|it| entry(it).canonical()).collect();
    let mut tree = Hashes::default();
    for (idx, entry) in (0..).zip(&entries) {
        tree.grow(idx, tree::leaf(entry.as_bytes())).expect("all is there");
    }
    let put = |path: String, bytes: &[u8]| {
        let path = copy.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    };
    for tile in TilePath::all(size) {
        put(format!("tile/{}", tile.path()), &tree.tile(tile).expect("all is there"));
    }
    for tile in TilePath::bundles(size) {
        let within = tile.begin() as usize..tile.end() as usize;
        let entries = entries[within].iter().map(String::as_str);
        put(format!("tile/{}", tile.path()), &tree::bundle(entries));
    }
    let head = tree::checkpoint("made.example/log", size, tree.root(size).expect("all is there"));
    put("checkpoint".to_owned(), signed(&head, &key.sign(&head, NOW)).as_bytes());
    key.public().to_string()
}

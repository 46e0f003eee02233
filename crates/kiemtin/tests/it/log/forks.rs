//! A desk that lost what it signed does not sign something else in its place.

use std::fs;

use super::{body, desk, key};
use crate::helper::desk::TempFolder;
use crate::helper::program::{Served, run};

#[test]
fn a_restored_desk_signs_nothing_until_it_is_shown_the_newest_checkpoint() {
    let folder = TempFolder::new();
    let (data, copy, file) = (folder.path("desk"), folder.path("copy"), folder.path("b.tar.gz"));
    let desk = desk(&data);
    let newest = body(&desk, "/log/checkpoint");
    desk.end();
    run(&data, &["backup", file.to_str().expect("UTF-8")]).works();
    run(&copy, &["restore", file.to_str().expect("UTF-8")]).works().says("the log is held");
    run(&copy, &["log", "show"]).works().says("held     the desk came from a backup");
    let checkpoint = folder.path("checkpoint");
    let resume = ["log", "resume", checkpoint.to_str().expect("UTF-8")];
    // A checkpoint that covers more than the backup has: its entries are lost, and signing on
    // would contradict it.
    let longer = longer(&newest, &data);
    fs::write(&checkpoint, longer).expect("written");
    run(&copy, &resume).fails("restore a newer backup, or give the log a new key");
    fs::write(&checkpoint, newest.replace("127", "128")).expect("written");
    run(&copy, &resume).fails("this is no checkpoint of this log");
    fs::write(&checkpoint, &newest).expect("written");
    run(&copy, &resume).works().says("resumed");
    run(&copy, &["doctor"]).works();
}

#[test]
fn a_database_put_back_to_an_earlier_day_is_seen_by_the_folder() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    let desk = desk(&data);
    let newest = body(&desk, "/log/checkpoint");
    desk.end();
    // What was signed later than the database knows.
    fs::write(data.join("keys/log.checkpoint"), longer(&newest, &data)).expect("written");
    run(&data, &["log", "resume", "/dev/null"]).fails("no checkpoint");
    let again = folder.path("again");
    fs::write(&again, &newest).expect("written");
    run(&data, &["log", "resume", again.to_str().expect("UTF-8")]).works();
    let desk = Served::ready(&data);
    wait_for(|| run(&data, &["log", "show"]).works().out.contains("knows a longer log"));
    desk.end();
}

#[test]
fn a_new_key_needs_a_new_name_and_signs_the_same_entries() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    desk(&data).end();
    let old = key(&data);
    let name = old.split('+').next().expect("a key has a name").to_owned();
    run(&data, &["log", "new-key", &name]).fails("would be a fork");
    run(&data, &["log", "new-key", &format!("{name}/2")]).works().says(&format!("{name}/2+"));
    let desk = Served::ready(&data);
    wait_for(|| desk.get("/log/checkpoint").is_ok_and(|it| it.starts_with("HTTP/1.1 200")));
    let checkpoint = body(&desk, "/log/checkpoint");
    assert!(checkpoint.starts_with(&format!("{name}/2\n")), "{checkpoint}");
    run(&data, &["log", "show"]).works().says(&format!("before   {old}"));
    desk.end();
}

/// A checkpoint of the same log that covers one entry more, signed with its key.
fn longer(newest: &str, data: &std::path::Path) -> String {
    use kiemtin::log::note::{PrivateKey, signed};
    use kiemtin_core::time::Timestamp;
    let key = fs::read_to_string(data.join("keys/log.key")).expect("the desk has a key");
    let key = PrivateKey::parse(&key).expect("it is one");
    let head = kiemtin_core::tree::head(newest.split_once("\n\n").expect("a note").0.as_bytes());
    let head = head.or_else(|| {
        let (text, _) = newest.split_once("\n\n")?;
        kiemtin_core::tree::head(format!("{text}\n").as_bytes())
    });
    let head = head.expect("a checkpoint");
    let text = kiemtin_core::tree::checkpoint(&head.origin, head.size + 1, [7; 32]);
    signed(&text, &key.sign(&text, Timestamp::from_millis(0)))
}

/// Waits for what the served desk does by itself.
pub(super) fn wait_for(done: impl Fn() -> bool) {
    let begin = std::time::Instant::now();
    while !done() {
        assert!(begin.elapsed().as_secs() < 60, "it never came");
        std::thread::yield_now();
    }
}

//! `kiemtin source` and `kiemtin collect`: a folder as a source from adding to its texts, and what is
//! never a source.

use std::fs;

use crate::helper::desk::TempFolder;
use crate::helper::dump::Dump;
use crate::helper::program::{Served, run};

const STATED: [&str; 6] =
    ["--name", "Báo Ví Dụ", "--licence", "trích dẫn", "--purpose", "tin đồn trong thành phố"];

#[tokio::test]
async fn a_folder_is_added_collected_listed_stopped_and_taken_up() {
    let folder = TempFolder::new();
    let (data, files) = (folder.path("desk"), folder.path("files"));
    fs::create_dir_all(&files).expect("made");
    fs::write(files.join("a.txt"), "Cầu Rồng đóng cửa từ ngày mai để sửa chữa.").expect("written");
    let path = files.to_str().expect("text");
    let add = [&["source", "add", path][..], &STATED].concat();
    run(&data, &add).says("added Báo Ví Dụ");
    run(&data, &add).fails("this source is there already");
    run(&data, &["collect", "--once"]).says("Báo Ví Dụ: 1 new, 0 known");
    let dump = Dump::of(&data).await;
    assert_eq!(dump.column("messages", "channel"), ["source"]);
    assert_eq!(dump.column("messages", "source"), ["Báo Ví Dụ"]);
    assert_eq!(dump.rows("groups").len(), 1, "it was sorted as well");
    run(&data, &["collect", "--once"]).says("0 of 1 sources were due");
    let listed = run(&data, &["source", "list", "--json"]).works().out;
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
    assert_eq!((&listed["new"], &listed["trouble"]), (&1.into(), &serde_json::Value::Null));
    run(&data, &["source", "stop", path]).says("Báo Ví Dụ is stopped");
    run(&data, &["source", "stop", path]).fails("stopped already");
    run(&data, &["source", "list"]).says("stopped");
    run(&data, &["source", "resume", path]).says("asked again");
    run(&data, &["source", "ask", "nothing"]).fails("there is no source nothing");
}

#[tokio::test]
async fn a_running_desk_is_handed_the_work_and_collects_by_itself() {
    let folder = TempFolder::new();
    let (data, files) = (folder.path("desk"), folder.path("files"));
    fs::create_dir_all(&files).expect("made");
    let desk = Served::ready(&data);
    let path = files.to_str().expect("text");
    run(&data, &[&["source", "add", path][..], &STATED].concat()).says("added");
    run(&data, &["collect", "--once"]).says("collects by itself");
    run(&data, &["source", "list"]).says("Báo Ví Dụ");
    desk.end();
}

#[test]
fn what_is_never_a_source_is_refused_with_the_reason() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    for (url, why) in [
        ("https://www.facebook.com/somebody", "never a source"),
        ("https://t.me/a_channel", "never a source"),
        ("https://www.tiktok.com/@somebody/video/1", "never a source"),
        ("https://bit.ly/abc", "hides where it leads"),
        ("https://127.0.0.1/rss", "public domain"),
        ("https://me:secret@bao.example/rss", "name or password"),
    ] {
        run(&data, &[&["source", "add", url][..], &STATED].concat()).fails(why);
    }
    assert!(!data.exists());
}

#[test]
fn what_must_be_said_of_a_source_is_asked_for() {
    let folder = TempFolder::new();
    let (data, files) = (folder.path("desk"), folder.path("files"));
    fs::create_dir_all(&files).expect("made");
    let path = files.to_str().expect("text");
    run(&data, &["source", "add", path, "--name", "Báo"]).fails("--licence is missing");
    let nameless = ["source", "add", path, "--licence", "a", "--purpose", "b"];
    run(&data, &nameless).fails("--name is missing");
    run(&data, &[&["source", "add", path, "--dry-run"][..], &STATED].concat()).says(path);
    run(&data, &["source", "list"]).says("no source yet");
}

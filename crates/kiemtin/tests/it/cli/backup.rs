//! `kiemtin backup` while the desk is served, and `restore`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::helper::desk::TempFolder;
use crate::helper::dump::Dump;
use crate::helper::program::{Served, receipt, run};

#[tokio::test]
async fn a_restored_desk_gives_the_same_answers() {
    let folder = TempFolder::new();
    let (data, copy, file) = (folder.path("desk"), folder.path("copy"), folder.path("desk.tar.gz"));
    run(&data, &["demo", "--no-serve"]).works();
    let desk = Served::ready(&data);
    let tip = [("text", "Nghe nói mai cúp nước toàn thành phố đến hết tuần")];
    let words = receipt(&desk.post("/vi/tip", &tip).expect("an answer")).expect("a receipt");
    let file_name = file.to_str().expect("UTF-8");
    // What the desk does after the backup is not in it.
    let before = Dump::when_quiet(&data).await;
    run(&data, &["backup", file_name]).works().says("rows, 0 archived pages");
    let page = desk.get("/vi/c/1").expect("a page");
    desk.end();
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    run(&data, &["backup", file_name]).fails("is there already: choose another name");

    let restored = run(&copy, &["restore", file_name]).works();
    restored.says("rows restored into").says("the log is held");
    run(&copy, &["restore", file_name]).fails("there is a desk in");
    run(&copy, &["doctor"]).ends(1).says("held: the desk came from a backup");
    let after = Dump::of(&copy).await;
    for table in ["claims", "groups", "messages", "receipts", "review_versions", "log_entries"] {
        let (mut before, after) = (before.sorted(table), after.sorted(table));
        assert_eq!(before.len(), after.len(), "{table}");
        before.retain(|it| !after.contains(it));
        assert!(before.is_empty(), "{table}: {before:?}");
    }
    let desk = Served::ready(&copy);
    let body = |page: &str| page.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
    let again = desk.get("/vi/c/1").expect("a page");
    // The page names the port it is served on.
    let port_free = |it: &str, port: &str| body(it).map(|it| it.replace(port, "PORT"));
    assert!(port_free(&again, &desk.address).is_some_and(|it| it.contains("<h1")));
    assert_eq!(page.lines().next(), again.lines().next());
    let found = desk.post("/vi/receipt", &[("words", &words)]).expect("a page");
    assert!(found.starts_with("HTTP/1.1 200"), "{found}");
    desk.end();
}

#[test]
fn what_is_no_backup_makes_no_desk() {
    let folder = TempFolder::new();
    fs::create_dir_all(folder.path("")).expect("a folder");
    let (data, file) = (folder.path("desk"), folder.path("desk.tar.gz"));
    let file_name = file.to_str().expect("UTF-8");
    fs::write(&file, "This is a letter.").expect("written");
    run(&data, &["restore", file_name]).fails("this is no backup of a desk, or it is damaged");
    run(&folder.path("real"), &["member", "add-org", "to", "Tổ"]).works();
    let real = folder.path("real.tar.gz");
    run(&folder.path("real"), &["backup", real.to_str().expect("UTF-8")]).works();
    let mut bytes = fs::read(&real).expect("a file");
    bytes.truncate(bytes.len() / 2);
    fs::write(&file, bytes).expect("written");
    run(&data, &["restore", file_name]).fails("this is no backup of a desk, or it is damaged");
    assert!(!data.join("desk.db").exists(), "a part of a desk is no desk");
    run(&data, &["restore", real.to_str().expect("UTF-8")]).works();
    run(&data, &["member", "list"]).works().says("Tổ (to, civil)");
}

#[test]
fn a_backup_that_was_cut_off_is_said_so() {
    let folder = TempFolder::new();
    let (data, part) = (folder.path("desk"), folder.path("desk.tar.gz.part"));
    run(&data, &["member", "list"]).works();
    fs::create_dir(&part).expect("a folder");
    let file = folder.path("desk.tar.gz");
    let ran = run(&data, &["backup", file.to_str().expect("UTF-8")]);
    ran.fails("another backup is being written, or one was cut off; then remove it");
    assert!(part.exists() && !file.exists());
}

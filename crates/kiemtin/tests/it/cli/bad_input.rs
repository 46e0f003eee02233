//! Bad input: one clear sentence, an exit code that is not zero, and nothing lost or half-written.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use kiemtin_store::{Desk, Store};
use sqlx::Connection as _;

use crate::helper::desk::TempFolder;
use crate::helper::program::{Ran, Served, run};

/// Runs SQL on a desk's file, as no part of the program would.
async fn tamper(file: &Path, sql: &'static str) {
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let mut db = sqlx::SqliteConnection::connect(&url).await.expect("it opens");
    sqlx::raw_sql(sql).execute(&mut db).await.expect("it runs");
    db.close().await.expect("it closes");
}

fn import(folder: &TempFolder, name: &str, bytes: &[u8], args: &[&str]) -> Ran {
    fs::create_dir_all(folder.path("")).expect("a folder");
    let file = folder.path(name);
    fs::write(&file, bytes).expect("written");
    run(&folder.path("desk"), &[&["import", file.to_str().expect("UTF-8")], args].concat())
}

#[test]
fn a_file_that_is_not_what_it_says_is_refused_with_a_sentence() {
    let folder = TempFolder::new();
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01";
    import(&folder, "messages.jsonl", png, &[]).fails("messages.jsonl:1: this looks like");
    import(&folder, "zip.csv", b"PK\x03\x04rest of it", &[]).fails("which cannot be imported");
    import(&folder, "empty.txt", b"", &[]).fails("the file is empty");
    import(&folder, "cut.jsonl.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03cut", &[]).fails("cut.jsonl.gz");
    let rss = b"<rss version=\"2.0\"><channel><item><title>A</title></item></channel></rss>";
    import(&folder, "feed.xml", rss, &["--as", "claims"]).fails("holds no claims");
    run(&folder.path("desk"), &["import", "/nowhere.txt"]).fails("cannot open /nowhere.txt");
    run(&folder.path("desk"), &["import", "/"]).fails("/");
}

#[test]
fn a_port_in_use_is_told_before_a_folder_is_made() {
    let folder = TempFolder::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    for command in ["serve", "demo"] {
        let ran = run(&folder.path("desk"), &[command, "--listen", &address]);
        ran.fails(&format!("cannot listen on {address}: choose another address with --listen"));
    }
    assert!(!folder.path("desk").exists());
}

#[test]
fn a_folder_has_one_process_that_writes() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    let desk = Served::ready(&data);
    for args in [&["serve", "--listen", "127.0.0.1:0"][..], &["work"], &["demo", "--no-serve"]] {
        run(&data, args).fails("is in use by another program: end that one");
    }
    assert!(desk.get("/vi").expect("a page").starts_with("HTTP/1.1 200"), "the first goes on");
    desk.end();
}

#[tokio::test]
async fn a_desk_of_a_newer_version_is_left_alone() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    run(&data, &["member", "list"]).works();
    tamper(&data.join("desk.db"), "insert into schema_version (version) values (999)").await;
    let before = fs::read(data.join("desk.db")).expect("a desk");
    fs::write(folder.path("in.txt"), "Mai cúp nước\n").expect("written");
    let file = folder.path("in.txt");
    for args in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["match", "x"],
        &["doctor"],
        &["member", "list"],
        &["import", file.to_str().expect("UTF-8")],
    ] {
        run(&data, args).fails("this desk was made by a newer version (schema 999");
    }
    assert_eq!(fs::read(data.join("desk.db")).expect("a desk"), before);
}

#[tokio::test]
async fn a_database_of_another_program_is_named() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    run(&data, &["member", "list"]).works();
    let file = data.join("desk.db");
    fs::remove_file(&file).expect("removed");
    tamper(&file, "create table recipes (title text)").await;
    for args in [&["match", "x"][..], &["doctor"], &["member", "list"], &["backup", "/tmp/no.gz"]] {
        run(&data, args).fails(&format!("{} is not a database of this program", file.display()));
    }
    fs::write(&file, "This is a shopping list, and a long one.\n".repeat(100)).expect("written");
    for args in [&["match", "x"][..], &["doctor"]] {
        run(&data, args).fails("is not a database of this program");
    }
    // Also where nothing lies beside it.
    fs::remove_dir_all(data.join("keys")).expect("removed");
    run(&data, &["doctor"]).fails("is not a database of this program");
}

#[tokio::test]
async fn a_database_that_another_program_holds_is_said_to_be_locked() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    run(&data, &["member", "list"]).works();
    let created_at = kiemtin_core::time::Timestamp::from_millis(0);
    let new = Desk { id: uuid::Uuid::nil(), demo: false, created_at };
    let other = Store::open_sqlite(&data.join("desk.db"), new).await.expect("a desk");
    let held = other.begin().await.expect("a transaction");
    let ran = run(&data, &["member", "add-org", "to", "Tổ"]);
    ran.fails("the database is locked by another program: end that program or wait");
    drop(held);
    other.close().await;
    run(&data, &["member", "add-org", "to", "Tổ"]).works();
}

//! `kiemtin doctor` and `reindex`: what is well, what is not, and nothing is changed by looking.

use std::fs;

use crate::helper::desk::TempFolder;
use crate::helper::program::{Ran, Served, command, run};

#[test]
fn a_desk_that_is_well_is_said_to_be() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    run(&data, &["demo", "--no-serve"]).works();
    let desk = Served::ready(&data);
    let ran = run(&data, &["doctor", "--permissions"]).works().says("held by a running desk");
    desk.end();
    for name in
        ["engine", "journal_mode", "synchronous", "integrity", "schema", "log", "versions", "jobs"]
    {
        assert!(ran.out.contains(&format!("ok   {name}")), "{name}: {}", ran.out);
    }
    for words in ["0: a tampered file cannot call", "claims have vectors", "tie a group to a claim"]
    {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    assert!(!ran.out.contains("TieGroup"), "{}", ran.out);
    let ran = ran.says("must have a second factor: editor, operator");
    // The row of a deed that only operators may do, and of one that operators may not.
    let row = |deed: &str| {
        let line = ran.out.lines().find(|it| it.starts_with(deed)).expect("it is in the table");
        line[deed.len()..].split_whitespace().collect::<String>()
    };
    assert_eq!(row("invite members and end their access"), "---x");
    assert_eq!(row("sign a draft for the organisation"), "-xx-");
    let ran = run(&data, &["doctor"]).works().says("writer's lock      free").says("claims, ");
    let is_read = ran.out.contains("ok   pictures           text in them is read");
    assert!(is_read || ran.out.contains("note pictures           text in pictures is not read"));
}

#[test]
fn a_desk_that_is_not_there_is_not_made_by_looking() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    run(&data, &["doctor"]).fails("there is no desk in");
    run(&data, &["reindex"]).fails("there is no desk in");
    run(&data, &["backup", "x.tar.gz"]).fails("there is no desk in");
    assert!(!data.exists());
}

#[test]
fn the_index_is_built_anew_and_answers_as_before() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    run(&data, &["demo", "--no-serve"]).works();
    let text = "Nghe nói uống nước chanh nóng mỗi sáng là khỏi ung thư phải không";
    let before = run(&data, &["match", text]).works();
    run(&data, &["reindex"]).works().says(" claims and ").says(" groups, ");
    assert_eq!(run(&data, &["match", text]).works().out, before.out);
    fs::remove_dir_all(data.join("index")).expect("it may be deleted at any time");
    assert_eq!(run(&data, &["match", text]).works().out, before.out);
    let desk = Served::ready(&data);
    run(&data, &["reindex"]).fails("is in use by another program");
    desk.end();
}

#[test]
fn an_address_of_a_database_that_cannot_be_one_is_told_without_its_password() {
    let folder = TempFolder::new();
    let data = folder.path("desk");
    run(&data, &["member", "list"]).works();
    let doctor = |url: &str| {
        let data = data.to_str().expect("UTF-8");
        Ran::of(&mut command(&["doctor", "--data", data, "--database", url]))
    };
    let bad = doctor("mysql://me:geheim@host/desk");
    assert!(!bad.err.contains("geheim"), "{bad:?}");
    bad.fails("--database must look like postgres://user:password@host:5432/name");
    doctor("postgres://me@127.0.0.1:1/desk").fails("the database server does not answer");
}

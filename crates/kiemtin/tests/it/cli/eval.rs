//! `kiemtin eval` on a collection so small that its figures are checked by hand.
//!
//! Three claims, four queries. q1 finds its one claim first. q2 finds a claim that is not the right
//! one, and the right one shares no word with it. q3 finds one of its two right claims first, the
//! other not at all. q4 has no right claim.

use std::path::PathBuf;

use serde_json::Value;

use crate::helper::desk::TempFolder;
use crate::helper::program::{Ran, command};

fn file(name: &str) -> String {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/eval");
    dir.join(name).to_str().expect("UTF-8").to_owned()
}

fn eval(args: &[&str]) -> Ran {
    let (claims, queries, qrels) = (file("claims.jsonl"), file("queries.jsonl"), file("qrels.txt"));
    let own = ["eval", "--claims", &claims, "--queries", &queries, "--qrels", &qrels];
    Ran::of(&mut command(&[&own, args].concat()))
}

#[track_caller]
fn check(json: &Value, figure: &str, expected: f64) {
    let got = json[figure].as_f64().unwrap_or_else(|| panic!("{figure}: {json}"));
    assert!((got - expected).abs() < 1e-9, "{figure}: {got}, not {expected}");
}

#[test]
fn the_figures_are_those_counted_by_hand() {
    let json: Value = serde_json::from_str(&eval(&["--json"]).works().out).expect("JSON");
    check(&json, "claims", 3.0);
    check(&json, "queries", 4.0);
    check(&json, "answerable", 3.0);
    check(&json, "map@1", (1.0 + 0.0 + 1.0) / 3.0);
    check(&json, "map@5", (1.0 + 0.0 + 0.5) / 3.0);
    check(&json, "mrr", (1.0 + 0.0 + 1.0) / 3.0);
    check(&json, "p@1", 2.0 / 3.0);
    check(&json, "recall@5", (1.0 + 0.0 + 0.5) / 3.0);
    check(&json, "recall@50", (1.0 + 0.0 + 0.5) / 3.0);
    eval(&[]).works().says("MAP@1 0.667  MAP@5 0.500  MRR 0.667  P@1 0.667");
}

#[test]
fn a_dropped_claim_leaves_its_queries_without_an_answer() {
    let ran = eval(&["--json", "--drop", &file("drop.txt")]).works();
    let json: Value = serde_json::from_str(&ran.out).expect("JSON");
    check(&json, "claims", 2.0);
    check(&json, "answerable", 2.0);
    check(&json, "p@1", 1.0 / 2.0);
}

#[test]
fn a_run_and_the_decisions_are_written() {
    let folder = TempFolder::new();
    std::fs::create_dir_all(folder.path("")).expect("a folder");
    let (run, decisions) = (folder.path("run.txt"), folder.path("decisions.jsonl"));
    let path = |it: &PathBuf| it.to_str().expect("UTF-8").to_owned();
    eval(&["--run", &path(&run), "--decisions", &path(&decisions)]).works();
    let run = std::fs::read_to_string(run).expect("written");
    let first: Vec<&str> = run.lines().next().expect("a line").split(' ').collect();
    assert_eq!((first[0], first[1], first[2], first[3]), ("q1", "Q0", "garlic", "1"), "{run}");
    let decisions = std::fs::read_to_string(decisions).expect("written");
    let lines: Vec<Value> =
        decisions.lines().map(|it| serde_json::from_str(it).expect("JSON")).collect();
    assert_eq!(lines.len(), 4, "one a query");
    assert_eq!(lines[0]["claim"], "garlic");
    assert_eq!((&lines[3]["claim"], &lines[3]["decision"]), (&Value::Null, &"none".into()));
}

#[test]
fn what_cannot_be_read_is_named() {
    let (claims, queries) = (file("claims.jsonl"), file("queries.jsonl"));
    let qrels = ["eval", "--claims", &claims, "--queries", &queries, "--qrels", &queries];
    Ran::of(&mut command(&qrels)).fails("queries.jsonl: line 1 of the qrels is not");
    eval(&["--drop", "/nowhere"]).fails("cannot open /nowhere");
}

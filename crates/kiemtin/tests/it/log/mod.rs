//! The public log as strangers meet it: checked by our own command, by Go's packages and by a
//! witness; and a desk that was put back to an earlier day does not contradict itself.

mod checked;
mod forks;
mod witnessed;

use std::path::Path;

use crate::helper::program::{Served, run};

/// A demo desk whose log is signed, served.
fn desk(data: &Path) -> Served {
    run(data, &["demo", "--no-serve"]).works();
    Served::ready(data)
}

/// The body of an answer that must be there.
#[track_caller]
fn body(desk: &Served, path: &str) -> String {
    let answer = desk.get(path).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).expect("it has a body")
}

/// The public key that `kiemtin log show` prints.
fn key(data: &Path) -> String {
    let shown = run(data, &["log", "show"]).works().out;
    let line = shown.lines().find_map(|it| it.strip_prefix("key"));
    line.expect("there is a key").trim().to_owned()
}

//! Habits that no compiler checks, one test a fact. Each failure says what to do.
//!
//! A rule is a function from files to complaints. Beside the test that holds it against the
//! repository stands one that shows the rule bites, so that none can be empty without notice.

// How files are read.
mod source;

// Who may know whom.
mod imports;
// What every file and function looks like.
mod habits;
// The words of the pages, their templates and what is served beside them.
mod words;
// What the database and the routes promise: no person, no removal.
mod promises;
// What types hold and what buttons say: no person, no removal.
mod actions;
// What newcomers read.
mod documents;

use std::fs;
use std::path::{Path, PathBuf};

use source::Source;

/// The top folder of the workspace.
fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("crates/kiemtin lies two folders below the top")
}

/// Every file under `folder`, as paths from the top of the workspace, in order. None when absent.
fn files(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    let relative = |it: PathBuf| {
        let it = it.strip_prefix(root()).expect("the walk began below the top");
        it.to_str().expect("file names here are UTF-8").to_owned()
    };
    let mut found: Vec<String> = found.into_iter().map(relative).collect();
    found.sort();
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return; // Absent: the caller says what must be there.
    };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let built_or_hidden = name == "target" || name.to_string_lossy().starts_with('.');
        if path.is_dir() && !built_or_hidden {
            walk(&path, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|err| panic!("{path}: {err}"))
}

/// Every Rust file under `folder`; there must be some.
fn sources(folder: &str) -> Vec<Source> {
    let paths: Vec<String> = files(folder).into_iter().filter(|it| it.ends_with(".rs")).collect();
    assert!(!paths.is_empty(), "no Rust file under {folder}: has the layout moved?");
    paths.into_iter().map(|it| Source::parse(&it, &read(&it))).collect()
}

/// Every Rust file of the workspace.
fn all_sources() -> Vec<Source> {
    ["crates", "xtask", "bench"].into_iter().flat_map(sources).collect()
}

/// Fails when there is a complaint, with all of them and the advice.
#[track_caller]
fn refuse(complaints: &[String], advice: &str) {
    assert!(complaints.is_empty(), "\n\n  {}\n\nWhat to do: {advice}\n", complaints.join("\n  "));
}

/// Shows that a rule bites: one complaint for each expected part, in order.
#[track_caller]
fn bites(complaints: &[String], expected: &[&str]) {
    let same = complaints.len() == expected.len()
        && complaints.iter().zip(expected).all(|(it, part)| it.contains(part));
    assert!(same, "complaints: {complaints:#?}\nexpected: {expected:#?}");
}

//! What every file and function looks like: headers, names, sizes, nothing left undone.

use super::source::{Source, item_end, line_of, word_offsets};
use super::{all_sources, bites, files, refuse};

const FUNCTION_LINES_MAX: usize = 70;
/// Longer functions that are right as they are: file, function, reason. A table reads better whole.
const LONG_FUNCTIONS: &[(&str, &str, &str)] = &[];

/// A file is named for its noun, or stands beside its only user.
const REFUSED_NAMES: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "manager", "service", "misc"];
/// `helper/` under the tests is the one place for test set-up.
const TEST_HELPERS: &str = "crates/kiemtin/tests/it/helper/";

#[test]
fn every_file_opens_with_what_it_is_for() {
    let complaints: Vec<_> = all_sources().iter().filter_map(headless).collect();
    refuse(
        &complaints,
        "open the file with `//!`: what it is for, what it promises, what is not here",
    );
}

#[test]
fn no_file_is_named_for_nothing() {
    let names = ["crates", "xtask", "bench"].map(files).concat();
    let complaints: Vec<_> = names.iter().filter_map(|it| nameless(it)).collect();
    refuse(&complaints, "name the noun that the file is about, or put it next to its only user");
}

#[test]
fn functions_fit_a_screen() {
    let sources = all_sources();
    let mut complaints: Vec<_> = sources.iter().flat_map(|it| long(it, LONG_FUNCTIONS)).collect();
    for (path, name, reason) in LONG_FUNCTIONS {
        let still = sources.iter().filter(|it| it.path == *path).flat_map(|it| long(it, &[]));
        if !still.into_iter().any(|it| it.contains(&format!(" {name} "))) {
            complaints.push(format!("{path}: {name} is listed ({reason}) and is not long"));
        }
    }
    refuse(
        &complaints,
        "split it where a reader would pause, or enter it in LONG_FUNCTIONS in this file with the \
         reason; take entries out that are not needed any more",
    );
}

#[test]
fn nothing_is_left_undone_or_ignored() {
    let complaints: Vec<_> = all_sources().iter().flat_map(undone).collect();
    refuse(
        &complaints,
        "build it or take it out; a test that shows a wrong behaviour asserts it and says why; a \
         lint is lifted by #[expect(lint, reason = \"…\")]",
    );
}

#[test]
fn each_habit_bites() {
    let source = |text: &str| Source::parse("a.rs", text);
    assert!(headless(&source("use b;\n//! Late.")).is_some());
    assert!(headless(&source("//! Words.\n")).is_none());
    assert!(headless(&source("#![doc = include_str!(\"../README.md\")]")).is_none());
    assert!(nameless("crates/core/src/utils.rs").is_some());
    assert!(nameless("crates/core/src/common/mod.rs").is_some());
    assert!(nameless("crates/core/src/commons.rs").is_none());
    assert!(nameless("crates/kiemtin/tests/it/helper/desk.rs").is_none());
    let body = "    b();\n".repeat(FUNCTION_LINES_MAX - 2);
    let fits = format!("fn fits() {{\n{body}}}\n");
    let too_long =
        format!("trait T {{ fn no_body(&self); }}\nfn tall<T>() -> [u8; 2] {{\n{body}b();\n}}\n");
    bites(&long(&source(&(fits + &too_long)), &[]), &["tall has 71 lines"]);
    bites(&long(&source(&too_long), &[("a.rs", "tall", "a table")]), &[]);
    let text = "fn a() { todo!() }\n#[test]\n#[ignore = \"slow\"]\nfn b() {}\n// todo!()\n#[allow(x)]\nfn c(){}";
    bites(&undone(&source(text)), &["a.rs:1: todo!", "a.rs:3: #[ignore", "a.rs:6: #[allow"]);
}

fn headless(source: &Source) -> Option<String> {
    let opens = source.text.starts_with("//!") || source.text.starts_with("#![doc");
    (!opens).then(|| source.path.clone())
}

fn nameless(path: &str) -> Option<String> {
    let path_inside = path.strip_prefix(TEST_HELPERS).unwrap_or(path);
    let stem = |it: &str| it.split('.').next().unwrap_or_default().to_owned();
    let refused = path_inside.split('/').map(stem).any(|it| REFUSED_NAMES.contains(&it.as_str()));
    refused.then(|| path.to_owned())
}

fn long(source: &Source, excepted: &[(&str, &str, &str)]) -> Vec<String> {
    let mut complaints = Vec::new();
    for start in word_offsets(&source.code, "fn") {
        let rest = source.code[start + 2..].trim_start();
        let name: String =
            rest.chars().take_while(|it| *it == '_' || it.is_alphanumeric()).collect();
        if name.is_empty() {
            continue; // A type: `fn(&str) -> bool`.
        }
        let end = item_end(&source.code, start);
        let n_lines = line_of(&source.code, end) - line_of(&source.code, start) + 1;
        let excepted = excepted.iter().any(|(path, it, _)| *path == source.path && *it == name);
        if n_lines > FUNCTION_LINES_MAX && !excepted {
            complaints.push(format!("{}: {name} has {n_lines} lines", source.place(start)));
        }
    }
    complaints
}

fn undone(source: &Source) -> Vec<String> {
    let found = |it: &&str| source.code.match_indices(*it).map(|(at, _)| at).collect::<Vec<_>>();
    let refused = ["todo!", "unimplemented!", "#[ignore", "#[allow", "#![allow"];
    let all = refused.iter().flat_map(|it| found(it).into_iter().map(move |at| (at, it)));
    all.map(|(at, it)| format!("{}: {it}", source.place(at))).collect()
}

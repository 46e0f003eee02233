//! What newcomers read: short enough to be read, and pointing at things that exist.

use super::{bites, files, read, refuse, root};

/// The most lines of each document; a name that ends in `/` stands for every file below it.
const LINES_MAX: &[(&str, usize)] = &[
    ("README.md", 120),
    ("ARCHITECTURE.md", 200),
    ("CONTRIBUTING.md", 150),
    ("SECURITY.md", 40),
    ("docs/STYLE.md", 250),
    ("docs/GLOSSARY.md", 80),
    ("docs/API.md", 250),
    ("docs/OPERATING.md", 300),
    ("docs/THREATS.md", 150),
    ("docs/LOGGING.md", 60),
    ("docs/REVIEW.md", 60),
    ("docs/formats/", 100),
    ("docs/decisions/", 60),
];
const CRATE_README_LINES_MAX: usize = 60;

#[test]
fn documents_are_short_enough_to_be_read() {
    let lines = |it: &String| (it.clone(), read(it).lines().count());
    let lengths: Vec<_> = documents().iter().map(lines).collect();
    refuse(&too_long(&lengths), "cut what the reader of this document does not need, or move it");
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut complaints = Vec::new();
    for path in documents() {
        let folder = root().join(&path).parent().expect("a file has a folder").to_owned();
        let text = read(&path);
        let dead = links(&text).into_iter().filter(|it| !folder.join(it).exists());
        complaints.extend(dead.map(|it| format!("{path}: {it}")));
    }
    refuse(&complaints, "write the document, correct the link, or name the thing without a link");
}

#[test]
fn each_rule_of_documents_bites() {
    let lengths = [
        ("README.md", 121),
        ("docs/formats/log.md", 101),
        ("crates/core/README.md", 60),
        ("CHANGELOG.md", 900),
    ];
    let lengths = lengths.map(|(path, n_lines)| (path.to_owned(), n_lines));
    bites(&too_long(&lengths), &["README.md has 121", "docs/formats/log.md has 101"]);
    let text = "[a](docs/A.md#x) [b](https://b.example) ![c](c.png) [d](#e) [f](mailto:g)";
    assert_eq!(links(text), ["docs/A.md", "c.png"]);
}

/// Every Markdown file of ours.
fn documents() -> Vec<String> {
    let found: Vec<String> = files("").into_iter().filter(|it| it.ends_with(".md")).collect();
    assert!(found.iter().any(|it| it == "CONTRIBUTING.md"), "the documents have moved: {found:?}");
    found
}

fn too_long(lengths: &[(String, usize)]) -> Vec<String> {
    let limit = |path: &str| {
        let of_crate = path.starts_with("crates/") && path.ends_with("/README.md");
        let listed = |(name, _): &&(&str, usize)| {
            path == *name || (name.ends_with('/') && path.starts_with(name))
        };
        let listed = LINES_MAX.iter().find(listed).map(|(_, n_lines)| *n_lines);
        listed.or(of_crate.then_some(CRATE_README_LINES_MAX))
    };
    let over = lengths.iter().filter(|(path, n_lines)| limit(path).is_some_and(|it| it < *n_lines));
    over.map(|(path, n_lines)| format!("{path} has {n_lines} lines")).collect()
}

/// The files that a Markdown text links to.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|it| it.split(')').next());
    let is_file = |it: &&str| !it.contains(':') && !it.starts_with('#');
    targets.filter(is_file).filter_map(|it| it.split(['#', ' ']).next()).collect()
}

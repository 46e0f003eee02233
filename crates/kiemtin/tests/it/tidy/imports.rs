//! Who may know whom: folders of the product, and what the pure crates never name.

use super::source::{Source, is_word, word_offsets};
use super::{bites, read, refuse, sources};

/// The folders and files of `crates/kiemtin/src`, highest first. One names only those below it;
/// those of a row do not know each other. DESIGN.md section 6.
const LAYERS: &[&[&str]] = &[
    &["main"],
    &["cli"],
    &["site"],
    &["web", "api", "mcp", "jobs", "import", "sample"],
    &["collect"],
    &["app"],
    &["documents"],
    &["fetch", "index", "embed", "log", "open_data", "pdftotext", "tesseract"],
    &["outlet", "reason"],
    &["archive", "child", "config", "cores", "drawing", "durable", "headers", "locale", "tls"],
];

const PURE_CRATES: [&str; 2] = ["crates/core", "crates/extract"];
/// Input, output, clocks and chance.
const IMPURE: &[&str] = &[
    "tokio",
    "sqlx",
    "axum",
    "reqwest",
    "getrandom",
    "rand",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "thread_rng",
    "println!",
    "eprintln!",
    "async fn",
];
/// The store remembers; it neither serves, searches nor fetches.
const NOT_IN_STORE: &[&str] = &["axum", "tantivy", "reqwest"];

#[test]
fn imports_point_one_way_between_the_folders_of_the_product() {
    let complaints: Vec<_> = sources("crates/kiemtin/src").iter().flat_map(wrong_way).collect();
    refuse(
        &complaints,
        "let the higher folder call the lower one and hand down what it needs; a new folder or \
         file gets its row in LAYERS in this file",
    );
}

#[test]
fn an_import_that_points_up_or_aside_is_seen() {
    let check = |path: &str, text: &str, expected: &[&str]| {
        let source = Source::parse(&format!("crates/kiemtin/src/{path}"), text);
        bites(&wrong_way(&source), expected);
    };
    check(
        "app.rs",
        "use crate::web::Page;\nuse crate::fetch::Guard;",
        &["app.rs:1: app names web"],
    );
    check("web/claim.rs", "fn a() { crate::jobs::b() }", &["web names jobs"]);
    check("web/claim.rs", "use super::super::jobs::c;\nuse super::page;", &["web names jobs"]);
    check("log/mod.rs", "use crate::{app::App, config, log::{a, b}};", &["log names app"]);
    check("new.rs", "", &["`new` has no row"]);
    check("cli/serve.rs", "use crate::{web, api, jobs};\nuse other::{main};", &[]);
}

#[test]
fn core_and_extract_are_pure() {
    let complaints = PURE_CRATES.map(|it| named_in(it, IMPURE)).concat();
    refuse(
        &complaints,
        "take times, ids, chance and bytes as arguments, return what should happen, and let \
         crates/kiemtin or crates/store do it",
    );
}

#[test]
fn the_store_neither_serves_nor_searches_nor_fetches() {
    let complaints = named_in("crates/store", NOT_IN_STORE);
    refuse(&complaints, "move it to crates/kiemtin, which calls the store");
}

#[test]
fn an_impure_name_is_seen_in_every_spelling() {
    let text = "use std::{fs, io::Read};\nfn a() { std::env::var(b); }\nuse tokio as t;\n\
                // std::net is only spoken of\nfn c() { jiff::Timestamp::now(); println!() }\n\
                use random::my_sqlx;\n#[cfg(test)]\nmod tests { use std::net; }";
    let complaints = names(&Source::parse("a.rs", text), IMPURE);
    let expected =
        ["a.rs:3: tokio", "a.rs:1: std::fs", "a.rs:2: std::env", "a.rs:5: Timestamp::now"];
    bites(&complaints, &[&expected[..], &["a.rs:5: println!"]].concat());
    let manifest =
        "[dependencies]\njiff = \"1\"\ntokio.workspace = true\n[dev-dependencies]\nrand = \"1\"";
    bites(&depends("Cargo.toml", manifest, IMPURE), &["tokio"]);
}

/// The complaints about one file of the product.
fn wrong_way(source: &Source) -> Vec<String> {
    let inside = source.path.split_once("/src/").map_or("", |(_, inside)| inside);
    let parts: Vec<&str> = inside.trim_end_matches(".rs").split('/').collect();
    let (own, is_folder) = (parts[0], parts.last() == Some(&"mod"));
    if own == "lib" {
        return Vec::new(); // It only declares the others.
    }
    let Some(own_row) = row(own) else {
        return vec![format!("{}: `{own}` has no row in LAYERS", source.path)];
    };
    let depth = parts.len() - usize::from(is_folder);
    let to_top = "super::".repeat(depth);
    let mut complaints = Vec::new();
    for (at, path) in paths(&source.production) {
        let from_top = path.strip_prefix("crate::").or_else(|| path.strip_prefix(&to_top));
        let Some(other) = from_top.and_then(|it| it.split("::").next()) else {
            continue;
        };
        let points_down = row(other).is_none_or(|it| own_row < it);
        if other != own && !points_down {
            complaints.push(format!("{}: {own} names {other}", source.place(at)));
        }
    }
    complaints
}

fn row(name: &str) -> Option<usize> {
    LAYERS.iter().position(|it| it.contains(&name))
}

/// Every path in the code, `use a::{b, c}` taken apart, and where it stands.
fn paths(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for start in word_offsets(code, "use") {
        let end = code[start..].find(';').map_or(code.len(), |it| start + it);
        if code[start..end].contains('{') {
            expand(&code[start + "use".len()..end], "", start, &mut found);
        }
    }
    let bytes = code.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let len = bytes[at..].iter().take_while(|it| is_word(**it) || **it == b':').count();
        let path = &code[at..at + len];
        if path.contains("::") && !path.ends_with("::") {
            found.push((at, path.to_owned()));
        }
        // Not every byte begins a character, but a path does and ends before one that is not its.
        at += len.max(code[at..].chars().next().map_or(1, char::len_utf8));
    }
    found
}

/// Takes `a::{b, c::{d}}` apart into `a::b` and `a::c::d`.
fn expand(tree: &str, prefix: &str, at: usize, found: &mut Vec<(usize, String)>) {
    let mut depth = 0_i32;
    let mut start = 0;
    let mut branches = Vec::new();
    for (here, byte) in tree.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b',' if depth == 0 => {
                branches.push(&tree[start..here]);
                start = here + 1;
            }
            _ => {}
        }
    }
    branches.push(&tree[start..]);
    for branch in branches.into_iter().map(str::trim).filter(|it| !it.is_empty()) {
        match branch.split_once('{') {
            Some((head, inner)) => {
                let inner = inner.rsplit_once('}').map_or(inner, |(inner, _)| inner);
                expand(inner, &format!("{prefix}{}", head.trim()), at, found);
            }
            None => found.push((at, format!("{prefix}{branch}"))),
        }
    }
}

/// The complaints about a crate: its files, and its dependencies outside tests.
fn named_in(folder: &str, forbidden: &[&str]) -> Vec<String> {
    let manifest = format!("{folder}/Cargo.toml");
    let files = sources(&format!("{folder}/src"));
    let mut complaints: Vec<_> = files.iter().flat_map(|it| names(it, forbidden)).collect();
    complaints.extend(depends(&manifest, &read(&manifest), forbidden));
    complaints
}

fn names(source: &Source, forbidden: &[&str]) -> Vec<String> {
    let code = &source.production;
    let paths = paths(code);
    let mut complaints = Vec::new();
    for &name in forbidden {
        let mut offsets = word_offsets(code, name);
        if name.contains("::") {
            let names_it = |path: &str| format!("::{path}::").contains(&format!("::{name}::"));
            offsets.extend(paths.iter().filter(|(_, path)| names_it(path)).map(|(at, _)| at));
        }
        let mut places: Vec<_> = offsets.into_iter().map(|it| source.place(it)).collect();
        places.dedup();
        complaints.extend(places.into_iter().map(|it| format!("{it}: {name}")));
    }
    complaints
}

fn depends(path: &str, manifest: &str, forbidden: &[&str]) -> Vec<String> {
    let shipped = manifest.split("[dev-dependencies]").next().unwrap_or_default();
    let name = |line: &str| line.split(['=', '.', ' ']).next().unwrap_or_default().to_owned();
    let dependencies = shipped.split("[dependencies]").nth(1).unwrap_or_default().lines().map(name);
    let refused = dependencies.filter(|it| forbidden.contains(&it.as_str()));
    refused.map(|it| format!("{path}: depends on {it}")).collect()
}

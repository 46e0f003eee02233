//! The words of the pages (Project Fluent), their templates, and what is served beside them.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Source, is_word};
use super::{bites, files, read, refuse, sources};

/// DESIGN.md section 6 puts them under `src`; beside it is as good.
const PLACES: [&str; 2] = ["crates/kiemtin/src", "crates/kiemtin"];
/// What looks a key up: in code and in templates the key is the first string after one of these.
const LOOKUPS: &[&str] = &["t", "t_with"];
/// The same where the language is an argument: `text(lang, "key")`.
const LOOKUPS_IN_LANG: &[&str] = &["text", "text_with"];

#[test]
fn every_key_exists_in_every_language() {
    let locales: BTreeMap<String, BTreeSet<String>> = locales();
    refuse(
        &differences(&locales),
        "add the key to the language that lacks it, or remove it from all",
    );
}

#[test]
fn every_key_that_is_used_exists() {
    let known: BTreeSet<String> = locales().into_values().flatten().collect();
    if known.is_empty() {
        return; // No page yet; the first page brings its words, see `pages_have_their_words`.
    }
    let mut used = BTreeMap::new();
    for source in sources("crates/kiemtin/src") {
        let without_tests = source.shipped();
        used.extend(without_tests.filter_map(|it| key_after(&it.before, &it.text, &source.path)));
    }
    for path in assets("templates") {
        used.extend(keys_in_template(&read(&path), &path));
    }
    assert!(
        !used.is_empty(),
        "no key is used anywhere: enter the function that looks words up in LOOKUPS in this file"
    );
    let missing = used.iter().filter(|(key, _)| !known.contains(*key));
    let complaints: Vec<_> = missing.map(|(key, path)| format!("{path}: {key}")).collect();
    refuse(&complaints, "add the key to every file under locales/, or correct its name");
}

#[test]
fn pages_have_their_words() {
    let has_pages = !assets("templates").is_empty();
    assert!(
        !has_pages || locales().len() >= 2,
        "there are templates and fewer than two languages under locales/: have they moved?"
    );
}

#[test]
fn no_template_and_no_served_file_is_unused() {
    let code: Vec<Source> = sources("crates/kiemtin/src");
    let literals = code.iter().flat_map(|it| it.literals.iter().map(|it| it.text.clone()));
    let mut texts: Vec<(String, String)> = literals.map(|it| (String::new(), it)).collect();
    let assets = ["templates", "static"].map(assets).concat();
    let is_text = |it: &&String| {
        [".html", ".css", ".js", ".xml", ".txt", ".svg", ".webmanifest"]
            .iter()
            .any(|end| it.ends_with(end))
    };
    texts.extend(assets.iter().filter(is_text).map(|it| (it.clone(), read(it))));
    refuse(&unused(&assets, &texts), "use the file or delete it");
}

#[test]
fn each_rule_of_words_bites() {
    let vi = keys("# Đầu trang\nhome-title = Kiểm Tin\n    .label = Trang\n-brand = Kiểm\n");
    let en = keys("home-title = Kiểm Tin\nextra =\n    More\n");
    assert_eq!(
        vi.iter().map(String::as_str).collect::<Vec<_>>(),
        ["-brand", "home-title", "home-title.label"]
    );
    let locales = BTreeMap::from([("en".to_owned(), en), ("vi".to_owned(), vi)]);
    bites(
        &differences(&locales),
        &["en lacks -brand", "en lacks home-title.label", "vi lacks extra"],
    );
    let template = "{{ page.t(\"home-title\") }}<p class=\"t\">{{ locale::text(*lang, \"x-y\") }}\
                    {{ at(\"no\") }}{{ x.text(\"no\") }}";
    let keys: Vec<_> = keys_in_template(template, "a.html").into_iter().map(|it| it.0).collect();
    assert_eq!(keys, ["home-title", "x-y"]);
    let assets = ["c/templates/a.html", "c/templates/b.html", "c/static/s.css"].map(str::to_owned);
    let own = ("c/templates/b.html".to_owned(), "{% extends \"b.html\" %} s.css".to_owned());
    let texts = [(String::new(), "a.html".to_owned()), own];
    bites(&unused(&assets, &texts), &["c/templates/b.html"]);
}

/// The files of `templates`, `static` or `locales`, wherever it stands.
pub(super) fn assets(kind: &str) -> Vec<String> {
    PLACES.iter().flat_map(|it| files(&format!("{it}/{kind}"))).collect()
}

/// The keys of each language: the first folder below `locales` names it, or the file.
fn locales() -> BTreeMap<String, BTreeSet<String>> {
    let mut locales: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in assets("locales").into_iter().filter(|it| it.ends_with(".ftl")) {
        let (_, inside) = path.split_once("/locales/").expect("it was found under locales");
        let lang = inside.split(['/', '.']).next().unwrap_or_default();
        locales.entry(lang.to_owned()).or_default().extend(keys(&read(&path)));
    }
    locales
}

/// Messages, `-terms` and `message.attributes` of a Fluent file.
fn keys(text: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut message = String::new();
    for line in text.lines() {
        let Some((name, _)) = line.split_once('=') else {
            continue;
        };
        let name = name.trim_end();
        let is_name = |it: &str| {
            let it = it.strip_prefix('-').unwrap_or(it);
            it.starts_with(|it: char| it.is_ascii_alphabetic())
                && it.bytes().all(|it| is_word(it) || it == b'-')
        };
        if is_name(name) {
            message = name.to_owned();
            keys.insert(message.clone());
        } else if let Some(attribute) = name.trim_start().strip_prefix('.').filter(|it| is_name(it))
        {
            keys.insert(format!("{message}.{attribute}"));
        }
    }
    keys
}

fn differences(locales: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let all: BTreeSet<&String> = locales.values().flatten().collect();
    let lacks = |(lang, keys): (&String, &BTreeSet<String>)| {
        let missing = all.iter().filter(|it| !keys.contains(**it));
        missing.map(|it| format!("{lang} lacks {it}")).collect::<Vec<_>>()
    };
    locales.iter().flat_map(lacks).collect()
}

/// The literal as a key, if what stands before it is a look-up: `page.t(` or `text(lang, `.
fn key_after(before: &str, literal: &str, path: &str) -> Option<(String, String)> {
    let (call, arguments) = before.rsplit_once('(')?;
    let name = call.rsplit(|it: char| !(it == '_' || it.is_ascii_alphanumeric())).next()?;
    let is_argument = |it: u8| is_word(it) || b"&*., \n".contains(&it);
    let first = arguments.bytes().all(is_argument);
    let in_lang = LOOKUPS_IN_LANG.contains(&name) && arguments.to_lowercase().contains("lang");
    let looks_up = first && (in_lang || LOOKUPS.contains(&name));
    looks_up.then(|| (literal.to_owned(), path.to_owned()))
}

pub(super) fn keys_in_template(text: &str, path: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for block in text.split("{{").skip(1).chain(text.split("{%").skip(1)) {
        let block = block.split("}}").next().and_then(|it| it.split("%}").next());
        let parts: Vec<&str> = block.unwrap_or_default().split('"').collect();
        for pair in parts.chunks(2) {
            if let [before, literal] = pair {
                found.extend(key_after(before, literal, path));
            }
        }
    }
    found
}

/// The assets that no text but their own names.
fn unused(assets: &[String], texts: &[(String, String)]) -> Vec<String> {
    let is_named = |asset: &String| {
        let inside = asset.split_once("/templates/").or_else(|| asset.split_once("/static/"));
        let (_, inside) = inside.expect("assets lie in templates or static");
        texts.iter().any(|(path, text)| path != asset && text.contains(inside))
    };
    assets.iter().filter(|it| !is_named(it)).cloned().collect()
}

//! What types hold and what can be pressed: no field of a type points to a person, and no button,
//! choice or event asks anybody to take something down or to act against whoever said it.

use std::collections::BTreeMap;

use super::promises::{PERSONS, has_part};
use super::source::{Source, item_end, line_of, word_offsets};
use super::words::{assets, keys_in_template};
use super::{bites, read, refuse, sources};

/// Fields that a name on the list is right for: file, field, reason.
const ALLOWED_FIELDS: &[(&str, &str, &str)] = &[(
    "crates/store/src/notices.rs",
    "notice_address",
    "a member's own, kept as long as their access",
)];
/// What is kept, matched and published: types elsewhere are of requests, programs and pages.
const TYPES_UNDER: [&str; 3] = ["crates/core/src", "crates/store/src", "crates/extract/src"];

/// Words of removal, blocking and referral, in small letters.
const REFUSED_WORDS: &[&str] = &[
    "take down",
    "takedown",
    "remove the post",
    "removal",
    "block ",
    "blocking",
    "ban ",
    "police",
    "prosecut",
    "punish",
    "denounce",
    "report the",
    "report this",
    "report user",
    "refer to",
    "gỡ bài",
    "gỡ tin",
    "gỡ nội dung",
    "xóa bài",
    "xoá bài",
    "chặn",
    "khóa tài khoản",
    "tố cáo",
    "tố giác",
    "công an",
    "xử phạt",
    "xử lý người",
    "truy tìm",
    "báo cáo người",
    "báo cáo bài",
    "chuyển cơ quan",
];
/// Parts of a page that somebody presses or chooses.
const PRESSED: [&str; 5] = ["button", "summary", "option", "legend", "label"];
/// Keys that code puts on buttons and into histories.
const PUT_BY_CODE: [&str; 4] = ["d-action-", "d-done-", "d-event-", "d-tab-"];

#[test]
fn no_field_of_a_type_points_to_a_person() {
    let mut complaints = Vec::new();
    for source in TYPES_UNDER.into_iter().flat_map(sources) {
        let is_allowed = |field: &str| {
            ALLOWED_FIELDS.iter().any(|(path, it, _)| *path == source.path && *it == field)
        };
        let found = fields(&source).into_iter().filter(|(_, it)| has_part(it, '_', PERSONS));
        let found = found.filter(|(_, it)| !is_allowed(it));
        complaints.extend(found.map(|(line, it)| format!("{}:{line}: {it}", source.path)));
    }
    refuse(&complaints, "drop it where it comes in (DESIGN.md section 2.1)");
}

#[test]
fn nothing_that_is_pressed_asks_for_removal_or_referral() {
    let mut pressed: Vec<String> = Vec::new();
    for path in assets("templates") {
        pressed.extend(pressed_keys(&read(&path), &path));
    }
    assert!(20 < pressed.len(), "buttons are found: {pressed:?}");
    let mut complaints = Vec::new();
    for path in assets("locales").into_iter().filter(|it| it.ends_with(".ftl")) {
        for (key, words) in values(&read(&path)) {
            let is_put = PUT_BY_CODE.iter().any(|it| key.starts_with(it));
            let is_pressed = is_put || pressed.contains(&key);
            if let Some(word) = refused(&words).filter(|_| is_pressed) {
                complaints.push(format!("{path}: {key} says “{word}”"));
            }
        }
    }
    refuse(&complaints, "the desk answers in public and does nothing else (DESIGN.md section 2.2)");
}

#[test]
fn each_of_these_bites() {
    let source = Source::parse(
        "a.rs",
        "pub struct A<T> {\n    /// The author.\n    pub(crate) author_name: T,\n    ip: u8,\n}\n\
         fn f(handle: u8) { let follower = 1; B { account: 2 } }\nstruct C(String);\n",
    );
    let found = fields(&source);
    let names: Vec<String> = found.iter().map(|(_, it)| it.clone()).collect();
    bites(&names, &["author_name", "ip"]);
    let page = "<p>{{ page.t(\"a\") }}</p><button class=\"x\">{{ page.t(\"b\") }}</button>";
    assert_eq!(pressed_keys(page, "a.html"), ["b"]);
    assert_eq!(refused("Yêu cầu gỡ bài này"), Some("gỡ bài"));
    assert_eq!(refused("Ask them to take down the post"), Some("take down"));
    assert_eq!(refused("Take it back"), None);
    let text = "# a\nb = Gỡ\n    bài\nc = d\n";
    assert_eq!(values(text)["b"], "gỡ bài");
}

/// The named fields of each struct that ships, with their lines.
fn fields(source: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for start in word_offsets(&source.production, "struct") {
        let end = item_end(&source.production, start);
        let Some((head, body)) = source.production[start..end].split_once('{') else { continue };
        let mut at = start + head.len() + 1;
        for line in body.lines() {
            if let Some((left, _)) = line.split_once(':') {
                let name = left.rsplit([' ', '(', ')']).next().unwrap_or_default();
                let is_name = name.bytes().all(|it| it == b'_' || it.is_ascii_lowercase());
                if is_name && !name.is_empty() {
                    found.push((line_of(&source.text, at), name.to_owned()));
                }
            }
            at += line.len() + 1;
        }
    }
    found
}

/// The keys that stand inside what is pressed or chosen.
fn pressed_keys(page: &str, path: &str) -> Vec<String> {
    let inside = |tag: &'static str| {
        let parts = page.split(&format!("<{tag}")).skip(1).map(str::to_owned).collect::<Vec<_>>();
        let end = format!("</{tag}>");
        parts.into_iter().map(move |it| it.split(&end).next().unwrap_or_default().to_owned())
    };
    let keys = PRESSED.into_iter().flat_map(inside);
    keys.flat_map(|it| keys_in_template(&it, path)).map(|(key, _)| key).collect()
}

/// The words under each key, in small letters; lines that go on are joined.
fn values(text: &str) -> BTreeMap<String, String> {
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    let mut key = String::new();
    for line in text.lines().filter(|it| !it.starts_with('#')) {
        match line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
            Some((it, words)) => {
                key = it.to_owned();
                values.insert(key.clone(), words.to_lowercase());
            }
            None => {
                let more = format!(" {}", line.trim().to_lowercase());
                values.entry(key.clone()).and_modify(|it| it.push_str(&more));
            }
        }
    }
    values
}

fn refused(words: &str) -> Option<&'static str> {
    let words = format!("{} ", words.to_lowercase());
    REFUSED_WORDS.iter().find(|it| words.contains(**it)).copied()
}

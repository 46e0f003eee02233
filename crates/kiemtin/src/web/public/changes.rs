//! `/{lang}/c/{number}/v/{version}/changes`: what a version says otherwise than the one before it,
//! word by word, in each language; and what changed of verdict and evidence.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::rating::Rating;
use kiemtin_core::review::{Content, EvidenceLine};
use similar::{ChangeTag, TextDiff};

use super::{claim, number};
use crate::app::App;
use crate::locale;
use crate::web::codes;
use crate::web::failure::{Answer, Failure};
use crate::web::page::{Page, Reader, html};

#[derive(Template)]
#[template(path = "public/changes.html")]
struct Changes {
    page: Page,
    number: i64,
    version: i64,
    class: &'static str,
    /// The verdict before and now, where it is another.
    rating: Option<(Rating, Rating)>,
    texts: Vec<Text>,
    added: Vec<EvidenceLine>,
    removed: Vec<EvidenceLine>,
    /// Sources that are there before and after, and are described otherwise.
    changed: Vec<EvidenceLine>,
}

/// One text that changed, in one language.
struct Text {
    field: &'static str,
    lang: Lang,
    runs: Vec<Run>,
}

/// Words that stayed, came or went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    tag: Tag,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Kept,
    Added,
    Removed,
}

/// `GET /{lang}/c/{number}/v/{version}/changes`
pub(super) async fn changes(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, of, version)): Path<(String, String, String)>,
) -> Answer<Response> {
    let missing = || Failure::Missing(reader.0);
    let version = number(&version).ok_or_else(missing)?;
    let (_, versions) = claim::published(&app, reader, &of).await?;
    let of = |n: i64| versions.iter().find(|it| it.document.version == n).map(|it| &it.document);
    let (after, before) = (of(version).ok_or_else(missing)?, of(version - 1).ok_or_else(missing)?);
    let number = after.number;
    let words = [("n", version.to_string().into()), ("number", number.to_string().into())];
    let title = locale::text_with(reader.0, "changes-title", &words);
    let page = Page::new(&app, reader.0, title, format!("/c/{number}/v/{version}/changes"));
    let (old, new) = (&before.content, &after.content);
    let (added, removed, changed) = sources(old, new);
    html(&Changes {
        page,
        number,
        version,
        class: new.class.code(),
        rating: (old.rating != new.rating).then_some((old.rating, new.rating)),
        texts: texts(reader.0, old, new),
        added,
        removed,
        changed,
    })
}

/// The texts that changed; the reader's language first.
fn texts(first: Lang, old: &Content, new: &Content) -> Vec<Text> {
    let fields: [(&'static str, &Localised, &Localised); 5] = [
        ("claim", &old.claim, &new.claim),
        ("answer", &old.answer, &new.answer),
        ("body", &old.body, &new.body),
        ("why", &old.why, &new.why),
        ("single-source", &old.single_source, &new.single_source),
    ];
    let mut texts = Vec::new();
    for lang in [first, first.other()] {
        for (field, old, new) in fields {
            let (old, new) = (old.exact(lang), new.exact(lang));
            if old != new {
                let runs = runs(old.unwrap_or_default(), new.unwrap_or_default());
                texts.push(Text { field, lang, runs });
            }
        }
        let (old, new) = (picture(lang, old), picture(lang, new));
        if old != new {
            texts.push(Text { field: "picture", lang, runs: runs(&old, &new) });
        }
    }
    texts
}

/// What a version says of the picture, in one text.
fn picture(lang: Lang, content: &Content) -> String {
    let Some(it) = &content.picture else { return String::new() };
    let kind = codes::picture(lang, it.category);
    format!("{kind} {}", it.context.exact(lang).unwrap_or_default())
}

/// The words of two texts as they stayed, went and came; neighbours of one kind are one run.
fn runs(old: &str, new: &str) -> Vec<Run> {
    let diff = TextDiff::from_words(old, new);
    let mut runs: Vec<Run> = Vec::new();
    for change in diff.iter_all_changes() {
        let tag = match change.tag() {
            ChangeTag::Equal => Tag::Kept,
            ChangeTag::Insert => Tag::Added,
            ChangeTag::Delete => Tag::Removed,
        };
        match runs.last_mut() {
            Some(last) if last.tag == tag => last.text.push_str(change.value()),
            _ => runs.push(Run { tag, text: change.value().to_owned() }),
        }
    }
    runs
}

/// Sources that came, that went, and that are described otherwise.
fn sources(
    old: &Content,
    new: &Content,
) -> (Vec<EvidenceLine>, Vec<EvidenceLine>, Vec<EvidenceLine>) {
    let in_other = |other: &[EvidenceLine], it: &EvidenceLine| {
        other.iter().find(|line| line.url == it.url).cloned()
    };
    let lacks = |of: &[EvidenceLine], other: &[EvidenceLine]| -> Vec<EvidenceLine> {
        of.iter().filter(|it| in_other(other, it).is_none()).cloned().collect()
    };
    let carries_claim = |of: &Content, it: &EvidenceLine| of.appears_on.contains(&it.url);
    let differs = |it: &&EvidenceLine| {
        in_other(&old.evidence, it).is_some_and(|before| {
            before != **it || carries_claim(old, it) != carries_claim(new, it)
        })
    };
    let changed = new.evidence.iter().filter(differs).cloned().collect();
    (lacks(&new.evidence, &old.evidence), lacks(&old.evidence, &new.evidence), changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, expected: &str) {
        let shown = |it: &Run| match it.tag {
            Tag::Kept => it.text.clone(),
            Tag::Added => format!("+{}+", it.text),
            Tag::Removed => format!("-{}-", it.text),
        };
        assert_eq!(runs(old, new).iter().map(shown).collect::<String>(), expected);
    }

    #[test]
    fn whole_words_come_and_go() {
        check("Tỏi là tốt.", "Tỏi là tốt.", "Tỏi là tốt.");
        check("Tỏi rất tốt.", "Tỏi khá tốt.", "Tỏi -rất-+khá+ tốt.");
        check("", "Mới.", "+Mới.+");
        check("<b>cũ</b> x", "x", "-<b>cũ</b> -x");
    }
}

//! E-mail to text (RFC 5322, MIME: RFC 2045 to 2047), and mailboxes of it (RFC 4155).
//!
//! Of the head only subject, date and what tells how to read the text are looked at: no sender, no
//! recipient, no way that the mail took. Signatures go, and so does what others wrote in former mails.
//! Attachments are counted by kind; their names and contents are not read.

mod body;
mod coding;
mod mailbox;
mod said;

pub use mailbox::{Mailbox, Posted};

use std::collections::BTreeMap;

use kiemtin_core::time::Timestamp;

use crate::charset;
use crate::clean;
use crate::limits::{DOCUMENT_TEXT_BYTES_MAX, MAIL_BYTES_MAX};
use crate::mend::mend_all;
use crate::page::{Document, page};
use crate::problem::Problem;
use body::{Fields, Leaf};

/// Reads one mail. Never fails: what was wrong is listed in `problems`.
pub fn mail(bytes: &[u8]) -> Document {
    let mut problems = Vec::new();
    if bytes.len() > MAIL_BYTES_MAX {
        let what_to_do = "save its text as plain text";
        let max = MAIL_BYTES_MAX as u64;
        problems.push(Problem::TooLarge { what: "the mail", max, what_to_do });
        return Document { problems, ..Document::default() };
    }
    let (head, leaves) = body::leaves(bytes, &mut problems);
    let mut title = head.get("subject").map(coding::words).unwrap_or_default();
    let published = head.get("date").map(|it| day(&String::from_utf8_lossy(it)));
    if published == Some(None) {
        problems.push(Problem::BadDate);
    }
    let (mut text, lang) = text(&leaves, &mut problems);
    problems.extend(mend_all(&mut [&mut title, &mut text]));
    if let Some(kinds) = attached(&leaves) {
        problems.push(Problem::Attachments { kinds });
    }
    let text = clean::text(&text);
    if text.is_empty() {
        problems.push(Problem::NoText);
    }
    let title = clean::line(without_marks(&title));
    Document { title, text, lang, published: published.flatten(), problems, ..Document::default() }
}

/// Whether a file begins as mails do: a head of fields, some of which only mails have.
pub(crate) fn is_mail(head: &[u8]) -> bool {
    let (fields, _) = Fields::split(head);
    let has = |names: &[&str]| names.iter().any(|it| fields.get(it).is_some());
    let is_head = fields.begins_at_once;
    is_head
        && has(&["from", "subject", "date", "to"])
        && has(&[
            "received",
            "message-id",
            "mime-version",
            "return-path",
            "delivered-to",
            "x-mailer",
        ])
}

/// Whether a file begins as mailboxes do: the line between mails, then a mail.
pub(crate) fn is_mailbox(head: &[u8]) -> bool {
    let Some(end) = head.iter().take(1_000).position(|&it| it == b'\n') else {
        return false;
    };
    mailbox::is_between(&head[..end]) && Fields::split(&head[end + 1..]).0.begins_at_once
}

/// What was said: all plain parts, or else what stands in the pages.
fn text(
    leaves: &[Leaf<'_>],
    problems: &mut Vec<Problem>,
) -> (String, Option<kiemtin_core::lang::Lang>) {
    let mut text = String::new();
    for leaf in leaves.iter().filter(|it| it.is_text("text/plain")) {
        let (part, noted) = charset::decode_noted(&leaf.unpacked(), leaf.charset.as_deref());
        problems.extend(noted);
        let part = said::own(&part, leaf.is_flowed);
        if !text.is_empty() && !part.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&part);
    }
    let mut lang = None;
    if text.is_empty() {
        for leaf in leaves.iter().filter(|it| it.is_text("text/html")) {
            let read = page(&leaf.unpacked(), leaf.charset.as_deref(), None);
            lang = lang.or(read.lang);
            // A date or title in a mail's page is of no account, and what is missing is told once.
            let told = |it: &Problem| !matches!(it, Problem::NoText | Problem::BadDate);
            problems.extend(read.problems.into_iter().filter(told));
            text.push_str(&said::own(&read.text, false));
        }
    }
    if text.len() > DOCUMENT_TEXT_BYTES_MAX {
        text.truncate(text.floor_char_boundary(DOCUMENT_TEXT_BYTES_MAX));
        problems.push(Problem::TextCut { max: DOCUMENT_TEXT_BYTES_MAX });
    }
    (text, lang)
}

/// What is attached, by kind.
fn attached(leaves: &[Leaf<'_>]) -> Option<String> {
    let mut kinds = BTreeMap::new();
    for leaf in leaves.iter().filter(|it| !it.is_text("text/plain") && !it.is_text("text/html")) {
        let kind = match leaf.media_type.split_once('/') {
            Some(("image", _)) => "pictures",
            Some(("audio", _)) => "recordings",
            Some(("video", _)) => "films",
            Some(("message", _)) => "mails",
            Some((_, "pdf")) => "PDF documents",
            Some((_, it)) if it.contains("officedocument") || it.contains("opendocument") => {
                "office documents"
            }
            Some((_, "msword")) => "office documents",
            Some(("text", _)) => "texts",
            _ => "other files",
        };
        *kinds.entry(kind).or_insert(0_u32) += 1;
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, n)| format!("{kind}: {n}")).collect();
    (!kinds.is_empty()).then(|| kinds.join(", "))
}

/// The day a mail was written on, in Vietnam: the clock would tell more of its writer than is kept.
fn day(stated: &str) -> Option<Timestamp> {
    let stated = stated.trim();
    // A comment at the end, `(ICT)`, is allowed and says nothing.
    let stated = stated.split_once('(').map_or(stated, |(it, _)| it).trim();
    let point = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(stated).ok()?;
    let there = jiff::tz::Offset::constant(7).to_datetime(point);
    Timestamp::parse(&there.date().to_string())
}

/// A subject without `Re:` and `Fwd:`, in the languages of the programs that are used here.
fn without_marks(subject: &str) -> &str {
    const MARKS: [&str; 8] =
        ["re:", "fwd:", "fw:", "trả lời:", "tl:", "chuyển tiếp:", "ct:", "aw:"];
    let mut rest = subject.trim();
    'again: loop {
        for mark in MARKS {
            let begins =
                rest.char_indices().nth(mark.chars().count()).map_or(rest.len(), |it| it.0);
            if rest[..begins].to_lowercase() == mark {
                rest = rest[begins..].trim_start();
                continue 'again;
            }
        }
        return rest;
    }
}

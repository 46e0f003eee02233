//! Office documents to text: DOCX (ECMA-376, *Office Open XML*) and ODT (OASIS *OpenDocument* 1.3).
//!
//! Never read: who made or changed a document, who commented on it, and what a comment says. Text
//! that was struck out with changes tracked is left out; text that was put in stays.

mod docx;
mod flow;
mod odt;
mod xml;

use std::io::Cursor;

use kiemtin_core::lang::Lang;

use crate::clean;
use crate::limits::{DOCUMENT_TEXT_BYTES_MAX, OFFICE_BYTES_MAX};
use crate::mend::mend_all;
use crate::package::Package;
use crate::page::Document;
use crate::problem::{Problem, Unreadable};

const WHAT: &str = "the document";

/// Reads a DOCX file. Never fails: what was wrong is listed in `problems`.
pub fn docx(bytes: &[u8]) -> Document {
    opened(bytes, docx::read)
}

/// Reads an ODT file. Never fails: what was wrong is listed in `problems`.
pub fn odt(bytes: &[u8]) -> Document {
    opened(bytes, odt::read)
}

/// An office document from before 2007, or one of later that is locked: both lie in the same box
/// (MS-CFB), and a locked one has a stream of that name in it (MS-OFFCRYPTO 2.3.2).
pub(crate) fn old_or_locked(bytes: &[u8]) -> Problem {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if bytes.windows(name.len()).any(|it| it == name) {
        return Problem::Locked;
    }
    Problem::Unreadable(Unreadable::Binary {
        looks_like: "an old office document (doc, xls)",
        what_to_do: "open it and save it as .docx, or a table as .csv",
    })
}

type Parts<'a> = Package<Cursor<&'a [u8]>>;

/// What stands in a document, before it is cleaned.
#[derive(Default)]
struct Raw {
    title: Option<String>,
    text: String,
    lang: Option<Lang>,
    /// When it was made, or else changed, as it is written there.
    made: Option<String>,
    problems: Vec<Problem>,
}

fn opened(bytes: &[u8], read: fn(&mut Parts<'_>) -> Result<Raw, Problem>) -> Document {
    let alone = |problem| Document { problems: vec![problem], ..Document::default() };
    if bytes.len() > OFFICE_BYTES_MAX {
        let what_to_do = "save it without its pictures";
        let max = OFFICE_BYTES_MAX as u64;
        return alone(Problem::TooLarge { what: WHAT, max, what_to_do });
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return alone(old_or_locked(bytes));
    }
    match Package::open(Cursor::new(bytes), WHAT).and_then(|mut parts| read(&mut parts)) {
        Ok(raw) => document(raw),
        Err(problem) => alone(problem),
    }
}

fn document(raw: Raw) -> Document {
    let Raw { title, mut text, lang, made, mut problems } = raw;
    let mut title = title.unwrap_or_default();
    problems.extend(mend_all(&mut [&mut title, &mut text]));
    let title = clean::line(&title);
    let text = clean::text(&text);
    // The headline stands above the text as well.
    let without = title.as_deref().and_then(|it| text.strip_prefix(it));
    let text = match without.filter(|it| it.is_empty() || it.starts_with('\n')) {
        Some(rest) => rest.trim_start().to_owned(),
        None => text,
    };
    let published = made.as_deref().and_then(clean::time);
    if made.is_some() && published.is_none() {
        problems.push(Problem::BadDate);
    }
    if text.is_empty() {
        problems.push(Problem::NoText);
    }
    Document { title, text, lang, published, problems, ..Document::default() }
}

/// A part as text; `None` if there is none.
fn source(parts: &mut Parts<'_>, name: &str) -> Result<Option<String>, Problem> {
    let bytes = parts.part(name)?;
    // A byte order mark or UTF-16 is told by the bytes; XML is UTF-8 otherwise.
    Ok(bytes.map(|it| crate::charset::decode(&it, Some("utf-8")).0))
}

/// A part that a document can do without: its damage is noted.
fn side_source(parts: &mut Parts<'_>, name: &str, problems: &mut Vec<Problem>) -> String {
    match source(parts, name) {
        Ok(it) => it.unwrap_or_default(),
        Err(_) => {
            problems.push(Problem::PartDamaged { why: format!("{name} cannot be read") });
            String::new()
        }
    }
}

/// The text and what was wrong with it, when the walk through its XML is over.
fn finish(flow: flow::Flow, is_whole: bool, problems: &mut Vec<Problem>) -> String {
    let (text, is_cut) = flow.finish();
    if is_cut {
        problems.push(Problem::TextCut { max: DOCUMENT_TEXT_BYTES_MAX });
    }
    if !is_whole {
        let why = "the XML of its text breaks off or is nested too deeply".to_owned();
        problems.push(Problem::PartDamaged { why });
    }
    text
}

/// Titles that programs put there by themselves: a file's name, or none.
fn is_made_up(title: &str) -> bool {
    let lower = title.to_lowercase();
    let is_file = [".doc", ".docx", ".odt", ".dot", ".rtf"].iter().any(|it| lower.ends_with(it));
    is_file || lower.starts_with("microsoft word - ") || title.split_whitespace().count() < 2
}

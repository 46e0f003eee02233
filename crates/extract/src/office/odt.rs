//! ODT: `content.xml` with its footnotes, and `meta.xml` (OpenDocument 1.3 part 3, sections 4 to 7).

use kiemtin_core::lang::Lang;

use super::flow::Flow;
use super::xml::{Said, Tag, walk};
use super::{Parts, Raw, WHAT, finish, is_made_up, side_source, source};
use crate::problem::Problem;

pub(super) fn read(parts: &mut Parts<'_>) -> Result<Raw, Problem> {
    let mut problems = Vec::new();
    // Whoever locks it writes so in its list of parts (OpenDocument 1.3 part 2, 4.4).
    let list = side_source(parts, "META-INF/manifest.xml", &mut problems);
    if list.contains("encryption-data") {
        return Err(Problem::Locked);
    }
    let no_text =
        || Problem::Damaged { what: WHAT, why: "it has no part with its text".to_owned() };
    let body = source(parts, "content.xml")?.ok_or_else(no_text)?;
    let mut reading = Reading::default();
    let is_whole = walk(&body, |it| reading.take(it));
    let meta = meta(&side_source(parts, "meta.xml", &mut problems));
    let Reading { flow, title, heading, .. } = reading;
    let stated = meta.title.filter(|it| !is_made_up(it));
    Ok(Raw {
        title: title.or(stated).or(heading),
        text: finish(flow, is_whole, &mut problems),
        lang: meta.lang,
        made: meta.created.or(meta.changed),
        problems,
    })
}

#[derive(Default)]
struct Meta {
    title: Option<String>,
    created: Option<String>,
    changed: Option<String>,
    lang: Option<Lang>,
}

fn meta(source: &str) -> Meta {
    let (mut meta, mut open) = (Meta::default(), String::new());
    walk(source, |said| match said {
        Said::Open(tag) => open = tag.name(),
        Said::Close(_) => open.clear(),
        Said::Text(text) => {
            let add = |to: &mut Option<String>| to.get_or_insert_default().push_str(&text);
            match open.as_str() {
                "title" => add(&mut meta.title),
                "creation-date" => add(&mut meta.created),
                "date" => add(&mut meta.changed),
                "language" => meta.lang = Lang::from_tag(text.trim()),
                _ => {}
            }
        }
    });
    // Nine digits of a second, as OpenOffice writes them.
    let to_seconds = |it: String| it.split('.').next().unwrap_or_default().to_owned();
    meta.created = meta.created.map(to_seconds);
    meta.changed = meta.changed.map(to_seconds);
    meta
}

/// Elements with nothing in them that is read: comments, text that was struck out, fields that name
/// a person, the number of a note, what is said about a picture, hidden text.
const SKIPPED: [&str; 13] = [
    "annotation",
    "tracked-changes",
    "author-name",
    "author-initials",
    "creator",
    "initial-creator",
    "printed-by",
    "note-citation",
    "title",
    "desc",
    "binary-data",
    "hidden-text",
    "scripts",
];

/// Spaces that one `text:s` may stand for: more are an attack, and are taken for one all the same.
const SPACES_MAX: usize = 100;

#[derive(Default)]
struct Reading {
    flow: Flow,
    /// Elements open inside one that is skipped, itself counted.
    n_skipped: usize,
    /// An item of a list has just begun: its first paragraph has the mark.
    item_begins: bool,
    style: String,
    title: Option<String>,
    heading: Option<String>,
}

impl Reading {
    fn take(&mut self, said: Said<'_>) {
        match said {
            Said::Open(_) if self.n_skipped > 0 => self.n_skipped += 1,
            Said::Close(_) if self.n_skipped > 0 => self.n_skipped -= 1,
            Said::Text(_) if self.n_skipped > 0 => {}
            Said::Open(tag) => self.open(&tag),
            Said::Close(name) => self.close(&name),
            // A line end in the XML is a space.
            Said::Text(text) => self.flow.push(&text.replace(['\n', '\r'], " ")),
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        let name = tag.name();
        match name.as_str() {
            "p" | "h" => {
                self.flow.start_paragraph();
                if std::mem::take(&mut self.item_begins) {
                    self.flow.is_item();
                }
                self.style = match (name.as_str(), tag.value("outline-level").as_deref()) {
                    ("h", Some("1")) => "Heading".to_owned(),
                    _ => tag.value("style-name").unwrap_or_default(),
                };
            }
            "list-item" => self.item_begins = true,
            "s" => {
                let n_spaces = tag.value("c").and_then(|it| it.parse().ok()).unwrap_or(1);
                self.flow.push(&" ".repeat(if n_spaces <= SPACES_MAX { n_spaces } else { 1 }));
            }
            "tab" => self.flow.push(" "),
            "line-break" => self.flow.push("\n"),
            "table-row" => self.flow.start_row(),
            "table-cell" => self.flow.start_cell(),
            "note-body" => self.flow.start_note(),
            it if SKIPPED.contains(&it) || it.starts_with("sender-") => self.n_skipped = 1,
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" | "h" => self.end_paragraph(),
            "list-item" => self.item_begins = false,
            "table-row" => self.flow.end_row(),
            "table-cell" => self.flow.end_cell(),
            "note-body" => self.flow.end_note(),
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        let said = self.flow.paragraph().map(str::trim).filter(|it| !it.is_empty());
        let slot = match self.style.as_str() {
            "Title" => Some(&mut self.title),
            "Heading" => Some(&mut self.heading),
            _ => None,
        };
        if let (Some(slot), Some(said)) = (slot, said) {
            slot.get_or_insert_with(|| said.to_owned());
        }
        self.style.clear();
        self.flow.end_paragraph();
    }
}

//! DOCX: `word/document.xml` with its footnotes (ECMA-376 part 1, 17: WordprocessingML).

use std::collections::HashMap;

use kiemtin_core::lang::Lang;

use super::flow::Flow;
use super::xml::{Said, Tag, walk};
use super::{Parts, Raw, WHAT, finish, is_made_up, side_source, source};
use crate::problem::Problem;

pub(super) fn read(parts: &mut Parts<'_>) -> Result<Raw, Problem> {
    let no_text =
        || Problem::Damaged { what: WHAT, why: "it has no part with its text".to_owned() };
    // Word calls it `document.xml`, some programs of others `document2.xml`.
    let name = parts.names().find(|it| {
        it.strip_prefix("word/document").is_some_and(|it| it.ends_with(".xml") && !it.contains('/'))
    });
    let body = source(parts, &name.ok_or_else(no_text)?)?.ok_or_else(no_text)?;
    let mut problems = Vec::new();
    let styles = styles(&side_source(parts, "word/styles.xml", &mut problems));
    let (mut reading, mut is_whole) = (Reading { styles, ..Reading::default() }, true);
    is_whole &= walk(&body, |it| reading.take(it));
    for name in ["word/footnotes.xml", "word/endnotes.xml"] {
        let notes = side_source(parts, name, &mut problems);
        is_whole &= notes.is_empty() || walk(&notes, |it| reading.take(it));
    }
    let core = core(&side_source(parts, "docProps/core.xml", &mut problems));
    let Reading { flow, title, heading, n_vi, n_en, .. } = reading;
    let stated = core.title.filter(|it| !is_made_up(it));
    Ok(Raw {
        title: title.or(stated).or(heading),
        text: finish(flow, is_whole, &mut problems),
        lang: core.lang.or_else(|| spoken(n_vi, n_en)),
        made: core.created.or(core.modified),
        problems,
    })
}

/// The language that most of the text is marked as, if much of it is.
fn spoken(n_vi: usize, n_en: usize) -> Option<Lang> {
    match () {
        () if n_vi > 4 * n_en => Some(Lang::Vi),
        () if n_en > 4 * n_vi => Some(Lang::En),
        () => None,
    }
}

/// The styles of titles and headings by their identifiers, which Word makes of names in the language of
/// its user; the names inside are always English.
fn styles(source: &str) -> HashMap<String, Style> {
    let (mut styles, mut id) = (HashMap::new(), None);
    walk(source, |said| {
        let Said::Open(tag) = said else { return };
        match tag.name().as_str() {
            "style" => id = tag.value("styleId"),
            "name" => {
                let name = tag.value("val").unwrap_or_default().to_lowercase();
                let style = Style::of_name(&name);
                styles.extend(id.take().zip(style));
            }
            _ => {}
        }
    });
    styles
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Title,
    Heading,
}

impl Style {
    fn of_name(name: &str) -> Option<Self> {
        match name {
            "title" => Some(Self::Title),
            "heading 1" | "heading1" => Some(Self::Heading),
            _ => None,
        }
    }
}

/// Facts of the document as a whole (ECMA-376 part 2, 11: core properties), of those that name nobody.
#[derive(Default)]
struct Core {
    title: Option<String>,
    created: Option<String>,
    modified: Option<String>,
    lang: Option<Lang>,
}

fn core(source: &str) -> Core {
    let (mut core, mut open) = (Core::default(), String::new());
    walk(source, |said| match said {
        Said::Open(tag) => open = tag.name(),
        Said::Close(_) => open.clear(),
        Said::Text(text) => {
            let add = |to: &mut Option<String>| to.get_or_insert_default().push_str(&text);
            match open.as_str() {
                "title" => add(&mut core.title),
                "created" => add(&mut core.created),
                "modified" => add(&mut core.modified),
                "language" => core.lang = Lang::from_tag(text.trim()),
                _ => {}
            }
        }
    });
    core
}

/// Elements with nothing in them that is read: text that was struck out or moved away, the second
/// form of a drawing, the reading aid above a word, how something was formatted before.
const SKIPPED: [&str; 6] = ["del", "moveFrom", "Fallback", "rt", "pPrChange", "rPrChange"];

/// Fields that name a person (ECMA-376 part 1, 17.16.5).
const FIELDS_OF_PERSONS: [&str; 5] =
    ["AUTHOR", "LASTSAVEDBY", "USERNAME", "USERINITIALS", "USERADDRESS"];

/// A field that is open: what it is asked, and whether its answer has begun.
#[derive(Default)]
struct Field {
    asked: String,
    is_answer: bool,
}

impl Field {
    fn names_person(&self) -> bool {
        let word = self.asked.split_whitespace().next().unwrap_or_default();
        FIELDS_OF_PERSONS.iter().any(|it| it.eq_ignore_ascii_case(word))
    }
}

#[derive(Default)]
struct Reading {
    flow: Flow,
    /// Elements open inside one that is skipped, itself counted.
    n_skipped: usize,
    /// Characters are text only inside `w:t`, and questions of fields only inside `w:instrText`.
    in_text: bool,
    in_question: bool,
    /// The run is formatted as hidden.
    is_hidden: bool,
    run_lang: Option<Lang>,
    fields: Vec<Field>,
    styles: HashMap<String, Style>,
    /// The style of the open paragraph.
    style: Option<Style>,
    title: Option<String>,
    heading: Option<String>,
    n_vi: usize,
    n_en: usize,
}

impl Reading {
    fn take(&mut self, said: Said<'_>) {
        match said {
            Said::Open(_) if self.n_skipped > 0 => self.n_skipped += 1,
            Said::Close(_) if self.n_skipped > 0 => self.n_skipped -= 1,
            Said::Text(_) if self.n_skipped > 0 => {}
            Said::Open(tag) => self.open(&tag),
            Said::Close(name) => self.close(&name),
            Said::Text(text) if self.in_question => {
                if let Some(field) = self.fields.last_mut().filter(|it| it.asked.len() < 200) {
                    field.asked.push_str(&text);
                }
            }
            Said::Text(text) if self.in_text => self.text(&text),
            Said::Text(_) => {}
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        let name = tag.name();
        match name.as_str() {
            "p" => {
                self.flow.start_paragraph();
                self.style = None;
            }
            "numPr" => self.flow.is_item(),
            "pStyle" => {
                let id = tag.value("val").unwrap_or_default();
                let named = || Style::of_name(&id.to_lowercase());
                self.style = self.styles.get(&id).copied().or_else(named);
            }
            "r" => (self.is_hidden, self.run_lang) = (false, None),
            "vanish" => {
                let value = tag.value("val");
                self.is_hidden = !matches!(value.as_deref(), Some("0" | "false" | "off"));
            }
            "lang" => self.run_lang = tag.value("val").as_deref().and_then(Lang::from_tag),
            "t" => self.in_text = true,
            "instrText" => self.in_question = true,
            "fldChar" => self.field(&tag.value("fldCharType").unwrap_or_default()),
            "fldSimple" => {
                let field =
                    Field { asked: tag.value("instr").unwrap_or_default(), is_answer: true };
                if field.names_person() {
                    self.n_skipped = 1;
                }
            }
            "tab" | "ptab" => self.flow.push(" "),
            "br" | "cr" => self.flow.push("\n"),
            "noBreakHyphen" => self.flow.push("-"),
            "tr" => self.flow.start_row(),
            "tc" => self.flow.start_cell(),
            "footnote" | "endnote" => match tag.value("type").as_deref() {
                None | Some("normal") => self.flow.start_note(),
                _ => self.n_skipped = 1, // The line above the notes.
            },
            it if SKIPPED.contains(&it) => self.n_skipped = 1,
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" => self.end_paragraph(),
            "t" => self.in_text = false,
            "instrText" => self.in_question = false,
            "tr" => self.flow.end_row(),
            "tc" => self.flow.end_cell(),
            "footnote" | "endnote" => self.flow.end_note(),
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        let said = self.flow.paragraph().map(str::trim).filter(|it| !it.is_empty());
        let slot = match self.style.take() {
            Some(Style::Title) => Some(&mut self.title),
            Some(Style::Heading) => Some(&mut self.heading),
            None => None,
        };
        if let (Some(slot), Some(said)) = (slot, said) {
            slot.get_or_insert_with(|| said.to_owned());
        }
        self.flow.end_paragraph();
    }

    fn field(&mut self, step: &str) {
        match step {
            "begin" => self.fields.push(Field::default()),
            "separate" => {
                if let Some(field) = self.fields.last_mut() {
                    field.is_answer = true;
                }
            }
            _ => drop(self.fields.pop()),
        }
    }

    fn text(&mut self, text: &str) {
        let names_person = |it: &Field| it.is_answer && it.names_person();
        if self.is_hidden || self.fields.iter().any(names_person) {
            return;
        }
        match self.run_lang {
            Some(Lang::Vi) => self.n_vi += text.len(),
            Some(Lang::En) => self.n_en += text.len(),
            None => {}
        }
        self.flow.push(text);
    }
}

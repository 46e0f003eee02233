//! The text of a document as it is put together: paragraphs, list items, rows of tables, notes.
//!
//! Whatever stands inside a paragraph (a box of text, say) comes before it; notes come at the end.

use crate::limits::DOCUMENT_TEXT_BYTES_MAX;

/// What is open, innermost last.
enum Open {
    Paragraph { text: String, is_item: bool },
    Row(Vec<String>),
    Cell(String),
    Note(String),
}

/// A text being put together.
#[derive(Default)]
pub(super) struct Flow {
    open: Vec<Open>,
    text: String,
    notes: String,
    /// The last block was a row or list item, and so is the next: no empty line between them.
    is_close: bool,
    n_bytes: usize,
    /// Something had to be cut off.
    pub(super) is_cut: bool,
}

impl Flow {
    pub(super) fn start_paragraph(&mut self) {
        self.open.push(Open::Paragraph { text: String::new(), is_item: false });
    }

    /// The open paragraph is an item of a list.
    pub(super) fn is_item(&mut self) {
        if let Some(Open::Paragraph { is_item, .. }) = self.open.last_mut() {
            *is_item = true;
        }
    }

    /// Characters; outside paragraphs there is no text.
    pub(super) fn push(&mut self, more: &str) {
        let Some(Open::Paragraph { text, .. }) = self.open.last_mut() else {
            return;
        };
        if self.n_bytes + more.len() > DOCUMENT_TEXT_BYTES_MAX {
            self.is_cut = true;
            return;
        }
        self.n_bytes += more.len();
        text.push_str(more);
    }

    /// What was said in the open paragraph.
    pub(super) fn paragraph(&self) -> Option<&str> {
        match self.open.last() {
            Some(Open::Paragraph { text, .. }) => Some(text),
            _ => None,
        }
    }

    pub(super) fn end_paragraph(&mut self) {
        if matches!(self.open.last(), Some(Open::Paragraph { .. })) {
            self.close();
        }
    }

    pub(super) fn start_row(&mut self) {
        self.open.push(Open::Row(Vec::new()));
    }

    pub(super) fn start_cell(&mut self) {
        self.open.push(Open::Cell(String::new()));
    }

    pub(super) fn start_note(&mut self) {
        self.open.push(Open::Note(String::new()));
    }

    pub(super) fn end_row(&mut self) {
        self.close_until(|it| matches!(it, Open::Row(_)));
    }

    pub(super) fn end_cell(&mut self) {
        self.close_until(|it| matches!(it, Open::Cell(_)));
    }

    pub(super) fn end_note(&mut self) {
        self.close_until(|it| matches!(it, Open::Note(_)));
    }

    /// All that was said; what is still open, because the document broke off, is closed.
    pub(super) fn finish(mut self) -> (String, bool) {
        while !self.open.is_empty() {
            self.close();
        }
        let notes = self.notes.trim();
        if !notes.is_empty() {
            self.text.push_str("\n\n");
            self.text.push_str(notes);
        }
        (self.text.trim().to_owned(), self.is_cut)
    }

    fn close_until(&mut self, is_it: impl Fn(&Open) -> bool) {
        if !self.open.iter().any(&is_it) {
            return;
        }
        while let Some(last) = self.open.last() {
            let found = is_it(last);
            self.close();
            if found {
                return;
            }
        }
    }

    /// Closes the innermost thing and hands its text to what is around it.
    fn close(&mut self) {
        match self.open.pop() {
            Some(Open::Paragraph { text, is_item }) => {
                let text = lines(&text);
                let text = if is_item && !text.is_empty() { format!("- {text}") } else { text };
                self.hand(&text, is_item);
            }
            Some(Open::Cell(text)) => match self.open.last_mut() {
                Some(Open::Row(cells)) => cells.push(text.replace('\n', " ")),
                _ => self.hand(&text, false),
            },
            Some(Open::Row(cells)) => {
                let filled: Vec<&str> =
                    cells.iter().map(|it| it.trim()).filter(|it| !it.is_empty()).collect();
                self.hand(&filled.join(" | "), true);
            }
            Some(Open::Note(text)) => {
                self.notes.push_str(text.trim());
                self.notes.push('\n');
            }
            None => {}
        }
    }

    fn hand(&mut self, text: &str, is_close: bool) {
        if text.is_empty() {
            return;
        }
        let around = self.open.iter_mut().rev().find_map(|it| match it {
            Open::Cell(text) | Open::Note(text) => Some(text),
            _ => None,
        });
        if let Some(around) = around {
            if !around.is_empty() {
                around.push(' ');
            }
            return around.push_str(text);
        }
        if !self.text.is_empty() {
            self.text.push_str(if self.is_close && is_close { "\n" } else { "\n\n" });
        }
        self.is_close = is_close;
        self.text.push_str(text);
    }
}

/// Lines of a paragraph without their margins and double spaces.
fn lines(text: &str) -> String {
    let lines = text.split('\n').map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|it| !it.is_empty()).collect::<Vec<_>>().join("\n")
}

//! PDF documents, read by the `pdftotext` and `pdfinfo` programs (poppler): child processes that are
//! given the file as a stream and have limits on time, memory and what they may say. No action, script
//! or link in a PDF is followed by either.
//!
//! Of what a PDF says about itself only its title and its date are taken, never who made it. Their
//! absence is no failure: PDF documents are then left out, and `doctor` says what to install.

use std::process::ExitStatus;
use std::time::Duration;

use kiemtin_core::time::Timestamp;
use kiemtin_extract::limits::{PROGRAM_BYTES_MAX, TITLE_CHARS_MAX};
use kiemtin_extract::{Document, Problem, mend};

use crate::child::{self, Limits, PATH, Unanswered};

/// Pages read of one document: a law with all its annexes.
const PAGES_MAX: &str = "500";
/// Text of those pages: eight kilobytes each, twice a full one. A page takes some 30 ms, and drawings
/// that a page is full of take most of the memory.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(20),
    memory_kib: 512 * 1024,
    work_seconds: 20,
    answer_bytes_max: 4 * 1024 * 1024,
};
/// What a document says about itself fits on a page.
const LIMITS_OF_FACTS: Limits =
    Limits { time: Duration::from_secs(5), work_seconds: 5, answer_bytes_max: 64 * 1024, ..LIMITS };

/// The programs, found.
#[derive(Clone, Copy, Debug)]
pub struct Pdftotext {
    path: &'static str,
}

/// PDF documents are not read here. The sentence says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "PDF documents are not read, because pdftotext is not installed; type: apt-get install poppler-utils"
)]
pub struct Absent;

/// Why a document was not read, with nothing of what is in it.
#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    /// More than is given to the program.
    #[error(
        "the PDF has more than {PROGRAM_BYTES_MAX} bytes; split it, or save its text as plain text"
    )]
    TooLarge,
    /// A password, or a maker who forbids it.
    #[error("the PDF is locked; open it with its password and save it without one")]
    Locked,
    /// No PDF, or one that broke off.
    #[error("the PDF is damaged; fetch it again, or open it and save it anew")]
    Damaged,
    /// Scanned pages.
    #[error(
        "the PDF holds pictures of pages and no text; save its pages as pictures \
         (pdftoppm -r 200 -png), whose text is read"
    )]
    OnlyPictures,
    /// It took too long.
    #[error("pdftotext was ended after {} seconds; split the PDF", LIMITS.time.as_secs())]
    TooSlow,
    /// It ended without an answer: too little memory, most likely.
    #[error("pdftotext failed ({0}); split the PDF, or save its text as plain text")]
    Failed(ExitStatus),
    /// It could not be started or waited for.
    #[error("pdftotext could not be run: {0}")]
    Lost(std::io::Error),
}

impl From<Unanswered> for NotRead {
    fn from(err: Unanswered) -> Self {
        match err {
            Unanswered::TooSlow(_) => Self::TooSlow,
            Unanswered::Lost(err) => Self::Lost(err),
        }
    }
}

/// What a PDF says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pdf {
    /// Its title, if its maker gave it one that is no file's name.
    pub title: Option<String>,
    /// When it says it was made.
    pub created: Option<Timestamp>,
    /// The text of each page, with paragraphs; a page without text is empty.
    pub pages: Vec<String>,
    /// It has more pages or more text than are read.
    pub is_cut: bool,
}

impl From<Pdf> for Document {
    fn from(pdf: Pdf) -> Self {
        let Pdf { title, created, pages, is_cut } = pdf;
        let pages: Vec<String> = pages.into_iter().filter(|it| !it.is_empty()).collect();
        let (text, mut problems) = mend(&pages.join("\n\n"));
        if is_cut {
            let max = usize::try_from(LIMITS.answer_bytes_max).unwrap_or(usize::MAX);
            problems.push(Problem::TextCut { max });
        }
        Self { title, text, published: created, problems, ..Self::default() }
    }
}

impl Pdftotext {
    /// Looks for the programs where they are installed.
    ///
    /// # Errors
    /// One of them is not there.
    pub async fn find() -> Result<Self, Absent> {
        Self::find_in(PATH).await
    }

    async fn find_in(path: &'static str) -> Result<Self, Absent> {
        for program in ["pdftotext", "pdfinfo"] {
            let said = child::run(path, &[program, "-v"], &[], &LIMITS_OF_FACTS).await;
            if !said.is_ok_and(|it| it.status.success()) {
                return Err(Absent);
            }
        }
        Ok(Self { path })
    }

    /// The text of a PDF file, page by page.
    ///
    /// # Errors
    /// There is no text in it, it cannot be opened, or the child failed or took too long. Nothing of
    /// the child is left running.
    pub async fn read(&self, pdf: &[u8]) -> Result<Pdf, NotRead> {
        self.read_within(pdf, &LIMITS).await
    }

    async fn read_within(&self, pdf: &[u8], limits: &Limits) -> Result<Pdf, NotRead> {
        if pdf.len() > PROGRAM_BYTES_MAX {
            return Err(NotRead::TooLarge);
        }
        let words = ["pdftotext", "-q", "-enc", "UTF-8", "-l", PAGES_MAX, "-", "-"];
        let said = child::run(self.path, &words, pdf, limits).await?;
        match said.status.code() {
            _ if said.is_cut => {}
            Some(0) => {}
            // What it ends with: the file cannot be opened, or its maker forbids it.
            Some(1) if is_locked(pdf) => return Err(NotRead::Locked),
            Some(1) => return Err(NotRead::Damaged),
            Some(3) => return Err(NotRead::Locked),
            _ => return Err(NotRead::Failed(said.status)),
        }
        let text = String::from_utf8_lossy(&said.bytes);
        let pages: Vec<String> =
            text.trim_end_matches(FORM_FEED).split(FORM_FEED).map(page).collect();
        if !pages.iter().any(|it| it.chars().any(char::is_alphanumeric)) {
            return Err(NotRead::OnlyPictures);
        }
        let facts = child::run(self.path, &PDFINFO, pdf, &LIMITS_OF_FACTS).await;
        let facts =
            facts.map(|it| facts_of(&String::from_utf8_lossy(&it.bytes))).unwrap_or_default();
        let is_cut = said.is_cut || facts.n_pages > pages.len();
        Ok(Pdf { title: facts.title, created: facts.created, pages, is_cut })
    }
}

const PDFINFO: [&str; 5] = ["pdfinfo", "-isodates", "-enc", "UTF-8", "-"];
/// What ends a page.
const FORM_FEED: char = '\u{C}';

/// The trailer of a locked file names the way it is locked (ISO 32000-2, 7.6).
fn is_locked(pdf: &[u8]) -> bool {
    pdf.windows(8).any(|it| it == b"/Encrypt")
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Facts {
    title: Option<String>,
    created: Option<Timestamp>,
    n_pages: usize,
}

/// The facts that name nobody.
fn facts_of(said: &str) -> Facts {
    let mut facts = Facts::default();
    for line in said.lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match name {
            "Title" if is_title(value) => {
                facts.title = Some(mend(value).0.chars().take(TITLE_CHARS_MAX).collect());
            }
            "CreationDate" => facts.created = Timestamp::parse(value),
            "Pages" => facts.n_pages = value.parse().unwrap_or_default(),
            _ => {}
        }
    }
    facts
}

/// Programs put the name of a file there, or their own.
fn is_title(value: &str) -> bool {
    const ENDINGS: [&str; 6] = [".doc", ".docx", ".pdf", ".xls", ".xlsx", ".indd"];
    let lower = value.to_lowercase();
    let is_file = ENDINGS.iter().any(|it| lower.ends_with(it)) || lower.contains("microsoft ");
    !is_file && value.split_whitespace().count() >= 2
}

/// The text of a page: lines of a paragraph put together, page numbers left out.
fn page(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().map(str::trim).collect();
    let is_number = |it: &&str| {
        let bare = it.trim_start_matches("Trang").trim_start_matches("Page");
        bare.chars().all(|it| it.is_ascii_digit() || matches!(it, ' ' | '-' | '–' | '/' | '|'))
    };
    while lines.last().is_some_and(is_number) {
        lines.pop();
    }
    let n_above = lines.iter().take_while(|it| is_number(it)).count();
    let lines = &lines[n_above..];
    let longest = lines.iter().map(|it| it.chars().count()).max().unwrap_or_default();
    let mut res = String::with_capacity(text.len());
    let mut goes_on = false;
    for line in lines {
        if line.is_empty() {
            goes_on = false;
            if !res.is_empty() && !res.ends_with("\n\n") {
                res.truncate(res.trim_end().len());
                res.push_str("\n\n");
            }
            continue;
        }
        match goes_on && !begins_anew(line) {
            true if res.ends_with('\u{AD}') => drop(res.pop()),
            true => res.push(' '),
            false if res.is_empty() || res.ends_with('\n') => {}
            false => res.push('\n'),
        }
        res.push_str(line);
        // A short line is the last of its paragraph.
        goes_on = line.chars().count() * 3 >= longest * 2;
    }
    res.truncate(res.trim_end().len());
    res
}

/// An item of a list or a numbered clause.
fn begins_anew(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    let bare = first.trim_end_matches(['.', ')', ':']);
    let is_numbered =
        bare.len() < first.len() && bare.len() <= 5 && bare.chars().any(|it| it.is_ascii_digit());
    is_numbered || matches!(first, "-" | "•" | "+" | "*" | "–" | "Điều" | "Chương")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn its_absence_is_said_with_what_to_install() {
        let absent = Pdftotext::find_in("/nowhere").await.expect_err("it is not there");
        assert!(absent.to_string().ends_with("apt-get install poppler-utils"));
    }

    #[test]
    fn lines_of_a_paragraph_are_put_together() {
        for (text, expected) in [
            (
                "Nước máy ở quận ba an toàn và được\nkiểm tra mỗi ngày.\nNgười dân yên tâm.\n\n12\n",
                "Nước máy ở quận ba an toàn và được kiểm tra mỗi ngày.\nNgười dân yên tâm.",
            ),
            (
                "- 3 -\n\nĐiều 1. Nước sạch là nước\nĐiều 2. Nước khác",
                "Điều 1. Nước sạch là nước\nĐiều 2. Nước khác",
            ),
            ("a\n\n\n\nb", "a\n\nb"),
            ("1/20\nTrang 3", ""),
            ("", ""),
        ] {
            assert_eq!(page(text), expected, "{text}");
        }
    }

    #[test]
    fn facts_name_nobody() {
        let said = "Title:           Nước máy: hỏi đáp\nAuthor:          NGUYEN\n\
                    CreationDate:    2026-11-01T09:00:00+07\nPages:           2\nnonsense";
        let expected = Facts {
            title: Some("Nước máy: hỏi đáp".to_owned()),
            created: Timestamp::parse("2026-11-01T09:00:00+07:00"),
            n_pages: 2,
        };
        assert_eq!(facts_of(said), expected);
        assert!(expected.created.is_some());
        assert_eq!(
            facts_of("Title: Microsoft Word - x.doc\nCreationDate: hôm qua"),
            Facts::default()
        );
    }
}

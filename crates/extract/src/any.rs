//! A file of any kind to the documents in it: the one door for whoever has bytes and wants texts.
//!
//! What may be large (web archives, mailboxes) is a stream, one document in memory at a time. What
//! only a program outside can read (PDF, pictures) is handed back to the caller, who has programs.

use std::io::{BufRead, Chain, Cursor, Read, Seek, SeekFrom};
use std::vec::IntoIter;

use kiemtin_core::time::Timestamp;

use crate::archive::{ArchivedPage, BadRecord, Wacz, Warc};
use crate::gunzip::{Gunzip, open};
use crate::limits::{
    HEAD_BYTES, MAIL_BYTES_MAX, OFFICE_BYTES_MAX, PAGE_BYTES_MAX, PLAIN_TEXT_BYTES_MAX,
    PROGRAM_BYTES_MAX,
};
use crate::mail::{Mailbox, mail};
use crate::package::Package;
use crate::page::{Document, page, page_at};
use crate::problem::{Problem, Unreadable};
use crate::read::sentence;
use crate::sniff::{Format, recognise};
use crate::{archive, charset, clean, feed, office};

/// Where in its file a document stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is the file.
    Whole,
    /// Its number among others, from 1: of a mail, an entry, a record.
    Number(u64),
    /// The address of an archived page.
    Address(String),
}

impl std::fmt::Display for Place {
    /// Nothing, `#3` or the address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Number(it) => write!(f, "#{it}"),
            Self::Address(it) => f.write_str(it),
        }
    }
}

/// What stands there.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A text with its facts. Where nothing could be read it is empty and its problems say why.
    Document(Box<Document>),
    /// A PDF file, whole: `pdftotext` reads it.
    Pdf(Vec<u8>),
    /// A picture file, whole: [`crate::picture`] decodes it and `tesseract` reads it.
    Picture(Vec<u8>),
}

/// One thing in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub found: Found,
}

/// The documents in a file, packed by gzip or not. Never fails: problems stand in the documents.
pub fn documents<R: BufRead + Seek>(reader: R) -> Documents<R> {
    Documents { state: State::Start(reader), format: None }
}

/// The documents in a file: see [`documents`].
pub struct Documents<R: BufRead> {
    state: State<R>,
    format: Option<Format>,
}

type Input<R> = Chain<Cursor<Vec<u8>>, Gunzip<R>>;

enum State<R: BufRead> {
    Start(R),
    Mailbox(Box<Mailbox<Input<R>>>),
    Warc(Box<Warc<Input<R>>>),
    Wacz(Box<Wacz<R>>),
    Ready(IntoIter<Piece>),
    Over,
}

impl<R: BufRead> Documents<R> {
    /// What the file is, once the first document was asked for and if it could be told.
    pub fn format(&self) -> Option<Format> {
        self.format
    }
}

impl<R: BufRead + Seek> Iterator for Documents<R> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        loop {
            match &mut self.state {
                State::Over => return None,
                State::Start(_) => {
                    if let State::Start(reader) = std::mem::replace(&mut self.state, State::Over) {
                        self.state = self.start(reader);
                    }
                }
                State::Ready(pieces) => return pieces.next(),
                State::Mailbox(mails) => {
                    let posted = mails.next()?;
                    let found = Found::Document(Box::new(posted.document));
                    return Some(Piece { place: Place::Number(posted.number), found });
                }
                State::Warc(pages) => {
                    if let Some(piece) = archived(pages.next()?) {
                        return Some(piece);
                    }
                }
                State::Wacz(pages) => {
                    if let Some(piece) = archived(pages.next()?) {
                        return Some(piece);
                    }
                }
            }
        }
    }
}

impl<R: BufRead + Seek> Documents<R> {
    fn start(&mut self, reader: R) -> State<R> {
        let (mut head, mut late) = (Vec::new(), None);
        let opened = open(reader).map(|mut input| {
            let res = input.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head);
            late = res.err();
            input
        });
        let input = match (opened, &late) {
            (Err(err), _) => return whole(nothing(Problem::Broken(sentence(&err)))),
            (_, Some(err)) if head.is_empty() => {
                return whole(nothing(Problem::Broken(sentence(err))));
            }
            (Ok(input), _) => input,
        };
        let format = match recognise(&head) {
            Ok(it) => it,
            Err(Unreadable::Binary { .. }) if head.starts_with(b"\xD0\xCF\x11\xE0") => {
                let (bytes, _) = all(head, input, OFFICE_BYTES_MAX);
                return whole(nothing(office::old_or_locked(&bytes)));
            }
            Err(why) => return whole(nothing(Problem::Unreadable(why))),
        };
        self.format = Some(format);
        match format {
            Format::Mailbox => {
                State::Mailbox(Box::new(Mailbox::new(Cursor::new(head).chain(input))))
            }
            Format::Warc => match Warc::open(Cursor::new(head).chain(input)) {
                Ok(it) => State::Warc(Box::new(it)),
                Err(err) => whole(nothing(Problem::Broken(sentence(&err)))),
            },
            Format::Zip => self.zip(head, input),
            _ => State::Ready(in_memory(format, head, input).into_iter()),
        }
    }

    /// A ZIP file is what its parts say.
    fn zip(&mut self, head: Vec<u8>, input: Gunzip<R>) -> State<R> {
        if input.is_packed() {
            let (bytes, problem) = all(head, input, OFFICE_BYTES_MAX);
            return match problem {
                None => self.office(&bytes),
                Some(problem) => whole(nothing(problem)),
            };
        }
        let mut reader = input.into_inner();
        match kind_of_zip(&mut reader) {
            Ok(Format::Wacz) => {
                self.format = Some(Format::Wacz);
                match Wacz::open(reader) {
                    Ok(it) => State::Wacz(Box::new(it)),
                    Err(problem) => whole(nothing(problem)),
                }
            }
            Ok(_) => {
                let (mut bytes, max) = (Vec::new(), OFFICE_BYTES_MAX as u64 + 1);
                let read = reader.seek(SeekFrom::Start(0));
                match read.and_then(|_| reader.take(max).read_to_end(&mut bytes)) {
                    Ok(_) => self.office(&bytes),
                    Err(err) => whole(nothing(Problem::Broken(sentence(&err)))),
                }
            }
            Err(problem) => whole(nothing(problem)),
        }
    }

    fn office(&mut self, bytes: &[u8]) -> State<R> {
        let kind = kind_of_zip(Cursor::new(bytes));
        self.format = Some(*kind.as_ref().unwrap_or(&Format::Zip));
        whole(match kind {
            Ok(Format::Docx) => office::docx(bytes),
            Ok(Format::Odt) => office::odt(bytes),
            Ok(_) => nothing(Problem::Unreadable(Unreadable::Binary {
                looks_like: "a zip archive without a text document in it",
                what_to_do: "unpack it, or save the document as .docx, .odt or .csv",
            })),
            Err(problem) => nothing(problem),
        })
    }
}

/// What a ZIP file holds, by the names of its parts.
fn kind_of_zip(reader: impl Read + Seek) -> Result<Format, Problem> {
    let mut package = Package::open(reader, "the file")?;
    if package.names().any(|it| archive::is_archive(&it)) {
        return Ok(Format::Wacz);
    }
    if package.names().any(|it| it.starts_with("word/document")) {
        return Ok(Format::Docx);
    }
    let is_text = package.has("mimetype")
        && package
            .part("mimetype")?
            .is_some_and(|it| it.starts_with(b"application/vnd.oasis.opendocument.text"));
    Ok(if is_text { Format::Odt } else { Format::Zip })
}

/// What is read whole.
fn in_memory<R: BufRead>(format: Format, head: Vec<u8>, input: Gunzip<R>) -> Vec<Piece> {
    let max = match format {
        Format::Page | Format::Feed => PAGE_BYTES_MAX,
        Format::Mail => MAIL_BYTES_MAX,
        Format::Pdf | Format::Picture => PROGRAM_BYTES_MAX,
        _ => PLAIN_TEXT_BYTES_MAX,
    };
    let (bytes, problem) = all(head, input, max);
    // A page or a text that was cut short is still one; what is larger than it may be is none.
    if let Some(problem @ Problem::TooLarge { .. }) = problem {
        return vec![piece(Place::Whole, nothing(problem))];
    }
    let mut pieces = match format {
        Format::Page => vec![piece(Place::Whole, page(&bytes, None, None))],
        Format::Feed => entries(&bytes),
        Format::Mail => vec![piece(Place::Whole, mail(&bytes))],
        Format::Text | Format::Csv => vec![piece(Place::Whole, plain(&bytes, None))],
        Format::Pdf => vec![Piece { place: Place::Whole, found: Found::Pdf(bytes) }],
        Format::Picture => vec![Piece { place: Place::Whole, found: Found::Picture(bytes) }],
        _ => vec![piece(
            Place::Whole,
            nothing(Problem::Unreadable(Unreadable::Other {
                looks_like: "a file of many items",
                what_to_do: "its texts are read by `kiemtin import`",
            })),
        )],
    };
    match (problem, pieces.last_mut()) {
        (Some(problem), Some(Piece { found: Found::Document(it), .. })) => {
            it.problems.push(problem)
        }
        (Some(problem), _) => pieces = vec![piece(Place::Whole, nothing(problem))],
        (None, _) => {}
    }
    pieces
}

/// A whole file, as far as it could be read, and what was wrong with it.
fn all<R: BufRead>(mut head: Vec<u8>, input: Gunzip<R>, max: usize) -> (Vec<u8>, Option<Problem>) {
    let rest = (max as u64 + 1).saturating_sub(head.len() as u64);
    if let Err(err) = input.take(rest).read_to_end(&mut head) {
        return (head, Some(Problem::Broken(sentence(&err))));
    }
    let what_to_do = "split it, or save its text as plain text";
    let problem = (head.len() > max).then_some(Problem::TooLarge {
        what: "the file",
        max: max as u64,
        what_to_do,
    });
    (head, problem)
}

fn entries(bytes: &[u8]) -> Vec<Piece> {
    let (entries, problems) = feed::feed(bytes);
    let mut pieces: Vec<Piece> = (1..)
        .zip(entries)
        .map(|(number, it)| {
            let feed::Entry { id: _, title, text, link, published, lang } = it;
            let problems = if text.is_empty() { vec![Problem::NoText] } else { Vec::new() };
            let canonical = link;
            let document = Document {
                title,
                text,
                lang,
                published,
                canonical,
                problems,
                ..Document::default()
            };
            piece(Place::Number(number), document)
        })
        .collect();
    if !problems.is_empty() {
        // What is wrong with the feed as a whole is told with its first entry.
        match pieces.first_mut() {
            Some(Piece { found: Found::Document(it), .. }) => it.problems.extend(problems),
            _ => {
                let document = Document { problems, ..Document::default() };
                pieces.push(piece(Place::Whole, document));
            }
        }
    }
    pieces
}

/// A page, a text, a document or a PDF in an archive; styles, scripts, pictures and the like are none.
fn archived(res: Result<ArchivedPage, BadRecord>) -> Option<Piece> {
    let ArchivedPage { url, kept, mut media_type, charset, body, problems } = match res {
        Ok(it) => it,
        Err(BadRecord { number, url, problem }) => {
            let place = url.map_or(Place::Number(number), Place::Address);
            return Some(piece(place, nothing(problem)));
        }
    };
    if matches!(media_type.as_str(), "" | "application/octet-stream" | "unk") {
        let told = recognise(&body[..body.len().min(HEAD_BYTES)]);
        media_type = match told {
            Ok(Format::Page) => "text/html",
            Ok(Format::Pdf) => "application/pdf",
            _ => return None,
        }
        .to_owned();
    }
    let mut document = match media_type.as_str() {
        "text/html" | "application/xhtml+xml" => {
            if body.len() > PAGE_BYTES_MAX {
                let (max, what_to_do) = (PAGE_BYTES_MAX as u64, "look at it in a browser");
                nothing(Problem::TooLarge { what: "the page", max, what_to_do })
            } else {
                let kept = kept.as_deref().and_then(Timestamp::parse);
                page_at(&body, charset.as_deref(), Some(&url), kept)
            }
        }
        "text/plain" => plain(&body, charset.as_deref()),
        "application/pdf" => {
            return Some(Piece { place: Place::Address(url), found: Found::Pdf(body) });
        }
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => {
            office::docx(&body)
        }
        "application/vnd.oasis.opendocument.text" => office::odt(&body),
        _ => return None,
    };
    document.problems.extend(problems);
    Some(piece(Place::Address(url), document))
}

/// A plain text. Its first line is its title if it looks like one.
fn plain(bytes: &[u8], declared: Option<&str>) -> Document {
    if bytes.len() > PLAIN_TEXT_BYTES_MAX {
        let what_to_do = "split it";
        let max = PLAIN_TEXT_BYTES_MAX as u64;
        return nothing(Problem::TooLarge { what: "the text", max, what_to_do });
    }
    let (text, mut problems) = charset::plain_text(bytes, declared);
    let text = clean::text(&text);
    let (title, text) = match titled(&text) {
        Some((title, rest)) => (clean::line(title), rest.to_owned()),
        None => (None, text),
    };
    if text.is_empty() {
        problems.push(Problem::NoText);
    }
    Document { title, text, problems, ..Document::default() }
}

/// A short first line that ends like no sentence, with an empty line below it and more to come.
fn titled(text: &str) -> Option<(&str, &str)> {
    const TITLE_CHARS: usize = 150;
    let (first, rest) = text.split_once('\n')?;
    let (line, rest) = (first.trim(), rest.strip_prefix('\n')?.trim_start());
    let is_short = line.chars().count() <= TITLE_CHARS && line.split_whitespace().count() >= 2;
    let is_sentence = line.ends_with(['.', ',', ';', ':', '…']);
    let is_item = line.starts_with(['-', '*', '+', '•', '–', '>', '"', '“']);
    (is_short && !is_sentence && !is_item && rest.len() > line.len()).then_some((line, rest))
}

fn nothing(problem: Problem) -> Document {
    Document { problems: vec![problem], ..Document::default() }
}

fn piece(place: Place, document: Document) -> Piece {
    Piece { place, found: Found::Document(Box::new(document)) }
}

fn whole<R: BufRead>(document: Document) -> State<R> {
    State::Ready(vec![piece(Place::Whole, document)].into_iter())
}

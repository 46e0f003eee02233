//! A file of any taken format, streamed as items and problems in the order of the file.
//!
//! Memory is bounded whatever the input: a line, a record, an element or one whole page is held,
//! each under its limit. Not here: masking and admission (`kiemtin_core::message`).

use std::collections::VecDeque;
use std::io::{self, BufRead, Chain, Cursor, Read};

use kiemtin_core::message::{RawClaim, RawMessage, RawReview};

use crate::charset::{Charset, Utf8, charset_of, utf8_noted};
use crate::elements::{Element, Elements, Where};
use crate::feed::{Entry, feed};
use crate::gunzip::{Gunzip, open};
use crate::limits::{
    ELEMENT_BYTES_MAX, HEAD_BYTES, LINE_BYTES_MAX, PAGE_BYTES_MAX, RECORD_LINES_MAX,
};
use crate::lines::{Line, Lines};
use crate::mend::{mend, mend_value};
use crate::object::{self, Noted};
use crate::page::{Document, page};
use crate::problem::{Located, Problem};
use crate::review;
use crate::sniff::{Format, sniff};
use crate::table::{self, Layout};

/// What the items of a file are taken as (`--as`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Texts that came from somewhere.
    Messages,
    /// Checkable statements.
    Claims,
    /// Other desks' published reviews.
    Reviews,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Messages => "messages",
            Self::Claims => "claims",
            Self::Reviews => "reviews",
        })
    }
}

/// One thing from a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A text, not yet masked.
    Message(RawMessage),
    /// A statement.
    Claim(RawClaim),
    /// A review.
    Review(RawReview),
}

/// Reads a file, packed or not. Without a wish, a `DataFeed` is reviews and all else is messages.
///
/// A problem that ends the reading ([`Problem::Unreadable`], [`Problem::Broken`],
/// [`Problem::WrongKind`], [`Problem::FileTooLarge`]) is the last thing that comes.
pub fn read<R: BufRead>(reader: R, want: Option<Kind>) -> Items<R> {
    Items {
        state: State::Start(reader),
        want,
        kind: want.unwrap_or(Kind::Messages),
        format: None,
        byte: 0,
        ready: VecDeque::new(),
        late: None,
        person_was_told: false,
    }
}

/// The items of a file: see [`read`].
pub struct Items<R> {
    state: State<R>,
    want: Option<Kind>,
    kind: Kind,
    format: Option<Format>,
    byte: u64,
    ready: VecDeque<Outcome>,
    /// Damage that was met while the head was read, told when the rest is.
    late: Option<String>,
    person_was_told: bool,
}

type Outcome = Result<Located<Item>, Located<Problem>>;
type Input<R> = Utf8<Chain<Cursor<Vec<u8>>, Gunzip<R>>>;

enum State<R> {
    Start(R),
    Lines(Lines<Input<R>>),
    Table(Table<R>),
    Elements(Elements<Input<R>>),
    Over,
}

struct Table<R> {
    lines: Lines<Input<R>>,
    layout: Layout,
    skip_header: bool,
    /// Lines that were read ahead for a field that never closed.
    again: VecDeque<Line>,
}

impl<R> Items<R> {
    /// What the file is, once the first item was asked for.
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// Bytes of the input (packed, if it is packed) read so far.
    pub fn n_read(&self) -> u64 {
        self.byte
    }
}

impl<R: BufRead> Iterator for Items<R> {
    type Item = Outcome;

    fn next(&mut self) -> Option<Outcome> {
        loop {
            if let Some(it) = self.ready.pop_front() {
                return Some(it);
            }
            let state = std::mem::replace(&mut self.state, State::Over);
            let line = state.line();
            match self.advance(state) {
                Ok(State::Over) => {
                    self.state = State::Over;
                    if let Some(late) = self.late.take() {
                        self.problem(line, Problem::Broken(late));
                    }
                    if self.ready.is_empty() {
                        return None;
                    }
                }
                Ok(state) => self.state = state,
                Err(err) => {
                    self.late = None;
                    self.problem(line, Problem::Broken(sentence(&err)));
                }
            }
        }
    }
}

impl<R: BufRead> State<R> {
    fn line(&self) -> u64 {
        match self {
            Self::Elements(elements) => elements.line(),
            Self::Lines(lines) | Self::Table(Table { lines, .. }) => lines.number() + 1,
            Self::Start(_) | Self::Over => 1,
        }
    }
}

impl<R: BufRead> Items<R> {
    /// One step: fills `ready` with what it found and returns where reading stands.
    fn advance(&mut self, state: State<R>) -> io::Result<State<R>> {
        match state {
            State::Start(reader) => self.start(reader),
            State::Lines(mut lines) => {
                let line = lines.next_line()?;
                self.byte = n_read(lines.input());
                let Some(line) = line else {
                    return Ok(State::Over);
                };
                self.line(&line);
                Ok(State::Lines(lines))
            }
            State::Table(mut table) => {
                let record = self.record(&mut table)?;
                self.byte = n_read(table.lines.input());
                Ok(if record { State::Table(table) } else { State::Over })
            }
            State::Elements(mut elements) => {
                let element = elements.next_element()?;
                self.byte = n_read(elements.input());
                let Some(element) = element else {
                    return Ok(State::Over);
                };
                self.element(&element);
                Ok(State::Elements(elements))
            }
            State::Over => Ok(State::Over),
        }
    }

    fn start(&mut self, reader: R) -> io::Result<State<R>> {
        let mut input = open(reader)?;
        let mut head = Vec::new();
        if let Err(err) = input.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head) {
            if head.is_empty() {
                return Err(err);
            }
            self.late = Some(sentence(&err));
        }
        self.byte = input.n_read();
        let format = match sniff(&head) {
            Ok(it) => it,
            Err(why) => {
                self.late = None;
                self.problem(1, Problem::Unreadable(why));
                return Ok(State::Over);
            }
        };
        self.format = Some(format);
        if self.want.is_none() && format == Format::DataFeed {
            self.kind = Kind::Reviews;
        }
        if let Some(what_to_do) = unfit(format, self.kind) {
            self.late = None;
            self.problem(1, Problem::WrongKind { format, kind: self.kind, what_to_do });
            return Ok(State::Over);
        }
        let charset = charset_of(&head, None);
        let layout = (format == Format::Csv).then(|| layout_of(&head, charset)).flatten();
        let whole = Cursor::new(head).chain(input);
        if matches!(format, Format::Page | Format::Feed) {
            return self.whole(whole, format);
        }
        if let Charset::Legacy(legacy) = charset {
            self.problem(1, Problem::LegacyEncoding { name: legacy.name() });
        }
        let input = Utf8::new(whole, charset);
        Ok(match (format, layout) {
            (Format::DataFeed, _) => {
                State::Elements(Elements::new(input, Where::Field(b"dataFeedElement")))
            }
            (Format::Json, _) => State::Elements(Elements::new(input, Where::TopLevel)),
            (_, Some(layout)) => {
                let skip_header = layout.has_header;
                let lines = Lines::new(input);
                State::Table(Table { lines, layout, skip_header, again: VecDeque::new() })
            }
            _ => State::Lines(Lines::new(input)),
        })
    }

    fn line(&mut self, line: &Line) {
        if line.is_too_long() {
            let problem = Problem::LineTooLong { bytes: line.n_bytes, max: LINE_BYTES_MAX };
            return self.problem(line.number, problem);
        }
        let text = self.utf8(line.number, &line.bytes);
        if text.trim_matches(|it: char| it.is_whitespace() || it == '\0').is_empty() {
            return; // An empty line is no damage.
        }
        if self.format == Some(Format::Jsonl) {
            return self.object(line.number, &text);
        }
        let (text, notes) = mend(&text);
        let text = crate::clean::text(&text);
        if text.is_empty() {
            return self.problem(line.number, Problem::NoText);
        }
        let item = match self.kind {
            Kind::Claims => Item::Claim(RawClaim { text, ..RawClaim::default() }),
            _ => Item::Message(RawMessage { text, ..RawMessage::default() }),
        };
        self.item(line.number, item);
        notes.into_iter().for_each(|it| self.problem(line.number, it));
    }

    /// One record of a table; `false` at the end.
    fn record(&mut self, table: &mut Table<R>) -> io::Result<bool> {
        // Lines that were read ahead in vain stand for themselves: else each of them could read
        // ahead again.
        let repeated = table.again.pop_front();
        let may_read_on = repeated.is_none();
        let first = match repeated {
            Some(it) => Some(it),
            None => table.lines.next_line()?,
        };
        let Some(first) = first else {
            return Ok(false);
        };
        let number = first.number;
        if first.is_too_long() {
            let problem = Problem::LineTooLong { bytes: first.n_bytes, max: LINE_BYTES_MAX };
            self.problem(number, problem);
            return Ok(true);
        }
        let mut text = self.utf8(number, &first.bytes);
        if !read_on(table, &mut text, may_read_on)? {
            self.problem(number, Problem::OpenQuote);
            return Ok(true);
        }
        if std::mem::take(&mut table.skip_header) || text.trim().is_empty() {
            return Ok(true);
        }
        let record = table::split(&text, table.layout.delimiter);
        match self.kind {
            Kind::Claims => {
                self.noted(number, object::claim_row(&record, &table.layout), Item::Claim)
            }
            _ => self.noted(number, object::message_row(&record, &table.layout), Item::Message),
        }
        Ok(true)
    }

    fn element(&mut self, element: &Element) {
        if element.is_too_large() {
            let problem = Problem::ItemTooLarge { bytes: element.n_bytes, max: ELEMENT_BYTES_MAX };
            return self.problem(element.line, problem);
        }
        if element.is_cut {
            let why = "the file ends in the middle of an element".to_owned();
            return self.problem(element.line, Problem::Broken(why));
        }
        let text = self.utf8(element.line, &element.bytes);
        self.object(element.line, &text);
    }

    fn object(&mut self, line: u64, json: &str) {
        match self.kind {
            Kind::Messages => self.noted(line, object::message(json), Item::Message),
            Kind::Claims => self.noted(line, object::claim(json), Item::Claim),
            Kind::Reviews => self.reviews(line, json),
        }
    }

    fn reviews(&mut self, line: u64, json: &str) {
        let mut value = match serde_json::from_str(json) {
            Ok(it) => it,
            Err(err) => return self.problem(line, object::not_json(&err)),
        };
        let (mut reviews, mut problems) = (Vec::new(), mend_value(&mut value));
        review::from_value(&value, None, &mut reviews, &mut problems);
        if reviews.is_empty() && problems.iter().all(Problem::is_note) {
            problems.push(Problem::MissingField("claimReviewed"));
        }
        reviews.into_iter().for_each(|it| self.item(line, Item::Review(it)));
        problems.into_iter().for_each(|it| self.problem(line, it));
    }

    fn whole(&mut self, input: impl Read, format: Format) -> io::Result<State<R>> {
        let mut bytes = Vec::new();
        // A page cut short is still a page: what arrived is read, and the damage told after it.
        if let Err(err) = input.take(PAGE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes) {
            self.late = Some(sentence(&err));
        }
        if bytes.len() > PAGE_BYTES_MAX {
            self.late = None;
            self.problem(1, Problem::FileTooLarge { max: PAGE_BYTES_MAX });
            return Ok(State::Over);
        }
        match format {
            Format::Feed => self.entries(&bytes),
            _ => self.page(&bytes),
        }
        Ok(State::Over)
    }

    fn page(&mut self, bytes: &[u8]) {
        let Document {
            title,
            text,
            lang,
            published,
            dates: _,
            canonical,
            pictures: _,
            links: _,
            claim_reviews,
            problems,
        } = page(bytes, None, None);
        let is_message = self.kind == Kind::Messages;
        // A page without its main text can still hold a review, and its headline is a text.
        let told = |it: &Problem| is_message || *it != Problem::NoText;
        if !is_message && claim_reviews.is_empty() && !problems.iter().any(|it| !it.is_note()) {
            self.problem(1, Problem::MissingField("claimReviewed"));
        }
        if is_message && (title.is_some() || !text.is_empty()) {
            let (text, url) = (titled(title, text), canonical);
            let message = RawMessage { text, lang, url, published, ..RawMessage::default() };
            self.item(1, Item::Message(message));
        }
        if !is_message {
            claim_reviews.into_iter().for_each(|it| self.item(1, Item::Review(it)));
        }
        problems.into_iter().filter(told).for_each(|it| self.problem(1, it));
    }

    fn entries(&mut self, bytes: &[u8]) {
        let (entries, problems) = feed(bytes);
        for Entry { id, title, text, link, published, lang } in entries {
            let text = titled(title, text);
            if text.is_empty() {
                self.problem(1, Problem::NoText);
                continue;
            }
            let (external_id, url) = (id, link);
            let message = RawMessage { external_id, text, lang, url, published, source: None };
            self.item(1, Item::Message(message));
        }
        problems.into_iter().for_each(|it| self.problem(1, it));
    }

    /// The bytes as text; what had to be replaced is noted.
    fn utf8(&mut self, line: u64, bytes: &[u8]) -> String {
        let mut problems = Vec::new();
        let text = utf8_noted(bytes, &mut problems);
        problems.into_iter().for_each(|it| self.problem(line, it));
        text
    }

    fn noted<T>(&mut self, line: u64, res: Noted<T>, into: fn(T) -> Item) {
        match res {
            Ok((value, notes)) => {
                self.item(line, into(value));
                notes.into_iter().for_each(|it| self.problem(line, it));
            }
            Err(problem) => self.problem(line, problem),
        }
    }

    fn item(&mut self, line: u64, value: Item) {
        self.ready.push_back(Ok(Located { line, byte: self.byte, value }));
    }

    fn problem(&mut self, line: u64, value: Problem) {
        // Told once a file: it is a habit of whoever made the file, not a fault of each line.
        if value == Problem::PersonAsSource && std::mem::replace(&mut self.person_was_told, true) {
            return;
        }
        self.ready.push_back(Err(Located { line, byte: self.byte, value }));
    }
}

/// Adds lines until no quotation mark is open; `false` if that did not happen within the limits.
fn read_on<R: BufRead>(
    table: &mut Table<R>,
    text: &mut String,
    may_read_on: bool,
) -> io::Result<bool> {
    let delimiter = table.layout.delimiter;
    let mut quotes = table::Quotes::default();
    quotes.take(text, delimiter);
    let mut ahead = VecDeque::new();
    while quotes.is_open() {
        let next = if may_read_on { table.lines.next_line()? } else { None };
        let Some(next) = next else {
            table.again.append(&mut ahead);
            return Ok(false);
        };
        let more = String::from_utf8_lossy(&next.bytes).into_owned();
        let is_too_much = next.is_too_long()
            || text.len() + more.len() > LINE_BYTES_MAX
            || ahead.len() >= RECORD_LINES_MAX;
        ahead.push_back(next);
        if is_too_much {
            table.again.append(&mut ahead);
            return Ok(false);
        }
        quotes.take("\n", delimiter);
        quotes.take(&more, delimiter);
        text.push('\n');
        text.push_str(&more);
    }
    Ok(true)
}

fn n_read<R: BufRead>(input: &Input<R>) -> u64 {
    input.inner().get_ref().1.n_read()
}

fn layout_of(head: &[u8], charset: Charset) -> Option<Layout> {
    let text = charset.decode(head);
    table::layout(text.trim_start_matches(['\u{FEFF}', '\0', '\n', '\r', ' ']))
}

/// What to ask instead, when a file of this format holds nothing of this kind.
fn unfit(format: Format, kind: Kind) -> Option<&'static str> {
    match (format, kind) {
        (Format::Page, Kind::Claims) => Some("import it --as messages or --as reviews"),
        (Format::Feed, Kind::Claims | Kind::Reviews) => Some("import it --as messages"),
        (Format::DataFeed, Kind::Messages | Kind::Claims) => Some("import it --as reviews"),
        (Format::Text | Format::Csv, Kind::Reviews) => {
            Some("reviews are read from JSON, JSONL and web pages")
        }
        _ => None,
    }
}

fn titled(title: Option<String>, text: String) -> String {
    match title {
        Some(title) if text.is_empty() || text == title => title,
        Some(title) if !text.starts_with(&title) => format!("{title}\n\n{text}"),
        _ => text,
    }
}

/// What stopped the reading, in words.
pub(crate) fn sentence(err: &io::Error) -> String {
    match err.kind() {
        io::ErrorKind::UnexpectedEof => "the gzip file is cut short, fetch it again".to_owned(),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            "the gzip file is damaged, fetch it again".to_owned()
        }
        _ => err.to_string(),
    }
}

//! Splits a JSON file into its elements without holding the file.
//!
//! Knows only strings, escapes and brackets: enough to find where an element ends. Whether it is
//! JSON is judged by `serde_json`, one element at a time. So 80 MB of `DataFeed` need the memory of
//! its largest element, and of no more than [`ELEMENT_BYTES_MAX`].

use std::io::{self, BufRead};

use crate::limits::ELEMENT_BYTES_MAX;

/// One element of the file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Element {
    /// The line it begins on.
    pub(crate) line: u64,
    /// Its bytes; empty if there were more than [`ELEMENT_BYTES_MAX`].
    pub(crate) bytes: Vec<u8>,
    /// How long it was.
    pub(crate) n_bytes: u64,
    /// Whether the file ended before it did.
    pub(crate) is_cut: bool,
}

impl Element {
    pub(crate) fn is_too_large(&self) -> bool {
        self.n_bytes > ELEMENT_BYTES_MAX as u64
    }
}

/// Where the elements are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    /// The file is an array of them, or they follow one another.
    TopLevel,
    /// In the array of this name in the file's one object.
    Field(&'static [u8]),
}

pub(crate) struct Elements<R> {
    input: R,
    place: Place,
    line: u64,
    scan: Scan,
    buffer: Vec<u8>,
    n_bytes: u64,
    starts_on: u64,
}

#[derive(Clone, Copy)]
enum Place {
    /// Before the first element.
    Before(Where),
    /// On the way to the array of that name: the key read last, and whether its colon was seen.
    Seeking {
        name: &'static [u8],
        is_it: bool,
        colon: bool,
    },
    Between {
        in_array: bool,
    },
    Within {
        in_array: bool,
    },
    Over,
}

impl<R: BufRead> Elements<R> {
    pub(crate) fn new(input: R, place: Where) -> Self {
        Self {
            input,
            place: Place::Before(place),
            line: 1,
            scan: Scan::default(),
            buffer: Vec::new(),
            n_bytes: 0,
            starts_on: 1,
        }
    }

    pub(crate) fn input(&self) -> &R {
        &self.input
    }

    /// How much memory the splitter holds.
    #[cfg(test)]
    pub(crate) fn buffer_bytes(&self) -> usize {
        self.buffer.capacity()
    }

    /// The line that was reached.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The next element; `None` at the end.
    pub(crate) fn next_element(&mut self) -> io::Result<Option<Element>> {
        loop {
            let chunk = self.input.fill_buf()?;
            if chunk.is_empty() {
                return Ok(self.at_the_end());
            }
            // The chunk is borrowed from `input`, so the state is taken apart beside it.
            let mut n_used = 0;
            let mut found = None;
            let mut step = Step {
                place: self.place,
                line: self.line,
                scan: self.scan,
                buffer: &mut self.buffer,
                n_bytes: self.n_bytes,
                starts_on: self.starts_on,
            };
            for &byte in chunk {
                let res = step.take(byte);
                n_used += usize::from(res != Taken::FoundBefore);
                if res != Taken::More {
                    found = Some(());
                    break;
                }
            }
            let Step { place, line, scan, n_bytes, starts_on, .. } = step;
            (self.place, self.line, self.scan) = (place, line, scan);
            (self.n_bytes, self.starts_on) = (n_bytes, starts_on);
            self.input.consume(n_used);
            if found.is_some() {
                return Ok(Some(self.give(false)));
            }
        }
    }

    fn at_the_end(&mut self) -> Option<Element> {
        let is_cut = match self.place {
            Place::Within { in_array } => in_array || self.scan.depth > 0 || self.scan.in_string,
            _ => return None,
        };
        self.place = Place::Over;
        Some(self.give(is_cut))
    }

    fn give(&mut self, is_cut: bool) -> Element {
        let n_bytes = std::mem::take(&mut self.n_bytes);
        let bytes =
            if n_bytes > ELEMENT_BYTES_MAX as u64 { Vec::new() } else { self.buffer.clone() };
        // One huge element must not keep its memory for the rest of the file.
        match self.buffer.capacity() > ELEMENT_BYTES_MAX / 4 {
            true => self.buffer = Vec::new(),
            false => self.buffer.clear(),
        }
        self.scan = Scan::default();
        Element { line: self.starts_on, bytes, n_bytes, is_cut }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    More,
    /// An element is complete, this byte included.
    Found,
    /// An element is complete, and this byte comes after it.
    FoundBefore,
}

struct Step<'a> {
    place: Place,
    line: u64,
    scan: Scan,
    buffer: &'a mut Vec<u8>,
    n_bytes: u64,
    starts_on: u64,
}

impl Step<'_> {
    fn take(&mut self, byte: u8) -> Taken {
        let res = match self.place {
            Place::Before(wanted) => self.before(byte, wanted),
            Place::Seeking { name, is_it, colon } => self.seek(byte, name, is_it, colon),
            Place::Between { in_array } => self.between(byte, in_array),
            Place::Within { in_array } => self.within(byte, in_array),
            Place::Over => Taken::More,
        };
        self.line += u64::from(byte == b'\n' && res != Taken::FoundBefore);
        res
    }

    fn before(&mut self, byte: u8, wanted: Where) -> Taken {
        match (byte, wanted) {
            (b'[', _) => self.place = Place::Between { in_array: true },
            (b'{', Where::Field(name)) => {
                self.scan = Scan { depth: 1, ..Scan::default() };
                self.place = Place::Seeking { name, is_it: false, colon: false };
            }
            (b'{', Where::TopLevel) => return self.between(byte, false),
            // White space and the byte order mark.
            _ => {}
        }
        Taken::More
    }

    fn seek(&mut self, byte: u8, name: &'static [u8], is_it: bool, colon: bool) -> Taken {
        let was_in_string = self.scan.in_string;
        let is_closing = self.scan.take(byte);
        if self.scan.depth > 1 && is_it && colon && byte == b'[' && !was_in_string {
            self.buffer.clear();
            self.scan = Scan::default();
            self.place = Place::Between { in_array: true };
            return Taken::More;
        }
        let (mut is_it, mut colon) = (is_it, colon);
        match (was_in_string, self.scan.in_string) {
            (false, true) => self.buffer.clear(),
            (true, true) if self.buffer.len() <= name.len() => self.buffer.push(byte),
            (true, false) => {
                is_it = self.scan.depth == 1 && self.buffer.as_slice() == name;
                colon = false;
            }
            (false, false) if byte == b':' => colon = true,
            (false, false) if !byte.is_ascii_whitespace() => is_it = false,
            _ => {}
        }
        self.place = match is_closing {
            true => Place::Over,
            false => Place::Seeking { name, is_it, colon },
        };
        Taken::More
    }

    fn between(&mut self, byte: u8, in_array: bool) -> Taken {
        match byte {
            b',' | b' ' | b'\t' | b'\r' | b'\n' => {}
            b']' if in_array => self.place = Place::Over,
            _ => {
                self.place = Place::Within { in_array };
                self.starts_on = self.line;
                return self.within(byte, in_array);
            }
        }
        Taken::More
    }

    fn within(&mut self, byte: u8, in_array: bool) -> Taken {
        let is_plain = self.scan.depth == 0 && !self.scan.in_string;
        let ends_plain = matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n');
        if is_plain && ends_plain && self.n_bytes > 0 {
            self.place = Place::Between { in_array };
            return Taken::FoundBefore;
        }
        self.n_bytes += 1;
        if self.n_bytes <= ELEMENT_BYTES_MAX as u64 {
            self.buffer.push(byte);
        }
        if self.scan.take(byte) || (is_plain && matches!(byte, b'}')) {
            self.place = Place::Between { in_array };
            return Taken::Found;
        }
        Taken::More
    }
}

/// Where we are in brackets and strings.
#[derive(Clone, Copy, Default)]
struct Scan {
    depth: u64,
    in_string: bool,
    escaped: bool,
}

impl Scan {
    /// Whether this byte closes the outermost bracket.
    fn take(&mut self, byte: u8) -> bool {
        if self.in_string {
            // A bare line end cannot stand in a JSON string: it is where a missing quotation mark
            // stops doing harm.
            let ends = (byte == b'"' && !self.escaped) || byte == b'\n';
            self.escaped = byte == b'\\' && !self.escaped;
            self.in_string = !ends;
            return false;
        }
        match byte {
            b'"' => (self.in_string, self.escaped) = (true, false),
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' if self.depth > 0 => {
                self.depth -= 1;
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read};

    use super::*;

    fn split(text: &str, place: Where) -> Vec<(u64, String)> {
        let mut res = Vec::new();
        // A buffer of three bytes: each state must live through the end of a chunk.
        let mut elements = Elements::new(BufReader::with_capacity(3, text.as_bytes()), place);
        while let Some(it) = elements.next_element().expect("memory does not fail") {
            let cut = if it.is_cut { "…" } else { "" };
            res.push((it.line, String::from_utf8_lossy(&it.bytes).into_owned() + cut));
        }
        res
    }

    #[track_caller]
    fn check(text: &str, place: Where, expected: &[(u64, &str)]) {
        let expected: Vec<_> = expected.iter().map(|&(at, it)| (at, it.to_owned())).collect();
        assert_eq!(split(text, place), expected, "{text}");
    }

    const FEED: Where = Where::Field(b"dataFeedElement");

    #[test]
    fn elements_end_where_their_brackets_do() {
        check("[]", Where::TopLevel, &[]);
        check("[1, \"a,]\" ,{}\n]", Where::TopLevel, &[(1, "1"), (1, "\"a,]\""), (1, "{}")]);
        check(
            "\u{FEFF}[{\"a\":\"]}\\\"\"},\n\n{\"b\":[1,[2]]}]x",
            Where::TopLevel,
            &[(1, "{\"a\":\"]}\\\"\"}"), (3, "{\"b\":[1,[2]]}")],
        );
        check("{\"a\":1}\n {\"b\":2}", Where::TopLevel, &[(1, "{\"a\":1}"), (2, "{\"b\":2}")]);
    }

    #[test]
    fn the_array_is_found_by_its_name_at_the_top_only() {
        let text = r#"{"a":{"dataFeedElement":[0]},"b":"dataFeedElement","c":["dataFeedElement",[1]],
            "dataFeedElement" : [ {"x":1}, null ], "d": [2]}"#;
        check(text, FEED, &[(2, "{\"x\":1}"), (2, "null")]);
        check("{\"dataFeedElement\":null,\"a\":[1]}", FEED, &[]);
    }

    #[test]
    fn a_cut_file_gives_what_it_has_and_says_so() {
        check("[{\"a\":1},{\"b\":", Where::TopLevel, &[(1, "{\"a\":1}"), (1, "{\"b\":…")]);
        check("{\"dataFeedElement\":[{\"a", FEED, &[(1, "{\"a…")]);
        check(
            "[{\"a\":\"x},\n{\"b\":1}},{\"c\":2}]",
            Where::TopLevel,
            &[(1, "{\"a\":\"x},\n{\"b\":1}}"), (2, "{\"c\":2}")],
        );
    }

    /// A `DataFeed` of a given number of elements, made while it is read.
    struct Generated {
        n_left: u32,
        chunk: std::io::Cursor<Vec<u8>>,
    }

    impl Read for Generated {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let n_read = self.chunk.read(out)?;
            if n_read > 0 || self.n_left == 0 {
                return Ok(n_read);
            }
            self.n_left -= 1;
            let end = if self.n_left == 0 { "]}" } else { ",\n" };
            let text = "Tin đồn \\\"nước máy\\\" có độc {[ ".repeat(20);
            let element =
                format!("{{\"dateCreated\":\"2026\",\"item\":[{{\"claimReviewed\":\"{text}\"}}]}}");
            self.chunk = std::io::Cursor::new((element + end).into_bytes());
            self.chunk.read(out)
        }
    }

    #[test]
    fn thirty_megabytes_are_split_in_the_memory_of_one_element() {
        let start = b"{\"@type\":\"DataFeed\",\"dataFeedElement\":[".to_vec();
        let input = Generated { n_left: 40_000, chunk: std::io::Cursor::new(start) };
        let mut elements = Elements::new(BufReader::new(input), FEED);
        let (mut n_elements, mut n_bytes, mut n_held) = (0, 0, 0);
        while let Some(it) = elements.next_element().expect("memory does not fail") {
            n_elements += 1;
            n_bytes += it.n_bytes;
            n_held = n_held.max(elements.buffer_bytes());
        }
        assert_eq!(n_elements, 40_000);
        assert!(n_bytes > 30_000_000, "{n_bytes}");
        assert!(n_held < 4_096, "held {n_held} bytes");
    }

    #[test]
    fn an_endless_element_is_counted_and_not_kept() {
        let text = format!("[{{\"a\":\"{}\"}},{{\"b\":1}}]", "x".repeat(3 * ELEMENT_BYTES_MAX));
        let mut elements = Elements::new(text.as_bytes(), Where::TopLevel);
        let huge = elements.next_element().expect("readable").expect("there is one");
        assert!(huge.is_too_large() && huge.bytes.is_empty());
        assert!(elements.buffer_bytes() <= ELEMENT_BYTES_MAX * 2);
        let next = elements.next_element().expect("readable").expect("there is one more");
        assert_eq!(next.bytes, b"{\"b\":1}");
    }
}

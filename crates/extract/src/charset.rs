//! Bytes to text: which encoding, and the streaming step to UTF-8.
//!
//! The order of belief: byte order mark, UTF-16 told by its zero bytes, valid UTF-8, Vietnamese
//! that is older than Unicode (`legacy`; whoever declares something else for it declares Western),
//! the declared charset, a guess. Not here: what is wrong inside the text (`mend`).

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1258,
    X_USER_DEFINED,
};

use crate::legacy::{Legacy, Restorer, judge};
use crate::mend::mend;
use crate::problem::Problem;

/// Decodes a whole page or feed; the number is how many replacement characters were put in.
pub fn decode(bytes: &[u8], declared: Option<&str>) -> (String, usize) {
    let (text, problems) = decode_noted(bytes, declared);
    let n_replaced = problems.iter().find_map(|it| match it {
        Problem::NotUtf8 { n_replaced } => Some(*n_replaced),
        _ => None,
    });
    (text, n_replaced.unwrap_or(0))
}

/// Decodes a plain text and mends it ([`mend`]): all that a text needs before it is cleaned.
pub fn plain_text(bytes: &[u8], declared: Option<&str>) -> (String, Vec<Problem>) {
    let (text, mut problems) = decode_noted(bytes, declared);
    let (text, of_mending) = mend(&text);
    problems.extend(of_mending);
    (text, problems)
}

/// Decodes the source of a page or feed and says what was wrong.
pub(crate) fn decode_noted(bytes: &[u8], declared: Option<&str>) -> (String, Vec<Problem>) {
    let charset = charset_of(bytes, declared);
    let mut problems = Vec::new();
    let text = match charset {
        Charset::Legacy(legacy) => {
            problems.push(Problem::LegacyEncoding { name: legacy.name() });
            charset.decode(bytes).into_owned()
        }
        Charset::Web(encoding) if encoding == UTF_8 => {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            utf8_noted(bytes, &mut problems)
        }
        Charset::Web(encoding) => encoding.decode(bytes).0.into_owned(),
    };
    let n_replaced = text.matches('\u{FFFD}').count();
    // Damage of UTF-8 is counted where it is replaced; a sign of damage can also be the text's own.
    let is_told = std::str::from_utf8(bytes).is_ok()
        || problems.iter().any(|it| matches!(it, Problem::NotUtf8 { .. }));
    if 0 < n_replaced && !is_told {
        problems.push(Problem::NotUtf8 { n_replaced });
    }
    (text, problems)
}

/// UTF-8 with lines in it that are none: those may be Vietnamese of long ago that somebody put
/// together with newer texts. What is not is replaced and counted.
pub(crate) fn utf8_noted(bytes: &[u8], problems: &mut Vec<Problem>) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let lines: Vec<&[u8]> = bytes.split_inclusive(|&it| it == b'\n').collect();
    let damaged = lines.iter().filter(|it| std::str::from_utf8(it).is_err());
    let western: Vec<_> =
        damaged.map(|it| WINDOWS_1252.decode_without_bom_handling(it).0).collect();
    let found = judge(western.iter().map(|it| &**it));
    let mut restorer = found.map(Restorer::new);
    let (mut res, mut n_replaced) = (String::with_capacity(bytes.len()), 0);
    let mut western = western.iter();
    for line in lines {
        match (std::str::from_utf8(line), &mut restorer) {
            (Ok(text), _) => res.push_str(text),
            (Err(_), Some(restorer)) => {
                res.push_str(&restorer.restore(western.next().map_or("", |it| &**it)));
            }
            (Err(_), None) => {
                let text = String::from_utf8_lossy(line);
                n_replaced += text.matches('\u{FFFD}').count();
                res.push_str(&text);
            }
        }
    }
    problems.extend(found.map(|it| Problem::LegacyEncoding { name: it.name() }));
    if 0 < n_replaced {
        problems.push(Problem::NotUtf8 { n_replaced });
    }
    res
}

/// What the bytes of a file are letters of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Charset {
    /// An encoding that the web has a name for.
    Web(&'static Encoding),
    /// One of Vietnamese that it has not, or not by that name.
    Legacy(Legacy),
}

impl Charset {
    /// The bytes as text.
    pub(crate) fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Web(encoding) => encoding.decode(bytes).0,
            Self::Legacy(legacy) => {
                let western = WINDOWS_1252.decode_without_bom_handling(bytes).0;
                Cow::Owned(Restorer::new(legacy).restore(&western))
            }
        }
    }
}

/// The charset of a file, from its beginning.
pub(crate) fn charset_of(head: &[u8], declared: Option<&str>) -> Charset {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return Charset::Web(encoding);
    }
    if let Some(encoding) = utf_16_without_mark(head) {
        return Charset::Web(encoding);
    }
    if is_mostly_utf8(head) {
        return Charset::Web(UTF_8);
    }
    // A file that says UTF-8 and is not is the commonest lie; and a page that says UTF-16 in its
    // own ASCII letters cannot be.
    let stated = declared.and_then(|it| Encoding::for_label(it.trim().as_bytes()));
    let believed = stated.filter(|it| ![UTF_8, UTF_16BE, UTF_16LE].contains(it));
    // Who had no name for a Vietnamese font's encoding called it Western, or nothing.
    let could_be_legacy = believed.is_none_or(|it| WESTERN.contains(&it));
    let western = could_be_legacy.then(|| WINDOWS_1252.decode_without_bom_handling(head).0);
    if let Some(legacy) = western.and_then(|it| judge([&*it])) {
        return Charset::Legacy(legacy);
    }
    if let Some(legacy) = declared.and_then(Legacy::from_label) {
        return Charset::Legacy(legacy);
    }
    Charset::Web(believed.unwrap_or_else(|| guess(head)))
}

const WESTERN: [&Encoding; 3] = [WINDOWS_1252, WINDOWS_1258, X_USER_DEFINED];

fn utf_16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let sample = &head[..head.len().min(512) & !1];
    if sample.len() < 8 {
        return None;
    }
    let n_zero = |first: usize| sample.iter().skip(first).step_by(2).filter(|&&it| it == 0).count();
    let (n_even, n_odd, n_pairs) = (n_zero(0), n_zero(1), sample.len() / 2);
    match () {
        () if n_odd * 10 >= n_pairs * 4 && n_even * 20 <= n_pairs => Some(UTF_16LE),
        () if n_even * 10 >= n_pairs * 4 && n_odd * 20 <= n_pairs => Some(UTF_16BE),
        () => None,
    }
}

/// Whether the head is UTF-8, or UTF-8 with some damage: at least four good characters beyond
/// ASCII for a bad one. A character cut by the end of the head is no damage.
fn is_mostly_utf8(head: &[u8]) -> bool {
    let (mut n_good, mut n_bad) = (0, 0);
    for chunk in head.utf8_chunks() {
        n_good += chunk.valid().chars().filter(|it| !it.is_ascii()).count();
        n_bad += usize::from(!chunk.invalid().is_empty());
    }
    if std::str::from_utf8(head).is_err_and(|it| it.error_len().is_none()) {
        n_bad = 0;
    }
    n_bad * 4 <= n_good
}

fn guess(head: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, true);
    let guessed = detector.guess(Some(b"vn"), Utf8Detection::Deny);
    // Nothing but ASCII and stray bytes: the web's own default.
    if guessed == UTF_8 { WINDOWS_1252 } else { guessed }
}

const STEP_BYTES: usize = 16 * 1024;

/// A reader of UTF-8 over a reader of any encoding. UTF-8 itself passes through, damage included:
/// its readers look at each line or element.
pub(crate) struct Utf8<R> {
    inner: R,
    way: Way,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    finished: bool,
}

enum Way {
    /// It is UTF-8.
    Through,
    Web(Decoder),
    /// Word by word, so what was read of an unfinished line waits here.
    Legacy(Restorer, Vec<u8>),
}

impl<R: BufRead> Utf8<R> {
    pub(crate) fn new(inner: R, charset: Charset) -> Self {
        let (way, n_buffer) = match charset {
            Charset::Web(encoding) if encoding == UTF_8 => (Way::Through, 0),
            Charset::Web(encoding) => (Way::Web(encoding.new_decoder()), 4 * STEP_BYTES),
            Charset::Legacy(legacy) => (Way::Legacy(Restorer::new(legacy), Vec::new()), 0),
        };
        Self { inner, way, buffer: vec![0; n_buffer], at: 0, end: 0, finished: false }
    }

    pub(crate) fn inner(&self) -> &R {
        &self.inner
    }
}

impl<R: BufRead> BufRead for Utf8<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if matches!(self.way, Way::Through) {
            return self.inner.fill_buf();
        }
        while self.at >= self.end && !self.finished {
            let input = self.inner.fill_buf()?;
            let last = input.is_empty();
            let step = &input[..input.len().min(STEP_BYTES)];
            match &mut self.way {
                Way::Through => {}
                Way::Web(decoder) => {
                    let (result, n_read, n_written, _) =
                        decoder.decode_to_utf8(step, &mut self.buffer, last);
                    self.inner.consume(n_read);
                    (self.at, self.end) = (0, n_written);
                    self.finished = last && result == CoderResult::InputEmpty;
                }
                Way::Legacy(restorer, waiting) => {
                    waiting.extend_from_slice(step);
                    let n_read = step.len();
                    self.inner.consume(n_read);
                    let n_ready = if last { waiting.len() } else { whole_words(waiting) };
                    let ready = WINDOWS_1252.decode_without_bom_handling(&waiting[..n_ready]).0;
                    self.buffer = restorer.restore(&ready).into_bytes();
                    waiting.drain(..n_ready);
                    (self.at, self.end) = (0, self.buffer.len());
                    self.finished = last;
                }
            }
        }
        Ok(&self.buffer[self.at..self.end])
    }

    fn consume(&mut self, amount: usize) {
        match self.way {
            Way::Through => self.inner.consume(amount),
            _ => self.at += amount,
        }
    }
}

/// How many bytes can be read as whole lines; if a line is very long, as whole words or at all.
fn whole_words(bytes: &[u8]) -> usize {
    let after = |is_end: fn(&u8) -> bool| bytes.iter().rposition(is_end).map(|at| at + 1);
    match after(|it| *it == b'\n') {
        Some(n) => n,
        None if bytes.len() < 4 * STEP_BYTES => 0,
        None => after(u8::is_ascii_whitespace).unwrap_or(bytes.len()),
    }
}

impl<R: BufRead> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        crate::gunzip::copy_out(self, out)
    }
}

//! Bytes to text: which encoding, and the streaming step to UTF-8.
//!
//! The order of belief: byte order mark, UTF-16 told by its zero bytes, valid UTF-8, the declared
//! charset, a guess. Not here: the Vietnamese legacy encodings that the web has no name for.

use std::io::{self, BufRead, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Decodes a whole page or feed; the number is how many replacement characters were put in.
pub fn decode(bytes: &[u8], declared: Option<&str>) -> (String, usize) {
    let encoding = encoding_of(bytes, declared);
    let (text, _, damaged) = encoding.decode(bytes);
    let text = text.into_owned();
    let n_replaced = if damaged { text.matches('\u{FFFD}').count() } else { 0 };
    (text, n_replaced)
}

/// The encoding of a file, from its beginning.
pub(crate) fn encoding_of(head: &[u8], declared: Option<&str>) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    if let Some(encoding) = utf_16_without_mark(head) {
        return encoding;
    }
    if is_mostly_utf8(head) {
        return UTF_8;
    }
    // A file that says UTF-8 and is not is the commonest lie; and a page that says UTF-16 in its
    // own ASCII letters cannot be.
    let stated = declared.and_then(|it| Encoding::for_label(it.trim().as_bytes()));
    let believed = stated.filter(|it| ![UTF_8, UTF_16BE, UTF_16LE].contains(it));
    believed.unwrap_or_else(|| guess(head))
}

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
    /// `None` for UTF-8.
    decoder: Option<Decoder>,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    finished: bool,
}

impl<R: BufRead> Utf8<R> {
    pub(crate) fn new(inner: R, encoding: &'static Encoding) -> Self {
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder());
        let buffer = if decoder.is_some() { vec![0; 4 * STEP_BYTES] } else { Vec::new() };
        Self { inner, decoder, buffer, at: 0, end: 0, finished: false }
    }

    pub(crate) fn inner(&self) -> &R {
        &self.inner
    }
}

impl<R: BufRead> BufRead for Utf8<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let Some(decoder) = &mut self.decoder else {
            return self.inner.fill_buf();
        };
        while self.at >= self.end && !self.finished {
            let input = self.inner.fill_buf()?;
            let last = input.is_empty();
            let step = &input[..input.len().min(STEP_BYTES)];
            let (result, n_read, n_written, _) =
                decoder.decode_to_utf8(step, &mut self.buffer, last);
            self.inner.consume(n_read);
            (self.at, self.end) = (0, n_written);
            self.finished = last && result == CoderResult::InputEmpty;
        }
        Ok(&self.buffer[self.at..self.end])
    }

    fn consume(&mut self, amount: usize) {
        match self.decoder {
            None => self.inner.consume(amount),
            Some(_) => self.at += amount,
        }
    }
}

impl<R: BufRead> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        crate::gunzip::copy_out(self, out)
    }
}

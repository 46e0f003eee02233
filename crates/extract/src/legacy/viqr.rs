//! VIQR (RFC 1456): Vietnamese in ASCII, with punctuation for marks: "ngu+o+`i Vie^.t".
//!
//! The full stop, question mark and apostrophe are tones as well, so a word is only changed where
//! it becomes a syllable. At the end of a line they are what they are everywhere else, unless the
//! text writes its own punctuation with a backslash, as the standard asks.

use unicode_normalization::UnicodeNormalization;

use kiemtin_core::text::vietnamese::place_tone;

use super::spelling::is_vietnamese;
use crate::limits::EVIDENCE_WORDS_MAX;

/// Words that must be plainly VIQR: code and mathematics have one or two by chance.
const GAIN_MIN: usize = 3;
/// And their share of all words: in real texts it is two in three.
const SHARE_MIN: f64 = 0.25;

/// Whether the texts are in VIQR.
pub(crate) fn is_viqr<'a>(texts: impl IntoIterator<Item = &'a str>) -> bool {
    let (mut n_words, mut n_good, mut n_bad) = (0, 0, 0);
    for line in texts.into_iter().flat_map(str::lines).filter(|it| may_hold(it)) {
        for word in words(line).filter(|it| !it.is_gap) {
            n_words += 1;
            let read = read(word.text);
            if !read.has_inner_mark {
                continue;
            }
            match is_well_formed(&read.text) {
                true => n_good += 1,
                false => n_bad += 1,
            }
        }
        if EVIDENCE_WORDS_MAX <= n_words {
            break;
        }
    }
    GAIN_MIN <= n_good && 3 * n_bad <= n_good && SHARE_MIN * n_words as f64 <= n_good as f64
}

/// The text in Unicode, once it is known to be VIQR.
pub(crate) fn restore_viqr(text: &str) -> String {
    let has_escapes = ["\\.", "\\?", "\\'"].iter().any(|it| text.contains(it));
    let mut res = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut rest = words(line).peekable();
        while let Some(word) = rest.next() {
            let is_last =
                rest.peek().is_none_or(|it| it.is_gap && it.text.trim().is_empty() && it.is_end);
            match word.is_gap {
                true => res.push_str(word.text),
                false => restore_word(word.text, is_last && !has_escapes, &mut res),
            }
        }
    }
    res
}

fn restore_word(word: &str, is_last: bool, res: &mut String) {
    const TONES: [char; 3] = ['.', '?', '\''];
    let stop = word.trim_end_matches(TONES);
    let (bare, full) = (read(stop), read(word));
    // Only a tone at the end may as well be punctuation, and only where a sentence may end.
    let may_end = is_last && stop.len() + 1 == word.len() && !stop.ends_with('\\');
    if may_end && (is_well_formed(&bare.text) || is_vietnamese(bare.text.chars())) {
        res.push_str(&bare.text);
        res.push_str(&word[stop.len()..]);
    } else if is_well_formed(full.text.trim_end_matches(TONES)) || full.has_quality {
        res.push_str(&full.text);
    } else if is_well_formed(&bare.text) {
        res.push_str(&bare.text);
        res.push_str(&word[stop.len()..]);
    } else {
        res.push_str(
            &TONES.iter().fold(word.to_owned(), |it, tone| {
                it.replace(&format!("\\{tone}"), &tone.to_string())
            }),
        );
    }
}

/// All marks as the standard reads them, whatever they make of the words.
pub(super) fn decode(text: &str) -> String {
    words(text).map(|it| if it.is_gap { it.text.to_owned() } else { read(it.text).text }).collect()
}

/// A syllable with its tone where one is written.
fn is_well_formed(word: &str) -> bool {
    if word.is_ascii() || !is_vietnamese(word.chars()) {
        return false;
    }
    let small = word.to_lowercase();
    // The older spelling has the tone of an open oa, oe, uy one letter earlier.
    let is_open = |it: &str| it.ends_with(['a', 'e', 'y']);
    place_tone(&small).is_none_or(|_| is_open(&small))
}

/// Cheap: some mark stands behind a vowel and something follows it.
fn may_hold(line: &str) -> bool {
    line.as_bytes().windows(3).any(|it| {
        is_vowel(it[0]) && is_mark(it[1]) && (is_mark(it[2]) || it[2].is_ascii_alphabetic())
    })
}

fn is_vowel(byte: u8) -> bool {
    b"aeiouyAEIOUY".contains(&byte)
}

fn is_mark(byte: u8) -> bool {
    b"^(+'`?~.".contains(&byte)
}

struct Piece<'a> {
    text: &'a str,
    is_gap: bool,
    /// The gap runs to the end of the line.
    is_end: bool,
}

/// Words with the marks that cling to them, and what is between. What has digits, slashes or the
/// signs of addresses around it is no word.
fn words(line: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = line.as_bytes();
        let begin = at;
        let first = *bytes.get(at)?;
        let in_word = |it: u8| it.is_ascii_alphabetic() || is_mark(it) || it == b'\\';
        let clings =
            |it: u8| it.is_ascii_digit() || b"/@_:#&=-%$*<>[]{}|".contains(&it) || !it.is_ascii();
        let is_word = first.is_ascii_alphabetic();
        at += 1;
        match is_word {
            true => at += bytes[at..].iter().take_while(|&&it| in_word(it)).count(),
            false => at += bytes[at..].iter().take_while(|it| !it.is_ascii_alphabetic()).count(),
        }
        let before = begin.checked_sub(1).map(|it| bytes[it]);
        let is_free = !before.is_some_and(|it| clings(it) && it != b'-' && it != b'*')
            && !bytes
                .get(at)
                .is_some_and(|&it| clings(it) && it != b'-' && it != b'*' && it != b':');
        let text = &line[begin..at];
        Some(Piece { text, is_gap: !is_word || !is_free, is_end: at == bytes.len() })
    })
}

struct Read {
    text: String,
    /// A mark that no punctuation can be: something of the word follows it.
    has_inner_mark: bool,
    /// One of `^ ( +` was read, or dd with another mark.
    has_quality: bool,
}

/// A word's marks as letters. A backslash before a mark makes it punctuation.
fn read(word: &str) -> Read {
    let bytes = word.as_bytes();
    let mut res = String::with_capacity(word.len() + 4);
    let (mut at, mut has_inner_mark, mut has_quality) = (0, false, false);
    if bytes.len() > 1
        && bytes[0].eq_ignore_ascii_case(&b'd')
        && bytes[1].eq_ignore_ascii_case(&b'd')
    {
        res.push(if bytes[0] == b'D' { 'Đ' } else { 'đ' });
        at = 2;
        // Alone, and in abbreviations: "DDH".
        has_quality = !bytes[at..].iter().any(|it| !it.is_ascii_uppercase());
    }
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        if byte == b'\\' && bytes.get(at).is_some_and(|&it| is_mark(it)) {
            res.push(char::from(bytes[at]));
            at += 1;
            continue;
        }
        res.push(char::from(byte));
        if !is_vowel(byte) {
            continue;
        }
        let from = at;
        if let Some(mark) = bytes.get(at).and_then(|&it| quality(byte, it)) {
            res.push(mark);
            has_quality = true;
            at += 1;
        }
        if let Some(mark) = bytes.get(at).and_then(|&it| tone(it)) {
            res.push(mark);
            at += 1;
        }
        has_inner_mark |=
            from < at && (bytes.get(at).is_some_and(u8::is_ascii_alphabetic) || from + 1 < at);
    }
    Read { text: res.nfc().collect(), has_inner_mark, has_quality }
}

fn quality(vowel: u8, mark: u8) -> Option<char> {
    match (vowel.to_ascii_lowercase(), mark) {
        (b'a' | b'e' | b'o', b'^') => Some('\u{302}'),
        (b'a', b'(') => Some('\u{306}'),
        (b'o' | b'u', b'+') => Some('\u{31B}'),
        _ => None,
    }
}

fn tone(mark: u8) -> Option<char> {
    Some(match mark {
        b'\'' => '\u{301}',
        b'`' => '\u{300}',
        b'?' => '\u{309}',
        b'~' => '\u{303}',
        b'.' => '\u{323}',
        _ => return None,
    })
}

//! A text as the model reads it: its signals with the words behind each, and its wording as hashed
//! pieces of words.
//!
//! Handles, addresses and words that look like names are no wording: what somebody is called says
//! nothing about whether a statement can be checked.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use xxhash_rust::xxh3::xxh3_64;

use super::lexicon::{Mark, PHRASE_WORDS_MAX, marks};
use super::signal::{N_SIGNALS, Signal};
use crate::lang::Lang;
use crate::text::english::is_stop_word;
use crate::text::segment::without_addresses;

/// Words beyond these add nothing to a judgement.
const WORDS_MAX: usize = 200;
/// So many finds of one signal count in full.
const FINDS_MAX: usize = 3;
/// Below these a text hardly states anything.
const WORDS_SHORT: usize = 6;
/// How far behind or before an official body its verb may stand.
const VERB_NEAR: usize = 4;
/// Buckets of the wording: a power of two.
pub const N_BUCKETS: usize = 1 << 16;

/// What the model knows of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// How strong each signal is, 0 to 1.
    pub signals: [f32; N_SIGNALS],
    /// The words that a signal was found by, at most three a signal, in the order of the text.
    pub found: Vec<(Signal, String)>,
    /// Buckets of the wording, sorted, each once.
    pub wording: Vec<u32>,
}

/// One word of the text.
struct Word<'a> {
    raw: &'a str,
    /// Where its small letters stand in the joined text.
    from: usize,
    to: usize,
}

/// Reads a text.
pub fn read(text: &str, lang: Lang) -> Reading {
    let text = without_addresses(text);
    let text = match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text,
        _ => text.nfc().collect(),
    };
    let (joined, words) = words(&text);
    let mut res = Reading::default();
    let mut n_finds = [0_usize; N_SIGNALS];
    let is_bare = lang == Lang::Vi && joined.is_ascii();
    let mut bodies = Vec::new();
    let mut verbs = Vec::new();
    for at in 0..words.len() {
        for n in 1..=PHRASE_WORDS_MAX.min(words.len() - at) {
            let phrase = &joined[words[at].from..words[at + n - 1].to];
            for mark in marks(phrase, lang, is_bare) {
                match mark {
                    // "who" is a question and a pronoun far more often than the organisation.
                    Mark::Body if phrase != "who" || words[at].raw == "WHO" => {
                        bodies.push((at, n, phrase));
                    }
                    Mark::Body => {}
                    Mark::Signal(signal) => {
                        if *signal == Signal::Reported {
                            verbs.push(at);
                        }
                        note(*signal, phrase, &mut n_finds, &mut res.found);
                    }
                }
            }
        }
        if let Some(signal) = figure(&words, at, &text) {
            note(signal, words[at].raw, &mut n_finds, &mut res.found);
        }
    }
    let is_source = |it: &&(usize, usize, &str)| {
        verbs.iter().any(|verb| verb.abs_diff(it.0) < VERB_NEAR + it.1)
    };
    for (_, _, phrase) in bodies.iter().filter(is_source) {
        note(Signal::OfficialSource, phrase, &mut n_finds, &mut res.found);
    }
    n_finds[Signal::Question as usize] += text.matches('?').count();
    n_finds[Signal::Chat as usize] += text.chars().filter(|it| is_emoji(*it)).count();
    n_finds[Signal::Feeling as usize] += text.matches('!').count() / 2;
    if words.len() < WORDS_SHORT {
        n_finds[Signal::Short as usize] = FINDS_MAX;
    }
    res.signals = n_finds.map(strength);
    if lang == Lang::En {
        res.wording = wording(&joined, &words);
    }
    res
}

fn note(
    signal: Signal,
    phrase: &str,
    n_finds: &mut [usize; N_SIGNALS],
    found: &mut Vec<(Signal, String)>,
) {
    let n = &mut n_finds[signal as usize];
    *n += 1;
    if *n <= FINDS_MAX {
        found.push((signal, phrase.to_owned()));
    }
}

/// The first find says most.
fn strength(n_finds: usize) -> f32 {
    match n_finds {
        0 => 0.0,
        1 => 0.6,
        2 => 0.85,
        _ => 1.0,
    }
}

/// Small letters of all words, single spaces between them, and where each stands.
fn words(text: &str) -> (String, Vec<Word<'_>>) {
    let mut joined = String::with_capacity(text.len());
    let mut words = Vec::new();
    for chunk in text.split_whitespace() {
        let is_handle = chunk.trim_start_matches(['(', '"', '.', '“']).starts_with('@');
        let is_inside = |it: char| it.is_alphanumeric() || matches!(it, '\'' | '’');
        for raw in chunk.split(|it: char| !is_inside(it)).filter(|it| !it.is_empty()) {
            if is_handle || WORDS_MAX <= words.len() {
                continue;
            }
            if !joined.is_empty() {
                joined.push(' ');
            }
            let from = joined.len();
            let letters = raw.chars().filter(|it| !matches!(it, '\'' | '’'));
            joined.extend(letters.flat_map(char::to_lowercase));
            words.push(Word { raw, from, to: joined.len() });
        }
    }
    (joined, words)
}

/// What kind of figure a word with digits is: "%" behind it and money before it stand in the text.
fn figure(words: &[Word<'_>], at: usize, text: &str) -> Option<Signal> {
    let raw = words[at].raw;
    if !raw.starts_with(|it: char| it.is_ascii_digit()) {
        return None;
    }
    let start = raw.as_ptr() as usize - text.as_ptr() as usize;
    let after = text[start + raw.len()..].trim_start();
    let before = text[..start].trim_end();
    if after.starts_with('%') {
        return Some(Signal::Share);
    }
    if before.ends_with(['$', '£', '€', '₫', '₹']) || after.starts_with(['₫', '€']) {
        return Some(Signal::Money);
    }
    let is_year = raw.len() == 4 && (raw.starts_with("20") || raw.starts_with("19"));
    let is_day = raw.len() < 3 && (after.starts_with('/') || before.ends_with('/'));
    Some(if is_year || is_day { Signal::Date } else { Signal::Number })
}

fn is_emoji(it: char) -> bool {
    matches!(it, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}')
}

/// Words, pairs of words, and runs of three to five letters inside words.
fn wording(joined: &str, words: &[Word<'_>]) -> Vec<u32> {
    let mut res = Vec::with_capacity(joined.len() * 4);
    let mut before: Option<&Word<'_>> = None;
    for word in words {
        let text = &joined[word.from..word.to];
        if looks_like_name(word.raw, text) {
            before = None;
            continue;
        }
        res.push(bucket(b'w', text.as_bytes()));
        if let Some(before) = before {
            res.push(bucket(b'b', &joined.as_bytes()[before.from..word.to]));
        }
        pieces(text, &mut res);
        before = Some(word);
    }
    res.sort_unstable();
    res.dedup();
    res
}

/// A capital, and no word that the lexicon or the grammar knows.
fn looks_like_name(raw: &str, small: &str) -> bool {
    let is_capital = raw.chars().next().is_some_and(char::is_uppercase);
    is_capital && !is_stop_word(small) && marks(small, Lang::En, false).is_empty()
}

/// The runs of letters of one word, its edges counted as letters.
fn pieces(word: &str, res: &mut Vec<u32>) {
    let padded = format!("\u{2}{word}\u{3}");
    let bytes = padded.as_bytes();
    for n in 3..=5 {
        res.extend(bytes.windows(n).map(|it| bucket(b'c', it)));
    }
}

fn bucket(kind: u8, bytes: &[u8]) -> u32 {
    let hash = xxh3_64(bytes) ^ u64::from(kind).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = hash ^ hash >> 32;
    (mixed & (N_BUCKETS as u64 - 1)) as u32
}

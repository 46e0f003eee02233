//! What a text is looked at by: the views, their terms, their weights, and BM25.

use xxhash_rust::xxh3::xxh3_64;

use crate::lang::Lang;
use crate::text::TextKey;

/// A way of looking at a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum View {
    /// Stems in English, syllables with diacritics in Vietnamese.
    Words = 0,
    /// Syllables without diacritics; in Vietnamese only.
    Folded = 1,
    /// Two stems, or two syllables without diacritics, that follow each other.
    Pairs = 2,
}

/// How many views there are.
pub const N_VIEWS: usize = 3;
/// All of them, in the order of every array over views.
pub const VIEWS: [View; N_VIEWS] = [View::Words, View::Folded, View::Pairs];

/// BM25: how fast repeats stop counting, and how much long texts pay.
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// The weight of each view: words, folded, pairs. Measured on `train` of `claims-2a`, `claims-2b`
/// and `claims-vi`.
pub(super) fn weights(key: &TextKey) -> [f32; N_VIEWS] {
    match key.lang {
        Lang::En => [1.0, 0.0, 0.3],
        Lang::Vi if key.is_bare => [0.0, 0.5, 1.0],
        Lang::Vi => [1.0, 0.5, 1.0],
    }
}

/// A text, or several together, as terms.
#[derive(Debug, Default)]
pub(super) struct Terms {
    /// What the ranker compares: English stems, Vietnamese syllables without diacritics.
    pub(super) words: Vec<u32>,
    /// As many Vietnamese syllables with diacritics; none in English.
    pub(super) marked: Vec<u32>,
}

impl Terms {
    pub(super) fn of(keys: &[TextKey]) -> Self {
        let mut res = Self::default();
        for key in keys {
            match key.lang {
                Lang::En => res.words.extend(key.words.iter().map(|it| word_hash(it))),
                Lang::Vi => {
                    res.words.extend(key.folded.iter().map(|it| word_hash(it)));
                    res.marked.resize(res.words.len() - key.folded.len(), 0);
                    res.marked.extend(key.words.iter().map(|it| word_hash(it)));
                }
            }
        }
        // Parts in both languages: what has no diacritics stands for itself.
        if !res.marked.is_empty() {
            res.marked.resize(res.words.len(), 0);
            for (marked, word) in res.marked.iter_mut().zip(&res.words).filter(|it| *it.0 == 0) {
                *marked = *word;
            }
        }
        res
    }

    /// Those of one view, repeats included.
    pub(super) fn in_view(&self, view: View) -> Vec<u32> {
        match view {
            View::Words if self.marked.is_empty() => self.words.clone(),
            View::Words => self.marked.clone(),
            View::Folded if self.marked.is_empty() => Vec::new(),
            View::Folded => self.words.clone(),
            View::Pairs => self.words.array_windows().map(|it| pair_hash(*it)).collect(),
        }
    }
}

/// The term of a word: half of its XXH3. Two words in four billion share one.
pub(crate) fn word_hash(word: &str) -> u32 {
    (xxh3_64(word.as_bytes()) >> 32) as u32
}

/// The term of two words that follow each other.
pub(super) fn pair_hash([a, b]: [u32; 2]) -> u32 {
    let both = (u64::from(a) << 32 | u64::from(b)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let both = (both ^ (both >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (both >> 32) as u32
}

/// A desk with few texts cannot say how common a word is: its counts are stretched towards those of
/// a desk with so many, by the cube root of what is missing. The ranker learned from larger ones, so
/// a probability means the same on the first day.
const TEXTS_MIN: f32 = 10_000.0;

/// How telling a term is that `n_with` of `n` texts have.
pub(super) fn idf(n_with: usize, n: usize) -> f32 {
    let (mut n_with, n) = (n_with as f32, n.max(n_with).max(1) as f32);
    if n < TEXTS_MIN {
        n_with *= (TEXTS_MIN / n).cbrt();
    }
    (1.0 + (n.max(TEXTS_MIN) - n_with + 0.5) / (n_with + 0.5)).ln()
}

/// The lengths of all texts, coarse when they are long.
#[derive(Debug, Default)]
pub(super) struct Lengths {
    pub(super) codes: Vec<u8>,
    total: u64,
}

impl Lengths {
    pub(super) fn of_codes(codes: Vec<u8>) -> Self {
        let total = codes.iter().map(|it| u64::from(length_of(*it))).sum();
        Self { codes, total }
    }

    pub(super) fn push(&mut self, length: usize) {
        let code = length_code(length);
        self.codes.push(code);
        self.total += u64::from(length_of(code));
    }

    /// What each length costs in BM25.
    pub(super) fn norms(&self) -> [f32; 256] {
        let mean = (self.total as f32 / self.codes.len().max(1) as f32).max(1.0);
        std::array::from_fn(|it| K1 * (1.0 - B + B * length_of(it as u8) as f32 / mean))
    }
}

/// Exact up to 127, then in steps of 16.
fn length_code(length: usize) -> u8 {
    if length < 128 { length as u8 } else { (128 + (length - 128) / 16).min(255) as u8 }
}

fn length_of(code: u8) -> u32 {
    let code = u32::from(code);
    if code < 128 { code } else { 128 + (code - 128) * 16 + 8 }
}

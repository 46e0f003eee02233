//! One view of the texts: its terms, its posting lists, its BM25.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::xxh3_64;

use super::QueryTerm;
use crate::lang::Lang;
use crate::text::TextKey;

/// A way of looking at a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum View {
    /// Stems in English, syllables with diacritics in Vietnamese.
    Words = 0,
    /// Words without diacritics.
    Folded = 1,
    /// Two folded words that follow each other.
    Pairs = 2,
    /// Runs of three and four folded letters.
    Letters = 3,
}

/// How many views there are.
pub const N_VIEWS: usize = 4;
/// All of them, in the order of every array over views.
pub const VIEWS: [View; N_VIEWS] = [View::Words, View::Folded, View::Pairs, View::Letters];

/// BM25: how fast repeats stop counting, and how much long texts pay.
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// The weight of each view: words, folded, pairs, letters. Measured on `claims-2a`, `claims-2b` and
/// `claims-vi`: letter runs give nothing to English and .01 to .02 to Vietnamese as it is typed.
pub(super) fn weights(key: &TextKey) -> [f32; N_VIEWS] {
    match key.lang {
        Lang::En => [1.0, 0.0, 0.3, 0.0],
        Lang::Vi if key.is_bare => [0.0, 0.5, 1.0, 0.5],
        Lang::Vi => [1.0, 0.5, 1.0, 0.5],
    }
}

/// The term of a word in [`View::Words`] and [`View::Folded`].
pub(super) fn word_hash(word: &str) -> u64 {
    xxh3_64(word.as_bytes())
}

/// The terms of a text in a view, repeats included.
pub(super) fn terms_of(view: View, key: &TextKey) -> Vec<u64> {
    let hash = |it: &String| word_hash(it);
    match view {
        View::Words => key.words.iter().map(hash).collect(),
        View::Folded => key.folded.iter().map(hash).collect(),
        View::Pairs => {
            let hashes: Vec<u64> = key.folded.iter().map(hash).collect();
            hashes.array_windows().map(|[a, b]| a.rotate_left(23).wrapping_add(*b)).collect()
        }
        View::Letters => letter_runs(&key.folded),
    }
}

fn letter_runs(words: &[String]) -> Vec<u64> {
    let line = words.join(" ");
    let mut res = Vec::with_capacity(2 * line.len());
    let mut run = 0_u64;
    for (idx, it) in line.chars().enumerate() {
        run = run << 16 | u64::from(it) & 0xffff;
        if 2 <= idx {
            res.push(spread(run & 0xffff_ffff_ffff));
        }
        if 3 <= idx {
            res.push(spread(run));
        }
    }
    res
}

fn spread(run: u64) -> u64 {
    let run = (run ^ (run >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    run ^ (run >> 29)
}

/// Terms are hashes already: hashing them again would only cost time.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// The posting lists of a view.
#[derive(Debug, Default)]
pub(super) struct Postings {
    pub(super) terms: HashMap<u64, u32, BuildHasherDefault<AsIs>>,
    /// Per term, rising: unit in the upper 24 bits, how often in the lower 8.
    pub(super) lists: Vec<Vec<u32>>,
    /// Per unit: its length, coarse when it is long.
    pub(super) lengths: Vec<u8>,
    pub(super) total_length: u64,
}

/// Units that 24 bits can number.
pub(super) const UNITS_MAX: usize = 1 << 24;

impl Postings {
    /// Adds a unit, which must have a higher number than all before.
    pub(super) fn add(&mut self, unit: u32, mut hashes: Vec<u64>) {
        assert!((unit as usize) < UNITS_MAX, "an index holds at most {UNITS_MAX} texts");
        let length = length_code(hashes.len());
        self.lengths.push(length);
        self.total_length += u64::from(length_of(length));
        hashes.sort_unstable();
        for same in hashes.chunk_by(|a, b| a == b) {
            let next = self.lists.len() as u32;
            let term = *self.terms.entry(same[0]).or_insert(next);
            if term == next {
                self.lists.push(Vec::new());
            }
            let n_times = same.len().min(255) as u32;
            self.lists[term as usize].push(unit << 8 | n_times);
        }
    }

    pub(super) fn term(&self, hash: u64) -> Option<u32> {
        self.terms.get(&hash).copied()
    }

    pub(super) fn query_term(&self, hash: u64, n_units: usize) -> QueryTerm {
        let term = self.term(hash);
        let n_with = term.map_or(0, |it| self.n_postings(it));
        QueryTerm { term, idf: idf(n_with, n_units) }
    }

    pub(super) fn idf(&self, term: u32, n_units: usize) -> f32 {
        idf(self.n_postings(term), n_units)
    }

    pub(super) fn n_postings(&self, term: u32) -> usize {
        self.lists[term as usize].len()
    }

    /// Gives every unit of a term with its part of BM25, which is at most `idf`. `norms` are those
    /// of this view, made once a query.
    pub(super) fn add_scores(
        &self,
        term: u32,
        idf: f32,
        norms: &[f32; 256],
        mut add: impl FnMut(u32, f32),
    ) {
        for posting in &self.lists[term as usize] {
            let (unit, n_times) = (posting >> 8, (posting & 255) as f32);
            let norm = norms[usize::from(self.lengths[unit as usize])];
            add(unit, idf * n_times / (n_times + norm));
        }
    }

    /// The part of one unit.
    pub(super) fn score_of(&self, term: u32, idf: f32, unit: u32) -> f32 {
        let list = &self.lists[term as usize];
        let at = list.partition_point(|it| it >> 8 < unit);
        let Some(posting) = list.get(at).filter(|it| **it >> 8 == unit) else { return 0.0 };
        let n_times = (posting & 255) as f32;
        let norm = self.norm(self.lengths[unit as usize]);
        idf * n_times / (n_times + norm)
    }

    /// What each length costs.
    pub(super) fn norms(&self) -> [f32; 256] {
        std::array::from_fn(|it| self.norm(it as u8))
    }

    fn norm(&self, length: u8) -> f32 {
        let mean = self.total_length as f32 / self.lengths.len().max(1) as f32;
        K1 * (1.0 - B + B * length_of(length) as f32 / mean.max(1.0))
    }

    /// Renumbers the units after some were dropped (`None`), and drops the terms that only those
    /// had; returns the new number of each term.
    pub(super) fn renumber(&mut self, new_unit: &[Option<u32>]) -> Vec<Option<u32>> {
        for list in &mut self.lists {
            list.retain_mut(|posting| match new_unit[(*posting >> 8) as usize] {
                Some(unit) => {
                    *posting = unit << 8 | *posting & 255;
                    true
                }
                None => false,
            });
        }
        let mut kept = new_unit.iter();
        self.lengths.retain(|_| kept.next().is_some_and(Option::is_some));
        self.total_length = self.lengths.iter().map(|it| u64::from(length_of(*it))).sum();
        let mut n_terms = 0_u32;
        let number = |list: &Vec<u32>| {
            let number = (!list.is_empty()).then_some(n_terms);
            n_terms += u32::from(number.is_some());
            number
        };
        let new_term: Vec<Option<u32>> = self.lists.iter().map(number).collect();
        self.lists.retain(|it| !it.is_empty());
        self.terms.retain(|_, term| match new_term[*term as usize] {
            Some(new) => {
                *term = new;
                true
            }
            None => false,
        });
        new_term
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let lists: usize = self.lists.iter().map(|it| it.capacity() * 4).sum();
        lists
            + self.lists.capacity() * size_of::<Vec<u32>>()
            + self.terms.capacity() * 17
            + self.lengths.capacity()
    }
}

/// How telling a term is that `n_with` of `n` texts have.
fn idf(n_with: usize, n: usize) -> f32 {
    let (n_with, n) = (n_with as f32, n.max(n_with) as f32);
    (1.0 + (n - n_with + 0.5) / (n_with + 0.5)).ln()
}

/// Exact up to 127, then in steps of 16.
fn length_code(length: usize) -> u8 {
    if length < 128 { length as u8 } else { (128 + (length - 128) / 16).min(255) as u8 }
}

fn length_of(code: u8) -> u32 {
    let code = u32::from(code);
    if code < 128 { code } else { 128 + (code - 128) * 16 + 8 }
}

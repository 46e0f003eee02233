//! The posting lists of one view: packed ones, and beside them the lists of what came since.
//!
//! A text is found by the next query because the newest lists are read as well; when they have
//! grown, they are folded in.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::packed::{self, Packed, Posting};

/// New postings are folded in when they are so many, and a sixteenth of the packed ones.
const DELTA_POSTINGS_MIN: usize = 100_000;

/// Terms are hashes already: hashing them again would only cost time. The upper bits steer the
/// map's own checks, so the lower ones are copied there.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.0 = u64::from(value) << 32 | u64::from(value);
    }
}

/// The lists of a view.
#[derive(Debug, Default)]
pub(super) struct Postings {
    packed: Packed,
    n_packed: usize,
    delta: HashMap<u32, Vec<u32>, BuildHasherDefault<AsIs>>,
    n_delta: usize,
}

impl Postings {
    pub(super) fn of_packed(packed: Packed) -> Self {
        let n_packed = packed.lists().map(|it| it.1.n_left()).sum();
        Self { packed, n_packed, ..Self::default() }
    }

    /// Adds the terms of a unit, which must have a higher number than all before. Sorts them.
    pub(super) fn add(&mut self, unit: u32, hashes: &mut [u32]) {
        hashes.sort_unstable();
        for same in hashes.chunk_by(|a, b| a == b) {
            let n_times = same.len().min(255) as u32;
            self.delta.entry(same[0]).or_default().push(unit << 8 | n_times);
            self.n_delta += 1;
        }
        if DELTA_POSTINGS_MIN.max(self.n_packed / 16) < self.n_delta {
            self.fold_in();
        }
    }

    /// How many units have a term.
    pub(super) fn n_postings(&self, hash: u32) -> usize {
        self.packed.n_postings(hash) + self.delta.get(&hash).map_or(0, Vec::len)
    }

    /// Every unit that has a term, in order.
    pub(super) fn list(&self, hash: u32) -> List<'_> {
        let newer = self.delta.get(&hash).map_or(&[][..], Vec::as_slice);
        List { packed: self.packed.list(hash), newer }
    }

    /// Puts everything into the packed lists.
    pub(super) fn fold_in(&mut self) {
        if let Cow::Owned(merged) = self.merged() {
            self.packed = merged;
            self.delta = HashMap::default();
            self.n_packed += std::mem::take(&mut self.n_delta);
        }
    }

    /// The packed lists as they would be with everything in them.
    pub(super) fn merged(&self) -> Cow<'_, Packed> {
        if self.delta.is_empty() {
            return Cow::Borrowed(&self.packed);
        }
        let mut delta: Vec<(u32, &Vec<u32>)> = self.delta.iter().map(|it| (*it.0, it.1)).collect();
        delta.sort_unstable_by_key(|it| it.0);
        let mut builder = Packed::builder();
        builder.reserve(&self.packed);
        let mut at = 0;
        for (hash, newer) in delta {
            let hashes = self.packed.hashes();
            let upto = at + hashes[at..].partition_point(|it| *it < hash);
            builder.copy(&self.packed, at..upto);
            let older = self.packed.list(hash);
            at = upto + usize::from(hashes.get(upto) == Some(&hash));
            let n = older.n_left() + newer.len();
            builder.add(hash, n, older.chain(newer.iter().map(|it| newer_posting(*it))));
        }
        builder.copy(&self.packed, at..self.packed.n_terms());
        Cow::Owned(builder.finish())
    }

    /// Renumbers the units after some were dropped (`None`); terms that only those had go.
    pub(super) fn renumber(&mut self, new_unit: &[Option<u32>]) {
        self.fold_in();
        let mut builder = Packed::builder();
        let mut kept = Vec::new();
        self.n_packed = 0;
        for (hash, list) in self.packed.lists() {
            kept.clear();
            let renumbered =
                |it: Posting| new_unit[it.unit as usize].map(|unit| Posting { unit, ..it });
            kept.extend(list.filter_map(renumbered));
            self.n_packed += kept.len();
            builder.add(hash, kept.len(), kept.iter().copied());
        }
        self.packed = builder.finish();
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let newer: usize = self.delta.values().map(|it| it.capacity() * 4).sum();
        self.packed.memory_bytes() + newer + self.delta.capacity() * 33
    }
}

/// The postings of a term: the packed ones, then the newer.
#[derive(Debug)]
pub(super) struct List<'a> {
    packed: packed::List<'a>,
    newer: &'a [u32],
}

impl List<'_> {
    /// How many postings are left.
    pub(super) fn n_left(&self) -> usize {
        self.packed.n_left() + self.newer.len()
    }

    /// Hands over the postings of the units below `end`, and stays before the others.
    #[inline]
    pub(super) fn below(&mut self, end: u32, mut deed: impl FnMut(Posting)) {
        self.packed.below(end, &mut deed);
        while let Some((first, rest)) = self.newer.split_first() {
            let it = newer_posting(*first);
            if end <= it.unit {
                break;
            }
            self.newer = rest;
            deed(it);
        }
    }
}

impl Iterator for List<'_> {
    type Item = Posting;

    #[inline]
    fn next(&mut self) -> Option<Posting> {
        if let Some(it) = self.packed.next() {
            return Some(it);
        }
        let (first, rest) = self.newer.split_first()?;
        self.newer = rest;
        Some(newer_posting(*first))
    }
}

fn newer_posting(it: u32) -> Posting {
    Posting { unit: it >> 8, n_times: it as u8 }
}

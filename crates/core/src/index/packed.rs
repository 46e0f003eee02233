//! Posting lists that no longer change, packed into one array.
//!
//! A list is found by the hash of its term. It holds how many postings there are, then for each the
//! distance to the unit before, doubled, with a one added when the term stands there more than once
//! (a byte with the count follows); every number in groups of seven bits, lowest first. Most terms
//! of a large collection have one posting, and cost about a dozen bytes.
//! Not here: lists that grow (`postings`).

/// Terms are looked for in one of so many buckets, by the upper bits of their hash.
const BUCKET_BITS: u32 = 16;

/// One text that has a term, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Posting {
    pub(super) unit: u32,
    pub(super) n_times: u8,
}

/// Sorted lists in one array.
#[derive(Clone, Debug, Default)]
pub(super) struct Packed {
    /// Rising.
    hashes: Vec<u32>,
    /// Where the list of each hash begins in `bytes`; one more for the end.
    starts: Vec<u32>,
    bytes: Vec<u8>,
    /// Where each bucket begins in `hashes`; one more for the end.
    buckets: Vec<u32>,
}

/// The postings of one list, in the order of the units.
#[derive(Clone, Debug, Default)]
pub(super) struct List<'a> {
    n_left: usize,
    unit: u32,
    bytes: &'a [u8],
}

impl Packed {
    /// Puts lists together, which come with rising hashes and rising units in each.
    pub(super) fn builder() -> Builder {
        Builder { res: Self::default() }
    }

    /// The list of a term; an empty one if there is none.
    pub(super) fn list(&self, hash: u32) -> List<'_> {
        let Some(idx) = self.place(hash) else { return List::default() };
        self.list_at(idx)
    }

    /// How many units have a term.
    pub(super) fn n_postings(&self, hash: u32) -> usize {
        self.list(hash).n_left
    }

    /// Every term with its list.
    pub(super) fn lists(&self) -> impl Iterator<Item = (u32, List<'_>)> {
        self.hashes.iter().enumerate().map(|(idx, hash)| (*hash, self.list_at(idx)))
    }

    /// The hashes of all terms, rising: for walking along with another list of hashes.
    pub(super) fn hashes(&self) -> &[u32] {
        &self.hashes
    }

    pub(super) fn n_terms(&self) -> usize {
        self.hashes.len()
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.bytes.capacity()
            + (self.hashes.capacity() + self.starts.capacity() + self.buckets.capacity()) * 4
    }

    /// The parts that a snapshot keeps: hashes, starts, bytes.
    pub(super) fn parts(&self) -> (&[u32], &[u32], &[u8]) {
        (&self.hashes, &self.starts, &self.bytes)
    }

    /// Reads the parts back; `None` when they do not fit together or name a unit that is not there.
    pub(super) fn from_parts(
        hashes: Vec<u32>,
        starts: Vec<u32>,
        bytes: Vec<u8>,
        n_units: usize,
    ) -> Option<Self> {
        let ends_well = match starts.as_slice() {
            [] => hashes.is_empty() && bytes.is_empty(),
            [first, .., last] => {
                *first == 0
                    && *last as usize == bytes.len()
                    && starts.len() == hashes.len() + 1
                    && starts.is_sorted()
            }
            [_] => false,
        };
        if !ends_well || !hashes.is_sorted_by(|a, b| a < b) {
            return None;
        }
        let mut res = Self { hashes, starts, bytes, buckets: Vec::new() };
        res.fill_buckets();
        let whole = |(_, list): (u32, List<'_>)| {
            let (n, bytes) = (list.n_left, list.bytes.len());
            n <= bytes
                && list.clone().count() == n
                && list.last().is_none_or(|it| (it.unit as usize) < n_units)
        };
        let is_whole = res.lists().all(whole);
        is_whole.then_some(res)
    }

    fn list_at(&self, idx: usize) -> List<'_> {
        let bytes = &self.bytes[self.starts[idx] as usize..self.starts[idx + 1] as usize];
        let mut res = List { n_left: 0, unit: 0, bytes };
        res.n_left = res.number() as usize;
        res
    }

    fn place(&self, hash: u32) -> Option<usize> {
        let bucket = (hash >> (32 - BUCKET_BITS)) as usize;
        let (&start, &end) = (self.buckets.get(bucket)?, self.buckets.get(bucket + 1)?);
        let (start, end) = (start as usize, end as usize);
        self.hashes[start..end].binary_search(&hash).ok().map(|it| start + it)
    }

    fn fill_buckets(&mut self) {
        self.buckets = vec![0; (1 << BUCKET_BITS) + 1];
        for hash in &self.hashes {
            self.buckets[(hash >> (32 - BUCKET_BITS)) as usize + 1] += 1;
        }
        for idx in 1..self.buckets.len() {
            self.buckets[idx] += self.buckets[idx - 1];
        }
    }
}

impl List<'_> {
    /// How many postings are left.
    pub(super) fn n_left(&self) -> usize {
        self.n_left
    }

    /// Hands over the postings of the units below `end`, and stays before the others.
    #[inline]
    pub(super) fn below(&mut self, end: u32, mut deed: impl FnMut(Posting)) {
        // A value of its own, so that it stays in the processor's registers.
        let mut list = self.clone();
        loop {
            let before = list.clone();
            match list.next() {
                Some(it) if it.unit < end => deed(it),
                Some(_) => return *self = before,
                None => return *self = list,
            }
        }
    }

    fn number(&mut self) -> u32 {
        let (mut res, mut shift) = (0, 0);
        while let Some((&byte, rest)) = self.bytes.split_first() {
            self.bytes = rest;
            res |= u32::from(byte & 127) << shift;
            if byte < 128 || 21 <= shift {
                break;
            }
            shift += 7;
        }
        res
    }
}

impl Iterator for List<'_> {
    type Item = Posting;

    #[inline]
    fn next(&mut self) -> Option<Posting> {
        self.n_left = self.n_left.checked_sub(1)?;
        // Distances below 64 with a single occurrence fill most of a long list.
        let code = match self.bytes.split_first() {
            Some((&byte, rest)) if byte < 128 => {
                self.bytes = rest;
                u32::from(byte)
            }
            Some(_) => self.number(),
            None => return None,
        };
        self.unit += code >> 1;
        let mut n_times = 1;
        if code & 1 == 1 {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            n_times = byte;
        }
        Some(Posting { unit: self.unit, n_times })
    }
}

/// Writes lists one after another.
#[derive(Debug)]
pub(super) struct Builder {
    res: Packed,
}

impl Builder {
    /// Room for about as much as `like` holds.
    pub(super) fn reserve(&mut self, like: &Packed) {
        self.res.hashes.reserve(like.hashes.len());
        self.res.starts.reserve(like.starts.len() + 1);
        self.res.bytes.reserve(like.bytes.len());
    }

    /// Adds the list of a term; an empty one is left out.
    pub(super) fn add(&mut self, hash: u32, n: usize, postings: impl Iterator<Item = Posting>) {
        if n == 0 {
            return;
        }
        self.begin(hash);
        self.number(n as u32);
        let mut before = 0;
        for Posting { unit, n_times } in postings {
            let more = u32::from(1 < n_times);
            self.number((unit - before) << 1 | more);
            if more == 1 {
                self.res.bytes.push(n_times);
            }
            before = unit;
        }
    }

    /// Takes over the lists of `from` as they are, up to the one at `end`.
    pub(super) fn copy(&mut self, from: &Packed, idxs: std::ops::Range<usize>) {
        let (Some(&first), Some(&last)) = (from.starts.get(idxs.start), from.starts.get(idxs.end))
        else {
            return;
        };
        let shift = self.res.bytes.len() as u32;
        self.res.hashes.extend(&from.hashes[idxs.clone()]);
        self.res.starts.extend(from.starts[idxs].iter().map(|it| it - first + shift));
        self.res.bytes.extend(&from.bytes[first as usize..last as usize]);
    }

    pub(super) fn finish(mut self) -> Packed {
        if !self.res.hashes.is_empty() {
            self.res.starts.push(self.res.bytes.len() as u32);
        }
        self.res.hashes.shrink_to_fit();
        self.res.starts.shrink_to_fit();
        self.res.bytes.shrink_to_fit();
        self.res.fill_buckets();
        self.res
    }

    fn begin(&mut self, hash: u32) {
        let start =
            u32::try_from(self.res.bytes.len()).expect("a view has less than 4 GB of postings");
        self.res.hashes.push(hash);
        self.res.starts.push(start);
    }

    fn number(&mut self, mut value: u32) {
        while 128 <= value {
            self.res.bytes.push(value as u8 | 128);
            value >>= 7;
        }
        self.res.bytes.push(value as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(lists: &[(u32, &[(u32, u8)])]) -> Packed {
        let mut builder = Packed::builder();
        for (hash, list) in lists {
            let postings = list.iter().map(|&(unit, n_times)| Posting { unit, n_times });
            builder.add(*hash, list.len(), postings);
        }
        builder.finish()
    }

    fn units(list: List<'_>) -> Vec<(u32, u8)> {
        list.map(|it| (it.unit, it.n_times)).collect()
    }

    #[test]
    fn lists_read_back_as_they_were_written() {
        let far = [(0, 1), (63, 2), (64, 255), (200, 1), (70_000, 1), (16_000_000, 3)];
        let lists: &[(u32, &[(u32, u8)])] =
            &[(0, &[(5, 1)]), (7, &far), (70_000, &[]), (u32::MAX, &[(0, 1), (1, 1)])];
        let packed = packed(lists);
        for (hash, list) in lists {
            assert_eq!(units(packed.list(*hash)), *list, "{hash}");
            assert_eq!(packed.n_postings(*hash), list.len(), "{hash}");
        }
        assert_eq!(units(packed.list(8)), []);
        assert_eq!(packed.n_terms(), 3);
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let good = packed(&[(3, &[(1, 1), (9, 2)]), (4, &[(2, 1)])]);
        let (hashes, starts, bytes) = good.parts();
        let read = |hashes: &[u32], starts: &[u32], bytes: &[u8], n| {
            Packed::from_parts(hashes.to_vec(), starts.to_vec(), bytes.to_vec(), n).is_some()
        };
        assert!(read(hashes, starts, bytes, 10));
        assert!(read(&[], &[], &[], 0));
        assert!(!read(hashes, starts, bytes, 9), "a unit that is not there");
        assert!(!read(&[4, 3], starts, bytes, 10), "hashes must rise");
        assert!(!read(hashes, &starts[1..], bytes, 10));
        assert!(!read(hashes, starts, &bytes[1..], 10));
        assert!(!read(hashes, &[0, 1, bytes.len() as u32], bytes, 10), "a list cut short");
    }
}

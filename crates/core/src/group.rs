//! Who joins which group: messages that say the same thing in nearly the same words.
//!
//! Held in memory and fed by the store; the store stays the truth. A text joins a group if it is
//! the same, or if at least half of its letter runs are the same and nothing contradicts: texts
//! that differ in a number, a date or a negation are kept apart.
//! About 290 bytes a group. Not here: making fingerprints (`fingerprint`), merging by hand (store).

use xxhash_rust::xxh3::xxh3_64;

use crate::fingerprint::{Fingerprint, Sketch};
use crate::ids::GroupId;
use crate::text::TextKey;

/// Estimated share of common letter runs from which two texts are nearly the same.
pub const SIMILARITY_MIN: f32 = 0.5;

/// Three equal bytes of the sketch make a candidate; 24 tries find 96 % at a similarity of 0.5.
const BANDS: usize = 24;
const ROWS: usize = 3;
/// The tables for exact hashes and for ids stand behind those of the bands.
const EXACT: usize = BANDS;
const IDS: usize = BANDS + 1;
const TABLES: usize = BANDS + 2;
/// Candidates looked at in one band: a template with a thousand different numbers in it must not
/// make the next message slow.
const CANDIDATES_PER_BAND_MAX: usize = 48;
/// Facts kept of one group.
const FACTS_MAX: usize = 24;
/// The form of facts as bytes, and how they were found; a change of either is a new number.
const FACTS_FORM: u8 = 1;
const EMPTY: u32 = u32::MAX;

/// What must not differ inside a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Hashes of number values, days, years and names with digits; sorted.
    values: Vec<u32>,
    n_words: u16,
    n_negated: u8,
    denies: bool,
}

/// A text that looks for its group.
#[derive(Clone, Debug)]
pub struct Probe {
    /// Of the text.
    pub fingerprint: Fingerprint,
    /// Of the same text.
    pub facts: Facts,
}

/// How near a text is to the group that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Similarity {
    /// The normalised texts are the same.
    Exact,
    /// This share of letter runs.
    Near(f32),
}

/// Every group of the desk, by what it looks like.
#[derive(Debug)]
pub struct Groups {
    rows: Vec<Row>,
    values: Vec<u32>,
    tables: Vec<Vec<u32>>,
    n_dead: usize,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    /// `None` once removed.
    id: Option<GroupId>,
    exact: u64,
    sketch: Sketch,
    values_start: u32,
    n_values: u8,
    n_negated: u8,
    n_words: u16,
    denies: bool,
    /// Nothing is known of its facts: only the very same text joins it.
    exact_only: bool,
}

impl Facts {
    /// Takes the facts from a search key.
    pub fn of(key: &TextKey) -> Self {
        let mut values: Vec<u32> = Vec::new();
        values.extend(key.numbers.iter().map(|it| hash(b'n', it.value.to_bits())));
        for date in &key.dates {
            let day = date.day.map_or(0, u64::from) << 8 | date.month.map_or(0, u64::from);
            values.push(hash(b'd', day));
            values.extend(date.year.map(|it| hash(b'n', f64::from(it).to_bits())));
        }
        // "U23", "E10": a name with a number in it.
        let is_mixed = |it: &&String| {
            it.bytes().any(|it| it.is_ascii_digit())
                && it.bytes().any(|it| it.is_ascii_alphabetic())
        };
        values.extend(key.folded.iter().filter(is_mixed).map(|it| xxh3_64(it.as_bytes()) as u32));
        // Repeats stay: "1-1" and "1-4" differ.
        values.sort_unstable();
        values.truncate(FACTS_MAX);
        Self {
            values,
            n_words: u16::try_from(key.n_words).unwrap_or(u16::MAX),
            n_negated: u8::try_from(key.negated.len()).unwrap_or(u8::MAX),
            denies: key.denies,
        }
    }

    /// As they are kept with a group, after its texts have gone: numbers and dates as hashes, the
    /// rest as counts.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![FACTS_FORM, self.n_negated, u8::from(self.denies)];
        bytes.extend(self.n_words.to_le_bytes());
        bytes.extend(self.values.iter().flat_map(|it| it.to_le_bytes()));
        bytes
    }

    /// Reads them back; `None` for those of another program.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let [FACTS_FORM, n_negated, denies, low, high, values @ ..] = bytes else { return None };
        let (values, rest) = values.as_chunks::<4>();
        let is_ours = rest.is_empty() && values.len() <= FACTS_MAX && *denies <= 1;
        is_ours.then(|| Self {
            values: values.iter().map(|it| u32::from_le_bytes(*it)).collect(),
            n_words: u16::from_le_bytes([*low, *high]),
            n_negated: *n_negated,
            denies: *denies == 1,
        })
    }
}

fn hash(kind: u8, value: u64) -> u32 {
    let mut bytes = [kind; 9];
    bytes[1..].copy_from_slice(&value.to_le_bytes());
    xxh3_64(&bytes) as u32
}

impl Default for Groups {
    fn default() -> Self {
        Self::new()
    }
}

impl Groups {
    /// No groups.
    pub fn new() -> Self {
        Self { rows: Vec::new(), values: Vec::new(), tables: vec![Vec::new(); TABLES], n_dead: 0 }
    }

    /// How many groups there are.
    pub fn len(&self) -> usize {
        self.rows.len() - self.n_dead
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes held.
    pub fn memory_bytes(&self) -> usize {
        let n_slots: usize = self.tables.iter().map(Vec::capacity).sum();
        self.rows.capacity() * size_of::<Row>()
            + (self.values.capacity() + n_slots) * size_of::<u32>()
    }

    /// Adds a look of a group. A group may have several: each stands for itself. Without facts
    /// only the very same text finds it, since any other may contradict it.
    pub fn insert(&mut self, id: GroupId, fingerprint: &Fingerprint, facts: Option<&Facts>) {
        self.make_room();
        let nothing = Facts::default();
        let exact_only = facts.is_none();
        let facts = facts.unwrap_or(&nothing);
        let row = u32::try_from(self.rows.len()).expect("fewer than four billion groups");
        let values_start =
            u32::try_from(self.values.len()).expect("fewer than four billion values");
        self.values.extend(&facts.values);
        self.rows.push(Row {
            id: Some(id),
            exact: fingerprint.exact,
            sketch: fingerprint.sketch,
            values_start,
            n_values: facts.values.len() as u8,
            n_negated: facts.n_negated,
            n_words: facts.n_words,
            denies: facts.denies,
            exact_only,
        });
        self.link(row);
    }

    /// Forgets every look of a group.
    pub fn remove(&mut self, id: GroupId) {
        let rows: Vec<u32> = self.chain_of_rows(IDS, id_key(id)).collect();
        for row in rows {
            let row = &mut self.rows[row as usize];
            if row.id == Some(id) {
                row.id = None;
                self.n_dead += 1;
            }
        }
    }

    /// The group that a text belongs to: the one with the same text, else the nearest one that
    /// nothing contradicts.
    pub fn find(&self, probe: &Probe) -> Option<(GroupId, Similarity)> {
        let exact = probe.fingerprint.exact;
        for row in self.chain(EXACT, exact) {
            if let (Some(id), true) = (row.id, row.exact == exact) {
                return Some((id, Similarity::Exact));
            }
        }
        let mut best: Option<(GroupId, f32)> = None;
        for band in 0..BANDS {
            let bytes = band_bytes(&probe.fingerprint.sketch, band);
            let same_band = |it: &&Row| band_bytes(&it.sketch, band) == bytes;
            let chain = self.chain(band, band_key(bytes)).filter(same_band);
            for row in chain.take(CANDIDATES_PER_BAND_MAX) {
                let (Some(id), false) = (row.id, row.exact_only) else { continue };
                let similarity = row.sketch.similarity(&probe.fingerprint.sketch);
                let nearer = best.is_none_or(|(_, it)| it < similarity);
                if SIMILARITY_MIN <= similarity && nearer && !self.contradicts(row, &probe.facts) {
                    best = Some((id, similarity));
                }
            }
        }
        best.map(|(id, similarity)| (id, Similarity::Near(similarity)))
    }

    /// A number on each side that the other does not have; a denial; a negation more, in texts of
    /// one length. A text that was cut may have lost numbers, so one side alone is no conflict.
    fn contradicts(&self, row: &Row, facts: &Facts) -> bool {
        let start = row.values_start as usize;
        let theirs = &self.values[start..start + usize::from(row.n_values)];
        let ours = &facts.values;
        let differ = has_more(theirs, ours) && has_more(ours, theirs);
        let one_length = row.n_words.abs_diff(facts.n_words) <= 2;
        let negated = one_length && row.n_negated != facts.n_negated;
        differ || negated || row.denies != facts.denies
    }

    /// The rows in a table from the place of `key` to the next empty slot.
    fn chain(&self, table: usize, key: u64) -> impl Iterator<Item = &Row> {
        self.chain_of_rows(table, key).map(|it| &self.rows[it as usize])
    }

    fn chain_of_rows(&self, table: usize, key: u64) -> impl Iterator<Item = u32> {
        let slots = &self.tables[table];
        let start = place(key, slots.len());
        let ring = slots[start..].iter().chain(&slots[..start]);
        ring.copied().take_while(|it| *it != EMPTY)
    }

    fn link(&mut self, row: u32) {
        let Row { id, exact, sketch, .. } = self.rows[row as usize];
        for table in 0..TABLES {
            let key = match table {
                EXACT => exact,
                IDS => id.map_or(0, id_key),
                band => band_key(band_bytes(&sketch, band)),
            };
            let slots = &mut self.tables[table];
            let mut at = place(key, slots.len());
            while slots[at] != EMPTY {
                at = if at + 1 == slots.len() { 0 } else { at + 1 };
            }
            slots[at] = row;
        }
    }

    /// Keeps the tables at most four fifths full, and drops dead rows on the way.
    fn make_room(&mut self) {
        let n_slots = self.tables[0].len();
        if (self.rows.len() + 1) * 5 <= n_slots * 4 {
            return;
        }
        if 0 < self.n_dead {
            let old = std::mem::take(&mut self.values);
            self.rows.retain(|it| it.id.is_some());
            for row in &mut self.rows {
                let start = row.values_start as usize;
                row.values_start = self.values.len() as u32;
                self.values.extend(&old[start..start + usize::from(row.n_values)]);
            }
            self.n_dead = 0;
        }
        // A third more each time: doubling would waste half of the memory at its worst.
        let n_slots = ((self.rows.len() + 1) * 5 / 3).max(64);
        self.tables = (0..TABLES).map(|_| vec![EMPTY; n_slots]).collect();
        self.rows.reserve_exact(n_slots * 4 / 5 - self.rows.len());
        for row in 0..self.rows.len() as u32 {
            self.link(row);
        }
    }
}

/// Has `a` a value more often than `b`? Both are sorted.
fn has_more(a: &[u32], b: &[u32]) -> bool {
    let n_times = |all: &[u32], it: u32| all.iter().filter(|other| **other == it).count();
    a.iter().any(|it| n_times(b, *it) < n_times(a, *it))
}

fn id_key(id: GroupId) -> u64 {
    xxh3_64(id.0.as_bytes())
}

fn band_bytes(sketch: &Sketch, band: usize) -> [u8; ROWS] {
    let start = band * ROWS;
    [sketch.0[start], sketch.0[start + 1], sketch.0[start + 2]]
}

fn band_key(bytes: [u8; ROWS]) -> u64 {
    let key = u64::from(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]));
    let key = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (key ^ (key >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

/// Maps a key onto `0..n` without a division; nothing to map onto is place 0.
fn place(key: u64, n: usize) -> usize {
    ((u128::from(key) * n as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint;
    use crate::text::key;
    use crate::time::Timestamp;

    fn id(n: u8) -> GroupId {
        GroupId::new(Timestamp::from_millis(0), [n; 10])
    }

    fn probe(text: &str) -> Probe {
        Probe { fingerprint: fingerprint::of(text), facts: Facts::of(&key(text, None)) }
    }

    fn groups(texts: &[&str]) -> Groups {
        let mut res = Groups::new();
        for (n, text) in texts.iter().enumerate() {
            let probe = probe(text);
            res.insert(id(n as u8), &probe.fingerprint, Some(&probe.facts));
        }
        res
    }

    const DAM: &str =
        "Vỡ đập ở Hà Nam lúc 3 giờ sáng, 350 hộ dân phải di dời trong đêm vì nước lên nhanh";

    #[test]
    fn a_copy_and_a_near_copy_find_their_group() {
        let groups = groups(&["Giá xăng tăng từ ngày mai", DAM]);
        let copy = groups.find(&probe(&format!("Fwd: {DAM} 🚨🚨")));
        assert_eq!(copy, Some((id(1), Similarity::Exact)));
        let near =
            "vo dap o Ha Nam luc 3 gio sang, 350 ho dan phai di doi trong dem do nuoc len nhanh";
        let found = groups.find(&probe(near));
        assert!(matches!(found, Some((it, Similarity::Near(_))) if it == id(1)), "{found:?}");
        assert_eq!(groups.find(&probe("Bộ Y tế khuyến cáo tiêm vắc xin cúm")), None);
    }

    #[test]
    fn texts_that_differ_in_a_number_or_a_denial_are_kept_apart() {
        let groups = groups(&[DAM]);
        assert_eq!(groups.find(&probe(&DAM.replace("350", "250"))), None);
        assert_eq!(groups.find(&probe(&DAM.replace("350", "3"))), None);
        assert_eq!(groups.find(&probe(&DAM.replace("phải di dời", "không phải di dời"))), None);
        assert_eq!(groups.find(&probe(&format!("Tin giả: {DAM}"))), None);
        assert!(groups.find(&probe(&DAM.replace("nước lên nhanh", "nước"))).is_some());
    }

    #[test]
    fn a_removed_group_is_not_found() {
        let mut groups = groups(&[DAM]);
        groups.remove(id(0));
        assert_eq!(groups.find(&probe(DAM)), None);
        assert!(groups.is_empty());
        let probe = probe(DAM);
        groups.insert(id(7), &probe.fingerprint, Some(&probe.facts));
        assert_eq!(groups.find(&probe), Some((id(7), Similarity::Exact)));
    }

    #[test]
    fn every_look_of_a_removed_group_goes_and_no_other_groups() {
        let mut groups = groups(&[DAM, "Giá xăng tăng từ ngày mai"]);
        let other = probe("Nước lũ tràn qua đê ở huyện bên");
        groups.insert(id(0), &other.fingerprint, Some(&other.facts));
        assert_eq!(groups.len(), 3);
        groups.remove(id(0));
        assert_eq!(groups.len(), 1);
        assert_eq!(groups.find(&other), None);
        let left = groups.find(&probe("Giá xăng tăng từ ngày mai"));
        assert_eq!(left, Some((id(1), Similarity::Exact)));
        groups.remove(id(0));
        assert_eq!(groups.len(), 1, "removing twice counts once");
    }

    #[test]
    fn facts_keep_texts_apart_after_they_were_kept_as_bytes() {
        let dam = probe(DAM);
        let kept = Facts::from_bytes(&dam.facts.to_bytes()).expect("ours");
        assert_eq!(kept, dam.facts);
        let mut groups = Groups::new();
        groups.insert(id(0), &dam.fingerprint, Some(&kept));
        assert_eq!(groups.find(&probe(&DAM.replace("350", "250"))), None);
        assert!(groups.find(&probe(&DAM.replace("nước lên nhanh", "nước"))).is_some());
        for bytes in [&b""[..], b"\x02\0\0\0\0", b"\x01\0\0\0\0\0", b"\x01\0\x02\0\0"] {
            assert_eq!(Facts::from_bytes(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_group_of_unknown_facts_is_joined_by_the_very_same_text_only() {
        let dam = probe(DAM);
        let mut groups = Groups::new();
        groups.insert(id(0), &dam.fingerprint, None);
        assert_eq!(groups.find(&dam), Some((id(0), Similarity::Exact)));
        assert_eq!(groups.find(&probe(&DAM.replace("nước lên nhanh", "nước"))), None);
        assert_eq!(groups.find(&probe(&DAM.replace("350", "250"))), None);
    }

    #[test]
    fn many_groups_stay_small_and_are_all_found() {
        let text = |n: u32| format!("{DAM} {}", xxh3_64(&n.to_le_bytes()));
        let mut groups = Groups::new();
        for n in 0..2000_u32 {
            let probe = probe(&text(n));
            groups.insert(
                GroupId::new(Timestamp::from_millis(n.into()), [0; 10]),
                &probe.fingerprint,
                Some(&probe.facts),
            );
        }
        assert!(
            (0..2000)
                .all(|n| matches!(groups.find(&probe(&text(n))), Some((_, Similarity::Exact))))
        );
        assert!(groups.memory_bytes() < 2000 * 380, "{}", groups.memory_bytes());
    }
}

//! Who joins which group: messages that say the same thing in nearly the same words.
//!
//! Held in memory and fed by the store; the store stays the truth. A text joins a group if it is
//! the same, if enough of its letter runs are the same, or if the longer of both holds the shorter;
//! and nothing contradicts. Texts that differ in a number, a date or a negation are kept apart, and
//! are neighbours. 450 to 550 bytes a group. Not here: making fingerprints (`fingerprint`), what
//! contradicts (`facts`), merging by hand (store).

use xxhash_rust::xxh3::xxh3_64;

use crate::facts::{self, Counts, Difference, Facts};
use crate::fingerprint::{Fingerprint, LANES, Sketch};
use crate::ids::GroupId;

/// Estimated share of common letter runs from which two texts are nearly the same.
pub const SIMILARITY_MIN: f32 = 0.42;
/// Estimated share of the shorter text that the longer one holds, from which one was cut from the
/// other, or tells it again with more around it.
pub const CONTAINMENT_MIN: f32 = 0.9;
/// Below this similarity the estimate of containment is too coarse.
const CONTAINED_SIMILARITY_MIN: f32 = 0.2;
/// A shorter text is a phrase that many others hold.
const CONTAINED_RUNS_MIN: u16 = 12;

/// Two equal lanes of the sketch make a candidate; 32 tries find 99.6 % at a similarity of 0.4.
const BANDS: usize = LANES / ROWS;
const ROWS: usize = 2;
/// The tables for exact hashes and for ids stand behind those of the bands.
const EXACT: usize = BANDS;
const IDS: usize = BANDS + 1;
const TABLES: usize = BANDS + 2;
/// Candidates looked at in one band: a template with a thousand different numbers in it must not
/// make the next message slow.
const CANDIDATES_PER_BAND_MAX: usize = 48;
/// A slot holds the place of a row and, above it, six bits of its key: most rows of other keys are
/// passed over unseen.
const ROW_BITS: u32 = 26;
const ROWS_MAX: usize = (1 << ROW_BITS) - 1;
const EMPTY: u32 = u32::MAX;
/// Candidates remembered as looked at: the same one turns up in many bands.
const SEEN: usize = 64;

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

/// A group of nearly the same words.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour {
    /// The group.
    pub id: GroupId,
    /// The share of letter runs.
    pub similarity: f32,
    /// Why the text does not belong to it; empty when it could.
    pub differences: Vec<Difference>,
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
    counts: Counts,
    /// Nothing is known of its facts: only the very same text joins it.
    exact_only: bool,
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
        assert!(self.rows.len() < ROWS_MAX, "more groups than one table holds");
        let row = self.rows.len() as u32;
        let values_start =
            u32::try_from(self.values.len()).expect("fewer than four billion values");
        self.values.extend(&facts.values);
        self.rows.push(Row {
            id: Some(id),
            exact: fingerprint.exact,
            sketch: fingerprint.sketch,
            values_start,
            n_values: facts.values.len() as u8,
            counts: facts.counts,
            exact_only,
        });
        self.link(row);
    }

    /// Lets a group know the values of a text that joins it, so that the next one contradicts those
    /// too. Returns the facts that it has now, if there were new ones.
    pub fn learn(&mut self, id: GroupId, facts: &Facts) -> Option<Facts> {
        let mut rows = self.chain_of_rows(IDS, id_key(id));
        let at = rows.find(|it| self.rows[*it as usize].id == Some(id))? as usize;
        drop(rows);
        let row = &self.rows[at];
        let mut grown = Facts { values: self.values_of(row).to_vec(), counts: row.counts };
        if row.exact_only || !grown.grow(&facts.values) {
            return None;
        }
        let values_start = self.values.len() as u32;
        self.values.extend(&grown.values);
        let row = &mut self.rows[at];
        (row.values_start, row.n_values) = (values_start, grown.values.len() as u8);
        Some(grown)
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
        let mut best: Option<(&Row, f32)> = None;
        self.each_near(&probe.fingerprint.sketch, |row, similarity| {
            let nearer = best
                .is_none_or(|(it, best)| best < similarity || best == similarity && row.id < it.id);
            if nearer && self.differences(row, &probe.facts).next().is_none() {
                best = Some((row, similarity));
            }
        });
        best.and_then(|(row, similarity)| Some((row.id?, Similarity::Near(similarity))))
    }

    /// Groups of nearly the same words as a text, each with what contradicts it; the nearest first.
    pub fn neighbours(&self, probe: &Probe) -> Vec<Neighbour> {
        let mut res: Vec<Neighbour> = Vec::new();
        self.each_near(&probe.fingerprint.sketch, |row, similarity| {
            let Some(id) = row.id else { return };
            let differences = self.differences(row, &probe.facts).collect();
            res.push(Neighbour { id, similarity, differences });
        });
        res.sort_by(|a, b| b.similarity.total_cmp(&a.similarity).then(a.id.cmp(&b.id)));
        res
    }

    /// Looks at every row of nearly the same words once.
    fn each_near<'a>(&'a self, sketch: &Sketch, mut see: impl FnMut(&'a Row, f32)) {
        let mut seen = [EMPTY; SEEN];
        let keys: [u64; BANDS] = std::array::from_fn(|band| band_key(sketch, band));
        // The first slot of every table, before any is followed: the tables are larger than the
        // caches, and so they are waited for together.
        let is_used = |band: &usize| {
            let slots = &self.tables[*band];
            slots.get(place(keys[*band], slots.len())).is_some_and(|it| *it != EMPTY)
        };
        let used: [bool; BANDS] = std::array::from_fn(|band| is_used(&band));
        for band in (0..BANDS).filter(|it| used[*it]) {
            let chain = self.chain_of_rows(band, keys[band]);
            for at in chain.take(CANDIDATES_PER_BAND_MAX) {
                if std::mem::replace(&mut seen[at as usize % SEEN], at) == at {
                    continue;
                }
                let row = &self.rows[at as usize];
                if row.id.is_none() || row.exact_only {
                    continue;
                }
                if let Some(similarity) = near(&row.sketch, sketch) {
                    see(row, similarity);
                }
            }
        }
    }

    fn differences(&self, row: &Row, facts: &Facts) -> impl Iterator<Item = Difference> {
        facts::differences((&facts.values, facts.counts), (self.values_of(row), row.counts))
    }

    fn values_of(&self, row: &Row) -> &[u32] {
        let start = row.values_start as usize;
        &self.values[start..start + usize::from(row.n_values)]
    }

    /// The rows in a table from the place of `key` to the next empty slot.
    fn chain(&self, table: usize, key: u64) -> impl Iterator<Item = &Row> {
        self.chain_of_rows(table, key).map(|it| &self.rows[it as usize])
    }

    fn chain_of_rows(&self, table: usize, key: u64) -> impl Iterator<Item = u32> {
        let slots = &self.tables[table];
        let start = place(key, slots.len());
        let ring = slots[start..].iter().chain(&slots[..start]);
        let tag = tag(key);
        let rows = ring.copied().take_while(|it| *it != EMPTY);
        rows.filter(move |it| it >> ROW_BITS == tag).map(|it| it & ROWS_MAX as u32)
    }

    fn link(&mut self, row: u32) {
        let Row { id, exact, sketch, .. } = self.rows[row as usize];
        let keys: [u64; TABLES] = std::array::from_fn(|table| match table {
            EXACT => exact,
            IDS => id.map_or(0, id_key),
            band => band_key(&sketch, band),
        });
        // Waited for together, as in `each_near`.
        let starts: [(usize, u32); TABLES] = std::array::from_fn(|table| {
            let at = place(keys[table], self.tables[table].len());
            (at, self.tables[table][at])
        });
        for (table, (mut at, mut slot)) in starts.into_iter().enumerate() {
            let slots = &mut self.tables[table];
            while slot != EMPTY {
                at = if at + 1 == slots.len() { 0 } else { at + 1 };
                slot = slots[at];
            }
            slots[at] = tag(keys[table]) << ROW_BITS | row;
        }
    }

    /// Keeps the tables at most four fifths full, and drops dead rows and outgrown values on the way.
    fn make_room(&mut self) {
        let n_slots = self.tables[0].len();
        if (self.rows.len() + 1) * 5 <= n_slots * 4 {
            return;
        }
        let old = std::mem::take(&mut self.values);
        self.rows.retain(|it| it.id.is_some());
        for row in &mut self.rows {
            let start = row.values_start as usize;
            row.values_start = self.values.len() as u32;
            self.values.extend(&old[start..start + usize::from(row.n_values)]);
        }
        self.n_dead = 0;
        // Two thirds more each time: every row is linked anew, and memory is not wasted by half.
        let n_slots = ((self.rows.len() + 1) * 25 / 12).max(64);
        self.tables = (0..TABLES).map(|_| vec![EMPTY; n_slots]).collect();
        self.rows.reserve_exact(n_slots * 4 / 5 - self.rows.len());
        for row in 0..self.rows.len() as u32 {
            self.link(row);
        }
    }
}

fn id_key(id: GroupId) -> u64 {
    xxh3_64(id.0.as_bytes())
}

fn band_key(sketch: &Sketch, band: usize) -> u64 {
    let lane = |row: usize| u64::from(sketch.lanes[band * ROWS + row]);
    let key = (lane(0) << 16 | lane(1)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (key ^ (key >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

/// Six bits of a key that say nothing about its place.
fn tag(key: u64) -> u32 {
    (key & 0x3f) as u32
}

/// How alike two texts are, if they say the same in nearly the same words, or one holds the other.
fn near(a: &Sketch, b: &Sketch) -> Option<f32> {
    let similarity = a.similarity(b);
    if SIMILARITY_MIN <= similarity {
        return Some(similarity);
    }
    let is_held = CONTAINED_SIMILARITY_MIN <= similarity
        && CONTAINED_RUNS_MIN <= a.n_runs.min(b.n_runs)
        && CONTAINMENT_MIN <= a.containment(b);
    is_held.then_some(similarity)
}

/// Maps a key onto `0..n` without a division; nothing to map onto is place 0.
fn place(key: u64, n: usize) -> usize {
    ((u128::from(key) * n as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint;
    use crate::lang::Lang;
    use crate::text::normalise::normalise;
    use crate::time::Timestamp;

    fn id(n: u8) -> GroupId {
        GroupId::new(Timestamp::from_millis(0), [n; 10])
    }

    fn probe(text: &str) -> Probe {
        Probe { fingerprint: fingerprint::of(text), facts: Facts::of(&normalise(text), Lang::Vi) }
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
    fn a_text_that_was_cut_joins_the_whole_one_in_either_order() {
        let cut = "Vỡ đập ở Hà Nam lúc 3 giờ sáng, 350 hộ";
        assert!(groups(&[DAM]).find(&probe(cut)).is_some());
        assert!(groups(&[cut]).find(&probe(DAM)).is_some());
    }

    #[test]
    fn texts_that_differ_in_a_number_are_neighbours() {
        let groups = groups(&[DAM, "Giá xăng tăng từ ngày mai"]);
        let near = groups.neighbours(&probe(&DAM.replace("350", "250")));
        let [Neighbour { id: found, differences, .. }] = near.as_slice() else {
            panic!("{near:?}");
        };
        assert_eq!((*found, differences.as_slice()), (id(0), &[Difference::Number][..]));
    }

    #[test]
    fn a_group_that_began_without_a_number_learns_it() {
        let cut = "Vỡ đập ở Hà Nam lúc 3 giờ sáng";
        let mut groups = groups(&[cut]);
        let whole = probe(DAM);
        let (found, _) = groups.find(&whole).expect("the cut text");
        let grown = groups.learn(found, &whole.facts).expect("350 is new");
        assert_eq!(groups.find(&probe(&DAM.replace("350", "250"))), None);
        assert_eq!(groups.learn(found, &whole.facts), None, "known by now");
        assert!(grown.differences(&whole.facts).is_empty());
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
        assert!(groups.memory_bytes() < 2000 * 560, "{}", groups.memory_bytes());
    }
}

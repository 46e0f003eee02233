//! The claims of the desk as an inverted index in memory: text in, candidates out.
//!
//! Three views of every text: its words (stems in English, syllables with diacritics in
//! Vietnamese), its syllables without diacritics, and pairs of neighbours. Each has its own BM25,
//! and each query term counts once in a view. A claim is found by its own text, title and review
//! together, and by every variant and confirmed sighting by itself: the best one counts.
//!
//! A search reads the posting lists of the rarest terms up to a budget, and then works out the
//! exact score of the best texts from their own words. Lists are packed; what came since stands
//! beside them and is read too, so a new claim is found by the very next query.
//!
//! Derived data: may be thrown away and rebuilt from the store. Not here: what a candidate is worth
//! (`features`, `rank`), the way to disk (the caller's; [`ClaimIndex::to_bytes`] gives the bytes).

mod packed;
mod postings;
mod query;
mod snapshot;
mod texts;
mod view;

use std::collections::HashMap;

use crate::ids::ClaimId;
use crate::lang::Lang;
use crate::text::negation::{self, Negation};
use crate::text::{TextKey, key};

use postings::Postings;
pub(crate) use query::{Query, QueryTerm};
pub use snapshot::BadSnapshot;
use texts::Texts;
pub(crate) use texts::{Unit, UnitFacts};
pub(crate) use view::word_hash;
use view::{Lengths, Terms, pair_hash};
pub use view::{N_VIEWS, VIEWS, View};

/// Postings read for one view, and one more for every forty texts, before the commonest words of a
/// query are left out of the search: the candidates get their share of those too, from their words.
const POSTINGS_MAX: usize = 8_000;
/// The rarest terms of a view are read however common they are.
const TERMS_READ_MIN: usize = 2;
/// Texts whose exact score is worked out: the lists that were read tell only most of it.
const TEXTS_SCORED_MIN: usize = 200;
/// What two ways of adding up one score may differ by.
const ROUNDED: f32 = 1e-4;
/// Texts whose scores are worked out together: a hundred kilobytes stay in a core's own cache.
const BLOCK: usize = 1 << 15;
/// A review says what it is about at its beginning; all of a long one shares some word with any
/// message.
const REVIEW_WORDS_MAX: usize = 40;
/// Texts of one claim that a message is held against.
const TEXTS_LOOKED_AT: usize = 16;
/// So many words of a review make a text one word longer: a claim must not be harder to find because
/// much was written about it.
const TOLD_WORDS_PER_WORD: usize = 4;
/// Texts that eight bits less than a word can number.
const UNITS_MAX: usize = 1 << 24;

/// What a text of a claim is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The checkable statement.
    Claim,
    /// The same in other words or another language.
    Variant,
    /// The headline of its review.
    Title,
    /// What was written about it.
    Review,
    /// A confirmed message that says it.
    Sighting,
}

/// A claim as it is given to the index.
#[derive(Clone, Debug)]
pub struct ClaimDoc<'a> {
    /// Which claim.
    pub id: ClaimId,
    /// Its language.
    pub lang: Lang,
    /// Its texts.
    pub parts: Vec<(Part, &'a str)>,
}

/// A claim that may be meant, by the text of it that fits best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Which claim.
    pub claim: ClaimId,
    /// Weighted sum over the views, as a share of what the query could reach.
    pub score: f32,
    /// BM25 in each view, as a share of what the query could reach there.
    pub shares: [f32; N_VIEWS],
    pub(crate) unit: u32,
}

/// Every claim, ready to be searched.
#[derive(Debug)]
pub struct ClaimIndex {
    views: [Postings; N_VIEWS],
    lengths: Lengths,
    texts: Texts,
    claims: Vec<ClaimRow>,
    by_id: HashMap<ClaimId, u32>,
    n_dead: usize,
}

#[derive(Clone, Copy, Debug)]
struct ClaimRow {
    id: ClaimId,
    lang: Lang,
    first_unit: u32,
    n_units: u32,
}

/// The memory of one search, kept by the caller from query to query.
#[derive(Debug, Default)]
pub struct Scratch {
    scores: Vec<f32>,
    touched: Vec<u32>,
    counts: Vec<u8>,
    seen: Vec<u32>,
}

impl Default for ClaimIndex {
    fn default() -> Self {
        Self::new()
    }
}

impl ClaimIndex {
    /// No claims.
    pub fn new() -> Self {
        Self {
            views: std::array::from_fn(|_| Postings::default()),
            lengths: Lengths::default(),
            texts: Texts::default(),
            claims: Vec::new(),
            by_id: HashMap::new(),
            n_dead: 0,
        }
    }

    /// How many claims there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Bytes held, near enough.
    pub fn memory_bytes(&self) -> usize {
        let views: usize = self.views.iter().map(Postings::memory_bytes).sum();
        views
            + self.texts.memory_bytes()
            + self.lengths.codes.capacity()
            + self.claims.capacity() * size_of::<ClaimRow>()
            + self.by_id.capacity() * (size_of::<ClaimId>() + 5)
    }

    /// Adds a claim, or puts it in the place of its older texts.
    pub fn upsert(&mut self, doc: &ClaimDoc<'_>) {
        self.remove(doc.id);
        let claim = self.claims.len() as u32;
        let first_unit = self.texts.len() as u32;
        let keys_of = |part: Part| {
            doc.parts.iter().filter(move |it| it.0 == part).map(|it| key(it.1, Some(doc.lang)))
        };
        let mut main: Vec<TextKey> = keys_of(Part::Claim).collect();
        main.extend(keys_of(Part::Title));
        let title = main.iter().skip(1).map(|it| it.folded.len()).sum();
        main.extend(keys_of(Part::Review).map(|it| it.beginning(REVIEW_WORDS_MAX)).take(1));
        self.add_unit(claim, &main, title);
        let own = |it: &&(Part, &str)| matches!(it.0, Part::Variant | Part::Sighting);
        for (_, text) in doc.parts.iter().filter(own) {
            self.add_unit(claim, &[key(text, None)], 0);
        }
        let n_units = self.texts.len() as u32 - first_unit;
        self.claims.push(ClaimRow { id: doc.id, lang: doc.lang, first_unit, n_units });
        self.by_id.insert(doc.id, claim);
    }

    /// Forgets a claim.
    pub fn remove(&mut self, id: ClaimId) {
        let Some(claim) = self.by_id.remove(&id) else { return };
        let ClaimRow { first_unit, n_units, .. } = self.claims[claim as usize];
        for row in &mut self.texts.rows[first_unit as usize..(first_unit + n_units) as usize] {
            row.claim = None;
            self.n_dead += 1;
        }
        if 1000 < self.n_dead && self.texts.len() < 4 * self.n_dead {
            self.compact();
        }
    }

    pub(crate) fn unit(&self, candidate: &Candidate) -> Unit<'_> {
        self.texts.unit(candidate.unit)
    }

    /// The text that states the claim a candidate belongs to.
    pub(crate) fn main_unit(&self, candidate: &Candidate) -> Unit<'_> {
        let claim = self.by_id.get(&candidate.claim).map(|it| &self.claims[*it as usize]);
        self.texts.unit(claim.map_or(candidate.unit, |it| it.first_unit))
    }

    /// The texts of the claim a candidate belongs to, statement and variants first.
    pub(crate) fn units_of(&self, candidate: &Candidate) -> impl Iterator<Item = Unit<'_>> {
        let claim = self.by_id.get(&candidate.claim).map(|it| &self.claims[*it as usize]);
        let units = claim.map_or(0..0, |it| it.first_unit..it.first_unit + it.n_units);
        units.take(TEXTS_LOOKED_AT).map(|it| self.texts.unit(it))
    }

    /// Does the statement of a candidate say what is denied, in the same surroundings?
    pub(crate) fn says(&self, candidate: &Candidate, denied: &Negation) -> bool {
        let near: Vec<u32> = denied.near.iter().map(|it| word_hash(it)).collect();
        negation::says(self.unit(candidate).statement, &word_hash(&denied.word), &near)
    }

    /// How telling a word of a claim is; one of English or Vietnamese, as the view says.
    pub(crate) fn idf(&self, view: View, word: u32) -> f32 {
        view::idf(self.views[view as usize].n_postings(word), self.n_live())
    }

    pub(crate) fn query(&self, key: &TextKey) -> Query {
        Query::of(self, key)
    }

    /// Texts that can be found.
    fn n_live(&self) -> usize {
        self.texts.len() - self.n_dead
    }

    pub(crate) fn search(
        &self,
        query: &Query,
        limit: usize,
        scratch: &mut Scratch,
    ) -> Vec<Candidate> {
        let norms = self.lengths.norms();
        let n_kept = limit.saturating_mul(2).max(TEXTS_SCORED_MIN);
        let (mut cursors, unread) = self.cursors(query);
        let best = self.best(&mut cursors, &norms, n_kept, scratch);
        let mut found = Found { limit, all: Vec::with_capacity(n_kept), floor: 0.0 };
        for (score, unit) in best {
            // Those that follow have less in the lists that were read, and no more outside them.
            if score + unread + ROUNDED < found.floor {
                break;
            }
            found.add(self.exact(query, &norms, unit, scratch));
        }
        found.best();
        found.all
    }

    /// A claim as a candidate, however little of the query it has: by the text of it that fits best.
    pub(crate) fn candidate(
        &self,
        query: &Query,
        id: ClaimId,
        scratch: &mut Scratch,
    ) -> Option<Candidate> {
        let claim = *self.by_id.get(&id)?;
        let ClaimRow { first_unit, n_units, .. } = self.claims[claim as usize];
        let norms = self.lengths.norms();
        let units = first_unit..first_unit + n_units;
        let all: Vec<_> =
            units.filter_map(|unit| self.exact(query, &norms, unit, scratch)).collect();
        all.into_iter().max_by(|a, b| a.score.total_cmp(&b.score).then(b.unit.cmp(&a.unit)))
    }

    /// The posting lists of the rarest terms of each view, each with what a posting is worth; and
    /// what a text may have in all other lists together.
    fn cursors(&self, query: &Query) -> (Vec<Cursor<'_>>, f32) {
        let (mut res, mut unread) = (Vec::new(), 0.0);
        for view in VIEWS {
            let worth = query.weights[view as usize] / query.ideal[view as usize];
            if worth == 0.0 {
                continue;
            }
            let postings = &self.views[view as usize];
            let mut n_left = POSTINGS_MAX + self.texts.len() / 40;
            let known = query.terms[view as usize].iter().filter(|it| it.is_known);
            let mut is_full = false;
            for (n_read, it) in known.enumerate() {
                let list = postings.list(it.hash);
                is_full |= n_left < list.n_left() && TERMS_READ_MIN <= n_read;
                if is_full {
                    unread += worth * it.idf;
                    continue;
                }
                n_left = n_left.saturating_sub(list.n_left());
                res.push(Cursor { postings: list, worth: worth * it.idf });
            }
        }
        (res, unread)
    }

    /// The best texts by what the lists say: more than asked for, as several may belong to one
    /// claim. Goes through the texts block by block, so that the scores stay near the processor.
    fn best(
        &self,
        cursors: &mut [Cursor<'_>],
        norms: &[f32; 256],
        n_kept: usize,
        scratch: &mut Scratch,
    ) -> Vec<(f32, u32)> {
        let Scratch { scores, touched, .. } = scratch;
        // Most words stand in a text once.
        let once = norms.map(|it| 1.0 / (1.0 + it));
        scores.resize(BLOCK, 0.0);
        let mut best = Best { n_kept, floor: 0.0, found: Vec::new() };
        for start in (0..self.texts.len()).step_by(BLOCK) {
            let codes = &self.lengths.codes[start..self.texts.len().min(start + BLOCK)];
            let end = (start + codes.len()) as u32;
            for Cursor { postings, worth } in cursors.iter_mut() {
                postings.below(end, |posting| {
                    let at = posting.unit as usize - start;
                    let code = usize::from(codes[at]);
                    let share = match posting.n_times {
                        1 => once[code],
                        n => f32::from(n) / (f32::from(n) + norms[code]),
                    };
                    let score = &mut scores[at];
                    if *score == 0.0 {
                        touched.push(at as u32);
                    }
                    *score += *worth * share;
                });
            }
            for at in touched.drain(..) {
                let score = std::mem::take(&mut scores[at as usize]);
                let unit = start as u32 + at;
                if best.floor < score && self.texts.rows[unit as usize].claim.is_some() {
                    best.add(score, unit);
                }
            }
        }
        best.sorted()
    }

    /// The score of one text, worked out from its words.
    fn exact(
        &self,
        query: &Query,
        norms: &[f32; 256],
        unit: u32,
        scratch: &mut Scratch,
    ) -> Option<Candidate> {
        let claim = self.texts.rows[unit as usize].claim?;
        let norm = norms[usize::from(self.lengths.codes[unit as usize])];
        let texts = self.texts.unit(unit);
        let mut shares = [0.0; N_VIEWS];
        let mut score = 0.0;
        for view in VIEWS {
            let weight = query.weights[view as usize];
            if weight == 0.0 {
                continue;
            }
            let sum = match view {
                View::Words if texts.marked.is_empty() => {
                    bm25(query, view, texts.words.iter().copied(), norm, scratch)
                }
                View::Words => bm25(query, view, texts.marked.iter().copied(), norm, scratch),
                View::Folded if texts.marked.is_empty() => 0.0,
                View::Folded => bm25(query, view, texts.words.iter().copied(), norm, scratch),
                View::Pairs => {
                    let pairs = texts.words.array_windows().map(|it| pair_hash(*it));
                    bm25(query, view, pairs, norm, scratch)
                }
            };
            shares[view as usize] = sum / query.ideal[view as usize];
            score += weight * shares[view as usize];
        }
        let claim = self.claims[claim as usize].id;
        Some(Candidate { claim, score, shares, unit })
    }

    fn add_unit(&mut self, claim: u32, keys: &[TextKey], title: usize) {
        let Some(statement) = keys.first() else { return };
        let unit = self.texts.len();
        assert!(unit < UNITS_MAX, "an index holds at most {UNITS_MAX} texts");
        let mut terms = Terms::of(keys);
        let n_said = statement.folded.len() + title;
        let n_told = terms.words.len().saturating_sub(n_said);
        self.lengths.push(n_said + n_told / TOLD_WORDS_PER_WORD);
        terms.words.truncate(texts::UNIT_WORDS_MAX);
        terms.marked.truncate(texts::UNIT_WORDS_MAX);
        for view in VIEWS {
            self.views[view as usize].add(unit as u32, &mut terms.in_view(view));
        }
        self.texts.add(claim, statement, title, &terms);
    }

    /// Drops the texts of removed claims with all that only they had, and numbers the others anew.
    /// Called by itself when much was removed; by the caller before the index is kept, when nothing
    /// that was removed may live on.
    pub fn compact(&mut self) {
        if self.n_dead == 0 {
            return;
        }
        let mut new_unit = vec![None; self.texts.len()];
        let mut n_units = 0_u32;
        for (old, row) in self.texts.rows.iter().enumerate() {
            if row.claim.is_some() {
                new_unit[old] = Some(n_units);
                n_units += 1;
            }
        }
        self.texts.renumber(&new_unit);
        for postings in &mut self.views {
            postings.renumber(&new_unit);
        }
        let codes = self.lengths.codes.iter().zip(&new_unit);
        let codes = codes.filter(|it| it.1.is_some()).map(|it| *it.0).collect();
        self.lengths = Lengths::of_codes(codes);
        self.n_dead = 0;
        let mut claims: Vec<ClaimRow> =
            self.by_id.values().map(|it| self.claims[*it as usize]).collect();
        claims.sort_unstable_by_key(|it| it.first_unit);
        for (idx, row) in claims.iter_mut().enumerate() {
            row.first_unit =
                new_unit[row.first_unit as usize].expect("a live claim has live units");
            self.by_id.insert(row.id, idx as u32);
            for text in &mut self.texts.rows[row.first_unit as usize..][..row.n_units as usize] {
                text.claim = Some(idx as u32);
            }
        }
        self.claims = claims;
    }
}

/// A posting list on its way through the blocks.
struct Cursor<'a> {
    postings: postings::List<'a>,
    worth: f32,
}

/// The best candidates so far, by their exact scores.
struct Found {
    limit: usize,
    /// Half as many again as wanted, before they are looked through.
    all: Vec<Candidate>,
    /// What is not better need not be added.
    floor: f32,
}

impl Found {
    fn add(&mut self, it: Option<Candidate>) {
        self.all.extend(it);
        if self.limit + self.limit / 2 < self.all.len() {
            self.best();
        }
    }

    /// Keeps the best text of each claim, and of those the best, in their order.
    fn best(&mut self) {
        self.all.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.unit.cmp(&b.unit)));
        let mut seen = std::collections::HashSet::with_capacity(self.all.len());
        self.all.retain(|it| seen.insert(it.claim));
        self.all.truncate(self.limit);
        if self.all.len() == self.limit {
            self.floor = self.all.last().map_or(0.0, |it| it.score);
        }
    }
}

/// The best of what was seen so far.
struct Best {
    n_kept: usize,
    /// What is not better need not be added.
    floor: f32,
    found: Vec<(f32, u32)>,
}

impl Best {
    fn add(&mut self, score: f32, unit: u32) {
        self.found.push((score, unit));
        if 4 * self.n_kept <= self.found.len() {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if 0 < self.n_kept && self.n_kept < self.found.len() {
            self.found.select_nth_unstable_by(self.n_kept - 1, Self::order);
            self.floor = self.found[self.n_kept - 1].0;
        }
        self.found.truncate(self.n_kept);
    }

    fn sorted(mut self) -> Vec<(f32, u32)> {
        self.cut();
        self.found.sort_unstable_by(Self::order);
        self.found
    }

    fn order(a: &(f32, u32), b: &(f32, u32)) -> std::cmp::Ordering {
        b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
    }
}

/// BM25 of a text's terms in one view.
fn bm25(
    query: &Query,
    view: View,
    terms: impl Iterator<Item = u32>,
    norm: f32,
    scratch: &mut Scratch,
) -> f32 {
    let (wanted, lookup) = (&query.terms[view as usize], &query.lookups[view as usize]);
    let Scratch { counts, seen, .. } = scratch;
    counts.resize(counts.len().max(wanted.len()), 0);
    for idx in terms.filter_map(|it| lookup.idx(it)) {
        if counts[idx] == 0 {
            seen.push(idx as u32);
        }
        counts[idx] = counts[idx].saturating_add(1);
    }
    let mut sum = 0.0;
    for idx in seen.drain(..) {
        let n_times = f32::from(std::mem::take(&mut counts[idx as usize]));
        sum += wanted[idx as usize].idf * n_times / (n_times + norm);
    }
    sum
}

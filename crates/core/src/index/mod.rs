//! The claims of the desk as an inverted index in memory: text in, candidates out.
//!
//! Four views of every text: its words (stems in English, syllables with diacritics in Vietnamese),
//! its folded words, pairs of neighbouring folded words, and folded runs of letters. Each has its
//! own BM25, and each query term counts once in a view. A claim is found by its own text, title and
//! review together, and by every variant and confirmed sighting by itself: the best one counts.
//!
//! Derived data: may be thrown away and rebuilt from the store. A new claim is found by the very
//! next query. Not here: what a candidate is worth (`features`, `rank`), the way to disk (the
//! caller's; [`ClaimIndex::to_bytes`] gives the bytes).

mod snapshot;
mod view;

use std::collections::HashMap;

use crate::ids::ClaimId;
use crate::lang::Lang;
use crate::text::number::{Date, Number};
use crate::text::{TextKey, key};

pub use snapshot::BadSnapshot;
pub use view::{N_VIEWS, VIEWS, View};
use view::{Postings, terms_of};

/// Candidates looked at by the ranker at most.
pub const CANDIDATES_MAX: usize = 200;
/// Postings read for one view, and one more for every ten texts, before the commonest words of a
/// query are left for later: the candidates get their share of those too, found one by one.
const POSTINGS_MAX: usize = 20_000;
/// For letter runs, of which a text has hundreds; measured: more of them find less.
const LETTER_POSTINGS_MAX: usize = 10_000;
/// The rarest terms of a view are read however common they are.
const TERMS_READ_MIN: usize = 2;
/// Words of a text kept in order for the ranker.
const SEQUENCE_MAX: usize = 96;

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
    units: Vec<Unit>,
    claims: Vec<ClaimRow>,
    by_id: HashMap<ClaimId, u32>,
    n_dead: usize,
}

/// One text that can be found: a claim with its title and review, a variant, or a sighting.
#[derive(Debug)]
pub(crate) struct Unit {
    /// `None` once its claim was removed or replaced.
    claim: Option<u32>,
    /// Folded words of the statement in order, as terms of [`View::Folded`].
    pub(crate) sequence: Box<[u32]>,
    pub(crate) facts: Option<Box<UnitFacts>>,
}

/// What must not be contradicted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct UnitFacts {
    pub(crate) numbers: Vec<Number>,
    pub(crate) dates: Vec<Date>,
    pub(crate) negated: Vec<String>,
    pub(crate) denies: bool,
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
    scores: Vec<[f32; N_VIEWS]>,
    touched: Vec<u32>,
}

/// A query as the index sees it.
#[derive(Debug)]
pub(crate) struct Query {
    /// Rarest first.
    terms: [Vec<QueryTerm>; N_VIEWS],
    /// What a text with every term once would score.
    ideal: [f32; N_VIEWS],
    pub(crate) weights: [f32; N_VIEWS],
}

#[derive(Clone, Copy, Debug)]
struct QueryTerm {
    term: Option<u32>,
    idf: f32,
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
            units: Vec::new(),
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
        let sequences: usize = self.units.iter().map(|it| it.sequence.len() * 4).sum();
        let n_facts = self.units.iter().filter(|it| it.facts.is_some()).count();
        views
            + sequences
            + n_facts * (size_of::<UnitFacts>() + 2 * size_of::<Number>())
            + self.units.capacity() * size_of::<Unit>()
            + self.claims.capacity() * size_of::<ClaimRow>()
            + self.by_id.capacity() * (size_of::<ClaimId>() + 5)
    }

    /// Adds a claim, or puts it in the place of its older texts.
    pub fn upsert(&mut self, doc: &ClaimDoc<'_>) {
        self.remove(doc.id);
        let claim = self.claims.len() as u32;
        let first_unit = self.units.len() as u32;
        let of = |part: Part| move |it: &&(Part, &str)| it.0 == part;
        let statement = doc.parts.iter().filter(of(Part::Claim));
        let about = doc.parts.iter().filter(|it| matches!(it.0, Part::Title | Part::Review));
        let main: Vec<TextKey> =
            statement.chain(about).map(|it| key(it.1, Some(doc.lang))).collect();
        self.add_unit(claim, &main);
        let own = |it: &&(Part, &str)| matches!(it.0, Part::Variant | Part::Sighting);
        for (_, text) in doc.parts.iter().filter(own) {
            self.add_unit(claim, &[key(text, None)]);
        }
        let n_units = self.units.len() as u32 - first_unit;
        self.claims.push(ClaimRow { id: doc.id, lang: doc.lang, first_unit, n_units });
        self.by_id.insert(doc.id, claim);
    }

    /// Forgets a claim.
    pub fn remove(&mut self, id: ClaimId) {
        let Some(claim) = self.by_id.remove(&id) else { return };
        let ClaimRow { first_unit, n_units, .. } = self.claims[claim as usize];
        for unit in &mut self.units[first_unit as usize..(first_unit + n_units) as usize] {
            unit.claim = None;
            self.n_dead += 1;
        }
        if 1000 < self.n_dead && self.units.len() < 4 * self.n_dead {
            self.compact();
        }
    }

    /// The claims that a text may mean, best first.
    pub fn candidates(&self, key: &TextKey, limit: usize) -> Vec<Candidate> {
        let query = self.query(key);
        self.search(&query, limit, &mut Scratch::default())
    }

    /// The language of a claim.
    pub fn lang(&self, id: ClaimId) -> Option<Lang> {
        self.by_id.get(&id).map(|it| self.claims[*it as usize].lang)
    }

    pub(crate) fn unit(&self, candidate: &Candidate) -> &Unit {
        &self.units[candidate.unit as usize]
    }

    /// Does the text of a candidate have this word?
    pub(crate) fn has_word(&self, candidate: &Candidate, view: View, word: &str) -> bool {
        let postings = &self.views[view as usize];
        let term = postings.term(view::word_hash(word));
        term.is_some_and(|it| 0.0 < postings.score_of(it, 1.0, candidate.unit))
    }

    pub(crate) fn query(&self, key: &TextKey) -> Query {
        let n_units = self.units.len() - self.n_dead;
        let mut ideal = [0.0; N_VIEWS];
        let terms = std::array::from_fn(|view| {
            let mut hashes = terms_of(VIEWS[view], key);
            hashes.sort_unstable();
            hashes.dedup();
            let postings = &self.views[view];
            let mut terms: Vec<QueryTerm> =
                hashes.iter().map(|it| postings.query_term(*it, n_units)).collect();
            terms.sort_unstable_by(|a, b| b.idf.total_cmp(&a.idf));
            ideal[view] = terms.iter().map(|it| it.idf).sum::<f32>().max(f32::MIN_POSITIVE);
            terms
        });
        Query { terms, ideal, weights: view::weights(key) }
    }

    pub(crate) fn search(
        &self,
        query: &Query,
        limit: usize,
        scratch: &mut Scratch,
    ) -> Vec<Candidate> {
        scratch.scores.resize(self.units.len(), [0.0; N_VIEWS]);
        let read = self.accumulate(query, scratch);
        let mut found = self.best(query, limit, scratch);
        for candidate in &mut found {
            self.complete(query, &read, candidate);
        }
        for unit in scratch.touched.drain(..) {
            scratch.scores[unit as usize] = [0.0; N_VIEWS];
        }
        found.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.unit.cmp(&b.unit)));
        let mut seen = std::collections::HashSet::with_capacity(found.len());
        found.retain(|it| seen.insert(it.claim));
        found.truncate(limit);
        found
    }

    /// A claim as a candidate, however little of the query it has: by the text of it that fits best.
    pub(crate) fn candidate(&self, query: &Query, id: ClaimId) -> Option<Candidate> {
        let claim = *self.by_id.get(&id)?;
        let ClaimRow { first_unit, n_units, .. } = self.claims[claim as usize];
        let of_unit = |unit: u32| {
            let mut it = Candidate { claim: id, score: 0.0, shares: [0.0; N_VIEWS], unit };
            self.complete(query, &[0; N_VIEWS], &mut it);
            it
        };
        let all = (first_unit..first_unit + n_units).map(of_unit);
        all.max_by(|a, b| a.score.total_cmp(&b.score).then(b.unit.cmp(&a.unit)))
    }

    /// Reads the postings of the rarest terms; returns how many terms of each view were read.
    fn accumulate(&self, query: &Query, scratch: &mut Scratch) -> [usize; N_VIEWS] {
        std::array::from_fn(|view| {
            if query.weights[view] == 0.0 {
                return 0;
            }
            let mut n_left = match VIEWS[view] {
                View::Letters => LETTER_POSTINGS_MAX,
                _ => POSTINGS_MAX + self.units.len() / 10,
            };
            let mut n_read = 0;
            let norms = self.views[view].norms();
            for (idx, it) in query.terms[view].iter().enumerate() {
                let Some(term) = it.term else { continue };
                let n_postings = self.views[view].n_postings(term);
                if n_left < n_postings && TERMS_READ_MIN <= n_read {
                    return idx;
                }
                n_left = n_left.saturating_sub(n_postings);
                n_read += 1;
                self.views[view].add_scores(term, it.idf, &norms, |unit, score| {
                    let scores = &mut scratch.scores[unit as usize];
                    if *scores == [0.0; N_VIEWS] {
                        scratch.touched.push(unit);
                    }
                    scores[view] += score;
                });
            }
            query.terms[view].len()
        })
    }

    /// The best units so far: more than asked for, as several may belong to one claim.
    fn best(&self, query: &Query, limit: usize, scratch: &Scratch) -> Vec<Candidate> {
        let worth: [f32; N_VIEWS] = std::array::from_fn(|it| query.weights[it] / query.ideal[it]);
        let sum = |unit: u32| -> f32 {
            let scores = &scratch.scores[unit as usize];
            worth.iter().zip(scores).map(|(worth, score)| worth * score).sum()
        };
        let alive = scratch.touched.iter().filter(|it| self.units[**it as usize].claim.is_some());
        let mut found: Vec<(f32, u32)> = Vec::with_capacity(scratch.touched.len());
        found.extend(alive.map(|it| (sum(*it), *it)));
        let n_kept = limit.saturating_mul(2).min(found.len());
        if n_kept < found.len() && 0 < n_kept {
            found
                .select_nth_unstable_by(n_kept - 1, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        }
        found.truncate(n_kept);
        let candidate = |(score, unit): (f32, u32)| {
            let claim = self.units[unit as usize].claim?;
            let shares = scratch.scores[unit as usize];
            Some(Candidate { claim: self.claims[claim as usize].id, score, shares, unit })
        };
        found.into_iter().filter_map(candidate).collect()
    }

    /// Adds what the terms that were not read would have given, and turns scores into shares.
    fn complete(&self, query: &Query, read: &[usize; N_VIEWS], candidate: &mut Candidate) {
        candidate.score = 0.0;
        for (view, n_read) in read.iter().enumerate() {
            if query.weights[view] == 0.0 {
                continue;
            }
            let unread = &query.terms[view][*n_read..];
            // Common letter runs say next to nothing, and there are hundreds of them.
            let unread = if view == View::Letters as usize { &[] } else { unread };
            for it in unread {
                let Some(term) = it.term else { continue };
                candidate.shares[view] += self.views[view].score_of(term, it.idf, candidate.unit);
            }
            candidate.shares[view] /= query.ideal[view];
            candidate.score += query.weights[view] * candidate.shares[view];
        }
    }

    fn add_unit(&mut self, claim: u32, keys: &[TextKey]) {
        let Some(statement) = keys.first() else { return };
        let unit = self.units.len() as u32;
        for (view, postings) in VIEWS.iter().zip(&mut self.views) {
            let hashes: Vec<u64> = match view {
                // Only what is searched: the view costs more than the three others together.
                View::Letters if statement.lang == Lang::En => Vec::new(),
                View::Letters => terms_of(*view, statement),
                _ => keys.iter().flat_map(|it| terms_of(*view, it)).collect(),
            };
            postings.add(unit, hashes);
        }
        let folded = &self.views[View::Folded as usize];
        let sequence = terms_of(View::Folded, statement);
        let sequence =
            sequence.iter().take(SEQUENCE_MAX).filter_map(|it| folded.term(*it)).collect();
        let facts = UnitFacts::of(statement);
        self.units.push(Unit { claim: Some(claim), sequence, facts });
    }

    /// Drops the texts of removed claims with all that only they had, and numbers the others anew.
    /// Called by itself when much was removed; by the caller before the index is kept, when nothing
    /// that was removed may live on.
    pub fn compact(&mut self) {
        if self.n_dead == 0 {
            return;
        }
        let mut new_unit = vec![None; self.units.len()];
        let mut n_units = 0_u32;
        for (old, unit) in self.units.iter().enumerate() {
            if unit.claim.is_some() {
                new_unit[old] = Some(n_units);
                n_units += 1;
            }
        }
        self.units.retain(|it| it.claim.is_some());
        for (view, postings) in VIEWS.iter().zip(&mut self.views) {
            let new_term = postings.renumber(&new_unit);
            if *view == View::Folded {
                let terms = self.units.iter_mut().flat_map(|it| it.sequence.iter_mut());
                for term in terms {
                    *term = new_term[*term as usize].expect("a live text has its own terms");
                }
            }
        }
        self.n_dead = 0;
        let mut claims: Vec<ClaimRow> =
            self.by_id.values().map(|it| self.claims[*it as usize]).collect();
        claims.sort_unstable_by_key(|it| it.first_unit);
        for (idx, row) in claims.iter_mut().enumerate() {
            row.first_unit =
                new_unit[row.first_unit as usize].expect("a live claim has live units");
            self.by_id.insert(row.id, idx as u32);
            for unit in &mut self.units[row.first_unit as usize..][..row.n_units as usize] {
                unit.claim = Some(idx as u32);
            }
        }
        self.claims = claims;
    }

    /// The folded words of a query with their weights, as terms of the index: for the ranker.
    pub(crate) fn folded_terms(&self, key: &TextKey) -> Vec<(Option<u32>, f32)> {
        let n_units = self.units.len() - self.n_dead;
        let postings = &self.views[View::Folded as usize];
        let hashes = terms_of(View::Folded, key);
        let terms = hashes.iter().map(|it| postings.query_term(*it, n_units));
        terms.map(|it| (it.term, it.idf)).collect()
    }

    /// How telling a folded word of a claim is.
    pub(crate) fn folded_idf(&self, term: u32) -> f32 {
        self.views[View::Folded as usize].idf(term, self.units.len() - self.n_dead)
    }
}

impl UnitFacts {
    fn of(key: &TextKey) -> Option<Box<Self>> {
        let res = Self {
            numbers: key.numbers.clone(),
            dates: key.dates.clone(),
            negated: key.negated.clone(),
            denies: key.denies,
        };
        (res != Self::default()).then(|| Box::new(res))
    }
}

//! A message and a candidate claim as numbers that a person can read.
//!
//! Each feature lies between 0 and 1 or near it. What they are worth stands in `rank`; which of
//! them forbid an answer, in `decide`.

use crate::index::{Candidate, ClaimIndex, N_VIEWS, Query, QueryTerm, Unit, View};
use crate::lang::Lang;
use crate::text::TextKey;
use crate::text::number::{Number, number_conflict};

/// The names of the features, in order.
pub const NAMES: [&str; N_FEATURES] = [
    "words",
    "folded",
    "pairs",
    "score",
    "near_best",
    "lead",
    "covers_message",
    "covers_claim",
    "covers_title",
    "covers_either",
    "reach",
    "rare",
    "rarest",
    "order",
    "run",
    "shared",
    "words_sum",
    "pairs_sum",
    "missing",
    "claim_weight",
    "numbers",
    "number_conflict",
    "strange_numbers",
    "dates",
    "message_length",
    "claim_length",
];
/// How many there are.
pub const N_FEATURES: usize = 26;

/// The features of one pair.
pub type Features = [f32; N_FEATURES];

/// What is the same for every candidate of one message.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    index: &'a ClaimIndex,
    query: &'a Query,
    /// The view that the message's words belong to.
    view: View,
    /// The message's different words, rarest first.
    telling: &'a [QueryTerm],
    /// The message's words that say something, in order, as it has them.
    said: Vec<(&'a QueryTerm, &'a String)>,
    total: f32,
    best: f32,
    second: f32,
}

/// How the words of a message and of a text overlap.
#[derive(Debug)]
struct Overlap {
    covers_message: f32,
    covers_claim: f32,
    covers_title: f32,
    rare: f32,
    rarest: f32,
    n_shared: usize,
    missing: f32,
    claim_weight: f32,
}

impl<'a> Context<'a> {
    pub(crate) fn of(
        index: &'a ClaimIndex,
        query: &'a Query,
        key: &'a TextKey,
        candidates: &[Candidate],
    ) -> Self {
        let view = match key.lang {
            Lang::En => View::Words,
            Lang::Vi => View::Folded,
        };
        let words = query.words.iter().zip(key.shown());
        let said = words.filter(|(_, word)| !key.is_common(word)).collect();
        let telling = query.terms(view);
        let total = telling.iter().map(|it| it.idf).sum::<f32>().max(f32::MIN_POSITIVE);
        let score = |idx: usize| candidates.get(idx).map_or(0.0, |it: &Candidate| it.score);
        Self { index, query, view, telling, said, total, best: score(0), second: score(1) }
    }

    fn overlap(&self, unit: &Unit<'_>) -> Overlap {
        let mut has = vec![false; self.telling.len()];
        // What is told about a claim is no part of it: a long review shares words with anything.
        let said = unit.statement.iter().chain(unit.title);
        for idx in said.filter_map(|it| self.query.place(self.view, *it)) {
            has[idx] = true;
        }
        let mut shared: f32 = 0.0;
        let (mut rarest, mut n_shared) = (0.0_f32, 0);
        for (term, _) in self.telling.iter().zip(&has).filter(|it| *it.1) {
            shared += term.idf;
            rarest = rarest.max(term.idf);
            n_shared += 1;
        }
        let known = self.telling.iter().zip(&has).filter(|it| it.0.is_known).take(3);
        let (mut n_rare, mut n_known) = (0, 0);
        for (_, has) in known {
            n_rare += usize::from(*has);
            n_known += 1;
        }
        let (claim_shared, claim_weight) = self.covered(unit.statement, unit);
        let (title_shared, title_weight) = self.covered(unit.title, unit);
        let share = |part: f32, whole: f32| (part / whole.max(f32::MIN_POSITIVE)).min(1.0);
        Overlap {
            covers_message: share(shared, self.total),
            covers_claim: share(claim_shared, claim_weight),
            covers_title: share(title_shared, title_weight),
            rare: n_rare as f32 / n_known.max(1) as f32,
            rarest,
            n_shared,
            missing: claim_weight - claim_shared,
            claim_weight,
        }
    }

    /// How much the words of a part weigh that the message has, and how much all do.
    fn covered(&self, part: &[u32], unit: &Unit<'_>) -> (f32, f32) {
        let mut own: Vec<u32> = part.to_vec();
        own.sort_unstable();
        own.dedup();
        let view = if unit.marked.is_empty() { View::Words } else { View::Folded };
        let (mut shared, mut total) = (0.0, 0.0);
        for word in own {
            let place = self.query.place(self.view, word);
            let known = place.filter(|_| view == self.view).map(|it| self.telling[it].idf);
            let weight = known.unwrap_or_else(|| self.index.idf(view, word));
            total += weight;
            if place.is_some() {
                shared += weight;
            }
        }
        (shared, total)
    }

    /// The share of neighbouring words that are neighbours in the statement too, and the longest
    /// run of the statement's words that the message has one after another.
    fn order(&self, statement: &[u32]) -> (f32, usize) {
        let (mut n_pairs, mut run, mut longest) = (0, 0, 0);
        for [a, b] in statement.array_windows() {
            if self.query.has_pair([*a, *b]) {
                n_pairs += 1;
                run += 1;
                longest = longest.max(run + 1);
            } else {
                run = 0;
            }
        }
        let shorter = self.query.words.len().min(statement.len()).max(2) - 1;
        ((n_pairs as f32 / shorter as f32).min(1.0), longest)
    }

    /// The share of the claim's telling words that the message has.
    pub(crate) fn covers_claim(&self, unit: &Unit<'_>) -> f32 {
        let (shared, total) = self.covered(unit.statement, unit);
        shared / total.max(f32::MIN_POSITIVE)
    }

    /// The shared words that say most, most telling first, as the message has them.
    pub(crate) fn shared_words(&self, unit: &Unit<'_>, n: usize) -> Vec<String> {
        let shared = self.said.iter().filter(|(it, _)| unit.words.contains(&it.hash));
        let mut shared: Vec<(f32, &String)> = shared.map(|(it, word)| (it.idf, *word)).collect();
        shared.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        shared.dedup();
        shared.into_iter().take(n).map(|it| it.1.clone()).collect()
    }
}

/// The features of a message and one of its candidates.
pub(crate) fn features(context: &Context<'_>, key: &TextKey, candidate: &Candidate) -> Features {
    let unit = context.index.unit(candidate);
    let overlap = context.overlap(&unit);
    let (order, run) = context.order(unit.statement);
    let facts = facts(key, &unit);
    let rival = if context.best == candidate.score { context.second } else { context.best };
    let [words, folded, pairs]: [f32; N_VIEWS] = candidate.shares;
    let sum = |view: View| candidate.shares[view as usize] * context.query.ideal(view);
    [
        words,
        folded,
        pairs,
        candidate.score,
        candidate.score / context.best.max(f32::MIN_POSITIVE),
        (candidate.score - rival).max(0.0),
        overlap.covers_message,
        overlap.covers_claim,
        overlap.covers_title,
        overlap.covers_claim.max(overlap.covers_title),
        overlap.covers_message * overlap.covers_claim,
        overlap.rare,
        overlap.rarest / 10.0,
        order,
        run.min(10) as f32 / 10.0,
        overlap.n_shared.min(20) as f32 / 20.0,
        sum(context.view) / 40.0,
        sum(View::Pairs) / 40.0,
        overlap.missing / 40.0,
        overlap.claim_weight / 40.0,
        facts.same,
        facts.conflict,
        facts.strange,
        facts.dates,
        (key.folded.len() as f32 / 40.0).min(1.0),
        (unit.statement.len() as f32 / 40.0).min(1.0),
    ]
}

/// What numbers and dates say for and against.
#[derive(Debug, Default)]
struct FactFeatures {
    same: f32,
    conflict: f32,
    strange: f32,
    dates: f32,
}

fn facts(key: &TextKey, unit: &Unit<'_>) -> FactFeatures {
    let Some(facts) = unit.facts else { return FactFeatures::default() };
    let n_in = |these: &[Number], those: &[Number]| {
        these.iter().filter(|it| those.iter().any(|that| that.same_value(it))).count()
    };
    let n_same = n_in(&key.numbers, &facts.numbers);
    let n_strange = facts.numbers.len() - n_in(&facts.numbers, &key.numbers);
    let conflict = number_conflict(&key.numbers, &facts.numbers).is_some();
    let agrees = key.dates.iter().any(|it| facts.dates.iter().any(|date| date.agrees(it)));
    let yes = |it: bool| f32::from(u8::from(it));
    FactFeatures {
        same: n_same.min(2) as f32 / 2.0,
        conflict: yes(conflict),
        strange: n_strange.min(2) as f32 / 2.0,
        dates: yes(agrees),
    }
}

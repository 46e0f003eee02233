//! A message and a candidate claim as numbers that a person can read.
//!
//! Each feature lies between 0 and 1 or near it. What they are worth stands in `rank`; which of
//! them forbid an answer, in `decide`.

use crate::index::{Candidate, ClaimIndex, N_VIEWS};
use crate::text::TextKey;

/// The names of the features, in order.
pub const NAMES: [&str; N_FEATURES] = [
    "words",
    "folded",
    "pairs",
    "letters",
    "score",
    "near_best",
    "lead",
    "covers_message",
    "covers_claim",
    "rare",
    "order",
    "numbers",
    "number_conflict",
    "dates",
    "message_length",
    "claim_length",
    "reach",
];
/// How many there are.
pub const N_FEATURES: usize = 17;

/// The features of one pair.
pub type Features = [f32; N_FEATURES];

/// What is the same for every candidate of one message.
#[derive(Debug)]
pub(crate) struct Context {
    /// The message's folded words in order: the index's term, if it knows it, and its weight.
    terms: Vec<(Option<u32>, f32)>,
    /// The same without repeats, rarest first.
    telling: Vec<(Option<u32>, f32)>,
    total: f32,
    best: f32,
    second: f32,
}

/// How the words of a message and of a claim's statement overlap.
#[derive(Debug)]
struct Overlap {
    covers_message: f32,
    covers_claim: f32,
    rare: f32,
    order: f32,
}

impl Context {
    pub(crate) fn of(index: &ClaimIndex, key: &TextKey, candidates: &[Candidate]) -> Self {
        let terms = index.folded_terms(key);
        let mut telling = terms.clone();
        telling.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        telling.dedup_by(|a, b| a.0.is_some() && a.0 == b.0);
        let total = telling.iter().map(|it| it.1).sum::<f32>().max(f32::MIN_POSITIVE);
        let score = |idx: usize| candidates.get(idx).map_or(0.0, |it: &Candidate| it.score);
        Self { terms, telling, total, best: score(0), second: score(1) }
    }

    fn overlap(&self, index: &ClaimIndex, sequence: &[u32]) -> Overlap {
        let has = |term: Option<u32>| term.is_some_and(|it| sequence.contains(&it));
        let shared: f32 = self.telling.iter().filter(|it| has(it.0)).map(|it| it.1).sum();
        let mut own: Vec<u32> = sequence.to_vec();
        own.sort_unstable();
        own.dedup();
        let claim_total: f32 = own.iter().map(|it| index.folded_idf(*it)).sum();
        let rare: Vec<_> = self.telling.iter().filter(|it| it.0.is_some()).take(3).collect();
        let n_rare = rare.iter().filter(|it| has(it.0)).count();
        let pairs = self.terms.array_windows().filter(|[a, b]| {
            let follows = |it: &[u32; 2]| Some(it[0]) == a.0 && Some(it[1]) == b.0;
            sequence.array_windows().any(follows)
        });
        let shorter = self.terms.len().min(sequence.len()).max(2) - 1;
        Overlap {
            covers_message: shared / self.total,
            covers_claim: (shared / claim_total.max(f32::MIN_POSITIVE)).min(1.0),
            rare: n_rare as f32 / rare.len().max(1) as f32,
            order: (pairs.count() as f32 / shorter as f32).min(1.0),
        }
    }

    /// The share of the claim's telling words that the message has.
    pub(crate) fn covers_claim(&self, index: &ClaimIndex, sequence: &[u32]) -> f32 {
        self.overlap(index, sequence).covers_claim
    }

    /// The shared words that say most, by their place in the message.
    pub(crate) fn shared_words(&self, key: &TextKey, sequence: &[u32], n: usize) -> Vec<String> {
        let pairs = self.terms.iter().zip(&key.folded);
        let mut shared: Vec<(f32, &String)> = pairs
            .filter(|(it, _)| it.0.is_some_and(|it| sequence.contains(&it)))
            .map(|(it, word)| (it.1, word))
            .collect();
        shared.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        shared.dedup();
        shared.into_iter().take(n).map(|it| it.1.clone()).collect()
    }
}

/// The features of a message and one of its candidates.
pub(crate) fn features(
    index: &ClaimIndex,
    context: &Context,
    key: &TextKey,
    candidate: &Candidate,
) -> Features {
    let unit = index.unit(candidate);
    let overlap = context.overlap(index, &unit.sequence);
    let (numbers, conflict, dates) = facts(key, unit.facts.as_deref());
    let rival = if context.best == candidate.score { context.second } else { context.best };
    let [words, folded, pairs, letters]: [f32; N_VIEWS] = candidate.shares;
    [
        words,
        folded,
        pairs,
        letters,
        candidate.score,
        candidate.score / context.best.max(f32::MIN_POSITIVE),
        (candidate.score - rival).max(0.0),
        overlap.covers_message,
        overlap.covers_claim,
        overlap.rare,
        overlap.order,
        numbers,
        conflict,
        dates,
        (key.folded.len() as f32 / 40.0).min(1.0),
        (unit.sequence.len() as f32 / 40.0).min(1.0),
        overlap.covers_message * overlap.covers_claim,
    ]
}

fn facts(key: &TextKey, facts: Option<&crate::index::UnitFacts>) -> (f32, f32, f32) {
    let Some(facts) = facts else { return (0.0, 0.0, 0.0) };
    let same = |it: &&crate::text::number::Number| facts.numbers.iter().any(|n| n.same_value(it));
    let n_same = key.numbers.iter().filter(same).count();
    let conflict = crate::text::number::number_conflict(&key.numbers, &facts.numbers).is_some();
    let agrees = key.dates.iter().any(|it| facts.dates.iter().any(|date| date.agrees(it)));
    (n_same.min(2) as f32 / 2.0, f32::from(u8::from(conflict)), f32::from(u8::from(agrees)))
}

//! How good a ranking and its decisions are: pure figures, from what was returned and what is true.
//!
//! MAP is divided by the smaller of the number of relevant claims and the cut, so a perfect ranking
//! has 1. Queries without a relevant claim (or whose claims were all dropped from the index) count
//! for the decisions only. Not here: reading files, running queries, measuring time.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use crate::matching::Decision;

/// Which claims are relevant to which query, by their names in the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Qrels(pub HashMap<String, HashSet<String>>);

/// A line of a qrels file that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the qrels is not `query 0 claim relevance`")]
pub struct BadQrels {
    /// Counted from 1.
    pub line: usize,
}

/// One query with what came back, best first.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The query's name.
    pub query: String,
    /// Names of claims with their probability, best first.
    pub ranked: Vec<(String, f32)>,
    /// The decision on the best claim.
    pub decision: Decision,
}

/// Means over all queries.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Queries asked.
    pub n_queries: usize,
    /// Of them, those with a relevant claim in the index.
    pub n_answerable: usize,
    /// Mean average precision at 1.
    pub map_1: f64,
    /// Mean average precision at 5.
    pub map_5: f64,
    /// Mean of one over the rank of the first relevant claim, within what was returned.
    pub mrr: f64,
    /// Share of queries whose first claim is relevant.
    pub p_1: f64,
    /// Share of the relevant claims among the first 5.
    pub recall_5: f64,
    /// Among the first 10.
    pub recall_10: f64,
    /// Among the first 50.
    pub recall_50: f64,
    /// Answers given.
    pub n_answers: usize,
    /// Of them, those with a relevant claim; 1 when none was given.
    pub answer_precision: f64,
    /// Share of the answerable queries that were answered, rightly or not.
    pub answer_coverage: f64,
    /// Answers to queries that have none.
    pub n_false_answers: usize,
    /// Mean gap between probability and truth of the best claim, over ten bands of probability.
    pub calibration_error: f64,
}

impl Qrels {
    /// Reads `query 0 claim relevance` lines; a relevance of 0 is none.
    ///
    /// # Errors
    /// Names the first line that is something else.
    pub fn parse(text: &str) -> Result<Self, BadQrels> {
        let mut res = Self::default();
        for (idx, line) in text.lines().enumerate().filter(|(_, it)| !it.trim().is_empty()) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let &[query, _, claim, relevance] = fields.as_slice() else {
                return Err(BadQrels { line: idx + 1 });
            };
            let relevance: i32 = relevance.parse().map_err(|_| BadQrels { line: idx + 1 })?;
            if 0 < relevance {
                res.0.entry(query.to_owned()).or_default().insert(claim.to_owned());
            }
        }
        Ok(res)
    }

    /// Takes claims out that are not in the index.
    pub fn without(mut self, dropped: &HashSet<String>) -> Self {
        for claims in self.0.values_mut() {
            claims.retain(|it| !dropped.contains(it));
        }
        self
    }

    /// The claims that a query should find.
    pub fn relevant(&self, query: &str) -> Option<&HashSet<String>> {
        self.0.get(query).filter(|it| !it.is_empty())
    }
}

/// The figures of a run.
pub fn figures(outcomes: &[Outcome], qrels: &Qrels) -> Figures {
    let mut res = Figures { n_queries: outcomes.len(), ..Figures::default() };
    let (mut n_right, mut n_covered) = (0, 0);
    for outcome in outcomes {
        let relevant = qrels.relevant(&outcome.query);
        let answers = outcome.decision == Decision::Answer;
        let right = is_right(outcome, relevant);
        res.n_answers += usize::from(answers);
        n_right += usize::from(answers && right);
        let Some(relevant) = relevant else {
            res.n_false_answers += usize::from(answers);
            continue;
        };
        res.n_answerable += 1;
        n_covered += usize::from(answers);
        let hits: Vec<bool> = outcome.ranked.iter().map(|it| relevant.contains(&it.0)).collect();
        res.map_1 += average_precision(&hits, relevant.len(), 1);
        res.map_5 += average_precision(&hits, relevant.len(), 5);
        res.mrr += hits.iter().position(|it| *it).map_or(0.0, |it| 1.0 / (it + 1) as f64);
        res.p_1 += f64::from(u8::from(right));
        res.recall_5 += recall(&hits, relevant.len(), 5);
        res.recall_10 += recall(&hits, relevant.len(), 10);
        res.recall_50 += recall(&hits, relevant.len(), 50);
    }
    let n = res.n_answerable.max(1) as f64;
    for sum in [
        &mut res.map_1,
        &mut res.map_5,
        &mut res.mrr,
        &mut res.p_1,
        &mut res.recall_5,
        &mut res.recall_10,
        &mut res.recall_50,
    ] {
        *sum /= n;
    }
    res.answer_coverage = n_covered as f64 / n;
    res.answer_precision = share(n_right, res.n_answers);
    res.calibration_error = calibration_error(outcomes, qrels);
    res
}

fn is_right(outcome: &Outcome, relevant: Option<&HashSet<String>>) -> bool {
    let best = outcome.ranked.first();
    best.is_some_and(|it| relevant.is_some_and(|claims| claims.contains(&it.0)))
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// Average precision at a cut, divided by the smaller of the number of relevant claims and the cut.
pub fn average_precision(hits: &[bool], n_relevant: usize, cut: usize) -> f64 {
    let (mut n_hits, mut sum) = (0, 0.0);
    for (idx, _) in hits.iter().take(cut).enumerate().filter(|(_, it)| **it) {
        n_hits += 1;
        sum += f64::from(n_hits) / (idx + 1) as f64;
    }
    sum / n_relevant.min(cut).max(1) as f64
}

fn recall(hits: &[bool], n_relevant: usize, cut: usize) -> f64 {
    hits.iter().take(cut).filter(|it| **it).count() as f64 / n_relevant.max(1) as f64
}

/// How far the probability of the best claim is from how often it is right.
fn calibration_error(outcomes: &[Outcome], qrels: &Qrels) -> f64 {
    let mut bands = [(0.0, 0.0); 10];
    let mut n = 0.0;
    for outcome in outcomes {
        let Some((_, probability)) = outcome.ranked.first() else { continue };
        let band = ((probability * 10.0) as usize).min(9);
        bands[band].0 += f64::from(*probability);
        bands[band].1 += f64::from(u8::from(is_right(outcome, qrels.relevant(&outcome.query))));
        n += 1.0;
    }
    let gaps: f64 = bands.iter().map(|(said, was): &(f64, f64)| (said - was).abs()).sum();
    if n == 0.0 { 0.0 } else { gaps / n }
}

/// A run in TREC form, at most `limit` lines a query.
pub fn trec_run(outcomes: &[Outcome], tag: &str, limit: usize) -> String {
    let mut res = String::new();
    for outcome in outcomes {
        for (idx, (claim, probability)) in outcome.ranked.iter().take(limit).enumerate() {
            let (query, rank) = (&outcome.query, idx + 1);
            writeln!(res, "{query} Q0 {claim} {rank} {probability:.6} {tag}")
                .expect("writing to a string cannot fail");
        }
    }
    res
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed parse is a failed test")]
mod tests {
    use super::*;

    fn outcome(query: &str, ranked: &[(&str, f32)], decision: Decision) -> Outcome {
        let ranked = ranked.iter().map(|(it, p)| ((*it).to_owned(), *p)).collect();
        Outcome { query: query.to_owned(), ranked, decision }
    }

    #[test]
    fn the_figures_of_a_small_run_are_those_worked_out_by_hand() {
        let qrels = Qrels::parse("q1 0 a 1\nq1 0 b 1\nq2 0 c 1\nq2 0 x 0\n").unwrap();
        let outcomes = [
            outcome("q1", &[("a", 0.9), ("z", 0.5), ("b", 0.4)], Decision::Answer),
            outcome("q2", &[("y", 0.6), ("c", 0.5)], Decision::Suggest),
            outcome("q3", &[("a", 0.95)], Decision::Answer),
        ];
        let figures = figures(&outcomes, &qrels);
        assert_eq!((figures.n_queries, figures.n_answerable), (3, 2));
        assert!((figures.map_5 - (0.5 * (1.0 + 2.0 / 3.0) + 0.5) / 2.0).abs() < 1e-9);
        assert_eq!((figures.map_1, figures.mrr, figures.p_1), (0.5, 0.75, 0.5));
        assert_eq!((figures.answer_precision, figures.answer_coverage), (0.5, 0.5));
        assert_eq!((figures.n_false_answers, figures.recall_5), (1, 1.0));
    }

    #[test]
    fn dropped_claims_leave_a_query_without_an_answer() {
        let qrels = Qrels::parse("q1 0 a 1").unwrap();
        let dropped = HashSet::from(["a".to_owned()]);
        assert_eq!(qrels.without(&dropped).relevant("q1"), None);
        assert_eq!(Qrels::parse("q1 0 a 1\nq1 a").unwrap_err(), BadQrels { line: 2 });
    }

    #[test]
    fn a_run_has_a_line_a_claim() {
        let outcomes = [outcome("q1", &[("a", 0.5), ("b", 0.25)], Decision::None)];
        assert_eq!(trec_run(&outcomes, "t", 1), "q1 Q0 a 1 0.500000 t\n");
    }
}

//! Which sentences are worth checking: a proposal with its reasons. It only ranks; people decide.
//!
//! Two questions are asked of a text, as the collections that it learned from ask them: does it state
//! something that can be looked up, and if so, is that worth a checker's time. Each is a logistic
//! regression over readable signals (`signal`) and, in English, over hashed pieces of its wording
//! (`reading`), which only add to signals: without one that can be looked up nothing is proposed, so
//! that every proposal has a reason in words. Vietnamese has the signals alone, with the weights that
//! they have without wording.
//!
//! There is no category for criticism and no look at whom a text is about: names are no signals and
//! no wording, and marks of opinion and judgement count against, held by `Signal::held` and by a test
//! over plain criticisms.
//! Not here: cutting a text into sentences (`text::sentence`), demand and age (`priority`).

use std::sync::LazyLock;

use crate::lang::Lang;

pub mod fit;
mod lexicon;
pub mod reading;
pub mod signal;
pub mod triage;
mod weights;

pub use reading::Reading;
pub use signal::Signal;
pub use weights::Weights;

/// What the model makes of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Worth {
    /// The probability that it is worth checking, 0 to 1: what lists are ranked by.
    pub probability: f32,
    /// Is it proposed? Only what has a reason in words, and a probability above the threshold.
    pub is_proposed: bool,
    /// What speaks for and against, the weightiest first.
    pub reasons: Vec<Reason>,
}

/// One signal that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// Which; its direction is `signal.speaks_for()`.
    pub signal: Signal,
    /// What it adds to the log odds; below zero it takes away.
    pub weight: f32,
    /// The words that it was found by, at most three; none where it is no words (a question mark).
    pub words: Vec<String>,
}

/// What is left of the probability of a text without a reason.
const WITHOUT_REASON: f32 = 0.5;

/// The weights that a desk starts with.
pub fn weights(lang: Lang) -> &'static Weights {
    static VIETNAMESE: LazyLock<Weights> = LazyLock::new(|| {
        Weights::read(include_str!("vi.weights"), "").expect("a test reads the built-in files")
    });
    static ENGLISH: LazyLock<Weights> = LazyLock::new(|| {
        Weights::read(include_str!("en.weights"), include_str!("en.wording"))
            .expect("a test reads the built-in files")
    });
    match lang {
        Lang::Vi => &VIETNAMESE,
        Lang::En => &ENGLISH,
    }
}

/// Judges a sentence or a short text.
pub fn judge(text: &str, lang: Lang, weights: &Weights) -> Worth {
    let reading = reading::read(text, lang);
    let probability = probability(&reading, weights);
    let is_proposed = weights.threshold <= probability && has_reason(&reading);
    Worth { probability, is_proposed, reasons: reasons(&reading, weights) }
}

/// The probability that a text as read states something and that it is worth checking.
pub fn probability(reading: &Reading, weights: &Weights) -> f32 {
    let claim = fit::sigmoid(weights.claim.sum(reading));
    let both = claim * fit::sigmoid(weights.worthy.sum(reading));
    if has_reason(reading) { both } else { both * WITHOUT_REASON }
}

/// More kinds of things that can be looked up than kinds of opinion: "the new tax is a terrible idea"
/// names a tax and judges it.
fn has_reason(reading: &Reading) -> bool {
    let n = |counts: fn(Signal) -> bool| {
        let found = Signal::ALL.into_iter().filter(|it| 0.0 < reading.signals[*it as usize]);
        found.filter(|it| counts(*it)).count()
    };
    n(Signal::is_opinion) < n(Signal::is_checkable)
}

fn reasons(reading: &Reading, weights: &Weights) -> Vec<Reason> {
    let found = Signal::ALL.into_iter().filter(|it| 0.0 < reading.signals[*it as usize]);
    let mut res: Vec<Reason> = found
        .map(|signal| {
            let idx = signal as usize;
            let weight = weights.claim.signals[idx] + weights.worthy.signals[idx];
            let words = reading.found.iter().filter(|it| it.0 == signal);
            Reason {
                signal,
                weight: weight * reading.signals[idx],
                words: words.map(|it| it.1.clone()).collect(),
            }
        })
        .collect();
    res.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    res
}

#[cfg(test)]
mod tests;

//! From features to the probability that a claim is the one a message makes.
//!
//! A message chooses between its candidates and none of them: each candidate has a sum of weighted
//! features, none has zero, and the probabilities are their shares on the exponential scale (a
//! conditional logit, McFadden 1974). One weight a feature and language: a person can check a match
//! by hand. The weights stand in `vi.weights` and `en.weights`, with where they come from.

use std::sync::LazyLock;

use crate::features::{Features, N_FEATURES, NAMES};
use crate::lang::Lang;

/// The weights of one language.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// Added to every candidate: how likely some candidate is the one.
    pub bias: f32,
    /// One a feature, in the order of [`NAMES`].
    pub weights: [f32; N_FEATURES],
}

/// The weights that the desk starts with.
pub fn weights(lang: Lang) -> &'static Weights {
    static VIETNAMESE: LazyLock<Weights> = LazyLock::new(|| read(include_str!("vi.weights")));
    static ENGLISH: LazyLock<Weights> = LazyLock::new(|| read(include_str!("en.weights")));
    match lang {
        Lang::Vi => &VIETNAMESE,
        Lang::En => &ENGLISH,
    }
}

fn read(text: &str) -> Weights {
    let named: Vec<(&str, f32)> = text
        .lines()
        .filter(|it| !it.starts_with('#'))
        .filter_map(|it| it.split_once(' '))
        .filter_map(|(name, value)| Some((name, value.trim().parse().ok()?)))
        .collect();
    let value = |wanted: &str| {
        let found = named.iter().find(|it| it.0 == wanted);
        found.expect("a test reads the built-in file").1
    };
    Weights { bias: value("bias"), weights: NAMES.map(value) }
}

/// What a candidate's features add up to.
pub fn sum(weights: &Weights, features: &Features) -> f32 {
    weights.bias + weights.weights.iter().zip(features).map(|(a, b)| a * b).sum::<f32>()
}

/// The probability of each candidate from the sums of all of them; what is missing to 1 is the
/// probability that it is none.
pub fn probabilities(sums: &[f32]) -> Vec<f32> {
    let top = sums.iter().copied().fold(0.0, f32::max);
    let parts: Vec<f32> = sums.iter().map(|it| (it - top).exp()).collect();
    let total = (-top).exp() + parts.iter().sum::<f32>();
    parts.into_iter().map(|it| it / total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_weights_name_every_feature_and_nothing_else() {
        for text in [include_str!("vi.weights"), include_str!("en.weights")] {
            let names: Vec<&str> = text
                .lines()
                .filter(|it| !it.starts_with('#'))
                .filter_map(|it| it.split(' ').next())
                .collect();
            assert_eq!(names[0], "bias");
            assert_eq!(names[1..], NAMES);
        }
        assert!(Lang::ALL.iter().all(|it| weights(*it).weights.iter().all(|it| it.is_finite())));
    }

    #[test]
    fn candidates_and_none_share_one() {
        assert!(probabilities(&[]).is_empty());
        assert_eq!(probabilities(&[0.0]), [0.5]);
        let two = probabilities(&[3.0, 3.0]);
        assert_eq!(two[0], two[1]);
        assert!(two.iter().sum::<f32>() < 1.0 && 0.9 < two.iter().sum::<f32>());
        assert!(probabilities(&[80.0, -80.0])[0] > 0.999);
    }
}

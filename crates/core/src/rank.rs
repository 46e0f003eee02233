//! From features to the probability that a claim is the one a message makes.
//!
//! One weight a feature and language, and a logistic curve: a person can check a match by hand.

use crate::features::{Features, N_FEATURES};
use crate::lang::Lang;

/// The weights of one language.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// Added to every pair.
    pub bias: f32,
    /// One a feature, in the order of [`crate::features::NAMES`].
    pub weights: [f32; N_FEATURES],
}

/// The weights that the desk starts with.
pub fn weights(lang: Lang) -> &'static Weights {
    match lang {
        Lang::Vi => &VIETNAMESE,
        Lang::En => &ENGLISH,
    }
}

const ENGLISH: Weights = Weights {
    bias: -6.0,
    weights: [4.0, 0.0, 0.5, 0.5, 4.0, 1.0, 4.0, 1.0, 2.0, 1.0, 1.0, 0.5, -0.5, 0.3, 0.0, 0.0, 0.0],
};

const VIETNAMESE: Weights = Weights {
    bias: -6.0,
    weights: [1.0, 0.5, 1.0, 1.0, 3.0, 1.0, 4.0, 1.0, 2.0, 1.0, 1.0, 0.5, -0.5, 0.3, 0.0, 0.0, 0.0],
};

/// The probability that this is the claim.
pub fn probability(weights: &Weights, features: &Features) -> f32 {
    let sum: f32 = weights.weights.iter().zip(features).map(|(a, b)| a * b).sum();
    1.0 / (1.0 + (-(weights.bias + sum)).exp())
}

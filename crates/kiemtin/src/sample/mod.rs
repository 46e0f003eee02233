//! The bundled sample: claims with reviews and messages as people send them, all written by us,
//! with real public sources. Its reviews pass the normal workflow with two demo organisations.
//!
//! Having no network, its captures have the state `none (demo)`, which the store takes only in a
//! desk that `demo` made.

mod workflow;

use kiemtin_core::case::Stance;
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::rating::Rating;
use serde::Deserialize;

pub use workflow::{Cast, NEWSROOM, OFFICE, cast, publish};

const CLAIMS: [&str; 2] = [
    include_str!("../../sample/claims-health.json"),
    include_str!("../../sample/claims-city.json"),
];

/// The messages, as files of JSON lines.
pub const MESSAGES: [&str; 2] = [
    include_str!("../../sample/messages-health.jsonl"),
    include_str!("../../sample/messages-city.jsonl"),
];

/// One claim of the sample with its review.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleClaim {
    /// Its name within the sample.
    pub key: String,
    /// What it is about.
    pub topic: String,
    /// Codes of the provinces or wards it is about.
    #[serde(default)]
    pub places: Vec<String>,
    /// The month it went round, `2020-03`.
    pub first_seen: Option<String>,
    /// The language it mainly goes round in.
    pub lang: Lang,
    /// The statement.
    pub claim: Localised,
    /// Other wordings.
    pub variants: Variants,
    /// The verdict.
    pub rating: Rating,
    /// The answer in one sentence.
    pub answer: Localised,
    /// The answer at length.
    pub body: Localised,
    /// Why it was chosen.
    pub why: Localised,
    /// The sources.
    pub evidence: Vec<SampleEvidence>,
}

/// Other wordings by language.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variants {
    /// Vietnamese.
    #[serde(default)]
    pub vi: Vec<String>,
    /// English.
    #[serde(default)]
    pub en: Vec<String>,
}

/// A source of the sample.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleEvidence {
    /// For or against.
    pub stance: Stance,
    /// Who published it.
    pub publisher: String,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// When it was published.
    pub published: Option<String>,
    /// What it says, in our words.
    pub note: Localised,
}

/// The claims of the sample.
///
/// # Errors
/// The bundled files are damaged: a test reads them, so this is a broken build.
pub fn claims() -> anyhow::Result<Vec<SampleClaim>> {
    let mut all = Vec::new();
    for file in CLAIMS {
        all.extend(serde_json::from_str::<Vec<SampleClaim>>(file)?);
    }
    Ok(all)
}

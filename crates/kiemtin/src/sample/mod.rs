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

pub use workflow::{Cast, cast, publish};

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

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    fn messages() -> Vec<serde_json::Value> {
        let lines = MESSAGES.iter().flat_map(|it| it.lines()).filter(|it| !it.is_empty());
        lines.map(|it| serde_json::from_str(it).expect("a line of JSON")).collect()
    }

    #[test]
    fn the_sample_is_as_large_and_mixed_as_promised() {
        let claims = claims().expect("the files are whole");
        assert!(60 <= claims.len());
        let topics: HashSet<&str> = claims.iter().map(|it| it.topic.as_str()).collect();
        assert_eq!(topics, HashSet::from(["epidemic", "health", "disaster", "scam", "city"]));
        let ratings: HashSet<Rating> = claims.iter().map(|it| it.rating).collect();
        assert_eq!(ratings.len(), Rating::ALL.len());
        let messages = messages();
        assert!(300 <= messages.len());
        let n_nothing = messages.iter().filter(|it| it["claim"].is_null()).count();
        assert!(messages.len() <= 3 * n_nothing, "a third matches nothing, not {n_nothing}");
        let mut kinds: HashMap<&str, usize> = HashMap::new();
        messages
            .iter()
            .for_each(|it| *kinds.entry(it["kind"].as_str().expect("kind")).or_default() += 1);
        for kind in ["retold", "nodiacritics", "teencode", "forwarded", "cut", "emoji", "ocr"] {
            assert!(kinds.get(kind).is_some_and(|it| 5 <= *it), "{kind}: {kinds:?}");
        }
    }

    #[test]
    fn every_claim_has_both_languages_and_two_independent_sources() {
        for it in claims().expect("the files are whole") {
            for text in [&it.claim, &it.answer, &it.body, &it.why] {
                assert!(Lang::ALL.iter().all(|lang| text.exact(*lang).is_some()), "{}", it.key);
            }
            let host =
                |it: &SampleEvidence| url::Url::parse(&it.url).ok()?.host_str().map(str::to_owned);
            let hosts: HashSet<_> = it.evidence.iter().map(host).collect();
            assert!(2 <= hosts.len() && !hosts.contains(&None), "{}", it.key);
        }
    }

    #[test]
    fn every_message_names_a_claim_of_the_sample_or_none() {
        let keys: HashSet<String> =
            claims().expect("the files are whole").into_iter().map(|it| it.key).collect();
        for message in messages() {
            let claim = message["claim"].as_str();
            assert!(claim.is_none_or(|it| keys.contains(it)), "{message}");
        }
    }
}

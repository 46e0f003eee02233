//! The bundled sample: every claim, source and message. `cargo xtask sample` runs these alone.

use std::collections::{HashMap, HashSet};

use kiemtin::sample::{MESSAGES, SampleEvidence, claims};
use kiemtin_core::lang::Lang;
use kiemtin_core::rating::Rating;

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

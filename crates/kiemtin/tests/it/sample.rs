//! The bundled sample: every claim, source and message. `cargo xtask sample` runs these alone.

use std::collections::{HashMap, HashSet};

use kiemtin::sample::{MESSAGES, SampleEvidence, claims};
use kiemtin_core::ids::ClaimId;
use kiemtin_core::index::{ClaimDoc, ClaimIndex, Part};
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::{self, Decision, Match};
use kiemtin_core::rating::Rating;
use kiemtin_core::time::Timestamp;

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

/// The claims as a desk that answered all of them finds them, with their long reviews.
fn index() -> (ClaimIndex, HashMap<ClaimId, String>) {
    let (mut index, mut keys) = (ClaimIndex::new(), HashMap::new());
    for (n, it) in claims().expect("the files are whole").into_iter().enumerate() {
        let id = ClaimId::new(Timestamp::from_millis(n as i64), [0; 10]);
        let mut parts = vec![
            (Part::Claim, it.claim.text(it.lang)),
            (Part::Variant, it.claim.text(it.lang.other())),
        ];
        let variants = it.variants.vi.iter().chain(&it.variants.en);
        parts.extend(variants.map(|it| (Part::Variant, it.as_str())));
        let review = [&it.answer, &it.body];
        parts.extend(
            Lang::ALL.iter().flat_map(|lang| review.map(|it| (Part::Review, it.text(*lang)))),
        );
        index.upsert(&ClaimDoc { id, lang: it.lang, parts });
        keys.insert(id, it.key);
    }
    (index, keys)
}

fn best(index: &ClaimIndex, text: &str) -> Option<Match> {
    matching::find(index, text, None, 1).into_iter().next()
}

#[test]
fn every_claim_is_found_first_by_its_own_words() {
    let (index, keys) = index();
    for it in claims().expect("the files are whole") {
        for lang in Lang::ALL {
            let found = best(&index, it.claim.text(lang)).map(|it| keys[&it.claim].as_str());
            assert_eq!(found, Some(it.key.as_str()), "{}", it.claim.text(lang));
        }
    }
}

#[test]
fn messages_find_their_claim_and_those_about_nothing_are_not_answered() {
    let (index, keys) = index();
    let (mut n_about, mut n_first) = (0, 0);
    for message in messages() {
        let text = message["text"].as_str().expect("a text");
        let found = best(&index, text);
        let key = found.as_ref().map(|it| keys[&it.claim].as_str());
        let is_right = key.is_some() && key == message["claim"].as_str();
        n_about += usize::from(!message["claim"].is_null());
        n_first += usize::from(is_right);
        let answers = found.is_some_and(|it| it.decision == Decision::Answer);
        assert!(is_right || !answers, "answered with {key:?}: {text}");
    }
    assert!(9 * n_about <= 10 * n_first, "{n_first} of {n_about} found their claim first");
}

/// A different number, place, measure or word must reach a person: an answer to another statement
/// would be worse than none.
#[test]
fn a_claim_with_one_thing_changed_is_never_answered() {
    let (index, keys) = index();
    let altered = include_str!("altered.txt").lines().filter(|it| !it.starts_with('#'));
    let answered = altered.filter_map(|text| {
        let best = best(&index, text).filter(|it| it.decision == Decision::Answer)?;
        Some(format!("{text} [{}]", keys[&best.claim]))
    });
    assert_eq!(answered.collect::<Vec<_>>(), [] as [String; 0]);
}

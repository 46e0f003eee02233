//! The cascade: which claims a text makes, how sure that is, and why.
//!
//! [`find`] can be read from top to bottom; each step is cheap enough that the next sees little.
//! Steps 1 and 2 (the same text, nearly the same text) are asked before, of `group`.

use std::collections::HashSet;

use crate::decide::{self, ANSWER_WORDS_MIN, Thresholds};
use crate::features::{self, Context, Features};
use crate::ids::ClaimId;
use crate::index::{Candidate, ClaimIndex, Query, QueryTerm, UnitFacts, word_hash};
use crate::lang::Lang;
use crate::rank;
use crate::similarity::{self, Near};
use crate::swap;
use crate::text::negation::Negation;
use crate::text::opposite;
use crate::text::{TextKey, key};
use crate::vectors::{Sought, Vectors};

pub use crate::decide::{Decision, Reason};
pub use crate::index::Scratch;

/// A proposed tie between a text and a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Which claim.
    pub claim: ClaimId,
    /// How sure it is that this is the one.
    pub probability: f32,
    /// What to do about it.
    pub decision: Decision,
    /// Why, vetoes among them.
    pub reasons: Vec<Reason>,
}

/// Candidates that are ranked, however few are asked for: what a probability says must not depend
/// on it. As many as the weights were learned with.
const RANKED: usize = 50;
/// Words named in a reason.
const SHARED_WORDS_SHOWN: usize = 5;

/// The claims that a text may make, best first.
pub fn find(index: &ClaimIndex, text: &str, lang: Option<Lang>, limit: usize) -> Vec<Match> {
    find_with(&mut Scratch::default(), index, &key(text, lang), limit)
}

/// The same for a search key, with memory that is kept from one search to the next.
pub fn find_with(
    scratch: &mut Scratch,
    index: &ClaimIndex,
    key: &TextKey,
    limit: usize,
) -> Vec<Match> {
    find_near(scratch, index, key, None, decide::thresholds(key.lang), limit)
}

/// What an embedding model makes of a text, beside what it made of the claims.
#[derive(Clone, Debug)]
pub struct Meaning<'a> {
    /// The vectors of the claims.
    pub vectors: &'a Vectors,
    /// The vector of the text.
    pub sought: Sought,
}

/// The same with vectors as one more view, where there is a model: the claims that lie nearest are
/// candidates too, and nearness counts beside the words. Decides by the given thresholds, and with
/// vectors never more freely than by those of [`similarity`].
pub fn find_near(
    scratch: &mut Scratch,
    index: &ClaimIndex,
    key: &TextKey,
    meaning: Option<&Meaning<'_>>,
    mut thresholds: Thresholds,
    limit: usize,
) -> Vec<Match> {
    let query = index.query(key);
    let near = meaning.and_then(|it| Near::of(it.vectors, &it.sought));
    let candidates = candidates(index, &query, near.as_ref(), scratch);
    let context = Context::of(index, &query, key, &candidates);
    let mut ranked = probabilities(&context, key, candidates);
    if let (Some(near), Some(meaning)) = (&near, meaning) {
        let cosine = |id: ClaimId| meaning.vectors.cosine(&meaning.sought, id);
        let known: Vec<_> = ranked.iter().map(|(p, it)| (*p, cosine(it.claim))).collect();
        let again = similarity::probabilities(near, &known);
        ranked.iter_mut().zip(again).for_each(|(it, p)| it.0 = p);
    }
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.score.total_cmp(&a.1.score)));
    ranked.truncate(limit);
    if near.is_some() {
        thresholds.answer = thresholds.answer.max(similarity::thresholds(key.lang).answer);
    }
    let decided = ranked.into_iter().map(|(probability, candidate)| {
        let mut reasons = reasons(index, &context, key, &candidate);
        if thresholds.suggest <= probability {
            reasons.extend(swap::said_instead(index, &query, key, &candidate).map(Reason::Swapped));
        }
        if let (Some(near), Some(meaning)) = (&near, meaning) {
            let cosine = meaning.vectors.cosine(&meaning.sought, candidate.claim);
            reasons.extend(cosine.and_then(|it| near.reason(it)));
        }
        let decision = decide::decide(probability, &reasons, thresholds);
        Match { claim: candidate.claim, probability, decision, reasons }
    });
    let mut res: Vec<Match> = decided.collect();
    only_the_first_answers(&mut res);
    res
}

/// The claims that are ranked: the best by words, and the nearest by meaning, among them those that
/// share no word with the text.
fn candidates(
    index: &ClaimIndex,
    query: &Query,
    near: Option<&Near>,
    scratch: &mut Scratch,
) -> Vec<Candidate> {
    let mut res = index.search(query, RANKED, scratch);
    let known: HashSet<ClaimId> = res.iter().map(|it| it.claim).collect();
    let new = near.into_iter().flat_map(Near::claims).filter(|it| !known.contains(it));
    res.extend(new.filter_map(|it| index.candidate(query, it, scratch)));
    res
}

/// Each candidate with its probability by words.
fn probabilities(
    context: &Context<'_>,
    key: &TextKey,
    candidates: Vec<Candidate>,
) -> Vec<(f32, Candidate)> {
    let weights = rank::weights(key.lang);
    let sum = |it: &Candidate| rank::sum(weights, &features::features(context, key, it));
    let sums: Vec<f32> = candidates.iter().map(sum).collect();
    rank::probabilities(&sums).into_iter().zip(candidates).collect()
}

/// Two answers would be none: only the best claim of a message may answer.
fn only_the_first_answers(matches: &mut [Match]) {
    for it in matches.iter_mut().skip(1).filter(|it| it.decision == Decision::Answer) {
        it.decision = Decision::Suggest;
    }
}

fn reasons(
    index: &ClaimIndex,
    context: &Context<'_>,
    key: &TextKey,
    candidate: &Candidate,
) -> Vec<Reason> {
    let (unit, main) = (index.unit(candidate), index.main_unit(candidate));
    let nothing = UnitFacts::default();
    let (own, claimed) = (unit.facts.unwrap_or(&nothing), main.facts.unwrap_or(&nothing));
    let shared = context.shared_words(&unit, SHARED_WORDS_SHOWN);
    let mut res = Vec::new();
    if !shared.is_empty() {
        res.push(Reason::SharesWords(shared));
    }
    // A variant may leave out the place or the number that the claim is about.
    let facts = own.with_values_of(claimed);
    res.extend(decide::fact_reasons(key, &facts));
    let has = |word: &str| unit.statement.contains(&word_hash(word));
    let qualified = opposite::qualified(&key.sides, &facts.sides, has);
    res.extend(qualified.map(|it| Reason::Qualified(it.word.clone())));
    let claim_says = |it: &Negation| index.says(candidate, it);
    res.extend(decide::negation_reason(key, own, claim_says));
    if key.n_words < ANSWER_WORDS_MIN {
        res.push(Reason::TooShort { n_words: key.n_words });
    }
    if key.asks && context.covers_claim(&unit) < QUESTION_COVERS_MIN {
        res.push(Reason::QuestionOnly);
    }
    res
}

/// A question that holds this share of the claim's telling words asks whether it is true.
const QUESTION_COVERS_MIN: f32 = 0.5;

/// What a search saw: for a person who wants to know why, and for learning the weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// The words of the message in order, with how telling each is; zero for one that no text has.
    pub words: Vec<(String, f32)>,
    /// Every ranked candidate with its features, in the order of the index.
    pub candidates: Vec<(Candidate, Features)>,
}

/// Explains a search.
pub fn explain(index: &ClaimIndex, key: &TextKey) -> Explained {
    let query = index.query(key);
    let candidates = candidates(index, &query, None, &mut Scratch::default());
    let context = Context::of(index, &query, key, &candidates);
    let features = |it: Candidate| (it, features::features(&context, key, &it));
    let idf = |it: &QueryTerm| if it.is_known { it.idf } else { 0.0 };
    let words = key.folded.iter().cloned().zip(query.words.iter().map(idf)).collect();
    Explained { words, candidates: candidates.into_iter().map(features).collect() }
}

/// What the second step sees of a candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// Which claim.
    pub claim: ClaimId,
    /// Its probability by words alone.
    pub by_words: f32,
    /// Its cosine, if it has a vector.
    pub cosine: Option<f32>,
}

/// What the second step sees, in the order of the first: for fitting [`similarity`].
pub fn explain_near(
    index: &ClaimIndex,
    key: &TextKey,
    meaning: &Meaning<'_>,
) -> (Option<Near>, Vec<Seen>) {
    let query = index.query(key);
    let near = Near::of(meaning.vectors, &meaning.sought);
    let candidates = candidates(index, &query, near.as_ref(), &mut Scratch::default());
    let context = Context::of(index, &query, key, &candidates);
    let cosine = |id| meaning.vectors.cosine(&meaning.sought, id);
    let seen = probabilities(&context, key, candidates);
    let seen = seen.into_iter().map(|(by_words, it)| Seen {
        claim: it.claim,
        by_words,
        cosine: cosine(it.claim),
    });
    (near, seen.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{ClaimDoc, Part};
    use crate::time::Timestamp;
    use crate::vectors::Vector;

    fn id(n: u8) -> ClaimId {
        ClaimId::new(Timestamp::from_millis(0), [n; 10])
    }

    /// Claims of our own; the place in the list is the id.
    const CLAIMS: &[(Lang, &str)] = &[
        (Lang::Vi, "Uống nước muối pha loãng hằng ngày chữa được bệnh cúm A"),
        (Lang::Vi, "Từ ngày 1/11, thành phố Hà Nội phong toả 350 phường vì sốt xuất huyết"),
        (
            Lang::Vi,
            "Ngân hàng thu phí 50.000 đồng mỗi tháng với tài khoản không đăng ký sinh trắc học",
        ),
        (Lang::En, "Drinking diluted salt water every day cures influenza"),
        (Lang::En, "The bridge over the Red River was closed because of cracks in two pillars"),
        (Lang::En, "A new banknote of 1,000,000 dong will be issued in December 2026"),
    ];

    fn index() -> ClaimIndex {
        let mut index = ClaimIndex::new();
        for (n, (lang, text)) in CLAIMS.iter().enumerate() {
            let parts = vec![(Part::Claim, *text)];
            index.upsert(&ClaimDoc { id: id(n as u8), lang: *lang, parts });
        }
        index
    }

    #[track_caller]
    fn check(text: &str, expected: u8) -> Match {
        let found = find(&index(), text, None, 50);
        let best = found.into_iter().next().unwrap_or_else(|| panic!("nothing found for {text:?}"));
        assert_eq!(best.claim, id(expected), "{text}");
        best
    }

    #[test]
    fn ways_of_typing_find_the_same_claim() {
        check("Uống nước muối pha loãng chữa được cúm A", 0);
        check("nghe noi uong nuoc muoi pha loang hang ngay la het cum a do mn", 0);
        check("Uoongs nuwowcs muoois pha loangx chuwax dduwowcj cums", 0);
        check("nh thu phi 50k moi thang voi tk ko dang ky sinh trac hoc", 2);
        check("They CLOSED the #RedRiver bridge, cracked pillars!!! https://x.example/1", 4);
    }

    #[test]
    fn the_reasons_name_what_is_shared_and_what_conflicts() {
        let text = "Từ ngày 2/11 Hà Nội phong toả 250 phường vì sốt xuất huyết";
        let best = check(text, 1);
        let has = |it: fn(&Reason) -> bool| best.reasons.iter().any(it);
        assert!(has(
            |it| matches!(it, Reason::SharesWords(words) if words.contains(&"phong".to_owned()))
        ));
        assert!(has(
            |it| matches!(it, Reason::DifferentNumber { message, .. } if message == "250")
        ));
        assert!(has(|it| matches!(it, Reason::DifferentDate { .. })));
        assert_ne!(best.decision, Decision::Answer);
    }

    #[test]
    fn a_denial_a_short_text_and_a_bare_question_never_answer() {
        for (text, claim, veto) in [
            (
                "Drinking diluted salt water every day never cures influenza",
                3,
                Reason::Negated(Some("cures".to_owned())),
            ),
            ("Salt water cures influenza", 3, Reason::TooShort { n_words: 4 }),
            (
                "Does anyone here know what happened with the bridge over the river?",
                4,
                Reason::QuestionOnly,
            ),
        ] {
            let best = check(text, claim);
            assert!(best.reasons.contains(&veto), "{text}: {:?}", best.reasons);
            assert_ne!(best.decision, Decision::Answer, "{text}");
        }
    }

    #[test]
    fn a_new_claim_is_found_by_the_next_query_and_a_removed_one_is_not() {
        let mut index = index();
        let parts = vec![(Part::Claim, "Mưa đá to bằng quả trứng ở Sa Pa")];
        index.upsert(&ClaimDoc { id: id(90), lang: Lang::Vi, parts });
        let best = |index: &ClaimIndex| find(index, "sa pa mua da to bang qua trung", None, 1);
        assert_eq!(best(&index)[0].claim, id(90));
        index.remove(id(90));
        assert!(best(&index).iter().all(|it| it.claim != id(90)));
    }

    #[test]
    fn a_confirmed_sighting_finds_its_claim_in_other_words() {
        let mut index = index();
        let parts = vec![
            (Part::Claim, CLAIMS[4].1),
            (Part::Sighting, "Long Bien crossing shut, concrete falling off"),
        ];
        index.upsert(&ClaimDoc { id: id(4), lang: Lang::En, parts });
        let found = find(&index, "concrete is falling off, Long Bien crossing shut down", None, 5);
        assert_eq!(found[0].claim, id(4));
        assert_eq!(index.len(), CLAIMS.len());
    }

    #[test]
    fn a_claim_that_shares_no_word_is_found_by_its_vector() {
        const N_DIMS: usize = 32;
        let axis = |n: usize| {
            let value = |it: usize| if it == n % N_DIMS { 1.0 } else { 0.05 * (it % 7) as f32 };
            Vector::of(&(0..N_DIMS).map(value).collect::<Vec<_>>())
        };
        let (mut index, mut vectors) = (index(), Vectors::new(N_DIMS));
        for n in 10..50 {
            let text = format!("An unrelated statement about matter number {n}");
            let parts = vec![(Part::Claim, text.as_str())];
            index.upsert(&ClaimDoc { id: id(n), lang: Lang::En, parts });
            vectors.upsert(id(n), &[axis(usize::from(n % 20))]);
        }
        vectors.upsert(id(4), &[axis(31)]);
        let key = key("Hanoi crossing shut after damage to its supports", None);
        let meaning = Meaning { vectors: &vectors, sought: Sought::of(&axis(31)) };
        let mut scratch = Scratch::default();
        let alone = find_with(&mut scratch, &index, &key, 50);
        let thresholds = decide::thresholds(Lang::En);
        let both = find_near(&mut scratch, &index, &key, Some(&meaning), thresholds, 50);
        let of = |found: &[Match]| found.iter().find(|it| it.claim == id(4)).cloned();
        let (before, after) = (of(&alone), of(&both).expect("by its vector"));
        assert!(before.is_none_or(|it| it.probability < after.probability));
        assert_eq!(both[0].claim, id(4));
        assert!(after.reasons.contains(&Reason::SimilarMeaning { hundredths: 100 }));
    }

    #[test]
    fn a_snapshot_finds_the_same_and_a_damaged_one_is_refused() {
        let index = index();
        let bytes = index.to_bytes();
        let back = ClaimIndex::from_bytes(&bytes).expect("its own bytes");
        for (_, text) in CLAIMS {
            assert_eq!(find(&index, text, None, 50), find(&back, text, None, 50));
        }
        for cut in [0, 7, 20, bytes.len() / 2, bytes.len() - 1] {
            assert!(ClaimIndex::from_bytes(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        let mut damaged = bytes.clone();
        damaged[bytes.len() / 2] ^= 1;
        assert!(ClaimIndex::from_bytes(&damaged).is_err());
    }

    #[test]
    fn replacing_many_claims_keeps_the_index_small_and_right() {
        let mut index = index();
        let before = index.memory_bytes();
        for _ in 0..600 {
            for (n, (lang, text)) in CLAIMS.iter().enumerate() {
                let parts = vec![(Part::Claim, *text)];
                index.upsert(&ClaimDoc { id: id(n as u8), lang: *lang, parts });
            }
        }
        assert_eq!(index.len(), CLAIMS.len());
        assert!(index.memory_bytes() < 30 * before + 2_000_000);
        for (n, (_, text)) in CLAIMS.iter().enumerate() {
            assert_eq!(find(&index, text, None, 1)[0].claim, id(n as u8));
        }
    }
}

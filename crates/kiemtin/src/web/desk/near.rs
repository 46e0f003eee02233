//! Claims that are near a text, with why they are thought to be the same, as pages show them.

use std::collections::HashMap;

use kiemtin_core::ids::ClaimId;
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::{self, Reason};
use kiemtin_core::picture::with_same_picture;
use kiemtin_store::groups::{Group, Match};

use super::halt::Answer;
use crate::app::App;
use crate::locale;
use crate::reason;

/// How many near claims a page shows.
pub(super) const NEAR_MAX: usize = 5;
/// Below this probability a claim is not worth a look.
const WORTH_A_LOOK: f64 = 0.1;

/// A claim near a text.
#[derive(Clone, Debug)]
pub(super) struct Near {
    /// The claim.
    pub(super) claim: String,
    /// Its statement, in the member's language where it is worded in it.
    pub(super) sentence: String,
    /// The language that the statement is in.
    pub(super) sentence_lang: Lang,
    /// How likely it is the same claim, in words.
    pub(super) likely: String,
    /// `answer`, `suggest` or `none`.
    pub(super) decision: String,
    /// The decision in words.
    pub(super) decided: String,
    /// Why, in words; `true` for what stands against it.
    pub(super) reasons: Vec<(bool, String)>,
    /// Whether the program proposed it and nobody judged it yet.
    pub(super) is_open: bool,
    /// Whether a member said that it is another claim.
    pub(super) is_rejected: bool,
    /// The public number, if there is an answer.
    pub(super) number: Option<i64>,
}

/// A pair before its claim is looked up.
struct Pair {
    claim: ClaimId,
    probability: f64,
    decision: String,
    reasons: Vec<Reason>,
    state: Option<String>,
}

/// The claims near a group: what was proposed when it came, what was worded since, and those whose
/// sightings came with the same picture.
pub(super) async fn of_group(app: &App, lang: Lang, group: &Group) -> Answer<Vec<Near>> {
    let stored = app.store.matches_of_group(group.id).await?;
    let mut pairs: HashMap<ClaimId, Pair> = HashMap::new();
    let mut found = Vec::new();
    if !group.text.is_empty() {
        found = app.find(&group.text, Some(group.lang), NEAR_MAX).await?;
    }
    let others = app.groups_sharing_pictures(&[group.id]).await?;
    let mut claims: Vec<ClaimId> = others.iter().filter_map(|it| it.claim).collect();
    claims.sort_unstable();
    claims.dedup();
    with_same_picture(&mut found, &claims, group.lang);
    pairs.extend(found.into_iter().map(|it| (it.claim, live(it))));
    for it in stored {
        // Why, as it is now; what was judged, as it was judged.
        let now = pairs.remove(&it.claim);
        let kept = kept(it);
        let state = kept.state.clone();
        pairs.insert(kept.claim, Pair { state, ..now.unwrap_or(kept) });
    }
    in_words(app, lang, pairs.into_values().collect()).await
}

/// The claims near a text.
pub(super) async fn of_text(
    app: &App,
    lang: Lang,
    (text, text_lang): (&str, Option<Lang>),
    except: Option<ClaimId>,
) -> Answer<Vec<Near>> {
    let found = app.find(text, text_lang, NEAR_MAX + 1).await?;
    let others = found.into_iter().filter(|it| Some(it.claim) != except);
    in_words(app, lang, others.map(live).collect()).await
}

fn kept(it: Match) -> Pair {
    let Match { claim, probability, decision, reasons, state, group: _ } = it;
    let reasons = reason::from_json(&reasons);
    Pair { claim, probability, decision, reasons, state: Some(state) }
}

fn live(it: matching::Match) -> Pair {
    Pair {
        claim: it.claim,
        probability: f64::from(it.probability),
        decision: reason::decision_code(it.decision).to_owned(),
        reasons: it.reasons,
        state: None,
    }
}

/// The claim that the program tied a group to, as it was proposed; none once a member confirmed it.
pub(super) async fn of_tie(app: &App, lang: Lang, group: &Group) -> Answer<Option<Near>> {
    let Some(tied) = group.claim.filter(|_| !group.confirmed) else { return Ok(None) };
    let stored = app.store.matches_of_group(group.id).await?;
    let stored = stored.into_iter().filter(|it| it.claim == tied).map(kept);
    Ok(in_words(app, lang, stored.collect()).await?.pop())
}

/// How likely it is that two say the same, in words: a bare number says nothing of what it counts.
pub(super) fn likely(lang: Lang, probability: f64) -> String {
    let percent = locale::percent(probability);
    locale::text_with(lang, "d-likely", &[("percent", percent.into())])
}

async fn in_words(app: &App, lang: Lang, mut pairs: Vec<Pair>) -> Answer<Vec<Near>> {
    pairs.retain(|it| WORTH_A_LOOK <= it.probability || it.state.as_deref() == Some("accepted"));
    pairs.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.claim.cmp(&b.claim)));
    let mut near = Vec::with_capacity(pairs.len());
    for it in pairs {
        let Some(claim) = app.store.claim(it.claim).await? else { continue };
        if claim.merged_into.is_some() {
            continue;
        }
        let words = |it: &Reason| (it.is_veto(), reason::words(it, lang));
        let (sentence_lang, sentence) = claim.text.best(lang).unwrap_or((lang, ""));
        near.push(Near {
            claim: claim.id.to_string(),
            sentence: sentence.to_owned(),
            sentence_lang,
            likely: likely(lang, it.probability),
            decided: locale::text(lang, &format!("decision-{}", it.decision)),
            decision: it.decision,
            reasons: it.reasons.iter().map(words).collect(),
            is_open: it.state.as_deref() == Some("proposed"),
            is_rejected: it.state.as_deref() == Some("rejected"),
            number: claim.number,
        });
    }
    Ok(near)
}

//! Sorts what intakes brought: the same text or nearly the same joins its group; any other
//! begins one, with the claims that it may be about. A claim with an answer, matched surely enough,
//! answers at once.
//!
//! Safe to run twice: a message that is in a group is not looked at again, and all effects are
//! written in one transaction with the end of the job.

use std::collections::HashMap;
use std::sync::Arc;

use kiemtin_core::facts::Facts;
use kiemtin_core::fingerprint::{Fingerprint, Sketch};
use kiemtin_core::group::Probe;
use kiemtin_core::ids::{ClaimId, GroupId, MessageId};
use kiemtin_core::matching::{Decision, Match, Reason};
use kiemtin_core::picture::{typed_beside, with_same_picture, with_typed};
use kiemtin_core::text;
use kiemtin_core::text::normalise::normalise;
use kiemtin_core::vectors::Vector;
use kiemtin_store::groups::{Into, NewGroup, NewMatch, Sorted};
use kiemtin_store::jobs::Leased;
use kiemtin_store::messages::Unsorted;

use super::fresh;
use crate::app::App;
use crate::app::clock::chance;
use crate::cores::on_all_cores;
use crate::reason;

/// Claims proposed for a group.
const MATCHES_MAX: usize = 5;
/// Below this probability a match is not worth a line in the queue.
const PROBABILITY_MIN: f32 = 0.02;

/// Several jobs at once, as many small intakes bring them: the disk is waited for once.
pub(super) async fn run(app: &Arc<App>, jobs: &[Leased]) -> anyhow::Result<()> {
    let mut ids: Vec<MessageId> = Vec::new();
    for job in jobs {
        ids.extend(serde_json::from_str::<Vec<MessageId>>(&job.payload)?);
    }
    let messages = app.store.unsorted(&ids).await?;
    app.follow().await?;
    let pictured = pictured(app, &messages).await?;
    let sorting = app.clone();
    let (mut sorted, begun) = tokio::task::spawn_blocking(move || sort(&sorting, messages)).await?;
    let vectors = app.vectors(begun.iter().map(|it| it.message.text.clone()).collect()).await;
    let matching = app.clone();
    sorted.groups =
        tokio::task::spawn_blocking(move || groups(&matching, &begun, &vectors, &pictured)).await?;
    let begun: Vec<GroupId> = sorted.groups.iter().map(|it| it.id).collect();
    let res = app.store.sort(jobs, &sorted, app.now(), fresh()).await;
    match &res {
        Ok(ids) => {
            begun.iter().filter(|it| !ids.contains(it)).for_each(|it| app.index.forget_group(*it))
        }
        Err(_) => {
            let grown = sorted.grown.iter().map(|it| it.0);
            let touched: Vec<GroupId> = begun.iter().copied().chain(grown).collect();
            app.index.look_for_groups(&app.store, &touched).await;
        }
    }
    res?;
    Ok(())
}

/// The claims whose sightings came with the same picture as a message.
type Pictured = HashMap<MessageId, Vec<ClaimId>>;

async fn pictured(app: &App, messages: &[Unsorted]) -> anyhow::Result<Pictured> {
    let mut pictured = Pictured::new();
    for message in messages {
        if let Some(hash) = &message.picture {
            pictured.insert(message.id, app.claims_with_picture(hash).await?);
        }
    }
    Ok(pictured)
}

/// Decides where each message goes. Facts and matches, which cost the time, are made on all cores;
/// joining groups goes one by one, so that the second of two alike finds the first.
fn sort(app: &App, messages: Vec<Unsorted>) -> (Sorted, Vec<Begun>) {
    let facts = on_all_cores(&messages, |it| Facts::of(&normalise(&it.text), it.lang));
    let mut sorted = Sorted::default();
    let mut begun: Vec<(GroupId, usize)> = Vec::new();
    let mut grown: HashMap<GroupId, Facts> = HashMap::new();
    let mut of_text: HashMap<u64, Into> = HashMap::new();
    for (idx, (message, facts)) in messages.iter().zip(&facts).enumerate() {
        let into =
            of_text.entry(message.exact_hash).or_insert_with(|| match probe(message, facts) {
                Some(probe) => join(app, &mut begun, &mut grown, idx, &probe),
                None => begin(app, &mut begun, idx),
            });
        sorted.messages.push((message.id, into.clone()));
    }
    let mut all: Vec<_> = messages.into_iter().zip(facts).map(Some).collect();
    let begun = begun.into_iter().filter_map(|(id, idx)| {
        let (message, own) = all[idx].take()?;
        let facts = grown.remove(&id).unwrap_or(own);
        Some(Begun { id, message, facts })
    });
    let begun = begun.collect();
    sorted.grown = grown.into_iter().map(|(id, facts)| (id, facts.to_bytes())).collect();
    (sorted, begun)
}

/// A message that begins a group.
struct Begun {
    id: GroupId,
    message: Unsorted,
    facts: Facts,
}

/// The groups that begin, each with the claims that it may be about. `vectors` has one for each of
/// the first of them.
fn groups(app: &App, begun: &[Begun], vectors: &[Vector], pictured: &Pictured) -> Vec<NewGroup> {
    let pairs: Vec<_> = begun.iter().enumerate().map(|(idx, it)| (it, vectors.get(idx))).collect();
    let find = |(Begun { message, .. }, vector): &(&Begun, Option<&Vector>)| {
        let key = text::key(&message.text, Some(message.lang));
        let mut found = app.index.find_key(&key, *vector, MATCHES_MAX);
        if let Some(claims) = pictured.get(&message.id) {
            with_same_picture(&mut found, claims, message.lang);
            if let Some(typed) = typed_beside(&message.text) {
                with_typed(&mut found, &app.index.find(typed, Some(message.lang), 1));
            }
        }
        found
    };
    let found = on_all_cores(&pairs, find);
    begun.iter().zip(found).map(|(it, found)| new_group(it, &found)).collect()
}

/// `None` for a sketch that this program cannot read: such a text begins a group of its own.
fn probe(message: &Unsorted, facts: &Facts) -> Option<Probe> {
    let sketch = Sketch::from_bytes(&message.sketch).ok()?;
    let fingerprint = Fingerprint { exact: message.exact_hash, sketch };
    Some(Probe { fingerprint, facts: facts.clone() })
}

fn join(
    app: &App,
    begun: &mut Vec<(GroupId, usize)>,
    grown: &mut HashMap<GroupId, Facts>,
    idx: usize,
    probe: &Probe,
) -> Into {
    let Some((found, learned)) = app.index.join_group(probe) else {
        let into = begin(app, begun, idx);
        let (id, _) = begun[begun.len() - 1];
        app.index.expect_group(id, probe);
        return into;
    };
    grown.extend(learned);
    match begun.iter().position(|&(id, _)| id == found) {
        Some(at) => Into::New(at),
        None => Into::Known(found),
    }
}

fn begin(app: &App, begun: &mut Vec<(GroupId, usize)>, idx: usize) -> Into {
    // From the hour: a group begins when its first message comes in.
    begun.push((GroupId::new(app.now().to_hour(), chance()), idx));
    Into::New(begun.len() - 1)
}

fn new_group(Begun { id, message, facts }: &Begun, found: &[Match]) -> NewGroup {
    let matches = found.iter().filter(|it| PROBABILITY_MIN <= it.probability);
    let new_match = |it: &Match| NewMatch {
        claim: it.claim,
        probability: f64::from(it.probability),
        decision: reason::decision_code(it.decision),
        reasons: reason::to_json(&it.reasons),
        vetoed: it.reasons.iter().any(Reason::is_veto),
    };
    let best = found.first().filter(|it| it.decision == Decision::Answer);
    NewGroup {
        id: *id,
        exact_hash: message.exact_hash,
        sketch: message.sketch.clone(),
        facts: facts.to_bytes(),
        lang: message.lang,
        matches: matches.map(new_match).collect(),
        tie: best.map(|it| it.claim),
    }
}

//! Sorts what intakes brought: the same text or nearly the same joins its group; any other
//! begins one, with the claims that it may be about. A claim with an answer, matched surely enough,
//! answers at once.
//!
//! Safe to run twice: a message that is in a group is not looked at again, and all effects are
//! written in one transaction with the end of the job.

use std::sync::Arc;

use kiemtin_core::fingerprint::{Fingerprint, Sketch};
use kiemtin_core::group::{Facts, Probe};
use kiemtin_core::ids::{GroupId, MessageId};
use kiemtin_core::matching::{Decision, Match};
use kiemtin_core::text::{self, TextKey};
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
    app.index.follow(&app.store).await?;
    let sorting = app.clone();
    let (mut sorted, begun) = tokio::task::spawn_blocking(move || sort(&sorting, messages)).await?;
    let vectors = app.vectors(begun.iter().map(|it| it.message.text.clone()).collect()).await;
    let matching = app.clone();
    sorted.groups =
        tokio::task::spawn_blocking(move || groups(&matching, &begun, &vectors)).await?;
    let begun: Vec<GroupId> = sorted.groups.iter().map(|it| it.id).collect();
    let res = app.store.sort(jobs, &sorted, app.now(), fresh()).await;
    match &res {
        Ok(ids) => {
            begun.iter().filter(|it| !ids.contains(it)).for_each(|it| app.index.forget_group(*it))
        }
        Err(_) => app.index.look_for_groups(&app.store, &begun).await,
    }
    res?;
    Ok(())
}

/// Decides where each message goes. Keys and matches, which cost the time, are made on all cores;
/// joining groups goes one by one, so that the second of two alike finds the first.
fn sort(app: &App, messages: Vec<Unsorted>) -> (Sorted, Vec<Begun>) {
    let keys = on_all_cores(&messages, |it| text::key(&it.text, Some(it.lang)));
    let mut sorted = Sorted::default();
    let mut begun: Vec<(GroupId, usize)> = Vec::new();
    for (idx, (message, key)) in messages.iter().zip(&keys).enumerate() {
        let into = match probe(message, key) {
            Some(probe) => join(app, &mut begun, idx, &probe),
            None => begin(app, &mut begun, idx),
        };
        sorted.messages.push((message.id, into));
    }
    let mut all: Vec<_> = messages.into_iter().zip(keys).map(Some).collect();
    let begun = begun.into_iter().filter_map(|(id, idx)| {
        let (message, key) = all[idx].take()?;
        Some(Begun { id, message, key })
    });
    let begun = begun.collect();
    (sorted, begun)
}

/// A message that begins a group.
struct Begun {
    id: GroupId,
    message: Unsorted,
    key: TextKey,
}

/// The groups that begin, each with the claims that it may be about. `vectors` has one for each of
/// the first of them.
fn groups(app: &App, begun: &[Begun], vectors: &[Vector]) -> Vec<NewGroup> {
    let pairs: Vec<_> = begun.iter().enumerate().map(|(idx, it)| (it, vectors.get(idx))).collect();
    let found =
        on_all_cores(&pairs, |(it, vector)| app.index.find_key(&it.key, *vector, MATCHES_MAX));
    begun.iter().zip(found).map(|(it, found)| new_group(it, &found)).collect()
}

/// `None` for a sketch that this program cannot read: such a text begins a group of its own.
fn probe(message: &Unsorted, key: &TextKey) -> Option<Probe> {
    let sketch = Sketch::from_bytes(&message.sketch).ok()?;
    let fingerprint = Fingerprint { exact: message.exact_hash, sketch };
    Some(Probe { fingerprint, facts: Facts::of(key) })
}

fn join(app: &App, begun: &mut Vec<(GroupId, usize)>, idx: usize, probe: &Probe) -> Into {
    let Some(found) = app.index.group(probe) else {
        let into = begin(app, begun, idx);
        let (id, _) = begun[begun.len() - 1];
        app.index.expect_group(id, probe);
        return into;
    };
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

fn new_group(Begun { id, message, key }: &Begun, found: &[Match]) -> NewGroup {
    let matches = found.iter().filter(|it| PROBABILITY_MIN <= it.probability);
    let new_match = |it: &Match| NewMatch {
        claim: it.claim,
        probability: f64::from(it.probability),
        decision: reason::decision_code(it.decision),
        reasons: reason::to_json(&it.reasons),
    };
    let best = found.first().filter(|it| it.decision == Decision::Answer);
    NewGroup {
        id: *id,
        exact_hash: message.exact_hash,
        sketch: message.sketch.clone(),
        facts: Facts::of(key).to_bytes(),
        lang: message.lang,
        matches: matches.map(new_match).collect(),
        tie: best.map(|it| it.claim),
    }
}

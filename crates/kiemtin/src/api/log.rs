//! The public log for programs, and what can be counted of what is published.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use kiemtin_store::log::Leaf;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::input::{Asked, bad, cursor, limit, place};
use super::problem::Answer;
use super::shapes::{Address, Code};
use crate::app::App;

/// Which entries are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// The first entry, from 0.
    #[param(minimum = 0, example = 0)]
    from: Option<i64>,
    /// Items on a page: 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the page begins: from the `next` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

/// The log.
#[derive(Serialize, ToSchema)]
pub(super) struct Log {
    /// How many entries there are.
    size: i64,
    /// What was signed last.
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<Checkpoint>,
    /// Entries, the oldest first.
    items: Vec<Entry>,
    /// The address of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A signed note (C2SP `tlog-checkpoint`) over the first entries.
#[derive(Serialize, ToSchema)]
pub(super) struct Checkpoint {
    /// How many entries it covers.
    size: u64,
    /// The key that it can be checked with.
    key: String,
    /// The note, with its signatures.
    note: String,
}

/// One entry.
#[derive(Serialize, ToSchema)]
pub(super) struct Entry {
    /// Its place, from 0.
    index: i64,
    /// Its bytes: what the tree is over.
    entry: String,
    /// What was published under it.
    document: String,
    /// A proof that a checkpoint covers it, once one does.
    proof: String,
}

/// The public log: its size, its newest checkpoint, and its entries in order.
#[utoipa::path(get, path = "/log", params(Part), tag = "log",
    responses((status = 200, body = Log)))]
pub(super) async fn log(
    State(app): State<Arc<App>>,
    Asked(part): Asked<Part>,
) -> Answer<Json<Log>> {
    let size_asked = part.limit.map(|it| it.to_string());
    let limit = limit(part.limit)?;
    let from = part.from.unwrap_or(0);
    if from < 0 {
        return Err(bad("from"));
    }
    let from = place(part.cursor.as_deref())?.unwrap_or(from);
    let found = app.store.log_entries(from, limit + 1).await?;
    let asked = vec![("limit", size_asked)];
    let address = Address { app: &app, path: "/api/v1/log", asked };
    let after = |it: &Leaf| cursor(&[&it.idx.saturating_add(1).to_string()]);
    let (found, next) = address.cut(found, limit, after);
    let signed = app.store.signed_log().await?.filter(|it| !it.note.is_empty());
    let checkpoint = signed.map(|it| Checkpoint { size: it.size, key: it.vkey, note: it.note });
    let entry = |Leaf { idx, entry }: Leaf| Entry {
        index: idx,
        entry,
        document: format!("{}/log/documents/{idx}", app.public_url),
        proof: format!("{}/log/proofs/{idx}.tlog-proof", app.public_url),
    };
    let items = found.into_iter().map(entry).collect();
    let size = app.store.n_log_entries().await?;
    Ok(Json(Log { size, checkpoint, items, next }))
}

/// What can be counted of what is published.
#[derive(Serialize, ToSchema)]
pub(super) struct Statistics {
    /// Answers that stand.
    reviews: i64,
    /// The same by verdict.
    by_rating: Vec<RatingCount>,
    /// The same by topic.
    by_topic: Vec<TopicCount>,
    /// Versions, by kind: corrections and retractions among them.
    versions: Vec<ClassCount>,
    /// Claims on the waiting list.
    waiting: i64,
    /// Organisations that take part.
    organisations: usize,
    /// Entries of the log.
    log_entries: i64,
}

/// Answers with a verdict.
#[derive(Serialize, ToSchema)]
pub(super) struct RatingCount {
    /// The verdict.
    rating: Code,
    /// How many.
    reviews: i64,
}

/// Answers on a topic.
#[derive(Serialize, ToSchema)]
pub(super) struct TopicCount {
    /// The topic; absent for answers without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<String>,
    /// How many.
    reviews: i64,
}

/// Versions of a kind.
#[derive(Serialize, ToSchema)]
pub(super) struct ClassCount {
    /// The kind.
    class: &'static str,
    /// How many.
    versions: i64,
}

/// What can be counted of what is published; each figure can be recomputed from the lists.
#[utoipa::path(get, path = "/statistics", tag = "log",
    responses((status = 200, body = Statistics)))]
pub(super) async fn statistics(State(app): State<Arc<App>>) -> Answer<Json<Statistics>> {
    let counts = app.store.public_counts().await?;
    let by_rating = counts.ratings.iter();
    let by_topic = counts.topics.into_iter();
    let versions = counts.classes.iter();
    Ok(Json(Statistics {
        reviews: counts.ratings.iter().map(|(_, n)| n).sum(),
        by_rating: by_rating
            .map(|(it, n)| RatingCount { rating: (*it).into(), reviews: *n })
            .collect(),
        by_topic: by_topic.map(|(topic, reviews)| TopicCount { topic, reviews }).collect(),
        versions: versions.map(|(it, n)| ClassCount { class: it.code(), versions: *n }).collect(),
        waiting: counts.n_waiting,
        organisations: app.store.orgs().await?.len(),
        log_entries: app.store.n_log_entries().await?,
    }))
}

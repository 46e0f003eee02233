//! Tells the hub (WebSub) which feeds a publication changed: one job finds the feeds, and each of
//! them is told in a job of its own, so that only what failed is told again. Running twice is
//! harmless: a hub that is told again fetches a feed once more.

use kiemtin_core::ids::ClaimId;
use kiemtin_store::jobs::{Leased, NewJob};

use super::fresh;
use crate::app::App;
use crate::fetch::Fetcher;

/// The name of the deed that tells of one feed.
pub(super) const PING_FEED: &str = "ping_feed";

/// Finds the feeds. Without a hub there is nobody to tell.
pub(super) async fn run(app: &App, job: &Leased) -> anyhow::Result<()> {
    let claim: ClaimId = serde_json::from_str(&job.payload)?;
    let feeds = match app.hub.get() {
        Some(_) => app.changed_feeds(claim).await?,
        None => Vec::new(),
    };
    let tell = |feed: &String| NewJob {
        name: PING_FEED,
        payload: feed.clone(),
        run_at: app.now(),
        // A visit that is under way may have come before this publication: then there is another.
        unique_key: Some(format!("{PING_FEED}:{feed}:{}", app.now().millis())),
    };
    let then: Vec<NewJob> = feeds.iter().map(tell).collect();
    Ok(app.store.end_job(job, &then, fresh()).await?)
}

/// Tells of one feed.
pub(super) async fn feed(app: &App, fetcher: &Fetcher, job: &Leased) -> anyhow::Result<()> {
    if let Some(hub) = app.hub.get() {
        fetcher.ping(hub, &job.payload).await?;
    }
    Ok(app.store.end_job(job, &[], fresh()).await?)
}

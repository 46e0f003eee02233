//! Erases texts that have had their time, every hour. Safe to run twice: nothing is left to erase.
//!
//! It never rests: whatever keeps it from erasing, it tries again in a minute.

use std::sync::Arc;

use kiemtin_core::time::HOUR_MS;
use kiemtin_store::jobs::{Leased, NewJob};

use super::fresh;
use crate::app::App;

/// The name of this deed.
pub const ERASE_EXPIRED: &str = "erase_expired";

/// How long after a failure it tries again.
const AGAIN_MS: i64 = 60_000;

/// Sees to it that one such job waits; one that was given up is woken.
pub(super) async fn plan(app: &App) -> anyhow::Result<()> {
    let job = NewJob {
        name: ERASE_EXPIRED,
        payload: "null".to_owned(),
        run_at: app.now(),
        unique_key: Some(ERASE_EXPIRED.to_owned()),
    };
    Ok(app.store.add_job(&job, fresh()).await?)
}

pub(super) async fn run(app: &Arc<App>, job: &Leased) -> anyhow::Result<()> {
    let next = match erase(app).await {
        Ok(()) => HOUR_MS,
        // A backup that reads for minutes keeps old pages alive; a disk may be full for an hour.
        Err(err) => {
            tracing::warn!(error = %err, "Expired texts could not be erased yet: {err:#}");
            AGAIN_MS
        }
    };
    Ok(app.store.run_again(job, app.now().plus_millis(next)).await?)
}

async fn erase(app: &Arc<App>) -> anyhow::Result<()> {
    let erased = app.store.erase_expired(app.now()).await;
    // What was erased must not live on in the index and its snapshot, also when the database could
    // not make it unreadable yet: the next run has nothing to tell of it.
    app.tidy_index().await?;
    let erased = erased?;
    let n = erased.messages;
    if 0 < n {
        tracing::info!(n_messages = n, n_groups = erased.groups, "Erased {n} expired texts");
    }
    Ok(())
}

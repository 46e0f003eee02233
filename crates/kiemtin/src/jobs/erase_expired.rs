//! Erases texts that have had their time, every hour. Safe to run twice: nothing is left to erase.

use kiemtin_core::time::HOUR_MS;
use kiemtin_store::jobs::{Leased, NewJob};

use super::fresh;
use crate::app::App;

/// The name of this deed.
pub const ERASE_EXPIRED: &str = "erase_expired";

/// Sees to it that one such job waits.
pub(super) async fn plan(app: &App) -> anyhow::Result<()> {
    let job = NewJob {
        name: ERASE_EXPIRED,
        payload: "null".to_owned(),
        run_at: app.now(),
        unique_key: Some(ERASE_EXPIRED.to_owned()),
    };
    Ok(app.store.add_job(&job, fresh()).await?)
}

pub(super) async fn run(app: &App, job: &Leased) -> anyhow::Result<()> {
    let now = app.now();
    let erased = app.store.erase_expired(now).await?;
    app.store.run_again(job, now.plus_millis(HOUR_MS)).await?;
    let n = erased.messages;
    if 0 < n {
        tracing::info!(n_messages = n, n_groups = erased.groups, "Erased {n} expired texts");
    }
    Ok(())
}

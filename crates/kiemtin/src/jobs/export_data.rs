//! Writes the open data, once a night. Safe to run twice: a release that is there is left as it is.
//!
//! Not a row among the jobs: the folder says itself which night is missing, and each node has a folder
//! of its own. A release is there as a whole or not at all.

use std::time::Duration;

use kiemtin_core::time::HOUR_MS;

use crate::app::App;
use crate::open_data::{Format, Releases, write};

/// How often a node looks whether the night has begun.
pub(super) const PAUSE: Duration = Duration::from_secs(10 * 60);
/// From which hour on, in Vietnam, a day has its release: when the desk is quietest.
const HOUR: i64 = 2;

/// Writes the release of the night that is last begun; `false` when it is there.
///
/// # Errors
/// The database failed, or the disk did.
pub async fn step(app: &App) -> anyhow::Result<bool> {
    let day = app.now().plus_millis(-HOUR * HOUR_MS).iso_date();
    let releases = Releases::at(app.folder.open_data());
    if releases.find(&day)?.is_some() {
        return Ok(false);
    }
    releases.prepare()?;
    let target = releases.path(&day);
    let package = write(&app.store, &target, &Format::ALL, &day, app.now(), |_| {}).await?;
    releases.prune()?;
    let n_rows: u64 = package.resources.iter().map(|it| it.rows).sum();
    tracing::info!(day, n_rows, "Wrote the open data of {day}");
    Ok(true)
}

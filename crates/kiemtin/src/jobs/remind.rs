//! Reminds of opinions that are due, and sees to it that members who want mail are told what waits.
//! Safe to run twice: a reminder is written once a stage, and a notice is one job a member.

use std::sync::Arc;

use kiemtin_store::jobs::{Leased, NewJob};

use super::fresh;
use super::send_notice::SEND_NOTICE;
use crate::app::App;

/// The name of this deed.
pub const REMIND: &str = "remind";

/// How often it looks: what waits is told of within this time.
const EVERY_MS: i64 = 10 * 60 * 1_000;

/// Sees to it that one such job waits; one that was given up is woken.
pub(super) async fn plan(app: &App) -> anyhow::Result<()> {
    let job = NewJob {
        name: REMIND,
        payload: "null".to_owned(),
        run_at: app.now(),
        unique_key: Some(REMIND.to_owned()),
    };
    Ok(app.store.add_job(&job, fresh()).await?)
}

pub(super) async fn run(app: &Arc<App>, job: &Leased) -> anyhow::Result<()> {
    let now = app.now();
    if app.mail.get().is_some() {
        plan_notices(app).await?;
    }
    let n_reminded = app.store.remind(job, now, now.plus_millis(EVERY_MS), fresh()).await?;
    if 0 < n_reminded {
        tracing::info!(n_reminded, "Reminded of {n_reminded} opinions");
    }
    Ok(())
}

async fn plan_notices(app: &App) -> anyhow::Result<()> {
    for member in app.store.members_to_mail(app.now()).await? {
        let payload = serde_json::to_string(&member.id)?;
        let unique_key = Some(format!("{SEND_NOTICE}:{}", member.id));
        let job = NewJob { name: SEND_NOTICE, payload, run_at: app.now(), unique_key };
        app.store.add_job(&job, fresh()).await?;
    }
    Ok(())
}

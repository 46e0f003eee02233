//! Puts the answer behind every receipt of a claim. Safe to run twice: a receipt that has the
//! answer keeps it.

use kiemtin_core::ids::ClaimId;
use kiemtin_store::jobs::Leased;

use crate::app::App;

pub(super) async fn run(app: &App, job: &Leased) -> anyhow::Result<()> {
    let claim: ClaimId = serde_json::from_str(&job.payload)?;
    let n_answered = app.store.answer_receipts(job, claim).await?;
    tracing::debug!(%claim, n_answered, "Answered {n_answered} receipts");
    Ok(())
}

//! Asks the witnesses for their signatures under the newest checkpoint. Safe to run twice: one that
//! has signed is not asked again.

use kiemtin_store::jobs::Leased;

use crate::app::App;
use crate::log::witness::Witnesses;

pub(super) async fn run(app: &App, witnesses: &Witnesses, job: &Leased) -> anyhow::Result<()> {
    app.cosign_log(witnesses, job).await
}

//! Signs the newest checkpoint of the log. Safe to run twice: of a log that did not grow nothing new
//! is signed, and one that did is signed once more, further on.

use kiemtin_store::jobs::Leased;

use crate::app::App;
use crate::log::witness::Witnesses;

pub(super) async fn run(app: &App, witnesses: &Witnesses, job: &Leased) -> anyhow::Result<()> {
    app.sign_log(witnesses, job).await
}

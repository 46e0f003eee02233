//! Messages of a file, and what the summary says of them.

use kiemtin_core::message::RawMessage;

use super::Summary;
use crate::app::App;
use crate::app::batch::{Taken, Taker};

/// Takes some messages in and counts them.
pub(super) async fn take(
    taker: &mut Taker,
    app: &App,
    file: &str,
    messages: Vec<(u64, RawMessage)>,
    summary: &mut Summary,
) -> anyhow::Result<()> {
    let Taken { n_new, n_known, refused } = taker.take(app, messages).await?;
    for (line, why) in refused {
        summary.problem(file, line, why.to_string(), false);
    }
    summary.taken += n_new;
    summary.known += n_known;
    Ok(())
}

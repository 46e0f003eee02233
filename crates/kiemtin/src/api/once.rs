//! A call that named itself is answered once: sent again it gets the same answer, with another body
//! it is refused, and of two at once one waits.

use axum::http::StatusCode;
use kiemtin_store::api_calls::Known;

use super::problem::{Answer, Failure};
use crate::app::App;
use crate::app::calls::Named;

/// Does the work of a call, or finds what was kept of its answer.
pub(super) async fn once(
    app: &App,
    named: Option<&Named>,
    work: impl Future<Output = Answer<String>>,
) -> Answer<String> {
    let Some(Named { name, .. }) = named.copied() else { return work.await };
    match app.store.begin_call(name, app.now()).await? {
        Known::New => {}
        Known::Answered(kept) => return Ok(kept),
        Known::Open => return Err(Failure::new(StatusCode::CONFLICT, "api-open-call")),
        Known::OtherBody => {
            return Err(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "api-other-body"));
        }
    }
    let res = work.await;
    match &res {
        Ok(kept) => app.store.end_call(name, kept).await?,
        Err(_) => app.store.drop_call(name).await?,
    }
    res
}

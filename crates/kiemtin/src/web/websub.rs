//! `/websub/{source}`: where hubs call (WebSub). A hub asks whether it was asked, and later rings
//! when a feed changed; what it sends is not taken in, the feed itself is asked then (`collect::hub`).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Router, extract::DefaultBodyLimit};
use kiemtin_core::ids::SourceId;
use serde::Deserialize;

use super::failure::Failure;
use crate::app::App;
use crate::collect::hub::{self, Question, Told};

/// The longest word of a hub: most send the news themselves along, and these are signed.
const WORD_BYTES_MAX: usize = 1024 * 1024;
/// The header with the signature (section 7).
const SIGNATURE: &str = "x-hub-signature";

/// The one route of hubs.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/websub/{source}", get(verify).post(told))
        .layer(DefaultBodyLimit::max(WORD_BYTES_MAX))
}

/// What a hub asks, as it names it.
#[derive(Deserialize)]
struct Asked {
    #[serde(rename = "hub.mode", default)]
    mode: String,
    #[serde(rename = "hub.topic", default)]
    topic: String,
    #[serde(rename = "hub.challenge", default)]
    challenge: String,
    #[serde(rename = "hub.lease_seconds")]
    lease_seconds: Option<u32>,
}

/// `GET /websub/{source}`
async fn verify(
    State(app): State<Arc<App>>,
    Path(source): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let Asked { mode, topic, challenge, lease_seconds } = asked;
    let Ok(id) = SourceId::parse(&source) else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    let question = Question { mode, topic, challenge, lease_seconds };
    Ok(match hub::answer(&app, id, &question).await? {
        Some(challenge) => {
            ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], challenge).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    })
}

/// `POST /websub/{source}`: the answer is the same whether the signature is right (section 8).
async fn told(
    State(app): State<Arc<App>>,
    Path(source): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let Ok(id) = SourceId::parse(&source) else { return Ok(StatusCode::GONE.into_response()) };
    let signature = headers.get(SIGNATURE).and_then(|it| it.to_str().ok());
    Ok(match hub::told(&app, id, signature, &body).await? {
        Told::Rang => StatusCode::ACCEPTED.into_response(),
        Told::Forged => {
            tracing::info!(source.id = %id, "A hub's word was not signed as agreed: left aside");
            StatusCode::ACCEPTED.into_response()
        }
        Told::Gone => StatusCode::GONE.into_response(),
    })
}

//! The protocol over HTTP (streamable, without sessions): a message a request, an answer as JSON.
//!
//! `Host` and `Origin` are judged, so that a page of somebody else's cannot make a reader's browser
//! ask; bodies and calls are bounded.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::json;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use url::Url;

use super::{Assistant, MESSAGE_BYTES_MAX};
use crate::app::App;
use crate::app::floods::{Counted, Network};
use crate::headers::complete;

/// An answer takes milliseconds; what takes this long is stuck.
const CALL_TIMEOUT: Duration = Duration::from_secs(15);
/// Answers are data: they load nothing.
const POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `POST /mcp`
pub fn router(app: Arc<App>) -> Router {
    let public_url = Url::parse(&app.public_url).ok();
    let host = public_url.as_ref().and_then(Url::host_str).map(str::to_owned);
    // A proxy on this machine may ask by the address that it forwards to.
    let hosts = host.into_iter().chain(["localhost", "127.0.0.1", "::1"].map(str::to_owned));
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_sse_keep_alive(None)
        .with_sse_retry(None)
        .with_max_request_body_bytes(MESSAGE_BYTES_MAX)
        .with_allowed_hosts(hosts)
        .with_allowed_origins(public_url.as_ref().and_then(origin))
        .enforce_origin_validation();
    let desk = app.clone();
    let service = StreamableHttpService::new(
        move || Ok(Assistant::new(desk.clone())),
        Arc::new(NeverSessionManager::default()),
        config,
    );
    let layers = ServiceBuilder::new()
        .layer(middleware::from_fn(with_headers))
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, CALL_TIMEOUT))
        .layer(middleware::from_fn_with_state(app, counted));
    Router::new().route_service("/mcp", service).layer(layers)
}

/// The origin of the desk's own pages, with its port.
fn origin(url: &Url) -> Option<String> {
    Some(format!("{}://{}:{}", url.scheme(), url.host_str()?, url.port_or_known_default()?))
}

async fn with_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    complete(response.headers_mut(), POLICY);
    response
}

/// Sends a network away whose hour is full.
async fn counted(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let network = request.extensions().get::<Network>().copied();
    let Err(full) = app.floods.count(Counted::Lookup, network, app.now()) else {
        return next.run(request).await;
    };
    let error = json!({ "code": -32000, "message": "too many calls in this hour" });
    let body = Json(json!({ "jsonrpc": "2.0", "id": null, "error": error }));
    let mut response = (StatusCode::TOO_MANY_REQUESTS, body).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, full.retry_seconds.into());
    response
}

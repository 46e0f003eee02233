//! What every call passes: limits by network, and the headers and failures of every answer.
//!
//! The API reads no cookie, so any site's page may call it: what is public to all is public to that
//! page too. Partners' calls need a key, which no page should hold: those are closed to browsers.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::input::lang;
use super::problem::{Failure, said};
use crate::app::App;
use crate::app::floods::Network;
use crate::app::rates::{Call, Caller, Room};
use crate::headers::{complete, for_everybody};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Paths of partners' calls: counted by key as well, and closed to other sites' pages.
pub(super) const PARTNERS: [&str; 3] =
    ["/api/v1/messages", "/api/v1/questions", "/api/v1/opinions"];

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";
/// What another site's page may read of an answer.
const EXPOSED: HeaderValue =
    HeaderValue::from_static("etag, retry-after, ratelimit, ratelimit-policy");
const PREFLIGHT: [(HeaderName, &str); 3] = [
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"),
    (
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "accept-language, content-type, idempotency-key, if-none-match",
    ),
    (header::ACCESS_CONTROL_MAX_AGE, "86400"),
];

/// Counts a call, and gives its answer what every answer has.
pub(super) async fn pass(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let lang = lang(request.headers());
    let is_partner = PARTNERS.contains(&request.uri().path());
    let is_preflight = request.method() == Method::OPTIONS && !is_partner;
    let response = match is_preflight {
        true => preflight(),
        false => counted(&app, request, next).await,
    };
    with_headers(said(&app, lang, response), is_partner)
}

/// Gives an answer in another shape the headers that every answer has.
pub(super) async fn pass_as_it_is(request: Request, next: Next) -> Response {
    with_headers(next.run(request).await, false)
}

fn with_headers(mut response: Response, is_partner: bool) -> Response {
    let headers = response.headers_mut();
    headers.entry(header::VARY).or_insert(HeaderValue::from_static("accept-language"));
    if !is_partner {
        for_everybody(headers);
        headers.entry(header::ACCESS_CONTROL_EXPOSE_HEADERS).or_insert(EXPOSED);
    }
    complete(headers, POLICY);
    response
}

fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    for (name, value) in PREFLIGHT {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn counted(app: &App, request: Request, next: Next) -> Response {
    let call = match (request.method(), request.uri().path()) {
        (_, "/api/v1/search" | "/api/v1/match" | "/api/v1/statistics") => Call::Search,
        (&Method::GET | &Method::HEAD, _) => Call::Read,
        _ => Call::Write,
    };
    // This machine itself, or a proxy that names no client: that is the proxy's business.
    let Some(network) = request.extensions().get::<Network>().copied() else {
        return next.run(request).await;
    };
    let room = app.rates.count(call, Caller::Network(network), app.now());
    let response = match room.n_left {
        None => Failure::too_many(room.seconds).into_response(),
        Some(_) => next.run(request).await,
    };
    with_room(response, call, room)
}

/// Says how much room is left (draft-ietf-httpapi-ratelimit-headers).
pub(super) fn with_room(mut response: Response, call: Call, room: Room) -> Response {
    let (code, max) = (call.code(), call.max());
    let left = room.n_left.unwrap_or(0);
    let values = [
        (RATE_LIMIT_POLICY, format!("\"{code}\";q={max};w=60")),
        (RATE_LIMIT, format!("\"{code}\";r={left};t={}", room.seconds)),
    ];
    for (name, value) in values {
        let value = HeaderValue::try_from(value).expect("words and numbers are header text");
        // Where both are counted, what the key has left is said: it is less.
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

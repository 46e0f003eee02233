//! Published pages may be kept by browsers and proxies, which ask each time whether they changed.
//!
//! The tag is a hash of the page itself, so that it cannot be forgotten where a page grows.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use xxhash_rust::xxh3::xxh3_128;

use crate::headers::CROSS_ORIGIN;

/// Keep it, but ask before showing it again: a correction must be seen at once.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("public, no-cache");

/// Tags what goes out, and says “not modified” to whoever has it already.
pub async fn revalidated(request: Request, next: Next) -> Response {
    let is_get = request.method() == Method::GET;
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    if !is_get || response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // A rendered page is in memory already and has no end that could fail.
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let tag = tag(&body);
    parts.headers.insert(header::CACHE_CONTROL, ASK_AGAIN);
    parts.headers.insert(header::ETAG, tag.clone());
    if known.is_some_and(|it| names(&it, &tag)) {
        return not_modified(&parts.headers);
    }
    Response::from_parts(parts, Body::from(body))
}

/// Weak: compression changes the bytes and not the page. No hash against forgery: pages are ours, and
/// whoever names another tag gets the page.
fn tag(body: &[u8]) -> HeaderValue {
    let hash = xxh3_128(body);
    HeaderValue::from_str(&format!("W/\"{hash:032x}\""))
        .expect("hex and quotes are header characters")
}

/// Whether `If-None-Match` names this tag.
pub fn names(known: &HeaderValue, tag: &HeaderValue) -> bool {
    let opaque = |it: &str| it.trim().trim_start_matches("W/").to_owned();
    let (Ok(known), Ok(tag)) = (known.to_str(), tag.to_str()) else { return false };
    known.split(',').any(|it| it.trim() == "*" || opaque(it) == opaque(tag))
}

fn not_modified(headers: &HeaderMap) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    // A page of somebody else's that asks again may read this answer as it could the first.
    let for_everybody = [CROSS_ORIGIN, header::ACCESS_CONTROL_ALLOW_ORIGIN];
    for name in [header::CACHE_CONTROL, header::ETAG].into_iter().chain(for_everybody) {
        response.headers_mut().extend(headers.get(&name).map(|it| (name, it.clone())));
    }
    response
}

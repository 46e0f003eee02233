//! Headers of every answer (STANDARDS section 7.2). On the site there is no script source at all: its
//! pages have no JavaScript, and JSON-LD is data that is not executed. The desk has one script of its
//! own, from its own address and in a file.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// Whose pages may load an answer.
pub(super) const CROSS_ORIGIN: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

const ALWAYS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (CROSS_ORIGIN, "same-origin"),
];

/// The same with one source more: what a member typed can never run, since it stands in no file.
const POLICY_OF_THE_DESK: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// What may be read from anybody's page: feeds.
pub(super) fn for_everybody(headers: &mut HeaderMap) {
    headers.insert(CROSS_ORIGIN, HeaderValue::from_static("cross-origin"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
}

/// Sets them. What a handler set itself (caching) stays; without it nothing is kept anywhere.
pub(super) async fn set(request: Request, next: Next) -> Response {
    let is_desk = request.uri().path().split('/').nth(1) == Some("desk");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if is_desk {
        let policy = HeaderValue::from_static(POLICY_OF_THE_DESK);
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

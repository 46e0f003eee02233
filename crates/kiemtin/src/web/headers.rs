//! What a page may load. On the site there is no script source at all: its pages have no JavaScript,
//! and JSON-LD is data that is not executed. The desk has one script of its own, from its own address
//! and in a file.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use crate::headers::complete;

const POLICY_OF_THE_SITE: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The same with one source more: what a member typed can never run, since it stands in no file.
const POLICY_OF_THE_DESK: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// Gives an answer its headers.
pub(super) async fn set(request: Request, next: Next) -> Response {
    let is_desk = request.uri().path().split('/').nth(1) == Some("desk");
    let policy = if is_desk { POLICY_OF_THE_DESK } else { POLICY_OF_THE_SITE };
    let mut response = next.run(request).await;
    complete(response.headers_mut(), policy);
    response
}

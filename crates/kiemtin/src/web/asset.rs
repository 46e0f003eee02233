//! The stylesheets, the script of the desk and pictures, embedded in the program.
//!
//! A page asks for them by an address that holds the beginning of their hash, so that browsers keep
//! each for a year and still see a new one at once; whoever asks without it has to ask again.

use std::sync::LazyLock;

use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kiemtin_core::lang::Lang;
use sha2::{Digest as _, Sha256};

use super::failure::Failure;
use crate::app::cache::names;

/// The stylesheet of the site: the page about the design reads its colours from it.
pub(super) const CSS: &str = include_str!("../../static/site.css");
/// The mark in one colour, to stand in a page.
pub(super) const MARK: &str = include_str!("../../static/mark.svg");

const FILES: [(&str, &str, &str); 5] = [
    ("site.css", "text/css; charset=utf-8", CSS),
    ("desk.css", "text/css; charset=utf-8", include_str!("../../static/desk.css")),
    ("desk.js", "text/javascript; charset=utf-8", include_str!("../../static/desk.js")),
    ("icon.svg", "image/svg+xml", include_str!("../../static/icon.svg")),
    ("mark.svg", "image/svg+xml", MARK),
];

/// The beginning of each file's hash, in order.
static HASHES: LazyLock<[String; FILES.len()]> =
    LazyLock::new(|| FILES.map(|(_, _, body)| hex::encode(&Sha256::digest(body)[..6])));

/// The address of a file in a page: another text has another address.
pub(super) fn path(name: &str) -> String {
    let idx = FILES.iter().position(|it| it.0 == name);
    let hash = idx.map(|it| HASHES[it].as_str()).unwrap_or_default();
    format!("/static/{name}?v={hash}")
}

/// `GET /static/{name}?v=`
pub(super) async fn asset(
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let Some(idx) = FILES.iter().position(|it| it.0 == name) else {
        return Failure::Missing(Lang::Vi).into_response();
    };
    let (_, kind, body) = FILES[idx];
    let hash = &HASHES[idx];
    let keep = match query.as_deref().and_then(|it| it.strip_prefix("v=")) {
        Some(asked) if asked == hash => "public, max-age=31536000, immutable",
        _ => "public, max-age=3600",
    };
    let tag = HeaderValue::from_str(&format!("W/\"{hash}\"")).expect("hex and quotes");
    let is_known = headers.get(header::IF_NONE_MATCH).is_some_and(|it| names(it, &tag));
    let kept = [(header::CACHE_CONTROL, HeaderValue::from_static(keep)), (header::ETAG, tag)];
    match is_known {
        true => (StatusCode::NOT_MODIFIED, kept).into_response(),
        false => (kept, [(header::CONTENT_TYPE, kind)], body).into_response(),
    }
}

/// `GET /favicon.ico`
pub(super) async fn icon(headers: HeaderMap) -> Response {
    asset(Path("icon.svg".to_owned()), RawQuery(None), headers).await
}

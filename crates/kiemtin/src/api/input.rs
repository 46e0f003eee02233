//! What a call brings, read strictly: an unknown name is a mistake that its author wants to hear of.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kiemtin_core::lang::Lang;
use serde::de::DeserializeOwned;

use super::problem::{Answer, Failure};
use crate::app::App;
use crate::app::calls::Named;
use crate::locale;

/// Items on one page where the caller names no number.
const LIMIT: i64 = 20;
/// The most on one page: some hundred kilobytes.
pub(super) const LIMIT_MAX: i64 = 100;
/// The shortest name of a call: it must not be one that somebody else uses too.
const CALL_NAME_CHARS_MIN: usize = 16;
/// The longest name of a call: RFC 9110 sets none, and a UUID has 36.
const CALL_NAME_CHARS_MAX: usize = 128;

/// The parameters of a call, by name.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Arc<App>> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Answer<Self> {
        let asked = Query::<T>::try_from_uri(&parts.uri);
        asked.map(|Query(it)| Self(it)).map_err(|err| {
            bad(&std::error::Error::source(&err)
                .map_or_else(|| err.to_string(), ToString::to_string))
        })
    }
}

/// A JSON body, with its bytes.
pub(super) struct Body<T> {
    pub(super) value: T,
    pub(super) bytes: Bytes,
}

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Arc<App>) -> Answer<Self> {
        is_of(request.headers(), &["application/json"])?;
        let bytes = bytes(request, app).await?;
        let value = serde_json::from_slice(&bytes).map_err(|err| {
            let status = match err.is_data() {
                true => StatusCode::UNPROCESSABLE_ENTITY,
                false => StatusCode::BAD_REQUEST,
            };
            Failure::with(status, "api-bad-body", &err.to_string())
        })?;
        Ok(Self { value, bytes })
    }
}

/// The bytes of a body, within the limit of its route.
pub(super) async fn bytes(request: Request, app: &Arc<App>) -> Answer<Bytes> {
    Bytes::from_request(request, app).await.map_err(|err| match err {
        BytesRejection::FailedToBufferBody(it) => match it.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "api-too-large")
            }
            _ => Failure::new(StatusCode::BAD_REQUEST, "api-unreadable"),
        },
        _ => Failure::new(StatusCode::BAD_REQUEST, "api-unreadable"),
    })
}

/// Whether the body says that it is of one of these types.
pub(super) fn is_of(headers: &HeaderMap, kinds: &[&str]) -> Answer<()> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let kind = kind.and_then(|it| it.split(';').next()).unwrap_or_default().trim();
    match kinds.iter().any(|it| it.eq_ignore_ascii_case(kind)) {
        true => Ok(()),
        false => {
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            Err(Failure::with(status, "api-media-type", &kinds.join(", ")))
        }
    }
}

/// The language that the caller reads.
pub(super) struct Reads(pub(super) Lang);

impl FromRequestParts<Arc<App>> for Reads {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Self::Rejection> {
        Ok(Self(lang(&parts.headers)))
    }
}

/// The language that the caller reads.
pub(super) fn lang(headers: &HeaderMap) -> Lang {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok());
    locale::preferred(asked.unwrap_or_default())
}

/// A parameter that is wrong.
pub(super) fn bad(why: &str) -> Failure {
    Failure::with(StatusCode::BAD_REQUEST, "api-bad-parameter", why)
}

/// How many items a page is to have.
pub(super) fn limit(asked: Option<i64>) -> Answer<i64> {
    let limit = asked.unwrap_or(LIMIT);
    let fits = (1..=LIMIT_MAX).contains(&limit);
    fits.then_some(limit).ok_or_else(|| bad("limit"))
}

/// A number in a path, in its one spelling: `7`, not `+7` or `007`.
pub(super) fn number(text: &str) -> Answer<i64> {
    let number = text.parse().ok().filter(|it: &i64| 0 < *it && it.to_string() == text);
    number.ok_or_else(Failure::missing)
}

/// Where a page begins: parts that only we read, in one word.
pub(super) fn cursor(parts: &[&str]) -> String {
    URL_SAFE_NO_PAD.encode(parts.join(" "))
}

/// Reads a cursor of as many parts.
pub(super) fn parts<const N: usize>(cursor: &str) -> Answer<[String; N]> {
    let text = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|it| String::from_utf8(it).ok());
    let parts: Vec<String> = text.iter().flat_map(|it| it.split(' ')).map(str::to_owned).collect();
    parts.try_into().map_err(|_| no_page())
}

/// The number that a cursor holds.
pub(super) fn place(cursor: Option<&str>) -> Answer<Option<i64>> {
    let Some(cursor) = cursor else { return Ok(None) };
    let [place] = parts(cursor)?;
    place.parse().map(Some).map_err(|_| no_page())
}

/// 404: a cursor that leads nowhere.
pub(super) fn no_page() -> Failure {
    Failure::new(StatusCode::NOT_FOUND, "api-no-page")
}

/// The name that a call gave itself, if it did. `whose` parts callers from one another.
pub(super) fn named(
    app: &App,
    headers: &HeaderMap,
    whose: &str,
    body: &[u8],
) -> Answer<Option<Named>> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().unwrap_or_default().trim_matches('"');
    let is_visible = key.bytes().all(|it| it.is_ascii_graphic());
    if !is_visible || !(CALL_NAME_CHARS_MIN..=CALL_NAME_CHARS_MAX).contains(&key.len()) {
        return Err(Failure::new(StatusCode::BAD_REQUEST, "api-bad-call-name"));
    }
    Ok(Some(Named::new(app, whose, key, body)))
}

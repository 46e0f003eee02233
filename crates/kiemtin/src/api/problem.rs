//! Why a call failed, as RFC 9457 says it (`application/problem+json`), in the caller's language.
//!
//! A failure from below knows no language: it leaves its key on the response, and [`said`], which
//! every answer passes, writes the document. What the framework refuses itself gets one there too.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kiemtin_core::lang::Lang;
use kiemtin_store::{Rule, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::app::intake::NotTaken;
use crate::locale;

/// Result of a call.
pub(super) type Answer<T> = Result<T, Failure>;

/// The form of every failure.
#[derive(Serialize, ToSchema)]
pub(super) struct Problem {
    /// An address that explains this kind of failure.
    #[serde(rename = "type")]
    kind: String,
    /// What kind of failure it is, in a few words.
    title: String,
    /// The status, as in the head of the answer.
    status: u16,
    /// What happened here, and what to do.
    detail: String,
}

/// The type of such a document.
pub(super) const PROBLEM_JSON: &str = "application/problem+json";
/// Seconds after which a call that was sent away may come again, where nothing better is known.
const RETRY_AFTER_SECONDS: i64 = 5;

/// Why a call failed.
#[derive(Debug)]
pub(super) struct Failure {
    status: StatusCode,
    detail: Detail,
    retry_after: Option<i64>,
}

/// The sentence: its key, and what stands in it as `$why`.
#[derive(Clone, Debug)]
struct Detail(&'static str, Arc<str>);

impl Failure {
    /// A failure with its sentence.
    pub(super) fn new(status: StatusCode, key: &'static str) -> Self {
        Self { status, detail: Detail(key, "".into()), retry_after: None }
    }

    /// A failure with a sentence that names what was wrong.
    pub(super) fn with(status: StatusCode, key: &'static str, why: &str) -> Self {
        Self { status, detail: Detail(key, why.into()), retry_after: None }
    }

    /// 404.
    pub(super) fn missing() -> Self {
        Self::new(StatusCode::NOT_FOUND, "api-missing")
    }

    /// 429, until so many seconds have passed.
    pub(super) fn too_many(seconds: i64) -> Self {
        let failure = Self::new(StatusCode::TOO_MANY_REQUESTS, "api-too-many");
        Self { retry_after: Some(seconds), ..failure }
    }

    /// 503: we cannot now.
    pub(super) fn busy() -> Self {
        let failure = Self::new(StatusCode::SERVICE_UNAVAILABLE, "failure-busy");
        Self { retry_after: Some(RETRY_AFTER_SECONDS), ..failure }
    }
}

impl From<Rule> for Failure {
    fn from(rule: Rule) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, rule.code())
    }
}

impl From<StoreError> for Failure {
    fn from(err: StoreError) -> Self {
        match err {
            StoreError::Stale => Self::new(StatusCode::CONFLICT, "failure-stale"),
            StoreError::Rule(rule) => rule.into(),
            StoreError::Refused(why) => {
                // The name of a constraint helps whoever reads the log and no caller.
                tracing::warn!(why, "The database refused a call: {why}");
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "failure-refused")
            }
            err if err.passes() => {
                tracing::error!(error = %err, "A call was sent away: {err}");
                Self::busy()
            }
            err => anyhow::Error::from(err).into(),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(err: anyhow::Error) -> Self {
        match err.downcast::<StoreError>() {
            Ok(err) if err.passes() => Self::from(err),
            Ok(err) => broken(&err.into()),
            Err(err) => broken(&err),
        }
    }
}

impl From<NotTaken> for Failure {
    fn from(err: NotTaken) -> Self {
        match err {
            NotTaken::Busy => Self::busy(),
            NotTaken::Store(err) => err.into(),
        }
    }
}

fn broken(err: &anyhow::Error) -> Failure {
    tracing::error!(error = ?err, "A call failed: {err:#}");
    Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "failure-broken")
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let how = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, how);
        }
        response.extensions_mut().insert(self.detail);
        response
    }
}

/// The answer with the document of its failure, if it is one.
pub(super) fn said(app: &App, lang: Lang, mut response: Response) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let detail = response.extensions_mut().remove::<Detail>();
    let Detail(key, why) = detail.unwrap_or_else(|| Detail(detail_of(status), "".into()));
    let problem = Problem {
        kind: format!("{}/api#{}", app.public_url, code(status)),
        title: locale::text(lang, title_of(status)),
        status: status.as_u16(),
        detail: locale::text_with(lang, key, &[("why", why.to_string().into())]),
    };
    let body = serde_json::to_vec(&problem).expect("texts and a number");
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let soon = HeaderValue::from(RETRY_AFTER_SECONDS);
        headers.entry(header::RETRY_AFTER).or_insert(soon);
    }
    *response.body_mut() = Body::from(body);
    response
}

/// The kinds of failures: status, code, key of the title, key of what is said where nobody said
/// more.
pub(super) const KINDS: [(u16, &str, &str, &str); 12] = [
    (400, "bad-request", "api-title-400", "api-unreadable"),
    (401, "no-key", "api-title-401", "api-no-key"),
    (403, "not-allowed", "api-title-403", "api-not-allowed"),
    (404, "not-found", "api-title-404", "api-missing"),
    (405, "method-not-allowed", "api-title-405", "api-method"),
    (409, "conflict", "api-title-409", "api-open-call"),
    (413, "too-large", "api-title-413", "api-too-large"),
    (415, "media-type", "api-title-415", "api-media-type"),
    (422, "refused", "api-title-422", "api-unreadable"),
    (429, "too-many", "api-title-429", "api-too-many"),
    (500, "broken", "api-title-500", "failure-broken"),
    (503, "busy", "api-title-503", "failure-busy"),
];

fn kind(status: StatusCode) -> &'static (u16, &'static str, &'static str, &'static str) {
    let other = if status.is_client_error() { 400 } else { 500 };
    let of = |status| KINDS.iter().find(|it| it.0 == status);
    of(status.as_u16()).or_else(|| of(other)).unwrap_or(&KINDS[0])
}

fn code(status: StatusCode) -> &'static str {
    kind(status).1
}

fn title_of(status: StatusCode) -> &'static str {
    kind(status).2
}

fn detail_of(status: StatusCode) -> &'static str {
    kind(status).3
}

//! Why a request failed, named by who must act next; and the page that says so.
//!
//! A failure from below knows no reader. It carries the key of its sentence, and [`said`], which
//! sees the address, writes the page in the reader's language. What the framework itself refuses
//! (a body too long, another site's form, a method there is none for) gets its page there too.

use std::sync::Arc;

use askama::Template;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kiemtin_core::lang::Lang;
use kiemtin_store::StoreError;

use super::page::preferred;
use crate::locale;

/// Result of a handler.
pub(super) type Answer<T> = Result<T, Failure>;

/// Why a request failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The reader or member can do something: 400, 403, 409 or 422. The text is shown.
    Refused(StatusCode, Lang, String),
    /// Nobody: 404, also when it belongs to another organisation.
    Missing(Lang),
    /// The store could not: who must act depends on why. Said in the reader's language.
    Store(StoreError),
    /// Us: 500. The cause is logged once and never shown.
    Broken(anyhow::Error),
}

impl From<StoreError> for Failure {
    fn from(err: StoreError) -> Self {
        Self::Store(err)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(err: anyhow::Error) -> Self {
        Self::Broken(err)
    }
}

/// Seconds after which a refused request may come again: the disk or the queue needs about that.
const RETRY_AFTER_SECONDS: &str = "5";

/// A sentence that waits for the reader's language: its key, and what stands in it as `$why`.
#[derive(Clone, Debug)]
struct Unsaid(&'static str, Arc<str>);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(status, lang, why) => page(status, lang, &why),
            Self::Missing(lang) => {
                page(StatusCode::NOT_FOUND, lang, &locale::text(lang, "failure-missing"))
            }
            Self::Store(err) => store(err),
            Self::Broken(err) => broken(&err),
        }
    }
}

fn store(err: StoreError) -> Response {
    match err {
        StoreError::Stale => unsaid(StatusCode::CONFLICT, "failure-stale", ""),
        StoreError::Rule(rule) => unsaid(StatusCode::UNPROCESSABLE_ENTITY, rule.code(), ""),
        StoreError::Refused(why) => {
            // The name of a constraint helps whoever reads the log and nobody on a page.
            tracing::warn!(why, "The database refused a request: {why}");
            unsaid(StatusCode::UNPROCESSABLE_ENTITY, "failure-refused", "")
        }
        err if err.passes() => {
            tracing::error!(error = %err, "A request was sent away: {err}");
            later(unsaid(StatusCode::SERVICE_UNAVAILABLE, "failure-busy", ""))
        }
        _ => broken(&err.into()),
    }
}

fn broken(err: &anyhow::Error) -> Response {
    tracing::error!(error = ?err, "A request failed: {err:#}");
    unsaid(StatusCode::INTERNAL_SERVER_ERROR, "failure-broken", "")
}

fn unsaid(status: StatusCode, key: &'static str, why: &str) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(Unsaid(key, why.into()));
    response
}

/// Says when to come again.
pub(super) fn later(response: Response) -> Response {
    ([(header::RETRY_AFTER, RETRY_AFTER_SECONDS)], response).into_response()
}

/// Addresses whose failures no person reads.
const FOR_PROGRAMS: [&str; 2] = ["/healthz", "/readyz"];

/// Writes the page of a failure that has none yet. Answers to programs stay as they are.
pub(super) async fn said(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let lang = lang_of(parts.uri.path()).unwrap_or_else(|| preferred(&parts));
    let asks_a_program = FOR_PROGRAMS.contains(&parts.uri.path());
    let response = next.run(Request::from_parts(parts, body)).await;
    let status = response.status();
    let Unsaid(key, why) = match response.extensions().get::<Unsaid>() {
        Some(it) => it.clone(),
        None if asks_a_program || has_page(&response) => return response,
        None => Unsaid(key(status), "".into()),
    };
    let why = locale::text_with(lang, key, &[("why", why.to_string().into())]);
    let mut said = page(status, lang, &why);
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = response.headers().get(&name) {
            said.headers_mut().insert(name, value.clone());
        }
    }
    said
}

/// Whether there is nothing to add: no failure, or one that says itself what it is.
fn has_page(response: &Response) -> bool {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).map(|it| it.as_bytes());
    let is_bare = kind.is_none_or(|it| it.starts_with(b"text/plain"));
    !(status.is_client_error() || status.is_server_error()) || !is_bare
}

/// What the framework refused, by the status it gave.
fn key(status: StatusCode) -> &'static str {
    match status {
        StatusCode::FORBIDDEN => "failure-other-site",
        StatusCode::NOT_FOUND => "failure-missing",
        StatusCode::METHOD_NOT_ALLOWED => "failure-method",
        StatusCode::PAYLOAD_TOO_LARGE => "failure-too-large",
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => "failure-busy",
        _ if status.is_client_error() => "failure-unreadable",
        _ => "failure-broken",
    }
}

/// The language that stands in an address.
fn lang_of(path: &str) -> Option<Lang> {
    let first = path.split('/').nth(1)?;
    Lang::ALL.into_iter().find(|it| it.tag() == first)
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage<'a> {
    lang: Lang,
    title: String,
    why: &'a str,
    home: String,
}

fn page(status: StatusCode, lang: Lang, why: &str) -> Response {
    let title = locale::text(lang, "failure-title");
    let home = locale::text(lang, "failure-home");
    let page = FailurePage { lang, title, why, home };
    // The page is four strings in a fixed frame: if even that fails, the bare sentence is sent.
    let body = page.render().unwrap_or_else(|_| why.to_owned());
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
}

//! Why a request failed, named by who must act next; and the page that says so.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use kiemtin_core::lang::Lang;
use kiemtin_store::StoreError;

use crate::locale;

/// Result of a handler.
pub type Answer<T> = Result<T, Failure>;

/// Why a request failed.
#[derive(Debug)]
pub enum Failure {
    /// The reader or member can do something: 400, 403, 409 or 422. The text is shown.
    Refused(StatusCode, Lang, String),
    /// Nobody: 404, also when it belongs to another organisation.
    Missing(Lang),
    /// Sign in first.
    SignIn,
    /// Us, and it passes: 503 with the time to come back. The text is shown.
    Busy(Lang, String),
    /// Us: 500. The cause is logged once and never shown.
    Broken(anyhow::Error),
}

impl From<StoreError> for Failure {
    fn from(err: StoreError) -> Self {
        match err {
            StoreError::Stale => Self::Refused(StatusCode::CONFLICT, Lang::Vi, err.to_string()),
            StoreError::Refused(_) => {
                Self::Refused(StatusCode::UNPROCESSABLE_ENTITY, Lang::Vi, err.to_string())
            }
            StoreError::DiskFull | StoreError::Locked => Self::Busy(Lang::Vi, err.to_string()),
            _ => Self::Broken(err.into()),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(err: anyhow::Error) -> Self {
        Self::Broken(err)
    }
}

/// Seconds after which a refused request may come again: the disk or the queue needs about that.
const RETRY_AFTER_SECONDS: &str = "5";

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn => Redirect::to("/desk/sign-in").into_response(),
            Self::Refused(status, lang, why) => page(status, lang, &why),
            Self::Missing(lang) => {
                page(StatusCode::NOT_FOUND, lang, &locale::text(lang, "failure-missing"))
            }
            Self::Busy(lang, why) => {
                let retry = [(header::RETRY_AFTER, RETRY_AFTER_SECONDS)];
                (retry, page(StatusCode::SERVICE_UNAVAILABLE, lang, &why)).into_response()
            }
            Self::Broken(err) => {
                tracing::error!(error = ?err, "A request failed: {err:#}");
                let why = locale::text(Lang::Vi, "failure-broken");
                page(StatusCode::INTERNAL_SERVER_ERROR, Lang::Vi, &why)
            }
        }
    }
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

//! Why a request of a member stops, and the page that says so in the member's language.
//!
//! A `Halt` knows no language: it leaves its words on the response, and `actor::visit`, which all
//! requests pass on their way back, makes the page.

use askama::Template;
use axum::extract::rejection::RawFormRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use kiemtin_core::ids::BadId;
use kiemtin_core::lang::Lang;
use kiemtin_core::sign_off::Unfit;
use kiemtin_core::workflow::Refused;
use kiemtin_store::{Rule, StoreError};

use super::frame::Frame;
use super::sign_in;
use crate::app::App;
use crate::locale;
use crate::web::page::{self, Page};

/// Result of a handler of the desk.
pub(super) type Answer<T> = Result<T, Halt>;

/// Why a request stops.
#[derive(Debug)]
pub(super) enum Halt {
    /// Sign in first; then back to this path.
    SignIn(String),
    /// The role has no such right: 403.
    NotAllowed,
    /// There is no such thing, or it is not for this organisation: 404.
    Missing,
    /// Somebody was faster: 409.
    Stale,
    /// A rule refuses it: 422. The words are under this key.
    Rule(&'static str),
    /// The same, with one value in the words.
    RuleWith(&'static str, String),
    /// The same, with the words under another key in them.
    RuleWithKey(&'static str, String),
    /// A body that is no form, or too long.
    NotAForm(StatusCode),
    /// Us, and it passes: 503.
    Busy(&'static str),
    /// Us: 500.
    Broken(anyhow::Error),
}

/// A value in the words of a refusal.
#[derive(Clone, Debug)]
enum Value {
    /// As it stands.
    Text(String),
    /// The words under this key.
    Key(String),
}

/// What a refusal says, on its way to the page. `None` in `value`: nothing is inserted.
#[derive(Clone, Debug)]
pub(super) struct Said {
    key: &'static str,
    value: Option<Value>,
}

impl From<StoreError> for Halt {
    fn from(err: StoreError) -> Self {
        match err {
            StoreError::Stale => Self::Stale,
            StoreError::Rule(rule) => Self::Rule(rule.code()),
            StoreError::Refused(why) => {
                // The name of a constraint helps whoever reads the log and nobody on a page.
                tracing::warn!(why, "The database refused a request of the desk: {why}");
                Self::Rule("d-halt-refused")
            }
            StoreError::DiskFull => Self::Busy("d-halt-disk-full"),
            err if err.passes() => {
                tracing::error!(error = %err, "A request of the desk was sent away: {err}");
                Self::Busy("d-halt-locked")
            }
            err => Self::Broken(err.into()),
        }
    }
}

impl From<Refused> for Halt {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotAllowed { .. } => Self::NotAllowed,
            Refused::WrongState { from, .. } => {
                Self::RuleWithKey("d-halt-wrong-state", format!("d-state-{}", from.code()))
            }
        }
    }
}

impl From<Unfit> for Halt {
    fn from(unfit: Unfit) -> Self {
        Self::Rule(Rule::Unfit(unfit).code())
    }
}

impl From<BadId> for Halt {
    fn from(_: BadId) -> Self {
        Self::Missing
    }
}

impl From<anyhow::Error> for Halt {
    fn from(err: anyhow::Error) -> Self {
        Self::Broken(err)
    }
}

impl From<crate::web::failure::Failure> for Halt {
    fn from(failure: crate::web::failure::Failure) -> Self {
        Self::Broken(anyhow::anyhow!("a page could not be made: {failure:?}"))
    }
}

impl From<RawFormRejection> for Halt {
    fn from(rejection: RawFormRejection) -> Self {
        Self::NotAForm(rejection.status())
    }
}

/// Seconds after which a refused request may come again.
const RETRY_AFTER_SECONDS: &str = "5";

impl IntoResponse for Halt {
    fn into_response(self) -> Response {
        let (status, key, value) = match self {
            Self::SignIn(back) => return Redirect::to(&sign_in::address(&back)).into_response(),
            Self::NotAllowed => (StatusCode::FORBIDDEN, "d-halt-not-allowed", None),
            Self::Missing => (StatusCode::NOT_FOUND, "d-halt-missing", None),
            Self::Stale => (StatusCode::CONFLICT, "d-halt-stale", None),
            Self::Rule(key) => (StatusCode::UNPROCESSABLE_ENTITY, key, None),
            Self::RuleWith(key, text) => {
                (StatusCode::UNPROCESSABLE_ENTITY, key, Some(Value::Text(text)))
            }
            Self::RuleWithKey(key, of) => {
                (StatusCode::UNPROCESSABLE_ENTITY, key, Some(Value::Key(of)))
            }
            Self::NotAForm(status) => (status, "d-halt-not-a-form", None),
            Self::Busy(key) => (StatusCode::SERVICE_UNAVAILABLE, key, None),
            Self::Broken(err) => {
                tracing::error!(error = ?err, "A request of the desk failed: {err:#}");
                (StatusCode::INTERNAL_SERVER_ERROR, "failure-broken", None)
            }
        };
        let mut response = status.into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let seconds = header::HeaderValue::from_static(RETRY_AFTER_SECONDS);
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response.extensions_mut().insert(Said { key, value });
        response
    }
}

impl Said {
    /// The sentence in a language.
    fn words(&self, lang: Lang) -> String {
        let value = self.value.clone().map(|it| match it {
            Value::Text(text) => text,
            Value::Key(key) => locale::text(lang, &key),
        });
        match value {
            None => locale::text(lang, self.key),
            Some(value) => locale::text_with(lang, self.key, &[("value", value.into())]),
        }
    }
}

#[derive(Template)]
#[template(path = "desk/halt.html")]
struct HaltPage {
    page: Page,
    desk: Frame,
    why: String,
}

/// The page of a refusal, in the place of the empty response that carries it.
pub(super) fn page(app: &App, frame: Frame, empty: Response, said: &Said) -> Response {
    let lang = frame.lang;
    let page = Page::new(app, lang, locale::text(lang, "d-halt-title"), "");
    let (mut parts, _) = empty.into_parts();
    let halt = HaltPage { page, desk: frame, why: said.words(lang) };
    match page::status(parts.status, &halt) {
        Ok(response) => {
            let (full, body) = response.into_parts();
            parts.headers.extend(full.headers);
            Response::from_parts(parts, body)
        }
        Err(failure) => failure.into_response(),
    }
}

//! Sending in what one heard. No name, e-mail or telephone number is asked for; the receipt is
//! shown once, on the page that answers the form, and stands in no address and no log.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::Decision;
use kiemtin_core::message::{RawMessage, Refused, URL_BYTES_MAX};
use kiemtin_core::receipt::Receipt;
use kiemtin_store::StoreResult;
use serde::Deserialize;
use serde_json::json;

use super::TEXT_CHARS_MAX;
use super::about::{DISMISSED_DAYS, UNPROCESSED_DAYS};
use super::card::Card;
use crate::app::intake::NotTaken;
use crate::app::{App, TipRefused};
use crate::locale;
use crate::web::codes::{self, CHANNELS};
use crate::web::failure::{Answer, Failure, later};
use crate::web::page::{Page, Reader, html, status};

/// What the form sends. No field names a person.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Tip {
    #[serde(default)]
    text: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    seen: String,
}

#[derive(Template)]
#[template(path = "public/tip.html")]
struct TipForm {
    page: Page,
    tip: Tip,
    problem: Option<Problem>,
}

impl TipForm {
    fn is_seen(&self, code: &str) -> bool {
        self.tip.seen == code
    }

    fn is_wrong(&self, field: &str) -> bool {
        self.problem.as_ref().is_some_and(|it| it.field == field)
    }
}

/// What is wrong, and at which field.
struct Problem {
    field: &'static str,
    words: String,
    status: StatusCode,
}

#[derive(Template)]
#[template(path = "public/tip_taken.html")]
struct TipTaken {
    page: Page,
    receipt: String,
    answer: Option<Card>,
}

/// `GET /{lang}/tip`; a link may bring a text along.
pub(super) async fn form(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Query(tip): Query<Tip>,
) -> Answer<Response> {
    shown(&app, lang, tip)
}

fn shown(app: &App, lang: Lang, tip: Tip) -> Answer<Response> {
    let page = Page::new(app, lang, locale::text(lang, "tip-title"), "/tip");
    html(&TipForm { page, tip, problem: None })
}

/// `POST /{lang}/tip/new`: the form with the text of a search that found nothing. Nothing is sent
/// yet; the text comes in the body, so that it stands in no address.
pub(super) async fn filled(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Form(tip): Form<Tip>,
) -> Answer<Response> {
    shown(&app, lang, tip)
}

/// `POST /{lang}/tip`
pub(super) async fn send(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    headers: HeaderMap,
    Form(tip): Form<Tip>,
) -> Answer<Response> {
    let tip = Tip { text: tip.text.replace("\r\n", "\n"), ..tip };
    let wants_json = wants_json(&headers);
    let page = Page::new(&app, lang, locale::text(lang, "tip-title"), "/tip");
    match take(&app, &page, &tip).await? {
        Ok(receipt) if wants_json => {
            Ok(Json(json!({ "receipt": receipt.words() })).into_response())
        }
        Ok(receipt) => taken(&app, page, &tip, &receipt).await,
        Err(problem) if wants_json => {
            let Problem { field, words, status } = problem;
            Ok((status, Json(json!({ "field": field, "error": words }))).into_response())
        }
        Err(problem) => again(page, tip, problem),
    }
}

async fn take(app: &App, page: &Page, tip: &Tip) -> Answer<Result<Receipt, Problem>> {
    if let Some(problem) = too_long(page, tip) {
        return Ok(Err(problem));
    }
    let source = codes::channel(&tip.seen);
    let url = Some(tip.url.trim().to_owned()).filter(|it| !it.is_empty());
    let source = source.map(str::to_owned);
    let raw = RawMessage { text: tip.text.clone(), url, source, ..RawMessage::default() };
    match app.take_tip(raw).await {
        Ok(receipt) => Ok(Ok(receipt)),
        Err(refused) => Ok(Err(problem(page, refused)?)),
    }
}

/// The page with the receipt; and the answer at once, where one is sure enough.
async fn taken(app: &App, mut page: Page, tip: &Tip, receipt: &Receipt) -> Answer<Response> {
    page.title = page.t("tip-taken-title");
    // The tip is in: a receipt without the answer is better than an error page without both.
    let answer = answer(app, &page, &tip.text).await.unwrap_or_else(|err| {
        tracing::warn!(error = %err, "A tip was taken and its answer could not be looked for: {err}");
        None
    });
    html(&TipTaken { page, receipt: receipt.words(), answer })
}

async fn answer(app: &App, page: &Page, text: &str) -> StoreResult<Option<Card>> {
    let best = app.find(text, None, 1).await?.into_iter().next();
    let Some(best) = best.filter(|it| it.decision == Decision::Answer) else { return Ok(None) };
    let version = app.store.newest_version(best.claim).await?;
    Ok(version.map(|it| Card::new(page, &it, &[])))
}

/// The form again, with everything that was typed and what is wrong.
fn again(mut page: Page, tip: Tip, problem: Problem) -> Answer<Response> {
    page.title = page.t1("form-error-title", "title", page.title.clone());
    let code = problem.status;
    let form = status(code, &TipForm { page, tip, problem: Some(problem) })?;
    Ok(if code == StatusCode::SERVICE_UNAVAILABLE { later(form) } else { form })
}

fn too_long(page: &Page, tip: &Tip) -> Option<Problem> {
    let (n_text, n_url) = (tip.text.chars().count(), tip.url.chars().count());
    let (field, words) = if TEXT_CHARS_MAX < n_text {
        ("text", page.too_long(n_text, TEXT_CHARS_MAX))
    } else if URL_BYTES_MAX < n_url {
        ("url", page.too_long(n_url, URL_BYTES_MAX))
    } else {
        return None;
    };
    Some(Problem { field, words, status: StatusCode::UNPROCESSABLE_ENTITY })
}

/// What the sender can do about it; what nobody but us can, is a failure.
fn problem(page: &Page, refused: TipRefused) -> Answer<Problem> {
    let at_text = |key: &str, status| {
        let words = page.t(key);
        Problem { field: "text", words, status }
    };
    let unfit = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(match refused {
        TipRefused::Text(Refused::Empty) => at_text("tip-empty", unfit),
        TipRefused::Text(Refused::TooLong { .. }) => at_text("tip-too-long", unfit),
        TipRefused::Text(Refused::NotText) => at_text("tip-not-text", unfit),
        TipRefused::Text(Refused::OnlyPersonalData) => at_text("tip-only-personal", unfit),
        TipRefused::Taken(NotTaken::Busy) => at_text("tip-busy", StatusCode::SERVICE_UNAVAILABLE),
        TipRefused::Taken(NotTaken::Store(err)) if err.passes() => {
            at_text("tip-busy", StatusCode::SERVICE_UNAVAILABLE)
        }
        TipRefused::Taken(NotTaken::Store(err)) => return Err(Failure::Store(err)),
    })
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok());
    accepted.is_some_and(|it| it.contains("application/json"))
}

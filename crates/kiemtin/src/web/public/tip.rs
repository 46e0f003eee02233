//! Sending in what one heard. No name, e-mail or telephone number is asked for; the receipt is
//! shown once, on the page that answers the form, and stands in no address and no log.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use kiemtin_core::ids::ClaimId;
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::{Decision, Match, Reason};
use kiemtin_core::message::{RawMessage, Refused, URL_BYTES_MAX};
use kiemtin_core::picture::PictureHash;
use kiemtin_core::receipt::Receipt;
use kiemtin_extract::limits::PICTURE_BYTES_MAX;
use kiemtin_extract::picture::NotAPicture;
use kiemtin_store::StoreResult;
use serde_json::json;

use super::TEXT_CHARS_MAX;
use super::about::{DISMISSED_DAYS, UNPROCESSED_DAYS};
use super::card::Card;
use super::sent::{Attached, Sent, Tip};
use crate::app::floods::{Counted, Network};
use crate::app::intake::NotTaken;
use crate::app::pictures::{NotSeen, Seen};
use crate::app::{App, TipRefused, qr};
use crate::locale;
use crate::web::codes::{self, CHANNELS};
use crate::web::failure::{Answer, Failure, later};
use crate::web::page::{Page, Reader, html, status};

/// Answers shown that were given to the same picture.
const KNOWN_MAX: usize = 3;
/// The largest picture, as people count: kiemtin_extract has it in bytes.
const PICTURE_MB_MAX: i64 = (PICTURE_BYTES_MAX >> 20) as i64;

#[derive(Template)]
#[template(path = "public/tip.html")]
struct TipForm {
    page: Page,
    tip: Tip,
    problem: Option<Problem>,
    /// Whether text in pictures is read here.
    is_read: bool,
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
    /// Whether a picture came along, which has to be chosen again.
    had_picture: bool,
    /// What was answered to the same picture.
    known: Vec<Card>,
}

impl Problem {
    fn at(field: &'static str, words: String) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self { field, words, status, had_picture: false, known: Vec::new() }
    }

    fn busy(field: &'static str, words: String) -> Self {
        Self { status: StatusCode::SERVICE_UNAVAILABLE, ..Self::at(field, words) }
    }
}

/// A tip that was taken in.
struct Taken {
    receipt: Receipt,
    /// What was typed and what was read.
    text: String,
    seen: Option<Seen>,
}

#[derive(Template)]
#[template(path = "public/tip_taken.html")]
struct TipTaken {
    page: Page,
    receipt: String,
    /// Where it is asked with them, and the same with the words as a QR code: plain text, so that
    /// the words get into no address.
    home: String,
    qr: Option<String>,
    answer: Option<Card>,
    seen: Option<Seen>,
    /// What was answered to the same picture.
    known: Vec<Card>,
}

/// `GET /{lang}/tip`; a link may bring a text along.
pub(super) async fn form(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Query(tip): Query<Tip>,
) -> Answer<Response> {
    shown(&app, lang, tip).await
}

async fn shown(app: &App, lang: Lang, tip: Tip) -> Answer<Response> {
    let page = Page::new(app, lang, locale::text(lang, "tip-title"), "/tip");
    html(&TipForm { page, tip, problem: None, is_read: app.reader().await.is_ok() })
}

/// `POST /{lang}/tip/new`: the form with the text of a search that found nothing. Nothing is sent
/// yet; the text comes in the body, so that it stands in no address.
pub(super) async fn filled(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Form(tip): Form<Tip>,
) -> Answer<Response> {
    shown(&app, lang, tip).await
}

/// `POST /{lang}/tip`
pub(super) async fn send(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    headers: HeaderMap,
    network: Option<Extension<Network>>,
    Sent { tip, picture }: Sent,
) -> Answer<Response> {
    let tip = Tip { text: tip.text.replace("\r\n", "\n"), ..tip };
    let wants_json = wants_json(&headers);
    let page = Page::new(&app, lang, locale::text(lang, "tip-title"), "/tip");
    let had_picture = picture.is_some();
    let network = network.map(|Extension(it)| it);
    let sent = match app.floods.count(Counted::Tip, network, app.now()) {
        Ok(()) => take(&app, &page, &tip, picture).await?,
        Err(_) => Err(Problem::busy("text", page.t("tip-full"))),
    };
    match sent {
        Ok(Taken { receipt, seen, .. }) if wants_json => {
            let read = seen.map(|it| it.text);
            Ok(Json(json!({ "receipt": receipt.words(), "read": read })).into_response())
        }
        Ok(it) => taken(&app, page, it).await,
        Err(problem) if wants_json => {
            let Problem { field, words, status, .. } = problem;
            Ok((status, Json(json!({ "field": field, "error": words }))).into_response())
        }
        Err(problem) => again(&app, page, tip, Problem { had_picture, ..problem }).await,
    }
}

async fn take(
    app: &App,
    page: &Page,
    tip: &Tip,
    picture: Option<Attached>,
) -> Answer<Result<Taken, Problem>> {
    if let Some(problem) = too_long(page, tip) {
        return Ok(Err(problem));
    }
    let seen = match picture {
        Some(picture) => match see(app, page, picture).await {
            Ok(seen) => Some(seen),
            Err(problem) => return Ok(Err(problem)),
        },
        None => None,
    };
    let text = together(&tip.text, seen.as_ref());
    if let Some(seen) = seen.as_ref().filter(|_| !text.chars().any(char::is_alphanumeric)) {
        return Ok(Err(wordless(app, page, seen).await?));
    }
    let source = codes::channel(&tip.seen);
    let url = Some(tip.url.trim().to_owned()).filter(|it| !it.is_empty());
    let source = source.map(str::to_owned);
    let raw = RawMessage { text: text.clone(), url, source, ..RawMessage::default() };
    let hash = seen.as_ref().and_then(|it| it.hash);
    match app.take_tip_with(raw, hash).await {
        Ok(receipt) => Ok(Ok(Taken { receipt, text, seen })),
        Err(refused) => Ok(Err(problem(page, refused)?)),
    }
}

async fn see(app: &App, page: &Page, picture: Attached) -> Result<Seen, Problem> {
    let wrong = |key: &str| {
        let max = page.number(PICTURE_MB_MAX);
        Problem::at("picture", page.t1(key, "max", max))
    };
    let busy = || Problem::busy("picture", page.t("tip-picture-busy"));
    let (bytes, _place) = match picture {
        Attached::File(bytes, place) => (bytes, place),
        Attached::TooLarge => return Err(wrong("tip-picture-too-large")),
        Attached::Busy => return Err(busy()),
        Attached::Empty => return Err(wrong("tip-picture-empty")),
    };
    app.see(bytes).await.map_err(|err| match err {
        NotSeen::Busy => busy(),
        NotSeen::File(NotAPicture::OtherForm) => wrong("tip-picture-unfit"),
        NotSeen::File(NotAPicture::TooManyBytes { .. } | NotAPicture::TooLarge { .. }) => {
            wrong("tip-picture-too-large")
        }
        NotSeen::File(NotAPicture::Damaged) => wrong("tip-picture-damaged"),
    })
}

/// What was typed, and below it what was read.
fn together(typed: &str, seen: Option<&Seen>) -> String {
    match seen {
        Some(seen) if !seen.text.is_empty() => format!("{typed}\n\n{}", seen.text),
        _ => typed.to_owned(),
    }
}

/// A picture without a word says nothing that could be checked, and it is not kept for anybody to
/// look at: so its sender is asked what it is said to show. What was answered to the same picture
/// is shown at once.
async fn wordless(app: &App, page: &Page, seen: &Seen) -> Answer<Problem> {
    let key = if seen.is_read { "tip-picture-no-words" } else { "tip-picture-not-read" };
    let claims = match &seen.hash {
        Some(hash) => app.claims_with_picture(hash).await?,
        None => Vec::new(),
    };
    let known = cards(app, page, &claims).await?;
    Ok(Problem { known, ..Problem::at("text", page.t(key)) })
}

/// The standing answers of claims.
async fn cards(app: &App, page: &Page, claims: &[ClaimId]) -> StoreResult<Vec<Card>> {
    let mut cards = Vec::new();
    for claim in claims.iter().filter(|it| app.answered(**it).is_some()).take(KNOWN_MAX) {
        let version = app.store.newest_version(*claim).await?;
        cards.extend(version.map(|it| Card::new(page, &it, &[])));
    }
    Ok(cards)
}

/// The page with the receipt; and the answer at once, where one is sure enough.
async fn taken(app: &App, mut page: Page, taken: Taken) -> Answer<Response> {
    let Taken { receipt, text, seen } = taken;
    page.title = page.t("tip-taken-title");
    let hash = seen.as_ref().and_then(|it| it.hash);
    // The tip is in: a receipt without the answer is better than an error page without both.
    let found = answers(app, &page, &text, hash.as_ref()).await.unwrap_or_else(|err| {
        tracing::warn!(error = %err, "A tip was taken and its answer could not be looked for: {err}");
        (None, Vec::new())
    });
    let (answer, known) = found;
    let (receipt, home) = (receipt.words(), format!("{}/receipt", app.public_url));
    let qr = qr::svg(&format!("{home}\n{receipt}"));
    html(&TipTaken { page, receipt, home, qr, answer, seen, known })
}

/// The answer to a text, and those to the same picture with other words.
async fn answers(
    app: &App,
    page: &Page,
    text: &str,
    hash: Option<&PictureHash>,
) -> StoreResult<(Option<Card>, Vec<Card>)> {
    let found = app.find_with_picture(text, None, hash, 1 + KNOWN_MAX).await?;
    let best = found.first().filter(|it| it.decision == Decision::Answer).map(|it| it.claim);
    let answer = cards(app, page, best.as_slice()).await?.pop();
    let is_same = |it: &&Match| {
        it.decision != Decision::Answer
            && it.reasons.iter().any(|it| matches!(it, Reason::SamePicture { .. }))
    };
    let same: Vec<ClaimId> = found.iter().filter(is_same).map(|it| it.claim).collect();
    Ok((answer, cards(app, page, &same).await?))
}

/// The form again, with everything that was typed and what is wrong.
async fn again(app: &App, mut page: Page, tip: Tip, problem: Problem) -> Answer<Response> {
    page.title = page.t1("form-error-title", "title", page.title.clone());
    let (code, is_read) = (problem.status, app.reader().await.is_ok());
    let form = status(code, &TipForm { page, tip, problem: Some(problem), is_read })?;
    Ok(if code == StatusCode::SERVICE_UNAVAILABLE { later(form) } else { form })
}

fn too_long(page: &Page, tip: &Tip) -> Option<Problem> {
    let (n_text, n_url) = (tip.text.chars().count(), tip.url.chars().count());
    if TEXT_CHARS_MAX < n_text {
        return Some(Problem::at("text", page.too_long(n_text, TEXT_CHARS_MAX)));
    }
    (URL_BYTES_MAX < n_url).then(|| Problem::at("url", page.too_long(n_url, URL_BYTES_MAX)))
}

/// What the sender can do about it; what nobody but us can, is a failure.
fn problem(page: &Page, refused: TipRefused) -> Answer<Problem> {
    let at_text = |key: &str| Problem::at("text", page.t(key));
    Ok(match refused {
        TipRefused::Text(Refused::Empty) => at_text("tip-empty"),
        TipRefused::Text(Refused::TooLong { .. }) => at_text("tip-too-long"),
        TipRefused::Text(Refused::NotText) => at_text("tip-not-text"),
        TipRefused::Text(Refused::OnlyPersonalData) => at_text("tip-only-personal"),
        TipRefused::Taken(NotTaken::Busy) => Problem::busy("text", page.t("tip-busy")),
        TipRefused::Taken(NotTaken::Store(err)) if err.passes() => {
            Problem::busy("text", page.t("tip-busy"))
        }
        TipRefused::Taken(NotTaken::Store(err)) => return Err(Failure::Store(err)),
    })
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok());
    accepted.is_some_and(|it| it.contains("application/json"))
}

//! What became of a tip, for whoever holds its receipt. The words come in the body of the form and
//! go nowhere else: not into an address, not into a log, not back onto a page that worked.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::case::DismissReason;
use kiemtin_core::receipt::{BadReceipt, Receipt};
use kiemtin_core::review::Document;
use kiemtin_store::StoreResult;
use kiemtin_store::receipts::{Outcome, ReceiptView};
use kiemtin_store::reviews::Version;
use serde::Deserialize;

use super::about::UNPROCESSED_DAYS;
use super::card::Card;
use crate::app::App;
use crate::locale;
use crate::web::failure::Answer;
use crate::web::page::{Page, Reader, html, preferred, status};

/// A count under this is shown as “under 5” (DESIGN section 2.5).
const SHOWN_MIN: i64 = 5;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Words {
    #[serde(default)]
    words: String,
}

#[derive(Template)]
#[template(path = "public/receipt.html")]
struct ReceiptForm {
    page: Page,
    words: String,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "public/receipt_outcome.html")]
struct ReceiptOutcome {
    page: Page,
    received: String,
    outcome: Shown,
}

/// What became of it, as the page says it.
enum Shown {
    Waiting {
        n_same: String,
    },
    Checking {
        n_same: String,
    },
    /// And where the last correction of it can be read, if there was one.
    Answered {
        card: Card,
        corrected: Option<String>,
    },
    Withdrawn {
        number: i64,
    },
    Dismissed {
        code: &'static str,
    },
    Expired,
}

/// `GET /receipt`, the address on a receipt: to the language that the browser asks for.
pub(super) async fn in_language(request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let form = Redirect::temporary(&format!("/{}/receipt", preferred(&parts)));
    ([(header::VARY, "accept-language")], form).into_response()
}

/// `GET /{lang}/receipt`
pub(super) async fn form(State(app): State<Arc<App>>, Reader(lang): Reader) -> Answer<Response> {
    let page = Page::new(&app, lang, locale::text(lang, "receipt-title"), "/receipt");
    html(&ReceiptForm { page, words: String::new(), problem: None })
}

/// `POST /{lang}/receipt`
pub(super) async fn look_up(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Form(Words { words }): Form<Words>,
) -> Answer<Response> {
    let page = Page::new(&app, lang, locale::text(lang, "receipt-title"), "/receipt");
    let receipt = match Receipt::parse(&words) {
        Ok(receipt) => receipt,
        Err(bad) => return again(page, words, |page| say(page, &bad)),
    };
    let Some(view) = app.store.receipt(receipt.hash()).await? else {
        return again(page, words, |page| page.t("receipt-unknown"));
    };
    let ReceiptView { received, outcome } = view;
    let outcome = shown(&app, &page, outcome).await?;
    html(&ReceiptOutcome { received: page.date_time(&received), outcome, page })
}

/// The form again, with what was typed and what is wrong.
fn again(mut page: Page, words: String, say: impl Fn(&Page) -> String) -> Answer<Response> {
    let problem = Some(say(&page));
    page.title = page.t1("form-error-title", "title", page.title.clone());
    status(StatusCode::UNPROCESSABLE_ENTITY, &ReceiptForm { page, words, problem })
}

fn say(page: &Page, bad: &BadReceipt) -> String {
    match bad {
        BadReceipt::Count { n_words } => {
            page.count("receipt-count", &i64::try_from(*n_words).unwrap_or(i64::MAX))
        }
        BadReceipt::Word { position, word } => {
            let values = [("n", position.to_string().into()), ("word", word.clone().into())];
            locale::text_with(page.lang, "receipt-word", &values)
        }
    }
}

async fn shown(app: &App, page: &Page, outcome: Outcome) -> StoreResult<Shown> {
    let answered = match outcome {
        Outcome::Received { n_same, being_checked } => {
            let n_same = n_same_words(page, n_same);
            return Ok(match being_checked {
                true => Shown::Checking { n_same },
                false => Shown::Waiting { n_same },
            });
        }
        Outcome::Dismissed(reason) => {
            return Ok(Shown::Dismissed { code: reason.map_or("unknown", DismissReason::code) });
        }
        Outcome::Expired => return Ok(Shown::Expired),
        Outcome::Answered { claim, number } => (app.store.newest_version(claim).await?, number),
    };
    Ok(match answered {
        (Some(version), _) if !version.is_retraction() => {
            let corrected = correction(app, page, &version).await?;
            Shown::Answered { card: Card::new(page, &version, &[]), corrected }
        }
        (_, number) => Shown::Withdrawn { number },
    })
}

/// Where what the last correction changed can be read; later typos do not hide it.
async fn correction(app: &App, page: &Page, newest: &Version) -> StoreResult<Option<String>> {
    if newest.document.version == 1 {
        return Ok(None);
    }
    let versions = app.store.versions(newest.claim).await?;
    let notice = versions.iter().map(|it| &it.document).find(|it| it.content.class.is_notice());
    let path = |it: &Document| format!("/{}/c/{}/v/{}/changes", page.lang, it.number, it.version);
    Ok(notice.map(path))
}

/// How many say the same; a small number could point to somebody.
fn n_same_words(page: &Page, n_same: i64) -> String {
    match n_same {
        0 => page.t("receipt-not-sorted"),
        n if n < SHOWN_MIN => page.t1("receipt-same-few", "n", page.number(SHOWN_MIN)),
        n => page.count("receipt-same", &n),
    }
}

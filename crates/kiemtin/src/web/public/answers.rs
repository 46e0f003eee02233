//! All answers, the newest first.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use kiemtin_store::reviews::Listing;
use serde::Deserialize;

use super::card::Card;
use super::page_number;
use crate::app::App;
use crate::locale;
use crate::web::failure::{Answer, Failure};
use crate::web::page::{Page, Reader, html};

/// Answers on one page.
const PER_PAGE: i64 = 20;

#[derive(Template)]
#[template(path = "public/answers.html")]
struct Answers {
    page: Page,
    cards: Vec<Card>,
    at: i64,
    has_more: bool,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    page: Option<String>,
}

/// `GET /{lang}/answers?page=`
pub(super) async fn answers(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Query(wanted): Query<Wanted>,
) -> Answer<Response> {
    let at = page_number(wanted.page.as_deref());
    let mut found = app.store.published(Listing::Newest, (at - 1) * PER_PAGE, PER_PAGE + 1).await?;
    if found.is_empty() && 1 < at {
        return Err(Failure::Missing(lang));
    }
    let has_more = PER_PAGE < found.len() as i64;
    found.truncate(PER_PAGE as usize);
    let page = Page::new(&app, lang, locale::text(lang, "answers-title"), "/answers");
    let cards = found.iter().map(|it| Card::new(&page, it, &[])).collect();
    html(&Answers { page, cards, at, has_more })
}

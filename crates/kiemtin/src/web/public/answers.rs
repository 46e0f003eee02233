//! All answers, the newest first.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::gazetteer::UnitCode;
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
    place: Option<String>,
}

/// `GET /{lang}/answers?page=`; with `place=`, on to the answers about that place, which have one
/// address.
pub(super) async fn answers(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Query(wanted): Query<Wanted>,
) -> Answer<Response> {
    if let Some(place) = wanted.place.as_deref().filter(|it| !it.is_empty()) {
        let place = UnitCode::parse(place).map_err(|_| Failure::Missing(lang))?;
        let path = format!("/{lang}/places/{}", place.as_str());
        return Ok(Redirect::to(&path).into_response());
    }
    let at = page_number(wanted.page.as_deref());
    let page = Page::new(&app, lang, locale::text(lang, "answers-title"), "/answers").at(at);
    let (cards, has_more) = cards(&app, &page, Listing::Newest, at).await?;
    html(&Answers { page, cards, at, has_more })
}

/// The answers on one page of a list, and whether there are more; no such page but the first is
/// empty.
pub(super) async fn cards(
    app: &App,
    page: &Page,
    listing: Listing,
    at: i64,
) -> Answer<(Vec<Card>, bool)> {
    let mut found = app.store.published(listing, (at - 1) * PER_PAGE, PER_PAGE + 1).await?;
    if found.is_empty() && 1 < at {
        return Err(Failure::Missing(page.lang));
    }
    let has_more = PER_PAGE < found.len() as i64;
    found.truncate(PER_PAGE as usize);
    Ok((found.iter().map(|it| Card::new(page, it, &[])).collect(), has_more))
}

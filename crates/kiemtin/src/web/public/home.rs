//! The front page: one question, and the newest answers.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kiemtin_store::reviews::Listing;

use super::TEXT_CHARS_MAX;
use super::card::Card;
use super::topics;
use crate::app::App;
use crate::web::failure::Answer;
use crate::web::page::{Page, Reader, html};

/// Answers shown on the front page.
const NEWEST_MAX: i64 = 6;

#[derive(Template)]
#[template(path = "public/home.html")]
struct Home {
    page: Page,
    cards: Vec<Card>,
    topics: Vec<(&'static str, String)>,
    text: String,
    problem: Option<String>,
}

/// `GET /{lang}`
pub(super) async fn home(State(app): State<Arc<App>>, Reader(lang): Reader) -> Answer<Response> {
    let page = Page::new(&app, lang, crate::locale::text(lang, "home-title"), "");
    let newest = app.store.published(Listing::Newest, 0, NEWEST_MAX).await?;
    let cards = newest.iter().map(|it| Card::new(&page, it, &[])).collect();
    html(&Home { page, cards, topics: topics::all(lang), text: String::new(), problem: None })
}

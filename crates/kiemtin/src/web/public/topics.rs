//! What answers are about: the list of topics, and the answers on one of them.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kiemtin_core::lang::Lang;
use kiemtin_core::remit::{self, TOPICS};
use kiemtin_store::reviews::{Listing, Version};
use serde::Deserialize;

use super::answers::cards;
use super::card::Card;
use super::{feeds, page_number};
use crate::app::App;
use crate::app::feeds::{Format, Subject};
use crate::locale;
use crate::web::codes;
use crate::web::failure::{Answer, Failure};
use crate::web::page::{Page, Reader, html};

#[derive(Template)]
#[template(path = "public/topics.html")]
struct Topics {
    page: Page,
    topics: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "public/topic.html")]
struct Topic {
    page: Page,
    code: &'static str,
    cards: Vec<Card>,
    at: i64,
    has_more: bool,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    page: Option<String>,
}

/// `GET /{lang}/topics`
pub(super) async fn index(State(app): State<Arc<App>>, Reader(lang): Reader) -> Answer<Response> {
    let page = Page::new(&app, lang, locale::text(lang, "topics-title"), "/topics");
    html(&Topics { page, topics: all(lang) })
}

/// `GET /{lang}/topics/{topic}?page=`, and its feeds at `….atom`, `.rss`, `.json`.
pub(super) async fn topic(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Path((_, code)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Answer<Response> {
    let known = |code: &str| remit::topic(code).ok_or(Failure::Missing(lang));
    if let Some((code, format)) = Format::split(&code) {
        return feeds::feed(&app, lang, &Subject::Topic(known(code)?), format).await;
    }
    let code = known(&code)?;
    let at = page_number(wanted.page.as_deref());
    let page = Page::new(&app, lang, codes::topic(lang, code), format!("/topics/{code}")).at(at);
    let (cards, has_more) = cards(&app, &page, Listing::On(code), at).await?;
    html(&Topic { page, code, cards, at, has_more })
}

/// Every topic with its name.
pub(super) fn all(lang: Lang) -> Vec<(&'static str, String)> {
    TOPICS.into_iter().map(|it| (it, codes::topic(lang, it))).collect()
}

/// The topic of an answer, with its name. A word that only an import knows has no page and none.
pub(super) fn of(lang: Lang, version: &Version) -> Option<(&'static str, String)> {
    let code = remit::topic(version.topic.as_deref()?)?;
    Some((code, codes::topic(lang, code)))
}

//! `/desk/search?q=`: claims that a text may make, and groups that hold its words.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::actor::{Actor, Visit};
use super::form::Asked;
use super::frame::Frame;
use super::halt::{Answer, Halt};
use super::near::{self, Near};
use super::queue::{GroupRow, rows};
use crate::app::App;
use crate::locale;
use crate::web::page::{self, Page};

/// The longest question: a whole message may be pasted.
const QUERY_CHARS_MAX: usize = 5_000;
/// Groups that are shown.
const GROUPS_MAX: i64 = 20;

#[derive(Template)]
#[template(path = "desk/search.html")]
struct SearchPage {
    page: Page,
    desk: Frame,
    query: String,
    claims: Vec<Near>,
    groups: Vec<GroupRow>,
}

/// `GET /desk/search?q=`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Asked(asked): Asked,
) -> Answer<Response> {
    let lang = actor.lang;
    let query = asked.one("q");
    if QUERY_CHARS_MAX < query.chars().count() {
        return Err(Halt::Rule("d-search-too-long"));
    }
    let (mut claims, mut groups) = (Vec::new(), Vec::new());
    if !query.is_empty() {
        claims = near::of_text(&app, lang, (query, None), None).await?;
        groups = app.store.groups_with_text(query, GROUPS_MAX).await?;
    }
    let page = SearchPage {
        page: Page::new(&app, lang, locale::text(lang, "d-search-title"), ""),
        desk: Frame::of(&visit),
        query: query.to_owned(),
        claims,
        groups: rows(&app, lang, &groups).await?,
    };
    Ok(page::html(&page)?)
}

//! One province or ward: what became it, who is responsible there, and the answers about it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kiemtin_core::gazetteer::{Unit, UnitCode, is_within};
use kiemtin_store::organisations::Org;
use kiemtin_store::reviews::Listing;
use serde::Deserialize;

use super::answers::cards;
use super::card::Card;
use super::{feeds, page_number};
use crate::app::App;
use crate::app::feeds::{Format, Subject};
use crate::web::failure::{Answer, Failure};
use crate::web::page::{Page, Reader, html};

#[derive(Template)]
#[template(path = "public/place.html")]
struct Place {
    page: Page,
    code: UnitCode,
    unit: &'static Unit,
    /// Those responsible for it: its own, and those of its province.
    orgs: Vec<Org>,
    /// Its wards that there are answers about.
    wards: Vec<UnitCode>,
    cards: Vec<Card>,
    at: i64,
    has_more: bool,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    page: Option<String>,
}

/// `GET /{lang}/places/{code}?page=`, and its feeds at `….atom`, `.rss`, `.json`.
pub(super) async fn place(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Path((_, code)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Answer<Response> {
    let missing = |_| Failure::Missing(lang);
    if let Some((code, format)) = Format::split(&code) {
        let place = Subject::Place(UnitCode::parse(code).map_err(missing)?);
        return feeds::feed(&app, lang, &place, format).await;
    }
    let code = UnitCode::parse(&code).map_err(missing)?;
    let unit = code.unit();
    let at = page_number(wanted.page.as_deref());
    let page = Page::new(&app, lang, unit.full_name(), format!("/places/{}", code.as_str())).at(at);
    let (cards, has_more) = cards(&app, &page, Listing::About(code), at).await?;
    let remits = app.store.remits().await?;
    let mut orgs = app.store.orgs().await?;
    let is_for = |of: &UnitCode| is_within(code, *of);
    orgs.retain(|it| remits.get(&it.id).is_some_and(|remit| remit.places.iter().any(is_for)));
    let wards = app.store.answered_wards(code).await?;
    html(&Place { page, code, unit, orgs, wards, cards, at, has_more })
}

//! Provinces, and the search for a place by its name of today or of before.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use kiemtin_core::gazetteer::{self, Hit, Unit};
use serde::Deserialize;

use crate::app::App;
use crate::locale;
use crate::web::failure::Answer;
use crate::web::page::{Page, Reader, html};

/// Places that a search shows: the largest old districts became fewer wards.
const HITS_MAX: usize = 40;

#[derive(Template)]
#[template(path = "public/places.html")]
struct Places {
    page: Page,
    query: String,
    hits: Vec<Hit>,
    provinces: Vec<&'static Unit>,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    q: Option<String>,
}

/// `GET /{lang}/places?q=`
pub(super) async fn places(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Query(wanted): Query<Wanted>,
) -> Answer<Response> {
    let query = wanted.q.unwrap_or_default().trim().to_owned();
    html(&Places {
        page: Page::new(&app, lang, locale::text(lang, "places-title"), "/places"),
        hits: gazetteer::find(&query, HITS_MAX),
        query,
        provinces: gazetteer::provinces().collect(),
    })
}

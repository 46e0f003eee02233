//! Everything that was corrected or withdrawn, the newest first.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use kiemtin_store::reviews::{Listing, Version};
use serde::Deserialize;

use super::page_number;
use crate::app::App;
use crate::locale;
use crate::web::failure::{Answer, Failure};
use crate::web::page::{Page, Reader, html};

/// Corrections on one page.
const PER_PAGE: i64 = 20;

#[derive(Template)]
#[template(path = "public/corrections.html")]
struct Corrections {
    page: Page,
    versions: Vec<Version>,
    at: i64,
    has_more: bool,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    page: Option<String>,
}

/// `GET /{lang}/corrections?page=`
pub(super) async fn corrections(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Query(wanted): Query<Wanted>,
) -> Answer<Response> {
    let at = page_number(wanted.page.as_deref());
    let offset = (at - 1) * PER_PAGE;
    let mut versions = app.store.published(Listing::Corrections, offset, PER_PAGE + 1).await?;
    if versions.is_empty() && 1 < at {
        return Err(Failure::Missing(lang));
    }
    let has_more = PER_PAGE < versions.len() as i64;
    versions.truncate(PER_PAGE as usize);
    let page =
        Page::new(&app, lang, locale::text(lang, "corrections-title"), "/corrections").at(at);
    html(&Corrections { page, versions, at, has_more })
}

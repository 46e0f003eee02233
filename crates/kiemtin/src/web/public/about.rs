//! What the desk is and what it never does; everything else it says of itself stands in `policy`.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kiemtin_core::policy::Policy;
use kiemtin_core::time::DAY_MS;
use kiemtin_store::messages::{DISMISSED_MS, UNPROCESSED_MS};

use crate::app::App;
use crate::locale;
use crate::web::failure::Answer;
use crate::web::page::{Page, Reader, html};

#[derive(Template)]
#[template(path = "public/about.html")]
struct About {
    page: Page,
}

/// `GET /{lang}/about`
pub(super) async fn about(State(app): State<Arc<App>>, Reader(lang): Reader) -> Answer<Response> {
    let page = Page::new(&app, lang, locale::text(lang, "about-title"), "/about");
    html(&About { page })
}

/// How long a text that was not worked on is kept, in days.
pub(super) const UNPROCESSED_DAYS: i64 = UNPROCESSED_MS / DAY_MS;
/// How long a text that was put aside is kept, in days.
pub(super) const DISMISSED_DAYS: i64 = DISMISSED_MS / DAY_MS;

//! What crawlers may read: everything public, except in a demo. The search and the receipts are for
//! people; what the program interface gives by `GET` is public like the pages.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use crate::app::App;

/// `GET /robots.txt`
pub(in crate::web) async fn robots(State(app): State<Arc<App>>) -> Response {
    let rules = match app.desk.demo {
        true => "User-agent: *\nDisallow: /\n".to_owned(),
        false => format!(
            "User-agent: *\nAllow: /api/\nDisallow: /desk\nDisallow: /vi/search\n\
             Disallow: /en/search\nDisallow: /vi/receipt\nDisallow: /en/receipt\n\n\
             Sitemap: {0}/sitemap.xml\nSitemap: {0}/sitemap-news.xml\n",
            app.public_url
        ),
    };
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], rules).into_response()
}

//! An answer to pass on: as a text to paste into Zalo or Messenger, as a link, and as a QR code for
//! a wall. No button of another site: such a button tells that site who reads what.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::summary::Summary;
use super::text::message;
use crate::app::{App, qr};
use crate::web::failure::Answer;
use crate::web::page::{Page, Reader, html};

#[derive(Template)]
#[template(path = "public/share.html")]
struct Share {
    page: Page,
    summary: Summary,
    /// The page of the answer.
    address: String,
    qr: Option<String>,
    text: String,
}

/// `GET /{lang}/c/{number}/share`
pub(super) async fn share(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, number)): Path<(String, String)>,
) -> Answer<Response> {
    let summary = Summary::read(&app, reader, &number).await?;
    let number = summary.document().number;
    let mut page = Page::new(&app, reader.0, String::new(), format!("/c/{number}/share"));
    page.title = page.t("share-title");
    let address = format!("{}{}", app.public_url, summary.path());
    let qr = qr::svg(&address);
    let text = message(reader.0, &summary, &address).trim_end().to_owned();
    html(&Share { page, summary, address, qr, text })
}

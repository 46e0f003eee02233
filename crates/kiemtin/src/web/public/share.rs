//! An answer to pass on: as a text to paste into Zalo or Messenger, as a link, and as a QR code for
//! a wall. No button of another site: such a button tells that site who reads what.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kiemtin_store::reviews::Version;

use super::claim;
use crate::app::{App, qr};
use crate::web::failure::{Answer, Failure};
use crate::web::page::{Page, Reader, html};

#[derive(Template)]
#[template(path = "public/share.html")]
struct Share {
    page: Page,
    number: i64,
    /// The answer as a page title has it.
    title: String,
    /// The page of the answer.
    address: String,
    qr: Option<String>,
    text: String,
}

/// `GET /{lang}/c/{number}/share`
pub(super) async fn share(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, text)): Path<(String, String)>,
) -> Answer<Response> {
    let (_, versions) = claim::published(&app, reader, &text).await?;
    let newest = versions.first().ok_or(Failure::Missing(reader.0))?;
    let number = newest.document.number;
    let mut page = Page::new(&app, reader.0, String::new(), format!("/c/{number}/share"));
    page.title = page.t("share-title");
    let address = format!("{}/{}/c/{number}", app.public_url, reader.0);
    html(&Share {
        title: claim::title(reader, &newest.document),
        qr: qr::svg(&address),
        text: text_of(&page, newest, &address),
        page,
        number,
        address,
    })
}

/// What a reader pastes: verdict and claim, the answer, where it stands. An answer that was withdrawn
/// is not passed on as one.
fn text_of(page: &Page, version: &Version, address: &str) -> String {
    let content = &version.document.content;
    let claim = page.said(&content.claim).text;
    let (verdict, answer) = match version.is_retraction() {
        true => (page.t("claim-withdrawn"), page.t("claim-retracted")),
        false => {
            let verdict = page.verdict(&content.rating).to_owned();
            (verdict, page.said(&content.answer).text.to_owned())
        }
    };
    format!("{verdict}: “{claim}”\n{answer}\n{address}")
}

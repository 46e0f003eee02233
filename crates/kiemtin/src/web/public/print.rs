//! An answer on a sheet of paper: for a notice board, a class, somebody without a telephone. What is
//! a link on the page is written out, and a QR code leads to the newest version.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kiemtin_core::case::Stance;
use kiemtin_core::review::EvidenceLine;
use kiemtin_store::reviews::Version;

use super::claim;
use crate::app::{App, qr};
use crate::web::failure::{Answer, Failure};
use crate::web::page::{DESK_NAME, Page, Reader, html};

#[derive(Template)]
#[template(path = "public/print.html")]
struct Sheet {
    page: Page,
    /// The newest version.
    shown: Version,
    /// The last correction, or the retraction.
    notice: Option<Version>,
    /// The page of the answer.
    address: String,
    qr: Option<String>,
}

/// `GET /{lang}/c/{number}/print`
pub(super) async fn print(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, text)): Path<(String, String)>,
) -> Answer<Response> {
    let (_, mut versions) = claim::published(&app, reader, &text).await?;
    if versions.is_empty() {
        return Err(Failure::Missing(reader.0));
    }
    let notice = versions.iter().find(|it| it.document.content.class.is_notice()).cloned();
    let shown = versions.swap_remove(0);
    let number = shown.document.number;
    let title = claim::title(reader, &shown.document);
    let page = Page::new(&app, reader.0, title, format!("/c/{number}/print"));
    let address = format!("{}/{}/c/{number}", app.public_url, reader.0);
    let qr = qr::svg(&address);
    html(&Sheet { page, shown, notice, address, qr })
}

impl Sheet {
    fn sources(&self, stance: &Stance) -> Vec<&EvidenceLine> {
        let all = &self.shown.document.content.evidence;
        all.iter().filter(|it| it.stance == *stance).collect()
    }
}

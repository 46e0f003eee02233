//! Every organisation of the desk, by what kind of body it is.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kiemtin_core::organisation::OrgKind;
use kiemtin_store::organisations::Org;

use crate::app::App;
use crate::locale;
use crate::web::codes;
use crate::web::failure::Answer;
use crate::web::page::{Page, Reader, html};

#[derive(Template)]
#[template(path = "public/organisations.html")]
struct Organisations {
    page: Page,
    /// Each kind that there is, with its organisations.
    kinds: Vec<(String, Vec<Org>)>,
}

/// `GET /{lang}/o`
pub(super) async fn organisations(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
) -> Answer<Response> {
    let page = Page::new(&app, lang, locale::text(lang, "orgs-title"), "/o");
    let orgs = app.store.orgs().await?;
    let of_kind =
        |kind: OrgKind| -> Vec<Org> { orgs.iter().filter(|it| it.kind == kind).cloned().collect() };
    let kinds = OrgKind::ALL.into_iter().map(|it| (codes::kind(lang, it), of_kind(it)));
    html(&Organisations { page, kinds: kinds.filter(|(_, orgs)| !orgs.is_empty()).collect() })
}

//! An organisation's page: what it is, what it is responsible for, and the answers that stand under
//! its signature. Nothing about its members.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kiemtin_core::remit::Remit;
use kiemtin_store::organisations::Org;
use kiemtin_store::places::Introduction;
use kiemtin_store::reviews::Listing;
use serde::Deserialize;

use super::answers::cards;
use super::card::Card;
use super::{feeds, page_number};
use crate::app::App;
use crate::app::feeds::{Format, Subject};
use crate::web::codes;
use crate::web::failure::{Answer, Failure};
use crate::web::page::{Page, Reader, html};

#[derive(Template)]
#[template(path = "public/organisation.html")]
struct OrgPage {
    page: Page,
    org: Org,
    kind: String,
    parent: Option<Org>,
    /// Those that belong to it.
    children: Vec<Org>,
    intro: Introduction,
    remit: Remit,
    /// The topics it is responsible for, each with its name.
    topics: Vec<(String, String)>,
    cards: Vec<Card>,
    at: i64,
    has_more: bool,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    page: Option<String>,
}

/// `GET /{lang}/o/{slug}?page=`, and its feeds at `….atom`, `.rss`, `.json`.
pub(super) async fn organisation(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Path((_, slug)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Answer<Response> {
    let (slug, format) = Format::split(&slug).map_or((&*slug, None), |(it, of)| (it, Some(of)));
    let orgs = app.store.orgs().await?;
    let org = orgs.iter().find(|it| it.slug.as_str() == slug);
    let org = org.ok_or(Failure::Missing(lang))?.clone();
    if let Some(format) = format {
        return feeds::feed(&app, lang, &Subject::Signed(org), format).await;
    }
    let at = page_number(wanted.page.as_deref());
    let page = Page::new(&app, lang, org.name.clone(), format!("/o/{slug}")).at(at);
    let (cards, has_more) = cards(&app, &page, Listing::SignedBy(org.id), at).await?;
    let remit = app.store.remits().await?.remove(&org.id).unwrap_or_default();
    html(&OrgPage {
        kind: codes::kind(lang, org.kind),
        parent: orgs.iter().find(|it| Some(it.id) == org.parent).cloned(),
        children: orgs.iter().filter(|it| it.parent == Some(org.id)).cloned().collect(),
        intro: app.store.introduction(org.id).await?,
        topics: remit.topics.iter().map(|it| (it.clone(), codes::topic(lang, it))).collect(),
        remit,
        page,
        org,
        cards,
        at,
        has_more,
    })
}

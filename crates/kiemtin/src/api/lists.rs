//! Topics, organisations and places: by what reviews are asked for. Nothing about members.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use kiemtin_core::gazetteer;
use kiemtin_core::remit::TOPICS;
use kiemtin_store::organisations::Org;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::{Answer, Failure};
use super::shapes::{OrgName, Place, Text};
use crate::app::App;
use crate::locale;

/// A topic.
#[derive(Serialize, ToSchema)]
pub(super) struct Topic {
    /// The word in this API.
    #[schema(example = "health")]
    code: &'static str,
    /// As readers see it.
    name: Text,
}

/// All topics.
#[derive(Serialize, ToSchema)]
pub(super) struct Topics {
    /// In the order of the site.
    items: Vec<Topic>,
}

/// Topics that claims are about.
#[utoipa::path(get, path = "/topics", tag = "lists", responses((status = 200, body = Topics)))]
pub(super) async fn topics() -> Json<Topics> {
    let name = |code: &str| Text::each(|lang| locale::text(lang, &format!("d-topic-{code}")));
    let items = TOPICS.map(|code| Topic { code, name: name(code) }).into();
    Json(Topics { items })
}

/// An organisation that takes part.
#[derive(Serialize, ToSchema)]
pub(super) struct Organisation {
    /// Its names.
    #[serde(flatten)]
    name: OrgName,
    /// `authority`, `newsroom`, `institute` or `civil`.
    kind: &'static str,
    /// The part of the address of the organisation that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    /// Its page in each language.
    pages: Text,
    /// The same in this API.
    organisation: String,
}

impl Organisation {
    fn of(app: &App, orgs: &[Org], org: &Org) -> Self {
        let Org { id: _, slug, name, kind, parent } = org;
        let slug = slug.as_str();
        let parent = orgs.iter().find(|it| Some(it.id) == *parent);
        Self {
            name: OrgName { slug: slug.to_owned(), name: name.clone() },
            kind: kind.code(),
            parent: parent.map(|it| it.slug.as_str().to_owned()),
            pages: Text::each(|lang| format!("{}/{lang}/o/{slug}", app.public_url)),
            organisation: format!("{}/api/v1/organisations/{slug}", app.public_url),
        }
    }
}

/// All organisations.
#[derive(Serialize, ToSchema)]
pub(super) struct Organisations {
    /// By name.
    items: Vec<Organisation>,
}

/// Organisations that take part.
#[utoipa::path(get, path = "/organisations", tag = "lists",
    responses((status = 200, body = Organisations)))]
pub(super) async fn organisations(State(app): State<Arc<App>>) -> Answer<Json<Organisations>> {
    let orgs = app.store.orgs().await?;
    let items = orgs.iter().map(|it| Organisation::of(&app, &orgs, it)).collect();
    Ok(Json(Organisations { items }))
}

/// An organisation with what it says of itself and is responsible for.
#[derive(Serialize, ToSchema)]
pub(super) struct OrganisationDetail {
    /// What lists have of it.
    #[serde(flatten)]
    brief: Organisation,
    /// Who it is, in its own words.
    about: Text,
    /// Its own site.
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<String>,
    /// Places that it is responsible for; none: everywhere.
    places: Vec<Place>,
    /// Topics that it is responsible for; none: everything.
    topics: Vec<String>,
    /// The organisations that belong to it.
    below: Vec<OrgName>,
    /// The answers that it signed.
    reviews: String,
}

/// One organisation.
#[utoipa::path(get, path = "/organisations/{slug}", tag = "lists",
    params(("slug" = String, Path, pattern = "^[a-z0-9-]{2,40}$", example = "so-y-te", description = "The part of its address.")),
    responses((status = 200, body = OrganisationDetail)))]
pub(super) async fn organisation(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
) -> Answer<Json<OrganisationDetail>> {
    let orgs = app.store.orgs().await?;
    let org = orgs.iter().find(|it| it.slug.as_str() == slug).ok_or_else(Failure::missing)?;
    let intro = app.store.introduction(org.id).await?;
    let remit = app.store.remits().await?.remove(&org.id).unwrap_or_default();
    let name = |it: &Org| OrgName { slug: it.slug.as_str().to_owned(), name: it.name.clone() };
    Ok(Json(OrganisationDetail {
        brief: Organisation::of(&app, &orgs, org),
        about: Text::of(&intro.about),
        site: intro.site,
        places: remit.places.into_iter().map(Place::from).collect(),
        topics: remit.topics.into_iter().collect(),
        below: orgs.iter().filter(|it| it.parent == Some(org.id)).map(name).collect(),
        reviews: format!("{}/api/v1/reviews?organisation={slug}", app.public_url),
    }))
}

/// All provinces.
#[derive(Serialize, ToSchema)]
pub(super) struct Places {
    /// By code.
    items: Vec<Place>,
}

/// Provinces, by which reviews are asked for; wards have codes of five digits.
#[utoipa::path(get, path = "/places", tag = "lists", responses((status = 200, body = Places)))]
pub(super) async fn places() -> Json<Places> {
    Json(Places { items: gazetteer::provinces().map(|it| Place::from(it.code)).collect() })
}

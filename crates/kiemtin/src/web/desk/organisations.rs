//! `/desk/organisations`: the bodies that take part, and how an operator adds one.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::ids::OrgId;
use kiemtin_core::organisation::{OrgKind, OrgSlug};
use kiemtin_store::StoreError;
use kiemtin_store::organisations::Org;

use super::actor::Visit;
use super::form::{Fields, Form};
use super::frame::Frame;
use super::halt::Answer;
use super::words::{self, Choice};
use crate::app::App;
use crate::app::clock::chance;
use crate::locale;
use crate::web::page::{self, Page};

/// The longest name of an organisation.
const ORG_NAME_CHARS_MAX: usize = 120;

#[derive(Template)]
#[template(path = "desk/organisations.html")]
struct OrgsPage {
    page: Page,
    desk: Frame,
    form: Form,
    orgs: Vec<OrgRow>,
    kinds: Vec<Choice>,
}

struct OrgRow {
    id: String,
    name: String,
    slug: String,
    kind: String,
    parent: String,
    n_members: i64,
}

/// `GET /desk/organisations`
pub(super) async fn page(State(app): State<Arc<App>>, visit: Visit) -> Answer<Response> {
    show(&app, &visit, StatusCode::OK, Form::new(visit.lang, Fields::default())).await
}

/// `POST /desk/organisations/new`
pub(super) async fn add(
    State(app): State<Arc<App>>,
    visit: Visit,
    fields: Fields,
) -> Answer<Response> {
    let orgs = app.store.orgs().await?;
    let mut form = Form::new(visit.lang, fields);
    let asked = form.value("parent").to_owned();
    let parent = orgs.iter().find(|it| it.id.to_string() == asked).map(|it| it.id);
    if parent.is_none() && !asked.is_empty() {
        form.complain("parent", "d-form-choose");
    }
    let Some(org) = read_org(&app, &mut form, parent).filter(|_| form.is_fine()) else {
        return show(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    };
    match app.store.add_org(&org, app.now()).await {
        Ok(()) => Ok(Redirect::to("/desk/organisations?done=org").into_response()),
        Err(StoreError::Refused(_)) => {
            form.complain("slug", "d-org-taken");
            show(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(err) => Err(err.into()),
    }
}

/// An organisation from the fields `org`, `slug` and `kind`.
pub(super) fn read_org(app: &App, form: &mut Form, parent: Option<OrgId>) -> Option<Org> {
    let name = form.need("org", ORG_NAME_CHARS_MAX);
    let slug = OrgSlug::parse(form.value("slug")).ok();
    if slug.is_none() {
        form.complain("slug", "d-org-bad-slug");
    }
    let kind = OrgKind::from_code(form.value("kind"));
    if kind.is_none() {
        form.complain("kind", "d-form-choose");
    }
    Some(Org { id: OrgId::new(app.now(), chance()), slug: slug?, name, kind: kind?, parent })
}

async fn show(app: &App, visit: &Visit, status: StatusCode, form: Form) -> Answer<Response> {
    let lang = visit.lang;
    let (orgs, members) = (app.store.orgs().await?, app.store.members().await?);
    let row = |org: &Org| {
        let parent = orgs.iter().find(|it| Some(it.id) == org.parent);
        let n = members.iter().filter(|it| it.org == org.id).count();
        OrgRow {
            id: org.id.to_string(),
            name: org.name.clone(),
            slug: org.slug.as_str().to_owned(),
            kind: words::kind(lang, org.kind),
            parent: parent.map(|it| it.name.clone()).unwrap_or_default(),
            n_members: i64::try_from(n).unwrap_or(i64::MAX),
        }
    };
    let orgs = OrgsPage {
        page: Page::new(app, lang, locale::text(lang, "d-orgs-title"), ""),
        desk: Frame::of(visit),
        form,
        orgs: orgs.iter().map(row).collect(),
        kinds: words::kinds(lang),
    };
    Ok(page::status(status, &orgs)?)
}

//! `/desk/organisations/{id}/remit`: what one organisation is responsible for and what its public page
//! says. All members read it; operators change it.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::ids::OrgId;
use kiemtin_core::lang::Lang;
use kiemtin_core::remit::{Remit, TOPICS};
use kiemtin_core::review::{BadSource, source_url};
use kiemtin_store::organisations::Org;
use kiemtin_store::places::Introduction;

use super::actor::{Actor, Visit};
use super::form::{Fields, Form};
use super::frame::Frame;
use super::group::EventRow;
use super::halt::{Answer, Halt};
use super::places::{self, Deed, Places};
use super::words::{self, Choice};
use crate::app::App;
use crate::app::clock::chance;
use crate::web::page::{self, Page};

/// What an organisation says about itself: a paragraph, not a brochure.
const ABOUT_CHARS_MAX: usize = 300;
/// What happened that the page shows.
const EVENTS_MAX: i64 = 50;

#[derive(Template)]
#[template(path = "desk/remit.html")]
struct RemitPage {
    page: Page,
    desk: Frame,
    form: Form,
    org: Org,
    kind: String,
    parent: Option<String>,
    topics: Vec<Choice>,
    places: Places,
    can_place: bool,
    /// Whether its description was saved a moment ago.
    is_saved: bool,
    events: Vec<EventRow>,
}

/// `GET /desk/organisations/{id}/remit`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(id): Path<String>,
) -> Answer<Response> {
    let org = found(&app, &id).await?;
    let Introduction { about, site } = app.store.introduction(org.id).await?;
    let remit = remit(&app, &org).await?;
    let mut values = vec![
        ("about_vi", about.vi.unwrap_or_default()),
        ("about_en", about.en.unwrap_or_default()),
        ("site", site.unwrap_or_default()),
    ];
    values.extend(remit.topics.iter().map(|it| ("topic", it.clone())));
    show(&app, &visit, org, StatusCode::OK, Form::new(visit.lang, Fields::of(values))).await
}

/// `POST /desk/organisations/{id}/remit`: its description, its site and its topics.
pub(super) async fn describe(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Response> {
    let org = found(&app, &id).await?;
    let mut form = Form::new(visit.lang, fields);
    for field in ["about_vi", "about_en"] {
        form.at_most(field, ABOUT_CHARS_MAX);
    }
    form.no_personal_data(&[("about_vi", Lang::Vi), ("about_en", Lang::En)]);
    let intro = Introduction { about: form.fields().localised("about"), site: site(&mut form) };
    let topics: BTreeSet<String> =
        TOPICS.into_iter().filter(|it| form.has("topic", it)).map(str::to_owned).collect();
    if !form.is_fine() {
        return show(&app, &visit, org, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    }
    let by = Some(&actor.member);
    app.store.describe_org(org.id, &intro, &topics, by, app.now(), chance()).await?;
    Ok(Redirect::to(&format!("{}?saved=yes", address(&org))).into_response())
}

/// `POST /desk/organisations/{id}/remit/place`
pub(super) async fn place(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let org = found(&app, &id).await?;
    let (place, deed) = places::read(&fields)?;
    let (store, by, now) = (&app.store, Some(&actor.member), app.now());
    match deed {
        Deed::Add => store.add_org_place(org.id, place, by, now, chance()).await?,
        Deed::Drop => store.drop_org_place(org.id, place, by, now, chance()).await?,
    }
    Ok(places::back(&address(&org), place))
}

/// The organisation's own site: as a source is, no page of a person.
fn site(form: &mut Form) -> Option<String> {
    let typed = form.value("site");
    if typed.is_empty() {
        return None;
    }
    match source_url(typed) {
        Ok(url) => Some(url),
        Err(BadSource::Personal) => {
            form.complain("site", "d-org-site-personal");
            None
        }
        Err(_) => {
            form.complain("site", "d-org-site-bad");
            None
        }
    }
}

fn address(org: &Org) -> String {
    format!("/desk/organisations/{}/remit", org.id)
}

async fn found(app: &App, id: &str) -> Answer<Org> {
    let id = OrgId::parse(id)?;
    let found = app.store.orgs().await?.into_iter().find(|it| it.id == id);
    found.ok_or(Halt::Missing)
}

async fn remit(app: &App, org: &Org) -> Answer<Remit> {
    Ok(app.store.remits().await?.remove(&org.id).unwrap_or_default())
}

async fn show(
    app: &App,
    visit: &Visit,
    org: Org,
    status: StatusCode,
    form: Form,
) -> Answer<Response> {
    let lang = visit.lang;
    let desk = Frame::of(visit);
    let chosen: Vec<UnitCode> = remit(app, &org).await?.places.into_iter().collect();
    let parent = app.store.orgs().await?.into_iter().find(|it| Some(it.id) == org.parent);
    let events = app.store.events_of_org(org.id, EVENTS_MAX).await?;
    let event = |(_, event): &(_, kiemtin_store::events::Event)| EventRow {
        at: event.at.date_time(lang),
        what: words::event(lang, event),
        by: String::new(),
        note: words::event_note(lang, event),
        undo: None,
    };
    let page = RemitPage {
        page: Page::new(app, lang, org.name.clone(), ""),
        kind: words::kind(lang, org.kind),
        parent: parent.map(|it| it.name),
        topics: words::topics(lang),
        places: Places::new(address(&org), &chosen, visit),
        can_place: desk.rights.orgs,
        is_saved: Fields::parse(visit.query.as_bytes()).one("saved") == "yes",
        events: events.iter().map(event).collect(),
        desk,
        form,
        org,
    };
    Ok(page::status(status, &page)?)
}

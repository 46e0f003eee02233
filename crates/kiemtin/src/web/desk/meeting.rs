//! `/desk/cases/{id}/meeting`: that organisations met about a case. It replaces neither signatures
//! nor opinions; who came for an organisation is asked nowhere.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::ids::{MeetingId, OrgId};
use kiemtin_core::lang::Lang;
use kiemtin_store::meetings::Meeting;

use super::actor::{Actor, Visit};
use super::case::{self, CaseHead};
use super::evidence;
use super::form::{Fields, Form};
use super::frame::Frame;
use super::halt::Answer;
use super::reply::read_day;
use super::words::{self, Choice};
use crate::app::App;
use crate::app::clock::chance;
use crate::locale;
use crate::web::page::{self, Page};

/// The longest account of what was agreed: it may stand on the answer's page.
const AGREED_CHARS_MAX: usize = 1_000;
/// The longest minutes.
const MINUTES_CHARS_MAX: usize = 10_000;
/// A meeting is of so many at least.
const ORGS_MIN: usize = 2;

#[derive(Template)]
#[template(path = "desk/meeting.html")]
struct MeetingPage {
    page: Page,
    desk: Frame,
    case: CaseHead,
    form: Form,
    orgs: Vec<Choice>,
}

/// `GET /desk/cases/{id}/meeting`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
) -> Answer<Response> {
    let (_, claim) = case::found(&app, &id).await?;
    case::is_uninvolved(&app, &actor, claim.id).await?;
    let form = Form::new(visit.lang, Fields::of(vec![("held", app.now().iso_date())]));
    show(&app, &visit, &id, StatusCode::OK, form).await
}

/// `POST /desk/cases/{id}/meeting`
pub(super) async fn record(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Response> {
    let (case, claim) = case::seen(&app, &id, &fields).await?;
    evidence::is_open(&case)?;
    case::is_uninvolved(&app, &actor, claim.id).await?;
    let mut form = Form::new(visit.lang, fields);
    let meeting = read(&app, &mut form).await?;
    let Some(meeting) = meeting.filter(|_| form.is_fine()) else {
        return show(&app, &visit, &id, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    };
    app.store.record_meeting(case.id, &meeting, app.act(&actor.member)).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}?done=meeting#said", case.id)).into_response())
}

/// `POST /desk/cases/{id}/meeting/{meeting}/public`: what was agreed goes out with the answer, or
/// no longer does.
pub(super) async fn publish(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((id, meeting)): Path<(String, String)>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, _) = case::found(&app, &id).await?;
    let meeting = MeetingId::parse(&meeting)?;
    let is_public = fields.one("to") == "public";
    app.store.publish_meeting(case.id, meeting, is_public, app.act(&actor.member)).await?;
    let done = if is_public { "meeting-public" } else { "meeting-internal" };
    Ok(Redirect::to(&format!("/desk/cases/{}?done={done}#said", case.id)))
}

async fn read(app: &App, form: &mut Form) -> Answer<Option<Meeting>> {
    let held = read_day(form, "held", app.now());
    if held.is_none() {
        form.complain("held", "reply-bad-day");
    }
    let all = app.store.orgs().await?;
    let is_there = |id: &OrgId| form.has("org", &id.to_string());
    let orgs: std::collections::BTreeSet<OrgId> =
        all.iter().map(|it| it.id).filter(is_there).collect();
    if orgs.len() < ORGS_MIN {
        form.complain("org", "meeting-orgs-two");
    }
    form.at_most("agreed_vi", AGREED_CHARS_MAX);
    form.at_most("agreed_en", AGREED_CHARS_MAX);
    let agreed = form.fields().localised("agreed");
    if agreed.is_empty() {
        form.complain("agreed_vi", "d-form-needed");
    }
    let minutes = form.at_most("minutes", MINUTES_CHARS_MAX);
    form.no_personal_data(&[
        ("agreed_vi", Lang::Vi),
        ("agreed_en", Lang::En),
        ("minutes", Lang::Vi),
    ]);
    let Some(held) = held else { return Ok(None) };
    let id = MeetingId::new(app.now(), chance());
    Ok(Some(Meeting { id, held, orgs, agreed, minutes, is_public: false }))
}

async fn show(
    app: &App,
    visit: &Visit,
    id: &str,
    status: StatusCode,
    form: Form,
) -> Answer<Response> {
    let lang = visit.lang;
    let (case, claim) = case::found(app, id).await?;
    evidence::is_open(&case)?;
    let page = MeetingPage {
        page: Page::new(app, lang, locale::text(lang, "meeting-title"), ""),
        desk: Frame::of(visit),
        case: CaseHead::new(lang, &case, &claim),
        form,
        orgs: words::orgs(&app.store.orgs().await?),
    };
    Ok(page::status(status, &page)?)
}

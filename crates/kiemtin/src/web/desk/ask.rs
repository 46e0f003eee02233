//! `/desk/cases/{id}/ask`: a question to organisations, with a due date.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::ids::OrgId;
use kiemtin_core::lang::Lang;
use kiemtin_core::organisation::OrgTree;
use kiemtin_core::time::{DAY_MS, Timestamp};
use kiemtin_core::workflow::{self, Action};
use kiemtin_store::cases::With;
use kiemtin_store::organisations::Org;

use super::actor::{Actor, Visit};
use super::case::{self, CaseHead};
use super::form::{Fields, Form};
use super::frame::Frame;
use super::halt::Answer;
use super::words::{self, Choice};
use crate::app::App;
use crate::app::clock::chance;
use crate::locale;
use crate::web::page::{self, Page};

/// The longest question.
const QUESTION_CHARS_MAX: usize = 1_000;
/// The due date that the form proposes.
const DUE_DAYS: i64 = 3;
/// Nobody is asked for an opinion later than this.
const DUE_DAYS_MAX: i64 = 365;

#[derive(Template)]
#[template(path = "desk/ask.html")]
struct AskPage {
    page: Page,
    desk: Frame,
    case: CaseHead,
    form: Form,
    /// The organisations that can be asked, those under one parent together with it.
    lines: Vec<(String, Vec<Choice>)>,
    /// Whether the question stands and only further organisations are asked.
    is_more: bool,
}

/// `GET /desk/cases/{id}/ask`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(id): Path<String>,
) -> Answer<Response> {
    let due = app.now().plus_millis(DUE_DAYS * DAY_MS).iso_date();
    let form = Form::new(visit.lang, Fields::of(vec![("due", due)]));
    show(&app, &visit, &id, StatusCode::OK, form).await
}

/// `POST /desk/cases/{id}/ask`: the question goes to organisations; while the case is verified, to
/// further ones.
pub(super) async fn ask(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Response> {
    let (case, claim) = case::seen(&app, &id, &fields).await?;
    case::is_uninvolved(&app, &actor, claim.id).await?;
    let mut form = Form::new(visit.lang, fields);
    let asked = asked(&app, &mut form).await?;
    if case.state == workflow::State::Verifying {
        if !form.is_fine() {
            return show(&app, &visit, &id, StatusCode::UNPROCESSABLE_ENTITY, form).await;
        }
        app.store.ask_more(&case, &asked, &actor.member, app.now(), chance()).await?;
        return Ok(Redirect::to(&format!("/desk/cases/{id}?done=asked")).into_response());
    }
    let to = workflow::decide(case.state, Action::Ask, actor.member.role, None)?;
    let question = form.need("question", QUESTION_CHARS_MAX);
    form.no_personal_data(&[("question", Lang::Vi)]);
    let due = due(&app, &mut form);
    if !form.is_fine() {
        return show(&app, &visit, &id, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    }
    let with = With { question: Some(question), due, ask: asked, ..With::default() };
    let step = (Action::Ask, to);
    app.store.act(&case, step, &with, &actor.member, app.now(), chance()).await?;
    Ok(Redirect::to(&format!("/desk/cases/{id}?done=asked")).into_response())
}

/// The organisations that were chosen, at least one.
async fn asked(app: &App, form: &mut Form) -> Answer<Vec<OrgId>> {
    let orgs = app.store.orgs().await?;
    let is_asked = |id: &OrgId| form.has("org", &id.to_string());
    let asked: Vec<OrgId> = orgs.iter().map(|it| it.id).filter(is_asked).collect();
    if asked.is_empty() {
        form.complain("org", "d-ask-whom");
    }
    Ok(asked)
}

/// The end of the day that was chosen.
fn due(app: &App, form: &mut Form) -> Option<Timestamp> {
    let day = Timestamp::parse(form.value("due"));
    let end = day.map(|it| it.plus_millis(DAY_MS - 1));
    let latest = app.now().plus_millis(DUE_DAYS_MAX * DAY_MS);
    let due = end.filter(|it| app.now() < *it && *it < latest);
    if due.is_none() {
        form.complain("due", "d-ask-due");
    }
    due
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
    let is_more = case.state == workflow::State::Verifying;
    let asked = if is_more { app.store.asked(case.id).await? } else { Vec::new() };
    let orgs = app.store.orgs().await?;
    let page = AskPage {
        page: Page::new(app, lang, locale::text(lang, "d-ask-title"), ""),
        desk: Frame::of(visit),
        case: CaseHead::new(lang, &case, &claim),
        form,
        lines: lines(&orgs, &asked),
        is_more,
    };
    Ok(page::status(status, &page)?)
}

/// Organisations that were not asked, by the parent above all others.
fn lines(orgs: &[Org], asked: &[OrgId]) -> Vec<(String, Vec<Choice>)> {
    let tree = OrgTree::new(orgs.iter().map(|it| (it.id, it.parent)).collect());
    let tops = orgs.iter().filter(|it| it.parent.is_none());
    let line = |top: &Org| {
        let of_line = |it: &&Org| tree.top(it.id) == top.id && !asked.contains(&it.id);
        let found: Vec<Org> = orgs.iter().filter(of_line).cloned().collect();
        (!found.is_empty()).then(|| (top.name.clone(), words::orgs(&found)))
    };
    tops.filter_map(line).collect()
}

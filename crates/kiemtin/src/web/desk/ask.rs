//! `/desk/cases/{id}/ask`: a question to organisations, with a due date.

use std::cmp::Reverse;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::ids::OrgId;
use kiemtin_core::lang::Lang;
use kiemtin_core::organisation::OrgTree;
use kiemtin_core::remit::Reason;
use kiemtin_core::time::{DAY_MS, Timestamp};
use kiemtin_core::workflow::{self, Action};
use kiemtin_store::cases::With;
use kiemtin_store::claims::Claim;
use kiemtin_store::organisations::Org;

use super::actor::{Actor, Visit};
use super::case::{self, CaseHead};
use super::form::{Fields, Form};
use super::frame::Frame;
use super::halt::Answer;
use super::words::{self, Choice};
use crate::app::App;
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
    /// Those responsible for the claim's place or topic, and why.
    responsible: Vec<(Choice, String)>,
    /// The others that can be asked, those under one parent together with it.
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
        app.store.ask_more(&case, &asked, app.act(&actor.member)).await?;
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
    app.store.act(&case, step, &with, app.act(&actor.member)).await?;
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
    let open: Vec<Org> = orgs.iter().filter(|it| !asked.contains(&it.id)).cloned().collect();
    let responsible = responsible(app, lang, &claim, &open).await?;
    let is_named = |it: &Org| responsible.iter().any(|(of, _)| of.value == it.id.to_string());
    let others: Vec<Org> = open.iter().filter(|it| !is_named(it)).cloned().collect();
    let lines = lines(&orgs, &others);
    let page = AskPage {
        page: Page::new(app, lang, locale::text(lang, "d-ask-title"), ""),
        desk: Frame::of(visit),
        case: CaseHead::new(lang, &case, &claim),
        form,
        responsible,
        lines,
        is_more,
    };
    Ok(page::status(status, &page)?)
}

/// Some organisations, by the parent above all others.
fn lines(orgs: &[Org], some: &[Org]) -> Vec<(String, Vec<Choice>)> {
    let tree = OrgTree::new(orgs.iter().map(|it| (it.id, it.parent)).collect());
    let tops = orgs.iter().filter(|it| it.parent.is_none());
    let line = |top: &Org| {
        let of_line = |it: &&Org| tree.top(it.id) == top.id;
        let found: Vec<Org> = some.iter().filter(of_line).cloned().collect();
        (!found.is_empty()).then(|| (top.name.clone(), words::orgs(&found)))
    };
    tops.filter_map(line).collect()
}

/// Organisations that are responsible for the claim, those for place and topic first, with why.
async fn responsible(
    app: &App,
    lang: Lang,
    claim: &Claim,
    orgs: &[Org],
) -> Answer<Vec<(Choice, String)>> {
    let remits = app.store.remits().await?;
    let places = app.store.claim_places(claim.id).await?;
    let reason = |it: &Org| remits.get(&it.id)?.reason(&places, claim.topic.as_deref());
    let mut found: Vec<(&Org, Reason)> =
        orgs.iter().filter_map(|it| Some((it, reason(it)?))).collect();
    found.sort_by_key(|(_, reason)| Reverse(reason.weight())); // Stable: by name among equals.
    let row = |(org, reason): (&Org, Reason)| {
        let topic = reason.topic.as_deref().map(|it| words::topic(lang, it));
        let names = reason.places.iter().map(|it| it.unit().name.to_owned());
        let what = names.chain(topic).collect::<Vec<_>>().join(", ");
        let why = locale::text_with(lang, "d-ask-responsible", &[("what", what.into())]);
        (Choice { value: org.id.to_string(), label: org.name.clone() }, why)
    };
    Ok(found.into_iter().map(row).collect())
}

//! `/desk/contests`: what readers say is wrong with answers, with its clock; and deciding it, by
//! people who did not sign. What follows from a contest that is right is a correction, by the way of
//! every correction.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::contest::{self, Action, Standing};
use kiemtin_core::lang::Lang;
use kiemtin_core::permission::{Deed, may};
use kiemtin_store::Rule;
use kiemtin_store::contests::{Contest, Decision, Which};

use super::actor::{Actor, Visit};
use super::form::{Asked, Fields, Form};
use super::frame::Frame;
use super::halt::{Answer, Halt};
use crate::app::App;
use crate::locale;
use crate::web::page::{self, Page};
use crate::web::public::contests::{Line, answered_by};

/// Contests on one page of a list.
const PER_PAGE: i64 = 50;
/// One sentence about what a contest says, in characters.
const SUMMARY_CHARS_MAX: usize = 300;
/// The longest public reason, in characters.
const REASON_CHARS_MAX: usize = 3_000;

#[derive(Template)]
#[template(path = "desk/contests.html")]
struct ContestsPage {
    page: Page,
    desk: Frame,
    lines: Vec<Line>,
    is_all: bool,
    previous: Option<i64>,
    next: Option<i64>,
}

#[derive(Template)]
#[template(path = "desk/contest.html")]
struct ContestPage {
    page: Page,
    desk: Frame,
    line: Line,
    contest: Contest,
    /// The claim, and the case that a correction belongs to.
    sentence: String,
    case: Option<String>,
    /// Why this member does not decide it.
    unfit: Option<String>,
    /// Whether nobody at the desk is independent of the answer.
    nobody_else: bool,
    answered_by: Option<i64>,
    form: Form,
}

/// `GET /desk/contests?all=yes&page=`
pub(super) async fn list(
    State(app): State<Arc<App>>,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer<Response> {
    let lang = visit.lang;
    let is_all = asked.one("all") == "yes";
    let which = if is_all { Which::All } else { Which::Open };
    let at = asked.page();
    let mut found = app.store.contests(which, (at - 1) * PER_PAGE, PER_PAGE + 1).await?;
    let has_more = PER_PAGE < found.len() as i64;
    found.truncate(PER_PAGE as usize);
    let list = ContestsPage {
        page: Page::new(&app, lang, locale::text(lang, "contests-title"), ""),
        desk: Frame::of(&visit),
        lines: found.iter().map(|it| Line::new(lang, it, app.now())).collect(),
        is_all,
        previous: (1 < at).then_some(at - 1),
        next: has_more.then_some(at + 1),
    };
    Ok(page::html(&list)?)
}

/// `GET /desk/contests/{number}`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(number): Path<String>,
) -> Answer<Response> {
    let contest = found(&app, &number).await?;
    let form = Form::new(visit.lang, Fields::default());
    show(&app, &visit, &actor, contest, StatusCode::OK, form).await
}

/// `POST /desk/contests/{number}/take`
pub(super) async fn take(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(number): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let contest = found(&app, &number).await?;
    let seen = seen(&fields)?;
    app.store.begin_contest(contest.number, seen, app.act(&actor.member)).await?;
    Ok(Redirect::to(&format!("/desk/contests/{}?done=contest-taken", contest.number)))
}

/// `POST /desk/contests/{number}/decide`
pub(super) async fn decide(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(number): Path<String>,
    fields: Fields,
) -> Answer<Response> {
    let contest = found(&app, &number).await?;
    let mut form = Form::new(visit.lang, fields);
    let action = Action::from_code(form.value("outcome")).filter(|it| *it != Action::Take);
    if action.is_none() {
        form.complain("outcome", "d-form-choose");
    }
    for (field, max) in [
        ("summary_vi", SUMMARY_CHARS_MAX),
        ("summary_en", SUMMARY_CHARS_MAX),
        ("public_vi", REASON_CHARS_MAX),
        ("public_en", REASON_CHARS_MAX),
    ] {
        form.at_most(field, max);
        let lang = if field.ends_with("_vi") { Lang::Vi } else { Lang::En };
        form.no_personal_data(&[(field, lang)]);
    }
    let (summary, reason) = (form.fields().localised("summary"), form.fields().localised("public"));
    if summary.is_empty() {
        form.complain("summary_vi", "d-contest-need-summary");
    }
    if reason.is_empty() {
        form.complain("public_vi", "d-contest-need-reason");
    }
    let (Some(action), true) = (action, form.is_fine()) else {
        return show(&app, &visit, &actor, contest, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    };
    let decision = Decision { action, summary, reason };
    let seen = seen(form.fields())?;
    app.store.decide_contest(contest.number, seen, &decision, app.act(&actor.member)).await?;
    let to = format!("/desk/contests/{}?done=contest-decided", contest.number);
    Ok(Redirect::to(&to).into_response())
}

async fn found(app: &App, number: &str) -> Answer<Contest> {
    let number = number.parse().map_err(|_| Halt::Missing)?;
    app.store.contest(number).await?.ok_or(Halt::Missing)
}

/// The contest as the form's sender saw it.
fn seen(fields: &Fields) -> Answer<i64> {
    fields.one("version").parse().map_err(|_| Halt::Stale)
}

async fn show(
    app: &App,
    visit: &Visit,
    actor: &Actor,
    contest: Contest,
    status: StatusCode,
    form: Form,
) -> Answer<Response> {
    let lang = visit.lang;
    let claim = app.store.claim(contest.claim).await?.ok_or(Halt::Missing)?;
    let case = app.store.case_of(contest.claim).await?;
    let panel = app.store.contest_panel(contest.claim).await?;
    let standing = match may(actor.member.role, Deed::DecideContest) {
        true => contest::standing(&panel, actor.member.id),
        false => Err(contest::Unfit::Role),
    };
    let title =
        locale::text_with(lang, "contest-number", &[("n", contest.number.to_string().into())]);
    let versions = app.store.versions(contest.claim).await?;
    let page = ContestPage {
        page: Page::new(app, lang, title, ""),
        desk: Frame::of(visit),
        line: Line::new(lang, &contest, app.now()),
        sentence: claim.text.text(lang).to_owned(),
        case: case.map(|it| it.id.to_string()),
        unfit: standing.err().map(|it| locale::text(lang, Rule::Contest(it).code())),
        nobody_else: standing == Ok(Standing::NobodyElse),
        answered_by: answered_by(&contest, &versions),
        contest,
        form,
    };
    Ok(page::status(status, &page)?)
}

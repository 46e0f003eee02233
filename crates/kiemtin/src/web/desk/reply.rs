//! `/desk/cases/{id}/reply`: the right of reply. Which outlet or office was asked, or why none was,
//! and what it said; never a person, and never an address.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::lang::Lang;
use kiemtin_core::reply::{Means, NotAsked, Reply, is_body};
use kiemtin_core::time::Timestamp;

use super::actor::{Actor, Visit};
use super::case::{self, CaseHead};
use super::evidence;
use super::form::{Fields, Form};
use super::frame::Frame;
use super::halt::Answer;
use super::words::{self, Choice};
use crate::app::App;
use crate::locale;
use crate::web::page::{self, Page};

/// The longest name of an outlet or office.
const WHOM_CHARS_MAX: usize = 200;
/// The longest answer: what does not fit belongs on the outlet's own page, as evidence.
const ANSWER_CHARS_MAX: usize = 3_000;
/// The longest word on why nobody was asked.
const NOTE_CHARS_MAX: usize = 500;

#[derive(Template)]
#[template(path = "desk/reply.html")]
struct ReplyPage {
    page: Page,
    desk: Frame,
    case: CaseHead,
    form: Form,
    means: Vec<Choice>,
    reasons: Vec<Choice>,
}

/// `GET /desk/cases/{id}/reply`: with what was recorded before, so that an answer can be added.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
) -> Answer<Response> {
    let (case, claim) = case::found(&app, &id).await?;
    case::is_uninvolved(&app, &actor, claim.id).await?;
    let known = app.store.reply(case.id).await?;
    let form = Form::new(visit.lang, known.map(values).unwrap_or_default());
    show(&app, &visit, &id, StatusCode::OK, form).await
}

/// `POST /desk/cases/{id}/reply`
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
    let reply = read(&mut form, app.now());
    let Some(reply) = reply.filter(|_| form.is_fine()) else {
        return show(&app, &visit, &id, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    };
    app.store.record_reply(case.id, &reply, app.act(&actor.member)).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}?done=reply#said", case.id)).into_response())
}

fn read(form: &mut Form, now: Timestamp) -> Option<Reply> {
    match form.value("state") {
        "asked" => read_asked(form, now),
        "not_asked" => {
            let why = NotAsked::from_code(form.value("why"));
            if why.is_none() {
                form.complain("why", "d-form-choose");
            }
            let note = form.at_most("note", NOTE_CHARS_MAX);
            form.no_personal_data(&[("note", Lang::Vi)]);
            Some(Reply::NotAsked { why: why?, note })
        }
        _ => {
            form.complain("state", "d-form-choose");
            None
        }
    }
}

fn read_asked(form: &mut Form, now: Timestamp) -> Option<Reply> {
    let whom = form.need("whom", WHOM_CHARS_MAX);
    if !whom.is_empty() && !is_body(&whom) {
        form.complain("whom", "reply-no-person");
    }
    let asked = read_day(form, "asked", now);
    if asked.is_none() {
        form.complain("asked", "reply-bad-day");
    }
    let by = Means::from_code(form.value("by"));
    if by.is_none() {
        form.complain("by", "d-form-choose");
    }
    let answer = form.at_most("answer", ANSWER_CHARS_MAX);
    form.no_personal_data(&[("whom", Lang::Vi), ("answer", Lang::Vi)]);
    let answered = read_day(form, "answered", now);
    let is_whole = answer.is_empty() == form.value("answered").is_empty();
    if !is_whole || (!answer.is_empty() && answered < asked) {
        form.complain("answered", "reply-answer-day");
    }
    Some(Reply::Asked { whom, asked: asked?, by: by?, answer, answered })
}

/// A day that has begun.
pub(super) fn read_day(form: &Form, field: &str, now: Timestamp) -> Option<String> {
    let day = form.value(field);
    let begin = Timestamp::parse(day).filter(|_| day.len() == "2026-11-01".len())?;
    (begin <= now).then(|| day.to_owned())
}

fn values(reply: Reply) -> Fields {
    let pairs = match reply {
        Reply::Asked { whom, asked, by, answer, answered } => vec![
            ("state", "asked".to_owned()),
            ("whom", whom),
            ("asked", asked),
            ("by", by.code().to_owned()),
            ("answer", answer),
            ("answered", answered.unwrap_or_default()),
        ],
        Reply::NotAsked { why, note } => {
            vec![("state", "not_asked".to_owned()), ("why", why.code().to_owned()), ("note", note)]
        }
    };
    Fields::of(pairs)
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
    let page = ReplyPage {
        page: Page::new(app, lang, locale::text(lang, "reply-title"), ""),
        desk: Frame::of(visit),
        case: CaseHead::new(lang, &case, &claim),
        form,
        means: words::means(lang),
        reasons: words::not_asked(lang),
    };
    Ok(page::status(status, &page)?)
}

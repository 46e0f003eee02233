//! Tasks and notes of a case, for members only. What is typed is masked before it is written.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;
use kiemtin_core::ids::{NoteId, TaskId};
use kiemtin_core::text::language;
use kiemtin_core::text::mask::mask;
use kiemtin_core::time::{DAY_MS, Timestamp};
use kiemtin_store::tasks::Task;

use super::actor::Actor;
use super::assign;
use super::case;
use super::form::{Fields, Form};
use super::halt::{Answer, Halt};
use super::step::NOTE_CHARS_MAX;
use crate::app::App;
use crate::app::clock::chance;

/// A task is one line.
const TASK_CHARS_MAX: usize = 200;

/// `POST /desk/cases/{id}/tasks`
pub(super) async fn add(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, _) = case::found(&app, &id).await?;
    let text = text(&actor, &fields, "task", TASK_CHARS_MAX, "d-q-task-unfit")?;
    let owner = assign::chosen(&app, &actor, fields.one("owner")).await?;
    let org = owner.org.ok_or(Halt::Rule("d-q-assign-choose"))?;
    let due = due(fields.one("due"))?;
    let id = TaskId::new(app.now(), chance());
    let task = Task { id, text, org, member: owner.member, due, done: None };
    app.store.add_task(case.id, &task, app.act(&actor.member)).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}?done=task", case.id)))
}

/// `POST /desk/cases/{id}/tasks/end`: done, or not done after all.
pub(super) async fn end(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, _) = case::found(&app, &id).await?;
    let task = TaskId::parse(fields.one("task"))?;
    let is_done = fields.one("do") != "undone";
    app.store.end_task(case.id, task, is_done, app.act(&actor.member)).await?;
    let done = if is_done { "task-done" } else { "task-undone" };
    Ok(Redirect::to(&format!("/desk/cases/{}?done={done}", case.id)))
}

/// `POST /desk/cases/{id}/notes`
pub(super) async fn note(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, _) = case::found(&app, &id).await?;
    let text = text(&actor, &fields, "remark", NOTE_CHARS_MAX, "d-q-note-unfit")?;
    let note = NoteId::new(app.now(), chance());
    app.store.add_note(case.id, note, &text, app.act(&actor.member)).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}?done=note", case.id)))
}

/// What was typed, masked: the desk keeps nobody's number or address, not even for itself.
fn text(
    actor: &Actor,
    fields: &Fields,
    field: &'static str,
    chars_max: usize,
    unfit: &'static str,
) -> Answer<String> {
    let mut form = Form::new(actor.lang, fields.clone());
    let text = form.need(field, chars_max);
    match form.is_fine() {
        true => Ok(mask(&text, language::guess(&text)).text),
        false => Err(Halt::RuleWith(unfit, chars_max.to_string())),
    }
}

/// The end of the day that was chosen, in Vietnam; none without one.
fn due(day: &str) -> Answer<Option<Timestamp>> {
    if day.is_empty() {
        return Ok(None);
    }
    let at = Timestamp::parse(day).filter(|_| day.len() == 10);
    at.map(|it| Some(it.plus_millis(DAY_MS - 1))).ok_or(Halt::Rule("d-q-task-day"))
}

//! The steps of a case that bring nothing but a reason along. What they do stands in
//! `core::workflow`; this is the way from a button to it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;
use kiemtin_core::case::DismissReason;
use kiemtin_core::lang::Lang;
use kiemtin_core::review;
use kiemtin_core::workflow::{self, Action};
use kiemtin_store::cases::With;

use super::actor::Actor;
use super::case;
use super::form::{Fields, Form, personal_data};
use super::halt::{Answer, Halt};
use crate::app::App;

/// The steps with a route of this shape.
pub(super) const STEPS: [Action; 7] = [
    Action::Take,
    Action::Draft,
    Action::Submit,
    Action::SendBack,
    Action::Dismiss,
    Action::Reopen,
    Action::AbandonCorrection,
];
/// The longest note or reason.
pub(super) const NOTE_CHARS_MAX: usize = 1_000;

/// `POST /desk/cases/{id}/step/{action}`
pub(super) async fn take(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
    action: Action,
) -> Answer<Redirect> {
    let (case, _) = case::seen(&app, &id, &fields).await?;
    let to = workflow::decide(case.state, action, actor.member.role, None)?;
    let with = with(&actor, fields, action)?;
    if action == Action::Submit {
        let draft = app.store.draft(case.id).await?.ok_or(Halt::Rule("d-submit-nothing"))?;
        if !review::ready(&draft.content).is_empty() {
            return Err(Halt::Rule("d-submit-incomplete"));
        }
    }
    app.store.act(&case, (action, to), &with, app.act(&actor.member)).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}?done=moved", case.id)))
}

fn with(actor: &Actor, fields: Fields, action: Action) -> Answer<With> {
    let mut form = Form::new(actor.lang, fields);
    let note = form.at_most("note", NOTE_CHARS_MAX);
    if !form.is_fine() {
        return Err(Halt::Rule("d-note-too-long"));
    }
    if let Some(kinds) = personal_data(&note, Lang::Vi, actor.lang) {
        return Err(Halt::RuleWith("d-form-personal", kinds));
    }
    let note = Some(note).filter(|it| !it.is_empty());
    if note.is_none() && matches!(action, Action::SendBack | Action::Reopen) {
        return Err(Halt::Rule("d-note-needed"));
    }
    let mut with = With { note, ..With::default() };
    if action == Action::Dismiss {
        let reason = DismissReason::from_code(form.value("reason"));
        with.dismiss = Some(reason.ok_or(Halt::Rule("d-choose-reason"))?);
    }
    Ok(with)
}

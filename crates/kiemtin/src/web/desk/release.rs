//! Which sentence readers see while a claim has no answer: released by an editor, and taken back.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;
use kiemtin_core::lang::Lang;

use super::actor::Actor;
use super::case;
use super::form::{Fields, Form, personal_data};
use super::halt::{Answer, Halt};
use super::step::NOTE_CHARS_MAX;
use crate::app::App;

/// `POST /desk/cases/{id}/release`: the sentence goes out as it stands, so it names nobody.
pub(super) async fn release(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, claim) = case::seen(&app, &id, &fields).await?;
    for lang in Lang::ALL {
        let sentence = claim.text.exact(lang).unwrap_or_default();
        if let Some(kinds) = personal_data(sentence, lang, actor.lang) {
            return Err(Halt::RuleWith("d-form-personal", kinds));
        }
    }
    app.store.release(claim.id, app.act(&actor.member)).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}?done=released", case.id)))
}

/// `POST /desk/cases/{id}/withdraw`
pub(super) async fn withdraw(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, claim) = case::found(&app, &id).await?;
    let mut form = Form::new(actor.lang, fields);
    let reason = form.need("reason", NOTE_CHARS_MAX);
    if !form.is_fine() {
        return Err(Halt::Rule("d-note-needed"));
    }
    if let Some(kinds) = personal_data(&reason, claim.lang, actor.lang) {
        return Err(Halt::RuleWith("d-form-personal", kinds));
    }
    app.store.withdraw_release(claim.id, &reason, app.act(&actor.member)).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}?done=release-back", case.id)))
}

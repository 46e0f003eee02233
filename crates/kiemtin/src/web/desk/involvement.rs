//! Marks that a claim concerns an organisation: set by any, lifted only by another, uninvolved one.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;
use kiemtin_core::ids::OrgId;
use kiemtin_core::lang::Lang;

use super::actor::Actor;
use super::case;
use super::form::{Fields, Form, personal_data};
use super::halt::{Answer, Halt};
use super::step::NOTE_CHARS_MAX;
use crate::app::App;

/// `POST /desk/cases/{id}/involved`
pub(super) async fn mark(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, claim) = case::found(&app, &id).await?;
    let (org, reason) = read(&app, &actor, fields).await?;
    app.store.mark_involved(claim.id, org, &reason, app.act(&actor.member)).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}?done=marked", case.id)))
}

/// `POST /desk/cases/{id}/uninvolved`
pub(super) async fn lift(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, claim) = case::found(&app, &id).await?;
    let (org, reason) = read(&app, &actor, fields).await?;
    app.store.lift_involved(claim.id, org, &reason, app.act(&actor.member)).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}?done=lifted", case.id)))
}

async fn read(app: &App, actor: &Actor, fields: Fields) -> Answer<(OrgId, String)> {
    let mut form = Form::new(actor.lang, fields);
    let reason = form.need("reason", NOTE_CHARS_MAX);
    if let Some(kinds) = personal_data(&reason, Lang::Vi, actor.lang) {
        return Err(Halt::RuleWith("d-form-personal", kinds));
    }
    let orgs = app.store.orgs().await?;
    let org = orgs.iter().find(|it| it.id.to_string() == form.value("org")).map(|it| it.id);
    match (org, form.is_fine()) {
        (Some(org), true) => Ok((org, reason)),
        _ => Err(Halt::Rule("d-involved-say-why")),
    }
}

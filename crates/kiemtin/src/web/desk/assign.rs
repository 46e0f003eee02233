//! Who sees to a group or a case, and what harm it may do: what decides where it stands.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;
use kiemtin_core::ids::GroupId;
use kiemtin_core::lang::Lang;
use kiemtin_core::priority::Risk;
use kiemtin_store::organisations::Org;
use kiemtin_store::queue::Owner;

use super::actor::Actor;
use super::case;
use super::form::Fields;
use super::group::back;
use super::halt::{Answer, Halt};
use super::words::Choice;
use crate::app::App;
use crate::locale::text;

/// The reader herself, in a list of organisations.
const ME: &str = "me";
const NOBODY: &str = "nobody";

/// Who may be chosen: oneself, nobody, or an organisation. Other members choose for themselves.
pub(super) fn choices(lang: Lang, orgs: &[Org]) -> Vec<Choice> {
    let fixed = [(ME, "d-q-me"), (NOBODY, "d-q-nobody")];
    let fixed =
        fixed.map(|(value, key)| Choice { value: value.to_owned(), label: text(lang, key) });
    let org = |it: &Org| Choice { value: it.id.to_string(), label: it.name.clone() };
    fixed.into_iter().chain(orgs.iter().map(org)).collect()
}

/// Who was chosen.
pub(super) async fn chosen(app: &App, actor: &Actor, value: &str) -> Answer<Owner> {
    let (org, member) = (actor.member.org, actor.member.id);
    match value {
        ME => return Ok(Owner { org: Some(org), member: Some(member) }),
        NOBODY => return Ok(Owner::default()),
        _ => {}
    }
    let orgs = app.store.orgs().await?;
    let org = orgs.iter().find(|it| it.id.to_string() == value);
    let org = org.ok_or(Halt::Rule("d-q-assign-choose"))?;
    Ok(Owner { org: Some(org.id), member: None })
}

/// `POST /desk/groups/{id}/assign`
pub(super) async fn group(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let group = GroupId::parse(&id)?;
    let to = chosen(&app, &actor, fields.one("owner")).await?;
    app.store.assign_group(group, to, app.act(&actor.member)).await?;
    Ok(back(&fields, group, "assigned"))
}

/// `POST /desk/cases/{id}/assign`
pub(super) async fn case(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, _) = case::seen(&app, &id, &fields).await?;
    let to = chosen(&app, &actor, fields.one("owner")).await?;
    app.store.assign_case(&case, to, app.act(&actor.member)).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}?done=assigned", case.id)))
}

/// `POST /desk/groups/{id}/risk`
pub(super) async fn group_risk(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let group = GroupId::parse(&id)?;
    let risk = Risk::from_code(fields.one("risk"));
    app.store.set_group_risk(group, risk, app.act(&actor.member)).await?;
    Ok(back(&fields, group, "risk"))
}

/// `POST /desk/cases/{id}/risk`
pub(super) async fn case_risk(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, claim) = case::found(&app, &id).await?;
    let risk = Risk::from_code(fields.one("risk"));
    app.store.set_claim_risk(claim.id, risk, app.act(&actor.member)).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}?done=risk", case.id)))
}

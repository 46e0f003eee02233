//! `/desk/members`: those of one's own organisation; for operators all, with one-time links.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::ids::MemberId;
use kiemtin_core::lang::Lang;
use kiemtin_core::organisation::OrgTree;
use kiemtin_core::permission::{Deed, Role, may};
use kiemtin_store::events::Event;
use kiemtin_store::members::{Invitation, Reset};
use kiemtin_store::organisations::Org;

use super::actor::{Actor, Visit};
use super::form::Fields;
use super::frame::Frame;
use super::group::EventRow;
use super::halt::{Answer, Halt};
use super::words::{self, Choice};
use crate::app::App;
use crate::app::clock::chance;
use crate::app::people::Token;
use crate::locale;
use crate::web::page::{self, Page};

/// As many made links as the page lists.
const EVENTS_MAX: i64 = 50;

#[derive(Template)]
#[template(path = "desk/members.html")]
struct MembersPage {
    page: Page,
    desk: Frame,
    members: Vec<MemberRow>,
    orgs: Vec<Choice>,
    roles: Vec<Choice>,
    /// The link that was just made: shown once and kept nowhere.
    link: Option<String>,
    /// What was done to members.
    events: Vec<EventRow>,
}

struct MemberRow {
    id: String,
    login: String,
    role: String,
    role_code: &'static str,
    org: String,
    has_factor: bool,
    is_self: bool,
    /// Whether this operator may make a link to a new password for them.
    can_reset: bool,
}

/// `GET /desk/members`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
) -> Answer<Response> {
    show(&app, &visit, &actor, None).await
}

/// `POST /desk/members/invite`: the link is shown in the answer itself, since only its hash is kept.
pub(super) async fn invite(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    fields: Fields,
) -> Answer<Response> {
    let orgs = app.store.orgs().await?;
    let org = orgs.iter().find(|it| it.id.to_string() == fields.one("org")).map(|it| it.id);
    let (Some(org), Some(role)) = (org, Role::from_code(fields.one("role"))) else {
        return Err(Halt::Rule("d-invite-choose"));
    };
    let token = Token::new(chance());
    let invitation = Invitation { org: Some(org), role };
    app.store.invite(token.hash(), &invitation, app.now()).await?;
    let link = format!("{}/desk/join/{}", app.public_url, token.as_str());
    show(&app, &visit, &actor, Some(link)).await
}

/// `POST /desk/members/{id}/reset`: a one-time link to a new password for a login that is there, in
/// the operator's own organisation or one under it; with `factor` also for whoever lost the second
/// factor. The page lists who made one for whom.
pub(super) async fn reset(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Response> {
    let id = MemberId::parse(&id)?;
    let token = Token::new(chance());
    let resets = match fields.one("factor") {
        "too" => Reset::PasswordAndFactor,
        _ => Reset::Password,
    };
    let by = Some(&actor.member);
    app.store.invite_back(token.hash(), (id, resets), by, app.now(), chance()).await?;
    let link = format!("{}/desk/join/{}", app.public_url, token.as_str());
    show(&app, &visit, &actor, Some(link)).await
}

/// `POST /desk/members/{id}/end`
pub(super) async fn end(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
) -> Answer<Response> {
    let id = MemberId::parse(&id)?;
    app.store.end_member(id, Some(&actor.member), app.now(), chance()).await?;
    Ok(Redirect::to("/desk/members?done=ended").into_response())
}

/// `POST /desk/members/{id}/role`
pub(super) async fn change_role(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Response> {
    let id = MemberId::parse(&id)?;
    let role = Role::from_code(fields.one("role")).ok_or(Halt::Rule("d-invite-choose"))?;
    app.store.change_role(id, role, Some(&actor.member), app.now(), chance()).await?;
    Ok(Redirect::to("/desk/members?done=role").into_response())
}

async fn show(app: &App, visit: &Visit, actor: &Actor, link: Option<String>) -> Answer<Response> {
    let lang = actor.lang;
    let orgs = app.store.orgs().await?;
    let tree = OrgTree::new(orgs.iter().map(|it| (it.id, it.parent)).collect());
    let sees_all = may(actor.member.role, Deed::ManageMembers);
    let members = app.store.members().await?;
    let seen = members.iter().filter(|it| sees_all || it.org == actor.member.org);
    let with_factor = app.store.members_with_factor().await?;
    let row = |it: &kiemtin_store::members::Member| MemberRow {
        id: it.id.to_string(),
        login: it.login.clone(),
        role: words::role(lang, it.role),
        role_code: it.role.code(),
        has_factor: with_factor.contains(&it.id),
        org: orgs.iter().find(|org| org.id == it.org).map(|it| it.name.clone()).unwrap_or_default(),
        is_self: it.id == actor.member.id,
        can_reset: it.id != actor.member.id && tree.is_within(it.org, actor.member.org),
    };
    let members = MembersPage {
        page: Page::new(app, lang, locale::text(lang, "d-members-title"), ""),
        desk: Frame::of(visit),
        members: seen.map(row).collect(),
        orgs: words::orgs(&orgs),
        roles: words::roles(lang),
        link,
        events: events(app, lang, &orgs).await?,
    };
    Ok(page::html(&members)?)
}

/// What was done to members, and for which organisation: all members see it.
async fn events(app: &App, lang: Lang, orgs: &[Org]) -> Answer<Vec<EventRow>> {
    let events = app.store.events_of_members(EVENTS_MAX).await?;
    let row = |(_, event): &(_, Event)| {
        let by = orgs.iter().find(|it| Some(it.id) == event.org).map(|it| it.name.clone());
        EventRow {
            at: event.at.date_time(lang),
            what: words::event(lang, event),
            by: by.unwrap_or_else(|| locale::text(lang, "d-at-the-machine")),
            note: note(lang, event),
            undo: None,
        }
    };
    Ok(events.iter().map(row).collect())
}

/// Whom it was done to, and for a role from which to which.
fn note(lang: Lang, event: &Event) -> Option<String> {
    let login = words::event_note(lang, event)?;
    let role = |key: &str| event.body[key].as_str().and_then(Role::from_code);
    match role("from").zip(role("to")) {
        None => Some(login),
        Some((from, to)) => {
            Some(format!("{login}: {} → {}", words::role(lang, from), words::role(lang, to)))
        }
    }
}

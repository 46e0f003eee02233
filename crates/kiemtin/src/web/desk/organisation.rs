//! `/desk/organisations/{id}`: one body that takes part: its name, kind and parent, those under it,
//! and how many members act for it in which role. Logins are for its own members and for operators.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kiemtin_core::ids::OrgId;
use kiemtin_core::permission::{Deed, Role, may};
use kiemtin_store::organisations::Org;

use super::actor::{Actor, Visit};
use super::frame::Frame;
use super::halt::{Answer, Halt};
use super::words;
use crate::app::App;
use crate::web::page::{self, Page};

#[derive(Template)]
#[template(path = "desk/organisation.html")]
struct OrgPage {
    page: Page,
    desk: Frame,
    id: String,
    kind: String,
    slug: String,
    parent: Option<Near>,
    below: Vec<Near>,
    roles: Vec<RoleRow>,
    shows_logins: bool,
}

struct Near {
    id: String,
    name: String,
}

struct RoleRow {
    role: String,
    n: i64,
    logins: String,
}

/// `GET /desk/organisations/{id}`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
) -> Answer<Response> {
    let id = OrgId::parse(&id)?;
    let (lang, orgs) = (visit.lang, app.store.orgs().await?);
    let org = orgs.iter().find(|it| it.id == id).ok_or(Halt::Missing)?;
    let near = |it: &Org| Near { id: it.id.to_string(), name: it.name.clone() };
    let mut members = app.store.members().await?;
    members.retain(|it| it.org == id);
    let row = |role: Role| {
        let of_role = members.iter().filter(|it| it.role == role);
        let logins: Vec<&str> = of_role.map(|it| it.login.as_str()).collect();
        let n = i64::try_from(logins.len()).unwrap_or(i64::MAX);
        RoleRow { role: words::role(lang, role), n, logins: logins.join(", ") }
    };
    let page = OrgPage {
        page: Page::new(&app, lang, org.name.clone(), ""),
        desk: Frame::of(&visit),
        id: id.to_string(),
        kind: words::kind(lang, org.kind),
        slug: org.slug.as_str().to_owned(),
        parent: orgs.iter().find(|it| Some(it.id) == org.parent).map(near),
        below: orgs.iter().filter(|it| it.parent == Some(id)).map(near).collect(),
        roles: Role::ALL.map(row).into(),
        shows_logins: actor.org.id == id || may(actor.member.role, Deed::ManageMembers),
    };
    Ok(page::html(&page)?)
}

//! `/desk/organisation/keys`: keys with which programs call the API. Editors make and end those of
//! their organisation, operators those of all; the secret is shown once, in the answer itself.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::api_key::{Scope, may_make, may_manage};
use kiemtin_core::ids::{ApiKeyId, OrgId};
use kiemtin_core::lang::Lang;
use kiemtin_store::api_keys::ApiKey;
use kiemtin_store::organisations::Org;

use super::actor::{Actor, Visit};
use super::form::{Fields, Form};
use super::frame::Frame;
use super::halt::Answer;
use super::words::{self, Choice};
use crate::app::App;
use crate::app::clock::chance;
use crate::app::keys::Secret;
use crate::locale;
use crate::web::page::{self, Page};

/// What a key is called: a few words.
const NAME_CHARS_MAX: usize = 60;

#[derive(Template)]
#[template(path = "desk/api_keys.html")]
struct KeysPage {
    page: Page,
    desk: Frame,
    form: Form,
    keys: Vec<KeyRow>,
    /// The organisations that this member makes keys for.
    orgs: Vec<Choice>,
    scopes: Vec<Choice>,
    /// The secret that was just made: shown once and kept nowhere.
    secret: Option<String>,
}

struct KeyRow {
    id: String,
    name: String,
    org: String,
    scopes: String,
    created: String,
    used: Option<String>,
    ended: Option<String>,
}

/// `GET /desk/organisation/keys`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
) -> Answer<Response> {
    let form = Form::new(visit.lang, Fields::default());
    show(&app, &visit, &actor, (StatusCode::OK, form), None).await
}

/// `POST /desk/organisation/keys`
pub(super) async fn make(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    fields: Fields,
) -> Answer<Response> {
    let mut form = Form::new(visit.lang, fields);
    let name = form.need("name", NAME_CHARS_MAX);
    form.no_personal_data(&[("name", visit.lang)]);
    let scopes: Vec<Scope> =
        Scope::ALL.into_iter().filter(|it| form.has("scope", it.code())).collect();
    if scopes.is_empty() {
        form.complain("scope", "d-form-choose");
    }
    let orgs = app.store.orgs().await?;
    let org = orgs.iter().map(|it| it.id).find(|it| it.to_string() == form.value("org"));
    let org = org.unwrap_or(actor.org.id);
    let is_own = org == actor.org.id;
    if !scopes.is_empty() && !may_make(actor.member.role, is_own, &scopes) {
        form.complain("scope", "d-keys-api-not-yours");
    }
    if !form.is_fine() {
        let asked = (StatusCode::UNPROCESSABLE_ENTITY, form);
        return show(&app, &visit, &actor, asked, None).await;
    }
    let (secret, created) = (Secret::new(chance()), app.now());
    let id = ApiKeyId::new(created, chance());
    let new = ApiKey { id, org, name, scopes, created, ended: None, used: None };
    app.store.make_key(&new, secret.hash(), &actor.member, created, chance()).await?;
    let form = Form::new(visit.lang, Fields::default());
    show(&app, &visit, &actor, (StatusCode::OK, form), Some(secret.words())).await
}

/// `POST /desk/organisation/keys/{id}/end`
pub(super) async fn end(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
) -> Answer<Response> {
    let id = ApiKeyId::parse(&id)?;
    app.store.end_key(id, &actor.member, app.now(), chance()).await?;
    Ok(Redirect::to("/desk/organisation/keys?done=key-ended").into_response())
}

async fn show(
    app: &App,
    visit: &Visit,
    actor: &Actor,
    (status, form): (StatusCode, Form),
    secret: Option<String>,
) -> Answer<Response> {
    let lang = visit.lang;
    let orgs = app.store.orgs().await?;
    let keys = app.store.keys_for(&actor.member).await?;
    let role = actor.member.role;
    let managed = |it: &&Org| may_manage(role, it.id == actor.org.id);
    let own: Vec<Org> = orgs.iter().filter(managed).cloned().collect();
    let fits = |it: &Scope| may_make(role, true, &[*it]);
    let scopes = Scope::ALL.into_iter().filter(fits);
    let keys = KeysPage {
        page: Page::new(app, lang, locale::text(lang, "d-keys-api"), ""),
        desk: Frame::of(visit),
        keys: keys.into_iter().map(|it| row(lang, &orgs, it)).collect(),
        orgs: words::orgs(&own),
        scopes: scopes.map(|it| choice(lang, it)).collect(),
        form,
        secret,
    };
    Ok(page::status(status, &keys)?)
}

fn row(lang: Lang, orgs: &[Org], key: ApiKey) -> KeyRow {
    let ApiKey { id, org, name, scopes, created, ended, used } = key;
    let scopes: Vec<String> = scopes.into_iter().map(|it| choice(lang, it).label).collect();
    let name_of = |org: OrgId| orgs.iter().find(|it| it.id == org).map(|it| it.name.clone());
    KeyRow {
        id: id.to_string(),
        name,
        org: name_of(org).unwrap_or_default(),
        scopes: scopes.join(", "),
        created: created.date(lang),
        used: used.map(|it| it.date(lang)),
        ended: ended.map(|it| it.date(lang)),
    }
}

fn choice(lang: Lang, scope: Scope) -> Choice {
    let label = locale::text(lang, &format!("d-keys-api-scope-{}", scope.code()));
    Choice { value: scope.code().to_owned(), label }
}

//! `/desk/join/{token}`: a one-time link becomes a member.
//!
//! A link of an operator also gives a member who is there a new password.
//!
//! What the member may do stands in the link, never in the form. The first link of a desk makes
//! its first organisation together with its operator, who then invites everybody else.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kiemtin_core::ids::{MemberId, OrgId};
use kiemtin_store::StoreError;
use kiemtin_store::members::{Invitation, Member};
use kiemtin_store::notices::MemberSettings;

use super::actor::Visit;
use super::form::{Fields, Form};
use super::frame::Frame;
use super::halt::{Answer, Halt};
use super::organisations::read_org;
use super::sign_in::begin;
use super::words::{self, Choice};
use crate::app::App;
use crate::app::clock::chance;
use crate::app::people::{Login, PASSWORD_CHARS_MIN, Token, WeakPassword, check_password};
use crate::locale;
use crate::web::page::{self, Page};

#[derive(Template)]
#[template(path = "desk/join.html")]
struct JoinPage {
    page: Page,
    desk: Frame,
    form: Form,
    /// The organisation and role that the link gives; no organisation in the first link.
    org: Option<String>,
    role: String,
    kinds: Vec<Choice>,
    password_min: i64,
    /// The token of the link, for the form that joins at the provider.
    token: String,
    /// The host of the OpenID Connect provider, if there is one to join with.
    provider: Option<String>,
}

#[derive(Template)]
#[template(path = "desk/join_back.html")]
struct BackPage {
    page: Page,
    desk: Frame,
    form: Form,
    login: String,
    password_min: i64,
}

/// `GET /desk/join/{token}`: shows the form and uses nothing up.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(token): Path<String>,
) -> Answer<Response> {
    let form = Form::new(visit.lang, Fields::default());
    if let Some((_, member)) = invited_back(&app, &token).await? {
        return show_back(&app, &visit, &member, StatusCode::OK, form);
    }
    let (token, invitation) = invitation(&app, &token).await?;
    show(&app, &visit, (&token, &invitation), StatusCode::OK, form).await
}

/// `POST /desk/join/{token}`
pub(super) async fn accept(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(token): Path<String>,
    fields: Fields,
) -> Answer<Response> {
    if let Some((token, member)) = invited_back(&app, &token).await? {
        return accept_back(&app, &visit, &token, &member, fields).await;
    }
    let (token, invitation) = invitation(&app, &token).await?;
    let mut form = Form::new(visit.lang, fields);
    let first_org = match invitation.org {
        Some(_) => None,
        None => read_org(&app, &mut form, None),
    };
    let login = read_login(&mut form);
    let password = read_password(&mut form);
    let org = invitation.org.or(first_org.as_ref().map(|it| it.id));
    let (Some(login), Some(password), Some(org), true) = (login, password, org, form.is_fine())
    else {
        return show(&app, &visit, (&token, &invitation), StatusCode::UNPROCESSABLE_ENTITY, form)
            .await;
    };
    let id = MemberId::new(app.now(), chance());
    let login = login.as_str().to_owned();
    let new = Member { id, org, login, role: invitation.role };
    let hash = app.sign_ins.hash(password).await?;
    let accepted =
        app.store.accept_invitation(token.hash(), first_org.as_ref(), &new, &hash, app.now()).await;
    match accepted {
        Ok(()) => {
            // Until they say more: they read the language in which they joined.
            let reads = BTreeSet::from([visit.lang]);
            let said = MemberSettings { reads, notice_address: None };
            app.store.set_member_settings(new.id, &said).await?;
            begin(&app, &new, "/desk").await
        }
        Err(StoreError::Refused(_)) => {
            form.complain("login", "d-join-taken");
            show(&app, &visit, (&token, &invitation), StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(StoreError::Stale) => Err(Halt::Rule("d-join-used")),
        Err(err) => Err(err.into()),
    }
}

/// A link that gives a member a new password: only the password is asked for.
async fn accept_back(
    app: &App,
    visit: &Visit,
    token: &Token,
    member: &Member,
    fields: Fields,
) -> Answer<Response> {
    let mut form = Form::new(visit.lang, fields).with("login", member.login.clone());
    let password = read_password(&mut form);
    let Some(password) = password.filter(|_| form.is_fine()) else {
        return show_back(app, visit, member, StatusCode::UNPROCESSABLE_ENTITY, form);
    };
    let hash = app.sign_ins.hash(password).await?;
    match app.store.accept_back(token.hash(), member.id, &hash, app.now()).await {
        Ok(()) => begin(app, member, "/desk?done=password").await,
        Err(StoreError::Stale) => Err(Halt::Rule("d-join-used")),
        Err(err) => Err(err.into()),
    }
}

async fn invited_back(app: &App, token: &str) -> Answer<Option<(Token, Member)>> {
    let Some(token) = Token::parse(token) else { return Ok(None) };
    let member = app.store.invited_back(token.hash(), app.now()).await?;
    Ok(member.map(|it| (token, it)))
}

fn show_back(
    app: &App,
    visit: &Visit,
    member: &Member,
    status: StatusCode,
    form: Form,
) -> Answer<Response> {
    let lang = visit.lang;
    let page = BackPage {
        page: Page::new(app, lang, locale::text(lang, "d-join-back-title"), ""),
        desk: Frame::stranger(lang),
        form,
        login: member.login.clone(),
        password_min: i64::try_from(PASSWORD_CHARS_MIN).unwrap_or(i64::MAX),
    };
    Ok(page::status(status, &page)?)
}

pub(super) async fn invitation(app: &App, token: &str) -> Answer<(Token, Invitation)> {
    let token = Token::parse(token).ok_or(Halt::Rule("d-join-used"))?;
    let found = app.store.invitation(token.hash(), app.now()).await?;
    found.map(|it| (token, it)).ok_or(Halt::Rule("d-join-used"))
}

pub(super) fn read_login(form: &mut Form) -> Option<Login> {
    let login = Login::parse(form.value("login"));
    if login.is_none() {
        form.complain("login", "d-join-bad-login");
    }
    login
}

/// A new password, typed twice the same.
pub(super) fn read_password(form: &mut Form) -> Option<String> {
    let password = form.value("password").to_owned();
    let key = match check_password(&password, form.value("login")) {
        Ok(()) if password == form.value("again") => return Some(password),
        Ok(()) => "d-join-not-the-same",
        Err(WeakPassword::TooShort) => "d-join-too-short",
        Err(WeakPassword::TooLong) => "d-join-too-long",
        Err(WeakPassword::Common) => "d-join-common",
    };
    form.complain("password", key);
    None
}

pub(super) async fn show(
    app: &App,
    visit: &Visit,
    (token, invitation): (&Token, &Invitation),
    status: StatusCode,
    form: Form,
) -> Answer<Response> {
    let lang = visit.lang;
    let orgs = app.store.orgs().await?;
    let name = |id: OrgId| orgs.iter().find(|it| it.id == id).map(|it| it.name.clone());
    let join = JoinPage {
        page: Page::new(app, lang, locale::text(lang, "d-join-title"), ""),
        desk: Frame::stranger(lang),
        form,
        org: invitation.org.and_then(name),
        role: words::role(lang, invitation.role),
        kinds: words::kinds(lang),
        password_min: i64::try_from(PASSWORD_CHARS_MIN).unwrap_or(i64::MAX),
        token: token.as_str().to_owned(),
        provider: invitation.org.and(app.provider.get()).map(|it| it.host().to_owned()),
    };
    Ok(page::status(status, &join)?)
}

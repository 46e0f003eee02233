//! Signing in at the OpenID Connect provider: there and back. There is no self-registration: an
//! identity that no member has linked is refused.
//!
//! Going there begins with a form (so that no other site begins it) and continues by a page that
//! leads on, because `form-action 'self'` lets no form end on another host. What was asked is kept
//! by the browser, sealed, for some minutes.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use kiemtin_core::ids::MemberId;
use kiemtin_store::members::Member;
use kiemtin_store::{Rule, StoreError};

use super::actor::{Actor, Visit, dance, dance_cookie};
use super::form::{Asked, Fields, Form};
use super::frame::Frame;
use super::halt::{Answer, Halt};
use super::sign_in::{begin, within_desk};
use crate::app::App;
use crate::app::clock::chance;
use crate::app::people::{Login, Token};
use crate::app::provider::{DANCE_MS, Dance, NotSignedIn, Provider, Then};
use crate::locale;
use crate::web::page::{self, Page};

#[derive(Template)]
#[template(path = "desk/provider.html")]
struct LeavePage {
    page: Page,
    desk: Frame,
    host: String,
    address: String,
}

/// `POST /desk/sign-in/provider`
pub(super) async fn sign_in(
    State(app): State<Arc<App>>,
    visit: Visit,
    fields: Fields,
) -> Answer<Response> {
    let to = within_desk(fields.one("to")).to_owned();
    leave(&app, &visit, Then::SignIn(to)).await
}

/// `POST /desk/provider/link`
pub(super) async fn link(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
) -> Answer<Response> {
    leave(&app, &visit, Then::Link(actor.member.id)).await
}

/// `POST /desk/provider/unlink`
pub(super) async fn unlink(State(app): State<Arc<App>>, actor: Actor) -> Answer<Response> {
    app.store.unlink(actor.member.id).await?;
    Ok(Redirect::to("/desk/sessions?done=unlinked").into_response())
}

/// `POST /desk/join/{token}/provider`: uses a one-time link with an identity at the provider, in the
/// place of a password.
pub(super) async fn join(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(token): Path<String>,
    fields: Fields,
) -> Answer<Response> {
    let (link, invitation) = super::join::invitation(&app, &token).await?;
    let mut form = Form::new(visit.lang, fields);
    let login = super::join::read_login(&mut form);
    let Some(login) = login.filter(|_| invitation.org.is_some()) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return super::join::show(&app, &visit, (&link, &invitation), status, form).await;
    };
    leave(&app, &visit, Then::Join { token, login: login.as_str().to_owned() }).await
}

/// `GET /desk/sign-in/back?code=&state=`: where the provider sends a browser back to.
pub(super) async fn back(
    State(app): State<Arc<App>>,
    visit: Visit,
    headers: HeaderMap,
    Asked(asked): Asked,
) -> Answer<Response> {
    let provider = provider(&app)?;
    let dance = Dance::open(app.key(), dance(&headers), asked.one("state"), app.now());
    let dance = dance.map_err(|why| not_signed_in(&why))?;
    let code = asked.one("code");
    if code.is_empty() || !provider.is_from_here(asked.one("iss")) {
        return Err(Halt::Rule("d-provider-refused"));
    }
    let identity = provider.finish(&dance, code, app.key(), app.now()).await;
    let identity = identity.map_err(|why| not_signed_in(&why))?;
    let response = match dance.then {
        Then::SignIn(to) => sign_in_as(&app, &visit, identity, &to).await?,
        Then::Link(member) => link_to(&app, &visit, member, identity).await?,
        Then::Join { token, login } => join_as(&app, &token, &login, identity).await?,
    };
    let cookie = [(header::SET_COOKIE, dance_cookie(&app, "", 0))];
    Ok((AppendHeaders(cookie), response).into_response())
}

async fn sign_in_as(app: &App, visit: &Visit, identity: [u8; 32], to: &str) -> Answer<Response> {
    let member = app.store.member_by_identity(identity).await?;
    let member = member.ok_or(Halt::Rule("d-provider-unknown"))?;
    if let Some(old) = &visit.token {
        app.store.end_session(old.hash()).await?;
    }
    begin(app, &member, within_desk(to)).await
}

/// The answer must come to the session that asked.
async fn link_to(
    app: &App,
    visit: &Visit,
    member: MemberId,
    identity: [u8; 32],
) -> Answer<Response> {
    let actor = visit.actor.as_ref().filter(|it| it.member.id == member);
    let actor = actor.ok_or(Halt::Rule("d-provider-other-dance"))?;
    app.store.link(actor.member.id, identity, app.now()).await?;
    Ok(Redirect::to("/desk/sessions?done=linked").into_response())
}

async fn join_as(app: &App, token: &str, login: &str, identity: [u8; 32]) -> Answer<Response> {
    let (token, invitation): (Token, _) = super::join::invitation(app, token).await?;
    let org = invitation.org.ok_or(Halt::Rule("d-join-used"))?;
    let login = Login::parse(login).ok_or(Halt::Rule("d-join-bad-login"))?;
    let id = MemberId::new(app.now(), chance());
    let login = login.as_str().to_owned();
    let new = Member { id, org, login, role: invitation.role };
    match app.store.accept_with_identity(token.hash(), &new, identity, app.now()).await {
        Ok(()) => begin(app, &new, "/desk").await,
        Err(StoreError::Rule(Rule::IdentityTaken)) => Err(Halt::Rule("rule-identity-taken")),
        Err(StoreError::Refused(_)) => Err(Halt::Rule("d-join-taken")),
        Err(StoreError::Stale) => Err(Halt::Rule("d-join-used")),
        Err(err) => Err(err.into()),
    }
}

fn provider(app: &App) -> Answer<&Provider> {
    app.provider.get().ok_or(Halt::Missing)
}

/// The page that leads on to the provider.
async fn leave(app: &App, visit: &Visit, then: Then) -> Answer<Response> {
    let provider = provider(app)?;
    let (address, dance) =
        provider.begin(then, app.now()).await.map_err(|why| not_signed_in(&why))?;
    let lang = visit.lang;
    let page = LeavePage {
        page: Page::new(app, lang, locale::text(lang, "d-provider-title"), ""),
        desk: Frame::of(visit),
        host: provider.host().to_owned(),
        address: address.to_string(),
    };
    let cookie = dance_cookie(app, &dance.seal(app.key()), DANCE_MS / 1_000);
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), page::html(&page)?).into_response())
}

/// What the member reads; the log says why, and names nobody.
fn not_signed_in(why: &NotSignedIn) -> Halt {
    match why {
        NotSignedIn::OtherDance => Halt::Rule("d-provider-other-dance"),
        NotSignedIn::Refused(_) => {
            tracing::warn!(error = %why, "A sign-in at the provider was refused: {why}");
            Halt::Rule("d-provider-refused")
        }
        NotSignedIn::Absent(_) => {
            tracing::error!(error = %why, "The provider does not answer: {why}");
            Halt::Busy("d-provider-absent")
        }
    }
}

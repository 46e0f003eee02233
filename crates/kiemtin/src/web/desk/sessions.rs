//! `/desk/sessions`: how a member signs in, and the own sessions, each to be ended.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::second_factor::is_required;
use kiemtin_store::members::TokenHash;
use kiemtin_store::sessions::{Opened, SESSION_IDLE_MS, SESSION_MS};

use super::actor::{Actor, Visit, no_session_cookie};
use super::frame::Frame;
use super::halt::{Answer, Halt};
use crate::app::App;
use crate::app::people::Token;
use crate::locale;
use crate::web::page::{self, Page};

#[derive(Template)]
#[template(path = "desk/sessions.html")]
struct SessionsPage {
    page: Page,
    desk: Frame,
    sessions: Vec<SessionRow>,
    idle_hours: i64,
    most_hours: i64,
    has_factor: bool,
    factor_required: bool,
    provider: Option<ProviderRow>,
}

struct SessionRow {
    id: String,
    begun: String,
    seen: String,
    is_this: bool,
}

struct ProviderRow {
    host: String,
    is_linked: bool,
}

/// `GET /desk/sessions`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
) -> Answer<Response> {
    let (lang, member) = (visit.lang, &actor.member);
    let this = visit.token.as_ref().map(Token::hash);
    let row = |it: &Opened| SessionRow {
        id: hex::encode(it.token),
        begun: it.begun.date_time(lang),
        seen: it.seen.date_time(lang),
        is_this: Some(it.token) == this,
    };
    let provider = match app.provider.get() {
        None => None,
        Some(provider) => {
            let is_linked = app.store.is_linked(member.id).await?;
            Some(ProviderRow { host: provider.host().to_owned(), is_linked })
        }
    };
    let page = SessionsPage {
        page: Page::new(&app, lang, locale::text(lang, "d-sessions-title"), ""),
        desk: Frame::of(&visit),
        sessions: app.store.sessions(member.id, app.now()).await?.iter().map(row).collect(),
        idle_hours: SESSION_IDLE_MS / kiemtin_core::time::HOUR_MS,
        most_hours: SESSION_MS / kiemtin_core::time::HOUR_MS,
        has_factor: app.store.factor(member.id).await?.is_some(),
        factor_required: is_required(member.role),
        provider,
    };
    Ok(page::html(&page)?)
}

/// `POST /desk/sessions/{id}/end`: one of one's own; another's is not there.
pub(super) async fn end(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
) -> Answer<Response> {
    let token: Option<TokenHash> = hex::decode(&id).ok().and_then(|it| it.try_into().ok());
    let token = token.ok_or(Halt::Missing)?;
    app.store.end_own_session(actor.member.id, token).await?;
    if visit.token.as_ref().map(Token::hash) == Some(token) {
        let cookie = [(header::SET_COOKIE, no_session_cookie(&app))];
        return Ok((cookie, Redirect::to("/desk/sign-in")).into_response());
    }
    Ok(Redirect::to("/desk/sessions?done=session-ended").into_response())
}

/// `POST /desk/sessions/others/end`
pub(super) async fn end_others(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
) -> Answer<Response> {
    let (_, token) = visit.member()?;
    app.store.end_other_sessions(actor.member.id, token.hash()).await?;
    Ok(Redirect::to("/desk/sessions?done=others-ended").into_response())
}

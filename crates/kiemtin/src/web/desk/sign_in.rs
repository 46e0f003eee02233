//! `/desk/sign-in`: in and out, and the language of the desk.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use kiemtin_core::lang::Lang;
use kiemtin_store::members::Member;

use super::actor::{Visit, known_cookie, lang_cookie, no_session_cookie, session_cookie};
use super::form::{Fields, Form};
use super::frame::Frame;
use super::halt::Answer;
use crate::app::App;
use crate::app::clock::chance;
use crate::app::people::{PASSWORD_BYTES_MAX, Token};
use crate::locale;
use crate::web::page::{self, Page};

/// Longer than any login: what is longer is not looked up.
const LOGIN_BYTES_MAX: usize = 40;

#[derive(Template)]
#[template(path = "desk/sign_in.html")]
struct SignInPage {
    page: Page,
    desk: Frame,
    form: Form,
}

/// `GET /desk/sign-in`
pub(super) async fn page(State(app): State<Arc<App>>, visit: Visit) -> Answer<Response> {
    if visit.actor.is_some() {
        return Ok(Redirect::to("/desk").into_response());
    }
    show(&app, &visit, StatusCode::OK, Form::new(visit.lang, Fields::default()))
}

/// `POST /desk/sign-in`: a right password begins a session with a new token.
pub(super) async fn enter(
    State(app): State<Arc<App>>,
    visit: Visit,
    fields: Fields,
) -> Answer<Response> {
    let login = fields.one("login").to_lowercase();
    let password = fields.one("password").to_owned();
    let mut form = Form::new(visit.lang, Fields::of(vec![("login", login.clone())]));
    if LOGIN_BYTES_MAX < login.len() || PASSWORD_BYTES_MAX < password.len() {
        form.complain("login", "d-sign-in-wrong");
        return show(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, form);
    }
    let known = visit.knows(&app, &login);
    if let Err(seconds) = app.sign_ins.begin(&login, known, app.now()) {
        return wait(&app, &visit, form, seconds);
    }
    let found = app.store.member_by_login(&login).await?;
    let (member, hash) = found.map_or((None, None), |(member, hash)| (Some(member), Some(hash)));
    let is_right = app.sign_ins.verify(password, hash).await?;
    let Some(member) = member.filter(|_| is_right) else {
        form.complain("login", "d-sign-in-wrong");
        return show(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, form);
    };
    app.sign_ins.succeeded(&login, known);
    if let Some(old) = &visit.token {
        app.store.end_session(old.hash()).await?;
    }
    begin(&app, &member).await
}

/// Begins a session of a member and goes to the desk.
pub(super) async fn begin(app: &App, member: &Member) -> Answer<Response> {
    let token = Token::new(chance());
    app.store.begin_session(token.hash(), member.id, app.now()).await?;
    let cookies = AppendHeaders([
        (header::SET_COOKIE, session_cookie(app, &token)),
        (header::SET_COOKIE, known_cookie(app, &member.login)),
    ]);
    Ok((cookies, Redirect::to("/desk")).into_response())
}

/// `POST /desk/sign-out`
pub(super) async fn leave(State(app): State<Arc<App>>, visit: Visit) -> Answer<Response> {
    if let Some(token) = &visit.token {
        app.store.end_session(token.hash()).await?;
    }
    let cookie = [(header::SET_COOKIE, no_session_cookie(&app))];
    Ok((cookie, Redirect::to("/desk/sign-in")).into_response())
}

/// `POST /desk/lang`: keeps the language in a cookie, so that no address carries it.
pub(super) async fn speak(State(app): State<Arc<App>>, visit: Visit, fields: Fields) -> Response {
    let lang = Lang::from_tag(fields.one("lang")).unwrap_or(visit.lang);
    let back = if visit.actor.is_some() { "/desk" } else { "/desk/sign-in" };
    ([(header::SET_COOKIE, lang_cookie(&app, lang))], Redirect::to(back)).into_response()
}

fn show(app: &App, visit: &Visit, status: StatusCode, form: Form) -> Answer<Response> {
    let title = locale::text(visit.lang, "d-sign-in-title");
    let page = Page::new(app, visit.lang, title, "");
    Ok(page::status(status, &SignInPage { page, desk: Frame::of(visit), form })?)
}

fn wait(app: &App, visit: &Visit, mut form: Form, seconds: i64) -> Answer<Response> {
    form.complain_with("login", "d-sign-in-wait", seconds);
    let response = show(app, visit, StatusCode::TOO_MANY_REQUESTS, form)?;
    Ok(([(header::RETRY_AFTER, seconds.to_string())], response).into_response())
}

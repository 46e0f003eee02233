//! `/desk/sign-in/code`: the second factor, after the password or the provider.
//!
//! Guessing is as slow here as at the first door and slower, and never for a browser that its owner
//! signed in with before.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use kiemtin_core::second_factor::Lacking;
use kiemtin_store::StoreError;
use kiemtin_store::factors::Proof;
use kiemtin_store::members::Member;
use url::form_urlencoded;

use super::actor::{Half, Visit, known_cookie, session_cookie};
use super::form::{Asked, Fields, Form};
use super::frame::Frame;
use super::halt::{Answer, Halt};
use super::sign_in::within_desk;
use crate::app::App;
use crate::app::clock::chance;
use crate::app::people::{Attempt, Door, Token};
use crate::app::second_factor::proof;
use crate::locale;
use crate::web::page::{self, Page};

/// Longer than any code, with the spaces that people put in.
const CODE_CHARS_MAX: usize = 40;

#[derive(Template)]
#[template(path = "desk/code.html")]
struct CodePage {
    page: Page,
    desk: Frame,
    form: Form,
    login: String,
}

/// The address that leads on to a page of the desk.
pub(super) fn address(to: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    match to {
        "/desk" => "/desk/sign-in/code".to_owned(),
        to => format!("/desk/sign-in/code?{}", query.append_pair("to", to).finish()),
    }
}

/// `GET /desk/sign-in/code?to=`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer<Response> {
    let to = within_desk(asked.one("to")).to_owned();
    let Some(half) = waits_for_code(&visit) else {
        return Ok(Redirect::to(&super::sign_in::address(&to)).into_response());
    };
    let form = Form::new(visit.lang, Fields::of(vec![("to", to)]));
    show(&app, &visit, &half.member, StatusCode::OK, form)
}

/// `POST /desk/sign-in/code`: the session goes on under a new token, and lacks nothing any more.
pub(super) async fn enter(
    State(app): State<Arc<App>>,
    visit: Visit,
    fields: Fields,
) -> Answer<Response> {
    let to = within_desk(fields.one("to")).to_owned();
    let Some(half) = waits_for_code(&visit) else {
        return Ok(Redirect::to(&super::sign_in::address(&to)).into_response());
    };
    let (member, old) = visit.member()?;
    let mut form = Form::new(visit.lang, Fields::of(vec![("to", to.clone())]));
    let proof = match shown(&app, &visit, member, fields.one("code"), &mut form).await? {
        Ok(proof) => proof,
        Err(status) => return show(&app, &visit, &half.member, status, form),
    };
    let token = Token::new(chance());
    let passed = app.store.pass_factor(member.id, proof, (old.hash(), token.hash())).await;
    match passed {
        Ok(()) => {
            succeeded(&app, &visit, member);
            let cookies = AppendHeaders([
                (header::SET_COOKIE, session_cookie(&app, &token)),
                (header::SET_COOKIE, known_cookie(&app, &member.login)),
            ]);
            Ok((cookies, Redirect::to(&to)).into_response())
        }
        Err(StoreError::Stale) => {
            form.complain("code", "d-code-wrong");
            show(&app, &visit, &half.member, StatusCode::UNPROCESSABLE_ENTITY, form)
        }
        Err(err) => Err(err.into()),
    }
}

fn waits_for_code(visit: &Visit) -> Option<&Half> {
    visit.half.as_ref().filter(|it| it.lacking == Lacking::Code)
}

fn attempt(app: &App, visit: &Visit, member: &Member) -> Attempt {
    let known = visit.knows(app, &member.login);
    Attempt { door: Door::Code, login: member.login.clone(), known }
}

/// What a typed code shows, if anything; it counts as a wrong one until [`succeeded`] is called.
/// Without, the form says why, and the status is that of its page.
pub(super) async fn shown(
    app: &App,
    visit: &Visit,
    member: &Member,
    typed: &str,
    form: &mut Form,
) -> Answer<Result<Proof, StatusCode>> {
    if let Err(seconds) = app.sign_ins.begin(&attempt(app, visit, member), app.now()) {
        form.complain_with("code", "d-code-wait", seconds);
        return Ok(Err(StatusCode::TOO_MANY_REQUESTS));
    }
    let factor = app.store.factor(member.id).await?.ok_or(Halt::Stale)?;
    let fits = typed.len() <= CODE_CHARS_MAX;
    let shown = fits.then(|| proof(app.key(), member.id, &factor.sealed, typed, app.now()));
    match shown.flatten() {
        Some(proof) => Ok(Ok(proof)),
        None => {
            form.complain("code", "d-code-wrong");
            Ok(Err(StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

/// The code was right, and was used for the first time.
pub(super) fn succeeded(app: &App, visit: &Visit, member: &Member) {
    app.sign_ins.succeeded(&attempt(app, visit, member));
}

fn show(
    app: &App,
    visit: &Visit,
    member: &Member,
    status: StatusCode,
    form: Form,
) -> Answer<Response> {
    let title = locale::text(visit.lang, "d-code-title");
    let page = CodePage {
        page: Page::new(app, visit.lang, title, ""),
        desk: Frame::of(visit),
        form,
        login: member.login.clone(),
    };
    Ok(page::status(status, &page)?)
}

//! `/desk/password`: a member changes the own password. All sessions end; this browser gets a new one.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::actor::{Actor, Visit};
use super::form::{Fields, Form};
use super::frame::Frame;
use super::halt::Answer;
use super::join::read_password;
use super::sign_in::begin_as;
use crate::app::App;
use crate::app::people::{Attempt, Door, PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN};
use crate::locale;
use crate::web::page::{self, Page};

#[derive(Template)]
#[template(path = "desk/password.html")]
struct PasswordPage {
    page: Page,
    desk: Frame,
    form: Form,
    password_min: i64,
}

/// `GET /desk/password`
pub(super) async fn page(State(app): State<Arc<App>>, visit: Visit) -> Answer<Response> {
    show(&app, &visit, StatusCode::OK, Form::new(visit.lang, Fields::default()))
}

/// `POST /desk/password`: guessing the old one is as slow here as at the door.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    fields: Fields,
) -> Answer<Response> {
    let login = actor.member.login.clone();
    let mut form = Form::new(visit.lang, fields).with("login", login.clone());
    let new = read_password(&mut form);
    let old = form.value("old").to_owned();
    let known = visit.knows(&app, &login);
    let attempt = Attempt { door: Door::Password, login: login.clone(), known };
    if let Err(seconds) = app.sign_ins.begin(&attempt, app.now()) {
        form.complain_with("old", "d-sign-in-wait", seconds);
        return show(&app, &visit, StatusCode::TOO_MANY_REQUESTS, form);
    }
    let hash = app.store.member_by_login(&login).await?.map(|(_, hash)| hash);
    let is_right = old.len() <= PASSWORD_BYTES_MAX && app.sign_ins.verify(old, hash).await?;
    if is_right {
        app.sign_ins.succeeded(&attempt);
    } else {
        form.complain("old", "d-password-old-wrong");
    }
    let Some(new) = new.filter(|_| form.is_fine()) else {
        return show(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, form);
    };
    let hash = app.sign_ins.hash(new).await?;
    app.store.set_password(actor.member.id, &hash).await?;
    begin_as(&app, &actor.member, visit.passed_factor, "/desk?done=password").await
}

fn show(app: &App, visit: &Visit, status: StatusCode, form: Form) -> Answer<Response> {
    let lang = visit.lang;
    let page = PasswordPage {
        page: Page::new(app, lang, locale::text(lang, "d-password-title"), ""),
        desk: Frame::of(visit),
        form,
        password_min: i64::try_from(PASSWORD_CHARS_MIN).unwrap_or(i64::MAX),
    };
    Ok(page::status(status, &page)?)
}

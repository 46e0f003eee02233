//! `/desk/sign-in`: in and out, and the language of the desk.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use kiemtin_core::lang::Lang;
use kiemtin_core::second_factor::Lacking;
use kiemtin_store::members::Member;
use url::form_urlencoded;

use super::actor::{Visit, known_cookie, lacking, lang_cookie, no_session_cookie, session_cookie};
use super::code;
use super::form::{Asked, Fields, Form};
use super::frame::Frame;
use super::halt::{Answer, Halt};
use crate::app::App;
use crate::app::clock::chance;
use crate::app::people::{Attempt, Door, PASSWORD_BYTES_MAX, Token};
use crate::locale;
use crate::web::page::{self, Page};

/// Longer than any login: what is longer is not looked up.
const LOGIN_BYTES_MAX: usize = 40;
/// Longer than any address of the desk.
const PATH_BYTES_MAX: usize = 200;

#[derive(Template)]
#[template(path = "desk/sign_in.html")]
struct SignInPage {
    page: Page,
    desk: Frame,
    form: Form,
    /// The host of the OpenID Connect provider, if there is one.
    provider: Option<String>,
}

/// `GET /desk/sign-in?to=`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer<Response> {
    let to = within_desk(asked.one("to"));
    if visit.actor.is_some() {
        return Ok(Redirect::to(to).into_response());
    }
    if let Some(half) = &visit.half {
        return Ok(Redirect::to(&next_step(Some(half.lacking), to)).into_response());
    }
    let form = Form::new(visit.lang, Fields::of(vec![("to", to.to_owned())]));
    show(&app, &visit, StatusCode::OK, form)
}

/// The address of signing in that leads back to a page.
pub(super) fn address(back: &str) -> String {
    match within_desk(back) {
        "/desk" => "/desk/sign-in".to_owned(),
        back => {
            let mut query = form_urlencoded::Serializer::new(String::new());
            format!("/desk/sign-in?{}", query.append_pair("to", back).finish())
        }
    }
}

/// A page of the desk to go to; for anything else, another site's address say, the first one.
pub(super) fn within_desk(path: &str) -> &str {
    let is_plain = path.len() <= PATH_BYTES_MAX
        && path.bytes().all(|it| it.is_ascii_graphic() && it != b'\\')
        && !path.contains("..");
    let is_page = path.starts_with("/desk/") && !path.starts_with("/desk/sign-");
    if is_plain && is_page { path } else { "/desk" }
}

/// `POST /desk/sign-in`: a right password begins a session with a new token.
pub(super) async fn enter(
    State(app): State<Arc<App>>,
    visit: Visit,
    fields: Fields,
) -> Answer<Response> {
    let login = fields.one("login").to_lowercase();
    let password = fields.one("password").to_owned();
    let to = within_desk(fields.one("to")).to_owned();
    let kept = vec![("login", login.clone()), ("to", to.clone())];
    let mut form = Form::new(visit.lang, Fields::of(kept));
    if LOGIN_BYTES_MAX < login.len() || PASSWORD_BYTES_MAX < password.len() {
        form.complain("login", "d-sign-in-wrong");
        return show(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, form);
    }
    let known = visit.knows(&app, &login);
    let attempt = Attempt { door: Door::Password, login: login.clone(), known };
    if let Err(seconds) = app.sign_ins.begin(&attempt, app.now()) {
        return wait(&app, &visit, form, seconds);
    }
    let found = app.store.member_by_login(&login).await?;
    let (member, hash) = found.map_or((None, None), |(member, hash)| (Some(member), Some(hash)));
    let is_right = app.sign_ins.verify(password, hash).await?;
    let Some(member) = member.filter(|_| is_right) else {
        form.complain("login", "d-sign-in-wrong");
        return show(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, form);
    };
    app.sign_ins.succeeded(&attempt);
    if let Some(old) = &visit.token {
        app.store.end_session(old.hash()).await?;
    }
    begin(&app, &member, &to).await
}

/// Begins a session of a member and goes to a page of the desk, or first to where the session gets
/// what it lacks. Only a browser whose session lacks nothing is known from then on: whoever has just
/// the password is not taken for the owner.
pub(super) async fn begin(app: &App, member: &Member, to: &str) -> Answer<Response> {
    begin_as(app, member, false, to).await
}

/// The same in the place of a session in which the second factor was shown, or was not.
pub(super) async fn begin_as(
    app: &App,
    member: &Member,
    passed_factor: bool,
    to: &str,
) -> Answer<Response> {
    let token = Token::new(chance());
    app.store.begin_session(token.hash(), member.id, passed_factor, app.now()).await?;
    let session = app.store.session(token.hash(), app.now()).await?.ok_or(Halt::Stale)?;
    let lacking = lacking(app, &session);
    let next = Redirect::to(&next_step(lacking, to));
    let cookie = [(header::SET_COOKIE, session_cookie(app, &token))];
    if lacking.is_some() {
        return Ok((AppendHeaders(cookie), next).into_response());
    }
    let known = [(header::SET_COOKIE, known_cookie(app, &member.login))];
    Ok((AppendHeaders(cookie), AppendHeaders(known), next).into_response())
}

/// Where a session goes to get what it lacks, and then to a page of the desk.
fn next_step(lacking: Option<Lacking>, to: &str) -> String {
    match lacking {
        None => to.to_owned(),
        Some(Lacking::Code) => code::address(within_desk(to)),
        Some(Lacking::Factor) => "/desk/second-factor".to_owned(),
    }
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
    let provider = app.provider.get().map(|it| it.host().to_owned());
    Ok(page::status(status, &SignInPage { page, desk: Frame::of(visit), form, provider })?)
}

fn wait(app: &App, visit: &Visit, mut form: Form, seconds: i64) -> Answer<Response> {
    form.complain_with("login", "d-sign-in-wait", seconds);
    let response = show(app, visit, StatusCode::TOO_MANY_REQUESTS, form)?;
    Ok(([(header::RETRY_AFTER, seconds.to_string())], response).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_back_to_a_page_of_the_desk_and_nowhere_else() {
        let back = "/desk/cases/1/draft?x=y";
        assert_eq!(within_desk(back), back);
        assert_eq!(address("/desk"), "/desk/sign-in");
        assert_eq!(address("/desk/cases"), "/desk/sign-in?to=%2Fdesk%2Fcases");
        for away in [
            "",
            "https://evil.example/desk/",
            "//evil.example/desk/",
            "/desk/../vi",
            "/desk/\\evil.example",
            "/desk/a\r\nb",
            "/desk/sign-in?to=x",
            "/vi",
        ] {
            assert_eq!(within_desk(away), "/desk", "{away}");
        }
    }
}

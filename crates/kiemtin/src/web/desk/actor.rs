//! Who asks, in which language: read from two cookies once a request, before anything else.
//!
//! The session's cookie is `__Host-s` behind TLS, and a plain one on `http` for a desk on this
//! machine. `desk-lang` keeps the language, `desk-known` that this browser signed in before.

use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kiemtin_core::lang::Lang;
use kiemtin_store::members::Member;
use kiemtin_store::organisations::Org;

use super::expired;
use super::frame::Frame;
use super::halt::{self, Answer, Halt, Said};
use crate::app::App;
use crate::app::admission::hmac;
use crate::app::people::Token;
use crate::web::page::preferred;

/// A member who is signed in.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    /// The member.
    pub(super) member: Member,
    /// The organisation they act for.
    pub(super) org: Org,
    /// The language they read.
    pub(super) lang: Lang,
}

/// What is known of whoever asks, signed in or not.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    /// The member, with a living session.
    pub(super) actor: Option<Actor>,
    /// The language of the desk for this browser.
    pub(super) lang: Lang,
    /// The session's token, living or not.
    pub(super) token: Option<Token>,
    /// What says that a login was used in this browser before.
    pub(super) known: Option<String>,
    /// A fixed sentence about what was just done.
    pub(super) query: String,
}

const LANG: &str = "desk-lang";
const KNOWN: &str = "desk-known";
/// A year: the language of a desk does not change from one day to the next.
const LASTING_SECONDS: i64 = 365 * 24 * 60 * 60;

/// Reads the cookies, lets the request through, and makes the page of a refusal.
pub(super) async fn visit(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let visit = match read(&app, &parts).await {
        Ok(visit) => visit,
        Err(halt) => {
            let response = axum::response::IntoResponse::into_response(halt);
            return said(&app, Frame::stranger(preferred(&parts)), response);
        }
    };
    let frame = Frame::of(&visit);
    if visit.actor.is_none() && parts.method == Method::POST && !expired::is_door(parts.uri.path())
    {
        return expired::page(&app, &visit, Request::from_parts(parts, body)).await;
    }
    parts.extensions.insert(visit);
    let response = next.run(Request::from_parts(parts, body)).await;
    said(&app, frame, response)
}

fn said(app: &App, frame: Frame, mut response: Response) -> Response {
    match response.extensions_mut().remove::<Said>() {
        Some(said) => halt::page(app, frame, response, &said),
        None => response,
    }
}

async fn read(app: &App, parts: &Parts) -> Answer<Visit> {
    let lang = cookie(&parts.headers, LANG).and_then(Lang::from_tag);
    let lang = lang.unwrap_or_else(|| preferred(parts));
    let token = cookie(&parts.headers, session_name(app)).and_then(Token::parse);
    let member = match &token {
        Some(token) => app.store.session(token.hash(), app.now()).await?,
        None => None,
    };
    let actor = match member {
        Some(member) => {
            let org = app.store.orgs().await?.into_iter().find(|it| it.id == member.org);
            org.map(|org| Actor { member, org, lang })
        }
        None => None,
    };
    let known = cookie(&parts.headers, KNOWN).map(str::to_owned);
    let query = parts.uri.query().unwrap_or_default().to_owned();
    Ok(Visit { actor, lang, token, known, query })
}

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = Halt;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Answer<Self> {
        let visit = parts.extensions.get::<Self>().cloned();
        visit.ok_or_else(|| Halt::Broken(anyhow::anyhow!("a route of the desk outside its layer")))
    }
}

impl FromRequestParts<Arc<App>> for Actor {
    type Rejection = Halt;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Answer<Self> {
        let visit = <Visit as FromRequestParts<_>>::from_request_parts(parts, app).await?;
        visit.actor.ok_or_else(|| Halt::SignIn(parts.uri.path().to_owned()))
    }
}

impl OptionalFromRequestParts<Arc<App>> for Actor {
    type Rejection = Halt;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Answer<Option<Self>> {
        let visit = <Visit as FromRequestParts<_>>::from_request_parts(parts, app).await?;
        Ok(visit.actor)
    }
}

impl Visit {
    /// Whether this login was used in this browser before.
    pub(super) fn knows(&self, app: &App, login: &str) -> bool {
        self.known.as_deref() == Some(known(app, login).as_str())
    }
}

/// The cookie that begins a session.
pub(super) fn session_cookie(app: &App, token: &Token) -> HeaderValue {
    let (name, path, secure) = session_attributes(app);
    value(format!("{name}={}; Path={path}; HttpOnly; SameSite=Lax{secure}", token.as_str()))
}

/// The cookie that ends one.
pub(super) fn no_session_cookie(app: &App) -> HeaderValue {
    let (name, path, secure) = session_attributes(app);
    value(format!("{name}=; Path={path}; HttpOnly; SameSite=Lax; Max-Age=0{secure}"))
}

/// The cookie that keeps the language.
pub(super) fn lang_cookie(app: &App, lang: Lang) -> HeaderValue {
    lasting(app, LANG, lang.tag())
}

/// The cookie that tells a member's own browser from one that guesses.
pub(super) fn known_cookie(app: &App, login: &str) -> HeaderValue {
    lasting(app, KNOWN, &known(app, login))
}

fn known(app: &App, login: &str) -> String {
    URL_SAFE_NO_PAD.encode(hmac(app.key(), "known browser", &[login]))
}

fn lasting(app: &App, name: &str, text: &str) -> HeaderValue {
    let (.., secure) = session_attributes(app);
    let rest = format!("Path=/desk; HttpOnly; SameSite=Lax; Max-Age={LASTING_SECONDS}{secure}");
    value(format!("{name}={text}; {rest}"))
}

fn session_name(app: &App) -> &'static str {
    session_attributes(app).0
}

fn session_attributes(app: &App) -> (&'static str, &'static str, &'static str) {
    match app.public_url.starts_with("https://") {
        true => ("__Host-s", "/", "; Secure"),
        false => ("desk-session", "/desk", ""),
    }
}

fn value(cookie: String) -> HeaderValue {
    HeaderValue::try_from(cookie).expect("names, base64url and fixed words are header text")
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|it| it.to_str().ok());
    let mut pairs = all.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    pairs.find(|(it, _)| *it == name).map(|(_, value)| value)
}

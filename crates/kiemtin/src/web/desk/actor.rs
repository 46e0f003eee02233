//! Who asks, in which language: read from two cookies once a request, before anything else.
//!
//! The session's cookie is `__Host-s` behind TLS, and a plain one on `http` for a desk on this
//! machine. `desk-lang` keeps the language, `desk-known` that this browser signed in before, and
//! `desk-provider` for some minutes what was asked of the OpenID Connect provider.

use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kiemtin_core::lang::Lang;
use kiemtin_core::second_factor::{self, Lacking, Standing};
use kiemtin_core::time::Timestamp;
use kiemtin_store::members::Member;
use kiemtin_store::organisations::Org;
use kiemtin_store::sessions::Session;

use super::expired;
use super::frame::Frame;
use super::halt::{self, Answer, Halt, Said};
use crate::app::App;
use crate::app::admission::hmac;
use crate::app::people::Token;
use crate::app::provider::BACK;
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

/// A member whose session still lacks something.
#[derive(Clone, Debug)]
pub(super) struct Half {
    /// The member.
    pub(super) member: Member,
    /// What it lacks.
    pub(super) lacking: Lacking,
}

/// What is known of whoever asks, signed in or not.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    /// The member, with a living session that lacks nothing.
    pub(super) actor: Option<Actor>,
    /// The member, with a session that still lacks the second factor: it opens nothing else.
    pub(super) half: Option<Half>,
    /// Whether the second factor was shown in this session.
    pub(super) passed_factor: bool,
    /// When the session began.
    pub(super) begun: Option<Timestamp>,
    /// The language of the desk for this browser.
    pub(super) lang: Lang,
    /// The session's token, living or not.
    pub(super) token: Option<Token>,
    /// What says that a login was used in this browser before.
    pub(super) known: Option<String>,
    /// A fixed sentence about what was just done.
    pub(super) query: String,
    /// How many things wait for the member: counted where a page will show it.
    pub(super) n_waiting: i64,
}

const LANG: &str = "desk-lang";
const KNOWN: &str = "desk-known";
const DANCE: &str = "desk-provider";
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
    let session = match &token {
        Some(token) => app.store.session(token.hash(), app.now()).await?,
        None => None,
    };
    let passed_factor = session.as_ref().is_some_and(|it| it.passed_factor);
    let begun = session.as_ref().map(|it| it.begun);
    let (actor, half) = match session {
        None => (None, None),
        Some(session) => match lacking(app, &session) {
            Some(lacking) => (None, Some(Half { member: session.member, lacking })),
            None => (actor(app, session.member, lang).await?, None),
        },
    };
    let known = cookie(&parts.headers, KNOWN).map(str::to_owned);
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let n_waiting = match &actor {
        Some(it) if parts.method == Method::GET => app.store.waiting_for(&it.member).await?.len(),
        _ => 0,
    };
    let n_waiting = i64::try_from(n_waiting).unwrap_or(i64::MAX);
    Ok(Visit { actor, half, passed_factor, begun, lang, token, known, query, n_waiting })
}

async fn actor(app: &App, member: Member, lang: Lang) -> Answer<Option<Actor>> {
    let org = app.store.orgs().await?.into_iter().find(|it| it.id == member.org);
    Ok(org.map(|org| Actor { member, org, lang }))
}

/// What a session lacks, as the desk sees it.
pub(super) fn lacking(app: &App, it: &Session) -> Option<Lacking> {
    let Session { member, has_factor, passed_factor, begun: _ } = it;
    second_factor::lacking(Standing {
        role: member.role,
        has_factor: *has_factor,
        passed_factor: *passed_factor,
        is_demo: app.desk.demo,
    })
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

    /// The member, whatever the session still lacks, and its token.
    pub(super) fn member(&self) -> Answer<(&Member, &Token)> {
        let whole = self.actor.as_ref().map(|it| &it.member);
        let member = whole.or(self.half.as_ref().map(|it| &it.member));
        let sign_in = || Halt::SignIn("/desk".to_owned());
        member.zip(self.token.as_ref()).ok_or_else(sign_in)
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

/// The cookie that keeps what was asked of the provider, while somebody is there.
pub(super) fn dance_cookie(app: &App, sealed: &str, seconds: i64) -> HeaderValue {
    let (.., secure) = session_attributes(app);
    let rest = format!("Path={BACK}; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    value(format!("{DANCE}={sealed}; {rest}"))
}

/// What a browser kept while its owner was at the provider.
pub(super) fn dance(headers: &HeaderMap) -> &str {
    cookie(headers, DANCE).unwrap_or_default()
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

//! `/desk/second-factor`: a member sets the second factor up, gets recovery codes, changes or ends it.
//!
//! The secret that is shown is kept nowhere until its first code comes back: the form carries it,
//! sealed for this member. Recovery codes are shown once, in the answer itself, since only their
//! hashes are kept. Whoever has a factor shows it before anything about it changes.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kiemtin_core::second_factor::{Lacking, is_required};
use kiemtin_core::time::Timestamp;
use kiemtin_store::StoreError;
use kiemtin_store::factors::{CodeHash, NewFactor, Proof};
use kiemtin_store::members::Member;
use url::Url;

use super::actor::{Visit, known_cookie, session_cookie};
use super::code::{shown, succeeded};
use super::form::{Fields, Form};
use super::frame::Frame;
use super::halt::{Answer, Halt};
use crate::app::App;
use crate::app::clock::chance;
use crate::app::people::Token;
use crate::app::second_factor::{RecoveryCode, Secret, picture};
use crate::locale;
use crate::web::page::{self, Page};

/// How long after signing in a first factor may be set up: time enough to find an app.
const FRESH_MS: i64 = 20 * 60_000;

#[derive(Template)]
#[template(path = "desk/second_factor.html")]
struct FactorPage {
    page: Page,
    desk: Frame,
    form: Form,
    /// Recovery codes that are left, for whoever has a factor.
    n_codes: Option<i64>,
    /// Whether the role needs one.
    required: bool,
    /// The secret to set up: to type, as a picture, and sealed.
    key: String,
    picture: String,
    sealed: String,
}

#[derive(Template)]
#[template(path = "desk/recovery_codes.html")]
struct CodesPage {
    page: Page,
    desk: Frame,
    codes: Vec<String>,
}

/// `GET /desk/second-factor`
pub(super) async fn page(State(app): State<Arc<App>>, visit: Visit) -> Answer<Response> {
    show(&app, &visit, StatusCode::OK, Form::new(visit.lang, Fields::default())).await
}

/// `POST /desk/second-factor`: the first code of a secret makes it the member's second factor.
pub(super) async fn confirm(
    State(app): State<Arc<App>>,
    visit: Visit,
    fields: Fields,
) -> Answer<Response> {
    let (member, old_token) = may_change(&visit)?;
    let mut form = Form::new(visit.lang, fields);
    let secret = read_secret(&app, member, form.value("sealed")).ok_or(Halt::Stale)?;
    let (first, typed) = (form.value("first").replace(' ', ""), form.value("code").to_owned());
    // A form whose old code is right and whose new one is not must not use the old one up.
    let Some(step) = secret.step(&first, app.now()) else {
        form.complain("first", "d-factor-first-wrong");
        return show(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    };
    let old = match app.store.factor(member.id).await? {
        None if is_old(&visit, app.now()) => return Err(Halt::Rule("d-factor-again")),
        None => None,
        Some(_) => match shown(&app, &visit, member, &typed, &mut form).await? {
            Ok(proof) => Some(proof),
            Err(status) => return show(&app, &visit, status, form).await,
        },
    };
    let (codes, hashes) = new_recovery_codes(&app, member);
    let sealed = secret.seal(app.key(), member.id);
    let new = NewFactor { sealed: &sealed, step, codes: &hashes, old };
    let token = Token::new(chance());
    let tokens = (old_token.hash(), token.hash());
    match app.store.set_factor(member, &new, tokens, app.now(), chance()).await {
        Ok(()) => {
            succeeded(&app, &visit, member);
            let cookies = AppendHeaders([
                (header::SET_COOKIE, session_cookie(&app, &token)),
                (header::SET_COOKIE, known_cookie(&app, &member.login)),
            ]);
            Ok((cookies, show_codes(&app, &visit, &codes)?).into_response())
        }
        Err(StoreError::Stale) if old.is_some() => used_before(&app, &visit, form).await,
        Err(err) => Err(err.into()),
    }
}

/// `POST /desk/second-factor/codes`
pub(super) async fn new_codes(
    State(app): State<Arc<App>>,
    visit: Visit,
    fields: Fields,
) -> Answer<Response> {
    let (member, _) = may_change(&visit)?;
    let mut form = Form::new(visit.lang, Fields::default());
    let proof = match shown(&app, &visit, member, fields.one("code"), &mut form).await? {
        Ok(proof) => proof,
        Err(status) => return show(&app, &visit, status, form).await,
    };
    let (codes, hashes) = new_recovery_codes(&app, member);
    match app.store.new_codes(member.id, proof, &hashes).await {
        Ok(()) => {
            succeeded(&app, &visit, member);
            show_codes(&app, &visit, &codes)
        }
        Err(StoreError::Stale) => used_before(&app, &visit, form).await,
        Err(err) => Err(err.into()),
    }
}

/// `POST /desk/second-factor/off`: only for roles that need none.
pub(super) async fn turn_off(
    State(app): State<Arc<App>>,
    visit: Visit,
    fields: Fields,
) -> Answer<Response> {
    let (member, _) = may_change(&visit)?;
    if is_required(member.role) && !app.desk.demo {
        return Err(Halt::Rule("d-factor-needed"));
    }
    let mut form = Form::new(visit.lang, Fields::default());
    let proof: Proof = match shown(&app, &visit, member, fields.one("code"), &mut form).await? {
        Ok(proof) => proof,
        Err(status) => return show(&app, &visit, status, form).await,
    };
    match app.store.drop_factor(member, proof, app.now(), chance()).await {
        Ok(()) => {
            succeeded(&app, &visit, member);
            Ok(Redirect::to("/desk/sessions?done=factor-off").into_response())
        }
        Err(StoreError::Stale) => used_before(&app, &visit, form).await,
        Err(err) => Err(err.into()),
    }
}

/// Whoever is signed in, or lacks a factor. One who has not shown theirs changes nothing here.
fn may_change(visit: &Visit) -> Answer<(&Member, &Token)> {
    match &visit.half {
        Some(half) if half.lacking == Lacking::Code => Err(Halt::SignIn("/desk".to_owned())),
        _ => visit.member(),
    }
}

/// Whether the one who sets a first factor up may not be the one who signed in: a browser that was
/// left open must not lock its owner out.
fn is_old(visit: &Visit, now: Timestamp) -> bool {
    let is_whole = visit.actor.is_some();
    is_whole && visit.begun.is_none_or(|it| it.plus_millis(FRESH_MS) <= now)
}

fn read_secret(app: &App, member: &Member, sealed: &str) -> Option<Secret> {
    let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    Secret::open(app.key(), member.id, &sealed)
}

fn new_recovery_codes(app: &App, member: &Member) -> (Vec<RecoveryCode>, Vec<CodeHash>) {
    let codes = RecoveryCode::some();
    let hashes = codes.iter().map(|it| it.hash(app.key(), member.id)).collect();
    (codes, hashes)
}

async fn used_before(app: &App, visit: &Visit, mut form: Form) -> Answer<Response> {
    form.complain("code", "d-code-wrong");
    show(app, visit, StatusCode::UNPROCESSABLE_ENTITY, form).await
}

async fn show(app: &App, visit: &Visit, status: StatusCode, form: Form) -> Answer<Response> {
    let (member, _) = may_change(visit)?;
    let factor = app.store.factor(member.id).await?;
    // A form with a mistake in it keeps its secret: the app on the telephone has it already.
    let secret = read_secret(app, member, form.value("sealed"));
    let secret = secret.unwrap_or_else(|| Secret::new(chance()));
    let host = Url::parse(&app.public_url).ok().and_then(|it| it.host_str().map(str::to_owned));
    let page = FactorPage {
        page: Page::new(app, visit.lang, locale::text(visit.lang, "d-factor-title"), ""),
        desk: Frame::of(visit),
        form,
        n_codes: factor.map(|it| it.n_codes),
        required: is_required(member.role),
        key: secret.text(),
        picture: picture(&secret.address(&host.unwrap_or_default(), &member.login)),
        sealed: URL_SAFE_NO_PAD.encode(secret.seal(app.key(), member.id)),
    };
    Ok(page::status(status, &page)?)
}

fn show_codes(app: &App, visit: &Visit, codes: &[RecoveryCode]) -> Answer<Response> {
    let page = CodesPage {
        page: Page::new(app, visit.lang, locale::text(visit.lang, "d-recovery-title"), ""),
        desk: Frame::of(visit),
        codes: codes.iter().map(RecoveryCode::text).collect(),
    };
    Ok(page::html(&page)?)
}

//! Calls of partner organisations' programs, with a key (`Authorization: Bearer kt_…`). A key acts
//! for its organisation, opens what its scopes say, and is counted by itself.

pub(super) mod messages;
pub(super) mod opinions;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use kiemtin_core::api_key::Scope;

use super::door::with_room;
use super::problem::{Answer, Failure};
use crate::app::App;
use crate::app::keys::Secret;
use crate::app::rates::{Call, Caller};

/// Lets a call in whose key opens this, and counts it. Handlers get the key's `Holder`.
pub(super) async fn guard(
    State((app, scope)): State<(Arc<App>, Scope)>,
    mut request: Request,
    next: Next,
) -> Response {
    let holder = match holder(&app, request.headers(), scope).await {
        Ok(holder) => holder,
        Err(failure) => return failure.into_response(),
    };
    let room = app.rates.count(Call::Partner, Caller::Key(holder.key.id), app.now());
    request.extensions_mut().insert(holder);
    let response = match room.n_left {
        None => Failure::too_many(room.seconds).into_response(),
        Some(_) => next.run(request).await,
    };
    with_room(response, Call::Partner, room)
}

async fn holder(
    app: &App,
    headers: &HeaderMap,
    scope: Scope,
) -> Answer<kiemtin_store::api_keys::Holder> {
    let no_key = || Failure::new(StatusCode::UNAUTHORIZED, "api-no-key");
    let secret = bearer(headers).and_then(Secret::parse).ok_or_else(no_key)?;
    let holder = app.store.use_key(secret.hash(), app.now()).await?.ok_or_else(no_key)?;
    match holder.key.scopes.contains(&scope) {
        true => Ok(holder),
        false => Err(Failure::with(StatusCode::FORBIDDEN, "api-other-scope", scope.code())),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

//! `claims:search` and `claims:imageSearch` in the shape of Google's Fact Check Tools (v1alpha1):
//! a program written for that finds this desk's answers by another address alone.
//!
//! Only this desk's answers that stand: what other desks published is on the pages, under their
//! names. Neither what is asked nor a picture is kept. Not here: `/api/v1`, the desk's own shape.

mod asked;
mod refused;
mod shape;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Extension, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use kiemtin_core::time::{DAY_MS, Timestamp};
use kiemtin_store::reviews::{Listing, Version};
use serde::Serialize;
use tokio::sync::Semaphore;
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use crate::app::floods::{Counted, Network};
use crate::fetch::Accept;
use asked::Asked;
use refused::Refused;
use shape::{Claims, Found, Results, Shaped};

/// A picture is fetched from elsewhere (20 s) and waits for its turn to be read (20 s).
const CALL_TIMEOUT: Duration = Duration::from_secs(60);
/// Pictures fetched at once: a slow site holds up nobody who sends a tip.
static FETCHES: Semaphore = Semaphore::const_new(4);

/// Result of a call.
type Answer<T> = Result<T, Refused>;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1alpha1/claims:search", get(search))
        .route("/api/v1alpha1/claims:imageSearch", get(image_search))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, CALL_TIMEOUT))
}

/// `GET /api/v1alpha1/claims:search`
async fn search(
    State(app): State<Arc<App>>,
    network: Option<Extension<Network>>,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    let asked = Asked::of_search(query.as_deref().unwrap_or_default())?;
    count(&app, Counted::Lookup, network)?;
    let shaped = Shaped::new(&app, &asked);
    let (claims, next) = match asked.query.as_str() {
        "" => listed(&app, &asked, &shaped).await?,
        text => page(found(&app, &asked, text, &shaped).await?, &asked),
    };
    Ok(json(&Claims { claims, next_page_token: asked.token(next) }, asked.is_pretty))
}

/// `GET /api/v1alpha1/claims:imageSearch`
async fn image_search(
    State(app): State<Arc<App>>,
    network: Option<Extension<Network>>,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    let asked = Asked::of_image_search(query.as_deref().unwrap_or_default())?;
    count(&app, Counted::Picture, network)?;
    let fetcher = app.fetcher.get().ok_or_else(Refused::unavailable)?;
    let picture = {
        let _turn = FETCHES.try_acquire().map_err(|_| Refused::unavailable())?;
        fetcher.get(&asked.image_uri, Accept::Picture).await?
    };
    let _place = app.place_for_picture().await?;
    let shaped = Shaped::new(&app, &asked);
    let mut results = Vec::new();
    if let Some(hash) = app.picture_hash(picture.body).await? {
        for version in app.answers_with_picture(&hash).await? {
            results.extend(shaped.claim(&version).await?.map(|claim| Found { claim }));
        }
    }
    let (results, next) = page(results, &asked);
    Ok(json(&Results { results, next_page_token: asked.token(next) }, asked.is_pretty))
}

fn count(app: &App, what: Counted, network: Option<Extension<Network>>) -> Answer<()> {
    let network = network.map(|Extension(it)| it);
    Ok(app.floods.count(what, network, app.now())?)
}

/// The answers that a text finds.
async fn found(
    app: &App,
    asked: &Asked,
    text: &str,
    shaped: &Shaped<'_>,
) -> Answer<Vec<shape::Claim>> {
    let mut claims = Vec::new();
    if !shaped.is_ours(asked.site.as_deref()) {
        return Ok(claims);
    }
    for (_, version) in app.answers_to(text, asked.lang.one()).await? {
        if is_young(app, asked, &version) {
            claims.extend(shaped.claim(&version).await?);
        }
    }
    Ok(claims)
}

/// All answers, the newest first, from where the page before ended. A page may hold fewer than were
/// asked for; there are more as long as there is a token.
async fn listed(
    app: &App,
    asked: &Asked,
    shaped: &Shaped<'_>,
) -> Answer<(Vec<shape::Claim>, Option<usize>)> {
    let mut claims = Vec::new();
    if !shaped.is_ours(asked.site.as_deref()) {
        return Ok((claims, None));
    }
    let (offset, size) = (asked.offset, asked.page_size);
    let size_and_one = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let offset_in_store = i64::try_from(offset).unwrap_or(i64::MAX);
    let mut versions = app.store.published(Listing::Newest, offset_in_store, size_and_one).await?;
    let n_found = versions.len();
    versions.retain(|it| is_young(app, asked, it));
    // They come the newest first: after one that is too old there is none.
    let has_more = size < versions.len() && versions.len() == n_found;
    versions.truncate(size);
    for version in &versions {
        claims.extend(shaped.claim(version).await?);
    }
    Ok((claims, has_more.then(|| offset + size)))
}

fn is_young(app: &App, asked: &Asked, version: &Version) -> bool {
    let Some(days) = asked.max_age_days else { return true };
    let since = app.now().millis().saturating_sub(days.saturating_mul(DAY_MS));
    let at = Timestamp::parse(&version.document.published);
    at.is_none_or(|it| since <= it.millis())
}

/// One page of what was found, and where the next begins.
fn page<T>(found: Vec<T>, asked: &Asked) -> (Vec<T>, Option<usize>) {
    let end = asked.offset.saturating_add(asked.page_size);
    let next = (end < found.len()).then_some(end);
    (found.into_iter().skip(asked.offset).take(asked.page_size).collect(), next)
}

fn json(value: &impl Serialize, is_pretty: bool) -> Response {
    let text = match is_pretty {
        true => serde_json::to_string_pretty(value),
        false => serde_json::to_string(value),
    };
    let text = text.expect("texts and lists are JSON");
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], text).into_response()
}

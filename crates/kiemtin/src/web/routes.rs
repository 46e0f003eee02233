//! The one table of routes, and what every request passes on its way.
//!
//! There is no route that removes, blocks or reports anything, and none about a person.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use axum::{Router, middleware};
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;
use url::Url;

use super::{asset, desk, failure, headers, public, websub};
use crate::app::App;

/// The longest request body: a tip is at most 20,000 bytes, which a form may triple.
pub(super) const BODY_BYTES_MAX: usize = 128 * 1024;
/// A page takes milliseconds; what takes this long is stuck.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// A picture is sent over a slow network and waits for its turn to be read.
const PICTURE_TIMEOUT: Duration = Duration::from_secs(90);

/// The site and the desk.
pub fn router(app: Arc<App>) -> Router {
    let state = app.clone();
    // Parquet is compressed inside.
    let worth_compressing =
        DefaultPredicate::new().and(NotForContentType::const_new("application/vnd.apache.parquet"));
    let layers = ServiceBuilder::new()
        .layer(middleware::from_fn(headers::set))
        // Each page is packed anew: the quickest way takes a third less time and a tenth more bytes.
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(worth_compressing),
        )
        .layer(middleware::from_fn(failure::said))
        .layer(CatchPanicLayer::new())
        .layer(csrf(&app.public_url));
    let pages = Router::new()
        .route("/", get(public::root))
        .route("/healthz", get(public::health::alive))
        .route("/readyz", get(public::health::ready))
        .route("/favicon.ico", get(asset::icon))
        .route("/static/{name}", get(asset::asset))
        .route("/robots.txt", get(public::robots))
        .route("/feeds", get(public::to_directory))
        .merge(public::routes())
        .route("/desk/", get(async || Redirect::permanent("/desk")))
        .merge(desk::routes(app.clone()))
        .fallback(public::missing)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(timeout(REQUEST_TIMEOUT));
    pages
        .merge(websub::routes().layer(timeout(REQUEST_TIMEOUT)))
        .merge(desk::routes_with_file(app).layer(timeout(PICTURE_TIMEOUT)))
        .merge(public::routes_with_picture().layer(timeout(PICTURE_TIMEOUT)))
        .layer(layers)
        .with_state(state)
}

fn timeout(after: Duration) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, after)
}

/// Refuses what another site makes a browser post. Behind a proxy `Host` may be another than the
/// one that browsers name in `Origin`, so the public address is trusted by its name.
fn csrf(public_url: &str) -> CsrfLayer {
    let origin = Url::parse(public_url).map(|it| it.origin().ascii_serialization());
    let trusted = origin.ok().and_then(|it| CsrfLayer::new().add_trusted_origin(it).ok());
    // An address without an origin cannot be trusted by name: then only the same host passes.
    trusted.unwrap_or_default()
}

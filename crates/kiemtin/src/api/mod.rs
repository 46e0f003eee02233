//! `/api/v1`: what the site shows, for programs; tips; and calls of partners. The description at
//! `/api/v1/openapi.json` is made from the handlers themselves. Beside it `/api/v1alpha1`, for
//! programs written for Google's Fact Check Tools.
//!
//! Only what is published goes out: no message, no internal claim, no draft, no opinion before its
//! answer, and nobody's name.

// What every call brings and gets.
mod door;
mod input;
mod once;
mod problem;
mod review;
mod shapes;

// The calls.
mod claims;
mod lists;
mod log;
mod partner;
mod reviews;
mod search;
mod tips;

// The calls in Google's shape.
mod factcheck;

// What describes them.
mod document;
mod page;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, header};
use axum::routing::{any, get};
use axum::{Router, middleware};
use kiemtin_core::api_key::Scope;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::partner::messages::MESSAGES_BYTES_MAX;
use self::problem::Failure;
use crate::app::{App, cache};

/// The longest body of a call: a text of 20,000 characters, each of which JSON may write with twelve
/// bytes, so that a text that is too long is told so and not that its body is.
const BODY_BYTES_MAX: usize = 256 * 1024;
/// A call takes milliseconds; what takes this long is stuck.
const CALL_TIMEOUT: Duration = Duration::from_secs(15);
/// Messages in bulk come over slow networks, and some thousand are masked.
const BULK_TIMEOUT: Duration = Duration::from_secs(90);

/// The API, with its description and the page that explains it.
pub fn router(app: Arc<App>) -> Router {
    let (calls, document) = described(&app);
    let json = document.to_json().expect("a description is texts and numbers");
    let json = Bytes::from(json);
    let json = get(async move || ([(header::CONTENT_TYPE, "application/json")], json.clone()));
    let document = Arc::new(document);
    let page = get(move |app, reads| page::page(app, reads, document.clone()));
    let layers = ServiceBuilder::new()
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), door::pass))
        .layer(CatchPanicLayer::new());
    // It counts its calls and words its errors as programs written for Google expect.
    let factcheck = factcheck::routes().layer(
        ServiceBuilder::new()
            .layer(CompressionLayer::new())
            .layer(middleware::from_fn(door::pass_as_it_is))
            .layer(CatchPanicLayer::new()),
    );
    let described = Router::new()
        .route("/api/v1/openapi.json", json)
        .route("/api", page)
        .route_layer(middleware::from_fn(cache::revalidated));
    calls
        .merge(described)
        .route("/api/{*rest}", any(async || Failure::missing()))
        .layer(layers)
        .merge(factcheck)
        .with_state(app)
}

/// The description of the API alone.
pub fn description(app: &Arc<App>) -> OpenApi {
    described(app).1
}

fn described(app: &Arc<App>) -> (Router<Arc<App>>, OpenApi) {
    let read = OpenApiRouter::new()
        .routes(routes!(reviews::list))
        .routes(routes!(reviews::newest))
        .routes(routes!(reviews::versions))
        .routes(routes!(reviews::version))
        .routes(routes!(claims::list))
        .routes(routes!(claims::one))
        .routes(routes!(lists::topics))
        .routes(routes!(lists::organisations))
        .routes(routes!(lists::organisation))
        .routes(routes!(lists::places))
        .routes(routes!(log::log))
        .routes(routes!(log::statistics))
        .route_layer(middleware::from_fn(cache::revalidated));
    let brought = OpenApiRouter::new()
        .routes(routes!(search::search))
        .routes(routes!(search::matched))
        .routes(routes!(tips::send))
        .routes(routes!(tips::look_up));
    let with_key =
        |scope: Scope| middleware::from_fn_with_state((app.clone(), scope), partner::guard);
    let opinions = OpenApiRouter::new()
        .routes(routes!(partner::opinions::questions))
        .routes(routes!(partner::opinions::give))
        .route_layer(with_key(Scope::Opinions));
    let intake = OpenApiRouter::new()
        .routes(routes!(partner::messages::hand_in))
        .route_layer(with_key(Scope::Intake))
        .layer(DefaultBodyLimit::max(MESSAGES_BYTES_MAX))
        .layer(timeout(BULK_TIMEOUT));
    let calls = read.merge(brought).merge(opinions);
    let calls = calls.layer(DefaultBodyLimit::max(BODY_BYTES_MAX)).layer(timeout(CALL_TIMEOUT));
    let all = OpenApiRouter::new().nest("/api/v1", calls.merge(intake));
    let (router, described) = all.split_for_parts();
    (router, document::finished(described, &app.public_url))
}

fn timeout(after: Duration) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, after)
}

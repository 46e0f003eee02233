//! The public site: for readers, without JavaScript, cookies or third parties.

pub(super) mod health;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};

use super::failure::Failure;
use super::page::preferred;
use crate::app::App;

/// Routes under `/vi` and `/en`.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
}

/// `GET /`: to the language that the browser asks for.
pub(super) async fn root(request: Request) -> Redirect {
    let (parts, _) = request.into_parts();
    Redirect::temporary(&format!("/{}", preferred(&parts)))
}

/// `GET /robots.txt`: everything public may be read, except in a demo.
pub(super) async fn robots(State(app): State<Arc<App>>) -> Response {
    let rules = match app.desk.demo {
        true => "User-agent: *\nDisallow: /\n",
        false => "User-agent: *\nDisallow: /desk\nDisallow: /vi/receipt\nDisallow: /en/receipt\n",
    };
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], rules).into_response()
}

/// Anything else.
pub(super) async fn missing(request: Request) -> Failure {
    let (parts, _) = request.into_parts();
    Failure::Missing(preferred(&parts))
}

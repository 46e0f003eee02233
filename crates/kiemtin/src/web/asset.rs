//! The stylesheets, the script of the desk and pictures, embedded in the program.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kiemtin_core::lang::Lang;

use super::failure::Failure;

const CSS: &str = include_str!("../../static/site.css");
const DESK_CSS: &str = include_str!("../../static/desk.css");
const DESK_JS: &str = include_str!("../../static/desk.js");
const ICON: &str = include_str!("../../static/icon.svg");

/// `GET /static/{name}`
pub(super) async fn asset(Path(name): Path<String>) -> Response {
    let (kind, body) = match name.as_str() {
        "site.css" => ("text/css; charset=utf-8", CSS),
        "desk.css" => ("text/css; charset=utf-8", DESK_CSS),
        "desk.js" => ("text/javascript; charset=utf-8", DESK_JS),
        "icon.svg" => ("image/svg+xml", ICON),
        _ => return Failure::Missing(Lang::Vi).into_response(),
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=3600")];
    (headers, body).into_response()
}

/// `GET /favicon.ico`
pub(super) async fn icon() -> Response {
    asset(Path("icon.svg".to_owned())).await
}

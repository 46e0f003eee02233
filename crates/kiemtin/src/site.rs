//! Everything that is served, at one address: the site with the desk, and the API.

use std::sync::Arc;

use axum::Router;

use crate::app::App;
use crate::{api, web};

/// All routes. The API comes beside the site and not into it: it reads no cookie, may be called by
/// other sites' pages, and fails in its own form.
pub fn router(app: Arc<App>) -> Router {
    web::router(app.clone()).merge(api::router(app))
}

//! Everything that is served, at one address: the site with the desk, the API, and what assistants
//! ask.

use std::sync::Arc;

use axum::Router;

use crate::app::App;
use crate::{api, mcp, web};

/// All routes. What programs ask comes beside the site and not into it: it reads no cookie, may be
/// called by other sites' pages, and fails in its own form.
pub fn router(app: Arc<App>) -> Router {
    let programs = api::router(app.clone()).merge(mcp::router(app.clone()));
    web::router(app).merge(programs)
}

//! Everything that is served, in one router: pages, the program interface, and what assistants ask.

use std::sync::Arc;

use axum::Router;

use crate::app::App;
use crate::{api, mcp, web};

/// The site, the desk, `/api` and `/mcp`.
pub fn router(app: Arc<App>) -> Router {
    let programs = api::router(app.clone()).merge(mcp::router(app.clone()));
    web::router(app).merge(programs)
}

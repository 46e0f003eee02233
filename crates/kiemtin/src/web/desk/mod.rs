//! The desk: for members, behind a session.

use std::sync::Arc;

use axum::Router;

use crate::app::App;

/// Routes under `/desk`.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
}

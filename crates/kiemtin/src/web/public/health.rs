//! For whatever watches the process: `/healthz` says that it lives, `/readyz` that it can work.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use crate::app::App;

/// `GET /healthz`
pub(in crate::web) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers.
pub(in crate::web) async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    match app.store.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(err) => {
            // Whoever asks here is not signed in: what the database said is for the log.
            tracing::error!(error = %err, "The database does not answer: {err}");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready: the database does not answer\n")
        }
    }
}

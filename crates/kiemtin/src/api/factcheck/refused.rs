//! Why a call was refused, as `google.rpc.Status` says it: who must act is in the code.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use kiemtin_store::StoreError;
use serde_json::json;

use crate::app::floods::Full;
use crate::app::pictures::NotSeen;
use crate::fetch::NotFetched;

/// Seconds after which a call may come again when something was busy.
const RETRY_SECONDS: i64 = 5;

/// A call that was refused.
#[derive(Debug)]
pub(super) struct Refused {
    code: StatusCode,
    status: &'static str,
    message: String,
    retry_seconds: Option<i64>,
}

impl Refused {
    /// The caller can do something about it.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        let (code, status) = (StatusCode::BAD_REQUEST, "INVALID_ARGUMENT");
        Self { code, status, message: message.into(), retry_seconds: None }
    }

    /// Come again.
    pub(super) fn unavailable() -> Self {
        let (code, status) = (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE");
        let message = "the desk is busy: try again in a moment".to_owned();
        Self { code, status, message, retry_seconds: Some(RETRY_SECONDS) }
    }
}

impl From<Full> for Refused {
    fn from(full: Full) -> Self {
        Self {
            code: StatusCode::TOO_MANY_REQUESTS,
            status: "RESOURCE_EXHAUSTED",
            message: "too many calls in this hour".to_owned(),
            retry_seconds: Some(full.retry_seconds),
        }
    }
}

impl From<NotFetched> for Refused {
    fn from(why: NotFetched) -> Self {
        Self::invalid(format!("imageUri: {why}"))
    }
}

impl From<NotSeen> for Refused {
    fn from(why: NotSeen) -> Self {
        match why {
            NotSeen::Busy => Self::unavailable(),
            NotSeen::File(why) => Self::invalid(format!("imageUri: {why}")),
        }
    }
}

impl From<StoreError> for Refused {
    fn from(err: StoreError) -> Self {
        // The cause helps whoever reads the log and nobody who calls.
        tracing::error!(error = %err, "A call failed: {err}");
        if err.passes() {
            return Self::unavailable();
        }
        Self {
            code: StatusCode::INTERNAL_SERVER_ERROR,
            status: "INTERNAL",
            message: "something went wrong on our side".to_owned(),
            retry_seconds: None,
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self { code, status, message, retry_seconds } = self;
        let error = json!({ "code": code.as_u16(), "message": message, "status": status });
        let mut response = (code, Json(json!({ "error": error }))).into_response();
        if let Some(seconds) = retry_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

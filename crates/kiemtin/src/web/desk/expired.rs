//! A form that comes after its session ended: what was typed is shown once more, to be copied, with
//! the way to sign in and back. Nothing of it is kept.

use askama::Template;
use axum::body::{Body, to_bytes};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::actor::Visit;
use super::form::Fields;
use super::frame::Frame;
use super::halt::Halt;
use super::sign_in;
use crate::app::App;
use crate::locale;
use crate::web::page::{self, Page};

/// As long as the site takes: what is longer was refused before.
const BODY_BYTES_MAX: usize = 128 * 1024;
/// Fields that are shown again; more than any form has.
const FIELDS_MAX: usize = 40;
/// Doors of the desk that need no session.
const DOORS: [&str; 4] = ["/desk/sign-in", "/desk/sign-out", "/desk/lang", "/desk/join/"];
/// The pages of a case with a form of their own: signing in leads back to it.
const FORMS: [&str; 5] = ["draft", "opinion", "evidence", "ask", "merge"];

#[derive(Template)]
#[template(path = "desk/expired.html")]
struct ExpiredPage {
    page: Page,
    desk: Frame,
    /// What was typed.
    texts: Vec<String>,
    sign_in: String,
}

/// Whether a form may be sent without a session.
pub(super) fn is_door(path: &str) -> bool {
    DOORS.iter().any(|it| path == *it || (it.ends_with('/') && path.starts_with(it)))
}

/// The page with what was typed.
pub(super) async fn page(app: &App, visit: &Visit, path: &str, body: Body) -> Response {
    let Ok(bytes) = to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let lang = visit.lang;
    let page = ExpiredPage {
        page: Page::new(app, lang, locale::text(lang, "d-expired-title"), ""),
        desk: Frame::stranger(lang),
        texts: Fields::parse(&bytes).typed().take(FIELDS_MAX).map(str::to_owned).collect(),
        sign_in: sign_in::address(&form_of(path)),
    };
    let page = page::status(StatusCode::UNAUTHORIZED, &page);
    page.unwrap_or_else(|failure| Halt::from(failure).into_response())
}

/// The page that a form was on.
fn form_of(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["", "desk", "claims"] => "/desk/claims/new".to_owned(),
        ["", "desk", "cases", _, form] if FORMS.contains(form) => path.to_owned(),
        ["", "desk", noun @ ("cases" | "groups" | "claims"), id, ..] => {
            format!("/desk/{noun}/{id}")
        }
        _ => "/desk".to_owned(),
    }
}

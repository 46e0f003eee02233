//! A form that comes after its session ended: what was typed is shown once more, to be copied, with
//! the way to sign in and back. Nothing of it is kept.

use std::sync::Arc;

use askama::Template;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use kiemtin_core::lang::Lang;

use super::actor::Visit;
use super::evidence_file;
use super::form::Fields;
use super::frame::Frame;
use super::halt::Halt;
use super::sign_in;
use crate::app::App;
use crate::locale;
use crate::web::page::{self, Page};
use crate::web::routes::BODY_BYTES_MAX;

/// Fields that are shown again; more than any form has.
const FIELDS_MAX: usize = 40;
/// Doors of the desk that need no session, or one that lacks the second factor.
const DOORS: [&str; 7] = [
    "/desk/sign-in",
    "/desk/sign-in/",
    "/desk/sign-out",
    "/desk/lang",
    "/desk/join/",
    "/desk/second-factor",
    "/desk/second-factor/",
];
/// The pages of a case with a form of their own: signing in leads back to it.
const FORMS: [&str; 5] = ["draft", "opinion", "evidence", "ask", "merge"];

#[derive(Template)]
#[template(path = "desk/expired.html")]
struct ExpiredPage {
    page: Page,
    desk: Frame,
    /// What was typed.
    typed: Vec<Typed>,
    sign_in: String,
}

/// A field that is shown again.
struct Typed {
    label: String,
    value: String,
}

/// Fields of forms and their labels; a pair in two languages stands here without its ending, unless
/// it has a label of its own. Others are called by their names.
const LABELS: [(&str, &str); 37] = [
    ("answer", "d-answer"),
    ("body", "d-body"),
    ("claim", "d-claim-pair"),
    ("class", "d-correct-class"),
    ("due", "d-due"),
    ("interest", "d-interest"),
    ("kind", "d-org-kind"),
    ("lang", "d-claim-lang"),
    ("login", "d-login"),
    ("no_interest", "d-interest-none-declared"),
    ("note", "d-note"),
    ("note_en", "d-source-note"),
    ("note_vi", "d-source-note"),
    ("org", "d-org-name"),
    ("outlet", "d-outlet"),
    ("parent", "d-org-parent"),
    ("published", "d-published-on"),
    ("publisher", "d-publisher"),
    ("q", "desk-search"),
    ("question", "d-question"),
    ("quote", "d-quote"),
    ("rating", "d-rating"),
    ("reason", "d-public-reason"),
    ("reason_en", "d-what-changed"),
    ("reason_vi", "d-what-changed"),
    ("role", "d-role"),
    ("seen", "d-tip-seen"),
    ("single_source", "d-single-source"),
    ("slug", "d-org-slug"),
    ("source_kind", "d-source-kind"),
    ("stance", "d-stance"),
    ("text", "d-expired-typed"),
    ("title", "d-source-title"),
    ("topic", "d-topic"),
    ("url", "d-source-url"),
    ("variants", "d-variants"),
    ("why", "d-why-chosen"),
];

fn label(lang: Lang, name: &str) -> String {
    let (pair, ending) = match name.rsplit_once('_') {
        Some((pair, "vi")) => (pair, " · Tiếng Việt"),
        Some((pair, "en")) => (pair, " · English"),
        _ => (name, ""),
    };
    let key = |name: &str| LABELS.iter().find(|(it, _)| *it == name).map(|(_, key)| *key);
    let key = key(name).or_else(|| key(pair));
    key.map_or_else(|| name.to_owned(), |key| locale::text(lang, key) + ending)
}

/// Whether a form may be sent without a session.
pub(super) fn is_door(path: &str) -> bool {
    DOORS.iter().any(|it| path == *it || (it.ends_with('/') && path.starts_with(it)))
}

/// The page with what was typed.
pub(super) async fn page(app: &Arc<App>, visit: &Visit, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let kind = request.headers().get(header::CONTENT_TYPE).map(|it| it.as_bytes());
    let fields = if kind.is_some_and(|it| it.starts_with(b"multipart/")) {
        evidence_file::typed(app, request).await
    } else {
        let Ok(bytes) = to_bytes(request.into_body(), BODY_BYTES_MAX).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        Fields::parse(&bytes)
    };
    let lang = visit.lang;
    let typed =
        |(name, value): (&str, &str)| Typed { label: label(lang, name), value: value.to_owned() };
    let page = ExpiredPage {
        page: Page::new(app, lang, locale::text(lang, "d-expired-title"), ""),
        desk: Frame::stranger(lang),
        typed: fields.typed().take(FIELDS_MAX).map(typed).collect(),
        sign_in: sign_in::address(&form_of(&path)),
    };
    let page = page::status(StatusCode::UNAUTHORIZED, &page);
    page.unwrap_or_else(|failure| Halt::from(failure).into_response())
}

/// The page that a form was on.
fn form_of(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["", "desk", "claims"] => "/desk/claims/new".to_owned(),
        ["", "desk", "cases", _, "evidence", "file"] => path.to_owned(),
        ["", "desk", "cases", _, form] if FORMS.contains(form) => path.to_owned(),
        ["", "desk", noun @ ("cases" | "groups" | "claims"), id, ..] => {
            format!("/desk/{noun}/{id}")
        }
        _ => "/desk".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_called_by_its_label_and_one_without_by_its_name() {
        assert_eq!(label(Lang::En, "note_en"), "What it says · English");
        assert_eq!(label(Lang::En, "url"), locale::text(Lang::En, "d-source-url"));
        assert_eq!(label(Lang::En, "message"), "message");
        for ((_, key), lang) in LABELS.iter().flat_map(|it| Lang::ALL.map(|lang| (it, lang))) {
            assert!(!locale::text(lang, key).starts_with("d-"), "{lang} lacks {key}");
        }
    }
}

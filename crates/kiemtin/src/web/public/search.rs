//! The answer to “I heard X”: found in memory, nothing kept, nothing logged.
//!
//! The form sends its text in the body, so that it stands in no address, no history and no proxy's
//! log, and may be long. A link may bring a short one along (`?q=`).

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kiemtin_core::lang::Lang;
use serde::Deserialize;

use super::TEXT_CHARS_MAX;
use super::found::Found;
use crate::app::App;
use crate::locale;
use crate::web::failure::Answer;
use crate::web::page::{Page, Reader, html, status};

#[derive(Template)]
#[template(path = "public/search.html")]
struct Search {
    page: Page,
    text: String,
    problem: Option<String>,
    found: Option<Found>,
}

impl Search {
    /// What the form of a tip is filled with: an address alone goes where addresses go.
    fn for_a_tip(&self) -> (&str, Option<&str>) {
        match &self.found {
            Some(it) if it.is_bare() => {
                (&it.pasted.beside, it.pasted.links.first().map(|it| it.as_str()))
            }
            _ => (&self.text, None),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

/// `GET /{lang}/search?q=`
pub(super) async fn linked(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    if asked.q.is_empty() {
        // Whoever comes back by the address of an answered form begins anew.
        let page = Page::new(&app, lang, locale::text(lang, "search-title"), "/search");
        return html(&Search { page, text: String::new(), problem: None, found: None });
    }
    answer(&app, lang, &asked).await
}

/// `POST /{lang}/search`
pub(super) async fn asked(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Form(asked): Form<Asked>,
) -> Answer<Response> {
    answer(&app, lang, &asked).await
}

async fn answer(app: &App, lang: Lang, asked: &Asked) -> Answer<Response> {
    let text = asked.q.replace("\r\n", "\n");
    let mut page = Page::new(app, lang, locale::text(lang, "search-title"), "/search");
    if let Some(problem) = problem(&page, &text) {
        page.title = page.t1("form-error-title", "title", page.title.clone());
        let form = Search { page, text, problem: Some(problem), found: None };
        return status(StatusCode::UNPROCESSABLE_ENTITY, &form);
    }
    let found = Found::look(app, &page, &text).await?;
    html(&Search { page, text, problem: None, found: Some(found) })
}

fn problem(page: &Page, text: &str) -> Option<String> {
    let n_chars = text.chars().count();
    if TEXT_CHARS_MAX < n_chars {
        return Some(page.too_long(n_chars, TEXT_CHARS_MAX));
    }
    let has_words = text.chars().any(char::is_alphanumeric);
    (!has_words).then(|| page.t("search-empty"))
}

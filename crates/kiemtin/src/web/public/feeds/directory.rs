//! The page that lists all feeds, in both languages.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::lang::Lang;
use kiemtin_core::remit::TOPICS;

use super::title;
use crate::app::App;
use crate::app::feeds::{Format, Subject};
use crate::locale;
use crate::web::failure::Answer;
use crate::web::page::{Page, Reader, html, preferred};

#[derive(Template)]
#[template(path = "public/feeds.html")]
struct Directory {
    page: Page,
    parts: Vec<Part>,
    hub: Option<String>,
}

/// Feeds under one heading.
struct Part {
    heading: String,
    lines: Vec<Line>,
}

/// The feeds of one subject.
struct Line {
    title: String,
    path: String,
}

impl Line {
    /// Name, address without the desk's, and for a screen reader the whole of what it is.
    fn links(&self, lang: &Lang) -> Vec<(&'static str, String, String)> {
        let link = |format: Format| {
            let name = name(format);
            let address = format!("/{lang}/{}.{}", self.path, format.extension());
            (name, address, format!("{}, {name}", self.title))
        };
        Format::ALL.into_iter().map(link).collect()
    }
}

fn name(format: Format) -> &'static str {
    match format {
        Format::Atom => "Atom",
        Format::Rss => "RSS",
        Format::Json => "JSON",
    }
}

/// `GET /feeds`: to the page in the language that the browser asks for.
pub(in crate::web) async fn to_directory(request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let page = Redirect::temporary(&format!("/{}/feeds", preferred(&parts)));
    ([(header::VARY, "accept-language")], page).into_response()
}

/// `GET /{lang}/feeds`
pub(in crate::web::public) async fn directory(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
) -> Answer<Response> {
    let topics = TOPICS.into_iter().map(Subject::Topic).collect();
    let orgs = app.store.orgs().await?.into_iter().map(Subject::Signed).collect();
    let mut provinces = app.store.answered_places().await?;
    provinces.retain(|it| it.province() == *it);
    let provinces = provinces.into_iter().map(Subject::Place).collect();
    let parts = [
        ("feeds-all", vec![Subject::Answers, Subject::Corrections]),
        ("feeds-topics", topics),
        ("feeds-places", provinces),
        ("feeds-orgs", orgs),
    ];
    let part = |(heading, subjects): (&str, Vec<Subject>)| Part {
        heading: locale::text(lang, heading),
        lines: subjects.iter().map(|it| Line { title: title(it, lang), path: it.path() }).collect(),
    };
    let page = Page::new(&app, lang, locale::text(lang, "feeds-title"), "/feeds");
    let parts = parts.into_iter().filter(|(_, it)| !it.is_empty()).map(part).collect();
    html(&Directory { page, parts, hub: app.hub.get().map(ToString::to_string) })
}

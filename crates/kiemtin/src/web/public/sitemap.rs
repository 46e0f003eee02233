//! Sitemaps: every public page in both languages, and the answers of the last two days for search
//! engines' news (sitemaps.org 0.9, with its extensions for languages and news).

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use kiemtin_core::lang::Lang;
use kiemtin_core::policy::Policy;
use kiemtin_core::remit::TOPICS;
use kiemtin_core::time::{DAY_MS, Timestamp};
use kiemtin_store::reviews::{Listing, Version};

use super::feeds::legal;
use crate::app::App;
use crate::app::feeds::Subject;
use crate::web::failure::{Answer, Failure};
use crate::web::page::DESK_NAME;

/// Answers in one sitemap. Each has an address in every language, of some 450 bytes: 9 MB, where
/// search engines take 50 MB.
const ANSWERS_MAX: i64 = 10_000;
/// Addresses that search engines take of one sitemap.
const ADDRESSES_MAX: i64 = 50_000;
/// The rest are pages, places and organisations: 3,355 wards and provinces are most of it.
const _: () = assert!(ANSWERS_MAX * Lang::ALL.len() as i64 + 10_000 <= ADDRESSES_MAX);
/// News are from the last two days.
const NEWS_MS: i64 = 2 * DAY_MS;
/// Search engines take 1,000 addresses of news: 500 answers in both languages.
const NEWS_MAX: i64 = 500;

/// Pages that are always there, below the language.
const PAGES: [&str; 16] = [
    "",
    "/answers",
    "/corrections",
    "/contests",
    "/waiting",
    "/topics",
    "/places",
    "/o",
    "/about",
    "/policy",
    "/about/design",
    "/log",
    "/statistics",
    "/data",
    "/feeds",
    "/tip",
];

#[derive(Template)]
#[template(path = "public/sitemap.xml")]
struct Sitemap<'a> {
    public_url: &'a str,
    pages: Vec<Listed>,
}

/// A page that each language has.
struct Listed {
    /// Below the language.
    path: String,
    changed: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "public/sitemap_index.xml")]
struct Index<'a> {
    public_url: &'a str,
    n_parts: i64,
}

#[derive(Template)]
#[template(path = "public/sitemap_news.xml")]
struct NewsMap<'a> {
    public_url: &'a str,
    news: Vec<News>,
}

/// An answer in one of its languages.
struct News {
    lang: Lang,
    number: i64,
    title: String,
    published: String,
}

/// `GET /sitemap.xml`: everything, or where its parts are.
pub(super) async fn all(State(app): State<Arc<App>>) -> Answer<Response> {
    let last = app.store.last_number().await?;
    let public_url = app.public_url.as_str();
    if ANSWERS_MAX < last {
        return xml(&Index { public_url, n_parts: n_parts(last) });
    }
    let mut pages = pages(&app).await?;
    pages.extend(answers(&app, 1).await?);
    xml(&Sitemap { public_url, pages })
}

/// `GET /sitemaps/{name}`: `pages.xml`, and answers from `1.xml` on.
pub(super) async fn part(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
) -> Answer<Response> {
    let missing = || Failure::Missing(Lang::Vi);
    let pages = match name.strip_suffix(".xml").ok_or_else(missing)? {
        "pages" => pages(&app).await?,
        n => {
            let n = super::number(n).ok_or_else(missing)?;
            if n_parts(app.store.last_number().await?) < n {
                return Err(missing());
            }
            answers(&app, n).await?
        }
    };
    xml(&Sitemap { public_url: &app.public_url, pages })
}

/// `GET /sitemap-news.xml`
pub(super) async fn news(State(app): State<Arc<App>>) -> Answer<Response> {
    let since = app.now().plus_millis(-NEWS_MS);
    // What was new in these days has its newest version in them, too: those come first.
    let mut found = app.store.published(Listing::Newest, 0, NEWS_MAX).await?;
    let is_new = |it: &Version| {
        Timestamp::parse(&it.document.first_published).is_some_and(|first| since <= first)
    };
    found.retain(is_new);
    let news = found.iter().flat_map(of_version).collect();
    xml(&NewsMap { public_url: &app.public_url, news })
}

/// The parts of a sitemap of this many answers.
fn n_parts(last_number: i64) -> i64 {
    last_number.div_euclid(ANSWERS_MAX) + i64::from(last_number % ANSWERS_MAX != 0)
}

async fn pages(app: &App) -> Answer<Vec<Listed>> {
    let page = |path: String| Listed { path, changed: None };
    let policies = Policy::PAGES.iter().map(|it| format!("/policy/{}", it.name()));
    let fixed = PAGES.iter().map(|it| (*it).to_owned()).chain(policies);
    let places = app.store.answered_places().await?.into_iter().map(Subject::Place);
    let orgs = app.store.orgs().await?.into_iter().map(Subject::Signed);
    let topics = TOPICS.into_iter().map(Subject::Topic);
    let found = topics.chain(places).chain(orgs).map(|it| format!("/{}", it.path()));
    Ok(fixed.chain(found).map(page).collect())
}

/// The answers of one part, from 1.
async fn answers(app: &App, part: i64) -> Answer<Vec<Listed>> {
    let first = (part - 1) * ANSWERS_MAX + 1;
    let found = app.store.numbers_between(first, part * ANSWERS_MAX).await?;
    let page = |(number, changed)| Listed { path: format!("/c/{number}"), changed: Some(changed) };
    Ok(found.into_iter().map(page).collect())
}

fn of_version(version: &Version) -> impl Iterator<Item = News> {
    let document = &version.document;
    document.content.langs().map(|lang| News {
        lang,
        number: document.number,
        title: legal(document.content.claim.text(lang)),
        published: document.first_published.clone(),
    })
}

fn xml(template: &impl Template) -> Answer<Response> {
    let body = template.render().map_err(|err| Failure::Broken(err.into()))?;
    Ok(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], body).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_hold_all_answers_and_none_is_empty() {
        let n = [0, 1, 10_000, 10_001, 20_000, 100_000].map(n_parts);
        assert_eq!(n, [0, 1, 1, 2, 2, 10]);
    }
}

//! Feeds of answers, of those about a place, and of corrections (Atom). An entry's id is its claim's in both feeds and for
//! ever; a correction gives it another `updated`. A feed names the desk, never a person.

use std::sync::Arc;

use atom_syndication::{Category, Entry, Feed, FixedDateTime, Link, Person, Text};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::lang::Lang;
use kiemtin_core::time::Timestamp;
use kiemtin_store::reviews::{Listing, Version};

use crate::app::App;
use crate::locale;
use crate::web::codes;
use crate::web::failure::Answer;
use crate::web::page::{DESK_NAME, Reader};

/// Entries of a feed: weeks of a busy desk, in some 50 KB.
const ENTRIES_MAX: i64 = 50;

/// `GET /{lang}/answers.atom`
pub(super) async fn answers(State(app): State<Arc<App>>, Reader(lang): Reader) -> Answer<Response> {
    let found = app.store.published(Listing::Newest, 0, ENTRIES_MAX).await?;
    Ok(feed(&app, lang, "answers", &locale::text(lang, "answers-title"), &found))
}

/// `GET /{lang}/places/{code}.atom`: the answers about a place, a province's wards included.
pub(super) async fn of_place(app: &App, lang: Lang, place: UnitCode) -> Answer<Response> {
    let found = app.store.published(Listing::About(place), 0, ENTRIES_MAX).await?;
    let path = format!("places/{}", place.as_str());
    Ok(feed(app, lang, &path, &place.unit().full_name(), &found))
}

/// `GET /{lang}/topics/{topic}.atom`
pub(super) async fn of_topic(app: &App, lang: Lang, topic: &'static str) -> Answer<Response> {
    let found = app.store.published(Listing::On(topic), 0, ENTRIES_MAX).await?;
    Ok(feed(app, lang, &format!("topics/{topic}"), &codes::topic(lang, topic), &found))
}

/// `GET /{lang}/corrections.atom`
pub(super) async fn corrections(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
) -> Answer<Response> {
    let found = app.store.published(Listing::Corrections, 0, ENTRIES_MAX).await?;
    // The newest of each claim: an id stands in a feed once.
    let mut newest: Vec<Version> = Vec::new();
    for version in found {
        if !newest.iter().any(|it| it.claim == version.claim) {
            newest.push(version);
        }
    }
    let title = locale::text(lang, "corrections-title");
    Ok(feed(&app, lang, "corrections", &title, &newest))
}

/// A feed beside the page at this path.
fn feed(app: &App, lang: Lang, path: &str, title: &str, versions: &[Version]) -> Response {
    let page = format!("{}/{lang}/{path}", app.public_url);
    let own = format!("{page}.atom");
    let newest = versions.iter().filter_map(|it| Timestamp::parse(&it.document.published)).max();
    let feed = Feed {
        title: Text::plain(format!("{DESK_NAME}: {title}")),
        id: own.clone(),
        // An empty feed is as old as its desk.
        updated: point(newest.unwrap_or(app.desk.created_at)),
        authors: vec![Person { name: DESK_NAME.to_owned(), ..Person::default() }],
        links: vec![link("self", own), link("alternate", page)],
        lang: Some(lang.tag().to_owned()),
        entries: versions.iter().map(|it| entry(app, lang, it)).collect(),
        ..Feed::default()
    };
    let kind = [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")];
    (kind, feed.to_string()).into_response()
}

fn entry(app: &App, lang: Lang, version: &Version) -> Entry {
    let document = &version.document;
    let content = &document.content;
    let address = format!("{}/{lang}/c/{}", app.public_url, document.number);
    let verdict = match version.is_retraction() {
        true => locale::text(lang, "claim-withdrawn"),
        false => content.rating.words(lang).to_owned(),
    };
    let mut summary = content.answer.text(lang).to_owned();
    if content.class.is_notice() {
        let reason = content.reason.text(lang);
        summary = format!("{}: {reason}\n\n{summary}", codes::class(lang, content.class));
    }
    let day = |it: &str| Timestamp::parse(it).map(point);
    Entry {
        id: format!("urn:uuid:{}", version.claim),
        title: Text::plain(format!("{verdict}: {}", content.claim.text(lang))),
        updated: day(&document.published).unwrap_or_else(|| point(app.desk.created_at)),
        published: day(&document.first_published),
        summary: Some(Text::plain(summary)),
        links: vec![link("alternate", address)],
        categories: vec![Category {
            term: content.class.code().to_owned(),
            label: Some(codes::class(lang, content.class)),
            ..Category::default()
        }],
        ..Entry::default()
    }
}

fn link(rel: &str, href: String) -> Link {
    Link { rel: rel.to_owned(), href, ..Link::default() }
}

/// A time as the library has it. What we write is always RFC 3339.
fn point(at: Timestamp) -> FixedDateTime {
    at.rfc3339().parse().expect("RFC 3339 is what this library reads")
}

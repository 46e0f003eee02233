//! The public site: for readers, without JavaScript, cookies or third parties.

pub(super) mod health;

// What is published: the same for every reader, so it may be kept and asked for again.
mod about;
mod answers;
mod changes;
mod claim;
pub(super) mod contests;
mod corrections;
mod data;
mod design;
mod embed;
mod feeds;
mod home;
mod log;
mod oembed;
mod organisation;
mod organisations;
mod place;
mod places;
mod policy;
mod print;
mod robots;
mod share;
mod sitemap;
mod statistics;
mod text;
mod tiles;
mod topics;
mod version;
mod waiting;

// What a reader brings: never kept outside the desk.
mod contest;
mod receipt;
mod search;
mod sent;
mod tip;

// Parts of pages.
mod card;
mod found;
mod markup;
mod summary;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Router, middleware};

use super::failure::Failure;
use super::page::preferred;
use crate::app::{App, cache};

pub(super) use feeds::to_directory;
pub(super) use robots::robots;

/// The longest text that a reader may search for or send in, in characters.
const TEXT_CHARS_MAX: usize = crate::app::TEXT_CHARS_MAX;

/// Routes under `/vi` and `/en`, and the plain log.
pub(super) fn routes() -> Router<Arc<App>> {
    let published = Router::new()
        .route("/{lang}", get(home::home))
        .route("/{lang}/answers", get(answers::answers))
        .route("/{lang}/answers.atom", get(feeds::answers))
        .route("/{lang}/answers.rss", get(feeds::answers))
        .route("/{lang}/answers.json", get(feeds::answers))
        .route("/{lang}/corrections", get(corrections::corrections))
        .route("/{lang}/corrections.atom", get(feeds::corrections))
        .route("/{lang}/corrections.rss", get(feeds::corrections))
        .route("/{lang}/corrections.json", get(feeds::corrections))
        .route("/{lang}/feeds", get(feeds::directory))
        .route("/sitemap.xml", get(sitemap::all))
        .route("/sitemaps/{name}", get(sitemap::part))
        .route("/sitemap-news.xml", get(sitemap::news))
        .route("/{lang}/contests", get(contests::list))
        .route("/{lang}/contests/{number}", get(contests::one))
        .route("/{lang}/contests/{number}/outcome.json", get(contests::outcome))
        .route("/{lang}/c/{number}", get(claim::claim))
        .route("/{lang}/c/{number}/v/{version}", get(version::version))
        .route("/{lang}/c/{number}/text", get(text::text))
        .route("/{lang}/c/{number}/embed-code", get(embed::code))
        .route("/oembed", get(oembed::oembed))
        .route("/{lang}/waiting", get(waiting::waiting))
        .route("/{lang}/c/{number}/v/{version}/changes", get(changes::changes))
        .route("/{lang}/c/{number}/share", get(share::share))
        .route("/{lang}/c/{number}/print", get(print::print))
        .route("/{lang}/topics", get(topics::index))
        .route("/{lang}/topics/{topic}", get(topics::topic))
        .route("/{lang}/o", get(organisations::organisations))
        .route("/{lang}/o/{slug}", get(organisation::organisation))
        .route("/{lang}/places", get(places::places))
        .route("/{lang}/places/{code}", get(place::place))
        .route("/{lang}/about", get(about::about))
        .route("/{lang}/about/design", get(design::design))
        .route("/{lang}/policy", get(policy::index))
        .route("/{lang}/policy/{name}", get(policy::policy))
        .route("/{lang}/policy/{name}/v/{version}", get(policy::version))
        .route("/{lang}/data", get(data::data))
        .route("/{lang}/statistics", get(statistics::statistics))
        .route("/{lang}/log", get(log::log))
        .route("/log/entries", get(log::entries))
        .route("/log/checkpoint", get(tiles::checkpoint))
        .route("/log/key", get(tiles::key))
        .route("/log/tile/{*path}", get(tiles::tile))
        .route("/log/documents/{name}", get(tiles::document))
        .route("/log/proofs/{name}", get(tiles::proof))
        .route_layer(middleware::from_fn(cache::revalidated));
    let brought = Router::new()
        .route("/{lang}/c/{number}/contest", get(contest::form).post(contest::send))
        .route("/{lang}/search", get(search::linked).post(search::asked))
        .route("/{lang}/tip/new", get(tip::form).post(tip::filled))
        .route("/receipt", get(receipt::in_language))
        .route("/{lang}/receipt", get(receipt::form).post(receipt::look_up));
    // Too large to be kept in memory for a tag: they have tags of their own.
    let files = Router::new()
        .route("/data", get(data::data_in_some_language))
        .route("/data/{release}/{name}", get(data::file));
    published.merge(embed::routes()).merge(brought).merge(files)
}

/// What may bring a picture along, and so has limits of its own.
pub(super) fn routes_with_picture() -> Router<Arc<App>> {
    Router::new()
        .route("/{lang}/tip", get(tip::form).post(tip::send))
        .layer(DefaultBodyLimit::max(sent::SENT_BYTES_MAX))
}

/// `GET /`: to the language that the browser asks for.
pub(super) async fn root(request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let home = Redirect::temporary(&format!("/{}", preferred(&parts)));
    ([(header::VARY, "accept-language")], home).into_response()
}

/// Anything else.
pub(super) async fn missing(request: Request) -> Failure {
    let (parts, _) = request.into_parts();
    Failure::Missing(preferred(&parts))
}

/// A page number is input: anything else than 1 to 1,000 is the first page.
fn page_number(query: Option<&str>) -> i64 {
    query.and_then(|it| it.parse().ok()).filter(|it| (1..=1_000).contains(it)).unwrap_or(1)
}

/// A number in an address, in its one spelling: `7`, not `+7` or `007`.
fn number(text: &str) -> Option<i64> {
    text.parse().ok().filter(|it: &i64| 0 < *it && it.to_string() == text)
}

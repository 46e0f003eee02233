//! Feeds of answers: of all, on a topic, about a place, under an organisation's signature, and of
//! corrections; each as Atom, RSS 2.0 and JSON Feed.
//!
//! An entry's id is its claim's in every feed and form, and for ever; a correction gives it another
//! time. A feed names the desk, never a person. Anybody's page may read one (`cors`).

mod atom;
mod directory;
mod json;
mod rss;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse as _, Response};
use kiemtin_core::lang::Lang;
use kiemtin_core::time::Timestamp;
use kiemtin_store::StoreResult;
use kiemtin_store::reviews::{Listing, Version};

use crate::app::App;
use crate::app::feeds::{Format, Subject};
use crate::web::codes;
use crate::web::failure::{Answer, Failure};
use crate::web::page::{DESK_NAME, Reader};
use crate::{headers, locale};

pub(super) use directory::directory;
pub(in crate::web) use directory::to_directory;

/// Entries of a feed: weeks of a busy desk, in some 50 KB.
const ENTRIES_MAX: i64 = 50;

/// The media type of a form.
fn media_type(format: Format) -> &'static str {
    match format {
        Format::Atom => "application/atom+xml",
        Format::Rss => "application/rss+xml",
        Format::Json => "application/feed+json",
    }
}

fn listing(subject: &Subject) -> Listing {
    match subject {
        Subject::Answers => Listing::Newest,
        Subject::Corrections => Listing::Corrections,
        Subject::Topic(topic) => Listing::On(topic),
        Subject::Place(place) => Listing::About(*place),
        Subject::Signed(org) => Listing::SignedBy(org.id),
    }
}

fn title(subject: &Subject, lang: Lang) -> String {
    match subject {
        Subject::Answers => locale::text(lang, "answers-title"),
        Subject::Corrections => locale::text(lang, "corrections-title"),
        Subject::Topic(topic) => codes::topic(lang, topic),
        Subject::Place(place) => place.unit().full_name(),
        Subject::Signed(org) => org.name.clone(),
    }
}

/// `GET /{lang}/answers.atom`, `.rss`, `.json`
pub(super) async fn answers(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    uri: Uri,
) -> Answer<Response> {
    let (_, format) = Format::split(uri.path()).ok_or(Failure::Missing(lang))?;
    feed(&app, lang, &Subject::Answers, format).await
}

/// `GET /{lang}/corrections.atom`, `.rss`, `.json`
pub(super) async fn corrections(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    uri: Uri,
) -> Answer<Response> {
    let (_, format) = Format::split(uri.path()).ok_or(Failure::Missing(lang))?;
    feed(&app, lang, &Subject::Corrections, format).await
}

/// The feed of a subject in one form.
pub(super) async fn feed(
    app: &App,
    lang: Lang,
    subject: &Subject,
    format: Format,
) -> Answer<Response> {
    let found = entries(app, listing(subject)).await?;
    let channel = Channel::new(app, lang, subject, format, &found);
    let body = match format {
        Format::Atom => atom::feed(&channel),
        Format::Rss => rss::feed(&channel),
        Format::Json => json::feed(&channel),
    };
    let kind = format!("{}; charset=utf-8", media_type(format));
    let mut response = ([(header::CONTENT_TYPE, kind)], body).into_response();
    let own = format!("<{}>; rel=\"self\"", channel.own);
    let hub = channel.hub.iter().map(|it| format!("<{it}>; rel=\"hub\""));
    for link in hub.chain([own]) {
        // A part of an address that cannot stand in a header was found by nobody.
        if let Ok(link) = HeaderValue::try_from(link) {
            response.headers_mut().append(header::LINK, link);
        }
    }
    headers::for_everybody(response.headers_mut());
    Ok(response)
}

/// The newest versions of a list, and what was withdrawn from it: an entry that only went away would
/// tell nobody.
async fn entries(app: &App, listing: Listing) -> StoreResult<Vec<Version>> {
    let mut found = app.store.published(listing, 0, ENTRIES_MAX).await?;
    found.extend(app.store.withdrawn(listing, ENTRIES_MAX).await?);
    found.sort_by_key(|it| std::cmp::Reverse(it.log_idx));
    found.truncate(ENTRIES_MAX as usize);
    Ok(found)
}

/// What a feed says, whatever its form.
struct Channel {
    lang: Lang,
    title: String,
    about: String,
    /// The page that it is the feed of.
    page: String,
    /// Its own address.
    own: String,
    /// The desk's address.
    desk: String,
    /// The hub that tells subscribers, if the operator named one.
    hub: Option<String>,
    updated: Timestamp,
    items: Vec<Item>,
}

/// What a feed says of one answer.
struct Item {
    id: String,
    url: String,
    title: String,
    /// The answer; of a correction also what changed and why.
    text: String,
    /// The language that title and text stand in.
    lang: Lang,
    first_published: Timestamp,
    published: Timestamp,
    /// The class of the version, as a word of ours and for readers.
    class: &'static str,
    class_words: String,
}

impl Channel {
    fn new(app: &App, lang: Lang, subject: &Subject, format: Format, found: &[Version]) -> Self {
        // The newest of each claim: an id stands in a feed once.
        let mut newest: Vec<&Version> = Vec::new();
        for version in found {
            if !newest.iter().any(|it| it.claim == version.claim) {
                newest.push(version);
            }
        }
        let items: Vec<Item> = newest.into_iter().map(|it| Item::new(app, lang, it)).collect();
        let page = format!("{}/{lang}/{}", app.public_url, subject.path());
        let title = legal(&title(subject, lang));
        Self {
            lang,
            about: locale::text_with(lang, "feeds-about", &[("title", title.clone().into())]),
            title: format!("{DESK_NAME}: {title}"),
            own: format!("{page}.{}", format.extension()),
            page,
            desk: format!("{}/{lang}", app.public_url),
            hub: app.hub.get().map(ToString::to_string),
            // An empty feed is as old as its desk.
            updated: items.iter().map(|it| it.published).max().unwrap_or(app.desk.created_at),
            items,
        }
    }
}

impl Item {
    fn new(app: &App, lang: Lang, version: &Version) -> Self {
        let document = &version.document;
        let content = &document.content;
        let (in_lang, claim) = content.claim.best(lang).unwrap_or((lang, ""));
        let verdict = locale::verdict(in_lang, content);
        let mut text = content.answer.text(in_lang).to_owned();
        if content.class.is_notice() {
            let reason = content.reason.text(in_lang);
            let class = codes::class(in_lang, content.class);
            text = match version.is_retraction() {
                true => format!("{class}: {reason}"),
                false => format!("{class}: {reason}\n\n{text}"),
            };
        }
        let at = |it: &str| Timestamp::parse(it).unwrap_or(app.desk.created_at);
        Self {
            id: format!("urn:uuid:{}", version.claim),
            url: format!("{}/{lang}/c/{}", app.public_url, document.number),
            title: legal(&format!("{verdict}: {claim}")),
            text: legal(&text),
            lang: in_lang,
            first_published: at(&document.first_published),
            published: at(&document.published),
            class: content.class.code(),
            class_words: codes::class(lang, content.class),
        }
    }
}

/// A text without the characters that XML 1.0 does not know: one of them makes a feed unreadable.
pub(super) fn legal(text: &str) -> String {
    let is_legal = |it: &char| {
        matches!(it, '\t' | '\n') || (' ' <= *it && !matches!(it, '\u{fffe}' | '\u{ffff}'))
    };
    text.chars().filter(is_legal).collect()
}

/// A time as the libraries have it. What we write is always RFC 3339.
fn point(at: Timestamp) -> atom_syndication::FixedDateTime {
    at.rfc3339().parse().expect("RFC 3339 is what this library reads")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_xml_may_hold_is_left_out() {
        assert_eq!(legal("a\u{0}b\u{1b}[2J\tc\nd\u{ffff} <đ> 🧄"), "ab[2J\tc\nd <đ> 🧄");
    }
}

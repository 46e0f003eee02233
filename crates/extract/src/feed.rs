//! Feeds: RSS, Atom and JSON Feed to entries. Authors and contributors are dropped here.

use std::collections::HashSet;

use feed_rs::parser;
use kiemtin_core::lang::Lang;
use kiemtin_core::time::Timestamp;

use crate::limits::FEED_ENTRIES_MAX;
use crate::mend::mend_all;
use crate::problem::Problem;
use crate::{charset, clean, html, xml};

/// One entry of a feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The feed's own identifier of it.
    pub id: Option<String>,
    /// Its headline.
    pub title: Option<String>,
    /// Its content or else its summary, without markup; may be empty.
    pub text: String,
    /// The page it speaks of.
    pub link: Option<String>,
    /// When it appeared.
    pub published: Option<Timestamp>,
    /// Its language or else the feed's.
    pub lang: Option<Lang>,
}

/// Reads a feed. A damaged one gives the entries before the damage.
pub fn feed(bytes: &[u8]) -> (Vec<Entry>, Vec<Problem>) {
    let (source, mut problems) = charset::decode_noted(bytes, xml::declared(bytes).as_deref());
    let source = printable(&source);
    let parsed = match parse(&source) {
        Ok(it) => it,
        Err(why) => {
            problems.push(Problem::BadFeed { why });
            match before_the_damage(&source).and_then(|it| parse(&it).ok()) {
                Some(it) => it,
                None => return (Vec::new(), problems),
            }
        }
    };
    let lang = parsed.language.as_deref().and_then(Lang::from_tag);
    if parsed.entries.len() > FEED_ENTRIES_MAX {
        problems.push(Problem::TooMany { max: FEED_ENTRIES_MAX });
    }
    let mut seen = HashSet::new();
    let mut entries = Vec::new();
    for raw in parsed.entries.into_iter().take(FEED_ENTRIES_MAX) {
        let entry = entry(raw, lang, &mut problems);
        if entry.id.is_some() && !seen.insert(entry.id.clone()) {
            problems.push(Problem::DuplicateId);
        }
        entries.push(entry);
    }
    (entries, problems)
}

fn parse(source: &str) -> Result<feed_rs::model::Feed, String> {
    // No identifiers are made up: one that the feed did not give would look like its own.
    let parser = parser::Builder::new()
        .sanitize_content(false)
        .id_generator(|_, _, _| String::new())
        .build();
    parser.parse(source.as_bytes()).map_err(|err| err.to_string())
}

fn entry(raw: feed_rs::model::Entry, lang: Option<Lang>, problems: &mut Vec<Problem>) -> Entry {
    let stated = raw.published.or(raw.updated);
    let published = stated.and_then(|it| clean::time(&it.to_rfc3339()));
    if stated.is_some() && published.is_none() {
        problems.push(Problem::BadDate);
    }
    let is_page = |it: &&feed_rs::model::Link| it.rel.as_deref().is_none_or(|it| it == "alternate");
    let link = raw.links.iter().find(is_page).or(raw.links.first());
    let url = link.and_then(|it| clean::web_url(&it.href, None));
    if link.is_some() && url.is_none() {
        problems.push(Problem::LinkDropped);
    }
    let content = raw.content.and_then(|it| it.body).map(|it| html::plain(&it));
    let summary = || raw.summary.map(|it| html::plain(&it.content));
    let mut text = content.filter(|it| !it.is_empty()).or_else(summary).unwrap_or_default();
    let mut title = raw.title.map(|it| html::plain(&it.content)).unwrap_or_default();
    problems.extend(mend_all(&mut [&mut title, &mut text]));
    Entry {
        id: clean::line(&raw.id),
        title: clean::line(&title),
        text: clean::text(&text),
        link: url.map(String::from),
        published,
        lang: raw.language.as_deref().and_then(Lang::from_tag).or(lang),
    }
}

/// The text as UTF-8 XML: characters that XML forbids go, and so does a declaration that may name
/// the encoding the bytes no longer have.
fn printable(source: &str) -> String {
    let source = source.trim_start_matches(|it: char| it.is_whitespace() || it == '\u{FEFF}');
    let body = match source.strip_prefix("<?xml").and_then(|it| it.split_once("?>")) {
        Some((_, body)) => body,
        None => source,
    };
    let is_forbidden = |it: char| it < ' ' && !matches!(it, '\n' | '\r' | '\t');
    body.chars().filter(|&it| !is_forbidden(it)).collect()
}

/// A feed up to its last whole entry, closed again.
fn before_the_damage(source: &str) -> Option<String> {
    const SHAPES: [(&str, &str); 3] =
        [("</item>", "</channel></rss>"), ("</entry>", "</feed>"), ("</item>", "</rdf:RDF>")];
    let shape = match () {
        () if source.contains("<rdf:RDF") => SHAPES[2],
        () if source.contains("<feed") => SHAPES[1],
        () => SHAPES[0],
    };
    let (end, closing) = shape;
    let at = source.rfind(end)? + end.len();
    Some(format!("{}{closing}", &source[..at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_the_same_in_all_three_dialects_and_has_no_author() {
        let rss = "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel>\
            <language>vi</language><item><guid isPermaLink='false'>tin-1</guid><title>Mưa lớn</title>\
            <link>https://bao.example/1</link><description>&lt;p&gt;Ở Huế.&lt;/p&gt;</description>\
            <author>canary@bao.example</author><dc:creator>Canary</dc:creator>\
            <pubDate>Sun, 01 Nov 2026 09:00:00 +0700</pubDate></item></channel></rss>";
        let atom = "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='vi'><title>Báo</title>\
            <author><name>Canary</name></author><entry><id>tin-1</id><title>Mưa lớn</title>\
            <link href='https://bao.example/1'/><content type='html'>&lt;p&gt;Ở Huế.&lt;/p&gt;</content>\
            <author><name>Canary</name></author><published>2026-11-01T02:00:00Z</published></entry></feed>";
        let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"Báo","language":"vi",
            "items":[{"id":"tin-1","url":"https://bao.example/1","title":"Mưa lớn",
            "content_html":"<p>Ở Huế.</p>","authors":[{"name":"Canary"}],
            "date_published":"2026-11-01T09:00:00+07:00"}]}"#;
        let expected = Entry {
            id: Some("tin-1".to_owned()),
            title: Some("Mưa lớn".to_owned()),
            text: "Ở Huế.".to_owned(),
            link: Some("https://bao.example/1".to_owned()),
            published: Timestamp::parse("2026-11-01T02:00:00Z"),
            lang: Some(Lang::Vi),
        };
        for source in [rss, atom, json] {
            assert_eq!(feed(source.as_bytes()), (vec![expected.clone()], Vec::new()), "{source}");
        }
    }
}

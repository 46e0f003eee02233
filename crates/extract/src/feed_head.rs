//! What a feed says of itself: whose it is, how often it changes, and where it is pushed from.
//!
//! RSS 0.9 to 2.0, Atom and JSON Feed. Its authors and editors are not read.

use std::time::Duration;

use kiemtin_core::lang::Lang;
use kiemtin_core::source::asked;
use serde_json::Value;
use url::Url;

use crate::limits::{ANNOUNCED_MAX, PAGE_BYTES_MAX, TITLE_CHARS_MAX, URL_BYTES_MAX};
use crate::xml::{self, Step, Tag, Xml};
use crate::{clean, html};

/// The head of a feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedHead {
    /// Its name.
    pub title: Option<String>,
    /// Its language.
    pub lang: Option<Lang>,
    /// The site or section that it is of.
    pub site: Option<Url>,
    /// Its own address (`rel=self`): what is subscribed to at a hub.
    pub own: Option<Url>,
    /// The hubs that push it (WebSub).
    pub hubs: Vec<Url>,
    /// How long it asks not to be fetched again: the longer of `ttl` and `updatePeriod`.
    pub every: Option<Duration>,
}

/// Reads the head of a feed; what is not there, or stands behind damage, is left out. `base` is the
/// address that it came from.
pub fn feed_head(bytes: &[u8], base: Option<&Url>) -> FeedHead {
    if PAGE_BYTES_MAX < bytes.len() {
        return FeedHead::default();
    }
    let source = xml::source(bytes);
    if source.starts_with('{') {
        // What is no JSON has no head; that it is damaged is told with its entries.
        return serde_json::from_str(&source).map(|it| of_json(&it, base)).unwrap_or_default();
    }
    let mut raw = Raw::default();
    let mut xml = Xml::new(&source);
    while let Ok(Some(step)) = xml.step() {
        let path: Vec<&str> = xml.path().iter().take(4).map(|it| &**it).collect();
        let ([_, "channel", name] | ["feed", name]) = path[..] else {
            if let (Step::Open(tag), ["feed"] | ["rdf" | "rss"]) = (&step, &path[..]) {
                raw.lang = tag.attribute("lang").unwrap_or_default();
            }
            continue;
        };
        match step {
            Step::Open(tag) => raw.open(name, &tag, base),
            Step::Text(it) => raw.text(name, &it),
            Step::Close => {}
        }
    }
    raw.finish(base)
}

#[derive(Default)]
struct Raw {
    title: String,
    lang: String,
    link: String,
    ttl: String,
    period: String,
    frequency: String,
    /// Whether the element that is being read counts: the first of its name, and none of a
    /// namespace that has names like the feed's own.
    is_read: bool,
    head: FeedHead,
}

impl Raw {
    fn open(&mut self, name: &str, tag: &Tag<'_>, base: Option<&Url>) {
        let is_own =
            !tag.has_prefix() || matches!(name, "updateperiod" | "updatefrequency" | "language");
        self.is_read = is_own && self.field(name).is_some_and(|it| it.is_empty());
        let Some(href) = tag.attribute("href").filter(|_| name == "link") else {
            return;
        };
        self.is_read = false;
        let Some(url) = clean::web_url(&href, base) else { return };
        let rel = tag.attribute("rel").unwrap_or_else(|| "alternate".to_owned());
        for rel in rel.split_whitespace().map(str::to_ascii_lowercase) {
            match rel.as_str() {
                "hub" => add(&mut self.head.hubs, url.clone()),
                "self" => self.head.own = self.head.own.take().or_else(|| Some(url.clone())),
                "alternate" => self.head.site = self.head.site.take().or_else(|| Some(url.clone())),
                _ => {}
            }
        }
    }

    fn text(&mut self, name: &str, piece: &str) {
        if !self.is_read {
            return;
        }
        let Some(field) = self.field(name) else { return };
        let room = FIELD_BYTES_MAX.saturating_sub(field.len());
        field.push_str(&piece[..piece.floor_char_boundary(room)]);
    }

    fn field(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "title" => &mut self.title,
            "language" => &mut self.lang,
            "link" => &mut self.link,
            "ttl" => &mut self.ttl,
            "updateperiod" => &mut self.period,
            "updatefrequency" => &mut self.frequency,
            _ => return None,
        })
    }

    fn finish(self, base: Option<&Url>) -> FeedHead {
        let frequency = Some(self.frequency.as_str()).filter(|it| !it.is_empty());
        let every = asked::ttl(&self.ttl).max(asked::update_period(&self.period, frequency));
        FeedHead {
            title: clean::line(&html::plain(&self.title)),
            lang: Lang::from_tag(self.lang.trim()),
            // RSS writes the site's address as a text.
            site: clean::web_url(&self.link, base).or(self.head.site),
            every,
            ..self.head
        }
    }
}

/// Bytes taken of one text of a head.
const FIELD_BYTES_MAX: usize = URL_BYTES_MAX + 1;

const _: () = assert!(TITLE_CHARS_MAX * 4 <= FIELD_BYTES_MAX);

fn of_json(feed: &Value, base: Option<&Url>) -> FeedHead {
    let text = |name: &str| feed.get(name).and_then(Value::as_str);
    let url = |name: &str| text(name).and_then(|it| clean::web_url(it, base));
    let mut head = FeedHead {
        title: text("title").and_then(clean::line),
        lang: text("language").and_then(Lang::from_tag),
        site: url("home_page_url"),
        own: url("feed_url"),
        ..FeedHead::default()
    };
    for hub in feed.get("hubs").and_then(Value::as_array).into_iter().flatten() {
        let is_websub = hub["type"].as_str().is_some_and(|it| it.eq_ignore_ascii_case("websub"));
        let url = hub["url"].as_str().and_then(|it| clean::web_url(it, base));
        url.filter(|_| is_websub).into_iter().for_each(|it| add(&mut head.hubs, it));
    }
    head
}

fn add(all: &mut Vec<Url>, url: Url) {
    if all.len() < ANNOUNCED_MAX && !all.contains(&url) {
        all.push(url);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(source: &str) -> FeedHead {
        let base = Url::parse("https://bao.example/rss/tin.rss").expect("valid");
        feed_head(source.as_bytes(), Some(&base))
    }

    fn url(text: &str) -> Option<Url> {
        Some(Url::parse(text).expect("the test's own address"))
    }

    #[test]
    fn rss_says_how_often_and_where_it_is_pushed_from() {
        let head = head(
            "<?xml version='1.0'?><rss version='2.0' xmlns:a='http://www.w3.org/2005/Atom'><channel>\
             <itunes:title>Khác</itunes:title><title>Báo &amp;amp; tin</title><a:link rel='SELF' href='/rss/a.rss'/>\
             <link>https://bao.example/</link><language>vi-VN</language><ttl> 30 </ttl>\
             <managingEditor>canary@bao.example</managingEditor>\
             <sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>\
             <image><title>Ảnh</title><link>https://anh.example/</link></image>\
             <item><title>Một</title><a:link rel='hub' href='https://gia.example/'/></item>\
             <a:link rel='hub' href='https://hub.example/?a=1&amp;b=2'/>\
             <a:link rel='hub' href='https://hub.example/?a=1&amp;b=2'/>\
             <a:link rel='hub' href='javascript:alert(1)'/></channel></rss>",
        );
        assert_eq!(
            head,
            FeedHead {
                title: Some("Báo & tin".to_owned()),
                lang: Some(Lang::Vi),
                site: url("https://bao.example/"),
                own: url("https://bao.example/rss/a.rss"),
                hubs: url("https://hub.example/?a=1&b=2").into_iter().collect(),
                every: Some(Duration::from_secs(1_800)),
            }
        );
    }

    #[test]
    fn atom_and_old_rss_and_json_feed_have_the_same_head() {
        let atom = head(
            "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><title type='html'>A&lt;b&gt;c</title>\
             <author><name>Canary</name></author><link href='https://bao.example/en'/>\
             <link rel='self' href='https://bao.example/a'/><link rel='hub' href='https://hub.example/'/>\
             <entry><title>x</title><link rel='self' href='https://bao.example/x'/></entry></feed>",
        );
        let json = head(
            r#"{"version":"https://jsonfeed.org/version/1.1","title":"Ac","language":"en",
            "authors":[{"name":"Canary"}],"home_page_url":"https://bao.example/en",
            "feed_url":"/a","hubs":[{"type":"WebSub","url":"https://hub.example/"},
            {"type":"rssCloud","url":"https://no.example/"},{"type":"WebSub"},7],"items":[]}"#,
        );
        assert_eq!(atom, json);
        assert_eq!(atom.hubs.len(), 1);
        assert!(!format!("{atom:?}{json:?}").contains("Canary"));
        let old = head(
            "<rdf:RDF><channel><title>Cũ</title><link>https://bao.example/</link>\
            <sy:updatePeriod>daily</sy:updatePeriod></channel><item><title>x</title></item></rdf:RDF>",
        );
        assert_eq!(
            (old.title.as_deref(), old.every),
            (Some("Cũ"), Some(Duration::from_secs(86_400)))
        );
    }

    #[test]
    fn damaged_and_hostile_heads_give_what_they_have() {
        let cut = head("<rss><channel><title>Báo</title><link>https://bao.example/</li<");
        assert_eq!((cut.title.as_deref(), cut.site), (Some("Báo"), url("https://bao.example/")));
        for odd in ["", "{", "<", "<feed", "[]", "<html><title>x</title></html>", "{\"hubs\":{}}"] {
            assert_eq!(head(odd), FeedHead::default(), "{odd}");
        }
        let bomb = head(
            "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><rss><channel><title>&a;&a;b</title></channel></rss>",
        );
        assert_eq!(bomb.title.as_deref(), Some("b"));
        let long = head(&format!("<rss><channel><title>{}</title>", "ă".repeat(1_000_000)));
        assert_eq!(long.title.map(|it| it.chars().count()), Some(TITLE_CHARS_MAX));
        let hubs = "<link rel='hub' href='https://hub.example/'/>".repeat(50_000);
        assert_eq!(head(&format!("<feed>{hubs}</feed>")).hubs.len(), 1);
        assert_eq!(head(&"[".repeat(100_000)), FeedHead::default());
    }
}

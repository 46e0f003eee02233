//! What an address turned out to be, so that a source can be made of it: a feed, a sitemap, other
//! desks' reviews, a listing page, an article; and the feeds and sitemaps that a page names.
//!
//! Not here: whose it is (`kiemtin_core::source::whose`), and fetching what is only named.

use dom_query::Document as Tree;
use kiemtin_core::lang::Lang;
use kiemtin_core::source::pattern::Pattern;
use url::Url;

use crate::feed_head::{FeedHead, feed_head};
use crate::limits::{ANNOUNCED_MAX, HEAD_BYTES, PAGE_BYTES_MAX, TITLE_CHARS_MAX};
use crate::links::{guess, links_of};
use crate::sitemap::unpacked;
use crate::sniff::{Format, sniff};
use crate::{charset, clean, html, page, review, xml};

/// What stands at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// RSS, Atom or JSON Feed.
    Feed,
    /// A sitemap, news sitemap or sitemap index.
    Sitemap,
    /// A file of ClaimReviews (Data Commons).
    DataFeed,
    /// A page with this many ClaimReviews in it.
    Reviews(usize),
    /// A page whose links lead to articles, with the pattern that their addresses seem to have.
    Listing(Pattern),
    /// One text.
    Article,
    /// None of these.
    Other,
}

/// A feed that a page names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// Its address.
    pub url: Url,
    /// What the page calls it.
    pub title: Option<String>,
}

/// All that an address tells to who wants to make a source of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovery {
    /// What stands there.
    pub what: What,
    /// The name of the feed or page.
    pub title: Option<String>,
    /// Its language.
    pub lang: Option<Lang>,
    /// The feeds that a page names, in its order.
    pub feeds: Vec<Announced>,
    /// The sitemaps that a page names.
    pub sitemaps: Vec<Url>,
    /// The head of a feed; of a page only its hubs and its own address.
    pub head: FeedHead,
}

/// Looks at what came from `url`.
pub fn discover(bytes: &[u8], declared_charset: Option<&str>, url: &Url) -> Discovery {
    // What cannot be unpacked is none of these.
    let unpacked = unpacked(bytes).unwrap_or_default();
    let bytes = unpacked.as_deref().unwrap_or(bytes);
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    if is_sitemap(head) {
        return Discovery::of(What::Sitemap);
    }
    match sniff(head) {
        Ok(Format::Feed) => {
            let head = feed_head(bytes, Some(url));
            let (title, lang) = (head.title.clone(), head.lang);
            Discovery { title, lang, head, ..Discovery::of(What::Feed) }
        }
        Ok(Format::DataFeed) => Discovery::of(What::DataFeed),
        Ok(Format::Page) if bytes.len() <= PAGE_BYTES_MAX => of_page(bytes, declared_charset, url),
        _ => Discovery::of(What::Other),
    }
}

/// Where sites keep feeds and sitemaps that their pages do not name: at the root, and for a section
/// below it. In the order in which they are worth asking.
pub fn places(url: &Url) -> Vec<Url> {
    let path = url.path().trim_end_matches('/');
    let section = path.rsplit_once('.').filter(|(_, it)| !it.contains('/')).map_or(path, |it| it.0);
    let name = section.rsplit('/').next().unwrap_or_default();
    let mut paths = Vec::new();
    if !name.is_empty() {
        paths.extend([
            format!("{section}.rss"),
            format!("/rss/{name}.rss"),
            format!("{section}/feed"),
            format!("{section}/rss"),
        ]);
    }
    let at_root = [
        "/rss",
        "/feed",
        "/rss.xml",
        "/atom.xml",
        "/feed.xml",
        "/sitemap.xml",
        "/sitemap_news.xml",
    ];
    paths.extend(at_root.map(str::to_owned));
    let mut all: Vec<Url> = Vec::new();
    for path in paths {
        let found = url.join(&path).ok().filter(|it| it != url && !all.contains(it));
        all.extend(found);
    }
    all
}

impl Discovery {
    fn of(what: What) -> Self {
        let (feeds, sitemaps) = (Vec::new(), Vec::new());
        Self { what, title: None, lang: None, feeds, sitemaps, head: FeedHead::default() }
    }
}

/// By its outermost element, or by its lines: each is an address.
fn is_sitemap(head: &[u8]) -> bool {
    let text = charset::decode(head, xml::declared(head).as_deref()).0;
    let text = text.trim_start();
    if !text.starts_with('<') {
        // The last line may be cut.
        let lines = text.lines().map(str::trim).filter(|it| !it.is_empty()).take(LINES_LOOKED_AT);
        let addresses: Vec<bool> = lines.map(|it| clean::web_url(it, None).is_some()).collect();
        return !addresses.is_empty() && addresses.iter().all(|it| *it);
    }
    let mut xml = xml::Xml::new(text);
    while let Ok(Some(step)) = xml.step() {
        if let xml::Step::Open(_) = step {
            return matches!(xml.path(), [it] if it == "urlset" || it == "sitemapindex");
        }
    }
    false
}

/// Lines that tell a list of addresses.
const LINES_LOOKED_AT: usize = 20;

fn of_page(bytes: &[u8], declared_charset: Option<&str>, url: &Url) -> Discovery {
    let tree = page::tree(bytes, declared_charset, &mut Vec::new());
    let scripts = html::json_ld_of(&tree);
    let (reviews, _) = review::from_scripts(&scripts, Some(url.as_str()));
    let mut found = Discovery {
        title: page::title(&tree),
        lang: page::lang(&tree),
        ..Discovery::of(What::Other)
    };
    announced(&tree, url, &mut found);
    found.what = if reviews.is_empty() {
        listing_or_article(&tree, &scripts, url)
    } else {
        What::Reviews(reviews.len())
    };
    found
}

/// What the page's `<link>` elements name.
fn announced(tree: &Tree, base: &Url, found: &mut Discovery) {
    for node in tree.select("link[rel][href]").nodes().iter().take(LINK_ELEMENTS_MAX) {
        let text = |name: &str| node.attr(name).map(|it| it.to_string()).unwrap_or_default();
        let Some(url) = clean::web_url(&text("href"), Some(base)) else { continue };
        let kind = text("type").to_ascii_lowercase();
        for rel in text("rel").to_ascii_lowercase().split_whitespace() {
            match rel {
                "alternate" | "feed" if is_feed_type(&kind) || rel == "feed" => {
                    let is_known = found.feeds.iter().any(|it| it.url == url);
                    if !is_known && found.feeds.len() < ANNOUNCED_MAX {
                        found.feeds.push(Announced {
                            url: url.clone(),
                            title: clean::line(&text("title")),
                        });
                    }
                }
                "sitemap" if found.sitemaps.len() < ANNOUNCED_MAX => {
                    found.sitemaps.push(url.clone())
                }
                "hub" if found.head.hubs.len() < ANNOUNCED_MAX => found.head.hubs.push(url.clone()),
                "self" => found.head.own = found.head.own.take().or_else(|| Some(url.clone())),
                _ => {}
            }
        }
    }
}

/// `<link>` elements looked at; styles and icons are some dozens.
const LINK_ELEMENTS_MAX: usize = 1_000;

fn is_feed_type(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    matches!(
        kind,
        "application/rss+xml"
            | "application/atom+xml"
            | "application/feed+json"
            | "application/rdf+xml"
            | "text/rss+xml"
            | "text/atom+xml"
    )
}

/// A text of so many characters outside links is one, whatever stands beside it.
const TEXT_CHARS_MIN: usize = 800;
/// From here on it is one even beside many links that lead to articles.
const LONG_TEXT_CHARS: usize = 3_000;

/// A front page says that it is an article as often as not, so its address is asked first; an
/// address like those that it links to is an article's.
fn listing_or_article(tree: &Tree, scripts: &[String], url: &Url) -> What {
    let n_chars = text_chars(tree);
    let says_article = says_article(tree, scripts);
    let pattern = guess(&links_of(tree, url), url);
    let is_front = url.path().trim_matches('/').is_empty() && url.query().is_none();
    let is_like_its_links = pattern.as_ref().is_some_and(|it| it.takes(url, url));
    let is_article = !is_front
        && (is_like_its_links
            || (says_article && TEXT_CHARS_MIN <= n_chars)
            || LONG_TEXT_CHARS <= n_chars);
    match pattern {
        _ if is_article => What::Article,
        Some(pattern) => What::Listing(pattern),
        None if TEXT_CHARS_MIN <= n_chars || (says_article && !is_front) => What::Article,
        None => What::Other,
    }
}

/// Characters of the paragraphs that are no links.
fn text_chars(tree: &Tree) -> usize {
    let chars = |it: &str| it.trim().chars().count();
    let mut n_chars = 0;
    for node in tree.select("p").nodes() {
        let of_links: usize = node.find(&["a"]).iter().map(|it| chars(&it.text())).sum();
        n_chars += chars(&node.text()).saturating_sub(of_links);
    }
    n_chars
}

/// Whether a page calls itself an article: to those who share it, or in its JSON-LD, where a list
/// names many.
fn says_article(tree: &Tree, scripts: &[String]) -> bool {
    let shared = page::attribute(tree, "meta[property='og:type']", "content");
    let n_articles: usize = scripts.iter().map(|it| it.matches("Article\"").count()).sum();
    shared.is_some_and(|it| it.to_ascii_lowercase().starts_with("article")) || n_articles == 1
}

const _: () = assert!(TITLE_CHARS_MAX < TEXT_CHARS_MIN);

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> Url {
        Url::parse(&format!("https://bao.example{path}")).expect("the test's own path")
    }

    fn found(path: &str, bytes: &str) -> Discovery {
        discover(bytes.as_bytes(), None, &at(path))
    }

    fn cards(n: usize) -> String {
        (0..n)
            .map(|it| format!("<a href=/tin/mua-lon-o-hue-{it}.html>Mưa lớn ở Huế hôm nay</a>"))
            .collect()
    }

    #[test]
    fn a_page_names_its_feeds_sitemaps_and_hubs() {
        let page = found(
            "/a/",
            "<html lang=vi><title>Báo</title><link rel=alternate type=application/rss+xml href=rss title='Tin  mới'>\
             <link rel='ALTERNATE home' type='application/atom+xml; charset=utf-8' href=//tin.example/atom>\
             <link rel=alternate type=application/feed+json href=/f.json><link rel=alternate hreflang=en href=/en>\
             <link rel=alternate type=application/rss+xml href=rss><link rel=feed href='javascript:x'>\
             <link rel=sitemap type=application/xml href=/s.xml><link rel=hub href=https://hub.example/>\
             <link rel=self href=/a/><p>x",
        );
        let feeds: Vec<_> =
            page.feeds.iter().map(|it| (it.url.as_str(), it.title.as_deref())).collect();
        assert_eq!(
            feeds,
            [
                ("https://bao.example/a/rss", Some("Tin mới")),
                ("https://tin.example/atom", None),
                ("https://bao.example/f.json", None),
            ]
        );
        assert_eq!((page.sitemaps, page.what), (vec![at("/s.xml")], What::Other));
        assert_eq!((page.title.as_deref(), page.lang), (Some("Báo"), Some(Lang::Vi)));
        assert_eq!((page.head.hubs.len(), page.head.own), (1, Some(at("/a/"))));
    }

    #[test]
    fn files_are_told_by_what_stands_in_them() {
        for (bytes, what) in [
            (
                "<?xml version='1.0'?><rss version='2.0'><channel><title>x</title></channel></rss>",
                What::Feed,
            ),
            ("{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[]}", What::Feed),
            ("<?xml version='1.0'?><!-- x --><s:urlset xmlns:s='x'>", What::Sitemap),
            ("\u{FEFF}<sitemapindex><sitemap>", What::Sitemap),
            ("https://bao.example/a\nhttps://bao.example/b\n", What::Sitemap),
            ("{\"@type\":\"DataFeed\",\"dataFeedElement\":[]}", What::DataFeed),
            ("Nghe nói mai cúp nước", What::Other),
            ("{}", What::Other),
            ("%PDF-1.7", What::Other),
            ("\u{1F}\u{8B}", What::Other),
            ("", What::Other),
            ("<", What::Other),
        ] {
            assert_eq!(found("/x", bytes).what, what, "{bytes}");
        }
        assert_eq!(
            found("/x", "<rss><channel><title>x</title></channel></rss>").title.as_deref(),
            Some("x")
        );
        let review = "<html><script type=application/ld+json>{\"@type\":\"ClaimReview\",\"claimReviewed\":\"a\",\
            \"reviewRating\":{\"alternateName\":\"Sai\"}}</script>";
        assert_eq!(found("/x", review).what, What::Reviews(1));
    }

    #[test]
    fn a_listing_and_an_article_are_told_apart() {
        let listing = What::Listing(Pattern::parse("/tin/*-*.html").expect("valid"));
        let text = format!("<p>{}</p>", "Mưa lớn ở nhiều nơi. ".repeat(60));
        let long = text.repeat(3);
        let (few, many) = (cards(3), cards(12));
        let said = "<meta property=og:type content=article>";
        for (path, body, what) in [
            ("/tin", many.clone(), listing.clone()),
            ("/", format!("{said}{many}{long}"), listing.clone()),
            ("/tin", format!("{many}{text}"), listing),
            ("/tin/mua-lon-o-hue-99.html", format!("{many}<p>x</p>"), What::Article),
            ("/a", format!("{said}{many}{text}"), What::Article),
            ("/a", format!("{many}{long}"), What::Article),
            ("/a", format!("{few}{text}"), What::Article),
            ("/a", few, What::Other),
        ] {
            assert_eq!(found(path, &format!("<html><body>{body}")).what, what, "{path}");
        }
    }

    #[test]
    fn common_places_are_tried_for_the_section_and_the_site() {
        let paths = |it: &str| -> Vec<String> {
            places(&at(it)).iter().map(|it| it.path().to_owned()).collect()
        };
        let root = [
            "/rss",
            "/feed",
            "/rss.xml",
            "/atom.xml",
            "/feed.xml",
            "/sitemap.xml",
            "/sitemap_news.xml",
        ];
        assert_eq!(paths("/"), root);
        assert_eq!(
            paths("/y-te/tim.htm?x=1#y")[..4],
            ["/y-te/tim.rss", "/rss/tim.rss", "/y-te/tim/feed", "/y-te/tim/rss"]
        );
        assert_eq!(paths("/rss")[..2], ["/rss.rss", "/rss/rss.rss"]);
        assert!(!paths("/rss").contains(&"/rss".to_owned()) && paths("/a").len() == 11);
    }
}

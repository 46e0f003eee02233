//! The links of a listing page, in its order, and a guess at the pattern of those that lead to
//! articles.
//!
//! Links to platforms and to authors are left out: neither is ever a source.

use std::collections::{HashMap, HashSet};

use dom_query::{Document as Tree, NodeRef};
use kiemtin_core::host::is_platform;
use kiemtin_core::link::without_tracking;
use kiemtin_core::source::pattern::Pattern;
use url::Url;

use crate::clean;
use crate::limits::{BYLINE_CHARS_MAX, LINKS_MAX, PAGE_BYTES_MAX};
use crate::page;

/// One link of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads, without fragment and tracking.
    pub url: Url,
    /// Its words, or else those of its picture; may be empty.
    pub text: String,
}

/// The links of a page in its order, each address once, with the longest of its texts. `base` is
/// the page's address.
pub fn links(bytes: &[u8], declared_charset: Option<&str>, base: &Url) -> Vec<Link> {
    if PAGE_BYTES_MAX < bytes.len() {
        return Vec::new();
    }
    links_of(&page::tree(bytes, declared_charset, &mut Vec::new()), base)
}

/// The same of a parsed page, from which the bylines are taken.
pub(crate) fn links_of(tree: &Tree, base: &Url) -> Vec<Link> {
    remove_bylines(tree);
    let stated = page::attribute(tree, "base[href]", "href");
    let stated = stated.and_then(|it| clean::web_url(&it, Some(base)));
    let base = stated.as_ref().unwrap_or(base);
    let mut found: Vec<Link> = Vec::new();
    let mut known: HashMap<Url, usize> = HashMap::new();
    for node in tree.select("a[href], area[href]").nodes() {
        let Some(url) = node.attr("href").and_then(|it| address(&it, base)) else {
            continue;
        };
        let text = words(node);
        match known.get(&url) {
            Some(&idx) if found[idx].text.len() < text.len() => found[idx].text = text,
            Some(_) => {}
            None if LINKS_MAX <= found.len() => break,
            None => {
                known.insert(url.clone(), found.len());
                found.push(Link { url, text });
            }
        }
    }
    found
}

fn address(href: &str, base: &Url) -> Option<Url> {
    // A place on this page is no other page.
    if href.trim_start().starts_with('#') {
        return None;
    }
    let url = clean::web_url(href, Some(base)).map(without_tracking)?;
    (!is_platform(url.host_str()?)).then_some(url)
}

fn words(node: &NodeRef<'_>) -> String {
    let of_picture = || {
        let picture = node.descendants_it().find(|it| it.has_name("img"))?;
        picture.attr("alt").and_then(|it| clean::line(&it))
    };
    let named = || node.attr("title").and_then(|it| clean::line(&it));
    clean::line(&node.text()).or_else(named).or_else(of_picture).unwrap_or_default()
}

/// Words that a headline has at least; the names of sections have fewer.
const HEADLINE_WORDS_MIN: usize = 4;
/// Links of one shape from which on it is the shape of the articles.
const ALIKE_MIN: usize = 4;

/// The pattern of a listing page's articles, as far as the shapes of its links tell: the commonest
/// among those whose words are a headline. Sections that differ become stars.
pub fn guess(links: &[Link], page: &Url) -> Option<Pattern> {
    let own = kiemtin_core::host::publisher(page.host_str()?);
    let is_headline = |it: &&Link| HEADLINE_WORDS_MIN <= it.text.split_whitespace().count();
    let is_own =
        |it: &&Link| it.url.host_str().map(kiemtin_core::host::publisher).as_ref() == Some(&own);
    let mut shapes: Vec<(Shape, Vec<&Url>)> = Vec::new();
    for link in links.iter().filter(is_headline).filter(is_own) {
        let Some(shape) = Shape::of(&link.url) else { continue };
        match shapes.iter().position(|(it, _)| *it == shape) {
            Some(idx) => shapes[idx].1.push(&link.url),
            None if shapes.len() < SHAPES_MAX => shapes.push((shape, vec![&link.url])),
            None => {}
        }
    }
    // Of two as common, the one that the page has first.
    let most = shapes.iter().map(|(_, alike)| alike.len()).max().filter(|it| ALIKE_MIN <= *it)?;
    let (shape, alike) = shapes.iter().find(|(_, alike)| alike.len() == most)?;
    // Articles of other sections may stand deeper or less deep.
    let is_elsewhere = |(other, urls): &(Shape, Vec<&Url>)| {
        shape.is_slug()
            && other.is_slug()
            && (other.depth != shape.depth && other.ending == shape.ending)
            && most <= urls.len() * 4
    };
    let pattern = match shapes.iter().any(is_elsewhere) {
        true => format!("/**-*{}", shape.ending),
        false => shape.pattern(alike)?,
    };
    Pattern::parse(&pattern).ok()
}

/// Shapes that are told apart on one page; a page of more has no common one.
const SHAPES_MAX: usize = 100;

/// What the addresses of one site's articles have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shape {
    kind: Kind,
    depth: usize,
    /// `.html`, `/`, or nothing.
    ending: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// The headline with hyphens: `mua-lon-o-hue-4073.html`.
    Slug,
    /// A number or a code of letters and digits.
    Code,
    /// One page for all, told apart by its query: the path, and the names.
    Query(String, Vec<String>),
}

/// Hyphens of a headline: sections have names of up to three words.
const SLUG_HYPHENS_MIN: usize = 3;
/// Letters and digits of an article's code.
const CODE_CHARS_MIN: usize = 5;

impl Shape {
    fn of(url: &Url) -> Option<Self> {
        let path = url.path();
        let parts: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
        let depth = parts.len();
        let (stem, ending) = stem_and_ending(path);
        let n_digits = stem.bytes().filter(u8::is_ascii_digit).count();
        let kind = match () {
            () if SLUG_HYPHENS_MIN <= stem.matches('-').count() => Kind::Slug,
            () if CODE_CHARS_MIN <= stem.len() && 2 <= n_digits && !stem.contains(['-', '%']) => {
                Kind::Code
            }
            () => {
                let names: Vec<String> = url.query_pairs().map(|(it, _)| it.into_owned()).collect();
                let has_number =
                    url.query_pairs().any(|(_, it)| it.bytes().any(|it| it.is_ascii_digit()));
                if !has_number {
                    return None;
                }
                Kind::Query(path.to_owned(), names)
            }
        };
        Some(Self { kind, depth, ending: ending.to_owned() })
    }

    fn is_slug(&self) -> bool {
        self.kind == Kind::Slug
    }

    fn pattern(&self, alike: &[&Url]) -> Option<String> {
        let last = match &self.kind {
            Kind::Query(path, names) => {
                let values: Vec<String> = names.iter().map(|it| format!("{it}=*")).collect();
                return Some(format!("{path}?{}", values.join("&")));
            }
            Kind::Slug => "*-*",
            Kind::Code => "*",
        };
        let mut res = String::new();
        for idx in 0..self.depth.checked_sub(1)? {
            let here = |url: &&Url| {
                url.path().split('/').filter(|it| !it.is_empty()).nth(idx).map(str::to_owned)
            };
            let names: HashSet<Option<String>> = alike.iter().map(here).collect();
            let only = names.iter().flatten().next().filter(|_| names.len() == 1);
            res.push('/');
            res.push_str(only.map_or("*", String::as_str));
        }
        res.push('/');
        res.push_str(last);
        res.push_str(&self.ending);
        // A code alone says too little: each page of the site would fit.
        let is_told = res.bytes().any(|it| it.is_ascii_alphanumeric() || it == b'-');
        is_told.then_some(res)
    }
}

/// The last part of a path without what it ends in.
fn stem_and_ending(path: &str) -> (&str, &str) {
    if let Some(bare) = path.strip_suffix('/') {
        return (bare.rsplit('/').next().unwrap_or_default(), "/");
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    let at = last.rfind('.').filter(|&at| {
        let ending = &last[at + 1..];
        (2..=5).contains(&ending.len()) && ending.bytes().all(|it| it.is_ascii_alphabetic())
    });
    last.split_at(at.unwrap_or(last.len()))
}

/// Takes out who wrote it: an author's page is not followed.
fn remove_bylines(tree: &Tree) {
    const BYLINES: &str = "[rel~=author], [itemprop~=author], [class*=byline], [class*=Byline], \
        [class*=author], [class*=Author], [id*=author], [class*=tac-gia], [class*=tacgia], \
        [class*=tac_gia], [class*=nguoi-viet], [class*=writer], [class*=penname], [class*=but-danh]";
    for node in tree.select(BYLINES).nodes() {
        if node.text().trim().chars().count() <= BYLINE_CHARS_MAX {
            node.remove_from_parent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Url {
        Url::parse("https://www.bao.example/thoi-su/").expect("valid")
    }

    fn found(html: &str) -> Vec<(String, String)> {
        let links = links(html.as_bytes(), None, &page());
        links.into_iter().map(|it| (it.url.to_string(), it.text)).collect()
    }

    #[test]
    fn links_come_in_order_once_and_clean() {
        let html = "<base href='/vi/'><a href='a.html?utm_source=x#top'><img alt='Ảnh'></a>\
            <a href='//tin.example/b?id=1'>  Hai \n tin </a><a href='a.html'>Mưa lớn</a>\
            <a href='#c'>c</a><a href='mailto:a@b.vn'>d</a><a href='javascript:x()'>e</a>\
            <a href='https://u:p@bao.example/'>f</a><a href='https://www.facebook.com/x'>g</a>\
            <a rel=author href='/tac-gia/canary'>Canary</a><span class=author><a href='/t/canary'>Canary</a></span>\
            <a href=''>h</a><area href='/ban-do' title='Bản đồ'>";
        assert_eq!(
            found(html),
            [
                ("https://www.bao.example/vi/a.html".to_owned(), "Mưa lớn".to_owned()),
                ("https://tin.example/b?id=1".to_owned(), "Hai tin".to_owned()),
                ("https://www.bao.example/ban-do".to_owned(), "Bản đồ".to_owned()),
            ]
        );
        assert_eq!(found("\u{0}<a"), []);
    }

    #[test]
    fn hostile_pages_give_a_bounded_list() {
        let many: String = (0..20_000).map(|it| format!("<a href=/{it}>x</a>")).collect();
        assert_eq!(found(&many).len(), LINKS_MAX);
        let deep = format!("{}x", "<a href=/b><div>".repeat(20_000));
        assert!(found(&deep).len() <= 1);
        let long = format!("<a href='/{}'>x</a>", "a".repeat(100_000));
        assert_eq!(found(&long), []);
    }

    /// The pattern for a page with these addresses under headlines, and its sections.
    fn guessed(addresses: &[&str]) -> Option<String> {
        let nav = "<a href=/thoi-su/>Thời sự</a><a href=/suc-khoe-va-doi-song/>Sức khoẻ</a>\
            <a href=/lien-he.html>Liên hệ</a><a href=/trang-2>2</a>";
        let cards: String =
            addresses.iter().map(|it| format!("<a href='{it}'>Mưa lớn ở nhiều nơi</a>")).collect();
        let links = links(format!("{nav}{cards}").as_bytes(), None, &page());
        guess(&links, &page()).map(|it| it.to_string())
    }

    #[test]
    fn the_pattern_of_the_articles_is_guessed() {
        for (addresses, expected) in [
            (
                [
                    "/thoi-su/a-b-c-d-1.html",
                    "/thoi-su/b-c-d-e-2.html",
                    "/thoi-su/c-d-e-f-3.html",
                    "/thoi-su/d-e-f-g-4.html",
                ],
                Some("/thoi-su/*-*.html"),
            ),
            (
                ["/xa-hoi/a-b-c-d.htm", "/y-te/b-c-d-e.htm", "/y-te/c-d-e-f.htm", "/o/d-e-f-g.htm"],
                Some("/*/*-*.htm"),
            ),
            (
                [
                    "/2026/11/a-b-c-d/",
                    "/2026/11/b-c-d-e/",
                    "/2026/10/c-d-e-f/",
                    "/2026/11/d-e-f-g/",
                ],
                Some("/2026/*/*-*/"),
            ),
            (["/tin/c0mz18", "/tin/c1mz29", "/tin/c2mz30", "/tin/c3mz41"], Some("/tin/*")),
            (
                ["/t.aspx?id=1", "/t.aspx?id=2", "/t.aspx?id=3", "/t.aspx?id=4"],
                Some("/t.aspx?id=*"),
            ),
            (["/12345", "/23456", "/34567", "/45678"], None),
            (["/a-b-c-d", "/b-c-d-e", "/c-d-e-f", "https://khac.example/d-e-f-g"], None),
        ] {
            assert_eq!(guessed(&addresses).as_deref(), expected, "{addresses:?}");
        }
        let two_depths = [
            "/a-b-c-d.html",
            "/b-c-d-e.html",
            "/c-d-e-f.html",
            "/d-e-f-g.html",
            "/x/a-b-c-d.html",
            "/y/b-c-d-e.html",
        ];
        assert_eq!(guessed(&two_depths).as_deref(), Some("/**-*.html"));
        assert_eq!(guessed(&[]), None);
    }
}

//! Every public link, followed from the front pages, the map of the site and the feeds, and what holds
//! for all that is found.

use std::collections::{BTreeMap, BTreeSet};

use super::http::{self, Got};
use super::markup::{Tag, tags};
use super::site::{ASKED, Site};
use crate::helper::desk::{PUBLIC_URL, query};

/// Pages of the site of a test: far more than there are, so that a loop of links ends.
const PAGES_MAX: usize = 2_000;
/// What a page and its styles take on the wire.
const PAGE_BYTES_MAX: usize = 50 * 1024;
/// What comes before the first acknowledgement: ten packets.
const FIRST_BYTES_MAX: usize = 14 * 1024;

/// An address of the site, without and with the part after `#`.
type Link = (String, Option<String>);

/// Everything that links lead to, by its path.
pub(super) struct Crawled {
    pub(super) pages: BTreeMap<String, Got>,
    /// Fragments that are linked, with where from.
    fragments: BTreeSet<(String, String, String)>,
}

impl Crawled {
    pub(super) fn of(site: &Site) -> Self {
        let mut res = Self { pages: BTreeMap::new(), fragments: BTreeSet::new() };
        let mut next: Vec<String> =
            ["/vi", "/en", "/robots.txt", "/sitemap.xml"].map(str::to_owned).into();
        next.extend(["vi", "en"].map(|it| query(&format!("/{it}/search"), "q", ASKED)));
        while let Some(path) = next.pop() {
            if res.pages.contains_key(&path) || is_members(&path) {
                continue;
            }
            assert!(res.pages.len() < PAGES_MAX, "links go on for ever: {path}");
            let got = site.get(&path);
            for (to, fragment) in links(&path, &got) {
                if let Some(it) = fragment {
                    res.fragments.insert((path.clone(), to.clone(), it));
                }
                next.push(to);
            }
            res.pages.insert(path, got);
        }
        // A site need not have a map.
        if res.pages["/sitemap.xml"].status == 404 {
            res.pages.remove("/sitemap.xml");
        }
        res
    }
}

/// The desk behind its door is tested for itself.
fn is_members(path: &str) -> bool {
    path == "/desk" || path.starts_with("/desk/")
}

/// Where an answer leads to within the site.
fn links(path: &str, got: &Got) -> Vec<Link> {
    let text = got.text();
    if got.is_html() {
        let mut found = Vec::new();
        for tag in tags(&text).iter().filter(|it| !is_sent(it)) {
            found.extend(
                ["href", "src", "action"]
                    .into_iter()
                    .filter_map(|it| tag.get(it))
                    .filter_map(|it| own(path, it)),
            );
            let is_address = |it: &&str| tag.name == "meta" && it.starts_with("http");
            found.extend(tag.get("content").filter(is_address).and_then(|it| own(path, it)));
        }
        return found;
    }
    let kind = got.header("content-type");
    if got.status != 200 || !["xml", "json", "text/plain"].iter().any(|it| kind.contains(it)) {
        return Vec::new();
    }
    // Feeds, maps and descriptions name addresses as a whole, also inside escaped HTML.
    let text = text.replace("&quot;", "\"");
    let found = text.match_indices(PUBLIC_URL).filter_map(|(at, _)| {
        let end = |it: char| it.is_whitespace() || "\"'<>\\{".contains(it);
        let rest = &text[at..];
        own(path, &rest[..rest.find(end).unwrap_or(rest.len())].replace("&amp;", "&"))
    });
    found.collect()
}

/// A form whose answer is no page of its own.
fn is_sent(tag: &Tag) -> bool {
    tag.name == "form" && tag.get("method") == Some("post")
}

/// The path that a link leads to, if it stays here.
fn own(path: &str, link: &str) -> Option<Link> {
    let link = link.strip_prefix(PUBLIC_URL).unwrap_or(link);
    let (to, fragment) = match link.split_once('#') {
        Some((to, fragment)) => (to, Some(fragment.to_owned())),
        None => (link, None),
    };
    let base = path.split('?').next().unwrap_or(path);
    match to.chars().next() {
        None if fragment.is_some() => Some((path.to_owned(), fragment)),
        None => Some(("/".to_owned(), None)),
        Some('/') => Some((to.to_owned(), fragment)),
        Some('?') => Some((format!("{base}{to}"), fragment)),
        Some(_) => None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_public_link_leads_to_a_page_that_keeps_the_promises_of_the_site() {
    let site = Site::open().await;
    let crawled = tokio::task::spawn_blocking(move || {
        site.is_contested();
        let crawled = Crawled::of(&site);
        let complaints = complaints(&site, &crawled);
        (crawled, complaints)
    });
    let (crawled, complaints) = crawled.await.expect("the crawl ends");
    for wanted in ["/vi/c/1", "/en/c/3", "/vi/contests/1", "/vi/places/01", "/vi/waiting"] {
        assert!(crawled.pages.contains_key(wanted), "{wanted} is linked from nowhere");
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn complaints(site: &Site, crawled: &Crawled) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, got) in &crawled.pages {
        let mut complain = |what: String| complaints.push(format!("{path}: {what}"));
        if !matches!(got.status, 200 | 307) {
            complain(format!("answers {}", got.status));
        }
        has_headers(path, got, &mut complain);
        if got.is_html() {
            is_small(path, got, crawled, &mut complain);
            is_sound(path, got, &mut complain);
            is_alone(got, &mut complain);
            names_itself(path, got, crawled, &mut complain);
        }
        is_asked_again(site, path, got, &mut complain);
    }
    for (from, to, fragment) in &crawled.fragments {
        let Some(got) = crawled.pages.get(to) else { continue };
        if got.is_html() && !tags(&got.text()).iter().any(|it| it.get("id") == Some(fragment)) {
            complaints.push(format!("{from}: nothing in {to} has the id {fragment}"));
        }
    }
    complaints
}

/// STANDARDS section 7.2.
fn has_headers(path: &str, got: &Got, complain: &mut impl FnMut(String)) {
    let mut has = |name: &str, part: &str| {
        if !got.header(name).contains(part) {
            complain(format!("{name} is {:?} and lacks {part:?}", got.header(name)));
        }
    };
    for part in ["default-src 'none'", "form-action '", "base-uri 'none'"] {
        has("content-security-policy", part);
    }
    // A frame for other sites is the one page that may be framed.
    if !path.contains("/embed") {
        has("content-security-policy", "frame-ancestors 'none'");
    }
    has("strict-transport-security", "max-age=31536000; includeSubDomains");
    has("x-content-type-options", "nosniff");
    has("referrer-policy", "no-referrer");
    has("permissions-policy", "geolocation=()");
    has("cross-origin-opener-policy", "same-origin");
    has("cross-origin-resource-policy", "-origin");
    let policy = got.header("content-security-policy");
    for part in ["script-src", "unsafe", "http"] {
        if policy.contains(part) {
            complain(format!("its policy allows {part}"));
        }
    }
    if !got.header("set-cookie").is_empty() {
        complain("sets a cookie".to_owned());
    }
    if path.contains("/receipt") || path.contains("/search") || path.ends_with("/contest") {
        let kept = got.header("cache-control");
        if got.is_html() && kept != "no-store" {
            complain(format!("may be kept: {kept}"));
        }
    }
}

fn is_small(path: &str, got: &Got, crawled: &Crawled, complain: &mut impl FnMut(String)) {
    let styles = tags(&got.text()).into_iter().filter(|it| it.get("rel") == Some("stylesheet"));
    let styles = styles.filter_map(|it| crawled.pages.get(&own(path, it.get("href")?)?.0));
    let n_bytes = got.n_sent + styles.map(|it| it.n_sent).sum::<usize>();
    if PAGE_BYTES_MAX < n_bytes {
        complain(format!("{n_bytes} bytes with its styles"));
    }
    if FIRST_BYTES_MAX < got.n_sent {
        complain(format!("{} bytes", got.n_sent));
    }
}

fn is_sound(path: &str, got: &Got, complain: &mut impl FnMut(String)) {
    let text = got.text();
    let all = tags(&text);
    let n = |name: &str| all.iter().filter(|it| it.name == name).count();
    let lang = if path.starts_with("/en") { "en" } else { "vi" };
    if all.first().and_then(|it| it.get("lang")) != Some(lang) {
        complain(format!("its language is not {lang}"));
    }
    let title = text.split_once("<title>").and_then(|it| it.1.split_once("</title>"));
    if title.is_none_or(|it| it.0.trim().is_empty()) {
        complain("has no title".to_owned());
    }
    if n("h1") != 1 || n("main") != 1 {
        complain(format!("{} h1, {} main", n("h1"), n("main")));
    }
    let ids: Vec<&str> = all.iter().filter_map(|it| it.get("id")).collect();
    if ids.iter().collect::<BTreeSet<_>>().len() != ids.len() {
        complain(format!("an id stands twice: {ids:?}"));
    }
}

/// Nothing runs and nothing is loaded from elsewhere.
fn is_alone(got: &Got, complain: &mut impl FnMut(String)) {
    for tag in tags(&got.text()) {
        if tag.name == "script" && tag.get("type") != Some("application/ld+json") {
            complain("has a script".to_owned());
        }
        for (name, value) in &tag.attributes {
            if name.starts_with("on") || name == "style" || value.starts_with("javascript:") {
                complain(format!("{}: {name}={value:?}", tag.name));
            }
        }
        let loads = match tag.name.as_str() {
            "link" if matches!(tag.get("rel"), Some("stylesheet" | "icon")) => tag.get("href"),
            "a" | "link" | "form" => None,
            _ => tag.get("src").or(tag.get("srcset")).or(tag.get("data")).or(tag.get("href")),
        };
        let is_own = |it: &str| ["/", "#", "data:image/"].iter().any(|own| it.starts_with(own));
        if let Some(it) = loads.filter(|it| !is_own(it) || it.starts_with("//")) {
            complain(format!("loads {it}"));
        }
    }
}

/// What a page says of its own address and of its other languages is so.
fn names_itself(path: &str, got: &Got, crawled: &Crawled, complain: &mut impl FnMut(String)) {
    let alternates = |got: &Got| -> BTreeMap<String, String> {
        let all = tags(&got.text()).into_iter().filter(|it| it.name == "link");
        let all = all.filter(|it| it.get("rel") == Some("alternate"));
        let pair = |it: Tag| Some((it.get("hreflang")?.to_owned(), it.get("href")?.to_owned()));
        all.filter_map(pair).collect()
    };
    let own_alternates = alternates(got);
    for (lang, url) in &own_alternates {
        let Some(other) = url.strip_prefix(PUBLIC_URL) else {
            complain(format!("its {lang} is at {url}"));
            continue;
        };
        match crawled.pages.get(other) {
            Some(other) if alternates(other) == own_alternates => {}
            // The address without a language leads to the reader's own.
            Some(it) if lang == "x-default" && it.status == 307 => {}
            Some(_) => complain(format!("{url} names other languages")),
            None => complain(format!("its {lang} is not there: {url}")),
        }
    }
    let canonical = tags(&got.text()).into_iter();
    let canonical: Vec<Tag> = canonical.filter(|it| it.get("rel") == Some("canonical")).collect();
    let base = path.split('?').next().unwrap_or(path);
    match canonical.as_slice() {
        [] => {}
        [one] => {
            let to = one.get("href").and_then(|it| it.strip_prefix(PUBLIC_URL)).unwrap_or_default();
            if !base.starts_with(to) || crawled.pages.get(to).is_none_or(|it| it.status != 200) {
                complain(format!("it is said to be {to:?}"));
            }
        }
        _ => complain("has two canonical addresses".to_owned()),
    }
}

/// What may be kept and is to be asked for again is sent only when it changed.
fn is_asked_again(site: &Site, path: &str, got: &Got, complain: &mut impl FnMut(String)) {
    if got.status != 200 || got.header("cache-control") != "public, no-cache" {
        return;
    }
    let tag = got.header("etag");
    if tag.is_empty() {
        return complain("may be kept and has no ETag".to_owned());
    }
    let again = http::get(site.address, path, &[("If-None-Match", tag)]);
    if again.status != 304 || !again.body.is_empty() {
        complain(format!("was not changed and answers {}", again.status));
    }
}

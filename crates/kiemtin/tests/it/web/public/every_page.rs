//! What holds for every page that a reader can reach.

use std::collections::BTreeSet;
use std::io::Write as _;

use axum::http::Method;

use crate::helper::desk::{TestDesk, query};
use crate::helper::reply::{Reply, attribute};
use crate::helper::story::Story;

/// A page with its stylesheet, as it is without compression.
const PAGE_BYTES_MAX: usize = 50 * 1024;
/// A page as it goes out: what a new connection carries before it waits for an answer.
const PACKED_BYTES_MAX: usize = 14 * 1024;

/// A desk with answers, and every page of it that links lead to, with those that only forms show.
async fn all_pages() -> (TestDesk, Vec<Reply>) {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    let mut pages = Vec::new();
    let mut seen = BTreeSet::new();
    let mut next: Vec<String> =
        ["/vi", "/en", "/no-such-page", "/vi/c/999"].map(str::to_owned).into();
    for lang in ["vi", "en"] {
        next.push(query(&format!("/{lang}/search"), "q", "ăn tỏi sống phòng bệnh covid 19"));
        next.push(query(&format!("/{lang}/search"), "q", "nothing of the kind"));
        next.push(query(&format!("/{lang}/search"), "q", "?"));
        next.push(query(&format!("/{lang}/places"), "q", "quan 1 ho chi minh"));
        for (path, form) in forms(lang) {
            pages.push(desk.post(&path, &[form]).await);
        }
    }
    while let Some(path) = next.pop() {
        // The desk behind its door is tested for itself.
        if path.starts_with("/desk") || !seen.insert(path.clone()) {
            continue;
        }
        let reply = desk.get(&path).await;
        if reply.header("content-type").starts_with("text/html") {
            next.extend(reply.links());
        }
        pages.push(reply);
    }
    (desk, pages)
}

fn forms(lang: &str) -> [(String, (&'static str, &'static str)); 4] {
    let (tip, receipt) = (format!("/{lang}/tip"), format!("/{lang}/receipt"));
    [
        (tip.clone(), ("text", "Nghe nói ăn tỏi sống mỗi ngày là phòng được bệnh COVID-19")),
        (tip, ("text", " ")),
        (receipt.clone(), ("words", "one two")),
        (receipt, ("words", "baba baba baba baba baba baba baba baba")),
    ]
}

fn is_html(reply: &&Reply) -> bool {
    reply.header("content-type").starts_with("text/html")
}

#[tokio::test]
async fn every_link_leads_somewhere() {
    let (_desk, pages) = all_pages().await;
    let wanted = ["/vi/about", "/en/log", "/vi/c/1", "/en/c/2/v/1", "/vi/c/1/v/1.json", "/vi/tip"];
    for path in wanted.into_iter().chain([
        "/vi/corrections",
        "/en/waiting",
        "/en/receipt",
        "/log/entries?from=0",
        "/en/o/so-y-te",
        "/vi/places/79",
        "/en/c/1/embed-code",
        "/vi/c/1/embed",
        "/vi/c/1/badge.svg",
        "/vi/c/1/text",
        "/vi/topics/health",
        "/en/o",
        "/vi/c/1/share",
        "/en/c/2/print",
        "/vi/about/design",
    ]) {
        assert!(pages.iter().any(|it| it.path == path), "{path} is linked from nowhere");
    }
    for page in pages.iter().filter(|it| !["/no-such-page", "/vi/c/999"].contains(&&*it.path)) {
        let status = page.status.as_u16();
        assert!(matches!(status, 200 | 422), "{} answers {status}", page.path);
    }
}

#[tokio::test]
async fn every_page_has_one_heading_its_language_and_a_label_at_each_field() {
    let (_desk, pages) = all_pages().await;
    for page in pages.iter().filter(is_html) {
        assert_eq!(page.tags("h1").len(), 1, "{} has one h1", page.path);
        let lang = if page.path.starts_with("/en") { "en" } else { "vi" };
        assert_eq!(attribute(page.tags("html")[0], "lang"), Some(lang), "{}", page.path);
        assert_eq!(page.tags("main").len(), 1, "{}", page.path);
        let labelled: Vec<_> =
            page.tags("label").into_iter().filter_map(|it| attribute(it, "for")).collect();
        let fields = ["input", "textarea", "select"].map(|it| page.tags(it)).concat();
        for field in fields.iter().filter(|it| attribute(it, "type") != Some("hidden")) {
            let id = attribute(field, "id").unwrap_or_default();
            assert!(labelled.contains(&id), "{}: no label for {field}", page.path);
            assert!(!field.contains("placeholder"), "{}: {field}", page.path);
        }
        let ids: Vec<_> = page.body.split(" id=\"").skip(1).collect();
        let unique: BTreeSet<_> = ids.iter().filter_map(|it| it.split('"').next()).collect();
        assert_eq!(ids.len(), unique.len(), "{}: an id stands twice", page.path);
    }
}

#[tokio::test]
async fn every_page_is_small_and_runs_loads_and_keeps_nothing() {
    let (desk, pages) = all_pages().await;
    let css = desk.get("/static/site.css").await.is(200).body.len();
    // The description of the API is a file for programs.
    for page in pages.iter().filter(|it| !it.path.starts_with("/api/")) {
        assert!(page.body.len() + css < PAGE_BYTES_MAX, "{}: {}", page.path, page.body.len());
        let packed = packed(&page.body);
        assert!(packed <= PACKED_BYTES_MAX, "{}: {packed} bytes packed", page.path);
        assert!(!page.headers.contains_key("set-cookie"), "{}", page.path);
        let is_data = |it: &&str| attribute(it, "type") == Some("application/ld+json");
        assert!(page.tags("script").iter().all(is_data), "{}", page.path);
        for attribute in [" style=", " onclick=", " onload=", "javascript:"] {
            assert!(!page.body.contains(attribute), "{}: {attribute}", page.path);
        }
        for image in page.tags("img") {
            let src = attribute(image, "src").unwrap_or_default();
            // The width of a badge is that of its words.
            let is_badge = src.ends_with("/badge.svg");
            assert!(is_badge || src.starts_with("/static/"), "{image}");
            assert!(image.contains("alt=") && image.contains("height="), "{image}");
            assert!(is_badge || image.contains("width="), "{image}");
        }
    }
}

/// Bytes of a page as it goes out.
fn packed(page: &str) -> usize {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(page.as_bytes()).and_then(|()| gz.finish()).expect("memory grows").len()
}

#[tokio::test]
async fn every_page_names_itself_and_its_other_language() {
    let (_desk, pages) = all_pages().await;
    let is_whole = |it: &&Reply| is_html(it) && it.body.contains("class=\"bottom\"");
    for page in pages.iter().filter(is_whole) {
        let links = page.tags("link");
        let of = |name: &str, value: &str| -> Vec<&str> {
            let found = links.iter().filter(|it| attribute(it, name) == Some(value));
            found.filter_map(|it| attribute(it, "href")).collect()
        };
        let canonical = of("rel", "canonical");
        assert!(
            matches!(canonical[..], [it] if it.starts_with("https://desk.example/")),
            "{}",
            page.path
        );
        let (vi, en, neutral) =
            (of("hreflang", "vi"), of("hreflang", "en"), of("hreflang", "x-default"));
        assert_eq!([vi.len(), en.len(), neutral.len()], [1, 1, 1], "{}", page.path);
        assert_eq!(vi[0].replacen("/vi", "/en", 1), en[0], "{}", page.path);
        assert!(neutral[0] == vi[0] || neutral[0] == "https://desk.example/", "{}", page.path);
    }
}

#[tokio::test]
async fn files_are_kept_for_a_year_by_an_address_that_changes_with_them() {
    let desk = TestDesk::new().await;
    let page = desk.get("/vi").await.is(200);
    let files: Vec<String> =
        page.links().into_iter().filter(|it| it.starts_with("/static/")).collect();
    assert!(files.iter().any(|it| it.starts_with("/static/site.css?v=")), "{files:?}");
    for path in files {
        let file = desk.get(&path).await.is(200);
        assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable", "{path}");
        let tag = file.header("etag");
        desk.get_with(&path, &[("if-none-match", tag)]).await.is(304);
        let (bare, _) = path.split_once('?').expect("its hash");
        for other in [bare.to_owned(), format!("{bare}?v=0"), format!("{bare}?a&v=1&v=2")] {
            let file = desk.get(&other).await.is(200);
            assert_eq!(file.header("cache-control"), "public, max-age=3600", "{other}");
        }
    }
    desk.get("/static/no.css?v=1").await.is(404);
}

#[tokio::test]
async fn every_answer_has_the_headers_of_the_security_bar() {
    let (_desk, pages) = all_pages().await;
    for page in &pages {
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';"), "{}", page.path);
        assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
        let is_frame = page.path.ends_with("/embed");
        let ancestors = if is_frame { "*" } else { "'none'" };
        let has_forms = !is_frame && !page.path.starts_with("/api");
        let form = if has_forms { "'self'" } else { "'none'" };
        for part in ["base-uri 'none'", "frame-ancestors ", "form-action "] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(policy.contains(&format!("frame-ancestors {ancestors}")), "{}", page.path);
        assert!(policy.contains(&format!("form-action {form}")), "{}", page.path);
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
        let elsewhere = ["/api", "/embed", "/badge.svg", "/badge.png", "/card.png"];
        let kind = page.header("content-type");
        let is_feed = ["application/atom", "application/rss", "application/feed"];
        let is_shown_elsewhere = elsewhere.iter().any(|it| page.path.ends_with(it))
            || page.path.starts_with("/api/")
            || is_feed.iter().any(|it| kind.starts_with(it));
        let resource = if is_shown_elsewhere { "cross-origin" } else { "same-origin" };
        assert_eq!(page.header("cross-origin-resource-policy"), resource, "{}", page.path);
        assert!(page.header("strict-transport-security").contains("max-age=31536000"));
        let is_readers = ["/tip", "/receipt", "/search"].iter().any(|it| page.path.contains(it));
        if is_readers || !page.status.is_success() {
            assert_eq!(page.header("cache-control"), "no-store", "{}", page.path);
        }
    }
}

#[tokio::test]
async fn a_published_page_is_sent_again_only_when_it_changed() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    for path in ["/vi", "/vi/answers", "/en/c/1", "/vi/c/1/v/1.json", "/vi/log", "/log/entries"] {
        let first = desk.get(path).await.is(200);
        assert_eq!(first.header("cache-control"), "public, no-cache", "{path}");
        let tag = first.header("etag");
        assert!(tag.starts_with("W/\""), "{path}: {tag}");
        let again = desk.get_with(path, &[("if-none-match", tag)]).await.is(304);
        assert!(again.body.is_empty() && again.header("etag") == tag, "{path}");
    }
    let before = desk.get("/vi").await.header("etag").to_owned();
    desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    desk.get_with("/vi", &[("if-none-match", &before)]).await.is(200).says("phong tỏa");
}

#[tokio::test]
async fn failures_speak_the_readers_language() {
    let desk = TestDesk::new().await;
    desk.get("/vi/c/7").await.is(404).says("Không có trang này").hides("There is no");
    desk.get("/en/c/7").await.is(404).says("There is no such page").hides("Không có");
    desk.get("/en/c/+7").await.is(404);
    desk.get("/en/c/99999999999999999999").await.is(404);
    desk.get("/en/answers?page=900").await.is(404);
    desk.get_with("/fr", &[("accept-language", "en-GB,vi;q=0.5")]).await.is(404).says("such page");
    desk.get("/nowhere").await.is(404).says("lang=\"vi\"");
    let put = desk.send(Method::PUT, "/en/tip", &[], String::new()).await;
    put.is(405).says("does not take such a request");
    let elsewhere = [("sec-fetch-site", "cross-site")];
    let foreign = desk.post_with("/vi/tip", &[("text", "x")], &elsewhere).await;
    foreign.is(403).says("đến từ một trang khác");
    let huge = "a ".repeat(100_000);
    desk.post("/en/tip", &[("text", &huge)]).await.is(413).says("too long");
    desk.get("/en/search?q=a&q=b").await.is(400).says("cannot be read");
}

#[tokio::test]
async fn no_published_answer_can_be_deleted_or_changed_from_outside() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    for path in ["/vi/c/1", "/vi/c/1/v/1", "/vi/log", "/log/entries", "/vi"] {
        for method in [Method::DELETE, Method::PUT, Method::PATCH, Method::POST] {
            desk.send(method, path, &[], String::new()).await.is(405);
        }
    }
    desk.get("/vi/c/1").await.is(200);
}

#[tokio::test]
async fn a_watching_program_gets_plain_words() {
    let desk = TestDesk::new().await;
    assert_eq!(desk.get("/healthz").await.is(200).body, "ok\n");
    desk.get("/readyz").await.is(200).says("ready");
    desk.app.store.close().await;
    let gone = desk.get("/readyz").await.is(503).says("not ready").hides("pool");
    assert!(gone.header("content-type").starts_with("text/plain"));
    // A reader gets a page, in her language, without the cause.
    let page = desk.get("/en/answers").await.is(503).says("The server is busy");
    assert_eq!(page.header("retry-after"), "5");
    page.says("<html lang=\"en\">").hides("pool");
    desk.get("/vi/answers").await.is(503).says("Máy chủ đang bận");
}

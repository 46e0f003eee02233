//! Sitemaps and the rules for crawlers.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::helper::desk::{PUBLIC_URL, TestDesk};
use crate::helper::people::{Browser, Desk};
use crate::helper::story::Story;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// What stands in elements of this name.
fn texts(xml: &str, name: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut found, mut is_inside) = (Vec::new(), false);
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(it) => is_inside = it.name().as_ref() == name.as_bytes(),
            Event::Text(it) if is_inside => found.push(it.decode().expect("UTF-8").into_owned()),
            Event::End(_) => is_inside = false,
            Event::Eof => return found,
            _ => {}
        }
    }
}

#[tokio::test]
async fn every_address_of_the_sitemap_is_there_in_both_languages() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    let map = desk.get("/sitemap.xml").await.is(200);
    assert_eq!(map.header("content-type"), "application/xml; charset=utf-8");
    let addresses = texts(&map.body, "loc");
    let has = |path: &str| addresses.contains(&format!("{PUBLIC_URL}{path}"));
    for path in ["/vi", "/en/c/1", "/vi/c/2", "/en/o/so-y-te", "/vi/policy/privacy", "/en/feeds"] {
        assert!(has(path), "{path}: {addresses:?}");
    }
    for address in &addresses {
        desk.get(address.strip_prefix(PUBLIC_URL).expect("ours")).await.is(200);
    }
    let alternates = map.body.matches("<xhtml:link rel=\"alternate\" hreflang=\"en\"").count();
    assert_eq!(alternates, addresses.len(), "each names its other language");
    assert_eq!(texts(&map.body, "lastmod"), ["2026-11-24T02:30:00Z"; 4]);
    let part = desk.get("/sitemaps/1.xml").await.is(200);
    assert_eq!(texts(&part.body, "loc").len(), 4);
    desk.get("/sitemaps/pages.xml").await.is(200).hides("/c/1<");
    for missing in ["2.xml", "0.xml", "-1.xml", "01.xml", "x.xml", "1", "99999999999999999999.xml"]
    {
        desk.get(&format!("/sitemaps/{missing}")).await.is(404);
    }
}

#[tokio::test]
async fn news_are_the_answers_of_two_days_in_the_languages_that_they_have() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    desk.clock.advance(2 * DAY_MS);
    desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    let news = desk.get("/sitemap-news.xml").await.is(200);
    let expected = ["/vi/c/2", "/vi/c/1", "/en/c/1"].map(|it| format!("{PUBLIC_URL}{it}"));
    assert_eq!(texts(&news.body, "loc"), expected, "the second has no English");
    assert_eq!(texts(&news.body, "news:name"), ["Kiểm Tin"; 3]);
    assert_eq!(texts(&news.body, "news:language"), ["vi", "vi", "en"]);
    assert_eq!(texts(&news.body, "news:publication_date")[0], "2026-11-26T02:30:00Z");
    assert!(texts(&news.body, "news:title")[1].starts_with("Ăn tỏi"));
    desk.clock.advance(1_000);
    let news = desk.get("/sitemap-news.xml").await.is(200);
    assert_eq!(texts(&news.body, "loc").len(), 1, "two days are over");
}

#[tokio::test]
async fn crawlers_are_told_where_to_look_and_a_demo_sends_them_away() {
    let desk = Desk::at("https://desk.example").await;
    let rules = Browser::english().get(&desk, "/robots.txt").await;
    rules.is(200).says("\nSitemap: https://desk.example/sitemap.xml\n");
    rules.says("\nSitemap: https://desk.example/sitemap-news.xml\n");
    rules.says("Allow: /api/").says("Disallow: /desk\n").says("Disallow: /vi/search\n");
    let demo = TestDesk::new().await;
    demo.get("/robots.txt").await.is(200).says("Disallow: /\n").hides("Sitemap");
}

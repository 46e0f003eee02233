//! How servers are asked: in turn, as their robots.txt wants it, and not while they want rest.

use std::time::Duration;

use kiemtin_core::source::Kind;
use kiemtin_core::time::DAY_MS;
use kiemtin_store::sources::NewSource;

use super::pages::{article, rss, story};
use super::{Collecting, PAUSE, new};
use crate::helper::web::{Answer, Asked, Web, header, page, status};

const HOST: &str = "bao.example";
const OTHER: &str = "coquan.example";

fn feed_of(it: &Asked, n: usize) -> Answer {
    let names: Vec<String> = (0..n).map(|it| format!("tin-{it}.html")).collect();
    let entries: Vec<(&str, &str, &str)> =
        names.iter().map(|it| (it.as_str(), it.as_str(), "Tóm tắt.")).collect();
    page("application/rss+xml", "", rss(&it.base(), &entries).as_bytes())
}

fn site(it: &Asked, n: usize) -> Answer {
    match it.path.as_str() {
        "/rss" => feed_of(it, n),
        path if path.ends_with(".html") => {
            page("text/html", "", article(path, &story(path)).as_bytes())
        }
        _ => status(404, ""),
    }
}

#[tokio::test]
async fn one_host_is_asked_one_thing_at_a_time_with_a_pause_and_by_one_honest_name() {
    let web = Web::start(|it: &Asked| site(it, 5)).await;
    let all = Collecting::new(&web, &[HOST]).await;
    all.add_as(NewSource { follows: true, ..new(Kind::Feed, &web.url(HOST, "/rss")) }).await;
    assert_eq!(all.round().await, (None, 5));
    let asked = web.asked();
    assert_eq!(asked.len(), 7, "robots.txt, the feed and five pages");
    assert_eq!(asked[0].path, "/robots.txt");
    for pair in asked.windows(2) {
        let pause = pair[1].at.duration_since(pair[0].at);
        assert!(PAUSE <= pause, "{} after {}: {pause:?}", pair[1].path, pair[0].path);
    }
    for it in &asked {
        let agent = header(&it.head, "user-agent").unwrap_or_default();
        assert!(agent.starts_with("KiemTin/"), "{agent}");
        assert!(agent.contains("+https://desk.example/en/about"), "{agent}");
    }
}

#[tokio::test]
async fn what_robots_txt_forbids_is_not_asked_for() {
    let rules = "User-agent: *\nDisallow: /\n\nUser-agent: kiemtin\nDisallow: /tin-1\n";
    let web = Web::start(move |it: &Asked| match it.path.as_str() {
        "/robots.txt" => page("text/plain", "", rules.as_bytes()),
        _ => site(it, 3),
    })
    .await;
    let all = Collecting::new(&web, &[HOST]).await;
    all.add_as(NewSource { follows: true, ..new(Kind::Feed, &web.url(HOST, "/rss")) }).await;
    assert_eq!(all.round().await, (Some("robots".to_owned()), 3));
    assert_eq!(web.paths(HOST), ["/rss", "/tin-0.html", "/tin-2.html"]);
}

#[tokio::test]
async fn where_robots_txt_cannot_be_read_nothing_is() {
    let web = Web::start(|it: &Asked| match it.path.as_str() {
        "/robots.txt" => status(503, ""),
        _ => site(it, 3),
    })
    .await;
    let all = Collecting::new(&web, &[HOST]).await;
    all.add(Kind::Feed, &web.url(HOST, "/rss")).await;
    assert_eq!(all.round().await, (Some("rules".to_owned()), 0));
    assert_eq!(web.paths(HOST), [] as [&str; 0]);
}

#[tokio::test]
async fn a_crawl_delay_is_kept() {
    let web = Web::start(|it: &Asked| match it.path.as_str() {
        "/robots.txt" => page("text/plain", "", b"User-agent: *\nCrawl-delay: 1\n"),
        _ => site(it, 1),
    })
    .await;
    let all = Collecting::new(&web, &[HOST]).await;
    all.add_as(NewSource { follows: true, ..new(Kind::Feed, &web.url(HOST, "/rss")) }).await;
    assert_eq!(all.round().await, (None, 1));
    let asked = web.asked();
    assert!(Duration::from_secs(1) <= asked[2].at.duration_since(asked[1].at));
}

#[tokio::test]
async fn a_server_that_wants_rest_gets_it() {
    let web = Web::start(|it: &Asked| match it.path.as_str() {
        "/robots.txt" => status(404, ""),
        _ => status(503, "retry-after: 172800\r\n"),
    })
    .await;
    let all = Collecting::new(&web, &[HOST]).await;
    let id = all.add(Kind::Feed, &web.url(HOST, "/rss")).await;
    assert_eq!(all.round().await, (Some("busy".to_owned()), 0));
    let waits = all.source(id).await.next.millis() - all.desk.app.now().millis();
    assert!(DAY_MS <= waits, "{waits}");
    all.desk.clock.advance(DAY_MS / 2);
    assert!(all.once().await.is_empty());
    assert_eq!(web.paths(HOST), ["/rss"]);
}

#[tokio::test]
async fn a_busy_host_is_left_alone_in_the_middle_of_a_round_and_the_rest_is_read_later() {
    let n = std::sync::atomic::AtomicUsize::new(0);
    let web = Web::start(move |it: &Asked| {
        let is_page = it.path.ends_with(".html");
        match is_page && n.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 1 {
            true => status(429, "retry-after: 60\r\n"),
            false => site(it, 3),
        }
    })
    .await;
    let all = Collecting::new(&web, &[HOST]).await;
    all.add_as(NewSource { follows: true, ..new(Kind::Feed, &web.url(HOST, "/rss")) }).await;
    assert_eq!(all.round().await, (Some("busy".to_owned()), 1));
    assert_eq!(web.paths(HOST).len(), 3, "the feed and two pages, then nothing");
    assert_eq!(all.next_day().await, (None, 2));
}

#[tokio::test]
async fn what_is_gone_is_not_asked_again() {
    let web = Web::start(|_: &Asked| status(410, "")).await;
    let all = Collecting::new(&web, &[HOST]).await;
    let id = all.add(Kind::Feed, &web.url(HOST, "/rss")).await;
    assert_eq!(all.round().await, (Some("status 410".to_owned()), 0));
    assert!(all.source(id).await.ended.is_some());
    all.desk.clock.advance(30 * DAY_MS);
    assert!(all.once().await.is_empty());
}

#[tokio::test]
async fn a_page_that_sends_on_is_followed_within_the_rules_of_where_it_leads() {
    let web = Web::start(|it: &Asked| match (it.host.as_str(), it.path.as_str()) {
        (HOST, "/rss") => {
            let to = it.base().replace(HOST, OTHER);
            status(301, &format!("location: {to}/tin.xml\r\n"))
        }
        (OTHER, "/robots.txt") => page("text/plain", "", b"User-agent: *\nDisallow: /tin\n"),
        _ => status(404, ""),
    })
    .await;
    let all = Collecting::new(&web, &[HOST, OTHER]).await;
    all.add(Kind::Feed, &web.url(HOST, "/rss")).await;
    assert_eq!(all.round().await, (Some("robots".to_owned()), 0));
    assert_eq!(web.paths(OTHER), [] as [&str; 0]);
}

#[tokio::test]
async fn a_page_that_sends_on_to_a_profile_is_not_followed() {
    let web = Web::start(|it: &Asked| match it.path.as_str() {
        "/rss" => status(302, "location: https://www.facebook.com/somebody\r\n"),
        _ => status(404, ""),
    })
    .await;
    let all = Collecting::new(&web, &[HOST]).await;
    all.add(Kind::Feed, &web.url(HOST, "/rss")).await;
    assert_eq!(all.round().await, (Some("profile".to_owned()), 0));
}

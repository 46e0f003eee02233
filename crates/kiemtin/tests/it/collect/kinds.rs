//! What is taken from each kind of source, once, and never who wrote it.

use kiemtin_core::source::Kind;
use kiemtin_store::sources::NewSource;

use super::pages::{article, rss, story};
use super::{Collecting, new};
use crate::helper::web::{Asked, Web, header, page, status};

const HOST: &str = "bao.example";

fn html(text: &str) -> crate::helper::web::Answer {
    page("text/html; charset=utf-8", "", text.as_bytes())
}

#[tokio::test]
async fn a_feed_is_read_once_and_says_nothing_of_who_wrote() {
    let web = Web::start(|it: &Asked| match it.path.as_str() {
        "/rss" if header(&it.head, "if-none-match") == Some("\"1\"") => status(304, ""),
        "/rss" => {
            let entries = [("a", "Cầu Rồng đóng", "Cầu đóng để sửa."), ("b", "Mưa lớn", "Mưa to.")];
            page("application/rss+xml", "etag: \"1\"\r\n", rss(&it.base(), &entries).as_bytes())
        }
        _ => status(404, ""),
    })
    .await;
    let all = Collecting::new(&web, &[HOST]).await;
    let id = all.add(Kind::Feed, &web.url(HOST, "/rss")).await;
    assert_eq!(all.round().await, (None, 2));
    assert_eq!(all.next_day().await, (None, 0));
    assert_eq!(web.paths(HOST), ["/rss", "/rss"]);
    let texts = all.texts().await;
    let said: Vec<&str> = texts.iter().map(|it| it.0.as_str()).collect();
    assert_eq!(said, ["Cầu Rồng đóng\n\nCầu đóng để sửa.", "Mưa lớn\n\nMưa to."]);
    assert_eq!(texts[0].1.as_deref(), Some(web.url(HOST, "/a").as_str()));
    assert_eq!(texts[0].2.as_deref(), Some("Báo Ví Dụ"));
    let health = all.source(id).await.health;
    assert_eq!((health.n_new, health.n_known, health.trouble), (2, 0, None));
    assert!(!all.everything().await.contains("Người Viết Bài"));
}

#[tokio::test]
async fn entries_are_read_on_their_own_pages_and_an_entry_stands_in_for_a_page_that_is_not_there() {
    let web = Web::start(|it: &Asked| match it.path.as_str() {
        "/rss" => {
            let entries = [
                ("a.html", "Cầu Rồng mở cửa", "Tóm tắt."),
                ("b.html", "Bài đã gỡ", "Còn tóm tắt."),
            ];
            page("text/xml", "", rss(&it.base(), &entries).as_bytes())
        }
        "/a.html" => html(&article("Cầu Rồng mở cửa", &story("cầu Rồng"))),
        _ => status(404, ""),
    })
    .await;
    let all = Collecting::new(&web, &[HOST]).await;
    all.add_as(NewSource { follows: true, ..new(Kind::Feed, &web.url(HOST, "/rss")) }).await;
    assert_eq!(all.round().await, (Some("status 404".to_owned()), 2));
    let texts = all.texts().await;
    assert!(texts.iter().any(|it| it.0.contains("niêm yết công khai")), "{texts:?}");
    assert!(texts.iter().any(|it| it.0 == "Bài đã gỡ\n\nCòn tóm tắt."), "{texts:?}");
    let text = format!("{texts:?}");
    for absent in ["Người Viết Bài", "Tin liên quan", "Một tin khác", "Trang chủ"] {
        assert!(!text.contains(absent), "{absent}: {text}");
    }
    assert_eq!(all.next_day().await, (None, 0));
    assert_eq!(web.paths(HOST), ["/rss", "/a.html", "/b.html", "/rss"]);
}

#[tokio::test]
async fn an_entry_that_leads_to_somebody_elses_page_is_taken_as_it_stands() {
    let web = Web::start(|it: &Asked| match it.path.as_str() {
        "/rss" => {
            let elsewhere = it.base().replace(HOST, "khac.example");
            page("text/xml", "", rss(&elsewhere, &[("a.html", "Tin", "Tóm tắt.")]).as_bytes())
        }
        _ => status(404, ""),
    })
    .await;
    let all = Collecting::new(&web, &[HOST, "khac.example"]).await;
    all.add_as(NewSource { follows: true, ..new(Kind::Feed, &web.url(HOST, "/rss")) }).await;
    assert_eq!(all.round().await, (None, 1));
    assert_eq!(web.paths("khac.example"), [] as [&str; 0]);
}

#[tokio::test]
async fn a_sitemap_brings_news_that_match_and_not_the_archive() {
    let web = Web::start(|it: &Asked| {
        let base = it.base();
        match it.path.as_str() {
            "/sitemap.xml" => page(
                "application/xml",
                "",
                format!(
                    "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><sitemap>\
                     <loc>{base}/2026-11.xml</loc><lastmod>2026-11-23</lastmod></sitemap>\
                     </sitemapindex>"
                )
                .as_bytes(),
            ),
            "/2026-11.xml" => page(
                "application/xml",
                "",
                format!(
                    "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\
                     <url><loc>{base}/tin/moi-1.html</loc><lastmod>2026-11-23</lastmod></url>\
                     <url><loc>{base}/tin/cu-2.html</loc><lastmod>2025-01-01</lastmod></url>\
                     <url><loc>{base}/lien-he</loc><lastmod>2026-11-23</lastmod></url></urlset>"
                )
                .as_bytes(),
            ),
            "/tin/moi-1.html" => html(&article("Tin mới", &story("tin mới"))),
            _ => status(404, ""),
        }
    })
    .await;
    let all = Collecting::new(&web, &[HOST]).await;
    let sitemap = new(Kind::Sitemap, &web.url(HOST, "/sitemap.xml"));
    all.add_as(NewSource { pattern: Some("/tin/*-*.html".to_owned()), ..sitemap }).await;
    assert_eq!(all.round().await, (None, 1));
    assert_eq!(web.paths(HOST), ["/sitemap.xml", "/2026-11.xml", "/tin/moi-1.html"]);
    assert_eq!(all.next_day().await, (None, 0));
}

#[tokio::test]
async fn a_section_page_brings_the_links_that_match() {
    let web = Web::start(|it: &Asked| match it.path.as_str() {
        "/thoi-su" => html(
            "<html><body><a href=/thoi-su/mot-1.html>Một</a><a href='/thoi-su/mot-1.html#x'>Một</a>\
             <a href=/the-thao/hai-2.html>Hai</a><a href=//quangcao.example/ba-3.html>Ba</a></body>",
        ),
        "/thoi-su/mot-1.html" => html(&article("Tin một", &story("tin một"))),
        _ => status(404, ""),
    })
    .await;
    let all = Collecting::new(&web, &[HOST]).await;
    let listing = new(Kind::Listing, &web.url(HOST, "/thoi-su"));
    all.add_as(NewSource { pattern: Some("/thoi-su/*-*.html".to_owned()), ..listing }).await;
    assert_eq!(all.round().await, (None, 1));
    assert_eq!(web.paths(HOST), ["/thoi-su", "/thoi-su/mot-1.html"]);
}

#[tokio::test]
async fn a_page_is_a_message_each_time_its_text_changes() {
    let n = std::sync::atomic::AtomicUsize::new(0);
    let web = Web::start(move |it: &Asked| match it.path.as_str() {
        "/thong-bao" => {
            let n = n.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let subject = if n < 2 { "lịch tiêm" } else { "lịch tiêm bổ sung" };
            // What surrounds the text changes all the time.
            html(&article("Thông báo", &story(subject)).replace("Thời sự", &format!("Lần {n}")))
        }
        _ => status(404, ""),
    })
    .await;
    let all = Collecting::new(&web, &[HOST]).await;
    all.add(Kind::Page, &web.url(HOST, "/thong-bao")).await;
    assert_eq!(all.round().await, (None, 1));
    assert_eq!(all.next_day().await, (None, 0));
    assert_eq!(all.next_day().await, (None, 1));
}

const REVIEW: &str = r#"{"@context": "https://schema.org", "@type": "DataFeed", "dataFeedElement":
    [{"item": [{"@type": "ClaimReview", "url": "http://bao.example/kiem-chung-1",
    "claimReviewed": "Uống nước chanh nóng khỏi cúm",
    "author": {"@type": "Organization", "name": "Báo Ví Dụ", "url": "http://bao.example/"},
    "reviewRating": {"@type": "Rating", "alternateName": "Sai"}}]}]}"#;

#[tokio::test]
async fn reviews_of_other_desks_come_in_as_theirs() {
    let web = Web::start(|it: &Asked| match it.path.as_str() {
        "/claimreviews.json" => page("application/json", "", REVIEW.as_bytes()),
        _ => status(404, ""),
    })
    .await;
    let all = Collecting::new(&web, &[HOST]).await;
    all.add(Kind::Reviews, &web.url(HOST, "/claimreviews.json")).await;
    assert_eq!(all.round().await, (None, 1));
    assert_eq!(all.next_day().await, (None, 0));
    assert_eq!(all.desk.app.store.n_claims().await.expect("a count"), 1);
}

#[tokio::test]
async fn a_search_of_another_desk_is_read_and_no_key_goes_out_unsafely() {
    const GOOGLE: &str = "factchecktools.googleapis.com";
    let answer = r#"{"claims": [{"text": "Uống nước chanh nóng khỏi cúm", "claimant": "Người Nói",
        "claimReview": [{"publisher": {"name": "Báo Ví Dụ", "site": "bao.example"},
        "url": "https://bao.example/1", "textualRating": "Sai", "languageCode": "vi"}]}]}"#;
    let web = Web::start(move |it: &Asked| match it.path.starts_with("/v1alpha1") {
        true => page("application/json", "", answer.as_bytes()),
        false => status(404, ""),
    })
    .await;
    let all = Collecting::new(&web, &[HOST, GOOGLE]).await;
    let path = "/v1alpha1/claims:search?query=chanh";
    all.add(Kind::Search, &web.url(GOOGLE, path)).await;
    all.add(Kind::Search, &web.url(HOST, path)).await;
    let rounds = all.once().await;
    let of = |host: &str| {
        let found = rounds.iter().find(|it| it.0.new.location.contains(host)).map(|it| &it.1);
        found.map(|it| (it.trouble.clone(), it.n_new))
    };
    // Without TLS the operator's key stays here, and Google is not asked.
    assert_eq!(of(GOOGLE), Some((Some("key".to_owned()), 0)));
    assert_eq!(of(HOST), Some((None, 1)));
    assert_eq!(web.paths(GOOGLE), [] as [&str; 0]);
    assert_eq!(web.paths(HOST), [path]);
    let kept = all.everything().await;
    assert!(!kept.contains("the-key") && !kept.contains("Người Nói"));
}

#[tokio::test]
async fn a_page_that_never_comes_keeps_the_others_waiting_for_a_while_and_not_for_ever() {
    let web = Web::start(|it: &Asked| match it.path.as_str() {
        "/rss" => {
            let entries = [("a.html", "Hỏng", "Còn tóm tắt."), ("b.html", "Lành", "Tóm tắt.")];
            page("text/xml", "", rss(&it.base(), &entries).as_bytes())
        }
        "/a.html" => status(500, ""),
        path => html(&article(path, &story("tin lành"))),
    })
    .await;
    let all = Collecting::new(&web, &[HOST]).await;
    let id =
        all.add_as(NewSource { follows: true, ..new(Kind::Feed, &web.url(HOST, "/rss")) }).await;
    let failed = Some("status 500".to_owned());
    assert_eq!(all.round().await, (failed.clone(), 1), "the other page was read");
    assert!(all.source(id).await.health.good.is_some(), "the feed itself answered");
    assert_eq!(all.next_day().await, (failed.clone(), 0));
    assert_eq!(all.next_day().await, (failed, 1), "the entry is taken as it stands");
    assert_eq!(all.next_day().await, (None, 0));
    let texts = all.texts().await;
    assert!(texts.iter().any(|it| it.0.contains("Còn tóm tắt.")), "{texts:?}");
}

#[tokio::test]
async fn a_page_that_sends_on_to_another_publisher_is_not_taken_as_the_sources_words() {
    let web = Web::start(|it: &Asked| match (it.host.as_str(), it.path.as_str()) {
        (HOST, "/rss") => {
            let entries = [("a.html", "Tin", "Tóm tắt của báo.")];
            page("text/xml", "", rss(&it.base(), &entries).as_bytes())
        }
        (HOST, "/a.html") => {
            let to = it.base().replace(HOST, "khac.example");
            status(302, &format!("location: {to}/a.html\r\n"))
        }
        ("khac.example", "/a.html") => html(&article("Khác", &story("lời người khác"))),
        _ => status(404, ""),
    })
    .await;
    let all = Collecting::new(&web, &[HOST, "khac.example"]).await;
    all.add_as(NewSource { follows: true, ..new(Kind::Feed, &web.url(HOST, "/rss")) }).await;
    assert_eq!(all.round().await, (None, 1));
    assert_eq!(all.texts().await[0].0, "Tin\n\nTóm tắt của báo.");
    assert_eq!(web.paths("khac.example"), [] as [&str; 0]);
}

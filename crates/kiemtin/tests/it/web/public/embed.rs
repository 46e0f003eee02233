//! What other sites show of an answer: cards, badges, the frame, oEmbed, and words to send.

use kiemtin_core::lang::Localised;
use kiemtin_core::rating::Rating;
use kiemtin_core::review::{Content, VersionClass};
use serde_json::Value;

use crate::helper::desk::{PUBLIC_URL, TestDesk, query};
use crate::helper::reply::Reply;
use crate::helper::story::{Published, Story, content};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

async fn published() -> (TestDesk, Published) {
    let desk = TestDesk::new().await;
    let published = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    (desk, published)
}

fn next(class: VersionClass, rating: Rating) -> Content {
    let reason = Localised::new("Nguồn <chính> đã sửa.", "Its source was corrected.");
    Content { class, rating, reason, ..content(&Story::garlic()) }
}

/// Width and height of a PNG.
fn size(png: &[u8]) -> (u32, u32) {
    let at = |from: usize| u32::from_be_bytes(png[from..from + 4].try_into().expect("four bytes"));
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    (at(16), at(20))
}

fn oembed(url: &str, more: &str) -> String {
    query("/oembed", "url", url) + more
}

fn json(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).expect("JSON")
}

#[tokio::test]
async fn a_card_is_a_picture_of_the_newest_verdict() {
    let (desk, it) = published().await;
    let card = desk.get("/vi/c/1/card.png").await.is(200);
    assert_eq!(card.header("content-type"), "image/png");
    assert_eq!(size(&card.bytes), (1_200, 630));
    let tag = card.header("etag").to_owned();
    let again = desk.get_with("/vi/c/1/card.png?v=1", &[("if-none-match", &tag)]).await.is(304);
    assert_eq!(again.header("cross-origin-resource-policy"), "cross-origin");
    let english = desk.get("/en/c/1/card.png").await.is(200);
    assert_ne!(english.bytes, card.bytes);
    let class = VersionClass::VerdictChange;
    desk.cast.corrects(&desk.app, it, &next(class, Rating::MostlyFalse)).await;
    let corrected = desk.get_with("/vi/c/1/card.png", &[("if-none-match", &tag)]).await.is(200);
    assert_ne!(corrected.bytes, card.bytes);
    let site = desk.get("/vi/card.png").await.is(200);
    assert_eq!(size(&site.bytes), (1_200, 630));
    for missing in ["/vi/c/2/card.png", "/vi/c/x/card.png", "/fr/c/1/card.png", "/fr/card.png"] {
        desk.get(missing).await.is(404);
    }
}

#[tokio::test]
async fn a_link_is_shown_with_what_holds_now() {
    let (desk, it) = published().await;
    let class = VersionClass::Retraction;
    let page = desk.get("/vi/c/1").await.is(200);
    let image = format!("{PUBLIC_URL}/vi/c/1/card.png?v=1");
    let page = page.says(&format!("property=\"og:image\" content=\"{image}\""));
    let page = page.says("property=\"og:title\" content=\"Sai: Ăn tỏi sống");
    let page = page.says("property=\"og:locale\" content=\"vi_VN\"").says("\"og:image:alt\"");
    page.says("name=\"twitter:card\" content=\"summary_large_image\"");
    desk.cast.corrects(&desk.app, it, &next(class, Rating::False)).await;
    // Also behind the address of an old version.
    for path in ["/en/c/1", "/en/c/1/v/1"] {
        let page = desk.get(path).await.is(200).says("og:title\" content=\"Withdrawn: Eating raw");
        page.says("/en/c/1/card.png?v=2").says("og:description\" content=\"Its source was");
    }
    let home = desk.get("/en").await.says(&format!("{PUBLIC_URL}/en/card.png"));
    assert_eq!(home.body.matches("og:image\"").count(), 1);
}

#[tokio::test]
async fn a_badge_changes_when_the_answer_is_corrected_or_withdrawn() {
    let (desk, it) = published().await;
    let path = "/vi/c/1/badge.svg";
    let first = desk.get(path).await.is(200).says(">Sai</text>").says(">24/11/2026</text>");
    assert!(first.header("content-type").starts_with("image/svg+xml"));
    assert_eq!(first.header("cache-control"), "public, max-age=60");
    assert_eq!(first.header("cross-origin-resource-policy"), "cross-origin");
    let tag = first.header("etag").to_owned();
    desk.get_with(path, &[("if-none-match", &tag)]).await.is(304);
    desk.clock.advance(DAY_MS);
    let class = VersionClass::Correction;
    desk.cast.corrects(&desk.app, it, &next(class, Rating::False)).await;
    let corrected = desk.get_with(path, &[("if-none-match", &tag)]).await.is(200);
    corrected.says(">Sai</text>").says(">đính chính 25/11/2026</text>");
    let picture = desk.get("/vi/c/1/badge.png").await.is(200);
    assert_eq!(size(&picture.bytes).1, 64);
    let class = VersionClass::Retraction;
    desk.cast.corrects(&desk.app, it, &next(class, Rating::False)).await;
    desk.get(path).await.is(200).says("Đã rút lại").hides(">Sai<");
    assert_ne!(desk.get("/vi/c/1/badge.png").await.is(200).bytes, picture.bytes);
}

#[tokio::test]
async fn the_frame_is_the_one_page_that_may_be_framed_and_runs_nothing() {
    let (desk, it) = published().await;
    let frame = desk.get("/en/c/1/embed").await.is(200).says("False").says("24 November 2026");
    let policy = frame.header("content-security-policy").to_owned();
    assert!(policy.contains("frame-ancestors *") && policy.contains("style-src 'sha256-"));
    assert_eq!(frame.tags("form").len() + frame.tags("script").len(), 0);
    let frame = frame.says("target=\"_blank\" rel=\"noopener\"");
    let tag = frame.header("etag").to_owned();
    let again = desk.get_with("/en/c/1/embed", &[("if-none-match", &tag)]).await.is(304);
    assert_eq!(again.header("content-security-policy"), policy);
    for path in ["/en/c/1", "/en/c/1/embed-code", "/en/c/1/text", "/en", "/en/c/2/embed"] {
        let policy = desk.get(path).await.header("content-security-policy").to_owned();
        assert!(policy.contains("frame-ancestors 'none'") || path.ends_with("2/embed"), "{path}");
    }
    let class = VersionClass::Retraction;
    desk.cast.corrects(&desk.app, it, &next(class, Rating::False)).await;
    let frame = desk.get("/vi/c/1/embed").await.is(200).says("Đã rút lại");
    frame.says("Nguồn &#60;chính&#62; đã sửa.").hides("Không có bằng chứng");
}

#[tokio::test]
async fn the_html_to_copy_shows_badge_and_frame() {
    let (desk, _) = published().await;
    let page = desk.get("/vi/c/1").await.says("href=\"/vi/c/1/embed-code\"");
    page.says("Đưa câu trả lời này lên trang của bạn");
    let page = desk.get("/vi/c/1/embed-code").await.is(200);
    let link = page.between("<textarea id=\"link\" readonly spellcheck=\"false\">", "</textarea>");
    assert!(link.contains(&format!("{PUBLIC_URL}/vi/c/1/badge.svg")), "{link}");
    let frame =
        page.between("<textarea id=\"frame\" readonly spellcheck=\"false\">", "</textarea>");
    assert!(frame.contains(&format!("{PUBLIC_URL}/vi/c/1/embed")), "{frame}");
    assert!(frame.contains("sandbox=") && !frame.contains("allow-scripts"), "{frame}");
    desk.get("/vi/c/2/embed-code").await.is(404);
}

#[tokio::test]
async fn oembed_gives_a_frame_of_the_size_that_is_asked_for() {
    let (desk, _) = published().await;
    let url = format!("{PUBLIC_URL}/vi/c/1");
    let reply = desk.get(&oembed(&url, "")).await.is(200);
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    let it = json(&reply);
    assert_eq!((&it["version"], &it["type"]), (&"1.0".into(), &"rich".into()));
    assert_eq!(it["provider_name"], "Kiểm Tin");
    assert_eq!((&it["thumbnail_width"], &it["thumbnail_height"]), (&1_200.into(), &630.into()));
    let html = it["html"].as_str().expect("a text");
    assert!(html.starts_with("<iframe src=\"") && !html.contains("<script"), "{html}");
    assert!(html.contains("width=\"600\"") && html.contains(&format!("{url}/embed\"")), "{html}");

    let small = json(&desk.get(&oembed(&url, "&maxwidth=300&maxheight=100")).await.is(200));
    assert_eq!((&small["width"], &small["height"]), (&300.into(), &100.into()));
    assert!(small["html"].as_str().is_some_and(|it| it.contains("width=\"300\" height=\"100\"")));
    assert_eq!(small["thumbnail_url"], Value::Null, "a picture that is larger is not offered");

    let xml = desk.get(&oembed(&url, "&format=xml")).await.is(200);
    assert!(xml.header("content-type").starts_with("text/xml"));
    let xml = xml.says("<type>rich</type>").says("<html>&lt;iframe ").says("<width>600</width>");
    xml.says("<title>Sai: Ăn tỏi sống mỗi ngày");

    let page = desk.get("/vi/c/1").await;
    let link = page.between("type=\"application/json+oembed\"", ">").to_owned();
    let href =
        link.split("href=\"").nth(1).and_then(|it| it.split('"').next()).expect("an address");
    let path = href.replace("&#38;", "&").replace("&amp;", "&");
    let path = path.strip_prefix(PUBLIC_URL).expect("ours");
    assert_eq!(json(&desk.get(path).await.is(200))["title"], it["title"]);
}

#[tokio::test]
async fn oembed_knows_no_other_page_and_no_other_format() {
    let (desk, _) = published().await;
    let url = format!("{PUBLIC_URL}/vi/c/1");
    for other in [
        "https://other.example/vi/c/1".to_owned(),
        format!("{PUBLIC_URL}/vi"),
        format!("{PUBLIC_URL}/vi/c/2"),
        format!("{PUBLIC_URL}/desk"),
        String::new(),
    ] {
        desk.get(&oembed(&other, "")).await.is(404);
    }
    desk.get("/oembed").await.is(404);
    desk.get(&oembed(&url, "&format=yaml")).await.is(501).says("json and xml");
    for bad in ["&maxwidth=x", "&maxheight=-1", "&maxwidth=1.5", "&maxwidth=99999999999"] {
        desk.get(&oembed(&url, bad)).await.is(400).says("whole numbers");
    }
    let tiny = json(&desk.get(&oembed(&url, "&maxwidth=0&maxheight=0")).await.is(200));
    assert_eq!(tiny["width"], 0);
}

#[tokio::test]
async fn the_words_to_send_are_short_and_lead_to_the_answer() {
    let (desk, it) = published().await;
    let text = desk.get("/vi/c/1/text").await.is(200);
    assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
    let text = text.says("Sai: “Ăn tỏi sống mỗi ngày phòng được bệnh COVID-19.”");
    let text = text.says("Không có bằng chứng ăn tỏi phòng được COVID-19.");
    let text = text.says("Đã kiểm chứng và ký: ").says("Sở Y tế thử").says("Báo Thử");
    text.says(" (24/11/2026).\nhttps://desk.example/vi/c/1\n");
    let long = |n: usize| Localised::new(&"từng chữ một ".repeat(n), &"word by word ".repeat(n));
    let next = Content {
        claim: long(15),
        answer: long(30),
        ..next(VersionClass::Correction, Rating::False)
    };
    desk.cast.corrects(&desk.app, it, &next).await;
    for lang in ["vi", "en"] {
        let text = desk.get(&format!("/{lang}/c/1/text")).await.is(200);
        let n_chars = text.body.chars().count();
        assert!((450..=600).contains(&n_chars), "{n_chars}: {}", text.body);
        text.says(&format!("{PUBLIC_URL}/{lang}/c/1\n")).says("…");
    }
}

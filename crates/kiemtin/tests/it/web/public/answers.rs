//! Published answers: what their pages say, their versions, and the log behind them.

use kiemtin_core::claim_review;
use kiemtin_core::lang::Localised;
use kiemtin_core::rating::Rating;
use kiemtin_core::review::{Content, VersionClass};
use sha2::{Digest as _, Sha256};

use crate::helper::desk::{PUBLIC_URL, TestDesk};
use crate::helper::story::{Story, content};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn next(class: VersionClass, reason: &str) -> Content {
    let reason = Localised::new(reason, "");
    Content { class, reason, ..content(&Story::garlic()) }
}

#[tokio::test]
async fn an_empty_desk_says_so_on_every_list() {
    let desk = TestDesk::new().await;
    desk.get("/vi").await.is(200).says("Bạn nghe được tin gì?").says("Chưa có câu trả lời nào");
    desk.get("/en/answers").await.is(200).says("There are no answers yet");
    desk.get("/vi/corrections").await.is(200).says("Chưa có đính chính nào");
    desk.get("/en/log").await.is(200).says("has no entries yet");
    assert_eq!(desk.get("/log/entries").await.is(200).body, "");
}

#[tokio::test]
async fn an_answer_page_shows_who_on_what_evidence_for_and_against() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let page = desk.get("/vi/c/1").await.is(200);
    assert_eq!(
        page.between("<h1 lang=\"vi\">", "</h1>"),
        "Không có bằng chứng ăn tỏi phòng được COVID-19."
    );
    let page = page.says("<span class=\"verdict false\">Sai</span>").says("Ăn tỏi sống mỗi ngày");
    let page = page.says("Bác bỏ tin này").says("Ủng hộ tin này").says("không lưu (bản dùng thử)");
    let page = page.says("Sở Y tế thử").says("Báo Thử").says("Bệnh viện Thử");
    let page =
        page.says("khác với kết luận chung").says("có liên quan đến tin này nên không được ký");
    let page = page.says("rel=\"noopener external\"").says("Nhiều người hỏi.");
    page.says("<p>Tỏi là thực phẩm tốt.</p>").says("Người của ít nhất hai tổ chức");
    let en =
        desk.get("/en/c/1").await.is(200).says(">False</span>").says("Garlic is a healthy food");
    en.says("hreflang=\"vi\" href=\"https://desk.example/vi/c/1\"").says("24 November 2026");
}

#[tokio::test]
async fn a_text_that_is_only_there_in_the_other_language_is_marked_as_such() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    let page = desk.get("/en/c/1").await.is(200);
    page.says("<html lang=\"en\">").says("<h1 lang=\"vi\">Hà Nội không phong tỏa");
}

#[tokio::test]
async fn the_markup_keeps_the_rules_and_says_what_the_page_says() {
    let desk = TestDesk::new().await;
    let published = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let outlets = [("vi", "Sai", "bài đăng Facebook"), ("en", "False", "Facebook posts")];
    for (lang, verdict, outlet) in outlets {
        let page = desk.get(&format!("/{lang}/c/1")).await.is(200);
        let markup = page.between("<script type=\"application/ld+json\">", "</script>");
        let url = format!("{PUBLIC_URL}/{lang}/c/1");
        assert_eq!(claim_review::validate(markup, &url, verdict, "2026-11-24"), Ok(()));
        let value: serde_json::Value = serde_json::from_str(markup).expect("JSON");
        assert_eq!(value["itemReviewed"]["author"]["name"], outlet);
    }
    desk.get("/vi").await.hides("ld+json");
    desk.get("/vi/c/1/v/1").await.is(200).says("Sai").hides("ld+json");
    let unproven =
        Content { rating: Rating::Unproven, ..next(VersionClass::VerdictChange, "Mới.") };
    desk.cast.corrects(&desk.app, published, &unproven).await;
    desk.get("/vi/c/1").await.says("Chưa đủ căn cứ").hides("ld+json");
}

#[tokio::test]
async fn a_correction_is_seen_on_top_and_in_the_list_and_hides_nothing() {
    let desk = TestDesk::new().await;
    let published = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    desk.clock.advance(DAY_MS);
    let answer = Localised::new("Chưa có nghiên cứu nào cho thấy điều đó.", "No study shows it.");
    let corrected = next(VersionClass::Correction, "Dẫn sai tên nghiên cứu.");
    let corrected = Content { answer, ..corrected };
    desk.cast.corrects(&desk.app, published, &corrected).await;
    desk.clock.advance(DAY_MS);
    let typo = Content {
        class: VersionClass::Typo,
        reason: Localised::new("Sửa một lỗi gõ.", ""),
        body: Localised::new("Tỏi là thực phẩm tốt!", "Garlic is a healthy food!"),
        ..corrected
    };
    desk.cast.corrects(&desk.app, published, &typo).await;

    let page = desk.get("/vi/c/1").await.is(200).says("Tỏi là thực phẩm tốt!");
    let notice = page.between("<div class=\"notice\"", "</div>");
    assert!(
        notice.contains("Đính chính") && notice.contains("Dẫn sai tên nghiên cứu."),
        "{notice}"
    );
    assert!(page.body.find("class=\"notice\"") < page.body.find("<h1"), "the notice stands on top");
    let page = page.says("Đăng ngày 24/11/2026").says("sửa ngày 26/11/2026");
    page.says("/vi/c/1/v/1\"").says("/vi/c/1/v/2\"").says("/vi/c/1/v/3\"");
    let old = desk.get("/vi/c/1/v/1").await.is(200).says("Đây là bản cũ (bản 1)");
    old.says("href=\"/vi/c/1\">Xem bản mới nhất")
        .says("Không có bằng chứng ăn tỏi")
        .hides("ld+json");
    desk.get("/vi/c/1/v/4").await.is(404);
    let list = desk.get("/vi/corrections").await.is(200).says("Dẫn sai tên nghiên cứu.");
    list.says("25/11/2026").hides("Sửa một lỗi gõ.");
}

#[tokio::test]
async fn a_retraction_keeps_the_page_and_leaves_the_lists() {
    let desk = TestDesk::new().await;
    let published = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let withdrawn = next(VersionClass::Retraction, "Nguồn chính đã tự rút lại.");
    desk.cast.corrects(&desk.app, published, &withdrawn).await;
    let page = desk.get("/vi/c/1").await.is(200).says("Câu trả lời này đã được rút lại");
    let page = page.says("<title>Đã rút lại: Ăn tỏi");
    page.says("Nguồn chính đã tự rút lại.")
        .says("Đã rút lại")
        .hides("ld+json")
        .hides(">Sai</span>");
    desk.get("/vi/answers").await.hides("/vi/c/1");
    desk.get("/vi/corrections").await.says("Rút lại").says("/vi/c/1");
    desk.get("/en/log").await.says("Withdrawn");
}

#[tokio::test]
async fn a_merged_claim_keeps_its_page_which_points_on() {
    let desk = TestDesk::new().await;
    let first = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let second = desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    desk.cast.merges(&desk.app, second, first).await;
    let page = desk.get(&format!("/en/c/{}", second.number)).await.is(200);
    page.says("merged into another").says("href=\"/en/c/1\">Read answer number 1");
}

#[tokio::test]
async fn anybody_can_compute_the_hash_in_the_log_from_what_is_served() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let served = desk.get("/en/c/2/v/1.json").await.is(200);
    let salt = hex::decode(served.header("kiemtin-salt")).expect("hex");
    let hash = hex::encode(Sha256::new().chain_update(salt).chain_update(&served.body).finalize());
    let log = desk.get("/log/entries?from=1").await.is(200);
    assert_eq!(log.body.lines().count(), 1);
    let entry: serde_json::Value = serde_json::from_str(&log.body).expect("JSON");
    assert_eq!(entry["page_sha256"], hash);
    desk.get("/vi/c/2")
        .await
        .says(&hash)
        .says(served.header("kiemtin-salt"))
        .says("from=1\">1</a>");
    desk.get("/log/entries?from=x").await.is(400);
    desk.get("/log/entries?from=9").await.is(200).hides("{");
}

#[tokio::test]
async fn a_list_longer_than_a_page_has_a_next_page() {
    let desk = TestDesk::new().await;
    for _ in 0..21 {
        desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    }
    let first = desk.get("/vi/answers").await.is(200).says("?page=2").hides("?page=0");
    assert_eq!(first.tags("article").len(), 20);
    let second = desk.get("/vi/answers?page=2").await.is(200).says("?page=1").hides("?page=3");
    assert_eq!(second.tags("article").len(), 1);
    desk.get("/vi/answers?page=0").await.is(200);
}

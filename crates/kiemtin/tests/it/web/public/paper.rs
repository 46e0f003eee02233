//! Passing an answer on: the words to paste, the sheet to print, the codes to scan.

use kiemtin::app::qr;
use kiemtin_core::lang::Localised;
use kiemtin_core::review::{Content, VersionClass};

use crate::helper::desk::TestDesk;
use crate::helper::story::{Story, content};

const CLAIM: &str = "Ăn tỏi sống mỗi ngày phòng được bệnh COVID-19.";
const ANSWER: &str = "Không có bằng chứng ăn tỏi phòng được COVID-19.";
const ADDRESS: &str = "https://desk.example/vi/c/1";

#[tokio::test]
async fn an_answer_is_shared_as_words_an_address_and_a_code() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    desk.get("/vi/c/1").await.says("href=\"/vi/c/1/share\"").says("href=\"/vi/c/1/print\"");
    let page = desk.get("/vi/c/1/share").await.is(200);
    let words = page.between(" readonly", "</textarea>");
    let (_, words) = words.split_once(">\n").expect("the tag ends");
    let begin = format!("Sai: “{CLAIM}”\n\n{ANSWER}\n\n");
    assert!(words.starts_with(&begin) && words.ends_with(&format!("\n{ADDRESS}")), "{words}");
    assert!(words.contains("Sở Y tế thử"), "{words}");
    let page = page.says(&qr::svg(ADDRESS).expect("short"));
    let page = page.says(&format!("rel=\"canonical\" href=\"{ADDRESS}\"")).says("noindex");
    assert!(
        page.tags("iframe").is_empty() && page.tags("img").len() == 1,
        "no other site's button"
    );
    let en = desk.get("/en/c/1/share").await.is(200).says("False: “Eating raw garlic");
    en.says("https://desk.example/en/c/1</textarea>");
    desk.get("/vi/c/9/share").await.is(404);
    desk.get("/vi/c/9/print").await.is(404);
}

#[tokio::test]
async fn one_sheet_has_the_answer_its_sources_and_where_the_newest_is() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let page = desk.get("/vi/c/1/print").await.is(200).says(CLAIM).says(ANSWER).says(">Sai</span>");
    let page = page.says("<span class=\"where\">https://www.who.int/news/garlic</span>");
    let page = page
        .says("Sở Y tế thử")
        .says("Báo Thử")
        .says("bản 1")
        .says(&qr::svg(ADDRESS).expect("short"));
    page.says(&format!("<span class=\"where\">{ADDRESS}</span>")).says("noindex");
}

#[tokio::test]
async fn what_was_withdrawn_is_passed_on_as_withdrawn() {
    let desk = TestDesk::new().await;
    let published = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let reason = Localised::new("Nguồn chính đã rút lại.", "");
    let class = VersionClass::Retraction;
    let withdrawn = Content { class, reason, ..content(&Story::garlic()) };
    desk.cast.corrects(&desk.app, published, &withdrawn).await;
    let page = desk.get("/vi/c/1/share").await.is(200).says(&format!("Đã rút lại: “{CLAIM}”"));
    page.says("Nguồn chính đã rút lại.").hides(ANSWER);
    desk.get("/vi/c/1/print").await.is(200).says("không còn giá trị").hides(">Sai</span>");
}

//! Sending in what one heard.

use crate::helper::desk::{TestDesk, query};
use crate::helper::story::Story;

#[tokio::test]
async fn the_form_says_what_is_kept_and_asks_for_no_person() {
    let desk = TestDesk::new().await;
    let page = desk.get("/vi/tip").await.is(200).says("sau 30 ngày").says("sau 7 ngày");
    // A limit that the browser holds would cut what is pasted, silently.
    let page = page.says("không phải kênh tố giác").says("5.000").hides("maxlength=\"5000\"");
    for field in
        ["name=\"name\"", "name=\"email\"", "name=\"phone\"", "type=\"email\"", "type=\"tel\""]
    {
        assert!(!page.body.contains(field), "{field}");
    }
    desk.get("/en/tip").await.says("after 30 days").says("not a channel for whistle-blowers");
}

#[tokio::test]
async fn a_tip_gets_its_receipt_once_and_an_answer_at_once() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let text = "Mọi người ơi, ăn tỏi sống mỗi ngày phòng được bệnh COVID-19 đó";
    let page = desk.post("/vi/tip", &[("text", text), ("seen", "zalo")]).await.is(200);
    let words = page.between("<p class=\"receipt\"><code>", "</code>").to_owned();
    assert_eq!(words.split(' ').count(), 8, "{words}");
    assert!(page.headers.get("location").is_none(), "the receipt is in no address");
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.links().iter().all(|it| !it.contains(words.split(' ').next().unwrap_or("?"))));
    page.says("Tin này đã có câu trả lời").says("/vi/c/1");
    let other = desk.post("/en/tip", &[("text", "The market will close for good on Sunday")]).await;
    assert_ne!(other.between("<p class=\"receipt\"><code>", "</code>"), words);
    other.is(200).hides("There is an answer to this").says("With the eight words");
}

#[tokio::test]
async fn mistakes_are_named_at_the_field_and_what_was_typed_stays() {
    let desk = TestDesk::new().await;
    let page = desk.post("/vi/tip", &[("text", " ?! "), ("url", "https://a.example/<b>")]).await;
    let page = page.is(422).says("<title>Lỗi: Gửi tin nghi ngờ").says("ít nhất một từ");
    let page = page.says("href=\"#text\"").says("id=\"text-error\"").says("aria-invalid=\"true\"");
    page.says("value=\"https://a.example/&#60;b&#62;\"");
    let long = "x".repeat(5_001);
    let page = desk.post("/en/tip", &[("text", &long), ("seen", "sms")]).await.is(422);
    let page = page.says("5,001 characters and the limit is 5,000").says(&long);
    page.says("value=\"sms\" selected");
    let page = desk.post("/en/tip", &[("text", "a b"), ("url", &"u".repeat(2_001))]).await.is(422);
    page.says("href=\"#url\"").says("2,001 characters");
    desk.post("/en/tip", &[("text", "0912 345 678")]).await.is(422).says("only personal data");
    desk.post("/en/tip", &[]).await.is(422).says("at least one word");
}

#[tokio::test]
async fn as_many_characters_as_the_form_promises_are_taken() {
    let desk = TestDesk::new().await;
    let text = "\u{1F9C4}\u{20000} ".repeat(1_666);
    desk.post("/vi/tip", &[("text", &text)]).await.is(200);
    let lines = "một dòng\r\n".repeat(555);
    desk.post("/vi/tip", &[("text", &lines)]).await.is(200);
}

#[tokio::test]
async fn a_program_gets_the_receipt_as_json() {
    let desk = TestDesk::new().await;
    let json = [("accept", "application/json")];
    let reply = desk.post_with("/vi/tip", &[("text", "Cầu sắp sập")], &json).await.is(200);
    let value: serde_json::Value = serde_json::from_str(&reply.body).expect("JSON");
    let words = value["receipt"].as_str().expect("a text");
    desk.post("/vi/receipt", &[("words", words)]).await.is(200).says("đang chờ");
    let bad = desk.post_with("/en/tip", &[("text", "")], &json).await.is(422);
    assert_eq!(bad.header("content-type"), "application/json");
    bad.says("\"field\":\"text\"");
}

#[tokio::test]
async fn hostile_tips_are_shown_as_texts() {
    let desk = TestDesk::new().await;
    for text in ["</textarea><script>alert(1)</script>", "\"><svg onload=alert(1)>"] {
        desk.post("/vi/tip", &[("text", text), ("url", text), ("seen", text)]).await.is(200);
        let long = format!("{text}{}", "x".repeat(5_001));
        let page = desk.post("/vi/tip", &[("text", &long), ("url", text), ("seen", text)]).await;
        page.is(422).hides("<script").hides("<svg");
        desk.get(&query("/vi/tip", "text", text)).await.is(200).hides("<script").hides("<svg");
        desk.get(&query("/vi/tip", "url", text)).await.is(200).hides("<script").hides("<svg");
    }
}

//! Searching: what is found and why, and that nothing of it stays.

use kiemtin_core::time::Timestamp;
use kiemtin_store::claims::ForeignReview;

use crate::helper::desk::{TestDesk, query};
use crate::helper::reply::Reply;
use crate::helper::story::{Story, adds_foreign};

async fn search(desk: &TestDesk, lang: &str, text: &str) -> Reply {
    desk.post(&format!("/{lang}/search"), &[("q", text)]).await
}

#[tokio::test]
async fn the_same_claim_in_other_words_is_answered_and_set_apart() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let typed = "mn oi nghe noi an toi song moi ngay la phong duoc benh covid 19";
    let page = search(&desk, "vi", typed).await.is(200).says("Tin này đã được kiểm chứng");
    let sure = page.between("<section class=\"sure\"", "</section>");
    assert!(sure.contains(">Sai</span>") && sure.contains("/vi/c/1"), "{sure}");
    assert!(sure.contains("<mark>") && sure.contains("có chung các từ"), "{sure}");
    assert!(page.body.contains(typed), "the text stays in the form");
    let marked = "Mọi người ơi, ăn tỏi sống mỗi ngày phòng được bệnh COVID-19";
    search(&desk, "vi", marked).await.is(200).says("<mark>mỗi ngày</mark>");
}

#[tokio::test]
async fn what_is_searched_stands_in_no_address() {
    let desk = TestDesk::new().await;
    let text = "The market hall will be closed for good from Sunday on";
    for path in ["/en", "/en/search"] {
        desk.get(path).await.says("action=\"/en/search\" method=\"post\"");
    }
    let page = search(&desk, "en", text).await.is(200);
    assert!(page.links().iter().all(|it| !it.contains("market")), "{:?}", page.links());
    page.says("action=\"/en/tip/new\" method=\"post\"");
    desk.get("/en/search").await.is(200).hides("role=\"alert\"");
    let linked = desk.get(&query("/en/search", "q", text)).await.is(200);
    linked.says("The market hall will be closed for good");
}

#[tokio::test]
async fn another_number_is_shown_and_never_answered() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    let text = "Từ ngày 1/11, thành phố Hà Nội phong tỏa 250 phường vì sốt xuất huyết";
    let page = search(&desk, "vi", text).await.is(200).hides("class=\"sure\"");
    let page = page.says("Có thể là cùng một tin").says("250, tin đã biết nói 350");
    page.says("name=\"text\" value=\"Từ ngày 1/11");
}

#[tokio::test]
async fn what_nobody_checked_is_offered_to_be_sent_in_with_its_text() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let text = "The old bridge will be sold to a circus <b>next</b> week";
    let page = search(&desk, "en", text).await.is(200).says("There is no answer to this yet");
    page.says("value=\"The old bridge will be sold to a circus &#60;b&#62;next");
    let form = desk.post("/en/tip/new", &[("text", text)]).await.is(200);
    form.says("will be sold to a circus &#60;b&#62;next&#60;/b&#62; week</textarea>");
}

#[tokio::test]
async fn other_desks_reviews_stand_apart_and_their_addresses_cannot_run() {
    let desk = TestDesk::new().await;
    let review = |url: &str, publisher: &str| ForeignReview {
        url: url.to_owned(),
        publisher: publisher.to_owned(),
        verdict: Some("Misleading".to_owned()),
        title: None,
        published: Timestamp::parse("2026-01-02"),
    };
    let claim = "Drinking boiled garlic water heals measles within one single night";
    let good = review("https://facts.example/garlic", "{{[[a'x]]}}<img src=x onerror=print(1)>");
    adds_foreign(&desk.app, claim, good).await;
    let other = "Reading newspapers in the dark makes every reader blind within a year";
    adds_foreign(&desk.app, other, review("javascript:alert(1)", "Evil")).await;
    let page = search(&desk, "en", claim).await.is(200).says("Other desks have checked");
    let page = page.says("https://facts.example/garlic").says("Misleading").says("2 January 2026");
    page.hides("<img src=x").hides("class=\"sure\"");
    search(&desk, "en", other).await.is(200).says("Evil").hides("javascript:");
}

#[tokio::test]
async fn a_text_without_words_or_too_long_is_named_at_the_field() {
    let desk = TestDesk::new().await;
    let page = search(&desk, "vi", " \u{1F9C4} ").await.is(422).says("<title>Lỗi:");
    page.says("aria-invalid=\"true\"").says("id=\"q-error\"").says("href=\"#q\"");
    let long = "ệ".repeat(5_001);
    let page = search(&desk, "en", &long).await.is(422).says("<title>Error:");
    page.says("5,001 characters and the limit is 5,000");
    search(&desk, "en", &"ệ ".repeat(2_500)).await.is(200);
}

#[tokio::test]
async fn hostile_texts_are_shown_as_texts() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    for text in [
        "<script>alert(1)</script> garlic prevents covid",
        "</textarea><svg onload=alert(1)>",
        "\"><base href=//evil.example>",
        "{{ 7*7 }} {% include %} ${7*7}",
        "garlic\r\nSet-Cookie: a=b",
    ] {
        for path in ["/vi/search?", "/en/search?"].map(|it| query(&it[..it.len() - 1], "q", text)) {
            let page =
                desk.get(&path).await.is(200).hides("<svg").hides("<base").hides("<script>a");
            assert!(!page.headers.contains_key("set-cookie"));
        }
    }
}

#[tokio::test]
async fn what_was_searched_for_is_nowhere_in_the_folder() {
    let desk = TestDesk::new().await;
    search(&desk, "en", "quokkawombat is the canary of this test").await.is(200);
    desk.app.index.save().expect("saved");
    let needle = b"quokkawombat";
    let mut folders = vec![desk.app.folder.path().to_owned()];
    let mut n_files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            n_files += 1;
            let bytes = std::fs::read(&path).expect("a file");
            assert!(!bytes.windows(needle.len()).any(|it| it == needle), "{}", path.display());
        }
    }
    assert!(2 < n_files, "the folder has files");
}

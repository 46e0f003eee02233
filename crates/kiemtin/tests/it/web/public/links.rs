//! Searching by the address of a page: what names it is found, and nothing is opened.

use kiemtin_store::claims::ForeignReview;

use crate::helper::desk::TestDesk;
use crate::helper::reply::Reply;
use crate::helper::story::{Story, adds_foreign};

async fn search(desk: &TestDesk, text: &str) -> Reply {
    desk.post("/en/search", &[("q", text)]).await.is(200)
}

#[tokio::test]
async fn a_pasted_source_leads_to_the_answer_that_rests_on_it() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    for typed in [
        "https://www.who.int/news/garlic",
        "who.int/news/garlic?utm_source=zalo&fbclid=x",
        "Is this true? http://m.who.int/news/garlic/",
    ] {
        let page = search(&desk, typed).await.says("Answers that name this page");
        let page = page.says("one of the sources of the answer").says("href=\"/en/c/1\"");
        page.says("was not read").hides("There is no answer to this yet").hides("class=\"sure\"");
    }
    let vi = desk.post("/vi/search", &[("q", "https://moh.gov.vn/tin/toi")]).await.is(200);
    vi.says("Câu trả lời có nhắc tới trang này").says("href=\"/vi/c/1\"");
}

#[tokio::test]
async fn an_unknown_page_is_not_read_and_its_reader_is_asked_for_its_words() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let typed = "https://nowhere.example/a?x=<b>y";
    let page = search(&desk, typed).await.says("was not read").says("Copy the sentence");
    let page = page.hides("Answers that name").hides("There is no answer to this yet");
    let page = page.says("name=\"text\" value=\"\"").hides("<b>");
    page.says("name=\"url\" value=\"https://nowhere.example/a?x=%3Cb%3Ey\"");
    let page = search(&desk, "Is this true? https://nowhere.example/b").await.hides("Below, only");
    let page = page.says("name=\"text\" value=\"Is this true?\"");
    page.says("name=\"url\" value=\"https://nowhere.example/b\"");
    let form = [("text", ""), ("url", typed)];
    desk.post("/en/tip/new", &form).await.is(200).says("value=\"https://nowhere.example/a?x=&#60;");
}

#[tokio::test]
async fn the_words_of_an_address_may_be_near_and_never_answer() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let slug = "an-toi-song-moi-ngay-phong-duoc-benh-covid";
    let page = search(&desk, &format!("https://paper.example/{slug}-4073.html")).await;
    page.says("was not read").says("href=\"/en/c/1\"").hides("class=\"sure\"");
}

#[tokio::test]
async fn a_text_beside_an_address_is_compared_as_ever() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let text = "Ăn tỏi sống mỗi ngày phòng được bệnh COVID-19 https://nowhere.example/a";
    search(&desk, text).await.says("class=\"sure\"").hides("was not read");
}

#[tokio::test]
async fn another_desks_page_shows_what_that_desk_says() {
    let desk = TestDesk::new().await;
    let review = ForeignReview {
        url: "https://facts.example/garlic".to_owned(),
        publisher: "Facts".to_owned(),
        verdict: Some("Misleading".to_owned()),
        title: None,
        published: None,
    };
    adds_foreign(&desk.app, "Garlic water heals measles within one night", review).await;
    let page = search(&desk, "https://facts.example/garlic").await;
    page.says("Other desks have checked").says("Misleading").hides("Answers that name");
}

#[tokio::test]
async fn a_page_that_a_merged_claim_knows_leads_to_the_answer_it_was_merged_into() {
    let desk = TestDesk::new().await;
    let garlic = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let review = ForeignReview {
        url: "https://facts.example/garlic".to_owned(),
        publisher: "Facts".to_owned(),
        verdict: Some("Misleading".to_owned()),
        title: None,
        published: None,
    };
    let url = review.url.clone();
    desk.cast.merges_reviewed(&desk.app, review, garlic).await;
    search(&desk, &url).await.says("Answers that name").says("href=\"/en/c/1\"");
}

//! Ways to go on: topics, organisations, and where each list leads.

use kiemtin_core::remit::TOPICS;

use crate::helper::desk::TestDesk;
use crate::helper::reply::attribute;
use crate::helper::story::Story;

#[tokio::test]
async fn every_topic_has_its_page_in_both_languages() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    for lang in ["vi", "en"] {
        let index = desk.get(&format!("/{lang}/topics")).await.is(200).hides("topic-about-");
        let home = desk.get(&format!("/{lang}")).await.is(200);
        for topic in TOPICS {
            let path = format!("/{lang}/topics/{topic}");
            for page in [&index, &home] {
                assert!(page.links().contains(&path), "{} links {path}", page.path);
            }
            let page = desk.get(&path).await.is(200).hides("topic-about-").hides("d-topic-");
            let feed = format!("{path}.atom");
            assert!(page.links().contains(&feed), "{path}");
            let is_on = topic == "health";
            assert_eq!(page.body.contains(&format!("/{lang}/c/1\"")), is_on, "{path}");
            let feed = desk.get(&feed).await.is(200);
            assert_eq!(feed.body.contains("<entry>"), is_on, "{path}");
        }
    }
    desk.get("/vi/topics/critics").await.is(404);
    desk.get("/vi/topics/critics.atom").await.is(404);
    desk.get("/vi/topics/health?page=2").await.is(404);
}

#[tokio::test]
async fn an_answer_names_its_topic_on_its_page_and_in_lists() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    for path in ["/vi/c/1", "/vi", "/vi/answers", "/vi/o/so-y-te"] {
        desk.get(path).await.is(200).says("href=\"/vi/topics/health\">Sức khỏe</a>");
    }
}

#[tokio::test]
async fn every_organisation_is_listed() {
    let desk = TestDesk::new().await;
    let page = desk.get("/vi/o").await.is(200);
    for slug in ["so-y-te", "bao-thu", "benh-vien"] {
        assert!(page.links().contains(&format!("/vi/o/{slug}")), "{slug}");
    }
    page.says("không nơi nào được ký câu trả lời về chính mình");
}

#[tokio::test]
async fn every_page_leads_to_everything_that_readers_look_for() {
    let desk = TestDesk::new().await;
    for page in [desk.get("/vi").await, desk.get("/vi/tip").await] {
        for path in [
            "answers",
            "topics",
            "places",
            "o",
            "waiting",
            "corrections",
            "contests",
            "log",
            "policy",
            "about",
            "about/design",
            "tip",
            "receipt",
        ] {
            assert!(page.links().contains(&format!("/vi/{path}")), "{}: {path}", page.path);
        }
    }
}

#[tokio::test]
async fn each_page_of_a_list_has_its_own_address_in_both_languages() {
    let desk = TestDesk::new().await;
    for n in 1..=21 {
        let story = Story::garlic();
        let claim = format!("Ăn tỏi sống {n} lần mỗi ngày phòng được bệnh COVID-19.");
        let claim = kiemtin_core::lang::Localised::new(&claim, "");
        desk.cast.publishes(&desk.app, &Story { claim, ..story }).await;
    }
    for path in ["/vi/answers", "/vi/topics/health", "/vi/o/so-y-te"] {
        let page = desk.get(&format!("{path}?page=2")).await.is(200);
        let links = page.tags("link");
        let of = |name: &str, value: &str| {
            let found = links.iter().find(|it| attribute(it, name) == Some(value));
            found.and_then(|it| attribute(it, "href")).unwrap_or_default()
        };
        let own = format!("https://desk.example{path}?page=2");
        assert_eq!(of("rel", "canonical"), own);
        assert_eq!(of("hreflang", "en"), own.replace("/vi/", "/en/"));
        assert_eq!(of("hreflang", "x-default"), own);
    }
}

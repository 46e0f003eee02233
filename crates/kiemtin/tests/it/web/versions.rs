//! What changed of an answer, where it is told, and that nothing takes one away.

use std::str::FromStr as _;

use atom_syndication::Feed;
use axum::http::Method;
use kiemtin_core::lang::Localised;
use kiemtin_core::rating::Rating;
use kiemtin_core::review::{Content, VersionClass};

use crate::helper::desk::TestDesk;
use crate::helper::story::{Published, Story, content};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A desk with an answer that was corrected a day later.
async fn corrected() -> (TestDesk, Published) {
    let desk = TestDesk::new().await;
    let published = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    desk.clock.advance(DAY_MS);
    let next = Content {
        class: VersionClass::VerdictChange,
        rating: Rating::MostlyFalse,
        reason: Localised::new("Có nghiên cứu <mới> & khác.", "A <new> study & more."),
        answer: Localised::new(
            "Có ít bằng chứng ăn tỏi phòng được COVID-19.",
            "There is little evidence that garlic prevents COVID-19.",
        ),
        ..content(&Story::garlic())
    };
    desk.cast.corrects(&desk.app, published, &next).await;
    (desk, published)
}

#[tokio::test]
async fn what_a_version_changed_is_marked_word_by_word() {
    let (desk, _) = corrected().await;
    let page = desk.get("/en/c/1/v/2/changes").await.is(200);
    let page = page.says("There is <del>no</del><ins>little</ins> evidence");
    page.says("<del>False</del> <ins>Mostly false</ins>").says("(Tiếng Việt)");
    let page = desk.get("/vi/c/1").await.says("href=\"/vi/c/1/v/2/changes\"");
    assert!(page.between("<div class=\"notice\"", "</div>").contains("/v/2/changes"));
    desk.get("/vi/corrections").await.says("/vi/c/1/v/2/changes");
    for missing in ["/vi/c/1/v/1/changes", "/vi/c/1/v/3/changes", "/vi/c/2/v/2/changes"] {
        desk.get(missing).await.is(404);
    }
}

#[tokio::test]
async fn feeds_keep_an_entrys_id_and_tell_a_correction_by_its_time() {
    let (desk, published) = corrected().await;
    desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    let id = format!("urn:uuid:{}", published.claim);
    for (path, n_entries) in [("/vi/answers.atom", 2), ("/en/corrections.atom", 1)] {
        let reply = desk.get(path).await.is(200);
        assert!(reply.header("content-type").starts_with("application/atom+xml"));
        let feed = Feed::from_str(&reply.body).expect("well-formed");
        assert_eq!(feed.entries.len(), n_entries, "{path}");
        let entry = feed.entries.iter().find(|it| it.id == id).expect("the claim's own id");
        assert_eq!(entry.updated.to_rfc3339(), "2026-11-25T02:30:00+00:00");
        assert_eq!(entry.published.expect("known").to_rfc3339(), "2026-11-24T02:30:00+00:00");
        assert!(entry.authors.is_empty() && feed.authors.len() == 1, "the desk alone");
        let summary = entry.summary.as_ref().expect("there").value.clone();
        assert!(
            summary.contains("<mới> & khác") || summary.contains("<new> study & more"),
            "{summary}"
        );
        assert!(!reply.body.contains("<mới>") && !reply.body.contains("<new>"), "escaped");
    }
    desk.get("/vi/answers").await.says("href=\"/vi/answers.atom\"");
    desk.get("/en/c/1").await.says("href=\"/en/corrections.atom\"");
}

#[tokio::test]
async fn whoever_holds_a_receipt_sees_that_the_answer_was_corrected() {
    let (desk, published) = corrected().await;
    let sent = desk.post("/vi/tip", &[("text", "Ăn tỏi sống là khỏi lo dịch bệnh gì luôn")]).await;
    let words = sent.is(200).between("<p class=\"receipt\"><code>", "</code>").to_owned();
    let group = desk.sorts().await[0];
    desk.cast.ties(&desk.app, group, published.claim).await;
    let page = desk.post("/en/receipt", &[("words", &words)]).await.is(200);
    page.says("was corrected since").says("/en/c/1/v/2/changes").says("little evidence");
}

#[tokio::test]
async fn no_route_deletes_or_replaces_anything() {
    let (desk, _) = corrected().await;
    let paths = [
        "/vi/c/1",
        "/vi/c/1/v/2",
        "/vi/c/1/v/2/changes",
        "/vi/c/1/contest",
        "/vi/contests",
        "/vi/contests/1",
        "/vi/policy",
        "/vi/policy/privacy",
        "/vi/policy/privacy/v/1",
        "/vi/corrections",
        "/vi/corrections.atom",
        "/vi/answers.atom",
        "/vi/log",
        "/log/entries",
    ];
    for path in paths {
        for method in [Method::DELETE, Method::PUT, Method::PATCH] {
            let reply = desk.send(method.clone(), path, &[], String::new()).await;
            assert_eq!(reply.status.as_u16(), 405, "{method} {path}");
        }
    }
    // The table of routes itself: no method but these two is ever named.
    for source in ["public/mod.rs", "desk/mod.rs", "routes.rs"] {
        let file = format!("{}/src/web/{source}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(file).expect("a source");
        for method in ["delete(", "put(", "patch(", "any("] {
            assert!(
                !text.contains(&format!(" {method}")) && !text.contains(&format!(".{method}")),
                "{source}: {method}"
            );
        }
    }
}

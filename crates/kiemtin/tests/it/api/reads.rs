//! What is published, for programs.

use axum::http::Method;
use kiemtin_core::lang::Localised;
use kiemtin_core::rating::Rating;
use kiemtin_core::review::VersionClass;
use serde_json::{Value, json};

use super::{get, path, post, problem, value};
use crate::helper::desk::{TestDesk, query};
use crate::helper::story::{Story, content};

fn story(n: usize) -> Story {
    let claim = format!("Từ tháng {n}, phường {n} cấm xe máy vào buổi sáng.");
    Story { claim: Localised::new(&claim, ""), ..Story::lockdown() }
}

fn numbers(page: &Value) -> Vec<i64> {
    let items = page["items"].as_array().expect("a list");
    items.iter().filter_map(|it| it["number"].as_i64()).collect()
}

#[tokio::test]
async fn every_call_that_reads_answers() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let review = get(&desk, "/api/v1/reviews/1").await;
    assert_eq!(review["number"], 1);
    assert_eq!(review["stands"], true);
    assert_eq!(review["rating"]["code"], "false");
    assert_eq!(review["rating"]["value"], 1);
    assert_eq!(review["rating"]["words"], json!({ "vi": "Sai", "en": "False" }));
    assert_eq!(review["topic"], "health");
    assert_eq!(review["pages"]["vi"], "https://desk.example/vi/c/1");
    assert_eq!(review["evidence"].as_array().expect("a list").len(), 3);
    assert_eq!(review["opinions"].as_array().expect("a list").len(), 3);
    assert_eq!(review["reply"], json!({ "asked": false, "why_not": "no_source", "text": "" }));
    let mut slugs: Vec<&str> = review["signed_by"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|it| it["slug"].as_str())
        .collect();
    slugs.sort_unstable();
    assert_eq!(slugs, ["bao-thu", "so-y-te"]);
    desk.get(&path(&review["document"])).await.is(200);
    let versions = get(&desk, "/api/v1/reviews/1/versions").await;
    assert_eq!(get(&desk, &path(&versions["items"][0]["review"])).await, review);
    let claim = get(&desk, "/api/v1/claims/1").await;
    assert_eq!(claim["state"], "answered");
    assert_eq!(get(&desk, &path(&claim["review"])).await, review);
    assert_eq!(get(&desk, "/api/v1/claims").await["items"][0], claim);
    assert_eq!(get(&desk, "/api/v1/topics").await["items"][1]["name"]["en"], "Health");
    assert_eq!(get(&desk, "/api/v1/places").await["items"].as_array().map(Vec::len), Some(34));
    let orgs = get(&desk, "/api/v1/organisations").await;
    let org = get(&desk, &path(&orgs["items"][0]["organisation"])).await;
    assert_eq!((&org["slug"], &org["kind"]), (&json!("bao-thu"), &json!("newsroom")));
    assert_eq!(numbers(&get(&desk, &path(&org["reviews"])).await), [1]);
    let log = get(&desk, "/api/v1/log").await;
    assert_eq!(log["size"], 1);
    desk.get(&path(&log["items"][0]["document"])).await.is(200);
    let statistics = get(&desk, "/api/v1/statistics").await;
    assert_eq!(statistics["reviews"], 1);
    assert_eq!(statistics["by_rating"], json!([{ "rating": "false", "reviews": 1 }]));
    assert_eq!(statistics["organisations"], 3);
}

#[tokio::test]
async fn lists_are_asked_by_what_is_wanted() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    for (query, expected) in [
        ("", vec![2, 1]),
        ("topic=health", vec![2, 1]),
        ("topic=scam", vec![]),
        ("rating=false&language=en", vec![1]),
        ("rating=true", vec![]),
        ("organisation=bao-thu", vec![2, 1]),
        ("organisation=benh-vien", vec![]),
        ("place=79", vec![]),
        ("since=2026-11-24", vec![2, 1]),
        ("since=2026-11-25T00:00:00%2B07:00", vec![]),
    ] {
        let page = get(&desk, &format!("/api/v1/reviews?{query}")).await;
        assert_eq!(numbers(&page), expected, "{query}");
    }
    for bad in ["limit=0", "limit=101", "limit=x", "rating=wrong", "since=soon", "colour=red"] {
        problem(&desk.get(&format!("/api/v1/reviews?{bad}")).await, 400);
    }
    for missing in ["topic=cats", "place=00", "organisation=nobody", "cursor=abc", "cursor=!"] {
        problem(&desk.get(&format!("/api/v1/reviews?{missing}")).await, 404);
    }
}

#[tokio::test]
async fn new_answers_do_not_move_the_page_where_one_is() {
    let desk = TestDesk::new().await;
    for n in 1..=5 {
        desk.cast.publishes(&desk.app, &story(n)).await;
    }
    for list in ["/api/v1/reviews", "/api/v1/claims"] {
        let n = get(&desk, "/api/v1/statistics").await["reviews"].as_i64().expect("a number");
        let mut seen = Vec::new();
        let mut next = Some(format!("{list}?limit=2"));
        while let Some(at) = next {
            let page = get(&desk, &at).await;
            seen.extend(numbers(&page));
            next = page.get("next").map(path);
            if next.is_some() {
                // Somebody publishes while we read.
                desk.cast.publishes(&desk.app, &story(10 * seen.len() + n as usize)).await;
            }
        }
        assert_eq!(seen, (1..=n).rev().collect::<Vec<i64>>(), "{list}: each once");
    }
    let log = get(&desk, "/api/v1/log?limit=3&from=2").await;
    assert_eq!(log["items"][0]["index"], 2);
    assert_eq!(get(&desk, &path(&log["next"])).await["items"][0]["index"], 5);
}

#[tokio::test]
async fn corrections_retractions_and_merges_are_said() {
    let desk = TestDesk::new().await;
    let garlic = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let lockdown = desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    let mut next = content(&Story { rating: Rating::MostlyFalse, ..Story::garlic() });
    next.class = VersionClass::VerdictChange;
    next.reason = Localised::new("Có thêm nguồn.", "More sources.");
    desk.cast.corrects(&desk.app, garlic, &next).await;
    let versions = get(&desk, "/api/v1/reviews/1/versions").await;
    assert_eq!(versions["items"][0]["class"], "verdict_change");
    let old = get(&desk, "/api/v1/reviews/1/versions/1").await;
    assert_eq!((&old["stands"], &old["rating"]["code"]), (&json!(false), &json!("false")));
    assert_eq!(numbers(&get(&desk, "/api/v1/reviews").await), [1, 2], "it moved to the front");
    desk.cast.merges(&desk.app, lockdown, garlic).await;
    let merged = get(&desk, "/api/v1/claims/2").await;
    assert_eq!((&merged["state"], &merged["merged_into"]), (&json!("merged"), &json!(1)));
    next.class = VersionClass::Retraction;
    next.reason = Localised::new("Chúng tôi sai.", "We were wrong.");
    desk.cast.corrects(&desk.app, garlic, &next).await;
    assert_eq!(get(&desk, "/api/v1/reviews/1").await["stands"], false);
    assert_eq!(get(&desk, "/api/v1/claims/1").await["state"], "retracted");
    assert_eq!(numbers(&get(&desk, "/api/v1/reviews").await), [2]);
}

#[tokio::test]
async fn a_text_finds_its_answer_with_the_address_and_nothing_internal_is_told() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let secret = Story {
        claim: Localised::new("Ăn hành sống mỗi ngày phòng được bệnh sốt xuất huyết.", ""),
        ..Story::garlic()
    };
    desk.cast.begins(&desk.app, &secret).await;
    let text = "Nghe nói ăn tỏi sống mỗi ngày là phòng được bệnh COVID-19 đấy mọi người ơi";
    let english = [("accept-language", "en")];
    let found = post(&desk, "/api/v1/match", &json!({ "text": text }), &english).await.is(200);
    assert_eq!(found.header("cache-control"), "no-store");
    let hit = &value(&found)["matches"][0];
    assert_eq!(hit["likelihood"], "sure", "{hit}");
    assert_eq!(hit["review"]["pages"]["en"], "https://desk.example/en/c/1");
    let words = hit["reasons"][0]["words"].as_str().expect("words");
    assert!(words.starts_with("shares the words"), "{words}");
    let searched = query("/api/v1/search", "q", text);
    let found = desk.get(&searched).await.is(200);
    assert_eq!(found.header("cache-control"), "no-store");
    assert_eq!(value(&found)["answer"]["review"]["number"], 1);
    // The claim that nobody answered is in no list and found by no text.
    let sought = query("/api/v1/search", "q", secret.claim.vi.as_deref().expect("a text"));
    let matched = json!({ "text": secret.claim.vi });
    let matched = post(&desk, "/api/v1/match", &matched, &[]).await.is(200);
    let lists = ["/api/v1/claims", "/api/v1/claims?state=open", "/api/v1/reviews", &*sought];
    matched.hides("hành sống");
    for path in lists {
        desk.get(path).await.is(200).hides("hành sống");
    }
    problem(&post(&desk, "/api/v1/match", &json!({ "text": "a ".repeat(10_001) }), &[]).await, 422);
    assert_eq!(desk.sorts().await, [], "nothing that was matched or sought is kept");
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again_and_any_site_may_read() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    for path in ["/api/v1/reviews", "/api/v1/reviews/1", "/api/v1/log", "/api/v1/openapi.json"] {
        let first = desk.get(path).await.is(200);
        assert_eq!(first.header("cache-control"), "public, no-cache", "{path}");
        assert_eq!(first.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(first.header("cross-origin-resource-policy"), "cross-origin", "{path}");
        assert_eq!(first.header("x-content-type-options"), "nosniff", "{path}");
        assert!(first.header("content-security-policy").starts_with("default-src 'none'"));
        assert!(!first.headers.contains_key("set-cookie"), "{path}");
        let tag = first.header("etag");
        let again = desk.get_with(path, &[("if-none-match", tag)]).await.is(304);
        assert!(again.body.is_empty() && again.header("etag") == tag, "{path}");
    }
    let asks = [("origin", "https://paper.example"), ("access-control-request-method", "POST")];
    let may = desk.send(Method::OPTIONS, "/api/v1/match", &asks, String::new()).await.is(204);
    assert!(may.header("access-control-allow-methods").contains("POST"));
    // Another site's page may send, too: no cookie comes along.
    let cross = [("sec-fetch-site", "cross-site"), ("origin", "https://paper.example")];
    post(&desk, "/api/v1/match", &json!({ "text": "ăn tỏi" }), &cross).await.is(200);
    let head = desk.send(Method::HEAD, "/api/v1/reviews", &[], String::new()).await.is(200);
    assert_eq!(head.body, "");
}

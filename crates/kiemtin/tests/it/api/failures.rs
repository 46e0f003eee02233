//! How calls fail: in one form, in the caller's language, and never by a person's page.

use axum::Extension;
use axum::body::Body;
use axum::http::{Method, Request};
use kiemtin::app::floods::Network;
use kiemtin::app::rates::Call;
use serde_json::json;
use tower::ServiceExt as _;

use super::{post, problem, value};
use crate::helper::desk::TestDesk;
use crate::helper::reply::Reply;

#[tokio::test]
async fn every_failure_is_a_document_in_the_callers_language() {
    let desk = TestDesk::new().await;
    let missing = desk.get("/api/v1/reviews/7").await;
    assert_eq!(problem(&missing, 404), "Địa chỉ này không có gì.");
    let english = desk.get_with("/api/v1/reviews/7", &[("accept-language", "en-GB")]).await;
    assert_eq!(problem(&english, 404), "There is nothing at this address.");
    assert_eq!(value(&english)["type"], "https://desk.example/api#not-found");
    assert_eq!(english.header("vary"), "accept-language");
    for path in ["/api/v1/nowhere", "/api/v2/reviews", "/api/v1/reviews/07", "/api/v1/reviews/x"] {
        problem(&desk.get(path).await, 404);
    }
    problem(&desk.get("/api/v1/log?from=-1").await, 400);
    let put = desk.send(Method::PUT, "/api/v1/reviews", &[], String::new()).await;
    problem(&put, 405);
    assert!(put.header("allow").contains("GET"), "{}", put.header("allow"));
    let delete = desk.send(Method::DELETE, "/api/v1/reviews/1", &[], String::new()).await;
    problem(&delete, 405);
    let text = [("content-type", "text/plain")];
    let plain = desk.send(Method::POST, "/api/v1/match", &text, "ăn tỏi".to_owned()).await;
    assert!(problem(&plain, 415).contains("application/json"));
    let json = [("content-type", "application/json; charset=utf-8")];
    let broken = desk.send(Method::POST, "/api/v1/match", &json, "{\"text\":".to_owned()).await;
    problem(&broken, 400);
    let deep = desk.send(Method::POST, "/api/v1/match", &json, "[".repeat(100_000)).await;
    assert!(deep.status.is_client_error());
    problem(&post(&desk, "/api/v1/match", &json!({ "text": "x".repeat(300_000) }), &[]).await, 413);
    problem(&post(&desk, "/api/v1/match", &json!({ "text": 7 }), &[]).await, 422);
    let long = format!("/api/v1/search?q={}", "a".repeat(5_001));
    problem(&desk.get(&long).await, 400);
}

#[tokio::test]
async fn a_store_that_is_gone_is_said_without_its_cause() {
    let desk = TestDesk::new().await;
    desk.app.store.close().await;
    let gone = desk.get("/api/v1/reviews").await;
    let said = problem(&gone, 503);
    assert!(!said.contains("pool") && !said.contains("closed"), "{said}");
    assert_eq!(gone.header("retry-after"), "5");
    problem(&post(&desk, "/api/v1/tips", &json!({ "text": "Cầu sắp đóng" }), &[]).await, 503);
}

#[tokio::test]
async fn a_network_that_calls_too_often_is_sent_away_for_a_minute() {
    let desk = TestDesk::new().await;
    let network = Network::of("203.0.113.7".parse().expect("an address")).expect("a network");
    let router = kiemtin::site::router(desk.app.clone()).layer(Extension(network));
    let call = async |path: &str| {
        let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
        Reply::read(path, router.clone().oneshot(request).await.expect("an answer")).await
    };
    let max = Call::Search.max();
    for n in 1..=max {
        let reply = call("/api/v1/search?q=?").await.is(200);
        let left = format!("\"search\";r={};t=61", max - n);
        assert_eq!(reply.header("ratelimit"), left);
    }
    let full = call("/api/v1/search?q=?").await;
    problem(&full, 429);
    assert_eq!(full.header("retry-after"), "61");
    assert_eq!(full.header("ratelimit-policy"), format!("\"search\";q={max};w=60"));
    call("/api/v1/topics").await.is(200);
    desk.clock.advance(60_000);
    call("/api/v1/search?q=?").await.is(200);
}

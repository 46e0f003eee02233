//! What assistants ask over HTTP (Model Context Protocol), in raw messages.
#![expect(clippy::unwrap_used, reason = "a story that stops is a failed test")]

use axum::Extension;
use axum::body::Body;
use axum::http::{Method, Request, header};
use kiemtin::app::floods::{Counted, Network};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::helper::desk::{PUBLIC_URL, TestDesk};
use crate::helper::reply::Reply;
use crate::helper::story::Story;

const HEADERS: [(&str, &str); 2] =
    [("content-type", "application/json"), ("accept", "application/json, text/event-stream")];

async fn desk() -> TestDesk {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    desk
}

async fn sends(desk: &TestDesk, body: &str, more: &[(&str, &str)]) -> Reply {
    desk.send(Method::POST, "/mcp", &[&HEADERS, more].concat(), body.to_owned()).await
}

/// The answer to a message.
async fn asks(desk: &TestDesk, method: &str, params: Value) -> Value {
    let message = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
    let version = [("mcp-protocol-version", "2025-06-18")];
    let reply = sends(desk, &message.to_string(), &version).await;
    assert!(reply.status.as_u16() < 500, "{reply:?}");
    let answer: Value = serde_json::from_str(&reply.body).expect("JSON");
    assert_eq!(answer["id"], 7, "{answer:#}");
    answer
}

async fn calls(desk: &TestDesk, tool: &str, arguments: Value) -> Value {
    asks(desk, "tools/call", json!({ "name": tool, "arguments": arguments })).await
}

/// The words of a result that is no failure.
#[track_caller]
fn words(answer: &Value) -> &str {
    assert_ne!(answer["result"]["isError"], true, "{answer:#}");
    answer["result"]["content"][0]["text"].as_str().expect("words")
}

#[tokio::test]
async fn an_assistant_is_told_what_there_is_to_ask_and_that_nothing_is_written() {
    let desk = desk().await;
    let params = json!({
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" },
    });
    let hello = asks(&desk, "initialize", params).await;
    assert_eq!(hello["result"]["protocolVersion"], "2025-06-18", "{hello:#}");
    assert_eq!(hello["result"]["serverInfo"]["name"], "kiemtin");
    assert!(hello["result"]["instructions"].as_str().unwrap().contains("always its link"));
    let note = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string();
    assert_eq!(sends(&desk, &note, &[]).await.status.as_u16(), 202);
    let tools = asks(&desk, "tools/list", json!({})).await["result"]["tools"].clone();
    let mut names = Vec::new();
    for tool in tools.as_array().unwrap() {
        names.push(tool["name"].as_str().unwrap().to_owned());
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool:#}");
        assert_eq!(tool["annotations"]["destructiveHint"], false, "{tool:#}");
        assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{tool:#}");
        assert_eq!(tool["outputSchema"]["type"], "object", "{tool:#}");
    }
    names.sort();
    assert_eq!(names, ["match_text", "read_review", "search_reviews"]);
}

#[tokio::test]
async fn every_answer_has_its_link_and_says_where_there_is_none() {
    let desk = desk().await;
    let found = calls(&desk, "search_reviews", json!({ "query": "tỏi phòng COVID" })).await;
    let url = format!("{PUBLIC_URL}/vi/c/1");
    assert!(words(&found).contains(&url) && words(&found).starts_with("Sai: Ăn tỏi"), "{found:#}");
    let review = &found["result"]["structuredContent"]["reviews"][0];
    assert_eq!((&review["url"], &review["number"]), (&json!(url), &json!(1)));
    assert_eq!((&review["rating"], &review["rating_value"]), (&json!("Sai"), &json!(1)));
    assert_eq!(review["language"], "vi");

    let text = "Nghe nói ăn tỏi sống mỗi ngày phòng được bệnh COVID-19 đó mọi người ơi.";
    let arguments = json!({ "text": text, "language": "en" });
    let matched = calls(&desk, "match_text", arguments).await;
    let told = &matched["result"]["structuredContent"];
    let all = [vec![told["answer"].clone()], told["maybe"].as_array().unwrap().clone()].concat();
    let one = all.iter().find(|it| it["number"] == 1).unwrap_or_else(|| panic!("{matched:#}"));
    assert_eq!(one["url"], format!("{PUBLIC_URL}/en/c/1"));
    assert!(!one["reasons"].as_array().unwrap().is_empty(), "{one:#}");
    assert!(words(&matched).contains("/en/c/1"), "{matched:#}");

    let read = calls(&desk, "read_review", json!({ "number": 1, "language": "en" })).await;
    for part in
        ["False: Eating raw garlic", "/en/c/1", "Báo Thử", "who.int/news/garlic", "no study"]
    {
        assert!(words(&read).contains(part), "{part}: {read:#}");
    }
    let told = &read["result"]["structuredContent"];
    let mut signed: Vec<_> = told["signed_by"].as_array().unwrap().clone();
    signed.sort_by_key(ToString::to_string);
    assert_eq!(signed, ["Báo Thử", "Sở Y tế thử"], "organisations alone");
    assert_eq!(told["evidence"].as_array().unwrap().len(), 3);
    assert_eq!(told["is_withdrawn"], false);

    for (tool, arguments) in [
        ("search_reviews", json!({ "query": "zebra crossing", "language": "en" })),
        ("match_text", json!({ "text": "zebra crossing", "language": "en" })),
    ] {
        let nothing = calls(&desk, tool, arguments).await;
        assert!(words(&nothing).contains("neither that it is true"), "{nothing:#}");
    }
}

#[tokio::test]
async fn what_cannot_be_answered_is_a_clear_sentence_and_breaks_nothing() {
    let desk = desk().await;
    for (tool, arguments, why) in [
        ("search_reviews", json!({ "query": "a ".repeat(2_501) }), "5000"),
        ("search_reviews", json!({ "query": "?!" }), "no words"),
        ("search_reviews", json!({ "query": "tỏi", "limit": 0 }), "from 1 to 20"),
        (
            "search_reviews",
            json!({ "query": "tỏi", "limit": -9_223_372_036_854_775_808_i64 }),
            "from 1",
        ),
        ("match_text", json!({ "text": "tỏi", "language": "fr" }), "vi or en"),
        ("read_review", json!({ "number": 999 }), "no review with the number 999"),
        ("read_review", json!({ "number": -1 }), "no review"),
        ("search_reviews", json!({}), "query"),
        ("search_reviews", json!({ "query": ["tỏi"] }), "string"),
        ("search_reviews", json!({ "query": "tỏi", "author": "somebody" }), "author"),
        ("read_review", json!({ "number": 1e300 }), "expected i64"),
        ("remove_review", json!({ "number": 1 }), "not found"),
    ] {
        let answer = calls(&desk, tool, arguments.clone()).await;
        assert!(answer.get("error").is_some() || answer["result"]["isError"] == true, "{answer:#}");
        assert!(answer.to_string().contains(why), "{tool} {why}: {answer:#}");
    }
    for body in ["", "{", "[]", "null", "\"a\"", "{\"jsonrpc\":\"1.0\"}"] {
        let status = sends(&desk, body, &[]).await.status.as_u16();
        assert!((400..500).contains(&status), "{body}: {status}");
    }
    let deep = "[".repeat(30_000);
    assert!((400..500).contains(&sends(&desk, &deep, &[]).await.status.as_u16()));
    let long = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping", "params": { "a": "a".repeat(70_000) } });
    assert_eq!(sends(&desk, &long.to_string(), &[]).await.status.as_u16(), 413);
    for method in [Method::GET, Method::DELETE, Method::PUT] {
        let reply = desk.send(method.clone(), "/mcp", &HEADERS, String::new()).await;
        assert_eq!(reply.status.as_u16(), 405, "{method}");
    }
    assert_eq!(desk.app.store.n_log_entries().await.unwrap(), 2, "nothing was written");
}

#[tokio::test]
async fn other_sites_pages_and_networks_that_ask_too_much_are_sent_away() {
    let desk = desk().await;
    let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }).to_string();
    let foreign = sends(&desk, &ping, &[("origin", "https://evil.example")]).await;
    assert_eq!(foreign.status.as_u16(), 403);
    let own = sends(&desk, &ping, &[("origin", PUBLIC_URL)]).await.is(200);
    assert_eq!(
        (own.header("cache-control"), own.header("x-content-type-options")),
        ("no-store", "nosniff")
    );
    let router = kiemtin::site::router(desk.app.clone());
    let send = async |host: &str, network: Option<Network>| {
        let mut request = Request::post("/mcp").header(header::HOST, host);
        for (name, value) in HEADERS {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(ping.clone())).unwrap();
        match network {
            Some(it) => router.clone().layer(Extension(it)).oneshot(request).await.unwrap(),
            None => router.clone().oneshot(request).await.unwrap(),
        }
    };
    assert_eq!(send("rebound.example", None).await.status().as_u16(), 403);
    assert_eq!(send("127.0.0.1:8080", None).await.status().as_u16(), 200);
    let network = Network::of("203.0.113.7".parse().unwrap());
    while desk.app.floods.count(Counted::Lookup, network, desk.app.now()).is_ok() {}
    let full = send("desk.example", network).await;
    assert_eq!(full.status().as_u16(), 429);
    assert!(full.headers().contains_key("retry-after"));
}

//! The API as a program calls it.

mod description;
mod failures;
mod partners;
mod reads;
mod tips;

use axum::http::Method;
use serde_json::Value;

use crate::helper::desk::{PUBLIC_URL, TestDesk};
use crate::helper::reply::Reply;

/// What a call answers with.
async fn get(desk: &TestDesk, path: &str) -> Value {
    let reply = desk.get(path).await.is(200);
    assert_eq!(reply.header("content-type"), "application/json", "{path}");
    value(&reply)
}

/// Sends a JSON body.
async fn post(desk: &TestDesk, path: &str, body: &Value, headers: &[(&str, &str)]) -> Reply {
    let kind = ("content-type", "application/json");
    let headers = [&[kind], headers].concat();
    desk.send(Method::POST, path, &headers, body.to_string()).await
}

fn value(reply: &Reply) -> Value {
    let value = serde_json::from_str(&reply.body);
    value.unwrap_or_else(|err| panic!("{}: {err}: {}", reply.path, reply.body))
}

/// A failure in its form: its status, and what it says.
#[track_caller]
fn problem(reply: &Reply, status: u16) -> String {
    assert_eq!(reply.status.as_u16(), status, "{}: {}", reply.path, reply.body);
    assert_eq!(reply.header("content-type"), "application/problem+json", "{}", reply.path);
    let problem = value(reply);
    let names: Vec<&String> = problem.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["detail", "status", "title", "type"], "{}", reply.path);
    assert_eq!(problem["status"], status, "{}", reply.path);
    let kind = problem["type"].as_str().expect("a text");
    assert!(kind.starts_with(&format!("{PUBLIC_URL}/api#")), "{kind}");
    let detail = problem["detail"].as_str().expect("a text");
    assert!(!detail.starts_with("Unknown localization") && !detail.contains("{$"), "{detail}");
    detail.to_owned()
}

/// The path and query of an address of this desk.
fn path(address: &Value) -> String {
    let address = address.as_str().expect("an address");
    address.strip_prefix(PUBLIC_URL).expect("an address of this desk").to_owned()
}

//! The interface in the shape of Google's Fact Check Tools: as its own client reads it, and what it
//! refuses.
#![expect(clippy::unwrap_used, reason = "a story that stops is a failed test")]

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use kiemtin::fetch::{Fetcher, FixedNames, Guard, Setup};
use kiemtin_core::lang::Localised;
use kiemtin_core::message::RawMessage;
use kiemtin_core::review::{Content, VersionClass};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

use crate::helper::desk::{PUBLIC_URL, TestDesk, query};
use crate::helper::pictures::GARLIC;
use crate::helper::python::{python_with, script};
use crate::helper::story::{Story, content};

const SEARCH: &str = "/api/v1alpha1/claims:search";
const IMAGE_SEARCH: &str = "/api/v1alpha1/claims:imageSearch";
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

async fn desk() -> TestDesk {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    desk.clock.advance(2 * DAY_MS);
    desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    desk
}

async fn asked(desk: &TestDesk, pairs: &[(&str, &str)]) -> Value {
    let reply = desk.get(&address(SEARCH, pairs)).await.is(200);
    assert_eq!(reply.header("content-type"), "application/json; charset=utf-8");
    assert_eq!(reply.header("cache-control"), "no-store");
    serde_json::from_str(&reply.body).unwrap()
}

fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let pairs = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{path}?{pairs}")
}

/// The status and the words of a call that is refused.
async fn refused(desk: &TestDesk, address: &str) -> (String, String) {
    let reply = desk.get(address).await;
    let error: Value = serde_json::from_str(&reply.body).expect("JSON");
    assert_eq!(error["error"]["code"], reply.status.as_u16(), "{error}");
    let said = |key: &str| error["error"][key].as_str().unwrap().to_owned();
    (said("status"), said("message"))
}

#[tokio::test]
async fn a_text_finds_the_answer_in_each_language_that_was_asked_for() {
    let desk = desk().await;
    let found =
        asked(&desk, &[("query", "tỏi phòng COVID"), ("key", "any"), ("alt", "json")]).await;
    let claim = &found["claims"][0];
    assert_eq!(found["claims"].as_array().unwrap().len(), 1, "{found:#}");
    assert_eq!(claim["text"], "Ăn tỏi sống mỗi ngày phòng được bệnh COVID-19.");
    assert_eq!(claim["claimant"], "bài đăng Facebook", "where it went round, in words");
    assert_eq!(claim["claimReview"].as_array().unwrap().len(), 2, "one in each language");
    assert_eq!(
        claim["claimReview"][1],
        json!({
            "publisher": { "name": "Kiểm Tin", "site": "desk.example" },
            "url": format!("{PUBLIC_URL}/en/c/1"),
            "title": "False: Eating raw garlic every day prevents COVID-19.",
            "reviewDate": "2026-11-24T02:30:00Z",
            "textualRating": "False",
            "languageCode": "en",
        })
    );
    let english = asked(&desk, &[("query", "raw garlic"), ("languageCode", "en-GB")]).await;
    assert_eq!(english["claims"][0]["text"], "Eating raw garlic every day prevents COVID-19.");
    assert_eq!(english["claims"][0]["claimReview"].as_array().unwrap().len(), 1);
    for nothing in [
        &[("query", "tỏi"), ("languageCode", "fr")],
        &[("query", "zebra crossing"), ("languageCode", "")],
        &[("query", "tỏi phòng COVID"), ("maxAgeDays", "1")],
        &[("query", "tỏi phòng COVID"), ("reviewPublisherSiteFilter", "other.example")],
        &[("query", "phong tỏa 350 phường"), ("languageCode", "en")],
    ] {
        assert_eq!(asked(&desk, nothing).await, json!({}), "{nothing:?}");
    }
    let pretty = desk.get(&address(SEARCH, &[("query", "tỏi"), ("prettyPrint", "true")])).await;
    pretty.is(200).says("\n  \"claims\": [");
}

#[tokio::test]
async fn pages_lead_through_all_answers_and_a_withdrawn_one_is_none() {
    let desk = desk().await;
    let garlic = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let site = [("reviewPublisherSiteFilter", "desk.example"), ("pageSize", "2")];
    let first = asked(&desk, &site).await;
    assert_eq!(first["claims"].as_array().unwrap().len(), 2);
    let token = first["nextPageToken"].as_str().unwrap().to_owned();
    let second = asked(&desk, &[&site[..], &[("pageToken", token.as_str())]].concat()).await;
    assert_eq!(second["claims"].as_array().unwrap().len(), 1);
    assert_eq!(second.get("nextPageToken"), None);
    let from = asked(&desk, &[&site[..], &[("offset", "1")]].concat()).await;
    assert_eq!(from["claims"][1], second["claims"][0]);
    let young = asked(&desk, &[&site[..], &[("maxAgeDays", "1")]].concat()).await;
    assert_eq!(young["claims"].as_array().unwrap().len(), 2, "the first one is older");

    let next = Content {
        class: VersionClass::Retraction,
        reason: Localised::new("Câu trả lời này sai.", "This answer was wrong."),
        ..content(&Story::garlic())
    };
    desk.cast.corrects(&desk.app, garlic, &next).await;
    let left = asked(&desk, &site).await;
    assert_eq!(left["claims"].as_array().unwrap().len(), 2, "{left:#}");
    assert!(!left.to_string().contains("/c/3"), "{left:#}");
}

#[tokio::test]
async fn what_cannot_be_answered_is_refused_in_the_clients_own_words() {
    let desk = desk().await;
    let long = "a ".repeat(2_501);
    for (pairs, why) in [
        (&[][..], "query is required"),
        (&[("query", " ")], "query is required"),
        (&[("query", long.as_str())], "longer than 5000"),
        (&[("query", "a"), ("pageSize", "-1")], "pageSize"),
        (&[("query", "a"), ("pageSize", "ten")], "pageSize"),
        (&[("query", "a"), ("maxAgeDays", "1e400")], "maxAgeDays"),
        (&[("query", "a"), ("offset", "99999999999999999999")], "offset"),
        (&[("query", "a"), ("pageToken", "2")], "pageToken"),
        (&[("query", "a"), ("pageToken", "2-0000000000000000")], "another call"),
        (&[("query", "a"), ("query", "b")], "given twice"),
        (&[("query", "a"), ("author", "somebody")], "no parameter \"author\""),
        (&[("query", "a"), ("alt", "media")], "JSON"),
    ] {
        let (status, said) = refused(&desk, &address(SEARCH, pairs)).await;
        assert_eq!(status, "INVALID_ARGUMENT", "{pairs:?}");
        assert!(said.contains(why), "{pairs:?}: {said}");
    }
    for odd in ["query=%FF%FE", "query=a&maxAgeDays=9223372036854775807", "query=\u{202e}"] {
        let odd = odd.replace('\u{202e}', "%E2%80%AE");
        assert!(desk.get(&format!("{SEARCH}?{odd}")).await.status.as_u16() < 500, "{odd}");
    }
    let (status, _) = refused(&desk, &address(IMAGE_SEARCH, &[("imageUri", "x")])).await;
    assert_eq!(status, "UNAVAILABLE", "a desk that reaches nothing outside");
    let (status, _) = refused(&desk, IMAGE_SEARCH).await;
    assert_eq!(status, "INVALID_ARGUMENT");
}

/// Serves a picture, lets the desk fetch from there alone, and returns the picture's address.
async fn with_picture(desk: &TestDesk) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let file = async || ([(header::CONTENT_TYPE, "image/png")], GARLIC);
    let site = Router::new()
        .route("/garlic.png", get(file))
        .route("/page", get(async || ([(header::CONTENT_TYPE, "text/html")], "<p>No picture.")))
        .route("/lie.png", get(async || ([(header::CONTENT_TYPE, "image/png")], "<svg>")));
    tokio::spawn(async move { axum::serve(listener, site).await });
    let names = FixedNames::default().with("pictures.example", &[Ipv4Addr::LOCALHOST.into()]);
    let allowed = vec![("pictures.example".to_owned(), port)];
    let guard = Guard { allowed, own_hosts: Vec::new(), own_addresses: Vec::new() };
    let url: Url = PUBLIC_URL.parse().unwrap();
    let setup =
        Setup { names: Arc::new(names), authorities: Some(vec![]), ..Setup::new(guard, url) };
    desk.app.fetcher.set(Fetcher::new(setup).unwrap()).unwrap();
    format!("http://pictures.example:{port}/garlic.png")
}

/// Somebody sends the picture in, and a member says which claim it makes.
async fn sends_picture(desk: &TestDesk) {
    let claim = desk.app.store.claim_by_number(1).await.unwrap().unwrap().id;
    let hash = desk.app.picture_hash(GARLIC.to_vec()).await.unwrap();
    let raw =
        RawMessage { text: "Ăn tỏi đi mọi người".to_owned(), ..RawMessage::default() };
    desk.app.take_tip_with(raw, hash).await.unwrap();
    let group = desk.sorts().await[0];
    desk.cast.ties(&desk.app, group, claim).await;
}

#[tokio::test]
async fn a_picture_finds_the_answer_and_nothing_of_it_is_kept() {
    let desk = desk().await;
    let uri = with_picture(&desk).await;
    let ask = |uri: &str| address(IMAGE_SEARCH, &[("imageUri", uri), ("languageCode", "en")]);
    desk.get(&ask(&uri)).await.is(200).says("{}");
    sends_picture(&desk).await;
    let reply = desk.get(&ask(&uri)).await.is(200);
    let found: Value = serde_json::from_str(&reply.body).unwrap();
    let review = &found["results"][0]["claim"]["claimReview"][0];
    assert_eq!(review["url"], format!("{PUBLIC_URL}/en/c/1"), "{found:#}");
    for (uri, why) in [
        (uri.replace("garlic.png", "page"), "text/html"),
        (uri.replace("garlic.png", "lie.png"), "imageUri: "),
        (uri.replace("garlic.png", "none"), "404"),
        ("http://127.0.0.1/a.png".to_owned(), "not an address of the public internet"),
        ("http://169.254.169.254/latest/meta-data/".to_owned(), "public internet"),
        ("http://2130706433/".to_owned(), "public internet"),
        ("file:///etc/passwd".to_owned(), "are not fetched"),
        ("http://user:secret@pictures.example/a.png".to_owned(), "user name"),
        ("data:image/png;base64,AAAA".to_owned(), "are not fetched"),
        (format!("https://a.example/{}", "a".repeat(5_000)), "bytes"),
        ("not an address".to_owned(), "web address"),
    ] {
        let (status, said) = refused(&desk, &ask(&uri)).await;
        assert_eq!(status, "INVALID_ARGUMENT", "{uri}");
        assert!(said.contains(why), "{uri}: {said}");
    }
}

#[tokio::test]
async fn googles_own_client_reads_both_and_walks_all_pages() {
    let Some(python) = python_with("googleapiclient") else { return };
    let desk = desk().await;
    let uri = with_picture(&desk).await;
    sends_picture(&desk).await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = format!("http://{}/api/", listener.local_addr().unwrap());
    let router = kiemtin::site::router(desk.app.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let asking =
        tokio::task::spawn_blocking(move || script(&python, "factcheck.py", &[&address, &uri]));
    let said = asking.await.unwrap();
    let lines = said.lines().filter(|it| it.starts_with(['{', '[']));
    let said: Vec<Value> = lines.map(|it| serde_json::from_str(it).unwrap()).collect();
    assert_eq!(said.len(), 4, "{said:#?}");
    assert_eq!(said[0]["claims"][0]["claimReview"][0]["textualRating"], "Sai");
    assert_eq!(said[1], json!([format!("{PUBLIC_URL}/vi/c/2"), format!("{PUBLIC_URL}/vi/c/1")]));
    let review = &said[2]["results"][0]["claim"]["claimReview"][0];
    assert_eq!(review["languageCode"], "en", "{}", said[2]);
    assert_eq!(said[3]["status"], 400);
    assert!(said[3]["reason"].as_str().unwrap().contains("maxAgeDays"), "{}", said[3]);
}

#[tokio::test]
async fn a_short_query_finds_what_its_only_word_is_in() {
    let desk = desk().await;
    let found = desk.get(&query(SEARCH, "query", "tỏi")).await.is(200);
    found.says("/vi/c/1\"");
}

//! What describes the API: true of what it does, in three places that must agree: the document made
//! from the handlers, the page for people, and `docs/API.md`.

use std::collections::BTreeSet;

use axum::http::Method;
use kiemtin::web::listen;
use kiemtin_core::api_key::Scope;
use kiemtin_core::ids::ApiKeyId;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::get;
use crate::helper::desk::{PUBLIC_URL, TempFolder, TestDesk};
use crate::helper::story::{Story, adds_foreign};
use crate::helper::tools::{says_yes, tool};

const GUIDE: &str = include_str!("../../../../../docs/API.md");
/// Calls that the description has; one that is lost is missed here.
const N_CALLS: usize = 19;

async fn calls(desk: &TestDesk) -> Vec<(String, String, Value)> {
    let document = get(desk, "/api/v1/openapi.json").await;
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], PUBLIC_URL);
    let paths = document["paths"].as_object().expect("paths");
    let of_path = |(path, item): (&String, &Value)| {
        let item = item.as_object().expect("operations").clone();
        let path = path.clone();
        item.into_iter().map(move |(method, it)| (method.to_uppercase(), path.clone(), it))
    };
    paths.iter().flat_map(of_path).collect()
}

#[tokio::test]
async fn the_page_and_the_guide_name_every_call() {
    let desk = TestDesk::new().await;
    let calls = calls(&desk).await;
    assert_eq!(calls.len(), N_CALLS);
    for lang in ["vi", "en"] {
        let page = desk.get_with("/api", &[("accept-language", lang)]).await.is(200);
        assert_eq!(page.tags("h1").len(), 1);
        assert!(page.tags("script").is_empty());
        let page = page.hides("Unknown localization").hides("api-call-");
        for (method, path, _) in &calls {
            assert!(page.body.contains(&format!("{method} {path}</code>")), "{method} {path}");
        }
    }
    for (method, path, operation) in &calls {
        assert!(
            GUIDE.contains(&format!("`{method} {}`", path.trim_start_matches("/api/v1"))),
            "{path}"
        );
        assert!(operation["summary"].is_string(), "{path}");
        let body = operation["requestBody"]["content"].as_object();
        for (_, content) in body.into_iter().flatten() {
            assert!(!content["example"].is_null(), "{path} has an example");
        }
    }
}

#[tokio::test]
async fn every_example_of_the_guide_works() {
    let desk = TestDesk::new().await;
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let commands = GUIDE.replace("\\\n", " ");
    let commands: Vec<&str> =
        commands.lines().filter_map(|it| it.trim().strip_prefix("curl ")).collect();
    assert!(8 < commands.len(), "{commands:?}");
    for command in commands {
        let quoted: Vec<&str> = command.split('\'').skip(1).step_by(2).collect();
        let path = quoted[0].strip_prefix(PUBLIC_URL).expect("an address of the desk");
        let body = command.contains(" -d ").then(|| quoted[quoted.len() - 1]);
        let headers = &quoted[1..quoted.len() - usize::from(body.is_some())];
        let headers: Vec<(&str, &str)> =
            headers.iter().filter_map(|it| it.split_once(": ")).collect();
        let method = if body.is_some() { Method::POST } else { Method::GET };
        let body = body.unwrap_or_default().to_owned();
        let reply = desk.send(method, path, &headers, body).await;
        // Partners' examples have no key in them.
        let fine: &[u16] = if command.contains("kt_") { &[401] } else { &[200, 201, 304] };
        let status = reply.status.as_u16();
        assert!(fine.contains(&status), "{command}: {status} {}", reply.body);
    }
}

/// Words that would name somebody.
const PERSONS: [&str; 15] = [
    "author", "person", "user", "account", "handle", "nickname", "follower", "ip", "device",
    "phone", "email", "member", "login", "sender", "profile",
];

#[tokio::test]
async fn no_call_asks_for_a_person_or_tells_of_one() {
    let desk = TestDesk::new().await;
    let document = get(&desk, "/api/v1/openapi.json").await;
    let mut names = BTreeSet::new();
    properties(&document, &mut names);
    assert!(80 < names.len(), "{names:?}");
    let is_person = |it: &&String| {
        it.split(['_', '-']).any(|part| PERSONS.contains(&part.to_lowercase().as_str()))
    };
    let found: Vec<&String> = names.iter().filter(is_person).collect();
    assert!(found.is_empty(), "{found:?}");
    // And none of those who work here is in any answer.
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let members = desk.app.store.members().await.expect("members");
    for path in ["reviews/1", "reviews", "claims/1", "organisations/so-y-te", "log", "statistics"] {
        let reply = desk.get(&format!("/api/v1/{path}")).await.is(200);
        for member in &members {
            assert!(!reply.body.contains(&member.id.to_string()), "{path}");
            assert!(!reply.body.contains(&format!("\"{}\"", member.login)), "{path}");
        }
    }
}

/// The names of parameters and of properties of schemas.
fn properties(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get("properties") {
                names.extend(properties.keys().cloned());
            }
            if let (Some(Value::String(name)), true) = (map.get("name"), map.contains_key("in")) {
                names.insert(name.clone());
            }
            map.values().for_each(|it| properties(it, names));
        }
        Value::Array(list) => list.iter().for_each(|it| properties(it, names)),
        _ => {}
    }
}

/// A key for all that there is.
async fn key(desk: &TestDesk) -> String {
    let store = &desk.app.store;
    let members = store.members().await.expect("members");
    let editor = members.iter().find(|it| it.login == "editor").expect("an editor");
    let secret = kiemtin::app::keys::Secret::new([7; 32]);
    let now = desk.app.now();
    let new = kiemtin_store::api_keys::ApiKey {
        id: ApiKeyId::new(now, [7; 10]),
        org: editor.org,
        name: "a program".to_owned(),
        scopes: Scope::ALL.to_vec(),
        created: now,
        ended: None,
        used: None,
    };
    store.make_key(&new, secret.hash(), editor, now, [8; 10]).await.expect("made");
    secret.words()
}

#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_finds_no_answer_that_is_not_described() {
    let Some(schemathesis) = tool("schemathesis") else { return };
    let desk = TestDesk::new().await;
    for story in [Story::garlic(), Story::lockdown()] {
        desk.cast.publishes(&desk.app, &story).await;
    }
    let review = kiemtin_store::claims::ForeignReview {
        url: "https://checkers.example/garlic".to_owned(),
        publisher: "Checkers".to_owned(),
        verdict: Some("False".to_owned()),
        title: None,
        published: Some(desk.app.now()),
    };
    adds_foreign(&desk.app, "Eating onions prevents dengue fever", review).await;
    let key = format!("Authorization: Bearer {}", key(&desk).await);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let stop = CancellationToken::new();
    let router = kiemtin::site::router(desk.app.clone());
    let served = tokio::spawn(listen::serve(listener, router, None, stop.clone()));
    let ran = tokio::task::spawn_blocking(move || {
        let folder = TempFolder::new();
        std::fs::create_dir_all(folder.path("")).expect("a folder");
        let document = format!("{address}/api/v1/openapi.json");
        let checks = "not_a_server_error,status_code_conformance,content_type_conformance,\
            response_headers_conformance,response_schema_conformance,negative_data_rejection,\
            unsupported_method,ignored_auth";
        // It cannot write lines of JSON; `partners` sends those. With several workers it stumbles over
        // itself.
        let args = "--phases examples,coverage,fuzzing --max-examples 15 --seed 7 --workers 1 \
            --no-shrink --max-failures 20 --warnings off --suppress-health-check all \
            --exclude-path /api/v1/messages";
        let args = args.split_whitespace();
        let args: Vec<&str> =
            ["run", &document, "--url", &address, "--header", &key, "--checks", checks]
                .into_iter()
                .chain(args)
                .collect();
        says_yes(&schemathesis, &args, &folder.path(""))
    });
    let (is_fine, words) = ran.await.expect("it ran");
    stop.cancel();
    served.await.expect("it served");
    assert!(is_fine, "{words}");
}

//! Keys of partner organisations: made in the desk, opening what their scopes say and no more.

use axum::http::Method;
use kiemtin_core::permission::Role;
use serde_json::{Value, json};

use crate::helper::people::{Answer, Browser, Desk};

/// A program with a key.
struct Program<'a> {
    desk: &'a Desk,
    secret: String,
}

impl Program<'_> {
    async fn call(&self, method: Method, path: &str, kind: &str, body: &str) -> Answer {
        let mut browser = Browser::english();
        browser.headers.push(("authorization", format!("Bearer {}", self.secret)));
        browser.send_body(self.desk, method, path, kind, body.as_bytes().to_vec()).await
    }

    async fn questions(&self) -> Answer {
        self.call(Method::GET, "/api/v1/questions", "", "").await
    }

    async fn hands_in(&self, lines: &str) -> Answer {
        self.call(Method::POST, "/api/v1/messages", "application/x-ndjson", lines).await
    }

    async fn opines(&self, opinion: &Value) -> Answer {
        let body = opinion.to_string();
        self.call(Method::POST, "/api/v1/opinions", "application/json", &body).await
    }
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|err| panic!("{err}: {}", answer.body))
}

async fn key(member: &mut Browser, desk: &Desk, scopes: &[&str]) -> String {
    let mut fields = vec![("name", "newsroom system")];
    fields.extend(scopes.iter().map(|it| ("scope", *it)));
    let page = member.post(desk, "/desk/organisation/keys", &fields).await;
    page.is(200).says("It is shown this once");
    let secret = page.body.split("<code class=\"copy\">").nth(1).expect("a secret");
    secret.split('<').next().expect("an end").to_owned()
}

/// Words a claim and takes its case.
async fn opens_case(desk: &Desk, editor: &mut Browser) -> String {
    let fields = [("claim_vi", "Cầu Long Biên sắp đóng."), ("lang", "vi"), ("topic", "city")];
    let case = editor.post(desk, "/desk/claims", &fields).await.id();
    let version = desk.version(&case).await;
    let take = format!("/desk/cases/{case}/step/take");
    editor.post(desk, &take, &[("version", &*version)]).await.location();
    case
}

async fn asks(desk: &Desk, editor: &mut Browser, case: &str, org: &str) {
    let (path, version) = (format!("/desk/cases/{case}/ask"), desk.version(case).await);
    let due = editor.get(desk, &path).await.hidden("due");
    let fields = [("version", &*version), ("question", "Is it?"), ("due", &*due), ("org", org)];
    editor.post(desk, &path, &fields).await.location();
}

#[tokio::test]
async fn a_key_is_shown_once_opens_its_scopes_and_ends() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut editor = desk.signed_in("mai", org, Role::Editor).await;
    let keys = "/desk/organisation/keys";
    editor.get(&desk, keys).await.is(200).says("There is no key yet");
    editor.post(&desk, keys, &[("name", "")]).await.is(422).says("name").says("scope");
    let secret = key(&mut editor, &desk, &["intake"]).await;
    let page = editor.get(&desk, keys).await;
    page.is(200).says("newsroom system").hides(&secret);
    let program = Program { desk: &desk, secret };
    program.hands_in("{\"text\":\"Cầu Long Biên sắp đóng\"}\n").await.is(200);
    let refused = program.questions().await;
    refused.is(403).says("scope “opinions”");
    let id = page.body.split("/desk/organisation/keys/").nth(1).expect("a form");
    let id = id.split('/').next().expect("an id");
    let ended = editor.post(&desk, &format!("{keys}/{id}/end"), &[]).await;
    assert_eq!(ended.location(), "/desk/organisation/keys?done=key-ended");
    let gone = program.hands_in("{\"text\":\"Cầu\"}\n").await;
    assert_eq!(gone.is(401).headers["www-authenticate"], "Bearer");
    for secret in ["", "kt_x", "Bearer"] {
        let stranger = Program { desk: &desk, secret: secret.to_owned() };
        stranger.questions().await.is(401);
    }
    let mut checker = desk.signed_in("lan", org, Role::Checker).await;
    checker.get(&desk, keys).await.is(403);
    // An operator lets programs hand in for any organisation, and has no say in content.
    let mut operator = desk.signed_in("minh", desk.org("city").await, Role::Operator).await;
    let form = [("name", "a"), ("scope", "opinions"), ("org", &*org.to_string())];
    operator.post(&desk, keys, &form).await.is(422).says("not yours to make");
    let form = [("name", "a"), ("scope", "intake"), ("org", &*org.to_string())];
    operator.post(&desk, keys, &form).await.is(200).says("kt_");
}

#[tokio::test]
async fn messages_come_in_masked_once_each_and_bad_lines_are_named() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut editor = desk.signed_in("mai", org, Role::Editor).await;
    let secret = key(&mut editor, &desk, &["intake"]).await;
    let program = Program { desk: &desk, secret };
    let lines = "{\"id\":\"1\",\"text\":\"Cầu Long Biên sắp đóng, gọi 0912345678\",\"author\":\"Nguyễn Văn An\"}\n\
        {\"id\":\"2\",\"text\":\"Trường học nghỉ hết tuần\"}\nno line of ours\n{\"id\":\"3\",\"text\":\"0912345678\"}\n";
    let taken = json_of(program.hands_in(lines).await.is(200));
    assert_eq!(
        (&taken["taken"], &taken["known"], &taken["refused"]),
        (&json!(2), &json!(0), &json!(2))
    );
    let named: Vec<&Value> =
        taken["problems"].as_array().expect("a list").iter().map(|it| &it["line"]).collect();
    assert!(named.contains(&&json!(3)) && named.contains(&&json!(4)), "{taken}");
    let again = json_of(program.hands_in(lines).await.is(200));
    assert_eq!((&again["taken"], &again["known"]), (&json!(0), &json!(2)), "sent twice is once");
    program.hands_in("id,text\n1,Cầu\n").await.is(422).says("one JSON object a line");
    let body = "{\"text\":\"Cầu\"}";
    let other = program.call(Method::POST, "/api/v1/messages", "application/json", body).await;
    other.is(415);
    let huge = format!("{{\"text\":\"{}\"}}\n", "x".repeat(5 << 20));
    program.hands_in(&huge).await.is(413);
}

#[tokio::test]
async fn a_program_gives_the_opinion_of_its_organisation_blind_and_once() {
    let desk = Desk::new().await;
    let (press, city) = (desk.org("press").await, desk.org("city").await);
    let mut editor = desk.signed_in("mai", press, Role::Editor).await;
    let secret = key(&mut editor, &desk, &["opinions"]).await;
    let program = Program { desk: &desk, secret };
    let mut other = desk.signed_in("lan", city, Role::Editor).await;
    let case = opens_case(&desk, &mut other).await;
    assert_eq!(json_of(program.questions().await.is(200))["items"], json!([]));
    let opinion = json!({ "case": case, "rating": "false", "text": "Cầu vẫn mở.", "interest": "" });
    program.opines(&opinion).await.is(404);
    asks(&desk, &mut other, &case, &press.to_string()).await;
    let asked = json_of(program.questions().await.is(200));
    assert_eq!(asked["items"][0]["case"], case.as_str(), "{asked}");
    let personal =
        json!({ "case": case, "rating": "false", "text": "Gọi 0912345678.", "interest": "" });
    program.opines(&personal).await.is(422).says("telephone");
    let unknown = json!({ "case": case, "rating": "false", "text": "Cầu vẫn mở.", "interest": "",
        "relies_on": ["0190b0a0-0000-7000-8000-000000000000"] });
    program.opines(&unknown).await.is(422).says("relies_on");
    program.opines(&opinion).await.is(201);
    program.opines(&opinion).await.is(422).says("opinion is in already");
    assert_eq!(json_of(program.questions().await.is(200))["items"], json!([]));
    // The other organisation knows that it is there and does not read it before its own is in.
    other.get(&desk, &format!("/desk/cases/{case}")).await.is(200).hides("Cầu vẫn mở.");
    // Once the maker's access has ended nobody answers for what the key says.
    let maker = desk.app.store.member_by_login("mai").await.expect("read").expect("there").0;
    let (now, chance) = (desk.app.now(), kiemtin::app::clock::chance());
    desk.app.store.end_member(maker.id, None, now, chance).await.expect("ended");
    program.questions().await.is(403).says("no longer may");
}

#[tokio::test]
async fn a_key_that_calls_too_often_waits() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut editor = desk.signed_in("mai", org, Role::Editor).await;
    let secret = key(&mut editor, &desk, &["opinions"]).await;
    let program = Program { desk: &desk, secret };
    for _ in 0..kiemtin::app::rates::Call::Partner.max() {
        program.questions().await.is(200);
    }
    let full = program.questions().await;
    assert_eq!(full.is(429).headers["ratelimit"], "\"partner\";r=0;t=61");
}

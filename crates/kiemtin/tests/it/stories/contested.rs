//! A contest from its form to the correction that answers it.
#![expect(clippy::unwrap_used, reason = "a story that stops is a failed test")]

use kiemtin_core::permission::Role;
use sha2::{Digest as _, Sha256};

use super::two_orgs::{DRAFT, Story, signs};
use crate::helper::people::{Answer, Browser, Desk};

const TEXT: &str = "The study that you quote never looked at garlic at all, call 0387251946.";
const FORM: &str = "/en/c/1/contest";

async fn published() -> Story {
    let mut story = Story::in_review().await;
    let case = story.case.clone();
    signs(&story.desk, &mut story.health, &case).await;
    signs(&story.desk, &mut story.press, &case).await;
    story
}

async fn sends(desk: &Desk, reader: &mut Browser, form: &str) -> Answer {
    let fields = [
        ("form", form),
        ("version", "1"),
        ("kind", "fact"),
        ("text", TEXT),
        ("url", "https://x.example/"),
    ];
    reader.post(desk, FORM, &fields).await
}

/// The hash of a document, with the salt that came beside it.
fn hash(answer: &Answer) -> String {
    let salt = hex::decode(answer.headers["kiemtin-salt"].to_str().unwrap()).unwrap();
    hex::encode(Sha256::new().chain_update(salt).chain_update(&answer.body).finalize())
}

#[tokio::test]
async fn a_contest_is_decided_by_people_who_did_not_sign_and_leads_to_a_correction() {
    let mut story = published().await;
    let lab = story.desk.org("lab").await;
    let mut outside = story.desk.signed_in("lan", lab, Role::Checker).await;
    let mut reader = Browser::english();
    reader.get(&story.desk, "/en/c/1").await.is(200).says(FORM).hides("Contested.");
    let form = reader.get(&story.desk, FORM).await.is(200).hidden("form");
    let fast = sends(&story.desk, &mut reader, &form).await;
    fast.is(422)
        .says("sent very fast")
        .says("never looked at garlic")
        .says("value=\"fact\" selected");
    story.desk.clock.advance(5_000);
    let sent = sends(&story.desk, &mut reader, &form).await;
    assert_eq!(sent.location(), "/en/contests/1?sent=dropped");
    let again = sends(&story.desk, &mut reader, &form).await;
    assert_eq!(again.location(), "/en/contests/1?sent=yes", "one form is one contest");
    assert!(reader.cookie("desk-session").is_none());
    let page = reader.get(&story.desk, sent.location()).await;
    page.is(200).says("Contest no. 1 was received").says("so it was not kept");
    page.says("Received").says("due 3 December 2026").hides("looked at garlic");
    reader.get(&story.desk, "/en/c/1").await.says("Contested.").says("/en/contests/1");
    reader.get(&story.desk, "/en/contests").await.is(200).says("Contest no. 1").hides("garlic at");

    story.health.get(&story.desk, "/desk/contests").await.is(200).says("Contest no. 1");
    let page = story.health.get(&story.desk, "/desk/contests/1").await;
    page.is(200).says("You signed this answer").says("looked at garlic").hides("0387251946");
    let seen = [("version", "1")];
    story.health.post(&story.desk, "/desk/contests/1/take", &seen).await.is(422).says("You signed");
    story.press_editor.post(&story.desk, "/desk/contests/1/take", &seen).await.is(422);
    let mine = "/desk/waiting-for-me";
    story.health.get(&story.desk, mine).await.is(200).hides("contest that you may decide");
    outside.get(&story.desk, mine).await.says("contest that you may decide");
    outside.post(&story.desk, "/desk/contests/1/take", &seen).await.location();
    let fields = [
        ("version", "2"),
        ("outcome", "uphold"),
        ("summary_en", "Another study."),
        ("public_en", ""),
    ];
    let path = "/desk/contests/1/decide";
    outside
        .post(&story.desk, path, &fields)
        .await
        .is(422)
        .says("Another study.")
        .says("public reason");
    let fields = [&fields[..3], &[("public_en", "The study was about onions.")]].concat();
    outside.post(&story.desk, path, &fields).await.location();
    outside.post(&story.desk, path, &fields).await.is(409);
    outside.get(&story.desk, "/desk/contests/1").await.says("A correction has to follow");
    let page = reader.get(&story.desk, "/en/contests/1").await;
    page.says("Upheld").says("The study was about onions.").says("Another study.").says("Org lab");
    page.says("The correction is being written").hides("looked at garlic");
    reader.get(&story.desk, "/en/c/1").await.hides("Contested.").says("Contest no. 1</a>");
    logged(&story, &mut reader).await;
    corrects(&mut story).await;
    let page = reader.get(&story.desk, "/en/contests/1").await;
    page.says("Corrected in version 2").hides("is being written");
}

/// Both entries can be checked by anybody against what is served.
async fn logged(story: &Story, reader: &mut Browser) {
    let log = story.desk.app.store.log_entries(1, 9).await.unwrap();
    for (entry, path) in log.iter().zip(["/vi/contests/1.json", "/en/contests/1/outcome.json"]) {
        let entry: serde_json::Value = serde_json::from_str(&entry.entry).unwrap();
        let served = reader.get(&story.desk, path).await;
        served.is(200).hides("looked at garlic");
        assert_eq!(entry["page_sha256"], hash(&served), "{path}");
    }
    assert_eq!(log.len(), 2);
    let page = reader.get(&story.desk, "/en/log").await;
    page.says("Outcome of a contest").says("href=\"/en/contests/1\"").says("Upheld");
}

async fn corrects(story: &mut Story) {
    story.desk.clock.advance(60_000);
    story.step("correct", &[("class", "correction")]).await;
    let draft = story.page("/draft");
    let hash = story.press_editor.get(&story.desk, &draft).await.hidden("hash");
    let more = [("class", "correction"), ("reason_en", "Another study"), ("hash", hash.as_str())];
    let mut fields = [&DRAFT[..], &more].concat();
    fields[4] = ("answer_en", "No study says so.");
    story.press_editor.post(&story.desk, &draft, &fields).await.location();
    let case = story.case.clone();
    signs(&story.desk, &mut story.health, &case).await;
    signs(&story.desk, &mut story.press, &case).await;
}

#[tokio::test]
async fn where_nobody_else_is_there_the_page_says_so_and_an_operator_never_decides() {
    let mut story = published().await;
    let office = story.desk.org("office").await;
    let mut operator = story.desk.signed_in("olga", office, Role::Operator).await;
    let form = Browser::english().get(&story.desk, FORM).await.hidden("form");
    story.desk.clock.advance(5_000);
    sends(&story.desk, &mut Browser::english(), &form).await.location();
    let seen = [("version", "1")];
    operator.get(&story.desk, "/desk/contests/1").await.is(200).says("decides no contests");
    operator.post(&story.desk, "/desk/contests/1/take", &seen).await.is(403);
    let page = story.press_editor.get(&story.desk, "/desk/contests/1").await;
    page.is(200).says("Nobody at this desk had no part");
    story.press_editor.post(&story.desk, "/desk/contests/1/take", &seen).await.location();
    let fields = [
        ("version", "2"),
        ("outcome", "reject"),
        ("summary_en", "Wrong study."),
        ("public_en", "It is right."),
    ];
    story.press_editor.post(&story.desk, "/desk/contests/1/decide", &fields).await.location();
    let page = Browser::english().get(&story.desk, "/en/contests/1").await;
    page.says("Rejected").says("Nobody at this desk had no part");
}

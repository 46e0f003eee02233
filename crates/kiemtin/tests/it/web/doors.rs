//! Passwords, links and sessions that end: nobody is locked out and nothing typed is lost.
#![expect(clippy::unwrap_used, reason = "a set-up that fails is a failed test")]

use kiemtin::app::clock::chance;
use kiemtin_core::ids::MemberId;
use kiemtin_core::permission::Role;
use kiemtin_core::time::HOUR_MS;
use kiemtin_store::members::Member;

use crate::helper::people::{Browser, Desk, PASSWORD};

const NEW: &str = "một mật khẩu khác hẳn";

#[tokio::test]
async fn a_member_changes_the_own_password_and_other_sessions_end() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut here = desk.signed_in("lan", org, Role::Checker).await;
    let mut elsewhere = Browser::english();
    let right = [("login", "lan"), ("password", PASSWORD)];
    elsewhere.post(&desk, "/desk/sign-in", &right).await.location();
    here.get(&desk, "/desk").await.says("/desk/sessions");
    here.get(&desk, "/desk/sessions").await.is(200).says("/desk/password");
    here.get(&desk, "/desk/password").await.is(200).says("Change your password");
    let form = |old| [("old", old), ("password", NEW), ("again", NEW)];
    let wrong = here.post(&desk, "/desk/password", &form("something else")).await;
    wrong.is(422).says("not your password").hides(NEW);
    here.post(&desk, "/desk/password", &form(PASSWORD)).await.location();
    here.get(&desk, "/desk?done=password").await.is(200).says("password is changed");
    assert_eq!(elsewhere.get(&desk, "/desk").await.location(), "/desk/sign-in");
    elsewhere.post(&desk, "/desk/sign-in", &right).await.is(422);
    let new = [("login", "lan"), ("password", NEW)];
    elsewhere.post(&desk, "/desk/sign-in", &new).await.location();
}

#[tokio::test]
async fn an_operator_makes_a_new_link_for_a_member_who_lost_the_password() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut operator = desk.signed_in("minh", org, Role::Operator).await;
    let mut member = desk.signed_in("lan", org, Role::Checker).await;
    let (lan, _) = desk.app.store.member_by_login("lan").await.unwrap().unwrap();
    let reset = format!("/desk/members/{}/reset", lan.id);
    member.post(&desk, &reset, &[]).await.is(403);
    operator.get(&desk, "/desk/members").await.says(&reset).says("the login is not given");
    let page = operator.post(&desk, &reset, &[]).await;
    let link = page.is(200).body.split("/desk/join/").nth(1).unwrap();
    let link = format!("/desk/join/{}", link.split('<').next().unwrap());
    let mut lost = Browser::english();
    lost.get(&desk, &link).await.is(200).says("<b>lan</b>");
    let weak = [("password", "short"), ("again", "short")];
    lost.post(&desk, &link, &weak).await.is(422).says("too short");
    let new = [("password", NEW), ("again", NEW)];
    lost.post(&desk, &link, &new).await.location();
    lost.get(&desk, "/desk").await.is(200).says("lan");
    assert_eq!(member.get(&desk, "/desk").await.location(), "/desk/sign-in");
    Browser::english().post(&desk, &link, &new).await.is(422).says("used already");
    let end = format!("/desk/members/{}/end", lan.id);
    operator.post(&desk, &end, &[]).await.location();
    operator.post(&desk, &reset, &[]).await.is(409);
}

#[tokio::test]
async fn nobody_becomes_a_member_of_another_organisation_by_a_link() {
    let desk = Desk::new().await;
    let (city, press) = (desk.org("city").await, desk.org("press").await);
    let mut operator = desk.signed_in("minh", city, Role::Operator).await;
    let lan = desk.member("lan", press, Role::Checker).await;
    let mai = desk.member("mai", city, Role::Checker).await;
    let reset = |of: &Member| format!("/desk/members/{}/reset", of.id);
    operator.get(&desk, "/desk/members").await.says(&reset(&mai)).hides(&reset(&lan));
    operator.post(&desk, &reset(&lan), &[]).await.is(422).says("your own organisation");
    operator.post(&desk, &reset(&mai), &[]).await.is(200).says("http://127.0.0.1:8080/desk/join/");
    let mut reader = desk.signed_in("thu", press, Role::Checker).await;
    let page = reader.get(&desk, "/desk/members").await;
    page.is(200).says("Link to a new password made</b> · Org city<br>").says("mai");
}

#[tokio::test]
async fn a_form_after_the_session_ended_shows_what_was_typed_and_the_way_back() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut editor = desk.signed_in("lan", org, Role::Editor).await;
    let claim = [("claim_vi", "Cầu sập đêm qua."), ("lang", "vi"), ("topic", "city")];
    let case = editor.post(&desk, "/desk/claims", &claim).await.id();
    desk.clock.advance(3 * HOUR_MS);
    let evidence = format!("/desk/cases/{case}/evidence");
    let typed = [
        ("note_en", "It says <b>nothing</b> of the kind."),
        ("url", "https://page.example/a"),
        ("publisher", "Office"),
        ("published", "2026-11-01"),
        ("password", "not this one"),
        ("version", "77771"),
        ("hash", "abcdef"),
        ("evidence", case.as_str()),
    ];
    let page = editor.post(&desk, &evidence, &typed).await;
    page.is(401)
        .says("Your session has ended")
        .says("It says &#60;b&#62;nothing")
        .says(">https://page.example/a<")
        .says(">Office<")
        .says(">2026-11-01<")
        .hides("not this")
        .hides("77771")
        .hides("abcdef")
        .hides(&format!(">{case}<"));
    let path = page.body.split("href=\"/desk/sign-in?").nth(1).unwrap();
    let path = format!("/desk/sign-in?{}", path.split('"').next().unwrap());
    let to = editor.get(&desk, &path).await.hidden("to");
    assert_eq!(to, evidence);
    assert_eq!(editor.signs_in(&desk, "lan", &to).await.location(), evidence);
    assert_eq!(editor.signs_in(&desk, "lan", "https://evil.example/").await.location(), "/desk");
}

#[tokio::test]
async fn a_login_that_nobody_can_use_is_a_wrong_password() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let id = MemberId::new(desk.app.now(), chance());
    let member = Member { id, org, login: "demo-editor".to_owned(), role: Role::Editor };
    desk.app.store.add_member(&member, "none (demo)", desk.app.now()).await.unwrap();
    let fields = [("login", "demo-editor"), ("password", "none (demo)")];
    let mut browser = Browser::english();
    browser.post(&desk, "/desk/sign-in", &fields).await.is(422).says("Login or password is wrong");
}

#[tokio::test]
async fn a_clerk_takes_a_tip_in_and_hands_the_receipt_over() {
    let desk = Desk::new().await;
    let org = desk.org("office").await;
    let mut clerk = desk.signed_in("lan", org, Role::Contributor).await;
    clerk.get(&desk, "/desk").await.says("/desk/tips/new");
    clerk.get(&desk, "/desk/tips/new").await.is(200).hides("name=\"name\"");
    let tip = [("text", "Mai cúp nước cả quận ba, gọi 0912 345 678 để hỏi"), ("seen", "phone")];
    let page = clerk.post(&desk, "/desk/tips/new", &tip).await;
    let receipt = page.is(200).body.split("class=\"copy\">").nth(1).unwrap();
    let receipt = receipt.split('<').next().unwrap().to_owned();
    clerk.get(&desk, "/desk/tips/new").await.hides(&receipt);
    let mut reader = Browser::english();
    reader.post(&desk, "/en/receipt", &[("words", &receipt)]).await.is(200).says("It is waiting");
    let empty = clerk.post(&desk, "/desk/tips/new", &[("text", "!!")]).await;
    empty.is(422).says("at least one word");
    let mut operator = desk.signed_in("minh", org, Role::Operator).await;
    operator.get(&desk, "/desk/tips/new").await.is(403);
}

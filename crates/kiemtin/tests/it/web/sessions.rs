//! Sessions seen and ended by their owner, and roles that change while one is open.
#![expect(clippy::unwrap_used, reason = "a set-up that fails is a failed test")]

use kiemtin_core::permission::Role;
use kiemtin_core::time::HOUR_MS;

use crate::helper::people::{Answer, Browser, Desk};

/// The addresses that end a session, as the page lists them.
fn ends(page: &Answer) -> Vec<String> {
    let pieces = page.body.split("action=\"/desk/sessions/").skip(1);
    let ids = pieces.filter_map(|it| it.split("/end\"").next()).filter(|it| *it != "others");
    ids.map(|it| format!("/desk/sessions/{it}/end")).collect()
}

#[tokio::test]
async fn a_member_sees_the_own_sessions_and_ends_one_or_all_others() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut here = desk.signed_in("lan", org, Role::Checker).await;
    let mut minh = desk.signed_in("minh", org, Role::Checker).await;
    let (mut there, mut third) = (Browser::english(), Browser::english());
    for browser in [&mut there, &mut third] {
        desk.clock.advance(60_000);
        browser.signs_in(&desk, "lan", "").await.location();
    }
    let page = here.get(&desk, "/desk/sessions").await;
    page.is(200).says("this browser").says("begun 24 November 2026").says("after 2 hours");
    let (own, of_third) = (here.cookie("desk-session").unwrap(), ends(&page)[0].clone());
    page.hides(own);
    assert_eq!(ends(&page).len(), 3);
    // Another member's session is not there to be ended.
    minh.post(&desk, &of_third, &[]).await.is(409);
    minh.post(&desk, "/desk/sessions/abc/end", &[]).await.is(404);
    third.get(&desk, "/desk").await.is(200);
    let ended = here.post(&desk, &of_third, &[]).await;
    here.get(&desk, ended.location()).await.says("The session is ended");
    third.get(&desk, "/desk").await.location();
    there.get(&desk, "/desk").await.is(200);
    here.post(&desk, "/desk/sessions/others/end", &[]).await.location();
    there.get(&desk, "/desk").await.location();
    minh.get(&desk, "/desk").await.is(200);
    let own = ends(&here.get(&desk, "/desk/sessions").await);
    assert_eq!(here.post(&desk, &own[0], &[]).await.location(), "/desk/sign-in");
    assert!(here.cookie("desk-session").is_none());
}

#[tokio::test]
async fn a_session_that_ended_during_a_save_keeps_the_form_and_saves_nothing() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut editor = desk.signed_in("lan", org, Role::Editor).await;
    let mut elsewhere = Browser::english();
    elsewhere.signs_in(&desk, "lan", "").await.location();
    elsewhere.post(&desk, "/desk/sessions/others/end", &[]).await.location();
    let claim = [("claim_vi", "Cầu sập đêm qua."), ("lang", "vi"), ("topic", "city")];
    let page = editor.post(&desk, "/desk/claims", &claim).await;
    page.is(401).says("Your session has ended").says("Cầu sập đêm qua.");
    assert_eq!(desk.app.store.n_claims().await.unwrap(), 0);
}

#[tokio::test]
async fn a_session_used_all_day_ends_all_the_same() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut browser = desk.signed_in("lan", org, Role::Checker).await;
    for _ in 0..11 {
        desk.clock.advance(HOUR_MS);
        browser.get(&desk, "/desk").await.is(200);
    }
    desk.clock.advance(HOUR_MS);
    browser.get(&desk, "/desk").await.location();
}

#[tokio::test]
async fn a_new_role_counts_from_the_next_request_and_nobody_gives_it_to_oneself() {
    let desk = Desk::new().await;
    let (city, press) = (desk.org("city").await, desk.org("press").await);
    let mut operator = desk.signed_in("minh", city, Role::Operator).await;
    let mut other = desk.signed_in("olga", city, Role::Operator).await;
    let mut lan = desk.signed_in("lan", press, Role::Checker).await;
    let id = async |login: &str| {
        desk.app.store.member_by_login(login).await.unwrap().unwrap().0.id.to_string()
    };
    let role = |id: &str| format!("/desk/members/{id}/role");
    let (lan_id, minh_id, olga_id) = (id("lan").await, id("minh").await, id("olga").await);
    lan.post(&desk, &role(&lan_id), &[("role", "operator")]).await.is(403);
    operator.post(&desk, &role(&minh_id), &[("role", "editor")]).await.is(422).says("own access");
    operator.post(&desk, &role(&lan_id), &[("role", "admin")]).await.is(422);
    let changed = operator.post(&desk, &role(&lan_id), &[("role", "editor")]).await;
    operator.get(&desk, changed.location()).await.says("The role is changed");
    operator.post(&desk, &role(&lan_id), &[("role", "editor")]).await.is(409);
    // The open session lacks the factor that the new role needs.
    assert_eq!(lan.get(&desk, "/desk/sign-in").await.location(), "/desk/second-factor");
    lan.sets_up_factor(&desk).await.is(200);
    lan.get(&desk, "/desk/members").await.says("lan: Checker → Editor");
    // An operator who was ended a moment ago ends nobody: one always stays.
    let end = |id: &str| format!("/desk/members/{id}/end");
    operator.post(&desk, &end(&minh_id), &[]).await.is(422).says("own access");
    operator.post(&desk, &format!("/desk/members/{minh_id}/reset"), &[]).await.is(422);
    operator.post(&desk, &role(&olga_id), &[("role", "contributor")]).await.location();
    other.post(&desk, &end(&minh_id), &[]).await.is(403);
    operator.get(&desk, "/desk").await.is(200);
}

#[tokio::test]
async fn an_organisation_has_a_page_with_its_members_by_role() {
    let desk = Desk::new().await;
    let (city, press) = (desk.org("city").await, desk.org("press").await);
    let mut lan = desk.signed_in("lan", press, Role::Checker).await;
    desk.member("mai", city, Role::Editor).await;
    let list = lan.get(&desk, "/desk/organisations").await;
    list.says(&format!("/desk/organisations/{city}"));
    let page = lan.get(&desk, &format!("/desk/organisations/{city}")).await;
    page.is(200).says("<h1>Org city</h1>").says("<td>Editor</td><td>1</td>").hides("<td>mai</td>");
    lan.get(&desk, &format!("/desk/organisations/{press}")).await.says("<td>lan</td>");
    lan.get(&desk, "/desk/organisations/x").await.is(404);
    let mut operator = desk.signed_in("minh", press, Role::Operator).await;
    operator.get(&desk, &format!("/desk/organisations/{city}")).await.says("<td>mai</td>");
}

#[tokio::test]
async fn an_operators_link_takes_the_second_factor_away_only_where_it_says_so() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut operator = desk.signed_in("minh", org, Role::Operator).await;
    let lan = desk.member("lan", org, Role::Editor).await;
    let reset = format!("/desk/members/{}/reset", lan.id);
    for (factor, leads_to) in [("", "/desk/sign-in/code"), ("too", "/desk/second-factor")] {
        let page = operator.post(&desk, &reset, &[("factor", factor)]).await;
        let link = page.is(200).body.split("/desk/join/").nth(1).unwrap();
        let link = format!("/desk/join/{}", link.split('<').next().unwrap());
        let new = "một mật khẩu khác hẳn";
        let fields = [("password", new), ("again", new), ("role", "operator")];
        let joined = Browser::english().post(&desk, &link, &fields).await;
        assert!(joined.location().starts_with(leads_to), "{}", joined.location());
        Browser::english().post(&desk, &link, &fields).await.is(422).says("used already");
    }
    let page = operator.get(&desk, "/desk/members").await;
    page.says("Link made to a new password without the second factor");
    let (lan, _) = desk.app.store.member_by_login("lan").await.unwrap().unwrap();
    assert_eq!(lan.role, Role::Editor, "a form gives no role");
}

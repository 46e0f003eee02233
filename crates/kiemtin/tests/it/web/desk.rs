//! The ways into the desk and out of it, what each role may do, and what is refused.
#![expect(clippy::unwrap_used, reason = "a set-up that fails is a failed test")]

use axum::http::Method;
use kiemtin::app::clock::chance;
use kiemtin::app::people::Token;
use kiemtin_core::permission::Role;
use kiemtin_core::time::HOUR_MS;
use kiemtin_store::members::Invitation;

use crate::helper::people::{Browser, Desk, PASSWORD};

async fn first_link(desk: &Desk) -> String {
    let token = Token::new(chance());
    let first = Invitation { org: None, role: Role::Operator };
    desk.app.store.invite(token.hash(), &first, desk.app.now()).await.unwrap();
    format!("/desk/join/{}", token.as_str())
}

#[tokio::test]
async fn the_first_link_makes_the_operator_who_invites_the_others() {
    let desk = Desk::new().await;
    let link = first_link(&desk).await;
    let mut operator = Browser::english();
    operator.get(&desk, &link).await.is(200).says("first link of a new desk");
    let fields = [
        ("org", "Sở Thông tin"),
        ("slug", "so-thong-tin"),
        ("kind", "authority"),
        ("login", "minh"),
        ("password", PASSWORD),
        ("again", PASSWORD),
        // The form cannot give more than the link does.
        ("role", "editor"),
    ];
    let joined = operator.post(&desk, &link, &fields).await;
    assert_eq!(joined.location(), "/desk/second-factor");
    operator.sets_up_factor(&desk).await.is(200).says("Your recovery codes");
    operator.get(&desk, "/desk").await.is(200).says("Operator").says("Sở Thông tin");
    operator.post(&desk, &link, &fields).await.is(422).says("used already");

    let org = [("org", "Báo Sáng"), ("slug", "bao-sang"), ("kind", "newsroom")];
    operator.post(&desk, "/desk/organisations/new", &org).await.location();
    let again = operator.post(&desk, "/desk/organisations/new", &org).await;
    again.is(422).says("short name is taken").says("Báo Sáng");
    let orgs = desk.app.store.orgs().await.unwrap();
    let press = orgs.iter().find(|it| it.slug.as_str() == "bao-sang").unwrap().id.to_string();
    let invitation = [("org", press.as_str()), ("role", "editor")];
    let page = operator.post(&desk, "/desk/members/invite", &invitation).await;
    let link = page.is(200).body.split("/desk/join/").nth(1).unwrap();
    let link = format!("/desk/join/{}", link.split('<').next().unwrap());
    operator.get(&desk, "/desk/members").await.hides("/desk/join/");

    let mut editor = Browser::english();
    editor.get(&desk, &link).await.says("Editor").says("Báo Sáng");
    let fields = [
        ("login", "lan"),
        ("password", PASSWORD),
        ("again", PASSWORD),
        ("role", "operator"),
        ("org", "x"),
    ];
    editor.post(&desk, &link, &fields).await.location();
    let (member, _) = desk.app.store.member_by_login("lan").await.unwrap().unwrap();
    assert_eq!((member.role, member.org.to_string()), (Role::Editor, press));
    editor.sets_up_factor(&desk).await.is(200);
    let members = editor.get(&desk, "/desk/members").await;
    members.is(200).says("<td>lan</td>").hides("<td>minh</td>");

    let end = format!("/desk/members/{}/end", member.id);
    editor.post(&desk, &end, &[]).await.is(403);
    operator.post(&desk, &end, &[]).await.location();
    assert_eq!(editor.get(&desk, "/desk").await.location(), "/desk/sign-in");
}

#[tokio::test]
async fn a_weak_password_or_a_bad_login_is_refused_with_the_form_kept() {
    let desk = Desk::new().await;
    let link = first_link(&desk).await;
    let mut browser = Browser::english();
    let org = [("org", "Org"), ("slug", "org"), ("kind", "civil")];
    for (login, password, again, why) in [
        ("lan", "short", "short", "too short"),
        ("lan", "password1234", "password1234", "tried first"),
        ("lan", PASSWORD, "another one entirely", "passwords differ"),
        ("Lan Anh", PASSWORD, PASSWORD, "Use 2 to 40"),
    ] {
        let account = [("login", login), ("password", password), ("again", again)];
        let answer = browser.post(&desk, &link, &[&org[..], &account].concat()).await;
        answer.is(422).says(why).says("value=\"Org\"").hides(PASSWORD);
    }
    assert!(desk.app.store.members().await.unwrap().is_empty());
}

#[tokio::test]
async fn sessions_begin_with_a_new_token_and_end() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut browser = desk.signed_in("lan", org, Role::Checker).await;
    let first = browser.cookie("desk-session").unwrap().to_owned();
    let fields = [("login", "lan"), ("password", PASSWORD)];
    let answer = browser.post(&desk, "/desk/sign-in", &fields).await;
    let cookie = &answer.cookies()[0];
    for part in ["Path=/desk", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_ne!(browser.cookie("desk-session").unwrap(), first);
    let old = Token::parse(&first).unwrap();
    assert!(desk.app.store.session(old.hash(), desk.app.now()).await.unwrap().is_none());
    browser.get(&desk, "/desk/sign-out").await.is(405);
    browser.post(&desk, "/desk/sign-out", &[]).await.location();
    assert_eq!(browser.get(&desk, "/desk").await.location(), "/desk/sign-in");

    let mut browser = desk.signed_in("minh", org, Role::Checker).await;
    desk.clock.advance(2 * HOUR_MS);
    assert_eq!(browser.get(&desk, "/desk").await.location(), "/desk/sign-in");
}

#[tokio::test]
async fn behind_tls_the_cookie_is_bound_to_the_host() {
    let desk = Desk::at("https://kiemtin.example").await;
    let org = desk.org("press").await;
    desk.member("lan", org, Role::Checker).await;
    let mut browser = Browser::english();
    let fields = [("login", "lan"), ("password", PASSWORD)];
    let cookies = browser.post(&desk, "/desk/sign-in", &fields).await.cookies();
    let session = cookies.iter().find(|it| it.starts_with("__Host-s=")).unwrap();
    assert!(session.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{session}");
    assert!(cookies.iter().all(|it| it.contains("Secure")));
}

#[tokio::test]
async fn guessing_gets_slower_and_the_owners_browser_does_not_wait() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut owner = desk.signed_in("lan", org, Role::Checker).await;
    owner.post(&desk, "/desk/sign-out", &[]).await.location();
    let mut stranger = Browser::english();
    let wrong = [("login", "lan"), ("password", "wrong wrong wrong")];
    for _ in 0..4 {
        stranger.post(&desk, "/desk/sign-in", &wrong).await.is(422).says("wrong.");
    }
    let right = [("login", "lan"), ("password", PASSWORD)];
    let early = stranger.post(&desk, "/desk/sign-in", &right).await;
    early.is(429).says("in 2 seconds");
    assert_eq!(early.headers["retry-after"], "2");
    assert_eq!(owner.post(&desk, "/desk/sign-in", &right).await.location(), "/desk");
    desk.clock.advance(2_000);
    assert_eq!(stranger.post(&desk, "/desk/sign-in", &right).await.location(), "/desk");
    let unknown = [("login", "nobody"), ("password", PASSWORD)];
    Browser::english().post(&desk, "/desk/sign-in", &unknown).await.is(422).says("wrong.");
}

#[tokio::test]
async fn a_form_from_another_site_is_refused_also_behind_a_proxy() {
    let desk = Desk::at("https://kiemtin.example").await;
    let org = desk.org("press").await;
    let mut member = desk.signed_in("lan", org, Role::Checker).await;
    let origin = |it: &str| ("origin", it.to_owned());
    let site = |it: &str| ("sec-fetch-site", it.to_owned());
    for (headers, is_let_in) in [
        (vec![origin("https://evil.example"), site("cross-site")], false),
        (vec![site("same-site"), origin("https://other.kiemtin.example")], false),
        (vec![origin("https://evil.example")], false),
        (vec![origin("null")], false),
        // The proxy hands on another Host than the one that browsers see.
        (vec![origin("https://kiemtin.example")], true),
        (vec![site("same-origin"), origin("https://kiemtin.example")], true),
    ] {
        member.headers = headers.clone();
        let answer = member.post(&desk, "/desk/lang", &[("lang", "en")]).await;
        assert_eq!(answer.status.as_u16(), if is_let_in { 303 } else { 403 }, "{headers:?}");
    }
}

#[tokio::test]
async fn reading_changes_nothing() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut editor = desk.signed_in("lan", org, Role::Editor).await;
    let (group, _) =
        desk.tip("Từ mai cấm xe máy vào trung tâm thành phố, mọi người chú ý nhé").await;
    let paths =
        ["tie", "untie", "take-back", "reject", "dismiss", "restore", "merge", "unmerge", "split"];
    for deed in paths {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            let path = format!("/desk/groups/{group}/{deed}?reason=opinion");
            editor.send(&desk, method, &path, &[]).await.is(405);
        }
    }
    let waiting = desk.app.store.group(group).await.unwrap().unwrap();
    assert!(waiting.dismissed.is_none() && waiting.claim.is_none());
    assert!(desk.app.store.events_of_group(group).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_put_aside_is_undone_with_one_click() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut checker = desk.signed_in("lan", org, Role::Checker).await;
    let (group, _) = desk.tip("Tôi thấy bộ phim mới chiếu tuần này rất dở, không đáng xem").await;
    let path = format!("/desk/groups/{group}");
    let aside = [("reason", "opinion"), ("back", "queue")];
    let done = checker.post(&desk, &format!("{path}/dismiss"), &aside).await;
    let done = done.location().to_owned();
    checker.get(&desk, &done).await.says("Put aside.").says(&format!("{path}/restore"));
    checker.get(&desk, "/desk?tab=aside").await.says("bộ phim mới chiếu");
    checker.post(&desk, &format!("{path}/restore"), &[]).await.location();
    checker.get(&desk, "/desk").await.says("bộ phim mới chiếu");
    let bad = checker.post(&desk, &format!("{path}/dismiss"), &[("reason", "criticism")]).await;
    bad.is(422).says("public reasons");
}

#[tokio::test]
async fn groups_merge_split_and_come_apart_again() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut checker = desk.signed_in("lan", org, Role::Checker).await;
    let (one, _) = desk.tip("Nước máy quận ba bị nhiễm độc từ hôm qua, đừng ai uống").await;
    let (two, _) = desk.tip("Nước máy quận ba bị nhiễm độc từ hôm qua, bà con đừng uống nhé").await;
    let path = format!("/desk/groups/{one}");
    checker.get(&desk, &path).await.says("bà con đừng uống");
    let into = two.to_string();
    let merged = checker.post(&desk, &format!("{path}/merge"), &[("into", &into)]).await;
    assert!(merged.location().starts_with(&format!("/desk/groups/{two}")));
    let page = checker.get(&desk, &format!("/desk/groups/{two}")).await;
    page.says("2 messages");
    let message = page.body.split("name=\"message\" value=\"").nth(1).unwrap();
    let message = message.split('"').next().unwrap().to_owned();
    checker.post(&desk, &format!("{path}/unmerge"), &[]).await.location();
    checker.get(&desk, &format!("/desk/groups/{two}")).await.says("1 message<");
    let split = format!("/desk/groups/{two}/split");
    checker.post(&desk, &split, &[]).await.is(422);
    checker.post(&desk, &split, &[("message", &message)]).await.is(422);
}

#[tokio::test]
async fn texts_that_differ_in_a_number_are_shown_as_neighbours() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut checker = desk.signed_in("lan", org, Role::Checker).await;
    let said = "Vỡ đập lúc nửa đêm, 350 hộ dân phải di dời vì nước lên nhanh";
    let (one, _) = desk.tip(said).await;
    let (two, _) = desk.tip(&said.replace("350", "250")).await;
    let page = checker.get(&desk, &format!("/desk/groups/{one}")).await;
    page.says("Nearly the same, kept apart").says("a number (350 ≠ 250)");
    page.says(&format!("/desk/groups/{two}"));
    let (three, _) = desk.tip("Giá xăng tăng mạnh từ ngày mai ở mọi cửa hàng").await;
    let page = checker.get(&desk, &format!("/desk/groups/{three}")).await;
    page.hides("Nearly the same, kept apart");
}

#[tokio::test]
async fn addresses_of_others_and_of_nothing_are_not_found() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut editor = desk.signed_in("lan", org, Role::Editor).await;
    let nothing = "0190b0a0-0000-7000-8000-000000000000";
    for path in ["groups/x", "cases/../../etc", "claims/1", "cases/%00"] {
        editor.get(&desk, &format!("/desk/{path}")).await.is(404);
    }
    for noun in ["groups", "cases", "claims"] {
        editor.get(&desk, &format!("/desk/{noun}/{nothing}")).await.is(404);
    }
    let tie = [("claim", nothing)];
    editor.post(&desk, &format!("/desk/groups/{nothing}/tie"), &tie).await.is(404);
    let long = "x".repeat(200_000);
    let answer = editor.post(&desk, "/desk/claims", &[("claim_vi", &long)]).await;
    answer.is(413);
    assert_eq!(
        Browser::english().get(&desk, "/desk/cases").await.location(),
        "/desk/sign-in?to=%2Fdesk%2Fcases"
    );
}

#[tokio::test]
async fn a_personal_post_is_no_evidence_and_a_number_no_claim() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut editor = desk.signed_in("lan", org, Role::Editor).await;
    let claim = |text: &'static str| {
        [("claim_vi", text), ("lang", "vi"), ("topic", "scam"), ("outlet", "zalo")]
    };
    let personal = claim("Gọi số 0912 345 678 là trúng thưởng xe máy.");
    let answer = editor.post(&desk, "/desk/claims", &personal).await;
    answer.is(422).says("personal data").says("trúng thưởng xe máy");
    let fine = claim("Gửi tin nhắn theo cú pháp là trúng thưởng xe máy.");
    let case = editor.post(&desk, "/desk/claims", &fine).await.id();
    let path = format!("/desk/cases/{case}/evidence");
    for url in ["https://www.facebook.com/someone/posts/1", "https://x.com/a/status/2"] {
        let fields =
            [("url", url), ("stance", "for"), ("publisher", "A"), ("title", "B"), ("note_vi", "C")];
        editor.post(&desk, &path, &fields).await.is(422).says("personal profile or post");
    }
    assert!(
        editor.get(&desk, &format!("/desk/cases/{case}")).await.body.contains("No evidence yet")
    );
}

#[tokio::test]
async fn the_desk_speaks_the_language_that_was_chosen() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut member = desk.signed_in("lan", org, Role::Checker).await;
    member.get(&desk, "/desk").await.says("<html lang=\"en\">").says("Nothing waits");
    member.post(&desk, "/desk/lang", &[("lang", "vi")]).await.location();
    member.get(&desk, "/desk").await.says("<html lang=\"vi\">").says("Không có gì đang chờ");
    let missing = format!("/desk/cases/{}", "x");
    member.get(&desk, &missing).await.is(404).says("Không có trang");
    member.forget("desk-lang");
    member.get(&desk, "/desk").await.says("<html lang=\"en\">");
}

#[tokio::test]
async fn every_page_has_one_heading_labels_for_its_fields_and_the_one_script() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut editor = desk.signed_in("lan", org, Role::Editor).await;
    let (group, _) =
        desk.tip("Bão số 9 sẽ vào Đà Nẵng tối nay với gió giật cấp 17, bà con chú ý").await;
    let fields =
        [("claim_vi", "Bão số 9 vào Đà Nẵng tối nay."), ("lang", "vi"), ("topic", "disaster")];
    let case = editor.post(&desk, "/desk/claims", &fields).await.id();
    let paths = [
        "/desk".to_owned(),
        format!("/desk/groups/{group}"),
        format!("/desk/claims/new?group={group}"),
        "/desk/cases".to_owned(),
        format!("/desk/cases/{case}"),
        format!("/desk/cases/{case}/ask"),
        format!("/desk/cases/{case}/evidence"),
        format!("/desk/cases/{case}/evidence/file"),
        format!("/desk/cases/{case}/merge"),
        "/desk/search?q=b%C3%A3o".to_owned(),
        "/desk/organisations".to_owned(),
        format!("/desk/organisations/{org}/remit"),
        format!("/desk/cases/{case}?place=da+nang&changed=01"),
        "/desk/members".to_owned(),
        "/desk/password".to_owned(),
        "/desk/tips/new".to_owned(),
        "/desk/bulk".to_owned(),
        "/desk?lang=vi&risk=high".to_owned(),
    ];
    for path in paths {
        let page = editor.get(&desk, &path).await;
        assert_eq!(page.body.matches("<script").count(), 1, "{path}");
        page.is(200)
            .says("<script src=\"/static/desk.js\" defer></script>")
            .hides("Unknown localization")
            .hides("style=\"");
        assert_eq!(page.body.matches("<h1").count(), 1, "{path}");
        assert_eq!(page.headers["cache-control"], "no-store");
        for field in page.body.split("<input ").skip(1).chain(page.body.split("<select ").skip(1)) {
            let field = field.split('>').next().unwrap();
            let Some(id) = field.split("id=\"").nth(1).filter(|_| !field.contains("hidden")) else {
                continue;
            };
            let id = id.split('"').next().unwrap();
            assert!(page.body.contains(&format!("for=\"{id}\"")), "{path}: no label for {id}");
        }
        let key = page.body.split(['>', '"']).find(|it| it.starts_with("d-"));
        assert_eq!(key, None, "{path}: a word is missing");
    }
}

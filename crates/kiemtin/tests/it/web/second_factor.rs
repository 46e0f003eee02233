//! The second factor: who needs one, that a code works once, and that nobody else's can be touched.
#![expect(clippy::unwrap_used, reason = "a set-up that fails is a failed test")]

use kiemtin::app::clock::chance;
use kiemtin_core::permission::Role;

use crate::helper::factor::secret_on;
use crate::helper::people::{Answer, Browser, Desk, PASSWORD};

async fn password(desk: &Desk, browser: &mut Browser, login: &str) -> Answer {
    browser.post(desk, "/desk/sign-in", &[("login", login), ("password", PASSWORD)]).await
}

async fn code(desk: &Desk, browser: &mut Browser, code: &str) -> Answer {
    browser.post(desk, "/desk/sign-in/code", &[("code", code)]).await
}

/// The recovery codes on the page that shows them once.
fn codes(page: &Answer) -> Vec<String> {
    let pieces = page.body.split("<code class=\"copy\">").skip(1);
    pieces.map(|it| it.split('<').next().unwrap().to_owned()).collect()
}

/// A member of a role that needs a factor and has none, as one who has just joined.
async fn without_factor(desk: &Desk, login: &str, role: Role) -> Browser {
    let org = desk.org(&format!("org-{login}")).await;
    let member = desk.member(login, org, Role::Checker).await;
    desk.app.store.change_role(member.id, role, None, desk.app.now(), chance()).await.unwrap();
    let mut browser = Browser::english();
    let answer = password(desk, &mut browser, login).await;
    assert_eq!(answer.location(), "/desk/second-factor");
    browser
}

#[tokio::test]
async fn an_editor_or_operator_without_a_second_factor_can_do_nothing_but_set_it_up() {
    let desk = Desk::new().await;
    for (login, role) in [("lan", Role::Editor), ("minh", Role::Operator)] {
        let mut browser = without_factor(&desk, login, role).await;
        for page in ["/desk", "/desk/cases", "/desk/members", "/desk/sessions", "/desk/password"] {
            let away = browser.get(&desk, page).await;
            assert!(away.location().starts_with("/desk/sign-in"), "{page}");
        }
        let led = browser.get(&desk, "/desk/sign-in").await;
        assert_eq!(led.location(), "/desk/second-factor");
        let org = [("org", "Báo"), ("slug", "bao"), ("kind", "newsroom")];
        browser.post(&desk, "/desk/organisations/new", &org).await.is(401);
        assert!(desk.app.store.orgs().await.unwrap().iter().all(|it| it.slug.as_str() != "bao"));
        let before = browser.cookie("desk-session").unwrap().to_owned();
        let page = browser.sets_up_factor(&desk).await;
        assert_eq!(codes(page.is(200)).len(), 8);
        assert_ne!(browser.cookie("desk-session").unwrap(), before, "another token from here on");
        browser.get(&desk, "/desk").await.is(200).says(login);
    }
}

#[tokio::test]
async fn a_demo_asks_nobody_for_a_second_factor_and_says_so() {
    let desk = Desk::demo().await;
    let org = desk.org("press").await;
    let mut editor = desk.signed_in("lan", org, Role::Editor).await;
    editor.get(&desk, "/desk/sessions").await.is(200).says("This is a demo desk");
    editor.sets_up_factor(&desk).await.is(200);
    let mut elsewhere = Browser::english();
    let answer = password(&desk, &mut elsewhere, "lan").await;
    assert_eq!(answer.location(), "/desk/sign-in/code", "a factor that is there is asked for");
}

#[tokio::test]
async fn a_code_works_once_and_the_browser_gets_another_token() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    desk.member("lan", org, Role::Editor).await;
    let (mut first, mut second) = (Browser::english(), Browser::english());
    for browser in [&mut first, &mut second] {
        let answer = password(&desk, browser, "lan").await;
        assert_eq!(answer.location(), "/desk/sign-in/code");
        assert!(browser.cookie("desk-known").is_none(), "a password alone is not the owner");
        let away = browser.get(&desk, "/desk").await;
        assert_eq!(away.location(), "/desk/sign-in");
        browser.get(&desk, "/desk/second-factor").await.location();
        browser.get(&desk, "/desk/sign-in/code").await.is(200).says("<b>lan</b>");
    }
    let half = first.cookie("desk-session").unwrap().to_owned();
    let right = desk.code(0);
    assert_eq!(code(&desk, &mut first, &right).await.location(), "/desk");
    assert_ne!(first.cookie("desk-session").unwrap(), half);
    first.get(&desk, "/desk").await.is(200);
    code(&desk, &mut second, &right).await.is(422).says("was used before");
    code(&desk, &mut second, &desk.code(-1)).await.is(422).says("was used before");
    code(&desk, &mut second, &desk.code(3)).await.is(422);
    second.get(&desk, "/desk").await.location();
    desk.clock.advance(30_000);
    assert_eq!(code(&desk, &mut second, &desk.code(0)).await.location(), "/desk");
}

#[tokio::test]
async fn a_recovery_code_works_once_in_the_place_of_the_telephone() {
    let desk = Desk::new().await;
    let mut browser = without_factor(&desk, "lan", Role::Editor).await;
    let codes = codes(&browser.sets_up_factor(&desk).await);
    let mut elsewhere = Browser::english();
    password(&desk, &mut elsewhere, "lan").await.location();
    let typed = codes[3].to_uppercase().replace('-', " ");
    assert_eq!(code(&desk, &mut elsewhere, &typed).await.location(), "/desk");
    elsewhere.get(&desk, "/desk/second-factor").await.says("7 recovery codes are left");
    elsewhere.get(&desk, "/desk/second-factor").await.hides(&codes[0]);
    let mut third = Browser::english();
    password(&desk, &mut third, "lan").await.location();
    code(&desk, &mut third, &codes[3]).await.is(422).says("was used before");
}

#[tokio::test]
async fn guessing_codes_gets_slower_and_the_owners_browser_does_not_wait() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut owner = desk.signed_in("lan", org, Role::Editor).await;
    owner.post(&desk, "/desk/sign-out", &[]).await.location();
    let mut guesser = Browser::english();
    password(&desk, &mut guesser, "lan").await.location();
    for guess in ["000000", "abcde-fghjk", "123456", ""] {
        code(&desk, &mut guesser, guess).await.is(422);
    }
    let early = code(&desk, &mut guesser, &desk.code(1)).await;
    early.is(429).says("in 2 seconds");
    // A right password in between does not begin the count anew.
    password(&desk, &mut guesser, "lan").await.location();
    code(&desk, &mut guesser, &desk.code(1)).await.is(429);
    password(&desk, &mut owner, "lan").await.location();
    assert_eq!(code(&desk, &mut owner, &desk.code(0)).await.location(), "/desk");
    desk.clock.advance(2_000);
    assert_eq!(code(&desk, &mut guesser, &desk.code(1)).await.location(), "/desk");
}

#[tokio::test]
async fn only_who_shows_the_factor_changes_it_and_only_the_own() {
    let desk = Desk::new().await;
    let mut lan = without_factor(&desk, "lan", Role::Editor).await;
    let codes = codes(&lan.sets_up_factor(&desk).await);
    // Another member's sealed secret is no secret of one's own.
    let mut minh = without_factor(&desk, "minh", Role::Editor).await;
    let page = minh.get(&desk, "/desk/second-factor").await;
    let (secret, sealed) = (secret_on(&page), page.hidden("sealed"));
    let first = secret.code(desk.app.now());
    let stolen = [("sealed", &*sealed), ("first", &*first), ("code", &*codes[0])];
    lan.post(&desk, "/desk/second-factor", &stolen).await.is(409);
    // Without showing the old one nothing changes, and a wrong new code uses no old one up.
    let page = lan.get(&desk, "/desk/second-factor").await;
    let (secret, sealed) = (secret_on(&page), page.hidden("sealed"));
    let first = secret.code(desk.app.now());
    let form = |first, code| [("sealed", &*sealed), ("first", first), ("code", code)];
    lan.post(&desk, "/desk/second-factor", &form(&first, "000000")).await.is(422);
    let wrong = lan.post(&desk, "/desk/second-factor", &form("000000", &codes[0])).await;
    assert_eq!(secret_on(wrong.is(422)), secret, "the secret on the telephone stays");
    let moved = lan.post(&desk, "/desk/second-factor", &form(&first, &codes[0])).await;
    moved.is(200).says("Your recovery codes");
    lan.post(&desk, "/desk/second-factor/codes", &[("code", &codes[1])]).await.is(422);
    lan.post(&desk, "/desk/second-factor/off", &[("code", &codes[1])]).await.is(422).says("role");
    lan.get(&desk, "/desk/members").await.says("Second factor set up");
}

#[tokio::test]
async fn a_checker_may_have_one_and_turn_it_off() {
    let desk = Desk::new().await;
    let org = desk.org("press").await;
    let mut browser = desk.signed_in("lan", org, Role::Checker).await;
    // A browser that was left open is no place to set one up.
    desk.clock.advance(20 * 60_000);
    browser.sets_up_factor(&desk).await.is(422).says("Sign out and in again");
    browser.signs_in(&desk, "lan", "").await.location();
    let codes = codes(&browser.sets_up_factor(&desk).await);
    browser.post(&desk, "/desk/second-factor/off", &[("code", "000000")]).await.is(422);
    let off = browser.post(&desk, "/desk/second-factor/off", &[("code", &codes[7])]).await;
    browser.get(&desk, off.location()).await.is(200).says("turned off");
    let mut elsewhere = Browser::english();
    assert_eq!(password(&desk, &mut elsewhere, "lan").await.location(), "/desk");
}

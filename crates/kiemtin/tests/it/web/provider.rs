//! Signing in at an OpenID Connect provider, against a certified one.
#![expect(clippy::unwrap_used, reason = "a set-up that fails is a failed test")]

use axum::http::Method;
use kiemtin::app::clock::chance;
use kiemtin::app::people::Token;
use kiemtin::app::provider::Then;
use kiemtin_core::permission::Role;
use kiemtin_store::members::Invitation;
use url::Url;

use crate::helper::oidc::{OidcProvider, goes, leads_to};
use crate::helper::people::{Answer, Browser, Desk};

/// From the desk to the provider as somebody, and back.
async fn signs_in_as(desk: &Desk, browser: &mut Browser, somebody: &str) -> Answer {
    let page = browser.post(desk, "/desk/sign-in/provider", &[]).await;
    let back = goes(&leads_to(&page), somebody);
    browser.get(desk, &back).await
}

/// Links the member of a browser to somebody at the provider.
async fn links(desk: &Desk, browser: &mut Browser, somebody: &str) -> Answer {
    let page = browser.post(desk, "/desk/provider/link", &[]).await;
    let back = goes(&leads_to(&page), somebody);
    browser.get(desk, &back).await
}

/// The address with another value in its query.
fn with(address: &str, name: &str, value: &str) -> String {
    let mut url = Url::parse("http://desk.example").unwrap().join(address).unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let pairs = pairs.iter().map(|(it, old)| (it.as_str(), if it == name { value } else { old }));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    url.set_query(Some(&query));
    format!("{}?{query}", url.path())
}

#[tokio::test]
async fn a_member_links_the_own_sign_in_and_nobody_else_comes_in() {
    let Some(node) = OidcProvider::start() else { return };
    let desk = Desk::new().await;
    desk.app.provider.set(node.provider()).unwrap();
    let org = desk.org("press").await;
    let mut lan = desk.signed_in("lan", org, Role::Checker).await;
    lan.get(&desk, "/desk/sessions").await.says("Sign-in at 127.0.0.1");
    let linked = links(&desk, &mut lan, "sub-of-lan").await;
    lan.get(&desk, linked.location()).await.is(200).says("you can sign in at the provider");
    lan.post(&desk, "/desk/sign-out", &[]).await.location();

    let mut elsewhere = Browser::english();
    elsewhere.get(&desk, "/desk/sign-in").await.says("Sign in at 127.0.0.1");
    assert_eq!(signs_in_as(&desk, &mut elsewhere, "sub-of-lan").await.location(), "/desk");
    elsewhere.get(&desk, "/desk").await.is(200).says("lan");
    let mut stranger = Browser::english();
    let refused = signs_in_as(&desk, &mut stranger, "sub-of-nobody").await;
    refused.is(422).says("Nobody at this desk has linked");
    assert!(stranger.cookie("desk-session").is_none());
    assert_eq!(desk.app.store.members().await.unwrap().len(), 1, "no self-registration");

    // The second factor is asked for here, too; an identity belongs to one member.
    let mut minh = desk.signed_in("minh", org, Role::Editor).await;
    links(&desk, &mut minh, "sub-of-lan").await.is(422).says("another member");
    links(&desk, &mut minh, "sub-of-minh").await.location();
    let mut elsewhere = Browser::english();
    let answer = signs_in_as(&desk, &mut elsewhere, "sub-of-minh").await;
    assert_eq!(answer.location(), "/desk/sign-in/code");
    elsewhere.get(&desk, "/desk").await.location();
    minh.post(&desk, "/desk/provider/unlink", &[]).await.location();
    signs_in_as(&desk, &mut Browser::english(), "sub-of-minh").await.is(422);
}

#[tokio::test]
async fn a_one_time_link_is_used_with_an_identity_in_the_place_of_a_password() {
    let Some(node) = OidcProvider::start() else { return };
    let desk = Desk::new().await;
    desk.app.provider.set(node.provider()).unwrap();
    let org = desk.org("press").await;
    let token = Token::new(chance());
    let invitation = Invitation { org: Some(org), role: Role::Checker };
    desk.app.store.invite(token.hash(), &invitation, desk.app.now()).await.unwrap();
    let link = format!("/desk/join/{}/provider", token.as_str());
    let mut browser = Browser::english();
    browser.post(&desk, &link, &[("login", "No Login")]).await.is(422).says("Use 2 to 40");
    let fields = [("login", "thu"), ("role", "operator"), ("org", "x")];
    let page = browser.post(&desk, &link, &fields).await;
    let back = goes(&leads_to(&page), "sub-of-thu");
    assert_eq!(browser.get(&desk, &back).await.location(), "/desk");
    let (thu, hash) = desk.app.store.member_by_login("thu").await.unwrap().unwrap();
    assert_eq!((thu.role, thu.org, hash.as_str()), (Role::Checker, org, "none (provider)"));
    browser.post(&desk, "/desk/provider/unlink", &[]).await.is(422).says("only way in");
    browser.post(&desk, &link, &fields).await.is(422).says("used already");
    let mut elsewhere = Browser::english();
    assert_eq!(signs_in_as(&desk, &mut elsewhere, "sub-of-thu").await.location(), "/desk");
}

#[tokio::test]
async fn an_answer_that_is_not_to_this_browsers_question_signs_nobody_in() {
    let Some(node) = OidcProvider::start() else { return };
    let desk = Desk::new().await;
    desk.app.provider.set(node.provider()).unwrap();
    let org = desk.org("press").await;
    let mut lan = desk.signed_in("lan", org, Role::Checker).await;
    links(&desk, &mut lan, "sub-of-lan").await.location();

    let mut browser = Browser::english();
    let begin = async |browser: &mut Browser| {
        leads_to(&browser.post(&desk, "/desk/sign-in/provider", &[]).await)
    };
    let not_this = "does not belong to a sign-in begun in this browser";
    // Another state; no question at all; a question that is too old.
    let back = goes(&begin(&mut browser).await, "sub-of-lan");
    let other = with(&back, "state", "another");
    browser.get(&desk, &other).await.is(422).says(not_this);
    Browser::english().get(&desk, &back).await.is(422).says(not_this);
    let mut late = browser.clone();
    desk.clock.advance(600_000);
    late.get(&desk, &back).await.is(422).says(not_this);
    // Another nonce in the token than was asked for.
    let asked = begin(&mut browser).await;
    let asked = with(asked.as_str(), "nonce", "another");
    let asked = Url::parse(&node_address(&node, &asked)).unwrap();
    let refused = browser.get(&desk, &goes(&asked, "sub-of-lan")).await;
    refused.is(422).says("did not confirm who you are");
    // An answer of another issuer, and none at all.
    let back = goes(&begin(&mut browser).await, "sub-of-lan");
    browser.get(&desk, &with(&back, "iss", "https://other.example")).await.is(422);
    browser.get(&desk, &with(&back, "code", "")).await.is(422);
    browser.send(&desk, Method::HEAD, &back, &[]).await.is(405);
    // The right one, and the same again from a browser that kept its question.
    let mut kept = browser.clone();
    assert_eq!(browser.get(&desk, &back).await.location(), "/desk");
    kept.get(&desk, &back).await.is(422).says("did not confirm who you are");
    assert!(kept.cookie("desk-session").is_none());
    // Linking comes back to the session that asked, not to whoever sits there now.
    let page = lan.post(&desk, "/desk/provider/link", &[]).await;
    let back = goes(&leads_to(&page), "sub-of-guest");
    lan.post(&desk, "/desk/sign-out", &[]).await.location();
    lan.get(&desk, &back).await.is(422).says(not_this);
}

fn node_address(node: &OidcProvider, path: &str) -> String {
    format!("{}{path}", node.issuer())
}

#[tokio::test]
async fn the_same_sub_at_another_issuer_is_somebody_else() {
    let (Some(one), Some(two)) = (OidcProvider::start(), OidcProvider::start()) else { return };
    let desk = Desk::new().await;
    let key = desk.app.folder.desk_key().unwrap().unwrap();
    let mut identities = Vec::new();
    for node in [&one, &two, &one] {
        let provider = node.provider();
        let then = Then::SignIn("/desk".to_owned());
        let (address, dance) = provider.begin(then, desk.app.now()).await.unwrap();
        let back = Url::parse("http://desk.example").unwrap().join(&goes(&address, "lan")).unwrap();
        let code = back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        identities.push(provider.finish(&dance, &code, &key, desk.app.now()).await.unwrap());
    }
    assert_ne!(identities[0], identities[1]);
    assert_eq!(identities[0], identities[2]);
}

#[test]
fn a_provider_elsewhere_is_asked_over_tls_only() {
    let config = |issuer: &str| kiemtin::config::OpenId {
        oidc_issuer: Some(Url::parse(issuer).unwrap()),
        oidc_client_id: Some("desk".to_owned()),
        oidc_client_secret_file: None,
    };
    let provider = |issuer| kiemtin::app::provider::Provider::new(&config(issuer), "https://d.vn");
    assert!(provider("https://id.example/realms/a").unwrap().is_some());
    assert!(provider("http://id.example/").unwrap_err().to_string().contains("https://"));
    assert!(provider("http://127.0.0.1:9/").is_ok());
}

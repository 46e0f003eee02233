//! Hubs: asked for, asking back, ringing; and what a forged word of one does, which is nothing.

use axum::http::Method;
use hmac::{Hmac, KeyInit as _, Mac as _};
use kiemtin::app::clock::chance;
use kiemtin_core::source::Kind;
use kiemtin_core::time::HOUR_MS;
use sha2::Sha256;

use super::Collecting;
use super::pages::rss;
use crate::helper::web::{Asked, Web, page, status};

const HOST: &str = "bao.example";

fn site(it: &Asked) -> crate::helper::web::Answer {
    match it.path.as_str() {
        "/rss" => {
            let links = format!(
                "link: <{0}/hub>; rel=\"hub\"\r\nlink: <{0}/rss>; rel=\"self\"\r\n",
                it.base()
            );
            page("text/xml", &links, rss(&it.base(), &[("a", "Tin", "Nội dung.")]).as_bytes())
        }
        "/hub" => status(202, ""),
        _ => status(404, ""),
    }
}

#[tokio::test]
async fn a_hub_is_asked_answered_and_believed_only_when_it_signs() {
    let web = Web::start(site).await;
    let all = Collecting::new(&web, &[HOST]).await;
    let id = all.add(Kind::Feed, &web.url(HOST, "/rss")).await;
    assert_eq!(all.round().await, (None, 1));
    assert_eq!(web.paths(HOST), ["/rss", "/hub"]);
    let asked = web.asked();
    assert!(asked[2].head.starts_with("POST /hub"), "{}", asked[2].head);
    let hub = all.source(id).await.hub.expect("it was asked for");
    assert_eq!((hub.topic.as_str(), hub.until), (web.url(HOST, "/rss").as_str(), None));

    let path = format!("/websub/{id}");
    let question = |mode: &str, topic: &str| {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        pairs.append_pair("hub.mode", mode).append_pair("hub.topic", topic);
        pairs.append_pair("hub.challenge", "4 <b>").append_pair("hub.lease_seconds", "3600");
        format!("{path}?{}", pairs.finish())
    };
    let other = all.desk.get(&question("subscribe", "https://other.example/")).await;
    assert_eq!(other.status, 404);
    let unwanted = all.desk.get(&question("unsubscribe", &hub.topic)).await;
    assert_eq!(unwanted.status, 404, "nobody wanted to unsubscribe");
    let answered = all.desk.get(&question("subscribe", &hub.topic)).await;
    assert_eq!((answered.status.as_u16(), answered.body.as_str()), (200, "4 <b>"));
    assert!(
        answered.headers["content-type"].to_str().unwrap_or_default().starts_with("text/plain")
    );
    let until = all.source(id).await.hub.and_then(|it| it.until);
    assert_eq!(until, Some(all.desk.app.now().plus_millis(3_600_000)));

    let next = all.source(id).await.next;
    let rings = async |signature: &str| {
        let headers = [("x-hub-signature", signature), ("content-type", "application/rss+xml")];
        all.desk.send(Method::POST, &path, &headers, "<rss>forged</rss>".to_owned()).await.status
    };
    assert_eq!(rings("sha256=00").await, 202, "a forger learns nothing");
    assert_eq!(all.source(id).await.next, next);
    let mut mac = Hmac::<Sha256>::new_from_slice(hex::encode(&hub.secret).as_bytes()).expect("key");
    mac.update(b"<rss>forged</rss>");
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    assert_eq!(rings(&signature).await, 202);
    let soon = all.desk.app.now().plus_millis(5 * 60_000);
    assert_eq!(all.source(id).await.next, soon, "no sooner than a source may be asked");
    assert!(!all.everything().await.contains("forged"));
    // The feed is asked; the hub that tells already is not asked again for a while.
    all.desk.clock.advance(6 * 60_000);
    assert_eq!(all.round().await, (None, 0));
    let n_asked = |path: &str| web.paths(HOST).iter().filter(|it| *it == path).count();
    assert_eq!((n_asked("/rss"), n_asked("/hub")), (2, 1));
    let app = &all.desk.app;
    app.store.stop_source(id, true, None, app.now(), chance()).await.expect("stopped");
    assert_eq!(rings(&signature).await, 410, "the hub may forget it");
}

#[tokio::test]
async fn a_hub_that_refuses_changes_nothing() {
    let web = Web::start(|it: &Asked| match it.path.as_str() {
        "/hub" => status(500, ""),
        _ => site(it),
    })
    .await;
    let all = Collecting::new(&web, &[HOST]).await;
    let id = all.add(Kind::Feed, &web.url(HOST, "/rss")).await;
    assert_eq!(all.round().await, (None, 1));
    let hub = all.source(id).await.hub.expect("that it was asked is kept");
    assert_eq!((hub.until, hub.asked), (None, all.desk.app.now()));
    all.desk.clock.advance(HOUR_MS);
    all.round().await;
    assert_eq!(
        web.paths(HOST).iter().filter(|it| *it == "/hub").count(),
        1,
        "not asked again at once"
    );
    assert_eq!(all.desk.get("/websub/nothing").await.status, 404);
}

#[tokio::test]
async fn a_hub_inside_the_network_is_not_asked_because_a_feed_names_it() {
    let web = Web::start(|it: &Asked| match it.path.as_str() {
        "/rss" => {
            let port = it.base().rsplit_once(':').map_or(String::new(), |it| it.1.to_owned());
            let links = format!(
                "link: <http://allowed.example:{port}/hub>; rel=\"hub\", <{}/rss>; rel=\"self\"\r\n",
                it.base()
            );
            page("text/xml", &links, rss(&it.base(), &[("a", "Tin", "Nội dung.")]).as_bytes())
        }
        _ => status(404, ""),
    })
    .await;
    // The operator made an exception for it, which a stranger's feed may not use.
    let all = Collecting::new(&web, &[HOST, "allowed.example"]).await;
    all.add(Kind::Feed, &web.url(HOST, "/rss")).await;
    assert_eq!(all.round().await, (None, 1));
    assert!(!web.asked().iter().any(|it| it.host == "allowed.example"));
}

//! A hub is told of each feed that a publication changed, once, until it has taken it.
#![expect(clippy::unwrap_used, reason = "a story that stops is a failed test")]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use axum::routing::post;
use axum::{Form, Router};
use kiemtin::fetch::{Fetcher, Guard, Setup};
use kiemtin::jobs::{self, Reach};
use kiemtin_core::lang::Localised;
use kiemtin_core::review::{Content, VersionClass};
use tokio::net::TcpListener;
use url::Url;

use crate::helper::desk::{PUBLIC_URL, TestDesk};
use crate::helper::story::{Story, content};

/// What a hub was told, and what it answers.
#[derive(Clone)]
struct Hub {
    url: Url,
    told: Arc<Mutex<Vec<String>>>,
    status: Arc<Mutex<StatusCode>>,
}

impl Hub {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hub", listener.local_addr().unwrap()).parse().unwrap();
        let hub =
            Self { url, told: Arc::default(), status: Arc::new(Mutex::new(StatusCode::ACCEPTED)) };
        let (told, status) = (hub.told.clone(), hub.status.clone());
        let take = async move |Form(form): Form<Vec<(String, String)>>| {
            assert_eq!(form[0], ("hub.mode".to_owned(), "publish".to_owned()));
            assert_eq!((form[1].0.as_str(), form.len()), ("hub.url", 2));
            told.lock().unwrap().push(form[1].1.clone());
            *status.lock().unwrap()
        };
        let router = Router::new().route("/hub", post(take));
        tokio::spawn(async move { axum::serve(listener, router).await });
        hub
    }

    /// What it was told since it was last asked, in order.
    fn told(&self) -> Vec<String> {
        let mut told = std::mem::take(&mut *self.told.lock().unwrap());
        told.sort();
        told
    }

    /// Does the jobs that are due, with a way out to this hub where the operator allowed it.
    async fn works(&self, desk: &TestDesk, is_allowed: bool) {
        let public_url: Url = PUBLIC_URL.parse().unwrap();
        let port = self.url.port().unwrap();
        let exceptions = is_allowed.then(|| format!("127.0.0.1:{port}"));
        let guard = Guard::new(&public_url, exceptions.as_slice()).unwrap();
        let setup = Setup { authorities: Some(Vec::new()), ..Setup::new(guard, public_url) };
        let reach = Reach::pages(Fetcher::new(setup).unwrap()).unwrap();
        while 0 < jobs::drain(&desk.app, &reach).await.unwrap() {}
    }
}

/// These feeds in every language and form, in order.
fn feeds(paths: &[&str]) -> Vec<String> {
    let mut all = BTreeSet::new();
    for path in paths {
        for lang in ["vi", "en"] {
            for end in ["atom", "rss", "json"] {
                all.insert(format!("{PUBLIC_URL}/{lang}/{path}.{end}"));
            }
        }
    }
    all.into_iter().collect()
}

#[tokio::test]
async fn a_hub_is_told_of_the_feeds_that_changed_and_again_if_it_failed() {
    let (desk, hub) = (TestDesk::new().await, Hub::start().await);
    desk.app.hub.set(hub.url.clone()).unwrap();
    let garlic = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    hub.works(&desk, true).await;
    let signed = ["answers", "topics/health", "o/so-y-te", "o/bao-thu"];
    assert_eq!(hub.told(), feeds(&signed));
    hub.works(&desk, true).await;
    assert_eq!(hub.told(), [""; 0], "once");

    *hub.status.lock().unwrap() = StatusCode::SERVICE_UNAVAILABLE;
    let next = Content {
        class: VersionClass::Correction,
        answer: Localised::new("Tỏi không phòng được bệnh.", "Garlic prevents no disease."),
        reason: Localised::new("Viết gọn hơn.", "Shorter."),
        ..content(&Story::garlic())
    };
    desk.cast.corrects(&desk.app, garlic, &next).await;
    hub.works(&desk, true).await;
    let all = feeds(&[&signed[..], &["corrections"]].concat());
    assert_eq!(hub.told(), all, "tried");
    *hub.status.lock().unwrap() = StatusCode::NO_CONTENT;
    desk.clock.advance(60_000);
    hub.works(&desk, true).await;
    assert_eq!(hub.told(), all, "tried again, and taken");
    desk.clock.advance(600_000);
    hub.works(&desk, true).await;
    assert_eq!(hub.told(), [""; 0]);
}

#[tokio::test]
async fn a_hub_inside_a_network_is_told_nothing_unless_the_operator_allowed_it() {
    let (desk, hub) = (TestDesk::new().await, Hub::start().await);
    desk.app.hub.set(hub.url.clone()).unwrap();
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    hub.works(&desk, false).await;
    assert_eq!(hub.told(), [""; 0]);
    assert!(0 < desk.app.store.job_counts().await.unwrap().waiting, "they wait");
}

#[tokio::test]
async fn without_a_hub_nothing_waits() {
    let (desk, hub) = (TestDesk::new().await, Hub::start().await);
    desk.cast.publishes(&desk.app, &Story::garlic()).await;
    hub.works(&desk, true).await;
    assert_eq!(hub.told(), [""; 0]);
    assert_eq!(desk.app.store.job_counts().await.unwrap().waiting, 0);
}

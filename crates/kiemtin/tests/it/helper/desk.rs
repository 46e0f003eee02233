//! A desk in a folder of its own, with a clock that stands and a router that is called directly.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use kiemtin::app::App;
use kiemtin::app::clock::{FixedClock, chance};
use kiemtin::config::Place;
use kiemtin::site;
use kiemtin_core::facts::Facts;
use kiemtin_core::ids::{GroupId, MessageId};
use kiemtin_core::text::normalise::normalise;
use kiemtin_core::time::Timestamp;
use kiemtin_store::groups::{Into, NewGroup, Sorted};
use kiemtin_store::messages::{SORT_MESSAGES, Unsorted};
use tower::ServiceExt as _;

use super::reply::Reply;
use super::story::Cast;

/// The address that readers of a test desk see.
pub(crate) const PUBLIC_URL: &str = "https://desk.example";
/// When every test desk begins.
pub(crate) const BEGINS: &str = "2026-11-24T09:30:00+07:00";

/// A desk to test with.
#[derive(Debug)]
pub(crate) struct TestDesk {
    pub(crate) app: Arc<App>,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) cast: Cast,
    router: Router,
    _folder: TempFolder,
}

impl TestDesk {
    /// A new desk with three organisations, such as `demo` makes: its captures need no network.
    pub(crate) async fn new() -> Self {
        let folder = TempFolder::new();
        let clock = Arc::new(FixedClock::at(Timestamp::parse(BEGINS).expect("valid")));
        let place = Place { data: folder.0.clone(), database: None, model: None };
        let app = App::open(&place, PUBLIC_URL, clock.clone(), true).await;
        let app = app.expect("a new desk opens");
        let cast = Cast::of(&app).await;
        let router = site::router(app.clone());
        Self { app, clock, cast, router, _folder: folder }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.get_with(path, &[]).await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send(Method::GET, path, headers, String::new()).await
    }

    /// Sends a form as a browser does.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        self.post_with(path, form, &[]).await
    }

    pub(crate) async fn post_with(
        &self,
        path: &str,
        form: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Reply {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let kind = ("content-type", "application/x-www-form-urlencoded");
        self.send(Method::POST, path, &[&[kind], headers].concat(), body).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::HOST, "desk.example");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).expect("a valid request");
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        Reply::read(path, response).await
    }
}

impl TestDesk {
    /// Sorts what came in, as a worker does: equal texts are one group. Returns the groups.
    pub(crate) async fn sorts(&self) -> Vec<GroupId> {
        let store = &self.app.store;
        let mut groups: BTreeMap<u64, GroupId> = BTreeMap::new();
        while let Some(job) = store.lease_job(self.app.now()).await.expect("a job") {
            if job.name != SORT_MESSAGES {
                continue;
            }
            let ids: Vec<MessageId> = serde_json::from_str(&job.payload).expect("ids");
            let mut sorted = Sorted::default();
            for message in store.unsorted(&ids).await.expect("messages") {
                let known = groups.get(&message.exact_hash).copied();
                let into = known.map_or(Into::New(sorted.groups.len()), Into::Known);
                sorted.messages.push((message.id, into));
                if known.is_none() {
                    let group = self.group_of(&message);
                    groups.insert(message.exact_hash, group.id);
                    sorted.groups.push(group);
                }
            }
            let done =
                store.sort(std::slice::from_ref(&job), &sorted, self.app.now(), chance()).await;
            assert!(done.is_ok(), "{done:?}");
        }
        groups.into_values().collect()
    }

    fn group_of(&self, message: &Unsorted) -> NewGroup {
        let Unsorted { exact_hash, sketch, lang, .. } = message.clone();
        let id = GroupId::new(self.app.now(), chance());
        let facts = Facts::of(&normalise(&message.text), lang).to_bytes();
        NewGroup { id, exact_hash, sketch, facts, lang, matches: Vec::new(), tie: None }
    }
}

/// A text as it stands in an address.
pub(crate) fn query(path: &str, name: &str, value: &str) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    format!("{path}?{}", pairs.append_pair(name, value).finish())
}

/// A folder that goes with its owner.
#[derive(Debug)]
pub(crate) struct TempFolder(PathBuf);

impl TempFolder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("kiemtin-test-{}-{n}", std::process::id());
        let path = std::env::temp_dir().join(name);
        drop(std::fs::remove_dir_all(&path)); // Left by a process of the same number, if at all.
        Self(path)
    }

    /// A path in it, or its own.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        if name.is_empty() { self.0.clone() } else { self.0.join(name) }
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0)); // A folder left behind fails no test.
    }
}

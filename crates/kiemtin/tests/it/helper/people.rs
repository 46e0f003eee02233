//! A desk in a folder of its own, and people who use it through its forms.
//!
//! Only set-up touches the store: accounts, and the jobs that another part of the program does.
#![expect(clippy::unwrap_used, reason = "a set-up that fails is a failed test")]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use kiemtin::app::App;
use kiemtin::app::clock::{FixedClock, chance};
use kiemtin::config::Place;
use kiemtin::fetch::{Fetcher, Guard, Setup};
use kiemtin::jobs::{self, Reach};
use kiemtin::log::witness::Witnesses;
use kiemtin_core::case::Capture;
use kiemtin_core::facts::Facts;
use kiemtin_core::fingerprint;
use kiemtin_core::ids::{CaseId, ClaimId, EvidenceId, GroupId, MemberId, MessageId, OrgId};
use kiemtin_core::message::RawMessage;
use kiemtin_core::organisation::{OrgKind, OrgSlug};
use kiemtin_core::permission::Role;
use kiemtin_core::receipt::Receipt;
use kiemtin_core::second_factor::is_required;
use kiemtin_core::text::normalise::normalise;
use kiemtin_core::time::Timestamp;
use kiemtin_store::evidence::{Blob, CAPTURE_EVIDENCE, Kept};
use kiemtin_store::groups::{ANSWER_RECEIPTS, Into, NewGroup, NewMatch, Sorted};
use kiemtin_store::log::SIGN_LOG;
use kiemtin_store::members::Member;
use kiemtin_store::messages::SORT_MESSAGES;
use kiemtin_store::organisations::Org;
use kiemtin_store::reviews::PING_HUB;
use tower::ServiceExt as _;
use url::{Url, form_urlencoded};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "con ngựa đi qua cầu";
/// When every story begins.
const NOON: &str = "2026-11-24T12:00:00+07:00";

/// A desk.
pub(crate) struct Desk {
    pub(crate) app: Arc<App>,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) router: Router,
    folder: PathBuf,
}

impl Drop for Desk {
    fn drop(&mut self) {
        // A folder that stays behind costs space in the place for temporary files, no more.
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// A browser: what it was given to keep, and where it says that it is.
#[derive(Clone, Default)]
pub(crate) struct Browser {
    cookies: Vec<(String, String)>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Desk {
    /// An empty desk, served at this address.
    pub(crate) async fn at(public_url: &str) -> Self {
        Self::made(public_url, false).await
    }

    /// An empty desk such as `demo` makes: its captures need no network.
    pub(crate) async fn demo() -> Self {
        Self::made("http://127.0.0.1:8080", true).await
    }

    async fn made(public_url: &str, demo: bool) -> Self {
        static N: AtomicU32 = AtomicU32::new(0);
        let n = N.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("kiemtin-desk-{}-{n}", std::process::id()));
        let place = Place { data: folder.clone(), database: None, model: None };
        let clock = Arc::new(FixedClock::at(Timestamp::parse(NOON).unwrap()));
        let app = App::open(&place, public_url, clock.clone(), demo).await.unwrap();
        Self { router: kiemtin::site::router(app.clone()), app, clock, folder }
    }

    /// An empty desk on this machine.
    pub(crate) async fn new() -> Self {
        Self::at("http://127.0.0.1:8080").await
    }

    /// Adds an organisation.
    pub(crate) async fn org(&self, slug: &str) -> OrgId {
        let id = OrgId::new(self.app.now(), chance());
        let (name, kind) = (format!("Org {slug}"), OrgKind::Civil);
        let slug = OrgSlug::parse(slug).unwrap();
        self.app
            .store
            .add_org(&Org { id, slug, name, kind, parent: None }, self.app.now())
            .await
            .unwrap();
        id
    }

    /// Adds a member; one whose role needs a second factor has it.
    pub(crate) async fn member(&self, login: &str, org: OrgId, role: Role) -> Member {
        let id = MemberId::new(self.app.now(), chance());
        let member = Member { id, org, login: login.to_owned(), role };
        let hash = self.app.sign_ins.hash(PASSWORD.to_owned()).await.unwrap();
        self.app.store.add_member(&member, &hash, self.app.now()).await.unwrap();
        if is_required(role) && !self.app.desk.demo {
            self.gives_factor(&member).await;
        }
        member
    }

    /// Adds a member who signs in with a browser of their own.
    pub(crate) async fn signed_in(&self, login: &str, org: OrgId, role: Role) -> Browser {
        self.member(login, org, role).await;
        let mut browser = Browser::english();
        let answer = browser.signs_in(self, login, "").await;
        assert_eq!(answer.location(), "/desk", "{}", answer.body);
        browser
    }

    /// Sends a tip and sorts it: the group, and the receipt.
    pub(crate) async fn tip(&self, text: &str) -> (GroupId, Receipt) {
        let raw = RawMessage { text: text.to_owned(), ..RawMessage::default() };
        let receipt = self.app.take_tip(raw).await.unwrap();
        (self.sort().await, receipt)
    }

    /// Does the next job of sorting as the worker does: a group of its own for each message.
    async fn sort(&self) -> GroupId {
        let store = &self.app.store;
        let job = store.lease_job(self.app.now()).await.unwrap().unwrap();
        assert_eq!(job.name, SORT_MESSAGES);
        let ids: Vec<MessageId> = serde_json::from_str(&job.payload).unwrap();
        let message = store.unsorted(&ids).await.unwrap().pop().unwrap();
        let found = self.app.find(&message.text, Some(message.lang), 5).await.unwrap();
        let new_match = |it: &kiemtin_core::matching::Match| NewMatch {
            claim: it.claim,
            probability: f64::from(it.probability),
            decision: "suggest",
            reasons: "[]".to_owned(),
            vetoed: false,
        };
        let print = fingerprint::of(&message.text);
        let new = NewGroup {
            id: GroupId::new(self.app.now(), chance()),
            exact_hash: print.exact,
            sketch: print.sketch.to_bytes().to_vec(),
            facts: Facts::of(&normalise(&message.text), message.lang).to_bytes(),
            lang: message.lang,
            matches: found.iter().map(new_match).collect(),
            tie: None,
        };
        let group = new.id;
        let messages = vec![(message.id, Into::New(0))];
        let sorted = Sorted { groups: vec![new], messages, ..Sorted::default() };
        store.sort(std::slice::from_ref(&job), &sorted, self.app.now(), chance()).await.unwrap();
        group
    }

    /// Does the jobs that are due, as the worker does; nothing is fetched.
    pub(crate) async fn works(&self) {
        let url = Url::parse("http://desk.example/").unwrap();
        let guard = Guard::new(&url, &[]).unwrap();
        let reach = Reach::pages(Fetcher::new(Setup::new(guard, url)).unwrap()).unwrap();
        while 0 < jobs::drain(&self.app, &reach).await.unwrap() {}
    }

    /// Does the next capture: keeps a page as the fetch would.
    pub(crate) async fn capture(&self) {
        let store = &self.app.store;
        let job = self.job(CAPTURE_EVIDENCE).await;
        let id: EvidenceId = serde_json::from_str(&job.payload).unwrap();
        let bytes = format!("<title>{id}</title>").into_bytes();
        let sha256 = self.app.folder.keep_blob(&bytes).unwrap();
        let blob = Blob { sha256: sha256.clone(), bytes, media_type: "text/html".to_owned() };
        let url = "https://page.example/".to_owned();
        let host = "page.example".to_owned();
        let kept = Kept { blob, url, host, validator: None, text_sha256: None, stamp: false };
        let capture = Capture::Archived { sha256 };
        let (now, chance) = (self.app.now(), chance());
        store.end_capture(&job, id, &capture, Some(&kept), now, chance).await.unwrap();
    }

    /// Puts answers behind receipts, as the worker does.
    pub(crate) async fn answer_receipts(&self) -> u64 {
        let job = self.job(ANSWER_RECEIPTS).await;
        let claim: ClaimId = serde_json::from_str(&job.payload).unwrap();
        self.app.store.answer_receipts(&job, claim).await.unwrap()
    }

    /// The next job of this name; the log is signed and receipts are answered on the way.
    async fn job(&self, name: &str) -> kiemtin_store::jobs::Leased {
        loop {
            let job = self.app.store.lease_job(self.app.now()).await.unwrap();
            let job = job.unwrap_or_else(|| panic!("no job {name} waits"));
            if job.name == name {
                return job;
            }
            if job.name == SIGN_LOG {
                let witnesses = Witnesses::new(Vec::new()).unwrap();
                self.app.sign_log(&witnesses, &job).await.unwrap();
                continue;
            }
            if job.name == PING_HUB {
                continue; // Nobody is told; the lease runs out.
            }
            assert_eq!(job.name, ANSWER_RECEIPTS);
            let claim: ClaimId = serde_json::from_str(&job.payload).unwrap();
            self.app.store.answer_receipts(&job, claim).await.unwrap();
        }
    }

    /// The version of a case, as its page has it in its forms.
    pub(crate) async fn version(&self, case: &str) -> String {
        let case = self.app.store.case(CaseId::parse(case).unwrap()).await.unwrap().unwrap();
        case.version.to_string()
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 4 * 1024 * 1024).await.unwrap();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

impl Browser {
    /// One that asks for English.
    pub(crate) fn english() -> Self {
        let headers = vec![("accept-language", "en".to_owned())];
        Self { cookies: Vec::new(), headers }
    }

    /// Reads a page.
    pub(crate) async fn get(&mut self, desk: &Desk, path: &str) -> Answer {
        self.send(desk, Method::GET, path, &[]).await
    }

    /// Sends a form.
    pub(crate) async fn post(
        &mut self,
        desk: &Desk,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        self.send(desk, Method::POST, path, fields).await
    }

    /// Any request; keeps the cookies that come back.
    pub(crate) async fn send(
        &mut self,
        desk: &Desk,
        method: Method,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let kind = "application/x-www-form-urlencoded";
        self.send_body(desk, method, path, kind, form.finish().into()).await
    }

    /// Sends a form with a picture in it, as browsers send files.
    pub(crate) async fn send_file(
        &mut self,
        desk: &Desk,
        path: &str,
        fields: &[(&str, &str)],
        picture: &[u8],
    ) -> Answer {
        self.send_named_file(desk, path, fields, ("../../a.png", picture)).await
    }

    /// The same with the name of the file, which is empty where none was chosen.
    pub(crate) async fn send_named_file(
        &mut self,
        desk: &Desk,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &[u8]),
    ) -> Answer {
        self.send_file_as(desk, path, fields, "picture", file).await
    }

    /// The same with the name of the field.
    pub(crate) async fn send_file_as(
        &mut self,
        desk: &Desk,
        path: &str,
        fields: &[(&str, &str)],
        field: &str,
        (name, picture): (&str, &[u8]),
    ) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend([head.as_bytes(), value.as_bytes(), b"\r\n"].concat());
        }
        let head = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"{field}\"; \
            filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n"
        );
        body.extend([head.as_bytes(), picture, b"\r\n--edge--\r\n"].concat());
        self.send_body(desk, Method::POST, path, "multipart/form-data; boundary=edge", body).await
    }

    /// Saves what is at an address: its headers and bytes.
    pub(crate) async fn download(&mut self, desk: &Desk, path: &str) -> (HeaderMap, Vec<u8>) {
        let cookies: Vec<_> = self.cookies.iter().map(|(a, b)| format!("{a}={b}")).collect();
        let request = Request::builder().uri(path).header(header::HOST, "127.0.0.1:8080");
        let request = request.header(header::COOKIE, cookies.join("; ")).body(Body::empty());
        let response = desk.router.clone().oneshot(request.unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let (parts, body) = response.into_parts();
        (parts.headers, to_bytes(body, usize::MAX).await.unwrap().to_vec())
    }

    /// Sends any body.
    pub(crate) async fn send_body(
        &mut self,
        desk: &Desk,
        method: Method,
        path: &str,
        kind: &str,
        body: Vec<u8>,
    ) -> Answer {
        let cookies: Vec<_> = self.cookies.iter().map(|(a, b)| format!("{a}={b}")).collect();
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::HOST, "127.0.0.1:8080").header(header::CONTENT_TYPE, kind);
        request = request.header(header::COOKIE, cookies.join("; "));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let answer = desk.send(request.body(Body::from(body)).unwrap()).await;
        for cookie in answer.cookies() {
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.retain(|(it, _)| it != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// Forgets a cookie.
    pub(crate) fn forget(&mut self, name: &str) {
        self.cookies.retain(|(it, _)| it != name);
    }
}

impl Answer {
    /// The cookies that it sets, with their attributes.
    pub(crate) fn cookies(&self) -> Vec<String> {
        let all = self.headers.get_all(header::SET_COOKIE).iter();
        all.map(|it| it.to_str().unwrap().to_owned()).collect()
    }

    /// Where it leads: every form ends in `303`.
    #[track_caller]
    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.headers[header::LOCATION].to_str().unwrap()
    }

    /// The id in the address where it leads.
    #[track_caller]
    pub(crate) fn id(&self) -> String {
        let path = self.location().split('?').next().unwrap();
        path.rsplit('/').next().unwrap().to_owned()
    }

    /// Its page holds these words.
    #[track_caller]
    pub(crate) fn says(&self, words: &str) -> &Self {
        assert!(self.body.contains(words), "no “{words}” in: {}", self.body);
        self
    }

    /// Its page does not hold these words.
    #[track_caller]
    pub(crate) fn hides(&self, words: &str) -> &Self {
        assert!(!self.body.contains(words), "“{words}” in: {}", self.body);
        self
    }

    /// It has this status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// The value of the first hidden field of this name.
    #[track_caller]
    pub(crate) fn hidden(&self, name: &str) -> String {
        let start = self.body.split(&format!("name=\"{name}\" value=\"")).nth(1);
        let start = start.unwrap_or_else(|| panic!("no hidden field {name} in: {}", self.body));
        start.split('"').next().unwrap().to_owned()
    }
}

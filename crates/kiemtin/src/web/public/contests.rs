//! What became of contests: the list, the page of each, and the documents whose hashes are in the
//! log. What was sent is nowhere here; the public reads the deciders' one sentence about it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use kiemtin_core::lang::Lang;
use kiemtin_core::review::{Salt, VersionClass};
use kiemtin_core::time::Timestamp;
use kiemtin_store::contests::{Contest, Which};
use kiemtin_store::reviews::Version;
use serde::Deserialize;

use super::version::SALT;
use super::{number, page_number};
use crate::app::App;
use crate::locale;
use crate::web::failure::{Answer, Failure};
use crate::web::page::{Page, Reader, html};

/// Contests on one page of the list.
const PER_PAGE: i64 = 20;

/// A contest as it stands in a list.
#[derive(Clone, Debug)]
pub(in crate::web) struct Line {
    pub(in crate::web) number: i64,
    /// The public number of the claim, and the version that is contested.
    pub(in crate::web) claim: i64,
    pub(in crate::web) version: i64,
    pub(in crate::web) kind: String,
    pub(in crate::web) state: &'static str,
    pub(in crate::web) state_words: String,
    pub(in crate::web) received: String,
    pub(in crate::web) due: String,
    pub(in crate::web) decided: Option<String>,
    pub(in crate::web) is_open: bool,
    /// Whether the desk should have answered by now.
    pub(in crate::web) is_late: bool,
}

impl Line {
    /// As a reader of this language sees it at this time.
    pub(in crate::web) fn new(lang: Lang, it: &Contest, now: Timestamp) -> Self {
        let received = Timestamp::parse(&it.received.received);
        Self {
            number: it.number,
            claim: it.received.claim,
            version: it.received.version,
            kind: locale::text(lang, &format!("contest-kind-{}", it.received.kind.code())),
            state: it.state.code(),
            state_words: locale::text(lang, &format!("contest-state-{}", it.state.code())),
            received: received.map(|it| it.date(lang)).unwrap_or_default(),
            due: it.due.date(lang),
            decided: it.decided_at.map(|it| it.date(lang)),
            is_open: it.state.is_open(),
            is_late: it.state.is_open() && it.due < now,
        }
    }
}

/// The version that answered a contest that was upheld: the first one after the decision that is
/// more than a typo.
pub(in crate::web) fn answered_by(it: &Contest, versions: &[Version]) -> Option<i64> {
    let decided = it.decided_at.filter(|_| it.state.asks_for_correction())?;
    let later = versions.iter().filter(|version| {
        let document = &version.document;
        let published = Timestamp::parse(&document.published);
        it.received.version < document.version
            && document.content.class != VersionClass::Typo
            // Documents tell the time to the second.
            && published.is_some_and(|at| decided.millis() / 1_000 <= at.millis() / 1_000)
    });
    later.map(|it| it.document.version).min()
}

#[derive(Template)]
#[template(path = "public/contests.html")]
struct List {
    page: Page,
    lines: Vec<Line>,
    at: i64,
    has_more: bool,
}

#[derive(Template)]
#[template(path = "public/contest_page.html")]
struct ContestPage {
    page: Page,
    line: Line,
    contest: Contest,
    answered_by: Option<i64>,
    /// Whether it was just sent: the page then says to keep the number.
    is_new: bool,
    /// Whether an address came along that was dropped.
    dropped: bool,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    page: Option<String>,
}

/// `GET /{lang}/contests?page=`
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Query(wanted): Query<Wanted>,
) -> Answer<Response> {
    let at = page_number(wanted.page.as_deref());
    let mut found = app.store.contests(Which::All, (at - 1) * PER_PAGE, PER_PAGE + 1).await?;
    if found.is_empty() && 1 < at {
        return Err(Failure::Missing(lang));
    }
    let has_more = PER_PAGE < found.len() as i64;
    found.truncate(PER_PAGE as usize);
    let page = Page::new(&app, lang, locale::text(lang, "contests-title"), "/contests").at(at);
    let lines = found.iter().map(|it| Line::new(lang, it, app.now())).collect();
    html(&List { page, lines, at, has_more })
}

#[derive(Deserialize)]
pub(super) struct Sent {
    sent: Option<String>,
}

/// `GET /{lang}/contests/{number}` and the same with `.json` behind it.
pub(super) async fn one(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Path((_, text)): Path<(String, String)>,
    Query(Sent { sent }): Query<Sent>,
) -> Answer<Response> {
    if let Some(text) = text.strip_suffix(".json") {
        let contest = found(&app, lang, text).await?;
        return Ok(document(contest.salt, contest.received.canonical()));
    }
    let contest = found(&app, lang, &text).await?;
    let versions = app.store.versions(contest.claim).await?;
    let title =
        locale::text_with(lang, "contest-number", &[("n", contest.number.to_string().into())]);
    let page = Page::new(&app, lang, title, format!("/contests/{}", contest.number));
    html(&ContestPage {
        line: Line::new(lang, &contest, app.now()),
        answered_by: answered_by(&contest, &versions),
        is_new: matches!(sent.as_deref(), Some("yes" | "dropped")),
        dropped: sent.as_deref() == Some("dropped"),
        page,
        contest,
    })
}

/// `GET /{lang}/contests/{number}/outcome.json`
pub(super) async fn outcome(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Path((_, text)): Path<(String, String)>,
) -> Answer<Response> {
    let contest = found(&app, lang, &text).await?;
    let decided = contest.decided.ok_or(Failure::Missing(lang))?;
    Ok(document(contest.salt, decided.canonical()))
}

async fn found(app: &App, lang: Lang, text: &str) -> Answer<Contest> {
    let number = number(text).ok_or(Failure::Missing(lang))?;
    app.store.contest(number).await?.ok_or(Failure::Missing(lang))
}

/// The bytes whose salted hash is in the log, with the salt in a header.
pub(super) fn document(salt: Salt, canonical: String) -> Response {
    let kind = (header::CONTENT_TYPE, "application/json".to_owned());
    ([kind, (SALT, hex::encode(salt.0))], canonical).into_response()
}

//! The public log: what it is, its newest entries, and all of them as plain lines.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use kiemtin_core::ids::ClaimId;
use kiemtin_core::lang::Lang;
use kiemtin_core::log_entry::EntryFields;
use kiemtin_core::policy::Policy;
use kiemtin_core::rating::Rating;
use kiemtin_store::log::{Leaf, Signed};
use serde::Deserialize;

use crate::app::App;
use crate::locale;
use crate::web::failure::{Answer, Failure};
use crate::web::page::{Page, Reader, html};
use crate::web::policies::title;

/// Entries shown on the page.
const NEWEST_MAX: i64 = 30;
/// Lines in one answer to a program; it asks for the rest with `from`.
const LINES_MAX: i64 = 1_000;

#[derive(Template)]
#[template(path = "public/log.html")]
struct Log {
    page: Page,
    n_entries: i64,
    lines: Vec<Line>,
    signed: Option<Head>,
}

/// The newest checkpoint as readers see it.
struct Head {
    what: String,
    vkey: String,
    witnesses: String,
}

/// One entry as readers see it.
struct Line {
    idx: i64,
    kind: String,
    /// Where it leads, and what that is.
    link: Option<(String, String)>,
    verdict: String,
    orgs: String,
    minute: String,
}

/// `GET /{lang}/log`
pub(super) async fn log(State(app): State<Arc<App>>, Reader(lang): Reader) -> Answer<Response> {
    let page = Page::new(&app, lang, locale::text(lang, "log-title"), "/log");
    let n_entries = app.store.n_log_entries().await?;
    let from = (n_entries - NEWEST_MAX).max(0);
    let mut lines = Vec::new();
    for leaf in app.store.log_entries(from, NEWEST_MAX).await?.iter().rev() {
        lines.push(line(&app, &page, leaf).await?);
    }
    let signed = app.store.signed_log().await?.filter(|it| !it.note.is_empty());
    let signed = signed.map(|it| head(&page, it));
    html(&Log { page, n_entries, lines, signed })
}

fn head(page: &Page, Signed { vkey, size, root: _, note, at, held: _ }: Signed) -> Head {
    // The first line is the log's own; the names of the others stand between dash and signature.
    let names = note.lines().filter_map(|it| it.strip_prefix("— ")?.split(' ').next()).skip(1);
    let witnesses = names.collect::<Vec<_>>().join(", ");
    let size = page.number(i64::try_from(size).unwrap_or(i64::MAX));
    let values = [("n", size.into()), ("at", page.minute_of(&at.rfc3339()).into())];
    let what = locale::text_with(page.lang, "log-signed-size", &values);
    Head { what, vkey, witnesses }
}

async fn line(app: &App, page: &Page, leaf: &Leaf) -> Answer<Line> {
    let entry = EntryFields::parse(&leaf.entry).map_err(anyhow::Error::from)?;
    let EntryFields { id, kind, orgs, rev, t, verdict } = entry;
    let verdict = verdict.unwrap_or_default();
    let verdict = match Rating::from_code(&verdict) {
        Some(rating) => rating.words(page.lang).to_owned(),
        None if verdict.is_empty() => verdict,
        None => page.t(format!("contest-state-{verdict}")),
    };
    Ok(Line {
        idx: leaf.idx,
        kind: page.t(format!("log-kind-{kind}")),
        link: link(app, page, &kind, &id, rev).await?,
        verdict,
        orgs: orgs.join(", "),
        minute: page.minute_of(&t),
    })
}

/// The page of what an entry is about: a version, a contest, a policy page.
async fn link(
    app: &App,
    page: &Page,
    kind: &str,
    id: &str,
    rev: i64,
) -> Answer<Option<(String, String)>> {
    let (lang, n) = (page.lang, page.number(rev));
    if let Some(policy) = Policy::from_name(id) {
        let words = format!("{}, {}", title(lang, policy), page.t1("version-link", "n", n));
        return Ok(Some((format!("/{lang}/policy/{id}/v/{rev}"), words)));
    }
    if kind.starts_with("contest") {
        return Ok(Some((format!("/{lang}/contests/{rev}"), page.t1("contest-number", "n", n))));
    }
    let Ok(claim) = ClaimId::parse(id) else { return Ok(None) };
    let Some(number) = app.store.claim(claim).await?.and_then(|it| it.number) else {
        return Ok(None);
    };
    let words =
        [page.t1("log-claim-link", "n", page.number(number)), page.t1("version-link", "n", n)];
    Ok(Some((format!("/{lang}/c/{number}/v/{rev}"), words.join(", "))))
}

#[derive(Deserialize)]
pub(super) struct From {
    #[serde(default)]
    from: Option<String>,
}

/// `GET /log/entries?from=N`: canonical entries from the N-th on, one a line.
pub(super) async fn entries(
    State(app): State<Arc<App>>,
    Query(wanted): Query<From>,
) -> Answer<Response> {
    let from = wanted.from.as_deref().unwrap_or("0").parse::<i64>();
    let from = from.ok().filter(|it| 0 <= *it).ok_or_else(bad_from)?;
    let found = app.store.log_entries(from, LINES_MAX).await?;
    let lines: String = found.iter().map(|it| format!("{}\n", it.entry)).collect();
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], lines).into_response())
}

fn bad_from() -> Failure {
    Failure::Refused(StatusCode::BAD_REQUEST, Lang::En, locale::text(Lang::En, "log-bad-from"))
}

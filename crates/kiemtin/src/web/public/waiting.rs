//! What people ask and nobody has answered yet: sentences that an editor worded and released, never a
//! message. Private matters are a number, and a small number is "under 5".

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use kiemtin_core::ids::OrgId;
use kiemtin_core::lang::Lang;
use kiemtin_core::time::DAY_MS;
use kiemtin_core::waiting::{COUNT_SHOWN_MIN, Progress, shown};
use kiemtin_store::organisations::Org;
use kiemtin_store::waiting_list::Released;
use serde::Deserialize;

use super::page_number;
use crate::app::App;
use crate::locale;
use crate::web::failure::{Answer, Failure};
use crate::web::page::{Page, Reader, html};

/// Claims on one page.
const PER_PAGE: i64 = 20;

#[derive(Template)]
#[template(path = "public/waiting.html")]
struct Waiting {
    page: Page,
    claims: Vec<Open>,
    /// How many private matters were put aside, in words.
    private: Option<String>,
    at: i64,
    has_more: bool,
}

/// A claim without an answer, as readers see it.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) text: String,
    pub(super) lang: Lang,
    /// `waiting`, `checking` or `overdue`.
    pub(super) progress: &'static str,
    /// How many days it is open.
    pub(super) age: String,
    pub(super) demand: String,
    /// The organisation that sees to it.
    pub(super) owner: Option<String>,
    /// Organisations that were asked and did not answer in time.
    pub(super) late: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    page: Option<String>,
}

/// `GET /{lang}/waiting?page=`
pub(super) async fn waiting(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
    Query(wanted): Query<Wanted>,
) -> Answer<Response> {
    let at = page_number(wanted.page.as_deref());
    let mut found = app.store.waiting_list((at - 1) * PER_PAGE, PER_PAGE + 1).await?;
    if found.is_empty() && 1 < at {
        return Err(Failure::Missing(lang));
    }
    let has_more = PER_PAGE < found.len() as i64;
    found.truncate(PER_PAGE as usize);
    let page = Page::new(&app, lang, locale::text(lang, "waiting-title"), "/waiting").at(at);
    let orgs = app.store.orgs().await?;
    let mut claims: Vec<Open> = found.iter().map(|it| Open::new(&app, &page, &orgs, it)).collect();
    for (open, it) in claims.iter_mut().zip(&found) {
        open.late = late(&app, &orgs, it).await?;
    }
    let n = app.store.n_private().await?;
    let private = (0 < n).then(|| count(&page, "waiting-private", n));
    html(&Waiting { page, claims, private, at, has_more })
}

impl Open {
    /// From what was released.
    pub(super) fn new(app: &App, page: &Page, orgs: &[Org], it: &Released) -> Self {
        let now = app.now();
        let said = page.said(&it.text);
        let days = (now.millis() - it.since.millis()).div_euclid(DAY_MS).max(0);
        let owner = orgs.iter().find(|org| Some(org.id) == it.owner);
        Self {
            text: said.text.to_owned(),
            lang: said.lang,
            progress: Progress::of(it.state, it.due, now).code(),
            age: page.count("waiting-age", &days),
            demand: count(page, "waiting-demand", it.n_messages),
            owner: owner.map(|it| it.name.clone()),
            late: Vec::new(),
        }
    }
}

async fn late(app: &App, orgs: &[Org], it: &Released) -> Answer<Vec<String>> {
    if it.due.is_none_or(|due| app.now() <= due) {
        return Ok(Vec::new());
    }
    let Some(case) = app.store.case_of(it.claim).await? else { return Ok(Vec::new()) };
    let late = app.store.late_opinions(case.id, app.now()).await?;
    let name = |id: &OrgId| orgs.iter().find(|it| it.id == *id).map(|it| it.name.clone());
    Ok(late.iter().filter_map(name).collect())
}

/// A count in words; one that could point to somebody is "under 5".
fn count(page: &Page, key: &str, n: i64) -> String {
    match shown(n) {
        Some(n) => page.count(key, &n),
        None => page.t1(&format!("{key}-few"), "n", page.number(COUNT_SHOWN_MIN)),
    }
}

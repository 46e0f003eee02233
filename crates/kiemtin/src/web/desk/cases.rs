//! `/desk/cases?state=`: cases in a state, the longest untouched first.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kiemtin_core::workflow;

use super::actor::{Actor, Visit};
use super::form::Asked;
use super::frame::Frame;
use super::halt::Answer;
use super::queue::{StateRow, states};
use super::words;
use crate::app::App;
use crate::locale;
use crate::web::page::{self, Page};

const CASES_PER_PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "desk/cases.html")]
struct CasesPage {
    page: Page,
    desk: Frame,
    states: Vec<StateRow>,
    state: &'static str,
    cases: Vec<CaseRow>,
    previous: Option<i64>,
    next: Option<i64>,
}

struct CaseRow {
    id: String,
    sentence: String,
    topic: Option<String>,
    owner: Option<String>,
    due: Option<String>,
    is_late: bool,
    n_sightings: i64,
    updated: String,
}

/// `GET /desk/cases?state=&page=`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Asked(asked): Asked,
) -> Answer<Response> {
    let lang = actor.lang;
    let states = states(&app, lang).await?;
    let busiest = states.iter().find(|it| 0 < it.n).map_or("inbox", |it| it.code);
    let wanted = Some(asked.one("state")).filter(|it| !it.is_empty()).unwrap_or(busiest);
    let state = workflow::State::from_code(wanted).unwrap_or(workflow::State::Inbox);
    let number = asked.page();
    let offset = (number - 1) * CASES_PER_PAGE;
    let mut found = app.store.cases(state, offset, CASES_PER_PAGE + 1).await?;
    let is_more = CASES_PER_PAGE < i64::try_from(found.len()).unwrap_or(i64::MAX);
    found.truncate(usize::try_from(CASES_PER_PAGE).unwrap_or_default());
    let orgs = app.store.orgs().await?;
    let mut cases = Vec::with_capacity(found.len());
    for (case, claim) in found {
        let owner = orgs.iter().find(|it| Some(it.id) == case.owner);
        cases.push(CaseRow {
            id: case.id.to_string(),
            sentence: claim.text.text(lang).to_owned(),
            topic: claim.topic.as_deref().map(|it| words::topic(lang, it)),
            owner: owner.map(|it| it.name.clone()),
            is_late: case.due.is_some_and(|it| it < app.now()),
            due: case.due.map(|it| it.date(lang)),
            n_sightings: app.store.n_sightings(claim.id).await?,
            updated: case.updated.date_time(lang),
        });
    }
    let page = CasesPage {
        page: Page::new(&app, lang, locale::text(lang, "d-cases-title"), ""),
        desk: Frame::of(&visit),
        states,
        state: state.code(),
        cases,
        previous: (1 < number).then_some(number - 1),
        next: is_more.then_some(number + 1),
    };
    Ok(page::html(&page)?)
}

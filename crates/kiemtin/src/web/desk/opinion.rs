//! `/desk/cases/{id}/opinion`: one page for an organisation that is asked: the claim, the question,
//! the due date, what others brought as evidence, and its own opinion.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::ids::{EvidenceId, OpinionId};
use kiemtin_core::lang::Lang;
use kiemtin_core::rating::Rating;
use kiemtin_store::Rule;
use kiemtin_store::cases::Case;
use kiemtin_store::opinions::Opinion;

use super::actor::{Actor, Visit};
use super::case::{self, CaseHead};
use super::evidence::{EvidenceRow, evidence_rows};
use super::form::{Fields, Form};
use super::frame::Frame;
use super::halt::{Answer, Halt};
use super::words::{self, Choice};
use crate::app::App;
use crate::app::clock::chance;
use crate::app::opinions::{INTEREST_CHARS_MAX, OPINION_CHARS_MAX};
use crate::locale;
use crate::web::page::{self, Page};

#[derive(Template)]
#[template(path = "desk/opinion.html")]
struct OpinionPage {
    page: Page,
    desk: Frame,
    case: CaseHead,
    form: Form,
    org: String,
    ratings: Vec<Choice>,
    evidence: Vec<EvidenceRow>,
}

/// `GET /desk/cases/{id}/opinion`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
) -> Answer<Response> {
    let form = Form::new(visit.lang, Fields::default());
    show(&app, &visit, &actor, &id, StatusCode::OK, form).await
}

/// `POST /desk/cases/{id}/opinion`: for the member's own organisation, once.
pub(super) async fn give(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Response> {
    let (case, _) = case::found(&app, &id).await?;
    is_open(&app, &actor, &case).await?;
    let mut form = Form::new(visit.lang, fields);
    let rating = Rating::from_code(form.value("rating"));
    if rating.is_none() {
        form.complain("rating", "d-form-choose");
    }
    let text = form.need("text", OPINION_CHARS_MAX);
    let interest = form.at_most("interest", INTEREST_CHARS_MAX);
    // Written in whichever language: what looks personal in either is named.
    form.no_personal_data(&[("text", Lang::Vi), ("interest", Lang::Vi)]);
    if interest.is_empty() && !form.has("no_interest", "yes") {
        form.complain("interest", "d-opinion-declare");
    }
    let relies_on = relies_on(&app, &case, &form).await?;
    let (Some(rating), true) = (rating, form.is_fine()) else {
        return show(&app, &visit, &actor, &id, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    };
    let org = actor.member.org;
    let id_of_opinion = OpinionId::new(app.now(), chance());
    let (id, given) = (id_of_opinion, app.now());
    let new = Opinion { id, org, rating, text, interest, given, relies_on };
    app.store.org(org).give_opinion(case.id, &new, &actor.member, chance()).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}?done=opinion", case.id)).into_response())
}

/// The sources that were ticked. One that was taken back meanwhile is no longer in the case.
async fn relies_on(app: &App, case: &Case, form: &Form) -> Answer<Vec<EvidenceId>> {
    let sources = app.store.evidence(case.id).await?;
    let is_ticked = |id: &EvidenceId| form.has("relies_on", &id.to_string());
    Ok(sources.iter().map(|it| it.id).filter(is_ticked).collect())
}

/// Opinions are taken once, until the draft is first submitted.
async fn is_open(app: &App, actor: &Actor, case: &Case) -> Answer<()> {
    if !case.takes_opinions() {
        return Err(Halt::Rule(Rule::OpinionsClosed.code()));
    }
    match app.store.org(actor.member.org).own_opinion(case.id).await? {
        Some(_) => Err(Halt::Rule(Rule::OpinionGiven.code())),
        None => Ok(()),
    }
}

async fn show(
    app: &App,
    visit: &Visit,
    actor: &Actor,
    id: &str,
    status: StatusCode,
    form: Form,
) -> Answer<Response> {
    let lang = visit.lang;
    let (case, claim) = case::found(app, id).await?;
    is_open(app, actor, &case).await?;
    let page = OpinionPage {
        page: Page::new(app, lang, locale::text(lang, "d-opinion-title"), ""),
        desk: Frame::of(visit),
        case: CaseHead::new(lang, &case, &claim),
        form,
        org: actor.org.name.clone(),
        ratings: words::ratings(lang),
        evidence: evidence_rows(app, actor, &case).await?,
    };
    Ok(page::status(status, &page)?)
}

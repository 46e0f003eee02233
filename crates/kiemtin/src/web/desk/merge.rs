//! `/desk/cases/{id}/merge`: the claim is another one in other words; undoable.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Redirect, Response};
use kiemtin_core::ids::ClaimId;
use kiemtin_core::workflow::{self, Action};

use super::actor::{Actor, Visit};
use super::case::{self, CaseHead};
use super::form::Fields;
use super::frame::Frame;
use super::halt::{Answer, Halt};
use super::near::{self, Near};
use crate::app::App;
use crate::locale;
use crate::web::page::{self, Page};

#[derive(Template)]
#[template(path = "desk/merge.html")]
struct MergePage {
    page: Page,
    desk: Frame,
    case: CaseHead,
    near: Vec<Near>,
}

/// `GET /desk/cases/{id}/merge`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
) -> Answer<Response> {
    let lang = visit.lang;
    let (case, claim) = case::found(&app, &id).await?;
    case::is_uninvolved(&app, &actor, claim.id).await?;
    let sentence = (claim.sentence(), Some(claim.lang));
    let page = MergePage {
        page: Page::new(&app, lang, locale::text(lang, "d-merge-title"), ""),
        desk: Frame::of(&visit),
        case: CaseHead::new(lang, &case, &claim),
        near: near::of_text(&app, lang, sentence, Some(claim.id)).await?,
    };
    Ok(page::html(&page)?)
}

/// `POST /desk/cases/{id}/merge`
pub(super) async fn merge(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, _) = case::seen(&app, &id, &fields).await?;
    let to = workflow::decide(case.state, Action::Merge, actor.member.role, None)?;
    let into = into(&app, fields.one("into")).await?;
    if into == case.claim {
        return Err(Halt::Rule("d-merge-which-claim"));
    }
    app.store.merge_claim(&case, into, to, app.act(&actor.member)).await?;
    app.work.notify_one();
    Ok(Redirect::to(&format!("/desk/cases/{}?done=claim-merged", case.id)))
}

/// `POST /desk/cases/{id}/unmerge`
pub(super) async fn unmerge(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    fields: Fields,
) -> Answer<Redirect> {
    let (case, _) = case::seen(&app, &id, &fields).await?;
    let role = actor.member.role;
    let to = workflow::decide(case.state, Action::Unmerge, role, case.before_merge)?;
    app.store.unmerge_claim(&case, to, app.act(&actor.member)).await?;
    Ok(Redirect::to(&format!("/desk/cases/{}?done=claim-unmerged", case.id)))
}

/// A claim by its id, its public number, or the address of its page or case.
pub(super) async fn into(app: &App, text: &str) -> Answer<ClaimId> {
    let last = text.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let unknown = || Halt::Rule("d-merge-which-claim");
    if let Ok(number) = last.parse::<i64>() {
        return app.store.claim_by_number(number).await?.map(|it| it.id).ok_or_else(unknown);
    }
    let id = ClaimId::parse(last).map_err(|_| unknown())?;
    if app.store.claim(id).await?.is_some() {
        return Ok(id);
    }
    let case = app.store.case(kiemtin_core::ids::CaseId(id.0)).await?;
    case.map(|it| it.claim).ok_or_else(unknown)
}

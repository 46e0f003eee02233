//! `/api/v1/claims`: what was answered, by public number; and what waits, as far as an editor showed
//! it. A claim that was neither answered nor shown is internal and not here.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use kiemtin_core::ids::ClaimId;
use kiemtin_core::lang::Localised;
use kiemtin_core::time::Timestamp;
use kiemtin_core::waiting::{Progress, shown};
use kiemtin_store::StoreResult;
use kiemtin_store::organisations::Org;
use kiemtin_store::reviews::Version;
use kiemtin_store::waiting_list::Released;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::input::{Asked, cursor, limit, no_page, number, parts, place};
use super::problem::{Answer, Failure};
use super::reviews::LangCode;
use super::shapes::{
    Address, OrgName, Page, Place, Text, Verdict, merged_into, pages, review_address,
};
use crate::app::App;

/// Which claims are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// `answered`, where nothing is said: those with a public number, the highest first. `open`:
    /// the waiting list, the longest open first.
    #[param(inline)]
    state: Option<Wanted>,
    /// Items on a page: 20 where nothing is said.
    #[param(minimum = 1, maximum = 100, example = 2)]
    limit: Option<i64>,
    /// Where the page begins: from the `next` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

/// Which claims.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Wanted {
    /// Answered.
    Answered,
    /// On the waiting list.
    Open,
}

/// How far a claim is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum ClaimState {
    /// There is an answer that stands.
    Answered,
    /// The answer was withdrawn.
    Retracted,
    /// It was merged into another claim.
    Merged,
    /// Nobody took it yet.
    Waiting,
    /// Somebody works on it.
    Checking,
    /// Opinions that were asked for are past their due date.
    Overdue,
}

/// A claim as readers see it.
#[derive(Serialize, ToSchema)]
pub(super) struct Claim {
    /// The public number, once an answer went out.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<i64>,
    /// How far it is.
    state: ClaimState,
    /// The sentence.
    claim: Text,
    /// The language it mainly goes round in.
    language: LangCode,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<String>,
    /// Where it is about.
    places: Vec<Place>,
    /// The verdict of the newest version.
    #[serde(skip_serializing_if = "Option::is_none")]
    rating: Option<Verdict>,
    /// Its page in each language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<Text>,
    /// The whole review in this API.
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<String>,
    /// The public number of the claim that it was merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<i64>,
    /// Since which day it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    open_since: Option<String>,
    /// How many messages say it; absent under five, which could point to somebody.
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<i64>,
    /// The organisation that sees to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    seen_to_by: Option<OrgName>,
}

/// Claims that were answered, or that wait for an answer.
#[utoipa::path(get, path = "/claims", params(Filter), tag = "read",
    responses((status = 200, body = Page<Claim>)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Asked(filter): Asked<Filter>,
) -> Answer<Json<Page<Claim>>> {
    let limit_asked = filter.limit.map(|it| it.to_string());
    let limit = limit(filter.limit)?;
    let state = filter.state.unwrap_or(Wanted::Answered);
    let code = if matches!(state, Wanted::Open) { "open" } else { "answered" };
    let asked = vec![("state", Some(code.to_owned())), ("limit", limit_asked)];
    let address = Address { app: &app, path: "/api/v1/claims", asked };
    let cursor = filter.cursor.as_deref();
    Ok(Json(match state {
        Wanted::Answered => answered(&app, &address, cursor, limit).await?,
        Wanted::Open => open(&app, &address, cursor, limit).await?,
    }))
}

async fn answered(
    app: &App,
    address: &Address<'_>,
    from: Option<&str>,
    limit: i64,
) -> Answer<Page<Claim>> {
    let before = place(from)?.unwrap_or(i64::MAX);
    let found = app.store.numbered_before(before, limit + 1).await?;
    let after = |it: &Version| cursor(&[&it.document.number.to_string()]);
    let (found, next) = address.cut(found, limit, after);
    let mut items = Vec::with_capacity(found.len());
    for it in &found {
        items.push(Claim::answered(app, it).await?);
    }
    Ok(Page { items, next })
}

async fn open(
    app: &App,
    address: &Address<'_>,
    from: Option<&str>,
    limit: i64,
) -> Answer<Page<Claim>> {
    let (since, claim) = match from {
        None => (Timestamp::from_millis(i64::MIN), ClaimId(uuid::Uuid::nil())),
        Some(from) => {
            let [since, claim] = parts(from)?;
            let since = since.parse().map_err(|_| no_page())?;
            let claim = ClaimId::parse(&claim).map_err(|_| no_page())?;
            (Timestamp::from_millis(since), claim)
        }
    };
    let found = app.store.waiting_after(since, claim, limit + 1).await?;
    let after = |it: &Released| cursor(&[&it.since.millis().to_string(), &it.claim.to_string()]);
    let (found, next) = address.cut(found, limit, after);
    let orgs = app.store.orgs().await?;
    let items = found.iter().map(|it| Claim::open(app, &orgs, it)).collect();
    Ok(Page { items, next })
}

/// One claim that has, or had, an answer.
#[utoipa::path(get, path = "/claims/{number}", tag = "read",
    params(("number" = i64, Path, minimum = 1, example = 1, description = "The public number of the claim.")),
    responses((status = 200, body = Claim)))]
pub(super) async fn one(
    State(app): State<Arc<App>>,
    Path(of): Path<String>,
) -> Answer<Json<Claim>> {
    let claim = app.store.claim_by_number(number(&of)?).await?.ok_or_else(Failure::missing)?;
    let newest = app.store.newest_version(claim.id).await?.ok_or_else(Failure::missing)?;
    Ok(Json(Claim::answered(&app, &newest).await?))
}

impl Claim {
    async fn answered(app: &App, version: &Version) -> StoreResult<Self> {
        let document = &version.document;
        let claim = app.store.claim(version.claim).await?;
        let merged_into = merged_into(app, version).await?;
        let state = match (merged_into, version.is_retraction()) {
            (Some(_), _) => ClaimState::Merged,
            (None, true) => ClaimState::Retracted,
            (None, false) => ClaimState::Answered,
        };
        let said = &document.content.claim;
        let lang = claim.as_ref().map_or_else(|| main_lang(said), |it| it.lang.into());
        let places = app.store.claim_places(version.claim).await?;
        Ok(Self {
            number: Some(document.number),
            state,
            claim: Text::of(said),
            language: lang,
            topic: claim.and_then(|it| it.topic),
            places: places.into_iter().map(Place::from).collect(),
            rating: Some(document.content.rating.into()),
            pages: Some(pages(app, document.number)),
            review: Some(review_address(app, document.number)),
            merged_into,
            open_since: None,
            messages: None,
            seen_to_by: None,
        })
    }

    /// What an editor showed of a claim without an answer.
    pub(super) fn open(app: &App, orgs: &[Org], it: &Released) -> Self {
        let Released { claim: _, lang, text, state, owner, due, since, n_messages } = it;
        let state = match Progress::of(*state, *due, app.now()) {
            Progress::Waiting => ClaimState::Waiting,
            Progress::Checking => ClaimState::Checking,
            Progress::Overdue => ClaimState::Overdue,
        };
        let owner = orgs.iter().find(|it| Some(it.id) == *owner);
        let name = |it: &Org| OrgName { slug: it.slug.as_str().to_owned(), name: it.name.clone() };
        Self {
            number: None,
            state,
            claim: Text::of(text),
            language: (*lang).into(),
            topic: None,
            places: Vec::new(),
            rating: None,
            pages: None,
            review: None,
            merged_into: None,
            open_since: Some(since.iso_date()),
            messages: shown(*n_messages),
            seen_to_by: owner.map(name),
        }
    }
}

fn main_lang(text: &Localised) -> LangCode {
    if text.vi.is_some() { LangCode::Vi } else { LangCode::En }
}

//! `/api/v1/reviews`: what is published, the newest first, and every version of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::lang::Lang;
use kiemtin_core::rating::Rating;
use kiemtin_core::remit;
use kiemtin_core::time::Timestamp;
use kiemtin_store::catalogue::Wanted;
use kiemtin_store::reviews::Version;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::input::{Asked, bad, cursor, limit, number, place};
use super::problem::{Answer, Failure};
use super::review::Review;
use super::shapes::{Address, Code, Page, ReviewBrief};
use crate::app::App;

/// Which reviews are wanted.
#[derive(Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// On this topic: see `/api/v1/topics`.
    #[param(pattern = "^[a-z]+$", example = "health")]
    topic: Option<String>,
    /// About this province or ward; a province has what is about its wards.
    #[param(pattern = "^[0-9]{2}([0-9]{3})?$")]
    place: Option<String>,
    /// Signed by this organisation, by the part of its address.
    #[param(pattern = "^[a-z0-9-]{2,40}$")]
    organisation: Option<String>,
    /// With this verdict.
    #[param(inline)]
    rating: Option<Code>,
    /// That can be read in this language.
    #[param(inline)]
    language: Option<LangCode>,
    /// Whose newest version went out then or later: RFC 3339, or a day in Vietnam.
    #[param(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}")]
    since: Option<String>,
    /// Items on a page: 20 where nothing is said.
    #[param(minimum = 1, maximum = 100, example = 2)]
    limit: Option<i64>,
    /// Where the page begins: from the `next` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

/// A language of the desk.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum LangCode {
    /// Vietnamese.
    Vi,
    /// English.
    En,
}

impl From<LangCode> for Lang {
    fn from(code: LangCode) -> Self {
        match code {
            LangCode::Vi => Self::Vi,
            LangCode::En => Self::En,
        }
    }
}

impl From<Lang> for LangCode {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Vi => Self::Vi,
            Lang::En => Self::En,
        }
    }
}

/// Answers that stand, the newest first.
///
/// An answer that is corrected moves to the front; where a page begins stays where it was.
#[utoipa::path(get, path = "/reviews", params(Filter), tag = "read",
    responses((status = 200, body = Page<ReviewBrief>)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Asked(filter): Asked<Filter>,
) -> Answer<Json<Page<ReviewBrief>>> {
    let limit = limit(filter.limit)?;
    let before = place(filter.cursor.as_deref())?.unwrap_or(i64::MAX);
    let wanted = wanted(&app, &filter).await?;
    let found = app.store.answers_before(before, &wanted, limit + 1).await?;
    let address = Address { app: &app, path: "/api/v1/reviews", asked: asked(&filter) };
    let after = |it: &Version| cursor(&[&it.log_idx.to_string()]);
    let (found, next) = address.cut(found, limit, after);
    Ok(Json(Page { items: ReviewBrief::each(&app, &found).await?, next }))
}

async fn wanted<'a>(app: &App, filter: &'a Filter) -> Answer<Wanted<'a>> {
    let topic = filter.topic.as_deref();
    if topic.is_some_and(|it| remit::topic(it).is_none()) {
        return Err(Failure::missing());
    }
    let place = filter.place.as_deref().map(UnitCode::parse).transpose();
    let signed_by = match filter.organisation.as_deref() {
        None => None,
        Some(slug) => {
            let orgs = app.store.orgs().await?;
            let org = orgs.iter().find(|it| it.slug.as_str() == slug);
            Some(org.ok_or_else(Failure::missing)?.id)
        }
    };
    let since = filter.since.as_deref().map(|it| Timestamp::parse(it).ok_or_else(|| bad("since")));
    Ok(Wanted {
        topic,
        place: place.map_err(|_| Failure::missing())?,
        signed_by,
        rating: filter.rating.map(Rating::from),
        lang: filter.language.map(Lang::from),
        since: since.transpose()?,
    })
}

/// What was asked, without the place.
fn asked(filter: &Filter) -> Vec<(&'static str, Option<String>)> {
    let Filter { topic, place, organisation, rating, language, since, limit, cursor: _ } =
        filter.clone();
    vec![
        ("topic", topic),
        ("place", place),
        ("organisation", organisation),
        ("rating", rating.map(|it| Rating::from(it).code().to_owned())),
        ("language", language.map(|it| Lang::from(it).tag().to_owned())),
        ("since", since),
        ("limit", limit.map(|it| it.to_string())),
    ]
}

/// The newest version of the answer to one claim.
///
/// A retraction has `stands: false`, and its reason.
#[utoipa::path(get, path = "/reviews/{number}", tag = "read",
    params(("number" = i64, Path, minimum = 1, example = 1, description = "The public number of the claim.")),
    responses((status = 200, body = Review)))]
pub(super) async fn newest(
    State(app): State<Arc<App>>,
    Path(of): Path<String>,
) -> Answer<Json<Review>> {
    let versions = versions_of(&app, &of).await?;
    let newest = versions.first().ok_or_else(Failure::missing)?;
    Ok(Json(Review::of(&app, newest, !newest.is_retraction()).await?))
}

/// A version, as the list of them has it.
#[derive(Serialize, ToSchema)]
pub(super) struct VersionBrief {
    /// From 1.
    version: i64,
    /// What kind of version it is.
    class: &'static str,
    /// When it went out.
    #[schema(format = DateTime)]
    published: String,
    /// Its verdict.
    rating: Code,
    /// Where its entry stands in the public log.
    log_index: i64,
    /// The whole version in this API.
    review: String,
}

/// All versions of the answer to one claim.
#[derive(Serialize, ToSchema)]
pub(super) struct Versions {
    /// The newest first.
    items: Vec<VersionBrief>,
}

/// All versions of the answer to one claim, the newest first.
#[utoipa::path(get, path = "/reviews/{number}/versions", tag = "read",
    params(("number" = i64, Path, minimum = 1, example = 1, description = "The public number of the claim.")),
    responses((status = 200, body = Versions)))]
pub(super) async fn versions(
    State(app): State<Arc<App>>,
    Path(of): Path<String>,
) -> Answer<Json<Versions>> {
    let versions = versions_of(&app, &of).await?;
    let brief = |it: &Version| {
        let document = &it.document;
        let (number, version) = (document.number, document.version);
        VersionBrief {
            version,
            class: document.content.class.code(),
            published: document.published.clone(),
            rating: document.content.rating.into(),
            log_index: it.log_idx,
            review: format!("{}/api/v1/reviews/{number}/versions/{version}", app.public_url),
        }
    };
    Ok(Json(Versions { items: versions.iter().map(brief).collect() }))
}

/// One version of the answer to one claim, as it was published.
#[utoipa::path(get, path = "/reviews/{number}/versions/{version}", tag = "read",
    params(
        ("number" = i64, Path, minimum = 1, example = 1, description = "The public number of the claim."),
        ("version" = i64, Path, minimum = 1, example = 1, description = "The version."),
    ),
    responses((status = 200, body = Review)))]
pub(super) async fn version(
    State(app): State<Arc<App>>,
    Path((of, version)): Path<(String, String)>,
) -> Answer<Json<Review>> {
    let (wanted, versions) = (number(&version)?, versions_of(&app, &of).await?);
    let found = versions.iter().find(|it| it.document.version == wanted);
    let found = found.ok_or_else(Failure::missing)?;
    let is_newest = versions.first().is_some_and(|it| it.document.version == wanted);
    Ok(Json(Review::of(&app, found, is_newest && !found.is_retraction()).await?))
}

async fn versions_of(app: &App, text: &str) -> Answer<Vec<Version>> {
    let claim = app.store.claim_by_number(number(text)?).await?.ok_or_else(Failure::missing)?;
    Ok(app.store.versions(claim.id).await?)
}

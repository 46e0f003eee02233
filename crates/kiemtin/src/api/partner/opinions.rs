//! Questions that an organisation was asked, and its opinions: through the same store as its page,
//! so that opinions are blind, given once, and taken while the case is open for them. The member who
//! made the key answers for what it says.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use kiemtin_core::ids::{CaseId, EvidenceId, OpinionId};
use kiemtin_core::lang::Lang;
use kiemtin_core::permission::{Deed, may};
use kiemtin_core::rating::Rating;
use kiemtin_core::text::mask;
use kiemtin_store::Rule;
use kiemtin_store::api_keys::Holder;
use kiemtin_store::cases::Case;
use kiemtin_store::members::Member;
use kiemtin_store::opinions;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::input::{Body, named};
use crate::api::once::once;
use crate::api::problem::{Answer, Failure};
use crate::api::search::too_long;
use crate::api::shapes::{Code, Text};
use crate::app::App;
use crate::app::calls::Named;
use crate::app::clock::chance;
use crate::app::opinions::{INTEREST_CHARS_MAX, OPINION_CHARS_MAX};

/// Questions in one answer: more than an organisation has open at once.
const QUESTIONS_MAX: i64 = 200;

/// A question that the organisation was asked.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct AskedQuestion {
    /// The case: what an opinion names.
    #[schema(pattern = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    case: String,
    /// The claim.
    claim: Text,
    /// What is asked; absent where nothing but the claim is.
    #[serde(skip_serializing_if = "Option::is_none")]
    question: Option<String>,
    /// When the opinion is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    due: Option<String>,
    /// The sources that were brought so far.
    evidence: Vec<Source>,
}

/// A source in a case.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Source {
    /// What an opinion names that rests on it.
    #[schema(pattern = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    id: String,
    /// `for` or `against` the claim.
    stance: &'static str,
    /// Who published it.
    publisher: String,
    /// Its title.
    title: String,
    /// Its address.
    url: String,
}

/// The questions that wait for the organisation's opinion.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Questions {
    /// What is due first.
    items: Vec<AskedQuestion>,
}

/// The questions that wait for your organisation's opinion, what is due first.
#[utoipa::path(get, path = "/questions", tag = "partners", security(("key" = [])),
    responses((status = 200, body = Questions)))]
pub(in crate::api) async fn questions(
    State(app): State<Arc<App>>,
    Extension(holder): Extension<Holder>,
) -> Answer<Json<Questions>> {
    let member = of_record(&holder)?;
    let mut items = Vec::new();
    for id in app.store.org(member.org).questions(QUESTIONS_MAX).await? {
        let Some(case) = app.store.case(id).await? else { continue };
        let Some(claim) = app.store.claim(case.claim).await? else { continue };
        let evidence = app.store.evidence(id).await?;
        let source = |it: kiemtin_store::evidence::Evidence| Source {
            id: it.id.to_string(),
            stance: it.stance.code(),
            publisher: it.publisher,
            title: it.title,
            url: it.url,
        };
        items.push(AskedQuestion {
            case: id.to_string(),
            claim: Text::of(&claim.text),
            question: case.question,
            due: case.due.map(|it| it.rfc3339()),
            evidence: evidence.into_iter().map(source).collect(),
        });
    }
    Ok(Json(Questions { items }))
}

/// An organisation's written view.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewOpinion {
    /// The case that it was asked in.
    #[schema(pattern = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    case: String,
    /// Its verdict.
    rating: Code,
    /// Its text. It is published under the organisation's name: no telephone, account or profile of
    /// anybody.
    #[schema(min_length = 1, max_length = 5000)]
    text: String,
    /// What it has to gain; empty declares that it has nothing to gain.
    #[schema(max_length = 500)]
    interest: String,
    /// The sources of the case that it rests on.
    #[serde(default)]
    #[schema(max_items = 100)]
    relies_on: Vec<String>,
}

/// An opinion that was given.
#[derive(Serialize, Deserialize, ToSchema)]
pub(in crate::api) struct Given {
    /// The case.
    #[schema(pattern = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    case: String,
    /// When.
    #[schema(format = DateTime)]
    given: String,
}

/// Gives your organisation's opinion in a case, once. It is published with the answer.
#[utoipa::path(post, path = "/opinions", tag = "partners", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, min_length = 16, max_length = 128,
        pattern = "^[!-~]+$", description = "Makes a call that is sent twice one call.")),
    request_body(content = NewOpinion, example = json!({
        "case": "0190b0a0-0000-7000-8000-000000000000", "rating": "false",
        "text": "Không có nghiên cứu nào cho thấy điều này.", "interest": "" })),
    responses((status = 201, body = Given)))]
pub(in crate::api) async fn give(
    State(app): State<Arc<App>>,
    Extension(holder): Extension<Holder>,
    headers: HeaderMap,
    Body { value: new, bytes }: Body<NewOpinion>,
) -> Answer<(StatusCode, Json<Given>)> {
    let member = of_record(&holder)?;
    let named = named(&app, &headers, &holder.key.id.to_string(), &bytes)?;
    let kept = once(&app, named.as_ref(), async {
        let case = asked_in(&app, member, &new.case).await?;
        let opinion = opinion(&app, &case, member, new).await?;
        let given = Given { case: case.id.to_string(), given: opinion.given.rfc3339() };
        let given = serde_json::to_string(&given).map_err(anyhow::Error::from)?;
        let org = app.store.org(member.org);
        match &named {
            None => org.give_opinion(case.id, &opinion, member, chance()).await?,
            Some(Named { name, .. }) => {
                let call = (*name, given.as_str());
                org.give_opinion_by_call(case.id, &opinion, member, chance(), call).await?;
            }
        }
        Ok(given)
    });
    let given = serde_json::from_str(&kept.await?).map_err(anyhow::Error::from)?;
    Ok((StatusCode::CREATED, Json(given)))
}

/// The member of record, while they may give opinions.
fn of_record(holder: &Holder) -> Answer<&Member> {
    let maker = holder.maker.as_ref().filter(|it| may(it.role, Deed::GiveOpinion));
    maker.filter(|it| it.org == holder.key.org).ok_or_else(|| {
        // Who it was is nobody's business but the organisation's.
        Failure::new(StatusCode::FORBIDDEN, "api-maker-gone")
    })
}

/// A case in which the organisation was asked; any other is not there.
async fn asked_in(app: &App, member: &Member, id: &str) -> Answer<Case> {
    let id = CaseId::parse(id).map_err(|_| Failure::missing())?;
    let case = app.store.case(id).await?.ok_or_else(Failure::missing)?;
    match app.store.asked(id).await?.contains(&member.org) {
        true => Ok(case),
        false => Err(Failure::missing()),
    }
}

async fn opinion(
    app: &App,
    case: &Case,
    member: &Member,
    new: NewOpinion,
) -> Answer<opinions::Opinion> {
    let NewOpinion { case: _, rating, text, interest, relies_on } = new;
    let (text, interest) = (text.trim().to_owned(), interest.trim().to_owned());
    let fits = [("text", &text, OPINION_CHARS_MAX), ("interest", &interest, INTEREST_CHARS_MAX)];
    for (field, value, max) in fits {
        if max < value.chars().count() {
            return Err(too_long(StatusCode::UNPROCESSABLE_ENTITY, field));
        }
        // In whichever language it is written, as on the page.
        if !mask::mask(value, Lang::Vi).found.is_empty() {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Err(Failure::with(status, "api-personal-data", field));
        }
    }
    if text.is_empty() {
        return Err(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "api-empty-opinion"));
    }
    let known: Vec<EvidenceId> =
        app.store.evidence(case.id).await?.iter().map(|it| it.id).collect();
    let source = |it: String| EvidenceId::parse(&it).ok().filter(|it| known.contains(it));
    // Named twice is named once.
    let relies_on: Option<BTreeSet<EvidenceId>> = relies_on.into_iter().map(source).collect();
    let unknown = || Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "api-unknown-source");
    if !case.takes_opinions() {
        return Err(Rule::OpinionsClosed.into());
    }
    Ok(opinions::Opinion {
        id: OpinionId::new(app.now(), chance()),
        org: member.org,
        rating: Rating::from(rating),
        text,
        interest,
        given: app.now(),
        relies_on: relies_on.ok_or_else(unknown)?.into_iter().collect(),
    })
}

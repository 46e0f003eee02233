//! What a text finds: as the site's search shows it, and as a matcher for programs. Nothing of the
//! text is kept, and none of it reaches a log.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::{self, Decision};
use kiemtin_core::message::MESSAGE_BYTES_MAX;
use kiemtin_store::StoreResult;
use kiemtin_store::claims::ForeignReview;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::claims::Claim;
use super::input::{Asked, Body, Reads};
use super::problem::{Answer, Failure};
use super::reviews::LangCode;
use super::shapes::{ReviewBrief, Text};
use crate::app::found::{self, is_web_address};
use crate::app::{App, TEXT_CHARS_MAX};
use crate::reason;

/// What is looked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Sought {
    /// What somebody heard: words, a sentence, a whole message, with or without diacritics.
    #[param(max_length = 5000, example = "ăn tỏi phòng covid")]
    q: String,
    /// The language of the reasons; without it `Accept-Language` decides.
    #[param(inline)]
    lang: Option<LangCode>,
}

/// How sure it is that an answer is about the same.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Likelihood {
    /// Sure enough to be shown as the answer: at least 92 in 100 are right.
    Sure,
    /// It may be about the same: a person should look.
    Likely,
    /// It shares words, no more.
    Near,
}

/// A published answer that was found, and why.
#[derive(Serialize, ToSchema)]
pub(super) struct Hit {
    /// The answer, with its address.
    review: ReviewBrief,
    /// How sure it is.
    likelihood: Likelihood,
    /// Why it is thought to be the same.
    reasons: Vec<Reason>,
    /// What stands against that, so that it is not shown as the answer.
    vetoes: Vec<Reason>,
}

/// A published answer that names an address in the text.
#[derive(Serialize, ToSchema)]
pub(super) struct Naming {
    /// The answer, with its address.
    review: ReviewBrief,
    /// As `evidence`, as a page where the claim was `seen`, or as a review `elsewhere`.
    how: &'static str,
}

/// One reason.
#[derive(Serialize, ToSchema)]
pub(super) struct Reason {
    /// The kind, for programs.
    #[schema(example = "shares_words")]
    kind: String,
    /// The same in words.
    words: String,
}

/// Another desk's review of the same.
#[derive(Serialize, ToSchema)]
pub(super) struct Elsewhere {
    /// What was claimed.
    claim: Text,
    /// The other desk.
    publisher: String,
    /// Its verdict, in its own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<String>,
    /// Its page.
    url: String,
    /// The day it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<String>,
}

/// What a text finds.
#[derive(Serialize, ToSchema)]
pub(super) struct Found {
    /// The answer, when it is sure enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Hit>,
    /// Answers that may be about the same.
    similar: Vec<Hit>,
    /// The nearest answers, when none may be about the same.
    nearest: Vec<Hit>,
    /// Claims without an answer yet, as far as an editor showed them.
    open: Vec<Claim>,
    /// Answers that name an address in the text.
    naming: Vec<Naming>,
    /// What other desks published about the same.
    elsewhere: Vec<Elsewhere>,
}

/// What a text finds, as the site's search shows it.
#[utoipa::path(get, path = "/search", params(Sought), tag = "search",
    responses((status = 200, body = Found)))]
pub(super) async fn search(
    State(app): State<Arc<App>>,
    Reads(reads): Reads,
    Asked(sought): Asked<Sought>,
) -> Answer<Json<Found>> {
    if TEXT_CHARS_MAX < sought.q.chars().count() {
        return Err(too_long(StatusCode::BAD_REQUEST, "q"));
    }
    let lang = sought.lang.map_or(reads, Lang::from);
    let found = app.look(&sought.q, None).await?;
    let orgs = if found.open.is_empty() { Vec::new() } else { app.store.orgs().await? };
    let found::Found { pasted: _, naming: named, answer, similar, nearest, open, elsewhere } =
        found;
    let mut naming = Vec::new();
    for it in named {
        let review = ReviewBrief::of(&app, &it.version).await?;
        naming.push(Naming { review, how: it.how.code() });
    }
    Ok(Json(Found {
        naming,
        answer: hits(&app, lang, answer).await?.pop(),
        similar: hits(&app, lang, similar).await?,
        nearest: hits(&app, lang, nearest).await?,
        open: open.iter().map(|it| Claim::open(&app, &orgs, it)).collect(),
        elsewhere: elsewhere.into_iter().filter_map(Elsewhere::of).collect(),
    }))
}

/// A text to be matched.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToMatch {
    /// The text, at most 20,000 bytes.
    #[schema(max_length = 20000, example = "Nghe nói ăn tỏi sống mỗi ngày phòng được COVID-19")]
    text: String,
    /// Its language; guessed where nothing is said.
    language: Option<LangCode>,
}

/// What a text was matched with.
#[derive(Serialize, ToSchema)]
pub(super) struct Matched {
    /// Published answers about the same, the surest first.
    matches: Vec<Hit>,
}

/// Matches one text with the published answers. Nothing is kept.
///
/// Each match has the address of its answer: whoever shows a verdict links to it. Reasons are in the
/// language of `Accept-Language`.
#[utoipa::path(post, path = "/match", tag = "search",
    request_body(content = ToMatch, example = json!({ "text": "Nghe nói ăn tỏi sống mỗi ngày phòng được COVID-19" })),
    responses((status = 200, body = Matched)))]
pub(super) async fn matched(
    State(app): State<Arc<App>>,
    Reads(reads): Reads,
    Body { value: ToMatch { text, language }, .. }: Body<ToMatch>,
) -> Answer<Json<Matched>> {
    if MESSAGE_BYTES_MAX < text.len() {
        return Err(too_long(StatusCode::UNPROCESSABLE_ENTITY, "text"));
    }
    let found = app.look(&text, language.map(Lang::from)).await?;
    let all = found.answer.into_iter().chain(found.similar);
    Ok(Json(Matched { matches: hits(&app, reads, all).await? }))
}

/// A text over its limit.
pub(super) fn too_long(status: StatusCode, field: &str) -> Failure {
    Failure::with(status, "api-too-long", field)
}

async fn hits(
    app: &App,
    lang: Lang,
    found: impl IntoIterator<Item = found::Hit>,
) -> StoreResult<Vec<Hit>> {
    let mut res = Vec::new();
    for found::Hit { version, decision, reasons } in found {
        let (vetoes, reasons): (Vec<_>, Vec<_>) = reasons.iter().partition(|it| it.is_veto());
        let say = |them: Vec<&matching::Reason>| them.iter().map(|it| said(it, lang)).collect();
        res.push(Hit {
            review: ReviewBrief::of(app, &version).await?,
            likelihood: match decision {
                Decision::Answer => Likelihood::Sure,
                Decision::Suggest => Likelihood::Likely,
                Decision::None => Likelihood::Near,
            },
            reasons: say(reasons),
            vetoes: say(vetoes),
        });
    }
    Ok(res)
}

fn said(it: &matching::Reason, lang: Lang) -> Reason {
    let kind = reason::value(it)["kind"].as_str().unwrap_or_default().to_owned();
    Reason { kind, words: reason::words(it, lang) }
}

impl Elsewhere {
    /// Only what has a page to link to.
    fn of(found::Elsewhere { claim, reasons: _, review }: found::Elsewhere) -> Option<Self> {
        let ForeignReview { url, publisher, verdict, title: _, published } = review;
        let published = published.map(|it| it.iso_date());
        let claim = Text::of(&claim.text);
        is_web_address(&url).then_some(Self { claim, publisher, verdict, url, published })
    }
}

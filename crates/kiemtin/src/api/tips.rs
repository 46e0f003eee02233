//! Sending in what one heard, and asking later what became of it. By the rules of the form: no name
//! is asked for, texts are masked before anything is written, and a tip is acknowledged once it is
//! durable. Receipts stand in bodies only, so that none is in an address or a log.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use kiemtin_core::case::DismissReason;
use kiemtin_core::channel;
use kiemtin_core::message::{RawMessage, Refused, URL_BYTES_MAX};
use kiemtin_core::receipt::{BadReceipt, Receipt};
use kiemtin_core::waiting::shown;
use kiemtin_store::receipts::{Outcome, ReceiptView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::input::{Body, named};
use super::once::once;
use super::problem::{Answer, Failure};
use super::search::too_long;
use super::shapes::{ReviewBrief, Text};
use crate::app::floods::{Counted, Network};
use crate::app::{App, TEXT_CHARS_MAX, TipRefused};

/// What somebody sends in. No field names anybody.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTip {
    /// What they heard, at most 5,000 characters. Telephone numbers, accounts and the like are
    /// masked before anything is written.
    #[schema(max_length = 5000, example = "Nghe nói ăn tỏi sống mỗi ngày phòng được COVID-19")]
    text: String,
    /// Where it stands; kept only if it is a page of a listed publisher.
    #[schema(max_length = 2000)]
    url: Option<String>,
    /// Where they saw it.
    seen: Option<Seen>,
}

/// Where a text was seen.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Seen {
    /// Facebook posts.
    Facebook,
    /// Zalo groups.
    Zalo,
    /// TikTok videos.
    Tiktok,
    /// YouTube videos.
    Youtube,
    /// Telegram groups.
    Telegram,
    /// Websites.
    Website,
    /// SMS.
    Sms,
    /// Telephone calls.
    Phone,
    /// Word of mouth.
    Spoken,
}

impl Seen {
    fn code(self) -> &'static str {
        match self {
            Self::Facebook => "facebook",
            Self::Zalo => "zalo",
            Self::Tiktok => "tiktok",
            Self::Youtube => "youtube",
            Self::Telegram => "telegram",
            Self::Website => "website",
            Self::Sms => "sms",
            Self::Phone => "phone",
            Self::Spoken => "spoken",
        }
    }
}

/// A tip that was taken in.
#[derive(Serialize, ToSchema)]
pub(super) struct TakenTip {
    /// Eight words that tell what became of it, now or in a year. They are told once and kept
    /// nowhere: show them to whoever sent the tip.
    #[schema(example = "baba chochum danggat emimin hehin kakang lalen memom")]
    receipt: String,
    /// The page on which a person uses the receipt, in each language.
    receipt_pages: Text,
}

/// Sends in what somebody heard.
///
/// With an `Idempotency-Key` of at least 16 characters of chance the call may be repeated for a day:
/// it is one tip, with the same receipt.
#[utoipa::path(post, path = "/tips", tag = "tips",
    params(("Idempotency-Key" = Option<String>, Header, min_length = 16, max_length = 128,
        pattern = "^[!-~]+$", description = "Makes a call that is sent twice one call.")),
    request_body(content = NewTip, example = json!({ "text": "Nghe nói ăn tỏi sống mỗi ngày phòng được COVID-19", "seen": "zalo" })),
    responses((status = 201, body = TakenTip)))]
pub(super) async fn send(
    State(app): State<Arc<App>>,
    network: Option<Extension<Network>>,
    headers: HeaderMap,
    Body { value: tip, bytes }: Body<NewTip>,
) -> Answer<(StatusCode, Json<TakenTip>)> {
    let NewTip { text, url, seen } = tip;
    if TEXT_CHARS_MAX < text.chars().count() {
        return Err(too_long(StatusCode::UNPROCESSABLE_ENTITY, "text"));
    }
    if url.as_ref().is_some_and(|it| URL_BYTES_MAX < it.chars().count()) {
        return Err(too_long(StatusCode::UNPROCESSABLE_ENTITY, "url"));
    }
    let named = named(&app, &headers, "tip", &bytes)?;
    let full = app.floods.count(Counted::Tip, network.map(|Extension(it)| it), app.now());
    full.map_err(|it| Failure::too_many(it.retry_seconds))?;
    let source = seen.and_then(|it| channel::of_form(it.code())).map(str::to_owned);
    let raw = RawMessage { text, url, source, ..RawMessage::default() };
    let taken = once(&app, named.as_ref(), async {
        let receipt = app.take_tip_once(raw, named.as_ref()).await.map_err(refused)?;
        // Nothing is kept of a named call's answer: its receipt is made again from the call.
        Ok(if named.is_some() { String::new() } else { receipt.words() })
    });
    let kept = taken.await?;
    let receipt = if named.is_some() { app.receipt_of(named.as_ref()).words() } else { kept };
    let receipt_pages = Text::each(|lang| format!("{}/{lang}/receipt", app.public_url));
    Ok((StatusCode::CREATED, Json(TakenTip { receipt, receipt_pages })))
}

fn refused(why: TipRefused) -> Failure {
    let key = match why {
        TipRefused::Text(Refused::Empty) => "tip-empty",
        TipRefused::Text(Refused::TooLong { .. }) => "tip-too-long",
        TipRefused::Text(Refused::NotText) => "tip-not-text",
        TipRefused::Text(Refused::OnlyPersonalData) => "tip-only-personal",
        TipRefused::Taken(err) => return err.into(),
    };
    Failure::new(StatusCode::UNPROCESSABLE_ENTITY, key)
}

/// The words of a receipt.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// Eight words, in any case, with spaces or hyphens between them.
    #[schema(max_length = 500)]
    receipt: String,
}

/// What became of a tip.
#[derive(Serialize, ToSchema)]
pub(super) struct TipOutcome {
    /// When it came in, to the hour.
    #[schema(format = DateTime)]
    received: String,
    /// How far it is.
    state: TipState,
    /// How many messages say the same; absent under five, and while it is not sorted.
    #[serde(skip_serializing_if = "Option::is_none")]
    same: Option<i64>,
    /// The answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<ReviewBrief>,
    /// Why it is not checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// How far a tip is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum TipState {
    /// It waits.
    Waiting,
    /// Organisations are checking it.
    Checking,
    /// There is an answer.
    Answered,
    /// There was an answer, which was withdrawn.
    Withdrawn,
    /// It was put aside, with a reason.
    Dismissed,
    /// It was erased after its time, without an answer.
    Expired,
}

/// What became of the tip with this receipt. The words stand in the body, so that they are in no
/// address and no log.
#[utoipa::path(post, path = "/receipts/lookup", tag = "tips",
    request_body(content = Words, example = json!({ "receipt": "baba chochum danggat emimin hehin kakang lalen memom" })),
    responses((status = 200, body = TipOutcome)))]
pub(super) async fn look_up(
    State(app): State<Arc<App>>,
    Body { value: Words { receipt }, .. }: Body<Words>,
) -> Answer<Json<TipOutcome>> {
    let receipt = Receipt::parse(&receipt).map_err(|bad| bad_receipt(&bad))?;
    let found = app.store.receipt(receipt.hash()).await?;
    let unknown = || Failure::new(StatusCode::NOT_FOUND, "receipt-unknown");
    let ReceiptView { received, outcome } = found.ok_or_else(unknown)?;
    let plain = |state| TipOutcome {
        received: received.rfc3339(),
        state,
        same: None,
        review: None,
        reason: None,
    };
    Ok(Json(match outcome {
        Outcome::Received { n_same, being_checked } => {
            let state = if being_checked { TipState::Checking } else { TipState::Waiting };
            TipOutcome { same: shown(n_same), ..plain(state) }
        }
        Outcome::Dismissed(reason) => {
            TipOutcome { reason: reason.map(DismissReason::code), ..plain(TipState::Dismissed) }
        }
        Outcome::Expired => plain(TipState::Expired),
        Outcome::Answered { claim, number: _ } => match app.store.newest_version(claim).await? {
            Some(it) if !it.is_retraction() => {
                let review = Some(ReviewBrief::of(&app, &it).await?);
                TipOutcome { review, ..plain(TipState::Answered) }
            }
            _ => plain(TipState::Withdrawn),
        },
    }))
}

fn bad_receipt(bad: &BadReceipt) -> Failure {
    let why = match bad {
        BadReceipt::Count { n_words } => n_words.to_string(),
        BadReceipt::Word { word, .. } => word.clone(),
    };
    Failure::with(StatusCode::UNPROCESSABLE_ENTITY, "api-bad-receipt", &why)
}

//! `POST /api/v1/messages`: many messages of a partner at once, one JSON object a line. Masked and
//! admitted like the messages of an imported file; each line that does not come in is named.

use std::io::Cursor;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, StatusCode};
use kiemtin_core::lang::Lang;
use kiemtin_core::message::RawMessage;
use kiemtin_core::text::mask;
use kiemtin_extract::{Format, Item, Kind, Located, read};
use kiemtin_store::api_keys::{ApiKey, Holder};
use kiemtin_store::messages::Channel;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::input::{bytes, is_of, named};
use crate::api::once::once;
use crate::api::problem::{Answer, Failure};
use crate::app::App;
use crate::app::batch::{BATCH, Taker};

/// The largest body. More goes into another call.
pub(in crate::api) const MESSAGES_BYTES_MAX: usize = 5 * 1024 * 1024;
/// Messages in one call: masked and written within its time, also on a busy desk.
const MESSAGES_MAX: usize = 20_000;
/// Lines that are named in an answer; the rest is counted.
const PROBLEMS_SHOWN_MAX: usize = 100;

/// What came of the messages.
#[derive(Default, Serialize, Deserialize, ToSchema)]
pub(in crate::api) struct TakenMessages {
    /// New ones.
    taken: u64,
    /// Known ones, which were handed in before.
    known: u64,
    /// Lines that did not come in.
    refused: u64,
    /// The first hundred of these, and lines that came in only in part.
    problems: Vec<LineProblem>,
}

/// What is wrong with a line.
#[derive(Serialize, Deserialize, ToSchema)]
struct LineProblem {
    /// Which one, from 1.
    line: u64,
    /// What is wrong, in English.
    detail: String,
    /// The message of this line came in all the same.
    taken: bool,
}

/// Hands in messages, one JSON object a line.
///
/// A line has `text`, and may have `id` (yours, kept as an HMAC: the same id is one message), `url`,
/// `source` (an outlet or a class of channel), `lang` and `published`. Whatever else it has is
/// dropped, fields that name whoever wrote it first of all. Safe to send twice.
#[utoipa::path(post, path = "/messages", tag = "partners", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, min_length = 16, max_length = 128,
        pattern = "^[!-~]+$", description = "Makes a call that is sent twice one call.")),
    request_body(content = String, content_type = "application/x-ndjson", description = "At most 5 MiB.",
        example = "{\"id\": \"1\", \"text\": \"Nghe nói ăn tỏi phòng được COVID-19\", \"lang\": \"vi\"}"),
    responses((status = 200, body = TakenMessages)))]
pub(in crate::api) async fn hand_in(
    State(app): State<Arc<App>>,
    Extension(Holder { key, maker: _ }): Extension<Holder>,
    headers: HeaderMap,
    request: Request,
) -> Answer<Json<TakenMessages>> {
    is_of(&headers, &["application/x-ndjson", "application/jsonl"])?;
    let bytes = bytes(request, &app).await?;
    let named = named(&app, &headers, &key.id.to_string(), &bytes)?;
    let parsed = tokio::task::spawn_blocking(move || parse(&key, &bytes)).await;
    let (lines, mut taken) = parsed.map_err(anyhow::Error::from)??;
    let kept = once(&app, named.as_ref(), async {
        take(&app, lines, &mut taken).await?;
        Ok(serde_json::to_string(&taken).map_err(anyhow::Error::from)?)
    });
    let kept = kept.await?;
    Ok(Json(serde_json::from_str(&kept).map_err(anyhow::Error::from)?))
}

/// The messages with their lines, and what was wrong with the other lines. What does not begin as
/// lines of JSON is not read at all: the reader of files would unpack it first.
fn parse(key: &ApiKey, bytes: &[u8]) -> Answer<(Vec<(u64, RawMessage)>, TakenMessages)> {
    let no_lines = || Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "api-no-lines");
    let begin = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes).trim_ascii_start();
    if !matches!(begin.first(), Some(b'{' | b'[')) {
        return Err(no_lines());
    }
    let mut taken = TakenMessages::default();
    let mut messages = Vec::new();
    let mut items = read(Cursor::new(bytes), Some(Kind::Messages));
    for item in items.by_ref() {
        if MESSAGES_MAX <= messages.len() {
            return Err(Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "api-too-many-messages"));
        }
        match item {
            Ok(Located { line, value: Item::Message(it), .. }) => {
                // Each partner has its own identifiers.
                let external_id = it.external_id.map(|id| format!("{}/{id}", key.org));
                messages.push((line, RawMessage { external_id, ..it }));
            }
            Ok(_) => {}
            Err(it) => {
                let is_note = it.value.is_note();
                taken.problem(it.line, it.value.to_string(), is_note);
            }
        }
    }
    match items.format() {
        Some(Format::Jsonl | Format::Json) => Ok((messages, taken)),
        _ => Err(no_lines()),
    }
}

async fn take(
    app: &App,
    mut messages: Vec<(u64, RawMessage)>,
    taken: &mut TakenMessages,
) -> Answer<()> {
    let mut taker = Taker::new(app, app.publishers().await?, Channel::Source);
    while !messages.is_empty() {
        let rest = messages.split_off(messages.len().min(BATCH));
        let some = taker.take(app, std::mem::replace(&mut messages, rest)).await?;
        taken.taken += some.n_new;
        taken.known += some.n_known;
        for (line, why) in some.refused {
            taken.problem(line, why.to_string(), false);
        }
    }
    Ok(())
}

impl TakenMessages {
    fn problem(&mut self, line: u64, detail: String, taken: bool) {
        self.refused += u64::from(!taken);
        if self.problems.len() < PROBLEMS_SHOWN_MAX {
            // It may quote the name of a field, and the answer of a named call is kept for a day.
            let detail = mask::mask(&detail, Lang::En).text;
            self.problems.push(LineProblem { line, detail, taken });
        }
    }
}

//! One JSON object or table row to a message or a claim.

use kiemtin_core::lang::Lang;
use kiemtin_core::message::{RawClaim, RawMessage};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::clean;
use crate::mend::mend_all;
use crate::problem::Problem;
use crate::table::{Column, Layout};

/// The fields that are read. All others, authors among them, are never looked at.
#[derive(Deserialize)]
struct Fields {
    id: Option<Value>,
    text: Option<Value>,
    title: Option<Value>,
    body: Option<Value>,
    lang: Option<Value>,
    url: Option<Value>,
    published: Option<Value>,
    source: Option<Value>,
    #[serde(rename = "claimReviewed")]
    review: Option<IgnoredAny>,
}

/// A message, and what was left out of it.
pub(crate) type Noted<T> = Result<(T, Vec<Problem>), Problem>;

/// Reads `{"id"?, "text", "lang"?, "url"?, "published"?, "source"?}`.
pub(crate) fn message(json: &str) -> Noted<RawMessage> {
    let fields = fields(json)?;
    let external_id = identifier(fields.id)?;
    let mut text = string(fields.text, "text")?.unwrap_or_default();
    let notes = mend_all(&mut [&mut text]);
    let text = needed(&text)?;
    let lang = string(fields.lang, "lang")?;
    let url = string(fields.url, "url")?;
    let published = published(fields.published)?;
    let source = string(fields.source, "source")?;
    let raw = Loose { external_id, text, lang, url, published, source, notes };
    Ok(raw.into_message())
}

/// Reads `{"id", "text", "title"?, "body"?, "lang"?}`.
pub(crate) fn claim(json: &str) -> Noted<RawClaim> {
    let fields = fields(json)?;
    let external_id = identifier(fields.id)?;
    let mut text = string(fields.text, "text")?.unwrap_or_default();
    let mut title = string(fields.title, "title")?.unwrap_or_default();
    let mut body = string(fields.body, "body")?.unwrap_or_default();
    let notes = mend_all(&mut [&mut text, &mut title, &mut body]);
    let claim = RawClaim {
        external_id,
        text: needed(&text)?,
        title: clean::line(&title),
        body: Some(clean::text(&body)).filter(|it| !it.is_empty()),
        lang: string(fields.lang, "lang")?.as_deref().and_then(Lang::from_tag),
    };
    Ok((claim, notes))
}

/// Reads a row of a table as a message.
pub(crate) fn message_row(record: &[String], layout: &Layout) -> Noted<RawMessage> {
    let value = |column| layout.value(record, column).map(str::to_owned);
    let mut text = row_text(record, layout)?;
    let notes = mend_all(&mut [&mut text]);
    let raw = Loose {
        external_id: value(Column::Id).as_deref().and_then(clean::line),
        text: needed(&text)?,
        lang: value(Column::Lang),
        url: value(Column::Url),
        published: value(Column::Published),
        source: value(Column::Source),
        notes,
    };
    Ok(raw.into_message())
}

/// Reads a row of a table as a claim.
pub(crate) fn claim_row(record: &[String], layout: &Layout) -> Noted<RawClaim> {
    let value = |column| layout.value(record, column);
    let owned = |column| value(column).unwrap_or_default().to_owned();
    let (mut title, mut body) = (owned(Column::Title), owned(Column::Body));
    let mut text = row_text(record, layout)?;
    let notes = mend_all(&mut [&mut text, &mut title, &mut body]);
    let claim = RawClaim {
        external_id: value(Column::Id).and_then(clean::line),
        text: needed(&text)?,
        title: clean::line(&title),
        body: Some(clean::text(&body)).filter(|it| !it.is_empty()),
        lang: value(Column::Lang).and_then(Lang::from_tag),
    };
    Ok((claim, notes))
}

fn row_text(record: &[String], layout: &Layout) -> Result<String, Problem> {
    let idx = layout.position(Column::Text).expect("a layout without a text column is none");
    let raw = record.get(idx).ok_or(Problem::FewColumns { found: record.len(), wanted: idx + 1 });
    raw.cloned()
}

/// A text that has been mended, cleaned.
fn needed(text: &str) -> Result<String, Problem> {
    let text = clean::text(text);
    if text.is_empty() { Err(Problem::MissingField("text")) } else { Ok(text) }
}

/// What came with a message, not yet looked at.
struct Loose {
    external_id: Option<String>,
    text: String,
    lang: Option<String>,
    url: Option<String>,
    published: Option<String>,
    source: Option<String>,
    /// What was told of its text.
    notes: Vec<Problem>,
}

impl Loose {
    fn into_message(self) -> (RawMessage, Vec<Problem>) {
        let mut notes = self.notes;
        let url = self.url.as_deref().map(str::trim).filter(|it| !it.is_empty()).and_then(|it| {
            let url = clean::web_url(it, None);
            notes.extend(url.is_none().then_some(Problem::LinkDropped));
            url.map(String::from)
        });
        let published = self.published.as_deref().and_then(|it| {
            let time = clean::time(it);
            notes.extend(time.is_none().then_some(Problem::BadDate));
            time
        });
        let source = self.source.as_deref().and_then(|it| {
            clean::source(it).unwrap_or_else(|problem| {
                notes.push(problem);
                None
            })
        });
        let lang = self.lang.as_deref().and_then(Lang::from_tag);
        let Self { external_id, text, .. } = self;
        (RawMessage { external_id, text, lang, url, published, source }, notes)
    }
}

fn fields(json: &str) -> Result<Fields, Problem> {
    // A struct can be read from an array too, which is not what we promise.
    if !json.trim_start().starts_with('{') {
        return Err(match serde_json::from_str::<IgnoredAny>(json) {
            Ok(_) => Problem::NotAnObject,
            Err(err) => not_json(&err),
        });
    }
    let fields: Fields = serde_json::from_str(json).map_err(|err| not_json(&err))?;
    if fields.text.is_none() && fields.review.is_some() {
        return Err(Problem::IsReview);
    }
    Ok(fields)
}

/// The parser's complaint as ours.
pub(crate) fn not_json(err: &serde_json::Error) -> Problem {
    let text = err.to_string();
    let why = text.split(" at line ").next().unwrap_or_default().to_owned();
    match why.strip_prefix("duplicate field `") {
        Some(field) => Problem::DuplicateField { field: field.trim_end_matches('`').to_owned() },
        None => Problem::NotJson { column: err.column(), why },
    }
}

fn string(value: Option<Value>, field: &'static str) -> Result<Option<String>, Problem> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Problem::WrongType { field }),
    }
}

/// Numbers are identifiers as well as words are.
fn identifier(value: Option<Value>) -> Result<Option<String>, Problem> {
    match value {
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        value => Ok(string(value, "id")?.as_deref().and_then(clean::line)),
    }
}

/// A date in words, or the seconds or milliseconds since 1970 that databases write.
fn published(value: Option<Value>) -> Result<Option<String>, Problem> {
    let Some(Value::Number(number)) = &value else {
        return string(value, "published");
    };
    let count = number.as_i64().unwrap_or(i64::MAX);
    let millis = if count.abs() < 100_000_000_000 { count * 1000 } else { count };
    let time = jiff::Timestamp::from_millisecond(millis);
    Ok(Some(time.map_or_else(|_| "no date".to_owned(), |it| it.to_string())))
}

//! One numbered version: to read, and as the bytes whose hash stands in the log.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};

use super::{claim, number};
use crate::app::App;
use crate::web::failure::{Answer, Failure};
use crate::web::page::Reader;

/// The salt of the hash, in hex: the body is the canonical document and nothing else, so that
/// anybody can compute the hash from what was received.
pub(super) const SALT: HeaderName = HeaderName::from_static("kiemtin-salt");

/// `GET /{lang}/c/{number}/v/{version}` and the same with `.json` behind it.
pub(super) async fn version(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, of, version)): Path<(String, String, String)>,
) -> Answer<Response> {
    let missing = Failure::Missing(reader.0);
    match version.strip_suffix(".json") {
        Some(version) => document(&app, reader, &of, number(version).ok_or(missing)?).await,
        None => claim::old(&app, reader, &of, number(&version).ok_or(missing)?).await,
    }
}

async fn document(app: &App, reader: Reader, of: &str, version: i64) -> Answer<Response> {
    let (_, versions) = claim::published(app, reader, of).await?;
    let found = versions.iter().find(|it| it.document.version == version);
    let found = found.ok_or(Failure::Missing(reader.0))?;
    let kind = (header::CONTENT_TYPE, "application/json".to_owned());
    let salt = (SALT, hex::encode(found.salt.0));
    Ok(([kind, salt], found.canonical.clone()).into_response())
}

//! The log for programs, under `/log/`: checkpoint, tiles, proofs, and what was published under each
//! entry (C2SP tlog-tiles; docs/formats/log.md). The same bytes for everybody, so they may be kept.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kiemtin_core::tree::{TILE_WIDTH, TilePath, bundle};
use kiemtin_store::log::Signed;

use crate::app::App;
use crate::web::failure::Answer;

/// Tiles and bundles never change, whatever the log becomes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// `GET /log/checkpoint`
pub(super) async fn checkpoint(State(app): State<Arc<App>>) -> Answer<Response> {
    match signed(&app).await? {
        Some(signed) => Ok(([(header::CONTENT_TYPE, TEXT)], signed.note).into_response()),
        None => Ok(absent()),
    }
}

/// `GET /log/key`: the public key, for whoever has none from elsewhere.
pub(super) async fn key(State(app): State<Arc<App>>) -> Answer<Response> {
    match signed(&app).await? {
        Some(signed) => {
            Ok(([(header::CONTENT_TYPE, TEXT)], format!("{}\n", signed.vkey)).into_response())
        }
        None => Ok(absent()),
    }
}

/// `GET /log/tile/…`: only what the signed checkpoint covers.
pub(super) async fn tile(
    State(app): State<Arc<App>>,
    Path(path): Path<String>,
) -> Answer<Response> {
    let size = signed(&app).await?.map_or(0, |it| it.size);
    let Some(tile) = TilePath::parse(&path).filter(|it| it.is_within(size)) else {
        return Ok(absent());
    };
    let bytes = match tile.is_bundle() {
        true => entries(&app, tile).await?,
        false => app.store.ask_tree(|it| it.tile(tile)).await?,
    };
    let headers = [(header::CONTENT_TYPE, BYTES), (header::CACHE_CONTROL, FOR_EVER)];
    Ok((headers, bytes).into_response())
}

async fn entries(app: &App, tile: TilePath) -> Answer<Vec<u8>> {
    let from = i64::try_from(tile.begin()).expect("the tile is within the log");
    let n = i64::try_from(tile.end() - tile.begin()).expect("a tile has 256 at most");
    let leaves = app.store.log_entries(from, n).await?;
    Ok(bundle(leaves.iter().map(|it| it.entry.as_str())))
}

/// `GET /log/documents/N` and `/log/documents/N.salt`: what was published under the N-th entry, and
/// the salt of its hash in hex.
pub(super) async fn document(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
) -> Answer<Response> {
    let (idx, is_salt) = match name.strip_suffix(".salt") {
        Some(idx) => (index(idx), true),
        None => (index(&name), false),
    };
    let Some(idx) = idx else { return Ok(absent()) };
    Ok(match app.store.log_document(idx).await? {
        Some((_, salt)) if is_salt => {
            ([(header::CONTENT_TYPE, TEXT)], format!("{}\n", hex::encode(salt))).into_response()
        }
        Some((document, _)) => ([(header::CONTENT_TYPE, JSON)], document).into_response(),
        None => absent(),
    })
}

/// `GET /log/proofs/N.tlog-proof`: that the N-th entry is in the log (C2SP tlog-proof).
pub(super) async fn proof(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
) -> Answer<Response> {
    let idx = name.strip_suffix(".tlog-proof").and_then(index);
    let (Some(idx), Some(signed)) = (idx, signed(&app).await?) else { return Ok(absent()) };
    let place = u64::try_from(idx).expect("an index is not negative");
    if signed.size <= place {
        return Ok(absent());
    }
    let hashes = app.store.ask_tree(|it| it.prove_entry(signed.size, place)).await?;
    let lines: String = hashes.iter().map(|it| STANDARD.encode(it) + "\n").collect();
    let text = format!("c2sp.org/tlog-proof@v1\nindex {idx}\n{lines}\n{}", signed.note);
    Ok(([(header::CONTENT_TYPE, TEXT)], text).into_response())
}

/// The newest checkpoint, once one was signed.
async fn signed(app: &App) -> Answer<Option<Signed>> {
    Ok(app.store.signed_log().await?.filter(|it| !it.note.is_empty()))
}

/// A place in the log, in its one spelling.
fn index(text: &str) -> Option<i64> {
    text.parse().ok().filter(|it: &i64| 0 <= *it && it.to_string() == text)
}

/// For programs, in no language.
fn absent() -> Response {
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, TEXT)], "not in this log\n").into_response()
}

const _: () = assert!(TILE_WIDTH == 256, "a bundle is read in one statement");

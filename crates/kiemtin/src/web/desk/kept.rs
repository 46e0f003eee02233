//! What is kept of a case's sources, for members only: the page as it was, the archive around it, all
//! of a case's archives in one file, and the timestamp. Nothing in any of it runs or loads anything.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse as _, Response};
use kiemtin_core::case::Capture;
use kiemtin_core::ids::EvidenceId;
use kiemtin_core::time::Timestamp;
use kiemtin_store::evidence::Evidence;

use super::actor::Visit;
use super::case;
use super::halt::{Answer, Halt};
use crate::app::clock::chance;
use crate::app::{App, pages};
use crate::archive::wacz::{self, Item};
use crate::archive::warc::{self, Making};

/// Kinds of pages that can be read, besides `text/…`.
const TEXT_TYPES: [&str; 6] = [
    "application/xhtml+xml",
    "application/xml",
    "application/json",
    "application/ld+json",
    "application/atom+xml",
    "application/rss+xml",
];
/// The most that one file of a case's archives may hold, in bytes: it is put together in memory. A
/// case has ten sources of half a megabyte.
const WACZ_BYTES_MAX: usize = 128 * 1024 * 1024;

/// A blob of a piece of evidence.
struct Blob {
    sha256: String,
    media_type: String,
    kept: Timestamp,
    bytes: Vec<u8>,
}

/// `GET /desk/cases/{id}/evidence/{evidence}/kept`: the page as it was. What can be read is shown as
/// its source, the rest is saved as a file.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    Path((id, evidence)): Path<(String, String)>,
) -> Answer<Response> {
    let Blob { sha256, media_type, bytes, .. } = blob(&app, &id, &evidence).await?;
    let (media_type, bytes) = match media_type.as_str() {
        warc::MEDIA_TYPE => {
            let page = warc::page(&bytes).map_err(|it| Halt::Broken(it.into()))?;
            (page.media_type, page.body)
        }
        // What was handed in, or kept before there were archives, is the page itself.
        _ => (media_type, bytes),
    };
    let is_text = media_type.starts_with("text/") || TEXT_TYPES.contains(&&*media_type);
    Ok(match is_text {
        true => sent("text/plain; charset=utf-8", "inline".to_owned(), bytes),
        false => {
            let name = format!("{}.{}", &sha256[..16], ending(&media_type));
            sent("application/octet-stream", saved_as(&name), bytes)
        }
    })
}

/// `GET /desk/cases/{id}/evidence/{evidence}/file`: the blob under its hash, as it lies in the store.
pub(super) async fn file(
    State(app): State<Arc<App>>,
    Path((id, evidence)): Path<(String, String)>,
) -> Answer<Response> {
    let blob = blob(&app, &id, &evidence).await?;
    let name = format!("{}.{}", blob.sha256, ending(&blob.media_type));
    Ok(sent("application/octet-stream", saved_as(&name), blob.bytes))
}

/// `GET /desk/cases/{id}/evidence/{evidence}/stamp`: the timestamp authority's answer, for
/// `openssl ts -verify` beside the file.
pub(super) async fn stamp(
    State(app): State<Arc<App>>,
    Path((id, evidence)): Path<(String, String)>,
) -> Answer<Response> {
    let found = found(&app, &id, &evidence).await?;
    let sha256 = found.blob.ok_or(Halt::Missing)?;
    let stamp = app.store.stamp(&sha256).await?.ok_or(Halt::Missing)?;
    let name = format!("{sha256}.tsr");
    Ok(sent("application/timestamp-reply", saved_as(&name), stamp.reply))
}

/// `GET /desk/cases/{id}/evidence.wacz`: everything that is kept of the case's sources, to be opened
/// with a replay tool.
pub(super) async fn wacz(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(id): Path<String>,
) -> Answer<Response> {
    let (case, claim) = case::found(&app, &id).await?;
    let (mut items, mut n_bytes) = (Vec::new(), 0);
    for source in app.store.evidence(case.id).await? {
        let Some(blob) = blob_of(&app, &source).await? else { continue };
        n_bytes += blob.bytes.len();
        if WACZ_BYTES_MAX < n_bytes {
            return Err(Halt::Rule("d-wacz-too-large"));
        }
        items.push(item(source, blob));
    }
    if items.is_empty() {
        return Err(Halt::Rule("d-wacz-empty"));
    }
    let title = claim.text.text(visit.lang).to_owned();
    let packed = tokio::task::spawn_blocking({
        let now = app.now();
        move || wacz::pack(&title, &items, now)
    });
    let bytes = packed.await.map_err(|it| Halt::Broken(it.into()))?.map_err(Halt::Broken)?;
    Ok(sent(wacz::MEDIA_TYPE, saved_as(&format!("{}.wacz", case.id)), bytes))
}

/// A source with its archive; one is made around what is no archive.
fn item(source: Evidence, blob: Blob) -> Item {
    let mut making = Making { at: blob.kept, chance: &mut || chance() };
    let archive = match blob.media_type.as_str() {
        warc::MEDIA_TYPE => blob.bytes,
        other => warc::pack_file(&source.url, other, &blob.bytes, &mut making),
    };
    let (name, at) = (source.id.to_string(), blob.kept);
    Item { name, url: source.url, title: source.title, at, archive }
}

async fn found(app: &App, id: &str, evidence: &str) -> Answer<Evidence> {
    let (case, _) = case::found(app, id).await?;
    let id = EvidenceId::parse(evidence)?;
    let found = app.store.evidence(case.id).await?.into_iter().find(|it| it.id == id);
    found.ok_or(Halt::Missing)
}

async fn blob(app: &App, id: &str, evidence: &str) -> Answer<Blob> {
    let found = found(app, id, evidence).await?;
    blob_of(app, &found).await?.ok_or(Halt::Missing)
}

/// The blob of a source, if its page is kept.
async fn blob_of(app: &App, source: &Evidence) -> Answer<Option<Blob>> {
    let (Capture::Archived { .. }, Some(sha256)) = (&source.capture, &source.blob) else {
        return Ok(None);
    };
    let (media_type, kept) = app.store.kept_page(sha256).await?.ok_or(Halt::Missing)?;
    let bytes = pages::page(&app.store, &app.folder, sha256).await?;
    Ok(Some(Blob { sha256: sha256.clone(), media_type, kept, bytes }))
}

/// What a file of this kind is called at its end. The name is ours: nothing of it was sent in.
fn ending(media_type: &str) -> &'static str {
    match media_type {
        warc::MEDIA_TYPE => "warc.gz",
        "application/pdf" => "pdf",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        _ => "bin",
    }
}

fn saved_as(name: &str) -> String {
    format!("attachment; filename=\"{name}\"")
}

fn sent(media_type: &'static str, place: String, bytes: Vec<u8>) -> Response {
    let headers: [(HeaderName, String); 5] = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, place),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}

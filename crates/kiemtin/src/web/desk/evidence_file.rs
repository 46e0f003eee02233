//! `/desk/cases/{id}/evidence/file`: a file of an institution or publisher as evidence, handed in by a
//! member. A picture is made anew from its dots, so that place, time and camera are gone; a PDF is
//! kept as it is, for members only. Its name is never read.

use std::sync::Arc;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kiemtin_core::case::Capture;
use kiemtin_extract::limits::PICTURE_BYTES_MAX;
use kiemtin_extract::picture::{NotAPicture, is_picture};
use kiemtin_store::evidence::{Blob, Evidence};
use kiemtin_store::{Rule, StoreError};

use super::actor::{Actor, Visit};
use super::case;
use super::evidence::{is_open, read, show};
use super::form::{Fields, Form};
use super::halt::{Answer, Halt};
use crate::app::App;
use crate::app::pictures::{NotSeen, Place};
use crate::web::routes::BODY_BYTES_MAX;

/// The largest file: reports of institutions have 1 to 5 MB, long ones with maps 12.
const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;
const FILE_MB_MAX: usize = FILE_BYTES_MAX / (1024 * 1024);
/// The longest body. Larger than the largest file, so that whoever chose a larger one reads so at the
/// field and not on a page of failure.
pub(super) const SENT_BYTES_MAX: usize = 2 * FILE_BYTES_MAX + BODY_BYTES_MAX;
/// How a PDF begins; the standard allows some bytes before it, and those files are refused.
const PDF: &[u8] = b"%PDF-";

const _: () = assert!(PICTURE_BYTES_MAX <= FILE_BYTES_MAX);

/// A form with a file.
pub(super) struct Sent {
    fields: Fields,
    file: Option<Attached>,
}

/// A file that came along.
enum Attached {
    /// Its bytes, and the place in memory that they take.
    File(Vec<u8>, Place),
    TooLarge,
    Busy,
}

/// `GET /desk/cases/{id}/evidence/file`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    Path(id): Path<String>,
) -> Answer<Response> {
    let form = Form::new(visit.lang, Fields::default());
    show(&app, &visit, &id, StatusCode::OK, form, Some(FILE_MB_MAX)).await
}

/// `POST /desk/cases/{id}/evidence/file`
pub(super) async fn add(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
    sent: Sent,
) -> Answer<Response> {
    let (case, _) = case::found(&app, &id).await?;
    is_open(&case)?;
    let mut form = Form::new(visit.lang, sent.fields);
    let new = read(&app, &actor, &mut form);
    let file = taken(&app, &mut form, sent.file).await?;
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    let (Some(new), Some((bytes, media_type)), true) = (new, file, form.is_fine()) else {
        form.complain("file", "d-evidence-file-again");
        return show(&app, &visit, &id, refused, form, Some(FILE_MB_MAX)).await;
    };
    // Durable before the row that names it.
    let sha256 = app.folder.keep_blob(&bytes)?;
    let capture = Capture::Archived { sha256: sha256.clone() };
    let new = Evidence { capture, blob: Some(sha256.clone()), handed_in: true, ..new };
    let blob = Blob { sha256, bytes, media_type: media_type.to_owned() };
    let added = app.store.add_evidence_file(case.id, &new, &blob, app.act(&actor.member)).await;
    if let Err(StoreError::Rule(Rule::EvidenceTwice)) = added {
        form.complain("url", Rule::EvidenceTwice.code());
        return show(&app, &visit, &id, refused, form, Some(FILE_MB_MAX)).await;
    }
    added?;
    app.work.notify_one();
    Ok(Redirect::to(&format!("/desk/cases/{}?done=evidence", case.id)).into_response())
}

/// What is kept of a file, and its kind; complaints stand in the form.
async fn taken(
    app: &App,
    form: &mut Form,
    file: Option<Attached>,
) -> Answer<Option<(Vec<u8>, &'static str)>> {
    let too_large = |form: &mut Form| {
        form.complain_with("file", "d-evidence-file-large", FILE_MB_MAX as i64);
        Ok(None)
    };
    let (bytes, _place) = match file {
        Some(Attached::File(bytes, place)) => (bytes, place),
        Some(Attached::Busy) => return Err(Halt::Busy("d-evidence-file-busy")),
        Some(Attached::TooLarge) => return too_large(form),
        None => {
            form.complain("file", "d-evidence-file-needed");
            return Ok(None);
        }
    };
    if bytes.starts_with(PDF) {
        return Ok(Some((bytes, "application/pdf")));
    }
    if !is_picture(&bytes) {
        form.complain("file", "d-evidence-file-other");
        return Ok(None);
    }
    match app.clean(bytes).await {
        Ok(clean) => Ok(Some((clean.bytes, clean.media_type))),
        Err(NotSeen::Busy) => Err(Halt::Busy("d-evidence-file-busy")),
        Err(NotSeen::File(NotAPicture::TooManyBytes { .. } | NotAPicture::TooLarge { .. })) => {
            form.complain("file", "d-evidence-picture-large");
            Ok(None)
        }
        Err(NotSeen::File(NotAPicture::Damaged | NotAPicture::OtherForm)) => {
            form.complain("file", "d-evidence-picture-damaged");
            Ok(None)
        }
    }
}

impl FromRequest<Arc<App>> for Sent {
    type Rejection = Halt;

    async fn from_request(request: Request, app: &Arc<App>) -> Answer<Self> {
        let parts = Multipart::from_request(request, app).await;
        let mut parts = parts.map_err(|it| Halt::NotAForm(it.status()))?;
        let (mut typed, mut file) = (Vec::new(), None);
        while let Some(field) = parts.next_field().await.map_err(halt)? {
            let name = field.name().unwrap_or_default().to_owned();
            match name.as_str() {
                "file" if file.is_none() => file = attached(app, field).await?,
                // Another file is passed over; the limit on the body holds for it too.
                _ if field.file_name().is_some() => {}
                _ => {
                    let value = bytes(field, BODY_BYTES_MAX).await?;
                    let value = value.ok_or(Halt::NotAForm(StatusCode::PAYLOAD_TOO_LARGE))?;
                    typed.push((name, String::from_utf8_lossy(&value).into_owned()));
                }
            }
        }
        Ok(Self { fields: Fields::sent(typed), file })
    }
}

/// What was typed into a form with a file that nobody may send: the file is passed over.
pub(super) async fn typed(app: &Arc<App>, request: Request) -> Fields {
    let mut typed = Vec::new();
    // What breaks off is shown as far as it came.
    if let Ok(mut parts) = Multipart::from_request(request, app).await {
        while let Ok(Some(field)) = parts.next_field().await {
            let name = field.name().unwrap_or_default().to_owned();
            if field.file_name().is_some() {
                continue;
            }
            let Ok(Some(value)) = bytes(field, BODY_BYTES_MAX).await else { break };
            typed.push((name, String::from_utf8_lossy(&value).into_owned()));
        }
    }
    Fields::sent(typed)
}

/// A browser that was given no file sends an empty one.
async fn attached(app: &App, field: Field<'_>) -> Answer<Option<Attached>> {
    let Ok(place) = app.place_for_picture().await else {
        bytes(field, 0).await?;
        return Ok(Some(Attached::Busy));
    };
    Ok(match bytes(field, FILE_BYTES_MAX).await? {
        Some(bytes) if bytes.is_empty() => None,
        Some(bytes) => Some(Attached::File(bytes, place)),
        None => Some(Attached::TooLarge),
    })
}

/// A field to its end; `None` when it is longer than `max`.
async fn bytes(mut field: Field<'_>, max: usize) -> Answer<Option<Vec<u8>>> {
    let mut kept = Some(Vec::new());
    while let Some(chunk) = field.chunk().await.map_err(halt)? {
        kept = kept.filter(|it| it.len() + chunk.len() <= max);
        if let Some(kept) = &mut kept {
            kept.extend_from_slice(&chunk);
        }
    }
    Ok(kept)
}

fn halt(err: MultipartError) -> Halt {
    Halt::NotAForm(err.status())
}

//! What the form of a tip sends: what was typed and, when a browser sends files, a picture. A
//! picture is held in memory only, and only as many at once as there are places.

use std::sync::Arc;

use axum::Form;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use kiemtin_extract::limits::PICTURE_BYTES_MAX;
use serde::Deserialize;

use crate::app::App;
use crate::app::pictures::Place;
use crate::web::routes::BODY_BYTES_MAX;

/// The longest body with a picture. Larger than the largest picture that is taken, so that whoever
/// chose a larger one reads so at the field and not on a page of failure.
pub(super) const SENT_BYTES_MAX: usize = 3 * PICTURE_BYTES_MAX + BODY_BYTES_MAX;

/// The typed fields. None of them names a person.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Tip {
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    pub(super) url: String,
    #[serde(default)]
    pub(super) seen: String,
}

/// A tip as it was sent.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) tip: Tip,
    pub(super) picture: Option<Attached>,
}

/// A picture that came along.
#[derive(Debug)]
pub(super) enum Attached {
    /// Its bytes, and the place that they take.
    File(Vec<u8>, Place),
    /// It was larger than is taken.
    TooLarge,
    /// There was no place for it.
    Busy,
    /// It has a name and no bytes.
    Empty,
}

impl FromRequest<Arc<App>> for Sent {
    type Rejection = Response;

    async fn from_request(mut request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).map(|it| it.as_bytes());
        if !kind.is_some_and(|it| it.starts_with(b"multipart/")) {
            DefaultBodyLimit::max(BODY_BYTES_MAX).apply(&mut request);
            let form = Form::<Tip>::from_request(request, app).await;
            let Form(tip) = form.map_err(IntoResponse::into_response)?;
            return Ok(Self { tip, picture: None });
        }
        let parts = Multipart::from_request(request, app).await;
        read(app, parts.map_err(IntoResponse::into_response)?).await
    }
}

async fn read(app: &App, mut parts: Multipart) -> Result<Sent, Response> {
    let mut sent = Sent::default();
    while let Some(field) = parts.next_field().await.map_err(IntoResponse::into_response)? {
        match field.name() {
            Some("text") => sent.tip.text = typed(field).await?,
            Some("url") => sent.tip.url = typed(field).await?,
            Some("seen") => sent.tip.seen = typed(field).await?,
            Some("picture") if sent.picture.is_none() => sent.picture = picture(app, field).await?,
            // What else is sent is passed over; the limit on the body holds for it too.
            _ => drop(bytes(field, Vec::new(), 0).await?),
        }
    }
    Ok(sent)
}

async fn typed(field: Field<'_>) -> Result<String, Response> {
    let bytes = bytes(field, Vec::new(), BODY_BYTES_MAX).await?;
    let bytes = bytes.ok_or_else(|| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A browser that was given no file sends an empty one without a name: that is none.
async fn picture(app: &App, mut field: Field<'_>) -> Result<Option<Attached>, Response> {
    let has_name = field.file_name().is_some_and(|it| !it.is_empty());
    let first = loop {
        match field.chunk().await.map_err(IntoResponse::into_response)? {
            None => return Ok(has_name.then_some(Attached::Empty)),
            Some(chunk) if chunk.is_empty() => {}
            Some(chunk) => break chunk,
        }
    };
    let Ok(place) = app.place_for_picture().await else {
        bytes(field, Vec::new(), 0).await?;
        return Ok(Some(Attached::Busy));
    };
    let bytes = bytes(field, first.to_vec(), PICTURE_BYTES_MAX).await?;
    Ok(Some(bytes.map_or(Attached::TooLarge, |it| Attached::File(it, place))))
}

/// The rest of a field after its beginning, to its end; `None` when it is longer than `max`.
async fn bytes(
    mut field: Field<'_>,
    begun: Vec<u8>,
    max: usize,
) -> Result<Option<Vec<u8>>, Response> {
    let mut kept = Some(begun).filter(|it| it.len() <= max);
    while let Some(chunk) = field.chunk().await.map_err(IntoResponse::into_response)? {
        kept = kept.filter(|it| it.len() + chunk.len() <= max);
        if let Some(kept) = &mut kept {
            kept.extend_from_slice(&chunk);
        }
    }
    Ok(kept)
}

//! Fetches the page of a piece of evidence and keeps it. Safe to run twice: the same bytes are the
//! same blob, and only a waiting capture is written down.

use kiemtin_core::case::Capture;
use kiemtin_core::ids::EvidenceId;
use kiemtin_store::evidence::Blob;
use kiemtin_store::jobs::Leased;

use crate::app::App;
use crate::fetch::{Accept, Fetcher};

pub(super) async fn run(app: &App, fetcher: &Fetcher, job: &Leased) -> anyhow::Result<()> {
    let id: EvidenceId = serde_json::from_str(&job.payload)?;
    let url = app.store.capture_url(id).await?;
    let (capture, blob) = match url {
        None => (Capture::Pending, None),
        Some(url) => match fetcher.get(&url, Accept::Any).await {
            Ok(page) => {
                let sha256 = app.folder.keep_blob(&page.body)?;
                let (bytes, media_type) = (page.body, page.media_type);
                let blob = Blob { sha256: sha256.clone(), bytes, media_type };
                (Capture::Archived { sha256 }, Some(blob))
            }
            Err(err) => (Capture::Failed { why: err.to_string() }, None),
        },
    };
    app.store.end_capture(job, id, &capture, blob.as_ref(), app.now()).await?;
    Ok(())
}

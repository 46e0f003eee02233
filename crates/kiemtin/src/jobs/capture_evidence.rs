//! Fetches the page of a piece of evidence and keeps the conversation as an archive. Safe to run
//! twice: only a waiting capture is written down, and a second archive that nothing names is a file
//! too many.

use kiemtin_core::case::Capture;
use kiemtin_core::host;
use kiemtin_core::ids::EvidenceId;
use kiemtin_core::review::{BadSource, source_url};
use kiemtin_store::evidence::{Blob, Kept};
use kiemtin_store::jobs::Leased;
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::app::clock::chance;
use crate::archive::warc::{self, Exchange, Making};
use crate::fetch::{Fetched, Fetcher};

pub(super) async fn run(app: &App, fetcher: &Fetcher, job: &Leased) -> anyhow::Result<()> {
    let id: EvidenceId = serde_json::from_str(&job.payload)?;
    let url = app.store.capture_url(id).await?;
    let (capture, kept) = match url {
        None => (Capture::Pending, None),
        Some(url) => match fetcher.capture(&url).await {
            // The page is judged where the fetch ended, and all on the way: a short link may lead
            // to somebody's post.
            Ok((page, conversation)) => match placed(&page, &conversation) {
                Err(bad) => (Capture::Failed { why: misplaced(bad).to_owned() }, None),
                Ok(()) => {
                    let sha256 = hex::encode(Sha256::digest(&page.body));
                    let kept = keep(app, page, &conversation, fetcher.stamps()).await?;
                    (Capture::Archived { sha256 }, Some(kept))
                }
            },
            Err(err) => (Capture::Failed { why: err.code() }, None),
        },
    };
    let (now, chance) = (app.now(), chance());
    app.store.end_capture(job, id, &capture, kept.as_ref(), now, chance).await?;
    Ok(())
}

/// Whether every address of the conversation can be evidence.
fn placed(page: &Fetched, conversation: &[Exchange]) -> Result<(), BadSource> {
    let on_the_way = conversation.iter().map(|it| it.url.as_str());
    on_the_way.chain([page.url.as_str()]).try_for_each(|it| source_url(it).map(drop))
}

/// Keeps the conversation, durable before the row that names it.
async fn keep(
    app: &App,
    page: Fetched,
    conversation: &[Exchange],
    stamp: bool,
) -> anyhow::Result<Kept> {
    let bytes = packed(app, conversation);
    let sha256 = app.folder.keep_blob(&bytes)?;
    Ok(Kept {
        blob: Blob { sha256, bytes, media_type: warc::MEDIA_TYPE.to_owned() },
        url: page.url.to_string(),
        host: host::publisher(page.url.host_str().unwrap_or_default()),
        validator: page.etag.clone().or_else(|| page.last_modified.clone()),
        text_sha256: text_sha256(page).await,
        stamp,
    })
}

fn packed(app: &App, conversation: &[Exchange]) -> Vec<u8> {
    warc::pack(conversation, &mut Making { at: app.now(), chance: &mut || chance() })
}

/// SHA-256 of what a page says, spaces aside; of other files that of their bytes. `None` for a page
/// in which no text is found: it cannot be compared.
pub(super) async fn text_sha256(page: Fetched) -> Option<String> {
    // Reading a page takes a processor for a while; a reader that panics met one without text.
    tokio::task::spawn_blocking(move || said(&page)).await.unwrap_or(None)
}

fn said(page: &Fetched) -> Option<String> {
    let is_page = matches!(
        page.media_type.as_str(),
        "text/html" | "application/xhtml+xml" | "text/plain" | "application/octet-stream"
    );
    if !is_page {
        return Some(hex::encode(Sha256::digest(&page.body)));
    }
    let url = Some(page.url.as_str());
    let text = kiemtin_extract::page(&page.body, page.charset.as_deref(), url).text;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then(|| hex::encode(Sha256::digest(text)))
}

/// Why a page is not kept that was fetched: what is wrong with the address where it stands.
fn misplaced(bad: BadSource) -> &'static str {
    match bad {
        BadSource::TooLong => "long",
        BadSource::NotAPage => "place",
        BadSource::Personal => "post",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_a_page_sends_on_to_is_refused_for_its_own_reason() {
        let why = |url: &str| source_url(url).map_err(misplaced).err();
        assert_eq!(why("https://page.example/a"), None);
        assert_eq!(why(&format!("https://page.example/{}", "a".repeat(10_000))), Some("long"));
        assert_eq!(why("https://me:secret@page.example/"), Some("place"));
        assert_eq!(why("https://www.facebook.com/somebody/posts/1"), Some("post"));
    }
}

//! Fetches the page of a piece of evidence and keeps it. Safe to run twice: the same bytes are the
//! same blob, and only a waiting capture is written down.

use kiemtin_core::case::Capture;
use kiemtin_core::ids::EvidenceId;
use kiemtin_core::review::{BadSource, source_url};
use kiemtin_store::evidence::Blob;
use kiemtin_store::jobs::Leased;

use crate::app::App;
use crate::fetch::{Accept, Fetcher, NotFetched};

pub(super) async fn run(app: &App, fetcher: &Fetcher, job: &Leased) -> anyhow::Result<()> {
    let id: EvidenceId = serde_json::from_str(&job.payload)?;
    let url = app.store.capture_url(id).await?;
    let (capture, blob) = match url {
        None => (Capture::Pending, None),
        Some(url) => match fetcher.get(&url, Accept::Any).await {
            // The page is judged where the fetch ended: a short link may lead to somebody's post.
            Ok(page) => match source_url(page.url.as_str()) {
                Err(bad) => (Capture::Failed { why: misplaced(bad).to_owned() }, None),
                Ok(_) => {
                    let sha256 = app.folder.keep_blob(&page.body)?;
                    let (bytes, media_type) = (page.body, page.media_type);
                    let blob = Blob { sha256: sha256.clone(), bytes, media_type };
                    (Capture::Archived { sha256 }, Some(blob))
                }
            },
            Err(err) => (Capture::Failed { why: why(&err) }, None),
        },
    };
    app.store.end_capture(job, id, &capture, blob.as_ref(), app.now()).await?;
    Ok(())
}

/// Why a page is not kept that was fetched: what is wrong with the address where it stands.
fn misplaced(bad: BadSource) -> &'static str {
    match bad {
        BadSource::TooLong => "long",
        BadSource::NotAPage => "place",
        BadSource::Personal => "post",
    }
}

/// Why a page was not kept, as a code with what belongs to it: pages say it in the member's language.
fn why(err: &NotFetched) -> String {
    match err {
        NotFetched::Refused(_) | NotFetched::SentOn(_) => "refused".to_owned(),
        NotFetched::TooManyRedirects => "redirects".to_owned(),
        NotFetched::NoSuchName => "name".to_owned(),
        NotFetched::TimedOut => "slow".to_owned(),
        NotFetched::Tls(_) => "tls".to_owned(),
        NotFetched::Status(status) => format!("status {status}"),
        NotFetched::MediaType(kind) => format!("kind {kind}"),
        NotFetched::Packing(_) | NotFetched::NotGzip => "packing".to_owned(),
        NotFetched::TooLarge { .. } | NotFetched::Bomb | NotFetched::HeadTooLarge => {
            "size".to_owned()
        }
        NotFetched::Network(_) => "network".to_owned(),
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

//! Looks whether archived sources are still there and say what they said: one at a time, one site
//! seldom, the head first. A look that finds nothing wrong changes a date; none corrects an answer.
//!
//! Not a row among the jobs: the source says itself when it is due (`kiemtin_store::looks`).

use std::time::Duration;

use kiemtin_core::case::PageState;
use kiemtin_core::review::source_url;
use kiemtin_store::StoreError;
use kiemtin_store::looks::Look;
use url::Url;

use super::capture_evidence::text_sha256;
use crate::app::App;
use crate::fetch::{Accept, Fetcher, NotFetched};

/// How long a node rests between two looks, and when none is due.
pub(super) const PAUSE: Duration = Duration::from_secs(20);

/// Looks at the source that is due longest; `false` when none is due.
///
/// # Errors
/// The database failed.
pub async fn step(app: &App, fetcher: &Fetcher) -> anyhow::Result<bool> {
    let look = match app.store.next_look(app.now()).await {
        Ok(Some(look)) => look,
        Ok(None) | Err(StoreError::Stale) => return Ok(false), // Another node was faster.
        Err(err) => return Err(err.into()),
    };
    let found = find(fetcher, &look).await;
    app.store.end_look(&look, found, app.now()).await?;
    Ok(true)
}

/// What became of a page; `None` when the site does not say.
async fn find(fetcher: &Fetcher, look: &Look) -> Option<PageState> {
    let head = fetcher.head(&look.url).await;
    // Sites without HEAD answer it with errors of all kinds: only a plain yes spares the page.
    if let Ok(head) = &head
        && head.status == 200
        && look.validator.is_some()
        && look.validator == head.validator
    {
        return Some(PageState::Alive);
    }
    let page = match fetcher.get(&look.url, Accept::Any).await {
        Ok(page) => page,
        Err(NotFetched::Status(404 | 410)) => return Some(PageState::Gone),
        Err(_) => return None,
    };
    if source_url(page.url.as_str()).is_err() || !is_same_place(&page.url, &look.url) {
        return Some(PageState::Moved);
    }
    // A page in which no text was found cannot be compared.
    let is_same = look.text_sha256.is_none() || look.text_sha256 == text_sha256(page).await;
    Some(if is_same { PageState::Alive } else { PageState::Changed })
}

/// Whether two addresses differ only in what sites change without moving anything: `https` for
/// `http`, `www.`, a slash at the end.
fn is_same_place(now: &Url, before: &str) -> bool {
    let Ok(before) = Url::parse(before) else { return false };
    let host = |it: &Url| {
        let host = it.host_str().unwrap_or_default();
        (host.strip_prefix("www.").unwrap_or(host).to_owned(), it.port())
    };
    let path = |it: &Url| it.path().trim_end_matches('/').to_owned();
    host(now) == host(&before) && path(now) == path(&before) && now.query() == before.query()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_that_turned_to_https_has_moved_nothing() {
        let same =
            |now: &str| is_same_place(&Url::parse(now).expect("valid"), "http://a.vn/tin?a=1");
        assert!(same("https://www.a.vn/tin/?a=1"));
        assert!(!same("https://a.vn/"));
        assert!(!same("https://a.vn/tin?a=2"));
        assert!(!same("https://b.vn/tin?a=1"));
    }
}

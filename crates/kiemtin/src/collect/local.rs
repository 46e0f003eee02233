//! Files and folders of this machine as sources: each file is read once, and again when it changed.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, UNIX_EPOCH};

use kiemtin_core::source::Kind;
use kiemtin_extract::{Document, Place, Problem};
use sha2::{Digest as _, Sha256};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::round::{Unread, Visiting};
use crate::documents::{Helpers, files_below};

/// Files of a folder that are read in one round; the rest is for the next.
const FILES_MAX: usize = 500;
/// How long a round goes on beginning files: shorter than the lease.
const ROUND_MAX: Duration = Duration::from_secs(5 * 60);
/// Documents that are read ahead of what takes them in.
const AHEAD: usize = 16;

/// A file as it is now.
struct Standing {
    path: PathBuf,
    /// Changes when the file does.
    id: String,
}

/// Reads what is new or changed.
pub(super) async fn read(visit: &mut Visiting<'_>) -> anyhow::Result<()> {
    let location = PathBuf::from(&visit.source.location);
    let is_folder = visit.source.kind == Kind::Folder;
    let files = tokio::task::spawn_blocking(move || standing(&location, is_folder)).await?;
    let Ok(files) = files else {
        visit.found.fail_here("file");
        return Ok(());
    };
    let items = files.into_iter().map(|it| (it.id, it.path)).collect();
    let began = Instant::now();
    let helpers = Helpers::find().await;
    for (idx, Unread { hmac, id, item: path }) in visit.unread(items).await?.into_iter().enumerate()
    {
        if FILES_MAX <= idx || ROUND_MAX < began.elapsed() {
            visit.found.has_more = true;
            break;
        }
        // What was not read for a reason of ours is read once that is mended.
        if file(visit, &helpers, &id, path).await? {
            visit.found.read.push(hmac);
        }
    }
    Ok(())
}

/// One file, document by document: an archive of a gigabyte is never in memory. Whether it was read as
/// far as it ever can be.
async fn file(
    visit: &mut Visiting<'_>,
    helpers: &Helpers,
    id: &str,
    path: PathBuf,
) -> anyhow::Result<bool> {
    let (sender, mut receiver) = mpsc::channel::<(Place, Document)>(AHEAD);
    let (helpers, runtime) = (helpers.clone(), Handle::current());
    let reading = tokio::task::spawn_blocking(move || {
        helpers.read(&path, &runtime, &mut |place, document| {
            sender.blocking_send((place, document)).is_ok()
        })
    });
    let mut is_read = true;
    while let Some((place, document)) = receiver.recv().await {
        visit.hold().await?;
        if document.problems.iter().any(|it| matches!(it, Problem::Helper { is_missing: true, .. }))
        {
            visit.found.trouble = Some("program".to_owned());
            is_read = false;
        }
        if document.text.is_empty() && document.claim_reviews.is_empty() {
            visit.found.n_refused += 1;
            continue;
        }
        // The same text in a file that was changed elsewhere is the same message.
        let own = document.canonical.clone().unwrap_or_default();
        let text = hex::encode(Sha256::digest(&document.text));
        let (url, known_by) = match place {
            Place::Address(url) => (url.clone(), format!("{url}#{text}")),
            Place::Whole | Place::Number(_) => (own, format!("{}#{text}", visit.source.location)),
        };
        visit.take_page(&known_by, &url, document).await?;
    }
    match reading.await {
        Ok(Ok(())) => Ok(is_read),
        Ok(Err(err)) => {
            tracing::warn!(source.item = id, error = %err, "A file could not be opened: {err}");
            visit.found.n_refused += 1;
            visit.found.trouble = Some("file".to_owned());
            Ok(false)
        }
        // A file that nobody can read.
        Err(err) => {
            tracing::error!(source.item = id, error = %err, "Reading a file broke off: {err}");
            visit.found.n_refused += 1;
            Ok(true)
        }
    }
}

fn standing(location: &Path, is_folder: bool) -> std::io::Result<Vec<Standing>> {
    if !is_folder {
        return Ok(vec![stand(location.to_owned())?]);
    }
    // One that went away meanwhile is no file any more.
    Ok(files_below(location)?.into_iter().filter_map(|it| stand(it).ok()).collect())
}

fn stand(path: PathBuf) -> std::io::Result<Standing> {
    let meta = std::fs::metadata(&path)?;
    let changed = meta.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let id = format!("{}#{}#{}", path.display(), meta.len(), changed.as_nanos());
    Ok(Standing { path, id })
}

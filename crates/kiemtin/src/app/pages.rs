//! Archived pages: in this node's folder, and on PostgreSQL in the database too, so that any node
//! can die. The folder is then what this node has seen.

use anyhow::Context as _;
use kiemtin_store::Store;

use super::folder::Folder;

/// The bytes of an archived page, checked against their hash. What only the database has is kept in
/// the folder from now on.
///
/// # Errors
/// Neither has the page, or it is damaged.
pub async fn page(store: &Store, folder: &Folder, sha256: &str) -> anyhow::Result<Vec<u8>> {
    let missing = match folder.blob(sha256) {
        Ok(bytes) => return Ok(bytes),
        Err(err) => err,
    };
    let Some(bytes) = store.blob_bytes(sha256).await? else { return Err(missing) };
    let kept = folder.keep_blob(&bytes).context("keeping an archived page")?;
    anyhow::ensure!(kept == sha256, "the page {sha256} is damaged: restore it from a backup");
    Ok(bytes)
}

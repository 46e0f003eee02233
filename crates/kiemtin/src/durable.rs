//! Files that are whole or absent, whatever happens.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::Context as _;

/// Writes a file so that it is whole or absent, whatever happens: temporary file, sync, rename,
/// sync of the folder.
///
/// # Errors
/// The disk is full or broken.
pub fn write_durably(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let dir = path.parent().context("a file lies in a folder")?;
    // Two threads may write the same page at the same time.
    let (process, thread) = (std::process::id(), std::thread::current().id());
    let temporary = dir.join(format!(".{}.{process}.{thread:?}.part", file_name(path)));
    let written = (|| -> io::Result<()> {
        let mut file = File::create(&temporary)?;
        only_owner_file(&file)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        sync_folder(dir)
    })();
    if written.is_err() {
        // What could not be written is not left lying about; the first error is the one to tell.
        drop(fs::remove_file(&temporary));
    }
    written.with_context(|| format!("cannot write {}", path.display()))
}

/// Makes durable which names a folder holds.
///
/// # Errors
/// The disk is broken.
pub fn sync_folder(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(unix)]
fn only_owner_file(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

fn file_name(path: &Path) -> std::borrow::Cow<'_, str> {
    path.file_name().unwrap_or_default().to_string_lossy()
}

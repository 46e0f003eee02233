//! A folder that goes with the command that needed it.

use std::path::{Path, PathBuf};

/// A new folder for this process alone, removed when it is dropped.
#[derive(Debug)]
pub(super) struct TempDir(PathBuf);

impl TempDir {
    /// # Errors
    /// The system's folder for temporary files cannot be written to.
    pub(super) fn new() -> anyhow::Result<Self> {
        let name = format!("kiemtin-{}", hex::encode(crate::app::clock::chance::<8>()));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        // It holds nothing that is needed or secret; the system clears it in time.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

//! How far an import is: shown as a bar, or sent over the socket to whoever shows it.

use serde::{Deserialize, Serialize};

use super::Summary;

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The file being read.
    pub file: String,
    /// Bytes of it read so far.
    pub at_byte: u64,
    /// Its size in bytes.
    pub n_bytes: u64,
    /// Items taken so far.
    pub taken: u64,
    /// Items known already.
    pub known: u64,
    /// Items refused or left out.
    pub refused: u64,
}

impl Progress {
    pub(super) fn reading(name: &str, at_byte: u64, n_bytes: u64, summary: &Summary) -> Self {
        let file = name.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        let Summary { taken, known, refused, not_listed, .. } = summary;
        let refused = refused + not_listed;
        Self { file, at_byte, n_bytes, taken: *taken, known: *known, refused }
    }

    pub(super) fn finished(summary: &Summary) -> Self {
        Self::reading("", 0, 0, summary)
    }
}

/// Where progress is shown.
pub trait Sink: Send {
    /// Shows how far it is.
    fn show(&mut self, progress: &Progress);
}

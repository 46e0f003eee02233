//! The programs that read PDF documents, for the tests that need them.

use crate::debian;
use crate::program::{Outcome, on_path};

/// Sees to it that the programs are there, or says what is missing.
pub(crate) fn ready() -> Outcome {
    if is_whole() {
        return Ok(());
    }
    debian::install(&["poppler-utils"])?;
    let missing = "its package brought no pdftotext or no pdfinfo";
    if is_whole() { Ok(()) } else { Err(missing.to_owned()) }
}

fn is_whole() -> bool {
    ["pdftotext", "pdfinfo"].iter().all(|it| on_path(&[it]).is_some())
}

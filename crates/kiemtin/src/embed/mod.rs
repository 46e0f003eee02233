//! An embedding model, if the operator gives one: from a text to a vector that says what it means.
//!
//! Any folder in the form of sentence-transformers, of the BERT family, on the CPU. Compiled in with
//! the feature `embed`; without it every model is refused with a sentence that says so. Nothing is
//! fetched, and nothing leaves the machine.
//! Not here: which texts get vectors (`index`), what vectors are worth (`kiemtin_core::similarity`).

#[cfg(not(feature = "embed"))]
mod absent;
#[cfg(feature = "embed")]
mod encoder;
#[cfg(feature = "embed")]
mod files;
#[cfg(feature = "embed")]
mod model;

use std::path::PathBuf;

#[cfg(not(feature = "embed"))]
pub use absent::Model;
#[cfg(feature = "embed")]
pub use model::Model;

/// Whether this program can use any model: told before a folder is looked at or a lock is taken.
///
/// # Errors
/// [`BadModel::NotBuiltIn`].
pub fn built_in() -> Result<(), BadModel> {
    if cfg!(feature = "embed") { Ok(()) } else { Err(BadModel::NotBuiltIn) }
}

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadModel {
    /// This program was built without models.
    #[error(
        "this program was built without embedding models: build it with \
        `cargo build --release --features embed`, or leave --model out"
    )]
    NotBuiltIn,
    /// There is no such folder.
    #[error("there is no folder {0}: --model wants the folder of a sentence-transformers model")]
    NoFolder(PathBuf),
    /// A file that every model has is not there.
    #[error("the model in {folder} has no {file}{hint}")]
    Missing {
        /// The folder of the model.
        folder: PathBuf,
        /// The file, as seen from the folder.
        file: String,
        /// What may help, or nothing.
        hint: &'static str,
    },
    /// A file is damaged, or is not of the form that its name says.
    #[error("{file} of the model cannot be used: {why}")]
    Damaged {
        /// The file, as seen from the folder.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// The model asks for something that this program does not do.
    #[error("{file} of the model says {said}; this program knows {known}")]
    Unknown {
        /// The file, as seen from the folder.
        file: String,
        /// What it says.
        said: String,
        /// What it might say.
        known: &'static str,
    },
    /// A text could not be turned into a vector.
    #[error("the model failed: {0}")]
    Failed(String),
}

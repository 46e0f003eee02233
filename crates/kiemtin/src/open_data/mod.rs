//! The open data: everything that readers may see, as files that other programs read.
//!
//! One table of columns (`tables`) drives the header of the CSV file, the keys of the JSON lines, the
//! schema of the Parquet file and `schema.json`, so none can drift from the others. Rows are read a
//! page at a time at one moment of the desk and written as they come: any number of rows takes the
//! same memory.
//!
//! Not here: what is told of a small count (`core::open_data`), what is read (`store::open_data`),
//! and when (`jobs::export_data`). The form is described in docs/formats/open-data.md.

mod cell;
mod csv;
mod files;
mod jsonl;
mod package;
mod parquet;
mod queries;
mod read;
mod releases;
mod rows;
mod tables;

pub use files::Format;
pub use package::{File, Package};
pub use queries::{Query, queries};
pub use releases::{FigureLine, Release, Releases, Served};
pub use tables::{Column, Kind, TABLES, Table, TableName};

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::Context as _;
use kiemtin_store::Store;
use tokio::sync::{mpsc, oneshot};

use crate::durable::sync_folder;
use files::Files;

/// Pages of rows that wait for the disk: reading goes on meanwhile, and no further.
const PAGES_WAITING: usize = 2;

/// How far an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Claims with an answer that were read.
    pub done: i64,
    /// How many there are.
    pub all: i64,
}

/// Writes the open data of a desk into a new folder, which is there as a whole or not at all.
///
/// # Errors
/// The folder is there already, the database failed, or the disk did.
pub async fn write(
    store: &Store,
    target: &Path,
    formats: &[Format],
    day: &str,
    now: kiemtin_core::time::Timestamp,
    progress: impl FnMut(Progress),
) -> anyhow::Result<Package> {
    anyhow::ensure!(
        !target.exists(),
        "{} is there already: choose another folder",
        target.display()
    );
    let part = Part::begin(target)?;
    let mut files = Files::create(&part.0, formats)?;
    let (pages, mut waiting) = mpsc::channel(PAGES_WAITING);
    let (done, writing) = oneshot::channel();
    let write = move || -> anyhow::Result<_> {
        give_way();
        while let Some(page) = waiting.blocking_recv() {
            files.write(page)?;
        }
        files.finish()
    };
    thread::Builder::new().name("open-data".to_owned()).spawn(move || drop(done.send(write())))?;
    let read = read::all(store, now, pages, progress).await;
    // A disk that fails ends the reading too: its error is the one to tell.
    let written = writing.await.context("writing broke off")??;
    read?;
    let package = Package::new(day, written);
    package.write(&part.0)?;
    part.keep(target)?;
    Ok(package)
}

/// Readers come first: this thread runs when no other has work. Only Linux knows priorities of single
/// threads.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(err) = rustix::process::nice(19) {
        tracing::warn!(error = %err, "The export keeps its priority: {err}");
    }
}

/// The folder that an export grows in, beside its target. What is not kept goes when it is dropped.
struct Part(PathBuf);

impl Part {
    fn begin(target: &Path) -> anyhow::Result<Self> {
        let name = target.file_name().context("an export needs the name of a folder")?;
        let path = target.with_file_name(format!(".{}.part", name.to_string_lossy()));
        match fs::create_dir(&path) {
            Ok(()) => Ok(Self(path)),
            Err(err) if err.kind() == io::ErrorKind::AlreadyExists => anyhow::bail!(
                "{} is there: another export is being written, or one was cut off; then remove it",
                path.display()
            ),
            Err(err) => Err(err).with_context(|| format!("cannot make {}", path.display())),
        }
    }

    fn keep(self, target: &Path) -> anyhow::Result<()> {
        let cannot = || format!("cannot write {}", target.display());
        sync_folder(&self.0).with_context(cannot)?;
        fs::rename(&self.0, target).with_context(cannot)?;
        let parent = target.parent().filter(|it| !it.as_os_str().is_empty());
        sync_folder(parent.unwrap_or(Path::new("."))).with_context(cannot)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It is gone when it was kept; what is left of a failure is told of at the next attempt.
        drop(fs::remove_dir_all(&self.0));
    }
}

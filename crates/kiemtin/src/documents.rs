//! Files of any kind to documents: what `kiemtin_extract` reads by itself, and PDF and pictures with
//! the help of programs of the machine, as limited children.
//!
//! Not here: which files (`cli::extract`, `collect::local`), masking and taking in.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use kiemtin_extract::{Document, Found, Piece, Place, Problem, documents};
use tokio::runtime::Handle;

use crate::pdftotext::{self, Pdftotext};
use crate::tesseract::{self, Tesseract};

/// What is read at a time from a disk.
const BUFFER_BYTES: usize = 64 * 1024;

/// The programs that help, as far as they are there.
#[derive(Clone, Debug)]
pub struct Helpers {
    pdf: Result<Pdftotext, pdftotext::Absent>,
    pictures: Result<Tesseract, tesseract::Absent>,
}

impl Helpers {
    /// Looks for them.
    pub async fn find() -> Self {
        let (pdf, pictures) = tokio::join!(Pdftotext::find(), Tesseract::find(tesseract::PATH));
        Self { pdf, pictures }
    }

    /// Reads a file, document by document. A thread of its own calls this: it waits for the disk and
    /// for children. `each` says whether to go on.
    ///
    /// # Errors
    /// The file cannot be opened. Everything else is a problem of a document.
    pub fn read(
        &self,
        path: &Path,
        runtime: &Handle,
        each: &mut dyn FnMut(Place, Document) -> bool,
    ) -> std::io::Result<()> {
        let file = File::open(path)?;
        for Piece { place, found } in documents(BufReader::with_capacity(BUFFER_BYTES, file)) {
            if !each(place, self.document(found, runtime)) {
                break;
            }
        }
        Ok(())
    }

    /// The document in what was found.
    pub fn document(&self, found: Found, runtime: &Handle) -> Document {
        match found {
            Found::Document(document) => *document,
            Found::Pdf(bytes) => match &self.pdf {
                Ok(program) => match runtime.block_on(program.read(&bytes)) {
                    Ok(pdf) => pdf.into(),
                    Err(why) => unread(&why),
                },
                Err(absent) => missing(absent),
            },
            Found::Picture(bytes) => match &self.pictures {
                Ok(program) => runtime.block_on(of_picture(program, &bytes)),
                Err(absent) => missing(absent),
            },
        }
    }
}

/// The words in a picture. Who took it, where and with what stands in the file and is not read.
async fn of_picture(program: &Tesseract, bytes: &[u8]) -> Document {
    let dots = match kiemtin_extract::picture::picture(bytes) {
        Ok(dots) => dots,
        Err(why) => return unread(&why),
    };
    match program.read(&dots).await {
        Ok(text) if text.is_empty() => {
            Document { problems: vec![Problem::NoText], ..Document::default() }
        }
        Ok(text) => Document { text, ..Document::default() },
        Err(why) => unread(&why),
    }
}

fn unread(why: &dyn std::error::Error) -> Document {
    nothing(Problem::Helper { why: why.to_string(), is_missing: false })
}

fn missing(absent: &dyn std::error::Error) -> Document {
    nothing(Problem::Helper { why: absent.to_string(), is_missing: true })
}

fn nothing(problem: Problem) -> Document {
    Document { problems: vec![problem], ..Document::default() }
}

/// Folders within folders that are looked into: more is a ring of links or a mistake.
const DEPTH_MAX: usize = 32;

/// The files of a folder and of those in it, by name; hidden ones and links are left out.
///
/// # Errors
/// The folder cannot be read. One within it that cannot be read is left out.
pub fn files_below(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut waiting = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = waiting.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(err) if depth == 0 => return Err(err),
            Err(err) => {
                let folder = folder.display();
                tracing::warn!(error = %err, "{folder} cannot be read and is left out: {err}");
                continue;
            }
        };
        for entry in entries.flatten() {
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            // One that went away meanwhile is no file any more.
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_file() && !is_hidden {
                files.push(entry.path());
            } else if kind.is_dir() && !is_hidden && depth < DEPTH_MAX {
                waiting.push((entry.path(), depth + 1));
            }
        }
    }
    files.sort_unstable();
    Ok(files)
}

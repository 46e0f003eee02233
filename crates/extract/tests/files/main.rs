//! Documents, mails and archives, whole, cut, mutated and hostile: what is read and what is told.

#![expect(clippy::unwrap_used, reason = "a test that cannot make its own file has failed")]

mod any;
mod archives;
mod mails;
mod office;

use std::io::{Cursor, Write as _};

use kiemtin_extract::{Document, Found, Piece, documents};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A ZIP file of these parts, packed.
fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    zipped_as(parts, CompressionMethod::Deflated)
}

fn zipped_as(parts: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(method);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Every piece of a file.
fn pieces(bytes: &[u8]) -> Vec<Piece> {
    documents(Cursor::new(bytes)).collect()
}

/// The one document of a file.
#[track_caller]
fn only(bytes: &[u8]) -> Document {
    let mut pieces = pieces(bytes);
    assert_eq!(pieces.len(), 1, "{pieces:?}");
    match pieces.remove(0).found {
        Found::Document(it) => *it,
        other => panic!("no document: {other:?}"),
    }
}

/// A file cut at each 512th byte says nothing of a person; with single bytes changed it may be taken
/// for something else, and is read without a panic.
fn damaged(bytes: &[u8], persons: &[&str]) {
    for at in (0..bytes.len()).step_by(512) {
        let said = format!("{:?}", pieces(&bytes[..at]));
        assert!(persons.iter().all(|it| !said.contains(it)), "{said}");
    }
    for it in 0..200.min(bytes.len()) {
        let mut bytes = bytes.to_vec();
        let at = it * 7_919 % bytes.len();
        bytes[at] ^= 1 << (it % 8);
        assert!(pieces(&bytes).len() < 100);
    }
}

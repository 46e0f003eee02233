//! A ZIP file in memory or on disk, of which named parts are read within limits.
//!
//! Names are only compared, never used as paths: `../../x` is a part that nobody asks for. What a
//! part unpacks to is counted while it is unpacked, for the sizes that the file states may lie.

use std::io::{Read, Seek};

use zip::ZipArchive;
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use crate::limits::{ZIP_ENTRIES_MAX, ZIP_PART_BYTES_MAX, ZIP_RATIO_FROM_BYTES, ZIP_RATIO_MAX};
use crate::problem::Problem;

/// An opened ZIP file.
pub(crate) struct Package<R> {
    zip: ZipArchive<R>,
    /// What the file is called in sentences, with its article.
    what: &'static str,
}

impl<R: Read + Seek> Package<R> {
    /// Opens a file by the directory at its end.
    pub(crate) fn open(mut reader: R, what: &'static str) -> Result<Self, Problem> {
        let damaged = |err: &ZipError| Problem::Damaged { what, why: reason(err) };
        // The directory is counted before memory is taken for it.
        let counted = ZipIterable::try_new(&mut reader, zip::read::Config::default());
        let n_entries = counted.map_err(|err| damaged(&err))?.len();
        if n_entries > ZIP_ENTRIES_MAX {
            return Err(Problem::TooMany { max: ZIP_ENTRIES_MAX });
        }
        let zip = ZipArchive::new(reader).map_err(|err| damaged(&err))?;
        Ok(Self { zip, what })
    }

    /// The names of its parts, in their order.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        self.zip.file_names_raw().map(|it| String::from_utf8_lossy(it).into_owned())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// A part, unpacked; `None` if there is none of that name.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, Problem> {
        let what = self.what;
        let Some(index) = self.zip.index_for_name(name) else {
            return Ok(None);
        };
        let mut part = self.zip.by_index(index).map_err(|err| match err {
            ZipError::UnsupportedArchive(why) if why == ZipError::PASSWORD_REQUIRED => {
                Problem::Locked
            }
            err => Problem::Damaged { what, why: reason(&err) },
        })?;
        let n_packed = part.compressed_size().max(1);
        let (mut bytes, mut step) = (Vec::new(), vec![0; 64 * 1024]);
        loop {
            let n_read = match part.read(&mut step) {
                Ok(0) => return Ok(Some(bytes)),
                Ok(it) => it,
                Err(_) => {
                    let why = format!("its part {name} cannot be unpacked");
                    return Err(Problem::Damaged { what, why });
                }
            };
            bytes.extend_from_slice(&step[..n_read]);
            let n_unpacked = bytes.len() as u64;
            if n_unpacked > ZIP_RATIO_FROM_BYTES && n_unpacked / n_packed > ZIP_RATIO_MAX {
                return Err(Problem::Bomb { what, max: ZIP_RATIO_MAX });
            }
            if n_unpacked > ZIP_PART_BYTES_MAX {
                let what_to_do = "split the document, or save its text as plain text";
                return Err(Problem::TooLarge { what, max: ZIP_PART_BYTES_MAX, what_to_do });
            }
        }
    }

    /// Where the bytes of each part lie whose name is wanted. Parts that share bytes with one before
    /// them are left out: a thousand names for one part would be read a thousand times.
    pub(crate) fn places(&mut self, wanted: impl Fn(&str) -> bool) -> Vec<Stretch> {
        let mut places = Vec::new();
        for index in 0..self.zip.len() {
            // A part that cannot be found where the directory says is none.
            let Ok(part) = self.zip.by_index_raw(index) else { continue };
            let is_packed = match part.compression() {
                zip::CompressionMethod::Stored => false,
                zip::CompressionMethod::Deflated => true,
                _ => continue,
            };
            let is_wanted = part.name().is_ok_and(|it| wanted(&it)) && !part.encrypted();
            if let Some(start) = part.data_start().filter(|_| is_wanted) {
                places.push(Stretch { start, n_bytes: part.compressed_size(), is_packed });
            }
        }
        places.sort_by_key(|it| it.start);
        let mut end = 0;
        places.retain(|it| {
            let is_apart = it.start >= end;
            end = end.max(it.start.saturating_add(it.n_bytes));
            is_apart
        });
        places
    }
}

/// Where a part lies in its file.
pub(crate) struct Stretch {
    pub(crate) start: u64,
    pub(crate) n_bytes: u64,
    /// By deflate; else it stands there as it is.
    pub(crate) is_packed: bool,
}

fn reason(err: &ZipError) -> String {
    match err {
        ZipError::Io(_) => "the file is cut short".to_owned(),
        ZipError::UnsupportedArchive(why) => format!("it is packed in a way not read here ({why})"),
        _ => "the directory at its end is missing or wrong, so it may be cut short".to_owned(),
    }
}

//! A WACZ package (version 1.1.1): a ZIP file with WARC files in its folder `archive`. Each is read in
//! its place, as a stream; the index and the list of pages are not needed for that.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Take};
use std::vec::IntoIter;

use flate2::bufread::DeflateDecoder;

use super::{ArchivedPage, BadRecord, Warc};
use crate::limits::ZIP_RATIO_MAX;
use crate::package::{Package, Stretch};
use crate::problem::Problem;

const WHAT: &str = "the package of archives";

/// The pages of a WACZ package: see [`Wacz::open`].
pub struct Wacz<R: BufRead> {
    stretches: IntoIter<Stretch>,
    state: State<R>,
}

enum State<R: BufRead> {
    /// Between two archives, with the number of records so far.
    Between(R, u64),
    Inside(Box<Warc<Part<R>>>),
    Over,
}

impl<R: BufRead + Seek> Wacz<R> {
    /// Opens a package.
    ///
    /// # Errors
    /// It is no ZIP file, is damaged, or has no archives in it.
    pub fn open(mut reader: R) -> Result<Self, Problem> {
        let mut package = Package::open(&mut reader, WHAT)?;
        let stretches = package.places(is_archive);
        if stretches.is_empty() {
            let why = "it has no web archives in it".to_owned();
            return Err(Problem::Damaged { what: WHAT, why });
        }
        Ok(Self { stretches: stretches.into_iter(), state: State::Between(reader, 0) })
    }

    /// Opens the next archive of the package.
    fn next_archive(&mut self, mut reader: R, n_records: u64) -> io::Result<State<R>> {
        let Some(stretch) = self.stretches.next() else {
            return Ok(State::Over);
        };
        reader.seek(SeekFrom::Start(stretch.start))?;
        let part = reader.take(stretch.n_bytes);
        let part = match stretch.is_packed {
            true => {
                let n_max = stretch.n_bytes.saturating_mul(ZIP_RATIO_MAX);
                Part::Packed(Box::new(BufReader::new(DeflateDecoder::new(part)).take(n_max)))
            }
            false => Part::Plain(part),
        };
        Ok(State::Inside(Box::new(Warc::open(part)?.count_from(n_records))))
    }
}

/// Whether a part of a package is an archive of pages.
pub(crate) fn is_archive(name: &str) -> bool {
    name.starts_with("archive/") && (name.ends_with(".warc.gz") || name.ends_with(".warc"))
}

impl<R: BufRead + Seek> Iterator for Wacz<R> {
    type Item = Result<ArchivedPage, BadRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match std::mem::replace(&mut self.state, State::Over) {
                State::Over => return None,
                State::Between(reader, n) => match self.next_archive(reader, n) {
                    Ok(state) => self.state = state,
                    Err(err) => {
                        let problem = Problem::Broken(crate::read::sentence(&err));
                        return Some(Err(BadRecord { number: n, url: None, problem }));
                    }
                },
                State::Inside(mut warc) => {
                    if let Some(it) = warc.next() {
                        self.state = State::Inside(warc);
                        return Some(it);
                    }
                    let n_records = warc.n_records();
                    self.state = State::Between(warc.into_inner().into_inner(), n_records);
                }
            }
        }
    }
}

/// One part of the package as a stream.
enum Part<R> {
    Plain(Take<R>),
    /// Up to as many bytes as an honest part has.
    Packed(Box<Take<BufReader<DeflateDecoder<Take<R>>>>>),
}

impl<R: BufRead> Part<R> {
    fn into_inner(self) -> R {
        match self {
            Self::Plain(it) => it.into_inner(),
            Self::Packed(it) => it.into_inner().into_inner().into_inner().into_inner(),
        }
    }
}

impl<R: BufRead> BufRead for Part<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Self::Plain(it) => it.fill_buf(),
            Self::Packed(it) => it.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        match self {
            Self::Plain(it) => it.consume(amount),
            Self::Packed(it) => it.consume(amount),
        }
    }
}

impl<R: BufRead> Read for Part<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        crate::gunzip::copy_out(self, out)
    }
}

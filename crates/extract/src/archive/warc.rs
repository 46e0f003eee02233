//! A WARC file as a stream of pages, one record in memory at a time.

use std::io::{self, BufRead, Cursor, Read};

use super::record::{Fields, Head, head};
use super::{ArchivedPage, BadRecord, http};
use crate::clean;
use crate::gunzip::Gunzip;
use crate::limits::{RECORD_BYTES_MAX, RECORD_REPAIRS_MAX, RECORDS_MAX};
use crate::problem::Problem;

/// The pages of a WARC file, packed or not: see [`Warc::open`].
pub struct Warc<R> {
    input: Gunzip<R>,
    /// What a record took that said it was longer than it is: read again before the input.
    again: Cursor<Vec<u8>>,
    n_repairs: u32,
    n_records: u64,
    is_over: bool,
}

impl<R: BufRead> Warc<R> {
    /// Opens an archive. A gzip member may hold a record, as it should, or all of them.
    ///
    /// # Errors
    /// The input could not be read.
    pub fn open(reader: R) -> io::Result<Self> {
        let (input, again) = (crate::gunzip::open(reader)?, Cursor::new(Vec::new()));
        Ok(Self { input, again, n_repairs: 0, n_records: 0, is_over: false })
    }

    /// Bytes of the input (packed, if it is packed) read so far.
    pub fn n_read(&self) -> u64 {
        self.input.n_read()
    }

    /// What it was read from, wherever reading stands.
    pub(super) fn into_inner(self) -> R {
        self.input.into_inner()
    }

    pub(super) fn n_records(&self) -> u64 {
        self.n_records
    }

    /// Goes on counting where another archive of the same package ended.
    pub(super) fn count_from(mut self, n_records: u64) -> Self {
        self.n_records = n_records;
        self
    }

    fn source(&mut self) -> impl BufRead {
        (&mut self.again).chain(&mut self.input)
    }

    fn read_again(&mut self, mut bytes: Vec<u8>) {
        let at = usize::try_from(self.again.position()).unwrap_or(usize::MAX);
        bytes.extend_from_slice(self.again.get_ref().get(at..).unwrap_or_default());
        self.again = Cursor::new(bytes);
    }

    /// Whether a block is as long as its record said: two line ends follow it then. Of one that is
    /// too long, what belongs to the next record is given back.
    fn has_told_its_length(&mut self, block: &mut Vec<u8>) -> io::Result<bool> {
        let mut after = Vec::new();
        self.source().take(4).read_to_end(&mut after)?;
        if after == b"\r\n\r\n" {
            return Ok(true);
        }
        let next = b"\r\n\r\nWARC/1.";
        self.source().take(next.len() as u64).read_to_end(&mut after)?;
        let n_block = block.len();
        block.append(&mut after);
        let may_repair = self.n_repairs < RECORD_REPAIRS_MAX;
        let found = |it: &[u8]| it.windows(next.len()).position(|it| it == next);
        let at = found(block).filter(|&at| at < n_block && may_repair);
        let again = block.split_off(at.unwrap_or(n_block));
        self.n_repairs += u32::from(at.is_some());
        let is_end = at.is_none() && again.iter().all(u8::is_ascii_whitespace);
        self.read_again(again);
        Ok(is_end)
    }

    fn bad(&self, url: Option<&str>, problem: Problem) -> BadRecord {
        BadRecord { number: self.n_records, url: url.map(str::to_owned), problem }
    }

    /// The end, with what brought it about.
    fn broken(&mut self, why: String) -> Option<Result<ArchivedPage, BadRecord>> {
        self.is_over = true;
        Some(Err(self.bad(None, Problem::Broken(why))))
    }

    /// One record: a page, a problem, or nothing that is taken.
    fn record(&mut self, fields: &Fields) -> io::Result<Option<Result<ArchivedPage, BadRecord>>> {
        let url = fields.get("warc-target-uri").map(|it| it.trim_matches(['<', '>']));
        let url = url.and_then(|it| clean::web_url(it, None)).map(String::from);
        let length = fields.get("content-length").and_then(|it| it.parse::<u64>().ok());
        let skipped = |it: &Self, why| {
            let problem = Problem::RecordSkipped { why };
            Ok(Some(Err(it.bad(url.as_deref(), problem))))
        };
        let Some(length) = length else {
            return skipped(self, "it does not say how long it is");
        };
        let is_taken = matches!(fields.get("warc-type"), Some("response" | "resource"));
        if !is_taken || length > RECORD_BYTES_MAX {
            let n_passed = io::copy(&mut self.source().take(length), &mut io::sink())?;
            if n_passed < length {
                return skipped(self, "the archive ends before it does");
            }
            return if is_taken { skipped(self, "it is too large") } else { Ok(None) };
        }
        let mut block = Vec::new();
        self.source().take(length).read_to_end(&mut block)?;
        let is_cut = (block.len() as u64) < length;
        let is_right = self.has_told_its_length(&mut block)?;
        let Some(url) = url else {
            return skipped(self, "it has no web address");
        };
        let mut page = match page(fields, block) {
            Ok(Some(page)) => page,
            Ok(None) => return Ok(None),
            Err(problem) => return Ok(Some(Err(self.bad(Some(&url), problem)))),
        };
        if is_cut {
            let why = "the archive ends in the middle of this record".to_owned();
            page.problems.push(Problem::PartDamaged { why });
        } else if !is_right {
            let why = "this record is not as long as it says".to_owned();
            page.problems.push(Problem::PartDamaged { why });
        }
        Ok(Some(Ok(ArchivedPage { url, ..page })))
    }
}

/// What a record holds; `None` if that is no page, but a redirect or a refusal.
fn page(fields: &Fields, block: Vec<u8>) -> Result<Option<ArchivedPage>, Problem> {
    let kept = fields.get("warc-date").map(|it| it.chars().take(40).collect());
    let stated = fields.get("content-type");
    let is_http = stated.is_some_and(|it| it.to_ascii_lowercase().starts_with("application/http"));
    let mut page = ArchivedPage { kept, ..ArchivedPage::default() };
    if fields.get("warc-type") == Some("resource") && !is_http {
        (page.media_type, page.charset) = http::kind(stated);
        page.body = block;
        return Ok(Some(page));
    }
    let Some(answer) = http::answer(&block) else {
        return Err(Problem::RecordSkipped { why: "what it holds is no answer of a site" });
    };
    if !(200..300).contains(&answer.status) {
        return Ok(None);
    }
    (page.media_type, page.charset) = http::kind(answer.fields.get("content-type"));
    page.body = http::unpacked(answer, &mut page.problems)?;
    Ok(Some(page))
}

impl<R: BufRead> Iterator for Warc<R> {
    type Item = Result<ArchivedPage, BadRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_over {
            if self.n_records >= RECORDS_MAX {
                self.is_over = true;
                return Some(Err(self.bad(None, Problem::TooMany { max: RECORDS_MAX as usize })));
            }
            self.n_records += 1;
            let next = head(&mut self.source());
            let res = match next {
                Ok(Head::Record(fields)) => self.record(&fields),
                Ok(Head::Damaged) => {
                    let problem = Problem::RecordSkipped { why: "its head is too long" };
                    return Some(Err(self.bad(None, problem)));
                }
                Ok(Head::End { damaged: false }) => {
                    self.is_over = true;
                    return None;
                }
                Ok(Head::End { damaged: true }) => {
                    return self.broken("no further record was found".to_owned());
                }
                Err(err) => Err(err),
            };
            match res {
                Ok(Some(it)) => return Some(it),
                Ok(None) => {}
                Err(err) => return self.broken(crate::read::sentence(&err)),
            }
        }
        None
    }
}

//! Web archives: WARC files (ISO 28500:2017, versions 1.0 and 1.1) and WACZ packages of them.
//!
//! Only what a site answered is taken (`response`, `resource`), and only pages that it had
//! (status 2xx). Requests, notes of the crawler and repetitions (`revisit`) are passed over.

mod http;
mod record;
mod wacz;
mod warc;

pub use wacz::Wacz;
pub(crate) use wacz::is_archive;
pub use warc::Warc;

use crate::problem::Problem;

/// One page as a site answered it, unpacked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArchivedPage {
    /// Its address.
    pub url: String,
    /// When it was kept, as the archive writes it (RFC 3339).
    pub kept: Option<String>,
    /// Its kind in lower case, without parameters; empty if the site did not say.
    pub media_type: String,
    /// The encoding that the site stated.
    pub charset: Option<String>,
    /// Its bytes, without the packing of the transfer.
    pub body: Vec<u8>,
    /// What was wrong with it all the same.
    pub problems: Vec<Problem>,
}

/// A record that could not be taken: its number from 1, its address if it had one, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct BadRecord {
    /// Counted from 1.
    pub number: u64,
    /// Its address.
    pub url: Option<String>,
    /// What was wrong.
    pub problem: Problem,
}

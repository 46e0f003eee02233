//! When a page was published, by everything it says of it.
//!
//! What a page tells programs (JSON-LD, microdata, meta tags, `<time>`) comes first, then its
//! address, then what readers see near its title in Vietnamese and a score of other languages, and
//! last its copyright line. Each answer carries how sure it is, where it stood and as what, and
//! whether it is known to the day, the month or the year. A date of publication is never mixed up
//! with one of a change. A date before 1995 or after the fetch is none.
//!
//! The module stands by itself: it needs the tree (`dom_query`) and the calendar (`jiff`), nothing
//! else of this crate. It reads no clock: the time of the fetch is given, and without it "hôm qua",
//! "2 hours ago" and "3 May" are no dates.

mod about;
mod address;
mod json;
mod judge;
mod names;
mod relative;
mod stamp;
#[cfg(test)]
mod tests;
mod token;
mod walk;
mod words;
mod written;

use dom_query::Document as Tree;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

pub use written::Order;

/// The first year of which the web has pages worth the name.
pub const YEAR_MIN: i16 = 1995;

/// What is known of a page beside its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// Its address.
    pub url: Option<&'a str>,
    /// When it was fetched, by the clock of its country: nothing later is believed, and relative
    /// times are counted from here.
    pub fetched: Option<DateTime>,
    /// How it writes `3/11/2026`, where that is known; else its language and its other dates tell.
    pub order: Option<Order>,
}

/// How exactly a date is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// The year alone.
    Year,
    /// The month of a year.
    Month,
    /// The day.
    Day,
}

/// Where a date stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A block of JSON-LD.
    JsonLd,
    /// A meta tag of the head.
    Meta,
    /// An `itemprop` or `property` in the body (microdata, RDFa).
    Microdata,
    /// A `<time>`, or an element with the date in an attribute.
    Time,
    /// The address.
    Address,
    /// Text that readers see.
    Text,
    /// A field of some other script.
    Script,
    /// The address of its picture.
    Picture,
    /// A copyright line.
    Copyright,
}

/// How much an answer is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Something on the page has this date, and nothing says what it is the date of.
    Guess,
    /// It stands where pages put their date.
    Likely,
    /// The page says so in so many words, or two of its places agree.
    Stated,
}

/// A date that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The day as the page counts it; the first of the month or year if no more is known.
    pub day: Date,
    /// How exactly it is known.
    pub precision: Precision,
    /// The point in time, where a clock stood beside it whose zone is known: as written, or
    /// Vietnam's on a Vietnamese page that wrote none.
    pub instant: Option<Timestamp>,
    /// Where it stood.
    pub source: Source,
    /// How much it is worth.
    pub confidence: Confidence,
    /// As what it stood there, cut to [`WRITTEN_CHARS_MAX`].
    pub written: String,
}

/// The longest written form that is kept.
pub const WRITTEN_CHARS_MAX: usize = 60;

impl Found {
    /// The point in time, or else the midnight with which its day begins in a zone.
    pub fn begins(&self, zone: Offset) -> Option<Timestamp> {
        let midnight = || zone.to_timestamp(self.day.to_datetime(Time::midnight())).ok();
        self.instant.or_else(midnight)
    }
}

/// What a page says of its times.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dates {
    /// When it was published.
    pub published: Option<Found>,
    /// When it was last changed, if it says so.
    pub modified: Option<Found>,
    /// Whether something stood where a date should and was none, or an impossible one.
    pub refused: bool,
}

impl Dates {
    /// The publication, or else the last change: it was there by then at the latest.
    pub fn best(&self) -> Option<&Found> {
        let exact = |it: &&Found| it.precision == Precision::Day;
        let (published, modified) = (self.published.as_ref(), self.modified.as_ref());
        published.filter(exact).or(modified.filter(exact)).or(published).or(modified)
    }
}

/// Reads the dates of a page. The scripts must still be in the tree.
pub fn dates(tree: &Tree, hints: &Hints<'_>) -> Dates {
    judge::judge(&walk::walk(tree, hints))
}

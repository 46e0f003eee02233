//! Points in time, and how Vietnamese and English readers write them.
//!
//! Stored as milliseconds since 1970 in UTC; shown at +07:00, which Vietnam has kept without
//! summer time since 1975. Not here: reading the clock (nothing in this crate may).

use jiff::civil::Weekday;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp as JiffTimestamp, ZonedDateTime};

use crate::lang::Lang;

/// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A month of the clock in Vietnam: all that is told of when a member decided something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    month: i8,
}

/// One hour: the precision to which a tip's time is kept.
pub const HOUR_MS: i64 = 60 * 60 * 1000;
/// One day.
pub const DAY_MS: i64 = 24 * HOUR_MS;
/// How far the clock in Vietnam is ahead of UTC.
pub const ZONE_MS: i64 = 7 * HOUR_MS;
/// Times outside these years are no publication dates: a feed that says 9999 is damaged or lying.
const YEARS_KNOWN: std::ops::RangeInclusive<i16> = 1970..=2199;

impl Timestamp {
    /// From milliseconds since 1970.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Later by so many milliseconds (earlier if negative).
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// The hour it lies in: what is kept of a time that could point to a person.
    pub const fn to_hour(self) -> Self {
        Self(self.0.div_euclid(HOUR_MS) * HOUR_MS)
    }

    /// The number of its day in Vietnam, since 1970.
    pub const fn day(self) -> i64 {
        self.0.saturating_add(ZONE_MS).div_euclid(DAY_MS)
    }

    /// The beginning of a day of that number.
    pub const fn of_day(day: i64) -> Self {
        Self(day.saturating_mul(DAY_MS).saturating_sub(ZONE_MS))
    }

    /// Reads RFC 3339 (`2026-11-01T09:00:00+07:00`), or the same without a zone or without a time,
    /// taken as the clock in Vietnam and its midnight. `None` if it is none of these, or lies
    /// outside the years 1970 to 2199.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let point = match text.parse::<JiffTimestamp>() {
            Ok(point) => point,
            // Without a zone it is the wall clock in Vietnam; a plain date is its midnight.
            Err(_) => {
                let wall = text.parse::<jiff::civil::DateTime>().ok()?;
                wall.to_zoned_datetime(vietnam()).ok()?.timestamp()
            }
        };
        let year = point.to_zoned_datetime(TimeZone::UTC).year();
        YEARS_KNOWN.contains(&year).then(|| Self(point.as_millisecond()))
    }

    /// The last moment of the n-th working day (Monday to Friday, in Vietnam) after the day it lies
    /// in. Holidays are not counted out: which they are is decided anew each year.
    pub fn end_of_working_day(self, n: u32) -> Self {
        let mut day = self.zoned(vietnam()).date();
        let mut left = n;
        while 0 < left {
            // Out of jiff's range only for times that no clock gives: the day then stays.
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            left -= u32::from(!is_weekend);
        }
        let end = day.at(23, 59, 59, 0).to_zoned_datetime(vietnam());
        end.map_or(self, |it| Self(it.timestamp().as_millisecond()))
    }

    /// RFC 3339 in UTC to the second, as it stands in files, feeds and the log.
    pub fn rfc3339(self) -> String {
        self.zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// The day in Vietnam, `2026-11-01`.
    pub fn iso_date(self) -> String {
        self.zoned(vietnam()).strftime("%Y-%m-%d").to_string()
    }

    /// The month in Vietnam.
    pub fn month(self) -> Month {
        let day = self.zoned(vietnam());
        Month { year: day.year(), month: day.month() }
    }

    /// The day as a reader writes it: `1/11/2026` or `1 November 2026`.
    pub fn date(self, lang: Lang) -> String {
        let format = match lang {
            Lang::Vi => "%-d/%-m/%Y",
            Lang::En => "%-d %B %Y",
        };
        self.zoned(vietnam()).strftime(format).to_string()
    }

    /// Day and minute as a reader writes them: `09:05, 1/11/2026` or `1 November 2026, 09:05`.
    pub fn date_time(self, lang: Lang) -> String {
        let format = match lang {
            Lang::Vi => "%H:%M, %-d/%-m/%Y",
            Lang::En => "%-d %B %Y, %H:%M",
        };
        self.zoned(vietnam()).strftime(format).to_string()
    }

    fn zoned(self, zone: TimeZone) -> ZonedDateTime {
        // Out of jiff's range only for times that no clock gives: shown as the epoch, not a panic.
        JiffTimestamp::from_millisecond(self.0)
            .unwrap_or(JiffTimestamp::UNIX_EPOCH)
            .to_zoned_datetime(zone)
    }
}

impl Month {
    /// Reads `2026-11`.
    pub fn parse(text: &str) -> Option<Self> {
        let day: jiff::civil::Date = format!("{text}-01").parse().ok()?;
        Some(Self { year: day.year(), month: day.month() })
    }

    /// As a reader writes it: `11/2026` or `November 2026`.
    pub fn words(self, lang: Lang) -> String {
        let day = jiff::civil::date(self.year, self.month, 1);
        match lang {
            Lang::Vi => day.strftime("%-m/%Y").to_string(),
            Lang::En => day.strftime("%B %Y").to_string(),
        }
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

fn vietnam() -> TimeZone {
    TimeZone::fixed(Offset::constant(7))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_back_as_it_was_written() {
        let at = Timestamp::parse("2026-11-01T09:05:30+07:00").expect("valid");
        assert_eq!(at.rfc3339(), "2026-11-01T02:05:30Z");
        assert_eq!(at.to_hour().rfc3339(), "2026-11-01T02:00:00Z");
        assert_eq!(at.date(Lang::Vi), "1/11/2026");
        assert_eq!(at.date_time(Lang::En), "1 November 2026, 09:05");
        assert_eq!(Timestamp::parse("2026-11-01").expect("valid").iso_date(), "2026-11-01");
        let wall = Timestamp::parse("2026-11-01 09:05:30").expect("valid");
        assert_eq!(wall, at);
    }

    #[test]
    fn a_day_is_that_of_the_clock_in_vietnam() {
        let evening = Timestamp::parse("2026-10-31T18:00:00Z").expect("valid");
        assert_eq!(Timestamp::of_day(evening.day()).rfc3339(), "2026-10-31T17:00:00Z");
        assert_eq!(evening.day(), Timestamp::parse("2026-11-01").expect("valid").day());
    }

    #[test]
    fn a_month_is_that_of_the_clock_in_vietnam() {
        let month = Timestamp::parse("2026-10-31T18:00:00Z").expect("valid").month();
        assert_eq!(month.to_string(), "2026-11");
        assert_eq!(
            (month.words(Lang::Vi).as_str(), month.words(Lang::En).as_str()),
            ("11/2026", "November 2026")
        );
        assert_eq!(Month::parse("2026-11"), Some(month));
        assert_eq!(Month::parse("2026-13").or(Month::parse("")), None);
        assert!(Month::parse("2025-12") < Some(month));
    }

    #[test]
    fn impossible_times_are_no_times() {
        for text in ["", "soon", "9999-01-01T00:00:00Z", "0000-01-01", "2026-13-01", "1e400"] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
        assert_eq!(Timestamp::from_millis(i64::MAX).rfc3339(), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn the_hour_of_a_time_before_1970_is_the_one_it_lies_in() {
        assert_eq!(Timestamp::from_millis(-1).to_hour().millis(), -HOUR_MS);
    }
}

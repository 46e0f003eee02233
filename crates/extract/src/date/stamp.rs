//! Dates as programs write them into an attribute or a field: one value, nothing around it.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::{Offset, TimeZone};

use super::Precision;
use super::written::{Order, Written, civil, first};

/// The longest value that is looked at. Real ones are under 60.
pub(super) const STAMP_BYTES_MAX: usize = 200;

/// The date in a value: all forms of `written`, digits alone (`20261103`, `20261103090530`), and
/// seconds or milliseconds since 1970.
pub(super) fn stamp(value: &str, order: Order) -> Option<Written> {
    let value = value.trim();
    if value.len() > STAMP_BYTES_MAX {
        return None;
    }
    if value.len() == 4 {
        return year(value);
    }
    if value.len() == 7 && value.get(4..5) == Some("-") {
        let (year, month) = (value[..4].parse().ok()?, value[5..].parse().ok()?);
        return Some(Written { precision: Precision::Month, ..plain(year, month, 1, 7)? });
    }
    if value.bytes().all(|it| it.is_ascii_digit()) {
        return match value.len() {
            8 | 12 | 14 => compact(value),
            10 => since_1970(value, 1_000),
            13 => since_1970(value, 1),
            _ => None,
        };
    }
    first(value, order).or_else(|| {
        // `20261103T090530Z`
        let (digits, rest) = value.split_at_checked(8)?;
        rest.starts_with(['T', ' ']).then(|| compact(digits)).flatten()
    })
}

fn year(value: &str) -> Option<Written> {
    Some(Written { precision: Precision::Year, ..plain(value.parse().ok()?, 1, 1, 4)? })
}

/// `20261103`, `202611030905` or `20261103090530`.
pub(super) fn compact(digits: &str) -> Option<Written> {
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    let plain = plain(part(0, 4)?, part(4, 6)?, part(6, 8)?, digits.len())?;
    let small = |it: u32| i8::try_from(it).ok();
    let clock = part(8, 10).zip(part(10, 12)).and_then(|(hour, minute)| {
        Time::new(small(hour)?, small(minute)?, small(part(12, 14).unwrap_or(0))?, 0).ok()
    });
    Some(Written { clock, ..plain })
}

fn since_1970(digits: &str, factor: i64) -> Option<Written> {
    let point =
        Timestamp::from_millisecond(digits.parse::<i64>().ok()?.checked_mul(factor)?).ok()?;
    let zoned = point.to_zoned_datetime(TimeZone::UTC);
    let day = zoned.date();
    let (year, month) = (u32::try_from(day.year()).ok()?, u32::try_from(day.month()).ok()?);
    let plain = plain(year, month, u32::try_from(day.day()).ok()?, digits.len())?;
    Some(Written { clock: Some(zoned.time()), offset: Some(Offset::UTC), ..plain })
}

/// A day without more.
pub(super) fn plain(year: u32, month: u32, day: u32, end: usize) -> Option<Written> {
    Some(Written {
        day: civil(year, month, day)?,
        precision: Precision::Day,
        clock: None,
        offset: None,
        swapped: None,
        tells_order: None,
        at: 0,
        end,
    })
}

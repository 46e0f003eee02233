//! How long a server asks to be left alone: in its headers, in words of its feed.
//!
//! What it asks is believed up to [`ASKED_MAX`]; a value that cannot be read asks nothing.

use std::time::Duration;

use jiff::fmt::rfc2822::DateTimeParser;

use crate::time::Timestamp;

/// The longest that is believed: a week. A server that asks for more has made a mistake, or wants
/// its source forgotten, and that is for people to decide.
pub const ASKED_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// `Retry-After` (RFC 9110, section 10.2.3): seconds, or the time from which on.
pub fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Some(asked) = seconds(value) {
        return Some(asked);
    }
    // The day of the week says nothing that the date does not.
    let parser = DateTimeParser::new().relaxed_weekday(true);
    let until = parser.parse_timestamp(value).ok()?.as_millisecond();
    let wait = u64::try_from(until.saturating_sub(now.millis())).unwrap_or(0);
    Some(Duration::from_millis(wait).min(ASKED_MAX))
}

/// `max-age` of `Cache-Control` (RFC 9111, section 5.2.2.1), unless the answer must not be kept.
pub fn max_age(cache_control: &str) -> Option<Duration> {
    let mut found = None;
    for directive in cache_control.split(',') {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-cache" | "no-store" => return None,
            "max-age" => found = found.or_else(|| seconds(value.trim().trim_matches('"'))),
            _ => {}
        }
    }
    found
}

/// `ttl` of an RSS feed, in minutes.
pub fn ttl(minutes: &str) -> Option<Duration> {
    let asked = seconds(minutes.trim())?;
    Some(asked.saturating_mul(60).min(ASKED_MAX)).filter(|it| !it.is_zero())
}

/// `updatePeriod` and `updateFrequency` of a feed (RSS 1.0's syndication module): so many times in
/// a period of that name.
pub fn update_period(period: &str, frequency: Option<&str>) -> Option<Duration> {
    const HOUR: u64 = 60 * 60;
    let period = match period.trim().to_ascii_lowercase().as_str() {
        "hourly" => HOUR,
        "daily" => 24 * HOUR,
        "weekly" => 7 * 24 * HOUR,
        "monthly" => 30 * 24 * HOUR,
        "yearly" => 365 * 24 * HOUR,
        _ => return None,
    };
    let times = frequency.and_then(|it| it.trim().parse::<u64>().ok()).unwrap_or(1).max(1);
    Some(Duration::from_secs(period / times).min(ASKED_MAX)).filter(|it| !it.is_zero())
}

/// Digits and nothing else; more of them than a number holds are the most that is believed.
fn seconds(digits: &str) -> Option<Duration> {
    if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let n = digits.parse().unwrap_or(u64::MAX);
    Some(Duration::from_secs(n).min(ASKED_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-01T00:00:00Z";

    fn secs(it: Option<Duration>) -> Option<u64> {
        it.map(|it| it.as_secs())
    }

    #[test]
    fn a_server_says_when_to_come_back_in_seconds_or_as_a_time() {
        let now = Timestamp::parse(NOW).expect("valid");
        for (value, expected) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Sun, 01 Nov 2026 00:02:00 GMT", Some(120)),
            ("Sat, 31 Oct 2026 00:00:00 GMT", Some(0)),
            ("Fri, 31 Dec 2199 00:00:00 GMT", Some(604_800)),
            ("99999999999999999999999", Some(604_800)),
            ("-1", None),
            ("1e9", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(secs(retry_after(value, now)), expected, "{value}");
        }
    }

    #[test]
    fn what_may_be_kept_for_an_hour_need_not_be_asked_for_within_it() {
        for (value, expected) in [
            ("public, max-age=3600", Some(3_600)),
            ("MAX-AGE=\"60\"", Some(60)),
            ("max-age=60, max-age=5", Some(60)),
            ("s-maxage=60", None),
            ("no-cache, max-age=3600", None),
            ("max-age=x", None),
            ("max-age", None),
        ] {
            assert_eq!(secs(max_age(value)), expected, "{value}");
        }
    }

    #[test]
    fn a_feed_says_how_often_it_changes() {
        assert_eq!(secs(ttl("30")), Some(1_800));
        assert_eq!(secs(ttl("0")).or(secs(ttl("-5"))).or(secs(ttl("x"))), None);
        assert_eq!(secs(ttl("99999999999999999999")), Some(604_800));
        for (period, frequency, expected) in [
            ("hourly", None, Some(3_600)),
            (" Hourly\n", Some("2"), Some(1_800)),
            ("daily", Some("0"), Some(86_400)),
            ("yearly", Some("1"), Some(604_800)),
            ("hourly", Some("99999999"), None),
            ("always", None, None),
        ] {
            assert_eq!(secs(update_period(period, frequency)), expected, "{period}");
        }
    }
}

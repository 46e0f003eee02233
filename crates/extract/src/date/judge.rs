//! Which of the dates of a page is the one of its publication.

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use super::json::Thing;
use super::names::Role;
use super::walk::{Candidate, Walked};
use super::written::Order;
use super::{Confidence, Dates, Found, Precision, Source, WRITTEN_CHARS_MAX};

/// Elements between a headline and the date that belongs to it.
const NEAR_ELEMENTS: usize = 40;
/// The most that a property in the body can have: less than a meta tag.
const MICRODATA_MOST: i32 = 105;
/// What agreement with another kind of place adds.
const AGREES: i32 = 12;

pub(super) fn judge(walked: &Walked) -> Dates {
    let candidates = ordered(walked);
    let published = best(&candidates, walked.headline, |it| it != Role::Modified);
    let modified = best(&candidates, walked.headline, |it| it == Role::Modified);
    let published = published.map(|(it, points)| {
        let found = found(it, points, walked.zone);
        by_own_clock(found, it, &candidates)
    });
    let modified = modified.map(|(it, points)| found(it, points, walked.zone));
    let refused = published.is_none() && modified.is_none() && walked.n_refused > 0;
    Dates { published, modified, refused }
}

/// The candidate with the most points; of equal ones the first in the page.
fn best(
    candidates: &[Candidate],
    headline: Option<usize>,
    is_wanted: fn(Role) -> bool,
) -> Option<(&Candidate, i32)> {
    let wanted: Vec<(&Candidate, i32)> = candidates
        .iter()
        .filter(|it| is_wanted(it.role))
        .map(|it| (it, points(it, headline)))
        .collect();
    let mut best: Option<(&Candidate, i32)> = None;
    for &(it, own) in &wanted {
        let total = own + agreement(it, &wanted);
        if best.is_none_or(|(_, most)| most < total) {
            best = Some((it, total));
        }
    }
    best
}

/// The day by the page's own clock, where a program wrote UTC: its address has the day before or
/// after, and the clock allows it.
fn by_own_clock(found: Found, chosen: &Candidate, all: &[Candidate]) -> Found {
    let (Some(clock), Some(Offset::UTC)) = (chosen.written.clock, chosen.written.offset) else {
        return found;
    };
    let day = chosen.written.day;
    // Zones lie between twelve hours behind UTC and fourteen before it.
    let before = day.yesterday().ok().filter(|_| clock.hour() < 12);
    let after = day.tomorrow().ok().filter(|_| clock.hour() >= 10);
    let in_address =
        |it: &&Candidate| it.source == Source::Address && it.written.precision == Precision::Day;
    let told = all.iter().find(in_address).map(|it| it.written.day);
    match told.filter(|it| Some(*it) == before || Some(*it) == after) {
        Some(day) => Found { day, ..found },
        None => found,
    }
}

/// Points for each other kind of source that says the same day.
fn agreement(one: &Candidate, all: &[(&Candidate, i32)]) -> i32 {
    let mut sources: Vec<Source> = all
        .iter()
        .filter(|(it, own)| {
            it.source != one.source
                && it.written.day == one.written.day
                && *own >= 20
                && it.written.precision == one.written.precision
        })
        .map(|(it, _)| it.source)
        .collect();
    sources.sort_unstable();
    sources.dedup();
    AGREES * i32::try_from(sources.len().min(2)).unwrap_or(0)
}

/// The candidates, with `3/11/2026` read as the page's other dates and its address want it.
fn ordered(walked: &Walked) -> Vec<Candidate> {
    let mut all = walked.candidates.clone();
    let tells =
        |order: Order| all.iter().filter(|it| it.written.tells_order == Some(order)).count();
    let (n_day_first, n_month_first) = (tells(Order::DayFirst), tells(Order::MonthFirst));
    let sure: Vec<Date> =
        all.iter().filter(|it| it.written.swapped.is_none()).map(|it| it.written.day).collect();
    for it in &mut all {
        let Some(other) = it.written.swapped else { continue };
        // A day that some other place of the page names without doubt.
        let agrees_as_read = sure.contains(&it.written.day);
        let agrees_swapped = sure.contains(&other);
        let by_others = n_day_first != n_month_first && {
            let day_first = n_day_first > n_month_first;
            day_first != read_day_first(it)
        };
        if !agrees_as_read && (agrees_swapped || by_others) {
            it.written.day = other;
        }
    }
    all
}

/// Whether an ambiguous date was read with the day first: its first number is then its day.
fn read_day_first(it: &Candidate) -> bool {
    let first: String = it.text.chars().take_while(char::is_ascii_digit).collect();
    first.parse() == Ok(it.written.day.day())
}

fn points(it: &Candidate, headline: Option<usize>) -> i32 {
    let by_precision = match it.written.precision {
        Precision::Day => 0,
        Precision::Month => -55,
        Precision::Year => -75,
    };
    let points = of_source(it) + of_place(it, headline);
    // However well it stands, a property in the body yields to what the head tells of the whole.
    let most = if it.source == Source::Microdata { MICRODATA_MOST } else { i32::MAX };
    by_precision + points.min(most)
}

fn of_source(it: &Candidate) -> i32 {
    match (it.source, it.role) {
        (Source::JsonLd, role) => {
            let thing = match it.place.thing {
                Some(Thing::Article) => 0,
                Some(Thing::Page) => -8,
                Some(Thing::Unsaid) | None => -15,
                Some(Thing::Other) => -45,
            };
            let deep = i32::try_from(it.place.depth.saturating_sub(2)).unwrap_or(10) * 3;
            let role = if role == Role::Created { -25 } else { 0 };
            110 + thing + role - deep.min(30)
        }
        (Source::Meta, Role::Published | Role::Modified) => 108,
        (Source::Meta, Role::Created) => 85,
        (Source::Meta, Role::Unsaid) => 72,
        (Source::Microdata, Role::Published | Role::Modified) => 96,
        (Source::Microdata, _) => 80,
        (Source::Address, _) => 82,
        (Source::Time, Role::Published | Role::Modified) => 80,
        (Source::Time, _) => 65,
        (Source::Text, Role::Published | Role::Modified) => 60,
        (Source::Text, _) => 45,
        (Source::Script, Role::Published) => 50,
        (Source::Script, _) => 35,
        (Source::Picture, _) => 25,
        (Source::Copyright, _) => 20,
    }
}

fn of_place(it: &Candidate, headline: Option<usize>) -> i32 {
    let place = &it.place;
    if matches!(
        it.source,
        Source::JsonLd | Source::Meta | Source::Address | Source::Script | Source::Picture
    ) {
        return 0;
    }
    let mut res = 0;
    res += 8 * i32::from(place.is_date);
    res += 5 * i32::from(place.is_about);
    res += 4 * i32::from(place.in_article);
    res -= 35 * i32::from(place.is_aside);
    res -= 20 * i32::from(place.in_footer);
    res -= 15 * i32::from(place.in_link);
    if it.source == Source::Text {
        // A date in a sentence is what the sentence speaks of.
        res += match place.n_around {
            0..=10 => 8,
            11..=40 => 4,
            41..=100 => 0,
            101..=200 => -12,
            _ => -22,
        };
    }
    if let Some(headline) = headline {
        let far = place.n_before.abs_diff(headline);
        res += match far {
            0..=NEAR_ELEMENTS => 15 - i32::try_from(far / 5).unwrap_or(0),
            _ if far < 150 => 2,
            _ => -5,
        };
    }
    res
}

fn found(it: &Candidate, points: i32, zone: Option<Offset>) -> Found {
    let written = it.written;
    let confidence = match points {
        it if it >= 95 => Confidence::Stated,
        it if it >= 60 => Confidence::Likely,
        _ => Confidence::Guess,
    };
    let zone_of_clock = written.offset.or(zone);
    let instant = written
        .clock
        .zip(zone_of_clock)
        .and_then(|(clock, zone)| zone.to_timestamp(written.day.to_datetime(clock)).ok());
    // A program of a Vietnamese page may write UTC: its readers' day is that of Vietnam.
    let day = match (instant, zone) {
        (Some(point), Some(own)) => point.to_zoned_datetime(TimeZone::fixed(own)).date(),
        _ => written.day,
    };
    Found {
        day,
        precision: written.precision,
        instant,
        source: it.source,
        confidence,
        written: it.text.chars().take(WRITTEN_CHARS_MAX).collect(),
    }
}

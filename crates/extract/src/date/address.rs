//! Dates in the address of a page: `/2026/11/03/`, `/2026-11-03-`, `-20261103090530123.htm`.

use super::Precision;
use super::stamp::{compact, plain};
use super::words;
use super::written::Written;

/// The longest address that is looked at.
const ADDRESS_BYTES_MAX: usize = 2_000;

/// The date in an address: to the day, or else to the month (`/2026/11/`).
pub(super) fn address(url: &str) -> Option<Written> {
    if url.len() > ADDRESS_BYTES_MAX {
        return None;
    }
    // An archive's own date is that of its copy: the page's address follows it.
    let archived = url.contains("/web/").then(|| url.rfind("://")).flatten().filter(|it| *it > 8);
    let host_at = archived.or(url.find("://")).map_or(0, |it| it + 3);
    // The host has no date, and what follows `#` is no part of the page.
    let from = host_at + url[host_at..].find('/')? + 1;
    let path = url[from..].split('#').next()?;
    let written = in_path(path)?;
    Some(Written { at: from + written.at, end: from + written.end, ..written })
}

fn in_path(path: &str) -> Option<Written> {
    let runs = runs(path);
    let by_parts = (0..runs.len())
        .find_map(|it| Some(Written { at: runs[it].0, ..in_parts(path, &runs[it..])? }));
    let in_digits = || {
        runs.iter().find_map(|&(at, end)| Some(Written { at, end, ..in_digits(&path[at..end])? }))
    };
    by_parts.filter(|it| it.precision == Precision::Day).or_else(in_digits).or(by_parts)
}

/// Where runs of letters and digits stand: either all digits or anything else.
fn runs(path: &str) -> Vec<(usize, usize)> {
    let mut res = Vec::new();
    let mut from = None;
    for (at, it) in path.bytes().enumerate().chain([(path.len(), b'/')]) {
        match (from, it.is_ascii_alphanumeric() || !it.is_ascii()) {
            (None, true) => from = Some(at),
            (Some(begin), false) => {
                res.push((begin, at));
                from = None;
            }
            _ => {}
        }
    }
    res
}

/// `2026/11/03`, `2026-11-03`, `2026/nov/03`, `03-11-2026`, `2026/1103`, `2026/11/`.
fn in_parts(path: &str, runs: &[(usize, usize)]) -> Option<Written> {
    let part = |idx: usize| runs.get(idx).map(|it| &path[it.0..it.1]);
    let number = |idx: usize, lengths: &[usize]| {
        let text = part(idx).filter(|it| lengths.contains(&it.len()))?;
        text.bytes().all(|it| it.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten()
    };
    let joint = |idx: usize| Some(&path[runs.get(idx)?.1..runs.get(idx + 1)?.0]);
    let is_joint = |it: &&str| matches!(*it, "/" | "-" | "_" | ".");
    let first_joint = joint(0).filter(is_joint)?;
    let named = |idx: usize| part(idx).and_then(words::month);
    let end = |idx: usize| runs[idx].1;
    let Some(year) = number(0, &[4]).filter(|it| (1990..=2100).contains(it)) else {
        // Day, month and year, at least the year without doubt.
        let same = joint(1) == Some(first_joint);
        let year = number(2, &[4]).filter(|it| same && (1990..=2100).contains(it))?;
        return plain(year, number(1, &[2])?, number(0, &[2])?, end(2));
    };
    if let Some(both) = number(1, &[4]) {
        return plain(year, both / 100, both % 100, end(1)).filter(|_| first_joint == "/");
    }
    let month = number(1, &[1, 2]).or_else(|| named(1))?;
    let day = joint(1).filter(is_joint).and_then(|_| number(2, &[1, 2]));
    if let Some(day) = day
        && let Some(written) = plain(year, month, day, end(2))
    {
        return Some(written);
    }
    let is_folder = first_joint == "/" && part(1).is_some_and(|it| it.len() != 1);
    let month = plain(year, month, 1, end(1)).filter(|_| is_folder)?;
    Some(Written { precision: Precision::Month, ..month })
}

/// Digits without signs: `20261103`, also with the clock behind it, and the numbers that the
/// programs of Vietnamese newspapers give to articles: three digits of the site, then the year in
/// two digits, month, day and clock to the millisecond (18 in all), or the year in four (17).
fn in_digits(run: &str) -> Option<Written> {
    if !run.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let likely = |it: &Written| (1995..=2100).contains(&it.day.year());
    match run.len() {
        8 => compact(run).filter(likely),
        12 | 14 => compact(run).filter(|it| likely(it) && it.clock.is_some()),
        17 => compact(&run[..14]).filter(|it| likely(it) && it.clock.is_some()),
        18 => {
            let found = compact(&format!("20{}", &run[3..15]))?;
            Some(found).filter(|it| it.clock.is_some() && it.day.year() >= 2008)
        }
        _ => None,
    }
}

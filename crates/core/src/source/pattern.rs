//! Which links of a listing page are taken: a pattern over their addresses.
//!
//! `/thoi-su/*-*.html`: `*` is any run without `/`, `**` any run, all else stands for itself. The
//! host is the page's own or below it, unless the pattern names one: `tin.example/*/*.html`, or
//! `*.tin.example/…` for all below it. A pattern with a `?` is held against path and query, one
//! without against the path alone. Matching takes at most the product of two bounded lengths.

use url::Url;

use crate::source::octets::comparable;

/// The longest pattern, in bytes. The longest that an operator needed by hand is under 80.
pub const PATTERN_BYTES_MAX: usize = 200;

/// Names of one site that differ only in dress.
const DRESS: [&str; 2] = ["www.", "m."];

/// A pattern, parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    host: Host,
    parts: Vec<Part>,
    has_query: bool,
}

/// Why a text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPattern {
    /// Nothing in it.
    #[error("the pattern is empty: write one like /tin/*-*.html")]
    Empty,
    /// Over [`PATTERN_BYTES_MAX`].
    #[error("the pattern is longer than {PATTERN_BYTES_MAX} bytes: put * where addresses differ")]
    TooLong,
    /// No path.
    #[error("the pattern has no path: it begins with /, or with a host and then /")]
    NoPath,
    /// Neither http nor https.
    #[error("the pattern is of no web address: leave out what stands before the host")]
    NotWeb,
    /// A host that cannot be one, or a star in the middle of it.
    #[error("the pattern's host is none: write tin.example, or *.tin.example for all below it")]
    BadHost,
    /// A `#`, a space or a control character.
    #[error("no address has a # or a space in it once it is fetched: leave it out")]
    Forbidden,
    /// It would take every link of the site.
    #[error("the pattern takes every link: write what the addresses of articles have in common")]
    TooWide,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    /// The page's own, or below it.
    Own,
    Named(String),
    Below(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Octet(u8),
    /// `*`
    InSegment,
    /// `**`
    Anywhere,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What an operator must change.
    pub fn parse(text: &str) -> Result<Self, BadPattern> {
        let text = text.trim();
        match text {
            "" => return Err(BadPattern::Empty),
            it if PATTERN_BYTES_MAX < it.len() => return Err(BadPattern::TooLong),
            it if it.contains(|it: char| it == '#' || it.is_whitespace() || it.is_control()) => {
                return Err(BadPattern::Forbidden);
            }
            _ => {}
        }
        let rest = match text.split_once("://") {
            Some(("http" | "https", rest)) => rest,
            // A path may hold an address: `/out?to=https://…`.
            Some((before, _)) if !before.contains(['/', '?']) => return Err(BadPattern::NotWeb),
            _ => text,
        };
        let (host, path) = rest.split_at(rest.find('/').ok_or(BadPattern::NoPath)?);
        let host = host_of(host)?;
        let parts = parts_of(&comparable(path, b""));
        let takes_all =
            |it: &Part| matches!(it, Part::InSegment | Part::Anywhere | Part::Octet(b'/'));
        let is_wide = parts.contains(&Part::Anywhere) || parts.len() <= 2;
        if is_wide && parts.iter().all(takes_all) {
            return Err(BadPattern::TooWide);
        }
        Ok(Self { text: text.to_owned(), host, parts, has_query: path.contains('?') })
    }

    /// As it was written, trimmed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a link of this page is one of those that are wanted.
    pub fn takes(&self, link: &Url, page: &Url) -> bool {
        let (Some(host), Some(own)) = (link.host_str(), page.host_str()) else {
            return false;
        };
        let is_there = match &self.host {
            Host::Own => is_at_or_below(host, bare(own)),
            Host::Named(it) => bare(host) == bare(it),
            Host::Below(it) => is_at_or_below(host, it),
        };
        let mut path = link.path().to_owned();
        if let Some(query) = link.query().filter(|_| self.has_query) {
            path.push('?');
            path.push_str(query);
        }
        is_there && fits(&self.parts, comparable(&path, b"").as_bytes())
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

fn host_of(text: &str) -> Result<Host, BadPattern> {
    if text.is_empty() {
        return Ok(Host::Own);
    }
    let (is_below, name) = match text.strip_prefix("*.") {
        Some(it) => (true, it),
        None => (false, text),
    };
    // The parser of addresses makes one spelling of it: small letters, no other scripts.
    let name = url::Host::parse(name).map_err(|_| BadPattern::BadHost)?.to_string();
    if !name.contains('.') || name.contains('*') {
        return Err(BadPattern::BadHost);
    }
    Ok(if is_below { Host::Below(name) } else { Host::Named(name) })
}

fn parts_of(path: &str) -> Vec<Part> {
    let mut parts = Vec::with_capacity(path.len());
    for &byte in path.as_bytes() {
        match (byte, parts.last()) {
            (b'*', Some(Part::InSegment)) => {
                parts.pop();
                parts.push(Part::Anywhere);
            }
            (b'*', Some(Part::Anywhere)) => {}
            (b'*', _) => parts.push(Part::InSegment),
            (byte, _) => parts.push(Part::Octet(byte)),
        }
    }
    parts
}

fn bare(host: &str) -> &str {
    let host = host.trim_end_matches('.');
    DRESS.iter().find_map(|it| host.strip_prefix(it)).unwrap_or(host)
}

fn is_at_or_below(host: &str, site: &str) -> bool {
    let above = host.trim_end_matches('.').strip_suffix(site);
    above.is_some_and(|it| it.is_empty() || it.ends_with('.'))
}

/// Reads the path once, with all places of the pattern at which it can stand.
fn fits(parts: &[Part], path: &[u8]) -> bool {
    let mut here = vec![false; parts.len() + 1];
    let mut next = here.clone();
    here[0] = true;
    step_over_runs(parts, &mut here);
    for &byte in path {
        next.fill(false);
        for (idx, part) in parts.iter().enumerate().filter(|&(idx, _)| here[idx]) {
            match part {
                Part::Octet(it) => next[idx + 1] |= *it == byte,
                Part::InSegment => next[idx] |= byte != b'/',
                Part::Anywhere => next[idx] = true,
            }
        }
        if !next.contains(&true) {
            return false;
        }
        step_over_runs(parts, &mut next);
        std::mem::swap(&mut here, &mut next);
    }
    here[parts.len()]
}

/// A run may be empty.
fn step_over_runs(parts: &[Part], here: &mut [bool]) {
    for (idx, part) in parts.iter().enumerate() {
        here[idx + 1] |= here[idx] && !matches!(part, Part::Octet(_));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://www.bao.example/thoi-su";

    fn takes(pattern: &str, link: &str) -> bool {
        let pattern = Pattern::parse(pattern).unwrap_or_else(|err| panic!("{pattern}: {err}"));
        let url = |it| Url::parse(it).expect("the test's own address");
        pattern.takes(&url(link), &url(PAGE))
    }

    #[track_caller]
    fn check(pattern: &str, taken: &[&str], left: &[&str]) {
        for it in taken {
            assert!(takes(pattern, it), "{pattern} does not take {it}");
        }
        for it in left {
            assert!(!takes(pattern, it), "{pattern} takes {it}");
        }
    }

    #[test]
    fn a_star_stays_in_its_part_of_the_path_and_two_do_not() {
        check(
            "/thoi-su/*-*.html",
            &[
                "https://www.bao.example/thoi-su/mua-lon-o-hue-4073.html",
                "https://bao.example/thoi-su/a-b.html?utm_source=x#y",
                "http://m.bao.example/thoi-su/-.html",
                "https://video.bao.example/thoi-su/a-b.html",
            ],
            &[
                "https://bao.example/thoi-su/a/b-c.html",
                "https://bao.example/thoi-su/ab.html",
                "https://bao.example/thoi-su/a-b.html.gz",
                "https://bao.example/the-thao/a-b.html",
                "https://bao.example.evil.example/thoi-su/a-b.html",
                "https://xbao.example/thoi-su/a-b.html",
            ],
        );
        check(
            "/**-*.htm",
            &["https://bao.example/a-b.htm", "https://bao.example/a/b/c-d.htm"],
            &["https://bao.example/a-b/c.htm"],
        );
        check("/**/a*b", &["https://bao.example/x/a/ab"], &["https://bao.example/x/a/b"]);
        check("/20*/*/*", &["https://bao.example/2026/11/x"], &["https://bao.example/2026/11/x/y"]);
    }

    #[test]
    fn a_pattern_can_name_the_host() {
        check(
            "Tin.example/*/*.html",
            &["https://tin.example/a/b.html", "https://www.tin.example/a/b.html"],
            &["https://bao.example/a/b.html", "https://x.tin.example/a/b.html"],
        );
        check(
            "https://*.tin.example/a*",
            &["https://tin.example/ab", "https://x.tin.example/a"],
            &["https://tin.example.evil.example/ab"],
        );
    }

    #[test]
    fn a_query_counts_only_for_a_pattern_that_has_one() {
        check(
            "/tin.aspx?id=*",
            &["https://bao.example/tin.aspx?id=12"],
            &["https://bao.example/tin.aspx", "https://bao.example/tin.aspx?page=2"],
        );
        check("/out?to=https://*", &["https://bao.example/out?to=https://a"], &[]);
    }

    #[test]
    fn letters_of_other_scripts_are_the_same_in_every_spelling() {
        check(
            "/tin/ăn-*",
            &["https://bao.example/tin/%c4%83n-toi", "https://bao.example/tin/ăn-tỏi"],
            &["https://bao.example/tin/an-toi"],
        );
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_what_to_do() {
        for (text, why) in [
            ("  ", BadPattern::Empty),
            (&"/a".repeat(101), BadPattern::TooLong),
            ("bao.example", BadPattern::NoPath),
            ("*.html", BadPattern::NoPath),
            ("ftp://bao.example/a", BadPattern::NotWeb),
            ("javascript:alert(1)/a", BadPattern::BadHost),
            ("bao*.example/a", BadPattern::BadHost),
            ("localhost/a", BadPattern::BadHost),
            ("a@bao.example/a", BadPattern::BadHost),
            ("/a#b", BadPattern::Forbidden),
            ("/a b", BadPattern::Forbidden),
            ("/", BadPattern::TooWide),
            ("/*", BadPattern::TooWide),
            ("/**", BadPattern::TooWide),
            ("bao.example/**/*", BadPattern::TooWide),
        ] {
            assert_eq!(Pattern::parse(text), Err(why), "{text}");
        }
        let kept = Pattern::parse(" /a/*-*.html ").expect("valid");
        assert_eq!((kept.as_str(), kept.to_string().as_str()), ("/a/*-*.html", "/a/*-*.html"));
    }

    #[test]
    fn the_most_tangled_pattern_and_address_are_soon_compared() {
        let pattern = format!("/{}z", "**a*".repeat(49));
        let link = format!("https://bao.example/{}", "a".repeat(100_000));
        assert!(!takes(&pattern, &link));
        assert!(takes(&format!("/{}", "**a*".repeat(49)), &link));
    }
}

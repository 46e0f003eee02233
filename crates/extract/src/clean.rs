//! Single values at the door: a line of text, an address, a time, a source.
//!
//! Zero-width characters stay: masking looks for what hides behind them. Control characters and the
//! marks that turn the order of letters around go, for they can make a page lie.

use kiemtin_core::host::is_platform;
use kiemtin_core::time::Timestamp;
use url::{Host, Url};

use crate::limits::{TITLE_CHARS_MAX, URL_BYTES_MAX};
use crate::problem::Problem;

/// A text of several lines: line ends made one, controls out, trimmed.
pub(crate) fn text(raw: &str) -> String {
    let mut res = String::with_capacity(raw.len());
    let mut after_return = false;
    for it in raw.chars() {
        match it {
            '\n' if after_return => {}
            '\r' | '\n' | '\u{2028}' | '\u{2029}' | '\u{B}' | '\u{C}' => res.push('\n'),
            '\t' => res.push('\t'),
            it if is_invisible_order(it) => {}
            it => res.push(it),
        }
        after_return = it == '\r';
    }
    let trimmed = res.trim();
    if trimmed.len() == res.len() { res } else { trimmed.to_owned() }
}

/// A title or a name: one line, single spaces, at most [`TITLE_CHARS_MAX`]. `None` if empty.
pub(crate) fn line(raw: &str) -> Option<String> {
    let mut res = String::new();
    for word in raw.split(|it: char| it.is_whitespace() || it.is_control()) {
        let word: String = word.chars().filter(|&it| !is_invisible_order(it)).collect();
        if !word.is_empty() && !res.is_empty() {
            res.push(' ');
        }
        res.push_str(&word);
        if res.len() > TITLE_CHARS_MAX * 4 {
            break;
        }
    }
    let res: String = res.chars().take(TITLE_CHARS_MAX).collect();
    Some(res).filter(|it| !it.is_empty())
}

/// Control characters, byte order marks and direction overrides.
fn is_invisible_order(it: char) -> bool {
    it.is_control() || matches!(it, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// An http or https address without a name and password in it.
pub(crate) fn web_url(raw: &str, base: Option<&Url>) -> Option<Url> {
    let raw = raw.trim();
    if raw.is_empty() || raw.len() > URL_BYTES_MAX {
        return None;
    }
    let parsed = match base {
        Some(base) => base.join(raw).ok()?,
        None => Url::parse(raw).ok()?,
    };
    let is_web = matches!(parsed.scheme(), "http" | "https") && parsed.has_host();
    (is_web && parsed.username().is_empty() && parsed.password().is_none()).then_some(parsed)
}

/// A time as files write it: RFC 3339, `2026-11-01 09:00:00`, a plain date, or day/month/year as
/// Vietnamese files have it. A time without a zone is taken as Vietnam's.
pub(crate) fn time(raw: &str) -> Option<Timestamp> {
    let raw = raw.trim();
    if raw.len() > 40 || !raw.is_ascii() {
        return None;
    }
    // A parser of dates alone would take the day and drop the clock.
    let has_zone = raw.len() <= 10
        || raw.ends_with(['Z', 'z'])
        || raw.get(19..).is_some_and(|it| it.contains(['+', '-']));
    if let Some(point) = Timestamp::parse(raw).filter(|_| has_zone) {
        return Some(point);
    }
    if let Some(date) = day_month_year(raw) {
        return Timestamp::parse(&date);
    }
    let (date, rest) = raw.split_at_checked(10)?;
    if !rest.starts_with(['T', 't', ' ']) {
        return None;
    }
    let clock = rest.get(1..)?.trim();
    // `+0700` is missing its colon; a clock without seconds is missing them; none has a zone.
    let (clock, zone) = match clock.find(['+', '-', 'Z', 'z']) {
        Some(at) => clock.split_at(at),
        None => (clock, "+07:00"),
    };
    let clock = clock.trim();
    let seconds = if clock.matches(':').count() == 1 { ":00" } else { "" };
    let zone = match zone.as_bytes() {
        [_, _, _, _, _] => format!("{}:{}", &zone[..3], &zone[3..]),
        _ => zone.to_owned(),
    };
    Timestamp::parse(&format!("{date}T{clock}{seconds}{zone}")).or_else(|| Timestamp::parse(date))
}

fn day_month_year(raw: &str) -> Option<String> {
    let mut parts = raw.split(['/', '.']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |it: &str| it.trim().parse::<u32>().ok();
    if parts.next().is_some() || year.trim().len() != 4 {
        return None;
    }
    Some(format!("{:04}-{:02}-{:02}", number(year)?, number(month)?, number(day)?))
}

/// The outlet or class of channel that a text came from.
///
/// # Errors
/// It names a person: a profile address, a handle, an e-mail address or a telephone number.
pub(crate) fn source(raw: &str) -> Result<Option<String>, Problem> {
    let Some(name) = line(raw) else {
        return Ok(None);
    };
    let n_digits = name.chars().filter(|it| it.is_numeric()).count();
    if name.contains(['@', '＠']) || n_digits >= 7 || is_profile(&name) {
        return Err(Problem::PersonAsSource);
    }
    Ok(Some(name))
}

/// An address with a path on a platform belongs to a person or to somebody's post.
fn is_profile(name: &str) -> bool {
    let with_scheme =
        if name.contains("://") { name.to_owned() } else { format!("https://{name}") };
    let Ok(url) = Url::parse(&with_scheme) else {
        return false;
    };
    let Some(Host::Domain(host)) = url.host() else {
        return false;
    };
    let has_path = !url.path().trim_matches('/').is_empty() || url.query().is_some();
    has_path && is_platform(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_no_source() {
        for raw in [
            "@nguyenvana",
            "https://www.facebook.com/nguyen.van.a",
            "facebook.com/profile.php?id=1000",
            "m.tiktok.com/@abc",
            "t.me/kenh",
            "a@b.vn",
            "0912 345 678",
        ] {
            assert_eq!(source(raw), Err(Problem::PersonAsSource), "{raw}");
        }
        for raw in
            ["Facebook posts", "https://facebook.com/", "Báo Mẫu", "https://baomau.example/tin"]
        {
            assert_eq!(source(raw), Ok(Some(raw.to_owned())), "{raw}");
        }
        assert_eq!(source(" \u{0} "), Ok(None));
    }

    #[test]
    fn times_are_read_as_files_write_them() {
        for (raw, expected) in [
            ("2026-11-01T09:00:00+07:00", "2026-11-01T02:00:00Z"),
            ("2026-11-01T09:00:00+0700", "2026-11-01T02:00:00Z"),
            ("2026-11-01 09:00:00", "2026-11-01T02:00:00Z"),
            ("2026-11-01T09:00", "2026-11-01T02:00:00Z"),
            ("2026-11-01T02:00:00.123Z", "2026-11-01T02:00:00Z"),
            ("1/11/2026", "2026-10-31T17:00:00Z"),
            ("2026-11-01", "2026-10-31T17:00:00Z"),
        ] {
            assert_eq!(time(raw).map(Timestamp::rfc3339).as_deref(), Some(expected), "{raw}");
        }
        for raw in ["", "hôm qua", "9999-12-31", "0000-00-00", "31/31/2026", "2026-11-01x", "1e400"]
        {
            assert_eq!(time(raw), None, "{raw}");
        }
    }

    #[test]
    fn only_web_addresses_are_addresses() {
        for raw in
            ["javascript:alert(1)", "data:text/html,x", "ftp://a.vn/", "https://u:p@a.vn/", "", "a"]
        {
            assert_eq!(web_url(raw, None), None, "{raw}");
        }
        assert_eq!(
            web_url(" https://a.vn/x ", None).map(String::from),
            Some("https://a.vn/x".into())
        );
    }

    #[test]
    fn nothing_in_a_text_can_turn_its_letters_around() {
        assert_eq!(text("a\r\nb\rc\u{0}\u{202E}d\u{2028}e \n"), "a\nb\ncd\ne");
        assert_eq!(line(" <b>\u{202E}Sai \u{1b}[31m\n\n x "), Some("<b>Sai [31m x".to_owned()));
        assert_eq!(line("\u{FEFF}\n"), None);
        assert_eq!(line(&"ă".repeat(9_999)).map(|it| it.chars().count()), Some(TITLE_CHARS_MAX));
    }
}

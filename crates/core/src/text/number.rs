//! Numbers, money and dates as values: "1tr5" and "1,5 triệu" are both 1,500,000, "hai giờ" and
//! "2 hours" are both two hours.
//!
//! Reads text in small letters. Day comes first in Vietnamese, month first in English; "1.500" is
//! fifteen hundred in Vietnamese and one and a half in English. What two lists of values have in
//! common and where they contradict each other is told at the end of the file.

use super::normalise::{fold, is_inside_word, is_letter};
use crate::lang::Lang;

/// Values beyond these are noise, not statements.
const NUMBERS_MAX: usize = 24;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A bare number.
    None,
    /// A year from 1900 to 2099.
    Year,
    /// Per cent.
    Percent,
    /// Vietnamese đồng.
    Dong,
    /// US dollars.
    Dollar,
    /// The word that follows, as a hash of its folded form; one for all names of a measure (hours,
    /// years, people), in both languages.
    Noun(u32),
}

/// One number of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// The value, with thousands and millions multiplied out.
    pub value: f64,
    /// What it counts.
    pub unit: Unit,
    /// As it stands in the text.
    pub text: String,
}

/// One date of a text; at least two parts are known, or the month alone by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Date {
    /// 1 to 31.
    pub day: Option<u8>,
    /// 1 to 12.
    pub month: Option<u8>,
    /// 1900 to 2099.
    pub year: Option<u16>,
    /// As it stands in the text.
    pub text: String,
}

/// The numbers and dates of a text in small letters. A number inside a date is not a number.
pub fn values(text: &str, lang: Lang) -> (Vec<Number>, Vec<Date>) {
    let (mut numbers, mut dates) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(found) = next_start(text, at, lang)
        && numbers.len() + dates.len() < NUMBERS_MAX
    {
        let (number, end) = match found {
            Start::Words(value, start, end) => number_behind(text, start, end, value, false, lang),
            Start::Digits(start) => match date_at(text, start, lang) {
                Some((date, end)) => {
                    dates.push(date);
                    at = end;
                    continue;
                }
                None => number_at(text, start, lang),
            },
        };
        numbers.extend(number);
        at = end;
    }
    (numbers, dates)
}

/// Where a number begins.
enum Start {
    /// With a digit.
    Digits(usize),
    /// Written out: its value, where it begins and ends.
    Words(f64, usize, usize),
}

/// The next digit that no letter stands before (the 5 of "h5n1" is part of a name), or the next
/// number in words.
fn next_start(text: &str, from: usize, lang: Lang) -> Option<Start> {
    let mut before = text[..from].chars().next_back().unwrap_or(' ');
    let mut in_word = false;
    for (idx, it) in text[from..].char_indices() {
        let begins = !in_word && !is_inside_word(before);
        if begins && it.is_ascii_digit() {
            return Some(Start::Digits(from + idx));
        }
        if begins
            && is_letter(it)
            && let Some((value, end)) = in_words(text, from + idx, lang)
        {
            return Some(Start::Words(value, from + idx, end));
        }
        in_word = (in_word || is_letter(before)) && is_inside_word(it);
        before = it;
    }
    None
}

/// "hai", "mười lăm", "hai mươi bốn", "seven", before a measure or a magnitude: elsewhere "năm" is a
/// year and "ba" a father. Without diacritics only what is no other word.
fn in_words(text: &str, at: usize, lang: Lang) -> Option<(f64, usize)> {
    let (word, mut end) = word_after(text, at);
    let mut value = f64::from(small_number(word, lang)?);
    if lang == Lang::Vi {
        let (word, behind) = word_after(text, end);
        if matches!(word, "mươi" | "muoi") && value < 10.0 {
            (value, end) = (10.0 * value, behind);
        }
        let (word, behind) = word_after(text, end);
        let ones = match word {
            "lăm" | "lam" => Some(5),
            "mốt" => Some(1),
            "tư" => Some(4),
            _ => small_number(word, lang).filter(|it| *it < 10),
        };
        if let Some(ones) = ones.filter(|_| value % 10.0 == 0.0) {
            (value, end) = (value + f64::from(ones), behind);
        }
    }
    let (word, _) = word_after(text, end + usize::from(text[end..].starts_with('-')));
    let is_measure = measure(word).is_some() || magnitude(text, end, lang).is_some();
    is_measure.then_some((value, end))
}

fn small_number(word: &str, lang: Lang) -> Option<u8> {
    Some(match (lang, word) {
        (Lang::Vi, "một" | "mot") | (Lang::En, "one") => 1,
        (Lang::Vi, "hai") | (Lang::En, "two") => 2,
        (Lang::Vi, "ba") | (Lang::En, "three") => 3,
        (Lang::Vi, "bốn" | "bon") | (Lang::En, "four") => 4,
        (Lang::Vi, "năm") | (Lang::En, "five") => 5,
        (Lang::Vi, "sáu") | (Lang::En, "six") => 6,
        (Lang::Vi, "bảy" | "bẩy") | (Lang::En, "seven") => 7,
        (Lang::Vi, "tám") | (Lang::En, "eight") => 8,
        (Lang::Vi, "chín" | "chin") | (Lang::En, "nine") => 9,
        (Lang::Vi, "mười") | (Lang::En, "ten") => 10,
        (Lang::En, "eleven") => 11,
        (Lang::En, "twelve") => 12,
        (Lang::En, "fifteen") => 15,
        (Lang::En, "twenty") => 20,
        (Lang::En, "thirty") => 30,
        (Lang::En, "forty") => 40,
        (Lang::En, "fifty") => 50,
        (Lang::En, "sixty") => 60,
        (Lang::En, "seventy") => 70,
        (Lang::En, "eighty") => 80,
        (Lang::En, "ninety") => 90,
        _ => return None,
    })
}

/// The one name of a measure, of whatever language.
fn measure(word: &str) -> Option<&'static str> {
    Some(match word {
        "giây" | "giay" | "second" | "seconds" => "second",
        "phút" | "phut" | "minute" | "minutes" | "mins" => "minute",
        "giờ" | "gio" | "tiếng" | "h" | "hour" | "hours" | "hrs" => "hour",
        "ngày" | "ngay" | "day" | "days" => "day",
        "tuần" | "tuan" | "week" | "weeks" => "week",
        "tháng" | "thang" | "month" | "months" => "month",
        "năm" | "nam" | "tuổi" | "tuoi" | "year" | "years" => "year",
        "độ" | "degree" | "degrees" => "degree",
        "người" | "nguoi" | "people" | "persons" => "person",
        "lần" | "lan" | "times" => "time",
        "lít" | "lit" | "litre" | "litres" | "liter" | "liters" => "litre",
        "mét" | "met" | "metre" | "metres" | "meter" | "meters" => "metre",
        "ký" | "kí" | "cân" | "kg" => "kg",
        _ => return None,
    })
}

/// Number words and measures of both languages: those that [`one_form`] knows.
pub(crate) const WORDS: &[&str] = &[
    "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "bẩy", "tám", "chín", "mười", "giờ", "tiếng",
    "ngày", "tuần", "tháng", "phút", "giây", "độ", "lít", "lần", "người", "mét", "tuổi", "one",
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "fifteen", "twenty", "thirty", "forty", "fifty", "second", "minute", "hour", "day", "week",
    "month", "year", "degree", "people", "times", "litre", "liter", "metre", "meter",
];

/// One spelling for all of a number or a measure: "hai" and "2" are "2", "500k" is "500000", "tiếng"
/// and "hour" are "hour". Without diacritics only digits: "hai" may be another word.
pub(crate) fn one_form(word: &str, is_bare: bool) -> Option<String> {
    if word.starts_with(|it: char| it.is_ascii_digit()) {
        let (number, end) = number_at(word, 0, Lang::Vi);
        let whole = number.filter(|it| end == word.len() && it.value.fract() == 0.0);
        return whole.map(|it| it.value.to_string());
    }
    if is_bare || !WORDS.contains(&word) {
        return None;
    }
    let small = Lang::ALL.into_iter().find_map(|it| small_number(word, it));
    small.map(|it| it.to_string()).or_else(|| measure(word).map(str::to_owned))
}

/// Measures of one kind: two weeks are not two hours.
const TIMES: [&str; 7] = ["second", "minute", "hour", "day", "week", "month", "year"];

fn noun(name: &str) -> Unit {
    Unit::Noun(xxhash_rust::xxh3::xxh3_64(name.as_bytes()) as u32)
}

/// The run of digits at `at`, and where it ends.
fn digits(text: &str, at: usize) -> (&str, usize) {
    let rest = &text[at..];
    let n = rest.bytes().position(|it| !it.is_ascii_digit()).unwrap_or(rest.len());
    (&rest[..n], at + n)
}

/// The word behind the spaces at `at`, and where it ends.
fn word_after(text: &str, at: usize) -> (&str, usize) {
    let rest = &text[at..];
    let start = at + rest.len() - rest.trim_start_matches(' ').len();
    let tail = &text[start..];
    let n = tail.find(|it: char| !is_letter(it)).unwrap_or(tail.len());
    (&tail[..n], start + n)
}

/// The folded word that ends before `at`.
fn word_before(text: &str, at: usize) -> String {
    let head = text[..at].trim_end_matches([' ', ',', '.']);
    let start = head.rfind(|it: char| !is_letter(it));
    let start = start.map_or(0, |it| it + head[it..].chars().next().map_or(1, char::len_utf8));
    fold(&head[start..])
}

/// d/m, d/m/y, y-m-d, "ngày d tháng m năm y", "tháng m/y", "march 5, 2020", "5 march".
fn date_at(text: &str, at: usize, lang: Lang) -> Option<(Date, usize)> {
    let (first, end) = digits(text, at);
    let first_value: u16 = first.parse().ok()?;
    let found = slashed(text, first_value, first.len(), end, lang)
        .or_else(|| spoken(text, at, first_value, end))?;
    let ((day, month, year), end) = found;
    let text = text[at..end].to_owned();
    Some((Date { day, month, year, text }, end))
}

type DateParts = (Option<u8>, Option<u8>, Option<u16>);

fn slashed(text: &str, a: u16, n_a: usize, end: usize, lang: Lang) -> Option<(DateParts, usize)> {
    let sign = text[end..].chars().next().filter(|it| matches!(it, '/' | '-' | '.'))?;
    let (second, end) = digits(text, end + 1);
    let b: u16 = second.parse().ok()?;
    let third = text[end..].starts_with(sign).then(|| digits(text, end + 1));
    let third = third.filter(|(it, _)| matches!(it.len(), 2 | 4));
    if let Some((c, end)) = third
        && let Ok(c) = c.parse::<u16>()
    {
        let parts = if n_a == 4 { (c, b, a) } else { in_order(a, b, c, lang) };
        return day_month_year(parts.0, parts.1, parts.2).map(|it| (it, end));
    }
    if sign != '/' || text[end..].starts_with(['%', '/']) {
        return None;
    }
    if a <= 12 && (1900..2100).contains(&b) {
        return Some(((None, Some(a as u8), Some(b)), end));
    }
    let (day, month, _) = in_order(a, b, 0, lang);
    let known = (1..=31).contains(&day) && (1..=12).contains(&month) && second.len() <= 2;
    known.then_some(((Some(day as u8), Some(month as u8), None), end))
}

fn in_order(a: u16, b: u16, c: u16, lang: Lang) -> (u16, u16, u16) {
    let month_first = lang == Lang::En && a <= 12 || 12 < b;
    if month_first { (b, a, c) } else { (a, b, c) }
}

fn day_month_year(day: u16, month: u16, year: u16) -> Option<DateParts> {
    let year = if year < 100 { 2000 + year } else { year };
    let known = (1..=31).contains(&day) && (1..=12).contains(&month);
    let known = known && (1900..2100).contains(&year);
    known.then_some((Some(day as u8), Some(month as u8), Some(year)))
}

fn spoken(text: &str, at: usize, value: u16, end: usize) -> Option<(DateParts, usize)> {
    let before = word_before(text, at);
    let (word, word_end) = word_after(text, end);
    if fold(word) == "thang" && (1..=31).contains(&value) {
        let rest = &text[word_end..];
        let start = word_end + rest.len() - rest.trim_start().len();
        let (month, end) = digits(text, start);
        let month: u8 = month.parse().ok().filter(|it| (1..=12).contains(it))?;
        let (year, end) = year_after(text, end);
        return Some(((Some(value as u8), Some(month), year), end));
    }
    if before == "thang" && (1..=12).contains(&value) {
        let (year, end) = year_after(text, end);
        return Some(((None, Some(value as u8), year), end));
    }
    if let Some(month) = month_by_name(&before) {
        let end = word_end_of_ordinal(text, end);
        return match value {
            1..=31 => {
                let (year, end) = year_after(text, end);
                Some(((Some(value as u8), Some(month), year), end))
            }
            1900..2100 => Some(((None, Some(month), Some(value)), end)),
            _ => None,
        };
    }
    let month = month_by_name(word).filter(|_| (1..=31).contains(&value))?;
    let (year, end) = year_after(text, word_end);
    Some(((Some(value as u8), Some(month), year), end))
}

fn word_end_of_ordinal(text: &str, end: usize) -> usize {
    let ordinal = ["st", "nd", "rd", "th"].iter().any(|it| text[end..].starts_with(it));
    if ordinal { end + 2 } else { end }
}

/// ", 2020", "/2020", " năm 2020" or nothing.
fn year_after(text: &str, at: usize) -> (Option<u16>, usize) {
    let rest = &text[at..];
    let tail = rest.trim_start_matches([' ', ',', '/', '-']);
    let tail = ["năm ", "nam ", "of "].iter().find_map(|it| tail.strip_prefix(it)).unwrap_or(tail);
    let start = text.len() - tail.len();
    let (year, end) = digits(text, start);
    match year.parse() {
        Ok(year @ 1900..2100) => (Some(year), end),
        _ => (None, at),
    }
}

fn month_by_name(word: &str) -> Option<u8> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if word.len() < 3 {
        return None;
    }
    let same = |it: &str| it == word || &it[..3] == word || word == "sept" && it == "september";
    NAMES.iter().position(|it| same(it)).map(|it| it as u8 + 1)
}

/// A number in digits, with its magnitude and unit.
fn number_at(text: &str, at: usize, lang: Lang) -> (Option<Number>, usize) {
    let rest = &text[at..];
    let n =
        rest.bytes().position(|it| !matches!(it, b'0'..=b'9' | b'.' | b',')).unwrap_or(rest.len());
    let written = rest[..n].trim_end_matches(['.', ',']);
    let end = at + written.len();
    match parse_digits(written, lang) {
        Some(value) => number_behind(text, at, end, value, written.contains(['.', ',']), lang),
        None => (None, end),
    }
}

/// A number that was read from `start` to `end`, with what stands behind it.
fn number_behind(
    text: &str,
    start: usize,
    mut end: usize,
    mut value: f64,
    mut scaled: bool,
    lang: Lang,
) -> (Option<Number>, usize) {
    while let Some((factor, behind)) = magnitude(text, end, lang) {
        let (fraction, after) = fraction_after(text, behind);
        value = (value + fraction) * factor;
        (end, scaled) = (after, true);
        if fraction != 0.0 || 1e13 < value {
            break;
        }
    }
    let (unit, end) = unit_at(text, start, end, value, scaled);
    let text = text[start..end].trim_end().to_owned();
    (Some(Number { value, unit, text }), end)
}

/// "1.234.567,89" in Vietnamese order, "1,234,567.89" in English order, by their shape.
fn parse_digits(written: &str, lang: Lang) -> Option<f64> {
    let n_digits = written.bytes().filter(u8::is_ascii_digit).count();
    if 15 < n_digits {
        return None;
    }
    let last = written.rfind(['.', ',']);
    let Some(last) = last else { return written.parse().ok() };
    let sign = written.as_bytes()[last];
    let n_signs = written.bytes().filter(|it| *it == sign).count();
    let n_other = written.bytes().filter(|it| matches!(it, b'.' | b',') && *it != sign).count();
    let in_threes = written.len() - last == 4 && !written.starts_with('0');
    let decimal_here = if lang == Lang::Vi { b',' } else { b'.' };
    let groups = in_threes && n_other == 0 && (1 < n_signs || sign != decimal_here);
    let plain: String = written.chars().filter(char::is_ascii_digit).collect();
    if groups || 1 < n_signs {
        return plain.parse().ok();
    }
    let whole: String = written[..last].chars().filter(char::is_ascii_digit).collect();
    format!("{whole}.{}", &written[last + 1..]).parse().ok()
}

/// "nghìn", "k", "triệu", "tr", "tỷ", "million" …: the factor and where the word ends.
fn magnitude(text: &str, at: usize, lang: Lang) -> Option<(f64, usize)> {
    let (word, end) = word_after(text, at);
    let adjacent = text[at..].starts_with(word);
    let factor = match (word, lang) {
        ("k", _) => 1e3,
        ("nghìn" | "ngàn" | "nghin" | "ngan" | "thousand", _) => 1e3,
        ("triệu" | "trieu" | "million" | "mil" | "củ", _) => 1e6,
        ("tr", Lang::Vi) => 1e6,
        ("m" | "mn", Lang::En) if adjacent => 1e6,
        ("tỷ" | "tỉ" | "billion" | "bn", _) => 1e9,
        ("ty" | "ti", Lang::Vi) => 1e9,
        ("b", Lang::En) if adjacent => 1e9,
        ("trillion", _) => 1e12,
        ("trăm" | "tram", Lang::Vi) | ("hundred", _) => 1e2,
        _ => return None,
    };
    (!word.is_empty()).then_some((factor, end))
}

/// What follows a magnitude: "tr5" is a half more, "tỷ rưỡi" too.
fn fraction_after(text: &str, at: usize) -> (f64, usize) {
    let (tail, end) = digits(text, at);
    if !tail.is_empty() && tail.len() <= 3 {
        let share: f64 = format!("0.{tail}").parse().unwrap_or(0.0);
        return (share, end);
    }
    let (word, end) = word_after(text, at);
    if matches!(word, "rưỡi" | "rưởi" | "ruoi") { (0.5, end) } else { (0.0, at) }
}

fn unit_at(text: &str, start: usize, end: usize, value: f64, scaled: bool) -> (Unit, usize) {
    let behind = text[end..].trim_start_matches(' ');
    let spaces = text.len() - end - behind.len();
    if behind.starts_with('%') {
        return (Unit::Percent, end + spaces + 1);
    }
    if text[..start].trim_end().ends_with('$') {
        return (Unit::Dollar, end);
    }
    if behind.starts_with(['$', '₫']) {
        let unit = if behind.starts_with('$') { Unit::Dollar } else { Unit::Dong };
        return (unit, end);
    }
    if behind.starts_with('°') {
        return (noun("degree"), end + spaces + '°'.len_utf8());
    }
    let (word, word_end) = word_after(text, end + usize::from(text[end..].starts_with('-')));
    let folded = fold(word);
    let unit = match folded.as_str() {
        "" => Unit::None,
        "percent" | "pct" => Unit::Percent,
        "phan" if fold(word_after(text, word_end).0) == "tram" => Unit::Percent,
        "dong" | "vnd" | "d" => Unit::Dong,
        "usd" | "dollar" | "dollars" => Unit::Dollar,
        // "đô" is money, "độ" a degree, and "do" may be either.
        "do" if word == "đô" => Unit::Dollar,
        "do" if word != "độ" => Unit::None,
        other => noun(measure(word).unwrap_or(other)),
    };
    let is_year = !scaled && value.fract() == 0.0 && (1900.0..2100.0).contains(&value);
    match unit {
        Unit::None | Unit::Noun(_) if is_year => (Unit::Year, end),
        Unit::None => (Unit::None, end),
        Unit::Noun(_) => (unit, end),
        unit => (unit, word_end),
    }
}

impl Number {
    /// The same quantity, whatever it counts.
    pub fn same_value(&self, other: &Self) -> bool {
        let scale = self.value.abs().max(other.value.abs()).max(1.0);
        (self.value - other.value).abs() <= 1e-6 * scale
    }
}

impl Date {
    /// Do the parts that both name differ?
    pub fn contradicts(&self, other: &Self) -> bool {
        let differ = |a: Option<u16>, b: Option<u16>| a.is_some() && b.is_some() && a != b;
        differ(self.day.map(u16::from), other.day.map(u16::from))
            || differ(self.month.map(u16::from), other.month.map(u16::from))
            || differ(self.year, other.year)
    }

    /// Do they name at least one part, and no part differently?
    pub fn agrees(&self, other: &Self) -> bool {
        let same_day = self.day.is_some() && self.day == other.day;
        let same_month = self.month.is_some() && self.month == other.month;
        !self.contradicts(other) && (same_day || same_month)
    }
}

/// The first number of the claim that the message contradicts: the same thing counted, another
/// value, and neither value appears on the other side.
pub fn number_conflict<'a>(
    message: &'a [Number],
    claim: &'a [Number],
) -> Option<(&'a Number, &'a Number)> {
    let alone = |it: &&Number, others: &[Number]| !others.iter().any(|other| it.same_value(other));
    let in_claim: Vec<&Number> = claim.iter().filter(|it| alone(it, message)).collect();
    let in_message = message.iter().filter(|it| alone(it, claim));
    for ours in in_message {
        let theirs = in_claim.iter().find(|it| it.unit == ours.unit && ours.unit != Unit::None);
        if let Some(theirs) = theirs {
            return Some((ours, theirs));
        }
    }
    None
}

/// The same value counted in another known unit: 5 % is not 5 dollars, 2 weeks are not 2 hours.
pub fn unit_conflict<'a>(
    message: &'a [Number],
    claim: &'a [Number],
) -> Option<(&'a Number, &'a Number)> {
    let times = TIMES.map(noun);
    let kind = |it: Unit| match it {
        Unit::Percent | Unit::Dong | Unit::Dollar => Some(0),
        it => times.contains(&it).then_some(1),
    };
    for ours in message.iter().filter(|it| kind(it.unit).is_some()) {
        let same: Vec<&Number> = claim.iter().filter(|it| it.same_value(ours)).collect();
        let other = same.iter().find(|it| kind(it.unit) == kind(ours.unit) && it.unit != ours.unit);
        if let Some(other) = other.filter(|_| same.iter().all(|it| it.unit != ours.unit)) {
            return Some((ours, other));
        }
    }
    None
}

/// The first date of the message that contradicts every date of the claim.
pub fn date_conflict<'a>(message: &'a [Date], claim: &'a [Date]) -> Option<(&'a Date, &'a Date)> {
    let first = claim.first()?;
    let ours = message.iter().find(|ours| claim.iter().all(|it| ours.contradicts(it)))?;
    let agreed = message.iter().any(|ours| claim.iter().any(|it| ours.agrees(it)));
    (!agreed).then_some((ours, first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, lang: Lang, expected: &[f64]) {
        let found: Vec<f64> = values(text, lang).0.iter().map(|it| it.value).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[track_caller]
    fn check_date(text: &str, lang: Lang, expected: (Option<u8>, Option<u8>, Option<u16>)) {
        let dates = values(text, lang).1;
        let found: Vec<_> = dates.iter().map(|it| (it.day, it.month, it.year)).collect();
        assert_eq!(found, [expected], "{text}");
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for text in ["1tr5", "1,5 triệu", "1.500.000 đ", "1500k", "1tr500", "1,5tr"] {
            check(text, Lang::Vi, &[1_500_000.0]);
        }
        check("2 tỷ rưỡi", Lang::Vi, &[2_500_000_000.0]);
        check("hơn 8,6 tỉ đồng", Lang::Vi, &[8_600_000_000.0]);
        check("5 nghìn tỷ", Lang::Vi, &[5e12]);
        check("1.234.567,89", Lang::Vi, &[1_234_567.89]);
        check("3.500 người", Lang::Vi, &[3500.0]);
        check("$1.5 million and 4,250%", Lang::En, &[1_500_000.0, 4250.0]);
        check("h5n1, covid, vtv1", Lang::Vi, &[]);
        check("500k", Lang::Vi, &[500_000.0]);
        check("9 9", Lang::En, &[9.0, 9.0]);
        check("sau hai giờ, hai mươi bốn giờ, mười lăm ngày", Lang::Vi, &[2.0, 24.0, 15.0]);
        check("a seven-day break, two million people", Lang::En, &[7.0, 2_000_000.0]);
        check("năm nay ba tôi có hai con", Lang::Vi, &[]);
    }

    #[test]
    fn dates_are_read_in_the_order_of_the_language() {
        check_date("ngày 3 tháng 11 năm 2026", Lang::Vi, (Some(3), Some(11), Some(2026)));
        check_date("03/11/2026", Lang::Vi, (Some(3), Some(11), Some(2026)));
        check_date("sáng 3/11", Lang::Vi, (Some(3), Some(11), None));
        check_date("3-11-2026", Lang::Vi, (Some(3), Some(11), Some(2026)));
        check_date("tháng 11/2026", Lang::Vi, (None, Some(11), Some(2026)));
        check_date("11/3/2026", Lang::En, (Some(3), Some(11), Some(2026)));
        check_date("on march 5, 2020", Lang::En, (Some(5), Some(3), Some(2020)));
        check_date("in may 2020", Lang::En, (None, Some(5), Some(2020)));
        check_date("2026-11-03", Lang::En, (Some(3), Some(11), Some(2026)));
    }

    #[test]
    fn a_conflict_needs_the_same_thing_counted() {
        let of = |text| values(text, Lang::Vi).0;
        assert!(number_conflict(&of("350 người chết"), &of("200 người chết")).is_some());
        assert!(number_conflict(&of("350 người chết"), &of("350 người, 3 xe")).is_none());
        assert!(number_conflict(&of("350 người chết"), &of("3 xe")).is_none());
        assert!(number_conflict(&of("sau 24 giờ"), &of("sau hai giờ")).is_some());
        assert!(number_conflict(&of("dưới 15 °C"), &of("dưới 10 độ")).is_some());
        assert!(
            number_conflict(&of("sau hai giờ"), &values("after 2 hours", Lang::En).0).is_none()
        );
        assert!(unit_conflict(&of("phạt 5%"), &of("phạt 5 đồng")).is_some());
        assert!(unit_conflict(&of("hai tuần"), &of("hai giờ")).is_some());
        assert!(unit_conflict(&of("giảm 50 độ"), &of("giảm 50%")).is_none());
        let dates = |text| values(text, Lang::Vi).1;
        assert!(date_conflict(&dates("3/11"), &dates("4/11")).is_some());
        assert!(date_conflict(&dates("3/11"), &dates("3/11/2026")).is_none());
    }

    #[test]
    fn hostile_digits_end() {
        for text in
            ["1/1/1/1/1/1", "1.1.1.1,1,1", "9".repeat(5000).as_str(), "1tr1tr1tr", "%1%", "1/"]
        {
            values(text, Lang::Vi);
            values(text, Lang::En);
        }
    }
}

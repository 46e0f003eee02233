//! Dates as people and programs write them, found in a text.
//!
//! Numbers with signs (`3/11/2026`, `2026-11-03T09:05:00+07:00`, `2026年11月3日`), with the name of the
//! month in the languages of `words`, and the Vietnamese forms (`ngày 3 tháng 11 năm 2026`,
//! `09h05 3/11/2026`). Not here: relative times (`relative`), addresses (`address`).

use jiff::civil::{Date, Time};
use jiff::tz::Offset;

use super::Precision;
use super::token::{Kind, Token, tokens};
use super::words;

/// Which of two small numbers is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `3/11/2026` is 3 November: nearly everywhere.
    DayFirst,
    /// `3/11/2026` is 11 March: the United States.
    MonthFirst,
}

/// A date as it was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Written {
    /// The day, or the first of the month or year.
    pub(super) day: Date,
    pub(super) precision: Precision,
    pub(super) clock: Option<Time>,
    pub(super) offset: Option<Offset>,
    /// The other reading of `3/11/2026`, where both are days.
    pub(super) swapped: Option<Date>,
    /// Whether it is written so that only one order can be meant: `23/11/2026` or `11/23/2026`.
    pub(super) tells_order: Option<Order>,
    /// Where it stands, in bytes.
    pub(super) at: usize,
    pub(super) end: usize,
}

/// All dates in a text, in its order.
pub(super) fn all(text: &str, order: Order) -> Vec<Written> {
    if !text.bytes().any(|it| it.is_ascii_digit()) {
        return Vec::new();
    }
    let tokens = tokens(text);
    let reader = Reader { tokens: &tokens, order };
    let (mut res, mut idx): (Vec<Written>, usize) = (Vec::new(), 0);
    while idx < tokens.len() {
        match reader.date_at(idx) {
            Some((written, next)) => {
                res.push(written);
                idx = next;
            }
            None => idx += 1,
        }
    }
    res
}

/// The first date in a text that is known to the day, or else the first one.
pub(super) fn first(text: &str, order: Order) -> Option<Written> {
    let all = all(text, order);
    all.iter().find(|it| it.precision == Precision::Day).or(all.first()).copied()
}

/// The parts of a date: the day is 0 where none was written.
struct Parts {
    year: u32,
    month: u32,
    day: u32,
    swapped: Option<(u32, u32)>,
    tells_order: Option<Order>,
    clock: Option<Clock>,
    next: usize,
}

impl Parts {
    fn new(year: u32, month: u32, day: u32, next: usize) -> Option<Self> {
        Some(Self { year, month, day, swapped: None, tells_order: None, clock: None, next })
    }
}

#[derive(Clone, Copy, Default)]
struct Clock {
    time: Option<Time>,
    offset: Option<Offset>,
}

struct Reader<'a, 'b> {
    tokens: &'b [Token<'a>],
    order: Order,
}

impl<'a> Reader<'a, '_> {
    /// The date that begins at a token, and the token behind it.
    fn date_at(&self, idx: usize) -> Option<(Written, usize)> {
        let first = self.tokens[idx];
        let parts = match first.kind {
            Kind::Number => {
                if self.is_inside_a_number(idx) {
                    return None;
                }
                self.year_first(idx)
                    .or_else(|| self.numbers(idx))
                    .or_else(|| self.day_name_year(idx))
                    .or_else(|| self.vietnamese(idx))?
            }
            Kind::Word => self.name_first(idx).or_else(|| self.vietnamese_month(idx))?,
            Kind::Sign => return None,
        };
        let next = parts.next;
        if self.is_lunar(next) {
            return None;
        }
        let (month, day) = (parts.month.max(1), parts.day.max(1));
        let date = civil(parts.year, month, day)?;
        let precision = match (parts.month, parts.day) {
            (0, _) => Precision::Year,
            (_, 0) => Precision::Month,
            _ => Precision::Day,
        };
        let (clock, next) = match parts.clock {
            Some(clock) => (clock, next),
            None => self.clock_around(idx, next),
        };
        let written = Written {
            day: date,
            precision,
            clock: clock.time,
            offset: clock.offset,
            swapped: parts.swapped.and_then(|(month, day)| civil(parts.year, month, day)),
            tells_order: parts.tells_order,
            at: first.at,
            end: self.tokens[parts.next - 1].end(),
        };
        Some((written, next))
    }

    fn get(&self, idx: usize) -> Option<Token<'a>> {
        self.tokens.get(idx).copied()
    }

    /// Part of a version, an address of a machine, an amount: `1.12.03.2020`, `(+84) 12-03-2020`.
    fn is_inside_a_number(&self, idx: usize) -> bool {
        if !self.tokens[idx].glued || idx == 0 {
            return false;
        }
        let before = self.tokens[idx - 1];
        let is_joint = before.is_sign(&["-", ".", "/", ",", ":", "$", "€", "#", "_"]);
        let number_before = idx >= 2 && before.glued && self.tokens[idx - 2].kind == Kind::Number;
        (is_joint && number_before && !before.is_sign(&[",", "_"]))
            || before.is_sign(&["$", "€", "#"])
    }

    /// `2026-11-03`, `2026/11/3`, `2026.11.03.`, `2026年11月3日`, `2026. 11. 3.`.
    fn year_first(&self, idx: usize) -> Option<Parts> {
        let first = self.tokens[idx];
        let year = first.number(4).filter(|_| first.text.len() == 4)?;
        let joint = self.get(idx + 1)?;
        if !joint.is_sign(&["-", "/", ".", "年", "년", "‐", "–", "_"]) {
            return None;
        }
        let month = self.get(idx + 2)?.number(2)?;
        let is_second = |it: &Token<'_>| {
            it.is_sign(&["月", "월"]) || (it.text == joint.text && it.kind == Kind::Sign)
        };
        self.get(idx + 3).filter(is_second)?;
        let day = self.get(idx + 4)?.number(2)?;
        let has_unit = self.get(idx + 5).is_some_and(|it| it.is_sign(&["日", "일"]));
        // `2026-11-3-4` is no date; `2026.11.03.` is one in Hungary.
        if !has_unit && self.goes_on(idx + 5, joint.text) {
            return None;
        }
        Parts::new(year, month, day, idx + 5 + usize::from(has_unit))
    }

    /// Whether a sign and a number are glued to what ends before this token.
    fn goes_on(&self, idx: usize, sign: &str) -> bool {
        let sign_follows = self.get(idx).is_some_and(|it| it.glued && it.text == sign);
        sign_follows && self.get(idx + 1).is_some_and(|it| it.glued && it.kind == Kind::Number)
    }

    /// `3/11/2026`, `3-11-2026`, `3.11.2026`, `3. 11. 2026`, `03.11.26`.
    fn numbers(&self, idx: usize) -> Option<Parts> {
        let one = self.tokens[idx].number(2)?;
        let joint = self.get(idx + 1)?;
        if !joint.is_sign(&[".", "/", "-", "‐", "–", "·"]) {
            return None;
        }
        let two = self.get(idx + 2)?.number(2)?;
        let second = self.get(idx + 3).filter(|it| it.is_sign(&[joint.text]))?;
        let last = self.get(idx + 4)?;
        let year = match last.text.len() {
            4 => last.number(4)?,
            // Two digits stand for a year only where all is written in twos and nothing is spaced.
            2 if last.glued && second.glued && self.tokens[idx].text.len() == 2 => {
                century(last.number(2)?)
            }
            _ => return None,
        };
        if self.goes_on(idx + 5, joint.text) {
            return None;
        }
        self.ordered(year, one, two, joint.text, idx + 5)
    }

    fn ordered(&self, year: u32, one: u32, two: u32, sign: &str, next: usize) -> Option<Parts> {
        let (dm, md) = ((two, one), (one, two));
        let is_date = |(month, day): (u32, u32)| civil(year, month, day).is_some();
        // A full stop never stands between month and day of the American form.
        let month_first = self.order == Order::MonthFirst && sign != ".";
        let (read, other) = if month_first { (md, dm) } else { (dm, md) };
        let (read, swapped, tells_order) = match (is_date(read), is_date(other)) {
            (true, true) if one == two => (read, None, None),
            (true, true) => (read, Some(other).filter(|_| sign != "."), None),
            (true, false) => (read, None, Some(self.order)),
            (false, true) if self.order == Order::DayFirst => {
                (other, None, Some(Order::MonthFirst))
            }
            (false, true) => (other, None, Some(Order::DayFirst)),
            (false, false) => return None,
        };
        let (month, day) = read;
        let parts = Parts::new(year, month, day, next)?;
        Some(Parts { swapped, tells_order: tells_order.filter(|_| sign != "."), ..parts })
    }

    /// `3 November 2026`, `3. Mai 2026`, `3 de mayo de 2026`, `3rd of May, 2026`, `03-Nov-2026`.
    fn day_name_year(&self, idx: usize) -> Option<Parts> {
        let day = self.tokens[idx].number(2)?;
        let mut next = idx + 1;
        next +=
            usize::from(self.get(next).is_some_and(|it| it.glued && it.is_word(&words::ORDINALS)));
        next +=
            usize::from(self.get(next).is_some_and(|it| it.is_sign(&[".", "-", "/", "º", "ª"])));
        next += usize::from(self.get(next).is_some_and(|it| it.is_word(&words::OF)));
        let name = self.get(next).filter(|it| it.kind == Kind::Word)?;
        let month = words::month(name.text)?;
        let (year, next) = self.year_after(next + 1)?;
        Parts::new(year, month, day, next)
    }

    /// The year behind the name of a month: `2026`, `, 2026`, `. 2026`, `de 2026`, `-2026`, `'26`.
    fn year_after(&self, idx: usize) -> Option<(u32, usize)> {
        let mut next = idx;
        for _ in 0..2 {
            let between = |it: Token<'_>| {
                it.is_sign(&[".", ",", "-", "/", "’", "'"]) || it.is_word(&words::OF)
            };
            next += usize::from(self.get(next).is_some_and(between));
        }
        let year = self.get(next)?;
        let short = year.text.len() == 2 && idx < next && year.glued;
        match year.number(4)? {
            it if year.text.len() == 4 => Some((it, next + 1)),
            it if short => Some((century(it), next + 1)),
            _ => None,
        }
    }

    /// `November 3, 2026`, `Nov. 3rd 2026`, `Tue Nov 03 09:05:00 +0700 2026`, `November 2026`.
    fn name_first(&self, idx: usize) -> Option<Parts> {
        let month = words::month(self.tokens[idx].text)?;
        let mut next = idx + 1;
        next += usize::from(self.get(next).is_some_and(|it| it.is_sign(&[".", "-", "/"])));
        if let Some(day) = self.get(next).and_then(|it| it.number(2)) {
            let after = next + 1;
            let is_order = |it: Token<'_>| it.glued && it.is_word(&words::ORDINALS);
            let after = after + usize::from(self.get(after).is_some_and(is_order));
            if let Some((year, next)) = self.year_after(after) {
                return Parts::new(year, month, day, next);
            }
            // As programs print it: the clock before the year.
            let (clock, after) = self.clock(after)?;
            let (year, next) = self.year_after(after)?;
            return Some(Parts { clock: Some(clock), ..Parts::new(year, month, day, next)? });
        }
        let (year, next) = self.year_after(idx + 1)?;
        Parts::new(year, month, 0, next)
    }

    /// `3 tháng 11 năm 2026`, `3 tháng 11, 2026`, `3 Tháng Mười Một, 2026`.
    fn vietnamese(&self, idx: usize) -> Option<Parts> {
        let day = self.tokens[idx].number(2)?;
        let comma = usize::from(self.get(idx + 1).is_some_and(|it| it.is_sign(&[","])));
        let (year, month, next) = self.thang(idx + 1 + comma)?;
        Parts::new(year, month, day, next)
    }

    /// `tháng 11/2026`, `tháng 11 năm 2026`, `Tháng Mười Một 3, 2026`.
    fn vietnamese_month(&self, idx: usize) -> Option<Parts> {
        let (month, next) = self.numbered_month(idx)?;
        if let Some(day) = self.get(next).and_then(|it| it.number(2))
            && let Some(comma) = self.get(next + 1)
            && comma.is_sign(&[","])
            && let Some(year) = self.get(next + 2).and_then(|it| it.number(4))
        {
            return Parts::new(year, month, day, next + 3);
        }
        let (year, month, next) = self.thang(idx)?;
        Parts::new(year, month, 0, next)
    }

    /// From "tháng" on: year, month, and the token behind.
    fn thang(&self, idx: usize) -> Option<(u32, u32, usize)> {
        let (month, mut next) = self.numbered_month(idx)?;
        next += usize::from(self.get(next).is_some_and(|it| it.is_sign(&[",", "/", "-", "."])));
        next += usize::from(self.get(next).is_some_and(|it| it.is_word(&["năm", "nam"])));
        let year = self.get(next).filter(|it| it.text.len() == 4)?.number(4)?;
        Some((year, month, next + 1))
    }

    fn numbered_month(&self, idx: usize) -> Option<(u32, usize)> {
        self.get(idx).filter(|it| it.is_word(&["tháng", "thang", "thg", "th"]))?;
        let dot = usize::from(self.get(idx + 1).is_some_and(|it| it.is_sign(&["."])));
        let first = self.get(idx + 1 + dot)?;
        if let Some(month) = first.number(2) {
            return Some((month, idx + 2 + dot));
        }
        let second = self.get(idx + 2 + dot).map(|it| it.text);
        let (month, n_words) = words::vietnamese_number(first.text, second)?;
        Some((month, idx + 1 + dot + n_words))
    }

    /// A day of the moon's calendar is another day of ours.
    fn is_lunar(&self, next: usize) -> bool {
        let ahead: String = (next..next + 4)
            .filter_map(|it| self.get(it))
            .map(|it| it.text.to_lowercase() + " ")
            .collect();
        ["âm lịch", "( âm lịch", "( âl", "( al )"].iter().any(|it| ahead.starts_with(it))
    }

    /// The clock behind a date, or before it: `2026-11-03T09:05Z`, `3/11/2026 | 09h05`,
    /// `09:05 3/11/2026`.
    fn clock_around(&self, first: usize, next: usize) -> (Clock, usize) {
        let mut idx = next;
        for _ in 0..3 {
            let between = |it: Token<'_>| {
                it.is_sign(&[",", "-", "|", "•", "·", "–", "(", "/", ";", "@"])
                    || it.is_word(&["t", "at", "um", "à", "a", "lúc", "ore", "kl", "alle", "las"])
            };
            idx += usize::from(self.get(idx).is_some_and(between));
        }
        if let Some(found) = self.clock(idx) {
            return found;
        }
        // Up to here were five tokens at most that may be a clock.
        for back in [5, 3, 4, 6] {
            let Some(from) = first.checked_sub(back) else { continue };
            if let Some((clock, end)) = self.clock(from)
                && end <= first
                && (end..first).all(|it| {
                    self.tokens[it].is_sign(&[",", "-", "|", "•", "·", "–"])
                        || self.tokens[it].is_word(&["ngày"])
                })
            {
                return (clock, next);
            }
        }
        (Clock::default(), next)
    }

    /// `09:05`, `09:05:30.123`, `9h05`, `9g05`, `9.05 Uhr`, with `am`, `pm` and a zone behind it.
    fn clock(&self, idx: usize) -> Option<(Clock, usize)> {
        let hour = self.get(idx)?.number(2)?;
        let joint = self.get(idx + 1)?;
        if !(joint.is_sign(&[":"]) || (joint.glued && joint.is_word(&["h", "g"]))) {
            return None;
        }
        let minute = self.get(idx + 2).filter(|it| it.glued).and_then(|it| it.number(2))?;
        let mut next = idx + 3;
        let mut second = 0;
        if self.get(next).is_some_and(|it| it.glued && it.is_sign(&[":"])) {
            second = self.get(next + 1)?.number(2)?;
            next += 2;
            let is_point = self.get(next).is_some_and(|it| it.glued && it.is_sign(&[".", ","]));
            if is_point && self.get(next + 1).is_some_and(|it| it.glued && it.number(9).is_some()) {
                next += 2;
            }
        }
        let half = self.get(next).map(|it| it.text.to_lowercase());
        let hour = match half.as_deref() {
            Some("pm" | "p" | "ch") if hour < 12 => hour + 12,
            Some("am" | "a" | "sa") if hour == 12 => 0,
            _ => hour,
        };
        if matches!(half.as_deref(), Some("am" | "pm" | "sa" | "ch")) {
            next += 1;
        }
        let small = |it: u32| i8::try_from(it).ok();
        let time = Time::new(small(hour)?, small(minute)?, small(second.min(59))?, 0).ok()?;
        let (offset, next) = self.zone(next);
        Some((Clock { time: Some(time), offset }, next))
    }

    /// `Z`, `+07:00`, `+0700`, `GMT+7`, `(GMT+7)`, `CEST`.
    fn zone(&self, idx: usize) -> (Option<Offset>, usize) {
        let mut next = idx + usize::from(self.get(idx).is_some_and(|it| it.is_sign(&["("])));
        let mut minutes = None;
        if let Some(name) = self.get(next).filter(|it| it.kind == Kind::Word)
            && let Some(fixed) = words::zone(name.text)
        {
            minutes = Some(fixed);
            next += 1;
        }
        let sign = self.get(next).filter(|it| it.is_sign(&["+", "-", "−"]));
        let number = self.get(next + 1).filter(|it| it.glued && it.kind == Kind::Number);
        if let (Some(sign), Some(number)) = (sign, number)
            && minutes.is_none_or(|it| it == 0)
        {
            let tail = self.get(next + 3).and_then(|it| it.number(2));
            let colon = self.get(next + 2).is_some_and(|it| it.glued && it.is_sign(&[":"]));
            let (hours, rest, n_tokens) = match (number.text.len(), colon, tail) {
                (1 | 2, true, Some(tail)) => (number.number(2), tail, 4),
                (1 | 2, ..) => (number.number(2), 0, 2),
                (4, ..) => {
                    (number.number(4).map(|it| it / 100), number.number(4).unwrap_or(0) % 100, 2)
                }
                _ => (None, 0, 0),
            };
            let far =
                hours.filter(|it| *it <= 14).and_then(|it| i32::try_from(it * 60 + rest).ok());
            if let Some(far) = far {
                minutes = Some(if sign.text == "+" { far } else { -far });
                next += n_tokens;
            }
        }
        let offset = minutes.and_then(|it| Offset::from_seconds(it * 60).ok());
        (offset, if offset.is_some() { next } else { idx })
    }
}

/// A year of two digits, as the web writes it: from 1995 to 2094.
fn century(short: u32) -> u32 {
    if short >= 95 { 1900 + short } else { 2000 + short }
}

/// A day of the calendar. Thai years are counted from 543 years earlier.
pub(super) fn civil(year: u32, month: u32, day: u32) -> Option<Date> {
    let year = if (2538..=2643).contains(&year) { year - 543 } else { year };
    if !(1900..=2199).contains(&year) {
        return None;
    }
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

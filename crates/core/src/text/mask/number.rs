//! Chains of digits: which stretch of one is a telephone, an account, an identity number, and
//! which is only a date, an amount, a time or a hotline.
//!
//! A chain is read from left to right. At each place a form that is surely harmless is stepped
//! over first, then the kinds of personal data are tried, then harmless forms that need less proof.

use super::shadow::{BLOCK, Shadow, is_letter};
use super::units::{self, Cue, Gap, How, Topic, Unit};
use super::{PersonalData, Span};

/// How far before a number a word still speaks about it, in visible characters.
const CUE_CELLS_MAX: usize = 40;
/// How far a word may stand to speak about the number directly.
const CUE_CELLS_CLOSE: usize = 14;
/// How far after an account number its bank may be named.
const BANK_AFTER_CELLS_MAX: usize = 20;
/// A run of digits this long without any space is an identifier of something.
const BARE_RUN_MIN: usize = 10;
/// A run of spoken digits this long is a number that somebody spelled out.
const SPOKEN_RUN_MIN: usize = 8;
/// How much of a spoken run is looked at in one step.
const SPOKEN_RUN_MAX: usize = 64;
/// Groups of an amount: enough for any sum of money.
const AMOUNT_GROUPS_MAX: usize = 8;

/// Lines that authorities publish for everybody, besides 1800 and 1900 numbers.
const PUBLISHED_LINES: [&[u8]; 2] = [
    b"0989671115", // Ministry of Health, epidemic line
    b"0963851919", // Ministry of Health, epidemic line
];

/// Everything in chains of digits, in order.
pub(super) fn find(shadow: &Shadow) -> Vec<Span> {
    let units = units::read(shadow);
    let mut reader = Reader::new(shadow, units.cues);
    for chain in units.chains {
        reader.chain(chain);
    }
    reader.found
}

/// Walks over a text; remembers the last word that told what numbers are.
struct Reader<'a> {
    shadow: &'a Shadow,
    /// How many cells before this one are not blocked.
    solid: Vec<u32>,
    cues: Vec<Cue>,
    n_cues_passed: usize,
    topic: Option<(Topic, usize)>,
    /// Cells masked since the last cue: they do not count in its distance, because the token that
    /// replaces them does not count either when the result is masked again.
    n_masked_since: usize,
    found: Vec<Span>,
}

/// One chain with what is known at the place in question.
struct Place<'a> {
    units: &'a [Unit],
    start: usize,
    /// The topic and how far away the word stands.
    topic: Option<(Topic, usize)>,
}

impl<'a> Reader<'a> {
    fn new(shadow: &'a Shadow, cues: Vec<Cue>) -> Self {
        let mut solid = Vec::with_capacity(shadow.len() + 1);
        let mut n_solid = 0;
        for &byte in &shadow.low {
            solid.push(n_solid);
            n_solid += u32::from(byte != BLOCK);
        }
        solid.push(n_solid);
        let found = Vec::new();
        Self { shadow, solid, cues, n_cues_passed: 0, topic: None, n_masked_since: 0, found }
    }

    fn chain(&mut self, mut units: Vec<Unit>) {
        if let Some(end) = spelled_with_fillers(&units) {
            return self.take(&units, 0, end, PersonalData::Phone);
        }
        units.retain(|it| it.how != How::Filler);
        let n_before = self.found.len();
        let mut start = 0;
        while start < units.len() {
            start = self.step(&units, start);
        }
        if self.shadow.turns && n_before == self.found.len() && is_phone_backwards(&units) {
            self.take(&units, 0, units.len(), PersonalData::Number);
        }
    }

    /// Decides about one place of a chain; returns where to go on.
    fn step(&mut self, units: &[Unit], start: usize) -> usize {
        let topic = self.topic_at(units[start].from);
        let place = Place { units, start, topic };
        if let Some(end) = self.surely_harmless(&place) {
            return end;
        }
        if let Some((end, kind)) = self.personal(&place) {
            self.take(units, start, end, kind);
            return end;
        }
        if let Some(end) = place.grouped_by_thousands() {
            return end;
        }
        let next = place.group_end(start);
        if units[start].how == How::Figure { next } else { start + 1 }
    }

    fn take(&mut self, units: &[Unit], start: usize, end: usize, kind: PersonalData) {
        let (mut from, to) = (units[start].from, units[end - 1].to);
        if self.shadow.before(from) == b'+' {
            from -= 1;
        }
        if self.shadow.before(from) == b'(' && self.shadow.low[from..to].contains(&b')') {
            from -= 1;
        }
        self.n_masked_since += to - from;
        self.found.push(Span { from, to, kind });
    }

    /// The last telling word before a cell, and its distance.
    fn topic_at(&mut self, cell: usize) -> Option<(Topic, usize)> {
        while let Some(cue) = self.cues.get(self.n_cues_passed).filter(|it| it.to <= cell) {
            let account = matches!(self.topic, Some((Topic::Account, at))
                if self.distance(at, cue.from) <= CUE_CELLS_MAX);
            let topic =
                if cue.topic == Topic::Bank && account { Topic::Account } else { cue.topic };
            self.topic = Some((topic, cue.to));
            self.n_masked_since = 0;
            self.n_cues_passed += 1;
        }
        let (topic, at) = self.topic?;
        let distance = self.distance(at, cell);
        (distance <= CUE_CELLS_MAX).then_some((topic, distance))
    }

    fn distance(&self, from: usize, to: usize) -> usize {
        (self.solid[to] - self.solid[from]) as usize - self.n_masked_since
    }

    /// Whether a bank is named right after a number, with nothing but words between.
    fn bank_follows(&self, cell: usize) -> bool {
        let next = self.cues.partition_point(|it| it.from < cell);
        let Some(cue) = self.cues.get(next) else { return false };
        let between = &self.shadow.low[cell..cue.from];
        let barrier = |it: &u8| it.is_ascii_digit() || matches!(*it, BLOCK | b'@' | b'\n');
        matches!(cue.topic, Topic::Bank | Topic::Account)
            && between.len() <= BANK_AFTER_CELLS_MAX
            && !between.iter().any(barrier)
    }

    /// Forms that no private number has: dates, times, amounts with their unit, hotlines, ISBNs.
    fn surely_harmless(&self, place: &Place<'_>) -> Option<usize> {
        let accounts = place.topic_within(
            CUE_CELLS_CLOSE,
            &[Topic::Account, Topic::Card, Topic::Identity, Topic::Tax, Topic::Insurance],
        );
        let date = place.date().or_else(|| place.time());
        if date.is_some() {
            return date;
        }
        let thousands = place.grouped_by_thousands();
        if let Some(end) = thousands.filter(|&it| self.unit_at(place, it, true)) {
            return Some(end);
        }
        let end = place.group_end(place.start);
        let plain = place.digit(0) != 0 && place.all_figures(end);
        if plain && self.unit_at(place, end, !accounts) {
            return Some(end);
        }
        if accounts {
            return None;
        }
        place.hotline().or_else(|| place.isbn()).or_else(|| place.moment())
    }

    /// Whether an amount that ends here is followed (or led) by its unit; `any` takes also words
    /// that are no money.
    fn unit_at(&self, place: &Place<'_>, end: usize, any: bool) -> bool {
        let first = place.units[place.start].from;
        if self.shadow.before(first) == b'$' {
            return true;
        }
        let mut cell = place.units[end - 1].to;
        if matches!(self.shadow.at(cell), b'.' | b',') {
            let n_decimals =
                (cell + 1..cell + 5).take_while(|&it| self.shadow.at(it).is_ascii_digit()).count();
            cell += if n_decimals == 0 { 0 } else { 1 + n_decimals };
        }
        while self.shadow.at(cell) == b' ' {
            cell += 1;
        }
        if matches!(self.shadow.at(cell), b'$' | b'%') {
            return true;
        }
        if !is_letter(self.shadow.at(cell)) {
            return false;
        }
        let word = &self.shadow.low[cell..self.shadow.letters_end(cell)];
        is_money(word) || (any && is_unit(word))
    }

    /// The personal data that begins here, and where it ends.
    fn personal(&self, place: &Place<'_>) -> Option<(usize, PersonalData)> {
        self.cued(place).or_else(|| self.shaped(place))
    }

    /// What a word before (or a bank after) makes of the digits.
    fn cued(&self, place: &Place<'_>) -> Option<(usize, PersonalData)> {
        let end = match place.topic {
            Some((topic, distance)) if distance <= CUE_CELLS_CLOSE => place.cued_end(topic),
            _ => place.coherent_end(),
        };
        let n = end - place.start;
        let (topic, distance) = place.topic.unwrap_or((Topic::Public, usize::MAX));
        let close = distance <= CUE_CELLS_CLOSE;
        let kind = match (topic, n) {
            (Topic::Identity, 9 | 12) => PersonalData::NationalId,
            (Topic::Tax, 10) => return Some((place.tax_end(end), PersonalData::TaxCode)),
            (Topic::Tax, 13) => PersonalData::TaxCode,
            (Topic::Insurance, 10 | 13 | 15) => PersonalData::InsuranceNumber,
            (Topic::Card, 13..=19) => PersonalData::Card,
            (Topic::Passport, 7 | 8) => PersonalData::Passport,
            (Topic::Account, 8..=19) if close || place.phone().is_none() => {
                if place.grouped_by_thousands().is_some_and(|it| end <= it) && !close {
                    return None;
                }
                PersonalData::BankAccount
            }
            (Topic::Bank, 8..=19)
                if place.phone().is_none() && place.grouped_by_thousands().is_none() =>
            {
                if place.digit(0) == 9 && place.is_card(end) {
                    PersonalData::Card
                } else {
                    PersonalData::BankAccount
                }
            }
            (Topic::Phone, 9..=12) if place.phone().is_none() => {
                let amount = place.grouped_by_thousands().is_some();
                let dropped_zero = n == 9 && matches!(place.digit(0), 3 | 5 | 7..=9) && close;
                if amount && !dropped_zero {
                    return None;
                }
                PersonalData::Phone
            }
            _ => {
                let account = (8..=19).contains(&n)
                    && place.phone().is_none()
                    && place.grouped_by_thousands().is_none()
                    && self.bank_follows(place.units[end - 1].to);
                return account.then_some((end, PersonalData::BankAccount));
            }
        };
        Some((end, kind))
    }

    /// What the digits alone say.
    fn shaped(&self, place: &Place<'_>) -> Option<(usize, PersonalData)> {
        let end = place.coherent_end();
        let n = end - place.start;
        if n == 12 && place.is_citizen_id() && place.groups_alike(end) {
            return Some((end, PersonalData::NationalId));
        }
        if (13..=19).contains(&n) && place.is_card(end) {
            return Some((end, PersonalData::Card));
        }
        if let Some(end) = place.phone() {
            return Some((end, PersonalData::Phone));
        }
        if n == 12 && place.is_citizen_id() {
            return Some((end, PersonalData::NationalId));
        }
        if self.shadow.before(place.units[place.start].from) == b'+'
            && let Some(end) = place.foreign_phone()
        {
            return Some((end, PersonalData::Phone));
        }
        if let Some(end) = place.spoken() {
            return Some((end, PersonalData::Number));
        }
        let end = place.group_end(place.start);
        if end - place.start < BARE_RUN_MIN || place.is_decimals() || place.starts_with(&[0, 6, 9])
        {
            return None;
        }
        let tax = end - place.start == 10 && place.is_tax_code();
        let res = if tax {
            (place.tax_end(end), PersonalData::TaxCode)
        } else {
            (end, PersonalData::Number)
        };
        Some(res)
    }
}

impl Place<'_> {
    fn digit(&self, offset: usize) -> u8 {
        self.units.get(self.start + offset).map_or(u8::MAX, |it| it.digit)
    }

    fn digits(&self, end: usize) -> impl DoubleEndedIterator<Item = u32> + '_ {
        self.units[self.start..end].iter().map(|it| u32::from(it.digit))
    }

    fn starts_with(&self, prefix: &[u8]) -> bool {
        prefix.iter().enumerate().all(|(offset, &it)| self.digit(offset) == it)
    }

    fn value(&self, from: usize, to: usize) -> u32 {
        self.units[from..to]
            .iter()
            .fold(0, |sum: u32, it| sum.saturating_mul(10).saturating_add(u32::from(it.digit)))
    }

    fn topic_within(&self, cells: usize, topics: &[Topic]) -> bool {
        self.topic.is_some_and(|(topic, distance)| distance <= cells && topics.contains(&topic))
    }

    /// A number may begin or end here: not between two figures that touch.
    fn is_boundary(&self, idx: usize) -> bool {
        let Some(unit) = self.units.get(idx) else { return true };
        let word = |it: &Unit| it.how == How::Word;
        unit.gap != Gap::None || word(unit) || (0 < idx && word(&self.units[idx - 1]))
    }

    /// Where the digits that touch each other end.
    fn group_end(&self, start: usize) -> usize {
        let apart = |&it: &usize| self.units[it].gap != Gap::None;
        (start + 1..self.units.len()).find(apart).unwrap_or(self.units.len())
    }

    fn all_figures(&self, end: usize) -> bool {
        self.units[self.start..end].iter().all(|it| it.how == How::Figure)
    }

    fn sign(&self, idx: usize) -> Option<u8> {
        match self.units.get(idx)?.gap {
            Gap::Sign { byte, spaced: false } => Some(byte),
            _ => None,
        }
    }

    /// Up to four groups from here, as ranges, all written in figures.
    fn groups(&self) -> [(usize, usize); 4] {
        let mut res = [(self.units.len(), self.units.len()); 4];
        let mut at = self.start;
        for group in &mut res {
            if at < self.units.len() {
                *group = (at, self.group_end(at));
                at = group.1;
            }
        }
        res
    }

    /// 3/11/2026, 03-11-26, 2026-11-03, 11/2026, 3/11.
    fn date(&self) -> Option<usize> {
        let [a, b, c, _] = self.groups();
        let sign = self.sign(b.0).filter(|it| matches!(it, b'/' | b'-' | b'.'))?;
        if self.sign(self.start) == Some(sign) || !self.all_figures(b.1) {
            return None;
        }
        let len = |it: (usize, usize)| it.1 - it.0;
        let value = |it: (usize, usize)| self.value(it.0, it.1);
        let is_year = |it| len(it) == 4 && (1900..=2199).contains(&value(it));
        let is_month = |it| (1..=2).contains(&len(it)) && (1..=12).contains(&value(it));
        let is_day = |it| (1..=2).contains(&len(it)) && (1..=31).contains(&value(it));
        if self.sign(c.0) == Some(sign) && self.sign(c.1) != Some(sign) && self.all_figures(c.1) {
            let day_month = (is_day(a) && is_month(b)) || (is_month(a) && is_day(b));
            let whole = day_month && (is_year(c) || len(c) == 2);
            let iso = is_year(a) && is_month(b) && is_day(c);
            return (whole || iso).then_some(c.1);
        }
        if self.sign(c.0) == Some(sign) || sign == b'.' {
            return None;
        }
        let month = is_month(a) && is_year(b);
        let day = sign == b'/' && is_day(a) && is_month(b);
        (month || day).then_some(b.1)
    }

    /// 8:30, 08:30:15.
    fn time(&self) -> Option<usize> {
        let [a, b, c, _] = self.groups();
        let colon = |at| self.sign(at) == Some(b':');
        let fits = |it: (usize, usize), max| it.1 - it.0 <= 2 && self.value(it.0, it.1) <= max;
        if colon(self.start) || !colon(b.0) || !fits(a, 24) || !fits(b, 59) || b.1 - b.0 != 2 {
            return None;
        }
        if !colon(c.0) {
            return Some(b.1);
        }
        (fits(c, 59) && !colon(c.1)).then_some(c.1)
    }

    /// 1.500.000: one to three digits, then threes with the same sign between.
    fn grouped_by_thousands(&self) -> Option<usize> {
        let first = self.group_end(self.start);
        let gap = self.units.get(first)?.gap;
        let fits = matches!(gap, Gap::Space | Gap::Sign { byte: b'.' | b',', spaced: false });
        if !fits || 3 < first - self.start || self.digit(0) == 0 {
            return None;
        }
        if 0 < self.start && self.units[self.start].gap == gap && gap != Gap::Space {
            return None;
        }
        let mut end = first;
        for _ in 0..AMOUNT_GROUPS_MAX {
            if self.units.get(end).is_some_and(|it| it.gap == gap) && self.group_end(end) == end + 3
            {
                end += 3;
            }
        }
        let ends = self.units.get(end).is_none_or(|it| it.gap != gap || gap == Gap::Space);
        // With spaces only, the groups prove little: "84 912 345 678".
        let enough = gap != Gap::Space || first + 3 <= end;
        (first < end && ends && enough && self.all_figures(end)).then_some(end)
    }

    /// 1800 and 1900 numbers, and lines that authorities publish.
    fn hotline(&self) -> Option<usize> {
        let lines = PUBLISHED_LINES.iter();
        let published = lines
            .filter(|line| line.iter().enumerate().all(|(i, it)| self.digit(i) == it - b'0'))
            .map(|line| self.start + line.len());
        if let Some(end) = published.into_iter().find(|&it| self.is_boundary(it)) {
            return Some(end);
        }
        let toll_free = self.starts_with(&[1, 8, 0, 0]) || self.starts_with(&[1, 9, 0, 0]);
        if !toll_free || self.group_end(self.start) - self.start < 4 {
            return None;
        }
        let end = [8, 10].map(|n| self.start + n);
        end.into_iter().find(|&it| it <= self.units.len() && self.is_boundary(it))
    }

    /// A number of 978 or 979 with a right check digit; after "ISBN" also the old ten digits.
    fn isbn(&self) -> Option<usize> {
        if self.topic_within(CUE_CELLS_CLOSE, &[Topic::Public]) {
            let coherent = self.coherent_end();
            return matches!(coherent - self.start, 8 | 10 | 13).then_some(coherent);
        }
        let end = self.start + 13;
        if !self.starts_with(&[9, 7]) || !matches!(self.digit(2), 8 | 9) {
            return None;
        }
        if self.units.len() < end || !self.is_boundary(end) {
            return None;
        }
        let sum: u32 = self.digits(end).zip([1, 3].into_iter().cycle()).map(|(d, w)| d * w).sum();
        sum.is_multiple_of(10).then_some(end)
    }

    /// 20261103 or 20261103093000: a moment as machines write it.
    fn moment(&self) -> Option<usize> {
        let end = self.group_end(self.start);
        if !matches!(end - self.start, 8 | 12 | 14) || !self.all_figures(end) {
            return None;
        }
        let part = |from, to| self.value(self.start + from, self.start + to);
        let day = (1990..=2099).contains(&part(0, 4))
            && (1..=12).contains(&part(4, 6))
            && (1..=31).contains(&part(6, 8));
        let hour = end - self.start == 8 || (part(8, 10) < 24 && part(10, 12) < 60);
        (day && hour).then_some(end)
    }

    /// The end of the groups that are set apart in one way: one number, as far as signs tell.
    fn coherent_end(&self) -> usize {
        let mut end = self.group_end(self.start);
        if 8 <= end - self.start {
            return end;
        }
        let Some(gap) = self.units.get(end).map(|it| it.gap) else { return end };
        if matches!(gap, Gap::Sign { byte: b',' | b';' | b':', spaced: true }) {
            return end;
        }
        while self.units.get(end).is_some_and(|it| alike(it.gap, gap)) {
            let next = Place { units: self.units, start: end, topic: None };
            let harmless = next.date().or_else(|| next.time());
            let amount = next.grouped_by_thousands().filter(|_| gap == Gap::Space);
            let dotted = amount.is_some_and(|it| self.units[it - 3].gap != Gap::Space);
            let group_end = self.group_end(end);
            if harmless.is_some() || dotted || 19 < group_end - self.start {
                break;
            }
            end = group_end;
        }
        end
    }

    /// Where a number ends that a word announced: the length tells more than the signs inside.
    fn cued_end(&self, topic: Topic) -> usize {
        let coherent = self.coherent_end();
        let (fits, longest): (fn(usize) -> bool, usize) = match topic {
            Topic::Identity => (|n| matches!(n, 9 | 12), 12),
            Topic::Tax => (|n| n == 10, 10),
            Topic::Card => (|n| matches!(n, 16 | 19), 19),
            Topic::Account | Topic::Bank => (|n| (8..=19).contains(&n), 19),
            _ => return coherent,
        };
        let account = matches!(topic, Topic::Account | Topic::Bank);
        let mut best = fits(coherent - self.start).then_some(coherent);
        if best.is_some() && !account {
            return coherent;
        }
        let mut end = best.unwrap_or_else(|| self.group_end(self.start));
        while let Some(unit) = self.units.get(end) {
            let listed = matches!(unit.gap, Gap::Sign { spaced: true, .. });
            let inner = Place { units: self.units, start: end, topic: None };
            let harmless = inner.date().or_else(|| inner.time());
            let amount = inner.grouped_by_thousands().is_some() && unit.gap == Gap::Space;
            // After a whole account number a space ends it; a broken line or a tight sign does not.
            let stop = best.is_some() && account && unit.gap == Gap::Space;
            let next = self.group_end(end);
            if listed || harmless.is_some() || amount || stop || longest < next - self.start {
                break;
            }
            end = next;
            if fits(end - self.start) {
                best = Some(end);
            }
        }
        best.unwrap_or(coherent)
    }

    /// The end of a Vietnamese telephone number that begins here.
    fn phone(&self) -> Option<usize> {
        let national = usize::from(self.starts_with(&[0, 0, 8, 4])) * 4;
        let skip = if national == 4 {
            4
        } else if self.starts_with(&[8, 4]) {
            2
        } else {
            0
        };
        let trunk = self.digit(skip) == 0;
        if skip == 0 && !trunk {
            return None;
        }
        let rest = skip + usize::from(trunk);
        let n = match (self.digit(rest), self.digit(rest + 1)) {
            (3 | 5 | 7..=9, 0..=9) => 9,
            (2, 0..=9) => 10,
            (1, 2 | 6 | 8 | 9) => 10,
            _ => return None,
        };
        let end = self.start + rest + n;
        if self.units.len() < end || !self.is_boundary(end) || !self.is_one_number(end) {
            return None;
        }
        Some(end)
    }

    /// After `+`: groups up to twelve digits, at least nine.
    fn foreign_phone(&self) -> Option<usize> {
        if self.grouped_by_thousands().is_some_and(|it| self.start + 9 <= it) {
            return None;
        }
        let mut end = self.group_end(self.start);
        while end < self.units.len() {
            let next = self.group_end(end);
            let list = matches!(self.units[end].gap, Gap::Sign { byte: b',' | b';', .. });
            if list || 13 < next - self.start || 11 <= end - self.start {
                break;
            }
            end = next;
        }
        (9..=15).contains(&(end - self.start)).then_some(end)
    }

    /// Whether the groups up to here are one number and not a list of small ones.
    fn is_one_number(&self, end: usize) -> bool {
        let cued = self.topic_within(CUE_CELLS_CLOSE, &[Topic::Phone, Topic::Account]);
        let mut longest = 0;
        let mut first_gap = None;
        let (mut uniform, mut listed, mut colon) = (true, false, false);
        let mut at = self.start;
        while at < end {
            let next = self.group_end(at).min(end);
            longest = longest.max(next - at);
            if self.start < at {
                let gap = self.units[at].gap;
                let inner = Place { units: self.units, start: at, topic: None };
                if inner.date().is_some_and(|it| 6 <= it - at) || inner.time().is_some() {
                    return false;
                }
                uniform &= alike(*first_gap.get_or_insert(gap), gap);
                listed |= matches!(gap, Gap::Sign { byte: b',' | b';' | b'-', spaced: true });
                colon |= matches!(gap, Gap::Sign { byte: b':', .. });
            }
            at = next;
        }
        let first_len = self.group_end(self.start).min(end) - self.start;
        let decimal = matches!(self.sign(self.start + 1), Some(b'.' | b',')) && 1 < longest;
        let spoken = self.units[self.start..end].iter().any(|it| it.how == How::Word);
        if spoken || (cued && !decimal) {
            return true;
        }
        let decimals = self.is_decimals() && first_len < 9;
        if decimal || decimals || (colon && !uniform) || (listed && first_len < 3) {
            return false;
        }
        3 <= longest || uniform
    }

    /// A citizen's number: province 001 to 096, century and sex, year.
    fn is_citizen_id(&self) -> bool {
        let province = self.value(self.start, self.start + 3);
        (1..=96).contains(&province) && self.digit(3) <= 3
    }

    /// All groups up to here are of one length.
    fn groups_alike(&self, end: usize) -> bool {
        let first = self.group_end(self.start) - self.start;
        let mut at = self.start;
        while at < end {
            if self.group_end(at) - at != first {
                return false;
            }
            at += first;
        }
        true
    }

    /// A payment card: a known issuer and a right check digit, or four groups of four.
    fn is_card(&self, end: usize) -> bool {
        let n = end - self.start;
        let fours =
            n == 16 && self.group_end(self.start) == self.start + 4 && self.groups_alike(end);
        if fours {
            let year = |at: usize| (1900..2100).contains(&self.value(at, at + 4));
            return !(self.start..end).step_by(4).all(year);
        }
        let issuer = match (self.digit(0), self.digit(1)) {
            (4, _) | (5, 1..=5) | (2, 2..=7) | (3, 4..=7) | (6, 0..=9) => true,
            _ => self.starts_with(&[9, 7, 0, 4]),
        };
        let doubled = |digit: u32| if 4 < digit { digit * 2 - 9 } else { digit * 2 };
        let luhn = |sum: u32, (idx, digit): (usize, u32)| {
            sum + if idx % 2 == 1 { doubled(digit) } else { digit }
        };
        issuer && self.digits(end).rev().enumerate().fold(0, luhn).is_multiple_of(10)
    }

    /// A tax code's check digit.
    fn is_tax_code(&self) -> bool {
        const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];
        let sum: u32 = self.digits(self.start + 9).zip(WEIGHTS).map(|(d, w)| d * w).sum();
        10 - sum % 11 == u32::from(self.digit(9))
    }

    /// A tax code may end in the number of a branch: `-001`.
    fn tax_end(&self, end: usize) -> usize {
        let branch = self.sign(end) == Some(b'-') && self.group_end(end) == end + 3;
        if branch { end + 3 } else { end }
    }

    /// Digits after a decimal point.
    fn is_decimals(&self) -> bool {
        0 < self.start && matches!(self.sign(self.start), Some(b'.' | b','))
    }

    /// A run of spoken digits, or figures and words mixed; counting is none.
    fn spoken(&self) -> Option<usize> {
        let rest = &self.units[self.start..self.units.len().min(self.start + SPOKEN_RUN_MAX)];
        let n_words = rest.iter().filter(|it| it.how == How::Word).count();
        if rest.len() < SPOKEN_RUN_MIN || n_words < 4 || rest[0].how == How::Letter {
            return None;
        }
        let counting = rest.windows(2).all(|it| it[1].digit == it[0].digit + 1);
        let pure = rest.iter().take_while(|it| it.how != How::Figure).count();
        let end = if SPOKEN_RUN_MIN <= pure { pure } else { rest.len() };
        (!counting).then_some(self.start + end)
    }
}

/// Two gaps of one number: the same sign, or spaces.
fn alike(a: Gap, b: Gap) -> bool {
    match (a, b) {
        (Gap::Sign { byte: a, .. }, Gap::Sign { byte: b, .. }) => a == b,
        (Gap::Space | Gap::Line, Gap::Space | Gap::Line) => true,
        _ => a == b,
    }
}

/// "không chín mươi mốt …": the fillers hide how many digits there are, so the whole run goes.
fn spelled_with_fillers(units: &[Unit]) -> Option<usize> {
    if units.iter().all(|it| it.how != How::Filler) {
        return None;
    }
    let n_digits = units.iter().filter(|it| it.how != How::Filler).count();
    let n_words = units.iter().filter(|it| it.how == How::Word).count();
    (SPOKEN_RUN_MIN <= n_digits && 4 <= n_words).then_some(units.len())
}

/// A telephone number as it is written where the text turns its direction.
fn is_phone_backwards(units: &[Unit]) -> bool {
    let digits: Vec<u8> = units.iter().rev().map(|it| it.digit).collect();
    match digits.as_slice() {
        [0, 3 | 5 | 7..=9, rest @ ..] => rest.len() == 8,
        [8, 4, 3 | 5 | 7..=9, rest @ ..] => rest.len() == 8,
        _ => false,
    }
}

/// What makes an amount of a number, whatever was said before it.
fn is_money(word: &[u8]) -> bool {
    matches!(
        word,
        b"dong"
            | b"vnd"
            | b"usd"
            | b"eur"
            | b"trieu"
            | b"million"
            | b"billion"
            | b"dollars"
            | b"euro"
    )
}

/// What may follow an amount or a count.
fn is_unit(word: &[u8]) -> bool {
    matches!(
        word,
        b"d" | b"k"
            | b"nghin"
            | b"ngan"
            | b"tr"
            | b"ty"
            | b"ti"
            | b"thousand"
            | b"nguoi"
            | b"people"
            | b"ca"
            | b"cases"
            | b"luot"
            | b"views"
            | b"lieu"
            | b"doses"
            | b"ho"
            | b"tan"
            | b"con"
            | b"phieu"
            | b"votes"
            | b"hoc"
            | b"xe"
            | b"chiec"
            | b"m"
            | b"km"
            | b"kg"
            | b"ha"
            | b"kwh"
    )
}

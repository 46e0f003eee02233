//! What must not differ inside a group: the numbers, dates, negations and denials of a text.
//!
//! Read from the normalised text in one pass, without a search key: facts are asked of every
//! message, a key only of one that begins a group. Not here: who joins which group (`group`).

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_64;

use crate::lang::Lang;
use crate::text::negation::{self, DENIALS, Negates};
use crate::text::{normalise, number};

/// Values kept of one text.
const VALUES_MAX: usize = 24;
/// The form of facts as bytes, and how they were found; a change of either is a new number.
const FACTS_FORM: u8 = 3;
/// Texts whose words differ by more than this say more or less, so that one negation more is none
/// against the other.
const WORDS_APART_MAX: u16 = 2;

/// The facts of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Hashes of number values, days, years and names with digits; sorted. Dates are odd.
    pub(crate) values: Vec<u32>,
    pub(crate) counts: Counts,
}

/// The facts that are not values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    n_words: u16,
    /// Negations that are certain.
    n_negated_min: u8,
    /// With those that a text without diacritics may mean: "chua" is "chưa", or "chùa".
    n_negated_max: u8,
    denies: bool,
}

/// Why texts of nearly the same words are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// A number on each side that the other does not have.
    Number,
    /// A date on each side that the other does not have.
    Date,
    /// One says "not" more often.
    Negation,
    /// One says that it is false.
    Denial,
}

impl Facts {
    /// Takes the facts from a normalised text.
    pub fn of(normalised: &str, lang: Lang) -> Self {
        let text = without_addresses(normalised);
        let folded = normalise::fold(&text);
        let values = values(&text, &folded, lang);
        Self { values, counts: counts(&text, &folded, lang) }
    }

    /// As they are kept with a group, after its texts have gone: numbers and dates as hashes, the
    /// rest as counts.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Counts { n_words, n_negated_min, n_negated_max, denies } = self.counts;
        let mut bytes = vec![FACTS_FORM, n_negated_min, n_negated_max, u8::from(denies)];
        bytes.extend(n_words.to_le_bytes());
        bytes.extend(self.values.iter().flat_map(|it| it.to_le_bytes()));
        bytes
    }

    /// Reads them back; `None` for those of another program.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let [FACTS_FORM, n_negated_min, n_negated_max, denies, low, high, values @ ..] = bytes
        else {
            return None;
        };
        let (values, rest) = values.as_chunks::<4>();
        let is_ours = rest.is_empty() && values.len() <= VALUES_MAX && *denies <= 1;
        is_ours.then(|| Self {
            values: values.iter().map(|it| u32::from_le_bytes(*it)).collect(),
            counts: Counts {
                n_words: u16::from_le_bytes([*low, *high]),
                n_negated_min: *n_negated_min,
                n_negated_max: *n_negated_max,
                denies: *denies == 1,
            },
        })
    }

    /// Takes in the values that another text of the group has more of. False if there are none.
    pub(crate) fn grow(&mut self, other: &[u32]) -> bool {
        let n_before = self.values.len();
        for it in other {
            let n_times = |all: &[u32]| all.iter().filter(|other| *other == it).count();
            if n_times(&self.values) < n_times(other) && self.values.len() < VALUES_MAX {
                self.values.push(*it);
            }
        }
        self.values.sort_unstable();
        n_before < self.values.len()
    }

    /// In what two texts contradict each other.
    pub fn differences(&self, other: &Self) -> Vec<Difference> {
        differences((&self.values, self.counts), (&other.values, other.counts)).collect()
    }
}

/// Values on each side that the other does not have; a denial; a negation more, in texts of one
/// length. A text that was cut may have lost values, so one side alone is no conflict.
pub(crate) fn differences(
    (ours, our_counts): (&[u32], Counts),
    (theirs, their_counts): (&[u32], Counts),
) -> impl Iterator<Item = Difference> {
    let values = has_more(ours, theirs, |_| true) && has_more(theirs, ours, |_| true);
    let is_date = |it: u32| it & 1 == 1;
    let dates = values && (has_more(ours, theirs, is_date) || has_more(theirs, ours, is_date));
    let is_number = |it: u32| !is_date(it);
    let numbers =
        values && (has_more(ours, theirs, is_number) || has_more(theirs, ours, is_number));
    let one_length = our_counts.n_words.abs_diff(their_counts.n_words) <= WORDS_APART_MAX;
    let negated = one_length
        && (our_counts.n_negated_max < their_counts.n_negated_min
            || their_counts.n_negated_max < our_counts.n_negated_min);
    let denied = our_counts.denies != their_counts.denies;
    let all = [
        (numbers, Difference::Number),
        (dates, Difference::Date),
        (negated, Difference::Negation),
        (denied, Difference::Denial),
    ];
    all.into_iter().filter(|it| it.0).map(|it| it.1)
}

/// Has `a` a value of a kind more often than `b`? Repeats count: "1-1" and "1-4" differ.
fn has_more(a: &[u32], b: &[u32], is_of_kind: impl Fn(u32) -> bool) -> bool {
    let n_times = |all: &[u32], it: u32| all.iter().filter(|other| **other == it).count();
    a.iter().any(|it| is_of_kind(*it) && n_times(b, *it) < n_times(a, *it))
}

/// A link tells the place, not the statement.
fn without_addresses(text: &str) -> Cow<'_, str> {
    if !text.contains("://") && !text.contains("www.") {
        return Cow::Borrowed(text);
    }
    let is_kept = |it: &&str| !it.contains("://") && !it.contains("www.");
    Cow::Owned(text.split(' ').filter(is_kept).collect::<Vec<_>>().join(" "))
}

fn values(text: &str, folded: &str, lang: Lang) -> Vec<u32> {
    let (numbers, dates) = number::values(text, lang);
    let number = |it: f64| hash(b'n', it.to_bits()) & !1;
    let mut values: Vec<u32> = numbers.iter().map(|it| number(it.value)).collect();
    for date in &dates {
        let day = date.day.map_or(0, u64::from) << 8 | date.month.map_or(0, u64::from);
        values.push(hash(b'd', day) | 1);
        values.extend(date.year.map(|it| number(f64::from(it)) | 1));
    }
    // "U23", "E10": a name with a number in it.
    let is_mixed = |it: &&str| {
        it.bytes().any(|it| it.is_ascii_digit()) && it.bytes().any(|it| it.is_ascii_alphabetic())
    };
    values.extend(words(folded).filter(is_mixed).map(|it| xxh3_64(it.as_bytes()) as u32 & !1));
    values.sort_unstable();
    values.truncate(VALUES_MAX);
    values
}

fn hash(kind: u8, value: u64) -> u32 {
    let mut bytes = [kind; 9];
    bytes[1..].copy_from_slice(&value.to_le_bytes());
    xxh3_64(&bytes) as u32
}

fn counts(text: &str, folded: &str, lang: Lang) -> Counts {
    let is_bare = !text.chars().any(|it| !it.is_ascii() && normalise::is_letter(it));
    let (mut n_words, mut n_certain, mut n_possible) = (0_u16, 0_u8, 0_u8);
    let mut words_of_text = words(text).peekable();
    let mut before = "";
    while let Some(word) = words_of_text.next() {
        n_words = n_words.saturating_add(1);
        let Some(after) = words_of_text.peek() else { break };
        let is_other = negation::is_other(before, after);
        before = word;
        match negation::as_typed(word, lang, is_bare) {
            Negates::Surely if is_other => {}
            Negates::No => {}
            Negates::Perhaps => n_possible = n_possible.saturating_add(1),
            Negates::Surely => n_certain = n_certain.saturating_add(1),
        }
    }
    let mut line = String::with_capacity(folded.len() + 2);
    line.push(' ');
    for word in words(folded) {
        line.extend(word.chars().filter(|it| *it != '\''));
        line.push(' ');
    }
    let denies_at = |at: usize| {
        let rest = &line.as_bytes()[at..];
        DENIALS
            .iter()
            .any(|it| rest.get(1) == it.as_bytes().get(1) && rest.starts_with(it.as_bytes()))
    };
    Counts {
        n_words,
        n_negated_min: n_certain,
        n_negated_max: n_certain.saturating_add(n_possible),
        denies: line.match_indices(' ').any(|(at, _)| denies_at(at)),
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_outside = |it: char| it != '\'' && !normalise::is_inside_word(it);
    text.split(is_outside).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalise::normalise;

    fn facts(text: &str) -> Facts {
        Facts::of(&normalise(text), Lang::Vi)
    }

    #[track_caller]
    fn check(a: &str, b: &str, expected: &[Difference]) {
        assert_eq!(facts(a).differences(&facts(b)), expected, "{a} / {b}");
        assert_eq!(facts(b).differences(&facts(a)), expected, "{b} / {a}");
    }

    #[test]
    fn texts_differ_in_numbers_dates_negations_and_denials() {
        check("350 hộ dân phải di dời", "250 hộ dân phải di dời", &[Difference::Number]);
        check("Cấm đường ngày 3/4", "Cấm đường ngày 5/4", &[Difference::Date]);
        check("Đội U23 thắng", "Đội U22 thắng", &[Difference::Number]);
        check("Nước muối chữa cúm", "Nước muối không chữa cúm", &[Difference::Negation]);
        check("Vỡ đê ở Hà Nam", "Tin giả: Vỡ đê ở Hà Nam", &[Difference::Denial]);
        check("Thắng 1-1", "Thắng 1-4", &[Difference::Number]);
    }

    #[test]
    fn ways_of_typing_do_not_differ() {
        check("Chưa có ai bị thương", "chua co ai bi thuong", &[]);
        check("Không có ai bị thương", "ko có ai bị thương", &[]);
        check("Cứu trợ 1,5 triệu", "cuu tro 1.500.000", &[]);
        check("Đường hàng không - báo", "Đường hàng không", &[]);
        check("Có cấm đường hay không? - báo", "Có cấm đường hay không?", &[]);
        check("Chú ngựa khổng lồ ở đây", "chu ngua khong lo o day", &[]);
        check("350 hộ dân https://tin.example/99a", "350 hộ dân", &[]);
    }

    #[test]
    fn a_text_that_lost_a_number_contradicts_nothing() {
        check("350 hộ dân phải di dời", "hộ dân phải di dời", &[]);
    }

    #[test]
    fn facts_read_back_from_bytes() {
        let kept = facts("350 hộ dân không phải di dời ngày 3/4/2026");
        assert_eq!(Facts::from_bytes(&kept.to_bytes()), Some(kept));
        for bytes in [&b""[..], b"\x01\0\0\0\0\0", b"\x03\0\0\0\0\0\0", b"\x03\0\0\x02\0\0"] {
            assert_eq!(Facts::from_bytes(bytes), None, "{bytes:?}");
        }
    }
}

//! Which legacy encoding a text is in: what speaks for each, and against.
//!
//! The question is asked of segments (a line, or what stands between two tags), for a page may be
//! Unicode around an article that is not. Only words count that are no Vietnamese as they stand and
//! are in the other reading; and the plain words beside them must be such as Vietnamese has.

use kiemtin_core::text::vietnamese;

use super::Legacy;
use super::reading::{Token, bytes_of, is_good, tokens};
use super::spelling::is_vietnamese;
use crate::limits::EVIDENCE_WORDS_MAX;

/// Words that a text must gain: two may be chance.
const GAIN_MIN: u32 = 3;
/// So many words gained, nearly none lost: there is nothing more to ask.
const GAIN_ENOUGH: u32 = 200;

/// What one reading makes of the marked words.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    /// Vietnamese in this reading alone.
    pub(super) gain: u32,
    /// Vietnamese as it stands, and not in this reading.
    pub(super) loss: u32,
    /// Vietnamese both ways.
    tie: u32,
    /// Vietnamese in neither.
    none: u32,
    /// The same in segments that do not speak for this reading.
    none_elsewhere: u32,
    /// Plain words beside marked ones: such as Vietnamese has.
    near_good: u32,
    /// Others.
    near_bad: u32,
}

impl Tally {
    /// Of a segment that does not speak for this reading, only what neither reading explains
    /// counts: a page of Unicode around a legacy article says nothing against it, a French page does.
    fn add(&mut self, other: Self) {
        if !other.supports() {
            self.none_elsewhere += other.none;
            return;
        }
        self.gain += other.gain;
        self.loss += other.loss;
        self.tie += other.tie;
        self.none += other.none;
        self.near_good += other.near_good;
        self.near_bad += other.near_bad;
    }

    fn supports(&self) -> bool {
        2 * self.loss < self.gain && self.none <= self.gain + self.tie
    }

    fn score(&self) -> i64 {
        i64::from(2 * self.gain + self.tie) - i64::from(2 * (self.loss + self.none))
    }

    fn is_enough(&self) -> bool {
        let n_against = self.loss + self.none + self.none_elsewhere;
        let is_clear = 4 * n_against <= self.gain + self.tie;
        // Names and foreign words stand in Vietnamese headlines; in other languages all are such.
        let is_among_vietnamese = 2 * self.near_bad <= self.near_good + self.gain;
        GAIN_MIN <= self.gain && is_clear && is_among_vietnamese
    }
}

/// The pieces of a text that may be in different encodings.
pub(super) fn segments(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['\n', '<', '>'])
}

/// The encoding that these texts, or some part of them, are in; `None` for all others.
pub(crate) fn judge<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Legacy> {
    let mut totals = [Tally::default(); Legacy::EIGHT_BIT.len()];
    let mut n_words = 0;
    for segment in
        texts.into_iter().flat_map(segments).filter(|it| !it.is_ascii() || has_control(it))
    {
        let Some(words) = Words::of(segment) else { continue };
        n_words += words.marked.len();
        for (total, legacy) in totals.iter_mut().zip(Legacy::EIGHT_BIT) {
            total.add(words.tally(legacy));
        }
        let is_clear = totals.iter().any(|it| GAIN_ENOUGH <= it.gain && it.is_enough());
        if is_clear || EVIDENCE_WORDS_MAX <= n_words {
            break;
        }
    }
    let (total, legacy) = totals.iter().zip(Legacy::EIGHT_BIT).max_by_key(|it| it.0.score())?;
    total.is_enough().then_some(legacy)
}

fn has_control(segment: &str) -> bool {
    segment.bytes().any(|it| it < 0x20 && !it.is_ascii_whitespace())
}

/// "©", "30 m²", "Nº": signs that stand alone or behind letters in any text.
fn is_with_sign(bytes: &[u8]) -> bool {
    match bytes {
        [0x80..=0xBF | 0xD7 | 0xF7] => true,
        [letters @ .., 0xAA | 0xAE | 0xB0 | 0xB2 | 0xB3 | 0xBA] => letters.is_ascii(),
        _ => false,
    }
}

/// The marked words of a segment.
pub(super) struct Words {
    /// Their bytes, and whether they are Vietnamese as they stand.
    marked: Vec<(Vec<u8>, bool)>,
    /// Marked words too long for any reading.
    n_long: u32,
    n_near_good: u32,
    n_near_bad: u32,
}

impl Words {
    /// `None` if every word of the segment is what it should be.
    pub(super) fn of(segment: &str) -> Option<Self> {
        let mut res = Self { marked: Vec::new(), n_long: 0, n_near_good: 0, n_near_bad: 0 };
        let (mut is_suspect, mut after_marked, mut plain) = (false, false, None);
        for token in tokens(segment) {
            match token {
                Token::Gap(" ") => {}
                Token::Gap(_) => (after_marked, plain) = (false, None),
                Token::Word(it) if !it.is_marked => {
                    plain = Some(it.text);
                    if std::mem::take(&mut after_marked) {
                        res.near(plain.take());
                    }
                }
                Token::Word(it) => {
                    res.near(plain.take());
                    after_marked = true;
                    let is_good = is_vietnamese(it.text.chars());
                    let Some(bytes) = bytes_of(&it) else {
                        res.n_long += u32::from(!it.is_foreign);
                        continue;
                    };
                    if is_with_sign(&bytes) {
                        continue;
                    }
                    is_suspect |= !is_good;
                    res.marked.push((bytes, is_good));
                }
            }
        }
        is_suspect.then_some(res)
    }

    fn near(&mut self, plain: Option<&str>) {
        let Some(word) = plain.filter(|it| 1 < it.len()) else { return };
        match vietnamese::is_bare_syllable(&word.to_ascii_lowercase()) {
            true => self.n_near_good += 1,
            false => self.n_near_bad += 1,
        }
    }

    /// What a reading makes of them.
    pub(super) fn tally(&self, legacy: Legacy) -> Tally {
        let (near_good, near_bad) = (self.n_near_good, self.n_near_bad);
        let mut res = Tally { near_good, near_bad, none: self.n_long, ..Tally::default() };
        for (bytes, was_good) in &self.marked {
            match (is_good(bytes, legacy), *was_good) {
                (true, false) => res.gain += 1,
                (false, true) => res.loss += 1,
                (true, true) => res.tie += 1,
                (false, false) => res.none += 1,
            }
        }
        res
    }
}

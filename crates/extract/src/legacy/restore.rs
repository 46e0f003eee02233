//! A text with legacy words in it, to Unicode: word by word, and only where that makes sense.

use super::Legacy;
use super::evidence::{Words, segments};
use super::reading::{Doubtful, Token, Word, bytes_of, is_good, is_raised, letters, read, tokens};
use super::spelling::is_vietnamese;
use super::western::byte_of;

/// Restores what is in one encoding, segment after segment.
///
/// A segment without any evidence goes the way of the one before it: a heading of one word belongs
/// to the article below, and the first follows the text as a whole.
pub(crate) struct Restorer {
    legacy: Legacy,
    is_on: bool,
}

impl Restorer {
    pub(crate) fn new(legacy: Legacy) -> Self {
        Self { legacy, is_on: true }
    }

    /// The text in Unicode.
    pub(crate) fn restore(&mut self, text: &str) -> String {
        let mut res = String::with_capacity(text.len() * 5 / 4);
        for segment in segments(text) {
            if let Some(words) = Words::of(segment) {
                let tally = words.tally(self.legacy);
                if tally.gain != tally.loss {
                    self.is_on = tally.loss < tally.gain;
                }
            } else if !segment.is_ascii() && !self.could_be(segment) {
                self.is_on = false;
            }
            match self.is_on {
                true => self.segment(segment, &mut res),
                false => res.push_str(segment),
            }
        }
        res
    }

    /// Whether a segment that is Vietnamese as it stands is Vietnamese in the encoding too.
    fn could_be(&self, segment: &str) -> bool {
        tokens(segment).all(|token| match token {
            Token::Word(it) if it.is_marked => {
                bytes_of(&it).is_some_and(|it| is_good(&it, self.legacy))
            }
            _ => true,
        })
    }

    fn segment(&self, segment: &str, res: &mut String) {
        let mut pieces: Vec<Piece> = Vec::new();
        for token in tokens(segment) {
            pieces.push(match token {
                Token::Gap(it) => Piece { text: it.to_owned(), shape: Shape::of_gap(it) },
                Token::Word(it) => self.word(&it),
            });
        }
        if matches!(self.legacy, Legacy::Tcvn | Legacy::Vps) {
            spread_capitals(&mut pieces);
        }
        pieces.iter().for_each(|it| res.push_str(&it.text));
    }

    fn word(&self, word: &Word<'_>) -> Piece {
        let as_it_stands = |shape| Piece { text: word.text.to_owned(), shape };
        if word.is_foreign || word.text.bytes().all(|it| it.is_ascii_alphabetic()) {
            return as_it_stands(Shape::of_plain(word.text));
        }
        // Capitals of VISCII are where Windows has punctuation; a dash by itself is a dash.
        if !word.is_marked && !word.text.contains(|it: char| it.is_ascii_alphabetic()) {
            return as_it_stands(Shape::Space);
        }
        let Some(bytes) = bytes_of(word) else {
            let bytes: Vec<u8> = word.text.chars().filter_map(byte_of).collect();
            let text = letters(&bytes, self.legacy, Doubtful::Punctuation);
            return Piece { text, shape: Shape::Other };
        };
        let (text, is_read) = read(&bytes, self.legacy);
        let is_lone_sign = !bytes.iter().any(u8::is_ascii_alphabetic)
            && (!is_read || matches!(word.text, "×" | "÷"));
        if is_lone_sign || (!is_read && (!word.is_marked || is_vietnamese(word.text.chars()))) {
            return as_it_stands(Shape::Other);
        }
        let is_open = !bytes.iter().any(u8::is_ascii_lowercase);
        let shape = match is_raised(&bytes) {
            true => Shape::Raised,
            false if is_open && is_read => Shape::Open,
            false => Shape::Other,
        };
        Piece { text, shape }
    }
}

struct Piece {
    text: String,
    shape: Shape,
}

/// What a piece says about the font it was set in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Set in a font of capitals, for certain.
    Raised,
    /// Either: no small ASCII letter is in it.
    Open,
    /// Between two words.
    Space,
    /// It ends a run of capitals.
    Other,
}

impl Shape {
    fn of_gap(gap: &str) -> Self {
        if gap.contains(['\n', '.', '!', '?']) { Self::Other } else { Self::Space }
    }

    fn of_plain(word: &str) -> Self {
        let is_upper = word.bytes().all(|it| it.is_ascii_uppercase());
        if is_upper { Self::Space } else { Self::Other }
    }
}

/// "Hà NỘI": beside a word that is known to be of capitals, one that may be is.
fn spread_capitals(pieces: &mut [Piece]) {
    spread(pieces.iter_mut());
    spread(pieces.iter_mut().rev());
}

fn spread<'a>(pieces: impl Iterator<Item = &'a mut Piece>) {
    let mut is_capitals = false;
    for piece in pieces {
        match piece.shape {
            Shape::Raised => is_capitals = true,
            Shape::Open if is_capitals => piece.text = piece.text.to_uppercase(),
            Shape::Open | Shape::Space => {}
            Shape::Other => is_capitals = false,
        }
    }
}

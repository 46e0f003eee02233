//! Receipts: 128 bits of chance, shown once as eight words, kept as a hash.
//!
//! Each word is two syllables of four that are written alike in Vietnamese and English and need no
//! diacritics, so it can be copied by hand, read out on a telephone and typed on any keyboard:
//! 16 onsets × 16 rhymes = 256 syllables, one a byte. The same idea as proquints (Wilkerson 2009).

use sha2::{Digest, Sha256};

/// How many bytes of chance a receipt has: 128 bits cannot be guessed.
pub const RECEIPT_BYTES: usize = 16;

const ONSETS: [&str; 16] =
    ["b", "ch", "d", "g", "h", "k", "l", "m", "n", "p", "ph", "r", "s", "t", "v", "x"];
const RHYMES: [&str; 16] =
    ["a", "e", "i", "o", "u", "am", "an", "ang", "at", "em", "en", "im", "in", "om", "on", "um"];

/// A receipt as its owner holds it. Never stored: [`Receipt::hash`] is.
#[derive(Clone, PartialEq, Eq)]
pub struct Receipt([u8; RECEIPT_BYTES]);

/// What is stored of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReceiptHash(pub [u8; 32]);

/// Why a text is no receipt. The text is shown to the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadReceipt {
    /// Not eight words.
    Count {
        /// How many there were.
        n_words: usize,
    },
    /// A word that no receipt has.
    Word {
        /// Which one, from 1.
        position: usize,
        /// The word.
        word: String,
    },
}

impl Receipt {
    /// From chance.
    pub fn new(chance: [u8; RECEIPT_BYTES]) -> Self {
        Self(chance)
    }

    /// The eight words, separated by spaces.
    pub fn words(&self) -> String {
        let words: Vec<String> =
            self.0.chunks(2).map(|pair| pair.iter().map(|&it| syllable(it)).collect()).collect();
        words.join(" ")
    }

    /// Reads the words as people type them: any case, separated by spaces, hyphens or line ends.
    ///
    /// # Errors
    /// Another number of words, or which word is none of ours.
    pub fn parse(text: &str) -> Result<Self, BadReceipt> {
        let is_separator = |it: char| !it.is_ascii_alphabetic();
        let words: Vec<String> = text
            .split(is_separator)
            .filter(|it| !it.is_empty())
            .take(RECEIPT_BYTES)
            .map(str::to_ascii_lowercase)
            .collect();
        if words.len() != RECEIPT_BYTES / 2 {
            return Err(BadReceipt::Count { n_words: words.len() });
        }
        let mut bytes = [0; RECEIPT_BYTES];
        for (idx, word) in words.iter().enumerate() {
            let pair = pair(word)
                .ok_or_else(|| BadReceipt::Word { position: idx + 1, word: word.clone() })?;
            bytes[2 * idx..2 * idx + 2].copy_from_slice(&pair);
        }
        Ok(Self(bytes))
    }

    /// What is stored: SHA-256 of a fixed prefix and the bytes. 128 bits of chance need no salt.
    pub fn hash(&self) -> ReceiptHash {
        let mut sha = Sha256::new();
        sha.update(b"kiemtin receipt v1\0");
        sha.update(self.0);
        ReceiptHash(sha.finalize().into())
    }
}

fn syllable(byte: u8) -> String {
    format!("{}{}", ONSETS[usize::from(byte >> 4)], RHYMES[usize::from(byte & 15)])
}

/// The two bytes of a word. `every_word_can_be_read_in_one_way_only` shows that there is one answer.
fn pair(word: &str) -> Option<[u8; 2]> {
    let split = (1..word.len()).find_map(|at| Some([byte(&word[..at])?, byte(&word[at..])?]));
    split.filter(|_| word.is_ascii())
}

fn byte(text: &str) -> Option<u8> {
    let onset = ONSETS
        .iter()
        .rposition(|it| text.strip_prefix(it).is_some_and(|rest| RHYMES.contains(&rest)))?;
    let rhyme = RHYMES.iter().position(|it| *it == &text[ONSETS[onset].len()..])?;
    u8::try_from(onset << 4 | rhyme).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_word_can_be_read_in_one_way_only() {
        let mut seen = HashSet::new();
        for high in 0..=u8::MAX {
            for low in 0..=u8::MAX {
                let word = format!("{}{}", syllable(high), syllable(low));
                assert_eq!(pair(&word), Some([high, low]), "{word}");
                assert!(seen.insert(word));
            }
        }
    }

    #[test]
    fn words_read_back_however_they_are_typed() {
        let receipt = Receipt::new(*b"0123456789abcdef");
        let words = receipt.words();
        assert_eq!(words.split(' ').count(), 8);
        for typed in [
            words.clone(),
            words.to_uppercase(),
            format!("  {}\n", words.replace(' ', "-")),
            words.replace(' ', ",\n"),
        ] {
            assert!(Receipt::parse(&typed).is_ok_and(|it| it.hash() == receipt.hash()), "{typed}");
        }
    }

    #[test]
    fn a_wrong_word_is_named() {
        let words = Receipt::new([0; RECEIPT_BYTES]).words().replacen("baba", "zzz", 1);
        let wrong = BadReceipt::Word { position: 1, word: "zzz".to_owned() };
        assert_eq!(Receipt::parse(&words).err(), Some(wrong));
        assert_eq!(Receipt::parse("ba ba").err(), Some(BadReceipt::Count { n_words: 2 }));
        assert!(Receipt::parse(&"ệ".repeat(9)).is_err());
    }
}

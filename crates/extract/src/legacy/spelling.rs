//! Whether characters are Vietnamese syllables, asked often: each word of a text is read in several
//! encodings. The rules are `kiemtin_core`'s; here they are a set of packed letters.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use kiemtin_core::text::vietnamese::toneless_syllables;
use unicode_normalization::char::decompose_canonical;

use super::western::is_punctuation;

/// The letters without tones; a letter's number is its place from 1.
const ALPHABET: &str = "aăâbcdđeêghiklmnoôơpqrstuưvxy";
/// In the order of nothing: none, then those that a syllable may have before p, t, c, ch.
const TONES: [char; 5] = ['\u{301}', '\u{323}', '\u{300}', '\u{309}', '\u{303}'];
const LAST_BEFORE_STOP: u8 = 2;
const SYLLABLE_LETTERS_MAX: u32 = 7;

/// A character: a letter (0 for none) with its tone (0 for none), or a mark to a letter before it.
#[derive(Clone, Copy, Default)]
struct Letter {
    number: u8,
    tone: u8,
    is_upper: bool,
}

/// Beyond the last Vietnamese letter, U+1EF9.
const LETTERS_END: usize = 0x1F00;

static LETTERS: LazyLock<Vec<Letter>> = LazyLock::new(|| {
    let letter = |code| char::from_u32(code).map(letter).unwrap_or_default();
    (0..LETTERS_END as u32).map(letter).collect()
});

static SYLLABLES: LazyLock<HashSet<u64, BuildHasherDefault<Mix>>> = LazyLock::new(|| {
    let numbers = |it: &str| it.chars().map(|it| u64::from(number(it))).fold(0, pack);
    toneless_syllables().map(|it| numbers(&it)).collect()
});

/// Whether a word is syllables, each in small letters, in capitals or with a capital first, and
/// nothing else but punctuation between and around. Composed or not makes no difference.
pub(super) fn is_vietnamese(word: impl IntoIterator<Item = char>) -> bool {
    let mut found = false;
    let mut syllable = Syllable::default();
    for it in word {
        if is_punctuation(it) {
            if !syllable.is_empty() && !syllable.is_good() {
                return false;
            }
            found |= !std::mem::take(&mut syllable).is_empty();
        } else if !syllable.take(it) {
            return false;
        }
    }
    match syllable.is_empty() {
        true => found,
        false => syllable.is_good(),
    }
}

#[derive(Default)]
struct Syllable {
    packed: u64,
    n_letters: u32,
    n_upper: u32,
    is_first_upper: bool,
    tone: u8,
}

impl Syllable {
    fn is_empty(&self) -> bool {
        self.n_letters == 0
    }

    /// `false` if no syllable can have this.
    fn take(&mut self, it: char) -> bool {
        let Letter { number, tone, is_upper } =
            LETTERS.get(it as usize).copied().unwrap_or_default();
        if number == 0 && tone == 0 {
            return self.take_quality(it);
        }
        if tone != 0 && std::mem::replace(&mut self.tone, tone) != 0 {
            return false;
        }
        if number == 0 {
            return !self.is_empty();
        }
        self.packed = pack(self.packed, u64::from(number));
        self.is_first_upper |= self.n_letters == 0 && is_upper;
        self.n_letters += 1;
        self.n_upper += u32::from(is_upper);
        self.n_letters <= SYLLABLE_LETTERS_MAX
    }

    /// A hat, breve or horn by itself belongs to the letter before it.
    fn take_quality(&mut self, mark: char) -> bool {
        let last = ALPHABET.chars().nth((self.packed & 31).saturating_sub(1) as usize);
        let better = match (last.filter(|_| !self.is_empty()), mark) {
            (Some('a'), '\u{302}') => 'â',
            (Some('e'), '\u{302}') => 'ê',
            (Some('o'), '\u{302}') => 'ô',
            (Some('a'), '\u{306}') => 'ă',
            (Some('o'), '\u{31B}') => 'ơ',
            (Some('u'), '\u{31B}') => 'ư',
            _ => return false,
        };
        self.packed = self.packed & !31 | u64::from(number(better));
        true
    }

    fn is_good(&self) -> bool {
        let is_one_case = match self.n_upper {
            0 => true,
            1 => self.is_first_upper,
            n => n == self.n_letters,
        };
        let tone_fits = self.tone <= LAST_BEFORE_STOP || !is_stopped(self.packed);
        is_one_case && tone_fits && SYLLABLES.contains(&self.packed)
    }
}

/// It ends in p, t, c or ch.
fn is_stopped(packed: u64) -> bool {
    static STOPS: LazyLock<[u64; 4]> = LazyLock::new(|| {
        "ptch".chars().map(number).map(u64::from).collect::<Vec<_>>().try_into().unwrap_or_default()
    });
    let [p, t, c, h] = *STOPS;
    let last = packed & 31;
    [p, t, c].contains(&last) || last == h && packed >> 5 & 31 == c
}

fn pack(packed: u64, number: u64) -> u64 {
    packed << 5 | number
}

fn number(letter: char) -> u8 {
    let idx = ALPHABET.chars().position(|it| it == letter);
    idx.and_then(|it| u8::try_from(it + 1).ok()).unwrap_or(0)
}

fn letter(it: char) -> Letter {
    let small = it.to_lowercase().next().unwrap_or(it);
    let (mut bare, mut res) = (String::new(), Letter::default());
    decompose_canonical(small, |part| match TONES.iter().position(|&it| it == part) {
        Some(idx) => res.tone = idx as u8 + 1,
        None => bare.push(part),
    });
    let mut composed = unicode_normalization::UnicodeNormalization::nfc(bare.chars());
    let bare = composed.next();
    if composed.next().is_some() {
        return Letter::default();
    }
    match bare {
        None => res,
        Some(bare) if number(bare) != 0 => {
            Letter { number: number(bare), is_upper: it.is_uppercase(), ..res }
        }
        Some(_) => Letter::default(),
    }
}

/// Packed letters need no defence against chosen keys: the set is ours.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&it| self.write_u64(u64::from(it)));
    }

    fn write_u64(&mut self, it: u64) {
        // Fibonacci hashing, folded: the table takes its place from the low bits, its tag from the high.
        let it = (self.0 ^ it).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = it ^ it >> 32;
    }
}

#[cfg(test)]
mod tests {
    use kiemtin_core::text::vietnamese::is_syllable;

    use super::*;

    #[test]
    fn it_says_what_the_rules_say() {
        let letters: Vec<char> = "aăâeêioôơuưyáàạảãếềệờợđtcpnhgqgi".chars().collect();
        let mut n_good = 0;
        // All words of three of these letters, and the same between two consonants.
        for a in &letters {
            for b in &letters {
                for c in &letters {
                    let word: String = [a, b, c].into_iter().collect();
                    for word in [word.clone(), format!("th{word}"), format!("{word}ng")] {
                        let expected = is_syllable(&word);
                        assert_eq!(is_vietnamese(word.chars()), expected, "{word}");
                        n_good += usize::from(expected);
                    }
                }
            }
        }
        assert!(1_000 < n_good, "{n_good}");
    }

    #[test]
    fn capitals_punctuation_and_composition_are_as_in_texts() {
        for word in ["Việt", "VIỆT", "“Việt”", "Vie\u{302}\u{323}t", "nước\u{A0}máy", "Đ\u{103}k…"]
        {
            let is_good = !word.starts_with('Đ');
            assert_eq!(is_vietnamese(word.chars()), is_good, "{word}");
        }
        for word in ["ViỆt", "lỔ", "…", "", "café", "Việt®", "tộp\u{301}"] {
            assert!(!is_vietnamese(word.chars()), "{word}");
        }
    }
}

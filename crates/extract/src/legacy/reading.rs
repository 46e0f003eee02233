//! Words of a text, and what a word says in a legacy encoding.

use unicode_normalization::UnicodeNormalization;

use super::Legacy;
use super::spelling::is_vietnamese;
use super::tables::{
    NO_LETTER, TCVN_TABLE, Table, VISCII_TABLE, VNI_TABLE, VPS_TABLE, WINDOWS_1258_TABLE, vni_mark,
};
use super::western::{byte_of, char_of, is_punctuation};

/// The longest word that is asked whether it is a syllable: "nghiêng" takes ten bytes in VNI, and
/// quotation marks or a dash may cling to it.
const WORD_BYTES_MAX: usize = 24;

/// A part of a text.
pub(super) enum Token<'a> {
    /// Letters, and all that could be a letter in a legacy encoding.
    Word(Word<'a>),
    /// What stands between words.
    Gap(&'a str),
}

#[derive(Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    /// Something beyond ASCII that is not mere punctuation is in it.
    pub(super) is_marked: bool,
    /// A character that Windows-1252 has not is in it: it was never a legacy word.
    pub(super) is_foreign: bool,
}

/// Splits a text into words and gaps, none of them empty.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let is_word = could_be_letter(first);
        let (mut is_marked, mut is_foreign) = (false, false);
        let mut end = rest.len();
        for (at, it) in rest.char_indices() {
            if could_be_letter(it) != is_word {
                end = at;
                break;
            }
            if is_word
                && !it.is_ascii_alphabetic()
                && (!is_punctuation(it) || matches!(it, '«' | '»'))
            {
                is_marked = true;
                is_foreign |= byte_of(it).is_none();
            }
        }
        let (text, behind) = rest.split_at(end);
        rest = behind;
        Some(match is_word {
            true => Token::Word(Word { text, is_marked, is_foreign }),
            false => Token::Gap(text),
        })
    })
}

/// Control bytes are capitals in VISCII, VPS and TCVN 5712-1; none of them is white space.
fn could_be_letter(it: char) -> bool {
    match it {
        '\0'..='\u{7F}' => {
            it.is_ascii_alphabetic()
                || matches!(it, '\u{1}'..='\u{6}' | '\u{10}'..='\u{17}' | '\u{19}' | '\u{1C}'..='\u{1E}')
        }
        '\u{80}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => true,
        _ => byte_of(it).is_some() || it.is_alphanumeric() || is_mark(it),
    }
}

fn is_mark(it: char) -> bool {
    unicode_normalization::char::is_combining_mark(it)
}

/// The bytes of a word as Windows-1252 has them; `None` if it is foreign or too long to be asked.
pub(super) fn bytes_of(word: &Word<'_>) -> Option<Vec<u8>> {
    if word.is_foreign || WORD_BYTES_MAX * 2 < word.text.len() {
        return None;
    }
    let bytes: Option<Vec<u8>> = word.text.chars().map(byte_of).collect();
    bytes.filter(|it| it.len() <= WORD_BYTES_MAX)
}

/// What the bytes are that are letters of an encoding and punctuation of Windows-1252 as well.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubtful {
    /// Letters, all of them.
    Letters,
    /// What Windows programs write by themselves is punctuation, and the signs at the places of
    /// TCVN's single tones are signs. « and » are letters.
    Punctuation,
    /// « before a word and » behind it are punctuation too.
    Quotes,
}

/// What a word says in an encoding, and whether that is Vietnamese.
pub(super) fn read(bytes: &[u8], legacy: Legacy) -> (String, bool) {
    let (letters, is_good) = characters_of(bytes, legacy);
    (letters.into_iter().nfc().collect(), is_good)
}

/// Whether a word is Vietnamese in an encoding.
pub(super) fn is_good(bytes: &[u8], legacy: Legacy) -> bool {
    characters_of(bytes, legacy).1
}

fn characters_of(bytes: &[u8], legacy: Legacy) -> (Vec<char>, bool) {
    use Doubtful::{Letters, Punctuation, Quotes};
    let is_clear = (0..bytes.len()).all(|at| is_letter(bytes, at, Quotes));
    // Quotation marks and dashes are what a Windows program wrote; the capitals at their places are
    // what a few programs of other systems did.
    let ways: &[Doubtful] = match legacy {
        _ if is_clear => &[Letters],
        Legacy::Viscii | Legacy::Vps => &[Letters, Quotes],
        _ => &[Punctuation, Quotes, Letters],
    };
    let mut readings = ways.iter().map(|&it| characters(bytes, legacy, it));
    let good = readings.find(|it| is_vietnamese(it.iter().copied()));
    match good {
        Some(it) => (it, true),
        None => (characters(bytes, legacy, ways[0]), false),
    }
}

fn is_letter(bytes: &[u8], at: usize, doubtful: Doubtful) -> bool {
    match bytes[at] {
        0x84 | 0x85 | 0x91..=0x97 | 0x99 | 0xA0 | 0xB0..=0xB4 => doubtful == Doubtful::Letters,
        0xAB => doubtful != Doubtful::Quotes || at != 0,
        0xBB => doubtful != Doubtful::Quotes || at + 1 != bytes.len(),
        _ => true,
    }
}

/// The bytes as letters of the encoding, composed, with the capitals that a font would have shown.
pub(super) fn letters(bytes: &[u8], legacy: Legacy, doubtful: Doubtful) -> String {
    characters(bytes, legacy, doubtful).into_iter().nfc().collect()
}

/// The same before it is composed.
fn characters(bytes: &[u8], legacy: Legacy, doubtful: Doubtful) -> Vec<char> {
    let table = table(legacy);
    let mut res = Vec::with_capacity(bytes.len() + 4);
    let mut vowel = None;
    for (at, &byte) in bytes.iter().enumerate() {
        if legacy == Legacy::Vni
            && let Some(marks) = vowel.take().and_then(|it| vni_mark(it, byte))
        {
            res.extend(marks.chars());
            continue;
        }
        let letter = table.map(|it| it[usize::from(byte)]).filter(|&it| it != NO_LETTER);
        let letter = letter.filter(|_| is_letter(bytes, at, doubtful));
        let it = letter.unwrap_or_else(|| char_of(byte));
        vowel = Some(it);
        res.push(it);
    }
    if matches!(legacy, Legacy::Tcvn | Legacy::Vps) && is_raised(bytes) {
        res = res.into_iter().flat_map(char::to_uppercase).collect();
    }
    res
}

fn table(legacy: Legacy) -> Option<&'static Table> {
    Some(match legacy {
        Legacy::Tcvn => &TCVN_TABLE,
        Legacy::Vni => &VNI_TABLE,
        Legacy::Vps => &VPS_TABLE,
        Legacy::Viscii => &VISCII_TABLE,
        Legacy::Windows1258 => &WINDOWS_1258_TABLE,
        Legacy::Viqr => return None,
    })
}

/// Whether a word was set in a font of capitals: its ASCII letters are capitals, and not only the
/// one it begins with. The codes of its other letters are those of small ones all the same.
pub(super) fn is_raised(bytes: &[u8]) -> bool {
    let n_upper = bytes.iter().filter(|it| it.is_ascii_uppercase()).count();
    let is_first = bytes.first().is_some_and(u8::is_ascii_uppercase);
    let has_small = bytes.iter().any(u8::is_ascii_lowercase);
    let has_marked = bytes.iter().any(|it| !it.is_ascii());
    has_marked && !has_small && usize::from(is_first) < n_upper
}

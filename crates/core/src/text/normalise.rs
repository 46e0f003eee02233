//! One form of a text, so that two copies of the same words are the same bytes.
//!
//! [`normalise`] gives the identity of a text: NFC, small letters, one tone placement, single
//! spaces, and without what people hang on a text when they pass it on. Doing it twice changes
//! nothing more. [`fold`] drops the diacritics as well, for texts typed without them.
//! Not here: the words of a text (`segment`), spelling (`vietnamese`, `teencode`).

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use unicode_normalization::char::{decompose_canonical, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::vietnamese;

/// What stands before a text because somebody passed it on. Longer ones first.
const HEADERS: &[&str] = &[
    "---------- forwarded message ---------",
    "forwarded as received",
    "forwarded message",
    "forwarded many times",
    "begin forwarded message",
    "tin nhắn được chuyển tiếp",
    "tin nhan duoc chuyen tiep",
    "đã chuyển tiếp",
    "da chuyen tiep",
    "chuyển tiếp",
    "chuyen tiep",
    "fwd",
    "fw",
    "sưu tầm",
    "suu tam",
    "nguồn sưu tầm",
    "st",
    "copy từ bạn",
    "copy tu ban",
    "tin nóng",
    "tin nong",
    "tin khẩn",
    "tin khan",
    "khẩn cấp",
    "khan cap",
    "nóng",
    "hot",
    "breaking news",
    "breaking",
    "urgent",
    "must read",
    "please read",
    "pls read",
];

/// What stands after a text because somebody wants it passed on. Longer ones first.
const SUFFIXES: &[&str] = &[
    "hãy chia sẻ cho mọi người cùng biết",
    "chia sẻ cho mọi người cùng biết",
    "chia sẻ cho mọi người biết",
    "chia se cho moi nguoi cung biet",
    "chia se cho moi nguoi biet",
    "chia sẻ giúp mình với",
    "chia sẻ để mọi người biết",
    "chia se de moi nguoi biet",
    "mọi người chia sẻ giúp",
    "moi nguoi chia se giup",
    "hãy chia sẻ rộng rãi",
    "xin hãy chia sẻ",
    "chia sẻ ngay",
    "chia sẻ gấp",
    "hãy chia sẻ",
    "hay chia se",
    "share cho mọi người biết",
    "share cho moi nguoi biet",
    "share mạnh",
    "share gấp",
    "please share this",
    "please share",
    "pls share",
    "share before they delete it",
    "share before it is deleted",
    "share this with everyone you know",
    "share with everyone",
    "pass it on",
    "spread the word",
    "forwarded as received",
];

/// The identity of a text. `normalise(normalise(x)) == normalise(x)`.
pub fn normalise(text: &str) -> String {
    let res = plain(text);
    let bare = peel(&res);
    // A text that is nothing but decoration keeps it: an empty identity would join them all.
    if bare.is_empty() { res } else { bare.to_owned() }
}

/// The text without diacritics, in small letters; đ becomes d by hand, as it has no decomposition.
pub fn fold(text: &str) -> String {
    let letters = &*LETTERS;
    let mut res = String::with_capacity(text.len());
    for it in text.chars() {
        match place(it).and_then(|it| letters[it].folded) {
            Some(folded) => res.push(folded),
            None => fold_char(it, &mut res),
        }
    }
    res
}

/// Adds one folded character (none for a mark, two for a ligature).
fn fold_char(it: char, res: &mut String) {
    if it.is_ascii() {
        res.push(it.to_ascii_lowercase());
        return;
    }
    if let 'đ' | 'Đ' | 'ð' | 'Ð' | 'Ɖ' = it {
        res.push('d');
        return;
    }
    decompose_canonical(it, |part| {
        if !is_combining_mark(part) {
            res.extend(part.to_lowercase());
        }
    });
}

/// What becomes of a Latin letter. Looking it up each time is what folding a text would cost most.
#[derive(Clone, Copy)]
struct Letter {
    /// Its small letter, where that is one letter and both stand alone in NFC.
    small: Option<char>,
    /// The small letter without diacritics, where that is one letter.
    folded: Option<char>,
}

/// The blocks of Latin letters beyond ASCII, which hold all Vietnamese ones.
const LATIN: RangeInclusive<u32> = 0x80..=0x24f;
const LATIN_ADDITIONAL: RangeInclusive<u32> = 0x1e00..=0x1eff;
const N_LATIN: usize = 0x24f - 0x80 + 1;
const N_LETTERS: usize = N_LATIN + 0x100;

static LETTERS: LazyLock<[Letter; N_LETTERS]> = LazyLock::new(|| std::array::from_fn(letter));

fn letter(place: usize) -> Letter {
    let first = if place < N_LATIN { *LATIN.start() } else { 0x1e00 - N_LATIN as u32 };
    let Some(it) = char::from_u32(first + place as u32) else {
        return Letter { small: None, folded: None };
    };
    let stands = |it: char| is_nfc_quick(std::iter::once(it)) == IsNormalized::Yes;
    let mut folded = String::new();
    fold_char(it, &mut folded);
    let small: String = it.to_lowercase().collect();
    Letter {
        small: only_char(&small).filter(|small| stands(it) && stands(*small)),
        folded: only_char(&folded),
    }
}

fn only_char(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}

fn place(it: char) -> Option<usize> {
    let code = u32::from(it);
    if LATIN.contains(&code) {
        Some((code - LATIN.start()) as usize)
    } else if LATIN_ADDITIONAL.contains(&code) {
        Some(N_LATIN + (code - LATIN_ADDITIONAL.start()) as usize)
    } else {
        None
    }
}

/// A letter or a digit, told at once for Latin ones.
pub(crate) fn is_inside_word(it: char) -> bool {
    it.is_ascii_alphanumeric() || !it.is_ascii() && (is_latin(it) || it.is_alphanumeric())
}

/// `char::is_alphabetic`, at once for Latin letters.
pub(crate) fn is_letter(it: char) -> bool {
    it.is_ascii_alphabetic() || !it.is_ascii() && (is_latin(it) || it.is_alphabetic())
}

/// From À on, the blocks of Latin letters hold nothing else but two signs.
fn is_latin(it: char) -> bool {
    place(it).is_some_and(|it| 0x40 <= it) && !matches!(it, '×' | '÷')
}

/// NFC, small letters, no decoration, one tone placement, single spaces.
pub fn plain(text: &str) -> String {
    let lower = small(text).unwrap_or_else(|| small_slowly(text));
    let mut res = String::with_capacity(lower.len());
    let mut is_apart = false;
    for it in lower.chars() {
        let is_letter = it.is_ascii_alphanumeric() || is_latin(it);
        if !is_letter {
            if it.is_whitespace() || is_decoration(it) {
                is_apart = true;
                continue;
            }
            if is_invisible(it) {
                continue;
            }
        }
        if is_apart && !res.is_empty() {
            res.push(' ');
        }
        is_apart = false;
        res.push(if is_letter { it } else { straight(it) });
    }
    one_tone_form(&without_elongation(res))
}

/// Small letters of a text that holds nothing but characters known to stand alone in NFC.
fn small(text: &str) -> Option<String> {
    if text.is_ascii() {
        return Some(text.to_ascii_lowercase());
    }
    let letters = &*LETTERS;
    let mut res = String::with_capacity(text.len());
    for it in text.chars() {
        let small = match u32::from(it) {
            0..0x80 => it.to_ascii_lowercase(),
            // Dashes, quotes and dots; emoji and what colours them.
            0x2010..=0x2027 | 0x203c | 0x1f300..=0x1faff | 0xfe0f => it,
            _ => letters[place(it)?].small?,
        };
        res.push(small);
    }
    Some(res)
}

fn small_slowly(text: &str) -> String {
    let lower: String = if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text.chars().flat_map(char::to_lowercase).collect()
    } else {
        text.nfc().flat_map(char::to_lowercase).collect()
    };
    match is_nfc_quick(lower.chars()) {
        IsNormalized::Yes => lower,
        _ => lower.nfc().collect(), // Some capitals have small letters in two parts.
    }
}

/// Every word with its tone on the letter where the newer spelling puts it.
fn one_tone_form(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut res = String::with_capacity(text.len());
    let mut rest = text;
    let is_letter = |it: char| is_letter(it);
    while let Some(start) = rest.find(is_letter) {
        res.push_str(&rest[..start]);
        let word = &rest[start..];
        let end = word.find(|it: char| !is_letter(it)).unwrap_or(word.len());
        let placed = may_move(&word[..end]).then(|| vietnamese::place_tone(&word[..end]));
        match placed.flatten() {
            Some(placed) => res.push_str(&placed),
            None => res.push_str(&word[..end]),
        }
        rest = &word[end..];
    }
    res.push_str(rest);
    res
}

/// Could the tone stand on another letter? Not where its own letter is the only vowel of its group,
/// nor where that has a quality mark and is the last of them. Most words end here.
fn may_move(word: &str) -> bool {
    let mut before = ' ';
    let mut chars = word.chars().peekable();
    while let Some(it) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        let moves = match it {
            'á' | 'à' | 'ả' | 'ã' | 'ạ' | 'é' | 'è' | 'ẻ' | 'ẽ' | 'ẹ' | 'í' | 'ì' | 'ỉ' | 'ĩ'
            | 'ị' | 'ó' | 'ò' | 'ỏ' | 'õ' | 'ọ' | 'ú' | 'ù' | 'ủ' | 'ũ' | 'ụ' | 'ý' | 'ỳ' | 'ỷ'
            | 'ỹ' | 'ỵ' => !is_consonant(before) || !is_consonant(after),
            'ă' | 'â' | 'ê' | 'ô' | 'ơ' | 'ư' | 'đ' => false,
            it if it.is_ascii() => false,
            _ => !is_consonant(after),
        };
        if moves {
            return true;
        }
        before = it;
    }
    false
}

fn is_consonant(it: char) -> bool {
    it == 'đ' || it == ' ' || it.is_ascii() && !matches!(it, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// "quáááá" is "quá": three or more of one letter are one. Digits stay.
pub(super) fn without_elongation(text: String) -> String {
    if !has_elongation(&text) {
        return text;
    }
    let mut res = String::with_capacity(text.len());
    let (mut last, mut n_same) = ('\0', 0);
    for it in text.chars() {
        n_same = if it == last { n_same + 1 } else { 1 };
        last = it;
        if n_same == 3 && is_letter(it) {
            res.truncate(res.len() - it.len_utf8());
        } else if n_same < 3 || !is_letter(it) {
            res.push(it);
        }
    }
    res
}

fn has_elongation(text: &str) -> bool {
    let (mut last, mut n_same) = ('\0', 0);
    text.chars().any(|it| {
        n_same = if it == last { n_same + 1 } else { 1 };
        last = it;
        n_same == 3 && is_letter(it)
    })
}

/// Takes headers from the front and requests to share from the end until none is left.
fn peel(text: &str) -> &str {
    let mut rest = trim(text);
    loop {
        let before = rest.len();
        if let Some(tail) = HEADERS.iter().find_map(|it| after_header(rest, it)) {
            rest = tail;
        }
        if let Some(head) = SUFFIXES.iter().find_map(|it| before_suffix(rest, it)) {
            rest = head;
        }
        if rest.len() == before {
            return rest;
        }
    }
}

/// A header counts only when punctuation closes it: "nóng" alone also begins "nóng bức".
fn after_header<'a>(text: &'a str, header: &str) -> Option<&'a str> {
    let tail = text.strip_prefix(header)?.trim_start();
    let closed = tail.starts_with([':', '!', ')', ']', '-', '>', '|', '*']);
    closed.then(|| trim(tail))
}

fn before_suffix<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let head = text.strip_suffix(suffix)?;
    let apart = !head.ends_with(char::is_alphanumeric);
    apart.then(|| trim(head))
}

/// Space and punctuation at the ends say nothing, but a question mark and a percent sign do.
fn trim(text: &str) -> &str {
    let is_edge = |it: char| {
        !it.is_alphanumeric()
            && !is_combining_mark(it)
            && !matches!(it, '?' | '%' | '$' | '#' | '@' | '₫' | '€' | '£')
    };
    let is_tail_edge = |it: char| is_edge(it) || matches!(it, '#' | '@');
    text.trim_start_matches(is_edge).trim_end_matches(is_tail_edge)
}

/// Typographic quotes, dashes and dots in their plain form.
fn straight(it: char) -> char {
    match it {
        '‘' | '’' | '‚' | '′' | '`' | '´' => '\'',
        '“' | '”' | '„' | '«' | '»' | '″' => '"',
        '–' | '—' | '‐' | '‑' | '−' => '-',
        other => other,
    }
}

fn is_invisible(it: char) -> bool {
    matches!(it, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

/// Emoji, arrows, boxes, stars: they set the mood, not the meaning.
fn is_decoration(it: char) -> bool {
    it.is_control()
        || matches!(u32::from(it),
            0x2190..=0x21ff | 0x2300..=0x23ff | 0x2500..=0x27bf | 0x2900..=0x297f | 0x2b00..=0x2bff
            | 0x203c | 0x2049 | 0x3030 | 0x303d | 0x20e3 | 0x2022 | 0x1f000..=0x1faff | 0xe0000..=0xe007f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expected: &str) {
        assert_eq!(normalise(input), expected, "input: {input:?}");
        assert_eq!(normalise(expected), expected, "twice: {input:?}");
    }

    #[test]
    fn spaces_case_and_tone_placement_do_not_matter() {
        check("  The  VOTE\twas held ", "the vote was held");
        check("HÒA  bình, thủy điện", "hoà bình, thuỷ điện");
        check("Vie\u{302}\u{323}t", "việt");
        check("", "");
    }

    #[test]
    fn every_letter_is_normalised_as_without_the_table() {
        for it in (0x80..0x3000).chain(0x1f300..0x1f700).filter_map(char::from_u32) {
            let text = format!("vỡ {it}đê{it} cũ");
            assert_eq!(small(&text).unwrap_or_else(|| small_slowly(&text)), small_slowly(&text));
            let mut folded = String::new();
            text.chars().for_each(|it| fold_char(it, &mut folded));
            assert_eq!(fold(&text), folded, "{text}");
            assert_eq!(is_inside_word(it), it.is_alphanumeric(), "{it:?}");
            assert_eq!(is_letter(it), it.is_alphabetic(), "{it:?}");
        }
    }

    #[test]
    fn no_tone_that_could_move_is_passed_over() {
        let letters: Vec<char> = "aàáảăằâầeèêềiìoòôồơờuùưừyỳnhqgđ".chars().collect();
        for a in &letters {
            for b in &letters {
                for c in &letters {
                    for word in [String::from_iter([a, b, c]), String::from_iter(['t', *a, *b, *c])]
                    {
                        let moved = vietnamese::place_tone(&word).is_some();
                        assert!(may_move(&word) || !moved, "{word}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_people_hang_on_a_text_is_peeled_off() {
        check("FWD: Tin nóng!!! Vỡ đê ở Hà Nam 🚨🚨 Hãy chia sẻ!!!", "vỡ đê ở hà nam");
        check("⚠️⚠️ BREAKING: the dam broke. Please share!", "the dam broke");
        check("nóng bức kéo dài", "nóng bức kéo dài");
        check("quáááá đắt 1000000", "quá đắt 1000000");
        check("Please share", "please share");
    }

    #[test]
    fn folding_reaches_every_vietnamese_letter() {
        assert_eq!(fold("Đường đi ĐẾN Thủy điện ở Mỹ"), "duong di den thuy dien o my");
        assert_eq!(fold("đẹp"), "dep");
    }
}

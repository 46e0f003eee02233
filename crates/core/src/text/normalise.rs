//! One form of a text, so that two copies of the same words are the same bytes.
//!
//! [`normalise`] gives the identity of a text: NFC, small letters, one tone placement, single
//! spaces, and without what people hang on a text when they pass it on. Doing it twice changes
//! nothing more. [`fold`] drops the diacritics as well, for texts typed without them.
//! Not here: the words of a text (`segment`), spelling (`vietnamese`, `teencode`).

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
    let mut res = String::with_capacity(text.len());
    for it in text.chars() {
        fold_char(it, &mut res);
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

/// NFC, small letters, no decoration, one tone placement, single spaces.
pub fn plain(text: &str) -> String {
    let lower: String = if text.is_ascii() {
        text.to_ascii_lowercase()
    } else if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text.chars().flat_map(char::to_lowercase).collect()
    } else {
        text.nfc().flat_map(char::to_lowercase).collect()
    };
    let lower = match is_nfc_quick(lower.chars()) {
        IsNormalized::Yes => lower,
        _ => lower.nfc().collect(), // Some capitals have small letters in two parts.
    };
    let mut res = String::with_capacity(lower.len());
    for word in lower.split(|it: char| it.is_whitespace() || is_decoration(it)) {
        let start = res.len() + usize::from(!res.is_empty());
        for it in word.chars().filter(|&it| !is_invisible(it)) {
            if res.len() < start {
                res.push(' ');
            }
            res.push(straight(it));
        }
    }
    one_tone_form(&without_elongation(res))
}

/// Every word with its tone on the letter where the newer spelling puts it.
fn one_tone_form(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut res = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(char::is_alphabetic) {
        res.push_str(&rest[..start]);
        let word = &rest[start..];
        let end = word.find(|it: char| !it.is_alphabetic()).unwrap_or(word.len());
        match vietnamese::place_tone(&word[..end]) {
            Some(placed) => res.push_str(&placed),
            None => res.push_str(&word[..end]),
        }
        rest = &word[end..];
    }
    res.push_str(rest);
    res
}

/// "quáááá" is "quá": three or more of one letter are one. Digits stay.
pub(super) fn without_elongation(text: String) -> String {
    let mut window = text.as_bytes().windows(3);
    if text.is_ascii() && !window.any(|it| it[0] == it[1] && it[1] == it[2]) {
        return text;
    }
    let mut res = String::with_capacity(text.len());
    let (mut last, mut n_same) = ('\0', 0);
    for it in text.chars() {
        n_same = if it == last { n_same + 1 } else { 1 };
        last = it;
        if n_same == 3 && it.is_alphabetic() {
            res.truncate(res.len() - it.len_utf8());
        } else if n_same < 3 || !it.is_alphabetic() {
            res.push(it);
        }
    }
    res
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
            | 0x3030 | 0x303d | 0x20e3 | 0x2022 | 0x1f000..=0x1faff | 0xe0000..=0xe007f)
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

//! Which of the desk's languages a text is in.

use crate::lang::Lang;

/// Frequent Vietnamese syllables as they are typed without diacritics, none of them English.
const PLAIN_SYLLABLES: [&str; 24] = [
    "khong", "duoc", "nguoi", "nhung", "trong", "nay", "va", "cua", "cho", "voi", "da", "dang",
    "bi", "mot", "nam", "ngay", "viet", "nha", "thong", "tin", "tphcm", "ko", "dc", "benh",
];

/// Vietnamese if the text has its letters, or is in good part of its commonest syllables.
pub fn guess(text: &str) -> Lang {
    let vietnamese = |it: char| {
        matches!(it, 'ă' | 'đ' | 'ơ' | 'ư' | 'Ă' | 'Đ' | 'Ơ' | 'Ư' | '\u{1EA0}'..='\u{1EF9}')
    };
    if text.chars().any(vietnamese) {
        return Lang::Vi;
    }
    let words: Vec<&str> = text.split(|it: char| !it.is_alphabetic()).collect();
    let known = |it: &&&str| PLAIN_SYLLABLES.iter().any(|plain| plain.eq_ignore_ascii_case(it));
    let n_known = words.iter().filter(known).count();
    let n_words = words.iter().filter(|it| !it.is_empty()).count();
    if n_words <= n_known * 8 && 0 < n_known { Lang::Vi } else { Lang::En }
}

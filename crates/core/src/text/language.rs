//! Which of the desk's languages a text is in, also when Vietnamese was typed without diacritics.
//!
//! Counts evidence word by word; no model. Mixed texts go to the language with more of it.

use super::{english, normalise, vietnamese};
use crate::lang::Lang;

/// Words so frequent in Vietnamese that they appear in almost every sentence; folded, sorted. None
/// is an English word.
const VIETNAMESE: &[&str] = &[
    "anh", "bao", "benh", "bi", "biet", "cac", "cho", "chua", "chung", "co", "con", "cua", "cung",
    "da", "dang", "dau", "day", "de", "den", "di", "dien", "dieu", "dong", "du", "duoc", "duong",
    "gia", "giay", "gio", "hang", "hoc", "hom", "khi", "khong", "ko", "la", "lam", "mang", "moi",
    "mot", "nam", "nay", "neu", "ngay", "nghe", "nguoi", "nha", "nhan", "nhieu", "nhu", "nhung",
    "noi", "nuoc", "o", "phai", "qua", "ra", "roi", "sau", "se", "so", "tai", "thang", "thanh",
    "the", "thi", "tien", "tin", "trong", "truoc", "truong", "tu", "va", "van", "ve", "vi", "viec",
    "viet", "voi", "xa",
];

/// Texts are told by their beginning: a long one needs no more.
const WORDS_MAX: usize = 80;

/// The language of a text. English when nothing speaks for Vietnamese.
pub fn guess(text: &str) -> Lang {
    let (mut n_vi, mut n_en) = (0.0_f32, 0.0_f32);
    for word in text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()) {
        if word.bytes().all(|it| it.is_ascii_digit()) {
            continue;
        }
        let (vi, en) = weigh(&word.to_lowercase());
        n_vi += vi;
        n_en += en;
        if 1.5 * WORDS_MAX as f32 <= n_vi + n_en {
            break;
        }
    }
    if n_en < n_vi { Lang::Vi } else { Lang::En }
}

/// What one word in small letters says for Vietnamese and for English.
fn weigh(word: &str) -> (f32, f32) {
    if !word.is_ascii() {
        let folded = normalise::fold(word);
        return if vietnamese::is_bare_syllable(&folded) { (2.0, 0.0) } else { (0.2, 0.0) };
    }
    if english::is_stop_word(word) && !matches!(word, "do" | "me" | "he" | "so" | "to" | "on") {
        return if word == "the" { (0.3, 1.0) } else { (0.0, 1.5) };
    }
    if VIETNAMESE.binary_search(&word).is_ok() {
        return (1.5, 0.0);
    }
    if vietnamese::is_bare_syllable(word) {
        return if 2 < word.len() { (0.7, 0.2) } else { (0.3, 0.2) };
    }
    match vietnamese::decode_telex(word) {
        Some(_) if 3 < word.len() => (0.8, 0.2),
        _ => (0.0, 0.6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Lang) {
        assert_eq!(guess(text), expected, "{text}");
    }

    #[test]
    fn vietnamese_is_known_with_and_without_diacritics() {
        assert!(VIETNAMESE.is_sorted());
        check("Vỡ đê ở Hà Nam", Lang::Vi);
        check("nuoc muoi chua duoc cum", Lang::Vi);
        check("nghe noi ngay mai thanh pho phong toa", Lang::Vi);
        check("Nghe nois ngayf mai phong toar thanhf phoos", Lang::Vi);
        check("Facebook sắp thu phí", Lang::Vi);
    }

    #[test]
    fn english_is_known() {
        check("Salt water does not cure the flu", Lang::En);
        check("The bridge is closed", Lang::En);
        check("Vaccines cause autism, scientists say", Lang::En);
        check("breaking: city lockdown tomorrow", Lang::En);
        check("", Lang::En);
    }
}

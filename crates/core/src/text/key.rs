//! The search key of a text: the one value that every later step of matching looks at.
//!
//! Made once for a message and once for each text of a claim. Chat shorthand and Telex keystrokes
//! are read here, and only here: what is displayed is never touched.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::negation::{self, Negation};
use super::number::{Date, Number};
use super::opposite::{self, Side};
use super::place::{Place, places};
use super::{english, language, normalise, number, segment, teencode, vietnamese};
use crate::lang::Lang;

/// What is compared of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct TextKey {
    /// The language, given or guessed.
    pub lang: Lang,
    /// English: stems without stop words. Vietnamese: syllables with their diacritics.
    pub words: Vec<String>,
    /// The same words without diacritics, not stemmed, in order.
    pub folded: Vec<String>,
    /// Was it typed without diacritics, but for a word or two? Then `words` says nothing in Vietnamese.
    pub is_bare: bool,
    /// Numbers that are not part of a date.
    pub numbers: Vec<Number>,
    /// Dates.
    pub dates: Vec<Date>,
    /// Provinces, countries and states that it names.
    pub places: Vec<Place>,
    /// What it says "not" of.
    pub negated: Vec<Negation>,
    /// What it says of words that exclude each other.
    pub sides: Vec<Side>,
    /// Does it say that a statement is false ("tin giả", "hoax", "bác bỏ")?
    pub denies: bool,
    /// Does it ask?
    pub asks: bool,
    /// Words as a reader counts them.
    pub n_words: usize,
}

impl TextKey {
    /// The words for a reader: with diacritics, not stemmed.
    pub(crate) fn shown(&self) -> &[String] {
        if self.lang == Lang::Vi { &self.words } else { &self.folded }
    }

    /// Does a word of this text say nothing? One without diacritics may be another word, and is taken
    /// for the common one.
    pub(crate) fn is_common(&self, word: &str) -> bool {
        static FOLDED: LazyLock<HashSet<String>> =
            LazyLock::new(|| vietnamese::COMMON.iter().map(|it| normalise::fold(it)).collect());
        let is_known = vietnamese::COMMON.contains(&word) || self.is_bare && FOLDED.contains(word);
        self.lang == Lang::Vi && is_known
    }

    /// The key with the first words alone.
    pub(crate) fn beginning(mut self, n_words: usize) -> Self {
        self.words.truncate(n_words);
        self.folded.truncate(n_words);
        self
    }
}

/// A text is bare when at most one word in so many was typed with diacritics.
const BARE_WORDS_PER_MARKED: usize = 8;

/// Makes the search key of a text. Without a language, guesses it.
pub fn key(text: &str, lang: Option<Lang>) -> TextKey {
    let viqr = without_viqr(text);
    let text = viqr.as_deref().unwrap_or(text);
    let lang = lang.unwrap_or_else(|| language::guess(text));
    let cut = segment::segment(text);
    let asks = asks(&cut.clean);
    let (numbers, dates) = match signature(text) {
        None => number::values(&cut.clean, lang),
        Some(at) => number::values(&segment::segment(&text[..at]).clean, lang),
    };
    let n_typed = cut.words.len();
    let (spelled, n_marked) = match lang {
        Lang::Vi => spell_out(cut.words),
        Lang::En => (cut.words, 0),
    };
    let is_bare = n_marked * BARE_WORDS_PER_MARKED <= n_typed;
    let negated = negation::negations(&spelled, lang, is_bare);
    let denies = negation::denies(&spelled);
    let sides = opposite::sides(&spelled, lang, is_bare);
    let (words, folded) = match lang {
        Lang::Vi => {
            let folded = spelled.iter().map(|it| normalise::fold(it)).collect();
            (spelled, folded)
        }
        Lang::En => english_words(&spelled),
    };
    let n_words = cut.n_words;
    let places = places(&folded, if lang == Lang::Vi { &words } else { &folded });
    TextKey {
        lang,
        words,
        folded,
        is_bare,
        numbers,
        dates,
        places,
        negated,
        sides,
        denies,
        asks,
        n_words,
    }
}

/// Where "— Name (@handle) May 1, 2020" begins: that date says when a text was posted, not what it
/// states.
fn signature(text: &str) -> Option<usize> {
    text.rfind('—').filter(|at| text[*at..].contains("(@"))
}

fn english_words(spelled: &[String]) -> (Vec<String>, Vec<String>) {
    let stemmer = english::stemmer();
    let telling: Vec<&String> = spelled.iter().filter(|it| !english::is_stop_word(it)).collect();
    // A text of stop words alone ("to be or not to be") is better found by them than not at all.
    let kept = if telling.is_empty() { spelled.iter().collect() } else { telling };
    let folded: Vec<String> = kept.iter().map(|it| normalise::fold(it)).collect();
    let words = folded.iter().map(|it| english::stem(&stemmer, it)).collect();
    (words, folded)
}

/// Reads keystrokes of one way of typing if the text is typed so, repairs what a scanner damaged,
/// and writes chat shorthand out. Also tells how many words were typed with diacritics: shorthand gets
/// some that nobody typed.
fn spell_out(words: Vec<String>) -> (Vec<String>, usize) {
    let decode = [vietnamese::decode_telex, vietnamese::decode_vni]
        .into_iter()
        .find(|decode| is_typed_so(words.iter().map(String::as_str), decode));
    let (mut res, mut n_marked) = (Vec::with_capacity(words.len() + 4), 0);
    for word in words {
        n_marked += usize::from(!word.is_ascii());
        if let Some(decoded) = decode.and_then(|decode| decode(&word)) {
            n_marked += usize::from(word.is_ascii() && !decoded.is_ascii());
            res.push(vietnamese::place_tone(&decoded).unwrap_or(decoded));
        } else if let Some(long) = teencode::expand(&word) {
            res.extend(long.split(' ').map(str::to_owned));
        } else {
            res.push(vietnamese::repair_ocr(&word).unwrap_or(word));
        }
    }
    (res, n_marked)
}

/// Two keystroke words can be no accident if they are a quarter of the text.
fn is_typed_so<'a>(
    words: impl Iterator<Item = &'a str>,
    decode: impl Fn(&str) -> Option<String>,
) -> bool {
    let (mut n_words, mut n_decoded) = (0, 0);
    for word in words {
        n_words += 1;
        n_decoded += usize::from(decode(word).is_some());
    }
    2 <= n_decoded && n_words <= 4 * n_decoded
}

/// The text with VIQR read, if it is typed so: its marks are punctuation, and would cut words.
fn without_viqr(text: &str) -> Option<String> {
    if !text.is_ascii() || !text.contains(['^', '+', '(', '~', '`']) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let chunks = || lower.split_whitespace();
    let decode = |chunk: &str| {
        // The last mark may end the sentence instead.
        let bare = chunk.trim_end_matches(['.', '?', ',']);
        vietnamese::decode_viqr(chunk).or_else(|| vietnamese::decode_viqr(bare))
    };
    is_typed_so(chunks(), decode).then(|| {
        let words: Vec<String> =
            chunks().map(|it| decode(it).unwrap_or_else(|| it.to_owned())).collect();
        words.join(" ")
    })
}

/// A question by its mark, or by how it begins or ends when the mark was left out.
fn asks(clean: &str) -> bool {
    let end = clean.trim_end_matches(|it: char| !it.is_alphanumeric() && it != '?');
    if end.ends_with('?') {
        return true;
    }
    const ENDS: &[&str] = &[
        " phải không",
        " phai khong",
        " đúng không",
        " dung khong",
        " thật không",
        " that khong",
        " không ạ",
        " k ạ",
        " ko ạ",
        " không vậy",
        " đúng ko",
        " phải ko",
        " à",
        " hả",
    ];
    const STARTS: &[&str] =
        &["is it true", "does anyone know", "có ai biết", "co ai biet", "cho hỏi", "cho hoi"];
    ENDS.iter().any(|it| end.ends_with(it)) || STARTS.iter().any(|it| clean.starts_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_of_typing_meet_in_one_key() {
        let clean = key("Người ta nói không có tiền", Some(Lang::Vi));
        for text in [
            "ngta ns ko cos tieenf",
            "Nguwowif ta nois khoong cos tieenf",
            "Ngu7o7i2 ta no1i kho6ng co1 tie6n2",
            "Ngu+o+`i ta no'i kho^ng co' tie^`n.",
            "Người ta nói kh6ng có tiền",
        ] {
            assert_eq!(key(text, Some(Lang::Vi)).folded, clean.folded, "{text}");
        }
        assert_eq!(key("nguoi ta noi khong co tien", None).folded, clean.folded);
    }

    #[test]
    fn english_keys_hold_stems_without_stop_words() {
        let key = key("The bridges were closed by @CityNews", None);
        assert_eq!(key.words, ["bridg", "close", "citi", "news", "citynew"]);
        assert_eq!(key.folded, ["bridges", "closed", "city", "news", "citynews"]);
    }

    #[test]
    fn shorthand_makes_no_diacritics_and_keystrokes_do() {
        let is_bare = |text| key(text, Some(Lang::Vi)).is_bare;
        assert!(is_bare("nghe noi an toi moi ngay la khoi covid do mn"));
        assert!(is_bare("nghe noi an toi moi ngay la khoi COVID đó"));
        assert!(!is_bare("Nghe nois awn toir mooix ngayf laf khoir covid"));
        assert!(!is_bare("Nghe nói ăn tỏi mỗi ngày"));
    }

    #[test]
    fn the_date_of_a_signature_is_not_stated() {
        let key = key("The dam broke on May 3 — City News (@citynews) May 5, 2020", None);
        assert_eq!(key.dates.iter().map(|it| it.day).collect::<Vec<_>>(), [Some(3)]);
    }

    #[test]
    fn negation_denial_and_question_are_seen() {
        let negated = |text| -> Vec<String> {
            key(text, None).negated.into_iter().map(|it| it.word).collect()
        };
        assert_eq!(negated("Nước muối không chữa được cúm"), ["chua"]);
        assert_eq!(negated("Nước muối không phải là thuốc"), ["thuoc"]);
        assert_eq!(negated("Salt does not cure flu"), ["cure"]);
        assert!(key("Tin giả: nước muối chữa cúm", None).denies);
        assert!(key("Nước muối chữa được cúm phải không", None).asks);
        assert!(!key("Nước muối chữa được cúm", None).asks);
    }
}

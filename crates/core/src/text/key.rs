//! The search key of a text: the one value that every later step of matching looks at.
//!
//! Made once for a message and once for each text of a claim. Chat shorthand and Telex keystrokes
//! are read here, and only here: what is displayed is never touched.

use super::number::{Date, Number};
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
    /// Was it typed without any diacritics? Then `words` says nothing in Vietnamese.
    pub is_bare: bool,
    /// Numbers that are not part of a date.
    pub numbers: Vec<Number>,
    /// Dates.
    pub dates: Vec<Date>,
    /// Folded words (English: stems) that stand right behind a "not".
    pub negated: Vec<String>,
    /// Does it say that a statement is false ("tin giả", "hoax", "bác bỏ")?
    pub denies: bool,
    /// Does it ask?
    pub asks: bool,
    /// Words as a reader counts them.
    pub n_words: usize,
}

/// Makes the search key of a text. Without a language, guesses it.
pub fn key(text: &str, lang: Option<Lang>) -> TextKey {
    let lang = lang.unwrap_or_else(|| language::guess(text));
    let cut = segment::segment(text);
    let asks = asks(&cut.clean);
    let (numbers, dates) = number::values(&cut.clean, lang);
    let spelled = match lang {
        Lang::Vi => spell_out(cut.words),
        Lang::En => cut.words,
    };
    let (negated, denies) = negation(&spelled, lang);
    let is_bare = spelled.iter().all(|it| it.is_ascii());
    let (words, folded) = match lang {
        Lang::Vi => {
            let folded = spelled.iter().map(|it| normalise::fold(it)).collect();
            (spelled, folded)
        }
        Lang::En => english_words(&spelled),
    };
    let n_words = cut.n_words;
    TextKey { lang, words, folded, is_bare, numbers, dates, negated, denies, asks, n_words }
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

/// Reads Telex keystrokes if the text is typed so, and chat shorthand.
fn spell_out(words: Vec<String>) -> Vec<String> {
    let decoded: Vec<Option<String>> =
        words.iter().map(|it| vietnamese::decode_telex(it)).collect();
    let n_decoded = decoded.iter().flatten().count();
    let is_telex = 2 <= n_decoded && words.len() <= 4 * n_decoded;
    let mut res = Vec::with_capacity(words.len() + 4);
    for (word, decoded) in words.into_iter().zip(decoded) {
        if let (true, Some(decoded)) = (is_telex, decoded) {
            res.push(vietnamese::place_tone(&decoded).unwrap_or(decoded));
        } else if let Some(long) = teencode::expand(&word) {
            res.extend(long.split(' ').map(str::to_owned));
        } else {
            res.push(word);
        }
    }
    res
}

/// Words behind which the opposite is said. Folded; of Vietnamese only what is safe when folded.
pub(crate) const NEGATORS: &[&str] = &[
    "not", "no", "never", "none", "without", "dont", "doesnt", "didnt", "isnt", "arent", "wasnt",
    "werent", "cant", "cannot", "couldnt", "wont", "wouldnt", "shouldnt", "hasnt", "havent",
    "hadnt", "neither",
];

/// Phrases that say of a statement that it is false. Folded, between spaces.
pub(crate) const DENIALS: &[&str] = &[
    " fake ",
    " hoax ",
    " debunked ",
    " false ",
    " untrue ",
    " denies ",
    " denied ",
    " deny ",
    " not true ",
    " misinformation ",
    " disinformation ",
    " tin gia ",
    " sai su that ",
    " bac bo ",
    " khong dung su that ",
    " khong co that ",
    " tin don that thiet ",
    " bia dat ",
    " tin vit ",
    " phu nhan ",
    " khong chinh xac ",
];

fn negation(words: &[String], lang: Lang) -> (Vec<String>, bool) {
    let stemmer = english::stemmer();
    let mut negated = Vec::new();
    for (idx, word) in words.iter().enumerate() {
        let negates = match lang {
            Lang::Vi => {
                matches!(word.as_str(), "không" | "khong" | "chưa" | "chẳng" | "chả" | "đừng")
            }
            Lang::En => NEGATORS.contains(&word.as_str()),
        };
        if !negates {
            continue;
        }
        let behind = words[idx + 1..].iter().filter(|it| !english::is_stop_word(it)).take(1);
        negated.extend(behind.map(|it| match lang {
            Lang::Vi => normalise::fold(it),
            Lang::En => english::stem(&stemmer, &normalise::fold(it)),
        }));
    }
    let line = format!(" {} ", normalise::fold(&words.join(" ")));
    (negated, DENIALS.iter().any(|it| line.contains(it)))
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
        for text in ["ngta ns ko cos tieenf", "Nguwowif ta nois khoong cos tieenf"] {
            assert_eq!(key(text, Some(Lang::Vi)).folded, clean.folded, "{text}");
        }
        assert_eq!(key("nguoi ta noi khong co tien", None).folded, clean.folded);
    }

    #[test]
    fn english_keys_hold_stems_without_stop_words() {
        let key = key("The bridges were closed by @CityNews", None);
        assert_eq!(key.words, ["bridg", "close", "citi", "news"]);
        assert_eq!(key.folded, ["bridges", "closed", "city", "news"]);
    }

    #[test]
    fn negation_denial_and_question_are_seen() {
        assert_eq!(key("Nước muối không chữa được cúm", None).negated, ["chua"]);
        assert_eq!(key("Salt does not cure flu", None).negated, ["cure"]);
        assert!(key("Tin giả: nước muối chữa cúm", None).denies);
        assert!(key("Nước muối chữa được cúm phải không", None).asks);
        assert!(!key("Nước muối chữa được cúm", None).asks);
    }
}

//! What a text says "not" of, and whether it calls a statement false.
//!
//! A "not" counts with the words around it: two texts contradict each other when one denies a word
//! that the other says in the same surroundings, not when both merely hold the word.

use super::{english, normalise};
use crate::lang::Lang;

/// A word that is denied, and what stands around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Negation {
    /// The folded word (English: stem) behind the "not".
    pub word: String,
    /// The words before the "not" and behind the denied one, in the same form.
    pub near: Vec<String>,
    /// The word as the text has it, for a reader.
    pub shown: String,
    /// In a text without diacritics, behind "dung" or "chua": it may be a "not".
    pub perhaps: bool,
}

/// Words before the "not", and behind the denied word, that are its surroundings.
pub(super) const NEAR_WORDS: usize = 3;
/// How far surroundings may lie from the word in the other text.
const NEAR: usize = 6;
/// So many of them make surroundings the same.
const NEAR_SAME_MIN: usize = 2;
/// More denied words are a list, not a statement.
const NEGATIONS_MAX: usize = 8;
/// A denial of the whole stands in the first or the last words.
const DENIAL_HEAD_WORDS: usize = 7;
const DENIAL_TAIL_WORDS: usize = 5;

/// Words behind which the opposite is said. Folded; of Vietnamese only what is safe when folded.
const NEGATORS: &[&str] = &[
    "not", "no", "never", "none", "without", "dont", "doesnt", "didnt", "isnt", "arent", "wasnt",
    "werent", "cant", "cannot", "couldnt", "wont", "wouldnt", "shouldnt", "hasnt", "havent",
    "hadnt", "neither", "hardly", "barely", "scarcely",
];

/// Words between a "không" and what it denies.
const PASSED_OVER: &[&str] = &[
    "phải", "phai", "là", "la", "được", "duoc", "nên", "nen", "thể", "the", "cần", "hề", "bị",
    "bi", "cho", "nào", "có", "co",
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
    " no evidence ",
    " no proof ",
    " never happened ",
    " misinformation ",
    " disinformation ",
    " tin gia ",
    " sai su that ",
    " bac bo ",
    " khong dung su that ",
    " khong co that ",
    " khong co chuyen ",
    " lam gi co chuyen ",
    " khong co bang chung ",
    " chua co bang chung ",
    " khong co can cu ",
    " tin don that thiet ",
    " bia dat ",
    " tin vit ",
    " phu nhan ",
    " khong chinh xac ",
];

/// Behind these "không" asks ("hay không") or is the air ("hàng không").
const OTHER_BEFORE: &[&str] =
    &["hay", "phải", "phai", "đúng", "dung", "hàng", "hang", "được", "duoc", "trên"];
/// Before these "không" is the air or nothing: "không gian", "không khí"; without diacritics also
/// "khổng lồ", "khống chế".
const OTHER_AFTER: &[&str] =
    &["gian", "khí", "khi", "quân", "quan", "trung", "kích", "kich", "lo", "che"];

/// Is a "không" between these words another word, or a question?
pub(crate) fn is_other(before: &str, after: &str) -> bool {
    OTHER_BEFORE.contains(&before) || OTHER_AFTER.contains(&after)
}

/// Does a word say "not"?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Negates {
    No,
    Perhaps,
    Surely,
}

/// Whether a word that nothing was read into yet says "not": as people type it with diacritics,
/// without, in chat, in Telex keystrokes. Where a search key is at hand, `negates` is enough.
pub(crate) fn as_typed(word: &str, lang: Lang, is_bare: bool) -> Negates {
    match lang {
        Lang::Vi => match word {
            "không" | "khong" | "khoong" | "khôg" | "ko" | "k" | "hok" | "hk" | "hem" | "kg"
            | "khg" | "khum" | "koh" | "kp" | "kbh" | "klq" | "chưa" | "chuwa" | "chuaw"
            | "chx" | "chẳng" | "chả" | "đừng" => Negates::Surely,
            "chua" | "chang" | "cha" | "dung" if is_bare => Negates::Perhaps,
            // Typed together with its neighbour.
            _ if word.contains("không") || is_bare && word.contains("khong") => Negates::Perhaps,
            _ => Negates::No,
        },
        Lang::En => {
            let is_known = NEGATORS.contains(&word)
                || word.contains('\'') && NEGATORS.contains(&&*word.replace('\'', ""));
            if is_known { Negates::Surely } else { Negates::No }
        }
    }
}

/// The same, so plain that they count wherever they stand.
const DENIALS_ANYWHERE: &[&str] = &[
    " la bia dat ",
    " la chieu lua ",
    " la lua dao ",
    " la lua day ",
    " la sai su that ",
    " la thu doan lua dao ",
    " la tin bia ",
    " la tin don ",
    " la tin gia ",
    " la tin vit ",
    " la noi doi ",
    " khong phai su that ",
    " lam gi co chuyen ",
    " xao qua ",
    " xao day ",
    " dung co dai ",
    " far from ",
    " is a hoax ",
    " is a scam ",
    " is fake ",
    " is false ",
    " is not true ",
    " isnt true ",
];

/// A word as it is compared: folded, in English its stem.
pub(super) fn form(lang: Lang) -> impl Fn(&String) -> String {
    let stemmer = english::stemmer();
    move |word| match lang {
        Lang::Vi => normalise::fold(word),
        Lang::En => english::stem(&stemmer, &normalise::fold(word)),
    }
}

/// Every word that is denied.
pub(super) fn negations(words: &[String], lang: Lang, is_bare: bool) -> Vec<Negation> {
    let form = form(lang);
    let tells = |it: &&String| match lang {
        // "không phải là thuốc" denies "thuốc", "không được uống" denies "uống".
        Lang::Vi => !PASSED_OVER.contains(&it.as_str()),
        Lang::En => !english::is_stop_word(it),
    };
    let mut res = Vec::new();
    for (at, said) in words.iter().enumerate() {
        let perhaps = match negates(said, lang, is_bare) {
            Negates::No => continue,
            negates => negates == Negates::Perhaps,
        };
        let before = at.checked_sub(1).map_or("", |it| words[it].as_str());
        let after = words.get(at + 1).map_or("", String::as_str);
        // "không là chết" is an "or else".
        if lang == Lang::Vi && (is_other(before, after) || matches!(after, "là" | "la")) {
            continue;
        }
        let mut behind = words[at + 1..].iter().filter(tells);
        let Some(shown) = behind.next().filter(|it| !is_number(it)) else { continue };
        let (word, behind) = (form(shown), behind.map(&form));
        let before = words[..at].iter().rev().filter(tells).take(NEAR_WORDS).map(&form);
        let near = before.chain(behind.take(NEAR_WORDS)).collect();
        res.push(Negation { word, near, shown: shown.clone(), perhaps });
        if res.len() == NEGATIONS_MAX {
            break;
        }
    }
    res
}

/// "No. 13" is no denial.
fn is_number(word: &str) -> bool {
    word.bytes().all(|it| it.is_ascii_digit())
}

fn negates(word: &str, lang: Lang, is_bare: bool) -> Negates {
    let surely = match lang {
        Lang::Vi => matches!(word, "không" | "khong" | "chưa" | "chẳng" | "chả" | "đừng"),
        Lang::En => NEGATORS.contains(&word),
    };
    let perhaps = lang == Lang::Vi && is_bare && matches!(word, "chua" | "chang" | "cha" | "dung");
    match (surely, perhaps) {
        (true, _) => Negates::Surely,
        (_, true) => Negates::Perhaps,
        _ => Negates::No,
    }
}

/// Does the text begin or end by calling a statement false, or plainly say so anywhere?
pub(super) fn denies(words: &[String]) -> bool {
    let head = &words[..words.len().min(DENIAL_HEAD_WORDS)];
    let tail = &words[words.len().saturating_sub(DENIAL_TAIL_WORDS)..];
    [(head, DENIALS), (tail, DENIALS), (words, DENIALS_ANYWHERE)].into_iter().any(|(part, all)| {
        let line = format!(" {} ", normalise::fold(&part.join(" ")));
        all.iter().any(|it| line.contains(it))
    })
}

/// Is a denied word said in these words, which may be anything that compares, in surroundings like
/// its own?
pub(crate) fn says<T: PartialEq>(words: &[T], denied: &T, near: &[T]) -> bool {
    words.iter().enumerate().filter(|it| it.1 == denied).any(|(at, _)| {
        let around = &words[at.saturating_sub(NEAR)..words.len().min(at + NEAR + 1)];
        let n_same = near.iter().filter(|it| *it != denied && around.contains(it)).count();
        NEAR_SAME_MIN.min(near.len()) <= n_same
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_word_is_denied_in_its_surroundings() {
        let denied = negations(&words("nước muối không chữa được cúm"), Lang::Vi, false);
        let [negation] = &denied[..] else { panic!("{denied:?}") };
        assert_eq!(negation.word, "chua");
        let said = |text: &str| says(&words(text), &negation.word, &negation.near);
        assert!(said("nuoc muoi chua duoc cum"));
        assert!(!said("bac si chua benh cho nguoi gia"), "the same word of something else");
        assert!(!said("nuoc muoi"));
    }

    #[test]
    fn a_denial_stands_at_the_beginning_or_the_end() {
        assert!(denies(&words("tin giả nước muối chữa được cúm")));
        assert!(denies(&words("there is no evidence that salt cures the flu")));
        assert!(denies(&words("salt water cures the flu this is a hoax")));
        let inside = "the man with the long grey coat wore a fake beard when he went to the bank";
        assert!(!denies(&words(inside)));
    }
}

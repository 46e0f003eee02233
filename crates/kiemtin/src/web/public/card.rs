//! A published answer as it stands in a list: verdict, claim, answer, day.

use kiemtin_core::lang::Lang;
use kiemtin_core::rating::Rating;
use kiemtin_core::text::normalise;
use kiemtin_store::reviews::Version;

use super::topics;
use crate::web::page::Page;

/// A published answer in a list. Templates include `public/card.html` with it as `card`.
#[derive(Clone, Debug)]
pub(super) struct Card {
    /// The public number.
    pub number: i64,
    /// The verdict.
    pub rating: Rating,
    /// The verdict as readers see it.
    pub verdict: &'static str,
    /// The language that the claim stands in.
    pub claim_lang: Lang,
    /// The claim, cut where marks begin and end.
    pub claim: Vec<Run>,
    /// The language that the answer stands in.
    pub answer_lang: Lang,
    /// The answer in one sentence.
    pub answer: String,
    /// The day of this version.
    pub day: String,
    /// The topic's code and name, where it is one that readers can list.
    pub topic: Option<(&'static str, String)>,
}

/// A piece of a text, marked or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// Whether it is what the reader wrote too.
    pub is_marked: bool,
    /// The piece.
    pub text: String,
}

impl Card {
    /// The card of a version, with these words (folded) marked in its claim.
    pub(super) fn new(page: &Page, version: &Version, words: &[String]) -> Self {
        let document = &version.document;
        let claim = page.said(&document.content.claim);
        let answer = page.said(&document.content.answer);
        Self {
            number: document.number,
            rating: document.content.rating,
            verdict: document.content.rating.words(page.lang),
            claim_lang: claim.lang,
            claim: marked(claim.text, words),
            answer_lang: answer.lang,
            answer: answer.text.to_owned(),
            day: page.day_of(&document.published),
            topic: topics::of(page.lang, version),
        }
    }
}

/// Cuts a text so that the given words (folded) are marked; neighbours share one mark.
pub(super) fn marked(text: &str, words: &[String]) -> Vec<Run> {
    let pieces = pieces(text);
    let is_hit =
        |idx: usize| pieces.get(idx).is_some_and(|it: &&str| words.contains(&normalise::fold(it)));
    let mut runs: Vec<Run> = Vec::new();
    for (idx, piece) in pieces.iter().enumerate() {
        let joins = matches!(piece.trim(), "" | "-" | "/");
        let is_gap = joins && 0 < idx && is_hit(idx - 1) && is_hit(idx + 1);
        let is_marked = is_gap || is_hit(idx);
        match runs.last_mut() {
            Some(last) if last.is_marked == is_marked => last.text.push_str(piece),
            _ => runs.push(Run { is_marked, text: (*piece).to_owned() }),
        }
    }
    runs
}

/// The words of a text and what stands between them, in turn.
fn pieces(text: &str) -> Vec<&str> {
    // A combining mark belongs to its letter: texts are NFC, but a claim from a file may not be.
    let is_word = |it: char| it.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&it);
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let kind = is_word(first);
        let end = rest.find(|it| is_word(it) != kind).unwrap_or(rest.len());
        pieces.push(&rest[..end]);
        rest = &rest[end..];
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, words: &[&str], expected: &str) {
        let words: Vec<String> = words.iter().map(|it| (*it).to_owned()).collect();
        let shown =
            |it: &Run| if it.is_marked { format!("[{}]", it.text) } else { it.text.clone() };
        let shown: String = marked(text, &words).iter().map(shown).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn words_are_marked_whatever_their_diacritics_and_neighbours_share_a_mark() {
        check("Ăn tỏi phòng được COVID-19.", &["toi", "phong"], "Ăn [tỏi phòng] được COVID-19.");
        check("Ăn tỏi, phòng bệnh", &["toi", "phong"], "Ăn [tỏi], [phòng] bệnh");
        check("COVID-19 từ 1/11", &["covid", "19", "1", "11"], "[COVID-19] từ [1/11]");
        check("none of them", &["no"], "none of them");
        check("", &["a"], "");
    }
}

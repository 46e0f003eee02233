//! Reasons of a match: kept as JSON in the store, said in words on pages and the command line.

use kiemtin_core::lang::Lang;
use kiemtin_core::matching::{Decision, Reason};
use serde_json::{Value, json};

use crate::locale::{self, text_with};

/// The word of a decision in the store, in JSON and in Fluent keys.
pub fn decision_code(decision: Decision) -> &'static str {
    decision.code()
}

/// Reasons as they are kept.
pub fn to_json(reasons: &[Reason]) -> String {
    Value::Array(reasons.iter().map(value).collect()).to_string()
}

/// Reasons as they were kept; one that a newer program wrote is left out.
pub fn from_json(json: &str) -> Vec<Reason> {
    let values: Vec<Value> = serde_json::from_str(json).unwrap_or_default();
    values.iter().filter_map(reason).collect()
}

/// A reason as a JSON object, for the store and for machines.
pub fn value(reason: &Reason) -> Value {
    match reason {
        Reason::SharesWords(words) => json!({ "kind": "shares_words", "words": words }),
        Reason::SameNumber(it) => json!({ "kind": "same_number", "message": it }),
        Reason::SameDate(it) => json!({ "kind": "same_date", "message": it }),
        Reason::SimilarMeaning { hundredths } => {
            json!({ "kind": "similar_meaning", "hundredths": hundredths })
        }
        Reason::DifferentNumber { message, claim } => pair("different_number", message, claim),
        Reason::DifferentDate { message, claim } => pair("different_date", message, claim),
        Reason::DifferentUnit { message, claim } => pair("different_unit", message, claim),
        Reason::DifferentPlace { message, claim } => pair("different_place", message, claim),
        Reason::Opposite { message, claim } => pair("opposite", message, claim),
        Reason::Qualified(it) => json!({ "kind": "qualified", "message": it }),
        Reason::Swapped(it) => json!({ "kind": "swapped", "message": it }),
        Reason::Negated(word) => json!({ "kind": "negated", "word": word }),
        Reason::TooShort { n_words } => json!({ "kind": "too_short", "n_words": n_words }),
        Reason::QuestionOnly => json!({ "kind": "question_only" }),
        Reason::OwnWords => json!({ "kind": "own_words" }),
        Reason::SamePicture { other_words } => {
            json!({ "kind": "same_picture", "other_words": other_words })
        }
    }
}

/// A reason in words: why it is thought to be the same claim, or what stands against it.
pub fn words(reason: &Reason, lang: Lang) -> String {
    let say = |key: &str, values: &[(&'static str, String)]| {
        let values: Vec<_> =
            values.iter().map(|(name, value)| (*name, value.clone().into())).collect();
        text_with(lang, key, &values)
    };
    let two = |key, message: &str, claim: &str| {
        say(key, &[("message", message.to_owned()), ("claim", claim.to_owned())])
    };
    match reason {
        Reason::SharesWords(words) => say("reason-shares-words", &[("words", words.join(", "))]),
        Reason::SameNumber(it) => say("reason-same-number", &[("message", it.clone())]),
        Reason::SameDate(it) => say("reason-same-date", &[("message", it.clone())]),
        Reason::SimilarMeaning { hundredths } => {
            say("reason-similar-meaning", &[("cosine", locale::hundredths(lang, *hundredths))])
        }
        Reason::DifferentNumber { message, claim } => {
            two("reason-different-number", message, claim)
        }
        Reason::DifferentDate { message, claim } => two("reason-different-date", message, claim),
        Reason::DifferentUnit { message, claim } => two("reason-different-unit", message, claim),
        Reason::DifferentPlace { message, claim } => two("reason-different-place", message, claim),
        Reason::Opposite { message, claim } => two("reason-opposite", message, claim),
        Reason::Qualified(it) => say("reason-qualified", &[("message", it.clone())]),
        Reason::Swapped(it) => say("reason-swapped", &[("message", it.clone())]),
        Reason::Negated(Some(word)) => say("reason-negated-word", &[("word", word.clone())]),
        Reason::Negated(None) => say("reason-negated", &[]),
        Reason::TooShort { n_words } => say("reason-too-short", &[("n", n_words.to_string())]),
        Reason::QuestionOnly => say("reason-question-only", &[]),
        Reason::OwnWords => say("reason-own-words", &[]),
        Reason::SamePicture { other_words: true } => say("reason-same-picture-other-words", &[]),
        Reason::SamePicture { other_words: false } => say("reason-same-picture", &[]),
    }
}

fn pair(kind: &str, message: &str, claim: &str) -> Value {
    json!({ "kind": kind, "message": message, "claim": claim })
}

fn reason(value: &Value) -> Option<Reason> {
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    let words = || {
        let words = value["words"].as_array()?.iter();
        words.map(|it| Some(it.as_str()?.to_owned())).collect::<Option<Vec<String>>>()
    };
    Some(match value["kind"].as_str()? {
        "shares_words" => Reason::SharesWords(words()?),
        "same_number" => Reason::SameNumber(text("message")?),
        "same_date" => Reason::SameDate(text("message")?),
        "similar_meaning" => {
            Reason::SimilarMeaning { hundredths: u8::try_from(value["hundredths"].as_u64()?).ok()? }
        }
        "different_number" => {
            Reason::DifferentNumber { message: text("message")?, claim: text("claim")? }
        }
        "different_date" => {
            Reason::DifferentDate { message: text("message")?, claim: text("claim")? }
        }
        "different_unit" => {
            Reason::DifferentUnit { message: text("message")?, claim: text("claim")? }
        }
        "different_place" => {
            Reason::DifferentPlace { message: text("message")?, claim: text("claim")? }
        }
        "opposite" => Reason::Opposite { message: text("message")?, claim: text("claim")? },
        "qualified" => Reason::Qualified(text("message")?),
        "swapped" => Reason::Swapped(text("message")?),
        "negated" => Reason::Negated(text("word")),
        "too_short" => {
            Reason::TooShort { n_words: usize::try_from(value["n_words"].as_u64()?).ok()? }
        }
        "question_only" => Reason::QuestionOnly,
        "own_words" => Reason::OwnWords,
        "same_picture" => Reason::SamePicture { other_words: value["other_words"].as_bool()? },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_read_back_and_have_words_in_every_language() {
        let two = || ("350".to_owned(), "250".to_owned());
        let (message, claim) = two();
        let all = [
            Reason::SharesWords(vec!["tỏi".to_owned()]),
            Reason::SameNumber("350".to_owned()),
            Reason::SameDate("3/11".to_owned()),
            Reason::SimilarMeaning { hundredths: 83 },
            Reason::DifferentNumber { message, claim },
            Reason::DifferentDate { message: two().0, claim: two().1 },
            Reason::DifferentUnit { message: two().0, claim: two().1 },
            Reason::DifferentPlace { message: two().0, claim: two().1 },
            Reason::Opposite { message: two().0, claim: two().1 },
            Reason::Qualified("một số".to_owned()),
            Reason::Swapped("HPV".to_owned()),
            Reason::Negated(Some("chữa".to_owned())),
            Reason::Negated(None),
            Reason::TooShort { n_words: 4 },
            Reason::QuestionOnly,
            Reason::OwnWords,
            Reason::SamePicture { other_words: true },
            Reason::SamePicture { other_words: false },
        ];
        assert_eq!(from_json(&to_json(&all)), all);
        for (reason, lang) in all.iter().flat_map(|it| Lang::ALL.map(|lang| (it, lang))) {
            let words = words(reason, lang);
            assert!(!words.contains("reason-") && !words.contains('{'), "{words}");
        }
    }
}

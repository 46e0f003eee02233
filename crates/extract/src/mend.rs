//! Texts as somebody's program left them, to texts as their writer meant them: UTF-8 damage undone,
//! legacy Vietnamese in Unicode, composed (NFC).
//!
//! This comes before cleaning, which would take soft hyphens and control characters for dirt.

use serde_json::Value;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::legacy::{Legacy, Restorer, is_viqr, judge, restore_viqr};
use crate::mojibake;
use crate::problem::Problem;

/// Mends one text; what had to be done is told.
pub fn mend(text: &str) -> (String, Vec<Problem>) {
    let mut res = text.to_owned();
    let problems = mend_all(&mut [&mut res]);
    (res, problems)
}

/// Mends the texts of one item together: a title is too short to tell its encoding by itself.
pub(crate) fn mend_all(texts: &mut [&mut String]) -> Vec<Problem> {
    let mut problems = Vec::new();
    if texts.iter().any(|it| !it.is_ascii()) && mojibake::repair(texts) {
        problems.push(Problem::Utf8ReadWrong);
    }
    for text in texts.iter_mut().filter(|it| is_nfc_quick(it.chars()) != IsNormalized::Yes) {
        **text = text.nfc().collect();
    }
    if let Some(legacy) = judge(texts.iter().map(|it| it.as_str())) {
        let mut restorer = Restorer::new(legacy);
        texts.iter_mut().for_each(|it| **it = restorer.restore(it));
        problems.push(Problem::LegacyEncoding { name: legacy.name() });
    }
    if is_viqr(texts.iter().map(|it| it.as_str())) {
        texts.iter_mut().for_each(|it| **it = restore_viqr(it));
        problems.push(Problem::LegacyEncoding { name: Legacy::Viqr.name() });
    }
    problems
}

/// Mends all texts inside a JSON value together.
pub(crate) fn mend_value(value: &mut Value) -> Vec<Problem> {
    let mut texts = Vec::new();
    gather(value, &mut texts);
    mend_all(&mut texts)
}

/// The depth is the parser's own limit.
fn gather<'a>(value: &'a mut Value, texts: &mut Vec<&'a mut String>) {
    match value {
        Value::String(it) => texts.push(it),
        Value::Array(values) => values.iter_mut().for_each(|it| gather(it, texts)),
        Value::Object(object) => object.values_mut().for_each(|it| gather(it, texts)),
        _ => {}
    }
}

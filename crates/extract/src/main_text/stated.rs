//! What a page says of its text outside of it: the text that it gives to machines (`articleBody` of
//! JSON-LD, schema.org), and its description. Both are hints: they are often old, cut or another's.

use std::collections::HashSet;

use dom_query::Document as Tree;
use serde_json::Value;

use super::blocks::hash;
use crate::html;
use crate::limits::JSON_LD_DEPTH_MAX;

/// Words that have to stand in the same order to count as the same place.
const RUN_WORDS: usize = 3;
/// A shorter text for machines is a stand-in.
const BODY_RUNS_MIN: usize = 40;

/// The hints of one page.
#[derive(Default)]
pub(super) struct Stated {
    /// Hashes of the runs of words of the text for machines.
    runs: HashSet<u64>,
    /// Letters and digits of the description, in small letters.
    description: String,
}

impl Stated {
    pub(super) fn of(tree: &Tree) -> Self {
        let mut runs = HashSet::new();
        for script in html::json_ld_of(tree).iter().filter(|it| it.contains("\"articleBody\"")) {
            // What is no JSON gives no hint.
            let value = serde_json::from_str(script).unwrap_or_default();
            bodies(&value, 0, &mut |body| runs.extend(runs_of(&body.to_lowercase())));
        }
        if runs.len() < BODY_RUNS_MIN {
            runs.clear();
        }
        let names = ["meta[property='og:description']", "meta[name=description]"];
        let mut told = names.iter().filter_map(|it| tree.select_single(it).attr("content"));
        let description = told.find(|it| !it.trim().is_empty()).unwrap_or_default();
        Self { runs, description: letters(&description.to_lowercase()) }
    }

    /// The share of a block that stands in the text for machines; -1 where there is none.
    pub(super) fn share(&self, lower: &str) -> f32 {
        if self.runs.is_empty() {
            return -1.0;
        }
        let all = runs_of(lower);
        all.iter().filter(|it| self.runs.contains(it)).count() as f32 / all.len().max(1) as f32
    }

    /// Does the block begin the description, or the description the block?
    pub(super) fn is_description(&self, lower: &str) -> bool {
        const LETTERS_MIN: usize = 30;
        let end = lower.floor_char_boundary(2 * self.description.len());
        let own = letters(&lower[..end]);
        own.len().min(self.description.len()) >= LETTERS_MIN
            && (own.starts_with(&self.description) || self.description.starts_with(&own))
    }
}

fn bodies(value: &Value, depth: usize, each: &mut impl FnMut(&str)) {
    if depth > JSON_LD_DEPTH_MAX {
        return;
    }
    match value {
        Value::Object(object) => {
            object.get("articleBody").and_then(Value::as_str).into_iter().for_each(&mut *each);
            object.values().for_each(|it| bodies(it, depth + 1, each));
        }
        Value::Array(values) => values.iter().for_each(|it| bodies(it, depth + 1, each)),
        _ => {}
    }
}

fn runs_of(lower: &str) -> Vec<u64> {
    let words = lower.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    let words: Vec<u64> = words.map(|it| hash(it.as_bytes(), 0)).collect();
    let run = |it: &[u64]| it.iter().fold(0, |sum, it| hash(&it.to_le_bytes(), sum));
    words.windows(RUN_WORDS).map(run).collect()
}

fn letters(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_are_found_and_compared_by_their_words() {
        let body: String = (0..60).map(|it| format!("từ{it} ")).collect();
        let page = format!(
            "<meta name=description content='Sáng nay cầu Mẫu đã mở lại cho mọi loại xe…'>\
             <script type='application/ld+json'>{{\"@graph\":[{{\"articleBody\":\"{body}\"}}]}}</script>"
        );
        let stated = Stated::of(&Tree::from(page));
        assert_eq!(stated.share("từ3, từ4, từ5 từ6"), 1.0);
        assert_eq!(stated.share("từ3 từ4 từ5 không"), 0.5);
        assert!(stated.is_description("sáng nay, cầu mẫu đã mở lại cho mọi loại xe, trừ xe tải."));
        assert!(!stated.is_description("sáng nay"));
        assert_eq!(Stated::default().share("từ3 từ4 từ5"), -1.0);
    }
}

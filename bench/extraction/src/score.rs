//! How much of a reference a text has, by the rules of two published comparisons.
//!
//! - [`Shingles`]: four-word shingles as multisets, case kept; precision and recall are means over
//!   the pages, and F1 their harmonic mean (`scrapinghub/article-extraction-benchmark`,
//!   `evaluate.py`).
//! - [`word_f1`]: single words as multisets, case dropped; F1 is the mean over the pages
//!   (`Murrough-Foley/web-content-extraction-benchmark`, `evaluate.py`).

use std::collections::HashMap;

/// Words in a shingle.
const SHINGLE_WORDS: usize = 4;

/// Sums over the pages of a set.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shingles {
    precision: f64,
    n_found: f64,
    recall: f64,
    n_wanted: f64,
}

impl Shingles {
    /// Adds a page.
    pub(crate) fn add(&mut self, wanted: &str, found: &str) {
        let (wanted, found) = (shingles(wanted), shingles(found));
        let n_both: usize =
            found.iter().map(|(it, n)| (*n).min(wanted.get(it).copied().unwrap_or(0))).sum();
        let n_found: usize = found.values().sum();
        let n_wanted: usize = wanted.values().sum();
        // A page without text counts for neither: the mean is over those that have some.
        if n_found > 0 {
            self.precision += n_both as f64 / n_found as f64;
            self.n_found += 1.0;
        }
        if n_wanted > 0 {
            self.recall += n_both as f64 / n_wanted as f64;
            self.n_wanted += 1.0;
        }
    }

    /// Precision, recall and F1.
    pub(crate) fn figures(&self) -> [f64; 3] {
        let (precision, recall) =
            (self.precision / self.n_found.max(1.0), self.recall / self.n_wanted.max(1.0));
        [precision, recall, harmonic(precision, recall)]
    }
}

fn shingles(text: &str) -> HashMap<Vec<&str>, usize> {
    let words = words(text);
    let mut res = HashMap::new();
    if !words.is_empty() {
        let n_words = SHINGLE_WORDS.min(words.len());
        words.windows(n_words).for_each(|it| *res.entry(it.to_vec()).or_default() += 1);
    }
    res
}

/// The harmonic mean of precision and recall of single words.
pub(crate) fn word_f1(wanted: &str, found: &str) -> f64 {
    let (wanted, found) = (wanted.to_lowercase(), found.to_lowercase());
    let (wanted, found) = (words(&wanted), words(&found));
    if wanted.is_empty() || found.is_empty() {
        return f64::from(wanted.is_empty() && found.is_empty());
    }
    let mut left: HashMap<&str, usize> = HashMap::new();
    wanted.iter().for_each(|it| *left.entry(it).or_default() += 1);
    let mut n_both = 0_usize;
    for it in &found {
        if let Some(n) = left.get_mut(it).filter(|n| **n > 0) {
            *n -= 1;
            n_both += 1;
        }
    }
    harmonic(n_both as f64 / found.len() as f64, n_both as f64 / wanted.len() as f64)
}

fn harmonic(a: f64, b: f64) -> f64 {
    if a + b == 0.0 { 0.0 } else { 2.0 * a * b / (a + b) }
}

/// Runs of what Python's `\w` takes: letters, digits, numbers of any kind and the low line, but no
/// combining marks.
pub(crate) fn words(text: &str) -> Vec<&str> {
    let is_word = |it: char| it == '_' || is_alphanumeric(it);
    text.split(|it: char| !is_word(it)).filter(|it| !it.is_empty()).collect()
}

/// Rust counts marks that Unicode calls alphabetic (vowel signs of Indian scripts) as letters,
/// Python does not.
fn is_alphanumeric(it: char) -> bool {
    it.is_alphanumeric() && !matches!(it, '\u{900}'..='\u{903}' | '\u{93A}'..='\u{94F}' | '\u{345}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_scored_as_the_published_rows_are() {
        let mut res = Shingles::default();
        res.add("a b c d e", "a b c d x");
        let [precision, recall, f1] = res.figures();
        assert_eq!((precision, recall, f1), (0.5, 0.5, 0.5));
        // Nothing found: the page lowers recall, and precision not.
        res.add("a b c d e", "");
        assert_eq!(res.figures()[..2], [0.5, 0.25]);
        // Case is kept, and fewer than four words are one shingle.
        let mut short = Shingles::default();
        short.add("Hai từ", "hai từ");
        assert_eq!(short.figures(), [0.0; 3]);
    }

    #[test]
    fn single_words_are_multisets_without_case() {
        assert_eq!(word_f1("Một một hai", "một hai hai"), 2.0 / 3.0);
        assert_eq!(word_f1("", ""), 1.0);
        assert_eq!(word_f1("a", ""), 0.0);
        assert_eq!(words("can't_stop 3,5 — «Đà Nẵng»"), ["can", "t_stop", "3", "5", "Đà", "Nẵng"]);
    }
}

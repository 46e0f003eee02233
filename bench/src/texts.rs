//! Claims and messages for benchmarks, generated: the same ones for the same seed.
//!
//! Sentences walk along pairs of words of the bundled sample, so they have its letters, its lengths
//! and, roughly, its rare and common words. Messages are what a desk gets: a third repeats what went
//! round before, a third says a claim as people type, a third says something else.

use std::collections::HashMap;
use std::fmt::Write as _;

use kiemtin::sample;
use kiemtin_core::lang::Lang;
use kiemtin_core::text::normalise;
use serde_json::json;

use crate::masking::generated::Chance;

/// Generated texts.
pub(crate) struct Texts {
    chance: Chance,
    follows: HashMap<String, Vec<String>>,
    begins: Vec<String>,
}

impl Texts {
    /// # Errors
    /// The bundled sample is damaged.
    pub(crate) fn new(seed: u64) -> anyhow::Result<Self> {
        let mut follows: HashMap<String, Vec<String>> = HashMap::new();
        let mut begins = Vec::new();
        let claims = sample::claims()?;
        let both = |it: &kiemtin_core::lang::Localised| {
            Lang::ALL.map(|lang| it.text(lang).to_owned()).into_iter()
        };
        let texts = claims.iter().flat_map(|it| {
            both(&it.claim).chain(both(&it.answer)).chain(both(&it.body)).chain(both(&it.why))
        });
        for text in texts {
            let words: Vec<&str> = text.split_whitespace().collect();
            begins.extend(words.first().map(|it| (*it).to_owned()));
            for [a, b] in words.array_windows() {
                follows.entry((*a).to_owned()).or_default().push((*b).to_owned());
            }
        }
        Ok(Self { chance: Chance(seed), follows, begins })
    }

    /// A sentence of so many words, with a number of its own now and then.
    fn sentence(&mut self, n_words: usize) -> String {
        let mut word = self.begins[self.chance.below(self.begins.len())].clone();
        let mut res = word.clone();
        for _ in 1..n_words {
            word = match self.follows.get(&word) {
                Some(next) if self.chance.below(6) != 0 => {
                    next[self.chance.below(next.len())].clone()
                }
                _ => self.begins[self.chance.below(self.begins.len())].clone(),
            };
            res.push(' ');
            res += &word;
        }
        if self.chance.below(3) == 0 {
            let n = self.chance.below(9_000) + 10;
            let _infallible = write!(res, " {n}");
        }
        res
    }

    /// Claims, one sentence each.
    pub(crate) fn claims(&mut self, n: usize) -> Vec<String> {
        (0..n).map(|_| self.one(12, 14)).collect()
    }

    /// A sentence of at least `n_min` and less than `n_min + n_more` words.
    pub(crate) fn one(&mut self, n_min: usize, n_more: usize) -> String {
        let n_words = n_min + self.chance.below(n_more);
        self.sentence(n_words)
    }

    /// Short messages about those claims and about other things.
    pub(crate) fn messages(&mut self, n: usize, claims: &[String]) -> Vec<String> {
        let mut res: Vec<String> = Vec::with_capacity(n);
        for _ in 0..n {
            let text = match self.chance.below(3) {
                0 if !res.is_empty() => {
                    let old = res[self.chance.below(res.len())].clone();
                    self.retyped(&old)
                }
                1 => {
                    let claim = claims[self.chance.below(claims.len())].clone();
                    self.retyped(&claim)
                }
                _ => self.one(10, 20),
            };
            res.push(text);
        }
        res
    }

    /// What people type who look for one of these claims: without diacritics, the beginning of it,
    /// in a forwarded message, with a word left out.
    pub(crate) fn queries(&mut self, n: usize, claims: &[String]) -> Vec<String> {
        let mut query = |_| {
            let claim = claims[self.chance.below(claims.len())].clone();
            let text = self.retyped(&claim);
            if self.chance.below(3) != 0 {
                return text;
            }
            let n_words = 5 + self.chance.below(6);
            text.split(' ').take(n_words).collect::<Vec<_>>().join(" ")
        };
        (0..n).map(&mut query).collect()
    }

    /// The text as somebody else types it.
    fn retyped(&mut self, text: &str) -> String {
        let mut words: Vec<&str> = text.split(' ').collect();
        if 8 < words.len() && self.chance.below(2) == 0 {
            words.remove(self.chance.below(words.len()));
        }
        let text = words.join(" ");
        match self.chance.below(5) {
            0 => normalise::fold(&text),
            1 => format!("Fwd: {text} 🙏🙏"),
            2 => format!("nghe nói {text} đúng không ạ"),
            _ => text,
        }
    }
}

/// Lines of JSON, each with an id of its own.
pub(crate) fn jsonl(texts: &[String]) -> String {
    let line =
        |(n, text): (usize, &String)| format!("{}\n", json!({ "id": n.to_string(), "text": text }));
    texts.iter().enumerate().map(line).collect()
}

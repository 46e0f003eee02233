//! Other extractors on the same pages, in the same run.

use std::collections::HashMap;
use std::time::Duration;

use dom_smoothie::{Config, Readability, TextMode};
use trafilatura::ExtractionFocus;

use crate::cpu;
use crate::score::words;
use crate::sets::Set;

/// A name, what it says of each page, and the processor's time it took.
pub(crate) struct Told {
    pub(crate) name: &'static str,
    pub(crate) texts: Vec<String>,
    pub(crate) took: Duration,
}

/// All of them, and the vote of three.
pub(crate) fn all(set: &Set) -> Vec<Told> {
    let mut res = vec![
        told("dom_smoothie", set, dom_smoothie),
        told("trafilatura", set, |html, _| trafilatura(html, ExtractionFocus::Balanced)),
        told("trafilatura, precision", set, |html, _| {
            trafilatura(html, ExtractionFocus::FavorPrecision)
        }),
        told("rs-trafilatura", set, rs_trafilatura),
    ];
    res.push(vote([&res[0], &res[2], &res[3]]));
    res
}

fn told(name: &'static str, set: &Set, read: impl Fn(&str, &str) -> Option<String>) -> Told {
    let before = cpu();
    let text = |it: &crate::sets::Page| {
        read(&String::from_utf8_lossy(&it.html), &it.url).unwrap_or_default()
    };
    let texts = set.pages.iter().map(text).collect();
    Told { name, texts, took: cpu() - before }
}

fn dom_smoothie(html: &str, _url: &str) -> Option<String> {
    let config = Config { text_mode: TextMode::Formatted, ..Config::default() };
    let text = Readability::new(html, None, Some(config)).ok()?.parse().ok()?.text_content;
    Some(text.to_string())
}

fn trafilatura(html: &str, focus: ExtractionFocus) -> Option<String> {
    let mut options = trafilatura::Options::default().with_fallback(true).with_focus(focus);
    options.exclude_comments = true;
    Some(trafilatura::extract(html, &options).ok()?.content_text)
}

fn rs_trafilatura(html: &str, url: &str) -> Option<String> {
    let mut options = rs_trafilatura::Options::default();
    options.url = Some(url.to_owned());
    options.include_comments = false;
    Some(rs_trafilatura::extract_with_options(html, &options).ok()?.content_text)
}

/// Of each page the text that is most like the two others.
fn vote(of: [&Told; 3]) -> Told {
    let took = of.iter().map(|it| it.took).sum();
    let text = |page: usize| {
        let texts = of.map(|it| &it.texts[page]);
        let like = |at: usize| -> f64 {
            (0..3).filter(|it| *it != at).map(|it| overlap(texts[at], texts[it])).sum()
        };
        let best = (0..3).max_by(|&a, &b| like(a).total_cmp(&like(b))).unwrap_or(0);
        texts[best].clone()
    };
    Told { name: "vote of the last three", texts: (0..of[0].texts.len()).map(text).collect(), took }
}

/// Twice the words in common, of the words of both.
fn overlap(a: &str, b: &str) -> f64 {
    let (a, b) = (words(a), words(b));
    let mut left: HashMap<&str, usize> = HashMap::new();
    a.iter().for_each(|it| *left.entry(it).or_default() += 1);
    let mut n_both = 0_usize;
    for it in &b {
        if let Some(n) = left.get_mut(it).filter(|n| **n > 0) {
            *n -= 1;
            n_both += 1;
        }
    }
    2.0 * n_both as f64 / (a.len() + b.len()).max(1) as f64
}

//! `kiemtin match --explain`: what the search saw of one text, as tables.

use std::fmt::Write as _;

use kiemtin_core::features::{Features, NAMES};
use kiemtin_core::index::VIEWS;
use kiemtin_core::matching::{Explained, Match};
use kiemtin_core::rank;
use kiemtin_core::text::TextKey;

use super::table::table;
use crate::locale;

/// Candidates of the first table.
pub(super) const CANDIDATES_SHOWN: usize = 10;
/// Claims whose features stand side by side.
const CLAIMS_SHOWN: usize = 5;

/// The search key, the candidates by view, and what the features of the best claims add up to.
/// `sentences` are those of the first candidates.
pub(super) fn explained(
    key: &TextKey,
    explained: &Explained,
    sentences: &[String],
    found: &[&Match],
) -> String {
    let mut res = search_key(key, explained);
    res += &candidates(explained, sentences);
    res += &features(key, explained, found);
    res
}

fn search_key(key: &TextKey, explained: &Explained) -> String {
    let words = explained.words.iter().map(|(word, idf)| format!("{word} {idf:.1}"));
    let list = |all: Vec<&str>| if all.is_empty() { "–".to_owned() } else { all.join(", ") };
    let yes = |it: bool| if it { "yes" } else { "no" };
    let rows = [
        ("language", key.lang.tag().to_owned()),
        ("words", format!("{} as a reader counts", key.n_words)),
        ("searched", words.collect::<Vec<_>>().join(", ")),
        ("diacritics", yes(!key.is_bare).to_owned()),
        ("numbers", list(key.numbers.iter().map(|it| it.text.as_str()).collect())),
        ("dates", list(key.dates.iter().map(|it| it.text.as_str()).collect())),
        ("places", list(key.places.iter().map(|it| it.name.as_str()).collect())),
        ("negated", list(key.negated.iter().map(|it| it.word.as_str()).collect())),
        ("denies", yes(key.denies).to_owned()),
        ("asks", yes(key.asks).to_owned()),
    ];
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(a, b)| vec![a.to_owned(), b]).collect();
    table(&["message", "as the search sees it"], &[12, 160], &rows) + "\n"
}

fn candidates(explained: &Explained, sentences: &[String]) -> String {
    let row = |((candidate, _), sentence): (&(kiemtin_core::index::Candidate, _), &String)| {
        let mut row: Vec<String> = candidate.shares.iter().map(|it| format!("{it:.3}")).collect();
        row.push(format!("{:.3}", candidate.score));
        row.push(sentence.clone());
        row
    };
    let rows: Vec<_> = explained.candidates.iter().zip(sentences).map(row).collect();
    let mut heading: Vec<String> =
        VIEWS.iter().map(|it| format!("{it:?}").to_lowercase()).collect();
    heading.extend(["score".to_owned(), "claim".to_owned()]);
    let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
    let n = explained.candidates.len();
    let mut res = table(&heading, &[8, 8, 8, 8, 100], &rows);
    let _infallible = writeln!(res, "{n} candidates were ranked.\n");
    res
}

/// A claim that was found, with its features.
type Shown<'a> = (&'a Match, Features);

/// A line a feature, a column a claim: the value, and what it adds under the language's weights.
fn features(key: &TextKey, explained: &Explained, found: &[&Match]) -> String {
    let weights = rank::weights(key.lang);
    let of = |it: &Match| explained.candidates.iter().find(|that| that.0.claim == it.claim);
    let shown: Vec<Shown<'_>> =
        found.iter().take(CLAIMS_SHOWN).filter_map(|it| Some((*it, of(it)?.1))).collect();
    let mut rows = Vec::new();
    for (idx, name) in NAMES.iter().enumerate() {
        let weight = weights.weights[idx];
        let cell = |it: &Shown<'_>| format!("{:.2} → {:+.2}", it.1[idx], it.1[idx] * weight);
        let mut row = vec![(*name).to_owned(), format!("{weight:+.2}")];
        row.extend(shown.iter().map(cell));
        rows.push(row);
    }
    let total = |name: &str, cell: &dyn Fn(&Shown<'_>) -> String| {
        let mut row = vec![name.to_owned(), String::new()];
        row.extend(shown.iter().map(cell));
        row
    };
    rows.push(total("sum", &|it| format!("{:+.2}", rank::sum(weights, &it.1))));
    rows.push(total("probability", &|it| locale::percent(f64::from(it.0.probability))));
    let mut heading = vec!["feature".to_owned(), "weight".to_owned()];
    heading.extend((1..=shown.len()).map(|it| format!("claim {it}")));
    let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
    table(&heading, &[16, 8, 16, 16, 16, 16, 16][..heading.len()], &rows) + "\n"
}

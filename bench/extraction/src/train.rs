//! Trains the trees that tell the blocks of a page apart, and says what they do on pages that they
//! have not seen.

use std::path::Path;

use kiemtin_extract::{Forest, Row, Use, blocks_of, joined, kept, with_context};

use crate::boost::{Binned, Growth, Target, grow};
use crate::label::labels;
use crate::row;
use crate::score::words;
use crate::sets::Set;

/// Parts that the pages are split into, all pages of a host into one.
const N_PARTS: usize = 5;

const FIRST: Growth = Growth {
    n_trees: 80,
    n_leaves: 16,
    rate: 0.12,
    row_share: 0.5,
    feature_share: 0.3,
    lambda: 5.0,
    leaf_min: 4.0,
};
const SECOND: Growth = FIRST;

/// What stands above the trees: where they grew, and under which licences.
const ORIGIN: &str = "\
# Grown by `cargo run --release -p bench-extraction -- train` on pages of the WCXB development set
# (github.com/Murrough-Foley/web-content-extraction-benchmark, CC BY 4.0), of
# github.com/scrapinghub/article-extraction-benchmark (MIT), and six Vietnamese news pages.
";

struct Sample {
    set: usize,
    page: usize,
    part: usize,
    /// Another split, for the second look.
    third: usize,
    rows: Vec<Row>,
    labels: Vec<bool>,
    weights: Vec<f64>,
}

/// `train --data DIR [--out DIR]`: five parts, each read by trees of the other four; then trees of
/// all pages are written to `out`.
pub(crate) fn run(sets: &[Set], out: Option<&Path>) -> anyhow::Result<()> {
    let samples = samples(sets);
    oracle(sets, &samples);
    let mut told: Vec<Vec<f32>> = samples.iter().map(|_| Vec::new()).collect();
    for part in 0..N_PARTS {
        let seen: Vec<&Sample> = samples.iter().filter(|it| it.part != part).collect();
        let trees = fit(&seen)?;
        for (at, sample) in samples.iter().enumerate().filter(|(_, it)| it.part == part) {
            told[at] = trees.probabilities(&sample.rows);
        }
        eprintln!("part {} of {N_PARTS}", part + 1);
    }
    report("unseen hosts", sets, &samples, |at| kept(&samples[at].rows, &told[at]));
    if let Some(out) = out {
        blocks(sets, &samples, &told, &out.join("unseen.tsv"))?;
        let trees = fit(&samples.iter().collect::<Vec<_>>())?;
        std::fs::write(out.join("first.trees"), format!("{ORIGIN}{}", trees.texts.0))?;
        std::fs::write(out.join("second.trees"), format!("{ORIGIN}{}", trees.texts.1))?;
    }
    Ok(())
}

/// Every block of an unseen page with what was said of it: where to look for mistakes.
fn blocks(sets: &[Set], samples: &[Sample], told: &[Vec<f32>], to: &Path) -> anyhow::Result<()> {
    use std::fmt::Write as _;
    let mut res = String::new();
    for (sample, told) in samples.iter().zip(told) {
        let set = &sets[sample.set];
        for ((row, label), p) in sample.rows.iter().zip(&sample.labels).zip(told) {
            let (id, n, label) = (&set.pages[sample.page].id, row.n_chars, u8::from(*label));
            let text: String = row.text.replace(['\n', '\t'], " ").chars().take(120).collect();
            writeln!(res, "{}\t{id}\t{label}\t{p:.2}\t{:?}\t{n}\t{text}", set.name, row.use_)?;
        }
    }
    Ok(std::fs::write(to, res)?)
}

fn oracle(sets: &[Set], samples: &[Sample]) {
    report("the labels themselves", sets, samples, |at| samples[at].labels.clone());
    for (set_idx, set) in sets.iter().enumerate() {
        for use_ in [Use::Byline, Use::Caption, Use::Headline] {
            let of_set = samples.iter().filter(|it| it.set == set_idx);
            let blocks = of_set.flat_map(|it| it.rows.iter().zip(&it.labels));
            let all: Vec<bool> = blocks.filter(|it| it.0.use_ == use_).map(|it| *it.1).collect();
            let n_wanted = all.iter().filter(|it| **it).count();
            println!("{use_:?} in {}: {n_wanted} of {} wanted", set.name, all.len());
        }
    }
}

fn report(what: &str, sets: &[Set], samples: &[Sample], keep: impl Fn(usize) -> Vec<bool>) {
    for (set_idx, set) in sets.iter().enumerate() {
        let mut texts = vec![String::new(); set.pages.len()];
        for (at, sample) in samples.iter().enumerate().filter(|(_, it)| it.set == set_idx) {
            texts[sample.page] = joined(&sample.rows, &keep(at));
        }
        row(what, set, &texts);
    }
}

fn samples(sets: &[Set]) -> Vec<Sample> {
    let mut res = Vec::new();
    for (set_idx, set) in sets.iter().enumerate() {
        for (page_idx, page) in set.pages.iter().enumerate() {
            let rows = blocks_of(&page.html);
            let labels = labels(&rows, &page.text);
            let n_truth = words(&page.text).len() as f64;
            let weights = rows
                .iter()
                .map(|it| (words(&it.text).len() as f64 + 2.0) / (n_truth + 50.0))
                .map(|it| it.min(1.0))
                .collect();
            // One page of a set has no text that people took.
            let weights = if n_truth == 0.0 { vec![0.0; rows.len()] } else { weights };
            let host = page.url.split('/').nth(2).unwrap_or(&page.id);
            let host = host.strip_prefix("www.").unwrap_or(host);
            let hash =
                host.bytes().fold(7_usize, |sum, it| sum.wrapping_mul(31).wrapping_add(it.into()))
                    / 64;
            let (part, third) = (hash % N_PARTS, hash / N_PARTS % 3);
            res.push(Sample { set: set_idx, page: page_idx, part, third, rows, labels, weights });
        }
    }
    let n_rows: usize = res.iter().map(|it| it.rows.len()).sum();
    let total: f64 = res.iter().flat_map(|it| &it.weights).sum();
    for it in res.iter_mut().flat_map(|it| &mut it.weights) {
        *it *= n_rows as f64 / total;
    }
    res
}

struct Trees {
    first: Forest,
    second: Forest,
    texts: (String, String),
}

impl Trees {
    fn probabilities(&self, rows: &[Row]) -> Vec<f32> {
        let first: Vec<f32> = rows.iter().map(|it| self.first.probability(&it.features)).collect();
        with_context(rows, &first).iter().map(|it| self.second.probability(it)).collect()
    }
}

/// The second look learns from what the first says of pages that it has not seen.
fn fit(samples: &[&Sample]) -> anyhow::Result<Trees> {
    let first = |samples: &[&Sample]| {
        let rows = samples.iter().flat_map(|it| &it.rows).map(|it| it.features.as_slice());
        forest(&rows.collect::<Vec<_>>(), samples, &FIRST)
    };
    let mut contexts: Vec<Vec<Vec<f32>>> = samples.iter().map(|_| Vec::new()).collect();
    for third in 0..3 {
        let is_in = |it: &Sample| it.third == third;
        let seen: Vec<&Sample> = samples.iter().copied().filter(|it| !is_in(it)).collect();
        let (trees, _) = first(&seen)?;
        for (at, sample) in samples.iter().enumerate().filter(|(_, it)| is_in(it)) {
            let told: Vec<f32> =
                sample.rows.iter().map(|it| trees.probability(&it.features)).collect();
            contexts[at] = with_context(&sample.rows, &told);
        }
    }
    let rows: Vec<&[f32]> = contexts.iter().flatten().map(Vec::as_slice).collect();
    let second = forest(&rows, samples, &SECOND)?;
    let first = first(samples)?;
    Ok(Trees { first: first.0, second: second.0, texts: (first.1, second.1) })
}

fn forest(rows: &[&[f32]], samples: &[&Sample], how: &Growth) -> anyhow::Result<(Forest, String)> {
    let targets: Vec<Target> = samples
        .iter()
        .flat_map(|it| it.labels.iter().zip(&it.weights))
        .map(|(is_wanted, weight)| Target { is_wanted: *is_wanted, weight: *weight })
        .collect();
    let text = grow(&Binned::of(rows), &targets, how);
    let forest = Forest::read(&text).ok_or_else(|| anyhow::anyhow!("our own trees"))?;
    Ok((forest, text))
}

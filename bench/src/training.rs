//! Learns what each feature is worth, from pairs of messages and claims that people tied together.
//!
//! `cargo xtask train-ranker --data DIR` reads the `train` splits only and writes the weights files
//! that `core::rank` is built with. The data stays where it is; only figures leave this program.
//!
//! The model is the one of `core::rank`: a message chooses between its candidates and none of them.
//! Fitted by full-batch descent with Adam's steps from zero: there is no chance in it, and the same
//! data gives the same file.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use kiemtin_core::eval::Qrels;
use kiemtin_core::features::{Features, N_FEATURES, NAMES};
use kiemtin_core::ids::ClaimId;
use kiemtin_core::lang::Lang;
use kiemtin_core::matching;
use kiemtin_core::text::key;

use crate::ranking::{Collection, Query, dropped, load, queries};

/// A collection that a language learns from.
struct Set {
    folder: &'static str,
    /// Ways of typing.
    typed: &'static [&'static str],
    /// How much one of its messages counts.
    counts: f64,
}

const ENGLISH: &[Set] = &[
    Set { folder: "claims-2a", typed: &[""], counts: 1.0 },
    Set { folder: "claims-2b", typed: &[""], counts: 1.0 },
    // The largest and the noisiest: its pairs come from links.
    Set { folder: "claims-fct", typed: &[""], counts: 0.15 },
];
const VIETNAMESE: &[Set] = &[Set { folder: "claims-vi", typed: &[".clean", ".chat"], counts: 1.0 }];

/// Steps of the descent; the loss moves in the fifth digit after two thirds of them.
const STEPS: i32 = 1500;
/// How fast it goes, and how dear large weights are.
const STEP: f64 = 0.05;
const RIDGE: f64 = 1e-5;

/// How much a message counts when two answers in five are left out: it is asked a second time.
const COUNTS_LEFT_OUT: f64 = 0.5;

/// One message: the features of its candidates, which are right, and how much it counts.
struct Row {
    features: Vec<Features>,
    right: Vec<bool>,
    counts: f64,
}

/// Reads `--data DIR [--out DIR]`, trains both languages and writes a file for each.
pub fn run(args: &[String]) -> anyhow::Result<()> {
    let value = |name: &str| {
        let at = args.iter().position(|it| it == name)?;
        args.get(at + 1).map(PathBuf::from)
    };
    let Some(data) = value("--data") else {
        bail!("usage: train-ranker --data DIR [--out DIR]");
    };
    let out = value("--out").unwrap_or_else(|| PathBuf::from("crates/core/src/rank"));
    // Before the minutes that follow, not after them.
    std::fs::create_dir_all(&out).with_context(|| format!("making {}", out.display()))?;
    for (lang, sets) in [(Lang::En, ENGLISH), (Lang::Vi, VIETNAMESE)] {
        let mut rows = Vec::new();
        for set in sets {
            add_rows(&data.join(set.folder), set, &mut rows)?;
        }
        let fit = descend(&rows);
        let sets: Vec<&str> = sets.iter().map(|it| it.folder).collect();
        let text = file(lang, &sets, &rows, &fit);
        let path = out.join(format!("{}.weights", lang.tag()));
        std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
        println!("{}: {} messages, loss {:.4}", path.display(), rows.len(), fit.loss);
    }
    Ok(())
}

/// Each message twice: with all claims in the index, and with two answers in five left out.
fn add_rows(path: &Path, set: &Set, rows: &mut Vec<Row>) -> anyhow::Result<()> {
    let all = load(path, &HashSet::new())?;
    let (_, qrels) = queries(path, "train", set.typed[0])?;
    let left_out = dropped(path, "train", &qrels)?;
    let open = load(path, &left_out)?;
    for typed in set.typed {
        let (queries, qrels) = queries(path, "train", typed)?;
        rows.extend(queries.iter().map(|it| row(&all, it, &qrels, set.counts)));
        let (qrels, counts) = (qrels.without(&left_out), set.counts * COUNTS_LEFT_OUT);
        rows.extend(queries.iter().map(|it| row(&open, it, &qrels, counts)));
    }
    Ok(())
}

fn row(collection: &Collection, query: &Query, qrels: &Qrels, counts: f64) -> Row {
    let key = key(&query.text, Some(collection.lang));
    let found = matching::explain(&collection.index, &key).candidates;
    let relevant = qrels.relevant(&query.name);
    let is_right = |it: &ClaimId| relevant.is_some_and(|all| all.contains(&collection.names[it]));
    Row {
        right: found.iter().map(|it| is_right(&it.0.claim)).collect(),
        features: found.into_iter().map(|it| it.1).collect(),
        counts,
    }
}

struct Fit {
    weights: [f64; N_FEATURES],
    bias: f64,
    loss: f64,
}

/// The weights under which what was right is likeliest. A message whose claim is not among its
/// candidates teaches that none of them is.
fn descend(rows: &[Row]) -> Fit {
    let spread = spread(rows);
    let n: f64 = rows.iter().map(|it| it.counts).sum();
    let mut at = [0.0_f64; N_FEATURES + 1];
    let (mut mean, mut square) = ([0.0; N_FEATURES + 1], [0.0; N_FEATURES + 1]);
    let mut loss = 0.0;
    for step in 1..=STEPS {
        let mut gradient = [0.0_f64; N_FEATURES + 1];
        loss = rows.iter().map(|it| add_gradient(it, &at, &spread, &mut gradient)).sum::<f64>() / n;
        let speed = STEP * (1.0 - f64::from(step - 1) / f64::from(STEPS));
        for idx in 0..=N_FEATURES {
            let slope = gradient[idx] / n + if idx < N_FEATURES { RIDGE * at[idx] } else { 0.0 };
            mean[idx] = 0.9 * mean[idx] + 0.1 * slope;
            square[idx] = 0.999 * square[idx] + 0.001 * slope * slope;
            let steady = mean[idx] / (1.0 - 0.9_f64.powi(step));
            let scale = (square[idx] / (1.0 - 0.999_f64.powi(step))).sqrt() + 1e-9;
            at[idx] -= speed * steady / scale;
        }
    }
    Fit { weights: std::array::from_fn(|it| at[it] / spread[it]), bias: at[N_FEATURES], loss }
}

/// How far each feature lies from zero: the descent sees all of them at one scale.
fn spread(rows: &[Row]) -> [f64; N_FEATURES] {
    let mut sums = [0.0; N_FEATURES];
    let mut n = 0.0;
    for features in rows.iter().flat_map(|it| &it.features) {
        n += 1.0;
        for (sum, it) in sums.iter_mut().zip(features) {
            *sum += f64::from(*it) * f64::from(*it);
        }
    }
    sums.map(|it: f64| (it / f64::max(n, 1.0)).sqrt().max(1e-3))
}

/// Adds one message's part; returns how unlikely what is right was.
fn add_gradient(
    row: &Row,
    at: &[f64; N_FEATURES + 1],
    spread: &[f64; N_FEATURES],
    gradient: &mut [f64; N_FEATURES + 1],
) -> f64 {
    let score = |features: &Features| {
        let parts = features.iter().zip(spread).zip(at);
        parts.map(|((it, spread), at)| f64::from(*it) / spread * at).sum::<f64>() + at[N_FEATURES]
    };
    let scores: Vec<f64> = row.features.iter().map(score).collect();
    let top = scores.iter().copied().fold(0.0, f64::max);
    let none = (-top).exp();
    let weights: Vec<f64> = scores.iter().map(|it| (it - top).exp()).collect();
    let total = none + weights.iter().sum::<f64>();
    let right: f64 = weights.iter().zip(&row.right).filter(|it| *it.1).map(|it| it.0).sum();
    let said = if 0.0 < right { right } else { none };
    for ((features, weight), right) in row.features.iter().zip(&weights).zip(&row.right) {
        let wanted = if *right { weight / said } else { 0.0 };
        let error = row.counts * (weight / total - wanted);
        for ((slot, it), spread) in gradient.iter_mut().zip(features).zip(spread) {
            *slot += error * f64::from(*it) / spread;
        }
        gradient[N_FEATURES] += error;
    }
    -row.counts * (said / total).max(1e-300).ln()
}

/// The weights as a text that a person can read, with where they come from.
fn file(lang: Lang, sets: &[&str], rows: &[Row], fit: &Fit) -> String {
    let n_right = rows.iter().filter(|it| it.right.contains(&true)).count();
    let mut text = format!(
        "# What each feature is worth in {}: read by core::rank, written by\n\
         # `cargo xtask train-ranker`. Learned from the train splits of {}:\n\
         # {} messages, {} of them with their claim among the candidates; loss {:.4}.\n\
         # No text of those collections is in this repository.\n",
        lang.tag(),
        sets.join(", "),
        rows.len(),
        n_right,
        fit.loss,
    );
    let mut line = |name: &str, value: f64| {
        writeln!(text, "{name:<16} {value:>8.3}").expect("writing to a string cannot fail");
    };
    line("bias", fit.bias);
    for (name, weight) in NAMES.iter().zip(fit.weights) {
        line(name, weight);
    }
    text
}

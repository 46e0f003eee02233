//! What an embedding model adds to matching: fits the weights of `similarity.rs` on `train`, and
//! measures on `dev`.
//!
//! `meaning fit DIR MODEL`: weights and the thresholds of *answer*, by a repeatable descent; each
//! figure of train is of a fifth that the weights of the other four were not fitted on.
//! `meaning measure DIR MODEL`: ranking and decisions with words alone and with the model, and the
//! time that a message takes.
//! Vectors of the claims are kept in `target/vectors`, because making them takes minutes.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, bail};
use kiemtin::app::model;
use kiemtin::embed::Model;
use kiemtin_core::decide;
use kiemtin_core::eval::{Outcome, Qrels, figures};
use kiemtin_core::ids::ClaimId;
use kiemtin_core::matching::{self, Decision, Meaning, Reason, Scratch, Seen};
use kiemtin_core::similarity::{self, Features, N_FEATURES, NAMES, Near, Weights};
use kiemtin_core::text::key;
use kiemtin_core::vectors::{Sought, Vector, Vectors};

use crate::ranking::{Collection, Query, dropped, load, queries, read_lines, show, text};

/// The collection that the weights are fitted on: English, as the model is that was at hand.
const FOLDER: &str = "claims-2a";
/// Claims ranked for a query.
const RANKED: usize = 50;
const N_FOLDS: usize = 5;
/// Texts that go through the model together.
const TEXTS_AT_ONCE: usize = 512;
/// What keeps weights from growing without need.
const RIDGE: f64 = 1e-4;

/// Runs `fit` or `measure`.
pub fn run(args: &[String]) -> anyhow::Result<()> {
    let [deed, dir, folder] = args else { bail!("usage: meaning fit|measure DIR MODEL") };
    let model = Model::load(Path::new(folder))?;
    println!("{}", model.about());
    match deed.as_str() {
        "fit" => fit(Path::new(dir), &model),
        "measure" => measure(Path::new(dir), &model),
        other => bail!("unknown deed {other}"),
    }
}

/// A collection with the vectors of its claims, all of it or with two answers in five left out.
struct Set {
    collection: Collection,
    vectors: Vectors,
    queries: Vec<Query>,
    sought: Vec<Sought>,
    qrels: Qrels,
}

fn set(dir: &Path, model: &Model, split: &str, is_open: bool) -> anyhow::Result<Set> {
    let path = dir.join(FOLDER);
    let (queries, qrels) = queries(&path, split, "")?;
    let left_out = match is_open {
        true => dropped(&path, split, &qrels)?,
        false => HashSet::new(),
    };
    let collection = load(&path, &left_out)?;
    let rows = read_lines(&path.join("claims.jsonl"))?;
    let field = |name: &str| rows.iter().map(|it| text(it, name).to_owned()).collect::<Vec<_>>();
    let statements = kept(model, "text", &field("text"))?;
    let titles = kept(model, "title", &field("title"))?;
    let by_name: std::collections::HashMap<_, _> =
        collection.names.iter().map(|(id, name)| (name.as_str(), *id)).collect();
    let mut vectors = Vectors::new(model.n_dims());
    for ((row, a), b) in rows.iter().zip(statements).zip(titles) {
        if let Some(id) = by_name.get(text(row, "id")) {
            vectors.upsert(*id, &[a, b]);
        }
    }
    let asked: Vec<String> = queries.iter().map(|it| it.text.clone()).collect();
    let sought = kept(model, split, &asked)?.iter().map(Sought::of).collect();
    Ok(Set { collection, vectors, queries, sought, qrels: qrels.without(&left_out) })
}

/// The vectors of some texts, from the file that an earlier run made, or made now.
fn kept(model: &Model, name: &str, texts: &[String]) -> anyhow::Result<Vec<Vector>> {
    let hash: String = model.hash()[..4].iter().map(|it| format!("{it:02x}")).collect();
    let file = PathBuf::from("target/vectors").join(format!("{hash}.{FOLDER}.{name}"));
    let n_dims = model.n_dims();
    if let Ok(bytes) = fs::read(&file)
        && bytes.len() == n_dims * texts.len()
    {
        return Ok(bytes.chunks(n_dims).map(Vector::from_bytes).collect());
    }
    let begin = Instant::now();
    let mut made = Vec::new();
    for some in texts.chunks(TEXTS_AT_ONCE) {
        made.extend(model::vectors(model, some)?);
        eprint!("\r{name}: {} of {}", made.len(), texts.len());
    }
    let per_second = texts.len() as f64 / begin.elapsed().as_secs_f64();
    eprintln!();
    println!("{name}: {} texts, {per_second:.0} a second", texts.len());
    fs::create_dir_all("target/vectors")?;
    let bytes: Vec<u8> = made.iter().flat_map(Vector::to_bytes).collect();
    fs::write(&file, bytes).with_context(|| format!("writing {}", file.display()))?;
    Ok(made)
}

/// The candidates of one query: name, features if it has a vector, whether it is right, and whether
/// a veto stands against an answer.
struct Row {
    near: Near,
    candidates: Vec<(String, f32, Option<f32>)>,
    features: Vec<Option<Features>>,
    right: Vec<bool>,
    vetoed: HashSet<String>,
}

fn rows(set: &Set) -> anyhow::Result<Vec<Row>> {
    let mut scratch = Scratch::default();
    let mut rows = Vec::new();
    for (query, sought) in set.queries.iter().zip(&set.sought) {
        let key = key(&query.text, Some(set.collection.lang));
        let meaning = Meaning { vectors: &set.vectors, sought: sought.clone() };
        let index = &set.collection.index;
        let (near, found) = matching::explain_near(index, &key, &meaning);
        let near = near.context("claims enough")?;
        let name = |it: &ClaimId| set.collection.names[it].clone();
        let candidate = |it: &Seen| (name(&it.claim), it.by_words, it.cosine);
        let candidates: Vec<_> = found.iter().map(candidate).collect();
        let known: Vec<_> = candidates.iter().map(|it| (it.1, it.2)).collect();
        let relevant = set.qrels.relevant(&query.name);
        let is_right = |it: &str| relevant.is_some_and(|all| all.contains(it));
        let matched = matching::find_near(
            &mut scratch,
            index,
            &key,
            Some(&meaning),
            decide::thresholds(key.lang),
            RANKED + 20,
        );
        let vetoed = matched.iter().filter(|it| it.reasons.iter().any(Reason::is_veto));
        rows.push(Row {
            features: similarity::features(&near, &known),
            right: candidates.iter().map(|it| is_right(&it.0)).collect(),
            vetoed: vetoed.map(|it| name(&it.claim)).collect(),
            candidates,
            near,
        });
    }
    Ok(rows)
}

fn fit(dir: &Path, model: &Model) -> anyhow::Result<()> {
    let closed = set(dir, model, "train", false)?;
    let open = set(dir, model, "train", true)?;
    let (closed_rows, open_rows) = (rows(&closed)?, rows(&open)?);
    let others = |rows: &[Row], fold: usize| -> Vec<(Features, bool)> {
        let some = rows.iter().enumerate().filter(|(idx, _)| idx % N_FOLDS != fold);
        some.flat_map(|(_, it)| pairs(it)).collect()
    };
    let mut folds = Vec::new();
    for fold in 0..N_FOLDS {
        folds.push(descend(&[others(&closed_rows, fold), others(&open_rows, fold)].concat()));
    }
    // A query never meets weights that saw it.
    let of_fold = |idx: usize| folds[idx % N_FOLDS];
    for (name, set, rows) in [("train", &closed, &closed_rows), ("train open", &open, &open_rows)] {
        let by_words = |it: &Row| it.candidates.iter().map(|it| it.1).collect();
        let words: Vec<Vec<f32>> = rows.iter().map(by_words).collect();
        let both = rows.iter().enumerate().map(|(idx, it)| said(it, &of_fold(idx)));
        let both: Vec<Vec<f32>> = both.collect();
        report(&format!("{name}, words"), set, rows, &words);
        report(&format!("{name}, both"), set, rows, &both);
        if name == "train open" {
            thresholds(set, rows, &both);
        }
    }
    let all = closed_rows.iter().chain(&open_rows).flat_map(pairs).collect::<Vec<_>>();
    let weights = descend(&all);
    println!("bias: {:.3},", weights.bias);
    for (name, weight) in NAMES.iter().zip(weights.weights) {
        println!("    {weight:.3}, // {name}");
    }
    Ok(())
}

fn pairs(row: &Row) -> Vec<(Features, bool)> {
    let known = row.features.iter().zip(&row.right);
    known.filter_map(|(features, right)| Some(((*features)?, *right))).collect()
}

fn said(row: &Row, weights: &Weights) -> Vec<f32> {
    let known: Vec<_> = row.candidates.iter().map(|it| (it.1, it.2)).collect();
    similarity::probabilities_with(weights, &row.near, &known)
}

fn outcomes(set: &Set, rows: &[Row], said: &[Vec<f32>]) -> Vec<Outcome> {
    let one = |((query, row), said): ((&Query, &Row), &Vec<f32>)| {
        let names = row.candidates.iter().map(|it| it.0.clone());
        let mut ranked: Vec<(String, f32)> = names.zip(said.iter().copied()).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        Outcome { query: query.name.clone(), ranked, decision: Decision::None }
    };
    set.queries.iter().zip(rows).zip(said).map(one).collect()
}

fn report(name: &str, set: &Set, rows: &[Row], said: &[Vec<f32>]) {
    let it = figures(&outcomes(set, rows, said), &set.qrels);
    println!(
        "{name:20} MAP@5 {:.4} P@1 {:.4} R@5 {:.4} R@50 {:.4} calibration {:.3}",
        it.map_5, it.p_1, it.recall_5, it.recall_50, it.calibration_error
    );
}

/// Precision and coverage of *answer* at each threshold, vetoes respected.
fn thresholds(set: &Set, rows: &[Row], said: &[Vec<f32>]) {
    let mut bests = Vec::new();
    let mut n_answerable = 0;
    for ((outcome, row), query) in outcomes(set, rows, said).into_iter().zip(rows).zip(&set.queries)
    {
        let relevant = set.qrels.relevant(&query.name);
        n_answerable += usize::from(relevant.is_some());
        let Some((name, p)) = outcome.ranked.first() else { continue };
        let right = relevant.is_some_and(|it| it.contains(name));
        bests.push((*p, right, row.vetoed.contains(name)));
    }
    let n_vetoed = bests.iter().filter(|it| it.1 && it.2).count();
    println!("    right but vetoed: {n_vetoed} of {n_answerable} answerable");
    for threshold in [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99] {
        let given: Vec<_> = bests.iter().filter(|it| threshold <= it.0 && !it.2).collect();
        let n_right = given.iter().filter(|it| it.1).count();
        let precision = n_right as f64 / given.len().max(1) as f64;
        let coverage = n_right as f64 / n_answerable.max(1) as f64;
        println!("    from {threshold:.2}: precision {precision:.3} right answers {coverage:.3}");
    }
}

/// One more than there are features: the bias.
const N: usize = N_FEATURES + 1;

/// Logistic regression by Newton's steps, until none moves any more: no chance in it.
fn descend(pairs: &[(Features, bool)]) -> Weights {
    let mut at = [0.0_f64; N];
    for _ in 0..40 {
        let (mut gradient, mut bend) = ([0.0_f64; N], [[0.0_f64; N]; N]);
        for (features, right) in pairs {
            let x: [f64; N] =
                std::array::from_fn(|it| features.get(it).map_or(1.0, |it| f64::from(*it)));
            let said = 1.0 / (1.0 + (-x.iter().zip(&at).map(|(a, b)| a * b).sum::<f64>()).exp());
            let error = said - f64::from(u8::from(*right));
            for ((slope, bends), a) in gradient.iter_mut().zip(&mut bend).zip(x) {
                *slope += error * a;
                let weight = said * (1.0 - said) * a;
                bends.iter_mut().zip(x).for_each(|(it, b)| *it += weight * b);
            }
        }
        for (it, weight) in at.iter().enumerate().take(N_FEATURES) {
            gradient[it] += RIDGE * weight;
            bend[it][it] += RIDGE;
        }
        let step = solved(bend, gradient);
        at.iter_mut().zip(step).for_each(|(it, step)| *it -= step);
    }
    let weights = std::array::from_fn(|it| at[it] as f32);
    Weights { bias: at[N_FEATURES] as f32, weights }
}

/// What `matrix` turns into `right`, by elimination.
fn solved(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> [f64; N] {
    for pivot in 0..N {
        // A feature that is always nothing bends nothing.
        let scale = matrix[pivot][pivot].max(1e-12);
        matrix[pivot].iter_mut().for_each(|it| *it /= scale);
        right[pivot] /= scale;
        for row in (0..N).filter(|it| *it != pivot) {
            let share = matrix[row][pivot];
            let of_pivot = matrix[pivot];
            matrix[row].iter_mut().zip(of_pivot).for_each(|(it, other)| *it -= share * other);
            right[row] -= share * right[pivot];
        }
    }
    right
}

fn measure(dir: &Path, model: &Model) -> anyhow::Result<()> {
    for is_open in [false, true] {
        let set = set(dir, model, "dev", is_open)?;
        let kind = if is_open { "dev open" } else { "dev" };
        for with_model in [false, true] {
            let (outcomes, times) = ask(&set, with_model);
            let with = if with_model { "both" } else { "words" };
            show(&format!("{kind}, {with}"), &figures(&outcomes, &set.qrels), &times);
        }
    }
    let (queries, _) = queries(&dir.join(FOLDER), "dev", "")?;
    let mut times = Vec::new();
    for query in &queries {
        let begin = Instant::now();
        model::vectors(model, std::slice::from_ref(&query.text))?;
        times.push(begin.elapsed());
    }
    let (p50, p99) = (crate::figures::at(0.5, &mut times), crate::figures::at(0.99, &mut times));
    println!("the vector of one message: p50 {p50:.1?}, p99 {p99:.1?}");
    Ok(())
}

/// Outcomes, and the time that each query took in microseconds, but for its vector.
fn ask(set: &Set, with_model: bool) -> (Vec<Outcome>, Vec<f64>) {
    let mut scratch = Scratch::default();
    let (mut outcomes, mut times) = (Vec::new(), Vec::new());
    for (query, sought) in set.queries.iter().zip(&set.sought) {
        let begin = Instant::now();
        let key = key(&query.text, Some(set.collection.lang));
        let meaning = Meaning { vectors: &set.vectors, sought: sought.clone() };
        let meaning = with_model.then_some(&meaning);
        let index = &set.collection.index;
        let found = matching::find_near(
            &mut scratch,
            index,
            &key,
            meaning,
            decide::thresholds(key.lang),
            RANKED,
        );
        times.push(begin.elapsed().as_secs_f64() * 1e6);
        let decision = found.first().map_or(Decision::None, |it| it.decision);
        let name = |it: &ClaimId| set.collection.names[it].clone();
        let ranked = found.iter().map(|it| (name(&it.claim), it.probability)).collect();
        outcomes.push(Outcome { query: query.name.clone(), ranked, decision });
    }
    times.sort_by(f64::total_cmp);
    (outcomes, times)
}

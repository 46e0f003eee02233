//! Measures the cascade on a folder of collections and fits the ranker's weights on `train`.
//!
//! `ranking measure DIR`: figures and speed of every collection that DIR holds.
//! `ranking fit DIR`: weights for `rank.rs` and thresholds for `decide.rs`, by a seeded, repeatable
//! descent. The data stays where it is; only figures leave this program.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, bail};
use kiemtin_core::eval::{Figures, Outcome, Qrels, figures};
use kiemtin_core::ids::ClaimId;
use kiemtin_core::index::{ClaimDoc, ClaimIndex, Part};
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::{self, Decision, Scratch};
use kiemtin_core::text::key;
use kiemtin_core::time::Timestamp;

/// The sets that `measure` asks: folder, split, way of typing.
const SETS: &[(&str, &str, &str)] = &[
    ("claims-2a", "train", ""),
    ("claims-2a", "dev", ""),
    ("claims-2b", "train", ""),
    ("claims-2b", "dev", ""),
    ("claims-fct", "dev", ""),
    ("claims-vi", "dev", ".clean"),
    ("claims-vi", "dev", ".notones"),
    ("claims-vi", "dev", ".nodiacritics"),
    ("claims-vi", "dev", ".teencode"),
    ("claims-vi", "dev", ".typos"),
    ("claims-vi", "dev", ".ocr"),
    ("claims-vi", "dev", ".telex"),
    ("claims-vi", "dev", ".chat"),
];

/// Queries returned to the metrics.
const LIMIT: usize = 50;

/// Runs `measure`, `fit` or `open` on a folder.
pub fn run(args: &[String]) -> anyhow::Result<()> {
    let [deed, dir, rest @ ..] = args else {
        bail!("usage: ranking measure|open DIR [COLLECTION]")
    };
    let dir = Path::new(dir);
    let only = rest.first().map(String::as_str);
    match deed.as_str() {
        "measure" => measure(dir, only),
        "open" => open_set(dir),
        other => bail!("unknown deed {other}"),
    }
}

pub(crate) struct Collection {
    pub(crate) index: ClaimIndex,
    pub(crate) names: HashMap<ClaimId, String>,
    pub(crate) lang: Lang,
}

pub(crate) struct Query {
    pub(crate) name: String,
    pub(crate) text: String,
}

pub(crate) fn read_lines(path: &Path) -> anyhow::Result<Vec<serde_json::Value>> {
    let plain = path.with_extension("jsonl");
    let text = if plain.exists() {
        std::fs::read_to_string(&plain)?
    } else {
        let zipped = path.with_extension("jsonl.gz");
        let out = std::process::Command::new("zcat").arg(&zipped).output()?;
        String::from_utf8(out.stdout)?
    };
    text.lines().map(|it| Ok(serde_json::from_str(it)?)).collect()
}

pub(crate) fn text<'a>(row: &'a serde_json::Value, field: &str) -> &'a str {
    row[field].as_str().unwrap_or_default()
}

pub(crate) fn load(dir: &Path, dropped: &HashSet<String>) -> anyhow::Result<Collection> {
    let rows = read_lines(&dir.join("claims.jsonl")).context("claims")?;
    let (mut index, mut names) = (ClaimIndex::new(), HashMap::new());
    let start = Instant::now();
    let mut lang = Lang::En;
    for (n, row) in rows.iter().enumerate().filter(|(_, it)| !dropped.contains(text(it, "id"))) {
        let id = ClaimId::new(Timestamp::from_millis(n as i64), [0; 10]);
        lang = Lang::from_tag(text(row, "lang")).unwrap_or(Lang::En);
        let fields = [(Part::Claim, "text"), (Part::Title, "title"), (Part::Review, "body")];
        let parts = fields.map(|(part, field)| (part, text(row, field)));
        let parts = parts.into_iter().filter(|it| !it.1.is_empty()).collect();
        index.upsert(&ClaimDoc { id, lang, parts });
        names.insert(id, text(row, "id").to_owned());
    }
    let (n, took, size) = (index.len(), start.elapsed(), index.memory_bytes() >> 20);
    eprintln!("{}: {n} claims indexed in {took:.1?}, {size} MB", dir.display());
    Ok(Collection { index, names, lang })
}

pub(crate) fn queries(dir: &Path, split: &str, typed: &str) -> anyhow::Result<(Vec<Query>, Qrels)> {
    let rows = read_lines(&dir.join(format!("queries.{split}{typed}.jsonl")))?;
    let query = |it: &serde_json::Value| Query {
        name: text(it, "id").to_owned(),
        text: text(it, "text").to_owned(),
    };
    let qrels = std::fs::read_to_string(dir.join(format!("qrels.{split}.txt")))?;
    Ok((rows.iter().map(query).collect(), Qrels::parse(&qrels)?))
}

/// Outcomes, and the time each query took in microseconds.
fn ask(collection: &Collection, queries: &[Query]) -> (Vec<Outcome>, Vec<f64>) {
    let mut scratch = Scratch::default();
    let (mut outcomes, mut times) = (Vec::new(), Vec::new());
    for query in queries {
        let start = Instant::now();
        let key = key(&query.text, Some(collection.lang));
        let found = matching::find_with(&mut scratch, &collection.index, &key, LIMIT);
        times.push(start.elapsed().as_secs_f64() * 1e6);
        let decision = found.first().map_or(Decision::None, |it| it.decision);
        let named = found.iter().map(|it| (collection.names[&it.claim].clone(), it.probability));
        outcomes.push(Outcome { query: query.name.clone(), ranked: named.collect(), decision });
    }
    times.sort_by(f64::total_cmp);
    (outcomes, times)
}

pub(crate) fn show(name: &str, figures: &Figures, times: &[f64]) {
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{name:28} MAP@5 {:.4} MRR {:.4} P@1 {:.4} R@5 {:.3} R@50 {:.4} | answer: precision {:.3} coverage {:.3} ({} answers, {} false) calibration {:.3} | µs p50 {:.0} p99 {:.0} max {:.0}",
        figures.map_5,
        figures.mrr,
        figures.p_1,
        figures.recall_5,
        figures.recall_50,
        figures.answer_precision,
        figures.answer_coverage,
        figures.n_answers,
        figures.n_false_answers,
        figures.calibration_error,
        at(0.5),
        at(0.99),
        at(1.0),
    );
}

fn measure(dir: &Path, only: Option<&str>) -> anyhow::Result<()> {
    let mut loaded: Option<(&str, Collection)> = None;
    for (folder, split, typed) in SETS.iter().filter(|it| only.is_none_or(|only| it.0 == only)) {
        let path = dir.join(folder);
        if loaded.as_ref().is_none_or(|it| it.0 != *folder) {
            loaded = Some((folder, load(&path, &HashSet::new())?));
        }
        let Some((_, collection)) = &loaded else { continue };
        let (queries, qrels) = queries(&path, split, typed)?;
        let (outcomes, times) = ask(collection, &queries);
        show(&format!("{folder} {split}{typed}"), &figures(&outcomes, &qrels), &times);
    }
    Ok(())
}

/// Two queries in five have no answer: the decision is judged here, and thresholds are chosen.
fn open_set(dir: &Path) -> anyhow::Result<()> {
    for (folder, split, typed) in [
        ("claims-2a", "train", ""),
        ("claims-2a", "dev", ""),
        ("claims-vi", "train", ".clean"),
        ("claims-vi", "train", ".chat"),
        ("claims-vi", "dev", ".clean"),
        ("claims-vi", "dev", ".chat"),
    ] {
        let path = dir.join(folder);
        let (queries, qrels) = queries(&path, split, typed)?;
        let dropped = dropped(&path, split, &qrels)?;
        let collection = load(&path, &dropped)?;
        let qrels = qrels.without(&dropped);
        let (outcomes, times) = ask(&collection, &queries);
        show(&format!("{folder} {split}{typed} open"), &figures(&outcomes, &qrels), &times);
        curve(&collection, &queries, &qrels);
    }
    Ok(())
}

/// Precision and coverage of *answer* at each threshold, vetoes respected.
fn curve(collection: &Collection, queries: &[Query], qrels: &Qrels) {
    let mut scratch = Scratch::default();
    let (mut said, mut n_answerable, mut n_vetoed) = (Vec::new(), 0, 0);
    for query in queries {
        let key = key(&query.text, Some(collection.lang));
        let found = matching::find_with(&mut scratch, &collection.index, &key, 1);
        let relevant = qrels.relevant(&query.name);
        n_answerable += usize::from(relevant.is_some());
        let Some(best) = found.first() else { continue };
        let right = relevant.is_some_and(|it| it.contains(&collection.names[&best.claim]));
        if best.reasons.iter().any(matching::Reason::is_veto) {
            n_vetoed += usize::from(right);
        } else {
            said.push((best.probability, right));
        }
    }
    println!("    right but vetoed: {n_vetoed} of {n_answerable} answerable");
    for threshold in [0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95] {
        let above: Vec<_> = said.iter().filter(|it| threshold <= it.0).collect();
        let n_right = above.iter().filter(|it| it.1).count();
        let precision = n_right as f64 / above.len().max(1) as f64;
        let coverage = n_right as f64 / n_answerable.max(1) as f64;
        println!("    from {threshold:.2}: precision {precision:.3} right answers {coverage:.3}");
    }
}

/// The given list, or two in five of the relevant claims where none is given.
pub(crate) fn dropped(path: &Path, split: &str, qrels: &Qrels) -> anyhow::Result<HashSet<String>> {
    let list = path.join(format!("open-set.{split}.drop.txt"));
    if list.exists() {
        let list = std::fs::read_to_string(list)?;
        return Ok(list.lines().map(|it| it.trim().to_owned()).collect());
    }
    let mut queries: Vec<&String> = qrels.0.keys().collect();
    queries.sort_unstable();
    let left_out = queries.iter().enumerate().filter(|it| it.0 % 5 < 2);
    Ok(left_out.flat_map(|it| qrels.0[*it.1].iter().cloned()).collect())
}

//! Measures grouping on a collection of edited copies: how fast, how many copies meet, what is kept
//! apart, and how much the order of arrival matters.
//!
//! `group DIR` reads `DIR/neardup/docs.jsonl` or `.jsonl.gz`: a line has `text`, `cluster` (which
//! original it was made from) and `kind` (how it was edited; `orig` for the original itself). Times
//! are of the processor, of one thread. The data stays where it is; only figures leave this program.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::{Context, bail};
use kiemtin_core::facts::Facts;
use kiemtin_core::fingerprint;
use kiemtin_core::group::{Groups, Probe, Similarity};
use kiemtin_core::ids::GroupId;
use kiemtin_core::lang::Lang;
use kiemtin_core::text::language;
use kiemtin_core::text::normalise::normalise;
use kiemtin_core::time::Timestamp;

use crate::figures::bar;
use crate::masking::generated::Chance;
use crate::ranking::{read_lines, text};

/// Orders of arrival that are compared, the one of the file among them.
const N_ORDERS: usize = 6;
/// Texts handled at a time, so that a step can be timed by itself.
const BATCH: usize = 1_000;

struct Doc {
    text: String,
    cluster: i64,
    kind: String,
    /// As the door told it: intake has guessed it before grouping begins.
    lang: Lang,
}

/// Runs the benchmark on a folder.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let [dir] = args else { bail!("usage: group DIR") };
    let rows = read_lines(&Path::new(dir).join("neardup/docs.jsonl"))?;
    let doc = |it: &serde_json::Value| Doc {
        text: text(it, "text").to_owned(),
        cluster: it["cluster"].as_i64().unwrap_or_default(),
        kind: text(it, "kind").to_owned(),
        lang: language::guess(text(it, "text")),
    };
    let docs: Vec<Doc> = rows.iter().map(doc).collect();
    let mut order: Vec<usize> = (0..docs.len()).collect();
    let mut chance = Chance(1);
    let mut all = Vec::new();
    let mut rates = Vec::new();
    for nth in 0..N_ORDERS {
        if 0 < nth {
            (1..order.len()).rev().for_each(|it| order.swap(it, chance.below(it + 1)));
        }
        let (of_doc, seconds) = grouped(&docs, &order, nth == 0)?;
        rates.push(docs.len() as f64 / seconds);
        all.push(of_doc);
    }
    rates.sort_by(f64::total_cmp);
    let median = format!("{:.0}", rates[rates.len() / 2]);
    bar("texts a second of one core, median of all orders", &median, "60,000");
    let of_pairs = share(verified(&docs));
    bar("edited texts that are near their original", &of_pairs, ".985");
    planted(&docs, &all[0]);
    let (precision, recall) = agreement(&all[0], &truth(&docs));
    bar("pairs of one cluster in one group", &format!("{recall:.4}"), "-");
    bar(
        "pairs of one group in one cluster (natural copies count as wrong)",
        &format!("{precision:.4}"),
        "-",
    );
    let pairs = (0..all.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
    let f1 = |(precision, recall): (f64, f64)| 2.0 * precision * recall / (precision + recall);
    let f1s = pairs.map(|(a, b)| f1(agreement(&all[a], &all[b])));
    let lowest = f1s.fold(1.0_f64, f64::min);
    bar("pairwise F1 between orders of arrival, lowest", &format!("{lowest:.4}"), ".995");
    Ok(())
}

/// The group of each text, and the processor's seconds.
fn grouped(docs: &[Doc], order: &[usize], tell: bool) -> anyhow::Result<(Vec<GroupId>, f64)> {
    let mut groups = Groups::new();
    let mut of_doc = vec![GroupId::new(Timestamp::from_millis(0), [0; 10]); docs.len()];
    let mut took = [0.0; 4];
    for (batch, places) in order.chunks(BATCH).enumerate() {
        let mut at = cpu_seconds()?;
        let mut lap = |step: usize| -> anyhow::Result<()> {
            let now = cpu_seconds()?;
            took[step] += now - at;
            at = now;
            Ok(())
        };
        let plain: Vec<String> = places.iter().map(|it| normalise(&docs[*it].text)).collect();
        lap(0)?;
        let prints: Vec<_> = plain.iter().map(|it| fingerprint::of_normalised(it)).collect();
        lap(1)?;
        let facts = places.iter().zip(&plain).map(|(it, plain)| Facts::of(plain, docs[*it].lang));
        let facts: Vec<Facts> = facts.collect();
        lap(2)?;
        for (nth, (place, (fingerprint, facts))) in
            places.iter().zip(prints.into_iter().zip(facts)).enumerate()
        {
            let time = Timestamp::from_millis((batch * BATCH + nth) as i64);
            of_doc[*place] = join(&mut groups, &Probe { fingerprint, facts }, time);
        }
        lap(3)?;
    }
    if tell {
        let n = docs.len() as f64 / 1e6;
        let [plain, print, facts, find] = took.map(|it| it / n);
        println!(
            "microseconds a text: normalise {plain:.2}, fingerprint {print:.2}, facts {facts:.2}, find and insert {find:.2}"
        );
        println!("{} groups, {} bytes a group", groups.len(), groups.memory_bytes() / groups.len());
    }
    Ok((of_doc, took.iter().sum()))
}

fn join(groups: &mut Groups, probe: &Probe, time: Timestamp) -> GroupId {
    match groups.find(probe) {
        Some((id, Similarity::Exact)) => id,
        Some((id, Similarity::Near(_))) => {
            groups.learn(id, &probe.facts);
            id
        }
        None => {
            let id = GroupId::new(time, [0; 10]);
            groups.insert(id, &probe.fingerprint, Some(&probe.facts));
            id
        }
    }
}

/// What this thread has had of the processor.
fn cpu_seconds() -> anyhow::Result<f64> {
    let line = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanos = line.split(' ').next().context("the kernel tells no times")?;
    Ok(nanos.parse::<f64>()? / 1e9)
}

/// Edited texts, those with another number aside, that find their original among all originals;
/// and of how many. As peers are measured: pairs, whatever else a text may be like.
fn verified(docs: &[Doc]) -> (usize, usize) {
    let mut groups = Groups::new();
    let probe = |it: &Doc| {
        let plain = normalise(&it.text);
        let facts = Facts::of(&plain, it.lang);
        Probe { fingerprint: fingerprint::of_normalised(&plain), facts }
    };
    let id = |cluster: i64| GroupId::new(Timestamp::from_millis(cluster), [0; 10]);
    for doc in docs.iter().filter(|it| it.kind == "orig") {
        let probe = probe(doc);
        groups.insert(id(doc.cluster), &probe.fingerprint, Some(&probe.facts));
    }
    let edited = docs.iter().filter(|it| it.kind != "orig" && it.kind != "number");
    let is_found = |it: &&Doc| {
        let near = groups.neighbours(&probe(it));
        near.iter().any(|near| near.id == id(it.cluster) && near.differences.is_empty())
    };
    (edited.clone().filter(is_found).count(), edited.count())
}

/// Per kind of edit: how many edited texts share the group of their original.
fn planted(docs: &[Doc], of_doc: &[GroupId]) {
    let with_group = || docs.iter().zip(of_doc);
    let originals = with_group().filter(|it| it.0.kind == "orig");
    let original: HashMap<i64, GroupId> = originals.map(|it| (it.0.cluster, *it.1)).collect();
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (doc, group) in with_group().filter(|it| it.0.kind != "orig") {
        let slot = kinds.entry(&doc.kind).or_default();
        slot.0 += usize::from(original.get(&doc.cluster) == Some(group));
        slot.1 += 1;
    }
    let number = kinds.remove("number").unwrap_or_default();
    let sum = kinds.values().fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
    for (kind, it) in &kinds {
        println!("  {kind:8} {} of {}", share(*it), it.1);
    }
    bar("edited texts in the group of their original", &share(sum), "-");
    bar(
        "texts with another number that are kept apart",
        &share((number.1 - number.0, number.1)),
        ".99",
    );
}

fn share((n, of): (usize, usize)) -> String {
    format!("{:.4}", n as f64 / of.max(1) as f64)
}

/// Which texts belong together; one with another number belongs to nobody.
fn truth(docs: &[Doc]) -> Vec<(i64, usize)> {
    let cluster = |(idx, it): (usize, &Doc)| match it.kind.as_str() {
        "number" => (it.cluster, idx),
        _ => (it.cluster, usize::MAX),
    };
    docs.iter().enumerate().map(cluster).collect()
}

/// Of the pairs that `ours` puts together, the share that `theirs` does, and the other way round.
fn agreement<A, B>(ours: &[A], theirs: &[B]) -> (f64, f64)
where
    A: std::hash::Hash + Eq + Copy,
    B: std::hash::Hash + Eq + Copy,
{
    let common: Vec<(A, B)> = ours.iter().copied().zip(theirs.iter().copied()).collect();
    let n_common = n_pairs(&common);
    (n_common / n_pairs(ours).max(1.0), n_common / n_pairs(theirs).max(1.0))
}

fn n_pairs<T: std::hash::Hash + Eq>(parts: &[T]) -> f64 {
    let mut sizes: HashMap<&T, f64> = HashMap::new();
    parts.iter().for_each(|it| *sizes.entry(it).or_default() += 1.0);
    sizes.values().map(|it| it * (it - 1.0) / 2.0).sum()
}

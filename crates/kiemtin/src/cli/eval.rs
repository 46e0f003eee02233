//! `kiemtin eval`: ranking and decisions on a test collection, through the same code as `match`.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use kiemtin_core::decide::thresholds;
use kiemtin_core::eval::{Figures, Outcome, Qrels, figures, trec_run};
use kiemtin_core::ids::ClaimId;
use kiemtin_core::index::{ClaimDoc, ClaimIndex, Part};
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::{Decision, Meaning, Scratch, find_near};
use kiemtin_core::text::{key, language};
use kiemtin_core::time::Timestamp;
use kiemtin_core::vectors::{Sought, Vector, Vectors};
use kiemtin_extract::{Item, Kind};
use serde_json::json;

use super::bar::steps;
use super::say;
use crate::embed::Model;
use crate::{app, reason};

/// Claims a query: what a TREC run holds, and what recall at 50 looks at.
const RANKED: usize = 50;
/// Claims whose texts go through a model together.
const CLAIMS_AT_ONCE: usize = 64;

/// Measure ranking and decisions on a test collection, through the same code as `match`.
///
/// Claims: JSONL of id, text, title?, body?, lang?. Queries: JSONL of id, text, lang?. Qrels: TREC
/// lines `query 0 claim relevance`. Files may be gzipped.
#[derive(Debug, Args)]
pub(super) struct Eval {
    /// The claims.
    #[arg(long, value_name = "FILE")]
    claims: PathBuf,
    /// The queries.
    #[arg(long, value_name = "FILE")]
    queries: PathBuf,
    /// Which claims are right for which query.
    #[arg(long, value_name = "FILE")]
    qrels: PathBuf,
    /// Names of claims to leave out of the index: some queries then have no answer.
    #[arg(long, value_name = "FILE")]
    drop: Option<PathBuf>,
    /// A folder with an embedding model of sentence-transformers. Needs a program built with the
    /// feature `embed`.
    #[arg(long, env = "KIEMTIN_MODEL", value_name = "FOLDER")]
    model: Option<PathBuf>,
    /// Write a TREC run, 50 lines a query.
    #[arg(long, value_name = "FILE")]
    run: Option<PathBuf>,
    /// Write a line of JSON a query: the decision on its best claim, and why.
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
}

struct Built {
    index: ClaimIndex,
    names: HashMap<ClaimId, String>,
    time: Duration,
    meaning: Option<Meant>,
}

/// The model, what it made of the claims, and how long a claim took.
struct Meant {
    model: Model,
    vectors: Vectors,
    claims_per_second: f64,
}

impl Meant {
    fn of(model: Model, claims: &[(ClaimId, Vec<String>)]) -> anyhow::Result<Self> {
        let begin = Instant::now();
        let mut vectors = Vectors::new(model.n_dims());
        let bar = steps(claims.len() as u64, "making vectors");
        for some in claims.chunks(CLAIMS_AT_ONCE) {
            let texts: Vec<String> = some.iter().flat_map(|it| it.1.iter().cloned()).collect();
            let mut made = app::model::vectors(&model, &texts)?.into_iter();
            for (id, texts) in some {
                let own: Vec<Vector> = made.by_ref().take(texts.len()).collect();
                vectors.upsert(*id, &own);
            }
            bar.inc(some.len() as u64);
        }
        bar.finish_and_clear();
        let claims_per_second = claims.len() as f64 / begin.elapsed().as_secs_f64().max(1e-9);
        Ok(Self { model, vectors, claims_per_second })
    }

    fn meaning(&self, text: &str) -> anyhow::Result<Meaning<'_>> {
        let made = app::model::vectors(&self.model, &[text.to_owned()])?;
        let vector = made.first().context("a text has a vector")?;
        Ok(Meaning { vectors: &self.vectors, sought: Sought::of(vector) })
    }
}

struct Asked {
    outcomes: Vec<Outcome>,
    decisions: Vec<serde_json::Value>,
    latencies: Vec<Duration>,
}

impl Eval {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let model = self.model.as_deref().map(Model::load).transpose()?;
        let dropped = self.drop.as_deref().map(names).transpose()?.unwrap_or_default();
        let built = self.index(&dropped, model)?;
        let qrels = Qrels::parse(&text(&self.qrels)?)
            .with_context(|| format!("reading {}", self.qrels.display()))?
            .without(&dropped);
        let asked = self.ask(&built)?;
        if let Some(path) = &self.run {
            write(path, &trec_run(&asked.outcomes, "kiemtin", RANKED))?;
        }
        if let Some(path) = &self.decisions {
            let lines: String = asked.decisions.iter().map(|it| format!("{it}\n")).collect();
            write(path, &lines)?;
        }
        self.show(&figures(&asked.outcomes, &qrels), &built, asked.latencies);
        Ok(())
    }

    fn index(&self, dropped: &HashSet<String>, model: Option<Model>) -> anyhow::Result<Built> {
        let file = open(&self.claims)?;
        let begin = Instant::now();
        let (mut index, mut names) = (ClaimIndex::new(), HashMap::new());
        let mut texts = Vec::new();
        for (n, it) in (0_u64..).zip(kiemtin_extract::read(file, Some(Kind::Claims))) {
            let claim = match it.map(|it| it.value) {
                Ok(Item::Claim(claim)) => claim,
                Ok(_) => continue,
                Err(it) if it.value.is_note() => continue,
                Err(it) => anyhow::bail!("{}:{}: {}", self.claims.display(), it.line, it.value),
            };
            let name = claim.external_id.clone().context("each claim needs an id")?;
            if dropped.contains(&name) {
                continue;
            }
            let mut bytes = [0; 10];
            bytes[2..].copy_from_slice(&n.to_be_bytes());
            let id = ClaimId::new(Timestamp::from_millis(0), bytes);
            let lang = claim.lang.unwrap_or_else(|| language::guess(&claim.text));
            let mut parts = vec![(Part::Claim, claim.text.as_str())];
            parts.extend(claim.title.as_deref().map(|it| (Part::Title, it)));
            parts.extend(claim.body.as_deref().map(|it| (Part::Review, it)));
            index.upsert(&ClaimDoc { id, lang, parts });
            names.insert(id, name);
            if model.is_some() {
                texts.push((id, std::iter::once(claim.text).chain(claim.title).collect()));
            }
        }
        let time = begin.elapsed();
        let meaning = model.map(|it| Meant::of(it, &texts)).transpose()?;
        Ok(Built { index, names, time, meaning })
    }

    fn ask(&self, built: &Built) -> anyhow::Result<Asked> {
        let mut asked =
            Asked { outcomes: Vec::new(), decisions: Vec::new(), latencies: Vec::new() };
        let mut scratch = Scratch::default();
        let queries = self.queries()?;
        let bar = steps(queries.len() as u64, "asking");
        for (name, text, lang) in queries {
            let begin = Instant::now();
            let meaning = built.meaning.as_ref().map(|it| it.meaning(&text)).transpose()?;
            let key = key(&text, lang);
            let (meaning, thresholds) = (meaning.as_ref(), thresholds(key.lang));
            let found = find_near(&mut scratch, &built.index, &key, meaning, thresholds, RANKED);
            asked.latencies.push(begin.elapsed());
            let named = |it: ClaimId| built.names.get(&it).cloned().unwrap_or_default();
            let best = found.first();
            asked.decisions.push(json!({
                "query": name,
                "claim": best.map(|it| named(it.claim)),
                "probability": best.map(|it| it.probability),
                "decision": reason::decision_code(best.map_or(Decision::None, |it| it.decision)),
                "reasons": best.map(|it| it.reasons.iter().map(reason::value).collect::<Vec<_>>()),
            }));
            asked.outcomes.push(Outcome {
                query: name,
                ranked: found.iter().map(|it| (named(it.claim), it.probability)).collect(),
                decision: best.map_or(Decision::None, |it| it.decision),
            });
            bar.inc(1);
        }
        bar.finish_and_clear();
        anyhow::ensure!(!asked.outcomes.is_empty(), "{} holds no query", self.queries.display());
        Ok(asked)
    }

    fn queries(&self) -> anyhow::Result<Vec<(String, String, Option<Lang>)>> {
        let mut queries = Vec::new();
        for it in kiemtin_extract::read(open(&self.queries)?, Some(Kind::Messages)) {
            match it.map(|it| it.value) {
                Ok(Item::Message(it)) => {
                    queries.push((
                        it.external_id.context("each query needs an id")?,
                        it.text,
                        it.lang,
                    ));
                }
                Ok(_) => {}
                Err(it) if it.value.is_note() => {}
                Err(it) => anyhow::bail!("{}:{}: {}", self.queries.display(), it.line, it.value),
            }
        }
        Ok(queries)
    }

    fn show(&self, it: &Figures, built: &Built, mut latencies: Vec<Duration>) {
        latencies.sort_unstable();
        let total: Duration = latencies.iter().sum();
        let at = |share: f64| {
            let idx = (share * (latencies.len() - 1) as f64).round() as usize;
            latencies[idx].as_secs_f64() * 1_000.0
        };
        let per_second = latencies.len() as f64 / total.as_secs_f64().max(1e-9);
        let (p50, p99) = (at(0.50), at(0.99));
        let (index_s, n_bytes) = (built.time.as_secs_f64(), built.index.memory_bytes());
        if self.json {
            say!(
                "{}",
                json!({
                    "claims": built.index.len(), "queries": it.n_queries,
                    "answerable": it.n_answerable, "map@1": it.map_1, "map@5": it.map_5,
                    "mrr": it.mrr, "p@1": it.p_1, "recall@5": it.recall_5,
                    "recall@10": it.recall_10, "recall@50": it.recall_50,
                    "answers": it.n_answers, "answer_precision": it.answer_precision,
                    "answer_coverage": it.answer_coverage, "false_answers": it.n_false_answers,
                    "calibration_error": it.calibration_error,
                    "queries_per_second": per_second, "p50_ms": p50, "p99_ms": p99,
                    "index_seconds": index_s, "index_bytes": n_bytes,
                    "vector_claims_per_second":
                        built.meaning.as_ref().map(|it| it.claims_per_second),
                })
            );
            return;
        }
        say!(
            "claims {}, queries {} (answerable {})",
            built.index.len(),
            it.n_queries,
            it.n_answerable
        );
        say!("MAP@1 {:.3}  MAP@5 {:.3}  MRR {:.3}  P@1 {:.3}", it.map_1, it.map_5, it.mrr, it.p_1);
        say!(
            "recall@5 {:.3}  recall@10 {:.3}  recall@50 {:.3}",
            it.recall_5,
            it.recall_10,
            it.recall_50
        );
        say!(
            "answer: {} given, precision {:.3}, coverage {:.3}, {} on unanswerable queries",
            it.n_answers,
            it.answer_precision,
            it.answer_coverage,
            it.n_false_answers
        );
        say!("calibration error {:.3}", it.calibration_error);
        say!("{per_second:.0} queries a second, p50 {p50:.2} ms, p99 {p99:.2} ms");
        say!("index: {index_s:.2} s, {:.1} MiB", n_bytes as f64 / f64::from(1 << 20));
        if let Some(it) = &built.meaning {
            let mib = it.vectors.memory_bytes() as f64 / f64::from(1 << 20);
            say!("vectors: {:.0} claims a second, {mib:.1} MiB", it.claims_per_second);
        }
    }
}

fn open(path: &Path) -> anyhow::Result<BufReader<File>> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    Ok(BufReader::with_capacity(1 << 16, file))
}

fn text(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    let unpacked = kiemtin_extract::open(open(path)?)?;
    let mut unpacked = unpacked;
    unpacked.read_to_string(&mut text).with_context(|| format!("reading {}", path.display()))?;
    Ok(text)
}

fn names(path: &Path) -> anyhow::Result<HashSet<String>> {
    Ok(text(path)?.lines().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect())
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let write = || File::create(path)?.write_all(text.as_bytes());
    write().with_context(|| format!("cannot write {}", path.display()))
}

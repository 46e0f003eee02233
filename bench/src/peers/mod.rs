//! Matching beside what others search with, in the same run on the same texts and messages.
//!
//! `peers DIR [N] [--lucene JAR]`: the cascade, tantivy's BM25, and with `--lucene` Lucene's BM25,
//! which Elasticsearch and OpenSearch rank with. JAR is Anserini's: the Python package `pyserini`
//! 0.22.1 carries it as `pyserini/resources/jars/anserini-0.22.1-fatjar.jar`. It was tried with
//! JDK 17 (its compiler is needed, too); without JAR those rows are missing.
//!
//! - **Ranking**, on the real collections: MAP@5 in English, MRR in Vietnamese, fifty claims deep.
//!   The others get statement, title and body as one text.
//! - **Time**, on the N claims (a million) and the messages of `match DIR`. Each program has one
//!   thread, and its index is in memory; the others' is merged into one segment. All is asked once
//!   before anything is timed: a Java program is slow at first. Then they take turns, so many
//!   messages each, so that whatever else the machine does falls on all alike. A time is from the
//!   text of a message to the numbers of five claims. It is the processor's, of the thread that
//!   searches: on the wall, other work of the machine stretches a search of 50 ms more than one of
//!   2 ms. It is taken inside each program, so the start of Java and the pipe to it are not in it,
//!   nor is the thread that collects Java's garbage. Anserini's own searching program only tells
//!   how long all took, slow start included; so a few lines (`Ask.java`) ask Lucene one by one.
//!
//! They do not do the same work. The others rank by words alone; the cascade also searches without
//! diacritics and by pieces of words, compares numbers, dates and denials, and decides.
//! Not here: near-duplicates (`group`). The quickest peer, rensa, is a Python package and no crate.

mod lucene;
mod ours;
mod tantivy;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use kiemtin_core::eval::{Outcome, figures};
use kiemtin_core::index::Part;
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::Decision;
use rustix::time::{ClockId, clock_gettime};

use self::lucene::Lucene;
use self::ours::Ours;
use self::tantivy::Tantivy;
use crate::figures::{at, ms};
use crate::million;
use crate::program::Folder;
use crate::ranking::{queries, read_lines, text};

/// Claims asked for where time is measured, and where ranking is.
const FOUND: usize = 5;
const FOUND_DEEP: usize = 50;
/// Messages until it is the next program's turn.
const TURN: usize = 50;

/// A claim as those compared get it. Its number is its place in the list.
struct Claim {
    lang: Lang,
    parts: Vec<(Part, String)>,
}

impl Claim {
    /// All of it, for those who know no parts.
    fn joined(&self) -> String {
        self.parts.iter().map(|it| it.1.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// A program that finds claims.
trait Peer {
    fn name(&self) -> &'static str;

    /// Numbers of at most so many claims, best first, and the processor's time for it.
    fn ask(&mut self, text: &str, limit: usize) -> anyhow::Result<(Vec<usize>, Duration)>;

    /// How large it is.
    fn size(&self) -> anyhow::Result<String>;
}

/// Ours is the first.
type Peers = Vec<Box<dyn Peer>>;

/// What this thread has had of the processor.
fn processor() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

/// Ranking first, then time.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let usage = "usage: peers DIR [N] [--lucene JAR]";
    let (mut plain, mut jar) = (Vec::new(), None);
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--lucene" => jar = Some(PathBuf::from(args.next().context(usage)?)),
            _ => plain.push(arg),
        }
    }
    let (dir, n) = match plain.as_slice() {
        [dir] => (Path::new(dir), million::N),
        [dir, n] => (Path::new(dir), n.parse().context(usage)?),
        _ => bail!(usage),
    };
    if let Some(jar) = &jar {
        ensure!(jar.is_file(), "there is no {}", jar.display());
    }
    let folder = Folder::new()?;
    ranking(dir, jar.as_deref(), &folder)?;
    println!();
    time(dir, n, jar.as_deref(), &folder)
}

fn peers(
    claims: &[Claim],
    lang: Option<Lang>,
    jar: Option<&Path>,
    folder: &Folder,
) -> anyhow::Result<Peers> {
    let begin = Instant::now();
    let mut res: Peers = vec![Box::new(Ours::new(claims, lang))];
    let ours = begin.elapsed();
    res.push(Box::new(Tantivy::new(claims)?));
    let tantivy = begin.elapsed() - ours;
    eprintln!(
        "{} claims indexed: ours {ours:.1?} (1 thread), tantivy {tantivy:.1?} (2)",
        claims.len()
    );
    if let Some(jar) = jar {
        let begin = Instant::now();
        res.push(Box::new(Lucene::new(claims, jar, folder)?));
        eprintln!("lucene {:.1?} (2 threads, with the start of Java)", begin.elapsed());
    }
    Ok(res)
}

/// How well each ranks what people asked.
fn ranking(dir: &Path, jar: Option<&Path>, folder: &Folder) -> anyhow::Result<()> {
    let mut loaded: Option<(&str, Vec<String>, Peers)> = None;
    for (name, typed) in million::SETS {
        let path = dir.join(name);
        if loaded.as_ref().is_none_or(|it| it.0 != name) {
            drop(loaded.take()); // Two Lucene indexes do not fit into the one folder.
            let (names, claims) = collection(&path)?;
            let lang = claims.first().map(|it| it.lang);
            loaded = Some((name, names, peers(&claims, lang, jar, folder)?));
        }
        let Some((_, names, peers)) = &mut loaded else { continue };
        let (queries, qrels) = queries(&path, "dev", typed)?;
        for peer in peers {
            let mut outcomes = Vec::with_capacity(queries.len());
            for query in &queries {
                let (found, _) = peer.ask(&query.text, FOUND_DEEP)?;
                let ranked = found.iter().map(|it| (names[*it].clone(), 0.0)).collect();
                let query = query.name.clone();
                outcomes.push(Outcome { query, ranked, decision: Decision::None });
            }
            let figures = figures(&outcomes, &qrels);
            println!(
                "{:<25} {:<8} MAP@5 {:.3}  MRR {:.3}  P@1 {:.3}  among fifty {:.3}",
                format!("{name}{typed}"),
                peer.name(),
                figures.map_5,
                figures.mrr,
                figures.p_1,
                figures.recall_50,
            );
        }
    }
    Ok(())
}

/// The claims of a collection, and their names.
fn collection(path: &Path) -> anyhow::Result<(Vec<String>, Vec<Claim>)> {
    let rows = read_lines(&path.join("claims.jsonl")).context("claims")?;
    let names = rows.iter().map(|it| text(it, "id").to_owned()).collect();
    let claim = |row: &serde_json::Value| {
        let fields = [(Part::Claim, "text"), (Part::Title, "title"), (Part::Review, "body")];
        let parts = fields.map(|(part, field)| (part, text(row, field).to_owned()));
        let parts = parts.into_iter().filter(|it| !it.1.is_empty()).collect();
        Claim { lang: Lang::from_tag(text(row, "lang")).unwrap_or(Lang::En), parts }
    };
    Ok((names, rows.iter().map(claim).collect()))
}

/// How long each takes among so many claims.
fn time(dir: &Path, n: usize, jar: Option<&Path>, folder: &Folder) -> anyhow::Result<()> {
    let claim = |(lang, text)| Claim { lang, parts: vec![(Part::Claim, text)] };
    let claims: Vec<Claim> = million::texts(dir, n)?.map(claim).collect();
    let mut peers = peers(&claims, None, jar, folder)?;
    drop(claims);
    let mut sets: Vec<(String, Vec<String>)> = Vec::new();
    for (name, typed) in million::SETS {
        let queries = queries(&dir.join(name), "dev", typed)?.0;
        sets.push((format!("{name}{typed}"), queries.into_iter().map(|it| it.text).collect()));
    }
    for (_, texts) in &sets {
        in_turns(&mut peers, texts)?;
    }
    println!("load of the machine before: {}", load());
    println!(
        "{:<25} {:<8} {:>11} {:>11} {:>11}   ours/theirs: p50, p99, mean",
        "", "", "p50", "p99", "mean"
    );
    let mut every = vec![Vec::new(); peers.len()];
    for (name, texts) in &sets {
        let times = in_turns(&mut peers, texts)?;
        show(name, &peers, &times);
        every.iter_mut().zip(times).for_each(|(every, times)| every.extend(times));
    }
    show("all", &peers, &every);
    println!("load of the machine after: {}", load());
    for peer in &peers {
        println!("{:<8} {}", peer.name(), peer.size()?);
    }
    Ok(())
}

/// The times of each program, in its turns.
fn in_turns(peers: &mut [Box<dyn Peer>], texts: &[String]) -> anyhow::Result<Vec<Vec<Duration>>> {
    let mut times = vec![Vec::with_capacity(texts.len()); peers.len()];
    for some in texts.chunks(TURN) {
        for (peer, times) in peers.iter_mut().zip(&mut times) {
            for text in some {
                let (found, took) = peer.ask(text, FOUND)?;
                assert!(found.len() <= FOUND, "no more than asked for");
                times.push(took);
            }
        }
    }
    Ok(times)
}

/// A line a program.
fn show(set: &str, peers: &[Box<dyn Peer>], times: &[Vec<Duration>]) {
    let summary = |times: &Vec<Duration>| {
        let mut times = times.clone();
        let mean = times.iter().sum::<Duration>() / times.len().max(1) as u32;
        [at(0.5, &mut times), at(0.99, &mut times), mean]
    };
    let ours = summary(&times[0]);
    for (nth, (peer, times)) in peers.iter().zip(times).enumerate() {
        let theirs = summary(times);
        let [p50, p99, mean] = theirs.map(ms);
        print!("{set:<25} {:<8} {p50:>11} {p99:>11} {mean:>11}", peer.name());
        if 0 < nth {
            let ratio = |it: usize| ours[it].as_secs_f64() / theirs[it].as_secs_f64();
            print!("   {:.2}, {:.2}, {:.2}", ratio(0), ratio(1), ratio(2));
        }
        println!();
    }
}

/// How many programs wanted a core, over the last one, five and fifteen minutes.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

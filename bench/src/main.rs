//! Benchmarks: figures of this machine, each beside the bar it is held against.

mod collect;
mod data;
mod dates;
mod desk;
mod encodings;
mod figures;
mod grouping;
mod load;
mod masking;
#[cfg(feature = "embed")]
mod meaning;
mod million;
mod negation;
mod nginx;
mod pages;
#[cfg(feature = "peers")]
mod peers;
mod program;
mod published;
mod ranking;
mod start;
mod texts;
mod tips;
mod training;
mod vectors;
mod worth;

/// One benchmark: its name, what may follow it, what it measures.
const BENCHMARKS: [(&str, &str); 19] = [
    ("start", "demo and serve until the first page; size of the program"),
    ("desk", "desk [N]: import of 100,000 messages, match and memory with N = 10,000 claims"),
    ("data", "data [N]: export of the open data of 100,000 answers: time, memory"),
    ("tips", "tips over HTTP: acknowledged a second, time until sorted"),
    (
        "pages",
        "pages [N [R]]: answer page and search, N = 100,000 answers, R = 1,000 a second; nginx",
    ),
    (
        "encodings",
        "encodings [--data DIR]: Vietnamese older than Unicode recognised, other texts left alone",
    ),
    ("masking", "recall and precision of masking on a generated set, time"),
    ("ranking", "ranking measure|open DIR: the cascade on a folder of collections"),
    ("match", "match DIR [N]: searches among a million claims, memory, size on disk"),
    ("negation", "negation DIR: messages told from their denials, paraphrases lost"),
    ("group", "group DIR: speed, recall, precision and order on DIR/neardup"),
    ("dates", "dates --data DIR [--htmldate PYTHON]: publication dates right to the day, pages/s"),
    ("collect", "collect --data DIR: 200 sources of real pages, pauses, slow servers, memory"),
    ("vectors", "exact search among up to 1,000,000 vectors: time, memory"),
    ("meaning", "meaning fit|measure DIR MODEL: what an embedding model adds to ranking"),
    ("peers", "peers DIR [N] [--lucene JAR]: matching beside tantivy and Lucene, in the same run"),
    (
        "extract",
        "extract --data DIR [--peers]: text of pages: quality, speed; see bench/extraction",
    ),
    ("worth", "worth --data DIR: which texts are worth checking, beside the best seen; speed"),
    ("all", "everything that needs no data: start, desk, tips, masking"),
];

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("start") => start::run(),
        Some("desk") => desk::run(args.get(1).map(|it| it.parse()).transpose()?),
        Some("data") => data::run(args.get(1).map(|it| it.parse()).transpose()?),
        Some("tips") => tips::run(),
        Some("pages") => pages::run(
            args.get(1).map(|it| it.parse()).transpose()?,
            args.get(2).map(|it| it.parse()).transpose()?,
        ),
        Some("encodings") => encodings::run(&args[1..]),
        Some("masking") => masking::run(),
        Some("ranking") => ranking::run(&args[1..]),
        Some("match") => million::run(&dir(&args)?, args.get(2).map(|it| it.parse()).transpose()?),
        Some("negation") => negation::run(&dir(&args)?),
        Some("train-ranker") => training::run(&args[1..]),
        Some("group") => grouping::run(&args[1..]),
        Some("worth") => worth::run(&args[1..]),
        Some("train-worth") => worth::train(&args[1..]),
        Some("dates") => dates::run(&args[1..]),
        Some("collect") => collect::run(&args[1..]),
        Some("vectors") => vectors::run(),
        #[cfg(feature = "embed")]
        Some("meaning") => meaning::run(&args[1..]),
        #[cfg(not(feature = "embed"))]
        Some("meaning") => anyhow::bail!("build it with --features embed"),
        #[cfg(feature = "peers")]
        Some("peers") => peers::run(&args[1..]),
        #[cfg(not(feature = "peers"))]
        Some("peers") => anyhow::bail!("build it with --features peers"),
        Some("all") => {
            start::run()?;
            desk::run(None)?;
            tips::run()?;
            masking::run()
        }
        _ => {
            println!("cargo xtask bench NAME");
            for (name, about) in BENCHMARKS {
                println!("  {name:<10} {about}");
            }
            Ok(())
        }
    }
}

/// The folder of collections that a benchmark is given.
fn dir(args: &[String]) -> anyhow::Result<std::path::PathBuf> {
    args.get(1).map(std::path::PathBuf::from).ok_or_else(|| {
        anyhow::anyhow!("name the folder of collections: cargo xtask bench {} DIR", args[0])
    })
}

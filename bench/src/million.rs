//! The cascade against a million claims: time of a search, memory, size of the snapshot.
//!
//! Claims of thirty words are put together from pieces of the collections' texts, half of them
//! English and half Vietnamese; the same ones every time. The queries are the collections' own.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use kiemtin_core::ids::ClaimId;
use kiemtin_core::index::{ClaimDoc, ClaimIndex, Part};
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::{self, Scratch};
use kiemtin_core::text::key;
use kiemtin_core::time::Timestamp;

use crate::figures::{at, bar, ms};
use crate::masking::generated::Chance;
use crate::ranking::{queries, read_lines};

/// Claims, unless said otherwise.
pub(crate) const N: usize = 1_000_000;

/// Words of a claim.
const WORDS: usize = 30;

/// What is asked, of `dev`: folder, way of typing.
pub(crate) const SETS: [(&str, &str); 4] = [
    ("claims-2a", ""),
    ("claims-vi", ".clean"),
    ("claims-vi", ".nodiacritics"),
    ("claims-vi", ".chat"),
];

/// Measures with so many claims, a million unless said otherwise.
pub fn run(dir: &Path, n: Option<usize>) -> anyhow::Result<()> {
    let n = n.unwrap_or(N);
    let texts = texts(dir, n)?;
    let mut index = ClaimIndex::new();
    let begin = Instant::now();
    for (nth, (lang, text)) in texts.enumerate() {
        let id = ClaimId::new(Timestamp::from_millis(nth as i64), [0; 10]);
        index.upsert(&ClaimDoc { id, lang, parts: vec![(Part::Claim, &text)] });
    }
    println!("{n} claims indexed in {:.1?}", begin.elapsed());
    let megabytes = |bytes: usize| format!("{} MB", bytes >> 20);
    bar("memory of the index", &megabytes(index.memory_bytes()), "1.5 GB");
    bar("memory of the process at its most", &megabytes(peak_bytes()), "1.5 GB");
    let begin = Instant::now();
    let bytes = index.to_bytes();
    bar("snapshot on disk", &megabytes(bytes.len()), "1 GB");
    println!("written in {:.1?}", begin.elapsed());
    let begin = Instant::now();
    let index = ClaimIndex::from_bytes(&bytes)?;
    println!("read back in {:.1?}", begin.elapsed());
    drop(bytes);
    let mut every = Vec::new();
    for (folder, typed) in SETS {
        let mut times = ask(&index, dir, folder, typed)?;
        let (p50, p99) = (at(0.5, &mut times), at(0.99, &mut times));
        println!(
            "{folder}{typed}: p50 {}, p99 {}, max {}",
            ms(p50),
            ms(p99),
            ms(at(1.0, &mut times))
        );
        every.extend(times);
    }
    bar("search, p50", &ms(at(0.5, &mut every)), "3 ms");
    bar("search, p99", &ms(at(0.99, &mut every)), "20 ms");
    Ok(())
}

/// So many texts with their language, the same ones every time.
pub(crate) fn texts(
    dir: &Path,
    n: usize,
) -> anyhow::Result<impl Iterator<Item = (Lang, String)> + use<>> {
    let sources = [(Lang::En, sources(dir, "claims-2a")?), (Lang::Vi, sources(dir, "claims-vi")?)];
    let mut chance = Chance(7);
    Ok((0..n).map(move |nth| {
        let (lang, texts) = &sources[nth % 2];
        (*lang, put_together(texts, &mut chance))
    }))
}

/// The words of every text of a collection.
fn sources(dir: &Path, folder: &str) -> anyhow::Result<Vec<Vec<String>>> {
    let rows = read_lines(&dir.join(folder).join("claims.jsonl"))?;
    let text = |it: &serde_json::Value| {
        let parts = ["text", "title", "body"].map(|part| it[part].as_str().unwrap_or_default());
        parts.join(" ").split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    Ok(rows.iter().map(text).filter(|it| 4 < it.len()).collect())
}

/// Pieces of up to ten words, until there are thirty.
fn put_together(texts: &[Vec<String>], chance: &mut Chance) -> String {
    let mut words: Vec<&str> = Vec::with_capacity(WORDS + 10);
    while words.len() < WORDS {
        let text = &texts[chance.below(texts.len())];
        let start = chance.below(text.len());
        words.extend(text[start..].iter().take(10).map(String::as_str));
    }
    words.truncate(WORDS);
    words.join(" ")
}

fn ask(index: &ClaimIndex, dir: &Path, folder: &str, typed: &str) -> anyhow::Result<Vec<Duration>> {
    let (queries, _) = queries(&dir.join(folder), "dev", typed)?;
    let mut scratch = Scratch::default();
    let mut times = Vec::with_capacity(queries.len());
    for query in &queries {
        let begin = Instant::now();
        let found = matching::find_with(&mut scratch, index, &key(&query.text, None), 5);
        times.push(begin.elapsed());
        assert!(found.len() <= 5, "no more than asked for");
    }
    Ok(times)
}

/// The most memory that this process has had.
fn peak_bytes() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|it| it.trim().trim_end_matches(" kB").parse::<usize>().ok());
    kibibytes.unwrap_or(0) << 10
}

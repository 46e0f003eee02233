//! Reading pages, measured: quality against sets with the text that people took, and speed.

mod boost;
mod label;
#[cfg(feature = "peers")]
mod peers;
mod score;
mod sets;
mod train;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use kiemtin_extract::Document;
use serde_json::Value;

use crate::score::{Shingles, word_f1, words};
use crate::sets::{Page, Set, read};

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| {
        let at = args.iter().position(|it| it == name)?;
        args.get(at + 1).map(PathBuf::from)
    };
    let data = option("--data").context("name the folder of collections: --data DIR")?;
    let sets = read(&data)?;
    println!(
        "{:<28} {:<12} {:>9} {:>9} {:>9} {:>9}",
        "what", "set", "4-gram P", "4-gram R", "4-gram F1", "word F1"
    );
    // The output of another program: {"id": {"articleBody": "…"}}, as its comparison keeps it.
    if let Some(file) = option("--outputs") {
        return outputs(&sets, &file);
    }
    if args.first().is_some_and(|it| it == "train") {
        return train::run(&sets, option("--out").as_deref());
    }
    for set in &sets {
        let before = cpu();
        let read = |it: &Page| kiemtin_extract::page(&it.html, None, Some(&it.url));
        let documents: Vec<Document> = set.pages.iter().map(read).collect();
        let took = cpu() - before;
        titles(set, &documents);
        let texts: Vec<String> = documents.into_iter().map(|it| it.text).collect();
        row("kiemtin", set, &texts);
        speed(set, took);
        #[cfg(feature = "peers")]
        for it in peers::all(set) {
            row(it.name, set, &it.texts);
            speed(set, it.took);
        }
    }
    Ok(())
}

/// How many headlines are those of the set, letter by letter but for spaces.
fn titles(set: &Set, documents: &[Document]) {
    let bare = |it: &str| words(&it.to_lowercase()).join(" ");
    let told =
        set.pages.iter().zip(documents).filter_map(|(page, it)| Some((page.title.as_ref()?, it)));
    let told: Vec<bool> = told
        .map(|(wanted, it)| it.title.as_deref().is_some_and(|it| bare(it) == bare(wanted)))
        .collect();
    if !told.is_empty() {
        let n_same = told.iter().filter(|it| **it).count();
        println!(
            "{:<28} {:<12} {n_same} of {} headlines the same",
            "kiemtin",
            set.name,
            told.len()
        );
    }
}

fn speed(set: &Set, took: Duration) {
    let n_pages = set.pages.len() as f64 / took.as_secs_f64();
    println!("{:<28} {:<12} {n_pages:.0} pages a CPU-second", "", set.name);
}

fn outputs(sets: &[Set], file: &Path) -> anyhow::Result<()> {
    let outputs: Value = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let text = |id: &str| {
        let it = &outputs[id];
        it.as_str().or_else(|| it["articleBody"].as_str()).map(str::to_owned)
    };
    for set in sets {
        let texts: Vec<Option<String>> = set.pages.iter().map(|it| text(&it.id)).collect();
        if texts.iter().any(Option::is_some) {
            let texts: Vec<String> = texts.into_iter().map(Option::unwrap_or_default).collect();
            row(&file.display().to_string(), set, &texts);
        }
    }
    Ok(())
}

fn row(what: &str, set: &Set, texts: &[String]) {
    let mut shingles = Shingles::default();
    let mut words = 0.0;
    for (page, text) in set.pages.iter().zip(texts) {
        shingles.add(&page.text, text);
        words += word_f1(&page.text, text);
    }
    let [precision, recall, f1] = shingles.figures();
    let words = words / set.pages.len().max(1) as f64;
    println!("{what:<28} {:<12} {precision:>9.3} {recall:>9.3} {f1:>9.4} {words:>9.4}", set.name);
}

/// The processor's time of this thread: the kernel tells it in nanoseconds.
fn cpu() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let running = told.split(' ').next().and_then(|it| it.parse().ok());
    Duration::from_nanos(running.unwrap_or(0))
}

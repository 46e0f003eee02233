//! Publication dates of real pages: how many are right to the day, and how many pages a second of
//! one core.
//!
//! The pages of a folder are in two halves by the order of their names: what is in the code was
//! tuned on the first, the second was kept aside. A page without a date counts as right when none
//! is found. Each half is read with the page's address and without it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, ensure};
use kiemtin_core::time::Timestamp;
use kiemtin_extract::date::Precision;
use kiemtin_extract::{dates, open};
use serde_json::Value;

use crate::figures::bar;

const BAR: &str = "0.92, 200 pages/s";
/// Of the whole set of 1,000 pages, of which this one is a half, as its keepers give them.
const PUBLISHED: [(&str, &str); 4] = [
    ("htmldate, extensive", "0.903, 97 pages/s"),
    ("htmldate, fast", "0.863, 213 pages/s"),
    ("trafilatura (crate)", "0.833"),
    ("dom_smoothie", "0.516"),
];
const PEER: &str = include_str!("peers/htmldate.py");

struct Page {
    path: PathBuf,
    url: String,
    day: Option<String>,
    bytes: Vec<u8>,
}

/// `dates --data DIR [--htmldate PYTHON]`
///
/// # Errors
/// The collection cannot be read, or Python fails.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let value = |name: &str| {
        let at = args.iter().position(|it| it == name)?;
        args.get(at + 1)
    };
    let dir = value("--data").context("name the folder of collections: dates --data DIR")?;
    let dir = Path::new(dir).join("extraction");
    let pages = pages(&dir)?;
    let half = |rest: usize| -> Vec<&Page> {
        pages.iter().enumerate().filter(|it| it.0 % 2 == rest).map(|it| it.1).collect()
    };
    let (tuned, aside) = (half(0), half(1));
    let vietnamese = vietnamese(&dir)?;
    let vietnamese: Vec<&Page> = vietnamese.iter().collect();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let now = Timestamp::from_millis(i64::try_from(now.as_millis())?);
    for (name, pages) in [
        ("the half tuned on", &tuned),
        ("the half kept aside", &aside),
        ("Vietnamese", &vietnamese),
    ] {
        for (how, with_url) in [("with the address", true), ("the file alone", false)] {
            let (n_right, took) = measure(pages, with_url, now)?;
            let what = format!("{name}, {} pages, {how}", pages.len());
            bar(&what, &figure(n_right, pages.len(), took), BAR);
        }
    }
    if let Some(python) = value("--htmldate") {
        htmldate(python, &[("the half tuned on", tuned), ("the half kept aside", aside)])?;
    }
    for (name, figure) in PUBLISHED {
        bar(&format!("{name}, as published for the whole set"), figure, "-");
    }
    Ok(())
}

fn figure(n_right: usize, n_pages: usize, took: Duration) -> String {
    let (right, n) = (n_right as f64, n_pages as f64);
    format!("{:.3}, {:.0} pages/s", right / n, n / took.as_secs_f64())
}

/// How many are right, and the processor's time from bytes to date.
fn measure(pages: &[&Page], with_url: bool, now: Timestamp) -> anyhow::Result<(usize, Duration)> {
    let mut n_right = 0;
    let begin = cpu()?;
    for page in pages {
        let url = with_url.then_some(&*page.url);
        let found = dates(&page.bytes, None, url, Some(now));
        let day = found.best().filter(|it| it.precision == Precision::Day);
        n_right += usize::from(day.map(|it| it.day.to_string()) == page.day);
    }
    Ok((n_right, cpu()? - begin))
}

/// The processor's time of this thread.
fn cpu() -> anyhow::Result<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanos = text.split(' ').next().context("empty schedstat")?;
    Ok(Duration::from_nanos(nanos.parse()?))
}

fn pages(dir: &Path) -> anyhow::Result<Vec<Page>> {
    let dir = dir.join("dates");
    // Python writes NaN for a page without a date.
    let text = fs::read_to_string(dir.join("dates.json"))?.replace(": NaN", ": null");
    let rows: BTreeMap<String, Value> = serde_json::from_str(&text)?;
    let mut res = Vec::new();
    for (url, row) in rows {
        let file = row["file"].as_str().context("a row without a file")?;
        let path = dir.join("html").join(format!("{file}.gz"));
        let day = row["date"].as_str().map(str::to_owned);
        res.push(Page { bytes: unpacked(&path)?, path, url, day });
    }
    ensure!(res.len() >= 2, "no pages in {}", dir.display());
    res.sort_by(|one, two| one.path.cmp(&two.path));
    Ok(res)
}

fn vietnamese(dir: &Path) -> anyhow::Result<Vec<Page>> {
    let dir = dir.join("vietnamese");
    let text = fs::read_to_string(dir.join("ground-truth.json"))?;
    let rows: BTreeMap<String, Value> = serde_json::from_str(&text)?;
    let page = |(name, row): (String, Value)| {
        let path = dir.join("html").join(format!("{name}.html.gz"));
        let url = row["url"].as_str().unwrap_or_default().to_owned();
        let day = row["date"].as_str().and_then(|it| it.get(..10)).map(str::to_owned);
        Ok(Page { bytes: unpacked(&path)?, path, url, day })
    };
    rows.into_iter().map(page).collect()
}

fn unpacked(path: &Path) -> anyhow::Result<Vec<u8>> {
    let file = fs::File::open(path).with_context(|| path.display().to_string())?;
    let mut bytes = Vec::new();
    open(BufReader::new(file))?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The peer on the same pages: its answers and its processor's time, one row a mode.
fn htmldate(python: &str, halves: &[(&str, Vec<&Page>)]) -> anyhow::Result<()> {
    for (name, pages) in halves {
        let paths = pages.iter().map(|it| it.path.as_os_str());
        let ran = Command::new(python).args(["-c", PEER]).args(paths).output()?;
        ensure!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        let rows: Vec<Value> = serde_json::from_slice(&ran.stdout)?;
        for row in &rows {
            let answers = row["days"].as_array().context("no answers")?;
            let right = pages.iter().zip(answers);
            let n_right = right.filter(|(page, it)| it.as_str() == page.day.as_deref()).count();
            let took = Duration::from_secs_f64(row["seconds"].as_f64().context("no time")?);
            let what = format!("htmldate {}, {name}", row["mode"].as_str().unwrap_or_default());
            bar(&what, &figure(n_right, pages.len(), took), "-");
        }
    }
    Ok(())
}

//! The open data of a desk with 100,000 answers: how long an export takes, and how much memory.
//!
//! The answers are copies of the sample's, brought in as a backup is: publishing so many one by one
//! would take an hour and measure something else.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use kiemtin_core::time::Timestamp;
use kiemtin_store::backup::{Manifest, Table};
use kiemtin_store::{Desk, Store};
use serde_json::Value;
use uuid::Uuid;

use crate::figures::bar;
use crate::program::{Folder, binary, run as kiemtin};

const N_ANSWERS: usize = 100_000;
/// How often the memory of the running export is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// Lines that are brought in at a time.
const LINES_AT_ONCE: usize = 1_000;
/// The tables that a copy of an answer has rows in.
const COPIED: [&str; 6] =
    ["claims", "cases", "evidence", "log_entries", "review_versions", "version_signers"];

type Line = Vec<Value>;

/// Prints the figures of a desk with so many answers, 100,000 unless said otherwise.
///
/// # Errors
/// The program fails.
pub(crate) fn run(n_answers: Option<usize>) -> anyhow::Result<()> {
    let n_answers = n_answers.unwrap_or(N_ANSWERS);
    let folder = Folder::new()?;
    let sample = folder.path("sample");
    kiemtin(&["demo", "--no-serve", "--data", text(&sample)?])?;
    let desk = folder.path("desk");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let n = runtime.block_on(grow(&sample, &desk, n_answers))?;
    println!("a desk with {n} answers");
    for format in ["csv", "jsonl", "parquet", "all"] {
        let to = folder.path(format);
        let (took, peak) = export(&desk, &to, format)?;
        let mb = size(&to)? as f64 / 1e6;
        let figure = format!("{:.1} s, {mb:.0} MB", took.as_secs_f64());
        bar(&format!("export, {format}: time and size"), &figure, "-");
        bar(&format!("export, {format}: most memory"), &format!("{peak} MB"), "under 150 MB");
    }
    Ok(())
}

/// Runs an export and looks at its memory meanwhile.
fn export(desk: &Path, to: &Path, format: &str) -> anyhow::Result<(Duration, u64)> {
    let args = ["export", "--data", text(desk)?, "--to", text(to)?, "--format", format];
    let begin = Instant::now();
    let mut child = Command::new(binary()?).args(args).stdout(Stdio::null()).spawn()?;
    let mut peak = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        let told = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
        let told = told.unwrap_or_default(); // It ended between the two looks.
        let line = told.lines().find_map(|it| it.strip_prefix("VmHWM:"));
        let kib = line.and_then(|it| it.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(kib.unwrap_or(0) / 1_000);
        std::thread::sleep(LOOK);
    };
    ensure!(status.success(), "the export failed: {status}");
    Ok((begin.elapsed(), peak))
}

fn size(folder: &Path) -> anyhow::Result<u64> {
    std::fs::read_dir(folder)?.map(|it| Ok(it?.metadata()?.len())).sum()
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("a path of UTF-8")
}

/// Fills a new desk with the sample and copies of its answers; returns how many there are.
async fn grow(sample: &Path, desk: &Path, n_answers: usize) -> anyhow::Result<usize> {
    let store = Store::read_sqlite(&sample.join("desk.db")).await?;
    let mut lines: HashMap<&str, Vec<Line>> = HashMap::new();
    let manifest = store.dump(|chunk| {
        let rows =
            chunk.lines.lines().map(serde_json::from_str).collect::<Result<Vec<Line>, _>>()?;
        lines.entry(chunk.table).or_default().extend(rows);
        Ok(())
    });
    let mut manifest: Manifest = manifest.await?;
    let sample = Sample::new(&manifest, &lines);
    let n_copies = n_answers / sample.n_answers;
    for table in &mut manifest.tables {
        if COPIED.contains(&&*table.name) {
            table.rows *= 1 + n_copies as u64;
        }
    }
    std::fs::create_dir_all(desk.join("keys"))?;
    let new = Desk { id: Uuid::nil(), demo: true, created_at: Timestamp::from_millis(0) };
    let grown = Store::open_sqlite(&desk.join("desk.db"), new).await?;
    let tables = manifest.tables.clone();
    let mut restore = grown.begin_restore(manifest).await?;
    for table in &tables {
        let own = lines.get(&*table.name).map_or(&[][..], Vec::as_slice);
        let n_copies = if COPIED.contains(&&*table.name) { n_copies } else { 0 };
        let all = (0..=n_copies).flat_map(|n| own.iter().map(move |it| (n, it)));
        let all: Vec<_> = all.collect();
        for some in all.chunks(LINES_AT_ONCE) {
            let text = |(n, line): &(usize, &Line)| sample.copy(table, *n, line) + "\n";
            restore.rows(&table.name, &some.iter().map(text).collect::<String>()).await?;
        }
    }
    restore.finish().await?;
    let n = grown.n_published().await?;
    grown.close().await;
    Ok(usize::try_from(n)?)
}

/// What has to differ in a copy.
struct Sample {
    /// Ids of claims, cases and sources.
    ids: HashSet<String>,
    n_answers: usize,
    n_entries: i64,
}

impl Sample {
    fn new(manifest: &Manifest, lines: &HashMap<&str, Vec<Line>>) -> Self {
        let of = |name: &str| lines.get(name).map_or(&[][..], Vec::as_slice);
        let table = |name: &str| manifest.tables.iter().find(|it| it.name == name);
        let id = |name: &'static str| {
            let at = table(name).and_then(|it| column(it, "id"));
            of(name).iter().filter_map(move |it| Some(it.get(at?)?.as_str()?.to_owned()))
        };
        let ids = ["claims", "cases", "evidence"].into_iter().flat_map(id).collect();
        let n_entries = i64::try_from(of("log_entries").len()).expect("small");
        Self { ids, n_answers: of("review_versions").len().max(1), n_entries }
    }

    /// The n-th copy of a line; the 0th is the line itself.
    fn copy(&self, table: &Table, n: usize, line: &Line) -> String {
        if n == 0 {
            return Value::Array(line.clone()).to_string();
        }
        let mut copy: Line = line.iter().map(|it| self.renamed(it, n)).collect();
        let n = i64::try_from(n).expect("small");
        let places = ["idx", "log_idx", "answer_idx"].map(|it| (it, self.n_entries));
        for (name, by) in places.into_iter().chain([("number", 1_000_000)]) {
            if let Some(at) = column(table, name)
                && let Some(old) = copy[at].as_i64()
            {
                copy[at] = (old + n * by).into();
            }
        }
        if let Some(at) = column(table, "origin_hmac") {
            copy[at] = Value::Null;
        }
        Value::Array(copy).to_string()
    }

    /// An id of the copy instead of the sample's, alone or inside an entry of the log.
    fn renamed(&self, value: &Value, n: usize) -> Value {
        let Some(text) = value.as_str() else { return value.clone() };
        let new = |id: &str| format!("{}{n:08x}", &id[..id.len() - 8]);
        if self.ids.contains(text) {
            return new(text).into();
        }
        match text.split_once("\"id\":\"").and_then(|(_, rest)| rest.split_once('"')) {
            Some((id, _)) if self.ids.contains(id) => text.replace(id, &new(id)).into(),
            _ => value.clone(),
        }
    }
}

fn column(table: &Table, name: &str) -> Option<usize> {
    table.columns.iter().position(|it| it == name)
}

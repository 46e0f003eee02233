//! Tips posted over HTTP to a desk with 10,000 claims: how many a second are acknowledged after
//! their commit; and, at a steady thousand a second, how long until each is in its group and
//! matched.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use kiemtin_core::receipt::Receipt;
use kiemtin_store::Store;
use kiemtin_store::receipts::Outcome;

use crate::figures::{at, bar, ms};
use crate::program::{Folder, Http, Server, run as kiemtin};
use crate::texts::{Texts, jsonl};

const N_CLAIMS: usize = 10_000;
/// As many as go in: this many.
const N_AT_ONCE: usize = 20_000;
/// Then this many, at a steady pace.
const N_PACED: usize = 20_000;
const PACE: Duration = Duration::from_millis(1);
/// People who send at the same time.
const N_SENDERS: usize = 64;
/// One paced tip in so many is followed until it is sorted.
const FOLLOWED: usize = 400;
const SORTED_TIMEOUT: Duration = Duration::from_secs(60);

/// Prints the figures.
///
/// # Errors
/// The program fails, or a tip is refused.
pub(crate) fn run() -> anyhow::Result<()> {
    let mut texts = Texts::new(7)?;
    let claims = texts.claims(N_CLAIMS);
    let tips = texts.messages(N_AT_ONCE + N_PACED, &claims);
    let (at_once, paced) = tips.split_at(N_AT_ONCE);
    let folder = Folder::new()?;
    let desk = folder.desk();
    let claims = folder.write("claims.jsonl", &jsonl(&claims))?;
    kiemtin(&["import", "--data", &desk, "--as", "claims", &claims])?;
    let server = Server::start("serve", &desk)?;
    let file = PathBuf::from(&desk).join("desk.db");

    let load = Load { server: &server, file: &file, tips: at_once, pace: Duration::ZERO };
    let mut sent = load.send()?;
    let rate = N_AT_ONCE as f64 / sent.took.as_secs_f64();
    bar("tips acknowledged after a durable commit", &format!("{rate:.0} a second"), "over 1,000");
    let (p50, p99) = (at(0.5, &mut sent.acknowledged), at(0.99, &mut sent.acknowledged));
    println!("acknowledged after: p50 {}, p99 {}", ms(p50), ms(p99));
    let backlog = quiet(&file)?;
    println!("all of them sorted {} later", ms(backlog));

    let load = Load { tips: paced, pace: PACE, ..load };
    let mut sent = load.send()?;
    let rate = N_PACED as f64 / sent.took.as_secs_f64();
    println!("at {rate:.0} a second, {} tips followed:", sent.sorted.len());
    let (p50, p99) = (at(0.5, &mut sent.acknowledged), at(0.99, &mut sent.acknowledged));
    println!("acknowledged after: p50 {}, p99 {}", ms(p50), ms(p99));
    println!("grouped and matched after: p50 {}", ms(at(0.5, &mut sent.sorted)));
    bar("grouped and matched, the slowest", &ms(at(1.0, &mut sent.sorted)), "within 2 s");
    Ok(())
}

/// What is sent, where to, and how fast.
#[derive(Clone, Copy)]
struct Load<'a> {
    server: &'a Server,
    file: &'a Path,
    tips: &'a [String],
    /// Between two tips; zero for as fast as it goes. Only paced ones are followed.
    pace: Duration,
}

/// What the senders saw.
#[derive(Default)]
struct Sent {
    took: Duration,
    acknowledged: Vec<Duration>,
    sorted: Vec<Duration>,
}

impl Load<'_> {
    fn send(&self) -> anyhow::Result<Sent> {
        let (next, begin) = (AtomicUsize::new(0), Instant::now());
        let all = std::thread::scope(|scope| {
            let sender = || self.send_some(&next, begin);
            let senders: Vec<_> = (0..N_SENDERS).map(|_| scope.spawn(sender)).collect();
            let joined = senders.into_iter().map(|it| it.join().expect("a sender does not panic"));
            joined.collect::<anyhow::Result<Vec<Sent>>>()
        })?;
        let mut res = Sent::default();
        for it in all {
            res.took = res.took.max(it.took);
            res.acknowledged.extend(it.acknowledged);
            res.sorted.extend(it.sorted);
        }
        Ok(res)
    }

    /// One person: takes the next tip, waits for its time, sends it, waits for the receipt.
    fn send_some(&self, next: &AtomicUsize, begin: Instant) -> anyhow::Result<Sent> {
        let mut http = Http::connect(self.server.address)?;
        let mut res = Sent::default();
        let mut following = Vec::new();
        loop {
            let idx = next.fetch_add(1, Ordering::Relaxed);
            let Some(tip) = self.tips.get(idx) else { break };
            let due = self.pace * u32::try_from(idx)?;
            std::thread::sleep(due.saturating_sub(begin.elapsed()));
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            let form = form.append_pair("text", tip).finish();
            let sent_at = Instant::now();
            let (status, body) = http.post("/vi/tip", &form)?;
            ensure!(status == 200, "{tip:?}: {status} {}", String::from_utf8_lossy(&body));
            res.acknowledged.push(sent_at.elapsed());
            res.took = begin.elapsed();
            if !self.pace.is_zero() && idx.is_multiple_of(FOLLOWED) {
                let body: serde_json::Value = serde_json::from_slice(&body)?;
                let words = body["receipt"].as_str().context("no receipt")?;
                let receipt = Receipt::parse(words).map_err(|_| anyhow::anyhow!("{words}"))?;
                let (file, taken_at) = (self.file.to_owned(), Instant::now());
                following.push(std::thread::spawn(move || follow(&file, &receipt, taken_at)));
            }
        }
        for it in following {
            res.sorted.push(it.join().expect("a follower does not panic")?);
        }
        Ok(res)
    }
}

/// Waits until no job is left but those that come again, and says how long that took.
fn quiet(file: &Path) -> anyhow::Result<Duration> {
    let begin = Instant::now();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = Store::read_sqlite(file).await?;
        while 1 < store.job_counts().await?.waiting {
            ensure!(begin.elapsed() < SORTED_TIMEOUT, "the tips were not sorted");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        store.close().await;
        Ok(begin.elapsed())
    })
}

/// Looks until the tip is in a group.
fn follow(file: &Path, receipt: &Receipt, begin: Instant) -> anyhow::Result<Duration> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = Store::read_sqlite(file).await?;
        loop {
            let view = store.receipt(receipt.hash()).await?.context("a receipt is lost")?;
            if !matches!(view.outcome, Outcome::Received { n_same: 0, .. }) {
                store.close().await;
                return Ok(begin.elapsed());
            }
            ensure!(begin.elapsed() < SORTED_TIMEOUT, "a tip was not sorted");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
}

//! Tips posted over HTTP to a desk with 10,000 claims: how many a second are acknowledged after
//! their commit, and how long until each is in its group and matched.

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
const N_TIPS: usize = 20_000;
/// People who send at the same time.
const N_SENDERS: usize = 64;
/// One tip in so many is followed until it is sorted.
const FOLLOWED: usize = 400;
const SORTED_TIMEOUT: Duration = Duration::from_secs(60);

/// Prints the figures.
///
/// # Errors
/// The program fails, or a tip is refused.
pub(crate) fn run() -> anyhow::Result<()> {
    let mut texts = Texts::new(7)?;
    let claims = texts.claims(N_CLAIMS);
    let tips = texts.messages(N_TIPS, &claims);
    let folder = Folder::new()?;
    let desk = folder.desk();
    let claims = folder.write("claims.jsonl", &jsonl(&claims))?;
    kiemtin(&["import", "--data", &desk, "--as", "claims", &claims])?;
    let server = Server::start("serve", &desk)?;
    let file = PathBuf::from(&desk).join("desk.db");
    let next = AtomicUsize::new(0);
    let begin = Instant::now();
    let sent: Vec<anyhow::Result<Sent>> = std::thread::scope(|scope| {
        let sender = || send(&server, &tips, &next, &file);
        let senders: Vec<_> = (0..N_SENDERS).map(|_| scope.spawn(sender)).collect();
        senders.into_iter().map(|it| it.join().expect("a sender does not panic")).collect()
    });
    let sent = sent.into_iter().collect::<anyhow::Result<Vec<Sent>>>()?;
    let last = sent.iter().map(|it| it.last).max().context("nobody sent")?;
    let rate = N_TIPS as f64 / last.duration_since(begin).as_secs_f64();
    bar("tips acknowledged after a durable commit", &format!("{rate:.0} a second"), "over 1,000");
    let mut took: Vec<_> = sent.iter().flat_map(|it| it.acknowledged.iter().copied()).collect();
    println!("acknowledged: p50 {}, p99 {}", ms(at(0.5, &mut took)), ms(at(0.99, &mut took)));
    let mut took: Vec<_> = sent.iter().flat_map(|it| it.sorted.iter().copied()).collect();
    println!(
        "sorted after the acknowledgement ({} followed), p50 {}",
        took.len(),
        ms(at(0.5, &mut took))
    );
    bar("the same, the slowest", &ms(at(1.0, &mut took)), "within 2 s");
    Ok(())
}

/// What one sender saw.
struct Sent {
    last: Instant,
    acknowledged: Vec<Duration>,
    sorted: Vec<Duration>,
}

fn send(server: &Server, tips: &[String], next: &AtomicUsize, file: &Path) -> anyhow::Result<Sent> {
    let mut http = Http::connect(server.address)?;
    let mut res = Sent { last: Instant::now(), acknowledged: Vec::new(), sorted: Vec::new() };
    let mut following = Vec::new();
    loop {
        let idx = next.fetch_add(1, Ordering::Relaxed);
        let Some(tip) = tips.get(idx) else { break };
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        let form = form.append_pair("text", tip).finish();
        let begin = Instant::now();
        let (status, body) = http.post("/vi/tip", &form)?;
        res.last = Instant::now();
        ensure!(status == 200, "{tip:?}: {status} {}", String::from_utf8_lossy(&body));
        res.acknowledged.push(begin.elapsed());
        if idx.is_multiple_of(FOLLOWED) {
            let body: serde_json::Value = serde_json::from_slice(&body)?;
            let words = body["receipt"].as_str().context("no receipt")?;
            let receipt =
                Receipt::parse(words).map_err(|_| anyhow::anyhow!("no receipt: {words}"))?;
            let (file, begin) = (file.to_owned(), res.last);
            following.push(std::thread::spawn(move || follow(file, &receipt, begin)));
        }
    }
    for it in following {
        res.sorted.push(it.join().expect("a follower does not panic")?);
    }
    Ok(res)
}

/// Looks until the tip is in a group.
fn follow(file: PathBuf, receipt: &Receipt, begin: Instant) -> anyhow::Result<Duration> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = Store::read_sqlite(&file).await?;
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

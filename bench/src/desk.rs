//! A desk of 10,000 claims, or as many as asked for, and 100,000 messages: how fast it takes them,
//! finds and fits in memory.

use std::time::{Duration, Instant};

use anyhow::ensure;

use crate::figures::{at, bar, ms};
use crate::program::{Folder, Http, Server, run as kiemtin};
use crate::texts::{Texts, jsonl};

const N_CLAIMS: usize = 10_000;
const N_MESSAGES: usize = 100_000;
const N_QUERIES: usize = 2_000;
/// Pages read before memory is looked at: enough that every cache is warm.
const N_PAGES: usize = 300;

/// What the figures are held against.
struct Bars {
    import: &'static str,
    match_p99: &'static str,
    memory: &'static str,
}
const BARS: Bars = Bars { import: "over 2,000", match_p99: "under 10 ms", memory: "under 250 MB" };
/// With another number of claims; the bar for the import is that of 100,000.
const BARS_LARGER: Bars = Bars { import: "3,000", match_p99: "-", memory: "-" };

/// Prints the figures of a desk with so many claims, 10,000 unless said otherwise.
///
/// # Errors
/// The program fails.
pub(crate) fn run(n_claims: Option<usize>) -> anyhow::Result<()> {
    let n_claims = n_claims.unwrap_or(N_CLAIMS);
    let bars = if n_claims == N_CLAIMS { BARS } else { BARS_LARGER };
    let mut texts = Texts::new(2026)?;
    let claims = texts.claims(n_claims);
    let messages = texts.messages(N_MESSAGES, &claims);
    let queries = texts.messages(N_QUERIES, &claims);
    let folder = Folder::new()?;
    let desk = folder.desk();
    let claims = folder.write("claims.jsonl", &jsonl(&claims))?;
    let messages = folder.write("messages.jsonl", &jsonl(&messages))?;
    let took = timed(&["import", "--data", &desk, "--as", "claims", &claims])?;
    println!("{n_claims} claims imported in {:.2} s", took.as_secs_f64());
    let took = timed(&["import", "--data", &desk, &messages])?;
    let rate = N_MESSAGES as f64 / took.as_secs_f64();
    bar("import, grouped and matched, durable", &format!("{rate:.0} a second"), bars.import);
    let known = timed(&["import", "--data", &desk, &messages])?;
    println!("the same file again, all known: {:.2} s", known.as_secs_f64());
    find(&desk, &queries, &bars)?;
    memory(&desk, &bars)
}

fn timed(args: &[&str]) -> anyhow::Result<Duration> {
    let begin = Instant::now();
    kiemtin(args)?;
    Ok(begin.elapsed())
}

/// What `match` does after the desk is open: the same call that the site and the command make.
fn find(desk: &str, queries: &[String], bars: &Bars) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut took = runtime.block_on(async {
        let place = kiemtin::config::Place { data: desk.into(), database: None, model: None };
        let app = kiemtin::app::App::read(&place).await?;
        let mut took = Vec::with_capacity(queries.len());
        for text in queries {
            let begin = Instant::now();
            app.find(text, None, 5).await?;
            took.push(begin.elapsed());
        }
        anyhow::Ok(took)
    })?;
    let (p50, p99) = (at(0.5, &mut took), at(0.99, &mut took));
    bar("match, p50", &ms(p50), "-");
    bar("match, p99", &ms(p99), bars.match_p99);
    Ok(())
}

fn memory(desk: &str, bars: &Bars) -> anyhow::Result<()> {
    let server = Server::start("serve", desk)?;
    println!("serve with this desk answers after {}", ms(server.started_in));
    let mut http = Http::connect(server.address)?;
    for n in 0..N_PAGES {
        let path = match n % 3 {
            0 => format!("/vi/search?q=tin+nay+co+dung+khong+{n}"),
            1 => "/vi".to_owned(),
            _ => "/en".to_owned(),
        };
        let (status, _) = http.get(&path)?;
        ensure!(status == 200, "{path}: {status}");
    }
    let mb = server.resident_bytes()? as f64 / 1e6;
    bar("resident memory of serve", &format!("{mb:.0} MB"), bars.memory);
    Ok(())
}

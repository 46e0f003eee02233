//! Collecting: 200 sources of real pages on a server of this machine, some of them slow or endless.
//!
//! Each host has a feed of its own; its entries are read on their pages, which are pages of the
//! collection. Bars: no host is asked faster than allowed, nobody waits for the slow ones, memory
//! stays under 200 MB.

use std::collections::HashMap;
use std::fs;
use std::io::{BufReader, Read as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use kiemtin::app::App;
use kiemtin::app::clock::{SystemClock, chance};
use kiemtin::collect::{Collector, Habits};
use kiemtin::config::Place;
use kiemtin::fetch::{Fetcher, FixedNames, Guard, Setup};
use kiemtin_core::ids::SourceId;
use kiemtin_core::source::{Kind, Stated};
use kiemtin_store::sources::{NewSource, Round, Source};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use url::Url;

use crate::figures::bar;

const HOSTS: usize = 200;
/// Entries of each feed.
const ENTRIES: usize = 10;
/// Of so many hosts one sends nothing at all, and another one never ends.
const SLOW_EACH: usize = 20;
const MEMORY_BAR_MB: u64 = 200;

/// `collect --data DIR`
///
/// # Errors
/// The pages cannot be read, or the desk cannot be made.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let at = args.iter().position(|it| it == "--data").and_then(|it| args.get(it + 1));
    let dir = Path::new(at.context("name the folder of collections: collect --data DIR")?);
    let pages = pages(&dir.join("extraction"))?;
    anyhow::ensure!(!pages.is_empty(), "there are no pages under {}", dir.display());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure(Arc::new(pages)))
}

async fn measure(pages: Arc<Vec<PathBuf>>) -> anyhow::Result<()> {
    let n_pages = pages.len();
    let (port, asked) = serve(pages).await?;
    let hosts: Vec<String> = (0..HOSTS).map(|it| format!("source{it}.example")).collect();
    let folder = tempfile(&hosts)?;
    let place = Place { data: folder.clone(), database: None, model: None };
    let app = App::open(&place, "", Arc::new(SystemClock), false).await?;
    for host in &hosts {
        app.store.add_source(&source(host, port)?, None, app.now(), chance()).await?;
    }
    let collector = Collector::new(app.clone(), fetcher(&hosts, port)?, Habits::usual(None));
    let collector = Arc::new(collector);
    let (sender, mut receiver) = mpsc::unbounded_channel::<(Source, Round)>();
    let began = Instant::now();
    let going = tokio::spawn(async move { collector.once(sender).await });
    let (mut n_new, mut n_well, mut well_after) = (0, 0, Duration::ZERO);
    while let Some((_, round)) = receiver.recv().await {
        n_new += round.n_new;
        if round.trouble.is_none() {
            n_well += 1;
            well_after = began.elapsed();
        }
    }
    going.await??;
    let all_after = began.elapsed();
    app.close().await?;
    fs::remove_dir_all(folder)?;
    let shortest = shortest_pause(&asked.lock().expect("nobody panics holding it"));
    println!("{HOSTS} sources, {ENTRIES} entries each, {n_pages} real pages, {n_new} texts taken");
    println!("sound sources {n_well} of {}, all read after {well_after:.1?}", HOSTS - HOSTS / 10);
    println!("the slow and endless ones given up after {all_after:.1?}");
    bar("shortest pause at one host", &format!("{shortest:.2?}"), "1 s");
    let peak = peak_mb().unwrap_or(0);
    bar(
        "memory, peak, server and its pages included",
        &format!("{peak} MB"),
        &format!("{MEMORY_BAR_MB} MB"),
    );
    Ok(())
}

fn source(host: &str, port: u16) -> anyhow::Result<NewSource> {
    Ok(NewSource {
        id: SourceId::new(kiemtin_core::time::Timestamp::from_millis(0), chance()),
        kind: Kind::Feed,
        stated: Stated::parse(host, "a measurement", "a measurement")?,
        location: format!("http://{host}:{port}/feed"),
        host: Some(host.to_owned()),
        pattern: None,
        follows: true,
    })
}

fn fetcher(hosts: &[String], port: u16) -> anyhow::Result<Fetcher> {
    let local = [IpAddr::V4(Ipv4Addr::LOCALHOST)];
    let names = hosts.iter().fold(FixedNames::default(), |names, it| names.with(it, &local));
    let allowed = hosts.iter().map(|it| (it.clone(), port)).collect();
    let guard = Guard { allowed, ..Guard::default() };
    let public_url = Url::parse("http://127.0.0.1/")?;
    Fetcher::new(Setup { names: Arc::new(names), ..Setup::new(guard, public_url) })
}

/// Pages of the collection, wherever they lie in it.
fn pages(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![dir.to_owned()];
    while let Some(dir) = waiting.pop() {
        for entry in fs::read_dir(&dir).with_context(|| format!("cannot read {}", dir.display()))? {
            let path = entry?.path();
            let name = path.to_string_lossy().into_owned();
            if path.is_dir() {
                waiting.push(path);
            } else if name.ends_with(".html.gz") || name.ends_with(".html") {
                found.push(path);
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn tempfile(hosts: &[String]) -> anyhow::Result<PathBuf> {
    let name = format!("kiemtin-bench-collect-{}-{}", std::process::id(), hosts.len());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

type Asked = Arc<Mutex<Vec<(String, Instant)>>>;

async fn serve(pages: Arc<Vec<PathBuf>>) -> anyhow::Result<(u16, Asked)> {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let port = listener.local_addr()?.port();
    let asked = Asked::default();
    let seen = asked.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, pages.clone(), seen.clone()));
        }
    });
    Ok((port, asked))
}

/// A connection that breaks off is the other side's matter.
async fn answer(mut stream: TcpStream, pages: Arc<Vec<PathBuf>>, asked: Asked) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let path = head.split(' ').nth(1)?.to_owned();
    let host =
        head.lines().find_map(|it| it.to_lowercase().strip_prefix("host: ").map(str::to_owned))?;
    asked.lock().expect("nobody panics holding it").push((host.clone(), Instant::now()));
    let n: usize = host.trim_start_matches("source").split('.').next()?.parse().ok()?;
    if path == "/robots.txt" {
        return stream.write_all(b"HTTP/1.1 404 X\r\ncontent-length: 0\r\n\r\n").await.ok();
    }
    match n % SLOW_EACH {
        3 => tokio::time::sleep(Duration::from_secs(600)).await,
        7 => loop {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\nx: y\r\n")
                .await
                .ok()?;
            tokio::time::sleep(Duration::from_millis(200)).await;
        },
        _ => {}
    }
    let (kind, body) = match path.as_str() {
        "/feed" => ("text/xml", feed(&host, n)),
        path => ("text/html", page(&pages, path)?),
    };
    let n_bytes = body.len();
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {n_bytes}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(&body).await.ok()
}

fn feed(host: &str, n: usize) -> Vec<u8> {
    let entry = |it: usize| {
        let link = format!("http://{host}/{}", n * ENTRIES + it);
        format!("<item><guid>{link}</guid><link>{link}</link><title>Tin {it}</title></item>")
    };
    let entries: String = (0..ENTRIES).map(entry).collect();
    format!("<rss version=\"2.0\"><channel><title>Nguồn {n}</title>{entries}</channel></rss>")
        .into_bytes()
}

fn page(pages: &[PathBuf], path: &str) -> Option<Vec<u8>> {
    let n: usize = path.trim_start_matches('/').parse().ok()?;
    let file = fs::File::open(&pages[n % pages.len()]).ok()?;
    let mut body = Vec::new();
    kiemtin_extract::open(BufReader::new(file)).ok()?.read_to_end(&mut body).ok()?;
    Some(body)
}

fn shortest_pause(asked: &[(String, Instant)]) -> Duration {
    let mut last: HashMap<&str, Instant> = HashMap::new();
    let mut shortest = Duration::MAX;
    for (host, at) in asked {
        if let Some(before) = last.insert(host, *at) {
            shortest = shortest.min(at.duration_since(before));
        }
    }
    shortest.max(Duration::ZERO)
}

fn peak_mb() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"))?;
    let n_kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(n_kib / 1024)
}

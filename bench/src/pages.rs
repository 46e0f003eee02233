//! The answer page and the search at a thousand requests a second in all, or as many as asked for, on a
//! desk with 100,000 published answers, or as many; then the same pages as files behind nginx.
//!
//! The server runs as it comes. Ten thousand addresses and as many queries are asked in turn, so
//! nothing is answered from a cache of answers. Readers take compressed pages, as browsers do.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::ensure;
use kiemtin_core::lang::Lang;

use crate::figures::{at, bar, ms};
use crate::load::{Came, Load, cpu};
use crate::nginx::Nginx;
use crate::program::{Folder, Http, Server};
use crate::published::fill;
use crate::texts::Texts;

const N_ANSWERS: usize = 100_000;
/// Pages, and queries.
const N_DISTINCT: usize = 10_000;
const PER_SECOND: u32 = 1_000;
const SECONDS: u32 = 30;
/// So that files and connections are open before anything counts.
const WARM_SECONDS: u32 = 5;
/// The longest that the open data may take.
const OPEN_DATA_MAX: Duration = Duration::from_secs(600);
/// The server ends a connection after two minutes.
const PAGES_PER_CONNECTION: usize = 500;
const KINDS: [&str; 2] = ["answer page", "search"];
const BAR: &str = "under 20 ms";
/// Of one page, in one language: other pages of the site are read once, for their time alone.
const OTHER_PAGES: [&str; 8] = [
    "/vi",
    "/vi/answers",
    "/vi/answers?page=900",
    "/vi/corrections",
    "/vi/places/79",
    "/vi/o/toa-soan-mau",
    "/vi/answers.atom",
    "/vi/waiting",
];

/// Prints the figures.
///
/// # Errors
/// The program fails.
pub(crate) fn run(n_answers: Option<usize>, per_second: Option<usize>) -> anyhow::Result<()> {
    let per_second = per_second.map_or(Ok(PER_SECOND), u32::try_from)?;
    let n_answers = n_answers.unwrap_or(N_ANSWERS);
    let mut texts = Texts::new(2027)?;
    let folder = Folder::new()?;
    let claims = fill(&folder, &mut texts, n_answers)?;
    let queries = texts.queries(N_DISTINCT, &claims);
    // With an address that others know, answers carry their markup.
    let server = Server::with("serve", &folder.desk(), &["--public-url", "https://desk.example"])?;
    let mb = server.resident_bytes()? as f64 / 1e6;
    println!("serve answers after {}, {mb:.0} MB resident", ms(server.started_in));
    wait_for_open_data(&folder.path("desk"))?;
    others(&server)?;
    let kinds = [answer_pages(n_answers), queries.iter().map(|it| search(it)).collect()];
    let load = Load { address: server.address, kinds: &kinds, per_second, seconds: SECONDS };
    println!("kiemtin, {per_second} requests a second for {SECONDS} s:");
    let ours = measured(load, &[server.pid()], BAR)?;
    println!("{:.0} MB resident", server.resident_bytes()? as f64 / 1e6);
    let files = save(&server, &kinds, &folder.path("files"))?;
    drop(server);
    let Some(nginx) = Nginx::start(&folder.path("files"))? else {
        println!("SKIPPED: nginx is not installed: no ratio");
        return Ok(());
    };
    println!("nginx, the same pages as files:");
    let load = Load { address: nginx.address, kinds: &files, ..load };
    let theirs = measured(load, &nginx.pids()?, "-")?;
    for ((kind, ours), theirs) in KINDS.into_iter().zip(ours).zip(theirs) {
        let ratio = |share| {
            let of = |it: &Came| at(share, &mut it.took.clone()).as_secs_f64();
            of(&ours) / of(&theirs)
        };
        println!("{kind}: p50 {:.1} and p99 {:.1} times nginx's", ratio(0.5), ratio(0.99));
    }
    Ok(())
}

/// Runs the load, first for a while without counting, and prints what came of it.
fn measured(load: Load<'_>, pids: &[u32], wanted: &str) -> anyhow::Result<Vec<Came>> {
    drop(Load { seconds: WARM_SECONDS, ..load }.run());
    let own = [std::process::id()];
    let before = (cpu(pids)?, cpu(&own)?);
    let mut all = load.run();
    let used = (cpu(pids)?.saturating_sub(before.0), cpu(&own)?.saturating_sub(before.1));
    for (kind, came) in KINDS.into_iter().zip(&mut all) {
        let mut took = |share| ms(at(share, &mut came.took));
        bar(&format!("{kind}, p99"), &took(0.99), wanted);
        let (p50, p95, max) = (took(0.5), took(0.95), took(1.0));
        let kb = came.n_bytes as f64 / 1e3 / came.took.len() as f64;
        println!(
            "  p50 {p50}, p95 {p95}, max {max}; {} answers of {kb:.1} KB, {} failed",
            came.took.len(),
            came.n_failed
        );
    }
    let cores = |it: Duration| it.as_secs_f64() / f64::from(load.seconds);
    println!("cores busy: server {:.2}, generator {:.2}", cores(used.0), cores(used.1));
    Ok(all)
}

/// A new desk writes its open data at once, and later at night: no load is measured beside that.
fn wait_for_open_data(desk: &Path) -> anyhow::Result<()> {
    let begin = Instant::now();
    let is_written = || -> anyhow::Result<bool> {
        let Ok(entries) = fs::read_dir(desk.join("open-data")) else { return Ok(false) };
        let names: Vec<_> =
            entries.map(|it| it.map(|it| it.file_name())).collect::<Result<_, _>>()?;
        Ok(names.iter().any(|it| !it.to_string_lossy().starts_with('.')))
    };
    while !is_written()? {
        ensure!(begin.elapsed() < OPEN_DATA_MAX, "no open data after {OPEN_DATA_MAX:?}");
        std::thread::sleep(Duration::from_millis(200));
    }
    println!("the open data are written after {:.1?}", begin.elapsed());
    Ok(())
}

/// How long other pages take, one at a time.
fn others(server: &Server) -> anyhow::Result<()> {
    let mut http = Http::connect(server.address)?;
    for path in OTHER_PAGES {
        let mut took = Vec::new();
        for _ in 0..20 {
            let begin = Instant::now();
            let (status, _) = http.ask(&get(path))?;
            ensure!(matches!(status, 200 | 404), "{path}: {status}");
            took.push(begin.elapsed());
        }
        println!("{path:<30} p50 {}, max {}", ms(at(0.5, &mut took)), ms(at(1.0, &mut took)));
    }
    Ok(())
}

/// Addresses of answers all over the desk, half of them in each language.
fn answer_pages(n_answers: usize) -> Vec<String> {
    // Steps of a number that shares no factor with ten: far apart, and none twice.
    let number = |n: usize| n * 7_919 % n_answers + 1;
    let path = |n: usize| format!("/{}/c/{}", Lang::ALL[n % Lang::ALL.len()], number(n / 2));
    (0..N_DISTINCT).map(|n| get(&path(n))).collect()
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept-encoding: gzip\r\n\r\n")
}

/// A text as the form sends it.
fn search(text: &str) -> String {
    let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", text).finish();
    format!(
        "POST /vi/search HTTP/1.1\r\nhost: localhost\r\naccept-encoding: gzip\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    )
}

/// Writes each page into a file, and returns how those are asked for.
fn save(server: &Server, kinds: &[Vec<String>], folder: &Path) -> anyhow::Result<Vec<Vec<String>>> {
    fs::create_dir_all(folder.join("pages"))?;
    let mut res = Vec::new();
    for (kind, requests) in kinds.iter().enumerate() {
        let mut files = Vec::new();
        let mut http = Http::connect(server.address)?;
        for (n, request) in requests.iter().enumerate() {
            if n % PAGES_PER_CONNECTION == 0 {
                http = Http::connect(server.address)?;
            }
            let plain = request.replacen("accept-encoding: gzip\r\n", "", 1);
            let (status, page) = http.ask(&plain)?;
            ensure!(status == 200, "{request}: {status}");
            let name = format!("{kind}-{n}.html");
            fs::write(folder.join("pages").join(&name), page)?;
            files.push(get(&format!("/{name}")));
        }
        res.push(files);
    }
    Ok(res)
}

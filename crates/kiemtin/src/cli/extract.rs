//! `kiemtin extract`: bytes to clean text, without a desk.

use std::collections::VecDeque;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use indicatif::ProgressBar;
use kiemtin_core::time::Timestamp;
use kiemtin_extract::date::Precision;
use kiemtin_extract::{Document, Place, documents, page_at};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use url::Url;

use super::bar::steps;
use super::{say, serve};
use crate::app::clock::{Clock as _, SystemClock};
use crate::documents::{Helpers, files_below};
use crate::fetch::{Accept, Fetched, Fetcher, Guard, Setup};

/// Read files, a folder or an address, and print title, date, language and text of what is there.
///
/// Web pages, feeds, plain text in any encoding (Vietnamese older than Unicode, too), PDF, DOCX, ODT,
/// mails and mailboxes, web archives (WARC, WACZ) and pictures of text; gzipped or not. Nobody's
/// name is printed as its author. Nothing is stored, and a file that cannot be read is told as a
/// problem: the exit code is 1 only when something that was named is not there.
#[derive(Debug, Args)]
pub(super) struct Extract {
    /// Files, folders, and http(s) addresses.
    #[arg(required = true, value_name = "FILE|URL|FOLDER")]
    from: Vec<String>,
    /// One line of JSON a document: file, url, title, date, lang, text, problems.
    #[arg(long)]
    json: bool,
    /// Files that are read at the same time. Default: one a processor.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// A host:port that may be fetched from although it is not public.
    #[arg(long, env = "KIEMTIN_ALLOW_FETCH", value_name = "HOST:PORT", value_delimiter = ',')]
    allow_fetch: Vec<String>,
}

/// What is read, one after the other.
enum Input {
    File(PathBuf),
    Address(String),
}

/// One document as it is printed.
#[derive(serde::Serialize)]
struct Printed {
    file: String,
    url: Option<String>,
    title: Option<String>,
    date: Option<String>,
    lang: Option<&'static str>,
    text: String,
    problems: Vec<String>,
}

/// Documents that a reader may be ahead of the printing.
const AHEAD: usize = 32;

impl Extract {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        let inputs = self.inputs()?;
        let n_jobs = self.jobs.map_or_else(
            || std::thread::available_parallelism().map_or(1, usize::from),
            usize::from,
        );
        let reader = Arc::new(Reader { helpers: Helpers::find().await, fetcher: self.fetcher()? });
        let bar = steps(inputs.len() as u64, "reading");
        let mut waiting = inputs.into_iter();
        let mut under_way = VecDeque::new();
        loop {
            while under_way.len() < n_jobs
                && let Some(input) = waiting.next()
            {
                under_way.push_back(begin(reader.clone(), input));
            }
            let Some(mut printed) = under_way.pop_front() else { break };
            while let Some(document) = printed.recv().await {
                self.print(&document, &bar)?;
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(())
    }

    fn inputs(&self) -> anyhow::Result<Vec<Input>> {
        let mut inputs = Vec::new();
        for from in &self.from {
            let path = Path::new(from);
            if from.starts_with("https://") || from.starts_with("http://") {
                inputs.push(Input::Address(from.clone()));
            } else if path.is_dir() {
                let files = files_below(path).with_context(|| format!("cannot read {from}"))?;
                inputs.extend(files.into_iter().map(Input::File));
            } else {
                path.metadata().with_context(|| format!("cannot open {from}"))?;
                inputs.push(Input::File(path.to_owned()));
            }
        }
        Ok(inputs)
    }

    /// An address that somebody typed is an exception by itself; where it sends on to is judged.
    fn fetcher(&self) -> anyhow::Result<Fetcher> {
        let own = Url::parse(serve::UNSERVED)?;
        let mut guard = Guard::new(&own, &self.allow_fetch)?;
        self.from.iter().for_each(|it| guard.allow_typed(it));
        Fetcher::new(Setup::new(guard, own))
    }

    fn print(&self, document: &Printed, bar: &ProgressBar) -> anyhow::Result<()> {
        if self.json {
            let line = serde_json::to_string(document)?;
            bar.suspend(|| say!("{line}"));
            return Ok(());
        }
        bar.suspend(|| say!("{}", document.in_words()));
        Ok(())
    }
}

impl Printed {
    fn of(file: &str, place: &Place, document: Document) -> Self {
        let (place, address) = match place {
            Place::Whole => (String::new(), None),
            Place::Number(n) => (format!("#{n}"), None),
            Place::Address(url) => (format!("#{url}"), Some(url.clone())),
        };
        Self {
            file: format!("{file}{place}"),
            date: date(&document),
            url: document.canonical.or(address),
            title: document.title,
            lang: document.lang.map(|it| it.tag()),
            text: document.text,
            problems: document.problems.iter().map(ToString::to_string).collect(),
        }
    }

    fn in_words(&self) -> String {
        let mut lines = vec![format!("── {}", self.file)];
        for (name, value) in [
            ("title", self.title.as_deref()),
            ("date", self.date.as_deref()),
            ("lang", self.lang),
            ("url", self.url.as_deref()),
        ] {
            lines.extend(value.map(|it| format!("{name:8} {it}")));
        }
        lines.extend(self.problems.iter().map(|it| format!("problem  {it}")));
        if !self.text.is_empty() {
            lines.push(format!("\n{}\n", self.text));
        }
        lines.join("\n")
    }
}

/// The day as the page counts it, or the month or year where no more is known.
fn date(document: &Document) -> Option<String> {
    let Some(found) = document.dates.best() else {
        return document.published.map(Timestamp::iso_date);
    };
    let day = found.day.to_string();
    let n_chars = match found.precision {
        Precision::Day => 10,
        Precision::Month => 7,
        Precision::Year => 4,
    };
    Some(day.chars().take(n_chars).collect())
}

struct Reader {
    helpers: Helpers,
    fetcher: Fetcher,
}

/// Begins to read something; the documents come through what is returned, in their order.
fn begin(reader: Arc<Reader>, input: Input) -> mpsc::Receiver<Printed> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        let name = match &input {
            Input::File(path) => path.display().to_string(),
            Input::Address(url) => url.clone(),
        };
        let broken = match input {
            Input::File(path) => reader.file(name.clone(), path, sender.clone()).await,
            Input::Address(url) => reader.address(&url, sender.clone()).await,
        };
        if let Err(err) = broken {
            let problems = vec![format!("{err:#}")];
            let (title, date, lang, url) = (None, None, None, None);
            let nothing =
                Printed { file: name, url, title, date, lang, text: String::new(), problems };
            // Whoever printed has gone.
            drop(sender.send(nothing).await);
        }
    });
    receiver
}

impl Reader {
    async fn file(
        self: Arc<Self>,
        name: String,
        path: PathBuf,
        sender: mpsc::Sender<Printed>,
    ) -> anyhow::Result<()> {
        let runtime = Handle::current();
        let read = tokio::task::spawn_blocking(move || {
            self.helpers.read(&path, &runtime, &mut |place, document| {
                sender.blocking_send(Printed::of(&name, &place, document)).is_ok()
            })
        });
        // A reader that panicked met a file that nobody can read.
        read.await.context("the file cannot be read")?.context("the file cannot be opened")
    }

    async fn address(
        self: Arc<Self>,
        url: &str,
        sender: mpsc::Sender<Printed>,
    ) -> anyhow::Result<()> {
        let fetched = self.fetcher.get(url, Accept::Any).await?;
        let (runtime, name) = (Handle::current(), url.to_owned());
        let read = tokio::task::spawn_blocking(move || {
            let tell = |place: &Place, document: Document| {
                sender.blocking_send(Printed::of(&name, place, document)).is_ok()
            };
            if is_page(&fetched) {
                let (charset, own) = (fetched.charset.as_deref(), Some(fetched.url.as_str()));
                let page = page_at(&fetched.body, charset, own, Some(SystemClock.now()));
                tell(&Place::Whole, page);
                return;
            }
            for it in documents(Cursor::new(fetched.body)) {
                let document = self.helpers.document(it.found, &runtime);
                if !tell(&it.place, document) {
                    return;
                }
            }
        });
        read.await.context("what is there cannot be read")
    }
}

fn is_page(fetched: &Fetched) -> bool {
    matches!(fetched.media_type.as_str(), "text/html" | "application/xhtml+xml")
}

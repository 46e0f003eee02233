//! Files into the desk: read, masked, taken in by the thousand, safe to run twice.
//!
//! The order of things: a thread reads and parses; what it sends is masked and fingerprinted on all
//! cores; a thousand at a time go into one transaction; the job that each brings along sorts them.

mod address;
mod messages;
mod progress;

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use kiemtin_core::message::Publishers;
use kiemtin_extract::{Item, Kind, Located, Problem, read};
use kiemtin_store::StoreResult;
use kiemtin_store::messages::Channel;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::app::App;
use crate::app::batch::{BATCH, Taker};
use crate::app::claims;

pub use progress::{Progress, Sink};

/// Refusals that the summary lists with their lines; the rest is counted.
const REFUSALS_SHOWN: usize = 20;

/// What to import and how.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Where the items come from, in this order.
    pub sources: Vec<Source>,
    /// `messages`, `claims` or `reviews`; without it the content decides.
    pub kind: Option<String>,
    /// Hosts of publishers whose reviews and addresses are taken, beside those that are listed.
    pub publishers: Vec<String>,
    /// Look and count, write nothing.
    pub dry_run: bool,
}

/// Where items come from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Source {
    /// A file, as an absolute path.
    File(PathBuf),
    /// An address that the operator typed: a feed or a page, fetched once.
    Address(String),
}

impl Source {
    fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Address(url) => url.clone(),
        }
    }
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Taken.
    pub taken: u64,
    /// Known already: the file, or this part of it, was imported before.
    pub known: u64,
    /// Refused.
    pub refused: u64,
    /// Left out because the publisher is not listed.
    pub not_listed: u64,
    /// The first refusals and notes: file, line, why.
    pub problems: Vec<Refusal>,
    /// Files that could not be read to their end.
    pub broken: Vec<Refusal>,
}

/// One thing that was not taken, or not whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// Why, in a sentence.
    pub why: String,
    /// The item was taken all the same.
    pub note: bool,
}

impl Summary {
    /// Whether nothing that was read is in the desk now, although there was something to take.
    pub fn took_nothing(&self) -> bool {
        self.taken + self.known == 0 && 0 < self.refused + self.not_listed
    }

    fn problem(&mut self, file: &str, line: u64, why: String, note: bool) {
        if !note {
            self.refused += 1;
        }
        if self.problems.len() < REFUSALS_SHOWN {
            self.problems.push(Refusal { file: file.to_owned(), line, why, note });
        }
    }
}

/// Imports files and addresses one after the other.
///
/// # Errors
/// A file cannot be opened or an address not fetched, or the store cannot write. What was committed before stays; running it
/// again takes the rest.
pub async fn import(
    app: &Arc<App>,
    request: &Request,
    sink: &mut dyn Sink,
) -> anyhow::Result<Summary> {
    if !request.publishers.is_empty() && !request.dry_run {
        let hosts = request.publishers.iter().map(|it| (it.clone(), it.clone()));
        app.store.list_publishers(&hosts.collect::<Vec<_>>()).await?;
        app.reload_publishers().await?;
    }
    let kind = request.kind.as_deref().map(kind).transpose()?;
    let mut summary = Summary::default();
    for source in &request.sources {
        let opened = open(app, source).await?;
        take_all(app, opened, kind, request, &mut summary, sink).await?;
    }
    sink.show(&Progress::finished(&summary));
    Ok(summary)
}

fn kind(word: &str) -> anyhow::Result<Kind> {
    match word {
        "messages" => Ok(Kind::Messages),
        "claims" => Ok(Kind::Claims),
        "reviews" => Ok(Kind::Reviews),
        other => anyhow::bail!("--as takes messages, claims or reviews, not {other}"),
    }
}

type Outcome = Result<Located<Item>, Located<Problem>>;

/// A source that can be read.
struct Opened {
    name: String,
    n_bytes: u64,
    bytes: Box<dyn BufRead + Send>,
}

async fn open(app: &App, source: &Source) -> anyhow::Result<Opened> {
    let name = source.name();
    let (n_bytes, bytes): (u64, Box<dyn BufRead + Send>) = match source {
        Source::File(path) => {
            let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
            (file.metadata()?.len(), Box::new(BufReader::with_capacity(1 << 16, file)))
        }
        Source::Address(url) => {
            let body = address::fetch(app, url).await?;
            (body.len() as u64, Box::new(Cursor::new(body)))
        }
    };
    Ok(Opened { name, n_bytes, bytes })
}

async fn take_all(
    app: &Arc<App>,
    Opened { name, n_bytes, bytes }: Opened,
    kind: Option<Kind>,
    request: &Request,
    summary: &mut Summary,
    sink: &mut dyn Sink,
) -> anyhow::Result<()> {
    // Four batches ahead: reading never waits long for the disk that writes.
    let (sender, mut receiver) = mpsc::channel::<Vec<Outcome>>(4);
    let reading = tokio::task::spawn_blocking(move || send_all(bytes, kind, &sender));
    let mut batch = Batch::new(app, request, &name).await?;
    while let Some(outcomes) = receiver.recv().await {
        let at_byte = outcomes.last().map_or(0, |it| match it {
            Ok(it) => it.byte,
            Err(it) => it.byte,
        });
        batch.take(outcomes, summary).await?;
        sink.show(&Progress::reading(&name, at_byte, n_bytes, summary));
    }
    reading.await.context("reading the file failed")?;
    Ok(())
}

fn send_all(bytes: impl BufRead, kind: Option<Kind>, sender: &mpsc::Sender<Vec<Outcome>>) {
    let mut items = read(bytes, kind);
    loop {
        let batch: Vec<Outcome> = items.by_ref().take(BATCH).collect();
        // The other end goes away when the store fails; it tells why.
        if batch.is_empty() || sender.blocking_send(batch).is_err() {
            return;
        }
    }
}

/// What one source's items need to be taken in.
struct Batch<'a> {
    app: &'a Arc<App>,
    name: &'a str,
    dry_run: bool,
    messages: Taker,
    claims: claims::Taker,
}

impl<'a> Batch<'a> {
    async fn new(app: &'a Arc<App>, request: &Request, name: &'a str) -> StoreResult<Self> {
        // A dry run lists nobody, and judges as if those on the command line were listed.
        let listed = app.store.publishers().await?;
        let listed = listed.iter().map(|(host, name)| (host.as_str(), name.as_str()));
        let typed = request.publishers.iter().map(|host| (host.as_str(), host.as_str()));
        let publishers = Arc::new(Publishers::listed(listed.chain(typed)));
        Ok(Self {
            app,
            name,
            dry_run: request.dry_run,
            messages: Taker::new(app, publishers.clone(), Channel::Import)
                .counting_only(request.dry_run),
            claims: claims::Taker::new(app, publishers),
        })
    }

    async fn take(&mut self, outcomes: Vec<Outcome>, summary: &mut Summary) -> anyhow::Result<()> {
        let (mut messages, mut claims) = (Vec::new(), Vec::new());
        for outcome in outcomes {
            match outcome {
                Ok(Located { line, value: Item::Message(it), .. }) => messages.push((line, it)),
                Ok(Located { line, value: Item::Claim(it), .. }) => {
                    claims.push((line, claims::Raw::Claim(it)));
                }
                Ok(Located { line, value: Item::Review(it), .. }) => {
                    claims.push((line, claims::Raw::Review(it)));
                }
                Err(it) if ends_reading(&it.value) => {
                    let (file, why) = (self.name.to_owned(), it.value.to_string());
                    summary.broken.push(Refusal { file, line: it.line, why, note: false });
                }
                Err(it) => {
                    let (why, note) = (it.value.to_string(), it.value.is_note());
                    summary.problem(self.name, it.line, why, note);
                }
            }
        }
        messages::take(&mut self.messages, self.app, self.name, messages, summary).await?;
        let taken = self.claims.take(self.app, claims, self.dry_run).await?;
        let claims::Taken { n_new, n_known, n_not_listed, refused } = taken;
        for (line, why) in refused {
            summary.problem(self.name, line, why, false);
        }
        summary.taken += n_new;
        summary.known += n_known;
        summary.not_listed += n_not_listed;
        Ok(())
    }
}

fn ends_reading(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::Unreadable(_)
            | Problem::Broken(_)
            | Problem::WrongKind { .. }
            | Problem::FileTooLarge { .. }
    )
}

//! Work handed to the process that holds the desk's writer lock, over a Unix socket in its folder:
//! one line of JSON asks, lines of JSON answer, the last of them `done` or `failed`.
//!
//! Only the folder's owner can reach the socket (the folder is 0700). Without a running process the
//! command takes the lock and does the work itself.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::unix::OwnedWriteHalf;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::bar::spinner;
use super::member::{self, MemberWork};
use super::serve;
use super::source::{self, SourceWork};
use super::temp_dir::TempDir;
use crate::app::App;
use crate::app::clock::SystemClock;
use crate::app::folder::{Folder, InUse};
use crate::config::Place;
use crate::import::{self, Progress, Request, Sink, Summary};
use crate::jobs;

/// The longest question: an import names its files.
const LINE_BYTES_MAX: u64 = 1024 * 1024;

/// How often, and how long after one another, the socket of a desk that starts is looked for.
const CONNECTS: u32 = 40;
const BETWEEN_CONNECTS: Duration = Duration::from_millis(50);

/// What can be handed over.
#[derive(Debug, Serialize, Deserialize)]
enum Ask {
    Import(Request),
    Member(MemberWork),
    Source(SourceWork),
}

/// What comes back.
#[derive(Debug, Serialize, Deserialize)]
enum Tell {
    Progress(Progress),
    Imported(Summary),
    Said(String),
    Failed(String),
}

/// Imports files: through the running process, or here.
pub(super) async fn import(
    place: &Place,
    request: Request,
    sink: &mut dyn Sink,
) -> anyhow::Result<Summary> {
    let told = match request.dry_run {
        true => look(place, Ask::Import(request), sink).await?,
        false => ask(place, Ask::Import(request), sink).await?,
    };
    match told {
        Tell::Imported(summary) => Ok(summary),
        other => anyhow::bail!("the running desk answered something else: {other:?}"),
    }
}

/// Does a member command: through the running process, or here.
pub(super) async fn member(place: &Place, work: MemberWork) -> anyhow::Result<String> {
    match ask(place, Ask::Member(work), &mut Silent).await? {
        Tell::Said(text) => Ok(text),
        other => anyhow::bail!("the running desk answered something else: {other:?}"),
    }
}

/// Does a source command: through the running process, or here.
pub(super) async fn source(place: &Place, work: SourceWork) -> anyhow::Result<String> {
    match ask(place, Ask::Source(work), &mut Silent).await? {
        Tell::Said(text) => Ok(text),
        other => anyhow::bail!("the running desk answered something else: {other:?}"),
    }
}

struct Silent;

impl Sink for Silent {
    fn show(&mut self, _: &Progress) {}
}

/// Asks without writing: of the running process, of the desk as it lies there, or, where there is
/// none, of an empty one that goes with this command.
async fn look(place: &Place, ask: Ask, sink: &mut dyn Sink) -> anyhow::Result<Tell> {
    if let Ok(stream) = UnixStream::connect(place.data.join("desk.sock")).await {
        return over_socket(stream, &ask, sink).await;
    }
    if Folder::find(&place.data).is_ok() {
        return do_it(&App::read(place).await?, ask, sink).await;
    }
    let empty = TempDir::new().context("making a folder for the dry run")?;
    let place = Place { data: empty.path().to_owned(), database: None, model: None };
    let app = App::open(&place, "", Arc::new(SystemClock), false).await?;
    do_it(&app, ask, sink).await
}

async fn ask(place: &Place, ask: Ask, sink: &mut dyn Sink) -> anyhow::Result<Tell> {
    let folder = Folder::make(&place.data)?;
    let lock = match folder.lock() {
        Ok(lock) => lock,
        Err(err) if err.downcast_ref::<InUse>().is_some() => {
            return match connect(&folder).await {
                Some(stream) => over_socket(stream, &ask, sink).await,
                None => Err(err),
            };
        }
        Err(err) => return Err(err),
    };
    let place = match ask {
        Ask::Import(_) => place.clone(),
        // Members and sources are found without a model.
        Ask::Member(_) | Ask::Source(_) => Place { model: None, ..place.clone() },
    };
    let app = App::open(&place, "", Arc::new(SystemClock), false).await?;
    // Nobody else will sort what is taken: it is done beside the taking, and the rest after it.
    let stop = CancellationToken::new();
    let reach = Arc::new(serve::plain_reach()?);
    let working = tokio::spawn(jobs::work(app.clone(), reach.clone(), stop.clone()));
    let told = do_it(&app, ask, sink).await;
    stop.cancel();
    working.await.context("the worker failed")?;
    let told = told?;
    if let Tell::Imported(_) = told {
        let bar = spinner("grouping and matching");
        jobs::drain(&app, &reach).await?;
        bar.finish_and_clear();
    }
    app.close().await?;
    drop(lock);
    Ok(told)
}

/// The socket of whoever holds the lock: a desk that has only just started opens it soon.
async fn connect(folder: &Folder) -> Option<UnixStream> {
    for _ in 0..CONNECTS {
        match UnixStream::connect(folder.socket()).await {
            Ok(stream) => return Some(stream),
            Err(_) => tokio::time::sleep(BETWEEN_CONNECTS).await,
        }
    }
    None
}

async fn do_it(app: &Arc<App>, ask: Ask, sink: &mut dyn Sink) -> anyhow::Result<Tell> {
    match ask {
        Ask::Import(request) => Ok(Tell::Imported(import::import(app, &request, sink).await?)),
        Ask::Member(work) => Ok(Tell::Said(member::do_it(app, work).await?)),
        Ask::Source(work) => Ok(Tell::Said(source::do_it(app, work).await?)),
    }
}

async fn over_socket(stream: UnixStream, ask: &Ask, sink: &mut dyn Sink) -> anyhow::Result<Tell> {
    let (reader, mut writer) = stream.into_split();
    writer.write_all(format!("{}\n", serde_json::to_string(ask)?).as_bytes()).await?;
    let mut lines = BufReader::new(reader).lines();
    while let Some(line) = lines.next_line().await? {
        match serde_json::from_str(&line).context("the running desk is of another version")? {
            Tell::Progress(progress) => sink.show(&progress),
            Tell::Failed(why) => anyhow::bail!(why),
            told => return Ok(told),
        }
    }
    anyhow::bail!(
        "the running desk ended before the work was done; what it took stays, run it again"
    )
}

/// Opens the socket; the task ends when told to stop.
///
/// # Errors
/// The socket cannot be made: the path is too long, or the folder cannot be written to.
pub(super) fn open(app: Arc<App>, stop: CancellationToken) -> anyhow::Result<JoinHandle<()>> {
    let path = app.folder.socket();
    remove(&path)?;
    let listener = UnixListener::bind(&path).with_context(|| {
        format!("cannot open the socket {}: choose a shorter --data", path.display())
    })?;
    Ok(tokio::spawn(async move {
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => drop(tokio::spawn(answer(app.clone(), stream))),
                    Err(err) => tracing::warn!(error = %err, "The socket failed: {err}"),
                },
            }
        }
        if let Err(err) = remove(&path) {
            tracing::warn!(error = %err, "The socket could not be removed: {err:#}");
        }
    }))
}

/// A socket left by a process that was killed is removed: whoever is here holds the lock.
fn remove(path: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(path) {
        Err(err) if err.kind() != io::ErrorKind::NotFound => {
            Err(err).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

async fn answer(app: Arc<App>, stream: UnixStream) {
    let (reader, writer) = stream.into_split();
    let mut line = String::new();
    let read = BufReader::new(reader.take(LINE_BYTES_MAX)).read_line(&mut line).await;
    let ask =
        read.map_err(anyhow::Error::from).and_then(|_| Ok(serde_json::from_str::<Ask>(&line)?));
    let (sender, receiver) = mpsc::unbounded_channel();
    let writing = tokio::spawn(write(writer, receiver));
    let told = match ask {
        Ok(ask) => do_it(&app, ask, &mut Forward(sender.clone())).await,
        Err(err) => Err(err.context("the question could not be read")),
    };
    let told = told.unwrap_or_else(|err| Tell::Failed(format!("{err:#}")));
    // Whoever asked may have gone away; the work is done all the same.
    drop(sender.send(told));
    drop(sender);
    drop(writing.await);
}

struct Forward(mpsc::UnboundedSender<Tell>);

impl Sink for Forward {
    fn show(&mut self, progress: &Progress) {
        // As above: nobody may be looking.
        drop(self.0.send(Tell::Progress(progress.clone())));
    }
}

async fn write(mut writer: OwnedWriteHalf, mut receiver: mpsc::UnboundedReceiver<Tell>) {
    while let Some(tell) = receiver.recv().await {
        let line = serde_json::to_string(&tell).expect("what is told has text keys");
        if writer.write_all(format!("{line}\n").as_bytes()).await.is_err() {
            return;
        }
    }
}

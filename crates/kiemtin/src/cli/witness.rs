//! `kiemtin witness`: what a partner runs, so that no desk can show one log to some and another log
//! to others. It signs a checkpoint only if it adds to the last one that it signed (C2SP tlog-witness).

use std::collections::HashMap;
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path as Part, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use clap::Args;
use kiemtin_core::tree::{Hashes, Head, has_grown};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::{say, serve};
use crate::app::clock::{Clock as _, SystemClock, chance};
use crate::durable::write_durably;
use crate::log::note::{self, Kind, PrivateKey, PublicKey};
use crate::log::witness::{REQUEST_BYTES_MAX, Request, SIZE_TYPE};
use crate::web;

/// Be a witness of other desks' logs: sign each checkpoint that only adds to the one before.
///
/// Run it on a machine of another organisation than the desk's. It prints the key that the desk's
/// operator gives with --witness KEY=URL, and that readers may ask for with verify-log --witness.
#[derive(Debug, Args)]
pub(super) struct Witness {
    /// The folder that holds the key and how far each log was followed. Never restore it from a
    /// backup: a witness that forgot could sign a fork.
    #[arg(long, default_value = "./witness", value_name = "DIR")]
    folder: PathBuf,
    /// The address to listen on. Put a proxy with TLS in front.
    #[arg(long, default_value = "127.0.0.1:8090", value_name = "ADDR")]
    listen: SocketAddr,
    /// The witness's name, for example witness.paper.example; kept with its key.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The public key of a log to follow, as `kiemtin log show` prints it. May be repeated.
    #[arg(long = "log", value_name = "KEY", required = true)]
    logs: Vec<String>,
}

/// What all requests share.
struct Book {
    folder: PathBuf,
    key: PrivateKey,
    logs: HashMap<String, PublicKey>,
    /// One request at a time reads, compares and writes.
    turn: Mutex<()>,
}

impl Witness {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        let listener = TcpListener::bind(self.listen).await.with_context(|| {
            format!("cannot listen on {}: choose another with --listen", self.listen)
        })?;
        let lock = lock(&self.folder)?;
        let key = self.key()?;
        let logs = self.logs.iter().map(|it| PublicKey::parse(it));
        let logs = logs.map(|it| it.map(|key| (key.name().to_owned(), key)));
        let logs: HashMap<_, _> = logs.collect::<anyhow::Result<_>>()?;
        let is_log = |it: &PublicKey| it.kind() == Kind::Log;
        anyhow::ensure!(logs.values().all(is_log), "--log takes the key of a log, not a witness's");
        let vkey = key.public().to_string();
        let here = listener.local_addr()?;
        let book =
            Arc::new(Book { folder: self.folder.clone(), key, logs, turn: Mutex::default() });
        let router = Router::new()
            .route("/add-checkpoint", post(add_checkpoint))
            .route("/{origin}/checkpoint", get(last))
            .layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
            .with_state(book);
        let stop = CancellationToken::new();
        let signal = serve::stop_signal()?;
        let stopping = stop.clone();
        tokio::spawn(async move {
            signal.await;
            stopping.cancel();
        });
        say!("key      {vkey}\nlistens  http://{here}\nend it with Ctrl-C");
        web::listen::serve(listener, router, None, stop).await;
        drop(lock);
        Ok(())
    }

    fn key(&self) -> anyhow::Result<PrivateKey> {
        let path = self.folder.join("witness.key");
        if path.exists() {
            let text = fs::read_to_string(&path)?;
            return PrivateKey::parse(&text).context(path.display().to_string());
        }
        let name = self.name.as_deref().context("a new witness needs a --name")?;
        let key = PrivateKey::new(name, Kind::Witness, chance())?;
        write_durably(&path, key.to_file().as_bytes())?;
        Ok(key)
    }
}

/// One process a folder: two that answer from the same book could sign a fork.
fn lock(folder: &Path) -> anyhow::Result<File> {
    let in_use = || format!("{} is in use by another witness, or cannot be made", folder.display());
    fs::create_dir_all(folder).with_context(in_use)?;
    let file = File::create(folder.join("witness.lock")).with_context(in_use)?;
    file.try_lock().with_context(in_use)?;
    Ok(file)
}

/// `POST /add-checkpoint`
async fn add_checkpoint(State(book): State<Arc<Book>>, body: String) -> Response {
    let _turn = book.turn.lock().await;
    match judge(&book, &body) {
        Ok(lines) => lines.into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// Why a checkpoint is not signed: the answers of tlog-witness.
enum Refusal {
    Malformed,
    UnknownLog,
    Unsigned,
    Shrinking,
    At(u64),
    NotGrown,
    Broken(anyhow::Error),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let said = |status: StatusCode, text: &str| (status, format!("{text}\n")).into_response();
        match self {
            Self::Malformed => said(StatusCode::BAD_REQUEST, "this is no request for a witness"),
            Self::UnknownLog => said(StatusCode::NOT_FOUND, "this log is not followed here"),
            Self::Unsigned => said(StatusCode::FORBIDDEN, "the log's signature does not hold"),
            Self::Shrinking => said(StatusCode::BAD_REQUEST, "the old size is above the new one"),
            Self::At(size) => {
                let kind = [(header::CONTENT_TYPE, SIZE_TYPE)];
                (StatusCode::CONFLICT, kind, format!("{size}\n")).into_response()
            }
            Self::NotGrown => {
                said(StatusCode::UNPROCESSABLE_ENTITY, "this does not add to what was signed here")
            }
            Self::Broken(err) => {
                tracing::error!(error = %err, "A checkpoint could not be kept: {err:#}");
                said(StatusCode::INTERNAL_SERVER_ERROR, "the witness's disk failed")
            }
        }
    }
}

/// Compares, keeps, and only then signs.
fn judge(book: &Book, body: &str) -> Result<String, Refusal> {
    let request = Request::parse(body).ok_or(Refusal::Malformed)?;
    let origin = request.note.lines().next().ok_or(Refusal::Malformed)?;
    let log = book.logs.get(origin).ok_or(Refusal::UnknownLog)?;
    let opened = note::open(request.note.as_bytes(), log, &[]).map_err(|_| Refusal::Unsigned)?;
    let new = &opened.head;
    if new.size < request.old {
        return Err(Refusal::Shrinking);
    }
    let known = known(book, origin, log).map_err(Refusal::Broken)?;
    if known.size != request.old {
        return Err(Refusal::At(known.size));
    }
    let adds = match known.size {
        0 => request.proof.is_empty() && (0 < new.size || new.root == known.root),
        old => has_grown(&request.proof, new.size, new.root, old, known.root),
    };
    if !adds {
        return Err(Refusal::NotGrown);
    }
    let path = file(&book.folder, origin);
    write_durably(&path, request.note.as_bytes()).map_err(Refusal::Broken)?;
    Ok(book.key.sign(&opened.text, SystemClock.now()))
}

/// How far a log was followed; the empty tree at first.
fn known(book: &Book, origin: &str, log: &PublicKey) -> anyhow::Result<Head> {
    let path = file(&book.folder, origin);
    if !path.exists() {
        let root = Hashes::default().root(0).expect("the empty tree needs no hashes");
        return Ok(Head { origin: origin.to_owned(), size: 0, root });
    }
    Ok(note::open(&fs::read(&path)?, log, &[])?.head)
}

/// `GET /SHA256/checkpoint`: the last checkpoint of a log, by the hash of its name in hex.
async fn last(State(book): State<Arc<Book>>, Part(hash): Part<String>) -> Response {
    let known = book.logs.keys().find(|it| hex::encode(Sha256::digest(it.as_bytes())) == hash);
    let found = known.and_then(|it| fs::read(file(&book.folder, it)).ok());
    match found {
        Some(note) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note).into_response(),
        None => Refusal::UnknownLog.into_response(),
    }
}

fn file(folder: &Path, origin: &str) -> PathBuf {
    folder.join(format!("{}.checkpoint", hex::encode(Sha256::digest(origin.as_bytes()))))
}

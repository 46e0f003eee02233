//! `kiemtin log`: what an operator does with the public log.

use std::fs;
use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use kiemtin_core::tree::{TILE_WIDTH, TilePath, bundle};
use kiemtin_store::Store;
use kiemtin_store::log::Held;

use super::bar::steps;
use super::{say, serve};
use crate::app::clock::{SystemClock, chance};
use crate::app::folder::Folder;
use crate::app::{App, read_store};
use crate::config::Place;
use crate::log::note::{self, PublicKey};

/// The public log: its key, a copy of it, and what to do after a restore.
#[derive(Debug, Args)]
pub(super) struct LogCommand {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print the public key, how much is signed, and whether the log is held.
    Show,
    /// Write the whole log into a folder, as it is served: for a mirror, or to be checked later.
    Copy {
        /// A new folder.
        folder: PathBuf,
    },
    /// Let a log that is held be signed again. Needs the newest checkpoint that anybody has.
    ///
    /// After a restore the desk does not know what was signed since the backup; signing on could
    /// contradict it. Get the newest checkpoint from a reader, a mirror or a witness
    /// (https://…/log/checkpoint). If the log has all that it covers, signing goes on.
    Resume {
        /// The newest checkpoint, as a file; `-` reads it from standard input.
        checkpoint: PathBuf,
    },
    /// Sign with a new key and under a new name from now on. The entries stay.
    ///
    /// For a key that was lost or seen by others, or a log that cannot be resumed because entries
    /// are lost. Tell readers and witnesses the new key: what they pinned no longer signs.
    NewKey {
        /// The log's new name: the desk's address without https://, then /log or another ending.
        name: String,
    },
}

impl LogCommand {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        let folder = Folder::find(&self.place.data)?;
        match &self.what {
            What::Show => show(&read_store(&self.place, &folder).await?).await,
            What::Copy { folder: to } => copy(&read_store(&self.place, &folder).await?, to).await,
            What::Resume { checkpoint } => self.resume(&read(checkpoint)?).await,
            What::NewKey { name } => self.new_key(name).await,
        }
    }

    async fn open(&self) -> anyhow::Result<Arc<App>> {
        let place = Place { model: None, ..self.place.clone() };
        App::open(&place, "", Arc::new(SystemClock), false).await
    }

    async fn resume(&self, note: &[u8]) -> anyhow::Result<()> {
        let lock = serve::lock(&self.place)?;
        let app = self.open().await?;
        let signed =
            app.store.signed_log().await?.context("nothing of this log was ever signed")?;
        let key = PublicKey::parse(&signed.vkey)?;
        let newest = note::open(note, &key, &[]).context("this is no checkpoint of this log")?.head;
        let size = u64::try_from(app.store.n_log_entries().await?)?;
        anyhow::ensure!(
            app.begins_with(&newest, size).await?,
            "the checkpoint covers {} entries and this desk has {size}, or others: restore a newer \
             backup, or give the log a new key (kiemtin log new-key)",
            newest.size
        );
        app.store.release_log(app.now(), chance()).await?;
        app.close().await?;
        drop(lock);
        say!(
            "resumed: this desk has all {} entries of that checkpoint, and {size} in all",
            newest.size
        );
        Ok(())
    }

    async fn new_key(&self, name: &str) -> anyhow::Result<()> {
        let lock = serve::lock(&self.place)?;
        let app = self.open().await?;
        if let Some(signed) = app.store.signed_log().await? {
            let old = PublicKey::parse(&signed.vkey)?;
            anyhow::ensure!(
                old.name() != name,
                "{name} is the name of the log that is there: two logs of one name would be a fork; \
                 choose another ending, for example {name}/2"
            );
        }
        let key = app.make_log_key(name)?;
        let vkey = key.public().to_string();
        app.store.adopt_log_key(&vkey, app.now(), chance()).await?;
        app.close().await?;
        drop(lock);
        say!("{vkey}");
        Ok(())
    }
}

async fn show(store: &Store) -> anyhow::Result<()> {
    let n = store.n_log_entries().await?;
    let Some(signed) = store.signed_log().await? else {
        say!("{n} entries; nothing is signed yet: serve makes the key with the first publication");
        return Ok(());
    };
    say!("key      {}", signed.vkey);
    say!("signed   {} of {n} entries, {}", signed.size, signed.at.rfc3339());
    if let Some(held) = signed.held {
        say!("held     {}", held_words(held));
    }
    for (vkey, size, at) in store.log_witnesses().await? {
        let name = PublicKey::parse(&vkey)?.name().to_owned();
        say!("witness  {name} followed to {size} entries, {}", at.rfc3339());
    }
    for (vkey, since) in store.log_keys().await?.iter().filter(|(it, _)| *it != signed.vkey) {
        say!("before   {vkey} (from {since} entries on)");
    }
    Ok(())
}

/// Why nothing is signed, and what to do.
pub(super) fn held_words(held: Held) -> &'static str {
    match held {
        Held::Restored => {
            "the desk came from a backup: get the newest checkpoint that anybody has and type kiemtin \
             log resume FILE"
        }
        Held::Behind => {
            "a witness, or this folder, knows a longer log: restore a newer backup, or give the log a \
             new key (kiemtin log new-key)"
        }
        Held::Changed => {
            "the entries are not those that were signed: restore a backup; the database was changed \
             from outside"
        }
    }
}

/// At most what a checkpoint can be.
const CHECKPOINT_BYTES_MAX: u64 = 64 * 1024;

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        let input = std::io::stdin();
        if input.is_terminal() {
            eprintln!("paste the checkpoint, then Ctrl-D");
        }
        input.lock().take(CHECKPOINT_BYTES_MAX).read_to_end(&mut bytes)?;
    } else {
        let file = fs::File::open(path);
        let file = file.with_context(|| format!("cannot open {}", path.display()))?;
        file.take(CHECKPOINT_BYTES_MAX).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// The files of the log as `/log/` serves them, the checkpoint last: a copy that was cut off has none.
async fn copy(store: &Store, to: &Path) -> anyhow::Result<()> {
    anyhow::ensure!(!to.exists(), "{} is there already: choose another folder", to.display());
    let signed = store.signed_log().await?.filter(|it| !it.note.is_empty());
    let signed = signed.context("nothing of this log is signed yet")?;
    let bundles = TilePath::bundles(signed.size);
    let bar = steps(signed.size, "copying");
    for tile in TilePath::all(signed.size) {
        let bytes = store.ask_tree(|it| it.tile(tile)).await?;
        put(to, &format!("tile/{}", tile.path()), &bytes)?;
    }
    for tile in bundles {
        let leaves = store.log_entries(i64::try_from(tile.begin())?, TILE_WIDTH as i64).await?;
        let n = usize::try_from(tile.end() - tile.begin())?;
        let entries = leaves.iter().take(n).map(|it| it.entry.as_str());
        put(to, &format!("tile/{}", tile.path()), &bundle(entries))?;
        for leaf in leaves.iter().take(n) {
            if let Some((document, salt)) = store.log_document(leaf.idx).await? {
                put(to, &format!("documents/{}", leaf.idx), document.as_bytes())?;
                let salt = format!("{}\n", hex::encode(salt));
                put(to, &format!("documents/{}.salt", leaf.idx), salt.as_bytes())?;
            }
            bar.inc(1);
        }
    }
    put(to, "key", format!("{}\n", signed.vkey).as_bytes())?;
    put(to, "checkpoint", signed.note.as_bytes())?;
    bar.finish_and_clear();
    say!("{}: {} entries; check it with kiemtin verify-log", to.display(), signed.size);
    Ok(())
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a file lies in a folder"))?;
    fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

//! How a checkpoint of the log comes about, in order: look whether the log still begins with all that
//! was signed of it, sign, remember outside the database, publish, ask the witnesses.
//!
//! Two checkpoints that contradict each other would be for ever, so whenever something does not fit,
//! nothing is signed until an operator settles it: the log is *held*.

use std::fs;
use std::io;
use std::sync::atomic::Ordering;

use anyhow::Context as _;
use kiemtin_core::tree::{self, Head, Missing};
use kiemtin_store::StoreResult;
use kiemtin_store::jobs::{self, Leased};
use kiemtin_store::log::{Held, Signed};
use url::Url;

use super::App;
use super::clock::chance;
use crate::durable::write_durably;
use crate::log::note::{self, Kind, PrivateKey, PublicKey};
use crate::log::witness::{Request, Said, Witness, Witnesses};

/// What a process without the log's key, or without a public address, leaves to another.
const LEFT_FOR_MS: i64 = 5_000;

impl App {
    /// Whether a checkpoint covers an entry of the log. What was signed stays so: entries before the
    /// last that was asked about are not looked up again.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_signed(&self, log_idx: i64) -> StoreResult<bool> {
        let Ok(idx) = u64::try_from(log_idx) else { return Ok(false) };
        if idx < self.n_signed.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let n_signed = self.store.signed_log().await?.map_or(0, |it| it.size);
        self.n_signed.fetch_max(n_signed, Ordering::Relaxed);
        Ok(idx < n_signed)
    }

    /// Signs the newest checkpoint and ends the job that asked for it.
    ///
    /// # Errors
    /// The database or the disk failed; the job is tried again.
    pub async fn sign_log(&self, witnesses: &Witnesses, job: &Leased) -> anyhow::Result<()> {
        let size = u64::try_from(self.store.n_log_entries().await?)?;
        let Some(key) = self.log_key().await? else {
            return self.leave(job).await; // Another has the key, or serves and can name the log.
        };
        let before = self.store.signed_log().await?.context("the key was adopted")?;
        if before.held.is_some() {
            return self.end(job).await;
        }
        if let Some(why) = self.contradiction(&before, &key.public(), size).await? {
            tracing::error!(why = why.code(), "The log is held: see kiemtin doctor");
            self.store.hold_log(why).await?;
            return self.end(job).await;
        }
        if before.size == size && !before.note.is_empty() {
            return self.end(job).await;
        }
        let root = self.store.ask_tree(|it| it.root(size)).await?;
        let text = tree::checkpoint(key.public().name(), size, root);
        let note = note::signed(&text, &key.sign(&text, self.now()));
        // First: whatever happens next, this folder will not sign anything that contradicts it.
        write_durably(&self.folder.checkpoint_file(), note.as_bytes())?;
        let vkey = key.public().to_string();
        let new = Signed { vkey, size, root, note, at: self.now(), held: None };
        let ask_witnesses = !witnesses.all.is_empty();
        self.store.keep_checkpoint(job, &new, ask_witnesses, chance()).await?;
        tracing::debug!(size, "Signed the log of {size} entries");
        Ok(())
    }

    /// Asks every witness that has not signed the newest checkpoint, and ends the job.
    ///
    /// # Errors
    /// A witness does not answer: the job is tried again.
    pub async fn cosign_log(&self, witnesses: &Witnesses, job: &Leased) -> anyhow::Result<()> {
        if witnesses.all.is_empty() {
            return self.leave(job).await; // Another process knows whom to ask.
        }
        let mut failed = None;
        for witness in &witnesses.all {
            // What one says is kept before the next is asked, so each begins with the newest note.
            let Some(signed) = self.store.signed_log().await? else { break };
            if signed.held.is_some() || signed.note.is_empty() {
                break;
            }
            if let Err(err) = self.cosign(witnesses, witness, &signed).await {
                failed = Some(err);
            }
        }
        match failed {
            Some(err) => Err(err),
            None => self.end(job).await,
        }
    }

    /// Whether a checkpoint that somebody kept is of this log, and this log begins with it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn begins_with(&self, head: &Head, size: u64) -> StoreResult<bool> {
        if size < head.size {
            return Ok(false);
        }
        Ok(self.store.ask_tree(|it| it.root(head.size)).await? == head.root)
    }

    /// The log's private key; a new desk's is made with the first signature. `None` where another
    /// process has to sign.
    async fn log_key(&self) -> anyhow::Result<Option<PrivateKey>> {
        let path = self.folder.log_key_file();
        let own = match fs::read_to_string(&path) {
            Ok(text) => Some(PrivateKey::parse(&text).context(path.display().to_string())?),
            Err(err) if err.kind() == io::ErrorKind::NotFound => None,
            Err(err) => return Err(err).with_context(|| format!("cannot read {}", path.display())),
        };
        match (self.store.signed_log().await?, own) {
            (Some(signed), Some(own)) if own.public().to_string() == signed.vkey => Ok(Some(own)),
            (Some(_), _) => Ok(None),
            (None, own) => self.begin_log(own).await,
        }
    }

    async fn begin_log(&self, own: Option<PrivateKey>) -> anyhow::Result<Option<PrivateKey>> {
        let key = match (own, origin(&self.public_url)) {
            (Some(own), _) => own,
            (None, Some(origin)) => self.make_log_key(&origin)?,
            (None, None) => return Ok(None),
        };
        let vkey = key.public().to_string();
        self.store.adopt_log_key(&vkey, self.now(), chance()).await?;
        Ok(Some(key))
    }

    /// Makes a new key of the log in the folder. What was signed with the old one is forgotten here:
    /// it is the checkpoint of another log.
    ///
    /// # Errors
    /// The disk is full, or the name cannot be a key's.
    pub fn make_log_key(&self, origin: &str) -> anyhow::Result<PrivateKey> {
        let key = PrivateKey::new(origin, Kind::Log, chance())?;
        write_durably(&self.folder.log_key_file(), key.to_file().as_bytes())?;
        match fs::remove_file(self.folder.checkpoint_file()) {
            Err(err) if err.kind() != io::ErrorKind::NotFound => Err(err.into()),
            _ => Ok(key),
        }
    }

    /// Why the log must not be signed as it is now.
    async fn contradiction(
        &self,
        before: &Signed,
        key: &PublicKey,
        size: u64,
    ) -> anyhow::Result<Option<Held>> {
        let published =
            Head { origin: key.name().to_owned(), size: before.size, root: before.root };
        let remembered = match fs::read(self.folder.checkpoint_file()) {
            Ok(note) => Some(note::open(&note, key, &[])?.head),
            Err(err) if err.kind() == io::ErrorKind::NotFound => None,
            Err(err) => return Err(err.into()),
        };
        for head in [Some(published), remembered].into_iter().flatten() {
            if size < head.size {
                return Ok(Some(Held::Behind));
            }
            if !self.begins_with(&head, size).await? {
                return Ok(Some(Held::Changed));
            }
        }
        Ok(None)
    }

    async fn cosign(
        &self,
        witnesses: &Witnesses,
        witness: &Witness,
        signed: &Signed,
    ) -> anyhow::Result<()> {
        let vkey = witness.key.to_string();
        let known = self.store.log_witnesses().await?;
        let mut old = known.iter().find(|(it, ..)| *it == vkey).map_or(0, |(_, size, _)| *size);
        if old == signed.size && has_line(&signed.note, witness) {
            return Ok(());
        }
        // A witness that knows another size than we thought says so once; then we know it too.
        for _ in 0..2 {
            let proof = self.store.ask_tree(|it| grown(it, signed.size, old)).await?;
            let request = Request { old, proof, note: own_part(&signed.note) };
            match witnesses.ask(witness, &request).await? {
                Said::Signed(lines) => return self.keep_line(witness, signed, &lines).await,
                Said::At(size) if signed.size < size => {
                    tracing::error!(size, "A witness knows a longer log: see kiemtin doctor");
                    return Ok(self.store.hold_log(Held::Behind).await?);
                }
                Said::At(size) => old = size,
            }
        }
        anyhow::bail!("the witness {} changes its mind", witness.key.name())
    }

    async fn keep_line(
        &self,
        witness: &Witness,
        signed: &Signed,
        lines: &str,
    ) -> anyhow::Result<()> {
        let text = text_of(&signed.note);
        let good = |it: &&str| note::has_signed(text.as_bytes(), &format!("{it}\n"), &witness.key);
        let line = lines.lines().find(good).with_context(|| {
            format!("the witness {} answered without its signature", witness.key.name())
        })?;
        let others = signed.note.lines().filter(|it| !it.starts_with(&sign_of(witness)));
        let kept: String = others.map(|it| format!("{it}\n")).collect();
        let note = format!("{kept}{line}\n");
        let vkey = witness.key.to_string();
        Ok(self.store.keep_cosignature(signed, &note, &vkey, self.now()).await?)
    }

    async fn leave(&self, job: &Leased) -> anyhow::Result<()> {
        Ok(self.store.run_again(job, self.now().plus_millis(LEFT_FOR_MS)).await?)
    }

    async fn end(&self, job: &Leased) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        jobs::finish(&mut tx, job).await?;
        Ok(tx.commit().await?)
    }
}

/// Nothing is proved from the empty tree: every tree begins with it.
fn grown(tree: &tree::Hashes, size: u64, old: u64) -> Result<Vec<tree::Hash>, Missing> {
    if old == 0 { Ok(Vec::new()) } else { tree.prove_growth(size, old) }
}

/// The name of the log: where it is read, without the scheme, as tlog-checkpoint advises. Absent
/// where nothing is served.
fn origin(public_url: &str) -> Option<String> {
    let url = Url::parse(public_url).ok()?;
    let port = url.port().map(|it| format!(":{it}")).unwrap_or_default();
    Some(format!("{}{port}{}/log", url.host_str()?, url.path().trim_end_matches('/')))
}

/// The text that is signed: up to the empty line.
fn text_of(note: &str) -> String {
    note.split_once("\n\n").map_or_else(String::new, |(text, _)| format!("{text}\n"))
}

/// The checkpoint with the log's own signature alone, which stands first.
fn own_part(note: &str) -> String {
    let signatures = note.split_once("\n\n").map_or("", |(_, it)| it);
    let own = signatures.lines().next().unwrap_or_default();
    note::signed(text_of(note).as_bytes(), &format!("{own}\n"))
}

fn sign_of(witness: &Witness) -> String {
    format!("— {} ", witness.key.name())
}

fn has_line(note: &str, witness: &Witness) -> bool {
    note.lines().any(|it| it.starts_with(&sign_of(witness)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_named_by_where_it_is_read() {
        let check = |url: &str, want: Option<&str>| assert_eq!(origin(url).as_deref(), want);
        check("https://desk.example", Some("desk.example/log"));
        check("http://127.0.0.1:8080/", Some("127.0.0.1:8080/log"));
        check("https://city.example/tin", Some("city.example/tin/log"));
        check("", None);
    }
}

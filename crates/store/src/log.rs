//! The log: its entries, the tree over them, and what was signed of it. An entry and the hashes that
//! it completes are written in the transaction of what it records, so that a checkpoint is only ever
//! signed over what is durable. None of this is changed afterwards.
//! Not here: keys and signatures (`kiemtin::log`), the arithmetic of the tree (`core::tree`).

use kiemtin_core::log_entry::LogEntry;
use kiemtin_core::time::Timestamp;
use kiemtin_core::tree::{self, Hash, Hashes, Missing};

use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::jobs::{self, Leased, NewJob};
use crate::{Chance, Store};

/// The job that signs the newest checkpoint.
pub const SIGN_LOG: &str = "sign_log";
/// The job that asks the witnesses for their signatures under it.
pub const COSIGN_LOG: &str = "cosign_log";

/// One leaf of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Its place.
    pub idx: i64,
    /// Its bytes.
    pub entry: String,
}

/// Why nothing more is signed until an operator settles it (`kiemtin log resume`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The desk came from a backup, which may be older than the last checkpoint.
    Restored,
    /// A witness or the folder knows a longer log than this one.
    Behind,
    /// The log no longer begins with what was signed of it.
    Changed,
}

impl Held {
    /// The word in the store.
    pub fn code(self) -> &'static str {
        match self {
            Self::Restored => "restored",
            Self::Behind => "behind",
            Self::Changed => "changed",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Restored, Self::Behind, Self::Changed].into_iter().find(|it| it.code() == code)
    }
}

/// What was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The public key, as a signed note names it.
    pub vkey: String,
    /// How many entries the checkpoint covers.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// The checkpoint with its signatures; empty for a key that has signed nothing yet.
    pub note: String,
    /// When.
    pub at: Timestamp,
    /// Why nothing more is signed.
    pub held: Option<Held>,
}

impl Store {
    /// How many leaves the log has.
    ///
    /// # Errors
    /// The database failed.
    pub async fn n_log_entries(&self) -> StoreResult<i64> {
        let sql = "select coalesce(max(idx), -1) + 1 as n from log_entries";
        self.engine.rows(sql, args![]).await?.first().map_or(Ok(0), |row| row.get("n"))
    }

    /// Leaves of the log from `from` on, in order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn log_entries(&self, from: i64, limit: i64) -> StoreResult<Vec<Leaf>> {
        let sql = "select idx, entry from log_entries where $1 <= idx order by idx limit $2";
        let rows = self.engine.rows(sql, args![from, limit]).await?;
        rows.iter().map(|row| Ok(Leaf { idx: row.get("idx")?, entry: row.get("entry")? })).collect()
    }

    /// What was published under an entry, with the salt of its hash.
    ///
    /// # Errors
    /// The database failed.
    pub async fn log_document(&self, idx: i64) -> StoreResult<Option<(String, Vec<u8>)>> {
        let sql = "select document, salt from review_versions where log_idx = $1 \
            union all select document, salt from contests where log_idx = $1 \
            union all select outcome, salt from contests where outcome_idx = $1 \
            union all select document, salt from policy_versions where log_idx = $1";
        let rows = self.engine.rows(sql, args![idx]).await?;
        rows.first().map(|row| Ok((row.get("document")?, row.get("salt")?))).transpose()
    }

    /// Asks the tree, and reads the hashes that the answer needs.
    ///
    /// # Errors
    /// The database failed, or lacks a hash of the tree.
    pub async fn ask_tree<T>(
        &self,
        question: impl Fn(&Hashes) -> Result<T, Missing> + Send,
    ) -> StoreResult<T> {
        match question(&Hashes::default()) {
            Ok(answer) => Ok(answer),
            Err(Missing(places)) => {
                let rows = places.into_iter().map(|it| args![place(it)]).collect();
                let found = self.engine.many_rows(WANTED, WANTED_TAIL, rows).await?;
                question(&hashes(&found)?).map_err(lacking)
            }
        }
    }

    /// What was signed last; `None` before the first key was made.
    ///
    /// # Errors
    /// The database failed.
    pub async fn signed_log(&self) -> StoreResult<Option<Signed>> {
        let sql = "select vkey, size, root, note, signed_at, held from log_state";
        self.engine.rows(sql, args![]).await?.first().map(signed).transpose()
    }

    /// The public keys of the log with the size that each began at, the newest last.
    ///
    /// # Errors
    /// The database failed.
    pub async fn log_keys(&self) -> StoreResult<Vec<(String, i64)>> {
        let sql = "select vkey, since_size from log_keys order by begun_at, vkey";
        let rows = self.engine.rows(sql, args![]).await?;
        rows.iter().map(|row| Ok((row.get("vkey")?, row.get("since_size")?))).collect()
    }

    /// Lets the log be signed with another key from now on. Nothing is signed yet, and no hold
    /// stands: under a new key there is nothing that could be contradicted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn adopt_log_key(
        &self,
        vkey: &str,
        at: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "insert into log_keys (vkey, since_size, begun_at) \
            select $1, coalesce(max(idx), -1) + 1, $2 from log_entries";
        tx.run(sql, args![vkey, at]).await?;
        let sql = "insert into log_state (one, vkey, size, root, note, signed_at) \
            values (1, $1, 0, $2, '', $3) on conflict (one) do update set vkey = $1, size = 0, \
            root = $2, note = '', signed_at = $3, held = null";
        let root = Hashes::default().root(0).map_err(lacking)?;
        tx.run(sql, args![vkey, root, at]).await?;
        tx.run("delete from log_witnesses", args![]).await?;
        jobs::add(&mut tx, &job(SIGN_LOG, at), chance).await?;
        tx.commit().await
    }

    /// Keeps a checkpoint that was signed, and ends the job that did it. If the log grew meanwhile,
    /// the job stays for what is new.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when another worker took the job over, or the key changed.
    pub async fn keep_checkpoint(
        &self,
        done: &Leased,
        new: &Signed,
        ask_witnesses: bool,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "update log_state set size = $2, root = $3, note = $4, signed_at = $5 \
            where vkey = $1 and size <= $2 and held is null";
        let values = args![&*new.vkey, place(new.size), new.root, &*new.note, new.at];
        tx.run_one(sql, values).await?;
        let sql = "select coalesce(max(idx), -1) + 1 as n from log_entries";
        let n: i64 = tx.row(sql, args![]).await?.map_or(Ok(0), |row| row.get("n"))?;
        jobs::finish(&mut tx, done).await?;
        if place(new.size) < n {
            jobs::add(&mut tx, &job(SIGN_LOG, new.at), chance).await?;
        }
        if ask_witnesses {
            jobs::add(&mut tx, &job(COSIGN_LOG, new.at), chance).await?;
        }
        tx.commit().await
    }

    /// Plans that the witnesses are asked, as after a signature.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ask_witnesses(&self, at: Timestamp, chance: Chance) -> StoreResult<()> {
        self.add_job(&job(COSIGN_LOG, at), chance).await
    }

    /// Adds a witness's signature to the newest checkpoint, and notes how far it has followed.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when there is a newer checkpoint.
    pub async fn keep_cosignature(
        &self,
        before: &Signed,
        note: &str,
        witness: &str,
        at: Timestamp,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "update log_state set note = $2 where note = $1";
        tx.run_one(sql, args![&*before.note, note]).await?;
        let sql = "insert into log_witnesses (vkey, size, cosigned_at) values ($1, $2, $3) \
            on conflict (vkey) do update set size = $2, cosigned_at = $3";
        tx.run(sql, args![witness, place(before.size), at]).await?;
        tx.commit().await
    }

    /// How far each witness has followed, and since when.
    ///
    /// # Errors
    /// The database failed.
    pub async fn log_witnesses(&self) -> StoreResult<Vec<(String, u64, Timestamp)>> {
        let rows = self
            .engine
            .rows("select vkey, size, cosigned_at from log_witnesses order by vkey", args![]);
        let witness = |row: &Row| {
            let at = Timestamp::from_millis(row.get("cosigned_at")?);
            Ok((row.get("vkey")?, size(row.get("size")?)?, at))
        };
        rows.await?.iter().map(witness).collect()
    }

    /// Lets nothing more be signed until an operator settles it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn hold_log(&self, why: Held) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        hold(&mut tx, why).await?;
        tx.commit().await
    }

    /// Lets the log be signed again: an operator showed that nothing is contradicted by it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn release_log(&self, at: Timestamp, chance: Chance) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        tx.run("update log_state set held = null", args![]).await?;
        jobs::add(&mut tx, &job(SIGN_LOG, at), chance).await?;
        tx.commit().await
    }
}

/// Adds an entry at the end of the log with the hashes that it completes, plans the signing, and
/// returns its place. The only writer gives the places, so they run without gaps.
pub(crate) async fn append(tx: &mut Tx, entry: &LogEntry, chance: Chance) -> StoreResult<i64> {
    let sql = "select coalesce(max(idx), -1) + 1 as idx from log_entries";
    let idx: i64 = tx.row(sql, args![]).await?.map_or(Ok(0), |row| row.get("idx"))?;
    let sql =
        "insert into log_entries (idx, kind, subject, rev, entry) values ($1, $2, $3, $4, $5)";
    let (kind, subject) = (entry.kind.code(), entry.subject.to_string());
    let text = entry.canonical();
    let leaf = tree::leaf(text.as_bytes());
    tx.run(sql, args![idx, kind, subject, entry.rev, text]).await?;
    let made = grown(tx, size(idx)?, leaf).await?;
    let rows = made.into_iter().map(|(at, hash)| args![place(at), hash]).collect();
    tx.many("insert into log_hashes (place, hash) values", "", rows).await?;
    jobs::add(tx, &job(SIGN_LOG, entry.at), chance).await?;
    Ok(idx)
}

/// Lets nothing more be signed: also what a restore does, in its own transaction.
pub(crate) async fn hold(tx: &mut Tx, why: Held) -> StoreResult<()> {
    tx.run("update log_state set held = $1", args![why.code()]).await.map(drop)
}

const WANTED: &str = "with v (p) as (values";
const WANTED_TAIL: &str = ") select place, hash from log_hashes where place in (select p from v)";

async fn grown(tx: &mut Tx, idx: u64, leaf: Hash) -> StoreResult<Vec<(u64, Hash)>> {
    match Hashes::default().grow(idx, leaf) {
        Ok(made) => Ok(made),
        Err(Missing(places)) => {
            let rows = places.into_iter().map(|it| args![place(it)]).collect();
            let found = tx.many_rows(WANTED, WANTED_TAIL, rows).await?;
            hashes(&found)?.grow(idx, leaf).map_err(lacking)
        }
    }
}

fn hashes(rows: &[Row]) -> StoreResult<Hashes> {
    let mut hashes = Hashes::default();
    for row in rows {
        hashes.extend([(size(row.get("place")?)?, hash(row.get("hash")?)?)]);
    }
    Ok(hashes)
}

fn signed(row: &Row) -> StoreResult<Signed> {
    let held: Option<String> = row.get("held")?;
    Ok(Signed {
        vkey: row.get("vkey")?,
        size: size(row.get("size")?)?,
        root: hash(row.get("root")?)?,
        note: row.get("note")?,
        at: Timestamp::from_millis(row.get("signed_at")?),
        held: held.as_deref().and_then(Held::from_code),
    })
}

fn hash(bytes: Vec<u8>) -> StoreResult<Hash> {
    bytes.try_into().map_err(|_| StoreError::Damaged("a hash of the log".to_owned()))
}

/// A size or place as the database has it: both are far below two to the power of 63.
fn place(n: u64) -> i64 {
    i64::try_from(n).expect("a log is shorter than that")
}

fn size(n: i64) -> StoreResult<u64> {
    u64::try_from(n).map_err(|_| StoreError::Damaged("a size of the log".to_owned()))
}

fn lacking(missing: Missing) -> StoreError {
    StoreError::Damaged(missing.to_string())
}

/// One of each at a time.
fn job(name: &'static str, at: Timestamp) -> NewJob {
    let unique_key = Some(name.to_owned());
    NewJob { name, payload: "{}".to_owned(), run_at: at, unique_key }
}

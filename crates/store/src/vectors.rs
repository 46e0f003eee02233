//! Vectors of claims' texts, as an embedding model makes them. Derived data: what is lost is made
//! anew from the texts.
//!
//! The vectors of another model stay until the new one's are complete, so that an operator can go
//! back; a row is never looked at without its model.
//! Not here: what is in a row (the caller's), and when one is made (`kiemtin::jobs`).

use std::collections::HashMap;

use kiemtin_core::ids::ClaimId;
use kiemtin_core::time::Timestamp;
use uuid::Uuid;

use crate::Store;
use crate::engine::{Row, StoreResult, Tx, args};
use crate::jobs::{self, Leased};

/// The job that makes vectors of what changed. One at a time.
pub const EMBED_CLAIMS: &str = "embed_claims";

/// Rows deleted by one transaction, so that nobody waits long for it.
const DROPPED_AT_ONCE: i64 = 1_000;

/// Which model: the SHA-256 of everything that a vector depends on.
pub type ModelHash = [u8; 32];

/// How far the vectors of a model are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Every change up to here was looked at.
    pub cursor: i64,
    /// While all claims are gone through: the last one looked at, or the nil id.
    pub filled_to: Option<ClaimId>,
    /// Whether all claims were gone through once.
    pub complete: bool,
}

/// A model that vectors are kept of, for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Which model.
    pub hash: Vec<u8>,
    /// What its folder was called.
    pub name: String,
    /// Whether all claims were gone through once.
    pub complete: bool,
    /// How many claims have vectors.
    pub n_claims: i64,
}

impl Store {
    /// Lets a model be the one in use, unless it is already. What is kept of others stays.
    ///
    /// # Errors
    /// The database failed.
    pub async fn adopt_model(
        &self,
        hash: ModelHash,
        name: &str,
        n_dims: usize,
        now: Timestamp,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let n_dims = i64::try_from(n_dims).unwrap_or(i64::MAX);
        let sql = "insert into models (hash, name, n_dims, cursor, filled_to, complete, seq, \
            adopted_at) select $1, $2, $3, coalesce(max(seq), 0), $4, $5, 0, $6 from changes \
            where true on conflict (hash) do update set name = excluded.name, \
            adopted_at = excluded.adopted_at";
        tx.run(sql, args![hash, name, n_dims, Uuid::nil(), false, now]).await?;
        tx.commit().await
    }

    /// How far the vectors of a model are; `None` for one that is not in use, or is no more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn vectors_progress(&self, model: ModelHash) -> StoreResult<Option<Progress>> {
        let sql = "select cursor, filled_to, complete from models where hash = $1";
        let rows = self.engine.rows(sql, args![model]).await?;
        let progress = |row: &Row| {
            let filled_to: Option<Uuid> = row.get("filled_to")?;
            let (cursor, complete) = (row.get("cursor")?, row.get("complete")?);
            Ok(Progress { cursor, filled_to: filled_to.map(ClaimId), complete })
        };
        rows.first().map(progress).transpose()
    }

    /// Rows written after `seq`, oldest first, at most `limit`: claim, number, vectors.
    ///
    /// # Errors
    /// The database failed.
    pub async fn vectors_after(
        &self,
        model: ModelHash,
        seq: i64,
        limit: i64,
    ) -> StoreResult<Vec<(ClaimId, i64, Vec<u8>)>> {
        let sql = "select claim_id, seq, vectors from claim_vectors \
            where model = $1 and $2 < seq order by seq limit $3";
        let rows = self.engine.rows(sql, args![model, seq, limit]).await?;
        let row = |it: &Row| Ok((ClaimId(it.get("claim_id")?), it.get("seq")?, it.get("vectors")?));
        rows.iter().map(row).collect()
    }

    /// The vectors of one claim, if it has any.
    ///
    /// # Errors
    /// The database failed.
    pub async fn vectors_of(
        &self,
        model: ModelHash,
        claim: ClaimId,
    ) -> StoreResult<Option<Vec<u8>>> {
        let sql = "select vectors from claim_vectors where model = $1 and claim_id = $2";
        let rows = self.engine.rows(sql, args![model, claim]).await?;
        rows.first().map(|row| row.get("vectors")).transpose()
    }

    /// Ends a job by writing what it made: rows in the place of older ones (a claim without vectors
    /// has no row), and how far it came.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] when another worker took over, or another model took this one's
    /// place: nothing was written.
    pub async fn keep_vectors(
        &self,
        job: &Leased,
        model: ModelHash,
        rows: &HashMap<ClaimId, Vec<u8>>,
        progress: Progress,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        jobs::finish(&mut tx, job).await?;
        let Progress { cursor, filled_to, complete } = progress;
        let n = rows.len() as i64;
        let sql = "update models set cursor = $2, filled_to = $3, complete = $4, seq = seq + $5 \
            where hash = $1";
        tx.run_one(sql, args![model, cursor, filled_to, complete, n]).await?;
        let row = tx.row("select seq from models where hash = $1", args![model]).await?;
        let last: i64 = row.map_or(Ok(0), |row| row.get("seq"))?;
        let (none, some): (Vec<_>, Vec<_>) = rows.iter().partition(|(_, it)| it.is_empty());
        let values = (last - n + 1..).zip(some);
        let values = values.map(|(seq, (id, it))| args![model, *id, seq, it.as_slice()]);
        let head = "insert into claim_vectors (model, claim_id, seq, vectors) values";
        let tail = "on conflict (model, claim_id) do update set seq = excluded.seq, \
            vectors = excluded.vectors";
        tx.many(head, tail, values.collect()).await?;
        for (id, _) in none {
            let sql = "delete from claim_vectors where model = $1 and claim_id = $2";
            tx.run(sql, args![model, *id]).await?;
        }
        tx.commit().await
    }

    /// Drops what is kept of models that were in use before this one; returns how many models.
    ///
    /// # Errors
    /// The database failed.
    pub async fn drop_older_models(&self, model: ModelHash) -> StoreResult<u64> {
        loop {
            let mut tx = self.begin().await?;
            let sql = "delete from claim_vectors where (model, claim_id) in ( \
                select v.model, v.claim_id from claim_vectors v \
                join models o on o.hash = v.model join models m on m.hash = $1 \
                where o.hash <> m.hash and o.adopted_at <= m.adopted_at limit $2)";
            if 0 < tx.run(sql, args![model, DROPPED_AT_ONCE]).await? {
                tx.commit().await?;
                continue;
            }
            let n = drop_models(&mut tx, model).await?;
            tx.commit().await?;
            return Ok(n);
        }
    }

    /// The models that vectors are kept of, the one in use first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn models(&self) -> StoreResult<Vec<Kept>> {
        let sql = "select m.hash, m.name, m.complete, \
            (select count(*) from claim_vectors v where v.model = m.hash) as n_claims \
            from models m order by m.adopted_at desc, m.hash";
        let rows = self.engine.rows(sql, args![]).await?;
        let kept = |row: &Row| {
            let (hash, name) = (row.get("hash")?, row.get("name")?);
            Ok(Kept { hash, name, complete: row.get("complete")?, n_claims: row.get("n_claims")? })
        };
        rows.iter().map(kept).collect()
    }
}

async fn drop_models(tx: &mut Tx, model: ModelHash) -> StoreResult<u64> {
    let sql = "delete from models where hash <> $1 \
        and adopted_at <= (select adopted_at from models where hash = $1) \
        and not exists (select 1 from claim_vectors v where v.model = models.hash)";
    tx.run(sql, args![model]).await
}

//! Times that an authority vouches for (RFC 3161): question and answer are kept as they were, so that
//! anybody with the archived file can check them with a tool of their own.
//!
//! Not here: how a question is made and an answer checked (`kiemtin::archive`).

use kiemtin_core::time::Timestamp;

use crate::engine::{Row, StoreResult, Tx, args};
use crate::jobs::{self, Leased, NewJob};
use crate::{Chance, Store};

/// The job that asks the authority. Evidence stands without: nothing waits for it.
pub const STAMP_CAPTURE: &str = "stamp_capture";

/// What an authority said of a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// SHA-256 of the blob, in hex.
    pub sha256: String,
    /// The question, in DER.
    pub query: Vec<u8>,
    /// The answer, in DER.
    pub reply: Vec<u8>,
    /// The time in the answer.
    pub at: Timestamp,
}

impl Store {
    /// Keeps an answer and ends its job. A blob is stamped once: a second answer changes nothing.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] when another worker did it.
    pub async fn end_stamp(&self, job: &Leased, stamp: Option<&Stamp>) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        jobs::finish(&mut tx, job).await?;
        if let Some(Stamp { sha256, query, reply, at }) = stamp {
            let sql = "insert into stamps (sha256, query, reply, stamped_at) \
                values ($1, $2, $3, $4) on conflict (sha256) do nothing";
            let values = args![sha256.as_str(), query.as_slice(), reply.as_slice(), *at];
            tx.run(sql, values).await?;
        }
        tx.commit().await
    }

    /// What an authority said of a blob, if it was asked and answered.
    ///
    /// # Errors
    /// The database failed.
    pub async fn stamp(&self, sha256: &str) -> StoreResult<Option<Stamp>> {
        let sql = "select query, reply, stamped_at from stamps where sha256 = $1";
        let stamp = |row: &Row| {
            Ok(Stamp {
                sha256: sha256.to_owned(),
                query: row.get("query")?,
                reply: row.get("reply")?,
                at: Timestamp::from_millis(row.get("stamped_at")?),
            })
        };
        self.engine.rows(sql, args![sha256]).await?.first().map(stamp).transpose()
    }
}

/// Sees to it that the authority is asked, in the transaction that keeps the blob.
pub(crate) async fn ask(
    tx: &mut Tx,
    sha256: &str,
    at: Timestamp,
    chance: Chance,
) -> StoreResult<()> {
    let payload = serde_json::to_string(sha256).expect("a text is JSON");
    let unique_key = Some(format!("{STAMP_CAPTURE}:{sha256}"));
    let job = NewJob { name: STAMP_CAPTURE, payload, run_at: at, unique_key };
    jobs::add(tx, &job, chance).await
}

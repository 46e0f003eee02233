//! The leaves of the log, in order. Each is written in the transaction of what it records, and none
//! is ever changed. Not here: the tree over them and its signature (`kiemtin::log`).

use kiemtin_core::log_entry::LogEntry;

use crate::Store;
use crate::engine::{StoreResult, Tx, args};

/// One leaf of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Its place.
    pub idx: i64,
    /// Its bytes.
    pub entry: String,
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
}

/// Adds an entry at the end of the log and returns its place. The only writer gives the places, so
/// they run without gaps.
pub(crate) async fn append(tx: &mut Tx, entry: &LogEntry) -> StoreResult<i64> {
    let sql = "select coalesce(max(idx), -1) + 1 as idx from log_entries";
    let idx: i64 = tx.row(sql, args![]).await?.map_or(Ok(0), |row| row.get("idx"))?;
    let sql =
        "insert into log_entries (idx, kind, subject, rev, entry) values ($1, $2, $3, $4, $5)";
    let (kind, subject) = (entry.kind.code(), entry.subject.to_string());
    tx.run(sql, args![idx, kind, subject, entry.rev, entry.canonical()]).await?;
    Ok(idx)
}

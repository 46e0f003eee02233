//! The change cursor: what every node's index must look at again, in order.
//!
//! Numbers have no gaps, and the newest is always kept. So a node that was away for longer than
//! changes are kept sees that its next number is missing, and builds its index anew.

use kiemtin_core::ids::{ClaimId, GroupId};
use kiemtin_core::time::{DAY_MS, Timestamp};
use uuid::Uuid;

use crate::Store;
use crate::engine::{Row, StoreError, StoreResult, Tx, args};

/// Something that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Changed {
    /// A claim, its variants, review or confirmed sightings.
    Claim(ClaimId),
    /// A group: new, merged, split, tied or gone.
    Group(GroupId),
}

/// How many changes one look takes.
pub const CHANGES_PER_LOOK: i64 = 5_000;
/// How long changes are kept: a node that was away for longer builds its index anew.
pub const CHANGES_KEPT_MS: i64 = 7 * DAY_MS;
/// Changes that one transaction prunes, so that nobody waits long for it.
const PRUNED_AT_ONCE: i64 = 5_000;

impl Store {
    /// What changed after `cursor`, oldest first, at most [`CHANGES_PER_LOOK`], and the new cursor.
    /// `None` when a part of it is not kept any more: look at everything.
    ///
    /// # Errors
    /// The database failed.
    pub async fn changes_after(&self, cursor: i64) -> StoreResult<Option<(Vec<Changed>, i64)>> {
        let sql = "select seq, noun, id from changes where $1 < seq order by seq limit $2";
        let rows = self.engine.rows(sql, args![cursor, CHANGES_PER_LOOK]).await?;
        let seq = |row: Option<&Row>, or| row.map_or(Ok(or), |row| row.get::<i64>("seq"));
        if seq(rows.first(), cursor + 1)? != cursor + 1 {
            return Ok(None);
        }
        let last = seq(rows.last(), cursor)?;
        Ok(Some((rows.iter().map(changed).collect::<StoreResult<_>>()?, last)))
    }

    /// The newest cursor.
    ///
    /// # Errors
    /// The database failed.
    pub async fn change_cursor(&self) -> StoreResult<i64> {
        let sql = "select coalesce(max(seq), 0) as seq from changes";
        self.engine.rows(sql, args![]).await?.first().map_or(Ok(0), |row| row.get("seq"))
    }

    /// Marks how far the cursor is now, and deletes the changes that are a week older than a mark.
    /// The newest change always stays: the next one is counted from it.
    pub(crate) async fn prune_changes(&self, now: Timestamp) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "insert into change_marks (at, seq) \
            select $1, coalesce(max(seq), 0) from changes where true on conflict (at) do nothing";
        tx.run(sql, args![now.to_hour()]).await?;
        let long_ago = now.plus_millis(-CHANGES_KEPT_MS);
        let sql = "select coalesce(max(seq), 0) as seq, coalesce(max(at), 0) as at \
            from change_marks where at <= $1";
        let Some(mark) = tx.row(sql, args![long_ago]).await? else { return Ok(()) };
        let (seq, at): (i64, i64) = (mark.get("seq")?, mark.get("at")?);
        tx.run("delete from change_marks where at < $1", args![at]).await?;
        tx.commit().await?;
        loop {
            let mut tx = self.begin().await?;
            let sql = "delete from changes where seq < $1 \
                and seq < (select min(seq) from changes) + $2";
            let n = tx.run(sql, args![seq, PRUNED_AT_ONCE]).await?;
            tx.commit().await?;
            if n == 0 {
                return Ok(());
            }
        }
    }
}

/// Puts changes at the end of the cursor.
pub(crate) async fn add(tx: &mut Tx, changed: &[Changed]) -> StoreResult<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let sql = "select coalesce(max(seq), 0) as seq from changes";
    let last: i64 = tx.row(sql, args![]).await?.map_or(Ok(0), |row| row.get("seq"))?;
    let row = |(seq, changed): (i64, &Changed)| match changed {
        Changed::Claim(id) => args![seq, "claim", *id],
        Changed::Group(id) => args![seq, "group", *id],
    };
    let rows = (last + 1..).zip(changed).map(row).collect();
    tx.many("insert into changes (seq, noun, id) values", "", rows).await.map(drop)
}

fn changed(row: &Row) -> StoreResult<Changed> {
    let id: Uuid = row.get("id")?;
    match row.get::<String>("noun")?.as_str() {
        "claim" => Ok(Changed::Claim(ClaimId(id))),
        "group" => Ok(Changed::Group(GroupId(id))),
        other => Err(StoreError::Damaged(format!("change of a {other}"))),
    }
}

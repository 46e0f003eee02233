//! The change cursor: what every node's index must look at again, in order.

use kiemtin_core::ids::{ClaimId, GroupId};
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

impl Store {
    /// What changed after `cursor`, oldest first, at most [`CHANGES_PER_LOOK`], and the new cursor.
    ///
    /// # Errors
    /// The database failed.
    pub async fn changes_after(&self, cursor: i64) -> StoreResult<(Vec<Changed>, i64)> {
        let sql = "select seq, noun, id from changes where $1 < seq order by seq limit $2";
        let rows = self.engine.rows(sql, args![cursor, CHANGES_PER_LOOK]).await?;
        let last = rows.last().map_or(Ok(cursor), |row| row.get("seq"))?;
        Ok((rows.iter().map(changed).collect::<StoreResult<_>>()?, last))
    }

    /// The newest cursor.
    ///
    /// # Errors
    /// The database failed.
    pub async fn change_cursor(&self) -> StoreResult<i64> {
        let sql = "select coalesce(max(seq), 0) as seq from changes";
        self.engine.rows(sql, args![]).await?.first().map_or(Ok(0), |row| row.get("seq"))
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

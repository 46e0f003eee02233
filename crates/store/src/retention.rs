//! Texts that have had their time are erased, not hidden (DESIGN section 2.1, STANDARDS 3.3).

use kiemtin_core::time::Timestamp;

use crate::Store;
use crate::engine::{StoreResult, args};
use crate::messages::UNPROCESSED_MS;

/// What one run erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Texts.
    pub messages: u64,
    /// Groups that nothing is left of.
    pub groups: u64,
    /// Sessions and one-time links that had ended.
    pub tokens: u64,
}

const GONE: &str = "select id from groups g where g.claim_id is null and g.last_at < $1 \
    and not exists (select 1 from messages m where m.group_id = g.id) \
    and not exists (select 1 from groups o where o.merged_into = g.id)";

impl Store {
    /// Erases what has expired. Safe to run at any time and twice.
    ///
    /// Receipts lose their tie to the text and keep their outcome. On SQLite deleted pages are
    /// overwritten (`secure_delete`) and the write-ahead log, which still holds them, is folded in
    /// and cut; on PostgreSQL the tables are vacuumed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn erase_expired(&self, now: Timestamp) -> StoreResult<Erased> {
        let mut tx = self.begin().await?;
        let sql = "update receipts set message_id = null, \
            outcome = case when outcome = 'received' then 'expired' else outcome end \
            where message_id in (select id from messages where expires_at <= $1)";
        tx.run(sql, args![now]).await?;
        let messages = tx.run("delete from messages where expires_at <= $1", args![now]).await?;
        let long_ago = now.plus_millis(-UNPROCESSED_MS);
        let mut groups = 0;
        for row in tx.rows(GONE, args![long_ago]).await? {
            let id: uuid::Uuid = row.get("id")?;
            tx.run("delete from matches where group_id = $1", args![id]).await?;
            tx.run("delete from events where group_id = $1", args![id]).await?;
            groups += tx.run("delete from groups where id = $1", args![id]).await?;
            let gone = crate::changes::Changed::Group(kiemtin_core::ids::GroupId(id));
            crate::changes::add(&mut tx, &[gone]).await?;
        }
        let sql = "delete from sessions where created_at + $2 <= $1 or seen_at + $3 <= $1";
        let limits = args![now, crate::members::SESSION_MS, crate::members::SESSION_IDLE_MS];
        let mut tokens = tx.run(sql, limits).await?;
        tokens += tx.run("delete from invitations where expires_at <= $1", args![now]).await?;
        tx.commit().await?;
        if 0 < messages {
            self.engine.scrub().await?;
        }
        Ok(Erased { messages, groups, tokens })
    }
}

//! Texts that have had their time are erased, not hidden (DESIGN section 2.1, STANDARDS 3.3).

use std::collections::BTreeSet;

use kiemtin_core::ids::{ClaimId, GroupId};
use kiemtin_core::time::Timestamp;
use uuid::Uuid;

use crate::changes::{self, Changed};
use crate::engine::{Row, StoreResult, Value, args};
use crate::messages::UNPROCESSED_MS;
use crate::sessions::{SESSION_IDLE_MS, SESSION_MS};
use crate::{Store, api_calls, notices, pairs};

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

/// Rows that one transaction erases, so that intake never waits long for a big one.
const ERASED_AT_ONCE: i64 = 1_000;

const EXPIRED: &str = "select id from messages where expires_at <= $1 order by expires_at limit $2";
const RECEIPTS: &str = ") update receipts set message_id = null, \
    claim_id = coalesce(claim_id, (select g.claim_id from messages m \
        join groups g on g.id = m.group_id where m.id = receipts.message_id)), \
    outcome = case when outcome = 'received' then 'expired' else outcome end \
    where message_id in (select i from v)";
const SIGHTINGS: &str = ") select distinct g.claim_id as id from v join messages m on m.id = v.i \
    join groups g on g.id = m.group_id where g.tied_by = 'member'";
const PICTURED: &str = ") select distinct m.group_id as id from v join messages m on m.id = v.i \
    where m.picture is not null and m.group_id is not null";
/// A group that was merged stays as long as the one that it was merged into, so that the merge can
/// be undone; then it goes first.
pub(crate) const GONE: &str = "select g.id from groups g join groups r on r.id = coalesce(g.merged_into, g.id) \
    where r.claim_id is null and r.last_at < $1 and g.last_at < $1 \
    and not exists (select 1 from messages m where m.group_id in (g.id, r.id)) \
    and not exists (select 1 from groups o where o.merged_into = g.id) limit $2";

impl Store {
    /// Erases what has expired, and old places of the change cursor. Safe to run at any time and
    /// twice.
    ///
    /// Receipts lose their tie to the text and keep their outcome, and the claim that it was tied
    /// to. On SQLite deleted pages are overwritten (`secure_delete`) and the write-ahead log, which
    /// still holds them, is folded in and cut; on PostgreSQL the table is vacuumed.
    ///
    /// # Errors
    /// [`crate::StoreError::Busy`] when a long reader, a backup say, keeps old pages alive: what has
    /// expired is deleted, and the next run makes it unreadable.
    pub async fn erase_expired(&self, now: Timestamp) -> StoreResult<Erased> {
        let mut erased = Erased::default();
        loop {
            let n = self.erase_messages(now).await?;
            erased.messages += n;
            if n == 0 {
                break;
            }
        }
        loop {
            let n = self.erase_groups(now).await?;
            erased.groups += n;
            if n == 0 {
                break;
            }
        }
        self.erase_contest_texts(now).await?;
        erased.tokens = self.erase_tokens(now).await?;
        self.prune_changes(now).await?;
        self.forget_read(now).await?;
        self.engine.scrub().await?;
        Ok(erased)
    }

    /// A claim is found by its confirmed sightings too, and a group by the pictures of its messages:
    /// the index must look at them again.
    async fn erase_messages(&self, now: Timestamp) -> StoreResult<u64> {
        let mut tx = self.begin().await?;
        let ids = self::ids(tx.rows(EXPIRED, args![now, ERASED_AT_ONCE]).await?)?;
        let claims = self::ids(tx.many_rows(IDS, SIGHTINGS, args_of(&ids)).await?)?;
        let claims: BTreeSet<Uuid> = claims.into_iter().collect();
        let groups = self::ids(tx.many_rows(IDS, PICTURED, args_of(&ids)).await?)?;
        let groups: BTreeSet<Uuid> = groups.into_iter().collect();
        tx.many(IDS, RECEIPTS, args_of(&ids)).await?;
        // A vector tells of the text that it was made from.
        let claims: Vec<Uuid> = claims.into_iter().collect();
        let delete = ") delete from claim_vectors where claim_id in (select i from v)";
        tx.many(IDS, delete, args_of(&claims)).await?;
        let delete = ") delete from messages where id in (select i from v)";
        let n = tx.many(IDS, delete, args_of(&ids)).await?;
        let claims = claims.into_iter().map(|it| Changed::Claim(ClaimId(it)));
        let groups = groups.into_iter().map(|it| Changed::Group(GroupId(it)));
        let changed: Vec<Changed> = claims.chain(groups).collect();
        changes::add(&mut tx, &changed).await?;
        tx.commit().await?;
        Ok(n)
    }

    /// Groups that nothing is left of go with what was proposed for them and done to them; that a
    /// proposal was rejected is kept as a figure.
    async fn erase_groups(&self, now: Timestamp) -> StoreResult<u64> {
        let long_ago = now.plus_millis(-UNPROCESSED_MS);
        // A look without the writer's lock first: it goes through all groups, and mostly none is
        // gone.
        if self.engine.rows(GONE, args![long_ago, 1_i64]).await?.is_empty() {
            return Ok(0);
        }
        let mut tx = self.begin().await?;
        let ids = ids(tx.rows(GONE, args![long_ago, ERASED_AT_ONCE]).await?)?;
        pairs::keep(&mut tx, args_of(&ids)).await?;
        for delete in [
            ") delete from bulk_items where group_id in (select i from v)",
            ") delete from matches where group_id in (select i from v)",
            ") delete from events where group_id in (select i from v)",
        ] {
            tx.many(IDS, delete, args_of(&ids)).await?;
        }
        let delete = ") delete from groups where id in (select i from v)";
        let n = tx.many(IDS, delete, args_of(&ids)).await?;
        let gone: Vec<Changed> = ids.into_iter().map(|it| Changed::Group(GroupId(it))).collect();
        changes::add(&mut tx, &gone).await?;
        tx.commit().await?;
        Ok(n)
    }

    async fn erase_tokens(&self, now: Timestamp) -> StoreResult<u64> {
        let mut tx = self.begin().await?;
        let sql = "delete from sessions where created_at + $2 <= $1 or seen_at + $3 <= $1";
        let n_sessions = tx.run(sql, args![now, SESSION_MS, SESSION_IDLE_MS]).await?;
        let sql = "delete from invitations where expires_at <= $1";
        let n_invitations = tx.run(sql, args![now]).await?;
        let sql = "delete from api_calls where begun_at <= $1";
        tx.run(sql, args![now.plus_millis(-api_calls::KNOWN_MS)]).await?;
        notices::prune(&mut tx, now).await?;
        tx.commit().await?;
        Ok(n_sessions + n_invitations)
    }
}

const IDS: &str = "with v (i) as (values";

fn ids(rows: Vec<Row>) -> StoreResult<Vec<Uuid>> {
    rows.iter().map(|row| row.get("id")).collect()
}

fn args_of(ids: &[Uuid]) -> Vec<Vec<Value>> {
    ids.iter().map(|it| args![*it]).collect()
}

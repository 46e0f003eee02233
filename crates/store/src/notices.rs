//! What members say of themselves: the languages they read, and where they want mail, if they do.
//! The address is the only one that the desk keeps; it goes when the member's access ends.

use std::collections::BTreeSet;

use kiemtin_core::ids::{CaseId, MemberId};
use kiemtin_core::lang::Lang;
use kiemtin_core::time::{DAY_MS, HOUR_MS, Timestamp};

use crate::Store;
use crate::engine::{Row, StoreResult, Tx, args};
use crate::jobs::{self, Leased};
use crate::members::{Member, member};

/// A member is mailed at most once in this time, whatever comes together.
pub const MAIL_EVERY_MS: i64 = HOUR_MS;
/// How long it is known what a member was mailed about. What waits longer is told again.
pub const MAILED_MS: i64 = 90 * DAY_MS;

/// What a member says of themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberSettings {
    /// The languages they read: a signature says that the answer is right in these.
    pub reads: BTreeSet<Lang>,
    /// Where they want mail.
    pub notice_address: Option<String>,
}

impl Store {
    /// What a member says of themselves; `None` as long as they have said nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn member_settings(&self, id: MemberId) -> StoreResult<Option<MemberSettings>> {
        let sql = "select reads, notice_address from member_settings where member_id = $1";
        self.engine.rows(sql, args![id]).await?.first().map(settings).transpose()
    }

    /// Keeps what a member says of themselves.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] when their access has ended.
    pub async fn set_member_settings(&self, id: MemberId, new: &MemberSettings) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "insert into member_settings (member_id, reads, notice_address) \
            select id, $2, $3 from members where id = $1 and ended_at is null \
            on conflict (member_id) do update set reads = $2, notice_address = $3";
        let reads: Vec<&str> = new.reads.iter().map(|it| it.tag()).collect();
        tx.run_one(sql, args![id, reads.join(","), new.notice_address.as_deref()]).await?;
        tx.commit().await
    }

    /// The members who want mail and had none for a while.
    ///
    /// # Errors
    /// The database failed.
    pub async fn members_to_mail(&self, now: Timestamp) -> StoreResult<Vec<Member>> {
        let sql = "select m.id, m.org_id, m.login, m.role from member_settings s \
            join members m on m.id = s.member_id where s.notice_address is not null \
            and m.ended_at is null and coalesce(s.last_mailed_at, 0) + $2 <= $1 order by m.id";
        self.engine.rows(sql, args![now, MAIL_EVERY_MS]).await?.iter().map(member).collect()
    }

    /// What a member was mailed about.
    ///
    /// # Errors
    /// The database failed.
    pub async fn mailed(&self, id: MemberId) -> StoreResult<BTreeSet<String>> {
        let rows = self.engine.rows("select thing from mailed where member_id = $1", args![id]);
        rows.await?.iter().map(|row| row.get("thing")).collect()
    }

    /// Writes down what a member was mailed about, and ends the job that did it.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] when another worker did it.
    pub async fn end_mailing(
        &self,
        job: &Leased,
        id: MemberId,
        things: &[String],
        at: Timestamp,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        jobs::finish(&mut tx, job).await?;
        let rows = things.iter().map(|it| args![id, it.as_str(), at]).collect();
        let head = "insert into mailed (member_id, thing, at) values";
        tx.many(head, "on conflict (member_id, thing) do nothing", rows).await?;
        if !things.is_empty() {
            let sql = "update member_settings set last_mailed_at = $2 where member_id = $1";
            tx.run(sql, args![id, at]).await?;
        }
        tx.commit().await
    }
}

/// The languages that those who signed a draft read.
pub(crate) async fn read_by_signers(tx: &mut Tx, case: CaseId) -> StoreResult<BTreeSet<Lang>> {
    let sql = "select s.reads, s.notice_address from signatures g \
        join member_settings s on s.member_id = g.member_id where g.case_id = $1";
    let rows = tx.rows(sql, args![case]).await?;
    let all = rows.iter().map(settings).collect::<StoreResult<Vec<_>>>()?;
    Ok(all.into_iter().flat_map(|it| it.reads).collect())
}

/// Forgets what a member said and was told.
pub(crate) async fn forget(tx: &mut Tx, id: MemberId) -> StoreResult<()> {
    tx.run("delete from member_settings where member_id = $1", args![id]).await?;
    tx.run("delete from mailed where member_id = $1", args![id]).await.map(drop)
}

/// Forgets what was mailed long ago.
pub(crate) async fn prune(tx: &mut Tx, now: Timestamp) -> StoreResult<()> {
    tx.run("delete from mailed where at + $2 <= $1", args![now, MAILED_MS]).await.map(drop)
}

fn settings(row: &Row) -> StoreResult<MemberSettings> {
    let reads: String = row.get("reads")?;
    Ok(MemberSettings {
        reads: reads.split(',').filter_map(Lang::from_tag).collect(),
        notice_address: row.get("notice_address")?,
    })
}

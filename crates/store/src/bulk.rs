//! One deed done to several groups at once, in one transaction, and undone at any later time: as far
//! as nothing else happened to a group since.

use kiemtin_core::case::DismissReason;
use kiemtin_core::ids::{BulkId, ClaimId, GroupId, OrgId};
use kiemtin_core::permission::Deed;
use kiemtin_core::time::Timestamp;
use uuid::Uuid;

use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::groups::{dismiss, merge, restore, take_back, tie, unmerge};
use crate::queue::{Owner, assign};
use crate::{Act, Store};

/// Groups that one deed takes at once: as many as somebody can have looked at, and a transaction
/// that holds the writer for less than a second.
pub const BULK_MAX: usize = 100;

/// What is done to several groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkDeed {
    /// Put aside with a public reason.
    Dismiss(DismissReason),
    /// Tied to a claim.
    Tie(ClaimId),
    /// Given to somebody.
    Assign(Owner),
    /// Merged into this one, which is not among them.
    Merge(GroupId),
}

/// The kinds of deeds, without what they bring along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkKind {
    /// See [`BulkDeed::Dismiss`].
    Dismiss,
    /// See [`BulkDeed::Tie`].
    Tie,
    /// See [`BulkDeed::Assign`].
    Assign,
    /// See [`BulkDeed::Merge`].
    Merge,
}

impl BulkKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Dismiss, Self::Tie, Self::Assign, Self::Merge];

    /// The word in forms, addresses and the store.
    pub fn code(self) -> &'static str {
        match self {
            Self::Dismiss => "dismiss",
            Self::Tie => "tie",
            Self::Assign => "assign",
            Self::Merge => "merge",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// What a member must be allowed to do for it, and to undo it.
    pub fn deed(self) -> Deed {
        match self {
            Self::Dismiss => Deed::DismissCase,
            Self::Tie => Deed::TieGroup,
            Self::Assign => Deed::SortQueue,
            Self::Merge => Deed::MergeAndSplit,
        }
    }
}

impl BulkDeed {
    /// Its kind.
    pub fn kind(self) -> BulkKind {
        match self {
            Self::Dismiss(_) => BulkKind::Dismiss,
            Self::Tie(_) => BulkKind::Tie,
            Self::Assign(_) => BulkKind::Assign,
            Self::Merge(_) => BulkKind::Merge,
        }
    }
}

/// A deed that was done to several groups, and what is left of it to undo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bulk {
    /// Its id.
    pub id: BulkId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: BulkKind,
    /// For which organisation.
    pub org: OrgId,
    /// Groups in which it was not undone.
    pub n_left: i64,
}

struct Item {
    group: GroupId,
    n_events: i64,
    claim: Option<ClaimId>,
    before: Owner,
}

impl Store {
    /// Does a deed to several groups: to all, or to none.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody was faster with one of them; or as the deed done to one.
    pub async fn do_bulk(
        &self,
        bulk: BulkId,
        deed: BulkDeed,
        groups: &[GroupId],
        act: Act<'_>,
    ) -> StoreResult<()> {
        if groups.is_empty() || BULK_MAX < groups.len() {
            return Err(StoreError::Refused(format!("1 to {BULK_MAX} groups at once")));
        }
        let mut tx = self.begin().await?;
        let sql = "insert into bulks (id, at, deed, org_id) values ($1, $2, $3, $4)";
        tx.run(sql, args![bulk.0, act.at, deed.kind().code(), act.by.org]).await?;
        for group in groups {
            let before = owner(&mut tx, *group).await?;
            match deed {
                BulkDeed::Dismiss(reason) => {
                    dismiss(&mut tx, *group, reason, act).await?;
                }
                BulkDeed::Tie(claim) => tie(&mut tx, *group, claim, act).await?,
                BulkDeed::Assign(to) => assign(&mut tx, *group, to, act).await?,
                BulkDeed::Merge(into) => merge(&mut tx, *group, into, act).await?,
            }
            let claim = if let BulkDeed::Tie(claim) = deed { Some(claim) } else { None };
            let sql = "insert into bulk_items (bulk_id, group_id, n_events, claim_id, before_org, \
                before_member) values ($1, $2, $3, $4, $5, $6)";
            let n_events = n_events(&mut tx, *group).await?;
            let values = args![bulk.0, *group, n_events, claim, before.org, before.member];
            tx.run(sql, values).await?;
        }
        tx.commit().await
    }

    /// Undoes it in every group to which nothing else happened since. Returns the others, which stay
    /// as they are; nothing is undone twice.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when there is no such deed; [`Rule::Involved`](crate::Rule::Involved)
    /// when a claim concerns the member's organisation.
    pub async fn undo_bulk(
        &self,
        bulk: BulkId,
        kind: BulkKind,
        act: Act<'_>,
    ) -> StoreResult<Vec<GroupId>> {
        let mut tx = self.begin().await?;
        let sql = "select 1 as one from bulks where id = $1 and deed = $2";
        tx.row(sql, args![bulk.0, kind.code()]).await?.ok_or(StoreError::Stale)?;
        let sql = "select group_id, n_events, claim_id, before_org as owner_org, \
            before_member as owner_member from bulk_items where bulk_id = $1 order by group_id";
        let items = tx.rows(sql, args![bulk.0]).await?;
        let items: Vec<Item> = items.iter().map(item).collect::<StoreResult<_>>()?;
        let mut left = Vec::new();
        for it in items {
            if n_events(&mut tx, it.group).await? != it.n_events {
                left.push(it.group);
                continue;
            }
            match (kind, it.claim) {
                (BulkKind::Dismiss, _) => restore(&mut tx, it.group, act).await?,
                (BulkKind::Tie, Some(claim)) => {
                    take_back(&mut tx, it.group, claim, act).await?;
                }
                (BulkKind::Tie, None) => return Err(StoreError::Stale),
                (BulkKind::Assign, _) => {
                    assign(&mut tx, it.group, it.before, act).await?;
                }
                (BulkKind::Merge, _) => unmerge(&mut tx, it.group, act).await?,
            }
            let sql = "delete from bulk_items where bulk_id = $1 and group_id = $2";
            tx.run_one(sql, args![bulk.0, it.group]).await?;
        }
        tx.commit().await?;
        Ok(left)
    }

    /// The groups in which it was not undone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn groups_of_bulk(&self, bulk: BulkId) -> StoreResult<Vec<GroupId>> {
        let sql = "select group_id from bulk_items where bulk_id = $1 order by group_id";
        let rows = self.engine.rows(sql, args![bulk.0]).await?;
        rows.iter().map(|row| Ok(GroupId(row.get("group_id")?))).collect()
    }

    /// What was done to several groups, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn bulks(&self, limit: i64) -> StoreResult<Vec<Bulk>> {
        let sql = "select b.id, b.at, b.deed, b.org_id, (select count(*) from bulk_items i \
            where i.bulk_id = b.id) as n_left from bulks b order by b.at desc, b.id desc limit $1";
        self.engine.rows(sql, args![limit]).await?.iter().map(read).collect()
    }
}

async fn n_events(tx: &mut Tx, group: GroupId) -> StoreResult<i64> {
    let sql = "select count(*) as n from events where group_id = $1";
    tx.row(sql, args![group]).await?.map_or(Ok(0), |row| row.get("n"))
}

async fn owner(tx: &mut Tx, group: GroupId) -> StoreResult<Owner> {
    let sql = "select owner_org, owner_member from groups where id = $1";
    crate::queue::owner(&tx.row(sql, args![group]).await?.ok_or(StoreError::Stale)?)
}

fn item(row: &Row) -> StoreResult<Item> {
    let claim: Option<Uuid> = row.get("claim_id")?;
    Ok(Item {
        group: GroupId(row.get("group_id")?),
        n_events: row.get("n_events")?,
        claim: claim.map(ClaimId),
        before: crate::queue::owner(row)?,
    })
}

fn read(row: &Row) -> StoreResult<Bulk> {
    let kind: String = row.get("deed")?;
    Ok(Bulk {
        id: BulkId(row.get("id")?),
        at: Timestamp::from_millis(row.get("at")?),
        kind: BulkKind::from_code(&kind).ok_or(StoreError::Damaged(kind))?,
        org: OrgId(row.get("org_id")?),
        n_left: row.get("n_left")?,
    })
}

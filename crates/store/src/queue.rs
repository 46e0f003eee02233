//! The queue: everything that waits, with what it is ranked by, and who sees to it.
//!
//! Rows are light, so that all of them can be ranked for each look (`core::priority`). Not here: what
//! is done to a group (`groups`), several at once (`bulk`).

use std::collections::HashMap;

use kiemtin_core::ids::{CaseId, ClaimId, GroupId, MemberId, OrgId};
use kiemtin_core::lang::Lang;
use kiemtin_core::priority::{Risk, Standing};
use kiemtin_core::time::{DAY_MS, Timestamp};
use kiemtin_core::workflow::State;
use serde_json::json;

use crate::cases::{Case, is_uninvolved, note};
use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::messages::lang;
use crate::{Act, Rule, Store, groups, organisations};

/// Waiting groups that are ranked, the most asked first: beyond these stand only texts that came
/// once, and ranking takes a few milliseconds for each thousand.
pub const RANKED_MAX: i64 = 20_000;
/// Cases that stand in the queue; each is work that somebody began.
const CASES_MAX: i64 = 1_000;

/// Who sees to something: an organisation, and perhaps one of its members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// The organisation.
    pub org: Option<OrgId>,
    /// The member of it.
    pub member: Option<MemberId>,
}

/// A waiting group or an open case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A group without a claim.
    Group(GroupId),
    /// A case that nobody took, or in which something is due.
    Case(CaseId, ClaimId, State),
}

/// What waits, with what it is ranked by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What.
    pub what: What,
    /// Its language.
    pub lang: Lang,
    /// What it is ranked by.
    pub standing: Standing,
    /// Whether a claim was proposed for it that nobody rejected; a case has its claim.
    pub has_match: bool,
    /// Who sees to it.
    pub owner: Owner,
}

impl What {
    /// Its id.
    pub fn id(self) -> uuid::Uuid {
        match self {
            Self::Group(id) => id.0,
            Self::Case(id, ..) => id.0,
        }
    }
}

const GROUPS: &str = "select g.id, g.lang, g.n_messages, g.n_asking, g.first_at, \
    coalesce(g.risk, c.risk) as risk, c.topic, c.id as proposed, g.owner_org, g.owner_member \
    from groups g \
    left join claims c on c.id = (select m.claim_id from matches m where m.group_id = g.id \
        and m.state = 'proposed' and m.decision <> 'none' order by m.probability desc limit 1) \
    where g.claim_id is null and g.dismissed is null and g.merged_into is null \
        and 0 < g.n_messages order by g.n_messages desc, g.last_at desc limit $1";

/// By arrival, and not by group along all messages that there are: so SQLite must not see that what it
/// groups by has an index.
const LAST_DAY: &str = "select group_id, count(*) as n from messages where $1 < received_at \
    group by coalesce(group_id, group_id), group_id";

/// Cases in the inbox wait for somebody; others stand here for what is due in them.
const CASES: &str = "with t as (select case_id, min(due_at) as due_at from tasks \
        where done_at is null group by case_id), \
    w as (select k.id, k.claim_id, k.state, k.owner_org, k.owner_member, k.created_at, \
        case when k.state = 'verifying' then k.due_at end as asked_due, t.due_at as task_due \
        from cases k left join t on t.case_id = k.id where k.state in ('inbox', 'open', \
        'verifying', 'draft', 'review', 'correcting')) \
    select w.id, w.claim_id, w.state, c.lang, c.risk, c.topic, w.owner_org, w.owner_member, \
        w.created_at, w.asked_due, w.task_due, \
        coalesce(cast(sum(g.n_messages) as bigint), 0) as n_messages, \
        coalesce(cast(sum(g.n_asking) as bigint), 0) as n_asking, \
        coalesce(cast(sum((select count(*) from messages m where m.group_id = g.id \
        and $1 < m.received_at)) as bigint), 0) as n_last_day, min(g.first_at) as first_at \
    from w join claims c on c.id = w.claim_id \
    left join groups g on g.claim_id = w.claim_id and g.merged_into is null \
    where w.state = 'inbox' or w.asked_due is not null or w.task_due is not null \
    group by w.id, w.claim_id, w.state, c.lang, c.risk, c.topic, w.owner_org, w.owner_member, \
        w.created_at, w.asked_due, w.task_due order by w.created_at limit $2";

impl Store {
    /// Everything that waits: groups without a claim, cases that nobody took, and cases in which
    /// something is due. Unordered; a tip stands in a group as soon as it is sorted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waiting(&self, now: Timestamp) -> StoreResult<Vec<Waiting>> {
        let a_day_ago = now.plus_millis(-DAY_MS);
        let last_day = self.engine.rows(LAST_DAY, args![a_day_ago]).await?;
        let last_day: HashMap<Option<uuid::Uuid>, i64> = last_day
            .iter()
            .map(|row| Ok((row.get("group_id")?, row.get("n")?)))
            .collect::<StoreResult<_>>()?;
        let groups = self.engine.rows(GROUPS, args![RANKED_MAX]).await?;
        let cases = self.engine.rows(CASES, args![a_day_ago, CASES_MAX]).await?;
        let n_last_day = |id: GroupId| last_day.get(&Some(id.0)).copied().unwrap_or(0);
        let groups = groups.iter().map(|row| group(row, n_last_day));
        groups.chain(cases.iter().map(case)).collect()
    }

    /// The risk of a group and of a claim, as members said.
    ///
    /// # Errors
    /// The database failed.
    pub async fn risk_of_group(&self, group: GroupId) -> StoreResult<Option<Risk>> {
        let rows = self.engine.rows("select risk from groups where id = $1", args![group]).await?;
        rows.first().map_or(Ok(None), risk)
    }

    /// The risk of a claim, as a member said.
    ///
    /// # Errors
    /// The database failed.
    pub async fn risk_of_claim(&self, claim: ClaimId) -> StoreResult<Option<Risk>> {
        let rows = self.engine.rows("select risk from claims where id = $1", args![claim]).await?;
        rows.first().map_or(Ok(None), risk)
    }

    /// Says what harm it may do if people believe what a group says; `None` takes that back.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the group is gone or merged.
    pub async fn set_group_risk(
        &self,
        group: GroupId,
        risk: Option<Risk>,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let code = risk.map(Risk::code);
        let sql = "update groups set risk = $2 where id = $1 and merged_into is null";
        tx.run_one(sql, args![group, code]).await?;
        let body = json!({ "risk": code });
        groups::note(&mut tx, "group.risk", group, None, body, act).await?;
        tx.commit().await
    }

    /// The same of a claim.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the claim is gone; [`Rule::Involved`] when it concerns the member's
    /// organisation.
    pub async fn set_claim_risk(
        &self,
        claim: ClaimId,
        risk: Option<Risk>,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        is_uninvolved(&mut tx, claim, act.by).await?;
        let code = risk.map(Risk::code);
        tx.run_one("update claims set risk = $2 where id = $1", args![claim, code]).await?;
        note(&mut tx, "case.risk", claim, json!({ "risk": code }), act).await?;
        tx.commit().await
    }

    /// Who sees to a group.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the group is gone.
    pub async fn owner_of_group(&self, group: GroupId) -> StoreResult<Owner> {
        let sql = "select owner_org, owner_member from groups where id = $1";
        let rows = self.engine.rows(sql, args![group]).await?;
        owner(rows.first().ok_or(StoreError::Stale)?)
    }

    /// Who sees to a case.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the case is gone.
    pub async fn owner_of_case(&self, case: CaseId) -> StoreResult<Owner> {
        let sql = "select owner_org, owner_member from cases where id = $1";
        let rows = self.engine.rows(sql, args![case]).await?;
        owner(rows.first().ok_or(StoreError::Stale)?)
    }

    /// Gives a waiting group to an organisation, to a member of it, or to nobody.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it no longer waits.
    pub async fn assign_group(&self, group: GroupId, to: Owner, act: Act<'_>) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        assign(&mut tx, group, to, act).await?;
        tx.commit().await
    }

    /// Gives a case to an organisation or to a member of it. `case` is the one that the member saw.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody was faster; [`Rule::Involved`] when the claim concerns the
    /// member's organisation; [`Rule::OwnerInvolved`] when it concerns the one that is to have it.
    pub async fn assign_case(&self, case: &Case, to: Owner, act: Act<'_>) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        is_uninvolved(&mut tx, case.claim, act.by).await?;
        may_own(&mut tx, case.claim, to.org).await?;
        let sql = "update cases set owner_org = $3, owner_member = $4, version = version + 1, \
            updated_at = $5 where id = $1 and version = $2";
        tx.run_one(sql, args![case.id, case.version, to.org, to.member, act.at]).await?;
        let body = json!({ "org": to.org.map(|it| it.to_string()) });
        note(&mut tx, "case.assign", case.claim, body, act).await?;
        tx.commit().await
    }
}

/// An organisation that the claim concerns takes no step in its case, so it does not see to it.
pub(crate) async fn may_own(tx: &mut Tx, claim: ClaimId, org: Option<OrgId>) -> StoreResult<()> {
    match org {
        Some(org) if organisations::is_involved(tx, claim, org).await? => {
            Err(Rule::OwnerInvolved.into())
        }
        _ => Ok(()),
    }
}

/// Gives a group to somebody within a larger deed.
pub(crate) async fn assign(
    tx: &mut Tx,
    group: GroupId,
    to: Owner,
    act: Act<'_>,
) -> StoreResult<()> {
    let sql = "update groups set owner_org = $2, owner_member = $3 where id = $1 \
        and claim_id is null and dismissed is null and merged_into is null";
    tx.run_one(sql, args![group, to.org, to.member]).await?;
    let body = json!({ "org": to.org.map(|it| it.to_string()) });
    groups::note(tx, "group.assign", group, None, body, act).await
}

fn group(row: &Row, n_last_day: impl Fn(GroupId) -> i64) -> StoreResult<Waiting> {
    let proposed: Option<uuid::Uuid> = row.get("proposed")?;
    let id = GroupId(row.get("id")?);
    Ok(Waiting {
        what: What::Group(id),
        lang: lang(row, "lang")?,
        standing: Standing { n_last_day: n_last_day(id), ..standing(row)? },
        has_match: proposed.is_some(),
        owner: owner(row)?,
    })
}

fn case(row: &Row) -> StoreResult<Waiting> {
    let state: String = row.get("state")?;
    let state = State::from_code(&state).ok_or(StoreError::Damaged(state))?;
    let (asked, task): (Option<i64>, Option<i64>) = (row.get("asked_due")?, row.get("task_due")?);
    let due = [asked, task].into_iter().flatten().min().map(Timestamp::from_millis);
    let standing = standing(row)?;
    let created = Timestamp::from_millis(row.get("created_at")?);
    Ok(Waiting {
        what: What::Case(CaseId(row.get("id")?), ClaimId(row.get("claim_id")?), state),
        lang: lang(row, "lang")?,
        standing: Standing {
            n_last_day: row.get("n_last_day")?,
            due,
            first: standing.first.or(Some(created)),
            ..standing
        },
        has_match: true,
        owner: owner(row)?,
    })
}

fn standing(row: &Row) -> StoreResult<Standing> {
    let first: Option<i64> = row.get("first_at")?;
    Ok(Standing {
        n_messages: row.get("n_messages")?,
        n_asking: row.get("n_asking")?,
        n_last_day: 0,
        first: first.map(Timestamp::from_millis),
        due: None,
        risk: risk(row)?,
        topic: row.get("topic")?,
    })
}

fn risk(row: &Row) -> StoreResult<Option<Risk>> {
    let code: Option<String> = row.get("risk")?;
    Ok(code.as_deref().and_then(Risk::from_code))
}

pub(crate) fn owner(row: &Row) -> StoreResult<Owner> {
    let org: Option<uuid::Uuid> = row.get("owner_org")?;
    let member: Option<uuid::Uuid> = row.get("owner_member")?;
    Ok(Owner { org: org.map(OrgId), member: member.map(MemberId) })
}

//! Tasks of a case: what is to do, who does it, by when. For members only.

use kiemtin_core::ids::{CaseId, MemberId, OrgId, TaskId};
use kiemtin_core::time::Timestamp;
use serde_json::json;

use crate::cases::{is_uninvolved, note, within};
use crate::engine::{Row, StoreResult, args};
use crate::queue::may_own;
use crate::{Act, Store};

/// Tasks shown of one case: more is no list but a plan.
const TASKS_MAX: i64 = 200;

/// Something to do in a case. Its text was masked before it came here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// What is to do.
    pub text: String,
    /// The organisation that does it.
    pub org: OrgId,
    /// The member of it, if one took it.
    pub member: Option<MemberId>,
    /// By when.
    pub due: Option<Timestamp>,
    /// When it was done.
    pub done: Option<Timestamp>,
}

impl Store {
    /// Adds a task to a case.
    ///
    /// # Errors
    /// [`Rule::Involved`](crate::Rule::Involved) when the claim concerns the member's organisation;
    /// [`Rule::OwnerInvolved`](crate::Rule::OwnerInvolved) when it concerns the one that is to do it.
    pub async fn add_task(&self, case: CaseId, task: &Task, act: Act<'_>) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let claim = within(&mut tx, case).await?.claim;
        is_uninvolved(&mut tx, claim, act.by).await?;
        may_own(&mut tx, claim, Some(task.org)).await?;
        let Task { id, text, org, member, due, done } = task;
        let sql = "insert into tasks (id, case_id, text, org_id, member_id, due_at, made_at, done_at) \
            values ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values = args![id.0, case, text.as_str(), *org, *member, *due, act.at, *done];
        tx.run(sql, values).await?;
        note(&mut tx, "task.add", claim, json!({}), act).await?;
        tx.commit().await
    }

    /// Says that a task is done, or that it is not done after all.
    ///
    /// # Errors
    /// [`StoreError::Stale`](crate::StoreError::Stale) when somebody was faster;
    /// [`Rule::Involved`](crate::Rule::Involved) when
    /// the claim concerns the member's organisation.
    pub async fn end_task(
        &self,
        case: CaseId,
        task: TaskId,
        is_done: bool,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let claim = within(&mut tx, case).await?.claim;
        is_uninvolved(&mut tx, claim, act.by).await?;
        let sql = "update tasks set done_at = $3 where id = $1 and case_id = $2 \
            and (done_at is null) <> ($3 is null)";
        let done = is_done.then_some(act.at);
        tx.run_one(sql, args![task.0, case, done]).await?;
        let kind = if is_done { "task.done" } else { "task.undone" };
        note(&mut tx, kind, claim, json!({}), act).await?;
        tx.commit().await
    }

    /// The tasks of a case: those to do first, the soonest due first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tasks(&self, case: CaseId) -> StoreResult<Vec<Task>> {
        let sql = "select id, text, org_id, member_id, due_at, done_at from tasks where case_id = $1 \
            order by case when done_at is null then 0 else 1 end, \
            case when due_at is null then 1 else 0 end, due_at, made_at, id limit $2";
        self.engine.rows(sql, args![case, TASKS_MAX]).await?.iter().map(task).collect()
    }
}

fn task(row: &Row) -> StoreResult<Task> {
    let member: Option<uuid::Uuid> = row.get("member_id")?;
    let (due, done): (Option<i64>, Option<i64>) = (row.get("due_at")?, row.get("done_at")?);
    Ok(Task {
        id: TaskId(row.get("id")?),
        text: row.get("text")?,
        org: OrgId(row.get("org_id")?),
        member: member.map(MemberId),
        due: due.map(Timestamp::from_millis),
        done: done.map(Timestamp::from_millis),
    })
}

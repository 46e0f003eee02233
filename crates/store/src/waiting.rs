//! What waits for a member, and the reminders of opinions that are due.

use kiemtin_core::due::{SOON_MS, Stage, Thing};
use kiemtin_core::ids::{CaseId, ClaimId, OrgId};
use kiemtin_core::permission::{Deed, may};
use kiemtin_core::review;
use kiemtin_core::sign_off::{SignOff, Signature};
use kiemtin_core::time::Timestamp;
use serde_json::json;

use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::events::{self, Event};
use crate::jobs::{self, Leased};
use crate::members::Member;
use crate::reviews::fits_before;
use crate::{Chance, Store, contests, drafts, organisations};

/// Things of a kind that are looked at: as many as somebody does in a day, and few enough to be
/// counted on every page of the desk.
const THINGS_MAX: i64 = 20;
/// Opinions that one run reminds of; the next run takes the rest.
const REMINDERS_MAX: i64 = 1_000;

/// Something that waits for a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What kind of thing.
    pub thing: Thing,
    /// In which case.
    pub case: CaseId,
    /// About which claim.
    pub claim: ClaimId,
    /// When it is due: an opinion, or a contest.
    pub due: Option<Timestamp>,
    /// The number of the contest, if it is one.
    pub contest: Option<i64>,
}

impl Waiting {
    /// How near its day is.
    pub fn stage(&self, now: Timestamp) -> Option<Stage> {
        self.due.and_then(|due| Stage::at(due, now))
    }

    /// What it is called in the list of what a member was mailed about: each reminder is another.
    pub fn key(&self, now: Timestamp) -> String {
        let stage = self.stage(now).map_or("new", Stage::code);
        match self.contest {
            None => format!("{}:{}:{stage}", self.thing.code(), self.case),
            Some(number) => format!("{}:{number}:{stage}", self.thing.code()),
        }
    }
}

impl Store {
    /// What waits for a member, what is due first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waiting_for(&self, member: &Member) -> StoreResult<Vec<Waiting>> {
        let mut tx = self.engine.snapshot().await?;
        let mut found = Vec::new();
        if may(member.role, Deed::GiveOpinion) {
            found.extend(opinions(&mut tx, member).await?);
        }
        if may(member.role, Deed::SignDraft) {
            found.extend(signatures(&mut tx, member).await?);
        }
        if may(member.role, Deed::EditDraft) {
            found.extend(sent_back(&mut tx, member).await?);
        }
        if may(member.role, Deed::DecideContest) {
            found.extend(contests_to_decide(&mut tx, member).await?);
        }
        Ok(found)
    }

    /// The organisations that were asked for an opinion and did not give it in time: the case says
    /// so, and so may the public list of what waits.
    ///
    /// # Errors
    /// The database failed.
    pub async fn late_opinions(&self, case: CaseId, now: Timestamp) -> StoreResult<Vec<OrgId>> {
        let sql = "select a.org_id from asked a join cases k on k.id = a.case_id \
            where k.id = $1 and k.due_at < $2 and not exists (select 1 from opinions o \
            where o.case_id = k.id and o.org_id = a.org_id) order by a.asked_at, a.org_id";
        let rows = self.engine.rows(sql, args![case, now]).await?;
        rows.iter().map(|row| Ok(OrgId(row.get("org_id")?))).collect()
    }

    /// Reminds of opinions that are due: each stage once. One that is overdue is an event of its
    /// case. The job that does it runs again at `again`.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] when another worker took the job over.
    pub async fn remind(
        &self,
        job: &Leased,
        now: Timestamp,
        again: Timestamp,
        chance: Chance,
    ) -> StoreResult<u64> {
        let mut tx = self.begin().await?;
        let sql = "select k.id, k.claim_id, k.due_at, a.org_id from asked a \
            join cases k on k.id = a.case_id where k.due_at < $1 and k.submitted_at is null \
            and k.state in ('verifying', 'draft') and not exists (select 1 from opinions o \
            where o.case_id = k.id and o.org_id = a.org_id) \
            and not exists (select 1 from reminders r where r.case_id = k.id \
            and r.org_id = a.org_id and r.stage = 'overdue') order by k.due_at limit $2";
        let mut n_reminded = 0;
        for row in tx.rows(sql, args![now.plus_millis(SOON_MS), REMINDERS_MAX]).await? {
            n_reminded += u64::from(remind_one(&mut tx, &row, now, chance).await?);
        }
        jobs::again(&mut tx, job, again).await?;
        tx.commit().await?;
        Ok(n_reminded)
    }
}

async fn remind_one(tx: &mut Tx, row: &Row, now: Timestamp, chance: Chance) -> StoreResult<bool> {
    let (case, org) = (CaseId(row.get("id")?), OrgId(row.get("org_id")?));
    let Some(stage) = Stage::at(Timestamp::from_millis(row.get("due_at")?), now) else {
        return Ok(false);
    };
    let sql = "insert into reminders (case_id, org_id, stage, at) values ($1, $2, $3, $4) \
        on conflict (case_id, org_id, stage) do nothing";
    let is_new = 0 < tx.run(sql, args![case, org, stage.code(), now]).await?;
    if is_new && stage == Stage::Overdue {
        let event = Event {
            at: now,
            kind: "opinion.overdue".to_owned(),
            claim: Some(ClaimId(row.get("claim_id")?)),
            group: None,
            org: Some(org),
            member: None,
            body: json!({}),
        };
        events::add(tx, &event, chance).await?;
    }
    Ok(is_new)
}

async fn opinions(tx: &mut Tx, member: &Member) -> StoreResult<Vec<Waiting>> {
    let sql = "select k.id, k.claim_id, k.due_at from asked a join cases k on k.id = a.case_id \
        where a.org_id = $1 and k.submitted_at is null and k.state in ('verifying', 'draft') \
        and not exists (select 1 from opinions o where o.case_id = k.id and o.org_id = $1) \
        order by coalesce(k.due_at, a.asked_at), k.id limit $2";
    let rows = tx.rows(sql, args![member.org, THINGS_MAX]).await?;
    rows.iter().map(|row| waiting(Thing::Opinion, row)).collect()
}

/// Drafts that the rule of sign-off would take this member's signature for.
async fn signatures(tx: &mut Tx, member: &Member) -> StoreResult<Vec<Waiting>> {
    let sql = "select k.id, k.claim_id, cast(null as bigint) as due_at from cases k \
        join drafts d on d.case_id = k.id where k.state in ('review', 'correcting') \
        and exists (select 1 from draft_editors e where e.case_id = k.id) \
        and not exists (select 1 from draft_editors e where e.case_id = k.id \
        and e.member_id = $1) and not exists (select 1 from signatures s \
        where s.case_id = k.id and s.member_id = $1) order by k.updated_at, k.id limit $2";
    let mut found = Vec::new();
    for row in tx.rows(sql, args![member.id, THINGS_MAX]).await? {
        let it = waiting(Thing::Signature, &row)?;
        if could_sign(tx, &it, member).await? {
            found.push(it);
        }
    }
    Ok(found)
}

async fn could_sign(tx: &mut Tx, it: &Waiting, member: &Member) -> StoreResult<bool> {
    let Some(draft) = drafts::draft(tx, it.case).await? else { return Ok(false) };
    if !review::ready(&draft.content).is_empty() {
        return Ok(false);
    }
    match fits_before(tx, it.claim, &draft.content).await {
        Err(StoreError::Rule(_)) => return Ok(false),
        fits => fits?,
    }
    let tree = organisations::tree(tx).await?;
    let has_voice = draft.signatures.iter().any(|one| one.org == member.org) && 1 < tree.len();
    let marked = organisations::marked(tx, it.claim).await?;
    let newcomers = organisations::newcomers(tx, it.claim).await?;
    let (hash, editors) = (draft.hash, &draft.editors);
    let rule = SignOff { hash, tree: &tree, marked: &marked, newcomers: &newcomers, editors };
    let new = Signature { member: member.id, org: member.org, hash };
    Ok(!has_voice && rule.admits(&new, &draft.signatures).is_ok())
}

/// Drafts that the member edited, that were sent back and not edited since.
async fn sent_back(tx: &mut Tx, member: &Member) -> StoreResult<Vec<Waiting>> {
    let sql = "select k.id, k.claim_id, cast(null as bigint) as due_at from cases k \
        join draft_editors e on e.case_id = k.id and e.member_id = $1 \
        join drafts d on d.case_id = k.id where k.state = 'draft' and exists (select 1 \
        from events v where v.claim_id = k.claim_id and v.kind = 'case.send_back' \
        and d.updated_at <= v.at) order by k.updated_at, k.id limit $2";
    let rows = tx.rows(sql, args![member.id, THINGS_MAX]).await?;
    rows.iter().map(|row| waiting(Thing::SentBack, row)).collect()
}

/// Open contests that the rule lets this member decide.
async fn contests_to_decide(tx: &mut Tx, member: &Member) -> StoreResult<Vec<Waiting>> {
    let sql = "select k.id, k.claim_id, c.due_at, c.number from contests c \
        join cases k on k.claim_id = c.claim_id where c.state in ('received', 'in_review') \
        order by c.due_at, c.number limit $1";
    let mut found = Vec::new();
    for row in tx.rows(sql, args![THINGS_MAX]).await? {
        let it = Waiting { contest: Some(row.get("number")?), ..waiting(Thing::Contest, &row)? };
        match contests::admit(tx, it.claim, member).await {
            Err(StoreError::Rule(_)) => {}
            admitted => {
                admitted?;
                found.push(it);
            }
        }
    }
    Ok(found)
}

fn waiting(thing: Thing, row: &Row) -> StoreResult<Waiting> {
    let due: Option<i64> = row.get("due_at")?;
    Ok(Waiting {
        thing,
        case: CaseId(row.get("id")?),
        claim: ClaimId(row.get("claim_id")?),
        due: due.map(Timestamp::from_millis),
        contest: None,
    })
}

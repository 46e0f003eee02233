//! Cases: the work on one claim. Reading here; the only write to a case's state is `apply`.

use std::borrow::Cow;

use kiemtin_core::case::DismissReason;
use kiemtin_core::ids::{CaseId, ClaimId, GroupId, OrgId};
use kiemtin_core::time::Timestamp;
use kiemtin_core::workflow::{self, Action, State};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::apply::{Change, apply};
use crate::changes::{self, Changed};
use crate::claims::{self, Claim, NewClaim};
use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::events::{self, Event};
use crate::groups::{self, follow_ties, settle};
use crate::members::Member;
use crate::reviews::markup_fits;
use crate::{Act, Rule, Store, drafts, organisations, reviews};

/// The work on one claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The claim.
    pub claim: ClaimId,
    /// Where it stands.
    pub state: State,
    /// Where it stood before a merge.
    pub before_merge: Option<State>,
    /// The organisation that took it.
    pub owner: Option<OrgId>,
    /// Why it was closed.
    pub dismissed: Option<DismissReason>,
    /// What organisations were asked.
    pub question: Option<String>,
    /// When their opinions are due.
    pub due: Option<Timestamp>,
    /// When a draft was first submitted: from then on opinions can be read, so none is taken.
    pub submitted: Option<Timestamp>,
    /// Rises with each change; a form sends back the one it showed.
    pub version: i64,
    /// When it began.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
}

impl Case {
    /// Whether organisations may still give their opinions. They are blind until a draft is first
    /// submitted; then whoever signs reads all, and none is taken any more.
    pub fn takes_opinions(&self) -> bool {
        self.submitted.is_none() && matches!(self.state, State::Verifying | State::Draft)
    }

    /// Whether evidence is brought and taken back: while somebody works on an answer.
    pub fn takes_evidence(&self) -> bool {
        use State as S;
        !matches!(self.state, S::Published | S::Retracted | S::Dismissed | S::Merged)
    }
}

/// What an action brings along.
#[derive(Clone, Debug, Default)]
pub struct With {
    /// The public reason of a dismissal.
    pub dismiss: Option<DismissReason>,
    /// The question to the organisations asked.
    pub question: Option<String>,
    /// When their opinions are due.
    pub due: Option<Timestamp>,
    /// The organisations asked.
    pub ask: Vec<OrgId>,
    /// Why, for sending back and the like: shown on the case page.
    pub note: Option<String>,
}

macro_rules! case_columns {
    ($tail:literal) => {
        concat!(
            "select k.id, k.claim_id, k.state, k.before_merge, k.owner_org, k.dismiss_reason, ",
            "k.question, k.due_at, k.submitted_at, k.version, k.created_at, k.updated_at from cases k ",
            $tail
        )
    };
}

impl Store {
    /// Words a claim and opens the inbox case for it.
    ///
    /// # Errors
    /// [`Rule::ClaimKnown`] when the claim is known by its id or origin.
    pub async fn open_case(&self, case: CaseId, new: &NewClaim, act: Act<'_>) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        word(&mut tx, case, new, act).await?;
        tx.commit().await
    }

    /// Words the claim that a group makes, opens its case and ties the group to it: all or nothing.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody was faster with this group; [`Rule::ClaimKnown`] when
    /// the claim is known.
    pub async fn open_case_for(
        &self,
        group: GroupId,
        case: CaseId,
        new: &NewClaim,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        word(&mut tx, case, new, act).await?;
        let is_free = "select 1 as one from groups where id = $1 and claim_id is null \
            and merged_into is null";
        tx.row(is_free, args![group]).await?.ok_or(StoreError::Stale)?;
        groups::tie(&mut tx, group, new.id, act).await?;
        tx.commit().await
    }

    /// Opens the inbox case of a claim that is there: an imported one, say.
    ///
    /// # Errors
    /// [`Rule::HasCase`] when it has one.
    pub async fn open_case_of(
        &self,
        case: CaseId,
        claim: ClaimId,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        insert_case(&mut tx, case, claim, act).await?;
        tx.commit().await
    }

    /// One case.
    ///
    /// # Errors
    /// The database failed.
    pub async fn case(&self, id: CaseId) -> StoreResult<Option<Case>> {
        let sql = case_columns!("where k.id = $1");
        self.engine.rows(sql, args![id]).await?.first().map(case).transpose()
    }

    /// The case of a claim.
    ///
    /// # Errors
    /// The database failed.
    pub async fn case_of(&self, claim: ClaimId) -> StoreResult<Option<Case>> {
        let sql = case_columns!("where k.claim_id = $1");
        self.engine.rows(sql, args![claim]).await?.first().map(case).transpose()
    }

    /// Cases in a state, the longest untouched first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn cases(
        &self,
        state: State,
        offset: i64,
        limit: i64,
    ) -> StoreResult<Vec<(Case, Claim)>> {
        let sql =
            case_columns!("where k.state = $1 order by k.updated_at, k.id limit $3 offset $2");
        let rows = self.engine.rows(sql, args![state.code(), offset, limit]).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            let case = case(row)?;
            let claim = self.claim(case.claim).await?;
            let claim =
                claim.ok_or_else(|| StoreError::Damaged("a case without its claim".into()))?;
            found.push((case, claim));
        }
        Ok(found)
    }

    /// How many cases stand in each state.
    ///
    /// # Errors
    /// The database failed.
    pub async fn case_counts(&self) -> StoreResult<Vec<(State, i64)>> {
        let sql = "select state, count(*) as n from cases group by state";
        let rows = self.engine.rows(sql, args![]).await?;
        rows.iter().map(|row| Ok((state(&row.get::<String>("state")?)?, row.get("n")?))).collect()
    }

    /// Does an action to a case: state, event and what the action brings, in one transaction.
    /// `case` is the one that the member saw. Signing and merging have ways of their own.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody was faster; [`Rule::Involved`] when the claim concerns the
    /// member's organisation; [`StoreError::Refused`] for a step that the table does not have, or a
    /// dismissal without its reason.
    pub async fn act(
        &self,
        case: &Case,
        (action, to): (Action, State),
        with: &With,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let has_way_of_its_own = matches!(
            action,
            Action::LastSignature
                | Action::LastRetractionSignature
                | Action::Merge
                | Action::Unmerge
        );
        if has_way_of_its_own || workflow::next(case.state, action) != Some(to) {
            return Err(StoreError::Refused("the table of the workflow has no such step".into()));
        }
        let mut tx = self.begin().await?;
        is_uninvolved(&mut tx, case.claim, act.by).await?;
        let change = Change { case, action, to, dismiss: with.dismiss, act };
        let body = json!({
            "note": with.note,
            "reason": with.dismiss.map(DismissReason::code),
        });
        apply(&mut tx, &change, body).await?;
        match action {
            Action::Take => own(&mut tx, case.id, act.by).await?,
            Action::Reopen => {
                own(&mut tx, case.id, act.by).await?;
                settle_sightings(&mut tx, case.claim, act.at).await?;
            }
            Action::Dismiss => settle_sightings(&mut tx, case.claim, act.at).await?,
            Action::Ask => ask(&mut tx, case.id, with, act.at).await?,
            Action::Submit => {
                if let Some(draft) = drafts::draft(&mut tx, case.id).await? {
                    markup_fits(&mut tx, case.claim, &draft.content, act.at).await?;
                }
                close_opinions(&mut tx, case.id, act.at).await?;
            }
            // Whoever signed what is sent back signs again, also when it comes back unchanged.
            Action::SendBack | Action::AbandonCorrection => drafts::void(&mut tx, case.id).await?,
            Action::Correct => drafts::begin_round(&mut tx, case.id).await?,
            _ => {}
        }
        tx.commit().await
    }

    /// Asks further organisations the question that the case has.
    ///
    /// # Errors
    /// [`Rule::AskingClosed`] when the case is not being verified; [`Rule::Involved`] when the claim
    /// concerns the member's organisation.
    pub async fn ask_more(&self, case: &Case, orgs: &[OrgId], act: Act<'_>) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        is_uninvolved(&mut tx, case.claim, act.by).await?;
        if within(&mut tx, case.id).await?.state != State::Verifying {
            return Err(Rule::AskingClosed.into());
        }
        add_asked(&mut tx, case.id, orgs, act.at).await?;
        note(&mut tx, "case.ask", case.claim, json!({}), act).await?;
        tx.commit().await
    }

    /// The organisations that were asked.
    ///
    /// # Errors
    /// The database failed.
    pub async fn asked(&self, case: CaseId) -> StoreResult<Vec<OrgId>> {
        let sql = "select org_id from asked where case_id = $1 order by asked_at, org_id";
        let rows = self.engine.rows(sql, args![case]).await?;
        rows.iter().map(|row| Ok(OrgId(row.get("org_id")?))).collect()
    }

    /// Merges a claim into another: its case rests, its groups and wordings go along, its page (if
    /// published) points on. The event says what moved.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody was faster, or the other claim is merged itself;
    /// [`Rule::MergeHidesAnswer`] when readers would lose an answer; [`Rule::Involved`] when either
    /// claim concerns the member's organisation.
    pub async fn merge_claim(
        &self,
        case: &Case,
        into: ClaimId,
        to: State,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        is_uninvolved(&mut tx, case.claim, act.by).await?;
        is_uninvolved(&mut tx, into, act.by).await?;
        if case.state.is_public() && !reviews::is_answered(&mut tx, into).await? {
            return Err(Rule::MergeHidesAnswer.into());
        }
        let sql = "update claims set merged_into = $2 where id = $1 and id <> $2 \
            and merged_into is null \
            and exists (select 1 from claims it where it.id = $2 and it.merged_into is null)";
        tx.run_one(sql, args![case.claim, into]).await?;
        lend_marks(&mut tx, case.claim, into, act.at).await?;
        let groups = move_sightings(&mut tx, case.claim, into, act.at).await?;
        let wordings = lend_wordings(&mut tx, case.claim, into).await?;
        follow_ties(&mut tx, &[into], act.at, act.chance).await?;
        changes::add(&mut tx, &[Changed::Claim(into)]).await?;
        let moved =
            Moved { into, groups, wordings, dismissed: case.dismissed.map(|it| it.code().into()) };
        let body = serde_json::to_value(&moved).expect("it holds texts and lists");
        let change = Change { case, action: Action::Merge, to, dismiss: None, act };
        apply(&mut tx, &change, body).await?;
        tx.commit().await
    }

    /// Undoes a merge: the state from before it, and the groups that went along, come back.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody was faster; [`Rule::Involved`] when either claim concerns
    /// the member's organisation.
    pub async fn unmerge_claim(&self, case: &Case, to: State, act: Act<'_>) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        is_uninvolved(&mut tx, case.claim, act.by).await?;
        let moved = last_merge(&mut tx, case.claim).await?;
        is_uninvolved(&mut tx, moved.into, act.by).await?;
        let root = claims::living(&mut tx, case.claim).await?;
        let sql = "update claims set merged_into = null where id = $1 and merged_into is not null";
        tx.run_one(sql, args![case.claim]).await?;
        let rows = moved.groups.iter().map(|it| args![*it, root, case.claim]).collect();
        let tail = ") update groups set claim_id = v.b from v where id = v.i and claim_id = v.a";
        tx.many("with v (i, a, b) as (values", tail, rows).await?;
        let rows = moved.wordings.iter().map(|it| args![moved.into, it.as_str()]).collect();
        let tail = ") delete from claim_variants where exists \
            (select 1 from v where v.c = claim_variants.claim_id and v.t = claim_variants.text)";
        tx.many("with v (c, t) as (values", tail, rows).await?;
        let dismiss = moved.dismissed.as_deref().and_then(DismissReason::from_code);
        let change = Change { case, action: Action::Unmerge, to, dismiss, act };
        apply(&mut tx, &change, json!({})).await?;
        settle_sightings(&mut tx, case.claim, act.at).await?;
        follow_ties(&mut tx, &[case.claim], act.at, act.chance).await?;
        changes::add(&mut tx, &[Changed::Claim(moved.into), Changed::Claim(root)]).await?;
        tx.commit().await
    }

    /// Marks an organisation as involved: its signatures and those of its relatives stop counting.
    ///
    /// # Errors
    /// [`Rule::MarkedAlready`].
    pub async fn mark_involved(
        &self,
        claim: ClaimId,
        org: OrgId,
        reason: &str,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "insert into involvements (claim_id, org_id, reason, marked_by, marked_at) \
            values ($1, $2, $3, $4, $5) on conflict do nothing";
        if tx.run(sql, args![claim, org, reason, act.by.org, act.at]).await? == 0 {
            return Err(Rule::MarkedAlready.into());
        }
        void_of(&mut tx, claim).await?;
        let body = json!({ "org": org.to_string(), "reason": reason });
        note(&mut tx, "case.involved", claim, body, act).await?;
        tx.commit().await
    }

    /// Lifts a mark, with a public reason. Only an uninvolved organisation may.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when there is no such mark; [`Rule::LiftsOwnMark`] when the member's
    /// organisation is itself involved; [`Rule::LiftsAsNewcomer`] when it came to be after the case.
    pub async fn lift_involved(
        &self,
        claim: ClaimId,
        org: OrgId,
        reason: &str,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        if organisations::is_involved(&mut tx, claim, act.by.org).await? {
            return Err(Rule::LiftsOwnMark.into());
        }
        if organisations::newcomers(&mut tx, claim).await?.contains(&act.by.org) {
            return Err(Rule::LiftsAsNewcomer.into());
        }
        let sql = "update involvements set lifted_by = $3, lifted_reason = $4, lifted_at = $5 \
            where claim_id = $1 and org_id = $2 and lifted_at is null";
        tx.run_one(sql, args![claim, org, act.by.org, reason, act.at]).await?;
        void_of(&mut tx, claim).await?;
        let body = json!({ "org": org.to_string(), "reason": reason });
        note(&mut tx, "case.uninvolved", claim, body, act).await?;
        tx.commit().await
    }
}

/// Asks whether a member's organisation may decide anything about a claim (DESIGN section 2.3).
pub(crate) async fn is_uninvolved(tx: &mut Tx, claim: ClaimId, by: &Member) -> StoreResult<()> {
    match organisations::is_involved(tx, claim, by.org).await? {
        true => Err(Rule::Involved.into()),
        false => Ok(()),
    }
}

/// Voids the signatures on the draft about a claim: what they were given for has changed.
pub(crate) async fn void_of(tx: &mut Tx, claim: ClaimId) -> StoreResult<()> {
    let sql = "delete from signatures where case_id in (select id from cases where claim_id = $1)";
    tx.run(sql, args![claim]).await.map(drop)
}

/// From the first submission on, whoever signs reads all opinions: none is taken any more.
async fn close_opinions(tx: &mut Tx, case: CaseId, at: Timestamp) -> StoreResult<()> {
    let sql = "update cases set submitted_at = coalesce(submitted_at, $2) where id = $1";
    tx.run_one(sql, args![case, at]).await
}

async fn word(tx: &mut Tx, case: CaseId, new: &NewClaim, act: Act<'_>) -> StoreResult<()> {
    let is_known = tx.row("select 1 as one from claims where id = $1", args![new.id]).await?;
    if is_known.is_some() || claims::insert(tx, std::slice::from_ref(new), act.at).await? == 0 {
        return Err(Rule::ClaimKnown.into());
    }
    insert_case(tx, case, new.id, act).await
}

async fn insert_case(tx: &mut Tx, case: CaseId, claim: ClaimId, act: Act<'_>) -> StoreResult<()> {
    let has_case = tx.row("select 1 as one from cases where claim_id = $1", args![claim]).await?;
    if has_case.is_some() {
        return Err(Rule::HasCase.into());
    }
    let sql = "insert into cases (id, claim_id, state, version, created_at, updated_at) \
        values ($1, $2, 'inbox', 1, $3, $3)";
    tx.run(sql, args![case, claim, act.at]).await?;
    note(tx, "case.open", claim, json!({}), act).await
}

async fn own(tx: &mut Tx, case: CaseId, by: &Member) -> StoreResult<()> {
    let sql = "update cases set owner_org = $2, owner_member = $3 where id = $1";
    tx.run_one(sql, args![case, by.org, by.id]).await
}

async fn ask(tx: &mut Tx, case: CaseId, with: &With, at: Timestamp) -> StoreResult<()> {
    let sql = "update cases set question = $2, due_at = $3 where id = $1";
    tx.run_one(sql, args![case, with.question.as_deref(), with.due]).await?;
    add_asked(tx, case, &with.ask, at).await
}

async fn add_asked(tx: &mut Tx, case: CaseId, orgs: &[OrgId], at: Timestamp) -> StoreResult<()> {
    let rows = orgs.iter().map(|org| args![case, *org, at]).collect();
    let head = "insert into asked (case_id, org_id, asked_at) values";
    tx.many(head, "on conflict (case_id, org_id) do nothing", rows).await.map(drop)
}

/// What the event of a merge says: all that is needed to undo it.
#[derive(Serialize, Deserialize)]
struct Moved {
    into: ClaimId,
    /// The groups that went along.
    groups: Vec<Uuid>,
    /// The wordings that the other claim got by it.
    wordings: Vec<String>,
    /// Why the case had been closed, if it was.
    dismissed: Option<Cow<'static, str>>,
}

async fn last_merge(tx: &mut Tx, claim: ClaimId) -> StoreResult<Moved> {
    let sql = "select body from events where claim_id = $1 and kind = 'case.merge' \
        order by at desc, id desc limit 1";
    let row = tx.row(sql, args![claim]).await?.ok_or(StoreError::Stale)?;
    let damaged = |err| StoreError::Damaged(format!("the merge of a claim: {err}"));
    serde_json::from_str(&row.get::<String>("body")?).map_err(damaged)
}

/// Ties the groups of one claim to another; returns which.
async fn move_sightings(
    tx: &mut Tx,
    from: ClaimId,
    into: ClaimId,
    at: Timestamp,
) -> StoreResult<Vec<Uuid>> {
    let rows = tx.rows("select id from groups where claim_id = $1", args![from]).await?;
    let groups = rows.iter().map(|row| row.get("id")).collect::<StoreResult<Vec<Uuid>>>()?;
    tx.run("update groups set claim_id = $2 where claim_id = $1", args![from, into]).await?;
    for group in &groups {
        settle(tx, GroupId(*group), at).await?;
    }
    Ok(groups)
}

/// Whom a claim concerns, that it is merged into concerns as well: otherwise a merge would free them.
/// The marks stay after an unmerge, until somebody lifts them with a public reason.
async fn lend_marks(tx: &mut Tx, from: ClaimId, into: ClaimId, at: Timestamp) -> StoreResult<()> {
    let sql = "insert into involvements (claim_id, org_id, reason, marked_by, contest, marked_at) \
        select $2, m.org_id, m.reason, m.marked_by, m.contest, $3 from involvements m \
        where m.claim_id = $1 and m.lifted_at is null on conflict do nothing";
    match tx.run(sql, args![from, into, at]).await? {
        0 => Ok(()),
        _ => void_of(tx, into).await,
    }
}

/// Gives a claim the sentence and the wordings of another; returns those that it did not have.
async fn lend_wordings(tx: &mut Tx, from: ClaimId, into: ClaimId) -> StoreResult<Vec<String>> {
    let sql = "select 'vi' as lang, text_vi as text from claims where id = $1 and text_vi is not null \
        union select 'en', text_en from claims where id = $1 and text_en is not null \
        union select lang, text from claim_variants where claim_id = $1";
    let wordings = tx.rows(sql, args![from]).await?;
    let mut rows = Vec::with_capacity(wordings.len());
    for row in &wordings {
        rows.push(args![into, row.get::<String>("lang")?, row.get::<String>("text")?]);
    }
    claims::variants(tx, rows).await?.iter().map(|row| row.get("text")).collect()
}

/// Makes texts and receipts of a claim's sightings follow its case.
async fn settle_sightings(tx: &mut Tx, claim: ClaimId, at: Timestamp) -> StoreResult<()> {
    let rows = tx.rows("select id from groups where claim_id = $1", args![claim]).await?;
    for row in &rows {
        settle(tx, GroupId(row.get("id")?), at).await?;
    }
    Ok(())
}

/// Writes an event of a claim down.
pub(crate) async fn note(
    tx: &mut Tx,
    kind: &str,
    claim: ClaimId,
    body: serde_json::Value,
    act: Act<'_>,
) -> StoreResult<()> {
    let event = Event { claim: Some(claim), ..Event::by(act, kind, body) };
    events::add(tx, &event, act.chance).await
}

/// The case as the transaction sees it.
pub(crate) async fn within(tx: &mut Tx, id: CaseId) -> StoreResult<Case> {
    let row = tx.row(case_columns!("where k.id = $1"), args![id]).await?;
    case(&row.ok_or(StoreError::Stale)?)
}

fn case(row: &Row) -> StoreResult<Case> {
    let before: Option<String> = row.get("before_merge")?;
    let owner: Option<uuid::Uuid> = row.get("owner_org")?;
    let dismissed: Option<String> = row.get("dismiss_reason")?;
    let due: Option<i64> = row.get("due_at")?;
    let submitted: Option<i64> = row.get("submitted_at")?;
    Ok(Case {
        id: CaseId(row.get("id")?),
        claim: ClaimId(row.get("claim_id")?),
        state: state(&row.get::<String>("state")?)?,
        before_merge: before.as_deref().map(state).transpose()?,
        owner: owner.map(OrgId),
        dismissed: dismissed.as_deref().and_then(DismissReason::from_code),
        question: row.get("question")?,
        due: due.map(Timestamp::from_millis),
        submitted: submitted.map(Timestamp::from_millis),
        version: row.get("version")?,
        created: Timestamp::from_millis(row.get("created_at")?),
        updated: Timestamp::from_millis(row.get("updated_at")?),
    })
}

fn state(code: &str) -> StoreResult<State> {
    State::from_code(code).ok_or_else(|| StoreError::Damaged(code.to_owned()))
}

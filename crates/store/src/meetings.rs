//! Meetings of organisations about a case: which took part, what was agreed, and minutes for
//! members. A meeting replaces neither signatures nor opinions. Who came is kept nowhere.

use std::collections::BTreeSet;

use kiemtin_core::ids::{CaseId, MeetingId, OrgId};
use kiemtin_core::lang::Localised;
use serde_json::json;

use crate::cases::{is_uninvolved, note, within};
use crate::engine::{Row, StoreResult, Tx, args};
use crate::evidence::change_sources;
use crate::{Act, Rule, Store};

/// One meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Its id.
    pub id: MeetingId,
    /// The day, `2026-11-01`.
    pub held: String,
    /// The organisations that took part.
    pub orgs: BTreeSet<OrgId>,
    /// What they agreed.
    pub agreed: Localised,
    /// What was said, for members.
    pub minutes: String,
    /// Whether what they agreed goes out with the answer.
    pub is_public: bool,
}

impl Store {
    /// The meetings of a case, the oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn meetings(&self, case: CaseId) -> StoreResult<Vec<Meeting>> {
        of_case(&mut self.engine.snapshot().await?, case).await
    }

    /// Records a meeting; an editor may make public later what was agreed.
    ///
    /// # Errors
    /// [`Rule::EvidenceClosed`] when nobody works on the case; [`Rule::Involved`] when the claim
    /// concerns the member's organisation.
    pub async fn record_meeting(
        &self,
        case: CaseId,
        new: &Meeting,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let found = within(&mut tx, case).await?;
        if !found.takes_evidence() {
            return Err(Rule::EvidenceClosed.into());
        }
        is_uninvolved(&mut tx, found.claim, act.by).await?;
        let Meeting { id, held, orgs, agreed, minutes, is_public: _ } = new;
        let sql = "insert into meetings (id, case_id, held, agreed_vi, agreed_en, minutes, \
            is_public, recorded_by, recorded_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let (vi, en) = (agreed.vi.as_deref(), agreed.en.as_deref());
        let values =
            args![*id, case, held.as_str(), vi, en, minutes.as_str(), false, act.by.org, act.at];
        tx.run(sql, values).await?;
        let rows = orgs.iter().map(|org| args![*id, *org]).collect();
        let head = "insert into meeting_orgs (meeting_id, org_id) values";
        tx.many(head, "on conflict do nothing", rows).await?;
        note(&mut tx, "case.meeting", found.claim, json!({}), act).await?;
        tx.commit().await
    }

    /// Lets what a meeting agreed go out with the answer, or takes it back; it voids the signatures.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] when it is so already; [`Rule::EvidenceClosed`] when nobody works
    /// on the case; [`Rule::Involved`] when the claim concerns the member's organisation.
    pub async fn publish_meeting(
        &self,
        case: CaseId,
        meeting: MeetingId,
        is_public: bool,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let found = change_sources(&mut tx, case).await?;
        is_uninvolved(&mut tx, found.claim, act.by).await?;
        let sql = "update meetings set is_public = $3 \
            where id = $1 and case_id = $2 and is_public <> $3";
        tx.run_one(sql, args![meeting, case, is_public]).await?;
        let kind = if is_public { "case.meeting_public" } else { "case.meeting_internal" };
        note(&mut tx, kind, found.claim, json!({}), act).await?;
        tx.commit().await
    }
}

/// The meetings of a case, as the transaction sees them.
pub(crate) async fn of_case(tx: &mut Tx, case: CaseId) -> StoreResult<Vec<Meeting>> {
    let sql = "select id, held, agreed_vi, agreed_en, minutes, is_public from meetings \
        where case_id = $1 order by held, recorded_at, id";
    let rows = tx.rows(sql, args![case]).await?;
    let mut meetings = rows.iter().map(meeting).collect::<StoreResult<Vec<Meeting>>>()?;
    let sql = "select m.meeting_id, m.org_id from meeting_orgs m \
        join meetings it on it.id = m.meeting_id where it.case_id = $1";
    for row in tx.rows(sql, args![case]).await? {
        let id = MeetingId(row.get("meeting_id")?);
        if let Some(it) = meetings.iter_mut().find(|it| it.id == id) {
            it.orgs.insert(OrgId(row.get("org_id")?));
        }
    }
    Ok(meetings)
}

fn meeting(row: &Row) -> StoreResult<Meeting> {
    Ok(Meeting {
        id: MeetingId(row.get("id")?),
        held: row.get("held")?,
        orgs: BTreeSet::new(),
        agreed: Localised { vi: row.get("agreed_vi")?, en: row.get("agreed_en")? },
        minutes: row.get("minutes")?,
        is_public: row.get("is_public")?,
    })
}

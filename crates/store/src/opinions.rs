//! Written opinions. They are blind: an organisation reads the others' once its own is in, or once
//! it can no longer give one, because the draft that holds them was submitted. So the only way to
//! them is `store.org(id)`.

use kiemtin_core::ids::{CaseId, EvidenceId, OpinionId, OrgId};
use kiemtin_core::permission::{Deed, may};
use kiemtin_core::rating::Rating;
use kiemtin_core::time::Timestamp;
use serde_json::json;

use crate::api_calls::{self, CallName};
use crate::cases::{note, within};
use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::members::{self, Member};
use crate::{Act, Chance, Rule, Store};

/// An organisation's written view in a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// Its id.
    pub id: OpinionId,
    /// Whose.
    pub org: OrgId,
    /// Its own verdict.
    pub rating: Rating,
    /// Its text.
    pub text: String,
    /// Its declared interest; empty when it declared that it has none.
    pub interest: String,
    /// When it was given.
    pub given: Timestamp,
    /// The sources of the case that it rests on, for and against.
    pub relies_on: Vec<EvidenceId>,
}

/// What one organisation may see and do.
#[derive(Clone, Copy, Debug)]
pub struct OrgStore<'a> {
    store: &'a Store,
    org: OrgId,
}

impl Store {
    /// The store as one organisation sees it.
    pub fn org(&self, org: OrgId) -> OrgStore<'_> {
        OrgStore { store: self, org }
    }

    /// Which organisations have given theirs: known to all, unlike what they say.
    ///
    /// # Errors
    /// The database failed.
    pub async fn opinions_given(&self, case: CaseId) -> StoreResult<Vec<OrgId>> {
        let sql = "select org_id from opinions where case_id = $1 order by given_at, org_id";
        let rows = self.engine.rows(sql, args![case]).await?;
        rows.iter().map(|row| Ok(OrgId(row.get("org_id")?))).collect()
    }
}

impl OrgStore<'_> {
    /// The organisation's own opinion.
    ///
    /// # Errors
    /// The database failed.
    pub async fn own_opinion(&self, case: CaseId) -> StoreResult<Option<Opinion>> {
        let sql = "select id, org_id, rating, text, interest, given_at from opinions \
            where case_id = $1 and org_id = $2";
        let mut tx = self.store.engine.snapshot().await?;
        let rows = tx.rows(sql, args![case, self.org]).await?;
        Ok(with_sources(&mut tx, case, &rows).await?.pop())
    }

    /// All opinions of a case once the organisation's own is in, or none can be given any more; none
    /// before.
    ///
    /// # Errors
    /// The database failed.
    pub async fn opinions(&self, case: CaseId) -> StoreResult<Vec<Opinion>> {
        let sql = "select id, org_id, rating, text, interest, given_at from opinions \
            where case_id = $1 and (exists (select 1 from opinions own \
            where own.case_id = $1 and own.org_id = $2) or exists (select 1 from cases k \
            where k.id = $1 and k.submitted_at is not null)) order by given_at, id";
        let mut tx = self.store.engine.snapshot().await?;
        let rows = tx.rows(sql, args![case, self.org]).await?;
        with_sources(&mut tx, case, &rows).await
    }

    /// The cases in which the organisation was asked and may still give its opinion, what is due
    /// first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn questions(&self, limit: i64) -> StoreResult<Vec<CaseId>> {
        let sql = "select k.id from asked a join cases k on k.id = a.case_id \
            where a.org_id = $1 and k.state in ('verifying', 'draft') \
            and k.submitted_at is null and not exists (select 1 from opinions o \
            where o.case_id = k.id and o.org_id = a.org_id) \
            order by coalesce(k.due_at, a.asked_at), k.id limit $2";
        let rows = self.store.engine.rows(sql, args![self.org, limit]).await?;
        rows.iter().map(|row| Ok(CaseId(row.get("id")?))).collect()
    }

    /// Gives the organisation's opinion, once a case.
    ///
    /// # Errors
    /// [`Rule::AccessEnded`] when the member may not any more;
    /// [`Rule::OpinionGiven`] when it is in already; [`Rule::OpinionsClosed`] when a draft was
    /// submitted, after which all can be read, or the case is not being verified;
    /// [`StoreError::Stale`] when a source that it rests on was taken back.
    pub async fn give_opinion(
        &self,
        case: CaseId,
        new: &Opinion,
        by: &Member,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.store.begin().await?;
        self.give(&mut tx, case, new, by, chance).await?;
        tx.commit().await
    }

    /// The same for a call that named itself: its answer is kept together with the opinion, so that
    /// no crash leaves one without the other.
    ///
    /// # Errors
    /// Those of [`OrgStore::give_opinion`].
    pub async fn give_opinion_by_call(
        &self,
        case: CaseId,
        new: &Opinion,
        by: &Member,
        chance: Chance,
        (name, answer): (CallName, &str),
    ) -> StoreResult<()> {
        let mut tx = self.store.begin().await?;
        self.give(&mut tx, case, new, by, chance).await?;
        api_calls::end(&mut tx, name, answer).await?;
        tx.commit().await
    }

    async fn give(
        &self,
        tx: &mut Tx,
        case: CaseId,
        new: &Opinion,
        by: &Member,
        chance: Chance,
    ) -> StoreResult<()> {
        let found = within(tx, case).await?;
        if by.org != self.org {
            return Err(Rule::OpinionOfAnother.into());
        }
        let role = members::role_now(tx, by).await?;
        if !role.is_some_and(|it| may(it, Deed::GiveOpinion)) {
            return Err(Rule::AccessEnded.into());
        }
        let sql = "select 1 as one from opinions where case_id = $1 and org_id = $2";
        if tx.row(sql, args![case, self.org]).await?.is_some() {
            return Err(Rule::OpinionGiven.into());
        }
        if !found.takes_opinions() {
            return Err(Rule::OpinionsClosed.into());
        }
        let sql = "insert into opinions (id, case_id, org_id, member_id, rating, text, interest, \
            given_at) values ($1, $2, $3, $4, $5, $6, $7, $8)";
        let Opinion { id, rating, text, interest, given, .. } = new;
        let (rating, text, interest) = (rating.code(), text.as_str(), interest.as_str());
        let values = args![*id, case, self.org, by.id, rating, text, interest, *given];
        tx.run(sql, values).await?;
        for source in &new.relies_on {
            let sql = "insert into opinion_sources (opinion_id, evidence_id) select $1, id \
                from evidence where id = $2 and case_id = $3 and withdrawn_at is null";
            tx.run_one(sql, args![*id, *source, case]).await?;
        }
        let act = Act { by, at: *given, chance };
        note(tx, "opinion.give", found.claim, json!({}), act).await
    }
}

/// All opinions of a case, for the draft that will publish them.
pub(crate) async fn of_case(tx: &mut Tx, case: CaseId) -> StoreResult<Vec<Opinion>> {
    let sql = "select id, org_id, rating, text, interest, given_at from opinions \
        where case_id = $1 order by given_at, id";
    let rows = tx.rows(sql, args![case]).await?;
    with_sources(tx, case, &rows).await
}

/// Opinions with the sources that they rest on, those that were taken back left out.
async fn with_sources(tx: &mut Tx, case: CaseId, rows: &[Row]) -> StoreResult<Vec<Opinion>> {
    let mut opinions = rows.iter().map(opinion).collect::<StoreResult<Vec<Opinion>>>()?;
    let sql = "select s.opinion_id, s.evidence_id from opinion_sources s \
        join evidence e on e.id = s.evidence_id where e.case_id = $1 and e.withdrawn_at is null \
        order by e.added_at, e.id";
    for row in tx.rows(sql, args![case]).await? {
        let id = OpinionId(row.get("opinion_id")?);
        if let Some(it) = opinions.iter_mut().find(|it| it.id == id) {
            it.relies_on.push(EvidenceId(row.get("evidence_id")?));
        }
    }
    Ok(opinions)
}

fn opinion(row: &Row) -> StoreResult<Opinion> {
    let rating: String = row.get("rating")?;
    Ok(Opinion {
        id: OpinionId(row.get("id")?),
        org: OrgId(row.get("org_id")?),
        rating: Rating::from_code(&rating).ok_or(StoreError::Damaged(rating))?,
        text: row.get("text")?,
        interest: row.get("interest")?,
        given: Timestamp::from_millis(row.get("given_at")?),
        relies_on: Vec::new(),
    })
}

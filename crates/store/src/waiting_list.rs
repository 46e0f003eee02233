//! What readers see of claims without an answer: sentences that an editor worded and released, and
//! how many private matters there were. Never a message.

use kiemtin_core::ids::{ClaimId, OrgId};
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::time::Timestamp;
use kiemtin_core::workflow::State;
use serde_json::json;

use crate::cases::{is_uninvolved, note};
use crate::changes::{self, Changed};
use crate::engine::{Row, StoreError, StoreResult, args};
use crate::messages::lang;
use crate::{Act, Rule, Store};

/// A claim that readers see as open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// The claim.
    pub claim: ClaimId,
    /// The language it mainly goes round in.
    pub lang: Lang,
    /// The sentence.
    pub text: Localised,
    /// Where its case stands.
    pub state: State,
    /// The organisation that sees to it.
    pub owner: Option<OrgId>,
    /// When the opinions asked for are due.
    pub due: Option<Timestamp>,
    /// When people first sent it in, or else when it was worded.
    pub since: Timestamp,
    /// Messages that say it.
    pub n_messages: i64,
}

/// That, and by whom and when a sentence was released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// The organisation.
    pub org: OrgId,
    /// When.
    pub at: Timestamp,
}

/// The states in which a claim has no answer and may get one: what readers may see as open.
pub const OPEN: [State; 5] =
    [State::Inbox, State::Open, State::Verifying, State::Draft, State::Review];

macro_rules! released {
    ($tail:literal) => {
        concat!(
            "select c.id, c.lang, c.text_vi, c.text_en, k.state, k.owner_org, ",
            "case when k.state = 'verifying' then k.due_at end as due_at, ",
            "coalesce(min(g.first_at), k.created_at) as since, ",
            "coalesce(cast(sum(g.n_messages) as bigint), 0) as n_messages ",
            "from releases r join claims c on c.id = r.claim_id join cases k on k.claim_id = c.id ",
            "left join groups g on g.claim_id = c.id and g.merged_into is null ",
            "where c.merged_into is null ",
            "and k.state in ('inbox', 'open', 'verifying', 'draft', 'review') ",
            $tail
        )
    };
}
pub(crate) use released;

impl Store {
    /// Shows a claim's sentence to readers as open. The caller has made sure that it names nobody.
    ///
    /// # Errors
    /// [`Rule::NotOpen`] when its case is closed or answered, or it has none; [`Rule::Involved`] when
    /// it concerns the member's organisation; [`StoreError::Stale`] when it is released already.
    pub async fn release(&self, claim: ClaimId, act: Act<'_>) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        is_uninvolved(&mut tx, claim, act.by).await?;
        let sql = "select k.state from cases k join claims c on c.id = k.claim_id \
            where c.id = $1 and c.merged_into is null";
        let row = tx.row(sql, args![claim]).await?.ok_or(Rule::NotOpen)?;
        let state = State::from_code(&row.get::<String>("state")?);
        if !state.is_some_and(|it| OPEN.contains(&it)) {
            return Err(Rule::NotOpen.into());
        }
        let sql = "insert into releases (claim_id, org_id, released_at) values ($1, $2, $3) \
            on conflict (claim_id) do nothing";
        tx.run_one(sql, args![claim, act.by.org, act.at]).await?;
        note(&mut tx, "claim.release", claim, json!({}), act).await?;
        changes::add(&mut tx, &[Changed::Claim(claim)]).await?;
        tx.commit().await
    }

    /// Takes that back, with a reason for the desk.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it is not released; [`Rule::Involved`] when the claim concerns the
    /// member's organisation.
    pub async fn withdraw_release(
        &self,
        claim: ClaimId,
        reason: &str,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        is_uninvolved(&mut tx, claim, act.by).await?;
        tx.run_one("delete from releases where claim_id = $1", args![claim]).await?;
        let body = json!({ "reason": reason });
        note(&mut tx, "claim.withdraw", claim, body, act).await?;
        changes::add(&mut tx, &[Changed::Claim(claim)]).await?;
        tx.commit().await
    }

    /// Whether and by whom a claim's sentence was released, also where it is no longer open.
    ///
    /// # Errors
    /// The database failed.
    pub async fn release_of(&self, claim: ClaimId) -> StoreResult<Option<Release>> {
        let sql = "select org_id, released_at from releases where claim_id = $1";
        let read = |row: &Row| {
            let at = Timestamp::from_millis(row.get("released_at")?);
            Ok(Release { org: OrgId(row.get("org_id")?), at })
        };
        self.engine.rows(sql, args![claim]).await?.first().map(read).transpose()
    }

    /// What readers see of one claim, if it is released and open.
    ///
    /// # Errors
    /// The database failed.
    pub async fn released_claim(&self, claim: ClaimId) -> StoreResult<Option<Released>> {
        let sql = released!(
            "and c.id = $1 group by c.id, c.lang, c.text_vi, c.text_en, k.state, k.owner_org, \
            k.due_at, k.created_at"
        );
        self.engine.rows(sql, args![claim]).await?.first().map(released_of).transpose()
    }

    /// The waiting list: the longest open first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waiting_list(&self, offset: i64, limit: i64) -> StoreResult<Vec<Released>> {
        let sql = released!(
            "group by c.id, c.lang, c.text_vi, c.text_en, k.state, k.owner_org, k.due_at, \
            k.created_at order by since, c.id limit $2 offset $1"
        );
        self.engine.rows(sql, args![offset, limit]).await?.iter().map(released_of).collect()
    }

    /// The waiting list from behind a claim on it, which may have left it meanwhile.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waiting_after(
        &self,
        since: Timestamp,
        claim: ClaimId,
        limit: i64,
    ) -> StoreResult<Vec<Released>> {
        let sql = released!(
            "group by c.id, c.lang, c.text_vi, c.text_en, k.state, k.owner_org, k.due_at, \
            k.created_at having $1 < coalesce(min(g.first_at), k.created_at) \
            or ($1 = coalesce(min(g.first_at), k.created_at) and $2 < c.id) \
            order by since, c.id limit $3"
        );
        self.engine.rows(sql, args![since, claim, limit]).await?.iter().map(released_of).collect()
    }

    /// How many private matters were put aside: all that is ever said of them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn n_private(&self) -> StoreResult<i64> {
        let sql = "select (select count(*) from groups where dismissed = 'private_matter' \
            and merged_into is null) + (select count(*) from cases \
            where dismiss_reason = 'private_matter') as n";
        let rows = self.engine.rows(sql, args![]).await?;
        rows.first().map_or(Ok(0), |row| row.get("n"))
    }
}

pub(crate) fn released_of(row: &Row) -> StoreResult<Released> {
    let state: String = row.get("state")?;
    let (owner, due): (Option<uuid::Uuid>, Option<i64>) =
        (row.get("owner_org")?, row.get("due_at")?);
    Ok(Released {
        claim: ClaimId(row.get("id")?),
        lang: lang(row, "lang")?,
        text: Localised { vi: row.get("text_vi")?, en: row.get("text_en")? },
        state: State::from_code(&state).ok_or(StoreError::Damaged(state))?,
        owner: owner.map(OrgId),
        due: due.map(Timestamp::from_millis),
        since: Timestamp::from_millis(row.get("since")?),
        n_messages: row.get("n_messages")?,
    })
}

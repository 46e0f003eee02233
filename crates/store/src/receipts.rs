//! What became of a tip: a hash and an outcome, never the text.

use kiemtin_core::case::DismissReason;
use kiemtin_core::ids::ClaimId;
use kiemtin_core::receipt::ReceiptHash;
use kiemtin_core::time::Timestamp;
use kiemtin_core::workflow::State;

use crate::Store;
use crate::engine::{Row, StoreResult, args};
use crate::jobs::{self, Leased};

/// What became of a tip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It waits with so many others that say the same.
    Received {
        /// Messages that say the same, this one included; 0 while it is not sorted yet.
        n_same: i64,
        /// Whether organisations are checking the claim.
        being_checked: bool,
    },
    /// There is an answer.
    Answered {
        /// About which claim.
        claim: ClaimId,
        /// The public number of that claim.
        number: i64,
    },
    /// It was put aside, with a public reason.
    Dismissed(Option<DismissReason>),
    /// Its text was erased after the time that the site names, without an answer.
    Expired,
}

/// A receipt as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptView {
    /// When the tip came in, to the hour.
    pub received: Timestamp,
    /// What became of it.
    pub outcome: Outcome,
}

impl Store {
    /// What became of the tip with this receipt.
    ///
    /// # Errors
    /// The database failed.
    pub async fn receipt(&self, hash: ReceiptHash) -> StoreResult<Option<ReceiptView>> {
        let sql = "select r.outcome, r.reason, r.received_at, c.id as claim_id, c.number, \
            g.n_messages, k.state from receipts r \
            left join messages m on m.id = r.message_id \
            left join groups g on g.id = m.group_id \
            left join claims c on c.id = coalesce(r.claim_id, g.claim_id) \
            left join cases k on k.claim_id = c.id where r.hash = $1";
        let rows = self.engine.rows(sql, args![hash.0]).await?;
        rows.first().map(view).transpose()
    }

    /// Puts the answer behind every receipt whose message is tied to a claim with an answer. Safe
    /// to run twice: a receipt that has the answer keeps it. Ends the job.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] when another worker did it.
    pub async fn answer_receipts(&self, job: &Leased, claim: ClaimId) -> StoreResult<u64> {
        let mut tx = self.begin().await?;
        jobs::finish(&mut tx, job).await?;
        let sql = "update receipts set outcome = 'answered', claim_id = $1, reason = null \
            where outcome <> 'answered' and message_id in (select m.id from messages m \
            join groups g on g.id = m.group_id where g.claim_id = $1) \
            and exists (select 1 from claims where id = $1 and number is not null)";
        let n = tx.run(sql, args![claim]).await?;
        tx.commit().await?;
        Ok(n)
    }
}

fn view(row: &Row) -> StoreResult<ReceiptView> {
    let stored: String = row.get("outcome")?;
    let reason: Option<String> = row.get("reason")?;
    let claim: Option<uuid::Uuid> = row.get("claim_id")?;
    let number: Option<i64> = row.get("number")?;
    let n_same: Option<i64> = row.get("n_messages")?;
    let state: Option<String> = row.get("state")?;
    let state = state.as_deref().and_then(State::from_code);
    let being_checked = state.is_some_and(|it| !matches!(it, State::Dismissed | State::Merged));
    let outcome = match (stored.as_str(), claim, number) {
        ("dismissed", ..) => {
            Outcome::Dismissed(reason.as_deref().and_then(DismissReason::from_code))
        }
        (_, Some(claim), Some(number)) => Outcome::Answered { claim: ClaimId(claim), number },
        ("expired", ..) => Outcome::Expired,
        _ => Outcome::Received { n_same: n_same.unwrap_or(0), being_checked },
    };
    Ok(ReceiptView { received: Timestamp::from_millis(row.get("received_at")?), outcome })
}

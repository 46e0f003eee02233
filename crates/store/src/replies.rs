//! The right of reply of a case: a part of what is signed and published.

use kiemtin_core::ids::CaseId;
use kiemtin_core::reply::Reply;
use serde_json::json;

use crate::cases::{is_uninvolved, note};
use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::evidence::change_sources;
use crate::{Act, Store};

impl Store {
    /// The right of reply of a case, once somebody decided about it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reply(&self, case: CaseId) -> StoreResult<Option<Reply>> {
        self.engine.rows(OF_CASE, args![case]).await?.first().map(reply).transpose()
    }

    /// Writes down what was done about the right of reply, in the place of what stood there: the
    /// answer that came, say. It voids the signatures.
    ///
    /// # Errors
    /// [`crate::Rule::EvidenceClosed`] when nobody works on the case; [`crate::Rule::Involved`] when
    /// the claim concerns the member's organisation.
    pub async fn record_reply(&self, case: CaseId, new: &Reply, act: Act<'_>) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let found = change_sources(&mut tx, case).await?;
        is_uninvolved(&mut tx, found.claim, act.by).await?;
        let text = serde_json::to_string(new).expect("it holds texts");
        let sql = "insert into replies (case_id, reply, recorded_at) values ($1, $2, $3) \
            on conflict (case_id) do update set reply = $2, recorded_at = $3";
        tx.run(sql, args![case, text, act.at]).await?;
        note(&mut tx, "case.reply", found.claim, json!({}), act).await?;
        tx.commit().await
    }
}

const OF_CASE: &str = "select reply from replies where case_id = $1";

/// The right of reply, as the transaction sees it.
pub(crate) async fn of_case(tx: &mut Tx, case: CaseId) -> StoreResult<Option<Reply>> {
    tx.row(OF_CASE, args![case]).await?.as_ref().map(reply).transpose()
}

fn reply(row: &Row) -> StoreResult<Reply> {
    let text: String = row.get("reply")?;
    serde_json::from_str(&text).map_err(|err| StoreError::Damaged(format!("a reply: {err}")))
}

//! The only write to a case's state: the change, its event and its place in the change cursor, in
//! the transaction of whoever asked. The update names the state and version it expects.

use kiemtin_core::case::DismissReason;
use kiemtin_core::workflow::{Action, State};

use crate::Act;
use crate::cases::{Case, note};
use crate::changes::{self, Changed};
use crate::engine::{StoreResult, Tx, args};

/// A change that `workflow::decide` allowed.
pub(crate) struct Change<'a> {
    /// The case as the member saw it.
    pub(crate) case: &'a Case,
    pub(crate) action: Action,
    pub(crate) to: State,
    pub(crate) dismiss: Option<DismissReason>,
    pub(crate) act: Act<'a>,
}

/// Writes a change, or fails with `Stale` when the case is no longer what the member saw.
pub(crate) async fn apply(
    tx: &mut Tx,
    change: &Change<'_>,
    body: serde_json::Value,
) -> StoreResult<()> {
    let Change { case, action, to, dismiss, act } = change;
    let sql = "update cases set state = $4, before_merge = $5, dismiss_reason = $6, \
        version = version + 1, updated_at = $7 where id = $1 and state = $2 and version = $3";
    let before = (*to == State::Merged).then(|| case.state.code());
    let dismiss = dismiss.map(DismissReason::code);
    let values =
        args![case.id, case.state.code(), case.version, to.code(), before, dismiss, act.at];
    tx.run_one(sql, values).await?;
    let kind = format!("case.{}", action.code());
    note(tx, &kind, case.claim, body, *act).await?;
    changes::add(tx, &[Changed::Claim(case.claim)]).await
}

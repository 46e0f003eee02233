//! Second factors of members, and their recovery codes.
//!
//! Promised: no code works twice, also when it is sent twice at once. The secret comes sealed and
//! codes as hashes: what they say is not known here (`kiemtin::app::second_factor`).

use kiemtin_core::ids::MemberId;
use kiemtin_core::time::Timestamp;
use serde_json::json;

use crate::engine::{StoreError, StoreResult, Tx, args};
use crate::events::{self, Event};
use crate::members::{Member, TokenHash};
use crate::{Act, Chance, Store, sessions};

/// HMAC of a recovery code under the desk's key.
pub type CodeHash = [u8; 32];

/// A member's second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// The secret, sealed.
    pub sealed: Vec<u8>,
    /// Recovery codes that are left.
    pub n_codes: i64,
}

/// What shows that a member has their second factor at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A right code of this step.
    Step(i64),
    /// A recovery code.
    Recovery(CodeHash),
}

/// A second factor that a member has just confirmed with its first code.
#[derive(Clone, Debug)]
pub struct NewFactor<'a> {
    /// The secret, sealed.
    pub sealed: &'a [u8],
    /// The step of the code that confirmed it.
    pub step: i64,
    /// New recovery codes, in the place of all earlier ones.
    pub codes: &'a [CodeHash],
    /// What shows the factor that it replaces, if there is one.
    pub old: Option<Proof>,
}

impl Store {
    /// A member's second factor.
    ///
    /// # Errors
    /// The database failed.
    pub async fn factor(&self, of: MemberId) -> StoreResult<Option<Factor>> {
        let sql = "select f.sealed, (select count(*) from recovery_codes c \
            where c.member_id = f.member_id) as n_codes from second_factors f \
            where f.member_id = $1";
        let rows = self.engine.rows(sql, args![of]).await?;
        let factor = rows
            .first()
            .map(|row| Ok(Factor { sealed: row.get("sealed")?, n_codes: row.get("n_codes")? }));
        factor.transpose()
    }

    /// Members who have a second factor.
    ///
    /// # Errors
    /// The database failed.
    pub async fn members_with_factor(&self) -> StoreResult<Vec<MemberId>> {
        let rows = self.engine.rows("select member_id from second_factors", args![]).await?;
        rows.iter().map(|row| Ok(MemberId(row.get("member_id")?))).collect()
    }

    /// Gives a member a second factor, or another one. The session goes on as one that has shown it.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the session has ended, or there is a factor already and `old` does
    /// not show it.
    pub async fn set_factor(
        &self,
        member: &Member,
        new: &NewFactor<'_>,
        tokens: (TokenHash, TokenHash),
        at: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        if let Some(proof) = new.old {
            consume(&mut tx, member.id, proof).await?;
            forget(&mut tx, member.id).await?;
        }
        let sql = "insert into second_factors (member_id, sealed, last_step, created_at) \
            values ($1, $2, $3, $4) on conflict (member_id) do nothing";
        tx.run_one(sql, args![member.id, new.sealed, new.step, at]).await?;
        keep_codes(&mut tx, member.id, new.codes).await?;
        sessions::renew(&mut tx, member.id, tokens).await?;
        note(&mut tx, member, "member.factor", at, chance).await?;
        tx.commit().await
    }

    /// Completes a session with the second factor.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the code was used before, or the session has ended.
    pub async fn pass_factor(
        &self,
        member: MemberId,
        proof: Proof,
        tokens: (TokenHash, TokenHash),
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        consume(&mut tx, member, proof).await?;
        sessions::renew(&mut tx, member, tokens).await?;
        tx.commit().await
    }

    /// Gives a member new recovery codes in the place of the old ones.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the code that is to show the factor was used before.
    pub async fn new_codes(
        &self,
        member: MemberId,
        proof: Proof,
        codes: &[CodeHash],
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        consume(&mut tx, member, proof).await?;
        keep_codes(&mut tx, member, codes).await?;
        tx.commit().await
    }

    /// Takes a member's second factor away, as they wish.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the code that is to show the factor was used before.
    pub async fn drop_factor(
        &self,
        member: &Member,
        proof: Proof,
        at: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        consume(&mut tx, member.id, proof).await?;
        forget(&mut tx, member.id).await?;
        note(&mut tx, member, "member.factor-off", at, chance).await?;
        tx.commit().await
    }
}

/// Uses a code up; one that was used before is [`StoreError::Stale`].
async fn consume(tx: &mut Tx, member: MemberId, proof: Proof) -> StoreResult<()> {
    match proof {
        Proof::Step(step) => {
            let sql = "update second_factors set last_step = $2 \
                where member_id = $1 and last_step < $2";
            tx.run_one(sql, args![member, step]).await
        }
        Proof::Recovery(code) => {
            let sql = "delete from recovery_codes where member_id = $1 and code_hmac = $2";
            tx.run_one(sql, args![member, code]).await
        }
    }
}

async fn keep_codes(tx: &mut Tx, member: MemberId, codes: &[CodeHash]) -> StoreResult<()> {
    tx.run("delete from recovery_codes where member_id = $1", args![member]).await?;
    let rows = codes.iter().map(|code| args![member, *code]).collect();
    let head = "insert into recovery_codes (member_id, code_hmac) values";
    match tx.many(head, "", rows).await? {
        n if n == codes.len() as u64 => Ok(()),
        _ => Err(StoreError::Stale),
    }
}

/// Takes a second factor away within a larger deed.
pub(crate) async fn forget(tx: &mut Tx, member: MemberId) -> StoreResult<()> {
    tx.run("delete from second_factors where member_id = $1", args![member]).await?;
    tx.run("delete from recovery_codes where member_id = $1", args![member]).await.map(drop)
}

async fn note(
    tx: &mut Tx,
    member: &Member,
    kind: &str,
    at: Timestamp,
    chance: Chance,
) -> StoreResult<()> {
    let act = Act { by: member, at, chance };
    let event = Event::by(act, kind, json!({ "note": member.login }));
    events::add(tx, &event, chance).await
}

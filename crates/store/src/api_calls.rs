//! Calls that name themselves (`Idempotency-Key`): the same one sent twice is one, for a day.
//!
//! Neither key nor body is kept, only HMACs of them. Whoever begins a call ends it or lets go of it;
//! one that a crash left open is taken over after a minute.

use kiemtin_core::time::{DAY_MS, Timestamp};

use crate::Store;
use crate::engine::{StoreResult, Tx, args};

/// How long a call is known: a client that was cut off tries again within minutes.
pub const KNOWN_MS: i64 = DAY_MS;
/// The longest call is ended after 90 s; one that is open for longer was cut off with the program.
const OPEN_MS: i64 = 120_000;

/// What a call names itself by, as HMACs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallName {
    /// Of its key and whose it is.
    pub call: [u8; 32],
    /// Of its body.
    pub body: [u8; 32],
}

/// What is known of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// It is new, and begun now.
    New,
    /// It was answered: what was kept of the answer.
    Answered(String),
    /// Another one of the same name is being answered.
    Open,
    /// The name was used with another body.
    OtherBody,
}

impl Store {
    /// Begins a call, or says what is known of it. Of two at once, one begins.
    ///
    /// # Errors
    /// The database failed.
    pub async fn begin_call(&self, name: CallName, now: Timestamp) -> StoreResult<Known> {
        let mut tx = self.begin().await?;
        let sql = "delete from api_calls where call_hmac = $1 and (begun_at <= $2 \
            or (answer is null and begun_at <= $3 and body_hmac = $4))";
        let (forgotten, cut_off) = (now.plus_millis(-KNOWN_MS), now.plus_millis(-OPEN_MS));
        tx.run(sql, args![name.call, forgotten, cut_off, name.body]).await?;
        let sql = "insert into api_calls (call_hmac, body_hmac, begun_at) values ($1, $2, $3) \
            on conflict (call_hmac) do nothing";
        if tx.run(sql, args![name.call, name.body, now]).await? == 1 {
            tx.commit().await?;
            return Ok(Known::New);
        }
        let sql = "select body_hmac, answer from api_calls where call_hmac = $1";
        let Some(row) = tx.row(sql, args![name.call]).await? else { return Ok(Known::Open) };
        if row.get::<Vec<u8>>("body_hmac")? != name.body {
            return Ok(Known::OtherBody);
        }
        Ok(row.get::<Option<String>>("answer")?.map_or(Known::Open, Known::Answered))
    }

    /// Keeps the answer of a call.
    ///
    /// # Errors
    /// The database failed.
    pub async fn end_call(&self, name: CallName, answer: &str) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        end(&mut tx, name, answer).await?;
        tx.commit().await
    }

    /// Lets go of a call that came to nothing: it may be sent again, corrected.
    ///
    /// # Errors
    /// The database failed.
    pub async fn drop_call(&self, name: CallName) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "delete from api_calls where call_hmac = $1 and answer is null";
        tx.run(sql, args![name.call]).await?;
        tx.commit().await
    }
}

/// Keeps the answer of a call with what the call did.
pub(crate) async fn end(tx: &mut Tx, name: CallName, answer: &str) -> StoreResult<()> {
    let sql = "update api_calls set answer = $2 where call_hmac = $1";
    tx.run(sql, args![name.call, answer]).await.map(drop)
}

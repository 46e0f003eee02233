//! Sessions of members: begun with a password or at the provider, complete once the second factor
//! was shown, ended by their owner or by time. Tokens are stored as hashes only.
//!
//! No address and no device is kept of a session, so its owner sees when it began and was last used.

use kiemtin_core::ids::MemberId;
use kiemtin_core::time::{HOUR_MS, Timestamp};

use crate::Store;
use crate::engine::{Row, StoreResult, Tx, args};
use crate::members::{Member, TokenHash, member};

/// How long a session lives without a request. A desk stands in rooms that others enter; two hours
/// outlast a meeting, and not a night.
pub const SESSION_IDLE_MS: i64 = 2 * HOUR_MS;
/// How long a session lives at most: a working day. A stolen cookie is worthless the next morning.
pub const SESSION_MS: i64 = 12 * HOUR_MS;
/// Being seen is written down at most this often: each request would be a write otherwise.
const SEEN_EVERY_MS: i64 = 60_000;
/// Sessions that a page lists; a member has a few browsers, not hundreds.
const SESSIONS_MAX: i64 = 100;

/// A living session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who holds it.
    pub member: Member,
    /// Whether its member has a second factor.
    pub has_factor: bool,
    /// Whether it was shown in this session.
    pub passed_factor: bool,
    /// When it began.
    pub begun: Timestamp,
}

/// A session as its owner sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What the store keeps of its token; nobody can make the token of it.
    pub token: TokenHash,
    /// When it began.
    pub begun: Timestamp,
    /// When it was last used, to the minute.
    pub seen: Timestamp,
}

impl Store {
    /// Begins a session. `passed_factor`: it takes the place of one in which the second factor was
    /// shown already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn begin_session(
        &self,
        token: TokenHash,
        member: MemberId,
        passed_factor: bool,
        at: Timestamp,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "insert into sessions (token_hash, member_id, created_at, seen_at, \
            passed_factor) values ($1, $2, $3, $3, $4)";
        tx.run(sql, args![token, member, at, passed_factor]).await?;
        tx.commit().await
    }

    /// The session of this token, while it lives.
    ///
    /// # Errors
    /// The database failed.
    pub async fn session(&self, token: TokenHash, now: Timestamp) -> StoreResult<Option<Session>> {
        let sql = "select m.id, m.org_id, m.login, m.role, s.created_at, s.seen_at, s.passed_factor, \
            (select count(*) from second_factors f where f.member_id = m.id) as n_factors \
            from sessions s join members m on m.id = s.member_id \
            where s.token_hash = $1 and m.ended_at is null and $2 < s.seen_at + $3 \
            and $2 < s.created_at + $4";
        let rows = self.engine.rows(sql, args![token, now, SESSION_IDLE_MS, SESSION_MS]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let seen_at: i64 = row.get("seen_at")?;
        if seen_at + SEEN_EVERY_MS < now.millis() {
            let mut tx = self.begin().await?;
            let sql = "update sessions set seen_at = $2 where token_hash = $1";
            tx.run(sql, args![token, now]).await?;
            tx.commit().await?;
        }
        let has_factor = 0 < row.get::<i64>("n_factors")?;
        let passed_factor = row.get("passed_factor")?;
        let begun = Timestamp::from_millis(row.get("created_at")?);
        Ok(Some(Session { member: member(row)?, has_factor, passed_factor, begun }))
    }

    /// A member's living sessions, the one used last first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sessions(&self, of: MemberId, now: Timestamp) -> StoreResult<Vec<Opened>> {
        let sql = "select token_hash, created_at, seen_at from sessions \
            where member_id = $1 and $2 < seen_at + $3 and $2 < created_at + $4 \
            order by seen_at desc, created_at desc, token_hash limit $5";
        let values = args![of, now, SESSION_IDLE_MS, SESSION_MS, SESSIONS_MAX];
        self.engine.rows(sql, values).await?.iter().map(opened).collect()
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database failed.
    pub async fn end_session(&self, token: TokenHash) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        tx.run("delete from sessions where token_hash = $1", args![token]).await?;
        tx.commit().await
    }

    /// Ends one session of a member.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] when the member has no such session.
    pub async fn end_own_session(&self, of: MemberId, token: TokenHash) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "delete from sessions where member_id = $1 and token_hash = $2";
        tx.run_one(sql, args![of, token]).await?;
        tx.commit().await
    }

    /// Ends all sessions of a member but this one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn end_other_sessions(&self, of: MemberId, but: TokenHash) -> StoreResult<u64> {
        let mut tx = self.begin().await?;
        let sql = "delete from sessions where member_id = $1 and token_hash <> $2";
        let n = tx.run(sql, args![of, but]).await?;
        tx.commit().await?;
        Ok(n)
    }
}

/// A session in which the second factor was just shown goes on under another token.
pub(crate) async fn renew(
    tx: &mut Tx,
    member: MemberId,
    (old, new): (TokenHash, TokenHash),
) -> StoreResult<()> {
    let sql = "update sessions set token_hash = $3, passed_factor = true \
        where token_hash = $2 and member_id = $1";
    tx.run_one(sql, args![member, old, new]).await
}

/// Ends all sessions of a member, within a larger deed.
pub(crate) async fn end_all(tx: &mut Tx, member: MemberId) -> StoreResult<()> {
    tx.run("delete from sessions where member_id = $1", args![member]).await.map(drop)
}

fn opened(row: &Row) -> StoreResult<Opened> {
    let token: Vec<u8> = row.get("token_hash")?;
    let token = token.try_into().map_err(|_| {
        crate::StoreError::Damaged("the hash of a token has another length".to_owned())
    })?;
    let begun = Timestamp::from_millis(row.get("created_at")?);
    Ok(Opened { token, begun, seen: Timestamp::from_millis(row.get("seen_at")?) })
}

//! The desk's own people: accounts, one-time links and sessions. Tokens are stored as hashes only.

use kiemtin_core::ids::{MemberId, OrgId};
use kiemtin_core::permission::Role;
use kiemtin_core::time::Timestamp;
use serde_json::json;

use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::events::{self, Event};
use crate::organisations::{Org, add_org, tree};
use crate::{Chance, Rule, Store};

/// SHA-256 of a one-time link's or session's token.
pub type TokenHash = [u8; 32];

/// A person with an account who acts for an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Their id.
    pub id: MemberId,
    /// The organisation they act for.
    pub org: OrgId,
    /// What they sign in with.
    pub login: String,
    /// What they may do.
    pub role: Role,
}

/// A one-time link that is still good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The organisation it leads into; `None` makes the first one.
    pub org: Option<OrgId>,
    /// The role it gives.
    pub role: Role,
}

/// How long a session lives without a request.
pub const SESSION_IDLE_MS: i64 = 2 * kiemtin_core::time::HOUR_MS;
/// How long a session lives at most.
pub const SESSION_MS: i64 = 12 * kiemtin_core::time::HOUR_MS;
/// How long a one-time link is good.
pub const INVITATION_MS: i64 = 7 * kiemtin_core::time::DAY_MS;

impl Store {
    /// Members that have not ended, by login.
    ///
    /// # Errors
    /// The database failed.
    pub async fn members(&self) -> StoreResult<Vec<Member>> {
        let sql = "select id, org_id, login, role from members where ended_at is null \
            order by login";
        self.engine.rows(sql, args![]).await?.iter().map(member).collect()
    }

    /// The member with this login, and their password's hash.
    ///
    /// # Errors
    /// The database failed.
    pub async fn member_by_login(&self, login: &str) -> StoreResult<Option<(Member, String)>> {
        let sql = "select id, org_id, login, role, password_hash from members \
            where login = $1 and ended_at is null";
        let rows = self.engine.rows(sql, args![login]).await?;
        let with_hash = |row: &Row| Ok((member(row)?, row.get("password_hash")?));
        rows.first().map(with_hash).transpose()
    }

    /// Adds a member directly: the command line's way.
    ///
    /// # Errors
    /// The login is taken, or the organisation does not exist.
    pub async fn add_member(&self, new: &Member, hash: &str, at: Timestamp) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        add_member(&mut tx, new, hash, at).await?;
        tx.commit().await
    }

    /// Makes a one-time link.
    ///
    /// # Errors
    /// The database failed.
    pub async fn invite(
        &self,
        token: TokenHash,
        invitation: &Invitation,
        at: Timestamp,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "insert into invitations (token_hash, org_id, role, expires_at) \
            values ($1, $2, $3, $4)";
        let org = invitation.org.map(|it| it.0);
        let expires = at.plus_millis(INVITATION_MS);
        tx.run(sql, args![token, org, invitation.role.code(), expires]).await?;
        tx.commit().await
    }

    /// The one-time link of this token, while it is good.
    ///
    /// # Errors
    /// The database failed.
    pub async fn invitation(
        &self,
        token: TokenHash,
        now: Timestamp,
    ) -> StoreResult<Option<Invitation>> {
        let sql = "select org_id, role from invitations \
            where token_hash = $1 and $2 < expires_at and member_id is null";
        let rows = self.engine.rows(sql, args![token, now]).await?;
        let invitation = |row: &Row| {
            let org: Option<uuid::Uuid> = row.get("org_id")?;
            Ok(Invitation { org: org.map(OrgId), role: role(row)? })
        };
        rows.first().map(invitation).transpose()
    }

    /// Uses a one-time link: the member, and with the first link the organisation, come to be.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the link was used or has expired; [`StoreError::Refused`] when it
    /// gives something else, or the login or name is taken.
    pub async fn accept_invitation(
        &self,
        token: TokenHash,
        first_org: Option<&Org>,
        new: &Member,
        hash: &str,
        at: Timestamp,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "delete from invitations where token_hash = $1 and $2 < expires_at \
            and member_id is null returning org_id, role";
        let row = tx.row(sql, args![token, at]).await?.ok_or(StoreError::Stale)?;
        let org: Option<uuid::Uuid> = row.get("org_id")?;
        if role(&row)? != new.role || org.map(OrgId).or(first_org.map(|it| it.id)) != Some(new.org)
        {
            let why = "this link gives another role, or leads into another organisation";
            return Err(StoreError::Refused(why.to_owned()));
        }
        if let (None, Some(org)) = (org, first_org) {
            if tx.row("select 1 as one from organisations limit 1", args![]).await?.is_some() {
                let why = "this desk has its first organisation: ask its operator for a link";
                return Err(StoreError::Refused(why.to_owned()));
            }
            add_org(&mut tx, org, at).await?;
        }
        add_member(&mut tx, new, hash, at).await?;
        tx.commit().await
    }

    /// Makes a one-time link to a new password for a member who is there. It replaces earlier ones,
    /// and the event names the login: whoever holds the link can act as that member. `by` is `None`
    /// at the machine.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when there is no such member, or their access has ended;
    /// [`Rule::LinkForAnother`] when their organisation is neither that of `by` nor under it.
    pub async fn invite_back(
        &self,
        token: TokenHash,
        member: MemberId,
        by: Option<&Member>,
        at: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "select org_id, login from members where id = $1 and ended_at is null";
        let row = tx.row(sql, args![member]).await?.ok_or(StoreError::Stale)?;
        let (org, login) = (OrgId(row.get("org_id")?), row.get::<String>("login")?);
        if let Some(by) = by
            && !tree(&mut tx).await?.is_within(org, by.org)
        {
            return Err(Rule::LinkForAnother.into());
        }
        let event = Event {
            at,
            kind: "member.link".to_owned(),
            claim: None,
            group: None,
            org: by.map(|it| it.org),
            member: by.map(|it| it.id),
            body: json!({ "note": login }),
        };
        events::add(&mut tx, &event, chance).await?;
        tx.run("delete from invitations where member_id = $1", args![member]).await?;
        let sql = "insert into invitations (token_hash, org_id, member_id, role, expires_at) \
            select $1, org_id, id, role, $3 from members where id = $2 and ended_at is null";
        tx.run_one(sql, args![token, member, at.plus_millis(INVITATION_MS)]).await?;
        tx.commit().await
    }

    /// The member whom the link of this token gives a new password, while it is good.
    ///
    /// # Errors
    /// The database failed.
    pub async fn invited_back(
        &self,
        token: TokenHash,
        now: Timestamp,
    ) -> StoreResult<Option<Member>> {
        let sql = "select m.id, m.org_id, m.login, m.role from invitations i \
            join members m on m.id = i.member_id \
            where i.token_hash = $1 and $2 < i.expires_at and m.ended_at is null";
        self.engine.rows(sql, args![token, now]).await?.first().map(member).transpose()
    }

    /// Uses such a link: the new password counts and all sessions end.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the link was used or has expired, or the access has ended.
    pub async fn accept_back(
        &self,
        token: TokenHash,
        member: MemberId,
        hash: &str,
        at: Timestamp,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "delete from invitations where token_hash = $1 and member_id = $2 \
            and $3 < expires_at";
        tx.run_one(sql, args![token, member, at]).await?;
        new_password(&mut tx, member, hash).await?;
        tx.commit().await
    }

    /// Begins a session.
    ///
    /// # Errors
    /// The database failed.
    pub async fn begin_session(
        &self,
        token: TokenHash,
        member: MemberId,
        at: Timestamp,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "insert into sessions (token_hash, member_id, created_at, seen_at) \
            values ($1, $2, $3, $3)";
        tx.run(sql, args![token, member, at]).await?;
        tx.commit().await
    }

    /// Who holds this session, while it lives. Being seen is written down at most once a minute.
    ///
    /// # Errors
    /// The database failed.
    pub async fn session(&self, token: TokenHash, now: Timestamp) -> StoreResult<Option<Member>> {
        let sql = "select m.id, m.org_id, m.login, m.role, s.seen_at from sessions s \
            join members m on m.id = s.member_id \
            where s.token_hash = $1 and m.ended_at is null and $2 < s.seen_at + $3 \
            and $2 < s.created_at + $4";
        let rows = self.engine.rows(sql, args![token, now, SESSION_IDLE_MS, SESSION_MS]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let seen_at: i64 = row.get("seen_at")?;
        if seen_at + 60_000 < now.millis() {
            let mut tx = self.begin().await?;
            let sql = "update sessions set seen_at = $2 where token_hash = $1";
            tx.run(sql, args![token, now]).await?;
            tx.commit().await?;
        }
        member(row).map(Some)
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

    /// Ends a member's access and sessions; what they signed stays.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when there is no such member.
    pub async fn end_member(&self, member: MemberId, at: Timestamp) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "update members set ended_at = $2 where id = $1 and ended_at is null";
        tx.run_one(sql, args![member, at]).await?;
        tx.run("delete from sessions where member_id = $1", args![member]).await?;
        tx.run("delete from invitations where member_id = $1", args![member]).await?;
        tx.commit().await
    }

    /// Gives a member a new password and ends their sessions.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when there is no such member, or their access has ended.
    pub async fn set_password(&self, member: MemberId, hash: &str) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        new_password(&mut tx, member, hash).await?;
        tx.commit().await
    }
}

/// A new password ends all sessions, and other links to one.
async fn new_password(tx: &mut Tx, member: MemberId, hash: &str) -> StoreResult<()> {
    let sql = "update members set password_hash = $2 where id = $1 and ended_at is null";
    tx.run_one(sql, args![member, hash]).await?;
    tx.run("delete from sessions where member_id = $1", args![member]).await?;
    tx.run("delete from invitations where member_id = $1", args![member]).await.map(drop)
}

async fn add_member(tx: &mut Tx, new: &Member, hash: &str, at: Timestamp) -> StoreResult<()> {
    let sql = "insert into members (id, org_id, login, role, password_hash, created_at) \
        values ($1, $2, $3, $4, $5, $6)";
    let values = args![new.id, new.org, new.login.as_str(), new.role.code(), hash, at];
    tx.run(sql, values).await.map(drop)
}

fn member(row: &Row) -> StoreResult<Member> {
    Ok(Member {
        id: MemberId(row.get("id")?),
        org: OrgId(row.get("org_id")?),
        login: row.get("login")?,
        role: role(row)?,
    })
}

fn role(row: &Row) -> StoreResult<Role> {
    let code: String = row.get("role")?;
    Role::from_code(&code).ok_or(StoreError::Damaged(code))
}

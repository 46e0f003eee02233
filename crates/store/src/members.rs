//! The desk's own people: accounts, roles and one-time links. Tokens are stored as hashes only.
//!
//! An operator who acts on another member is asked again, as the transaction sees them: whoever was
//! ended a moment ago ends nobody, so a desk never loses its last operator through its pages.
//! Not here: `sessions`, second `factors`, identities at the provider (`provider_links`).

use kiemtin_core::ids::{MemberId, OrgId};
use kiemtin_core::permission::{Deed, Role, may};
use kiemtin_core::time::Timestamp;
use serde_json::json;

use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::events::{self, Event};
use crate::organisations::{Org, add_org, tree};
use crate::provider_links::{self, Identity};
use crate::{Chance, Rule, Store, factors, notices, sessions};

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

/// What a link to a new password takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    /// The password, and no more.
    Password,
    /// The second factor as well, for whoever lost both.
    PasswordAndFactor,
}

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
        accept(&mut tx, token, first_org, new, hash, at).await?;
        tx.commit().await
    }

    /// Uses a one-time link into an organisation with an identity at the provider, and without a
    /// password.
    ///
    /// # Errors
    /// As [`Self::accept_invitation`]; [`Rule::IdentityTaken`] when it is somebody else's.
    pub async fn accept_with_identity(
        &self,
        token: TokenHash,
        new: &Member,
        identity: Identity,
        at: Timestamp,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        accept(&mut tx, token, None, new, NO_PASSWORD, at).await?;
        provider_links::add(&mut tx, new.id, identity, at).await?;
        tx.commit().await
    }

    /// Makes a one-time link to a new password for a member who is there. It replaces earlier ones,
    /// and the event names the login: whoever holds the link can act as that member. `by` is `None`
    /// at the machine.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when there is no such member, or their access has ended;
    /// [`Rule::LinkForAnother`] when their organisation is neither that of `by` nor under it;
    /// [`Rule::Oneself`] when they are `by`.
    pub async fn invite_back(
        &self,
        token: TokenHash,
        (member, resets): (MemberId, Reset),
        by: Option<&Member>,
        at: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let found = managed(&mut tx, member, by).await?;
        if let Some(by) = by
            && !tree(&mut tx).await?.is_within(found.org, by.org)
        {
            return Err(Rule::LinkForAnother.into());
        }
        let resets_factor = resets == Reset::PasswordAndFactor;
        let kind = if resets_factor { "member.link-all" } else { "member.link" };
        note(&mut tx, kind, json!({ "note": found.login }), by, at, chance).await?;
        tx.run("delete from invitations where member_id = $1", args![member]).await?;
        let sql = "insert into invitations (token_hash, org_id, member_id, role, expires_at, \
            resets_factor) values ($1, $2, $3, $4, $5, $6)";
        let expires = at.plus_millis(INVITATION_MS);
        let values = args![token, found.org, member, found.role.code(), expires, resets_factor];
        tx.run(sql, values).await?;
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

    /// Uses such a link: the new password counts, all sessions end, and the second factor goes where
    /// the link says so.
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
            and $3 < expires_at returning resets_factor";
        let row = tx.row(sql, args![token, member, at]).await?.ok_or(StoreError::Stale)?;
        if row.get("resets_factor")? {
            factors::forget(&mut tx, member).await?;
        }
        new_password(&mut tx, member, hash).await?;
        tx.commit().await
    }

    /// Ends a member's access and sessions; what they signed stays. `by` is `None` at the machine.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when there is no such member, or `by` is no operator any more;
    /// [`Rule::Oneself`] when they are `by`.
    pub async fn end_member(
        &self,
        member: MemberId,
        by: Option<&Member>,
        at: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let found = managed(&mut tx, member, by).await?;
        let sql = "update members set ended_at = $2 where id = $1 and ended_at is null";
        tx.run_one(sql, args![member, at]).await?;
        sessions::end_all(&mut tx, member).await?;
        factors::forget(&mut tx, member).await?;
        tx.run("delete from provider_links where member_id = $1", args![member]).await?;
        tx.run("delete from invitations where member_id = $1", args![member]).await?;
        notices::forget(&mut tx, member).await?;
        note(&mut tx, "member.end", json!({ "note": found.login }), by, at, chance).await?;
        tx.commit().await
    }

    /// Gives a member another role, from their next request on. `by` is `None` at the machine.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when there is no such member, they have the role already, or `by` is
    /// no operator any more; [`Rule::Oneself`] when they are `by`.
    pub async fn change_role(
        &self,
        member: MemberId,
        role: Role,
        by: Option<&Member>,
        at: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let found = managed(&mut tx, member, by).await?;
        let sql = "update members set role = $2 where id = $1 and role <> $2";
        tx.run_one(sql, args![member, role.code()]).await?;
        // A link to a new password carries the role that it was made for.
        let sql = "update invitations set role = $2 where member_id = $1";
        tx.run(sql, args![member, role.code()]).await?;
        let body = json!({ "note": found.login, "from": found.role.code(), "to": role.code() });
        note(&mut tx, "member.role", body, by, at, chance).await?;
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

/// In the place of a password's hash: nobody can sign in with it, since it is no hash.
const NO_PASSWORD: &str = "none (provider)";

async fn accept(
    tx: &mut Tx,
    token: TokenHash,
    first_org: Option<&Org>,
    new: &Member,
    hash: &str,
    at: Timestamp,
) -> StoreResult<()> {
    let sql = "delete from invitations where token_hash = $1 and $2 < expires_at \
        and member_id is null returning org_id, role";
    let row = tx.row(sql, args![token, at]).await?.ok_or(StoreError::Stale)?;
    let org: Option<uuid::Uuid> = row.get("org_id")?;
    if role(&row)? != new.role || org.map(OrgId).or(first_org.map(|it| it.id)) != Some(new.org) {
        let why = "this link gives another role, or leads into another organisation";
        return Err(StoreError::Refused(why.to_owned()));
    }
    if let (None, Some(org)) = (org, first_org) {
        if tx.row("select 1 as one from organisations limit 1", args![]).await?.is_some() {
            let why = "this desk has its first organisation: ask its operator for a link";
            return Err(StoreError::Refused(why.to_owned()));
        }
        add_org(tx, org, at).await?;
    }
    add_member(tx, new, hash, at).await
}

/// A new password ends all sessions, and other links to one.
async fn new_password(tx: &mut Tx, member: MemberId, hash: &str) -> StoreResult<()> {
    let sql = "update members set password_hash = $2 where id = $1 and ended_at is null";
    tx.run_one(sql, args![member, hash]).await?;
    sessions::end_all(tx, member).await?;
    tx.run("delete from invitations where member_id = $1", args![member]).await.map(drop)
}

/// The member whom an operator acts on. The operator is asked again: a page may be old.
async fn managed(tx: &mut Tx, id: MemberId, by: Option<&Member>) -> StoreResult<Member> {
    let sql = "select id, org_id, login, role from members where id = $1 and ended_at is null";
    if let Some(by) = by {
        let now = tx.row(sql, args![by.id]).await?.as_ref().map(member).transpose()?;
        if !now.is_some_and(|it| may(it.role, Deed::ManageMembers)) {
            return Err(StoreError::Stale);
        }
        if by.id == id {
            return Err(Rule::Oneself.into());
        }
    }
    member(&tx.row(sql, args![id]).await?.ok_or(StoreError::Stale)?)
}

/// Notes what was done to a member.
async fn note(
    tx: &mut Tx,
    kind: &str,
    body: serde_json::Value,
    by: Option<&Member>,
    at: Timestamp,
    chance: Chance,
) -> StoreResult<()> {
    let (org, by) = (by.map(|it| it.org), by.map(|it| it.id));
    let kind = kind.to_owned();
    let event = Event { at, kind, claim: None, group: None, org, member: by, body };
    events::add(tx, &event, chance).await
}

async fn add_member(tx: &mut Tx, new: &Member, hash: &str, at: Timestamp) -> StoreResult<()> {
    let sql = "insert into members (id, org_id, login, role, password_hash, created_at) \
        values ($1, $2, $3, $4, $5, $6)";
    let values = args![new.id, new.org, new.login.as_str(), new.role.code(), hash, at];
    tx.run(sql, values).await.map(drop)
}

pub(crate) fn member(row: &Row) -> StoreResult<Member> {
    Ok(Member {
        id: MemberId(row.get("id")?),
        org: OrgId(row.get("org_id")?),
        login: row.get("login")?,
        role: role(row)?,
    })
}

/// What a member may do now, as the transaction sees it; nobody whose access has ended.
pub(crate) async fn role_now(tx: &mut Tx, by: &Member) -> StoreResult<Option<Role>> {
    let sql = "select role from members where id = $1 and org_id = $2 and ended_at is null";
    tx.row(sql, args![by.id, by.org]).await?.as_ref().map(role).transpose()
}

fn role(row: &Row) -> StoreResult<Role> {
    let code: String = row.get("role")?;
    Role::from_code(&code).ok_or(StoreError::Damaged(code))
}

//! Who a member is at the OpenID Connect provider: an HMAC of issuer and `sub` under the desk's key,
//! which only leads from the provider to the member and cannot be read.

use kiemtin_core::ids::MemberId;
use kiemtin_core::time::Timestamp;

use crate::engine::{StoreResult, Tx, args};
use crate::members::{Member, member};
use crate::{Rule, Store};

/// HMAC of issuer and `sub` under the desk's key.
pub type Identity = [u8; 32];

impl Store {
    /// The member with this identity, while their access lasts.
    ///
    /// # Errors
    /// The database failed.
    pub async fn member_by_identity(&self, identity: Identity) -> StoreResult<Option<Member>> {
        let sql = "select m.id, m.org_id, m.login, m.role from provider_links p \
            join members m on m.id = p.member_id \
            where p.identity_hmac = $1 and m.ended_at is null";
        self.engine.rows(sql, args![identity]).await?.first().map(member).transpose()
    }

    /// Whether a member can sign in at the provider.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_linked(&self, of: MemberId) -> StoreResult<bool> {
        let sql = "select 1 as one from provider_links where member_id = $1";
        Ok(!self.engine.rows(sql, args![of]).await?.is_empty())
    }

    /// Lets a member sign in with this identity, in the place of another one they had.
    ///
    /// # Errors
    /// [`Rule::IdentityTaken`] when it is somebody else's.
    pub async fn link(&self, of: MemberId, to: Identity, at: Timestamp) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        tx.run("delete from provider_links where member_id = $1", args![of]).await?;
        add(&mut tx, of, to, at).await?;
        tx.commit().await
    }

    /// Ends signing in at the provider.
    ///
    /// # Errors
    /// [`Rule::OnlyWayIn`] when the member has no password.
    pub async fn unlink(&self, of: MemberId) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "select 1 as one from members where id = $1 and password_hash like '$argon2%'";
        if tx.row(sql, args![of]).await?.is_none() {
            return Err(Rule::OnlyWayIn.into());
        }
        tx.run("delete from provider_links where member_id = $1", args![of]).await?;
        tx.commit().await
    }
}

/// Links within a larger deed.
pub(crate) async fn add(tx: &mut Tx, of: MemberId, to: Identity, at: Timestamp) -> StoreResult<()> {
    let sql = "insert into provider_links (identity_hmac, member_id, created_at) \
        values ($1, $2, $3) on conflict (identity_hmac) do nothing";
    match tx.run(sql, args![to, of, at]).await? {
        0 => Err(Rule::IdentityTaken.into()),
        _ => Ok(()),
    }
}

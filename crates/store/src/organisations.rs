//! Organisations, the hosts of publishers, and whom a claim concerns.

use std::collections::BTreeSet;

use kiemtin_core::ids::{ClaimId, OrgId};
use kiemtin_core::organisation::{OrgKind, OrgSlug, OrgTree};
use kiemtin_core::time::Timestamp;

use crate::Store;
use crate::engine::{Row, StoreError, StoreResult, Tx, args};

/// A body that takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    /// Its id.
    pub id: OrgId,
    /// The part of its address.
    pub slug: OrgSlug,
    /// Its name.
    pub name: String,
    /// What kind of body it is.
    pub kind: OrgKind,
    /// The body it belongs to, for ever: another one would free it from what concerns the first.
    pub parent: Option<OrgId>,
}

/// A mark that a claim concerns an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Involvement {
    /// Whom the claim concerns.
    pub org: OrgId,
    /// Why.
    pub reason: String,
    /// The public reason for lifting the mark, once lifted.
    pub lifted: Option<String>,
}

impl Store {
    /// All organisations, by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn orgs(&self) -> StoreResult<Vec<Org>> {
        let sql = "select id, slug, name, kind, parent_id from organisations order by name, id";
        self.engine.rows(sql, args![]).await?.iter().map(org).collect()
    }

    /// Adds an organisation.
    ///
    /// # Errors
    /// The short name is taken, or the parent does not exist.
    pub async fn add_org(&self, new: &Org, at: Timestamp) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        add_org(&mut tx, new, at).await?;
        tx.commit().await
    }

    /// Hosts of publishers and institutions.
    ///
    /// # Errors
    /// The database failed.
    pub async fn publishers(&self) -> StoreResult<Vec<(String, String)>> {
        let sql = "select host, name from publishers order by host";
        let rows = self.engine.rows(sql, args![]).await?;
        rows.iter().map(|row| Ok((row.get("host")?, row.get("name")?))).collect()
    }

    /// Lists hosts of publishers and institutions; known ones keep their name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_publishers(&self, hosts: &[(String, String)]) -> StoreResult<u64> {
        let mut tx = self.begin().await?;
        let rows = hosts.iter().map(|(host, name)| args![host.as_str(), name.as_str()]).collect();
        let head = "insert into publishers (host, name) values";
        let n = tx.many(head, "on conflict (host) do nothing", rows).await?;
        tx.commit().await?;
        Ok(n)
    }

    /// Marks that stand or stood on a claim, the oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn involvements(&self, claim: ClaimId) -> StoreResult<Vec<Involvement>> {
        let sql = "select org_id, reason, lifted_reason from involvements \
            where claim_id = $1 order by marked_at";
        let rows = self.engine.rows(sql, args![claim]).await?;
        let involvement = |row: &Row| {
            Ok(Involvement {
                org: OrgId(row.get("org_id")?),
                reason: row.get("reason")?,
                lifted: row.get("lifted_reason")?,
            })
        };
        rows.iter().map(involvement).collect()
    }

    /// The organisations that came to be after the case of a claim began. While the claim concerns
    /// somebody, they neither sign nor lift a mark: whoever is concerned could have had them made.
    ///
    /// # Errors
    /// The database failed.
    pub async fn newcomers(&self, claim: ClaimId) -> StoreResult<BTreeSet<OrgId>> {
        let rows = self.engine.rows(NEWCOMERS, args![claim]).await?;
        rows.iter().map(|row| Ok(OrgId(row.get("id")?))).collect()
    }
}

/// Adds an organisation within a larger deed.
pub(crate) async fn add_org(tx: &mut Tx, new: &Org, at: Timestamp) -> StoreResult<()> {
    let sql = "insert into organisations (id, slug, name, kind, parent_id, created_at) \
        values ($1, $2, $3, $4, $5, $6)";
    let parent = new.parent.map(|it| it.0);
    let values = args![new.id, new.slug.as_str(), new.name.as_str(), new.kind.code(), parent, at];
    tx.run(sql, values).await.map(drop)
}

/// Who is whose parent, as the transaction sees it.
pub(crate) async fn tree(tx: &mut Tx) -> StoreResult<OrgTree> {
    let rows = tx.rows("select id, parent_id from organisations", args![]).await?;
    let parent = |row: &Row| {
        let parent: Option<uuid::Uuid> = row.get("parent_id")?;
        Ok((OrgId(row.get("id")?), parent.map(OrgId)))
    };
    Ok(OrgTree::new(rows.iter().map(parent).collect::<StoreResult<_>>()?))
}

/// Whether a claim concerns an organisation, one above or one below it.
pub(crate) async fn is_involved(tx: &mut Tx, claim: ClaimId, org: OrgId) -> StoreResult<bool> {
    let marked = marked(tx, claim).await?;
    Ok(!marked.is_empty() && tree(tx).await?.involved(&marked).contains(&org))
}

/// The organisations that came to be after the case of a claim began.
pub(crate) async fn newcomers(tx: &mut Tx, claim: ClaimId) -> StoreResult<BTreeSet<OrgId>> {
    let rows = tx.rows(NEWCOMERS, args![claim]).await?;
    rows.iter().map(|row| Ok(OrgId(row.get("id")?))).collect()
}

const NEWCOMERS: &str = "select o.id from organisations o join cases k on k.claim_id = $1 \
    where k.created_at < o.created_at";

/// The organisations that are marked as involved now.
pub(crate) async fn marked(tx: &mut Tx, claim: ClaimId) -> StoreResult<BTreeSet<OrgId>> {
    let sql = "select org_id from involvements where claim_id = $1 and lifted_at is null";
    let rows = tx.rows(sql, args![claim]).await?;
    rows.iter().map(|row| Ok(OrgId(row.get("org_id")?))).collect()
}

fn org(row: &Row) -> StoreResult<Org> {
    let slug: String = row.get("slug")?;
    let kind: String = row.get("kind")?;
    let parent: Option<uuid::Uuid> = row.get("parent_id")?;
    Ok(Org {
        id: OrgId(row.get("id")?),
        slug: OrgSlug::parse(&slug).map_err(|err| StoreError::Damaged(err.to_string()))?,
        name: row.get("name")?,
        kind: OrgKind::from_code(&kind).ok_or(StoreError::Damaged(kind))?,
        parent: parent.map(OrgId),
    })
}

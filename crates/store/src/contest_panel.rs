//! Who could decide a contest, and what part each had in the answer: from the events, which keep who
//! wrote and signed in earlier rounds, and from the published versions.

use std::collections::BTreeSet;

use kiemtin_core::contest::Candidate;
use kiemtin_core::ids::{ClaimId, MemberId, OrgId};
use kiemtin_core::permission::{Deed, Role, may};
use kiemtin_core::review::Document;

use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::organisations;

/// The members whose role lets them decide contests, seen beside the answer to a claim.
pub(crate) async fn of(tx: &mut Tx, claim: ClaimId) -> StoreResult<Vec<Candidate>> {
    let signed = did(tx, claim, "draft.sign").await?;
    let written = did(tx, claim, "draft.edit").await?;
    let orgs = signing_orgs(tx, claim).await?;
    let marked = organisations::marked(tx, claim).await?;
    let involved = organisations::tree(tx).await?.involved(&marked);
    let sql = "select id, org_id, role from members where ended_at is null order by id";
    let rows = tx.rows(sql, args![]).await?;
    let mut candidates = Vec::new();
    for row in &rows {
        let role: String = row.get("role")?;
        let role = Role::from_code(&role).ok_or(StoreError::Damaged(role))?;
        let (member, org) = (MemberId(row.get("id")?), OrgId(row.get("org_id")?));
        if may(role, Deed::DecideContest) {
            candidates.push(Candidate {
                member,
                org,
                is_involved: involved.contains(&org),
                has_signed: signed.contains(&member),
                has_written: written.contains(&member),
                org_signed: orgs.contains(&org),
            });
        }
    }
    Ok(candidates)
}

/// Who did this to a draft about a claim, in any round: also what never went out counts.
async fn did(tx: &mut Tx, claim: ClaimId, kind: &str) -> StoreResult<BTreeSet<MemberId>> {
    let sql = "select distinct member_id from events \
        where claim_id = $1 and kind = $2 and member_id is not null";
    let rows = tx.rows(sql, args![claim, kind]).await?;
    rows.iter().map(|row| Ok(MemberId(row.get("member_id")?))).collect()
}

/// The organisations that signed a version that went out.
async fn signing_orgs(tx: &mut Tx, claim: ClaimId) -> StoreResult<BTreeSet<OrgId>> {
    let sql = "select document from review_versions where claim_id = $1";
    let mut slugs = BTreeSet::new();
    for row in tx.rows(sql, args![claim]).await? {
        let document = Document::parse(&row.get::<String>("document")?);
        let document = document.map_err(|it| StoreError::Damaged(format!("a version: {it}")))?;
        slugs.extend(document.signed_by.into_iter().map(|it| it.slug));
    }
    let rows = tx.rows("select id, slug from organisations", args![]).await?;
    let pair = |row: &Row| Ok((OrgId(row.get("id")?), row.get::<String>("slug")?));
    let orgs = rows.iter().map(pair).collect::<StoreResult<Vec<_>>>()?;
    Ok(orgs.into_iter().filter(|(_, slug)| slugs.contains(slug)).map(|(id, _)| id).collect())
}

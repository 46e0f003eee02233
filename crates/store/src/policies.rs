//! Versions of the desk's pages about itself. A version and its entry in the log are one
//! transaction; none is ever changed or deleted. There is no event beside them: a page belongs to no
//! claim, and the version says who changed it and why.

use kiemtin_core::lang::Localised;
use kiemtin_core::log_entry::{EntryKind, LogEntry, Subject};
use kiemtin_core::organisation::OrgSlug;
use kiemtin_core::permission::{Deed, may};
use kiemtin_core::policy::{Edit, Policy, PolicyDocument};
use kiemtin_core::review::Salt;

use crate::engine::{Row, StoreError, StoreResult, args};
use crate::{Act, Rule, Store, drafts, log};

/// One version of a page, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVersion {
    /// What was published.
    pub document: PolicyDocument,
    /// What makes its hash in the log checkable.
    pub salt: Salt,
    /// Where its entry stands in the log.
    pub log_idx: i64,
}

/// Versions of one page that a list shows: more than a desk makes in years.
const VERSIONS_MAX: i64 = 500;

impl Store {
    /// The newest version of a page; `None` while it has the text that came with the program.
    ///
    /// # Errors
    /// The database failed.
    pub async fn policy(&self, policy: Policy) -> StoreResult<Option<PolicyVersion>> {
        let sql = "select document, salt, log_idx from policy_versions where name = $1 \
            order by version desc limit 1";
        self.engine.rows(sql, args![policy.name()]).await?.first().map(version).transpose()
    }

    /// All versions of a page, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn policy_versions(&self, policy: Policy) -> StoreResult<Vec<PolicyVersion>> {
        let sql = "select document, salt, log_idx from policy_versions where name = $1 \
            order by version desc limit $2";
        self.engine
            .rows(sql, args![policy.name(), VERSIONS_MAX])
            .await?
            .iter()
            .map(version)
            .collect()
    }

    /// Publishes the next version of a page. `seen` is the version that the editor saw, 0 for the
    /// text that came with the program. Returns the new one.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody was faster; [`Rule::PolicyEmpty`] when a page would be
    /// emptied; [`Rule::PolicyReason`] without a public reason.
    pub async fn edit_policy(
        &self,
        edit: &Edit,
        reason: &Localised,
        seen: i64,
        act: Act<'_>,
        salt: Salt,
    ) -> StoreResult<i64> {
        if !may(act.by.role, Deed::EditPolicy) {
            return Err(StoreError::Refused("a member with this role edits no policy".to_owned()));
        }
        if !edit.is_whole() {
            return Err(Rule::PolicyEmpty.into());
        }
        if reason.is_empty() {
            return Err(Rule::PolicyReason.into());
        }
        let name = edit.policy().name();
        let mut tx = self.begin().await?;
        let sql = "select coalesce(max(version), 0) as version, max(log_idx) as prev \
            from policy_versions where name = $1";
        let row = tx.row(sql, args![name]).await?.ok_or(StoreError::Stale)?;
        let (last, prev): (i64, Option<i64>) = (row.get("version")?, row.get("prev")?);
        if last != seen {
            return Err(StoreError::Stale);
        }
        let own = drafts::names(&mut tx).await?.remove(&act.by.org).ok_or(StoreError::Stale)?;
        let slug = OrgSlug::parse(&own.slug).map_err(|it| StoreError::Damaged(it.to_string()))?;
        let (text, facts) = match edit {
            Edit::Text(_, text) => (text.clone(), None),
            Edit::Facts(facts) => (Localised::default(), Some(facts.clone())),
        };
        let document = PolicyDocument {
            v: 1,
            name: name.to_owned(),
            version: last + 1,
            published: act.at.rfc3339(),
            edited_by: own,
            text,
            facts,
            reason: reason.clone(),
        };
        let entry = LogEntry {
            kind: EntryKind::Policy,
            subject: Subject::Policy(name),
            rev: document.version,
            verdict: None,
            page_sha256: document.salted_hash(salt),
            evidence_root: None,
            orgs: vec![slug],
            prev,
            at: act.at,
        };
        let idx = log::append(&mut tx, &entry, act.chance).await?;
        let sql = "insert into policy_versions (name, version, document, salt, published_at, \
            log_idx) values ($1, $2, $3, $4, $5, $6)";
        let values = args![name, document.version, document.canonical(), salt.0, act.at, idx];
        tx.run(sql, values).await?;
        tx.commit().await?;
        Ok(document.version)
    }
}

fn version(row: &Row) -> StoreResult<PolicyVersion> {
    let damaged = |what: String| StoreError::Damaged(format!("a policy: {what}"));
    let (document, salt): (String, Vec<u8>) = (row.get("document")?, row.get("salt")?);
    Ok(PolicyVersion {
        document: PolicyDocument::parse(&document).map_err(|it| damaged(it.to_string()))?,
        salt: Salt(salt.try_into().map_err(|_| damaged("salt".to_owned()))?),
        log_idx: row.get("log_idx")?,
    })
}

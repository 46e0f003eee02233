//! Link rot: archived sources are looked at again from time to time, and what became of them is
//! written down with its date. It corrects no answer: the desk has the page as it was.
//!
//! There is one row a source and no job for each: the row says itself when it is due, and taking it
//! puts it off, so that two nodes never ask together.

use kiemtin_core::case::PageState;
use kiemtin_core::ids::{ClaimId, EvidenceId};
use kiemtin_core::time::{DAY_MS, HOUR_MS, Timestamp};

use crate::Store;
use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::evidence::Kept;

/// The first look: most pages that vanish do so within days of being talked about.
pub const FIRST_LOOK_MS: i64 = 7 * DAY_MS;
/// Every later one.
pub const NEXT_LOOK_MS: i64 = 30 * DAY_MS;
/// After a look that got no answer: a site may be down for a weekend.
pub const UNANSWERED_LOOK_MS: i64 = 3 * DAY_MS;
/// Over how long the looks at pages that were archived together are spread.
const SPREAD_MS: i64 = DAY_MS;
/// How long one site is left alone after it was asked.
pub const HOST_PAUSE_MS: i64 = HOUR_MS / 4;
/// How long a look may take before another node may try: longer than the longest fetch.
const LEASE_MS: i64 = HOUR_MS;

/// A source that is due, taken by this node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The evidence.
    pub id: EvidenceId,
    /// Where its page was when it was archived.
    pub url: String,
    /// What the site called the page as it was archived.
    pub validator: Option<String>,
    /// SHA-256 of the main text as it was archived, in hex.
    pub text_sha256: Option<String>,
    /// Until when it is this node's: what was put into the row.
    lease: i64,
}

/// What is known of an archived source since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceState {
    /// The evidence.
    pub id: EvidenceId,
    /// Its address.
    pub url: String,
    /// SHA-256 of the archived page, in hex.
    pub page_sha256: String,
    /// What became of the page, since when, and when that was last seen.
    pub seen: Option<(PageState, Timestamp, Timestamp)>,
    /// The time that an authority vouches for.
    pub stamped: Option<Timestamp>,
}

impl Store {
    /// Takes the source that is due longest, of a site that was left alone for a while.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when another node was faster.
    pub async fn next_look(&self, now: Timestamp) -> StoreResult<Option<Look>> {
        let sql = "select evidence_id, url, text_sha256, validator, due_at from source_looks l \
            where l.due_at <= $1 and not exists \
            (select 1 from source_looks o where o.host = l.host and $2 < o.asked_at) \
            order by l.due_at, l.evidence_id limit 1";
        let left_alone_since = now.plus_millis(-HOST_PAUSE_MS);
        let rows = self.engine.rows(sql, args![now, left_alone_since]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (id, due): (_, i64) = (EvidenceId(row.get("evidence_id")?), row.get("due_at")?);
        let until = now.plus_millis(LEASE_MS);
        let mut tx = self.begin().await?;
        let sql = "update source_looks set asked_at = $3, due_at = $4 \
            where evidence_id = $1 and due_at = $2";
        tx.run_one(sql, args![id, due, now, until]).await?;
        tx.commit().await?;
        Ok(Some(Look {
            id,
            url: row.get("url")?,
            text_sha256: row.get("text_sha256")?,
            validator: row.get("validator")?,
            lease: until.millis(),
        }))
    }

    /// Writes down what a look found; nothing, when nobody answered.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it took so long that another node looked.
    pub async fn end_look(
        &self,
        look: &Look,
        found: Option<PageState>,
        now: Timestamp,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        match found {
            Some(state) => {
                let sql = "update source_looks set looked_at = $3, due_at = $5, \
                    since = case when state = $4 then since else $3 end, state = $4 \
                    where evidence_id = $1 and due_at = $2";
                let due = now.plus_millis(NEXT_LOOK_MS + spread(look.id));
                tx.run_one(sql, args![look.id, look.lease, now, state.code(), due]).await?;
            }
            None => {
                let sql = "update source_looks set due_at = $3 \
                    where evidence_id = $1 and due_at = $2";
                let due = now.plus_millis(UNANSWERED_LOOK_MS + spread(look.id));
                tx.run_one(sql, args![look.id, look.lease, due]).await?;
            }
        }
        tx.commit().await
    }

    /// What became of the archived sources of a claim's case.
    ///
    /// # Errors
    /// The database failed.
    pub async fn source_states(&self, claim: ClaimId) -> StoreResult<Vec<SourceState>> {
        let sql = "select e.id, e.url, coalesce(e.page_sha256, e.capture_sha256) as page_sha256, \
            l.state, l.since, l.looked_at, s.stamped_at from evidence e \
            join cases c on c.id = e.case_id \
            left join source_looks l on l.evidence_id = e.id \
            left join stamps s on s.sha256 = e.capture_sha256 \
            where c.claim_id = $1 and e.capture_state = 'archived' order by e.added_at, e.id";
        self.engine.rows(sql, args![claim]).await?.iter().map(source_state).collect()
    }
}

/// The first row of a source that was archived just now.
pub(crate) async fn begin(
    tx: &mut Tx,
    id: EvidenceId,
    kept: &Kept,
    at: Timestamp,
) -> StoreResult<()> {
    let sql = "insert into source_looks (evidence_id, url, host, text_sha256, validator, state, \
        since, looked_at, asked_at, due_at) values ($1, $2, $3, $4, $5, 'alive', $6, $6, $6, $7)";
    let Kept { blob: _, url, host, validator, text_sha256, stamp: _ } = kept;
    let (text, validator) = (text_sha256.as_deref(), validator.as_deref());
    let due = at.plus_millis(FIRST_LOOK_MS + spread(id));
    tx.run(sql, args![id, url.as_str(), host.as_str(), text, validator, at, due]).await.map(drop)
}

/// A part of [`SPREAD_MS`] that is another one for each source: the last bytes of an id are chance.
fn spread(id: EvidenceId) -> i64 {
    let [.., a, b, c] = *id.0.as_bytes();
    (i64::from(u32::from_be_bytes([0, a, b, c])) * SPREAD_MS) >> 24
}

fn source_state(row: &Row) -> StoreResult<SourceState> {
    let time = |column| row.get::<Option<i64>>(column);
    let state: Option<String> = row.get("state")?;
    let state = state.map(|it| PageState::from_code(&it).ok_or(StoreError::Damaged(it)));
    let seen = match (state.transpose()?, time("since")?, time("looked_at")?) {
        (Some(state), Some(since), Some(at)) => {
            Some((state, Timestamp::from_millis(since), Timestamp::from_millis(at)))
        }
        _ => None,
    };
    Ok(SourceState {
        id: EvidenceId(row.get("id")?),
        url: row.get("url")?,
        page_sha256: row.get("page_sha256")?,
        seen,
        stamped: time("stamped_at")?.map(Timestamp::from_millis),
    })
}

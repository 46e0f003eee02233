//! What happened to a claim or a group, in order, for the case page and for undoing.

use kiemtin_core::ids::{ClaimId, EventId, GroupId, MemberId, OrgId};
use kiemtin_core::time::Timestamp;

use crate::engine::{Row, StoreResult, Tx, args};
use crate::{Act, Chance, Store};

/// Something that happened. `body` is a JSON object whose fields belong to the kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What: `case.take`, `group.merge`, `draft.edit` ….
    pub kind: String,
    /// To which claim.
    pub claim: Option<ClaimId>,
    /// To which group.
    pub group: Option<GroupId>,
    /// For which organisation; `None` for the program.
    pub org: Option<OrgId>,
    /// By which member.
    pub member: Option<MemberId>,
    /// More about it.
    pub body: serde_json::Value,
}

impl Event {
    /// What a member did, about neither a claim nor a group yet.
    pub(crate) fn by(act: Act<'_>, kind: &str, body: serde_json::Value) -> Self {
        Self {
            at: act.at,
            kind: kind.to_owned(),
            claim: None,
            group: None,
            org: Some(act.by.org),
            member: Some(act.by.id),
            body,
        }
    }
}

/// The newest events that a page shows.
pub const EVENTS_MAX: i64 = 500;

impl Store {
    /// What happened to a claim, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn events_of_claim(&self, claim: ClaimId) -> StoreResult<Vec<(EventId, Event)>> {
        let sql = "select id, at, kind, claim_id, group_id, org_id, member_id, body from events \
            where claim_id = $1 order by at desc, id desc limit $2";
        self.engine.rows(sql, args![claim, EVENTS_MAX]).await?.iter().map(event).collect()
    }

    /// What happened to a group, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn events_of_group(&self, group: GroupId) -> StoreResult<Vec<(EventId, Event)>> {
        let sql = "select id, at, kind, claim_id, group_id, org_id, member_id, body from events \
            where group_id = $1 order by at desc, id desc limit $2";
        self.engine.rows(sql, args![group, EVENTS_MAX]).await?.iter().map(event).collect()
    }

    /// What happened to members, the newest first: links to new passwords that were made.
    ///
    /// # Errors
    /// The database failed.
    pub async fn events_of_members(&self, limit: i64) -> StoreResult<Vec<(EventId, Event)>> {
        let sql = "select id, at, kind, claim_id, group_id, org_id, member_id, body from events \
            where claim_id is null and group_id is null and kind not like 'org.%' \
            order by at desc, id desc limit $1";
        self.engine.rows(sql, args![limit]).await?.iter().map(event).collect()
    }
}

/// Writes an event down.
pub(crate) async fn add(tx: &mut Tx, event: &Event, chance: Chance) -> StoreResult<()> {
    let Event { at, kind, claim, group, org, member, body } = event;
    let sql = "insert into events (id, at, kind, claim_id, group_id, org_id, member_id, body) \
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let id = EventId::new(*at, tx.chance(chance));
    let values = args![id, *at, kind.as_str(), *claim, *group, *org, *member, body.to_string()];
    tx.run(sql, values).await.map(drop)
}

pub(crate) fn event(row: &Row) -> StoreResult<(EventId, Event)> {
    let body: String = row.get("body")?;
    let claim: Option<uuid::Uuid> = row.get("claim_id")?;
    let group: Option<uuid::Uuid> = row.get("group_id")?;
    let org: Option<uuid::Uuid> = row.get("org_id")?;
    let member: Option<uuid::Uuid> = row.get("member_id")?;
    let event = Event {
        at: Timestamp::from_millis(row.get("at")?),
        kind: row.get("kind")?,
        claim: claim.map(ClaimId),
        group: group.map(GroupId),
        org: org.map(OrgId),
        member: member.map(MemberId),
        body: serde_json::from_str(&body)
            .map_err(|err| crate::StoreError::Damaged(format!("event: {err}")))?,
    };
    Ok((EventId(row.get("id")?), event))
}

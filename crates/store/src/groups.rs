//! Groups of messages, their proposed matches, and how they are tied, merged and split.
//!
//! A message is in at most one group and a group in at most one claim: each is one column. Merges
//! and splits are events that say what to do to undo them.

use std::collections::BTreeMap;

use kiemtin_core::case::DismissReason;
use kiemtin_core::ids::{ClaimId, GroupId, MessageId};
use kiemtin_core::lang::Lang;
use kiemtin_core::time::Timestamp;
use serde_json::json;

use crate::changes::{self, Changed};
use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::events::{self, Event};
use crate::jobs::{self, Leased, NewJob};
use crate::members::Member;
use crate::messages::{DISMISSED_MS, Message, UNPROCESSED_MS, lang, set_expiry};
use crate::{Chance, Store};

/// A proposed tie between a group and a claim, as it is written down.
#[derive(Clone, Debug, PartialEq)]
pub struct NewMatch {
    /// The claim.
    pub claim: ClaimId,
    /// How likely it is the same claim, 0 to 1.
    pub probability: f64,
    /// `answer`, `suggest` or `none`.
    pub decision: &'static str,
    /// The reasons, as JSON.
    pub reasons: String,
}

/// A group that a sorted message begins.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// Its new id.
    pub id: GroupId,
    /// Hash of the normalised text.
    pub exact_hash: u64,
    /// Sketch of the folded text.
    pub sketch: Vec<u8>,
    /// Its language.
    pub lang: Lang,
    /// The claims it may be about, best first.
    pub matches: Vec<NewMatch>,
    /// The claim that answers it at once.
    pub tie: Option<ClaimId>,
}

/// Where a message goes.
#[derive(Clone, Debug)]
pub enum Into {
    /// Into a group that is there.
    Known(GroupId),
    /// Into one that begins with it: an index into [`Sorted::groups`].
    New(usize),
}

/// What sorting a batch came to.
#[derive(Clone, Debug, Default)]
pub struct Sorted {
    /// The groups that begin.
    pub groups: Vec<NewGroup>,
    /// Where each message goes.
    pub messages: Vec<(MessageId, Into)>,
}

/// What the index of groups keeps in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupKey {
    /// Its id.
    pub id: GroupId,
    /// Where its messages went, after a merge.
    pub merged_into: Option<GroupId>,
    /// Hash of the normalised text.
    pub exact_hash: u64,
    /// Sketch of the folded text.
    pub sketch: Vec<u8>,
    /// Its language.
    pub lang: Lang,
    /// The masked text of its newest message; `None` once all have expired.
    pub text: Option<String>,
}

/// A group as the desk shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its language.
    pub lang: Lang,
    /// How many messages came, erased ones included.
    pub n_messages: i64,
    /// When the first came in, to the hour.
    pub first: Timestamp,
    /// When the last came in, to the hour.
    pub last: Timestamp,
    /// The claim it is tied to.
    pub claim: Option<ClaimId>,
    /// Whether a member confirmed the tie.
    pub confirmed: bool,
    /// Why it was put aside.
    pub dismissed: Option<DismissReason>,
    /// Where its messages went, after a merge.
    pub merged_into: Option<GroupId>,
    /// The masked text of its newest message; empty once all have expired.
    pub text: String,
}

/// A proposed tie as the desk shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The group.
    pub group: GroupId,
    /// The claim.
    pub claim: ClaimId,
    /// How likely it is the same claim, 0 to 1.
    pub probability: f64,
    /// `answer`, `suggest` or `none`.
    pub decision: String,
    /// The reasons, as JSON.
    pub reasons: String,
    /// `proposed`, `accepted` or `rejected`.
    pub state: String,
}

/// Which groups the queue shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Tied to no claim, not put aside.
    Waiting,
    /// Tied by the program: to be looked at.
    Answered,
    /// Tied by a member.
    Confirmed,
    /// Put aside with a reason.
    Dismissed,
}

macro_rules! group_columns {
    ($tail:literal) => {
        concat!(
            "select g.id, g.lang, g.n_messages, g.first_at, g.last_at, g.claim_id, g.tied_by, ",
            "g.dismissed, g.merged_into, coalesce((select m.text from messages m ",
            "where m.group_id = g.id order by m.received_at desc, m.id desc limit 1), '') as text ",
            "from groups g ",
            $tail
        )
    };
}

impl Store {
    /// Writes down where messages went, and ends the job that sorted them, in one transaction.
    /// `chance` gives the id of any job that follows.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when another worker did it.
    pub async fn sort(
        &self,
        job: &Leased,
        sorted: &Sorted,
        now: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        jobs::finish(&mut tx, job).await?;
        let ids = begin_groups(&mut tx, &sorted.groups, now, chance).await?;
        let mut joins: BTreeMap<GroupId, Vec<MessageId>> = BTreeMap::new();
        for (message, into) in &sorted.messages {
            let group = match into {
                Into::Known(id) => *id,
                Into::New(idx) => ids[*idx],
            };
            joins.entry(group).or_default().push(*message);
        }
        for (group, messages) in joins {
            join(&mut tx, group, &messages, now, chance).await?;
        }
        tx.commit().await
    }

    /// The keys of all groups after `after`, by id, at most `limit`: to fill an index.
    ///
    /// # Errors
    /// The database failed.
    pub async fn group_keys(
        &self,
        after: Option<GroupId>,
        limit: i64,
    ) -> StoreResult<Vec<GroupKey>> {
        let after = after.map_or(uuid::Uuid::nil(), |it| it.0);
        let sql = "select g.id, g.merged_into, g.exact_hash, g.sketch, g.lang, \
            (select m.text from messages m where m.group_id = g.id \
            order by m.received_at desc, m.id desc limit 1) as text \
            from groups g where $1 < g.id order by g.id limit $2";
        self.engine.rows(sql, args![after, limit]).await?.iter().map(group_key).collect()
    }

    /// The key of one group, if it is still there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn group_key(&self, id: GroupId) -> StoreResult<Option<GroupKey>> {
        let sql = "select g.id, g.merged_into, g.exact_hash, g.sketch, g.lang, \
            (select m.text from messages m where m.group_id = g.id \
            order by m.received_at desc, m.id desc limit 1) as text \
            from groups g where g.id = $1";
        self.engine.rows(sql, args![id]).await?.first().map(group_key).transpose()
    }

    /// One group.
    ///
    /// # Errors
    /// The database failed.
    pub async fn group(&self, id: GroupId) -> StoreResult<Option<Group>> {
        let sql = group_columns!("where g.id = $1");
        self.engine.rows(sql, args![id]).await?.first().map(group).transpose()
    }

    /// A page of the queue: the most asked first, then the newest.
    ///
    /// # Errors
    /// The database failed.
    pub async fn queue(&self, queue: Queue, offset: i64, limit: i64) -> StoreResult<Vec<Group>> {
        let sql = match queue {
            Queue::Waiting => group_columns!(
                "where g.claim_id is null and g.dismissed is null and g.merged_into is null \
                and 0 < g.n_messages order by g.n_messages desc, g.last_at desc, g.id \
                limit $2 offset $1"
            ),
            Queue::Answered => group_columns!(
                "where g.tied_by = 'machine' and g.merged_into is null \
                order by g.n_messages desc, g.last_at desc, g.id limit $2 offset $1"
            ),
            Queue::Confirmed => group_columns!(
                "where g.tied_by = 'member' and g.merged_into is null \
                order by g.n_messages desc, g.last_at desc, g.id limit $2 offset $1"
            ),
            Queue::Dismissed => group_columns!(
                "where g.dismissed is not null and g.merged_into is null \
                order by g.last_at desc, g.id limit $2 offset $1"
            ),
        };
        self.engine.rows(sql, args![offset, limit]).await?.iter().map(group).collect()
    }

    /// How many groups stand in each part of the queue: waiting, answered, confirmed, dismissed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn queue_counts(&self) -> StoreResult<[i64; 4]> {
        let sql = "select \
            count(case when claim_id is null and dismissed is null then 1 end) as waiting, \
            count(case when tied_by = 'machine' then 1 end) as answered, \
            count(case when tied_by = 'member' then 1 end) as confirmed, \
            count(case when dismissed is not null then 1 end) as dismissed \
            from groups where merged_into is null and 0 < n_messages";
        let rows = self.engine.rows(sql, args![]).await?;
        let Some(row) = rows.first() else { return Ok([0; 4]) };
        let n = |column| row.get::<i64>(column);
        Ok([n("waiting")?, n("answered")?, n("confirmed")?, n("dismissed")?])
    }

    /// The groups tied to a claim: its sightings, the largest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn groups_of_claim(&self, claim: ClaimId, limit: i64) -> StoreResult<Vec<Group>> {
        let sql = group_columns!(
            "where g.claim_id = $1 and g.merged_into is null \
            order by g.n_messages desc, g.id limit $2"
        );
        self.engine.rows(sql, args![claim, limit]).await?.iter().map(group).collect()
    }

    /// Groups with a message that holds these words as they stand, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn groups_with_text(&self, words: &str, limit: i64) -> StoreResult<Vec<Group>> {
        let escaped = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let sql = group_columns!(
            "where g.merged_into is null and exists (select 1 from messages m \
            where m.group_id = g.id and lower(m.text) like lower($1) escape '\\') \
            order by g.last_at desc, g.id limit $2"
        );
        let values = args![format!("%{escaped}%"), limit];
        self.engine.rows(sql, values).await?.iter().map(group).collect()
    }

    /// How many messages are tied to a claim.
    ///
    /// # Errors
    /// The database failed.
    pub async fn n_sightings(&self, claim: ClaimId) -> StoreResult<i64> {
        let sql = "select coalesce(cast(sum(n_messages) as bigint), 0) as n from groups \
            where claim_id = $1 and merged_into is null";
        let rows = self.engine.rows(sql, args![claim]).await?;
        rows.first().map_or(Ok(0), |row| row.get("n"))
    }

    /// Proposed ties of a group, the likeliest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn matches_of_group(&self, group: GroupId) -> StoreResult<Vec<Match>> {
        let sql = "select group_id, claim_id, probability, decision, reasons, state from matches \
            where group_id = $1 order by probability desc, claim_id";
        self.engine.rows(sql, args![group]).await?.iter().map(one_match).collect()
    }

    /// The likeliest proposed ties of the whole desk: for a table of what matched what.
    ///
    /// # Errors
    /// The database failed.
    pub async fn best_matches(&self, limit: i64) -> StoreResult<Vec<Match>> {
        let sql = "select group_id, claim_id, probability, decision, reasons, state from matches \
            where decision <> 'none' order by probability desc, group_id limit $1";
        self.engine.rows(sql, args![limit]).await?.iter().map(one_match).collect()
    }

    /// Ties a group to a claim, by a member's hand.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the group is gone or merged.
    pub async fn tie(
        &self,
        group: GroupId,
        claim: ClaimId,
        by: &Member,
        now: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let before = tied(&mut tx, group).await?;
        let sql = "update groups set claim_id = $2, tied_by = 'member', dismissed = null \
            where id = $1 and merged_into is null";
        tx.run_one(sql, args![group, claim]).await?;
        set_expiry(&mut tx, group, None).await?;
        judge(&mut tx, group, claim, "accepted", now).await?;
        follow_tie(&mut tx, claim, now, chance).await?;
        let body = json!({ "before": before.map(|it| it.to_string()) });
        note(&mut tx, "group.tie", group, Some(claim), by, body, now, chance).await?;
        changes::add(&mut tx, &[Changed::Claim(claim), Changed::Group(group)]).await?;
        tx.commit().await
    }

    /// Undoes a tie: the group waits again, and the pair is known as a wrong one.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the group is not tied to this claim.
    pub async fn untie(
        &self,
        group: GroupId,
        claim: ClaimId,
        by: &Member,
        now: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "update groups set claim_id = null, tied_by = null \
            where id = $1 and claim_id = $2";
        tx.run_one(sql, args![group, claim]).await?;
        set_expiry(&mut tx, group, Some(now.plus_millis(UNPROCESSED_MS))).await?;
        judge(&mut tx, group, claim, "rejected", now).await?;
        let sql = "update receipts set outcome = 'received', claim_id = null where claim_id = $2 \
            and message_id in (select id from messages where group_id = $1)";
        tx.run(sql, args![group, claim]).await?;
        note(&mut tx, "group.untie", group, Some(claim), by, json!({}), now, chance).await?;
        changes::add(&mut tx, &[Changed::Claim(claim), Changed::Group(group)]).await?;
        tx.commit().await
    }

    /// Says that a proposed tie is wrong.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when there is no such proposal.
    pub async fn reject_match(
        &self,
        group: GroupId,
        claim: ClaimId,
        by: &Member,
        now: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "update matches set state = 'rejected', decided_at = $3 \
            where group_id = $1 and claim_id = $2 and state = 'proposed'";
        tx.run_one(sql, args![group, claim, now]).await?;
        note(&mut tx, "match.reject", group, Some(claim), by, json!({}), now, chance).await?;
        tx.commit().await
    }

    /// Puts a group aside with a public reason: its texts go after seven days, receipts say why.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it is tied, merged or gone.
    pub async fn dismiss_group(
        &self,
        group: GroupId,
        reason: DismissReason,
        by: &Member,
        now: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "update groups set dismissed = $2 \
            where id = $1 and claim_id is null and merged_into is null";
        tx.run_one(sql, args![group, reason.code()]).await?;
        set_expiry(&mut tx, group, Some(now.plus_millis(DISMISSED_MS))).await?;
        let sql = "update receipts set outcome = 'dismissed', reason = $2 \
            where message_id in (select id from messages where group_id = $1)";
        tx.run(sql, args![group, reason.code()]).await?;
        let body = json!({ "reason": reason.code() });
        note(&mut tx, "group.dismiss", group, None, by, body, now, chance).await?;
        tx.commit().await
    }

    /// Undoes a dismissal, as long as the texts are there.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the group was not dismissed.
    pub async fn restore_group(
        &self,
        group: GroupId,
        by: &Member,
        now: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "update groups set dismissed = null where id = $1 and dismissed is not null";
        tx.run_one(sql, args![group]).await?;
        set_expiry(&mut tx, group, Some(now.plus_millis(UNPROCESSED_MS))).await?;
        let sql = "update receipts set outcome = 'received', reason = null \
            where message_id in (select id from messages where group_id = $1)";
        tx.run(sql, args![group]).await?;
        note(&mut tx, "group.restore", group, None, by, json!({}), now, chance).await?;
        tx.commit().await
    }

    /// Merges one group into another: its messages move; the event says which, for undoing.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when either is gone or merged already, or both are the same.
    pub async fn merge_groups(
        &self,
        from: GroupId,
        into: GroupId,
        by: &Member,
        now: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "update groups set merged_into = $2 where id = $1 and id <> $2 \
            and merged_into is null and claim_id is null \
            and not exists (select 1 from groups other where other.merged_into = $1) \
            and exists (select 1 from groups it where it.id = $2 and it.merged_into is null)";
        tx.run_one(sql, args![from, into]).await?;
        let n_before = size(&mut tx, from).await?;
        let moved = move_messages(&mut tx, from, into, None).await?;
        add_size(&mut tx, into, n_before).await?;
        let body = json!({
            "into": into.to_string(),
            "n_messages": n_before,
            "messages": moved,
        });
        note(&mut tx, "group.merge", from, None, by, body, now, chance).await?;
        changes::add(&mut tx, &[Changed::Group(from), Changed::Group(into)]).await?;
        tx.commit().await
    }

    /// Undoes the last merge of a group: the messages that moved and are still there come back.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the group is not merged.
    pub async fn unmerge_group(
        &self,
        group: GroupId,
        by: &Member,
        now: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let body = last_merge(&mut tx, group).await?;
        let into = body["into"].as_str().and_then(|it| GroupId::parse(it).ok());
        let into = into.ok_or_else(|| StoreError::Damaged("merge event".to_owned()))?;
        let sql = "update groups set merged_into = null where id = $1 and merged_into = $2";
        tx.run_one(sql, args![group, into]).await?;
        let only: Vec<MessageId> = serde_json::from_value(body["messages"].clone())
            .map_err(|err| StoreError::Damaged(format!("merge event: {err}")))?;
        move_messages(&mut tx, into, group, Some(&only)).await?;
        let n = body["n_messages"].as_i64().unwrap_or(0);
        add_size(&mut tx, into, -n).await?;
        let event = json!({ "from": into.to_string() });
        note(&mut tx, "group.unmerge", group, None, by, event, now, chance).await?;
        changes::add(&mut tx, &[Changed::Group(group), Changed::Group(into)]).await?;
        tx.commit().await
    }

    /// Splits messages off into a group of their own. Undone by merging it back.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when none of the messages is in the group, or all of them are named;
    /// [`StoreError::Refused`] when there is a group of exactly this text already.
    pub async fn split_group(
        &self,
        from: GroupId,
        messages: &[MessageId],
        new: &NewGroup,
        by: &Member,
        now: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        insert_group(&mut tx, new, now).await?;
        let moved = move_messages(&mut tx, from, new.id, Some(messages)).await?;
        let n = i64::try_from(moved.len()).unwrap_or(i64::MAX);
        if n == 0 || size(&mut tx, from).await? <= n {
            return Err(StoreError::Stale);
        }
        add_size(&mut tx, from, -n).await?;
        add_size(&mut tx, new.id, n).await?;
        set_expiry(&mut tx, new.id, Some(now.plus_millis(UNPROCESSED_MS))).await?;
        let body = json!({ "into": new.id.to_string(), "messages": moved });
        note(&mut tx, "group.split", from, None, by, body, now, chance).await?;
        changes::add(&mut tx, &[Changed::Group(from), Changed::Group(new.id)]).await?;
        tx.commit().await
    }

    /// The newest texts of confirmed sightings of a claim: they help to match the next one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sighting_texts(&self, claim: ClaimId, limit: i64) -> StoreResult<Vec<Message>> {
        let sql = "select m.id, m.text, m.lang, m.source, m.url, m.published_at, m.received_at, \
            m.group_id from messages m join groups g on g.id = m.group_id \
            where g.claim_id = $1 and g.tied_by = 'member' order by m.id desc limit $2";
        let rows = self.engine.rows(sql, args![claim, limit]).await?;
        rows.iter().map(crate::messages::message).collect()
    }
}

/// The job that puts the answer behind the receipts of a claim.
pub const ANSWER_RECEIPTS: &str = "answer_receipts";

/// A claim that has an answer gives it to the receipts behind a new tie.
async fn follow_tie(
    tx: &mut Tx,
    claim: ClaimId,
    now: Timestamp,
    chance: Chance,
) -> StoreResult<()> {
    let job = NewJob {
        name: ANSWER_RECEIPTS,
        payload: serde_json::to_string(&claim).expect("an id is a text"),
        run_at: now,
        unique_key: Some(format!("{ANSWER_RECEIPTS}:{claim}")),
    };
    jobs::add(tx, &job, mix(chance, claim.0)).await
}

async fn begin_groups(
    tx: &mut Tx,
    groups: &[NewGroup],
    now: Timestamp,
    chance: Chance,
) -> StoreResult<Vec<GroupId>> {
    let mut ids = Vec::with_capacity(groups.len());
    let mut matches = Vec::new();
    let mut changed = Vec::new();
    for new in groups {
        if !insert_or_known(tx, new, now).await? {
            ids.push(by_exact(tx, new.exact_hash).await?);
            continue;
        }
        ids.push(new.id);
        changed.push(Changed::Group(new.id));
        for it in &new.matches {
            let NewMatch { claim, probability, decision, reasons } = it;
            let values = args![new.id, *claim, *probability, *decision, reasons.as_str()];
            matches.push([values, args!["proposed"]].concat());
        }
        if let Some(claim) = new.tie {
            follow_tie(tx, claim, now, chance).await?;
        }
    }
    let head = "insert into matches (group_id, claim_id, probability, decision, reasons, state) \
        values";
    tx.insert(head, "", matches).await?;
    changes::add(tx, &changed).await?;
    Ok(ids)
}

const INSERT: &str = "insert into groups (id, exact_hash, sketch, lang, n_messages, first_at, \
    last_at, claim_id, tied_by) values ($1, $2, $3, $4, 0, $5, $5, $6, $7)";
const INSERT_OR_KNOWN: &str = "insert into groups (id, exact_hash, sketch, lang, n_messages, \
    first_at, last_at, claim_id, tied_by) values ($1, $2, $3, $4, 0, $5, $5, $6, $7) \
    on conflict (exact_hash) do nothing";

async fn insert_group(tx: &mut Tx, new: &NewGroup, now: Timestamp) -> StoreResult<()> {
    tx.run(INSERT, group_values(new, now)).await.map(drop)
}

/// Whether the group is new; `false` when another node began one of the same text.
async fn insert_or_known(tx: &mut Tx, new: &NewGroup, now: Timestamp) -> StoreResult<bool> {
    Ok(0 < tx.run(INSERT_OR_KNOWN, group_values(new, now)).await?)
}

fn group_values(new: &NewGroup, now: Timestamp) -> Vec<crate::Value> {
    let exact = new.exact_hash.cast_signed();
    let tied_by = new.tie.map(|_| "machine");
    let (lang, hour) = (new.lang.tag(), now.to_hour());
    args![new.id, exact, new.sketch.as_slice(), lang, hour, new.tie, tied_by]
}

async fn by_exact(tx: &mut Tx, exact_hash: u64) -> StoreResult<GroupId> {
    let sql = "select coalesce(merged_into, id) as id from groups where exact_hash = $1";
    let row = tx.row(sql, args![exact_hash.cast_signed()]).await?;
    let row = row.ok_or_else(|| StoreError::Damaged("a group vanished".to_owned()))?;
    Ok(GroupId(row.get("id")?))
}

/// Puts messages into a group. What the group is decides how long their texts stay, and what their
/// receipts say.
async fn join(
    tx: &mut Tx,
    group: GroupId,
    messages: &[MessageId],
    now: Timestamp,
    chance: Chance,
) -> StoreResult<()> {
    let sql = "select coalesce(g.merged_into, g.id) as id, t.claim_id, t.tied_by, t.dismissed \
        from groups g join groups t on t.id = coalesce(g.merged_into, g.id) where g.id = $1";
    let row = tx.row(sql, args![group]).await?.ok_or(StoreError::Stale)?;
    let group = GroupId(row.get("id")?);
    let claim: Option<uuid::Uuid> = row.get("claim_id")?;
    let tied_by: Option<String> = row.get("tied_by")?;
    let dismissed: Option<String> = row.get("dismissed")?;
    let expires = match (&tied_by, &dismissed) {
        (Some(by), _) if by == "member" => None,
        (_, Some(_)) => Some(now.plus_millis(DISMISSED_MS)),
        _ => Some(now.plus_millis(UNPROCESSED_MS)),
    };
    let mut n_joined = 0;
    for message in messages {
        let sql = "update messages set group_id = $2, expires_at = $3 \
            where id = $1 and group_id is null";
        n_joined += i64::try_from(tx.run(sql, args![*message, group, expires]).await?).unwrap_or(0);
        if let Some(reason) = &dismissed {
            let sql = "update receipts set outcome = 'dismissed', reason = $2 \
                where message_id = $1";
            tx.run(sql, args![*message, reason.as_str()]).await?;
        }
    }
    let sql = "update groups set n_messages = n_messages + $2, last_at = $3 where id = $1";
    tx.run(sql, args![group, n_joined, now.to_hour()]).await?;
    if let Some(claim) = claim {
        follow_tie(tx, ClaimId(claim), now, chance).await?;
    }
    Ok(())
}

async fn move_messages(
    tx: &mut Tx,
    from: GroupId,
    into: GroupId,
    only: Option<&[MessageId]>,
) -> StoreResult<Vec<MessageId>> {
    let rows = tx.rows("select id from messages where group_id = $1", args![from]).await?;
    let mut moved = Vec::new();
    for row in &rows {
        let id = MessageId(row.get("id")?);
        if only.is_none_or(|only| only.contains(&id)) {
            tx.run("update messages set group_id = $2 where id = $1", args![id, into]).await?;
            moved.push(id);
        }
    }
    Ok(moved)
}

async fn tied(tx: &mut Tx, group: GroupId) -> StoreResult<Option<ClaimId>> {
    let row = tx.row("select claim_id from groups where id = $1", args![group]).await?;
    let claim: Option<uuid::Uuid> = row.ok_or(StoreError::Stale)?.get("claim_id")?;
    Ok(claim.map(ClaimId))
}

async fn size(tx: &mut Tx, group: GroupId) -> StoreResult<i64> {
    let row = tx.row("select n_messages from groups where id = $1", args![group]).await?;
    row.ok_or(StoreError::Stale)?.get("n_messages")
}

async fn add_size(tx: &mut Tx, group: GroupId, n: i64) -> StoreResult<()> {
    let sql = "update groups set n_messages = n_messages + $2 where id = $1";
    tx.run_one(sql, args![group, n]).await
}

/// A member's accept or reject: kept as a labelled pair, also where the program proposed nothing.
async fn judge(
    tx: &mut Tx,
    group: GroupId,
    claim: ClaimId,
    state: &'static str,
    now: Timestamp,
) -> StoreResult<()> {
    let sql = "insert into matches (group_id, claim_id, probability, decision, reasons, state, \
        decided_at) values ($1, $2, 0, 'none', '[]', $3, $4) \
        on conflict (group_id, claim_id) do update set state = $3, decided_at = $4";
    tx.run(sql, args![group, claim, state, now]).await.map(drop)
}

async fn last_merge(tx: &mut Tx, group: GroupId) -> StoreResult<serde_json::Value> {
    let sql = "select id, at, kind, claim_id, group_id, org_id, member_id, body from events \
        where group_id = $1 and kind = 'group.merge' order by at desc, id desc limit 1";
    let row = tx.row(sql, args![group]).await?.ok_or(StoreError::Stale)?;
    Ok(events::event(&row)?.1.body)
}

#[expect(clippy::too_many_arguments, reason = "an event is this wide; a struct would repeat Event")]
async fn note(
    tx: &mut Tx,
    kind: &str,
    group: GroupId,
    claim: Option<ClaimId>,
    by: &Member,
    body: serde_json::Value,
    at: Timestamp,
    chance: Chance,
) -> StoreResult<()> {
    let event = Event {
        at,
        kind: kind.to_owned(),
        claim,
        group: Some(group),
        org: Some(by.org),
        member: Some(by.id),
        body,
    };
    events::add(tx, &event, chance).await
}

/// Chance for the id of a row that belongs to `id`, from the chance of the whole deed: one deed may
/// add a job for each of several claims.
pub(crate) fn mix(chance: Chance, id: uuid::Uuid) -> Chance {
    let bytes = id.into_bytes();
    std::array::from_fn(|it| chance[it] ^ bytes[it + 6])
}

fn group_key(row: &Row) -> StoreResult<GroupKey> {
    let merged_into: Option<uuid::Uuid> = row.get("merged_into")?;
    Ok(GroupKey {
        id: GroupId(row.get("id")?),
        merged_into: merged_into.map(GroupId),
        exact_hash: row.get::<i64>("exact_hash")?.cast_unsigned(),
        sketch: row.get("sketch")?,
        lang: lang(row, "lang")?,
        text: row.get("text")?,
    })
}

fn group(row: &Row) -> StoreResult<Group> {
    let claim: Option<uuid::Uuid> = row.get("claim_id")?;
    let tied_by: Option<String> = row.get("tied_by")?;
    let dismissed: Option<String> = row.get("dismissed")?;
    let merged_into: Option<uuid::Uuid> = row.get("merged_into")?;
    Ok(Group {
        id: GroupId(row.get("id")?),
        lang: lang(row, "lang")?,
        n_messages: row.get("n_messages")?,
        first: Timestamp::from_millis(row.get("first_at")?),
        last: Timestamp::from_millis(row.get("last_at")?),
        claim: claim.map(ClaimId),
        confirmed: tied_by.as_deref() == Some("member"),
        dismissed: dismissed.as_deref().and_then(DismissReason::from_code),
        merged_into: merged_into.map(GroupId),
        text: row.get("text")?,
    })
}

fn one_match(row: &Row) -> StoreResult<Match> {
    Ok(Match {
        group: GroupId(row.get("group_id")?),
        claim: ClaimId(row.get("claim_id")?),
        probability: row.get("probability")?,
        decision: row.get("decision")?,
        reasons: row.get("reasons")?,
        state: row.get("state")?,
    })
}

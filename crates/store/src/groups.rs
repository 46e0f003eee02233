//! Groups of messages, their proposed matches, and how they are tied, merged and split.
//!
//! A message is in at most one group and a group in at most one claim: each is one column. Merges
//! and splits are events that say what to do to undo them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use kiemtin_core::case::DismissReason;
use kiemtin_core::ids::{ClaimId, GroupId, MessageId};
use kiemtin_core::lang::Lang;
use kiemtin_core::time::{DAY_MS, Timestamp, ZONE_MS};
use serde_json::json;

use crate::cases::is_uninvolved;
use crate::changes::{self, Changed};
use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::events::{self, Event};
use crate::jobs::{self, Leased, NewJob};
use crate::members::Member;
use crate::messages::{self, DISMISSED_MS, Message, UNPROCESSED_MS, lang};
use crate::{Act, Chance, Rule, Store, claims};

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
    /// Whether one of them forbids an answer.
    pub vetoed: bool,
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
    /// What must not differ inside the group, as `core` writes it.
    pub facts: Vec<u8>,
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
    /// Groups that are there and whose facts grew by what joins them.
    pub grown: Vec<(GroupId, Vec<u8>)>,
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
    /// What must not differ inside the group, as `core` writes it.
    pub facts: Vec<u8>,
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
            "where m.group_id = g.id order by m.id desc limit 1), '') as text ",
            "from groups g ",
            $tail
        )
    };
}

impl Store {
    /// Writes down where messages went, and ends the job that sorted them, in one transaction.
    /// `chance` gives the id of any job that follows. Returns the ids of `sorted.groups` as they
    /// are: where another node put the same text into a group first, it is that one's.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when another worker did it.
    pub async fn sort(
        &self,
        jobs: &[Leased],
        sorted: &Sorted,
        now: Timestamp,
        chance: Chance,
    ) -> StoreResult<Vec<GroupId>> {
        let mut tx = self.begin().await?;
        for job in jobs {
            jobs::finish(&mut tx, job).await?;
        }
        let copies = copies(&mut tx, &sorted.messages).await?;
        let is_new = |it: &&NewGroup| !copies.of_text.contains_key(&it.exact_hash);
        let new: Vec<NewGroup> = sorted.groups.iter().filter(is_new).cloned().collect();
        let mut begun = begin_groups(&mut tx, &new, now).await?.into_iter();
        let id =
            |it: &NewGroup| copies.of_text.get(&it.exact_hash).copied().or_else(|| begun.next());
        let ids: Vec<GroupId> = sorted.groups.iter().filter_map(id).collect();
        let place = |(message, into): &(MessageId, Into)| {
            let there = copies.of_message.get(message).copied();
            let place = there.unwrap_or_else(|| match into {
                Into::Known(group) => *group,
                Into::New(idx) => ids[*idx],
            });
            (*message, place)
        };
        let places: Vec<(MessageId, GroupId)> = sorted.messages.iter().map(place).collect();
        join(&mut tx, &places, now, chance).await?;
        grow(&mut tx, &sorted.grown).await?;
        tx.commit().await?;
        Ok(ids)
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
        let sql = "select id, merged_into, exact_hash, sketch, facts from groups \
            where $1 < id order by id limit $2";
        self.engine.rows(sql, args![after, limit]).await?.iter().map(group_key).collect()
    }

    /// The key of one group, if it is still there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn group_key(&self, id: GroupId) -> StoreResult<Option<GroupKey>> {
        let sql = "select id, merged_into, exact_hash, sketch, facts from groups where id = $1";
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
                and 0 < g.n_messages order by g.n_messages desc, g.first_at, g.id \
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

    /// Messages in groups whose text is like both patterns, the newest first and only those before
    /// `before`. In a pattern of small letters `_` stands for any character and `%` for any run.
    ///
    /// # Errors
    /// The database failed.
    pub async fn messages_like(
        &self,
        patterns: [&str; 2],
        before: Option<MessageId>,
        limit: i64,
    ) -> StoreResult<Vec<Message>> {
        let before = before.map_or(uuid::Uuid::max(), |it| it.0);
        let sql = "select id, text, lang, source, url, published_at, received_at, group_id \
            from messages where group_id is not null and id < $1 and lower(text) like $2 \
            and lower(text) like $3 order by id desc limit $4";
        let [first, second] = patterns;
        let rows = self.engine.rows(sql, args![before, first, second, limit]).await?;
        rows.iter().map(messages::message).collect()
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

    /// How many sightings of a claim came on which day, by the day's number in Vietnam
    /// ([`Timestamp::day`]): the newest days that had some. Erased texts are not among them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sightings_by_day(
        &self,
        claim: ClaimId,
        limit: i64,
    ) -> StoreResult<Vec<(i64, i64)>> {
        let sql = "select d.day, count(*) as n from (select (coalesce(m.published_at, \
            m.received_at) + $2) / $3 as day from messages m join groups g on g.id = m.group_id \
            where g.claim_id = $1) d group by d.day order by d.day desc limit $4";
        let rows = self.engine.rows(sql, args![claim, ZONE_MS, DAY_MS, limit]).await?;
        rows.iter().map(|row| Ok((row.get("day")?, row.get("n")?))).collect()
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
    /// [`StoreError::Stale`] when the group or the claim is gone or merged; [`Rule::Involved`] when
    /// the claim, or the one that the group had before, concerns the member's organisation.
    pub async fn tie(&self, group: GroupId, claim: ClaimId, act: Act<'_>) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        tie(&mut tx, group, claim, act).await?;
        tx.commit().await
    }

    /// Undoes a tie: the group waits again, and the pair is known as a wrong one.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the group is not tied to this claim; [`Rule::Involved`] when the
    /// claim concerns the member's organisation.
    pub async fn untie(&self, group: GroupId, claim: ClaimId, act: Act<'_>) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        untie(&mut tx, group, claim, act).await?;
        judge(&mut tx, group, claim, "rejected", act.at).await?;
        tx.commit().await
    }

    /// Takes back what a member decided about a pair, a tie or a rejection, and what followed for
    /// other claims of the group: no label stays, and a group that was tied waits again.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when nothing was decided about the pair, or other than by a member;
    /// [`Rule::Involved`] when the claim concerns the member's organisation.
    pub async fn take_back(&self, group: GroupId, claim: ClaimId, act: Act<'_>) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        take_back(&mut tx, group, claim, act).await?;
        tx.commit().await
    }

    /// Says that a proposed tie is wrong.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when there is no such proposal; [`Rule::Involved`] when the claim
    /// concerns the member's organisation.
    pub async fn reject_match(
        &self,
        group: GroupId,
        claim: ClaimId,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        is_uninvolved(&mut tx, claim, act.by).await?;
        let sql = "update matches set state = 'rejected', decided_at = $3 \
            where group_id = $1 and claim_id = $2 and state = 'proposed'";
        tx.run_one(sql, args![group, claim, act.at]).await?;
        note(&mut tx, "match.reject", group, Some(claim), json!({}), act).await?;
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
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        dismiss(&mut tx, group, reason, act).await?;
        tx.commit().await
    }

    /// Undoes a dismissal, as long as the texts are there.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the group was not dismissed.
    pub async fn restore_group(&self, group: GroupId, act: Act<'_>) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        restore(&mut tx, group, act).await?;
        tx.commit().await
    }

    /// Merges one group into another: its messages move, and so do those of groups that were merged
    /// into it before. The event says which, for undoing.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when either is gone or merged already; [`StoreError::Refused`] when
    /// both are the same, or the first is tied to a claim; [`Rule::Involved`] when the claim of the
    /// second concerns the member's organisation.
    pub async fn merge_groups(
        &self,
        from: GroupId,
        into: GroupId,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        merge(&mut tx, from, into, act).await?;
        tx.commit().await
    }

    /// Undoes the last merge of a group, at any later time: the messages that moved and are still
    /// where they went come back, with the groups that had been merged into this one. Texts that
    /// were erased count where they came in first; those that a split took away stay with it.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the group is not merged; [`Rule::Involved`] when the claim that its
    /// messages are tied to concerns the member's organisation.
    pub async fn unmerge_group(&self, group: GroupId, act: Act<'_>) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        unmerge(&mut tx, group, act).await?;
        tx.commit().await
    }

    /// Splits messages off into a group of their own. Undone by merging it back.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when none of the messages is in the group, or all of them are named;
    /// [`Rule::GroupKnown`] when there is a group of exactly this text already; [`Rule::Involved`]
    /// when the claim of the group concerns the member's organisation.
    pub async fn split_group(
        &self,
        from: GroupId,
        messages: &[MessageId],
        new: &NewGroup,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        may_move_sightings(&mut tx, from, act.by).await?;
        let sql = "select id from messages where group_id = $1";
        let there: HashSet<MessageId> =
            ids(&mut tx, sql, from).await?.into_iter().map(MessageId).collect();
        let named: HashSet<MessageId> = messages.iter().copied().collect();
        let mut moved: Vec<MessageId> = named.intersection(&there).copied().collect();
        moved.sort_unstable();
        if moved.is_empty() || moved.len() == there.len() {
            return Err(StoreError::Stale);
        }
        if begin_groups(&mut tx, std::slice::from_ref(new), act.at).await? != [new.id] {
            return Err(Rule::GroupKnown.into());
        }
        move_messages(&mut tx, &moved, from, new.id).await?;
        let n = i64::try_from(moved.len()).unwrap_or(i64::MAX);
        take_size(&mut tx, from, n).await?;
        add_size(&mut tx, new.id, n).await?;
        count_asking(&mut tx, &[from, new.id]).await?;
        settle(&mut tx, new.id, act.at).await?;
        follow_ties(&mut tx, new.tie.as_slice(), act.at, act.chance).await?;
        let body = json!({ "into": new.id.to_string(), "messages": moved });
        note(&mut tx, "group.split", from, None, body, act).await?;
        let claim = tied(&mut tx, from).await?;
        changed(&mut tx, [from, new.id], [claim, new.tie]).await?;
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

    /// The newest texts of confirmed sightings of all claims from `first` to `last`, at most
    /// `limit` of each.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sighting_texts_between(
        &self,
        first: ClaimId,
        last: ClaimId,
        limit: i64,
    ) -> StoreResult<Vec<(ClaimId, String)>> {
        let sql = "select s.claim_id, s.text from (select g.claim_id, m.text, \
            row_number() over (partition by g.claim_id order by m.id desc) as nth \
            from groups g join messages m on m.group_id = g.id \
            where $1 <= g.claim_id and g.claim_id <= $2 and g.tied_by = 'member') s \
            where s.nth <= $3 order by s.claim_id, s.nth";
        let rows = self.engine.rows(sql, args![first, last, limit]).await?;
        rows.iter().map(|row| Ok((ClaimId(row.get("claim_id")?), row.get("text")?))).collect()
    }
}

/// What groups and the claims that they are tied to look like has changed: a claim is found by its
/// confirmed sightings too.
async fn changed<const N: usize>(
    tx: &mut Tx,
    groups: [GroupId; 2],
    claims: [Option<ClaimId>; N],
) -> StoreResult<()> {
    let groups = groups.into_iter().map(Changed::Group);
    let claims = claims.into_iter().flatten().map(Changed::Claim);
    changes::add(tx, &groups.chain(claims).collect::<Vec<_>>()).await
}

/// The job that puts the answer behind the receipts of a claim.
pub const ANSWER_RECEIPTS: &str = "answer_receipts";

/// Ties a group to a claim within a larger deed.
pub(crate) async fn tie(
    tx: &mut Tx,
    group: GroupId,
    claim: ClaimId,
    act: Act<'_>,
) -> StoreResult<()> {
    is_uninvolved(tx, claim, act.by).await?;
    let before = tied(tx, group).await?.filter(|it| *it != claim);
    if let Some(before) = before {
        is_uninvolved(tx, before, act.by).await?;
    }
    let sql = "update groups set claim_id = $2, tied_by = 'member', dismissed = null \
        where id = $1 and merged_into is null \
        and exists (select 1 from claims c where c.id = $2 and c.merged_into is null)";
    tx.run_one(sql, args![group, claim]).await?;
    if let Some(before) = before {
        judge(tx, group, before, "rejected", act.at).await?;
        changes::add(tx, &[Changed::Claim(before)]).await?;
    }
    judge(tx, group, claim, "accepted", act.at).await?;
    settle(tx, group, act.at).await?;
    follow_ties(tx, &[claim], act.at, act.chance).await?;
    let body = json!({ "before": before.map(|it| it.to_string()) });
    note(tx, "group.tie", group, Some(claim), body, act).await?;
    changes::add(tx, &[Changed::Claim(claim), Changed::Group(group)]).await
}

/// Takes back what a member decided about a pair, within a larger deed.
pub(crate) async fn take_back(
    tx: &mut Tx,
    group: GroupId,
    claim: ClaimId,
    act: Act<'_>,
) -> StoreResult<()> {
    let sql = "select decided_at from matches where group_id = $1 and claim_id = $2 \
        and decided_at is not null";
    let row = tx.row(sql, args![group, claim]).await?.ok_or(StoreError::Stale)?;
    let decided: i64 = row.get("decided_at")?;
    if tied(tx, group).await? == Some(claim) {
        untie(tx, group, claim, act).await?;
    } else {
        is_uninvolved(tx, claim, act.by).await?;
        note(tx, "match.reopen", group, Some(claim), json!({}), act).await?;
    }
    // What was not proposed is there for the label alone.
    let sql = "delete from matches where group_id = $1 and decided_at = $2 and probability = 0";
    tx.run(sql, args![group, decided]).await?;
    let sql = "update matches set state = 'proposed', decided_at = null \
        where group_id = $1 and decided_at = $2";
    tx.run(sql, args![group, decided]).await?;
    Ok(())
}

/// Puts a group aside within a larger deed.
pub(crate) async fn dismiss(
    tx: &mut Tx,
    group: GroupId,
    reason: DismissReason,
    act: Act<'_>,
) -> StoreResult<()> {
    let sql = "update groups set dismissed = $2 \
        where id = $1 and claim_id is null and merged_into is null";
    tx.run_one(sql, args![group, reason.code()]).await?;
    settle(tx, group, act.at).await?;
    let body = json!({ "reason": reason.code() });
    note(tx, "group.dismiss", group, None, body, act).await
}

/// Undoes that within a larger deed.
pub(crate) async fn restore(tx: &mut Tx, group: GroupId, act: Act<'_>) -> StoreResult<()> {
    let sql = "update groups set dismissed = null where id = $1 and dismissed is not null";
    tx.run_one(sql, args![group]).await?;
    settle(tx, group, act.at).await?;
    note(tx, "group.restore", group, None, json!({}), act).await
}

/// Merges one group into another within a larger deed.
pub(crate) async fn merge(
    tx: &mut Tx,
    from: GroupId,
    into: GroupId,
    act: Act<'_>,
) -> StoreResult<()> {
    if from == into {
        return Err(Rule::GroupIntoItself.into());
    }
    if tied(tx, from).await?.is_some() {
        return Err(Rule::GroupTied.into());
    }
    may_move_sightings(tx, into, act.by).await?;
    let groups = ids(tx, "select id from groups where merged_into = $1", from).await?;
    let messages = ids(tx, "select id from messages where group_id = $1", from).await?;
    let sql = "update groups set merged_into = $2 where id = $1 and merged_into is null \
        and exists (select 1 from groups it where it.id = $2 and it.merged_into is null)";
    tx.run_one(sql, args![from, into]).await?;
    let sql = "update groups set merged_into = $2 where merged_into = $1";
    tx.run(sql, args![from, into]).await?;
    let n = size(tx, from).await?;
    add_size(tx, into, n).await?;
    let standing = standing(tx, into).await?;
    settle_as(tx, from, &standing, act.at).await?;
    let sql = "update messages set group_id = $2 where group_id = $1";
    tx.run(sql, args![from, into]).await?;
    count_asking(tx, &[from, into]).await?;
    follow_ties(tx, standing.claim.as_slice(), act.at, act.chance).await?;
    let body = json!({ "into": into.to_string(), "messages": messages, "groups": groups });
    note(tx, "group.merge", from, None, body, act).await?;
    changed(tx, [from, into], [standing.claim]).await?;
    Ok(())
}

/// Undoes the last merge of a group within a larger deed.
pub(crate) async fn unmerge(tx: &mut Tx, group: GroupId, act: Act<'_>) -> StoreResult<()> {
    let root = merged_into(tx, group).await?.ok_or(StoreError::Stale)?;
    may_move_sightings(tx, root, act.by).await?;
    let merge = last_merge(tx, group).await?;
    let sql = "update groups set merged_into = null where id = $1";
    tx.run_one(sql, args![group]).await?;
    let n_back = move_back(tx, &merge, root, group).await?;
    let n_erased = size(tx, group).await? - n_there(tx, &merge.messages).await?;
    let n_erased = n_erased.max(0);
    let sql = "update groups set n_messages = $2 where id = $1";
    tx.run_one(sql, args![group, n_back + n_erased]).await?;
    // The erased ones counted in everything between the group and where its messages were.
    let mut at = merge.into;
    while at != root {
        take_size(tx, at, n_erased).await?;
        at = last_merge(tx, at).await?.into;
    }
    take_size(tx, root, n_back + n_erased).await?;
    count_asking(tx, &[root, group]).await?;
    settle(tx, group, act.at).await?;
    let event = json!({ "from": root.to_string() });
    note(tx, "group.unmerge", group, None, event, act).await?;
    let claim = tied(tx, root).await?;
    changed(tx, [group, root], [claim]).await?;
    Ok(())
}

/// Counts anew who waits for an answer, after messages moved: those whose texts are still there.
async fn count_asking(tx: &mut Tx, groups: &[GroupId]) -> StoreResult<()> {
    for group in groups {
        let sql = "update groups set n_asking = (select count(*) from messages m \
            where m.group_id = groups.id and m.channel = 'tip') where id = $1";
        tx.run_one(sql, args![*group]).await?;
    }
    Ok(())
}

/// Lets a group wait again; what becomes of the label is the caller's to say.
async fn untie(tx: &mut Tx, group: GroupId, claim: ClaimId, act: Act<'_>) -> StoreResult<()> {
    is_uninvolved(tx, claim, act.by).await?;
    let sql = "update groups set claim_id = null, tied_by = null where id = $1 and claim_id = $2";
    tx.run_one(sql, args![group, claim]).await?;
    settle(tx, group, act.at).await?;
    note(tx, "group.untie", group, Some(claim), json!({}), act).await?;
    changes::add(tx, &[Changed::Claim(claim), Changed::Group(group)]).await
}

/// Claims that have an answer give it to the receipts behind new ties.
pub(crate) async fn follow_ties(
    tx: &mut Tx,
    claims: &[ClaimId],
    now: Timestamp,
    chance: Chance,
) -> StoreResult<()> {
    let job = |claim: &ClaimId| NewJob {
        name: ANSWER_RECEIPTS,
        payload: serde_json::to_string(claim).expect("an id is a text"),
        run_at: now,
        unique_key: Some(format!("{ANSWER_RECEIPTS}:{claim}")),
    };
    let jobs: Vec<NewJob> = claims.iter().map(job).collect();
    jobs::add_all(tx, &jobs, chance).await
}

/// Begins groups; one whose text has a group already (another node was faster) is that one.
async fn begin_groups(
    tx: &mut Tx,
    groups: &[NewGroup],
    now: Timestamp,
) -> StoreResult<Vec<GroupId>> {
    let ties = living(tx, groups.iter().filter_map(|it| it.tie).collect()).await?;
    let tie = |it: &NewGroup| it.tie.map(|claim| *ties.get(&claim).unwrap_or(&claim));
    let rows = groups.iter().map(|it| group_values(it, tie(it), now)).collect();
    let head = "insert into groups (id, exact_hash, sketch, facts, lang, n_messages, first_at, \
        last_at, claim_id, tied_by) values";
    let tail = "on conflict (exact_hash) do nothing returning id";
    let new = tx.many_rows(head, tail, rows).await?;
    let new = new.iter().map(|row| Ok(GroupId(row.get("id")?)));
    let new: HashSet<GroupId> = new.collect::<StoreResult<_>>()?;
    let mut ids = Vec::with_capacity(groups.len());
    let mut changed = Vec::new();
    let mut matches = Vec::new();
    for it in groups {
        if !new.contains(&it.id) {
            ids.push(by_exact(tx, it.exact_hash).await?);
            continue;
        }
        ids.push(it.id);
        changed.push(Changed::Group(it.id));
        matches.extend(it.matches.iter().map(|one| match_values(it.id, one)));
    }
    let head = "insert into matches (group_id, claim_id, probability, decision, reasons, vetoed, \
        state) values";
    tx.many(head, "on conflict (group_id, claim_id) do nothing", matches).await?;
    changes::add(tx, &changed).await?;
    Ok(ids)
}

fn group_values(new: &NewGroup, tie: Option<ClaimId>, now: Timestamp) -> Vec<crate::Value> {
    let exact = new.exact_hash.cast_signed();
    let tied_by = tie.map(|_| "machine");
    let (sketch, facts) = (new.sketch.as_slice(), new.facts.as_slice());
    let (lang, hour) = (new.lang.tag(), now.to_hour());
    args![new.id, exact, sketch, facts, lang, 0_i64, hour, hour, tie, tied_by]
}

fn match_values(group: GroupId, new: &NewMatch) -> Vec<crate::Value> {
    let NewMatch { claim, probability, decision, reasons, vetoed } = new;
    args![group, *claim, *probability, *decision, reasons.as_str(), *vetoed, "proposed"]
}

/// Where claims that were merged meanwhile went.
async fn living(tx: &mut Tx, claims: BTreeSet<ClaimId>) -> StoreResult<BTreeMap<ClaimId, ClaimId>> {
    let rows = claims.into_iter().map(|it| args![it]).collect();
    let tail = ") select c.id from v join claims c on c.id = v.i where c.merged_into is not null";
    let mut res = BTreeMap::new();
    for row in tx.many_rows("with v (i) as (values", tail, rows).await? {
        let claim = ClaimId(row.get("id")?);
        res.insert(claim, claims::living(tx, claim).await?);
    }
    Ok(res)
}

/// Where copies of texts went.
struct Copies {
    of_message: BTreeMap<MessageId, GroupId>,
    of_text: BTreeMap<u64, GroupId>,
}

/// A text joins a group by being like it, and two nodes may find two such groups at the same time:
/// its copies go to the group that began with it, or else where the first one went.
async fn copies(tx: &mut Tx, messages: &[(MessageId, Into)]) -> StoreResult<Copies> {
    let rows = messages.iter().map(|(message, _)| args![*message]).collect();
    let tail = ") select c.id, c.exact_hash, c.known from (select m.id, m.exact_hash, coalesce( \
        (select coalesce(g.merged_into, g.id) from groups g where g.exact_hash = m.exact_hash), \
        (select o.group_id from messages o where o.exact_hash = m.exact_hash \
        and o.group_id is not null order by o.id limit 1)) as known \
        from v join messages m on m.id = v.i) c where c.known is not null";
    let mut res = Copies { of_message: BTreeMap::new(), of_text: BTreeMap::new() };
    for row in tx.many_rows("with v (i) as (values", tail, rows).await? {
        let group = GroupId(row.get("known")?);
        res.of_message.insert(MessageId(row.get("id")?), group);
        res.of_text.insert(row.get::<i64>("exact_hash")?.cast_unsigned(), group);
    }
    Ok(res)
}

/// Writes down what groups learned of the texts that joined them. Of two nodes that teach one group
/// at the same time the later one is kept, and every node reads the group again.
async fn grow(tx: &mut Tx, grown: &[(GroupId, Vec<u8>)]) -> StoreResult<()> {
    let rows = grown.iter().map(|(group, facts)| args![*group, facts.as_slice()]).collect();
    let tail = ") update groups set facts = v.f from v where id = v.i";
    tx.many("with v (i, f) as (values", tail, rows).await?;
    changes::add(tx, &grown.iter().map(|it| Changed::Group(it.0)).collect::<Vec<_>>()).await
}

async fn by_exact(tx: &mut Tx, exact_hash: u64) -> StoreResult<GroupId> {
    let sql = "select coalesce(merged_into, id) as id from groups where exact_hash = $1";
    let row = tx.row(sql, args![exact_hash.cast_signed()]).await?;
    let row = row.ok_or_else(|| StoreError::Damaged("a group vanished".to_owned()))?;
    Ok(GroupId(row.get("id")?))
}

/// What decides how long the texts of a group stay and what their receipts say.
struct Standing {
    /// The group, or the one that it was merged into.
    group: GroupId,
    claim: Option<ClaimId>,
    confirmed: bool,
    /// The reason why the group, or the case of its claim, was closed.
    dismissed: Option<String>,
}

impl Standing {
    /// When a text that came in this hour goes; from the hour, as all times of a message.
    fn expires(&self, now: Timestamp) -> Option<Timestamp> {
        match (&self.dismissed, self.confirmed) {
            (Some(_), _) => Some(now.to_hour().plus_millis(DISMISSED_MS)),
            (None, true) => None,
            (None, false) => Some(now.to_hour().plus_millis(UNPROCESSED_MS)),
        }
    }
}

const STANDING_HEAD: &str = "with v (i) as (values";
const STANDING_TAIL: &str = ") select v.i as asked, t.id, t.claim_id, t.tied_by, \
    coalesce(t.dismissed, k.dismiss_reason) as dismissed from v join groups g on g.id = v.i \
    join groups t on t.id = coalesce(g.merged_into, g.id) \
    left join cases k on k.claim_id = t.claim_id";

async fn standings(
    tx: &mut Tx,
    groups: BTreeSet<GroupId>,
) -> StoreResult<BTreeMap<GroupId, Standing>> {
    let rows = groups.into_iter().map(|it| args![it]).collect();
    let standing = |row: &Row| {
        let claim: Option<uuid::Uuid> = row.get("claim_id")?;
        let tied_by: Option<String> = row.get("tied_by")?;
        let standing = Standing {
            group: GroupId(row.get("id")?),
            claim: claim.map(ClaimId),
            confirmed: tied_by.as_deref() == Some("member"),
            dismissed: row.get("dismissed")?,
        };
        Ok((GroupId(row.get("asked")?), standing))
    };
    tx.many_rows(STANDING_HEAD, STANDING_TAIL, rows).await?.iter().map(standing).collect()
}

async fn standing(tx: &mut Tx, group: GroupId) -> StoreResult<Standing> {
    standings(tx, BTreeSet::from([group])).await?.remove(&group).ok_or(StoreError::Stale)
}

pub(crate) const JOIN_HEAD: &str = "with v (m, g, e) as (values";
/// That a message waits is asked in a form for which SQLite has no index: it would take that of
/// groups, and walk all that wait for each one that joins.
pub(crate) const JOIN_TAIL: &str = ") update messages set group_id = v.g, expires_at = case \
    when v.e is null or v.e < expires_at then v.e else expires_at end from v where id = v.m \
    and case when group_id is null then 1 else 0 end = 1 \
    returning group_id, channel = 'tip' as is_asked, picture is not null as has_picture";

/// Puts messages into their groups, those that are in none yet. What a group is decides how long
/// their texts stay, and what their receipts say.
async fn join(
    tx: &mut Tx,
    places: &[(MessageId, GroupId)],
    now: Timestamp,
    chance: Chance,
) -> StoreResult<()> {
    let standings = standings(tx, places.iter().map(|(_, group)| *group).collect()).await?;
    let mut rows = Vec::with_capacity(places.len());
    let mut dismissed = Vec::new();
    for (message, group) in places {
        let to = standings.get(group).ok_or(StoreError::Stale)?;
        rows.push(args![*message, to.group, to.expires(now)]);
        if let Some(reason) = &to.dismissed {
            dismissed.push(args![*message, reason.as_str()]);
        }
    }
    let joined = tx.many_rows(JOIN_HEAD, JOIN_TAIL, rows).await?;
    let tail = ") update receipts set outcome = 'dismissed', reason = v.r from v \
        where message_id = v.m";
    tx.many("with v (m, r) as (values", tail, dismissed).await?;
    let mut sizes: BTreeMap<GroupId, (i64, i64)> = BTreeMap::new();
    let mut pictured: BTreeSet<GroupId> = BTreeSet::new();
    for row in &joined {
        let group = GroupId(row.get("group_id")?);
        let size = sizes.entry(group).or_default();
        size.0 += 1;
        size.1 += i64::from(row.get::<bool>("is_asked")?);
        if row.get::<bool>("has_picture")? {
            pictured.insert(group);
        }
    }
    // A group is found by the pictures of its messages too: every index must look at it again.
    let pictured: Vec<Changed> = pictured.into_iter().map(Changed::Group).collect();
    changes::add(tx, &pictured).await?;
    let row =
        |(group, (n, n_asked)): (GroupId, (i64, i64))| args![group, n, n_asked, now.to_hour()];
    let rows = sizes.into_iter().map(row).collect();
    let tail = ") update groups set n_messages = n_messages + v.n, n_asking = n_asking + v.a, \
        last_at = v.l from v where id = v.i";
    tx.many("with v (i, n, a, l) as (values", tail, rows).await?;
    let claims: BTreeSet<ClaimId> = standings.values().filter_map(|it| it.claim).collect();
    follow_ties(tx, &Vec::from_iter(claims), now.to_hour(), chance).await
}

/// Makes the texts and receipts of a group follow what the group is now.
pub(crate) async fn settle(tx: &mut Tx, group: GroupId, now: Timestamp) -> StoreResult<()> {
    let standing = standing(tx, group).await?;
    settle_as(tx, group, &standing, now).await
}

async fn settle_as(
    tx: &mut Tx,
    group: GroupId,
    standing: &Standing,
    now: Timestamp,
) -> StoreResult<()> {
    let (sql, values) = match (&standing.dismissed, standing.confirmed) {
        // Closing never lets a text live longer than it would have.
        (Some(_), _) => {
            let sql = "update messages set expires_at = $2 \
                where group_id = $1 and (expires_at is null or $2 < expires_at)";
            (sql, args![group, standing.expires(now)])
        }
        (None, true) => ("update messages set expires_at = null where group_id = $1", args![group]),
        // Nor does any other deed: the time of a text that waits begins when it came in.
        (None, false) => {
            let sql = "update messages set expires_at = received_at + $2 where group_id = $1";
            (sql, args![group, UNPROCESSED_MS])
        }
    };
    tx.run(sql, values).await?;
    let outcome = standing.dismissed.as_ref().map_or("received", |_| "dismissed");
    let sql = "update receipts set outcome = $2, reason = $3, claim_id = null \
        where message_id in (select id from messages where group_id = $1)";
    tx.run(sql, args![group, outcome, standing.dismissed.as_deref()]).await.map(drop)
}

/// Moves messages, those that are still in `from`; returns how many.
async fn move_messages(
    tx: &mut Tx,
    messages: &[MessageId],
    from: GroupId,
    into: GroupId,
) -> StoreResult<i64> {
    let rows = messages.iter().map(|it| args![*it, from, into]).collect();
    let tail = ") update messages set group_id = v.b from v where id = v.m and group_id = v.a";
    let n = tx.many("with v (m, a, b) as (values", tail, rows).await?;
    Ok(i64::try_from(n).unwrap_or(i64::MAX))
}

/// How many of these messages have not been erased.
async fn n_there(tx: &mut Tx, messages: &[MessageId]) -> StoreResult<i64> {
    let rows = messages.iter().map(|it| args![*it]).collect();
    let tail = ") select m.id from v join messages m on m.id = v.i";
    let found = tx.many_rows("with v (i) as (values", tail, rows).await?;
    Ok(i64::try_from(found.len()).unwrap_or(i64::MAX))
}

/// Gives a group back what a merge took from it and what is still in `root`; returns how many
/// messages that are.
async fn move_back(tx: &mut Tx, merge: &Merge, root: GroupId, group: GroupId) -> StoreResult<i64> {
    let n_back = move_messages(tx, &merge.messages, root, group).await?;
    let rows = merge.groups.iter().map(|it| args![*it, root, group]).collect();
    let tail = ") update groups set merged_into = v.b from v where id = v.i and merged_into = v.a";
    tx.many("with v (i, a, b) as (values", tail, rows).await?;
    Ok(n_back)
}

/// The ids that a question about one group is answered with.
async fn ids(tx: &mut Tx, sql: &'static str, of: GroupId) -> StoreResult<Vec<uuid::Uuid>> {
    tx.rows(sql, args![of]).await?.iter().map(|row| row.get("id")).collect()
}

async fn tied(tx: &mut Tx, group: GroupId) -> StoreResult<Option<ClaimId>> {
    let row = tx.row("select claim_id from groups where id = $1", args![group]).await?;
    let claim: Option<uuid::Uuid> = row.ok_or(StoreError::Stale)?.get("claim_id")?;
    Ok(claim.map(ClaimId))
}

/// Messages that come into a group or leave it come to the claim that it is tied to, or leave that:
/// an involved organisation does neither.
async fn may_move_sightings(tx: &mut Tx, group: GroupId, by: &Member) -> StoreResult<()> {
    match tied(tx, group).await? {
        Some(claim) => is_uninvolved(tx, claim, by).await,
        None => Ok(()),
    }
}

async fn size(tx: &mut Tx, group: GroupId) -> StoreResult<i64> {
    let row = tx.row("select n_messages from groups where id = $1", args![group]).await?;
    row.ok_or(StoreError::Stale)?.get("n_messages")
}

async fn add_size(tx: &mut Tx, group: GroupId, n: i64) -> StoreResult<()> {
    let sql = "update groups set n_messages = n_messages + $2 where id = $1";
    tx.run_one(sql, args![group, n]).await
}

/// Takes messages off the count of a group, which never falls under those that are in it.
async fn take_size(tx: &mut Tx, group: GroupId, n: i64) -> StoreResult<()> {
    let there = "select count(*) as n from messages where group_id = $1";
    let n_there: i64 = tx.row(there, args![group]).await?.map_or(Ok(0), |row| row.get("n"))?;
    let left = (size(tx, group).await? - n).max(n_there);
    tx.run_one("update groups set n_messages = $2 where id = $1", args![group, left]).await
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

/// What the event of a merge says: all that is needed to undo it.
#[derive(serde::Deserialize)]
struct Merge {
    into: GroupId,
    messages: Vec<MessageId>,
    groups: Vec<GroupId>,
}

async fn last_merge(tx: &mut Tx, group: GroupId) -> StoreResult<Merge> {
    let sql = "select body from events where group_id = $1 and kind = 'group.merge' \
        order by at desc, id desc limit 1";
    let damaged = |what: String| StoreError::Damaged(format!("the merge of a group: {what}"));
    let row = tx.row(sql, args![group]).await?;
    let row = row.ok_or_else(|| damaged("no event".to_owned()))?;
    serde_json::from_str(&row.get::<String>("body")?).map_err(|err| damaged(err.to_string()))
}

async fn merged_into(tx: &mut Tx, group: GroupId) -> StoreResult<Option<GroupId>> {
    let row = tx.row("select merged_into from groups where id = $1", args![group]).await?;
    let into: Option<uuid::Uuid> = row.ok_or(StoreError::Stale)?.get("merged_into")?;
    Ok(into.map(GroupId))
}

/// Writes an event of a group down.
pub(crate) async fn note(
    tx: &mut Tx,
    kind: &str,
    group: GroupId,
    claim: Option<ClaimId>,
    body: serde_json::Value,
    act: Act<'_>,
) -> StoreResult<()> {
    let event = Event { group: Some(group), claim, ..Event::by(act, kind, body) };
    events::add(tx, &event, act.chance).await
}

fn group_key(row: &Row) -> StoreResult<GroupKey> {
    let merged_into: Option<uuid::Uuid> = row.get("merged_into")?;
    Ok(GroupKey {
        id: GroupId(row.get("id")?),
        merged_into: merged_into.map(GroupId),
        exact_hash: row.get::<i64>("exact_hash")?.cast_unsigned(),
        sketch: row.get("sketch")?,
        facts: row.get("facts")?,
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

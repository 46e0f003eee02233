//! Messages: masked texts, taken in together with their receipt and the job that sorts them.
//!
//! [`Intake`] can only be made from a `NewMessage`, and that only by `message::admit`, which masks:
//! there is no other way for a text into this table.

use std::collections::HashMap;

use kiemtin_core::ids::{ClaimId, GroupId, MessageId};
use kiemtin_core::lang::Lang;
use kiemtin_core::message::NewMessage;
use kiemtin_core::picture::PictureHash;
use kiemtin_core::receipt::ReceiptHash;
use kiemtin_core::time::{DAY_MS, Timestamp};

use crate::engine::{Row, StoreError, StoreResult, args};
use crate::jobs::{self, NewJob};
use crate::{Chance, Store};

/// Where a message came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// Somebody sent it in; it has a receipt.
    Tip,
    /// A file that an operator imported.
    Import,
    /// A listed feed or page.
    Source,
}

impl Channel {
    fn code(self) -> &'static str {
        match self {
            Self::Tip => "tip",
            Self::Import => "import",
            Self::Source => "source",
        }
    }
}

/// One message on its way in.
#[derive(Clone, Debug)]
pub struct Intake {
    /// Its new id: from the hour, since a finer time could point to whoever sent it in.
    pub id: MessageId,
    /// Where it came in.
    pub channel: Channel,
    /// What is kept of it.
    pub message: NewMessage,
    /// HMAC of what makes it this message; a known one is not taken twice. `None` for tips.
    pub origin_hmac: Option<[u8; 32]>,
    /// Hash of the normalised text.
    pub exact_hash: u64,
    /// Sketch of the folded text, for near-duplicates.
    pub sketch: Vec<u8>,
    /// The hash of the picture that it came with: all that is kept of one.
    pub picture: Option<PictureHash>,
    /// The hash of its receipt.
    pub receipt: Option<ReceiptHash>,
}

/// A message waiting to be sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsorted {
    /// Its id.
    pub id: MessageId,
    /// The masked text.
    pub text: String,
    /// Its language.
    pub lang: Lang,
    /// Hash of the normalised text.
    pub exact_hash: u64,
    /// Sketch of the folded text.
    pub sketch: Vec<u8>,
    /// The hash of the picture that it came with.
    pub picture: Option<PictureHash>,
}

/// A message that came with a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pictured {
    /// The message.
    pub message: MessageId,
    /// The group it is in.
    pub group: Option<GroupId>,
    /// The hash of its picture; `None` for one that a newer program wrote.
    pub picture: Option<PictureHash>,
}

/// A message as the desk shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The masked text.
    pub text: String,
    /// Its language.
    pub lang: Lang,
    /// The outlet or class of channel.
    pub source: Option<String>,
    /// Where it stood, if its host is listed.
    pub url: Option<String>,
    /// When it appeared: to the hour unless a listed publisher's.
    pub published: Option<Timestamp>,
    /// When it came in, to the hour.
    pub received: Timestamp,
    /// The group it is in.
    pub group: Option<GroupId>,
}

/// Unprocessed texts are erased after this time (DESIGN section 2.1).
pub const UNPROCESSED_MS: i64 = 30 * DAY_MS;
/// Texts of a dismissed group are erased after this time.
pub const DISMISSED_MS: i64 = 7 * DAY_MS;
/// The job that sorts what one intake brought.
pub const SORT_MESSAGES: &str = "sort_messages";

const INSERT: &str = "insert into messages (id, channel, text, lang, source, url, published_at, \
    received_at, origin_hmac, exact_hash, sketch, expires_at, picture) values";

/// The receipt of a message that is known by its origin leads to the one that is there.
const RECEIPTS: &str = ") insert into receipts (hash, message_id, outcome, received_at) \
    select v.h, coalesce(k.id, v.m), 'received', v.r from v \
    left join messages k on k.origin_hmac = v.o where true on conflict (hash) do nothing";

pub(crate) const UNSORTED_HEAD: &str = "with v (i) as (values";
/// Whether a message has a group is asked in a form for which SQLite has no index: it would take
/// that of groups, and walk all that wait for each one that is asked for.
pub(crate) const UNSORTED_TAIL: &str = ") select m.id, m.text, m.lang, m.exact_hash, m.sketch, \
    m.picture from v join messages m on m.id = v.i \
    where case when m.group_id is null then 1 else 0 end = 1";

impl Store {
    /// Takes messages in: rows, receipts and the job that sorts them, in one durable transaction.
    /// Returns how many were new; the others were known by their origin. A receipt that is there
    /// already is the same tip, sent again.
    ///
    /// # Errors
    /// Nothing was taken: the disk is full, or the database is locked or gone.
    pub async fn take_in(
        &self,
        batch: &[Intake],
        now: Timestamp,
        chance: Chance,
    ) -> StoreResult<u64> {
        let mut tx = self.begin().await?;
        let rows = batch.iter().map(|it| row(it, now)).collect();
        let n_new = tx.many(INSERT, "on conflict (origin_hmac) do nothing", rows).await?;
        let receipt =
            |it: &Intake| Some(args![it.receipt?.0, it.id, it.origin_hmac, now.to_hour()]);
        let receipts = batch.iter().filter_map(receipt).collect();
        tx.many("with v (h, m, o, r) as (values", RECEIPTS, receipts).await?;
        if 0 < n_new {
            let ids: Vec<MessageId> = batch.iter().map(|it| it.id).collect();
            let payload = serde_json::to_string(&ids).expect("ids are texts");
            // Like everything that is kept about a message, its job knows the hour only.
            let run_at = now.to_hour();
            let job = NewJob { name: SORT_MESSAGES, payload, run_at, unique_key: None };
            jobs::add(&mut tx, &job, chance).await?;
        }
        tx.commit().await?;
        Ok(n_new)
    }

    /// How many of these messages are known by their origin: what `take_in` would leave out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn n_known(&self, batch: &[Intake]) -> StoreResult<u64> {
        let mut n_known = 0;
        for origin in batch.iter().filter_map(|it| it.origin_hmac) {
            let sql = "select 1 as one from messages where origin_hmac = $1";
            n_known += self.engine.rows(sql, args![origin]).await?.len() as u64;
        }
        Ok(n_known)
    }

    /// Those of the given messages that are there and in no group yet, in the order given.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unsorted(&self, ids: &[MessageId]) -> StoreResult<Vec<Unsorted>> {
        let rows = ids.iter().map(|it| args![*it]).collect();
        let rows = self.engine.many_rows(UNSORTED_HEAD, UNSORTED_TAIL, rows).await?;
        let found = rows.iter().map(unsorted).collect::<StoreResult<Vec<_>>>()?;
        let mut found: HashMap<MessageId, Unsorted> =
            found.into_iter().map(|it| (it.id, it)).collect();
        Ok(ids.iter().filter_map(|it| found.remove(it)).collect())
    }

    /// The messages of a group, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn messages_of_group(&self, group: GroupId, limit: i64) -> StoreResult<Vec<Message>> {
        let sql = "select id, text, lang, source, url, published_at, received_at, group_id \
            from messages where group_id = $1 order by id desc limit $2";
        self.engine.rows(sql, args![group, limit]).await?.iter().map(message).collect()
    }

    /// The pictures that sorted messages came with, by message, at most `limit` after `after`: to
    /// fill an index.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pictures(
        &self,
        after: Option<MessageId>,
        limit: i64,
    ) -> StoreResult<Vec<Pictured>> {
        let after = after.map_or(uuid::Uuid::nil(), |it| it.0);
        let sql = "select id, group_id, picture from messages \
            where picture is not null and $1 < id order by id limit $2";
        let rows = self.engine.rows(sql, args![after, limit]).await?;
        let pictured = |row: &Row| {
            let group: Option<uuid::Uuid> = row.get("group_id")?;
            Ok(Pictured {
                message: MessageId(row.get("id")?),
                group: group.map(GroupId),
                picture: picture(row.get("picture")?),
            })
        };
        rows.iter().map(pictured).collect()
    }

    /// Whether a message that makes this claim came with a picture.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claim_has_picture(&self, claim: ClaimId) -> StoreResult<bool> {
        let sql = "select 1 as one from messages m join groups g on g.id = m.group_id \
            where g.claim_id = $1 and m.picture is not null limit 1";
        Ok(!self.engine.rows(sql, args![claim]).await?.is_empty())
    }

    /// The pictures that the messages of a group came with.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pictures_of_group(&self, group: GroupId) -> StoreResult<Vec<PictureHash>> {
        let sql = "select distinct picture from messages \
            where group_id = $1 and picture is not null";
        let rows = self.engine.rows(sql, args![group]).await?;
        let found = rows.iter().map(|row| Ok(picture(row.get("picture")?)));
        Ok(found.collect::<StoreResult<Vec<_>>>()?.into_iter().flatten().collect())
    }

    /// How many messages there are.
    ///
    /// # Errors
    /// The database failed.
    pub async fn n_messages(&self) -> StoreResult<i64> {
        let rows = self.engine.rows("select count(*) as n from messages", args![]).await?;
        rows.first().map_or(Ok(0), |row| row.get("n"))
    }
}

fn row(it: &Intake, now: Timestamp) -> Vec<crate::Value> {
    let NewMessage { text, lang, url, published, source, .. } = &it.message;
    args![
        it.id,
        it.channel.code(),
        text.as_str(),
        lang.tag(),
        source.as_deref(),
        url.as_deref(),
        *published,
        now.to_hour(),
        it.origin_hmac,
        it.exact_hash.cast_signed(),
        it.sketch.as_slice(),
        now.to_hour().plus_millis(UNPROCESSED_MS),
        it.picture,
    ]
}

fn unsorted(row: &Row) -> StoreResult<Unsorted> {
    Ok(Unsorted {
        id: MessageId(row.get("id")?),
        text: row.get("text")?,
        lang: lang(row, "lang")?,
        exact_hash: row.get::<i64>("exact_hash")?.cast_unsigned(),
        sketch: row.get("sketch")?,
        picture: picture(row.get("picture")?),
    })
}

/// One of a newer recipe cannot be compared: it is as good as none here.
fn picture(bytes: Option<Vec<u8>>) -> Option<PictureHash> {
    PictureHash::from_bytes(&bytes?)
}

pub(crate) fn message(row: &Row) -> StoreResult<Message> {
    let published: Option<i64> = row.get("published_at")?;
    let group: Option<uuid::Uuid> = row.get("group_id")?;
    Ok(Message {
        id: MessageId(row.get("id")?),
        text: row.get("text")?,
        lang: lang(row, "lang")?,
        source: row.get("source")?,
        url: row.get("url")?,
        published: published.map(Timestamp::from_millis),
        received: Timestamp::from_millis(row.get("received_at")?),
        group: group.map(GroupId),
    })
}

/// A language column.
pub(crate) fn lang(row: &Row, column: &str) -> StoreResult<Lang> {
    let tag: String = row.get(column)?;
    Lang::from_tag(&tag).ok_or(StoreError::Damaged(tag))
}

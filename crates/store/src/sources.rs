//! Sources: where texts come from by themselves, when each is asked, and how it goes.
//!
//! Nobody is named in a row: not who wrote what was read, and only in the events who added it.

use std::collections::BTreeSet;
use std::time::Duration;

use kiemtin_core::ids::SourceId;
use kiemtin_core::source::schedule::Pace;
use kiemtin_core::source::{Kind, Stated};
use kiemtin_core::time::{DAY_MS, Timestamp};
use serde_json::json;

use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::events::{self, Event};
use crate::hubs::{self, Hub};
use crate::members::Member;
use crate::{Chance, Rule, Store};

/// Sources that a desk may have: more than the press of a country, and few enough for one page.
pub const SOURCES_MAX: i64 = 2_000;
/// How long one round to a source may take before another worker may ask it: longer than any, the
/// longest pause that a site may ask for included.
pub const LEASE_MS: i64 = 20 * 60 * 1_000;
/// How long it is remembered that something was read, after the source listed it for the last time.
const REMEMBERED_MS: i64 = 180 * DAY_MS;
/// How old the note may be that a source still lists something.
const NOTED_AGAIN_MS: i64 = 30 * DAY_MS;

/// A source that is to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSource {
    /// Its id.
    pub id: SourceId,
    /// How it is read.
    pub kind: Kind,
    /// Who publishes it, by which right and for what it is read.
    pub stated: Stated,
    /// A web address, or a path on this machine.
    pub location: String,
    /// The registered domain that is asked; `None` for what lies on this machine.
    pub host: Option<String>,
    /// Which links of a listing or sitemap are read.
    pub pattern: Option<String>,
    /// Whether the entries of a feed are read on their own pages.
    pub follows: bool,
}

/// A source as the desk has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What was said when it was added.
    pub new: NewSource,
    /// When it was added.
    pub added: Timestamp,
    /// When it was stopped, if it is.
    pub ended: Option<Timestamp>,
    /// When it is asked next.
    pub next: Timestamp,
    /// How often.
    pub pace: Pace,
    /// What the server calls what it sent last.
    pub validators: Validators,
    /// How it goes.
    pub health: Health,
    /// The hub that tells when it changes.
    pub hub: Option<Hub>,
}

/// What a server calls one version of what it sends, word for word (RFC 9110 section 8.8).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`
    pub etag: Option<String>,
    /// `Last-Modified`
    pub last_modified: Option<String>,
}

/// How a source goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// When it was asked last.
    pub asked: Option<Timestamp>,
    /// When it last answered as it should.
    pub good: Option<Timestamp>,
    /// What was wrong the last time, as a code.
    pub trouble: Option<String>,
    /// Texts that were new, since it was added.
    pub n_new: i64,
    /// Texts that the desk had already.
    pub n_known: i64,
    /// Texts that did not come in.
    pub n_refused: i64,
}

/// What one round to a source came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// When it is asked next.
    pub next: Timestamp,
    /// How often from then on.
    pub pace: Pace,
    /// What to send back next time; `None`: as before.
    pub validators: Option<Validators>,
    /// Whether the source itself answered as it should.
    pub is_good: bool,
    /// What was wrong, with the source or one of its pages, as a code.
    pub trouble: Option<String>,
    /// HMACs of what was read and need not be read again.
    pub read: Vec<[u8; 32]>,
    /// HMACs of what was read long ago and is still listed.
    pub listed: Vec<Vec<u8>>,
    /// New texts.
    pub n_new: u64,
    /// Known ones.
    pub n_known: u64,
    /// Those that did not come in.
    pub n_refused: u64,
    /// Not to be asked any more: it said that it is gone, or was not there for long.
    pub is_over: bool,
}

macro_rules! sources {
    ($tail:literal) => {
        concat!(
            "select id, kind, name, location, host, pattern, follows, licence, purpose, added_at, ",
            "ended_at, next_at, interval_ms, n_failures, missing_since, etag, last_modified, ",
            "asked_at, good_at, trouble, n_new, n_known, n_refused, hub, hub_topic, hub_secret, ",
            "hub_until, hub_asked_at from sources s ",
            $tail
        )
    };
}

macro_rules! due {
    ($tail:literal) => {
        concat!(
            sources!(
                "where ended_at is null and next_at <= $1 \
                and (lease_until is null or lease_until < $2) \
                and (host is null or not exists (select 1 from sources o \
                    where o.host = s.host and $2 <= o.lease_until)) \
                order by next_at, id limit 1"
            ),
            $tail
        )
    };
}
const DUE: &str = due!("");
const DUE_ON_POSTGRES: &str = due!(" for update skip locked");

impl Store {
    /// Adds a source; its publisher is listed, so that addresses and times of its texts are kept.
    ///
    /// # Errors
    /// [`Rule::SourceTwice`] when it is there already, [`Rule::TooManySources`].
    pub async fn add_source(
        &self,
        new: &NewSource,
        by: Option<&Member>,
        at: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "select count(*) as n, \
            coalesce(sum(case when location = $1 then 1 else 0 end), 0) as same from sources";
        let row = tx.row(sql, args![new.location.as_str()]).await?;
        let row = row.ok_or_else(|| StoreError::Damaged("a count without a row".to_owned()))?;
        if 0 < row.get::<i64>("same")? {
            return Err(Rule::SourceTwice.into());
        }
        if SOURCES_MAX <= row.get::<i64>("n")? {
            return Err(Rule::TooManySources.into());
        }
        insert(&mut tx, new, at).await?;
        if let Some(host) = &new.host {
            let sql = "insert into publishers (host, name) values ($1, $2) \
                on conflict (host) do nothing";
            tx.run(sql, args![host.as_str(), new.stated.name.as_str()]).await?;
        }
        let body = json!({ "source": new.id, "name": new.stated.name, "location": new.location });
        note(&mut tx, "source.add", body, by, at, chance).await?;
        tx.commit().await
    }

    /// Stops asking a source, or takes it up again; what came from it stays.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it is as wanted already, or is not there.
    pub async fn stop_source(
        &self,
        id: SourceId,
        stop: bool,
        by: Option<&Member>,
        at: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = match stop {
            true => "update sources set ended_at = $2 where id = $1 and ended_at is null",
            false => {
                "update sources set ended_at = null, next_at = $2, n_failures = 0, \
                    missing_since = null where id = $1 and ended_at is not null"
            }
        };
        tx.run_one(sql, args![id, at]).await?;
        let kind = if stop { "source.stop" } else { "source.resume" };
        note(&mut tx, kind, json!({ "source": id }), by, at, chance).await?;
        tx.commit().await
    }

    /// Lets a source be asked as soon as a worker is free.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it is stopped or not there.
    pub async fn ask_source_now(&self, id: SourceId, at: Timestamp) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "update sources set next_at = $2 where id = $1 and ended_at is null";
        tx.run_one(sql, args![id, at]).await?;
        tx.commit().await
    }

    /// Every source: those that are asked before those that were stopped, then by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sources(&self) -> StoreResult<Vec<Source>> {
        let sql = sources!(
            "order by case when ended_at is null then 0 else 1 end, name, location limit $1"
        );
        self.engine.rows(sql, args![SOURCES_MAX]).await?.iter().map(source).collect()
    }

    /// One source.
    ///
    /// # Errors
    /// The database failed.
    pub async fn source(&self, id: SourceId) -> StoreResult<Option<Source>> {
        let rows = self.engine.rows(sources!("where id = $1"), args![id]).await?;
        rows.first().map(source).transpose()
    }

    /// When the next source is due, if there is one that is asked.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_source_at(&self) -> StoreResult<Option<Timestamp>> {
        let sql = "select min(next_at) as at from sources where ended_at is null";
        let rows = self.engine.rows(sql, args![]).await?;
        let at: Option<i64> = rows.first().map_or(Ok(None), |row| row.get("at"))?;
        Ok(at.map(Timestamp::from_millis))
    }

    /// Takes the source that has been due the longest by a given time, if there is one: none whose
    /// domain is being asked by somebody. When it was taken ([`Health::asked`]) names the lease.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lease_source(
        &self,
        due_by: Timestamp,
        now: Timestamp,
    ) -> StoreResult<Option<Source>> {
        // A look without the writer's lock first: mostly nothing is due.
        if self.engine.rows(DUE, args![due_by, now]).await?.is_empty() {
            return Ok(None);
        }
        let mut tx = self.begin().await?;
        let due = self.engine.pick(DUE, DUE_ON_POSTGRES);
        let Some(row) = tx.row(due, args![due_by, now]).await? else { return Ok(None) };
        let mut found = source(&row)?;
        let sql = "update sources set lease_until = $2, asked_at = $3 where id = $1";
        tx.run_one(sql, args![found.new.id, now.plus_millis(LEASE_MS), now]).await?;
        tx.commit().await?;
        found.health.asked = Some(now);
        Ok(Some(found))
    }

    /// Holds on to a source that is still being read.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the lease ran out and somebody else took it: stop reading.
    pub async fn hold_source(
        &self,
        id: SourceId,
        leased: Timestamp,
        now: Timestamp,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "update sources set lease_until = $3 where id = $1 and asked_at = $2 \
            and lease_until is not null";
        tx.run_one(sql, args![id, leased, now.plus_millis(LEASE_MS)]).await?;
        tx.commit().await
    }

    /// For a process that begins: frees what the process before it was asking. On PostgreSQL another
    /// node may be asking, and the lease decides.
    ///
    /// # Errors
    /// The database failed.
    pub async fn free_sources(&self) -> StoreResult<()> {
        if self.engine.is_shared() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        tx.run("update sources set lease_until = null where lease_until is not null", args![])
            .await?;
        tx.commit().await
    }

    /// Which of these were read already, and which of them were last listed so long ago that it is
    /// worth noting that they still are.
    ///
    /// # Errors
    /// The database failed.
    pub async fn read_of_source(
        &self,
        id: SourceId,
        items: &[[u8; 32]],
        now: Timestamp,
    ) -> StoreResult<(BTreeSet<Vec<u8>>, Vec<Vec<u8>>)> {
        let rows = items.iter().map(|it| args![id, *it]).collect();
        let head = "with v (s, h) as (values";
        let tail = ") select i.item_hmac as hmac, i.at as at from source_items i \
            join v on v.s = i.source_id and v.h = i.item_hmac";
        let (mut read, mut old) = (BTreeSet::new(), Vec::new());
        for row in self.engine.many_rows(head, tail, rows).await? {
            let hmac: Vec<u8> = row.get("hmac")?;
            if row.get::<i64>("at")? < now.plus_millis(-NOTED_AGAIN_MS).millis() {
                old.push(hmac.clone());
            }
            read.insert(hmac);
        }
        Ok((read, old))
    }

    /// Writes down what a round came to, and frees the source. Its texts were taken in before, each
    /// known by its own identifier: a round that breaks off here is done again and takes none twice.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the lease ran out and somebody else took the source.
    pub async fn end_round(
        &self,
        id: SourceId,
        leased: Timestamp,
        round: &Round,
        at: Timestamp,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        // Twice in one statement would be refused on PostgreSQL.
        let listed: BTreeSet<&[u8]> = round
            .read
            .iter()
            .map(|it| it.as_slice())
            .chain(round.listed.iter().map(Vec::as_slice))
            .collect();
        let rows = listed.into_iter().map(|it| args![id, it, at]).collect();
        let head = "insert into source_items (source_id, item_hmac, at) values";
        let known = "on conflict (source_id, item_hmac) do update set at = excluded.at";
        tx.many(head, known, rows).await?;
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let good = round.is_good.then_some(at);
        let ended = round.is_over.then_some(at);
        let pace = round.pace;
        // A word of the hub that came meanwhile stays: then the source is asked again at once.
        let sql = "update sources set lease_until = null, \
            next_at = case when asked_at < next_at then next_at else $2 end, interval_ms = $3, \
            n_failures = $4, missing_since = $5, good_at = coalesce($6, good_at), trouble = $7, \
            n_new = n_new + $8, n_known = n_known + $9, n_refused = n_refused + $10, \
            ended_at = coalesce(ended_at, $11) where id = $1 and asked_at = $12";
        let values = args![
            id,
            round.next,
            millis(pace.interval),
            i64::from(pace.n_failed),
            pace.missing_since,
            good,
            round.trouble.as_deref(),
            count(round.n_new),
            count(round.n_known),
            count(round.n_refused),
            ended,
            leased,
        ];
        tx.run_one(sql, values).await?;
        if let Some(Validators { etag, last_modified }) = &round.validators {
            let sql = "update sources set etag = $2, last_modified = $3 where id = $1";
            tx.run(sql, args![id, etag.as_deref(), last_modified.as_deref()]).await?;
        }
        tx.commit().await
    }

    /// Forgets what was read so long ago that no source lists it any more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_read(&self, now: Timestamp) -> StoreResult<u64> {
        let mut tx = self.begin().await?;
        let sql = "delete from source_items where at < $1";
        let n = tx.run(sql, args![now.plus_millis(-REMEMBERED_MS)]).await?;
        tx.commit().await?;
        Ok(n)
    }
}

async fn insert(tx: &mut Tx, new: &NewSource, at: Timestamp) -> StoreResult<()> {
    let NewSource { id, kind, stated, location, host, pattern, follows } = new;
    let Stated { name, licence, purpose } = stated;
    let sql = "insert into sources (id, kind, name, location, host, pattern, follows, licence, \
        purpose, added_at, next_at, interval_ms, n_failures, n_new, n_known, n_refused) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, 0, 0, 0, 0)";
    let values = args![
        *id,
        kind.code(),
        name.as_str(),
        location.as_str(),
        host.as_deref(),
        pattern.as_deref(),
        *follows,
        licence.as_str(),
        purpose.as_str(),
        at,
        millis(Pace::default().interval),
    ];
    tx.run(sql, values).await.map(drop)
}

async fn note(
    tx: &mut Tx,
    kind: &str,
    body: serde_json::Value,
    by: Option<&Member>,
    at: Timestamp,
    chance: Chance,
) -> StoreResult<()> {
    let event = Event {
        at,
        kind: kind.to_owned(),
        claim: None,
        group: None,
        org: by.map(|it| it.org),
        member: by.map(|it| it.id),
        body,
    };
    events::add(tx, &event, chance).await
}

fn source(row: &Row) -> StoreResult<Source> {
    let time = |column: &str| -> StoreResult<Option<Timestamp>> {
        Ok(row.get::<Option<i64>>(column)?.map(Timestamp::from_millis))
    };
    let kind: String = row.get("kind")?;
    let kind = Kind::from_code(&kind)
        .ok_or_else(|| StoreError::Damaged(format!("a source of the kind {kind}")))?;
    let stated = Stated {
        name: row.get("name")?,
        licence: row.get("licence")?,
        purpose: row.get("purpose")?,
    };
    let new = NewSource {
        id: SourceId(row.get("id")?),
        kind,
        stated,
        location: row.get("location")?,
        host: row.get("host")?,
        pattern: row.get("pattern")?,
        follows: row.get("follows")?,
    };
    Ok(Source {
        new,
        added: Timestamp::from_millis(row.get("added_at")?),
        ended: time("ended_at")?,
        next: Timestamp::from_millis(row.get("next_at")?),
        pace: Pace {
            interval: Duration::from_millis(count(row, "interval_ms")?),
            n_failed: u32::try_from(count(row, "n_failures")?).unwrap_or(u32::MAX),
            missing_since: time("missing_since")?,
        },
        validators: Validators { etag: row.get("etag")?, last_modified: row.get("last_modified")? },
        health: Health {
            asked: time("asked_at")?,
            good: time("good_at")?,
            trouble: row.get("trouble")?,
            n_new: row.get("n_new")?,
            n_known: row.get("n_known")?,
            n_refused: row.get("n_refused")?,
        },
        hub: hubs::hub(row)?,
    })
}

pub(crate) fn millis(it: Duration) -> i64 {
    i64::try_from(it.as_millis()).unwrap_or(i64::MAX)
}

fn count(row: &Row, column: &str) -> StoreResult<u64> {
    let n: i64 = row.get(column)?;
    u64::try_from(n).map_err(|_| StoreError::Damaged(format!("{column} of a source is {n}")))
}

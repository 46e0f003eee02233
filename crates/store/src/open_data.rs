//! What goes into the open data, read at one moment and a page at a time, each page by its key: a
//! desk of any size is read in the same little memory.
//!
//! Only what readers may see: published versions, sentences that an editor released, contests as
//! documents, the log. Of messages only how many there were, by claim, day and source.
//! Not here: what of a count is told (`core::open_data`), and the files (`kiemtin::open_data`).

use std::collections::HashMap;

use kiemtin_core::contest::{Decided, Received, State};
use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::ids::ClaimId;
use kiemtin_core::lang::Lang;
use kiemtin_core::open_data::{Cell, source_class};
use kiemtin_core::time::Timestamp;
use uuid::Uuid;

use crate::Store;
use crate::engine::{Row, StoreError, StoreResult, Tx, Value, args};
use crate::log::Leaf;
use crate::messages::lang;
use crate::reviews::{Version, version};
use crate::waiting_list::{Released, released, released_of};

/// A reading of the desk as it stood at one moment.
#[derive(Debug)]
pub struct OpenData {
    tx: Tx,
}

/// What messages tell of a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sightings {
    /// When the first one that is known came.
    pub first: Option<Timestamp>,
    /// How many there were, those whose text is erased included.
    pub total: i64,
    /// How many of those that are kept, by day and class of source.
    pub cells: Vec<Cell>,
}

/// A claim with a public number and every version about it.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The claim.
    pub claim: ClaimId,
    /// Its public number.
    pub number: i64,
    /// The language it mainly goes round in.
    pub lang: Lang,
    /// Its topic, as whoever worded it wrote it.
    pub topic: Option<String>,
    /// The class of channel where it goes round.
    pub outlet: Option<String>,
    /// The public number of the claim that it was merged into.
    pub merged_into: Option<i64>,
    /// Where it is about.
    pub places: Vec<UnitCode>,
    /// What messages tell of it.
    pub sightings: Sightings,
    /// When the pages behind its evidence were archived, by their hashes.
    pub captured: HashMap<String, Timestamp>,
    /// The versions, the first one first.
    pub versions: Vec<Version>,
}

/// A claim on the waiting list.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// What readers see of it.
    pub released: Released,
    /// The short name of the organisation that sees to it.
    pub owner: Option<String>,
    /// Its topic, as whoever worded it wrote it.
    pub topic: Option<String>,
    /// The class of channel where it goes round.
    pub outlet: Option<String>,
    /// Where it is about.
    pub places: Vec<UnitCode>,
    /// What messages tell of it.
    pub sightings: Sightings,
}

/// A contest as the public reads it.
#[derive(Clone, Debug)]
pub struct Contested {
    /// Where it stands.
    pub state: State,
    /// What is public from the day it came.
    pub received: Received,
    /// Its outcome.
    pub decided: Option<Decided>,
    /// Where its entry stands in the log.
    pub log_idx: i64,
    /// The same of its outcome.
    pub outcome_idx: Option<i64>,
}

const IDS: &str = "with v (i) as (values";
const VERSIONS: &str = ") select r.claim_id, r.document, r.salt, r.log_idx, c.topic from v \
    join review_versions r on r.claim_id = v.i join claims c on c.id = v.i \
    order by r.claim_id, r.version";
const PLACES: &str =
    ") select p.claim_id, p.place from v join claim_places p on p.claim_id = v.i order by p.place";
const GROUPS: &str = ") select g.claim_id, min(g.first_at) as first_at, \
    cast(sum(g.n_messages) as bigint) as n from v join groups g on g.claim_id = v.i \
    where g.merged_into is null group by g.claim_id";
/// The day in Vietnam, as `Timestamp::day` counts it: seven hours before that of the world's clock.
const CELLS: &str = ") select g.claim_id, \
    (coalesce(m.published_at, m.received_at) + 25200000) / 86400000 as day, m.source, \
    count(*) as n from v join groups g on g.claim_id = v.i \
    join messages m on m.group_id = g.id where g.merged_into is null \
    group by g.claim_id, (coalesce(m.published_at, m.received_at) + 25200000) / 86400000, m.source";
const CAPTURES: &str = ") select k.claim_id, coalesce(e.page_sha256, e.capture_sha256) as sha256, \
    b.created_at from v join cases k on k.claim_id = v.i join evidence e on e.case_id = k.id \
    join blobs b on b.sha256 = e.capture_sha256";
const MORE: &str = ") select c.id as claim_id, c.topic, c.outlet, o.slug from v \
    join claims c on c.id = v.i join cases k on k.claim_id = c.id \
    left join organisations o on o.id = k.owner_org";

impl Store {
    /// Begins to read what goes into the open data.
    ///
    /// # Errors
    /// The database failed.
    pub async fn open_data(&self) -> StoreResult<OpenData> {
        Ok(OpenData { tx: self.engine.snapshot().await? })
    }
}

impl OpenData {
    /// The highest public number of a claim.
    ///
    /// # Errors
    /// The database failed.
    pub async fn last_number(&mut self) -> StoreResult<i64> {
        let sql = "select coalesce(max(number), 0) as n from claims";
        self.tx.row(sql, args![]).await?.map_or(Ok(0), |row| row.get("n"))
    }

    /// The next claims after a public number, by number.
    ///
    /// # Errors
    /// The database failed.
    pub async fn answered(&mut self, after: i64, limit: i64) -> StoreResult<Vec<Answered>> {
        let sql = "select c.id, c.number, c.lang, c.topic, c.outlet, i.number as merged_into \
            from claims c left join claims i on i.id = c.merged_into \
            where $1 < c.number order by c.number limit $2";
        let rows = self.tx.rows(sql, args![after, limit]).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.get("id")).collect::<StoreResult<_>>()?;
        let mut versions: HashMap<Uuid, Vec<Version>> = HashMap::new();
        for row in self.about(&ids, VERSIONS).await? {
            let version = version(&row)?;
            versions.entry(version.claim.0).or_default().push(version);
        }
        let mut captured: HashMap<Uuid, HashMap<String, Timestamp>> = HashMap::new();
        for row in self.about(&ids, CAPTURES).await? {
            let at = Timestamp::from_millis(row.get("created_at")?);
            captured.entry(row.get("claim_id")?).or_default().insert(row.get("sha256")?, at);
        }
        let mut places = self.places(&ids).await?;
        let mut sightings = self.sightings(&ids).await?;
        let answered = |row: &Row| {
            let id: Uuid = row.get("id")?;
            Ok(Answered {
                claim: ClaimId(id),
                number: row.get("number")?,
                lang: lang(row, "lang")?,
                topic: row.get("topic")?,
                outlet: row.get("outlet")?,
                merged_into: row.get("merged_into")?,
                places: places.remove(&id).unwrap_or_default(),
                sightings: sightings.remove(&id).unwrap_or_default(),
                captured: captured.remove(&id).unwrap_or_default(),
                versions: versions.remove(&id).unwrap_or_default(),
            })
        };
        rows.iter().map(answered).collect()
    }

    /// The next claims of the waiting list, by id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waiting(
        &mut self,
        after: Option<ClaimId>,
        limit: i64,
    ) -> StoreResult<Vec<Waiting>> {
        let sql = released!(
            "and $1 < c.id group by c.id, c.lang, c.text_vi, c.text_en, k.state, k.owner_org, \
            k.due_at, k.created_at order by c.id limit $2"
        );
        let after = after.map_or(Uuid::nil(), |it| it.0);
        let rows = self.tx.rows(sql, args![after, limit]).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.get("id")).collect::<StoreResult<_>>()?;
        let mut more: HashMap<Uuid, Row> = HashMap::new();
        for row in self.about(&ids, MORE).await? {
            more.insert(row.get("claim_id")?, row);
        }
        let mut places = self.places(&ids).await?;
        let mut sightings = self.sightings(&ids).await?;
        let waiting = |row: &Row| {
            let released = released_of(row)?;
            let id = released.claim.0;
            let more = more.get(&id).ok_or(StoreError::Stale)?;
            Ok(Waiting {
                released,
                owner: more.get("slug")?,
                topic: more.get("topic")?,
                outlet: more.get("outlet")?,
                places: places.remove(&id).unwrap_or_default(),
                sightings: sightings.remove(&id).unwrap_or_default(),
            })
        };
        rows.iter().map(waiting).collect()
    }

    /// The next contests after a number.
    ///
    /// # Errors
    /// The database failed.
    pub async fn contests(&mut self, after: i64, limit: i64) -> StoreResult<Vec<Contested>> {
        let sql = "select state, document, outcome, log_idx, outcome_idx from contests \
            where $1 < number order by number limit $2";
        self.tx.rows(sql, args![after, limit]).await?.iter().map(contested).collect()
    }

    /// The next leaves of the log, from a place on.
    ///
    /// # Errors
    /// The database failed.
    pub async fn log(&mut self, from: i64, limit: i64) -> StoreResult<Vec<Leaf>> {
        let sql = "select idx, entry from log_entries where $1 <= idx order by idx limit $2";
        let rows = self.tx.rows(sql, args![from, limit]).await?;
        rows.iter().map(|row| Ok(Leaf { idx: row.get("idx")?, entry: row.get("entry")? })).collect()
    }

    async fn about(&mut self, ids: &[Uuid], tail: &str) -> StoreResult<Vec<Row>> {
        let ids: Vec<Vec<Value>> = ids.iter().map(|it| args![*it]).collect();
        self.tx.many_rows(IDS, tail, ids).await
    }

    async fn places(&mut self, ids: &[Uuid]) -> StoreResult<HashMap<Uuid, Vec<UnitCode>>> {
        let mut places: HashMap<Uuid, Vec<UnitCode>> = HashMap::new();
        for row in self.about(ids, PLACES).await? {
            let code: String = row.get("place")?;
            let code = UnitCode::parse(&code).map_err(|_| StoreError::Damaged(code))?;
            places.entry(row.get("claim_id")?).or_default().push(code);
        }
        Ok(places)
    }

    async fn sightings(&mut self, ids: &[Uuid]) -> StoreResult<HashMap<Uuid, Sightings>> {
        let mut sightings: HashMap<Uuid, Sightings> = HashMap::new();
        for row in self.about(ids, GROUPS).await? {
            let it = sightings.entry(row.get("claim_id")?).or_default();
            it.first = Some(Timestamp::from_millis(row.get("first_at")?));
            it.total = row.get("n")?;
        }
        for row in self.about(ids, CELLS).await? {
            let cells = &mut sightings.entry(row.get("claim_id")?).or_default().cells;
            let source: Option<String> = row.get("source")?;
            let (day, class) = (row.get("day")?, source_class(source.as_deref()));
            let n: i64 = row.get("n")?;
            // Several sources may be of one class.
            match cells.iter_mut().find(|it| it.day == day && it.class == class) {
                Some(cell) => cell.n += n,
                None => cells.push(Cell { day, class, n }),
            }
        }
        Ok(sightings)
    }
}

fn contested(row: &Row) -> StoreResult<Contested> {
    let damaged = || StoreError::Damaged("a contest".to_owned());
    let (state, document): (String, String) = (row.get("state")?, row.get("document")?);
    let outcome: Option<String> = row.get("outcome")?;
    let decided = outcome.map(|it| serde_json::from_str(&it)).transpose();
    Ok(Contested {
        state: State::from_code(&state).ok_or_else(damaged)?,
        received: serde_json::from_str(&document).map_err(|_| damaged())?,
        decided: decided.map_err(|_| damaged())?,
        log_idx: row.get("log_idx")?,
        outcome_idx: row.get("outcome_idx")?,
    })
}

//! What organisations are responsible for and say about themselves, and where claims are about.

use std::collections::{BTreeMap, BTreeSet};

use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::ids::{ClaimId, EventId, OrgId};
use kiemtin_core::lang::Localised;
use kiemtin_core::remit::Remit;
use kiemtin_core::time::Timestamp;
use serde_json::json;

use crate::cases::{is_uninvolved, note};
use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::events::{self, Event};
use crate::members::Member;
use crate::{Act, Chance, Rule, Store};

/// Places of one organisation or claim: more is a country.
pub const PLACES_MAX: usize = 40;

/// What an organisation's public page says in its own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Introduction {
    /// Who it is, in a sentence or two.
    pub about: Localised,
    /// Its own site.
    pub site: Option<String>,
}

impl Store {
    /// What each organisation is responsible for; those without anything are absent.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remits(&self) -> StoreResult<BTreeMap<OrgId, Remit>> {
        let mut remits: BTreeMap<OrgId, Remit> = BTreeMap::new();
        let sql = "select org_id, place from org_places";
        for row in self.engine.rows(sql, args![]).await? {
            let remit = remits.entry(OrgId(row.get("org_id")?)).or_default();
            remit.places.insert(place(&row)?);
        }
        let sql = "select org_id, topic from org_topics";
        for row in self.engine.rows(sql, args![]).await? {
            let remit = remits.entry(OrgId(row.get("org_id")?)).or_default();
            remit.topics.insert(row.get("topic")?);
        }
        Ok(remits)
    }

    /// What an organisation says about itself.
    ///
    /// # Errors
    /// The database failed.
    pub async fn introduction(&self, org: OrgId) -> StoreResult<Introduction> {
        let sql = "select about_vi, about_en, site from organisations where id = $1";
        let rows = self.engine.rows(sql, args![org]).await?;
        let Some(row) = rows.first() else { return Ok(Introduction::default()) };
        let about = Localised { vi: row.get("about_vi")?, en: row.get("about_en")? };
        Ok(Introduction { about, site: row.get("site")? })
    }

    /// Sets what an organisation says about itself and the topics it is responsible for.
    ///
    /// # Errors
    /// There is no such organisation.
    pub async fn describe_org(
        &self,
        org: OrgId,
        intro: &Introduction,
        topics: &BTreeSet<String>,
        by: Option<&Member>,
        at: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let Introduction { about, site } = intro;
        let sql = "update organisations set about_vi = $2, about_en = $3, site = $4 where id = $1";
        let values = args![org, about.vi.as_deref(), about.en.as_deref(), site.as_deref()];
        tx.run_one(sql, values).await?;
        tx.run("delete from org_topics where org_id = $1", args![org]).await?;
        let rows = topics.iter().map(|it| args![org, it.as_str()]).collect();
        tx.many("insert into org_topics (org_id, topic) values", "", rows).await?;
        org_event(&mut tx, "org.describe", org, json!({}), by, at, chance).await?;
        tx.commit().await
    }

    /// Makes an organisation responsible for a place. Doing it twice changes nothing.
    ///
    /// # Errors
    /// [`Rule::TooManyPlaces`].
    pub async fn add_org_place(
        &self,
        org: OrgId,
        place: UnitCode,
        by: Option<&Member>,
        at: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "insert into org_places (org_id, place) values ($1, $2) on conflict do nothing";
        if tx.run(sql, args![org, place.as_str()]).await? == 0 {
            return Ok(());
        }
        let sql = "select count(*) as n from org_places where org_id = $1";
        few_enough(tx.row(sql, args![org]).await?.as_ref())?;
        org_event(&mut tx, "org.place", org, named(place), by, at, chance).await?;
        tx.commit().await
    }

    /// Takes a place from what an organisation is responsible for.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it was not there any more.
    pub async fn drop_org_place(
        &self,
        org: OrgId,
        place: UnitCode,
        by: Option<&Member>,
        at: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "delete from org_places where org_id = $1 and place = $2";
        tx.run_one(sql, args![org, place.as_str()]).await?;
        org_event(&mut tx, "org.unplace", org, named(place), by, at, chance).await?;
        tx.commit().await
    }

    /// What happened to an organisation itself, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn events_of_org(
        &self,
        org: OrgId,
        limit: i64,
    ) -> StoreResult<Vec<(EventId, Event)>> {
        let sql = "select id, at, kind, claim_id, group_id, org_id, member_id, body from events \
            where claim_id is null and group_id is null and org_id = $1 and kind like 'org.%' \
            order by at desc, id desc limit $2";
        self.engine.rows(sql, args![org, limit]).await?.iter().map(events::event).collect()
    }

    /// Where a claim is about.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claim_places(&self, claim: ClaimId) -> StoreResult<Vec<UnitCode>> {
        let sql = "select place from claim_places where claim_id = $1 order by place";
        self.engine.rows(sql, args![claim]).await?.iter().map(place).collect()
    }

    /// Says that a claim is about a place. Doing it twice changes nothing.
    ///
    /// # Errors
    /// [`Rule::TooManyPlaces`]; [`Rule::Involved`] when the claim concerns the member's organisation.
    pub async fn add_claim_place(
        &self,
        claim: ClaimId,
        place: UnitCode,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        is_uninvolved(&mut tx, claim, act.by).await?;
        let sql = "insert into claim_places (claim_id, place, province, answer_idx) \
            select id, $2, $3, answer_idx from claims where id = $1 on conflict do nothing";
        let values = args![claim, place.as_str(), place.province().as_str()];
        if tx.run(sql, values).await? == 0 {
            return Ok(());
        }
        let sql = "select count(*) as n from claim_places where claim_id = $1";
        few_enough(tx.row(sql, args![claim]).await?.as_ref())?;
        note(&mut tx, "case.place", claim, named(place), act).await?;
        tx.commit().await
    }

    /// Says that a claim is not about a place.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it was not said; [`Rule::Involved`] when the claim concerns the
    /// member's organisation.
    pub async fn drop_claim_place(
        &self,
        claim: ClaimId,
        place: UnitCode,
        act: Act<'_>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        is_uninvolved(&mut tx, claim, act.by).await?;
        let sql = "delete from claim_places where claim_id = $1 and place = $2";
        tx.run_one(sql, args![claim, place.as_str()]).await?;
        note(&mut tx, "case.unplace", claim, named(place), act).await?;
        tx.commit().await
    }

    /// The wards of a province that published answers are about, by code.
    ///
    /// # Errors
    /// The database failed.
    pub async fn answered_wards(&self, province: UnitCode) -> StoreResult<Vec<UnitCode>> {
        let sql = "select distinct place from claim_places where province = $1 and place <> $1 \
            and answer_idx is not null order by place";
        self.engine.rows(sql, args![province.as_str()]).await?.iter().map(place).collect()
    }

    /// The wards and provinces that published answers are about, by code; a province for each ward.
    ///
    /// # Errors
    /// The database failed.
    pub async fn answered_places(&self) -> StoreResult<Vec<UnitCode>> {
        let sql = "with answered as (select place, province from claim_places \
            where answer_idx is not null) \
            select place from answered union select province from answered order by 1";
        self.engine.rows(sql, args![]).await?.iter().map(place).collect()
    }
}

fn few_enough(row: Option<&Row>) -> StoreResult<()> {
    let n: i64 = row.ok_or(StoreError::Stale)?.get("n")?;
    match usize::try_from(n).is_ok_and(|it| it <= PLACES_MAX) {
        true => Ok(()),
        false => Err(Rule::TooManyPlaces.into()),
    }
}

/// What an event says about a place.
fn named(place: UnitCode) -> serde_json::Value {
    json!({ "place": place.as_str(), "note": place.unit().full_name() })
}

async fn org_event(
    tx: &mut Tx,
    kind: &str,
    org: OrgId,
    body: serde_json::Value,
    by: Option<&Member>,
    at: Timestamp,
    chance: Chance,
) -> StoreResult<()> {
    let member = by.map(|it| it.id);
    let kind = kind.to_owned();
    let event = Event { at, kind, claim: None, group: None, org: Some(org), member, body };
    events::add(tx, &event, chance).await
}

fn place(row: &Row) -> StoreResult<UnitCode> {
    let code: String = row.get("place")?;
    UnitCode::parse(&code).map_err(|err| StoreError::Damaged(err.to_string()))
}

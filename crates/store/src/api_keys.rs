//! Keys with which programs of partner organisations come in: made and ended by members, found by
//! the hash of their secret. A key acts for its organisation and is never changed.

use kiemtin_core::api_key::{Scope, may_make, may_manage};
use kiemtin_core::ids::{ApiKeyId, OrgId};
use kiemtin_core::time::Timestamp;
use serde_json::json;

use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::events::{self, Event};
use crate::members::{self, Member, TokenHash};
use crate::{Chance, Rule, Store};

/// Keys that one organisation may have at once: one for each of its programs.
pub const KEYS_MAX: i64 = 20;
/// Keys that a page lists, ended ones among them.
const KEYS_SHOWN_MAX: i64 = 200;

/// A key as the desk sees it: without its secret, which nobody has but its holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// The organisation that it acts for.
    pub org: OrgId,
    /// What the organisation calls it.
    pub name: String,
    /// What it opens.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was ended.
    pub ended: Option<Timestamp>,
    /// The day on which it was last used.
    pub used: Option<Timestamp>,
}

/// A living key with the member of record: `None` once their access has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The key.
    pub key: ApiKey,
    /// Who made it.
    pub maker: Option<Member>,
}

macro_rules! key_columns {
    ($tail:literal) => {
        concat!(
            "select a.id as key_id, a.org_id as key_org, a.name, a.intake, a.opinions, ",
            "a.created_at, a.ended_at, a.used_day, m.id, m.org_id, m.login, m.role, ",
            "m.ended_at as maker_ended from api_keys a join members m on m.id = a.made_by ",
            $tail
        )
    };
}

impl Store {
    /// Makes a key; only the hash of its secret is kept.
    ///
    /// # Errors
    /// [`Rule::AccessEnded`] when the member may not any more; [`StoreError::Refused`] when such a
    /// key is not theirs to make; [`Rule::TooManyKeys`].
    pub async fn make_key(
        &self,
        new: &ApiKey,
        secret: TokenHash,
        by: &Member,
        at: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        is_active(&mut tx, by).await?;
        if !may_make(by.role, by.org == new.org, &new.scopes) {
            return Err(StoreError::Refused("such a key is not theirs to make".to_owned()));
        }
        let sql = "select count(*) as n from api_keys where org_id = $1 and ended_at is null";
        let n: i64 = tx.row(sql, args![new.org]).await?.map_or(Ok(0), |row| row.get("n"))?;
        if KEYS_MAX <= n {
            return Err(Rule::TooManyKeys.into());
        }
        let sql = "insert into api_keys (id, org_id, name, intake, opinions, secret_hash, made_by, \
            created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)";
        let opens = |it| new.scopes.contains(&it);
        let (intake, opinions) = (opens(Scope::Intake), opens(Scope::Opinions));
        let values = args![new.id, new.org, new.name.as_str(), intake, opinions, secret, by.id, at];
        tx.run(sql, values).await?;
        note(&mut tx, "org.key", &new.name, new.org, by, at, chance).await?;
        tx.commit().await
    }

    /// Ends a key, from its next call on.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when there is no such living key that is theirs to end;
    /// [`Rule::AccessEnded`] when the member may not any more.
    pub async fn end_key(
        &self,
        id: ApiKeyId,
        by: &Member,
        at: Timestamp,
        chance: Chance,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        is_active(&mut tx, by).await?;
        let sql = key_columns!("where a.id = $1 and a.ended_at is null");
        let found = key(&tx.row(sql, args![id]).await?.ok_or(StoreError::Stale)?)?;
        if !may_manage(by.role, by.org == found.org) {
            return Err(StoreError::Stale);
        }
        let sql = "update api_keys set ended_at = $2 where id = $1 and ended_at is null";
        tx.run_one(sql, args![id, at]).await?;
        note(&mut tx, "org.unkey", &found.name, found.org, by, at, chance).await?;
        tx.commit().await
    }

    /// The keys that a member may see, those that live first, the newest before others.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keys_for(&self, by: &Member) -> StoreResult<Vec<ApiKey>> {
        let of_all = may_manage(by.role, false);
        if !of_all && !may_manage(by.role, true) {
            return Ok(Vec::new());
        }
        let sql = key_columns!(
            "where $1 is null or a.org_id = $1 \
            order by case when a.ended_at is null then 0 else 1 end, a.created_at desc, a.id \
            limit $2"
        );
        let own = (!of_all).then_some(by.org);
        let rows = self.engine.rows(sql, args![own, KEYS_SHOWN_MAX]).await?;
        rows.iter().map(key).collect()
    }

    /// The living key with this secret; notes the day on which it was used.
    ///
    /// # Errors
    /// The database failed.
    pub async fn use_key(&self, secret: TokenHash, now: Timestamp) -> StoreResult<Option<Holder>> {
        let sql = key_columns!("where a.secret_hash = $1 and a.ended_at is null");
        let rows = self.engine.rows(sql, args![secret]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let key = key(row)?;
        if key.used.is_none_or(|it| it.day() != now.day()) {
            let mut tx = self.begin().await?;
            let sql = "update api_keys set used_day = $2 where id = $1";
            tx.run(sql, args![key.id, now.day()]).await?;
            tx.commit().await?;
        }
        let has_ended = row.get::<Option<i64>>("maker_ended")?.is_some();
        let maker = if has_ended { None } else { Some(members::member(row)?) };
        Ok(Some(Holder { key, maker }))
    }
}

async fn is_active(tx: &mut Tx, by: &Member) -> StoreResult<()> {
    match members::role_now(tx, by).await? {
        Some(role) if role == by.role => Ok(()),
        _ => Err(Rule::AccessEnded.into()),
    }
}

/// An event of the organisation: who of the desk let which program in.
async fn note(
    tx: &mut Tx,
    kind: &str,
    name: &str,
    org: OrgId,
    by: &Member,
    at: Timestamp,
    chance: Chance,
) -> StoreResult<()> {
    let (kind, body) = (kind.to_owned(), json!({ "note": name }));
    let (org, member) = (Some(org), Some(by.id));
    let event = Event { at, kind, claim: None, group: None, org, member, body };
    events::add(tx, &event, chance).await
}

fn key(row: &Row) -> StoreResult<ApiKey> {
    let opens = |column: &str, scope: Scope| -> StoreResult<Option<Scope>> {
        Ok(row.get::<bool>(column)?.then_some(scope))
    };
    let scopes = [opens("intake", Scope::Intake)?, opens("opinions", Scope::Opinions)?];
    let (ended, used): (Option<i64>, Option<i64>) = (row.get("ended_at")?, row.get("used_day")?);
    Ok(ApiKey {
        id: ApiKeyId(row.get("key_id")?),
        org: OrgId(row.get("key_org")?),
        name: row.get("name")?,
        scopes: scopes.into_iter().flatten().collect(),
        created: Timestamp::from_millis(row.get("created_at")?),
        ended: ended.map(Timestamp::from_millis),
        used: used.map(Timestamp::of_day),
    })
}

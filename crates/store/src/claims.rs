//! Claims: the checkable statement, its variants, and what other desks published about it.

use std::collections::HashSet;

use kiemtin_core::channel;
use kiemtin_core::ids::ClaimId;
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::time::Timestamp;

use crate::Store;
use crate::cases::is_uninvolved;
use crate::changes::{self, Changed};
use crate::engine::{Row, StoreError, StoreResult, Tx, args};
use crate::members::Member;
use crate::messages::lang;

/// Where a claim came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A member worded it.
    Desk,
    /// A file of claims.
    Import,
    /// Another desk's review.
    Review,
}

impl Origin {
    fn code(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Import => "import",
            Self::Review => "review",
        }
    }
}

/// A claim to add.
#[derive(Clone, Debug)]
pub struct NewClaim {
    /// Its new id.
    pub id: ClaimId,
    /// The language it mainly goes round in.
    pub lang: Lang,
    /// The statement, in one sentence.
    pub text: Localised,
    /// A headline, for imported claims.
    pub title: Option<String>,
    /// What was written about it, for imported claims.
    pub body: Option<String>,
    /// What it is about: `epidemic`, `health`, `disaster`, `scam`, `city` or another word.
    pub topic: Option<String>,
    /// The class of channel where it goes round, never a person.
    pub outlet: Option<String>,
    /// The month it was first seen, `2020-03`.
    pub first_seen: Option<String>,
    /// Where it came from.
    pub origin: Origin,
    /// HMAC of what makes it this claim; a known one is not taken twice.
    pub origin_hmac: Option<[u8; 32]>,
    /// Other wordings.
    pub variants: Vec<(Lang, String)>,
    /// Another desk's review of it.
    pub foreign: Option<ForeignReview>,
}

/// What another desk published about a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignReview {
    /// The page of the review.
    pub url: String,
    /// The other desk.
    pub publisher: String,
    /// Its verdict, in its own words.
    pub verdict: Option<String>,
    /// Its headline.
    pub title: Option<String>,
    /// When it was published.
    pub published: Option<Timestamp>,
}

/// A claim as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its id.
    pub id: ClaimId,
    /// The public number, once an answer went out.
    pub number: Option<i64>,
    /// The language it mainly goes round in.
    pub lang: Lang,
    /// The statement.
    pub text: Localised,
    /// A headline.
    pub title: Option<String>,
    /// What was written about it.
    pub body: Option<String>,
    /// What it is about.
    pub topic: Option<String>,
    /// The class of channel where it goes round.
    pub outlet: Option<String>,
    /// The month it was first seen.
    pub first_seen: Option<String>,
    /// The claim that it was merged into.
    pub merged_into: Option<ClaimId>,
    /// When it was added.
    pub created: Timestamp,
}

impl Claim {
    /// The statement in the language it mainly goes round in, or else in the other.
    pub fn sentence(&self) -> &str {
        self.text.text(self.lang)
    }
}

macro_rules! claim_columns {
    ($tail:literal) => {
        concat!(
            "select c.id, c.number, c.lang, c.text_vi, c.text_en, c.title, c.body, c.topic, ",
            "c.outlet, c.first_seen, c.merged_into, c.created_at from claims c ",
            $tail
        )
    };
}

impl Store {
    /// Adds claims with their variants and foreign reviews; those known by their origin are left
    /// as they are. Returns how many were new.
    ///
    /// # Errors
    /// Nothing was added: the disk is full, or the database is locked or gone.
    pub async fn add_claims(&self, new: &[NewClaim], at: Timestamp) -> StoreResult<u64> {
        let mut tx = self.begin().await?;
        let n_new = insert(&mut tx, new, at).await?;
        tx.commit().await?;
        Ok(n_new)
    }

    /// How many of these claims are known by their origin: what `add_claims` would leave out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn n_known_claims(&self, new: &[NewClaim]) -> StoreResult<u64> {
        let mut n_known = 0;
        for origin in new.iter().filter_map(|it| it.origin_hmac) {
            let sql = "select 1 as one from claims where origin_hmac = $1";
            n_known += self.engine.rows(sql, args![origin]).await?.len() as u64;
        }
        Ok(n_known)
    }

    /// One claim.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claim(&self, id: ClaimId) -> StoreResult<Option<Claim>> {
        let sql = claim_columns!("where c.id = $1");
        self.engine.rows(sql, args![id]).await?.first().map(claim).transpose()
    }

    /// The claim that this one was merged into in the end; itself when it was not.
    ///
    /// # Errors
    /// The database failed, or there is no such claim.
    pub async fn living_claim(&self, claim: ClaimId) -> StoreResult<ClaimId> {
        living(&mut self.engine.snapshot().await?, claim).await
    }

    /// The claim with this public number.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claim_by_number(&self, number: i64) -> StoreResult<Option<Claim>> {
        let sql = claim_columns!("where c.number = $1");
        self.engine.rows(sql, args![number]).await?.first().map(claim).transpose()
    }

    /// The claim that is known by this origin.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claim_by_origin(&self, origin_hmac: [u8; 32]) -> StoreResult<Option<Claim>> {
        let sql = claim_columns!("where c.origin_hmac = $1");
        self.engine.rows(sql, args![origin_hmac]).await?.first().map(claim).transpose()
    }

    /// Claims after `after`, by id, at most `limit`: to fill an index.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claims_after(
        &self,
        after: Option<ClaimId>,
        limit: i64,
    ) -> StoreResult<Vec<Claim>> {
        let after = after.map_or(uuid::Uuid::nil(), |it| it.0);
        let sql = claim_columns!("where $1 < c.id order by c.id limit $2");
        self.engine.rows(sql, args![after, limit]).await?.iter().map(claim).collect()
    }

    /// How many claims there are.
    ///
    /// # Errors
    /// The database failed.
    pub async fn n_claims(&self) -> StoreResult<i64> {
        let rows = self.engine.rows("select count(*) as n from claims", args![]).await?;
        rows.first().map_or(Ok(0), |row| row.get("n"))
    }

    /// Other wordings of a claim.
    ///
    /// # Errors
    /// The database failed.
    pub async fn variants(&self, id: ClaimId) -> StoreResult<Vec<(Lang, String)>> {
        let sql = "select lang, text from claim_variants where claim_id = $1 order by lang, text";
        let rows = self.engine.rows(sql, args![id]).await?;
        rows.iter().map(|row| Ok((lang(row, "lang")?, row.get("text")?))).collect()
    }

    /// Variants of the claims from `first` to `last`, by id: to fill an index in one go.
    ///
    /// # Errors
    /// The database failed.
    pub async fn variants_between(
        &self,
        first: ClaimId,
        last: ClaimId,
    ) -> StoreResult<Vec<(ClaimId, Lang, String)>> {
        let sql = "select claim_id, lang, text from claim_variants \
            where $1 <= claim_id and claim_id <= $2 order by claim_id";
        let rows = self.engine.rows(sql, args![first, last]).await?;
        let variant =
            |row: &Row| Ok((ClaimId(row.get("claim_id")?), lang(row, "lang")?, row.get("text")?));
        rows.iter().map(variant).collect()
    }

    /// Adds a wording to a claim, unless it has it.
    ///
    /// # Errors
    /// There is no such claim; [`Rule::Involved`](crate::Rule::Involved) when it concerns the
    /// member's organisation.
    pub async fn add_variant(
        &self,
        id: ClaimId,
        lang: Lang,
        text: &str,
        by: &Member,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        is_uninvolved(&mut tx, id, by).await?;
        variants(&mut tx, vec![args![id, lang.tag(), text]]).await?;
        changes::add(&mut tx, &[Changed::Claim(id)]).await?;
        tx.commit().await
    }

    /// What other desks published about a claim, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn foreign_reviews(&self, id: ClaimId) -> StoreResult<Vec<ForeignReview>> {
        let sql = "select url, publisher, verdict, title, published_at from foreign_reviews \
            where claim_id = $1 order by published_at desc, url";
        self.engine.rows(sql, args![id]).await?.iter().map(foreign).collect()
    }
}

/// Adds claims within a larger deed, but for those whose origin is known; returns how many.
pub(crate) async fn insert(tx: &mut Tx, new: &[NewClaim], at: Timestamp) -> StoreResult<u64> {
    let outlets = new.iter().filter_map(|it| it.outlet.as_deref());
    if outlets.into_iter().any(|it| !channel::is_outlet(it)) {
        let why = "a claim goes round in a class of channel: it is attributed to nobody";
        return Err(StoreError::Refused(why.to_owned()));
    }
    let head = "insert into claims (id, lang, text_vi, text_en, title, body, topic, outlet, \
        first_seen, origin, origin_hmac, created_at) values";
    let tail = "on conflict (origin_hmac) do nothing returning id";
    let rows = new.iter().map(|it| values(it, at)).collect();
    let added = tx.many_rows(head, tail, rows).await?;
    let added = added.iter().map(|row| Ok(ClaimId(row.get("id")?)));
    let added: HashSet<ClaimId> = added.collect::<StoreResult<_>>()?;
    let new: Vec<&NewClaim> = new.iter().filter(|it| added.contains(&it.id)).collect();
    let wordings = new.iter().flat_map(|it| it.variants.iter().map(|one| (it.id, one)));
    let rows = wordings.map(|(id, (lang, text))| args![id, lang.tag(), text.as_str()]).collect();
    variants(tx, rows).await?;
    let reviews = new.iter().filter_map(|it| Some(review_values(it.id, it.foreign.as_ref()?)));
    let head = "insert into foreign_reviews (url, claim_id, publisher, verdict, title, \
        published_at) values";
    tx.many(head, "on conflict (url, claim_id) do nothing", reviews.collect()).await?;
    let changed: Vec<Changed> = new.iter().map(|it| Changed::Claim(it.id)).collect();
    changes::add(tx, &changed).await?;
    Ok(u64::try_from(new.len()).unwrap_or(u64::MAX))
}

fn values(new: &NewClaim, at: Timestamp) -> Vec<crate::Value> {
    args![
        new.id,
        new.lang.tag(),
        new.text.vi.as_deref(),
        new.text.en.as_deref(),
        new.title.as_deref(),
        new.body.as_deref(),
        new.topic.as_deref(),
        new.outlet.as_deref(),
        new.first_seen.as_deref(),
        new.origin.code(),
        new.origin_hmac,
        at,
    ]
}

fn review_values(claim: ClaimId, it: &ForeignReview) -> Vec<crate::Value> {
    let ForeignReview { url, publisher, verdict, title, published } = it;
    let (verdict, title) = (verdict.as_deref(), title.as_deref());
    args![url.as_str(), claim, publisher.as_str(), verdict, title, *published]
}

/// Adds wordings (claim, language, text), those that are not there yet; returns those added.
pub(crate) async fn variants(tx: &mut Tx, rows: Vec<Vec<crate::Value>>) -> StoreResult<Vec<Row>> {
    let head = "insert into claim_variants (claim_id, lang, text) values";
    tx.many_rows(head, "on conflict (claim_id, text) do nothing returning lang, text", rows).await
}

/// The claim, or the one at the end of its merges.
pub(crate) async fn living(tx: &mut Tx, claim: ClaimId) -> StoreResult<ClaimId> {
    let mut at = claim;
    // A claim is merged only into a living one, so the way is as short as there were merges.
    while let Some(next) = merged_into(tx, at).await? {
        at = next;
    }
    Ok(at)
}

async fn merged_into(tx: &mut Tx, claim: ClaimId) -> StoreResult<Option<ClaimId>> {
    let row = tx.row("select merged_into from claims where id = $1", args![claim]).await?;
    let into: Option<uuid::Uuid> = row.ok_or(StoreError::Stale)?.get("merged_into")?;
    Ok(into.map(ClaimId))
}

pub(crate) fn claim(row: &Row) -> StoreResult<Claim> {
    let merged_into: Option<uuid::Uuid> = row.get("merged_into")?;
    Ok(Claim {
        id: ClaimId(row.get("id")?),
        number: row.get("number")?,
        lang: lang(row, "lang")?,
        text: Localised { vi: row.get("text_vi")?, en: row.get("text_en")? },
        title: row.get("title")?,
        body: row.get("body")?,
        topic: row.get("topic")?,
        outlet: row.get("outlet")?,
        first_seen: row.get("first_seen")?,
        merged_into: merged_into.map(ClaimId),
        created: Timestamp::from_millis(row.get("created_at")?),
    })
}

fn foreign(row: &Row) -> StoreResult<ForeignReview> {
    let published: Option<i64> = row.get("published_at")?;
    Ok(ForeignReview {
        url: row.get("url")?,
        publisher: row.get("publisher")?,
        verdict: row.get("verdict")?,
        title: row.get("title")?,
        published: published.map(Timestamp::from_millis),
    })
}

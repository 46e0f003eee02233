//! What is published, page by page from where the last page ended: a place that stays the same while
//! new answers come. Nothing here is internal.

use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::ids::OrgId;
use kiemtin_core::lang::Lang;
use kiemtin_core::rating::Rating;
use kiemtin_core::review::VersionClass;
use kiemtin_core::time::Timestamp;

use crate::Store;
use crate::engine::{Row, StoreError, StoreResult, args};
use crate::reviews::{Version, version};

/// Which answers that stand are wanted. No `Default`: the caller knows which question it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// On this topic.
    pub topic: Option<&'a str>,
    /// About this place; a province has what is about its wards.
    pub place: Option<UnitCode>,
    /// Signed by this organisation.
    pub signed_by: Option<OrgId>,
    /// With this rating.
    pub rating: Option<Rating>,
    /// That can be read in this language.
    pub lang: Option<Lang>,
    /// Whose newest version went out then or later.
    pub since: Option<Timestamp>,
}

/// What readers may count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Answers that stand, by rating.
    pub ratings: Vec<(Rating, i64)>,
    /// Answers that stand, by topic; `None` for those without one.
    pub topics: Vec<(Option<String>, i64)>,
    /// Versions, by class.
    pub classes: Vec<(VersionClass, i64)>,
    /// Claims on the waiting list.
    pub n_waiting: i64,
}

impl Store {
    /// Answers that stand whose entry in the log is before this one, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn answers_before(
        &self,
        log_idx: i64,
        wanted: &Wanted<'_>,
        limit: i64,
    ) -> StoreResult<Vec<Version>> {
        let sql = "select v.claim_id, v.document, v.salt, v.log_idx, c.topic from claims c \
            join review_versions v on v.log_idx = c.answer_idx where c.answer_idx < $1 \
            and ($2 is null or c.topic = $2) \
            and ($3 is null or exists (select 1 from claim_places p \
            where p.claim_id = v.claim_id and (p.place = $3 or p.province = $3))) \
            and ($4 is null or exists (select 1 from version_signers s \
            where s.claim_id = v.claim_id and s.version = v.version and s.org_id = $4)) \
            and ($5 is null or v.rating = $5) \
            and ($6 is null or case $6 when 'vi' then c.text_vi else c.text_en end is not null) \
            and ($7 is null or $7 <= v.published_at) \
            order by c.answer_idx desc limit $8";
        let Wanted { topic, place, signed_by, rating, lang, since } = wanted;
        let (place, rating) = (place.map(UnitCode::as_str), rating.map(Rating::code));
        let lang = lang.map(Lang::tag);
        let values = args![log_idx, *topic, place, *signed_by, rating, lang, *since, limit];
        self.engine.rows(sql, values).await?.iter().map(version).collect()
    }

    /// The newest versions about claims with a lower public number, retractions among them, the
    /// highest number first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn numbered_before(&self, number: i64, limit: i64) -> StoreResult<Vec<Version>> {
        let sql = "select v.claim_id, v.document, v.salt, v.log_idx, c.topic from claims c \
            join review_versions v on v.claim_id = c.id and v.version = (select max(w.version) \
            from review_versions w where w.claim_id = c.id) \
            where c.number < $1 order by c.number desc limit $2";
        self.engine.rows(sql, args![number, limit]).await?.iter().map(version).collect()
    }

    /// What readers may count.
    ///
    /// # Errors
    /// The database failed.
    pub async fn public_counts(&self) -> StoreResult<Counts> {
        let mut tx = self.engine.snapshot().await?;
        let mut counts = Counts::default();
        let sql = "select v.rating, c.topic, count(*) as n from claims c \
            join review_versions v on v.log_idx = c.answer_idx \
            group by v.rating, c.topic order by v.rating, c.topic";
        for row in tx.rows(sql, args![]).await? {
            let (rating, topic, n) = (rating(&row)?, row.get("topic")?, row.get("n")?);
            add(&mut counts.ratings, rating, n);
            add(&mut counts.topics, topic, n);
        }
        let sql = "select class, count(*) as n from review_versions group by class order by class";
        for row in tx.rows(sql, args![]).await? {
            let code: String = row.get("class")?;
            let class = VersionClass::from_code(&code).ok_or(StoreError::Damaged(code))?;
            counts.classes.push((class, row.get("n")?));
        }
        let sql = "select count(*) as n from releases r join claims c on c.id = r.claim_id \
            join cases k on k.claim_id = c.id where c.merged_into is null \
            and k.state in ('inbox', 'open', 'verifying', 'draft', 'review')";
        counts.n_waiting = tx.row(sql, args![]).await?.map_or(Ok(0), |row| row.get("n"))?;
        Ok(counts)
    }
}

fn add<T: PartialEq>(counts: &mut Vec<(T, i64)>, what: T, n: i64) {
    match counts.iter_mut().find(|(it, _)| *it == what) {
        Some((_, sum)) => *sum += n,
        None => counts.push((what, n)),
    }
}

fn rating(row: &Row) -> StoreResult<Rating> {
    let code: String = row.get("rating")?;
    Rating::from_code(&code).ok_or(StoreError::Damaged(code))
}

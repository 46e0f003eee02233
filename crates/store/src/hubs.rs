//! Subscriptions at hubs (WebSub): what a source's hub was asked for, until when it tells, and its bell.

use std::time::Duration;

use kiemtin_core::ids::SourceId;
use kiemtin_core::time::Timestamp;

use crate::Store;
use crate::engine::{Row, StoreResult, args};
use crate::sources::millis;

/// A subscription at a hub (WebSub).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hub {
    /// Its address.
    pub url: String,
    /// What the feed is called there.
    pub topic: String,
    /// What its words are signed with.
    pub secret: Vec<u8>,
    /// Until when it tells; `None` while it has not agreed.
    pub until: Option<Timestamp>,
    /// When it was last asked to.
    pub asked: Timestamp,
}

impl Store {
    /// Keeps what a source's hub is asked for.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keep_hub(&self, id: SourceId, hub: &Hub) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "update sources set hub = $2, hub_topic = $3, hub_secret = $4, hub_until = $5, \
            hub_asked_at = $6 where id = $1";
        let Hub { url, topic, secret, until, asked } = hub;
        let values = args![id, url.as_str(), topic.as_str(), secret.as_slice(), *until, *asked];
        tx.run(sql, values).await?;
        tx.commit().await
    }

    /// Notes until when a hub tells, or that it does not.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the source is not subscribed to this topic.
    pub async fn hub_tells(
        &self,
        id: SourceId,
        topic: &str,
        until: Option<Timestamp>,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "update sources set hub_until = $3 where id = $1 and hub_topic = $2";
        tx.run_one(sql, args![id, topic, until]).await?;
        tx.commit().await
    }

    /// Lets a source be asked because its hub rang: no sooner after the last time than `floor`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it is stopped or not there.
    pub async fn ring_source(
        &self,
        id: SourceId,
        floor: Duration,
        at: Timestamp,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "update sources set next_at = case when coalesce(asked_at, 0) + $3 < $2 then $2 \
            else coalesce(asked_at, 0) + $3 end where id = $1 and ended_at is null \
            and $2 < next_at and coalesce(asked_at, 0) + $3 < next_at";
        // One that is due soon anyway stays as it is.
        tx.run(sql, args![id, at, millis(floor)]).await?;
        tx.commit().await
    }
}

/// The subscription in a row of a source.
pub(crate) fn hub(row: &Row) -> StoreResult<Option<Hub>> {
    let Some(url) = row.get::<Option<String>>("hub")? else { return Ok(None) };
    Ok(Some(Hub {
        url,
        topic: row.get::<Option<String>>("hub_topic")?.unwrap_or_default(),
        secret: row.get::<Option<Vec<u8>>>("hub_secret")?.unwrap_or_default(),
        until: row.get::<Option<i64>>("hub_until")?.map(Timestamp::from_millis),
        asked: Timestamp::from_millis(row.get::<Option<i64>>("hub_asked_at")?.unwrap_or(0)),
    }))
}

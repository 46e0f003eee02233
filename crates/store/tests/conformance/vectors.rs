//! Vectors follow claims, survive a change of the model until the new ones are complete, and go
//! with the texts that they were made from.

use std::collections::HashMap;

use kiemtin_core::ids::ClaimId;
use kiemtin_core::permission::Role;
use kiemtin_store::jobs::{Leased, NewJob};
use kiemtin_store::vectors::{EMBED_CLAIMS, ModelHash, Progress};

use crate::setting::{BEGIN, Fresh, each, is_stale};

const OLD: ModelHash = [1; 32];
const NEW: ModelHash = [2; 32];

async fn job(fresh: &Fresh) -> Leased {
    let new = NewJob {
        name: EMBED_CLAIMS,
        payload: "null".to_owned(),
        run_at: fresh.now(),
        unique_key: Some(EMBED_CLAIMS.to_owned()),
    };
    fresh.store.add_job(&new, fresh.chance()).await.unwrap();
    fresh.job(EMBED_CLAIMS).await
}

async fn keep(fresh: &Fresh, model: ModelHash, rows: &[(ClaimId, &[u8])], complete: bool) {
    let progress = fresh.store.vectors_progress(model).await.unwrap().unwrap();
    let progress = Progress { filled_to: None, complete, ..progress };
    let rows = rows.iter().map(|(id, it)| (*id, it.to_vec())).collect();
    fresh.store.keep_vectors(&job(fresh).await, model, &rows, progress).await.unwrap();
}

async fn seen(fresh: &Fresh, model: ModelHash, seq: i64) -> Vec<(ClaimId, i64, Vec<u8>)> {
    fresh.store.vectors_after(model, seq, 10).await.unwrap()
}

#[tokio::test]
async fn a_row_written_again_is_seen_again_and_numbers_never_fall() {
    each(async |fresh| {
        let (a, b) = (fresh.claim("a").await, fresh.claim("b").await);
        fresh.store.adopt_model(OLD, "model", 4, BEGIN).await.unwrap();
        let begin = fresh.store.vectors_progress(OLD).await.unwrap().unwrap();
        assert!(begin.filled_to.is_some() && !begin.complete);
        assert_eq!(begin.cursor, fresh.store.change_cursor().await.unwrap());
        keep(fresh, OLD, &[(a, b"one")], false).await;
        keep(fresh, OLD, &[(b, b"two")], true).await;
        assert_eq!(seen(fresh, OLD, 0).await, [(a, 1, b"one".to_vec()), (b, 2, b"two".to_vec())]);
        keep(fresh, OLD, &[(a, b"new"), (b, b"")], true).await;
        let rows = seen(fresh, OLD, 2).await;
        assert!(matches!(&rows[..], [(id, seq, it)] if *id == a && 2 < *seq && it == b"new"));
        assert_eq!(fresh.store.vectors_of(OLD, b).await.unwrap(), None);
        keep(fresh, OLD, &[(a, b"")], true).await;
        keep(fresh, OLD, &[(b, b"again")], true).await;
        assert_eq!(seen(fresh, OLD, rows[0].1).await.len(), 1, "a number is not used twice");
    })
    .await;
}

#[tokio::test]
async fn an_older_model_stays_until_it_is_dropped_and_then_writes_no_more() {
    each(async |fresh| {
        let claim = fresh.claim("a").await;
        fresh.store.adopt_model(OLD, "old", 4, BEGIN).await.unwrap();
        keep(fresh, OLD, &[(claim, b"old")], true).await;
        fresh.store.adopt_model(NEW, "new", 8, BEGIN.plus_millis(1)).await.unwrap();
        assert_eq!(seen(fresh, OLD, 0).await.len(), 1);
        assert!(seen(fresh, NEW, 0).await.is_empty());
        // Only the newer one may drop the other.
        assert_eq!(fresh.store.drop_older_models(OLD).await.unwrap(), 0);
        keep(fresh, NEW, &[(claim, b"new")], true).await;
        let models = fresh.store.models().await.unwrap();
        let names: Vec<_> = models.iter().map(|it| (it.name.as_str(), it.n_claims)).collect();
        assert_eq!(names, [("new", 1), ("old", 1)]);
        assert_eq!(fresh.store.drop_older_models(NEW).await.unwrap(), 1);
        assert_eq!(fresh.store.models().await.unwrap().len(), 1);
        assert_eq!(fresh.store.vectors_progress(OLD).await.unwrap(), None);
        let progress = Progress { cursor: 0, filled_to: None, complete: true };
        let late = job(fresh).await;
        is_stale(fresh.store.keep_vectors(&late, OLD, &HashMap::new(), progress).await);
    })
    .await;
}

#[tokio::test]
async fn a_row_that_holds_no_whole_vectors_is_noticed() {
    each(async |fresh| {
        let claim = fresh.claim("a").await;
        fresh.store.adopt_model(OLD, "model", 4, BEGIN).await.unwrap();
        for (row, ok) in [(&b"8 bytes 1234"[..], true), (b"8 bytes 123", false)] {
            keep(fresh, OLD, &[(claim, row)], true).await;
            let checks = fresh.store.checks().await.unwrap();
            assert!(checks.iter().any(|it| it.name == "vectors" && it.ok == ok), "{checks:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_lost_its_job_writes_nothing() {
    each(async |fresh| {
        let claim = fresh.claim("a").await;
        fresh.store.adopt_model(OLD, "model", 4, BEGIN).await.unwrap();
        let lost = job(fresh).await;
        fresh.wait(kiemtin_store::jobs::LEASE_MS + 1);
        fresh.job(EMBED_CLAIMS).await;
        let progress = fresh.store.vectors_progress(OLD).await.unwrap().unwrap();
        let rows = HashMap::from([(claim, b"row".to_vec())]);
        is_stale(fresh.store.keep_vectors(&lost, OLD, &rows, progress).await);
        assert!(seen(fresh, OLD, 0).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_vectors_of_a_claim_go_with_a_sighting_that_is_erased() {
    each(async |fresh| {
        let by = fresh.member("an", fresh.org("health").await, Role::Editor).await;
        let (claim, other) = (fresh.claim("a").await, fresh.claim("b").await);
        let (group, _) = fresh.group("a sighting of it").await;
        fresh.store.tie(group, claim, fresh.act(&by)).await.unwrap();
        fresh.store.adopt_model(OLD, "model", 4, BEGIN).await.unwrap();
        keep(fresh, OLD, &[(claim, b"both texts"), (other, b"other")], true).await;
        fresh.place.tamper("update messages set expires_at = 1").await.unwrap();
        let cursor = fresh.store.change_cursor().await.unwrap();
        fresh.store.erase_expired(fresh.now()).await.unwrap();
        assert_eq!(fresh.store.vectors_of(OLD, claim).await.unwrap(), None);
        assert!(fresh.store.vectors_of(OLD, other).await.unwrap().is_some());
        let changes = fresh.store.changes_after(cursor).await.unwrap();
        assert!(changes.is_some_and(|(it, _)| !it.is_empty()), "so that they are made anew");
    })
    .await;
}

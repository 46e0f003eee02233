//! Jobs: at least once, with effects exactly once.

use std::collections::BTreeSet;

use kiemtin_core::time::Timestamp;
use kiemtin_store::jobs::{ATTEMPTS_MAX, JobCounts, LEASE_MS, Leased, NewJob};

use crate::setting::{BEGIN, Fresh, each, is_stale};

fn job(key: Option<&str>, run_at: Timestamp) -> NewJob {
    let unique_key = key.map(str::to_owned);
    NewJob { name: "try", payload: "{}".to_owned(), run_at, unique_key }
}

async fn lease(fresh: &Fresh, millis: i64) -> Option<Leased> {
    fresh.store.lease_job(BEGIN.plus_millis(millis)).await.unwrap()
}

async fn finish(fresh: &Fresh, job: &Leased) -> kiemtin_store::StoreResult<()> {
    let mut tx = fresh.store.begin().await.unwrap();
    kiemtin_store::jobs::finish(&mut tx, job).await?;
    tx.commit().await
}

#[tokio::test]
async fn a_job_is_leased_to_one_worker_when_it_is_due() {
    each(async |fresh| {
        fresh.store.add_job(&job(None, BEGIN.plus_millis(500)), fresh.chance()).await.unwrap();
        assert_eq!(lease(fresh, 499).await, None);
        assert_eq!(fresh.store.next_job_at().await.unwrap(), Some(BEGIN.plus_millis(500)));
        let leased = lease(fresh, 500).await.unwrap();
        assert_eq!((leased.name.as_str(), leased.attempts), ("try", 1));
        assert_eq!(lease(fresh, 501).await, None);
        finish(fresh, &leased).await.unwrap();
        assert_eq!(fresh.store.job_counts().await.unwrap(), JobCounts::default());
        assert_eq!(fresh.store.next_job_at().await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_job_ends_with_those_that_follow_or_not_at_all() {
    each(async |fresh| {
        fresh.store.add_job(&job(None, BEGIN), fresh.chance()).await.unwrap();
        let first = lease(fresh, 0).await.unwrap();
        let second = lease(fresh, LEASE_MS + 1).await.unwrap();
        let then = [job(Some("a"), BEGIN), job(Some("b"), BEGIN)];
        is_stale(fresh.store.end_job(&first, &then, fresh.chance()).await);
        assert_eq!(fresh.store.job_counts().await.unwrap().waiting, 1, "none was added");
        fresh.store.end_job(&second, &then, fresh.chance()).await.unwrap();
        assert_eq!(fresh.store.job_counts().await.unwrap().waiting, 2);
        let third = lease(fresh, LEASE_MS + 2).await.unwrap();
        fresh.store.end_job(&third, &[], fresh.chance()).await.unwrap();
        assert_eq!(fresh.store.job_counts().await.unwrap().waiting, 1);
    })
    .await;
}

#[tokio::test]
async fn what_a_killed_process_had_taken_up_is_due_at_the_next_start() {
    let fresh = Fresh::new("SQLite", false).await;
    fresh.store.add_job(&job(None, BEGIN), fresh.chance()).await.unwrap();
    let first = lease(&fresh, 0).await.unwrap();
    assert_eq!(lease(&fresh, 1).await, None);
    fresh.store.take_over_jobs(BEGIN).await.unwrap();
    let second = lease(&fresh, 2).await.unwrap();
    assert_eq!((second.id, second.attempts), (first.id, 2));
    is_stale(finish(&fresh, &first).await); // The killed one cannot end it any more.
    finish(&fresh, &second).await.unwrap();
}

#[tokio::test]
async fn workers_at_the_same_time_get_different_jobs() {
    each(async |fresh| {
        for _ in 0..2 {
            fresh.store.add_job(&job(None, BEGIN), fresh.chance()).await.unwrap();
        }
        let (a, b, c) = tokio::join!(lease(fresh, 1), lease(fresh, 1), lease(fresh, 1));
        let mut ids: Vec<_> = [a, b, c].into_iter().flatten().map(|it| it.id).collect();
        ids.dedup();
        assert_eq!(ids.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn whoever_lost_the_lease_has_no_effect() {
    each(async |fresh| {
        fresh.store.add_job(&job(None, BEGIN), fresh.chance()).await.unwrap();
        let slow = lease(fresh, 0).await.unwrap();
        assert_eq!(lease(fresh, LEASE_MS).await, None);
        let fast = lease(fresh, LEASE_MS + 1).await.unwrap();
        assert_eq!((fast.id, fast.attempts), (slow.id, 2));
        is_stale(finish(fresh, &slow).await);
        fresh.store.fail_job(&slow, "too late", fresh.now()).await.unwrap();
        finish(fresh, &fast).await.unwrap();
        is_stale(finish(fresh, &fast).await);
    })
    .await;
}

#[tokio::test]
async fn a_failed_job_waits_twice_as_long_each_time_and_then_rests() {
    each(async |fresh| {
        fresh.store.add_job(&job(Some("k"), BEGIN), fresh.chance()).await.unwrap();
        let mut at = 0;
        for attempt in 1..=ATTEMPTS_MAX {
            let leased = lease(fresh, at).await.unwrap();
            assert_eq!(leased.attempts, attempt);
            let now = BEGIN.plus_millis(at);
            fresh.store.fail_job(&leased, "no network", now).await.unwrap();
            let wait = 1_000 << attempt;
            assert_eq!(lease(fresh, at + wait - 1).await, None, "attempt {attempt}");
            at += wait;
        }
        assert_eq!(lease(fresh, i64::MAX / 2).await, None);
        assert_eq!(fresh.store.job_counts().await.unwrap(), JobCounts { waiting: 0, failed: 1 });
        let again = job(Some("k"), BEGIN.plus_millis(at));
        fresh.store.add_job(&again, fresh.chance()).await.unwrap();
        assert_eq!(lease(fresh, at).await.unwrap().attempts, 1, "a new reason wakes it");
    })
    .await;
}

#[tokio::test]
async fn jobs_with_the_same_key_are_one() {
    each(async |fresh| {
        for key in [Some("a"), Some("a"), Some("b"), None, None] {
            fresh.store.add_job(&job(key, BEGIN), fresh.chance()).await.unwrap();
        }
        assert_eq!(fresh.store.job_counts().await.unwrap().waiting, 4);
    })
    .await;
}

#[tokio::test]
async fn a_worker_asks_for_jobs_of_one_name_or_of_any_other() {
    each(async |fresh| {
        let named = |name, at| NewJob { name, ..job(None, BEGIN.plus_millis(at)) };
        for (name, at) in [("slow", 0), ("sort", 0), ("quick", 1)] {
            fresh.store.add_job(&named(name, at), fresh.chance()).await.unwrap();
        }
        let now = BEGIN.plus_millis(9);
        let lease = async |is_slow: bool| {
            let res = match is_slow {
                true => fresh.store.lease_job_named("slow", now).await,
                false => fresh.store.lease_job_other_than(&["slow", "sort"], now).await,
            };
            res.unwrap().map(|it| it.name)
        };
        assert_eq!(lease(false).await.as_deref(), Some("quick"));
        assert_eq!(lease(false).await, None);
        assert_eq!(lease(true).await.as_deref(), Some("slow"));
        assert_eq!(lease(true).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_begins_takes_over_what_the_one_before_held_or_gave_up() {
    each(async |fresh| {
        fresh.store.add_job(&job(None, BEGIN), fresh.chance()).await.unwrap();
        let held = lease(fresh, 0).await.unwrap();
        assert_eq!(fresh.store.take_over_jobs(BEGIN.plus_millis(1)).await.unwrap(), 0);
        // On PostgreSQL another node may be doing it: the lease decides.
        let is_alone = fresh.store.engine_name() == "SQLite";
        let wait = if is_alone { 2 } else { LEASE_MS + 1 };
        let again = lease(fresh, wait).await.unwrap();
        assert_eq!((again.id, again.attempts), (held.id, 2));
        let mut last = again;
        let mut at = wait;
        while last.attempts < ATTEMPTS_MAX {
            fresh.store.fail_job(&last, "no network", BEGIN.plus_millis(at)).await.unwrap();
            at += 1_000_000;
            last = lease(fresh, at).await.unwrap();
        }
        fresh.store.fail_job(&last, "no network", BEGIN.plus_millis(at)).await.unwrap();
        assert_eq!(lease(fresh, at + 1_000_000).await, None);
        let now = BEGIN.plus_millis(at + 1_000_000);
        assert_eq!(fresh.store.take_over_jobs(now).await.unwrap(), 1);
        assert_eq!(lease(fresh, at + 1_000_000).await.unwrap().attempts, 1);
    })
    .await;
}

#[tokio::test]
async fn small_jobs_that_were_never_tried_are_taken_together() {
    each(async |fresh| {
        for _ in 0..4 {
            fresh.store.add_job(&job(None, BEGIN), fresh.chance()).await.unwrap();
        }
        let big = NewJob { payload: "x".repeat(4_001), ..job(None, BEGIN) };
        fresh.store.add_job(&big, fresh.chance()).await.unwrap();
        let other = NewJob { name: "another", ..job(None, BEGIN) };
        fresh.store.add_job(&other, fresh.chance()).await.unwrap();
        let at = BEGIN.plus_millis(9_000);
        let failed = fresh.store.lease_job_named("try", BEGIN).await.unwrap().unwrap();
        fresh.store.fail_job(&failed, "once", BEGIN).await.unwrap();
        let like = Leased { payload: "{}".to_owned(), attempts: 1, ..failed.clone() };
        let one = fresh.store.lease_more(&like, at, 1).await.unwrap();
        assert_eq!(one.len(), 1, "as many as asked for");
        let rest = fresh.store.lease_more(&like, at, 9).await.unwrap();
        let all: Vec<&Leased> = one.iter().chain(&rest).collect();
        let ids: BTreeSet<_> = all.iter().map(|it| it.id).collect();
        assert!(ids.len() == all.len() && (3..=4).contains(&ids.len()), "each once: {all:?}");
        assert!(!ids.contains(&failed.id), "what failed is tried again alone");
        assert!(all.iter().all(|it| it.name == "try" && it.payload == "{}" && it.attempts == 1));
        let again = Leased { attempts: 2, ..like };
        assert_eq!(fresh.store.lease_more(&again, at, 9).await.unwrap(), Vec::new());
    })
    .await;
}

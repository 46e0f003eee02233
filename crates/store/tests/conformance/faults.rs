//! The n-th statement fails, for n = 1, 2, 3 … until success; after each the desk is opened again and
//! the invariants I1, I3 and I4 of STANDARDS section 9 hold. On SQLite.

use kiemtin_core::review::Salt;
use kiemtin_core::workflow::State;
use kiemtin_store::StoreError;
use kiemtin_store::groups::{Into, Sorted};
use kiemtin_store::reviews::Signed;

use crate::setting::Fresh;

/// More statements than any deed has: a loop that never succeeds is a failed test.
const STATEMENTS_MAX: i64 = 100;

fn is_asked_for(err: &StoreError) -> bool {
    err.to_string().contains("a test asked for this")
}

async fn reopened(fresh: &Fresh) -> kiemtin_store::Store {
    fresh.place.open(false).await.unwrap()
}

#[tokio::test]
async fn a_tip_is_taken_whole_or_not_at_all() {
    let fresh = Fresh::new("SQLite", false).await;
    let (tip, receipt) = fresh.tip("Có đúng không?");
    let batch = [tip, fresh.intake("and one without a receipt")];
    let mut n_failed = 0;
    for n in 1.. {
        assert!(n < STATEMENTS_MAX);
        fresh.store.fail_at(n);
        let res = fresh.store.take_in(&batch, fresh.now(), fresh.chance()).await;
        fresh.store.fail_at(i64::MAX);
        let seen = reopened(&fresh).await;
        let is_in = seen.receipt(receipt).await.unwrap().is_some();
        let (n_messages, jobs) =
            (seen.n_messages().await.unwrap(), seen.job_counts().await.unwrap());
        seen.close().await;
        if let Err(err) = res {
            assert!(is_asked_for(&err), "{err}");
            assert_eq!((is_in, n_messages, jobs.waiting), (false, 0, 0), "statement {n}");
            n_failed += 1;
            continue;
        }
        assert_eq!((is_in, n_messages, jobs.waiting), (true, 2, 1), "I1");
        break;
    }
    assert!(3 <= n_failed, "only {n_failed} statements");
}

#[tokio::test]
async fn a_sorting_has_its_effect_once() {
    let fresh = Fresh::new("SQLite", false).await;
    let claim = fresh.claim("claim").await;
    let (known, _) = fresh.group("a").await;
    let batch = ["a", "b"].map(|it| fresh.intake(it));
    fresh.take_in(&batch).await;
    let job = fresh.job("sort_messages").await;
    let mut group = fresh.new_group("b");
    group.tie = Some(claim);
    let new = group.id;
    let messages = vec![(batch[0].id, Into::Known(known)), (batch[1].id, Into::New(0))];
    let sorted = Sorted { groups: vec![group], messages, ..Sorted::default() };
    let mut n_failed = 0;
    for n in 1.. {
        assert!(n < STATEMENTS_MAX);
        fresh.store.fail_at(n);
        let res = fresh
            .store
            .sort(std::slice::from_ref(&job), &sorted, fresh.now(), fresh.chance())
            .await;
        fresh.store.fail_at(i64::MAX);
        let seen = reopened(&fresh).await;
        let size = |it: Option<kiemtin_store::groups::Group>| it.map(|it| it.n_messages);
        let sizes = (
            size(seen.group(known).await.unwrap()),
            size(seen.group(new).await.unwrap()),
            seen.job_counts().await.unwrap().waiting,
        );
        seen.close().await;
        if let Err(err) = res {
            assert!(is_asked_for(&err), "{err}");
            assert_eq!(sizes, (Some(1), None, 1), "statement {n}");
            n_failed += 1;
            continue;
        }
        assert_eq!(sizes, (Some(2), Some(1), 1), "I3: the effect once, and the job that follows");
        break;
    }
    assert!(8 <= n_failed, "only {n_failed} statements");
    let again =
        fresh.store.sort(std::slice::from_ref(&job), &sorted, fresh.now(), fresh.chance()).await;
    assert!(matches!(again, Err(StoreError::Stale)));
}

#[tokio::test]
async fn no_version_is_without_its_entry_and_no_entry_without_its_version() {
    let fresh = Fresh::new("SQLite", false).await;
    let people = fresh.two_orgs().await;
    let case = fresh.case_in_review(&people).await;
    fresh.sign(case.id, &people.health).await.unwrap();
    let hash = fresh.hash(case.id).await;
    let mut n_failed = 0;
    for n in 1.. {
        assert!(n < STATEMENTS_MAX);
        fresh.store.fail_at(n);
        let res = fresh.store.sign(case.id, hash, fresh.act(&people.press), Salt([1; 32])).await;
        fresh.store.fail_at(i64::MAX);
        let seen = reopened(&fresh).await;
        let n_versions = seen.versions(case.claim).await.unwrap().len();
        let n_entries = seen.log_entries(0, 9).await.unwrap().len();
        let state = seen.case(case.id).await.unwrap().unwrap().state;
        let n_jobs = seen.job_counts().await.unwrap().waiting;
        seen.close().await;
        assert_eq!(n_versions, n_entries, "I4, statement {n}");
        if let Err(err) = res {
            assert!(is_asked_for(&err), "{err}");
            assert_eq!((n_entries, state, n_jobs), (0, State::Review, 0), "statement {n}");
            n_failed += 1;
            continue;
        }
        assert_eq!(res.unwrap(), Signed::Published { number: 1, version: 1 });
        // The receipts, the log's next checkpoint, and the hub.
        assert_eq!((n_entries, state, n_jobs), (1, State::Published, 3));
        break;
    }
    assert!(15 <= n_failed, "only {n_failed} statements");
}

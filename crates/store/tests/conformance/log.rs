//! The tree over the log, and what is kept of its signatures.

use kiemtin_core::tree::{self, Hashes};
use kiemtin_store::StoreError;
use kiemtin_store::jobs::Leased;
use kiemtin_store::log::{COSIGN_LOG, Held, SIGN_LOG, Signed};

use crate::setting::{Fresh, each, is_stale};

/// A checkpoint as a signer would hand it in; the store looks at neither key nor note.
async fn signed(fresh: &Fresh, size: u64, note: &str) -> Signed {
    let root = fresh.store.ask_tree(|it| it.root(size)).await.unwrap();
    let (vkey, note) = ("desk+key".to_owned(), note.to_owned());
    Signed { vkey, size, root, note, at: fresh.now(), held: None }
}

async fn keep(fresh: &Fresh, job: &Leased, new: &Signed, ask: bool) -> Result<(), StoreError> {
    fresh.store.keep_checkpoint(job, new, ask, fresh.chance()).await
}

#[tokio::test]
async fn the_tree_grows_with_each_entry_and_answers_from_the_database() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let mut own = Hashes::default();
        for n in 0..6 {
            fresh.published(&people).await;
            let entry = fresh.store.log_entries(n, 1).await.unwrap().remove(0);
            own.grow(n.unsigned_abs(), tree::leaf(entry.entry.as_bytes())).unwrap();
        }
        for size in 0..=6 {
            let root = fresh.store.ask_tree(|it| it.root(size)).await.unwrap();
            assert_eq!(root, own.root(size).unwrap(), "{size}");
        }
        let proof = fresh.store.ask_tree(|it| it.prove_entry(6, 4)).await.unwrap();
        assert_eq!(proof, own.prove_entry(6, 4).unwrap());
        let beyond = fresh.store.ask_tree(|it| it.root(7)).await;
        assert!(matches!(beyond, Err(StoreError::Damaged(_))), "{beyond:?}");
    })
    .await;
}

#[tokio::test]
async fn an_entry_that_comes_while_a_checkpoint_is_signed_is_signed_next() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        fresh.published(&people).await;
        fresh.store.adopt_log_key("desk+key", fresh.now(), fresh.chance()).await.unwrap();
        let job = fresh.job(SIGN_LOG).await;
        let first = signed(fresh, 1, "one").await;
        // The job is taken; the new entry cannot add another.
        fresh.published(&people).await;
        keep(fresh, &job, &first, true).await.unwrap();
        is_stale(keep(fresh, &job, &first, true).await);
        fresh.job(COSIGN_LOG).await;
        let job = fresh.job(SIGN_LOG).await;
        keep(fresh, &job, &signed(fresh, 2, "two").await, false).await.unwrap();
        let found = fresh.store.signed_log().await.unwrap().unwrap();
        assert_eq!((found.size, found.note.as_str(), found.held), (2, "two", None));
        assert_eq!(fresh.store.lease_job_named(SIGN_LOG, fresh.now()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_held_log_takes_no_checkpoint_and_no_shorter_one_ever() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        fresh.published(&people).await;
        fresh.published(&people).await;
        let (store, now) = (&fresh.store, fresh.now());
        store.adopt_log_key("desk+key", now, fresh.chance()).await.unwrap();
        let job = fresh.job(SIGN_LOG).await;
        store.hold_log(Held::Restored).await.unwrap();
        is_stale(keep(fresh, &job, &signed(fresh, 2, "two").await, false).await);
        assert_eq!(store.signed_log().await.unwrap().unwrap().held, Some(Held::Restored));
        store.release_log(now, fresh.chance()).await.unwrap();
        keep(fresh, &job, &signed(fresh, 2, "two").await, false).await.unwrap();
        store.ask_witnesses(now, fresh.chance()).await.unwrap();
        let job = fresh.job(COSIGN_LOG).await;
        is_stale(keep(fresh, &job, &signed(fresh, 1, "one").await, false).await);
    })
    .await;
}

#[tokio::test]
async fn a_cosignature_belongs_to_the_newest_checkpoint() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        fresh.published(&people).await;
        let (store, now) = (&fresh.store, fresh.now());
        store.adopt_log_key("desk+key", now, fresh.chance()).await.unwrap();
        let job = fresh.job(SIGN_LOG).await;
        let one = signed(fresh, 1, "one").await;
        keep(fresh, &job, &one, false).await.unwrap();
        store.keep_cosignature(&one, "one, seen", "w+key", now).await.unwrap();
        is_stale(store.keep_cosignature(&one, "one, again", "w+key", now).await);
        assert_eq!(store.signed_log().await.unwrap().unwrap().note, "one, seen");
        assert_eq!(store.log_witnesses().await.unwrap(), [("w+key".to_owned(), 1, now)]);
        // Another key is another log: what witnesses said of the old one does not count.
        store.adopt_log_key("desk+new", now, fresh.chance()).await.unwrap();
        assert_eq!(store.log_witnesses().await.unwrap(), []);
        let keys = store.log_keys().await.unwrap();
        assert_eq!(keys, [("desk+key".to_owned(), 1), ("desk+new".to_owned(), 1)]);
    })
    .await;
}

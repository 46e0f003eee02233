//! The change cursor: complete and in order, also under writers at the same time.

use kiemtin_core::permission::Role;
use kiemtin_core::time::{DAY_MS, HOUR_MS};
use kiemtin_store::changes::Changed;

use crate::setting::{BEGIN, each};

#[tokio::test]
async fn each_change_is_seen_once_and_in_order() {
    each(async |fresh| {
        let (store, start) = (&fresh.store, fresh.store.change_cursor().await.unwrap());
        let a = fresh.claim("a").await;
        let (group, _) = fresh.group("b").await;
        let (changed, cursor) = store.changes_after(start).await.unwrap().unwrap();
        assert_eq!(changed, [Changed::Claim(a), Changed::Group(group)]);
        assert_eq!(store.changes_after(cursor).await.unwrap(), Some((Vec::new(), cursor)));
        assert_eq!(store.change_cursor().await.unwrap(), cursor);
    })
    .await;
}

#[tokio::test]
async fn a_reader_beside_many_writers_misses_nothing() {
    each(async |fresh| {
        let claims: Vec<_> = (0..60).map(|it| fresh.new_claim(&format!("claim {it}"))).collect();
        let write = async |part: Vec<_>| {
            for claim in part {
                fresh.store.add_claims(&[claim], fresh.now()).await.unwrap();
            }
        };
        let read = async || {
            let (mut seen, mut cursor) = (Vec::new(), 0);
            while seen.len() < claims.len() {
                let (changed, last) = fresh.store.changes_after(cursor).await.unwrap().unwrap();
                seen.extend(changed);
                cursor = last;
            }
            (seen, cursor)
        };
        let part = |nth: usize| claims.iter().skip(nth).step_by(3).cloned().collect();
        let ((seen, cursor), ..) =
            tokio::join!(read(), write(part(0)), write(part(1)), write(part(2)));
        let mut expected: Vec<_> = claims.iter().map(|it| Changed::Claim(it.id)).collect();
        assert_eq!(cursor, 60, "without gaps");
        let mut sorted = seen.clone();
        let key = |it: &Changed| format!("{it:?}");
        sorted.sort_by_key(key);
        expected.sort_by_key(key);
        assert_eq!(sorted, expected);
        let (again, _) = fresh.store.changes_after(0).await.unwrap().unwrap();
        assert_eq!(again, seen, "a second reader sees the same order");
    })
    .await;
}

#[tokio::test]
async fn changes_go_after_a_week_and_who_was_away_longer_is_told() {
    each(async |fresh| {
        let store = &fresh.store;
        for name in ["a", "b", "c"] {
            fresh.claim(name).await;
        }
        let at = |days: i64| BEGIN.plus_millis(days * DAY_MS + HOUR_MS);
        store.erase_expired(at(0)).await.unwrap();
        let late = fresh.claim("d").await;
        store.erase_expired(at(6)).await.unwrap();
        assert_eq!(store.changes_after(0).await.unwrap().unwrap().0.len(), 4, "not yet");
        store.erase_expired(at(8)).await.unwrap();
        for cursor in [0, 1] {
            assert_eq!(store.changes_after(cursor).await.unwrap(), None, "{cursor}");
        }
        let rest = (vec![Changed::Claim(late)], 4);
        assert_eq!(store.changes_after(3).await.unwrap(), Some(rest));
        store.erase_expired(at(30)).await.unwrap();
        assert_eq!(store.change_cursor().await.unwrap(), 4, "the newest stays");
        let next = fresh.claim("e").await;
        let rest = (vec![Changed::Claim(next)], 5);
        assert_eq!(store.changes_after(4).await.unwrap(), Some(rest));
    })
    .await;
}

#[tokio::test]
async fn a_claim_changes_with_the_sightings_that_it_is_found_by() {
    each(async |fresh| {
        let org = fresh.org("city").await;
        let by = fresh.member("an", org, Role::Checker).await;
        let (store, claim) = (&fresh.store, fresh.claim("claim").await);
        let (a, _) = fresh.group("a").await;
        let more = fresh.intake("a again");
        fresh.joined(a, std::slice::from_ref(&more)).await;
        let (b, _) = fresh.group("b").await;
        store.tie(a, claim, fresh.act(&by)).await.unwrap();
        let news = async || {
            let cursor = store.change_cursor().await.unwrap();
            move || async move {
                let (changed, _) = store.changes_after(cursor).await.unwrap().unwrap();
                changed.contains(&Changed::Claim(claim))
            }
        };
        let told = news().await;
        store.merge_groups(b, a, fresh.act(&by)).await.unwrap();
        assert!(told().await, "merge");
        let told = news().await;
        store.unmerge_group(b, fresh.act(&by)).await.unwrap();
        assert!(told().await, "unmerge");
        let told = news().await;
        let new = fresh.new_group("a again");
        store.split_group(a, &[more.id], &new, fresh.act(&by)).await.unwrap();
        assert!(told().await, "split");
        fresh.place.tamper("update messages set expires_at = 1 where text = 'a'").await.unwrap();
        let told = news().await;
        store.erase_expired(fresh.now()).await.unwrap();
        assert!(told().await, "erasing");
    })
    .await;
}

//! The change cursor: complete and in order, also under writers at the same time.

use kiemtin_store::changes::Changed;

use crate::setting::each;

#[tokio::test]
async fn each_change_is_seen_once_and_in_order() {
    each(async |fresh| {
        let (store, start) = (&fresh.store, fresh.store.change_cursor().await.unwrap());
        let a = fresh.claim("a").await;
        let (group, _) = fresh.group("b").await;
        let (changed, cursor) = store.changes_after(start).await.unwrap();
        assert_eq!(changed, [Changed::Claim(a), Changed::Group(group)]);
        assert_eq!(store.changes_after(cursor).await.unwrap(), (Vec::new(), cursor));
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
                let (changed, last) = fresh.store.changes_after(cursor).await.unwrap();
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
        let (again, _) = fresh.store.changes_after(0).await.unwrap();
        assert_eq!(again, seen, "a second reader sees the same order");
    })
    .await;
}

//! What is published, page by page.

use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::ids::ClaimId;
use kiemtin_core::lang::Lang;
use kiemtin_core::rating::Rating;
use kiemtin_core::review::VersionClass;
use kiemtin_core::time::{DAY_MS, Timestamp};
use kiemtin_store::catalogue::Wanted;

use crate::setting::{Fresh, each};

const ALL: Wanted<'_> =
    Wanted { topic: None, place: None, signed_by: None, rating: None, lang: None, since: None };

async fn answers(fresh: &Fresh, before: i64, wanted: Wanted<'_>) -> Vec<i64> {
    let found = fresh.store.answers_before(before, &wanted, 10).await.unwrap();
    found.iter().map(|it| it.document.number).collect()
}

#[tokio::test]
async fn answers_are_found_by_what_is_wanted_from_a_place_that_stays() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let stranger = fresh.org("stranger").await;
        let first = fresh.published(&people).await;
        let place = UnitCode::parse("00070").unwrap();
        let (store, by) = (&fresh.store, &people.editor);
        store.add_claim_place(first.claim, place, fresh.act(by)).await.unwrap();
        assert_eq!(answers(fresh, i64::MAX, ALL).await, [1]);
        let version = store.newest_version(first.claim).await.unwrap().unwrap();
        assert_eq!(answers(fresh, version.log_idx, ALL).await, [0; 0]);
        let rating = version.document.content.rating;
        let other = Rating::ALL.into_iter().find(|it| *it != rating);
        let published = Timestamp::parse(&version.document.published).unwrap();
        let hanoi = UnitCode::parse("01").unwrap();
        let saigon = UnitCode::parse("79").unwrap();
        for (wanted, is_found) in [
            (Wanted { topic: Some("health"), ..ALL }, true),
            (Wanted { topic: Some("scam"), ..ALL }, false),
            (Wanted { place: Some(place), ..ALL }, true),
            (Wanted { place: Some(hanoi), ..ALL }, true),
            (Wanted { place: Some(saigon), ..ALL }, false),
            (Wanted { signed_by: Some(people.press.org), ..ALL }, true),
            (Wanted { signed_by: Some(stranger), ..ALL }, false),
            (Wanted { rating: Some(rating), ..ALL }, true),
            (Wanted { rating: other, ..ALL }, false),
            (Wanted { lang: Some(Lang::Vi), ..ALL }, true),
            (Wanted { since: Some(published), ..ALL }, true),
            (Wanted { since: Some(published.plus_millis(1)), ..ALL }, false),
        ] {
            let found = answers(fresh, i64::MAX, wanted).await;
            assert_eq!(!found.is_empty(), is_found, "{wanted:?}");
        }
        let numbered = async |before| {
            let found = store.numbered_before(before, 10).await.unwrap();
            found.iter().map(|it| it.document.number).collect::<Vec<_>>()
        };
        assert_eq!(numbered(i64::MAX).await, [1]);
        assert_eq!(numbered(1).await, [0; 0]);
        let counts = store.public_counts().await.unwrap();
        assert_eq!(counts.ratings, [(rating, 1)]);
        assert_eq!(counts.topics, [(Some("health".to_owned()), 1)]);
        assert_eq!(counts.classes, [(VersionClass::First, 1)]);
        assert_eq!(counts.n_waiting, 0);
    })
    .await;
}

#[tokio::test]
async fn the_waiting_list_goes_on_behind_a_claim_that_left_it() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let (store, by) = (&fresh.store, &people.editor);
        let mut cases = Vec::new();
        for text in ["a", "b", "c"] {
            let case = fresh.open_case(text, by).await;
            store.release(case.claim, fresh.act(by)).await.unwrap();
            cases.push(case.claim);
            fresh.wait(DAY_MS);
        }
        let after = async |since, claim| {
            let found = store.waiting_after(since, claim, 2).await.unwrap();
            found.into_iter().map(|it| (it.claim, it.since)).collect::<Vec<_>>()
        };
        let begin = (Timestamp::from_millis(i64::MIN), ClaimId(uuid::Uuid::nil()));
        let first = after(begin.0, begin.1).await;
        assert_eq!(first.iter().map(|it| it.0).collect::<Vec<_>>(), cases[..2]);
        let (last, since) = first[1];
        store.withdraw_release(last, "unclear", fresh.act(by)).await.unwrap();
        let second = after(since, last).await;
        assert_eq!(second.iter().map(|it| it.0).collect::<Vec<_>>(), cases[2..]);
        assert_eq!(store.public_counts().await.unwrap().n_waiting, 2);
    })
    .await;
}

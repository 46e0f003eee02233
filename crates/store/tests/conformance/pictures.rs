//! Hashes of pictures: kept with a message, told to every index, and gone with the text.

use kiemtin_core::ids::GroupId;
use kiemtin_core::permission::Role;
use kiemtin_core::picture::PictureHash;
use kiemtin_core::time::DAY_MS;
use kiemtin_store::changes::Changed;
use kiemtin_store::messages::Intake;

use crate::setting::{BEGIN, Fresh, each};

fn picture(n: u8) -> PictureHash {
    PictureHash::from_bytes(&[n; 32]).unwrap()
}

fn with_picture(fresh: &Fresh, text: &str, n: u8) -> Intake {
    Intake { picture: Some(picture(n)), ..fresh.intake(text) }
}

/// How often the cursor tells of a group after `cursor`.
async fn n_told(fresh: &Fresh, cursor: i64, group: GroupId) -> usize {
    let (changed, _) = fresh.store.changes_after(cursor).await.unwrap().unwrap();
    changed.iter().filter(|it| **it == Changed::Group(group)).count()
}

#[tokio::test]
async fn a_picture_comes_to_its_group_and_every_index_is_told() {
    each(async |fresh| {
        let first = with_picture(fresh, "a", 1);
        fresh.take_in(std::slice::from_ref(&first)).await;
        let unsorted = fresh.store.unsorted(&[first.id]).await.unwrap();
        assert_eq!(unsorted[0].picture, Some(picture(1)));
        let waiting = fresh.store.pictures(None, 10).await.unwrap();
        assert_eq!(waiting.iter().map(|it| it.group).collect::<Vec<_>>(), [None]);
        let (group, _) = fresh.group("a").await;
        let cursor = fresh.store.change_cursor().await.unwrap();
        fresh.joined(group, &[fresh.intake("a")]).await;
        assert_eq!(n_told(fresh, cursor, group).await, 0, "no picture, no news");
        let second = with_picture(fresh, "a", 2);
        fresh.joined(group, &[second.clone(), with_picture(fresh, "a", 2)]).await;
        assert_eq!(n_told(fresh, cursor, group).await, 1);
        assert_eq!(fresh.store.pictures_of_group(group).await.unwrap(), [picture(2)]);
        let all = fresh.store.pictures(Some(first.id), 10).await.unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].message, all[0].group), (second.id, Some(group)));
        assert_eq!(all[0].picture, Some(picture(2)));
        assert_eq!(fresh.store.pictures(None, 1).await.unwrap()[0].message, first.id);
    })
    .await;
}

#[tokio::test]
async fn a_picture_goes_with_its_text_unless_a_member_confirmed_the_sighting() {
    each(async |fresh| {
        let group = fresh.sorted(with_picture(fresh, "a", 1), fresh.new_group("a")).await;
        let kept = fresh.sorted(with_picture(fresh, "b", 2), fresh.new_group("b")).await;
        let org = fresh.org("city").await;
        let checker = fresh.member("an", org, Role::Checker).await;
        let claim = fresh.claim("b").await;
        assert!(!fresh.store.claim_has_picture(claim).await.unwrap());
        fresh.store.tie(kept, claim, fresh.act(&checker)).await.unwrap();
        assert!(fresh.store.claim_has_picture(claim).await.unwrap());
        let cursor = fresh.store.change_cursor().await.unwrap();
        let erased = fresh.store.erase_expired(BEGIN.plus_millis(40 * DAY_MS)).await.unwrap();
        assert_eq!(erased.messages, 1);
        assert_eq!(fresh.store.pictures_of_group(group).await.unwrap(), []);
        assert!(0 < n_told(fresh, cursor, group).await, "every index forgets it");
        assert_eq!(fresh.store.pictures_of_group(kept).await.unwrap(), [picture(2)]);
        assert_eq!(fresh.store.pictures(None, 10).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_picture_follows_its_message_into_a_merged_group_and_back() {
    each(async |fresh| {
        let org = fresh.org("city").await;
        let checker = fresh.member("an", org, Role::Checker).await;
        let from = fresh.sorted(with_picture(fresh, "a", 1), fresh.new_group("a")).await;
        let (into, _) = fresh.group("b").await;
        let store = &fresh.store;
        store.merge_groups(from, into, fresh.act(&checker)).await.unwrap();
        assert_eq!(store.pictures_of_group(from).await.unwrap(), []);
        assert_eq!(store.pictures_of_group(into).await.unwrap(), [picture(1)]);
        store.unmerge_group(from, fresh.act(&checker)).await.unwrap();
        assert_eq!(store.pictures_of_group(from).await.unwrap(), [picture(1)]);
    })
    .await;
}

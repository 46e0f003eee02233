//! What has had its time is erased: from the tables, and from the bytes of the files.

use std::path::Path;

use kiemtin_core::permission::Role;
use kiemtin_core::time::DAY_MS;
use kiemtin_store::receipts::Outcome;
use kiemtin_store::retention::Erased;

use crate::setting::{BEGIN, Fresh, each};

#[tokio::test]
async fn an_unprocessed_text_goes_after_thirty_days_and_its_receipt_keeps_the_outcome() {
    each(async |fresh| {
        let (tip, receipt) = fresh.tip("a");
        let group = fresh.new_group("a");
        let group = fresh.sorted(tip, group).await;
        fresh.take_in(&[fresh.intake("never sorted")]).await;
        let day = |n: i64| BEGIN.plus_millis(n * DAY_MS);
        let before = day(30).plus_millis(-1);
        assert_eq!(fresh.store.erase_expired(before).await.unwrap(), Erased::default());
        let erased = fresh.store.erase_expired(day(31)).await.unwrap();
        assert_eq!(erased, Erased { messages: 2, groups: 1, tokens: 0 });
        assert_eq!(fresh.store.n_messages().await.unwrap(), 0);
        assert_eq!(fresh.store.group(group).await.unwrap(), None);
        let outcome = fresh.store.receipt(receipt).await.unwrap().unwrap().outcome;
        assert_eq!(outcome, Outcome::Expired);
        assert_eq!(fresh.store.erase_expired(day(31)).await.unwrap(), Erased::default());
    })
    .await;
}

#[tokio::test]
async fn many_texts_go_in_several_steps() {
    each(async |fresh| {
        let batch: Vec<_> = (0..2_500).map(|it| fresh.intake(&format!("text {it}"))).collect();
        fresh.take_in(&batch).await;
        let erased = fresh.store.erase_expired(BEGIN.plus_millis(40 * DAY_MS)).await.unwrap();
        assert_eq!(erased.messages, 2_500);
    })
    .await;
}

#[tokio::test]
async fn a_tip_whose_text_went_still_gets_the_answer_to_its_claim() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.case_in_review(&people).await;
        let (tip, receipt) = fresh.tip("a");
        let mut group = fresh.new_group("a");
        group.tie = Some(case.claim);
        fresh.sorted(tip, group).await;
        let erased = fresh.store.erase_expired(BEGIN.plus_millis(40 * DAY_MS)).await.unwrap();
        assert_eq!((erased.messages, erased.groups), (1, 0), "the tie is not a text");
        fresh.sign(case.id, &people.health).await.unwrap();
        fresh.sign(case.id, &people.press).await.unwrap();
        let outcome = fresh.store.receipt(receipt).await.unwrap().unwrap().outcome;
        assert_eq!(outcome, Outcome::Answered { claim: case.claim, number: 1 });
    })
    .await;
}

#[tokio::test]
async fn ended_sessions_and_links_go() {
    each(async |fresh| {
        let org = fresh.org("city").await;
        let member = fresh.member("an", org, Role::Checker).await;
        fresh.store.begin_session([1; 32], member.id, false, BEGIN).await.unwrap();
        let link = kiemtin_store::members::Invitation { org: Some(org), role: Role::Checker };
        fresh.store.invite([1; 32], &link, BEGIN).await.unwrap();
        assert_eq!(fresh.store.erase_expired(BEGIN).await.unwrap().tokens, 0);
        let erased = fresh.store.erase_expired(BEGIN.plus_millis(DAY_MS)).await.unwrap();
        assert_eq!(erased.tokens, 1);
        let erased = fresh.store.erase_expired(BEGIN.plus_millis(8 * DAY_MS)).await.unwrap();
        assert_eq!(erased.tokens, 1);
    })
    .await;
}

#[tokio::test]
async fn an_erased_text_is_in_no_byte_of_the_folder() {
    let fresh = Fresh::new("SQLite", false).await;
    let needle = "Chuyện bí mật không ai được đọc nữa";
    let long = format!("{} {needle}", "đệm ".repeat(2_000));
    let batch: Vec<_> =
        [needle, &long].into_iter().cycle().take(300).map(|it| fresh.intake(it)).collect();
    fresh.take_in(&batch).await;
    let (group, _) = fresh.group(needle).await;
    fresh.joined(group, &[fresh.intake(needle)]).await;
    assert!(0 < count(fresh.place.folder(), needle), "the search finds what is there");
    let erased = fresh.store.erase_expired(BEGIN.plus_millis(40 * DAY_MS)).await.unwrap();
    assert_eq!(erased.messages, 302);
    assert_eq!(count(fresh.place.folder(), needle), 0, "while the desk is open");
    fresh.store.close().await;
    assert_eq!(count(fresh.place.folder(), needle), 0, "after it was closed");
}

fn count(folder: &Path, needle: &str) -> usize {
    let files = std::fs::read_dir(folder).unwrap();
    let bytes = files.map(|it| std::fs::read(it.unwrap().path()).unwrap());
    let hits =
        |bytes: Vec<u8>| bytes.windows(needle.len()).filter(|it| *it == needle.as_bytes()).count();
    bytes.map(hits).sum()
}

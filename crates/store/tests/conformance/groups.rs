//! Sorting, tying, merging and splitting: each message in one group, each group in one claim.

use std::collections::{BTreeMap, BTreeSet};

use kiemtin_core::case::DismissReason;
use kiemtin_core::facts::Facts;
use kiemtin_core::fingerprint::{self, Fingerprint, Sketch};
use kiemtin_core::group::{Groups, Probe};
use kiemtin_core::ids::{GroupId, MessageId};
use kiemtin_core::lang::Lang;
use kiemtin_core::permission::Role;
use kiemtin_core::text::normalise::normalise;
use kiemtin_core::time::DAY_MS;
use kiemtin_core::workflow::Action;
use kiemtin_store::StoreError;
use kiemtin_store::groups::{Into, NewGroup, NewMatch, Queue, Sorted};
use kiemtin_store::jobs::LEASE_MS;
use kiemtin_store::members::Member;
use kiemtin_store::messages::Intake;
use kiemtin_store::receipts::Outcome;
use kiemtin_store::retention::Erased;

use crate::setting::{Fresh, each, is_stale, refused};

async fn checker(fresh: &Fresh) -> Member {
    let org = fresh.org("city").await;
    fresh.member("an", org, Role::Checker).await
}

async fn texts(fresh: &Fresh, group: GroupId) -> Vec<String> {
    let messages = fresh.store.messages_of_group(group, 1_000).await.unwrap();
    let mut texts: Vec<_> = messages.into_iter().map(|it| it.text).collect();
    texts.sort();
    texts
}

async fn n_messages(fresh: &Fresh, group: GroupId) -> i64 {
    fresh.store.group(group).await.unwrap().unwrap().n_messages
}

/// How many texts are erased `days` from now.
async fn erased_after(fresh: &Fresh, days: i64) -> u64 {
    let Erased { messages, .. } =
        fresh.store.erase_expired(fresh.now().plus_millis(days * DAY_MS)).await.unwrap();
    messages
}

#[tokio::test]
async fn messages_go_into_known_and_new_groups() {
    each(async |fresh| {
        let (known, _) = fresh.group("a").await;
        let batch = ["a", "b", "b", "c"].map(|it| fresh.intake(it));
        fresh.take_in(&batch).await;
        let job = fresh.job("sort_messages").await;
        let groups = vec![fresh.new_group("b"), fresh.new_group("c")];
        let (b, c) = (groups[0].id, groups[1].id);
        let into = [Into::Known(known), Into::New(0), Into::New(0), Into::New(1)];
        let messages = batch.iter().map(|it| it.id).zip(into).collect();
        let sorted = Sorted { groups, messages, ..Sorted::default() };
        fresh
            .store
            .sort(std::slice::from_ref(&job), &sorted, fresh.now(), fresh.chance())
            .await
            .unwrap();
        for (group, n) in [(known, 2), (b, 2), (c, 1)] {
            assert_eq!(n_messages(fresh, group).await, n);
            assert_eq!(texts(fresh, group).await.len() as i64, n);
        }
        let ids: Vec<_> = batch.iter().map(|it| it.id).collect();
        assert_eq!(fresh.store.unsorted(&ids).await.unwrap(), []);
        let queue = fresh.store.queue(Queue::Waiting, 0, 10).await.unwrap();
        assert_eq!(queue.iter().map(|it| it.n_messages).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(fresh.store.queue_counts().await.unwrap(), [3, 0, 0, 0]);
        let keys = fresh.store.group_keys(None, 10).await.unwrap();
        assert_eq!(keys.iter().map(|it| it.id).collect::<Vec<_>>(), [known, b, c]);
        assert_eq!(fresh.store.group_key(c).await.unwrap().as_ref(), keys.last());
    })
    .await;
}

#[tokio::test]
async fn two_nodes_that_begin_the_same_group_begin_one() {
    each(async |fresh| {
        let (first, _) = fresh.group("a").await;
        let other = fresh.new_group("a");
        let other = fresh.sorted(fresh.intake("a"), other).await;
        assert_eq!(n_messages(fresh, first).await, 2);
        assert_eq!(fresh.store.group(other).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_lost_its_job_sorts_nothing() {
    each(async |fresh| {
        let intake = fresh.intake("a");
        fresh.take_in(std::slice::from_ref(&intake)).await;
        let slow = fresh.job("sort_messages").await;
        fresh.wait(LEASE_MS + 2_000);
        let fast = fresh.job("sort_messages").await;
        let sort = async |job, text| {
            let groups = vec![fresh.new_group(text)];
            let sorted =
                Sorted { groups, messages: vec![(intake.id, Into::New(0))], ..Sorted::default() };
            fresh.store.sort(job, &sorted, fresh.now(), fresh.chance()).await
        };
        is_stale(sort(std::slice::from_ref(&slow), "slow").await);
        assert_eq!(fresh.store.group_keys(None, 10).await.unwrap(), []);
        sort(std::slice::from_ref(&fast), "fast").await.unwrap();
        is_stale(sort(std::slice::from_ref(&fast), "again").await);
        assert_eq!(fresh.store.group_keys(None, 10).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_message_that_is_in_a_group_is_not_put_into_another() {
    each(async |fresh| {
        let (a, message) = fresh.group("a").await;
        let (b, _) = fresh.group("b").await;
        fresh.take_in(&[fresh.intake("c")]).await;
        let job = fresh.job("sort_messages").await;
        let messages = vec![(message, Into::Known(b)), (message, Into::Known(a))];
        let sorted = Sorted { groups: Vec::new(), messages, ..Sorted::default() };
        fresh
            .store
            .sort(std::slice::from_ref(&job), &sorted, fresh.now(), fresh.chance())
            .await
            .unwrap();
        assert_eq!(texts(fresh, a).await, ["a"]);
        assert_eq!(texts(fresh, b).await, ["b"]);
        assert_eq!((n_messages(fresh, a).await, n_messages(fresh, b).await), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn the_database_refuses_a_message_in_a_group_that_is_not_there() {
    each(async |fresh| {
        fresh.group("a").await;
        let sql = "update messages set group_id = (select id from messages)";
        if fresh.store.engine_name() == "SQLite" {
            fresh.place.tamper("pragma foreign_keys = on").await.unwrap();
        }
        assert!(fresh.place.tamper(sql).await.is_err());
        assert!(fresh.place.tamper("delete from groups").await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_group_that_is_answered_at_once_is_tied_to_the_living_claim() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let old = fresh.open_case("old", &by).await;
        let mid = fresh.open_case("mid", &by).await;
        let new = fresh.claim("new").await;
        for (case, into) in [(&old, mid.claim), (&mid, new)] {
            let to = kiemtin_core::workflow::State::Merged;
            fresh.store.merge_claim(case, into, to, fresh.act(&by)).await.unwrap();
        }
        for _ in 0..2 {
            let job = fresh.job("answer_receipts").await;
            fresh.store.answer_receipts(&job, mid.claim).await.unwrap();
        }
        let one = |claim| NewMatch {
            claim,
            probability: 0.97,
            decision: "answer",
            reasons: "[]".to_owned(),
            vetoed: false,
        };
        let mut group = fresh.new_group("a");
        group.tie = Some(old.claim);
        group.matches = vec![one(old.claim), one(new)];
        let group = fresh.sorted(fresh.intake("a"), group).await;
        let found = fresh.store.group(group).await.unwrap().unwrap();
        assert_eq!((found.claim, found.confirmed), (Some(new), false));
        assert_eq!(fresh.store.matches_of_group(group).await.unwrap().len(), 2);
        assert_eq!(fresh.store.best_matches(1).await.unwrap()[0].group, group);
        assert_eq!(fresh.store.queue(Queue::Answered, 0, 9).await.unwrap(), [found]);
        fresh.job("answer_receipts").await;
    })
    .await;
}

#[tokio::test]
async fn ties_can_be_made_changed_and_undone() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let (a, b) = (fresh.claim("a").await, fresh.claim("b").await);
        let (group, _) = fresh.group("text").await;
        let store = &fresh.store;
        let tie = async |claim| store.tie(group, claim, fresh.act(&by)).await;
        tie(a).await.unwrap();
        assert_eq!(store.n_sightings(a).await.unwrap(), 1);
        assert_eq!(store.sighting_texts(a, 5).await.unwrap()[0].text, "text");
        assert_eq!(erased_after(fresh, 400).await, 0, "a confirmed sighting stays");
        tie(b).await.unwrap();
        let judged = store.matches_of_group(group).await.unwrap();
        let state = |claim| judged.iter().find(|it| it.claim == claim).unwrap().state.as_str();
        assert_eq!((state(a), state(b)), ("rejected", "accepted"));
        let untie = async |claim| store.untie(group, claim, fresh.act(&by)).await;
        is_stale(untie(a).await);
        untie(b).await.unwrap();
        let found = store.group(group).await.unwrap().unwrap();
        assert_eq!((found.claim, found.confirmed), (None, false));
        let kinds: Vec<_> = store.events_of_group(group).await.unwrap();
        let kinds: Vec<_> = kinds.iter().map(|(_, it)| it.kind.as_str()).collect();
        assert_eq!(kinds, ["group.untie", "group.tie", "group.tie"]);
        assert_eq!(erased_after(fresh, 29).await, 0);
        assert_eq!(erased_after(fresh, 30).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_proposal_is_rejected_once() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let claim = fresh.claim("a").await;
        let mut group = fresh.new_group("text");
        let reasons = "[]".to_owned();
        group.matches =
            vec![NewMatch { claim, probability: 0.5, decision: "suggest", reasons, vetoed: false }];
        let group = fresh.sorted(fresh.intake("text"), group).await;
        let reject = async || fresh.store.reject_match(group, claim, fresh.act(&by)).await;
        reject().await.unwrap();
        is_stale(reject().await);
        assert_eq!(fresh.store.matches_of_group(group).await.unwrap()[0].state, "rejected");
    })
    .await;
}

#[tokio::test]
async fn a_dismissed_group_goes_after_seven_days_unless_restored() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let (tip, receipt) = fresh.tip("Sếp tệ quá");
        let group = fresh.new_group("Sếp tệ quá");
        let group = fresh.sorted(tip, group).await;
        let store = &fresh.store;
        let dismiss = async || {
            let reason = DismissReason::Opinion;
            store.dismiss_group(group, reason, fresh.act(&by)).await.unwrap();
        };
        let outcome = async || store.receipt(receipt).await.unwrap().unwrap().outcome;
        dismiss().await;
        let dismissed = Outcome::Dismissed(Some(DismissReason::Opinion));
        assert_eq!(outcome().await, dismissed);
        let (late, late_receipt) = fresh.tip("Sếp tệ quá");
        fresh.joined(group, &[late]).await;
        assert_eq!(store.receipt(late_receipt).await.unwrap().unwrap().outcome, dismissed);
        store.restore_group(group, fresh.act(&by)).await.unwrap();
        is_stale(store.restore_group(group, fresh.act(&by)).await);
        assert_eq!(outcome().await, Outcome::Received { n_same: 2, being_checked: false });
        assert_eq!(erased_after(fresh, 8).await, 0);
        dismiss().await;
        assert_eq!(erased_after(fresh, 6).await, 0);
        assert_eq!(erased_after(fresh, 7).await, 2);
        assert_eq!(outcome().await, dismissed, "the receipt keeps its outcome");
    })
    .await;
}

#[tokio::test]
async fn closing_never_lets_a_text_live_longer() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let (group, _) = fresh.group("x").await;
        fresh.wait(28 * DAY_MS);
        fresh.store.dismiss_group(group, DismissReason::Satire, fresh.act(&by)).await.unwrap();
        assert_eq!(erased_after(fresh, 2).await, 1);
    })
    .await;
}

#[tokio::test]
async fn sightings_follow_the_case_of_their_claim() {
    each(async |fresh| {
        let org = fresh.org("city").await;
        let by = fresh.member("ed", org, Role::Editor).await;
        let case = fresh.open_case("a", &by).await;
        let (tip, receipt) = fresh.tip("a?");
        let group = fresh.new_group("a?");
        let group = fresh.sorted(tip, group).await;
        let store = &fresh.store;
        store.tie(group, case.claim, fresh.act(&by)).await.unwrap();
        let outcome = async || store.receipt(receipt).await.unwrap().unwrap().outcome;
        assert_eq!(outcome().await, Outcome::Received { n_same: 1, being_checked: true });
        let with = kiemtin_store::cases::With {
            dismiss: Some(DismissReason::Prediction),
            ..Default::default()
        };
        let case = fresh.try_step(&case, Action::Dismiss, &with, &by).await.unwrap();
        assert_eq!(outcome().await, Outcome::Dismissed(Some(DismissReason::Prediction)));
        let case = fresh.step(&case, Action::Reopen, &by).await;
        assert_eq!(outcome().await, Outcome::Received { n_same: 1, being_checked: true });
        assert_eq!(erased_after(fresh, 400).await, 0);
        fresh.try_step(&case, Action::Dismiss, &with, &by).await.unwrap();
        assert_eq!(erased_after(fresh, 7).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_merge_moves_messages_and_is_undone_at_any_later_time() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let (a, _) = fresh.group("a1").await;
        fresh.joined(a, &[fresh.intake("a2")]).await;
        let (b, _) = fresh.group("b").await;
        let store = &fresh.store;
        let merge = async |from, into| store.merge_groups(from, into, fresh.act(&by)).await;
        let unmerge = async |it| store.unmerge_group(it, fresh.act(&by)).await;
        is_stale(unmerge(a).await);
        merge(a, b).await.unwrap();
        is_stale(merge(a, b).await);
        refused(merge(b, b).await);
        assert_eq!(texts(fresh, b).await, ["a1", "a2", "b"]);
        assert_eq!(texts(fresh, a).await, Vec::<String>::new());
        fresh.joined(a, &[fresh.intake("late")]).await;
        assert_eq!(n_messages(fresh, b).await, 4);
        fresh.wait(20 * DAY_MS);
        unmerge(a).await.unwrap();
        assert_eq!(texts(fresh, a).await, ["a1", "a2"]);
        assert_eq!(texts(fresh, b).await, ["b", "late"]);
        assert_eq!((n_messages(fresh, a).await, n_messages(fresh, b).await), (2, 2));
        is_stale(unmerge(a).await);
        merge(b, a).await.unwrap();
        assert_eq!(n_messages(fresh, a).await, 4);
    })
    .await;
}

#[tokio::test]
async fn no_deed_lets_a_text_that_waits_live_longer() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let claim = fresh.claim("claim").await;
        let store = &fresh.store;
        let mut groups = Vec::new();
        for text in ["tied", "dismissed", "merged", "into"] {
            groups.push(fresh.group(text).await.0);
        }
        let [tied, dismissed, merged, into] = groups[..] else { panic!() };
        fresh.wait(20 * DAY_MS);
        store.tie(tied, claim, fresh.act(&by)).await.unwrap();
        store.untie(tied, claim, fresh.act(&by)).await.unwrap();
        let reason = DismissReason::Satire;
        store.dismiss_group(dismissed, reason, fresh.act(&by)).await.unwrap();
        store.restore_group(dismissed, fresh.act(&by)).await.unwrap();
        store.merge_groups(merged, into, fresh.act(&by)).await.unwrap();
        assert_eq!(erased_after(fresh, 9).await, 0);
        assert_eq!(erased_after(fresh, 11).await, 4);
    })
    .await;
}

#[tokio::test]
async fn a_merge_is_undone_after_all_texts_of_the_group_have_gone() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let claim = fresh.claim("claim").await;
        let (from, _) = fresh.group("from").await;
        let (into, _) = fresh.group("into").await;
        let store = &fresh.store;
        store.merge_groups(from, into, fresh.act(&by)).await.unwrap();
        fresh.wait(31 * DAY_MS);
        fresh.joined(into, &[fresh.intake("later")]).await;
        assert_eq!(erased_after(fresh, 0).await, 2);
        assert_eq!(n_messages(fresh, into).await, 3);
        store.unmerge_group(from, fresh.act(&by)).await.unwrap();
        assert_eq!((n_messages(fresh, from).await, n_messages(fresh, into).await), (1, 2));
        store.tie(into, claim, fresh.act(&by)).await.unwrap();
        assert_eq!(store.n_sightings(claim).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_merged_group_goes_with_the_one_that_it_was_merged_into() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let (from, _) = fresh.group("from").await;
        let (into, _) = fresh.group("into").await;
        let store = &fresh.store;
        store.merge_groups(from, into, fresh.act(&by)).await.unwrap();
        let erased = store.erase_expired(fresh.now().plus_millis(40 * DAY_MS)).await.unwrap();
        assert_eq!(erased, Erased { messages: 2, groups: 2, tokens: 0 });
    })
    .await;
}

#[tokio::test]
async fn a_merge_is_undone_after_a_split() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let store = &fresh.store;
        let (a, first) = fresh.group("a1").await;
        let more = ["a2", "a3"].map(|it| fresh.intake(it));
        fresh.joined(a, &more).await;
        let (b, _) = fresh.group("b").await;
        let (c, _) = fresh.group("c").await;
        for (from, into) in [(a, b), (b, c)] {
            store.merge_groups(from, into, fresh.act(&by)).await.unwrap();
        }
        let new = fresh.new_group("a1");
        let new = kiemtin_store::groups::NewGroup { exact_hash: 7, ..new };
        let moved = [first, more[0].id];
        store.split_group(c, &moved, &new, fresh.act(&by)).await.unwrap();
        assert_eq!((n_messages(fresh, c).await, n_messages(fresh, new.id).await), (3, 2));
        store.unmerge_group(a, fresh.act(&by)).await.unwrap();
        assert_eq!((n_messages(fresh, a).await, n_messages(fresh, c).await), (1, 2));
        store.merge_groups(new.id, c, fresh.act(&by)).await.unwrap();
        store.unmerge_group(b, fresh.act(&by)).await.unwrap();
        assert_eq!(texts(fresh, a).await, ["a3"]);
        for (group, n) in [(a, 1), (b, 3), (c, 1)] {
            assert_eq!(texts(fresh, group).await.len() as i64, n);
            assert_eq!(n_messages(fresh, group).await, n);
        }
    })
    .await;
}

#[tokio::test]
async fn merges_of_merges_come_apart_in_any_order() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let store = &fresh.store;
        for order in [[0, 1], [1, 0]] {
            let mut groups = Vec::new();
            for name in ["x", "y", "z"] {
                groups.push(fresh.group(&format!("{name} {order:?}")).await.0);
            }
            let [x, y, z] = groups[..] else { panic!() };
            for (from, into) in [(x, y), (y, z)] {
                store.merge_groups(from, into, fresh.act(&by)).await.unwrap();
            }
            assert_eq!(n_messages(fresh, z).await, 3);
            assert_eq!(store.group(x).await.unwrap().unwrap().merged_into, Some(z));
            for nth in order {
                store.unmerge_group([x, y][nth], fresh.act(&by)).await.unwrap();
            }
            for (group, name) in [(x, "x"), (y, "y"), (z, "z")] {
                assert_eq!(texts(fresh, group).await, [format!("{name} {order:?}")]);
                assert_eq!(n_messages(fresh, group).await, 1, "{name} {order:?}");
                let found = store.group(group).await.unwrap().unwrap();
                assert_eq!(found.merged_into, None, "{name} {order:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_merge_into_a_tied_group_ties_and_its_undoing_unties() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let claim = fresh.claim("claim").await;
        let (tip, receipt) = fresh.tip("a");
        let a = fresh.new_group("a");
        let a = fresh.sorted(tip, a).await;
        let (b, _) = fresh.group("b").await;
        let store = &fresh.store;
        store.tie(b, claim, fresh.act(&by)).await.unwrap();
        refused(store.merge_groups(b, a, fresh.act(&by)).await);
        store.merge_groups(a, b, fresh.act(&by)).await.unwrap();
        assert_eq!(store.n_sightings(claim).await.unwrap(), 2);
        assert_eq!(erased_after(fresh, 400).await, 0);
        store.unmerge_group(a, fresh.act(&by)).await.unwrap();
        assert_eq!(store.n_sightings(claim).await.unwrap(), 1);
        let outcome = store.receipt(receipt).await.unwrap().unwrap().outcome;
        assert_eq!(outcome, Outcome::Received { n_same: 1, being_checked: false });
        assert_eq!(erased_after(fresh, 30).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_split_makes_a_group_of_its_own_and_a_merge_undoes_it() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let (group, first) = fresh.group("one").await;
        let more = ["two", "three"].map(|it| fresh.intake(it));
        fresh.joined(group, &more).await;
        let (second, third) = (more[0].id, more[1].id);
        let split = async |messages: &[MessageId], text: &str| {
            let new = fresh.new_group(text);
            let res = fresh.store.split_group(group, messages, &new, fresh.act(&by)).await;
            res.map(|()| new.id)
        };
        is_stale(split(&[], "two").await);
        is_stale(split(&[first, second, third], "two").await);
        refused(split(&[second], "one").await);
        assert_eq!(n_messages(fresh, group).await, 3, "nothing was moved");
        let new = split(&[second, third, second], "two").await.unwrap();
        assert_eq!(texts(fresh, group).await, ["one"]);
        assert_eq!(texts(fresh, new).await, ["three", "two"]);
        assert_eq!((n_messages(fresh, group).await, n_messages(fresh, new).await), (1, 2));
        is_stale(split(&[second], "four").await);
        fresh.store.merge_groups(new, group, fresh.act(&by)).await.unwrap();
        assert_eq!(texts(fresh, group).await, ["one", "three", "two"]);
    })
    .await;
}

/// Numbers that look like chance and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// A message as people pass it on: as it is, decorated, bare, cut, with more words, or with another
/// number.
fn passed_on(dice: &mut Dice) -> String {
    const SAID: [&str; 4] = [
        "Vỡ đập ở Hà Nam lúc 3 giờ sáng, 350 hộ dân phải di dời trong đêm vì nước lên nhanh",
        "Từ ngày mai giá xăng tăng thêm 2.000 đồng một lít tại các cửa hàng trong thành phố",
        "Bộ Y tế khuyến cáo người dân không uống nước muối để chữa cúm trong mùa đông năm nay",
        "Cầu Long Biên đóng cửa 5 ngày để sửa chữa, xe máy đi đường vòng qua cầu Chương Dương",
    ];
    let said = SAID[dice.below(SAID.len())];
    let n_cut = said.char_indices().nth(44).map_or(said.len(), |it| it.0);
    match dice.below(8) {
        0 => format!("Fwd: {said} 🚨🚨 Hãy chia sẻ!"),
        1 => kiemtin_core::text::normalise::fold(said),
        2 => format!("{}...", &said[..n_cut]),
        3 => format!("{said} theo bạn mình ở gần đó kể lại"),
        4 => said.replace("350", "250").replace("5 ngày", "9 ngày"),
        5 => format!("nghe nói {said} {}", dice.below(40)),
        _ => said.to_owned(),
    }
}

/// What a worker knows of groups: its own index, which tells it of no other worker's groups.
struct Worker {
    dice: Dice,
    index: Groups,
}

impl Worker {
    async fn takes_in(&mut self, fresh: &Fresh) -> Vec<Intake> {
        let n = 1 + self.dice.below(6);
        let intake = |text: String| {
            let print = fingerprint::of(&text);
            let sketch = print.sketch.to_bytes().to_vec();
            Intake { exact_hash: print.exact, sketch, ..fresh.intake(&text) }
        };
        let batch: Vec<Intake> = (0..n).map(|_| intake(passed_on(&mut self.dice))).collect();
        fresh.take_in(&batch).await;
        batch
    }

    /// Does one job of sorting as the program does; false when there is none.
    async fn sorts(&mut self, fresh: &Fresh) -> bool {
        let job = fresh.store.lease_job_named("sort_messages", fresh.now()).await.unwrap();
        let Some(job) = job else { return false };
        let ids: Vec<MessageId> = serde_json::from_str(&job.payload).unwrap();
        let mut sorted = Sorted::default();
        for message in fresh.store.unsorted(&ids).await.unwrap() {
            let sketch = Sketch::from_bytes(&message.sketch).unwrap();
            let fingerprint = Fingerprint { exact: message.exact_hash, sketch };
            let facts = Facts::of(&normalise(&message.text), Lang::Vi);
            let probe = Probe { fingerprint, facts };
            let found = self.index.find(&probe).map(|it| it.0);
            let into = match found {
                Some(id) => match sorted.groups.iter().position(|it| it.id == id) {
                    Some(at) => Into::New(at),
                    None => Into::Known(id),
                },
                None => {
                    let new = NewGroup {
                        exact_hash: message.exact_hash,
                        sketch: message.sketch.clone(),
                        facts: probe.facts.to_bytes(),
                        ..fresh.new_group(&message.text)
                    };
                    self.index.insert(new.id, &probe.fingerprint, Some(&probe.facts));
                    sorted.groups.push(new);
                    Into::New(sorted.groups.len() - 1)
                }
            };
            sorted.messages.push((message.id, into));
        }
        let job = std::slice::from_ref(&job);
        let res = fresh.store.sort(job, &sorted, fresh.now(), fresh.chance()).await;
        let ids = match res {
            Ok(ids) => ids,
            // Another worker took over: it does the whole job.
            Err(StoreError::Stale) => Vec::new(),
            Err(err) => panic!("{err}"),
        };
        let gone = sorted.groups.iter().filter(|it| !ids.contains(&it.id));
        gone.for_each(|it| self.index.remove(it.id));
        true
    }

    async fn works(&mut self, fresh: &Fresh) -> Vec<Intake> {
        let mut mine = Vec::new();
        for _ in 0..12 {
            mine.extend(self.takes_in(fresh).await);
            if self.dice.below(3) != 0 {
                self.sorts(fresh).await;
            }
        }
        mine
    }
}

#[tokio::test]
async fn one_message_is_in_one_group_however_workers_meet() {
    each(async |fresh| {
        for seed in 1..=2 {
            let worker = |n: u64| Worker { dice: Dice(seed * 100 + n), index: Groups::new() };
            let (mut a, mut b, mut c) = (worker(1), worker(2), worker(3));
            let (x, y, z) = tokio::join!(a.works(fresh), b.works(fresh), c.works(fresh));
            // Leases that were lost on the way are due again.
            fresh.wait(LEASE_MS + 2_000);
            while a.sorts(fresh).await {}
            let all: Vec<Intake> = [x, y, z].concat();
            let ids: Vec<MessageId> = all.iter().map(|it| it.id).collect();
            assert_eq!(fresh.store.unsorted(&ids).await.unwrap(), [], "seed {seed}");
        }
        each_message_is_in_one_group(fresh).await;
    })
    .await;
}

/// No message in two groups, sizes that are true, copies of one text together.
async fn each_message_is_in_one_group(fresh: &Fresh) {
    let mut group_of: BTreeMap<MessageId, GroupId> = BTreeMap::new();
    let mut groups_of_text: BTreeMap<u64, BTreeSet<GroupId>> = BTreeMap::new();
    let keys = fresh.store.group_keys(None, 10_000).await.unwrap();
    for group in keys.iter().map(|it| it.id) {
        let messages = fresh.store.messages_of_group(group, 10_000).await.unwrap();
        assert_eq!(n_messages(fresh, group).await, messages.len() as i64);
        assert!(!messages.is_empty(), "a group of nothing");
        for it in messages {
            assert_eq!(group_of.insert(it.id, group), None, "in two groups");
            groups_of_text.entry(fingerprint::of(&it.text).exact).or_default().insert(group);
        }
    }
    assert!(100 < group_of.len());
    let torn = groups_of_text.values().filter(|it| 1 < it.len());
    assert_eq!(torn.count(), 0, "copies of one text in two groups");
}

#[tokio::test]
async fn messages_in_groups_are_found_by_patterns_the_newest_first() {
    each(async |fresh| {
        let mut groups = Vec::new();
        for text in ["CHỢ Bà Chiểu có dịch", "Cho ba chieu nghi", "Cầu Rồng đóng cửa"]
        {
            groups.push(fresh.group(text).await.0);
        }
        fresh.take_in(&[fresh.intake("Chợ, in no group yet")]).await;
        let like = async |patterns, before, limit| {
            let found = fresh.store.messages_like(patterns, before, limit).await.unwrap();
            found.into_iter().map(|it| (it.id, it.group.unwrap())).collect::<Vec<_>>()
        };
        let found = like(["%ch_%", "%b_%"], None, 9).await;
        assert_eq!(found.iter().map(|it| it.1).collect::<Vec<_>>(), [groups[1], groups[0]]);
        assert_eq!(like(["%ch_%", "%"], None, 1).await, found[..1]);
        assert_eq!(like(["%ch_%", "%"], Some(found[0].0), 9).await, found[1..]);
        assert_eq!(like(["%ch_%", "%x%"], None, 9).await, []);
    })
    .await;
}

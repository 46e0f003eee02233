//! What waits and what it is ranked by; who sees to it; several groups at once, and undone.

use kiemtin_core::case::DismissReason;
use kiemtin_core::ids::{BulkId, GroupId, TaskId};
use kiemtin_core::permission::Role;
use kiemtin_core::priority::{self, Risk, Why};
use kiemtin_core::time::{DAY_MS, HOUR_MS};
use kiemtin_core::workflow::{Action, State};
use kiemtin_store::bulk::{BULK_MAX, BulkDeed, BulkKind};
use kiemtin_store::groups::NewMatch;
use kiemtin_store::members::Member;
use kiemtin_store::queue::{Owner, Waiting, What};
use kiemtin_store::retention::Erased;
use kiemtin_store::tasks::Task;
use kiemtin_store::{Rule, StoreResult};

use crate::setting::{Fresh, breaks, each, is_stale, refused};

async fn checker(fresh: &Fresh) -> Member {
    let org = fresh.org("city").await;
    fresh.member("an", org, Role::Checker).await
}

async fn waiting(fresh: &Fresh) -> Vec<Waiting> {
    let now = fresh.now();
    let all = fresh.store.waiting(now).await.unwrap();
    let ranked = priority::ranked(all, now, |it| &it.standing, |it| it.what.id());
    ranked.into_iter().map(|it| it.1).collect()
}

async fn groups(fresh: &Fresh, n: usize) -> Vec<GroupId> {
    let mut groups = Vec::new();
    for n in 0..n {
        groups.push(fresh.group(&format!("text {n}")).await.0);
    }
    groups
}

async fn do_bulk(
    fresh: &Fresh,
    deed: BulkDeed,
    groups: &[GroupId],
    by: &Member,
) -> StoreResult<BulkId> {
    let bulk = BulkId::new(fresh.now(), fresh.chance());
    fresh.store.do_bulk(bulk, deed, groups, fresh.act(by)).await?;
    Ok(bulk)
}

async fn undo(fresh: &Fresh, bulk: BulkId, kind: BulkKind, by: &Member) -> Vec<GroupId> {
    fresh.store.undo_bulk(bulk, kind, fresh.act(by)).await.unwrap()
}

#[tokio::test]
async fn what_waits_comes_with_what_it_is_ranked_by() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let (tip, _) = fresh.tip("a tip");
        let mut group = fresh.new_group("a tip");
        let claim = fresh.claim("a claim about a scam").await;
        let proposed = NewMatch {
            claim,
            probability: 0.6,
            decision: "suggest",
            reasons: "[]".to_owned(),
            vetoed: false,
        };
        group.matches = vec![proposed];
        let asked = fresh.sorted(tip, group).await;
        fresh.wait(2 * DAY_MS);
        let (quiet, _) = fresh.group("quiet").await;
        fresh.joined(asked, &["b", "c", "d"].map(|it| fresh.intake(it))).await;
        let found = waiting(fresh).await;
        assert_eq!(found.len(), 2);
        let first = &found[0];
        assert_eq!(first.what, What::Group(asked));
        let of = &first.standing;
        assert_eq!((of.n_messages, of.n_asking, of.n_last_day), (4, 1, 3));
        assert!(first.has_match && !found[1].has_match);
        assert_eq!(found[1].what, What::Group(quiet));
        let why = priority::of(&first.standing, fresh.now()).why;
        assert!(why.contains(&Why::Grew { n: 3, times: 3 }), "{why:?}");
        assert!(why.contains(&Why::Asking(1)) && why.contains(&Why::Waits(2)), "{why:?}");
        // The risk of a proposed claim stands for that of the group, until a member says another.
        let store = &fresh.store;
        store.set_claim_risk(claim, Some(Risk::Medium), fresh.act(&by)).await.unwrap();
        assert_eq!(waiting(fresh).await[0].standing.risk, Some(Risk::Medium));
        store.set_claim_risk(claim, None, fresh.act(&by)).await.unwrap();
        store.set_group_risk(quiet, Some(Risk::High), fresh.act(&by)).await.unwrap();
        assert_eq!(waiting(fresh).await[0].what, What::Group(quiet));
        store.set_group_risk(quiet, None, fresh.act(&by)).await.unwrap();
        assert_eq!(waiting(fresh).await[0].what, What::Group(asked));
        store.dismiss_group(quiet, DismissReason::Opinion, fresh.act(&by)).await.unwrap();
        assert_eq!(waiting(fresh).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn who_asks_is_counted_where_the_messages_are() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let (tip, _) = fresh.tip("a tip");
        let from = fresh.sorted(tip, fresh.new_group("a tip")).await;
        let (into, _) = fresh.group("text").await;
        let asking = async |group| {
            let found = waiting(fresh).await;
            let found = found.into_iter().find(|it| it.what == What::Group(group));
            found.map(|it| it.standing.n_asking)
        };
        assert_eq!((asking(from).await, asking(into).await), (Some(1), Some(0)));
        fresh.store.merge_groups(from, into, fresh.act(&by)).await.unwrap();
        assert_eq!((asking(from).await, asking(into).await), (None, Some(1)));
        fresh.store.unmerge_group(from, fresh.act(&by)).await.unwrap();
        assert_eq!((asking(from).await, asking(into).await), (Some(1), Some(0)));
    })
    .await;
}

#[tokio::test]
async fn a_case_stands_in_the_queue_while_nobody_took_it_or_something_is_due() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let case = fresh.open_case("a claim", &by).await;
        let found = waiting(fresh).await;
        assert_eq!(found[0].what, What::Case(case.id, case.claim, State::Inbox));
        let case = fresh.step(&case, Action::Take, &by).await;
        assert!(waiting(fresh).await.is_empty(), "somebody has it, and nothing is due");
        let due = fresh.now().plus_millis(DAY_MS);
        let id = TaskId::new(fresh.now(), fresh.chance());
        let text = "ask the archive".to_owned();
        let task = Task { id, text, org: by.org, member: Some(by.id), due: Some(due), done: None };
        fresh.store.add_task(case.id, &task, fresh.act(&by)).await.unwrap();
        let found = waiting(fresh).await;
        assert_eq!((found.len(), found[0].standing.due), (1, Some(due)));
        assert_eq!(found[0].owner, Owner { org: Some(by.org), member: Some(by.id) });
        let end = async |is_done| fresh.store.end_task(case.id, id, is_done, fresh.act(&by)).await;
        end(true).await.unwrap();
        is_stale(end(true).await);
        assert!(waiting(fresh).await.is_empty());
        assert!(fresh.store.tasks(case.id).await.unwrap()[0].done.is_some());
        end(false).await.unwrap();
        assert_eq!(waiting(fresh).await.len(), 1);
        let kinds = fresh.store.events_of_claim(case.claim).await.unwrap();
        let kinds: Vec<_> = kinds.iter().map(|it| it.1.kind.as_str()).collect();
        assert_eq!(kinds[..3], ["task.undone", "task.done", "task.add"]);
    })
    .await;
}

#[tokio::test]
async fn whom_the_claim_concerns_sees_to_nothing_in_its_case() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let other = fresh.org("hospital").await;
        let theirs = fresh.member("binh", other, Role::Checker).await;
        let case = fresh.open_case("a claim", &by).await;
        let store = &fresh.store;
        store.mark_involved(case.claim, other, "named", fresh.act(&by)).await.unwrap();
        let to = Owner { org: Some(other), member: None };
        let (now, chance) = (fresh.now(), fresh.chance());
        breaks(store.assign_case(&case, to, fresh.act(&by)).await, Rule::OwnerInvolved);
        let own = Owner { org: Some(by.org), member: None };
        breaks(store.assign_case(&case, own, fresh.act(&theirs)).await, Rule::Involved);
        let note = kiemtin_core::ids::NoteId::new(now, chance);
        breaks(store.add_note(case.id, note, "x", fresh.act(&theirs)).await, Rule::Involved);
        breaks(store.release(case.claim, fresh.act(&theirs)).await, Rule::Involved);
        store.assign_case(&case, own, fresh.act(&by)).await.unwrap();
        assert_eq!(store.owner_of_case(case.id).await.unwrap(), own);
        is_stale(store.assign_case(&case, own, fresh.act(&by)).await);
    })
    .await;
}

#[tokio::test]
async fn a_bulk_is_done_to_all_or_to_none_and_undone_at_any_later_time() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let ids = groups(fresh, 3).await;
        let reason = BulkDeed::Dismiss(DismissReason::Satire);
        let bulk = do_bulk(fresh, reason, &ids, &by).await.unwrap();
        assert_eq!(fresh.store.queue_counts().await.unwrap(), [0, 0, 0, 3]);
        // One of them cannot be merged any more: nothing happens to any.
        let (free, _) = fresh.group("free").await;
        fresh.store.merge_groups(ids[0], free, fresh.act(&by)).await.unwrap();
        is_stale(do_bulk(fresh, BulkDeed::Merge(free), &ids, &by).await);
        assert_eq!(fresh.store.bulks(9).await.unwrap().len(), 1);
        fresh.wait(5 * DAY_MS);
        // Something else happened to the first; the others wait again.
        assert_eq!(undo(fresh, bulk, BulkKind::Dismiss, &by).await, [ids[0]]);
        assert_eq!(fresh.store.queue_counts().await.unwrap(), [3, 0, 0, 0]);
        assert_eq!(fresh.store.groups_of_bulk(bulk).await.unwrap(), [ids[0]]);
        // Nothing is undone twice, and no deed is undone as another.
        assert_eq!(undo(fresh, bulk, BulkKind::Dismiss, &by).await, [ids[0]]);
        is_stale(fresh.store.undo_bulk(bulk, BulkKind::Tie, fresh.act(&by)).await);
    })
    .await;
}

#[tokio::test]
async fn each_kind_of_bulk_goes_back_to_what_was() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let ids = groups(fresh, 3).await;
        let claim = fresh.claim("a claim").await;
        let mine = Owner { org: Some(by.org), member: Some(by.id) };
        let before = Owner { org: Some(by.org), member: None };
        fresh.store.assign_group(ids[0], before, fresh.act(&by)).await.unwrap();

        let tied = do_bulk(fresh, BulkDeed::Tie(claim), &ids, &by).await.unwrap();
        assert_eq!(fresh.store.groups_of_claim(claim, 9).await.unwrap().len(), 3);
        assert!(undo(fresh, tied, BulkKind::Tie, &by).await.is_empty());
        assert!(fresh.store.groups_of_claim(claim, 9).await.unwrap().is_empty());
        assert!(fresh.store.matches_of_group(ids[1]).await.unwrap().is_empty(), "no label stays");

        let assigned = do_bulk(fresh, BulkDeed::Assign(mine), &ids, &by).await.unwrap();
        assert_eq!(fresh.store.owner_of_group(ids[2]).await.unwrap(), mine);
        assert!(undo(fresh, assigned, BulkKind::Assign, &by).await.is_empty());
        assert_eq!(fresh.store.owner_of_group(ids[0]).await.unwrap(), before);
        assert_eq!(fresh.store.owner_of_group(ids[2]).await.unwrap(), Owner::default());

        let merged = do_bulk(fresh, BulkDeed::Merge(ids[0]), &ids[1..], &by).await.unwrap();
        assert_eq!(fresh.store.group(ids[0]).await.unwrap().unwrap().n_messages, 3);
        assert!(undo(fresh, merged, BulkKind::Merge, &by).await.is_empty());
        assert_eq!(fresh.store.group(ids[0]).await.unwrap().unwrap().n_messages, 1);

        let many = vec![ids[0]; BULK_MAX + 1];
        refused(do_bulk(fresh, BulkDeed::Tie(claim), &many, &by).await);
        refused(do_bulk(fresh, BulkDeed::Tie(claim), &[], &by).await);
    })
    .await;
}

#[tokio::test]
async fn what_is_left_to_undo_goes_with_its_group() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let ids = groups(fresh, 2).await;
        let reason = BulkDeed::Dismiss(DismissReason::Opinion);
        let bulk = do_bulk(fresh, reason, &ids, &by).await.unwrap();
        let later = fresh.now().plus_millis(40 * DAY_MS);
        let Erased { groups, .. } = fresh.store.erase_expired(later).await.unwrap();
        assert_eq!(groups, 2);
        assert!(fresh.store.groups_of_bulk(bulk).await.unwrap().is_empty());
        assert!(undo(fresh, bulk, BulkKind::Dismiss, &by).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_message_is_never_in_two_groups() {
    each(async |fresh| {
        let (_, message) = fresh.group("one").await;
        let (other, _) = fresh.group("two").await;
        // The place of a message is one column, and its id stands once.
        let again = "insert into messages (id, channel, text, lang, received_at, exact_hash, \
            sketch, group_id) select m.id, m.channel, m.text, m.lang, m.received_at, m.exact_hash, \
            m.sketch, g.id from messages m, groups g where m.group_id <> g.id";
        assert!(fresh.place.tamper(again).await.is_err(), "the database refuses");
        let of_other = fresh.store.messages_of_group(other, 9).await.unwrap();
        assert!(of_other.iter().all(|it| it.id != message));
    })
    .await;
}

#[tokio::test]
async fn sightings_are_counted_by_the_day_in_vietnam() {
    each(async |fresh| {
        let by = checker(fresh).await;
        let (group, _) = fresh.group("a").await;
        let claim = fresh.claim("a claim").await;
        fresh.store.tie(group, claim, fresh.act(&by)).await.unwrap();
        let first = fresh.now().day();
        // The desk begins at seven in the morning in Vietnam: 17 hours later the day has changed.
        fresh.wait(17 * HOUR_MS);
        fresh.joined(group, &["b", "c"].map(|it| fresh.intake(it))).await;
        let days = fresh.store.sightings_by_day(claim, 9).await.unwrap();
        assert_eq!(days, [(first + 1, 2), (first, 1)]);
        assert_eq!(fresh.store.sightings_by_day(claim, 1).await.unwrap(), [(first + 1, 2)]);
    })
    .await;
}

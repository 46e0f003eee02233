//! What waits for a member, reminders, and what members say of themselves.

use std::collections::BTreeSet;

use kiemtin_core::due::{Stage, Thing};
use kiemtin_core::lang::Lang;
use kiemtin_core::time::{DAY_MS, HOUR_MS};
use kiemtin_core::workflow::Action;
use kiemtin_store::cases::{Case, With};
use kiemtin_store::jobs::NewJob;
use kiemtin_store::members::Member;
use kiemtin_store::notices::MemberSettings;

use crate::setting::{Fresh, People, each, is_stale};

async fn things(fresh: &Fresh, member: &Member) -> Vec<Thing> {
    let waiting = fresh.store.waiting_for(member).await.unwrap();
    waiting.iter().map(|it| it.thing).collect()
}

/// A case in which both organisations are asked, due in three days.
async fn asked(fresh: &Fresh, people: &People) -> Case {
    let case = fresh.open_case("a", &people.editor).await;
    let case = fresh.step(&case, Action::Take, &people.editor).await;
    let with = With {
        question: Some("x".to_owned()),
        due: Some(fresh.now().plus_millis(3 * DAY_MS)),
        ask: vec![people.health.org, people.press.org],
        ..With::default()
    };
    fresh.try_step(&case, Action::Ask, &with, &people.editor).await.unwrap()
}

/// Reminds as the job does, and says of how many.
async fn reminds(fresh: &Fresh) -> u64 {
    let unique_key = Some("remind".to_owned());
    let now = fresh.now();
    let new = NewJob { name: "remind", payload: "null".to_owned(), run_at: now, unique_key };
    fresh.store.add_job(&new, fresh.chance()).await.unwrap();
    fresh.wait(HOUR_MS);
    let job = fresh.job("remind").await;
    let now = fresh.now();
    let n = fresh.store.remind(&job, now, now, fresh.chance()).await.unwrap();
    // A worker that lost its lease does nothing.
    is_stale(fresh.store.remind(&job, now, now, fresh.chance()).await);
    n
}

#[tokio::test]
async fn what_waits_is_what_this_member_could_do_now() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let asked = asked(fresh, &people).await;
        assert_eq!(things(fresh, &people.press).await, [Thing::Opinion]);
        fresh.opinion(asked.id, &people.press).await.unwrap();
        assert_eq!(things(fresh, &people.press).await, []);
        let case = fresh.case_in_review(&people).await;
        assert_eq!(things(fresh, &people.press).await, [Thing::Signature]);
        assert_eq!(things(fresh, &people.editor).await, [Thing::Opinion], "of health's own");
        let (store, org) = (&fresh.store, people.health.org);
        store.mark_involved(case.claim, org, "x", fresh.act(&people.press)).await.unwrap();
        assert_eq!(things(fresh, &people.health).await, [Thing::Opinion], "it never signs");
        store.lift_involved(case.claim, org, "x", fresh.act(&people.press)).await.unwrap();
        fresh.sign(case.id, &people.press).await.unwrap();
        assert_eq!(things(fresh, &people.press).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_draft_that_was_sent_back_waits_for_whoever_wrote_it() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.case_in_review(&people).await;
        let with = With { note: Some("x".to_owned()), ..With::default() };
        fresh.try_step(&case, Action::SendBack, &with, &people.editor).await.unwrap();
        assert_eq!(things(fresh, &people.editor).await, [Thing::SentBack]);
        let content = crate::setting::content(kiemtin_core::review::VersionClass::First);
        fresh.save(case.id, &content, &people.editor).await.unwrap();
        assert_eq!(things(fresh, &people.editor).await, []);
    })
    .await;
}

#[tokio::test]
async fn each_reminder_comes_once_and_an_overdue_opinion_is_an_event() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = asked(fresh, &people).await;
        fresh.opinion(case.id, &people.press).await.unwrap();
        assert_eq!(reminds(fresh).await, 1, "two days before");
        assert_eq!(reminds(fresh).await, 0);
        fresh.wait(2 * DAY_MS);
        assert_eq!(reminds(fresh).await, 1, "on the day");
        assert_eq!(fresh.store.late_opinions(case.id, fresh.now()).await.unwrap(), []);
        fresh.wait(2 * DAY_MS);
        assert_eq!(reminds(fresh).await, 1, "after it");
        assert_eq!(reminds(fresh).await, 0);
        let late = fresh.store.late_opinions(case.id, fresh.now()).await.unwrap();
        assert_eq!(late, [people.health.org]);
        let events = fresh.store.events_of_claim(case.claim).await.unwrap();
        let overdue: Vec<_> = events.iter().filter(|it| it.1.kind == "opinion.overdue").collect();
        assert_eq!(overdue.len(), 1);
        assert_eq!(overdue[0].1.org, Some(people.health.org));
        let waiting = fresh.store.waiting_for(&people.health).await.unwrap();
        assert_eq!(waiting[0].stage(fresh.now()), Some(Stage::Overdue));
    })
    .await;
}

#[tokio::test]
async fn a_language_that_no_signer_reads_is_named_in_the_version() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.case_in_review(&people).await;
        fresh.sign(case.id, &people.health).await.unwrap();
        fresh.sign(case.id, &people.press).await.unwrap();
        let out = fresh.store.newest_version(case.claim).await.unwrap().unwrap().document;
        assert_eq!(out.unread, [Lang::Vi], "nobody said that they read it");
        let settings = MemberSettings { reads: BTreeSet::from([Lang::Vi]), notice_address: None };
        fresh.store.set_member_settings(people.press.id, &settings).await.unwrap();
        let case = fresh.published(&people).await;
        let out = fresh.store.newest_version(case.claim).await.unwrap().unwrap().document;
        assert_eq!(out.unread, []);
    })
    .await;
}

#[tokio::test]
async fn the_address_of_a_member_goes_with_their_access() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let (store, id) = (&fresh.store, people.press.id);
        let notice_address = Some("press@desk.example".to_owned());
        let settings = MemberSettings { reads: BTreeSet::from([Lang::En]), notice_address };
        store.set_member_settings(id, &settings).await.unwrap();
        assert_eq!(store.member_settings(id).await.unwrap(), Some(settings.clone()));
        assert_eq!(store.members_to_mail(fresh.now()).await.unwrap().len(), 1);
        let new = NewJob {
            name: "mail",
            payload: "null".to_owned(),
            run_at: fresh.now(),
            unique_key: None,
        };
        store.add_job(&new, fresh.chance()).await.unwrap();
        let job = fresh.job("mail").await;
        let thing = ["opinion:x:new".to_owned()];
        store.end_mailing(&job, id, &thing, fresh.now()).await.unwrap();
        is_stale(store.end_mailing(&job, id, &thing, fresh.now()).await);
        assert_eq!(store.mailed(id).await.unwrap(), BTreeSet::from(thing));
        assert_eq!(store.members_to_mail(fresh.now()).await.unwrap(), [], "once an hour");
        fresh.wait(2 * HOUR_MS);
        assert_eq!(store.members_to_mail(fresh.now()).await.unwrap().len(), 1);
        store.end_member(id, None, fresh.now(), fresh.chance()).await.unwrap();
        assert_eq!(store.member_settings(id).await.unwrap(), None);
        is_stale(store.set_member_settings(id, &settings).await);
    })
    .await;
}

//! Meetings and the right of reply: parts of what is signed, without anybody's name.

use std::collections::BTreeSet;

use kiemtin_core::ids::MeetingId;
use kiemtin_core::lang::Localised;
use kiemtin_core::permission::Role;
use kiemtin_core::reply::{Means, Reply};
use kiemtin_core::workflow::Action;
use kiemtin_store::Rule;
use kiemtin_store::meetings::Meeting;

use crate::setting::{Fresh, People, breaks, each, is_stale};

fn meeting(fresh: &Fresh, people: &People) -> Meeting {
    Meeting {
        id: MeetingId::new(fresh.now(), fresh.chance()),
        held: "2026-11-02".to_owned(),
        orgs: BTreeSet::from([people.health.org, people.press.org]),
        agreed: Localised::new("Không có bằng chứng.", ""),
        minutes: "what was said".to_owned(),
        is_public: false,
    }
}

#[tokio::test]
async fn what_a_meeting_agreed_goes_out_only_when_an_editor_says_so_and_minutes_never() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.case_in_review(&people).await;
        let new = meeting(fresh, &people);
        let store = &fresh.store;
        fresh.sign(case.id, &people.health).await.unwrap();
        store.record_meeting(case.id, &new, fresh.act(&people.press)).await.unwrap();
        assert_eq!(store.meetings(case.id).await.unwrap(), std::slice::from_ref(&new));
        let draft = store.draft(case.id).await.unwrap().unwrap();
        assert_eq!((draft.content.meetings.len(), draft.signatures.len()), (0, 1));
        let publish = async |is_public| {
            store.publish_meeting(case.id, new.id, is_public, fresh.act(&people.editor)).await
        };
        publish(true).await.unwrap();
        is_stale(publish(true).await);
        let draft = store.draft(case.id).await.unwrap().unwrap();
        assert_eq!(draft.signatures, [], "what was signed has changed");
        fresh.sign(case.id, &people.health).await.unwrap();
        fresh.sign(case.id, &people.press).await.unwrap();
        let out = store.newest_version(case.claim).await.unwrap().unwrap().document;
        let slugs: Vec<_> = out.content.meetings[0].orgs.iter().map(|it| &*it.slug).collect();
        assert_eq!(slugs, ["health", "press"]);
        assert!(!out.canonical().contains("what was said"));
        breaks(publish(false).await, Rule::EvidenceClosed);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_signed_before_somebody_decided_about_the_right_of_reply() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.open_case("a", &people.editor).await;
        let case = fresh.step(&case, Action::Take, &people.editor).await;
        let case = fresh.step(&case, Action::Ask, &people.editor).await;
        fresh.evidence(case.id, "https://www.who.int/a", &people.health).await;
        fresh.evidence(case.id, "https://moh.gov.vn/b", &people.press).await;
        let case = fresh.step(&case, Action::Draft, &people.editor).await;
        let content = crate::setting::content(kiemtin_core::review::VersionClass::First);
        fresh.save(case.id, &content, &people.editor).await.unwrap();
        let case = fresh.step(&case, Action::Submit, &people.editor).await;
        breaks(fresh.sign(case.id, &people.health).await, Rule::NotComplete);
        let asked = Reply::Asked {
            whom: "Báo Thử".to_owned(),
            asked: "2026-11-01".to_owned(),
            by: Means::Letter,
            answer: "Chúng tôi đã sửa bài.".to_owned(),
            answered: Some("2026-11-02".to_owned()),
        };
        let record = async |by| fresh.store.record_reply(case.id, &asked, fresh.act(by)).await;
        let city = fresh.org("city").await;
        let city = fresh.member("city", city, Role::Checker).await;
        let (store, org) = (&fresh.store, city.org);
        store.mark_involved(case.claim, org, "x", fresh.act(&people.press)).await.unwrap();
        breaks(record(&city).await, Rule::Involved);
        record(&people.press).await.unwrap();
        assert_eq!(store.reply(case.id).await.unwrap(), Some(asked.clone()));
        fresh.sign(case.id, &people.health).await.unwrap();
        fresh.sign(case.id, &people.press).await.unwrap();
        let out = store.newest_version(case.claim).await.unwrap().unwrap().document;
        assert_eq!(out.content.reply, Some(asked.clone()));
    })
    .await;
}

//! What readers may see of a claim without an answer, and notes that nobody outside ever sees.

use kiemtin_core::case::DismissReason;
use kiemtin_core::ids::NoteId;
use kiemtin_core::permission::Role;
use kiemtin_core::workflow::{Action, State};
use kiemtin_store::Rule;
use kiemtin_store::cases::With;

use crate::setting::{Fresh, breaks, each, is_stale};

async fn listed(fresh: &Fresh) -> Vec<(State, i64)> {
    let found = fresh.store.waiting_list(0, 9).await.unwrap();
    found.into_iter().map(|it| (it.state, it.n_messages)).collect()
}

#[tokio::test]
async fn only_released_sentences_of_open_cases_are_listed() {
    each(async |fresh| {
        let org = fresh.org("city").await;
        let by = fresh.member("an", org, Role::Editor).await;
        let store = &fresh.store;
        let case = fresh.open_case("a claim", &by).await;
        let (group, _) = fresh.group("somebody's words").await;
        store.tie(group, case.claim, fresh.act(&by)).await.unwrap();
        assert!(listed(fresh).await.is_empty());
        let release = async || store.release(case.claim, fresh.act(&by)).await;
        release().await.unwrap();
        is_stale(release().await);
        assert_eq!(listed(fresh).await, [(State::Inbox, 1)]);
        let one = store.released_claim(case.claim).await.unwrap().unwrap();
        assert_eq!(one.claim, case.claim);
        assert_eq!(one.since, store.group(group).await.unwrap().unwrap().first);
        let case = fresh.step(&case, Action::Take, &by).await;
        assert_eq!(listed(fresh).await, [(State::Open, 1)]);
        // A closed case leaves the list, and comes back with its case.
        let with = With { dismiss: Some(DismissReason::PrivateMatter), ..With::default() };
        let case = fresh.try_step(&case, Action::Dismiss, &with, &by).await.unwrap();
        assert!(listed(fresh).await.is_empty());
        assert_eq!(store.released_claim(case.claim).await.unwrap(), None);
        assert_eq!(store.n_private().await.unwrap(), 1);
        let case = fresh.step(&case, Action::Reopen, &by).await;
        assert_eq!((listed(fresh).await.len(), store.n_private().await.unwrap()), (1, 0));
        let withdraw = async || store.withdraw_release(case.claim, "unclear", fresh.act(&by)).await;
        withdraw().await.unwrap();
        is_stale(withdraw().await);
        assert!(listed(fresh).await.is_empty());
        let events = store.events_of_claim(case.claim).await.unwrap();
        let last = &events[0].1;
        assert_eq!(
            (last.kind.as_str(), &last.body["reason"]),
            ("claim.withdraw", &"unclear".into())
        );
    })
    .await;
}

#[tokio::test]
async fn what_has_an_answer_or_no_case_is_not_released() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.published(&people).await;
        let bare = fresh.claim("nobody works on this").await;
        for claim in [case.claim, bare] {
            breaks(fresh.store.release(claim, fresh.act(&people.editor)).await, Rule::NotOpen);
        }
    })
    .await;
}

#[tokio::test]
async fn notes_are_read_the_newest_first() {
    each(async |fresh| {
        let org = fresh.org("city").await;
        let by = fresh.member("an", org, Role::Checker).await;
        let case = fresh.open_case("a claim", &by).await;
        for text in ["first", "second"] {
            let id = NoteId::new(fresh.now(), fresh.chance());
            fresh.store.add_note(case.id, id, text, fresh.act(&by)).await.unwrap();
        }
        let notes = fresh.store.notes(case.id).await.unwrap();
        assert_eq!(
            notes.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(),
            ["second", "first"]
        );
        assert_eq!(notes[0].org, org);
        let events = fresh.store.events_of_claim(case.claim).await.unwrap();
        assert!(events.iter().all(|it| !it.1.body.to_string().contains("second")));
    })
    .await;
}

//! What comes too late or twice: each ends in a valid state. Two who sign at once: `reviews`.

use kiemtin_core::case::DismissReason;
use kiemtin_core::ids::CaseId;
use kiemtin_core::permission::Role;
use kiemtin_core::sign_off::Unfit;
use kiemtin_core::workflow::{Action, State};
use kiemtin_store::Rule;
use kiemtin_store::cases::With;
use kiemtin_store::reviews::Signed;

use crate::setting::{Fresh, breaks, each, is_stale};

/// Whatever happened: as many versions as entries, and the state says whether there is one.
async fn is_valid(fresh: &Fresh, case: CaseId, n_versions: usize) {
    let case = fresh.store.case(case).await.unwrap().unwrap();
    let versions = fresh.store.versions(case.claim).await.unwrap();
    assert_eq!(versions.len(), n_versions);
    assert_eq!(fresh.store.log_entries(0, 9).await.unwrap().len(), n_versions);
    assert_eq!(case.state.is_public(), 0 < n_versions);
}

#[tokio::test]
async fn a_signer_who_is_taken_off_half_way_signs_nothing_more() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.case_in_review(&people).await;
        fresh.sign(case.id, &people.health).await.unwrap();
        fresh.store.end_member(people.press.id, None, fresh.now(), fresh.chance()).await.unwrap();
        breaks(fresh.sign(case.id, &people.press).await, Rule::AccessEnded);
        is_valid(fresh, case.id, 0).await;
        // What a member signed for the organisation stays when they leave.
        let other = fresh.member("other", people.press.org, Role::Checker).await;
        fresh.store.end_member(people.health.id, None, fresh.now(), fresh.chance()).await.unwrap();
        let signed = fresh.sign(case.id, &other).await.unwrap();
        assert!(matches!(signed, Signed::Published { .. }), "{signed:?}");
        is_valid(fresh, case.id, 1).await;
    })
    .await;
}

#[tokio::test]
async fn an_organisation_that_is_involved_after_signing_no_longer_counts() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let third = fresh.org("third").await;
        let third = fresh.member("third", third, Role::Checker).await;
        let case = fresh.case_in_review(&people).await;
        fresh.sign(case.id, &people.health).await.unwrap();
        let (store, org) = (&fresh.store, people.health.org);
        store.mark_involved(case.claim, org, "x", fresh.act(&people.press)).await.unwrap();
        let signed = fresh.sign(case.id, &people.press).await.unwrap();
        assert_eq!(signed, Signed::Recorded { n_more: 1 });
        is_valid(fresh, case.id, 0).await;
        fresh.sign(case.id, &third).await.unwrap();
        is_valid(fresh, case.id, 1).await;
    })
    .await;
}

#[tokio::test]
async fn a_form_that_is_sent_again_changes_nothing() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.case_in_review(&people).await;
        let with = With { note: Some("x".to_owned()), ..With::default() };
        fresh.try_step(&case, Action::SendBack, &with, &people.editor).await.unwrap();
        is_stale(fresh.try_step(&case, Action::SendBack, &with, &people.editor).await);
        let draft = fresh.store.case(case.id).await.unwrap().unwrap();
        fresh.step(&draft, Action::Submit, &people.editor).await;
        fresh.sign(case.id, &people.health).await.unwrap();
        let twice = Rule::Unfit(Unfit::Twice);
        breaks(fresh.sign(case.id, &people.health).await, twice);
        fresh.sign(case.id, &people.press).await.unwrap();
        breaks(fresh.sign(case.id, &people.press).await, Rule::NothingToSign);
        is_valid(fresh, case.id, 1).await;
    })
    .await;
}

#[tokio::test]
async fn of_a_dismissal_and_a_draft_begun_at_once_one_is_done() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.open_case("a", &people.editor).await;
        let case = fresh.step(&case, Action::Take, &people.editor).await;
        let case = fresh.step(&case, Action::Ask, &people.editor).await;
        let with = With { dismiss: Some(DismissReason::Opinion), ..With::default() };
        fresh.try_step(&case, Action::Dismiss, &with, &people.health).await.unwrap();
        is_stale(fresh.try_step(&case, Action::Draft, &With::default(), &people.editor).await);
        breaks(fresh.opinion(case.id, &people.press).await, Rule::OpinionsClosed);
        let case = fresh.store.case(case.id).await.unwrap().unwrap();
        assert_eq!(case.state, State::Dismissed);
        is_valid(fresh, case.id, 0).await;
    })
    .await;
}

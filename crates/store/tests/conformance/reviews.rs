//! Signing and publishing: no version without its sign-off and its entry in the log.

use kiemtin_core::claim_review::Invalid;
use kiemtin_core::lang::Localised;
use kiemtin_core::permission::Role;
use kiemtin_core::rating::Rating;
use kiemtin_core::review::{Content, Salt, VersionClass};
use kiemtin_core::time::Timestamp;
use kiemtin_core::workflow::{Action, State};
use kiemtin_store::cases::With;
use kiemtin_store::receipts::Outcome;
use kiemtin_store::reviews::{Listing, PING_HUB, Signed};
use kiemtin_store::{Rule, StoreError};

use crate::setting::{content, each, is_stale, refused};

#[tokio::test]
async fn the_last_signature_publishes_version_entry_state_and_job_together() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.case_in_review(&people).await;
        let (tip, receipt) = fresh.tip("Nước chanh?");
        let group = fresh.new_group("Nước chanh?");
        let group = fresh.sorted(tip, group).await;
        let store = &fresh.store;
        store.tie(group, case.claim, fresh.act(&people.health)).await.unwrap();
        let job = fresh.job("answer_receipts").await;
        assert_eq!(store.answer_receipts(&job, case.claim).await.unwrap(), 0, "no answer yet");
        let signed = fresh.sign(case.id, &people.health).await.unwrap();
        assert_eq!(signed, Signed::Recorded { n_more: 1 });
        assert_eq!(store.newest_version(case.claim).await.unwrap(), None);
        assert_eq!(store.last_number().await.unwrap(), 0);
        assert_eq!(store.lease_job_named(PING_HUB, fresh.now()).await.unwrap(), None);
        let cursor = store.change_cursor().await.unwrap();
        let signed = fresh.sign(case.id, &people.press).await.unwrap();
        assert_eq!(signed, Signed::Published { number: 1, version: 1 });
        let version = store.newest_version(case.claim).await.unwrap().unwrap();
        let entry: serde_json::Value =
            serde_json::from_str(&store.log_entries(0, 9).await.unwrap()[0].entry).unwrap();
        let hash = hex::encode(version.document.salted_hash(Salt([9; 32])));
        assert_eq!(entry["page_sha256"], hash);
        assert_eq!(entry["orgs"], serde_json::json!(["health", "press"]));
        assert_eq!((&entry["kind"], &entry["rev"]), (&"publish".into(), &1.into()));
        assert_eq!(version.document.content.opinions.len(), 2);
        let case = store.case(case.id).await.unwrap().unwrap();
        assert_eq!(case.state, State::Published);
        assert!(cursor < store.change_cursor().await.unwrap());
        let ping = fresh.job(PING_HUB).await;
        assert_eq!(ping.payload, serde_json::to_string(&case.claim).unwrap());
        let numbers = store.numbers_between(1, 9).await.unwrap();
        let published = Timestamp::parse(&version.document.published).unwrap();
        assert_eq!((numbers, store.last_number().await.unwrap()), (vec![(1, published)], 1));
        assert!(store.numbers_between(2, 9).await.unwrap().is_empty());
        let job = fresh.job("answer_receipts").await;
        assert_eq!(store.answer_receipts(&job, case.claim).await.unwrap(), 1);
        let outcome = store.receipt(receipt).await.unwrap().unwrap().outcome;
        assert_eq!(outcome, Outcome::Answered { claim: case.claim, number: 1 });
        assert_eq!(store.claim_by_number(1).await.unwrap().unwrap().id, case.claim);
        refused(fresh.sign(case.id, &people.press).await);
    })
    .await;
}

#[tokio::test]
async fn a_later_version_names_the_entry_before_and_a_retraction_ends() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.published(&people).await;
        let other = fresh.published(&people).await;
        let next = async |case: &_, class, rating| {
            let case = fresh.step(case, Action::Correct, &people.editor).await;
            let content = Content { rating, ..content(class) };
            fresh.save(case.id, &content, &people.editor).await.unwrap();
            fresh.sign(case.id, &people.health).await.unwrap();
            fresh.sign(case.id, &people.press).await.unwrap();
            fresh.store.case(case.id).await.unwrap().unwrap()
        };
        let case = next(&case, VersionClass::VerdictChange, Rating::MostlyFalse).await;
        assert_eq!(fresh.store.n_published().await.unwrap(), 2);
        let case = next(&case, VersionClass::Retraction, Rating::MostlyFalse).await;
        assert_eq!(case.state, State::Retracted);
        assert_eq!(fresh.store.n_published().await.unwrap(), 1);
        let log = fresh.store.log_entries(0, 9).await.unwrap();
        let said: Vec<_> = log
            .iter()
            .map(|it| {
                let entry: serde_json::Value = serde_json::from_str(&it.entry).unwrap();
                (it.idx, entry["kind"].as_str().unwrap().to_owned(), entry["prev"].as_i64())
            })
            .collect();
        let expected = [
            (0, "publish", None),
            (1, "publish", None),
            (2, "correct", Some(0)),
            (3, "retract", Some(2)),
        ];
        assert_eq!(said, expected.map(|(idx, kind, prev)| (idx, kind.to_owned(), prev)));
        let versions = fresh.store.versions(case.claim).await.unwrap();
        let numbers: Vec<_> = versions.iter().map(|it| it.document.version).collect();
        assert_eq!(numbers, [3, 2, 1], "every version stays readable");
        let first = &versions[2].document.published;
        assert!(versions.iter().all(|it| it.document.first_published == *first));
        let newest = fresh.store.published(Listing::Newest, 0, 9).await.unwrap();
        assert_eq!(newest.iter().map(|it| it.claim).collect::<Vec<_>>(), [other.claim]);
        let notices = fresh.store.published(Listing::Corrections, 0, 9).await.unwrap();
        assert_eq!(notices.iter().map(|it| it.log_idx).collect::<Vec<_>>(), [3, 2]);
        let (a, b) = (case.claim.min(other.claim), case.claim.max(other.claim));
        assert_eq!(fresh.store.answered_between(a, b).await.unwrap(), newest);
    })
    .await;
}

#[tokio::test]
async fn a_class_says_no_less_than_what_changed() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.published(&people).await;
        let case = fresh.step(&case, Action::Correct, &people.editor).await;
        let try_out = async |content: Content| {
            fresh.save(case.id, &content, &people.editor).await.unwrap();
            refused(fresh.sign(case.id, &people.health).await)
        };
        let first = Content { reason: Localised::new("x", ""), ..content(VersionClass::First) };
        let why = try_out(first).await;
        assert!(why.starts_with("the class of this version does not fit"), "{why}");
        let answer = Localised::new("Có thể.", "");
        for class in [VersionClass::Typo, VersionClass::Clarification] {
            let why = try_out(Content { answer: answer.clone(), ..content(class) }).await;
            assert!(why.contains("this is a correction"), "{why}");
        }
        let why =
            try_out(Content { rating: Rating::HalfTrue, ..content(VersionClass::Correction) });
        assert_eq!(why.await, "the rating changed: call this version a change of verdict");
        assert_eq!(fresh.store.draft(case.id).await.unwrap().unwrap().signatures, []);
    })
    .await;
}

#[tokio::test]
async fn whoever_may_not_sign_does_not() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.case_in_review(&people).await;
        let operator = fresh.member("op", people.press.org, Role::Operator).await;
        refused(fresh.sign(case.id, &operator).await);
        let why = refused(fresh.sign(case.id, &people.editor).await);
        assert!(why.starts_with("you edited this draft"), "{why}");
        let old = [1; 32];
        let seen = fresh.store.sign(case.id, old, fresh.act(&people.press), Salt([0; 32])).await;
        assert!(refused(seen).starts_with("the draft was changed meanwhile"));
        fresh.sign(case.id, &people.press).await.unwrap();
        assert_eq!(
            refused(fresh.sign(case.id, &people.press).await),
            "you have already signed this draft"
        );
        // Another member of the same organisation does not make a second one.
        let second = fresh.member("press-2", people.press.org, Role::Checker).await;
        let signed = fresh.sign(case.id, &second).await.unwrap();
        assert_eq!(signed, Signed::Recorded { n_more: 1 });
        assert_eq!(fresh.store.log_entries(0, 9).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn an_involved_organisation_never_signs_and_without_two_others_nothing_goes_out() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let third = fresh.org("third").await;
        let third = fresh.member("third", third, Role::Checker).await;
        let case = fresh.case_in_review(&people).await;
        let mark = async |org| {
            let by = &people.press;
            fresh.store.mark_involved(case.claim, org, "It is about it", fresh.act(by)).await
        };
        mark(people.health.org).await.unwrap();
        let why = refused(fresh.sign(case.id, &people.health).await);
        assert!(why.starts_with("the claim concerns your organisation"), "{why}");
        fresh.sign(case.id, &people.press).await.unwrap();
        mark(third.org).await.unwrap();
        let draft = fresh.store.draft(case.id).await.unwrap().unwrap();
        assert_eq!(draft.signatures, [], "a mark voids the signatures");
        let why = refused(fresh.sign(case.id, &people.press).await);
        assert!(why.contains("nothing can be published"), "{why}");
        let by = &people.press;
        fresh.store.lift_involved(case.claim, third.org, "No", fresh.act(by)).await.unwrap();
        fresh.sign(case.id, &people.press).await.unwrap();
        let signed = fresh.sign(case.id, &third).await.unwrap();
        assert_eq!(signed, Signed::Published { number: 1, version: 1 });
        let version = fresh.store.newest_version(case.claim).await.unwrap().unwrap();
        let involved: Vec<_> =
            version.document.content.opinions.iter().map(|it| it.involved).collect();
        assert_eq!(involved, [true, false]);
    })
    .await;
}

#[tokio::test]
async fn a_desk_with_one_organisation_needs_two_members_and_says_so() {
    each(async |fresh| {
        let org = fresh.org("alone").await;
        let people = crate::setting::People {
            editor: fresh.member("ed", org, Role::Editor).await,
            health: fresh.member("one", org, Role::Checker).await,
            press: fresh.member("two", org, Role::Checker).await,
        };
        let case = fresh.open_case("a", &people.editor).await;
        let case = fresh.step(&case, Action::Take, &people.editor).await;
        let case = fresh.step(&case, Action::Ask, &people.editor).await;
        fresh.evidence(case.id, "https://www.who.int/a", &people.health).await;
        fresh.evidence(case.id, "https://moh.gov.vn/b", &people.health).await;
        fresh.no_reply(case.id, &people.health).await;
        let case = fresh.step(&case, Action::Draft, &people.editor).await;
        fresh.save(case.id, &content(VersionClass::First), &people.editor).await.unwrap();
        let case = fresh.step(&case, Action::Submit, &people.editor).await;
        fresh.sign(case.id, &people.health).await.unwrap();
        fresh.sign(case.id, &people.press).await.unwrap();
        let version = fresh.store.newest_version(case.claim).await.unwrap().unwrap();
        assert!(version.document.single_org);
        assert_eq!(version.document.signed_by.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_draft_whose_markup_would_break_its_rules_is_neither_submitted_nor_signed() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.case_in_review(&people).await;
        let draft = fresh.step(&case, Action::SendBack, &people.editor).await;
        let unseen = Localised::new("\u{200b}", "");
        let broken = Content { claim: unseen, ..content(VersionClass::First) };
        fresh.save(draft.id, &broken, &people.editor).await.unwrap();
        let expected = Rule::Markup(Invalid::Lacks("claimReviewed"));
        let with = With::default();
        let submitted = fresh.try_step(&draft, Action::Submit, &with, &people.editor).await;
        assert!(matches!(submitted, Err(StoreError::Rule(it)) if it == expected), "{submitted:?}");
        fresh.save(draft.id, &content(VersionClass::First), &people.editor).await.unwrap();
        fresh.step(&draft, Action::Submit, &people.editor).await;
        fresh.sign(draft.id, &people.health).await.unwrap();
        fresh.sign(draft.id, &people.press).await.unwrap();

        // A correction is not submitted: its signatures are asked the same.
        let case = fresh.store.case(draft.id).await.unwrap().unwrap();
        fresh.step(&case, Action::Correct, &people.editor).await;
        let broken = Content { class: VersionClass::Correction, ..broken };
        let broken = Content { reason: Localised::new("Sửa.", ""), ..broken };
        fresh.save(draft.id, &broken, &people.editor).await.unwrap();
        let signed = fresh.sign(draft.id, &people.health).await;
        assert!(matches!(signed, Err(StoreError::Rule(it)) if it == expected), "{signed:?}");
    })
    .await;
}

#[tokio::test]
async fn an_edit_voids_the_signatures() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.case_in_review(&people).await;
        fresh.sign(case.id, &people.health).await.unwrap();
        let edited = Content { body: Localised::new("Khác.", ""), ..content(VersionClass::First) };
        refused(fresh.save(case.id, &edited, &people.editor).await);
        let case = fresh.step(&case, Action::SendBack, &people.editor).await;
        let draft = async || fresh.store.draft(case.id).await.unwrap().unwrap();
        assert_eq!(draft().await.signatures, [], "sent back, it is signed again");
        fresh.save(case.id, &edited, &people.editor).await.unwrap();
        let case = fresh.step(&case, Action::Submit, &people.editor).await;
        let signed = fresh.sign(case.id, &people.press).await.unwrap();
        assert_eq!(signed, Signed::Recorded { n_more: 1 });
        let signed = fresh.sign(case.id, &people.health).await.unwrap();
        assert!(matches!(signed, Signed::Published { .. }));
    })
    .await;
}

#[tokio::test]
async fn an_unfinished_draft_is_not_signed() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.case_in_review(&people).await;
        let first = fresh.store.evidence(case.id).await.unwrap()[0].id;
        fresh.store.withdraw_evidence(case.id, first, fresh.act(&people.health)).await.unwrap();
        let why = refused(fresh.sign(case.id, &people.health).await);
        assert_eq!(why, "this draft is not complete yet");
    })
    .await;
}

#[tokio::test]
async fn two_who_sign_at_the_same_time_publish_once() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        for round in 0..5 {
            let case = fresh.case_in_review(&people).await;
            let (one, two) = tokio::join!(
                fresh.sign(case.id, &people.health),
                fresh.sign(case.id, &people.press),
            );
            let signed = [one.unwrap(), two.unwrap()];
            let number = round + 1;
            assert!(signed.contains(&Signed::Recorded { n_more: 1 }), "{signed:?}");
            assert!(signed.contains(&Signed::Published { number, version: 1 }), "{signed:?}");
        }
        let log = fresh.store.log_entries(0, 99).await.unwrap();
        let indices: Vec<_> = log.iter().map(|it| it.idx).collect();
        assert_eq!(indices, [0, 1, 2, 3, 4], "without gaps");
    })
    .await;
}

#[tokio::test]
async fn an_edit_that_is_undone_brings_no_signature_back() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.published(&people).await;
        let case = fresh.step(&case, Action::Correct, &people.editor).await;
        let signed = content(VersionClass::Clarification);
        fresh.save(case.id, &signed, &people.editor).await.unwrap();
        fresh.sign(case.id, &people.health).await.unwrap();
        let edited = Content { why: Localised::new("Khác.", ""), ..signed.clone() };
        for content in [&edited, &signed] {
            fresh.save(case.id, content, &people.editor).await.unwrap();
        }
        let last = fresh.sign(case.id, &people.press).await.unwrap();
        assert_eq!(last, Signed::Recorded { n_more: 1 });
    })
    .await;
}

#[tokio::test]
async fn whoever_saves_second_overwrites_nothing() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.case_in_review(&people).await;
        let case = fresh.step(&case, Action::SendBack, &people.editor).await;
        let seen = fresh.store.draft(case.id).await.unwrap().unwrap().content.written().hash();
        let save = async |words: &str, seen| {
            let content =
                Content { why: Localised::new(words, ""), ..content(VersionClass::First) };
            fresh.store.save_draft(case.id, &content, seen, fresh.act(&people.editor)).await
        };
        is_stale(save("ba", None).await);
        save("một", Some(seen)).await.unwrap();
        is_stale(save("hai", Some(seen)).await);
        let draft = fresh.store.draft(case.id).await.unwrap().unwrap();
        assert_eq!(draft.content.why.vi.as_deref(), Some("một"));
    })
    .await;
}

#[tokio::test]
async fn a_correction_begins_with_its_words_and_its_editor_or_not_at_all() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.published(&people).await;
        let begin = async |case: &_| {
            let (to, next) = (State::Correcting, content(VersionClass::Correction));
            fresh.store.begin_correction(case, to, &next, fresh.act(&people.editor)).await
        };
        begin(&case).await.unwrap();
        is_stale(begin(&case).await);
        let draft = fresh.store.draft(case.id).await.unwrap().unwrap();
        assert_eq!(draft.content.class, VersionClass::Correction);
        assert!(draft.editors.contains(&people.editor.id));
    })
    .await;
}

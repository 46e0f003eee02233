//! The way of a case, each step by way of `workflow::decide`.

use kiemtin_core::case::DismissReason;
use kiemtin_core::ids::CaseId;
use kiemtin_core::lang::Lang;
use kiemtin_core::permission::Role;
use kiemtin_core::workflow::{Action, State, next};
use kiemtin_store::cases::{Case, With};
use kiemtin_store::members::Member;
use kiemtin_store::{Rule, StoreResult};

use crate::setting::{Fresh, breaks, content, each, is_stale, refused};
use kiemtin_core::review::VersionClass;

async fn editor(fresh: &Fresh) -> Member {
    let org = fresh.org("city").await;
    fresh.member("ed", org, Role::Editor).await
}

async fn merge(fresh: &Fresh, case: &Case, into: &Case, by: &Member) -> StoreResult<Case> {
    fresh.store.merge_claim(case, into.claim, State::Merged, fresh.act(by)).await?;
    Ok(fresh.store.case(case.id).await?.unwrap())
}

async fn unmerge(fresh: &Fresh, case: &Case, by: &Member) -> StoreResult<Case> {
    let to = case.before_merge.unwrap();
    fresh.store.unmerge_claim(case, to, fresh.act(by)).await?;
    Ok(fresh.store.case(case.id).await?.unwrap())
}

#[tokio::test]
async fn every_step_of_the_table_can_be_taken() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let (ed, mut walked) = (&people.editor, Vec::new());
        let step = |walked: &mut Vec<_>, from: &Case, action, to: &Case| {
            assert_eq!(next(from.state, action), Some(to.state), "{action:?}");
            assert!(from.version < to.version);
            walked.push((from.state, action));
        };
        // Publish, correct, give up, correct again, retract.
        let review = fresh.case_in_review(&people).await;
        let case = fresh.step(&review, Action::SendBack, ed).await;
        step(&mut walked, &review, Action::SendBack, &case);
        let review = fresh.step(&case, Action::Submit, ed).await;
        step(&mut walked, &case, Action::Submit, &review);
        let out = async |class, from: &Case| {
            fresh.save(from.id, &content(class), ed).await.unwrap();
            fresh.sign(from.id, &people.health).await.unwrap();
            fresh.sign(from.id, &people.press).await.unwrap();
            fresh.store.case(from.id).await.unwrap().unwrap()
        };
        fresh.sign(review.id, &people.health).await.unwrap();
        fresh.sign(review.id, &people.press).await.unwrap();
        let mut case = fresh.store.case(review.id).await.unwrap().unwrap();
        step(&mut walked, &review, Action::LastSignature, &case);
        for action in [Action::AbandonCorrection, Action::LastSignature] {
            let correcting = fresh.step(&case, Action::Correct, ed).await;
            step(&mut walked, &case, Action::Correct, &correcting);
            case = match action {
                Action::LastSignature => out(VersionClass::Clarification, &correcting).await,
                _ => fresh.step(&correcting, action, ed).await,
            };
            step(&mut walked, &correcting, action, &case);
        }
        let correcting = fresh.step(&case, Action::Correct, ed).await;
        let retracted = out(VersionClass::Retraction, &correcting).await;
        step(&mut walked, &correcting, Action::LastRetractionSignature, &retracted);
        // The steps before, and dismissing and merging from wherever it is possible.
        let target = fresh.open_case("target", ed).await;
        let answered = fresh.published(&people).await;
        let why = With { dismiss: Some(DismissReason::Satire), ..With::default() };
        let way = [Action::Take, Action::Ask, Action::Draft];
        for n_steps in 0..=way.len() {
            let mut case = fresh.open_case(&format!("claim {n_steps}"), ed).await;
            for action in &way[..n_steps] {
                let after = fresh.step(&case, *action, ed).await;
                step(&mut walked, &case, *action, &after);
                case = after;
            }
            case = merged_and_back(fresh, &case, &target, ed, &mut walked).await;
            if case.state == State::Draft {
                continue;
            }
            let dismissed = fresh.try_step(&case, Action::Dismiss, &why, ed).await.unwrap();
            step(&mut walked, &case, Action::Dismiss, &dismissed);
            let back = merged_and_back(fresh, &dismissed, &target, ed, &mut walked).await;
            assert_eq!(back.dismissed, Some(DismissReason::Satire));
            let reopened = fresh.step(&back, Action::Reopen, ed).await;
            step(&mut walked, &back, Action::Reopen, &reopened);
        }
        for public in [retracted, fresh.published(&people).await] {
            merged_and_back(fresh, &public, &answered, ed, &mut walked).await;
        }
        let all = State::ALL.into_iter().flat_map(|it| Action::ALL.map(|action| (it, action)));
        for (from, action) in all.filter(|(from, action)| next(*from, *action).is_some()) {
            assert!(walked.contains(&(from, action)), "{from:?} --{action:?}--> was not tried");
        }
    })
    .await;
}

async fn merged_and_back(
    fresh: &Fresh,
    case: &Case,
    target: &Case,
    by: &Member,
    walked: &mut Vec<(State, Action)>,
) -> Case {
    let merged = merge(fresh, case, target, by).await.unwrap();
    assert_eq!((merged.state, merged.before_merge), (State::Merged, Some(case.state)));
    walked.push((case.state, Action::Merge));
    let back = unmerge(fresh, &merged, by).await.unwrap();
    assert_eq!((back.state, back.before_merge), (case.state, None));
    back
}

#[tokio::test]
async fn a_claim_with_an_answer_is_merged_only_into_one_whose_answer_stands() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let ed = &people.editor;
        let public = fresh.published(&people).await;
        let target = fresh.open_case("target", ed).await;
        breaks(merge(fresh, &public, &target, ed).await, Rule::MergeHidesAnswer);
        assert_eq!(fresh.store.claim(public.claim).await.unwrap().unwrap().merged_into, None);
        let withdrawn = fresh.published(&people).await;
        let correcting = fresh.step(&withdrawn, Action::Correct, ed).await;
        fresh.save(correcting.id, &content(VersionClass::Retraction), ed).await.unwrap();
        fresh.sign(correcting.id, &people.health).await.unwrap();
        fresh.sign(correcting.id, &people.press).await.unwrap();
        breaks(merge(fresh, &public, &withdrawn, ed).await, Rule::MergeHidesAnswer);
        let stands = fresh.published(&people).await;
        merge(fresh, &public, &stands, ed).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn whoever_comes_second_is_told_to_look_again() {
    each(async |fresh| {
        let ed = editor(fresh).await;
        let case = fresh.open_case("a", &ed).await;
        let with = With::default();
        let (one, two) = tokio::join!(
            fresh.try_step(&case, Action::Take, &with, &ed),
            fresh.try_step(&case, Action::Take, &with, &ed),
        );
        let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
        assert_eq!(won.unwrap().state, State::Open);
        is_stale(lost);
        let kinds = fresh.store.events_of_claim(case.claim).await.unwrap();
        let kinds: Vec<_> = kinds.iter().map(|(_, it)| it.kind.as_str()).collect();
        assert_eq!(kinds, ["case.take", "case.open"], "one event a change");
    })
    .await;
}

#[tokio::test]
async fn a_step_that_the_table_does_not_have_is_not_written() {
    each(async |fresh| {
        let ed = editor(fresh).await;
        let case = fresh.open_case("a", &ed).await;
        for step in [
            (Action::Take, State::Published),
            (Action::LastSignature, State::Published),
            (Action::Merge, State::Merged),
        ] {
            refused(fresh.store.act(&case, step, &With::default(), fresh.act(&ed)).await);
        }
        refused(fresh.try_step(&case, Action::Dismiss, &With::default(), &ed).await);
        assert_eq!(fresh.store.case(case.id).await.unwrap().unwrap(), case);
    })
    .await;
}

#[tokio::test]
async fn asking_names_the_question_the_day_and_whom() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.open_case("a", &people.editor).await;
        let case = fresh.step(&case, Action::Take, &people.editor).await;
        assert_eq!(case.owner, Some(people.editor.org));
        let due = fresh.now();
        let with = With {
            question: Some("Is it so?".to_owned()),
            due: Some(due),
            ask: vec![people.health.org, people.press.org],
            ..With::default()
        };
        let case = fresh.try_step(&case, Action::Ask, &with, &people.editor).await.unwrap();
        assert_eq!((case.question.as_deref(), case.due), (Some("Is it so?"), Some(due)));
        let asked = fresh.store.asked(case.id).await.unwrap();
        assert_eq!(asked, [people.health.org, people.press.org]);
        let listed = fresh.store.cases(State::Verifying, 0, 9).await.unwrap();
        assert_eq!(listed.iter().map(|it| it.0.id).collect::<Vec<_>>(), [case.id]);
        assert_eq!(fresh.store.case_counts().await.unwrap(), [(State::Verifying, 1)]);
    })
    .await;
}

#[tokio::test]
async fn a_claim_has_one_case() {
    each(async |fresh| {
        let ed = editor(fresh).await;
        let claim = fresh.claim("imported").await;
        let open = async || {
            let id = CaseId::new(fresh.now(), fresh.chance());
            fresh.store.open_case_of(id, claim, fresh.act(&ed)).await
        };
        open().await.unwrap();
        refused(open().await);
        assert_eq!(fresh.store.case_of(claim).await.unwrap().unwrap().state, State::Inbox);
    })
    .await;
}

#[tokio::test]
async fn sightings_and_wordings_go_along_with_a_merge_and_come_back() {
    each(async |fresh| {
        let ed = editor(fresh).await;
        let (a, b) = (fresh.open_case("a", &ed).await, fresh.open_case("b", &ed).await);
        let store = &fresh.store;
        store.add_variant(a.claim, Lang::Vi, "a khác", &ed).await.unwrap();
        store.add_variant(b.claim, Lang::Vi, "chung", &ed).await.unwrap();
        store.add_variant(a.claim, Lang::Vi, "chung", &ed).await.unwrap();
        let (stays, _) = fresh.group("stays").await;
        let (leaves, _) = fresh.group("leaves").await;
        for group in [stays, leaves] {
            store.tie(group, a.claim, fresh.act(&ed)).await.unwrap();
        }
        let a = merge(fresh, &a, &b, &ed).await.unwrap();
        is_stale(merge(fresh, &b, &a, &ed).await);
        let words = async |claim| {
            let all = store.variants(claim).await.unwrap();
            all.into_iter().map(|(_, text)| text).collect::<Vec<_>>()
        };
        assert_eq!(words(b.claim).await, ["a", "a khác", "chung"]);
        assert_eq!(store.n_sightings(b.claim).await.unwrap(), 2);
        assert_eq!(store.claim(a.claim).await.unwrap().unwrap().merged_into, Some(b.claim));
        // One of them is found to be about something else before the merge is undone.
        let other = fresh.claim("other").await;
        store.tie(leaves, other, fresh.act(&ed)).await.unwrap();
        let a = unmerge(fresh, &a, &ed).await.unwrap();
        assert_eq!(words(b.claim).await, ["chung"]);
        assert_eq!(words(a.claim).await, ["a khác", "chung"]);
        assert_eq!(store.group(stays).await.unwrap().unwrap().claim, Some(a.claim));
        assert_eq!(store.group(leaves).await.unwrap().unwrap().claim, Some(other));
        is_stale(store.unmerge_claim(&a, State::Inbox, fresh.act(&ed)).await);
    })
    .await;
}

#[tokio::test]
async fn merged_claims_come_apart_in_any_order() {
    each(async |fresh| {
        let ed = editor(fresh).await;
        for order in [[0, 1], [1, 0]] {
            let mut cases = Vec::new();
            let mut groups = Vec::new();
            for name in ["x", "y", "z"] {
                let case = fresh.open_case(&format!("{name} {order:?}"), &ed).await;
                let (group, _) = fresh.group(&format!("{name} {order:?}")).await;
                fresh.store.tie(group, case.claim, fresh.act(&ed)).await.unwrap();
                cases.push(case);
                groups.push(group);
            }
            cases[0] = merge(fresh, &cases[0], &cases[1], &ed).await.unwrap();
            cases[1] = merge(fresh, &cases[1], &cases[2], &ed).await.unwrap();
            assert_eq!(fresh.store.n_sightings(cases[2].claim).await.unwrap(), 3);
            for nth in order {
                cases[nth] = unmerge(fresh, &cases[nth], &ed).await.unwrap();
            }
            for (case, group) in cases.iter().zip(&groups) {
                let found = fresh.store.group(*group).await.unwrap().unwrap();
                assert_eq!(found.claim, Some(case.claim), "{order:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_involved_organisation_takes_no_step_and_may_bring_evidence() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let clinic = fresh.org_under("clinic", Some(people.health.org)).await;
        let below = fresh.member("clinic", clinic, Role::Editor).await;
        let mark = async |claim| {
            let (org, by) = (people.health.org, &people.press);
            fresh.store.mark_involved(claim, org, "It is about it", fresh.act(by)).await.unwrap();
        };
        let other = fresh.open_case("b", &people.press).await;
        let case = fresh.open_case("a", &people.editor).await;
        mark(case.claim).await;
        let why = With { dismiss: Some(DismissReason::Satire), ..With::default() };
        for by in [&people.editor, &people.health, &below] {
            breaks(fresh.try_step(&case, Action::Take, &With::default(), by).await, Rule::Involved);
            breaks(fresh.try_step(&case, Action::Dismiss, &why, by).await, Rule::Involved);
            breaks(merge(fresh, &case, &other, by).await, Rule::Involved);
            breaks(merge(fresh, &other, &case, by).await, Rule::Involved);
        }
        let dismissed = fresh.try_step(&case, Action::Dismiss, &why, &people.press).await.unwrap();
        let reopened = fresh.try_step(&dismissed, Action::Reopen, &With::default(), &below).await;
        breaks(reopened, Rule::Involved);

        let review = fresh.case_in_review(&people).await;
        mark(review.claim).await;
        let back =
            fresh.try_step(&review, Action::SendBack, &With::default(), &people.editor).await;
        breaks(back, Rule::Involved);
        fresh.evidence(review.id, "https://clinic.example/", &below).await;
        let press = fresh.member("press-ed", people.press.org, Role::Editor).await;
        let draft = fresh.step(&review, Action::SendBack, &press).await;
        let content = crate::setting::content(VersionClass::First);
        breaks(fresh.save(draft.id, &content, &people.editor).await, Rule::Involved);
        let submitted =
            fresh.try_step(&draft, Action::Submit, &With::default(), &people.editor).await;
        breaks(submitted, Rule::Involved);
    })
    .await;
}

#[tokio::test]
async fn an_involved_organisation_moves_no_sightings_and_adds_no_wording() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let store = &fresh.store;
        let about = fresh.open_case("a", &people.editor).await;
        let other = fresh.open_case("b", &people.editor).await;
        let (group, first) = fresh.group("one").await;
        let (waits, _) = fresh.group("two").await;
        let (merged, _) = fresh.group("three").await;
        let tie = async |group, claim, by| store.tie(group, claim, fresh.act(by)).await;
        let (press, inside) = (&people.press, &people.health);
        tie(group, about.claim, press).await.unwrap();
        store.merge_groups(merged, group, fresh.act(press)).await.unwrap();
        let reason = "It is about it";
        let org = people.health.org;
        store.mark_involved(about.claim, org, reason, fresh.act(press)).await.unwrap();

        breaks(store.untie(group, about.claim, fresh.act(inside)).await, Rule::Involved);
        breaks(tie(group, other.claim, inside).await, Rule::Involved);
        breaks(tie(waits, about.claim, inside).await, Rule::Involved);
        breaks(store.reject_match(waits, about.claim, fresh.act(inside)).await, Rule::Involved);
        let new = fresh.new_group("four");
        breaks(store.split_group(group, &[first], &new, fresh.act(inside)).await, Rule::Involved);
        breaks(store.merge_groups(waits, group, fresh.act(inside)).await, Rule::Involved);
        breaks(store.unmerge_group(merged, fresh.act(inside)).await, Rule::Involved);
        let worded = store.add_variant(about.claim, Lang::Vi, "khác", inside).await;
        breaks(worded, Rule::Involved);
        assert_eq!(store.n_sightings(about.claim).await.unwrap(), 2);

        let into = merge(fresh, &other, &about, press).await.unwrap();
        breaks(unmerge(fresh, &into, inside).await, Rule::Involved);
        tie(waits, about.claim, press).await.unwrap();
        store.untie(group, about.claim, fresh.act(press)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn opinions_are_read_by_all_only_when_none_is_taken_any_more() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let third = fresh.org("third").await;
        let third = fresh.member("third", third, Role::Checker).await;
        let case = fresh.open_case("a", &people.editor).await;
        let case = fresh.step(&case, Action::Take, &people.editor).await;
        let case = fresh.step(&case, Action::Ask, &people.editor).await;
        fresh.opinion(case.id, &people.press).await.unwrap();
        let seen = async || fresh.store.org(third.org).opinions(case.id).await.unwrap().len();
        assert_eq!(seen().await, 0);
        let case = fresh.step(&case, Action::Draft, &people.editor).await;
        assert_eq!(seen().await, 0);
        let case = fresh.step(&case, Action::Submit, &people.editor).await;
        assert_eq!(seen().await, 1);
        let case = fresh.step(&case, Action::SendBack, &people.editor).await;
        breaks(fresh.opinion(case.id, &third).await, Rule::OpinionsClosed);
        assert!(!case.takes_opinions());
    })
    .await;
}

#[tokio::test]
async fn a_claim_is_worded_with_its_group_or_not_at_all() {
    each(async |fresh| {
        let ed = editor(fresh).await;
        let (group, _) = fresh.group("nghe nói").await;
        let open = async |new: &_| {
            let case = CaseId::new(fresh.now(), fresh.chance());
            fresh.store.open_case_for(group, case, new, fresh.act(&ed)).await
        };
        let first = fresh.new_claim("một");
        open(&first).await.unwrap();
        breaks(open(&first).await, Rule::ClaimKnown);
        let second = fresh.new_claim("hai");
        is_stale(open(&second).await);
        assert_eq!(fresh.store.group(group).await.unwrap().unwrap().claim, Some(first.id));
        assert_eq!(fresh.store.case_of(second.id).await.unwrap(), None);
        assert_eq!(fresh.store.n_claims().await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn further_organisations_are_asked_while_the_case_is_verified() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.open_case("a", &people.editor).await;
        let more = async |case: &_| {
            let orgs = [people.press.org, people.health.org];
            fresh.store.ask_more(case, &orgs, fresh.act(&people.editor)).await
        };
        breaks(more(&case).await, Rule::AskingClosed);
        let case = fresh.step(&case, Action::Take, &people.editor).await;
        let with = With { ask: vec![people.press.org], ..With::default() };
        let case = fresh.try_step(&case, Action::Ask, &with, &people.editor).await.unwrap();
        more(&case).await.unwrap();
        let asked = fresh.store.asked(case.id).await.unwrap();
        assert_eq!(asked, [people.press.org, people.health.org], "each once");
    })
    .await;
}

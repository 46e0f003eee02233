//! Labelled pairs: what members decide labels what was proposed, and undoing takes the label back.

use kiemtin_core::decide::Decision;
use kiemtin_core::ids::{ClaimId, GroupId};
use kiemtin_core::permission::Role;
use kiemtin_core::quality::{Label, Pair};
use kiemtin_core::time::{DAY_MS, HOUR_MS};
use kiemtin_core::workflow::State;
use kiemtin_store::groups::NewMatch;
use kiemtin_store::members::Member;

use crate::setting::{Fresh, each, is_stale};

/// A desk with three claims, and a group for which the first two were proposed.
struct Scene {
    by: Member,
    claims: [ClaimId; 3],
    group: GroupId,
}

async fn scene(fresh: &Fresh) -> Scene {
    let org = fresh.org("city").await;
    let by = fresh.member("an", org, Role::Checker).await;
    let claims = [fresh.claim("a").await, fresh.claim("b").await, fresh.claim("c").await];
    let group = proposed(fresh, "text", &[(claims[0], 0.95), (claims[1], 0.5)]).await;
    Scene { by, claims, group }
}

/// A group with proposals, the first of which is an answer.
async fn proposed(fresh: &Fresh, text: &str, proposals: &[(ClaimId, f64)]) -> GroupId {
    let mut group = fresh.new_group(text);
    let one = |&(claim, probability): &(ClaimId, f64)| NewMatch {
        claim,
        probability,
        decision: if 0.9 < probability { "answer" } else { "suggest" },
        reasons: "[]".to_owned(),
        vetoed: probability < 0.9,
    };
    group.matches = proposals.iter().map(one).collect();
    fresh.sorted(fresh.intake(text), group).await
}

impl Scene {
    async fn tie(&self, fresh: &Fresh, claim: ClaimId) {
        fresh.store.tie(self.group, claim, fresh.act(&self.by)).await.unwrap();
    }

    async fn reject(&self, fresh: &Fresh, claim: ClaimId) {
        fresh.store.reject_match(self.group, claim, fresh.act(&self.by)).await.unwrap();
    }

    async fn take_back(&self, fresh: &Fresh, claim: ClaimId) {
        fresh.store.take_back(self.group, claim, fresh.act(&self.by)).await.unwrap();
    }

    /// The pairs of the desk by the number of their claim.
    async fn labels(&self, fresh: &Fresh) -> Vec<(usize, Label)> {
        let pairs = fresh.store.labelled_pairs().await.unwrap();
        let place = |it: &Pair| self.claims.iter().position(|claim| *claim == it.claim).unwrap();
        let mut labels: Vec<_> = pairs.iter().map(|it| (place(it), it.label)).collect();
        labels.sort_by_key(|it| it.0);
        labels
    }
}

use Label::{Missed, Right, Wrong};

#[tokio::test]
async fn a_tie_labels_all_that_was_proposed() {
    each(async |fresh| {
        let scene = scene(fresh).await;
        assert_eq!(scene.labels(fresh).await, []);
        scene.tie(fresh, scene.claims[0]).await;
        assert_eq!(scene.labels(fresh).await, [(0, Right), (1, Wrong)]);
        let pairs = fresh.store.labelled_pairs().await.unwrap();
        let Pair {
            group,
            claim,
            lang: _,
            month,
            probability,
            decision,
            is_first,
            is_vetoed,
            label,
        } = pairs[0].clone();
        assert_eq!((group, claim, label), (scene.group, scene.claims[0], Right));
        assert_eq!((month.to_string().as_str(), probability), ("2026-11", 0.95));
        assert_eq!((decision, is_first, is_vetoed), (Decision::Answer, true, false));
        assert_eq!((pairs[1].is_first, pairs[1].is_vetoed), (false, true));
        scene.tie(fresh, scene.claims[1]).await;
        assert_eq!(scene.labels(fresh).await, [(0, Wrong), (1, Right)]);
    })
    .await;
}

#[tokio::test]
async fn a_tie_to_what_was_not_proposed_was_missed_if_it_was_there() {
    each(async |fresh| {
        let scene = scene(fresh).await;
        scene.tie(fresh, scene.claims[2]).await;
        assert_eq!(scene.labels(fresh).await, [(0, Wrong), (1, Wrong), (2, Missed)]);
        scene.take_back(fresh, scene.claims[2]).await;
        assert_eq!(scene.labels(fresh).await, []);
        fresh.wait(2 * HOUR_MS);
        let late = fresh.claim("worded later").await;
        scene.tie(fresh, late).await;
        assert_eq!(scene.labels(fresh).await, [(0, Wrong), (1, Wrong)], "nothing was missed");
    })
    .await;
}

#[tokio::test]
async fn a_claim_that_is_worded_from_a_group_makes_its_proposals_wrong() {
    each(async |fresh| {
        let scene = scene(fresh).await;
        let case = kiemtin_core::ids::CaseId::new(fresh.now(), fresh.chance());
        let new = fresh.new_claim("worded from it");
        fresh.store.open_case_for(scene.group, case, &new, fresh.act(&scene.by)).await.unwrap();
        assert_eq!(scene.labels(fresh).await, [(0, Wrong), (1, Wrong)]);
    })
    .await;
}

#[tokio::test]
async fn a_rejection_labels_one_and_every_decision_can_be_taken_back() {
    each(async |fresh| {
        let scene = scene(fresh).await;
        let [a, b, c] = scene.claims;
        scene.reject(fresh, a).await;
        assert_eq!(scene.labels(fresh).await, [(0, Wrong)]);
        scene.take_back(fresh, a).await;
        assert_eq!(scene.labels(fresh).await, []);
        scene.reject(fresh, a).await;
        scene.tie(fresh, b).await;
        scene.tie(fresh, c).await;
        scene.take_back(fresh, c).await;
        assert_eq!(scene.labels(fresh).await, [(0, Wrong)], "and what followed from it");
        is_stale(fresh.store.take_back(scene.group, b, fresh.act(&scene.by)).await);
        scene.tie(fresh, a).await;
        assert_eq!(scene.labels(fresh).await, [(0, Right), (1, Wrong)]);
        fresh.store.untie(scene.group, a, fresh.act(&scene.by)).await.unwrap();
        assert_eq!(scene.labels(fresh).await, [(0, Wrong)], "not the same is no taking back");
        assert!(fresh.store.group(scene.group).await.unwrap().unwrap().claim.is_none());
    })
    .await;
}

#[tokio::test]
async fn claims_that_become_one_are_one_in_pairs_too() {
    each(async |fresh| {
        let mut scene = scene(fresh).await;
        let case = fresh.open_case("the same as a", &scene.by).await;
        scene.tie(fresh, case.claim).await;
        let [a, ..] = scene.claims;
        fresh.store.merge_claim(&case, a, State::Merged, fresh.act(&scene.by)).await.unwrap();
        assert_eq!(scene.labels(fresh).await, [(0, Right), (1, Wrong)]);
        let case = fresh.store.case(case.id).await.unwrap().unwrap();
        fresh.store.unmerge_claim(&case, State::Inbox, fresh.act(&scene.by)).await.unwrap();
        scene.claims[2] = case.claim;
        assert_eq!(scene.labels(fresh).await, [(0, Wrong), (1, Wrong), (2, Missed)]);
    })
    .await;
}

#[tokio::test]
async fn a_group_that_was_merged_is_judged_only_by_what_was_said_of_it() {
    each(async |fresh| {
        let scene = scene(fresh).await;
        let other = proposed(fresh, "other", &[(scene.claims[2], 0.4)]).await;
        scene.reject(fresh, scene.claims[1]).await;
        let store = &fresh.store;
        let by = &scene.by;
        store.merge_groups(scene.group, other, fresh.act(by)).await.unwrap();
        store.tie(other, scene.claims[2], fresh.act(by)).await.unwrap();
        assert_eq!(scene.labels(fresh).await, [(1, Wrong), (2, Right)]);
    })
    .await;
}

#[tokio::test]
async fn a_pair_shows_its_text_as_long_as_that_is_there_and_stays_a_figure() {
    each(async |fresh| {
        let scene = scene(fresh).await;
        scene.reject(fresh, scene.claims[0]).await;
        let before = fresh.store.labelled_pairs().await.unwrap();
        let texts = fresh.store.pair_texts(&before).await.unwrap();
        assert_eq!((texts[0].message.as_str(), texts[0].claim.as_str()), ("text", "a"));
        let later = fresh.now().plus_millis(40 * DAY_MS);
        assert_eq!(fresh.store.erase_expired(later).await.unwrap().groups, 1);
        assert_eq!(fresh.store.group(scene.group).await.unwrap(), None);
        let after = fresh.store.labelled_pairs().await.unwrap();
        assert_eq!(after, before);
        let texts = fresh.store.pair_texts(&after).await.unwrap();
        assert_eq!((texts[0].message.as_str(), texts[0].claim.as_str()), ("", "a"));
    })
    .await;
}

#[tokio::test]
async fn a_confirmed_sighting_keeps_its_text_in_its_pair() {
    each(async |fresh| {
        let scene = scene(fresh).await;
        scene.tie(fresh, scene.claims[0]).await;
        let later = fresh.now().plus_millis(400 * DAY_MS);
        fresh.store.erase_expired(later).await.unwrap();
        let pairs = fresh.store.labelled_pairs().await.unwrap();
        let texts = fresh.store.pair_texts(&pairs).await.unwrap();
        assert!(texts.iter().all(|it| it.message == "text"), "{texts:?}");
        assert_eq!(fresh.store.pair_texts(&[]).await.unwrap(), []);
    })
    .await;
}

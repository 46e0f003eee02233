//! What organisations are responsible for, where claims are about, and answers found by either.

use std::collections::BTreeSet;

use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::ids::OrgId;
use kiemtin_core::lang::Localised;
use kiemtin_core::permission::Role;
use kiemtin_core::remit::TOPICS;
use kiemtin_core::review::VersionClass;
use kiemtin_core::workflow::Action;
use kiemtin_store::Rule;
use kiemtin_store::places::{Introduction, PLACES_MAX};
use kiemtin_store::reviews::Listing;

use crate::setting::{Fresh, breaks, content, each, is_stale};

fn code(text: &str) -> UnitCode {
    UnitCode::parse(text).unwrap()
}

#[tokio::test]
async fn an_organisation_has_places_topics_and_words_of_its_own() {
    each(async |fresh| {
        let (health, press) = (fresh.org("health").await, fresh.org("press").await);
        let by = fresh.member("o", press, Role::Operator).await;
        let store = &fresh.store;
        let add = async |place: &str| {
            let (now, chance) = (fresh.now(), fresh.chance());
            store.add_org_place(health, code(place), Some(&by), now, chance).await
        };
        assert!(store.remits().await.unwrap().is_empty());
        add("01").await.unwrap();
        add("00070").await.unwrap();
        add("01").await.unwrap();
        let about = Localised::new("Lo sức khỏe.", "");
        let intro = Introduction { about, site: Some("https://syt.example/".to_owned()) };
        let topics = BTreeSet::from(["health".to_owned(), "epidemic".to_owned()]);
        let describe = async |org: OrgId| {
            let (now, chance) = (fresh.now(), fresh.chance());
            store.describe_org(org, &intro, &topics, Some(&by), now, chance).await
        };
        describe(health).await.unwrap();
        is_stale(describe(fresh.new_org("nowhere", None).id).await);
        let remits = store.remits().await.unwrap();
        assert_eq!(remits.len(), 1);
        assert_eq!(remits[&health].places, BTreeSet::from([code("01"), code("00070")]));
        assert_eq!(remits[&health].topics, topics);
        assert_eq!(store.introduction(health).await.unwrap(), intro);
        assert_eq!(store.introduction(press).await.unwrap(), Introduction::default());
        let drop = async || {
            let (now, chance) = (fresh.now(), fresh.chance());
            store.drop_org_place(health, code("01"), Some(&by), now, chance).await
        };
        drop().await.unwrap();
        is_stale(drop().await);
        let events = store.events_of_org(health, 10).await.unwrap();
        let kinds: Vec<_> = events.iter().rev().map(|(_, it)| it.kind.as_str()).collect();
        assert_eq!(kinds, ["org.place", "org.place", "org.describe", "org.unplace"]);
        assert!(store.events_of_members(10).await.unwrap().is_empty(), "these are no members'");
    })
    .await;
}

#[tokio::test]
async fn a_claim_has_few_places_and_those_it_concerns_do_not_set_them() {
    each(async |fresh| {
        let (city, press) = (fresh.org("city").await, fresh.org("press").await);
        let of_city = fresh.member("c", city, Role::Editor).await;
        let of_press = fresh.member("p", press, Role::Editor).await;
        let claim = fresh.claim("Cầu sắp sập.").await;
        let store = &fresh.store;
        store.mark_involved(claim, city, "It is about it", fresh.act(&of_press)).await.unwrap();
        let add =
            async |place: UnitCode, by| store.add_claim_place(claim, place, fresh.act(by)).await;
        breaks(add(code("01"), &of_city).await, Rule::Involved);
        add(code("00070"), &of_press).await.unwrap();
        add(code("00070"), &of_press).await.unwrap();
        assert_eq!(store.claim_places(claim).await.unwrap(), [code("00070")]);
        let drop = async |by| store.drop_claim_place(claim, code("00070"), fresh.act(by)).await;
        breaks(drop(&of_city).await, Rule::Involved);
        drop(&of_press).await.unwrap();
        is_stale(drop(&of_press).await);
        let events = store.events_of_claim(claim).await.unwrap();
        let n = |kind: &str| events.iter().filter(|(_, it)| it.kind == kind).count();
        assert_eq!((n("case.place"), n("case.unplace")), (1, 1));
        let wards = (1..).map(|n| format!("{n:05}")).filter_map(|it| UnitCode::parse(&it).ok());
        for ward in wards.take(PLACES_MAX) {
            add(ward, &of_press).await.unwrap();
        }
        breaks(add(code("79"), &of_press).await, Rule::TooManyPlaces);
        assert_eq!(store.claim_places(claim).await.unwrap().len(), PLACES_MAX);
    })
    .await;
}

#[tokio::test]
async fn answers_are_found_by_their_place_their_topic_and_by_who_signed() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.published(&people).await;
        let add = async |place: &str| {
            let by = &people.editor;
            fresh.store.add_claim_place(case.claim, code(place), fresh.act(by)).await.unwrap();
        };
        let n = async |listing| n_found(fresh, listing).await;
        assert_eq!(n(Listing::About(code("01"))).await, 0);
        add("00070").await;
        for (place, expected) in [("00070", 1), ("01", 1), ("00004", 0), ("79", 0)] {
            assert_eq!(n(Listing::About(code(place))).await, expected, "{place}");
        }
        add("79").await;
        assert_eq!(n(Listing::About(code("79"))).await, 1);
        assert_eq!(n(Listing::About(code("26740"))).await, 0, "a province is not its wards");
        let wards = fresh.store.answered_wards(code("01")).await.unwrap();
        assert_eq!(wards, [code("00070")]);
        assert!(fresh.store.answered_wards(code("79")).await.unwrap().is_empty());
        let all = fresh.store.answered_places().await.unwrap();
        assert_eq!(all, [code("00070"), code("01"), code("79")], "a ward and its province");
        assert_eq!(n(Listing::SignedBy(people.health.org)).await, 1);
        assert_eq!(n(Listing::SignedBy(people.press.org)).await, 1);
        assert_eq!(n(Listing::SignedBy(fresh.org("third").await)).await, 0);
        let topic = fresh.store.claim(case.claim).await.unwrap().unwrap().topic;
        for known in TOPICS {
            let expected = usize::from(topic.as_deref() == Some(known));
            assert_eq!(n(Listing::On(known)).await, expected, "{known}");
        }
        assert_eq!(n(Listing::Newest).await, 1);
    })
    .await;
}

async fn n_found(fresh: &Fresh, listing: Listing) -> usize {
    fresh.store.published(listing, 0, 10).await.unwrap().len()
}

#[tokio::test]
async fn an_answer_is_listed_once_from_its_publication_until_it_is_withdrawn() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let review = fresh.case_in_review(&people).await;
        for place in ["00070", "00004"] {
            let added =
                fresh.store.add_claim_place(review.claim, code(place), fresh.act(&people.editor));
            added.await.unwrap();
        }
        let lists = [
            Listing::Newest,
            Listing::About(code("01")),
            Listing::About(code("00004")),
            Listing::SignedBy(people.press.org),
        ];
        let listed = async |expected: usize| {
            for list in lists {
                assert_eq!(n_found(fresh, list).await, expected, "{list:?}");
            }
            let wards = fresh.store.answered_wards(code("01")).await.unwrap();
            assert_eq!(wards.len(), 2 * expected);
            let checks = fresh.store.checks().await.unwrap();
            let check = checks.iter().find(|it| it.name == "answers").unwrap();
            assert!(check.ok && check.detail.starts_with(&expected.to_string()), "{check:?}");
        };
        listed(0).await;
        fresh.sign(review.id, &people.health).await.unwrap();
        fresh.sign(review.id, &people.press).await.unwrap();
        listed(1).await;
        let mut case = fresh.store.case(review.id).await.unwrap().unwrap();
        for (class, expected) in [(VersionClass::Clarification, 1), (VersionClass::Retraction, 0)] {
            let correcting = fresh.step(&case, Action::Correct, &people.editor).await;
            fresh.save(correcting.id, &content(class), &people.editor).await.unwrap();
            fresh.sign(correcting.id, &people.health).await.unwrap();
            fresh.sign(correcting.id, &people.press).await.unwrap();
            case = fresh.store.case(review.id).await.unwrap().unwrap();
            listed(expected).await;
        }
    })
    .await;
}

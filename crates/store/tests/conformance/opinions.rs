//! Opinions are blind until one's own is in.

use kiemtin_core::ids::EvidenceId;
use kiemtin_core::workflow::Action;
use kiemtin_store::Rule;
use kiemtin_store::api_calls::{CallName, Known};
use kiemtin_store::opinions::Opinion;

use crate::setting::{breaks, each, refused};

#[tokio::test]
async fn an_opinion_stays_blind_until_ones_own_is_in() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.open_case("a", &people.editor).await;
        breaks(fresh.opinion(case.id, &people.health).await, Rule::OpinionsClosed);
        let case = fresh.step(&case, Action::Take, &people.editor).await;
        let case = fresh.step(&case, Action::Ask, &people.editor).await;
        fresh.opinion(case.id, &people.health).await.unwrap();
        let press = fresh.store.org(people.press.org);
        assert_eq!(press.opinions(case.id).await.unwrap(), []);
        assert_eq!(press.own_opinion(case.id).await.unwrap(), None);
        let given = fresh.store.opinions_given(case.id).await.unwrap();
        assert_eq!(given, [people.health.org], "that it is there is no secret");
        fresh.opinion(case.id, &people.press).await.unwrap();
        let seen = press.opinions(case.id).await.unwrap();
        let texts: Vec<_> = seen.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, ["what health thinks", "what press thinks"]);
        assert_eq!(press.own_opinion(case.id).await.unwrap().as_ref(), seen.last());
    })
    .await;
}

#[tokio::test]
async fn an_organisation_gives_one_opinion_by_its_own_member() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.open_case("a", &people.editor).await;
        let case = fresh.step(&case, Action::Take, &people.editor).await;
        let case = fresh.step(&case, Action::Ask, &people.editor).await;
        fresh.opinion(case.id, &people.health).await.unwrap();
        breaks(fresh.opinion(case.id, &people.editor).await, Rule::OpinionGiven);
        let own = fresh.store.org(people.health.org).own_opinion(case.id).await.unwrap().unwrap();
        let press = fresh.store.org(people.press.org);
        refused(press.give_opinion(case.id, &own, &people.health, fresh.chance()).await);
    })
    .await;
}

#[tokio::test]
async fn an_opinion_and_the_answer_to_the_call_that_gave_it_are_kept_together() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.open_case("a", &people.editor).await;
        let case = fresh.step(&case, Action::Take, &people.editor).await;
        let case = fresh.step(&case, Action::Ask, &people.editor).await;
        let name = CallName { call: [1; 32], body: [2; 32] };
        let begin = async || fresh.store.begin_call(name, fresh.now()).await.unwrap();
        assert_eq!(begin().await, Known::New);
        let health = fresh.store.org(people.health.org);
        let new = fresh.new_opinion(&people.health);
        let give = async |new: &Opinion| {
            let call = (name, "given");
            let by = &people.health;
            health.give_opinion_by_call(case.id, new, by, fresh.chance(), call).await
        };
        let gone = Opinion { relies_on: vec![EvidenceId(case.id.0)], ..new.clone() };
        give(&gone).await.unwrap_err();
        assert_eq!(begin().await, Known::Open, "nothing was given, nothing is kept");
        give(&new).await.unwrap();
        assert_eq!(begin().await, Known::Answered("given".to_owned()));
        assert_eq!(health.own_opinion(case.id).await.unwrap(), Some(new));
    })
    .await;
}

//! Claims by the addresses that they name.

use kiemtin_store::claims::{ForeignReview, NewClaim};
use kiemtin_store::links::Named;

use crate::setting::{Fresh, each};

async fn named(fresh: &Fresh, url: &str) -> Vec<Named> {
    let urls = [url.to_owned(), "https://nowhere.example/".to_owned()];
    let found = fresh.store.claims_naming(&urls).await.unwrap();
    found.into_iter().map(|(_, how)| how).collect()
}

#[tokio::test]
async fn a_page_is_evidence_until_it_is_withdrawn() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.open_case("a", &people.editor).await;
        let page = "https://www.who.int/news/garlic";
        let id = fresh.evidence(case.id, page, &people.health).await;
        let found = fresh.store.claims_naming(&[page.to_owned()]).await.unwrap();
        assert_eq!(found, [(case.claim, Named::Evidence)]);
        assert_eq!(named(fresh, "https://www.who.int/news").await, []);
        fresh.store.withdraw_evidence(case.id, id, fresh.act(&people.health)).await.unwrap();
        assert_eq!(named(fresh, page).await, []);
        assert_eq!(fresh.store.claims_naming(&[]).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn where_a_claim_was_seen_counts_once_a_member_confirmed_it() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let page = "https://paper.example/market";
        let text = "the market closes on sunday for good";
        let mut intake = fresh.intake(text);
        intake.message.url = Some(page.to_owned());
        let group = fresh.sorted(intake, fresh.new_group(text)).await;
        assert_eq!(named(fresh, page).await, []);
        let claim = fresh.claim("The market closes.").await;
        fresh.store.tie(group, claim, fresh.act(&people.editor)).await.unwrap();
        assert_eq!(named(fresh, page).await, [Named::Seen]);
    })
    .await;
}

#[tokio::test]
async fn another_desks_page_leads_to_the_claim_it_is_about() {
    each(async |fresh| {
        let url = "https://facts.example/7".to_owned();
        let publisher = "Facts".to_owned();
        let review = ForeignReview {
            url: url.clone(),
            publisher,
            verdict: None,
            title: None,
            published: None,
        };
        let new = NewClaim { foreign: Some(review), ..fresh.new_claim("Garlic heals.") };
        fresh.store.add_claims(std::slice::from_ref(&new), fresh.now()).await.unwrap();
        let found = fresh.store.claims_naming(&[url]).await.unwrap();
        assert_eq!(found, [(new.id, Named::Elsewhere)]);
    })
    .await;
}

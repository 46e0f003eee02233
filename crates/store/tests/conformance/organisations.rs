//! Organisations, their parents and short names, and marks of involvement.

use kiemtin_core::permission::Role;

use crate::setting::{each, is_stale, refused};

#[tokio::test]
async fn a_short_name_is_taken_once() {
    each(async |fresh| {
        let top = fresh.org("city").await;
        let below = fresh.org_under("health", Some(top)).await;
        let orgs = fresh.store.orgs().await.unwrap();
        assert_eq!(orgs.iter().map(|it| it.id).collect::<Vec<_>>(), [top, below]);
        assert_eq!(orgs[1].parent, Some(top));
        let why = refused(fresh.store.add_org(&fresh.new_org("city", None), fresh.now()).await);
        assert!(why.starts_with("there is one already"), "{why}");
        assert_eq!(fresh.store.orgs().await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_parent_must_exist() {
    each(async |fresh| {
        let nowhere = fresh.new_org("nowhere", None).id;
        let orphan = fresh.new_org("orphan", Some(nowhere));
        let why = refused(fresh.store.add_org(&orphan, fresh.now()).await);
        assert!(why.starts_with("it names something that is not there"), "{why}");
    })
    .await;
}

#[tokio::test]
async fn a_listed_publisher_keeps_its_name() {
    each(async |fresh| {
        let host = |name: &str| ("who.int".to_owned(), name.to_owned());
        assert_eq!(fresh.store.list_publishers(&[host("WHO")]).await.unwrap(), 1);
        assert_eq!(fresh.store.list_publishers(&[host("Other")]).await.unwrap(), 0);
        assert_eq!(fresh.store.publishers().await.unwrap(), [host("WHO")]);
    })
    .await;
}

#[tokio::test]
async fn only_an_uninvolved_organisation_lifts_a_mark() {
    each(async |fresh| {
        let city = fresh.org("city").await;
        let health = fresh.org_under("health", Some(city)).await;
        let press = fresh.org("press").await;
        let of_city = fresh.member("c", city, Role::Checker).await;
        let of_press = fresh.member("p", press, Role::Checker).await;
        let claim = fresh.claim("Bệnh viện hết thuốc.").await;
        let store = &fresh.store;
        let mark = async || {
            store.mark_involved(claim, health, "It is about it", fresh.act(&of_press)).await
        };
        let lift = async |by| store.lift_involved(claim, health, "A mistake", fresh.act(by)).await;
        mark().await.unwrap();
        assert_eq!(refused(mark().await), "this organisation is marked already");
        refused(lift(&of_city).await);
        assert_eq!(store.involvements(claim).await.unwrap()[0].lifted, None);
        lift(&of_press).await.unwrap();
        is_stale(lift(&of_press).await);
        mark().await.unwrap();
        let marks = store.involvements(claim).await.unwrap();
        let lifted: Vec<_> = marks.iter().map(|it| it.lifted.as_deref()).collect();
        assert_eq!(lifted, [Some("A mistake"), None]);
    })
    .await;
}

//! Sources: added once, asked one host at a time, stopped and taken up, never read twice.

use std::time::Duration;

use kiemtin_core::ids::SourceId;
use kiemtin_core::permission::Role;
use kiemtin_core::source::schedule::Pace;
use kiemtin_core::source::{Kind, Stated};
use kiemtin_core::time::{DAY_MS, Timestamp};
use kiemtin_store::Rule;
use kiemtin_store::hubs::Hub;
use kiemtin_store::sources::{LEASE_MS, NewSource, Round, Validators};

use crate::setting::{Fresh, breaks, each, is_stale};

fn feed(fresh: &Fresh, location: &str, host: Option<&str>) -> NewSource {
    NewSource {
        id: SourceId::new(fresh.now(), fresh.chance()),
        kind: if host.is_some() { Kind::Feed } else { Kind::Folder },
        stated: Stated::parse("Báo Ví Dụ", "trích dẫn, có liên kết", "tin đồn về y tế").unwrap(),
        location: location.to_owned(),
        host: host.map(str::to_owned),
        pattern: None,
        follows: true,
    }
}

fn round(next: Timestamp) -> Round {
    Round {
        next,
        pace: Pace { interval: Duration::from_secs(600), n_failed: 0, missing_since: None },
        validators: None,
        is_good: true,
        trouble: None,
        read: Vec::new(),
        listed: Vec::new(),
        n_new: 0,
        n_known: 0,
        n_refused: 0,
        is_over: false,
    }
}

#[tokio::test]
async fn a_source_is_added_once_and_its_publisher_is_listed() {
    each(async |fresh| {
        let store = &fresh.store;
        let org = fresh.org("health").await;
        let by = fresh.member("o", org, Role::Operator).await;
        let new = feed(fresh, "https://bao.example/rss", Some("bao.example"));
        store.add_source(&new, Some(&by), fresh.now(), fresh.chance()).await.unwrap();
        let again = NewSource { id: SourceId::new(fresh.now(), fresh.chance()), ..new.clone() };
        let twice = store.add_source(&again, None, fresh.now(), fresh.chance()).await;
        breaks(twice, Rule::SourceTwice);
        let listed = store.publishers().await.unwrap();
        assert_eq!(listed, [("bao.example".to_owned(), "Báo Ví Dụ".to_owned())]);
        let all = store.sources().await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].new, new);
        assert_eq!((all[0].ended, all[0].health.good, &all[0].hub), (None, None, &None));
    })
    .await;
}

#[tokio::test]
async fn one_host_is_asked_by_one_worker_at_a_time() {
    each(async |fresh| {
        let store = &fresh.store;
        for (location, host) in [
            ("https://a.example/1", Some("a.example")),
            ("https://a.example/2", Some("a.example")),
            ("/srv/files", None),
            ("/srv/more", None),
        ] {
            let new = feed(fresh, location, host);
            store.add_source(&new, None, fresh.now(), fresh.chance()).await.unwrap();
        }
        let now = fresh.now();
        let mut taken = Vec::new();
        while let Some(source) = store.lease_source(now, now).await.unwrap() {
            taken.push(source);
        }
        let places: Vec<&str> = taken.iter().map(|it| it.new.location.as_str()).collect();
        assert_eq!(places.len(), 3, "{places:?}");
        assert_eq!(places.iter().filter(|it| it.contains("a.example")).count(), 1);
        let on_host = taken.iter().find(|it| it.new.host.is_some()).unwrap();
        store.end_round(on_host.new.id, now, &round(now.plus_millis(DAY_MS)), now).await.unwrap();
        let next = store.lease_source(now, now).await.unwrap().unwrap();
        assert_ne!(next.new.id, on_host.new.id);
        assert!(store.lease_source(now, now).await.unwrap().is_none());
        // A worker that died: its lease runs out.
        let later = now.plus_millis(LEASE_MS + 1);
        assert!(store.lease_source(later, later).await.unwrap().is_some());
        store.free_sources().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_a_look_came_to_is_added_up_and_nothing_is_read_twice() {
    each(async |fresh| {
        let store = &fresh.store;
        let new = feed(fresh, "https://a.example/1", Some("a.example"));
        store.add_source(&new, None, fresh.now(), fresh.chance()).await.unwrap();
        let at = fresh.now();
        store.lease_source(at, at).await.unwrap().unwrap();
        let validators =
            Validators { etag: Some("W/\"7\"".to_owned()), last_modified: Some("x".to_owned()) };
        let first = Round {
            validators: Some(validators.clone()),
            read: vec![[1; 32], [2; 32], [1; 32]],
            n_new: 2,
            n_known: 1,
            ..round(at.plus_millis(600_000))
        };
        store.end_round(new.id, at, &first, at).await.unwrap();
        let asked = [[2; 32], [3; 32]];
        let (known, old) = store.read_of_source(new.id, &asked, at).await.unwrap();
        assert_eq!(known.into_iter().collect::<Vec<_>>(), [vec![2; 32]]);
        assert!(old.is_empty());
        let later = at.plus_millis(40 * DAY_MS);
        let (_, old) = store.read_of_source(new.id, &asked, later).await.unwrap();
        assert_eq!(old, [vec![2; 32]]);
        assert!(store.lease_source(at, at).await.unwrap().is_none(), "it is not due");
        assert_eq!(store.next_source_at().await.unwrap(), Some(first.next));
        let at = first.next;
        store.lease_source(at, at).await.unwrap().unwrap();
        // The hub rings while it is being read.
        store.ask_source_now(new.id, at.plus_millis(1)).await.unwrap();
        let pace =
            Pace { interval: Duration::from_millis(9), n_failed: 1, missing_since: Some(at) };
        let trouble = Some("slow".to_owned());
        let second =
            Round { is_good: false, trouble, pace, n_refused: 4, ..round(at.plus_millis(DAY_MS)) };
        store.end_round(new.id, at, &second, at).await.unwrap();
        let found = store.source(new.id).await.unwrap().unwrap();
        assert_eq!(found.next, at.plus_millis(1));
        assert_eq!(found.validators, validators);
        assert_eq!(found.pace, pace);
        let health = found.health;
        assert_eq!((health.n_new, health.n_known, health.n_refused), (2, 1, 4));
        assert_eq!(health.trouble.as_deref(), Some("slow"));
        assert!(health.good < health.asked);
        assert_eq!(store.forget_read(at).await.unwrap(), 0);
        assert_eq!(store.forget_read(at.plus_millis(365 * DAY_MS)).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_source_is_stopped_and_taken_up_again() {
    each(async |fresh| {
        let store = &fresh.store;
        let new = feed(fresh, "https://a.example/1", Some("a.example"));
        store.add_source(&new, None, fresh.now(), fresh.chance()).await.unwrap();
        let stop = async |stop: bool| {
            store.stop_source(new.id, stop, None, fresh.now(), fresh.chance()).await
        };
        is_stale(stop(false).await);
        stop(true).await.unwrap();
        is_stale(stop(true).await);
        assert!(store.lease_source(fresh.now(), fresh.now()).await.unwrap().is_none());
        is_stale(store.ask_source_now(new.id, fresh.now()).await);
        stop(false).await.unwrap();
        let at = fresh.now();
        assert!(store.lease_source(at, at).await.unwrap().is_some());
        // The server says that it is gone for good.
        let gone = Round { is_over: true, trouble: Some("gone".to_owned()), ..round(at) };
        store.end_round(new.id, at, &gone, at).await.unwrap();
        assert_eq!(store.source(new.id).await.unwrap().unwrap().ended, Some(at));
    })
    .await;
}

#[tokio::test]
async fn a_lease_that_ran_out_writes_nothing_and_a_bell_rings_no_sooner_than_allowed() {
    each(async |fresh| {
        let store = &fresh.store;
        let new = feed(fresh, "https://a.example/1", Some("a.example"));
        store.add_source(&new, None, fresh.now(), fresh.chance()).await.unwrap();
        let first = fresh.now();
        store.lease_source(first, first).await.unwrap().unwrap();
        store.hold_source(new.id, first, first).await.unwrap();
        let second = first.plus_millis(LEASE_MS + 1);
        store.lease_source(second, second).await.unwrap().unwrap();
        is_stale(store.hold_source(new.id, first, second).await);
        is_stale(store.end_round(new.id, first, &round(second), second).await);
        let next = second.plus_millis(DAY_MS);
        store.end_round(new.id, second, &round(next), second).await.unwrap();
        let floor = Duration::from_secs(300);
        let soon = second.plus_millis(1_000);
        store.ring_source(new.id, floor, soon).await.unwrap();
        let asked_again = second.plus_millis(300_000);
        assert_eq!(store.source(new.id).await.unwrap().unwrap().next, asked_again);
        // It is due soon: another bell changes nothing.
        store.ring_source(new.id, floor, soon).await.unwrap();
        assert_eq!(store.source(new.id).await.unwrap().unwrap().next, asked_again);
    })
    .await;
}

#[tokio::test]
async fn a_hub_is_kept_and_tells_of_its_own_topic_alone() {
    each(async |fresh| {
        let store = &fresh.store;
        let new = feed(fresh, "https://a.example/1", Some("a.example"));
        store.add_source(&new, None, fresh.now(), fresh.chance()).await.unwrap();
        let hub = Hub {
            url: "https://hub.example/".to_owned(),
            topic: "https://a.example/1".to_owned(),
            secret: vec![7; 32],
            until: None,
            asked: fresh.now(),
        };
        store.keep_hub(new.id, &hub).await.unwrap();
        is_stale(store.hub_tells(new.id, "https://b.example/", Some(fresh.now())).await);
        let until = Some(fresh.now().plus_millis(DAY_MS));
        store.hub_tells(new.id, &hub.topic, until).await.unwrap();
        let kept = store.source(new.id).await.unwrap().unwrap().hub;
        assert_eq!(kept, Some(Hub { until, ..hub }));
    })
    .await;
}

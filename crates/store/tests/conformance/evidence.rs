//! Evidence and its captures.

use kiemtin_core::case::Capture;
use kiemtin_core::workflow::Action;
use kiemtin_store::Rule;

use crate::setting::{Fresh, breaks, each, engines, is_stale, refused};

#[tokio::test]
async fn a_missing_capture_is_for_the_demo_only() {
    for engine in engines() {
        for demo in [false, true] {
            let fresh = Fresh::new(engine, demo).await;
            let people = fresh.two_orgs().await;
            let case = fresh.open_case("a", &people.editor).await;
            let add = async |capture| {
                let new = fresh.new_evidence("https://who.int/", people.health.org, capture);
                let (now, chance) = (fresh.now(), fresh.chance());
                fresh.store.add_evidence(case.id, &new, &people.health, now, chance).await
            };
            assert_eq!(add(Capture::NoneDemo).await.is_ok(), demo);
            refused(add(Capture::Archived { sha256: "00".repeat(32) }).await);
            assert_eq!(fresh.store.evidence(case.id).await.unwrap().len(), usize::from(demo));
            fresh.store.close().await;
        }
    }
}

#[tokio::test]
async fn a_capture_fails_is_tried_again_and_kept() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.open_case("a", &people.editor).await;
        let new = fresh.new_evidence("https://who.int/", people.health.org, Capture::Pending);
        let (store, by) = (&fresh.store, &people.health);
        store.add_evidence(case.id, &new, by, fresh.now(), fresh.chance()).await.unwrap();
        let url = store.capture_url(new.id).await.unwrap();
        assert_eq!(url.as_deref(), Some("https://who.int/"));
        let job = fresh.job("capture_evidence").await;
        let failed = Capture::Failed { why: "404".to_owned() };
        store.end_capture(&job, new.id, &failed, None, fresh.now()).await.unwrap();
        is_stale(store.end_capture(&job, new.id, &failed, None, fresh.now()).await);
        let state = async || store.evidence(case.id).await.unwrap()[0].capture.clone();
        assert_eq!(state().await, failed);
        store.retry_capture(new.id, fresh.now(), fresh.chance()).await.unwrap();
        is_stale(store.retry_capture(new.id, fresh.now(), fresh.chance()).await);
        assert_eq!(state().await, Capture::Pending);
        let job = fresh.job("capture_evidence").await;
        let unknown = Capture::Archived { sha256: "11".repeat(32) };
        refused(store.end_capture(&job, new.id, &unknown, None, fresh.now()).await);
        assert_eq!(state().await, Capture::Pending, "no row names a blob that is not there");
    })
    .await;
}

#[tokio::test]
async fn withdrawn_evidence_leaves_the_draft_and_voids_signatures() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.case_in_review(&people).await;
        fresh.sign(case.id, &people.health).await.unwrap();
        let before = fresh.hash(case.id).await;
        let third = fresh.evidence(case.id, "https://third.example/", &people.press).await;
        assert_ne!(fresh.hash(case.id).await, before);
        let withdraw = async |id| {
            let (now, chance) = (fresh.now(), fresh.chance());
            fresh.store.withdraw_evidence(case.id, id, &people.press, now, chance).await
        };
        withdraw(third).await.unwrap();
        is_stale(withdraw(third).await);
        assert_eq!(fresh.hash(case.id).await, before, "the same draft again");
        let draft = fresh.store.draft(case.id).await.unwrap().unwrap();
        assert_eq!(draft.signatures, [], "and no signature comes back to life");
        fresh.sign(case.id, &people.health).await.unwrap();
        fresh.sign(case.id, &people.press).await.unwrap();
        let rest = fresh.store.evidence(case.id).await.unwrap()[0].id;
        refused(withdraw(rest).await);
        let case = fresh.store.case(case.id).await.unwrap().unwrap();
        fresh.act(&case, Action::Correct, &people.editor).await;
        withdraw(rest).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn evidence_without_its_page_is_set_aside_by_those_whom_the_claim_does_not_concern() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.case_in_review(&people).await;
        let (store, reason) = (&fresh.store, "The address leads nowhere");
        let (org, now, chance) = (people.health.org, fresh.now(), fresh.chance());
        store.mark_involved(case.claim, org, "About it", &people.press, now, chance).await.unwrap();
        let before = fresh.hash(case.id).await;
        let dead = fresh.new_evidence("https://dead.example/", org, Capture::Pending);
        store.add_evidence(case.id, &dead, &people.health, now, fresh.chance()).await.unwrap();
        assert_ne!(fresh.hash(case.id).await, before);
        let aside = async |id, by| {
            store.set_evidence_aside(case.id, id, reason, by, fresh.now(), fresh.chance()).await
        };
        breaks(aside(dead.id, &people.health).await, Rule::Involved);
        let kept = store.evidence(case.id).await.unwrap()[0].id;
        breaks(aside(kept, &people.press).await, Rule::EvidenceKept);
        aside(dead.id, &people.press).await.unwrap();
        assert_eq!(fresh.hash(case.id).await, before, "it left the draft");
        is_stale(aside(dead.id, &people.press).await);
        let events = store.events_of_claim(case.claim).await.unwrap();
        let noted = events.iter().find(|(_, it)| it.kind == "evidence.set_aside").unwrap();
        assert_eq!(noted.1.body["reason"], reason);
        assert_eq!(noted.1.body["url"], dead.url);
    })
    .await;
}

#[tokio::test]
async fn a_page_is_evidence_once_and_only_while_somebody_works() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.published(&people).await;
        let add = async |case, url: &str| {
            let new = fresh.new_evidence(url, people.press.org, Capture::Pending);
            let (now, chance) = (fresh.now(), fresh.chance());
            fresh.store.add_evidence(case, &new, &people.press, now, chance).await
        };
        breaks(add(case.id, "https://third.example/").await, Rule::EvidenceClosed);
        let case = fresh.act(&case, Action::Correct, &people.editor).await;
        breaks(add(case.id, "https://www.who.int/a").await, Rule::EvidenceTwice);
        add(case.id, "https://third.example/").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn where_several_nodes_stand_on_a_database_it_has_the_pages_too() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.open_case("a", &people.editor).await;
        fresh.evidence(case.id, "https://who.int/", &people.health).await;
        let hashes = fresh.store.blob_hashes().await.unwrap();
        let bytes = fresh.store.blob_bytes(&hashes[0]).await.unwrap();
        let expected = (fresh.store.engine_name() == "PostgreSQL").then(|| b"the page.".to_vec());
        assert_eq!(bytes, expected);
        assert_eq!(fresh.store.blob_bytes("none").await.unwrap(), None);
    })
    .await;
}

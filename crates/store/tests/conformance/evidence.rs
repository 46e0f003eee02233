//! Evidence and its captures.

use kiemtin_core::case::{Capture, PageState};
use kiemtin_core::time::DAY_MS;
use kiemtin_core::workflow::Action;
use kiemtin_store::Rule;
use kiemtin_store::evidence::{Blob, Evidence};
use kiemtin_store::jobs::Leased;
use kiemtin_store::looks::{FIRST_LOOK_MS, HOST_PAUSE_MS, NEXT_LOOK_MS, UNANSWERED_LOOK_MS};
use kiemtin_store::stamps::{STAMP_CAPTURE, Stamp};

use crate::setting::{Fresh, breaks, each, engines, is_stale, kept, refused};

#[tokio::test]
async fn a_missing_capture_is_for_the_demo_only() {
    for engine in engines() {
        for demo in [false, true] {
            let fresh = Fresh::new(engine, demo).await;
            let people = fresh.two_orgs().await;
            let case = fresh.open_case("a", &people.editor).await;
            let add = async |capture| {
                let new = fresh.new_evidence("https://who.int/", people.health.org, capture);
                fresh.store.add_evidence(case.id, &new, fresh.act(&people.health)).await
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
        let store = &fresh.store;
        store.add_evidence(case.id, &new, fresh.act(&people.health)).await.unwrap();
        let url = store.capture_url(new.id).await.unwrap();
        assert_eq!(url.as_deref(), Some("https://who.int/"));
        let end = async |job: &Leased, capture: &Capture| {
            store.end_capture(job, new.id, capture, None, fresh.now(), fresh.chance()).await
        };
        let job = fresh.job("capture_evidence").await;
        let failed = Capture::Failed { why: "404".to_owned() };
        end(&job, &failed).await.unwrap();
        is_stale(end(&job, &failed).await);
        let state = async || store.evidence(case.id).await.unwrap()[0].capture.clone();
        assert_eq!(state().await, failed);
        store.retry_capture(new.id, fresh.now(), fresh.chance()).await.unwrap();
        is_stale(store.retry_capture(new.id, fresh.now(), fresh.chance()).await);
        assert_eq!(state().await, Capture::Pending);
        let job = fresh.job("capture_evidence").await;
        let unknown = Capture::Archived { sha256: "11".repeat(32) };
        refused(end(&job, &unknown).await);
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
        let withdraw =
            async |id| fresh.store.withdraw_evidence(case.id, id, fresh.act(&people.press)).await;
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
        fresh.step(&case, Action::Correct, &people.editor).await;
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
        let org = people.health.org;
        store.mark_involved(case.claim, org, "About it", fresh.act(&people.press)).await.unwrap();
        let before = fresh.hash(case.id).await;
        let dead = fresh.new_evidence("https://dead.example/", org, Capture::Pending);
        store.add_evidence(case.id, &dead, fresh.act(&people.health)).await.unwrap();
        assert_ne!(fresh.hash(case.id).await, before);
        let aside =
            async |id, by| store.set_evidence_aside(case.id, id, reason, fresh.act(by)).await;
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
            fresh.store.add_evidence(case, &new, fresh.act(&people.press)).await
        };
        breaks(add(case.id, "https://third.example/").await, Rule::EvidenceClosed);
        let case = fresh.step(&case, Action::Correct, &people.editor).await;
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

fn blob(name: char) -> Blob {
    let (sha256, media_type) = (name.to_string().repeat(64), "application/warc".to_owned());
    Blob { sha256, bytes: b"an archive".to_vec(), media_type }
}

#[tokio::test]
async fn what_is_shown_of_an_archive_is_the_hash_of_the_page_in_it() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.open_case("a", &people.editor).await;
        let store = &fresh.store;
        let new = fresh.new_evidence("https://who.int/", people.health.org, Capture::Pending);
        store.add_evidence(case.id, &new, fresh.act(&people.health)).await.unwrap();
        let job = fresh.job("capture_evidence").await;
        let page = "cd".repeat(32);
        fresh.ends_capture(&job, new.id, &kept(blob('a'), false), &page).await;
        let capture = Capture::Archived { sha256: page };
        let expected = Evidence { capture, blob: Some(blob('a').sha256), ..new };
        assert_eq!(store.evidence(case.id).await.unwrap(), [expected]);
        assert!(store.lease_job_named(STAMP_CAPTURE, fresh.now()).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_file_that_was_handed_in_is_kept_at_once_or_not_at_all() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.open_case("a", &people.editor).await;
        let (store, org) = (&fresh.store, people.health.org);
        let hand_in = async |url: &str, blob: Blob| {
            let capture = Capture::Archived { sha256: blob.sha256.clone() };
            let new = fresh.new_evidence(url, org, capture);
            let new = Evidence { blob: Some(blob.sha256.clone()), handed_in: true, ..new };
            store.add_evidence_file(case.id, &new, &blob, fresh.act(&people.health)).await?;
            Ok(new)
        };
        let new = hand_in("https://moh.gov.vn/a", blob('b')).await.unwrap();
        breaks(hand_in("https://moh.gov.vn/a", blob('c')).await, Rule::EvidenceTwice);
        assert_eq!(store.evidence(case.id).await.unwrap(), [new]);
        assert_eq!(store.blob_hashes().await.unwrap(), [blob('b').sha256], "nothing is left over");
        let job = fresh.job(STAMP_CAPTURE).await;
        assert_eq!(serde_json::from_str::<String>(&job.payload).unwrap(), blob('b').sha256);
        let states = store.source_states(case.claim).await.unwrap();
        assert_eq!((states.len(), states[0].seen), (1, None), "nobody fetched it, nobody looks");
    })
    .await;
}

#[tokio::test]
async fn a_source_is_looked_at_again_after_a_week_and_then_every_month() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.open_case("a", &people.editor).await;
        let store = &fresh.store;
        let id = fresh.evidence(case.id, "https://site.example/a", &people.health).await;
        assert_eq!(store.next_look(fresh.now()).await.unwrap(), None, "it was just fetched");
        fresh.wait(FIRST_LOOK_MS - DAY_MS);
        assert_eq!(store.next_look(fresh.now()).await.unwrap(), None);
        fresh.wait(2 * DAY_MS);
        let look = store.next_look(fresh.now()).await.unwrap().unwrap();
        assert_eq!((look.id, look.url.as_str()), (id, "https://site.example/page"));
        assert_eq!(look.text_sha256, Some("ab".repeat(32)));
        assert_eq!(look.validator.as_deref(), Some("\"1\""));
        assert_eq!(store.next_look(fresh.now()).await.unwrap(), None, "it is taken");
        let gone_at = fresh.now();
        store.end_look(&look, Some(PageState::Gone), gone_at).await.unwrap();
        is_stale(store.end_look(&look, None, fresh.now()).await);
        let seen = async || store.source_states(case.claim).await.unwrap()[0].seen;
        assert_eq!(seen().await, Some((PageState::Gone, gone_at, gone_at)));

        fresh.wait(NEXT_LOOK_MS + DAY_MS);
        let look = store.next_look(fresh.now()).await.unwrap().unwrap();
        store.end_look(&look, None, fresh.now()).await.unwrap();
        assert_eq!(seen().await, Some((PageState::Gone, gone_at, gone_at)), "nobody answered");
        fresh.wait(UNANSWERED_LOOK_MS + DAY_MS);
        let look = store.next_look(fresh.now()).await.unwrap().unwrap();
        let now = fresh.now();
        store.end_look(&look, Some(PageState::Gone), now).await.unwrap();
        assert_eq!(seen().await, Some((PageState::Gone, gone_at, now)), "gone since then");
    })
    .await;
}

#[tokio::test]
async fn one_site_is_not_asked_too_often() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.open_case("a", &people.editor).await;
        for url in ["https://site.example/a", "https://site.example/b"] {
            fresh.evidence(case.id, url, &people.health).await;
        }
        fresh.wait(FIRST_LOOK_MS + DAY_MS);
        let first = fresh.store.next_look(fresh.now()).await.unwrap().unwrap();
        let alive = Some(PageState::Alive);
        fresh.store.end_look(&first, alive, fresh.now()).await.unwrap();
        assert_eq!(fresh.store.next_look(fresh.now()).await.unwrap(), None);
        fresh.wait(HOST_PAUSE_MS);
        let second = fresh.store.next_look(fresh.now()).await.unwrap().unwrap();
        assert_ne!(first.id, second.id);
    })
    .await;
}

#[tokio::test]
async fn the_first_stamp_of_a_blob_stays() {
    each(async |fresh| {
        let people = fresh.two_orgs().await;
        let case = fresh.open_case("a", &people.editor).await;
        let store = &fresh.store;
        let new = fresh.new_evidence("https://who.int/", people.health.org, Capture::Pending);
        store.add_evidence(case.id, &new, fresh.act(&people.health)).await.unwrap();
        let job = fresh.job("capture_evidence").await;
        fresh.ends_capture(&job, new.id, &kept(blob('d'), true), &"ef".repeat(32)).await;
        let job = fresh.job(STAMP_CAPTURE).await;
        let (sha256, at) = (blob('d').sha256, fresh.now());
        assert_eq!(store.stamp(&sha256).await.unwrap(), None);
        let stamp = Stamp { sha256: sha256.clone(), query: vec![1], reply: vec![2], at };
        store.end_stamp(&job, Some(&stamp)).await.unwrap();
        is_stale(store.end_stamp(&job, Some(&stamp)).await);
        assert_eq!(store.stamp(&sha256).await.unwrap(), Some(stamp));
        let states = store.source_states(case.claim).await.unwrap();
        assert_eq!(states[0].stamped, Some(at));
    })
    .await;
}

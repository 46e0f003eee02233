//! What a node keeps beside the database, and what its worker does: key, index, publishers, jobs.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use kiemtin::app::App;
use kiemtin::app::clock::{SystemClock, chance};
use kiemtin::config::Place;
use kiemtin::fetch::{Fetcher, Guard, Setup};
use kiemtin::jobs::{self, Reach};
use kiemtin_core::case::{Capture, DismissReason, Stance};
use kiemtin_core::facts::Facts;
use kiemtin_core::fingerprint;
use kiemtin_core::group::Probe;
use kiemtin_core::ids::{CaseId, ClaimId, EvidenceId};
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::message::RawMessage;
use kiemtin_core::permission::Role;
use kiemtin_core::text::normalise::normalise;
use kiemtin_core::time::DAY_MS;
use kiemtin_core::workflow::{Action, State};
use kiemtin_store::Store;
use kiemtin_store::cases::With;
use kiemtin_store::claims::{NewClaim, Origin};
use kiemtin_store::evidence::Evidence;
use kiemtin_store::receipts::Outcome;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::helper::people::Desk;

const DAM: &str =
    "Vỡ đập ở Hà Nam lúc 3 giờ sáng, 350 hộ dân phải di dời trong đêm vì nước lên nhanh";

fn reach(exceptions: &[String]) -> Arc<Reach> {
    let url = Url::parse("http://desk.example/").unwrap();
    let guard = Guard::new(&url, exceptions).unwrap();
    Arc::new(Reach::pages(Fetcher::new(Setup::new(guard, url)).unwrap()).unwrap())
}

fn claim(app: &App, text: &str) -> NewClaim {
    NewClaim {
        id: ClaimId::new(app.now(), chance()),
        lang: Lang::Vi,
        text: Localised::new(text, ""),
        title: None,
        body: None,
        topic: None,
        outlet: None,
        first_seen: None,
        origin: Origin::Desk,
        origin_hmac: None,
        variants: Vec::new(),
        foreign: None,
    }
}

async fn open_again(desk: &Desk) -> anyhow::Result<Arc<App>> {
    let place = Place { data: desk.app.folder.path().to_owned(), database: None, model: None };
    App::open(&place, "", Arc::new(SystemClock), false).await
}

fn snapshot(app: &App) -> std::path::PathBuf {
    app.folder.index().join("claims.snapshot")
}

fn holds(file: &Path, needle: &str) -> bool {
    let bytes = std::fs::read(file).unwrap();
    bytes.windows(needle.len()).any(|it| it == needle.as_bytes())
}

#[tokio::test]
async fn a_node_without_the_desks_key_is_refused_and_told_what_to_copy() {
    let desk = Desk::new().await;
    let file = desk.app.folder.key_file();
    let key = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let told = format!("{:#}", open_again(&desk).await.unwrap_err());
    assert!(told.contains("copy keys/desk.key"), "{told}");
    assert!(!file.exists(), "no key is made in silence");
    std::fs::write(&file, [9; 32]).unwrap();
    let told = format!("{:#}", open_again(&desk).await.unwrap_err());
    assert!(told.contains("is the key of another desk: copy keys/desk.key"), "{told}");
    std::fs::write(&file, key).unwrap();
    open_again(&desk).await.unwrap();
}

#[tokio::test]
async fn a_tip_is_kept_and_grouped_to_the_hour() {
    let desk = Desk::new().await;
    desk.clock.advance(25 * 60_000 + 17_003);
    desk.app.take_tip(RawMessage { text: DAM.to_owned(), ..RawMessage::default() }).await.unwrap();
    assert_eq!(jobs::drain(&desk.app, &reach(&[])).await.unwrap(), 1);
    let group = desk.app.store.group_keys(None, 9).await.unwrap()[0].id;
    let message = desk.app.store.messages_of_group(group, 9).await.unwrap()[0].id;
    let hour = desk.app.now().to_hour();
    for id in [group.0, message.0] {
        let (seconds, nanos) = id.get_timestamp().unwrap().to_unix();
        assert_eq!((seconds as i64 * 1_000, nanos), (hour.millis(), 0));
    }
}

#[tokio::test]
async fn a_group_keeps_its_numbers_over_a_restart_without_its_texts() {
    let desk = Desk::new().await;
    desk.app.take_tip(RawMessage { text: DAM.to_owned(), ..RawMessage::default() }).await.unwrap();
    jobs::drain(&desk.app, &reach(&[])).await.unwrap();
    let group = desk.app.store.group_keys(None, 9).await.unwrap()[0].id;
    let by = desk.member("an", desk.org("city").await, Role::Editor).await;
    // Tied, so that the group outlives its texts; then its case is closed and the texts go.
    let (case, new) = (CaseId::new(desk.app.now(), chance()), claim(&desk.app, "Vỡ đập"));
    let store = &desk.app.store;
    store.open_case(case, &new, desk.app.act(&by)).await.unwrap();
    store.tie(group, new.id, desk.app.act(&by)).await.unwrap();
    let case = store.case(case).await.unwrap().unwrap();
    let with = With { dismiss: Some(DismissReason::Prediction), ..With::default() };
    let to = (Action::Dismiss, State::Dismissed);
    store.act(&case, to, &with, desk.app.act(&by)).await.unwrap();
    desk.clock.advance(8 * DAY_MS);
    assert_eq!(store.erase_expired(desk.app.now()).await.unwrap().messages, 1);
    let again = open_again(&desk).await.unwrap();
    let probe = |text: &str| {
        let facts = Facts::of(&normalise(text), Lang::Vi);
        Probe { fingerprint: fingerprint::of(text), facts }
    };
    let other_number = DAM.replace("350", "250");
    assert_eq!(again.index.group(&probe(&other_number)), None);
    assert_eq!(again.index.group(&probe(&DAM.replace("nước lên nhanh", "nước"))), Some(group));
}

#[tokio::test]
async fn what_was_erased_is_not_in_the_saved_index() {
    let desk = Desk::new().await;
    let (group, _) = desk.tip("Có tới 987654 hộ dân phải rời nhà trong đêm mưa lũ lớn").await;
    let by = desk.member("an", desk.org("city").await, Role::Editor).await;
    let new = claim(&desk.app, "Vỡ đập ở Hà Nam");
    desk.app.store.add_claims(std::slice::from_ref(&new), desk.app.now()).await.unwrap();
    desk.app.store.tie(group, new.id, desk.app.act(&by)).await.unwrap();
    desk.app.tidy_index().await.unwrap();
    assert!(holds(&snapshot(&desk.app), "987654"), "the search finds what is there");
    desk.app.store.untie(group, new.id, desk.app.act(&by)).await.unwrap();
    desk.clock.advance(31 * DAY_MS);
    jobs::drain(&desk.app, &reach(&[])).await.unwrap();
    desk.app.tidy_index().await.unwrap();
    assert!(!holds(&snapshot(&desk.app), "987654"));
}

#[tokio::test]
async fn a_saved_index_of_another_desk_is_left_aside() {
    let (old, new) = (Desk::new().await, Desk::new().await);
    for (desk, n) in [(&old, 1), (&new, 3)] {
        let claims: Vec<_> = (0..n).map(|it| claim(&desk.app, &format!("Tin số {it}"))).collect();
        desk.app.store.add_claims(&claims, desk.app.now()).await.unwrap();
    }
    old.app.tidy_index().await.unwrap();
    std::fs::copy(snapshot(&old.app), snapshot(&new.app)).unwrap();
    let again = open_again(&new).await.unwrap();
    let ids: Vec<_> = again.index.find("Tin số 0", None, 9).iter().map(|it| it.claim).collect();
    let own = again.store.claims_after(None, 9).await.unwrap();
    assert_eq!(again.index.size().0, 3);
    assert!(ids.iter().all(|it| own.iter().any(|own| own.id == *it)), "{ids:?}");
}

#[tokio::test]
async fn a_confirmed_sighting_helps_to_find_its_claim_after_a_restart_too() {
    let desk = Desk::new().await;
    let (group, _) = desk.tip("Cống Mười Hai bị nứt toác, cả xóm Đông chạy lên đê").await;
    let by = desk.member("an", desk.org("city").await, Role::Editor).await;
    let new = claim(&desk.app, "Sự cố thủy lợi");
    desk.app.store.add_claims(std::slice::from_ref(&new), desk.app.now()).await.unwrap();
    desk.app.store.tie(group, new.id, desk.app.act(&by)).await.unwrap();
    let again = open_again(&desk).await.unwrap();
    let found = again.index.find("xóm Đông chạy lên đê vì cống Mười Hai nứt", None, 1);
    assert_eq!(found.first().map(|it| it.claim), Some(new.id));
}

#[tokio::test]
async fn a_publisher_that_another_node_lists_is_known_within_seconds() {
    let desk = Desk::new().await;
    assert!(!desk.app.publishers().await.unwrap().lists("who.int"));
    let new = desk.app.desk;
    let other = Store::open_sqlite(&desk.app.folder.database(), new).await.unwrap();
    other.list_publishers(&[("who.int".to_owned(), "WHO".to_owned())]).await.unwrap();
    desk.clock.advance(6_000);
    assert!(desk.app.publishers().await.unwrap().lists("who.int"));
}

/// A site that takes connections and never says a word.
fn silent_site() -> (TcpListener, String) {
    let site = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = site.local_addr().unwrap().to_string();
    (site, host)
}

#[tokio::test]
async fn slow_pages_do_not_keep_tips_from_being_sorted() {
    let desk = Desk::new().await;
    let by = desk.member("an", desk.org("city").await, Role::Editor).await;
    let (site, host) = silent_site();
    let case = CaseId::new(desk.app.now(), chance());
    let new = claim(&desk.app, "Vỡ đập");
    desk.app.store.open_case(case, &new, desk.app.act(&by)).await.unwrap();
    for nth in 0..6 {
        let evidence = Evidence {
            id: EvidenceId::new(desk.app.now(), chance()),
            org: by.org,
            stance: Stance::Against,
            publisher: "WHO".to_owned(),
            title: "Slow".to_owned(),
            url: format!("http://{host}/{nth}"),
            published: None,
            note: Localised::default(),
            interest: Localised::default(),
            capture: Capture::Pending,
            quote: Localised::default(),
            kind: None,
            blob: None,
            handed_in: false,
        };
        desk.app.store.add_evidence(case, &evidence, desk.app.act(&by)).await.unwrap();
    }
    let stop = CancellationToken::new();
    let reach = reach(std::slice::from_ref(&host));
    let working = tokio::spawn(jobs::work(desk.app.clone(), reach, stop.clone()));
    let raw = RawMessage { text: DAM.to_owned(), ..RawMessage::default() };
    let receipt = desk.app.take_tip(raw).await.unwrap().hash();
    let sorted = async {
        loop {
            let view = desk.app.store.receipt(receipt).await.unwrap().unwrap();
            if let Outcome::Received { n_same: 1, .. } = view.outcome {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(8), sorted).await.expect("sorted meanwhile");
    drop(site);
    stop.cancel();
    working.await.unwrap();
    let waiting = desk.app.store.job_counts().await.unwrap().waiting;
    assert!(waiting < 6, "what was being fetched is ended before the worker: {waiting}");
}

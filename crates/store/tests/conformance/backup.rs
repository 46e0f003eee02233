//! A desk as lines of text, and back, from any engine to any.

use std::collections::BTreeSet;

use kiemtin_core::contest::Kind;
use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::ids::{BulkId, ClaimId, GroupId, NoteId, TaskId};
use kiemtin_core::lang::Localised;
use kiemtin_core::policy::{Edit, Facts};
use kiemtin_core::review::Salt;
use kiemtin_store::backup::Manifest;
use kiemtin_store::bulk::BulkDeed;
use kiemtin_store::cases::Case;
use kiemtin_store::contests::NewContest;
use kiemtin_store::groups::{NewGroup, NewMatch};
use kiemtin_store::jobs::NewJob;
use kiemtin_store::members::Member;
use kiemtin_store::places::Introduction;
use kiemtin_store::queue::Owner;
use kiemtin_store::stamps::{STAMP_CAPTURE, Stamp};
use kiemtin_store::tasks::Task;
use kiemtin_store::{SCHEMA_VERSION, Store, StoreError};

use crate::setting::{Fresh, People, each, engines, new_message};

/// Lines of each table, in order.
type Lines = Vec<(&'static str, String)>;

async fn dump(store: &Store) -> (Manifest, Lines) {
    let mut lines = Lines::new();
    let manifest = store.dump(|it| {
        lines.push((it.table, it.lines));
        Ok(())
    });
    (manifest.await.unwrap(), lines)
}

async fn restore(store: &Store, manifest: Manifest, lines: &Lines) -> Result<(), StoreError> {
    let mut restoring = store.begin_restore(manifest).await?;
    for (table, lines) in lines {
        restoring.rows(table, lines).await?;
    }
    // Archived while the backup was written: no row of it names this page.
    restoring.page(&"ab".repeat(32), b"late").await?;
    restoring.finish().await
}

/// A desk in which most of what can happen has happened.
async fn full(engine: &str) -> Fresh {
    let fresh = Fresh::new(engine, true).await;
    let people = fresh.two_orgs().await;
    fresh.org_under("ward", Some(people.health.org)).await;
    let (into, _) = fresh.group("một bó rau ế 🥬 \"\\").await;
    let (tip, _) = fresh.tip("a tip");
    fresh.joined(into, &[tip]).await;
    let claim = fresh.claim("a claim").await;
    let matches = vec![NewMatch {
        claim,
        probability: 0.1 + 0.2,
        decision: "suggest",
        reasons: "[]".to_owned(),
        vetoed: false,
    }];
    let group = NewGroup { matches, ..fresh.new_group("matched") };
    fresh.sorted(fresh.intake("matched"), group).await;
    let publisher = ("who.int".to_owned(), "WHO".to_owned());
    fresh.store.list_publishers(&[publisher]).await.unwrap();
    fresh.published(&people).await;
    let sha256 = fresh.store.blob_hashes().await.unwrap().remove(0);
    let (payload, run_at) = ("null".to_owned(), fresh.now());
    let job = NewJob { name: STAMP_CAPTURE, payload, run_at, unique_key: None };
    fresh.store.add_job(&job, fresh.chance()).await.unwrap();
    let job = fresh.job(STAMP_CAPTURE).await;
    let stamp = Stamp { sha256, query: vec![1, 0, 255], reply: vec![2], at: fresh.now() };
    fresh.store.end_stamp(&job, Some(&stamp)).await.unwrap();
    share_out(&fresh, into, &people.editor).await;
    // A mark voids the signatures of its own case: those of the first one stay.
    let case = fresh.published(&people).await;
    contested(&fresh, &case, &people).await;
    responsible(&fresh, claim, &people.editor).await;
    fresh
}

/// A case with a task, a note and a released sentence, and a group given to somebody.
async fn share_out(fresh: &Fresh, group: GroupId, by: &Member) {
    let store = &fresh.store;
    let case = fresh.open_case("another claim", by).await;
    let (now, chance) = (fresh.now(), fresh.chance());
    let (id, text) = (TaskId::new(now, chance), "ask".to_owned());
    let task = Task { id, text, org: by.org, member: Some(by.id), due: Some(now), done: None };
    store.add_task(case.id, &task, fresh.act(by)).await.unwrap();
    let note = NoteId::new(now, chance);
    store.add_note(case.id, note, "a note", fresh.act(by)).await.unwrap();
    store.release(case.claim, fresh.act(by)).await.unwrap();
    let to = BulkDeed::Assign(Owner { org: Some(by.org), member: Some(by.id) });
    let bulk = BulkId::new(now, chance);
    store.do_bulk(bulk, to, &[group], fresh.act(by)).await.unwrap();
}

/// A contest that marked an organisation, and a policy page that was edited.
async fn contested(fresh: &Fresh, case: &Case, people: &People) {
    let contest = NewContest {
        claim: case.claim,
        version: 1,
        kind: Kind::Other,
        message: new_message("what is wrong"),
        concerns: Some(people.press.org),
        form: [1; 16],
    };
    let (now, chance) = (fresh.now(), fresh.chance());
    fresh.store.take_contest(&contest, now, chance, Salt([1; 32])).await.unwrap();
    let (edit, why) = (Edit::Facts(Facts::default()), Localised::new("", "why"));
    let edited = fresh.store.edit_policy(&edit, &why, 0, fresh.act(&people.editor), Salt([2; 32]));
    edited.await.unwrap();
}

/// An organisation with a place and a topic, and a claim about that place.
async fn responsible(fresh: &Fresh, claim: ClaimId, by: &Member) {
    let place = UnitCode::parse("01").unwrap();
    let (store, now, chance) = (&fresh.store, fresh.now(), fresh.chance());
    store.add_org_place(by.org, place, Some(by), now, chance).await.unwrap();
    store.add_claim_place(claim, place, fresh.act(by)).await.unwrap();
    let topics = BTreeSet::from(["health".to_owned()]);
    let (intro, chance) = (Introduction::default(), fresh.chance());
    store.describe_org(by.org, &intro, &topics, Some(by), now, chance).await.unwrap();
}

#[tokio::test]
async fn a_desk_moves_to_any_engine_and_stays_the_same() {
    for from in engines() {
        let fresh = full(from).await;
        let (manifest, lines) = dump(&fresh.store).await;
        for to in engines() {
            let new = Fresh::new(to, false).await;
            restore(&new.store, manifest.clone(), &lines).await.unwrap();
            let (again, same) = dump(&new.store).await;
            assert_eq!(&again, &manifest, "{from} to {to}");
            let (old, restored) =
                (fresh.store.desk().await.unwrap(), new.store.desk().await.unwrap());
            assert_ne!(restored.id, old.id, "an index saved beside the old one is not this one's");
            assert_eq!(kiemtin_store::Desk { id: old.id, ..restored }, old);
            let id = |it: &str| it.replace(&old.id.to_string(), &restored.id.to_string());
            let expected: Lines = lines.iter().map(|(table, it)| (*table, id(it))).collect();
            assert_eq!(same, expected, "{from} to {to}");
            new.store.close().await;
        }
        fresh.store.close().await;
    }
}

#[tokio::test]
async fn every_table_is_in_a_backup() {
    let fresh = full("SQLite").await;
    let (manifest, _) = dump(&fresh.store).await;
    let in_backup: BTreeSet<String> = manifest.tables.iter().map(|it| it.name.clone()).collect();
    let mut schema = String::new();
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap() {
        schema += &std::fs::read_to_string(file.unwrap().path()).unwrap();
    }
    let named =
        |line: &str| Some(line.strip_prefix("create table ")?.split(' ').next()?.to_owned());
    let mut all: BTreeSet<String> = schema.lines().filter_map(named).collect();
    assert!(all.remove("blob_bytes"), "pages are files of a backup");
    assert!(all.remove("models") && all.remove("claim_vectors"), "vectors are made anew");
    assert!(all.remove("involvements_new"), "its name while the table was made anew");
    assert_eq!(in_backup, all);
    let empty = manifest.tables.iter().filter(|it| it.rows == 0).map(|it| it.name.as_str());
    let empty: BTreeSet<&str> = empty.collect();
    let of_no_value_type_of_their_own = [
        "api_calls",
        "api_keys",
        "asked",
        "change_marks",
        "claim_variants",
        "foreign_reviews",
        "invitations",
        "log_keys",
        "log_state",
        "log_witnesses",
        "mailed",
        "meeting_orgs",
        "meetings",
        "member_settings",
        "opinion_sources",
        "past_pairs",
        "provider_links",
        "recovery_codes",
        "reminders",
        "second_factors",
        "sessions",
        "source_items",
        "sources",
    ];
    assert_eq!(empty, BTreeSet::from(of_no_value_type_of_their_own));
    fresh.store.close().await;
}

#[tokio::test]
async fn a_backup_that_is_not_whole_leaves_nothing() {
    each(async |fresh| {
        let full = full("SQLite").await;
        let (manifest, lines) = dump(&full.store).await;
        full.store.close().await;
        let (_, empty) = dump(&fresh.store).await;
        for n in [0, 3, lines.len() - 1] {
            let cut: Lines = lines.iter().take(n).cloned().collect();
            let res = restore(&fresh.store, manifest.clone(), &cut).await;
            assert!(matches!(res, Err(StoreError::BadBackup(_))), "{n} tables: {res:?}");
        }
        for damage in ["[", "[1]\n", "{}\n", "[[],[],[]]\n", "[\"x\",true,1]\n"] {
            let mut damaged = lines.clone();
            damaged[0].1 = damage.to_owned();
            let res = restore(&fresh.store, manifest.clone(), &damaged).await;
            assert!(matches!(res, Err(StoreError::BadBackup(_))), "{damage}: {res:?}");
        }
        let named = format!("{:?}", lines[0].0);
        let json = serde_json::to_string(&manifest).unwrap();
        let schema = format!("\"schema\":{SCHEMA_VERSION}");
        for (old, new) in [(&named, "\"x; drop table desk\""), (&schema, "\"schema\":999")] {
            assert!(json.contains(old), "{json}");
            let manifest = serde_json::from_str(&json.replace(old, new)).unwrap();
            let res = restore(&fresh.store, manifest, &lines).await;
            assert!(matches!(res, Err(StoreError::BadBackup(_))), "{new}: {res:?}");
        }
        assert_eq!(dump(&fresh.store).await.1, empty);
        restore(&fresh.store, manifest.clone(), &lines).await.unwrap();
        let twice = restore(&fresh.store, manifest, &lines).await;
        assert!(matches!(twice, Err(StoreError::BadBackup(_))), "{twice:?}");
    })
    .await;
}

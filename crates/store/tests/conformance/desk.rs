//! Making and opening a desk, and the sentence for each way in which that fails.

use std::time::{Duration, Instant};

use kiemtin_store::{Desk, SCHEMA_VERSION, Store, StoreError, StoreResult};

use crate::setting::{BEGIN, Fresh, Place, each, engines};

#[tokio::test]
async fn a_desk_is_made_once_and_stays_what_it_was() {
    for engine in engines() {
        let fresh = Fresh::new(engine, true).await;
        let again = fresh.place.open(false).await.unwrap();
        let desk = again.desk().await.unwrap();
        assert_eq!(desk, fresh.store.desk().await.unwrap());
        assert_eq!((desk.demo, desk.created_at), (true, BEGIN));
        again.ping().await.unwrap();
        again.close().await;
        fresh.store.close().await;
    }
}

#[tokio::test]
async fn the_first_key_belongs_to_the_desk() {
    each(async |fresh| {
        assert_eq!(fresh.store.key_hash().await.unwrap(), None);
        fresh.store.adopt_key([1; 32]).await.unwrap();
        fresh.store.adopt_key([2; 32]).await.unwrap();
        assert_eq!(fresh.store.key_hash().await.unwrap(), Some(vec![1; 32]));
    })
    .await;
}

#[tokio::test]
async fn who_waits_to_write_keeps_nobody_from_reading() {
    each(async |fresh| {
        let held = fresh.store.begin().await.unwrap();
        let tasks: Vec<_> = (0..20)
            .map(|it| {
                let (store, intake) = (fresh.store.clone(), fresh.intake(&format!("text {it}")));
                let (now, chance) = (fresh.now(), fresh.chance());
                tokio::spawn(async move { store.take_in(&[intake], now, chance).await })
            })
            .collect();
        tokio::task::yield_now().await;
        let read = tokio::time::timeout(Duration::from_secs(5), fresh.store.n_messages());
        assert_eq!(read.await.expect("readers are not kept waiting").unwrap(), 0);
        drop(held);
        for task in tasks {
            task.await.unwrap().unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_desk_of_a_newer_program_is_refused() {
    each(async |fresh| {
        let sql = "insert into schema_version (version) values (999)";
        fresh.place.tamper(sql).await.unwrap();
        let err = fresh.place.open(false).await.unwrap_err();
        let StoreError::Newer { found: 999, known: SCHEMA_VERSION } = err else {
            panic!("{err:?}");
        };
        assert!(err.to_string().starts_with("this desk was made by a newer version (schema 999"));
    })
    .await;
}

#[tokio::test]
async fn a_database_of_another_program_is_left_alone() {
    for engine in engines() {
        let place = Place::new(engine).await;
        if engine == "SQLite" {
            std::fs::File::create(place.file()).unwrap();
        }
        place.tamper("create table recipes (title text)").await.unwrap();
        let err = place.open(false).await.unwrap_err();
        assert!(matches!(err, StoreError::NotADesk(_)), "{err:?}");
        assert!(place.tamper("select one from desk").await.is_err(), "no table was added");
    }
}

#[tokio::test]
async fn reading_makes_and_changes_nothing() {
    for engine in engines() {
        let place = Place::new(engine).await;
        if engine == "SQLite" {
            std::fs::File::create(place.file()).unwrap();
        }
        let err = read(&place).await.unwrap_err();
        assert!(matches!(err, StoreError::NoDesk), "{err:?}");
        place.tamper("create table recipes (title text)").await.unwrap();
        let err = read(&place).await.unwrap_err();
        assert!(matches!(err, StoreError::NotADesk(_)), "{err:?}");
        assert!(place.tamper("select one from desk").await.is_err(), "no table was added");
    }
    each(async |fresh| {
        let reader = read(&fresh.place).await.unwrap();
        assert_eq!(reader.n_claims().await.unwrap(), 0);
        let err = reader.add_claims(&[fresh.new_claim("a")], fresh.now()).await.unwrap_err();
        assert!(matches!(err, StoreError::ReadOnly), "{err:?}");
        reader.close().await;
        fresh.place.tamper("insert into schema_version (version) values (999)").await.unwrap();
        let err = read(&fresh.place).await.unwrap_err();
        assert!(matches!(err, StoreError::Newer { found: 999, .. }), "{err:?}");
    })
    .await;
}

async fn read(place: &Place) -> StoreResult<Store> {
    match place {
        Place::Folder(_) => Store::read_sqlite(&place.file()).await,
        Place::Database { .. } => Store::read_postgres(&place.url()).await,
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_one_is_told_without_its_password() {
    for url in ["mysql://me:geheim@host/x", "postgres://me:geheim@host:port/x", "geheim"] {
        let err = Store::read_postgres(url).await.unwrap_err();
        assert!(matches!(err, StoreError::BadAddress(_)), "{url}: {err:?}");
        assert!(!format!("{err} {err:?}").contains("geheim"), "{err:?}");
    }
}

#[tokio::test]
async fn a_server_that_refuses_is_said_so() {
    for engine in engines().into_iter().filter(|it| *it != "SQLite") {
        let place = Place::new(engine).await;
        let err = Store::read_postgres(&format!("{}_absent", place.url())).await.unwrap_err();
        assert!(matches!(err, StoreError::Unwelcome(_)), "{err:?}");
        assert!(err.to_string().ends_with("correct the user, password or name in --database"));
    }
}

#[tokio::test]
async fn a_text_file_under_the_name_is_no_desk() {
    let place = Place::new("SQLite").await;
    std::fs::write(place.file(), "This is a shopping list, and a long one.\n".repeat(100)).unwrap();
    let err = place.open(false).await.unwrap_err();
    let expected = format!(
        "{} is not a database of this program: choose another folder with --data, or restore a backup",
        place.file().display()
    );
    assert_eq!(err.to_string(), expected);
    assert_eq!(std::fs::read(place.file()).unwrap().len(), 4_100, "the file is as it was");
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let place = Place::new("SQLite").await;
    let file = place.folder().join("absent").join("desk.db");
    let new = Desk { id: uuid::Uuid::nil(), demo: false, created_at: BEGIN };
    let err = Store::open_sqlite(&file, new).await.unwrap_err();
    assert!(err.to_string().starts_with(&format!("{} cannot be opened", file.display())), "{err}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_said_so() {
    let new = Desk { id: uuid::Uuid::nil(), demo: false, created_at: BEGIN };
    let begun = Instant::now();
    let err = Store::open_postgres("postgres://nobody@127.0.0.1:1/x", new).await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(10), "told within seconds");
    assert!(matches!(err, StoreError::Unreachable(_)), "{err:?}");
    assert!(err.to_string().starts_with("the database server does not answer"), "{err}");
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_is_said_so() {
    let fresh = Fresh::new("SQLite", false).await;
    fresh.take_in(&[fresh.intake("kept")]).await;
    // A file that may not grow fails as a disk without space does.
    fresh.store.limit_pages(60).await.unwrap();
    let big = "không còn chỗ ".repeat(1_000);
    let batch: Vec<_> = (0..50).map(|_| fresh.intake(&big)).collect();
    let err = fresh.store.take_in(&batch, fresh.now(), fresh.chance()).await.unwrap_err();
    assert!(matches!(err, StoreError::DiskFull), "{err:?}");
    assert_eq!(fresh.store.n_messages().await.unwrap(), 1);
    fresh.store.limit_pages(1_000_000).await.unwrap();
    assert_eq!(fresh.take_in(&batch[..1]).await, 1, "it goes on when there is space again");
}

#[tokio::test]
async fn a_locked_database_is_said_so() {
    let fresh = Fresh::new("SQLite", false).await;
    let url = format!("sqlite://{}", fresh.place.file().display());
    let other = sqlx::SqlitePool::connect(&url).await.unwrap();
    let held = other.begin_with("begin immediate").await.unwrap();
    let err = fresh.store.take_in(&[fresh.intake("x")], fresh.now(), fresh.chance()).await;
    let err = err.unwrap_err();
    assert!(matches!(err, StoreError::Locked), "{err:?}");
    held.rollback().await.unwrap();
    assert_eq!(fresh.take_in(&[fresh.intake("x")]).await, 1);
}

//! The tables: the same on both engines, and what no statement may do to two of them.

use std::collections::BTreeSet;

use sqlx::Row as _;

use crate::setting::{Fresh, each, postgres_admin};

#[tokio::test]
async fn both_engines_have_the_same_tables_and_columns() {
    let sqlite = columns(&Fresh::new("SQLite", false).await).await;
    assert!(sqlite.contains("messages.text text"), "{sqlite:?}");
    assert!(sqlite.contains("evidence.capture_why text null"), "{sqlite:?}");
    assert!(sqlite.contains("messages.picture bytea null"), "{sqlite:?}");
    if postgres_admin().is_none() {
        return;
    }
    let postgres = columns(&Fresh::new("PostgreSQL", false).await).await;
    let differ: Vec<_> = sqlite.symmetric_difference(&postgres).collect();
    assert!(differ.is_empty(), "{differ:?}");
}

/// Parts of a column's name that would point to a person. `tidy/promises.rs` reads the files; this
/// reads what each engine made of them.
const PERSONS: [&str; 17] = [
    "author",
    "account",
    "handle",
    "username",
    "nickname",
    "follower",
    "followers",
    "user",
    "agent",
    "ip",
    "device",
    "phone",
    "telephone",
    "email",
    "mail",
    "address",
    "profile",
];
/// The members' own, which each may leave empty.
const ALLOWED: [&str; 1] = ["member_settings.notice_address"];

#[tokio::test]
async fn no_column_of_either_engine_points_to_a_person() {
    each(async |fresh| {
        let columns = columns(fresh).await;
        let names = columns.iter().map(|it| it.split(' ').next().unwrap());
        let is_person = |it: &&str| {
            let (_, column) = it.split_once('.').unwrap();
            column.split('_').any(|part| PERSONS.contains(&part))
        };
        let found: Vec<&str> = names.filter(is_person).collect();
        assert_eq!(found, ALLOWED, "{}", fresh.store.engine_name());
    })
    .await;
}

#[test]
fn no_statement_gives_an_organisation_another_parent() {
    // It would free it from what concerns the first: see `organisations::Org::parent`.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let mut n_read = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap().to_lowercase();
        n_read += text.matches("insert into organisations").count();
        for statement in text.split("update organisations").skip(1) {
            let (set, _) = statement.split_once("where").expect("one organisation at a time");
            assert!(!set.contains("parent"), "{set}");
        }
        assert!(!text.contains("delete from organisations"));
    }
    assert_eq!(n_read, 1, "the search finds statements");
}

/// `table.column type`, and `null` where it may be absent.
async fn columns(fresh: &Fresh) -> BTreeSet<String> {
    let line = |table: String, column: String, kind: String, is_null: bool| {
        format!("{table}.{column} {}{}", kind.to_lowercase(), if is_null { " null" } else { "" })
    };
    if fresh.store.engine_name() == "SQLite" {
        let url = format!("sqlite://{}", fresh.place.file().display());
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        let sql = "select t.name, c.name, c.type, c.\"notnull\" = 0 from sqlite_master t \
            join pragma_table_info(t.name) c where t.type = 'table'";
        let rows = sqlx::query(sql).fetch_all(&pool).await.unwrap();
        let res = rows.iter().map(|it| line(it.get(0), it.get(1), it.get(2), it.get(3))).collect();
        pool.close().await;
        return res;
    }
    let pool = sqlx::PgPool::connect(&fresh.place.url()).await.unwrap();
    let sql = "select table_name::text, column_name::text, data_type::text, is_nullable = 'YES' \
        from information_schema.columns where table_schema = 'public'";
    let rows = sqlx::query(sql).fetch_all(&pool).await.unwrap();
    let res = rows.iter().map(|it| line(it.get(0), it.get(1), it.get(2), it.get(3))).collect();
    pool.close().await;
    res
}

#[test]
fn no_statement_changes_or_deletes_what_was_published() {
    let mut n_read = 0;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap().to_lowercase();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let tables =
            ["review_versions", "log_entries", "log_hashes", "policy_versions", "version_signers"];
        for table in tables {
            n_read += text.matches(&format!("insert into {table}")).count();
            for deed in ["update", "delete from", "truncate", "drop table", "alter table"] {
                assert!(!text.contains(&format!("{deed} {table}")), "{deed} {table}");
            }
            assert!(!text.contains(&format!("insert or replace into {table}")));
        }
    }
    assert_eq!(n_read, 5, "the search finds statements");
}

#[tokio::test]
async fn durability_and_privacy_settings_are_on() {
    each(async |fresh| {
        for check in fresh.store.checks().await.unwrap() {
            // A scratch server may save the disk's time, and says so.
            let of_scratch = ["fsync", "synchronous_commit", "full_page_writes"];
            let is_scratch = of_scratch.contains(&check.name);
            assert!(check.ok || is_scratch, "{check:?}");
        }
    })
    .await;
}

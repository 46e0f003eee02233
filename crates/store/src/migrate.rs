//! Brings a desk's tables to the form that this program knows: numbered files, each once, in one
//! transaction. A released file is never changed; a new one is added.

use crate::engine::{Engine, StoreError, StoreResult, args};

/// The migrations in order. The version of a desk is how many of them it has seen.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_desk.sql"),
    include_str!("../migrations/0002_pictures.sql"),
    include_str!("../migrations/0003_copies.sql"),
    include_str!("../migrations/0004_vectors.sql"),
    include_str!("../migrations/0005_pairs.sql"),
    include_str!("../migrations/0006_log.sql"),
    include_str!("../migrations/0007_evidence.sql"),
    include_str!("../migrations/0008_accounts.sql"),
    include_str!("../migrations/0009_queue.sql"),
    include_str!("../migrations/0010_opinions.sql"),
    include_str!("../migrations/0011_contests.sql"),
    include_str!("../migrations/0012_policies.sql"),
    include_str!("../migrations/0013_places.sql"),
    include_str!("../migrations/0014_links.sql"),
    include_str!("../migrations/0015_answers_in_order.sql"),
    include_str!("../migrations/0016_api_keys.sql"),
    include_str!("../migrations/0017_sources.sql"),
];

/// The schema that this program knows.
pub const SCHEMA_VERSION: i64 = MIGRATIONS.len() as i64;

const MAKE_TABLE: &str =
    "create table if not exists schema_version (version bigint not null primary key)";

/// How many tables there are, and whether the one that each desk has is among them.
const TABLES_ON_SQLITE: &str = "select count(*) as n, \
    count(case when name = 'schema_version' then 1 end) as n_ours \
    from sqlite_master where type = 'table'";
const TABLES_ON_POSTGRES: &str = "select count(*) as n, \
    count(case when table_name = 'schema_version' then 1 end) as n_ours \
    from information_schema.tables \
    where table_schema = current_schema() and table_type = 'BASE TABLE'";

/// Runs the migrations that the desk has not seen yet.
pub(crate) async fn migrate(engine: &Engine) -> StoreResult<()> {
    let mut tx = engine.begin().await?;
    let sql = engine.pick(TABLES_ON_SQLITE, TABLES_ON_POSTGRES);
    let row = tx.row(sql, args![]).await?.ok_or(StoreError::Stale)?;
    if 0 < row.get::<i64>("n")? && row.get::<i64>("n_ours")? == 0 {
        return Err(StoreError::NotADesk("the database".to_owned()));
    }
    tx.script(MAKE_TABLE).await?;
    let sql = "select coalesce(max(version), 0) as version from schema_version";
    let found: i64 = tx.row(sql, args![]).await?.map_or(Ok(0), |row| row.get("version"))?;
    if SCHEMA_VERSION < found {
        return Err(StoreError::Newer { found, known: SCHEMA_VERSION });
    }
    for (version, migration) in (1_i64..).zip(MIGRATIONS.iter().copied()) {
        if version <= found {
            continue;
        }
        tx.script(migration).await?;
        let sql = "insert into schema_version (version) values ($1)";
        tx.run(sql, args![version]).await?;
    }
    tx.commit().await
}

/// Whether the desk is of the version that this program knows, without changing it.
pub(crate) async fn check(engine: &Engine) -> StoreResult<()> {
    let rows = engine.rows(engine.pick(TABLES_ON_SQLITE, TABLES_ON_POSTGRES), args![]).await?;
    let n = |column| rows.first().map_or(Ok(0), |row| row.get::<i64>(column));
    match (n("n")?, n("n_ours")?) {
        (0, _) => return Err(StoreError::NoDesk),
        (_, 0) => return Err(StoreError::NotADesk("the database".to_owned())),
        _ => {}
    }
    let sql = "select coalesce(max(version), 0) as version from schema_version";
    let rows = engine.rows(sql, args![]).await?;
    match rows.first().map_or(Ok(0), |row| row.get("version"))? {
        SCHEMA_VERSION => Ok(()),
        found if SCHEMA_VERSION < found => Err(StoreError::Newer { found, known: SCHEMA_VERSION }),
        found => Err(StoreError::Older { found, known: SCHEMA_VERSION }),
    }
}

//! Opening a desk, and what it says of itself.

use std::path::Path;

use kiemtin_core::time::Timestamp;
use uuid::Uuid;

use crate::Store;
use crate::engine::{Access, Engine, StoreError, StoreResult, args};
use crate::migrate::{check, migrate};

/// What a desk says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Desk {
    /// By chance; another after each restore. What is derived from a desk names it.
    pub id: Uuid,
    /// Made by `demo`: the site says so, and captures may have the state `none (demo)`.
    pub demo: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Store {
    /// Opens the desk in a SQLite file; an absent file becomes a new desk.
    ///
    /// # Errors
    /// The file is no desk, is locked, or was made by a newer program.
    pub async fn open_sqlite(file: &Path, new: Desk) -> StoreResult<Self> {
        Self::made(Engine::sqlite(file, Access::Write).await?, new)
            .await
            .map_err(|err| named(err, file))
    }

    /// Opens the desk in a SQLite file for reading, beside the process that writes.
    ///
    /// # Errors
    /// There is no such file, it is no desk, or it is of another version.
    pub async fn read_sqlite(file: &Path) -> StoreResult<Self> {
        let engine = Engine::sqlite(file, Access::Read).await?;
        check(&engine).await.map_err(|err| named(err, file))?;
        Ok(Self { engine })
    }

    /// Opens the desk in a PostgreSQL database; an empty database becomes a new desk.
    ///
    /// # Errors
    /// The server is not there or refuses, or the desk was made by a newer program.
    pub async fn open_postgres(url: &str, new: Desk) -> StoreResult<Self> {
        Self::made(Engine::postgres(url, Access::Write).await?, new).await
    }

    /// Opens the desk in a PostgreSQL database for reading, beside the processes that write.
    ///
    /// # Errors
    /// The server is not there or refuses, or the database holds no desk of this version.
    pub async fn read_postgres(url: &str) -> StoreResult<Self> {
        let engine = Engine::postgres(url, Access::Read).await?;
        check(&engine).await?;
        Ok(Self { engine })
    }

    async fn made(engine: Engine, new: Desk) -> StoreResult<Self> {
        migrate(&engine).await?;
        let store = Self { engine };
        let mut tx = store.begin().await?;
        let sql = "insert into desk (one, id, demo, created_at) values (1, $1, $2, $3) \
            on conflict (one) do nothing";
        tx.run(sql, args![new.id, new.demo, new.created_at]).await?;
        tx.commit().await?;
        Ok(store)
    }

    /// What the desk says of itself.
    ///
    /// # Errors
    /// The database failed.
    pub async fn desk(&self) -> StoreResult<Desk> {
        let rows = self.engine.rows("select id, demo, created_at from desk", args![]).await?;
        let row = rows.first().ok_or_else(|| StoreError::Damaged("no desk row".to_owned()))?;
        let created_at = Timestamp::from_millis(row.get("created_at")?);
        Ok(Desk { id: row.get("id")?, demo: row.get("demo")?, created_at })
    }

    /// The fingerprint of the key that this desk hides outside identifiers with; `None` for a desk
    /// that no key belongs to yet.
    ///
    /// # Errors
    /// The database failed.
    pub async fn key_hash(&self) -> StoreResult<Option<Vec<u8>>> {
        let rows = self.engine.rows("select key_hash from desk", args![]).await?;
        rows.first().map_or(Ok(None), |row| row.get("key_hash"))
    }

    /// Lets a key belong to this desk, if none does yet.
    ///
    /// # Errors
    /// The database failed.
    pub async fn adopt_key(&self, key_hash: [u8; 32]) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let sql = "update desk set key_hash = $1 where key_hash is null";
        tx.run(sql, args![key_hash]).await?;
        tx.commit().await
    }

    /// Whether the database answers: for `/readyz`.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> StoreResult<()> {
        self.engine.rows("select 1 as one", args![]).await.map(drop)
    }
}

fn named(err: StoreError, file: &Path) -> StoreError {
    match err {
        StoreError::NotADesk(_) => StoreError::NotADesk(file.display().to_string()),
        other => other,
    }
}

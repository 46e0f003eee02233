//! SQLite or PostgreSQL behind one concrete type, so that each statement is written once.
//!
//! A statement is text with `$1` and a list of [`Value`]s; a row gives its columns by name. Both
//! engines understand the SQL used here as it stands. Each has one writing connection and a few reading
//! ones, so that whoever waits to write keeps nobody from reading. Writing transactions begin
//! `immediate` on SQLite; on PostgreSQL they take one advisory lock, so that numbers given as
//! `max + 1` (log, changes) have no gaps and become visible in their order.
//!
//! No statement and no value reaches a log from here.
//! Not here: what the statements are about (one file per noun).

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use sqlx::error::ErrorKind;
use sqlx::pool::PoolOptions;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgRow};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous,
};
use sqlx::{
    Arguments as _, AssertSqlSafe, ConnectOptions as _, Connection as _, Database, Decode,
    Executor as _, PgPool, Postgres, Row as _, Sqlite, SqliteConnection, SqlitePool, Transaction,
    Type,
};
use uuid::Uuid;

use crate::Chance;

/// Why the store could not do what was asked, named by who must act.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody was faster: load again and look.
    #[error("somebody changed this meanwhile: load the page again and look before you repeat it")]
    Stale,
    /// A rule of the database refused it: two of what may be once, or a tie to what is not there.
    #[error("the desk refuses this: {0}")]
    Refused(String),
    /// A rule of the desk refused it. Pages say which, in the reader's language.
    #[error(transparent)]
    Rule(#[from] crate::Rule),
    /// No space.
    #[error("the disk is full: nothing was written; free some space and try again")]
    DiskFull,
    /// A disk that fails, or a limit on files.
    #[error("the disk could not be read or written: see that it is neither full nor broken ({0})")]
    Disk(String),
    /// Another process holds the database.
    #[error("the database is locked by another program: end that program or wait, then try again")]
    Locked,
    /// A desk made by a newer program.
    #[error(
        "this desk was made by a newer version (schema {found}, this program knows {known}): use that version"
    )]
    Newer {
        /// The schema of the desk.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// A desk made by an older program, opened for reading only.
    #[error(
        "this desk was made by an older version (schema {found}, this program knows {known}): serve it once with this program"
    )]
    Older {
        /// The schema of the desk.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// A file that is no desk.
    #[error(
        "{0} is not a database of this program: choose another folder with --data, or restore a backup"
    )]
    NotADesk(String),
    /// An empty database, opened for reading only.
    #[error("there is no desk in this database yet: make one with serve, demo or import")]
    NoDesk,
    /// A file that may be read and not written.
    #[error("the database may not be written: give this user the right to write the folder")]
    ReadOnly,
    /// A file or folder that is not there, or may not be read.
    #[error(
        "{0} cannot be opened: see that the folder exists and that this user may read and write it"
    )]
    NoAccess(String),
    /// A database server that does not answer.
    #[error("the database server does not answer ({0}): start it, or correct --database")]
    Unreachable(String),
    /// An address of a database that cannot be one.
    #[error("--database must look like postgres://user:password@host:5432/name ({0})")]
    BadAddress(String),
    /// A database server that knows no such user, password or database.
    #[error("the database server refuses ({0}): correct the user, password or name in --database")]
    Unwelcome(String),
    /// More work at once than connections.
    #[error("the desk is busy: try again in a moment")]
    Busy,
    /// The connection does not have a setting that durability or privacy rests on.
    #[error("the database did not take the setting {0}: refusing to go on")]
    Setting(&'static str),
    /// Stored data that this program cannot have written.
    #[error("the database holds something damaged ({0}): restore the last backup")]
    Damaged(String),
    /// A backup that cannot be taken over.
    #[error("this backup cannot be restored: {0}")]
    BadBackup(String),
    /// Where a backup goes to failed.
    #[error("the backup could not be written: {0}")]
    Output(#[source] std::io::Error),
    /// Anything else.
    #[error("the database failed: {0}")]
    Broken(#[source] sqlx::Error),
}

impl StoreError {
    /// Whether it passes by itself or by an operator's doing, so that the same request may come
    /// again: no space, somebody else's lock, too much at once, a connection that was lost.
    pub fn passes(&self) -> bool {
        match self {
            Self::DiskFull | Self::Locked | Self::Busy | Self::Unreachable(_) => true,
            Self::Broken(err) => is_lost(err),
            _ => false,
        }
    }
}

/// Whether a connection went away: the server stopped, the network broke, the pool was closed.
fn is_lost(err: &sqlx::Error) -> bool {
    let code = err.as_database_error().and_then(|it| it.code());
    // PostgreSQL: class 08 is the connection, 57P01 to 57P03 a server that stops or starts.
    let stops = code.is_some_and(|it| it.starts_with("08") || it.starts_with("57P0"));
    stops
        || matches!(err, sqlx::Error::Io(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed)
}

/// Result of everything in this crate.
pub type StoreResult<T> = Result<T, StoreError>;

impl From<sqlx::Error> for StoreError {
    fn from(err: sqlx::Error) -> Self {
        let err = match err {
            sqlx::Error::Configuration(inner) => match inner.downcast::<Self>() {
                Ok(ours) => return *ours,
                Err(inner) => sqlx::Error::Configuration(inner),
            },
            sqlx::Error::PoolTimedOut => return Self::Busy,
            other => other,
        };
        let Some(database) = err.as_database_error() else {
            return Self::Broken(err);
        };
        if let Some(sentence) = refusal(database) {
            return Self::Refused(sentence);
        }
        let text = database.message().to_owned();
        let code = database.code().unwrap_or_default().into_owned();
        // SQLite: primary result code in the low byte. PostgreSQL: five characters.
        match code.parse::<u32>().ok().filter(|_| code.len() < 5).map(|it| it & 0xff) {
            Some(5 | 6) => Self::Locked,
            Some(8) => Self::ReadOnly,
            Some(10) => Self::Disk(text),
            Some(13) => Self::DiskFull,
            Some(14) => Self::NoAccess("the database".to_owned()),
            Some(19) => Self::Refused(text),
            Some(26) => Self::NotADesk("the file".to_owned()),
            Some(11) => Self::Damaged(text),
            Some(_) => Self::Broken(err),
            None if code.starts_with("28") || code == "3D000" => Self::Unwelcome(text),
            None if code == "53100" => Self::DiskFull,
            None if code == "55P03" => Self::Locked,
            None if code == "25006" => Self::ReadOnly,
            None if code.starts_with("23") => Self::Refused(text),
            None => Self::Broken(err),
        }
    }
}

/// What a constraint refused, in a sentence for whoever asked; the column or constraint for us.
fn refusal(err: &dyn sqlx::error::DatabaseError) -> Option<String> {
    let sentence = match err.kind() {
        ErrorKind::UniqueViolation => "there is one already",
        ErrorKind::ForeignKeyViolation => "it names something that is not there",
        ErrorKind::NotNullViolation => "something is missing",
        ErrorKind::CheckViolation => "a value does not fit",
        _ => return None,
    };
    let detail = err.constraint().unwrap_or_else(|| err.message());
    Some(format!("{sentence} ({detail})"))
}

/// One argument of a statement. Absent values keep their type, which PostgreSQL asks for.
#[derive(Clone, Debug)]
pub enum Value {
    /// `bigint`.
    Int(Option<i64>),
    /// `text`.
    Text(Option<String>),
    /// `bytea`.
    Bytes(Option<Vec<u8>>),
    /// `uuid`.
    Id(Option<Uuid>),
    /// `boolean`.
    Bool(Option<bool>),
    /// `double precision`.
    Real(Option<f64>),
}

macro_rules! value_from {
    ($($type:ty => $variant:ident, |$it:ident| $as:expr;)*) => {
        $(
            impl From<$type> for Value {
                fn from($it: $type) -> Self {
                    Self::$variant(Some($as))
                }
            }
            impl From<Option<$type>> for Value {
                fn from(it: Option<$type>) -> Self {
                    Self::$variant(it.map(|$it| $as))
                }
            }
        )*
    };
}

value_from! {
    i64 => Int, |it| it;
    kiemtin_core::time::Timestamp => Int, |it| it.millis();
    String => Text, |it| it;
    &str => Text, |it| it.to_owned();
    Vec<u8> => Bytes, |it| it;
    &[u8] => Bytes, |it| it.to_vec();
    [u8; 32] => Bytes, |it| it.to_vec();
    kiemtin_core::picture::PictureHash => Bytes, |it| it.to_bytes().to_vec();
    Uuid => Id, |it| it;
    bool => Bool, |it| it;
    f64 => Real, |it| it;
    kiemtin_core::ids::MessageId => Id, |it| it.0;
    kiemtin_core::ids::GroupId => Id, |it| it.0;
    kiemtin_core::ids::ClaimId => Id, |it| it.0;
    kiemtin_core::ids::CaseId => Id, |it| it.0;
    kiemtin_core::ids::OrgId => Id, |it| it.0;
    kiemtin_core::ids::MemberId => Id, |it| it.0;
    kiemtin_core::ids::OpinionId => Id, |it| it.0;
    kiemtin_core::ids::EvidenceId => Id, |it| it.0;
    kiemtin_core::ids::MeetingId => Id, |it| it.0;
    kiemtin_core::ids::EventId => Id, |it| it.0;
    kiemtin_core::ids::JobId => Id, |it| it.0;
    kiemtin_core::ids::ApiKeyId => Id, |it| it.0;
    kiemtin_core::ids::SourceId => Id, |it| it.0;
}

/// The arguments of a statement, each as a [`Value`].
macro_rules! args {
    ($($it:expr),* $(,)?) => { vec![$($crate::engine::Value::from($it)),*] };
}
pub(crate) use args;

/// One row of an answer.
#[derive(Debug)]
pub enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(PgRow),
}

impl Row {
    /// The column of this name.
    ///
    /// # Errors
    /// The statement has no such column, or it holds another type.
    pub fn get<T>(&self, column: &str) -> StoreResult<T>
    where
        T: for<'r> Decode<'r, Sqlite> + Type<Sqlite>,
        T: for<'r> Decode<'r, Postgres> + Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => Ok(row.try_get(column)?),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }
}

/// SQLite's two doors: one connection that writes, a few that read.
#[derive(Clone, Debug)]
pub(crate) struct SqliteDoors {
    writer: SqlitePool,
    reader: SqlitePool,
}

/// PostgreSQL's two doors. Waiting for the lock of writers happens at the first.
#[derive(Clone, Debug)]
pub(crate) struct PostgresDoors {
    writer: PgPool,
    reader: PgPool,
}

/// The engine that a desk runs on.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    doors: Doors,
    faults: Faults,
}

#[derive(Clone, Debug)]
enum Doors {
    Sqlite(SqliteDoors),
    Postgres(PostgresDoors),
}

/// How many more statements of writing transactions succeed: for tests of what a failure leaves
/// behind. Out of reach unless a test asks for it.
#[derive(Clone, Debug)]
struct Faults(Arc<AtomicI64>);

impl Faults {
    fn none() -> Self {
        Self(Arc::new(AtomicI64::new(i64::MAX)))
    }

    fn pass(&self) -> StoreResult<()> {
        match self.0.fetch_sub(1, Ordering::Relaxed) {
            1 => Err(StoreError::Broken(sqlx::Error::Protocol("a test asked for this".into()))),
            _ => Ok(()),
        }
    }
}

/// Readers beside the writer: a page needs one for some hundred microseconds.
const SQLITE_READERS_MAX: u32 = 4;
/// Reading connections of one node to PostgreSQL, beside the one that writes; a server takes a
/// hundred by default.
const POSTGRES_READERS_MAX: u32 = 7;
/// How long a server may take to answer the first time, before it is said not to.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a statement waits for a free connection before it says that the desk is busy.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a statement waits for another process before it says that the desk is locked.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Statements that a connection keeps prepared: all of ours, in all their sizes.
const STATEMENTS_CACHED: usize = 400;
/// Any number that nobody else uses: the writing transactions of one desk follow one another.
const WRITER_LOCK: &str = "select pg_advisory_xact_lock(7351062011)";

/// What a process does with a desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

impl Engine {
    /// Opens a SQLite file; with [`Access::Write`] an absent one is made.
    pub(crate) async fn sqlite(file: &Path, access: Access) -> StoreResult<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(access == Access::Write)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .statement_cache_capacity(STATEMENTS_CACHED)
            .pragma("secure_delete", "on")
            .pragma("trusted_schema", "off")
            .disable_statement_logging();
        let options = match access {
            Access::Write => options,
            Access::Read => options.pragma("query_only", "on"),
        };
        let pool = |n| {
            quiet_pool::<Sqlite>(n)
                .test_before_acquire(false)
                .after_connect(|connection, _| Box::pin(assert_settings(connection)))
        };
        let writer = pool(1).connect_with(options.clone()).await.map_err(|err| named(err, file))?;
        let reader = pool(SQLITE_READERS_MAX).connect_lazy_with(options);
        let doors = Doors::Sqlite(SqliteDoors { writer, reader });
        Ok(Self { doors, faults: Faults::none() })
    }

    /// Connects to PostgreSQL.
    pub(crate) async fn postgres(url: &str, access: Access) -> StoreResult<Self> {
        let options =
            options(url)?.statement_cache_capacity(STATEMENTS_CACHED).disable_statement_logging();
        let options = match access {
            Access::Write => options,
            Access::Read => options.options([("default_transaction_read_only", "on")]),
        };
        // The pool would try for half a minute and then say that it is busy.
        reach(&options).await?;
        let writer = quiet_pool::<Postgres>(1).connect_lazy_with(options.clone());
        let reader = quiet_pool::<Postgres>(POSTGRES_READERS_MAX).connect_lazy_with(options);
        let doors = Doors::Postgres(PostgresDoors { writer, reader });
        Ok(Self { doors, faults: Faults::none() })
    }

    pub(crate) fn name(&self) -> &'static str {
        self.pick("SQLite", "PostgreSQL")
    }

    /// Whether several nodes, each with a folder of its own, may stand on it.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(&self.doors, Doors::Postgres(_))
    }

    /// The right one of two texts, where the engines need different ones.
    pub(crate) fn pick(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match &self.doors {
            Doors::Sqlite(_) => sqlite,
            Doors::Postgres(_) => postgres,
        }
    }

    /// Lets the n-th statement of writing transactions from now on fail: see [`Faults`].
    pub(crate) fn fail_at(&self, n: i64) {
        self.faults.0.store(n, Ordering::Relaxed);
    }

    /// Lets a SQLite file grow no further, as a full disk would.
    pub(crate) async fn limit_pages(&self, n: u32) -> StoreResult<()> {
        let Doors::Sqlite(doors) = &self.doors else { return Ok(()) };
        let sql = AssertSqlSafe(format!("pragma max_page_count = {n}"));
        sqlx::raw_sql(sql).execute(&doors.writer).await.map(drop)?;
        Ok(())
    }

    /// Begins a writing transaction. Dropping it undoes everything.
    pub(crate) async fn begin(&self) -> StoreResult<Tx> {
        let on = match &self.doors {
            Doors::Sqlite(doors) => On::Sqlite(doors.writer.begin_with("begin immediate").await?),
            Doors::Postgres(doors) => {
                // Each statement sees what the holders of the lock before have written.
                let mut tx =
                    doors.writer.begin_with("begin isolation level read committed").await?;
                tx.execute(WRITER_LOCK).await?;
                On::Postgres(tx)
            }
        };
        Ok(Tx { on, n_ids: 0, faults: self.faults.clone() })
    }

    /// Begins a transaction that sees one moment of the desk and writes nothing.
    pub(crate) async fn snapshot(&self) -> StoreResult<Tx> {
        let on = match &self.doors {
            Doors::Sqlite(doors) => On::Sqlite(doors.reader.begin().await?),
            Doors::Postgres(doors) => {
                let begin = "begin isolation level repeatable read read only";
                On::Postgres(doors.reader.begin_with(begin).await?)
            }
        };
        Ok(Tx { on, n_ids: 0, faults: Faults::none() })
    }

    pub(crate) async fn rows(&self, sql: &'static str, args: Vec<Value>) -> StoreResult<Vec<Row>> {
        self.rows_made(sql.to_owned(), args).await
    }

    /// The rows of a statement that asks about many: see [`Tx::many_rows`]. A long list is asked
    /// for in several statements.
    pub(crate) async fn many_rows(
        &self,
        head: &str,
        tail: &str,
        rows: Vec<Vec<Value>>,
    ) -> StoreResult<Vec<Row>> {
        let nameless = matches!(&self.doors, Doors::Sqlite(_));
        let mut found = Vec::new();
        let mut rows = rows.into_iter();
        while let Some((sql, args)) = next_many(nameless, head, tail, &mut rows) {
            found.extend(self.rows_made(sql, args).await?);
        }
        Ok(found)
    }

    async fn rows_made(&self, sql: String, args: Vec<Value>) -> StoreResult<Vec<Row>> {
        let sql = AssertSqlSafe(sql);
        match &self.doors {
            Doors::Sqlite(doors) => {
                let rows = sqlx::query_with(sql, sqlite(args)?).fetch_all(&doors.reader).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Doors::Postgres(doors) => {
                let rows = sqlx::query_with(sql, postgres(args)?).fetch_all(&doors.reader).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    pub(crate) async fn close(&self) {
        match &self.doors {
            Doors::Sqlite(doors) => {
                doors.reader.close().await;
                doors.writer.close().await;
            }
            Doors::Postgres(doors) => {
                doors.reader.close().await;
                doors.writer.close().await;
            }
        }
    }

    /// Makes deleted texts unreadable in the files: see `retention`.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when a long reader keeps the old pages alive: try again later.
    pub(crate) async fn scrub(&self) -> StoreResult<()> {
        match &self.doors {
            Doors::Sqlite(doors) => {
                let checkpoint = "pragma wal_checkpoint(truncate)";
                let row = sqlx::query(checkpoint).fetch_one(&doors.writer).await?;
                if row.try_get::<i64, _>(0)? != 0 {
                    return Err(StoreError::Busy);
                }
            }
            Doors::Postgres(doors) => {
                sqlx::raw_sql("vacuum messages").execute(&doors.reader).await.map(drop)?;
            }
        }
        Ok(())
    }
}

/// A writing transaction. [`Tx::commit`] makes it durable; dropping it undoes everything.
#[derive(Debug)]
pub struct Tx {
    on: On,
    /// Ids made in this transaction: see [`Tx::chance`].
    n_ids: u16,
    faults: Faults,
}

#[derive(Debug)]
enum On {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Rows that one statement takes, largest first. Few sizes, so that statements are prepared once.
const ROWS_PER_STATEMENT: [usize; 6] = [128, 32, 8, 4, 2, 1];

impl Tx {
    /// Chance for one more id of this deed. The 12 bits after the time count up, so that the ids of
    /// one deed differ and sort in the order in which they were made (RFC 9562 section 6.2).
    pub(crate) fn chance(&mut self, deed: Chance) -> Chance {
        let [_, _, rest @ ..] = deed;
        let [high, low] = self.n_ids.to_be_bytes();
        self.n_ids = self.n_ids.wrapping_add(1);
        let mut chance = [high & 0x0f, low, 0, 0, 0, 0, 0, 0, 0, 0];
        chance[2..].copy_from_slice(&rest);
        chance[9] ^= high >> 4;
        chance
    }

    /// Runs a statement and returns how many rows it touched.
    pub(crate) async fn run(&mut self, sql: &'static str, args: Vec<Value>) -> StoreResult<u64> {
        self.run_made(sql.to_owned(), args).await
    }

    /// Runs a statement that must touch a row: if it touches none, somebody was faster.
    pub(crate) async fn run_one(&mut self, sql: &'static str, args: Vec<Value>) -> StoreResult<()> {
        match self.run(sql, args).await? {
            0 => Err(StoreError::Stale),
            _ => Ok(()),
        }
    }

    /// Runs a statement over many rows, a hundred at a time. `head` ends where a list of rows goes:
    /// `insert into t (a, b) values`, or `with v (a, b) as (values`; `tail` is the rest. Both are
    /// our own texts, never input.
    pub(crate) async fn many(
        &mut self,
        head: &str,
        tail: &str,
        rows: Vec<Vec<Value>>,
    ) -> StoreResult<u64> {
        let mut n_touched = 0;
        let mut rows = rows.into_iter();
        while let Some((sql, args)) = next_many(self.is_nameless(), head, tail, &mut rows) {
            n_touched += self.run_made(sql, args).await?;
        }
        Ok(n_touched)
    }

    /// Like [`Tx::many`], for statements that answer with rows.
    pub(crate) async fn many_rows(
        &mut self,
        head: &str,
        tail: &str,
        rows: Vec<Vec<Value>>,
    ) -> StoreResult<Vec<Row>> {
        let mut found = Vec::new();
        let mut rows = rows.into_iter();
        while let Some((sql, args)) = next_many(self.is_nameless(), head, tail, &mut rows) {
            found.extend(self.rows_made(sql, args).await?);
        }
        Ok(found)
    }

    fn is_nameless(&self) -> bool {
        matches!(&self.on, On::Sqlite(_))
    }

    async fn run_made(&mut self, sql: String, args: Vec<Value>) -> StoreResult<u64> {
        self.faults.pass()?;
        let sql = AssertSqlSafe(sql);
        match &mut self.on {
            On::Sqlite(tx) => {
                let res = sqlx::query_with(sql, sqlite(args)?).execute(&mut **tx).await?;
                Ok(res.rows_affected())
            }
            On::Postgres(tx) => {
                let res = sqlx::query_with(sql, postgres(args)?).execute(&mut **tx).await?;
                Ok(res.rows_affected())
            }
        }
    }

    /// Runs statements of a migration or a restore, as they stand in the program.
    pub(crate) async fn script(&mut self, sql: &'static str) -> StoreResult<()> {
        match &mut self.on {
            On::Sqlite(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop)?,
            On::Postgres(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop)?,
        }
        Ok(())
    }

    /// The rows of a statement.
    pub(crate) async fn rows(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> StoreResult<Vec<Row>> {
        self.rows_made(sql.to_owned(), args).await
    }

    /// The rows of a statement that the program put together from its own texts.
    pub(crate) async fn rows_made(
        &mut self,
        sql: String,
        args: Vec<Value>,
    ) -> StoreResult<Vec<Row>> {
        self.faults.pass()?;
        let sql = AssertSqlSafe(sql);
        match &mut self.on {
            On::Sqlite(tx) => {
                let rows = sqlx::query_with(sql, sqlite(args)?).fetch_all(&mut **tx).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            On::Postgres(tx) => {
                let rows = sqlx::query_with(sql, postgres(args)?).fetch_all(&mut **tx).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    pub(crate) async fn row(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> StoreResult<Option<Row>> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// Makes everything durable.
    ///
    /// # Errors
    /// The disk is full or broken: nothing was written.
    pub async fn commit(self) -> StoreResult<()> {
        self.faults.pass()?;
        match self.on {
            On::Sqlite(tx) => tx.commit().await?,
            On::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// A statement over the next rows of a list, and their values.
///
/// SQLite looks names of parameters up one by one: nameless ones keep long lists cheap.
fn next_many(
    nameless: bool,
    head: &str,
    tail: &str,
    rows: &mut std::vec::IntoIter<Vec<Value>>,
) -> Option<(String, Vec<Value>)> {
    let n_columns = rows.as_slice().first()?.len();
    let n_rows = ROWS_PER_STATEMENT.into_iter().find(|it| *it <= rows.len())?;
    let mark = |nth: usize| if nameless { "?".to_owned() } else { format!("${nth}") };
    let mut sql = head.to_owned();
    for row in 0..n_rows {
        sql += if row == 0 { " (" } else { ", (" };
        for column in 1..=n_columns {
            let comma = if column == 1 { "" } else { ", " };
            sql += comma;
            sql += &mark(row * n_columns + column);
        }
        sql.push(')');
    }
    Some((sql + " " + tail, rows.by_ref().take(n_rows).flatten().collect()))
}

/// A pool that never writes to the log how long a connection took.
fn quiet_pool<DB: Database>(n_connections: u32) -> PoolOptions<DB> {
    PoolOptions::new()
        .max_connections(n_connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .acquire_slow_threshold(ACQUIRE_TIMEOUT.saturating_mul(2))
}

/// Whether the server answers, told within seconds.
async fn reach(options: &PgConnectOptions) -> StoreResult<()> {
    let connecting = tokio::time::timeout(CONNECT_TIMEOUT, PgConnection::connect_with(options));
    match connecting.await {
        Ok(Ok(connection)) => Ok(connection.close().await?),
        Ok(Err(sqlx::Error::Io(err))) => Err(StoreError::Unreachable(err.to_string())),
        Ok(Err(err)) => Err(err.into()),
        Err(_) => {
            let why = format!("no answer in {} seconds", CONNECT_TIMEOUT.as_secs());
            Err(StoreError::Unreachable(why))
        }
    }
}

fn sqlite(args: Vec<Value>) -> StoreResult<SqliteArguments> {
    let mut res = SqliteArguments::default();
    for arg in args {
        let added = match arg {
            Value::Int(it) => sqlx::Arguments::add(&mut res, it),
            Value::Text(it) => sqlx::Arguments::add(&mut res, it),
            Value::Bytes(it) => sqlx::Arguments::add(&mut res, it),
            Value::Id(it) => sqlx::Arguments::add(&mut res, it),
            Value::Bool(it) => sqlx::Arguments::add(&mut res, it),
            Value::Real(it) => sqlx::Arguments::add(&mut res, it),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(res)
}

fn postgres(args: Vec<Value>) -> StoreResult<PgArguments> {
    let mut res = PgArguments::default();
    for arg in args {
        let added = match arg {
            Value::Int(it) => res.add(it),
            Value::Text(it) => res.add(it),
            Value::Bytes(it) => res.add(it),
            Value::Id(it) => res.add(it),
            Value::Bool(it) => res.add(it),
            Value::Real(it) => res.add(it),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(res)
}

/// Neither the address nor what the parser says of it is shown: a password stands in it.
fn options(url: &str) -> StoreResult<PgConnectOptions> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        let why = "it does not start with postgres://";
        return Err(StoreError::BadAddress(why.to_owned()));
    }
    let bad = |_| StoreError::BadAddress("it cannot be read".to_owned());
    PgConnectOptions::from_str(url).map_err(bad)
}

fn named(err: sqlx::Error, file: &Path) -> StoreError {
    match StoreError::from(err) {
        StoreError::NotADesk(_) => StoreError::NotADesk(file.display().to_string()),
        StoreError::NoAccess(_) => StoreError::NoAccess(file.display().to_string()),
        other => other,
    }
}

/// What durability and privacy rest on is looked at on every connection, not assumed
/// (STANDARDS section 9).
async fn assert_settings(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let mode: String =
        sqlx::query_scalar("pragma journal_mode").fetch_one(&mut *connection).await?;
    if mode != "wal" {
        return Err(unset("journal_mode = wal"));
    }
    let numbers: [(&'static str, &'static str, i64); 4] = [
        ("synchronous = full", "pragma synchronous", 2),
        ("foreign_keys = on", "pragma foreign_keys", 1),
        ("secure_delete = on", "pragma secure_delete", 1),
        ("trusted_schema = off", "pragma trusted_schema", 0),
    ];
    for (name, ask, expected) in numbers {
        let got: i64 = sqlx::query_scalar(ask).fetch_one(&mut *connection).await?;
        if got != expected {
            return Err(unset(name));
        }
    }
    Ok(())
}

fn unset(setting: &'static str) -> sqlx::Error {
    sqlx::Error::Configuration(Box::new(StoreError::Setting(setting)))
}

//! Deeds waiting to be done: at least once, with effects exactly once.
//!
//! A job is added in the transaction that makes it necessary. A worker leases it, does what can be
//! repeated (reads, computes, fetches), and writes its effect in one transaction that begins with
//! [`finish`]: if the lease was lost meanwhile, `finish` fails and the effect is undone with it.

use kiemtin_core::ids::JobId;
use kiemtin_core::time::Timestamp;

use crate::engine::{Row, StoreResult, Tx, Value, args};
use crate::{Chance, Store};

/// How long a worker may take before another may try: longer than the longest fetch.
pub const LEASE_MS: i64 = 60_000;
/// After so many attempts a job rests, with its last error, until a worker begins.
pub const ATTEMPTS_MAX: i64 = 8;

/// A job to add. `unique_key`: two jobs with the same key are one.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Which deed.
    pub name: &'static str,
    /// What it needs to know, as JSON.
    pub payload: String,
    /// Not before this time.
    pub run_at: Timestamp,
    /// Two jobs with the same key are one.
    pub unique_key: Option<String>,
}

/// A job that this worker holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leased {
    /// Its id.
    pub id: JobId,
    /// Which deed.
    pub name: String,
    /// What it needs to know, as JSON.
    pub payload: String,
    /// How often it was tried, this time included.
    pub attempts: i64,
}

/// What waits and what rests, for `doctor` and the operator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobCounts {
    /// Waiting or being done.
    pub waiting: i64,
    /// Given up after [`ATTEMPTS_MAX`] attempts.
    pub failed: i64,
}

/// Which jobs a worker asks for.
#[derive(Clone, Copy, Debug)]
enum Which<'a> {
    Any,
    Named(&'a str),
    OtherThan(&'a [&'a str]),
}

macro_rules! due {
    ($tail:literal) => {
        concat!(
            "select id, name, payload, attempts from jobs where run_at <= $1 and attempts < $2 ",
            "and (lease_until is null or lease_until < $1) ",
            // Names hold no comma: a list of them is one value, however many there are.
            "and ($3 = '' or ($3 like '%,' || name || ',%') = $4) ",
            "order by run_at, id limit 1",
            $tail
        )
    };
}
const DUE: &str = due!("");
const DUE_ON_POSTGRES: &str = due!(" for update skip locked");

macro_rules! more_due {
    ($tail:literal) => {
        concat!(
            "select id, name, payload, attempts from jobs where run_at <= $1 and attempts = 0 ",
            "and lease_until is null and name = $2 and length(payload) <= $3 ",
            "order by run_at, id limit $4",
            $tail
        )
    };
}
const MORE_DUE: &str = more_due!("");
const MORE_DUE_ON_POSTGRES: &str = more_due!(" for update skip locked");
/// A job is small up to this length of its payload: about a hundred ids.
const SMALL_PAYLOAD_CHARS: i64 = 4_000;

/// The number is [`ATTEMPTS_MAX`].
const KNOWN_JOB: &str = "on conflict (unique_key) do update set attempts = 0, \
    run_at = excluded.run_at, lease_until = null where 8 <= jobs.attempts \
    and (jobs.lease_until is null or jobs.lease_until < excluded.run_at)";
const _: () = assert!(ATTEMPTS_MAX == 8, "KNOWN_JOB says 8");

impl Store {
    /// Takes the next due job, if there is one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lease_job(&self, now: Timestamp) -> StoreResult<Option<Leased>> {
        self.lease(Which::Any, now).await
    }

    /// Takes the next due job of this name, if there is one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lease_job_named(
        &self,
        name: &'static str,
        now: Timestamp,
    ) -> StoreResult<Option<Leased>> {
        self.lease(Which::Named(name), now).await
    }

    /// Takes the next due job of any other name, if there is one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lease_job_other_than(
        &self,
        names: &[&str],
        now: Timestamp,
    ) -> StoreResult<Option<Leased>> {
        self.lease(Which::OtherThan(names), now).await
    }

    async fn lease(&self, which: Which<'_>, now: Timestamp) -> StoreResult<Option<Leased>> {
        let asked = match which {
            Which::Any => args![now, ATTEMPTS_MAX, "", true],
            Which::Named(name) => args![now, ATTEMPTS_MAX, format!(",{name},"), true],
            Which::OtherThan(names) => {
                args![now, ATTEMPTS_MAX, format!(",{},", names.join(",")), false]
            }
        };
        Ok(self.take(self.engine.pick(DUE, DUE_ON_POSTGRES), DUE, asked, now).await?.pop())
    }

    /// Takes more jobs like one that this worker holds, so that all are done in one transaction:
    /// small ones that were never tried. One that failed is tried again alone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lease_more(
        &self,
        like: &Leased,
        now: Timestamp,
        limit: i64,
    ) -> StoreResult<Vec<Leased>> {
        let is_small = |it: &Leased| it.payload.len() as i64 <= SMALL_PAYLOAD_CHARS;
        if 1 < like.attempts || !is_small(like) {
            return Ok(Vec::new());
        }
        let asked = args![now, like.name.as_str(), SMALL_PAYLOAD_CHARS, limit];
        let due = self.engine.pick(MORE_DUE, MORE_DUE_ON_POSTGRES);
        self.take(due, MORE_DUE, asked, now).await
    }

    /// Leases what `due` finds; `look` is the same without locks.
    async fn take(
        &self,
        due: &'static str,
        look: &'static str,
        asked: Vec<Value>,
        now: Timestamp,
    ) -> StoreResult<Vec<Leased>> {
        // A look without the writer's lock first: mostly there is nothing to do.
        if self.engine.rows(look, asked.clone()).await?.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.begin().await?;
        let mut jobs = Vec::new();
        for row in tx.rows(due, asked).await? {
            jobs.push(taken(&mut tx, &row, now).await?);
        }
        tx.commit().await?;
        Ok(jobs)
    }

    /// Puts a failed job back for later, twice as late each time, with what went wrong.
    ///
    /// # Errors
    /// The database failed.
    pub async fn fail_job(&self, job: &Leased, why: &str, now: Timestamp) -> StoreResult<()> {
        let wait = 1_000 * 2_i64.pow(u32::try_from(job.attempts.clamp(0, 12)).unwrap_or(12));
        let mut tx = self.begin().await?;
        let sql = "update jobs set lease_until = null, run_at = $3, last_error = $4 \
            where id = $1 and attempts = $2";
        tx.run(sql, args![job.id, job.attempts, now.plus_millis(wait), why]).await?;
        tx.commit().await
    }

    /// For a worker that begins: gives jobs that were given up another eight attempts, and returns
    /// how many. On SQLite, where one process does all jobs, those that the process before it held
    /// are free at once; on PostgreSQL another node may hold them, and the lease decides.
    ///
    /// # Errors
    /// The database failed.
    pub async fn take_over_jobs(&self, now: Timestamp) -> StoreResult<u64> {
        let mut tx = self.begin().await?;
        if !self.engine.is_shared() {
            let sql = "update jobs set lease_until = null where lease_until is not null";
            tx.run(sql, args![]).await?;
        }
        let sql = "update jobs set attempts = 0, run_at = $1, lease_until = null \
            where $2 <= attempts and (lease_until is null or lease_until < $1)";
        let n = tx.run(sql, args![now, ATTEMPTS_MAX]).await?;
        tx.commit().await?;
        Ok(n)
    }

    /// Lets a job that comes again and again run at its next time.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] when another worker took it over.
    pub async fn run_again(&self, job: &Leased, at: Timestamp) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        again(&mut tx, job, at).await?;
        tx.commit().await
    }

    /// Ends a job whose effect is outside, and adds those that follow from it.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] when another worker took it over: then none is added.
    pub async fn end_job(&self, done: &Leased, then: &[NewJob], chance: Chance) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        finish(&mut tx, done).await?;
        add_all(&mut tx, then, chance).await?;
        tx.commit().await
    }

    /// Adds a job on its own.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_job(&self, job: &NewJob, chance: Chance) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        add(&mut tx, job, chance).await?;
        tx.commit().await
    }

    /// How many wait and how many rest.
    ///
    /// # Errors
    /// The database failed.
    pub async fn job_counts(&self) -> StoreResult<JobCounts> {
        let sql = "select count(*) as n, coalesce(cast(sum(case when $1 <= attempts then 1 else 0 \
            end) as bigint), 0) as failed from jobs";
        let rows = self.engine.rows(sql, args![ATTEMPTS_MAX]).await?;
        let counts = |row: &Row| {
            let failed = row.get("failed")?;
            Ok(JobCounts { waiting: row.get::<i64>("n")? - failed, failed })
        };
        rows.first().map_or(Ok(JobCounts::default()), counts)
    }

    /// When the next job is due, if any waits.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_job_at(&self) -> StoreResult<Option<Timestamp>> {
        let sql = "select min(run_at) as at from jobs where attempts < $1";
        let rows = self.engine.rows(sql, args![ATTEMPTS_MAX]).await?;
        let at: Option<i64> = rows.first().map_or(Ok(None), |row| row.get("at"))?;
        Ok(at.map(Timestamp::from_millis))
    }
}

async fn taken(tx: &mut Tx, row: &Row, now: Timestamp) -> StoreResult<Leased> {
    let attempts: i64 = row.get("attempts")?;
    let job = Leased {
        id: JobId(row.get("id")?),
        name: row.get("name")?,
        payload: row.get("payload")?,
        attempts: attempts + 1,
    };
    let sql = "update jobs set attempts = $2, lease_until = $3 where id = $1";
    tx.run_one(sql, args![job.id, job.attempts, now.plus_millis(LEASE_MS)]).await?;
    Ok(job)
}

/// Adds a job to the deed that makes it necessary.
pub(crate) async fn add(tx: &mut Tx, job: &NewJob, chance: Chance) -> StoreResult<()> {
    add_all(tx, std::slice::from_ref(job), chance).await
}

/// Adds jobs to the deed that makes them necessary, no two with the same key. A job with a key that
/// is there already is that one; if it had been given up, the new reason wakes it.
pub(crate) async fn add_all(tx: &mut Tx, jobs: &[NewJob], chance: Chance) -> StoreResult<()> {
    let mut rows = Vec::with_capacity(jobs.len());
    for it in jobs {
        let id = JobId::new(it.run_at, tx.chance(chance));
        let (payload, key) = (it.payload.as_str(), it.unique_key.as_deref());
        rows.push(args![id, it.name, payload, it.run_at, 0_i64, key]);
    }
    let head = "insert into jobs (id, name, payload, run_at, attempts, unique_key) values";
    tx.many(head, KNOWN_JOB, rows).await.map(drop)
}

/// Within the transaction of what it did: lets a job that comes again run at its next time.
pub(crate) async fn again(tx: &mut Tx, job: &Leased, at: Timestamp) -> StoreResult<()> {
    let sql = "update jobs set lease_until = null, run_at = $3, attempts = 0, \
        last_error = null where id = $1 and attempts = $2";
    tx.run_one(sql, args![job.id, job.attempts, at]).await
}

/// Ends a leased job within its effect's transaction.
///
/// # Errors
/// [`crate::StoreError::Stale`] when another worker took it over: drop the transaction.
pub async fn finish(tx: &mut Tx, job: &Leased) -> StoreResult<()> {
    let sql = "delete from jobs where id = $1 and attempts = $2";
    tx.run_one(sql, args![job.id, job.attempts]).await
}

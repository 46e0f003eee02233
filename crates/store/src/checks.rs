//! What `doctor` asks the database: facts with a name, whether they are as they should be, and what
//! was found.

use crate::engine::{Row, StoreResult, Tx, args};
use crate::{SCHEMA_VERSION, Store};

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What was found.
    pub detail: String,
}

/// A setting, how to ask for it, and what it must be.
type Setting = (&'static str, &'static str, &'static str);

const SETTINGS_OF_SQLITE: [Setting; 5] = [
    ("journal_mode", "select journal_mode as it from pragma_journal_mode", "wal"),
    ("synchronous", "select cast(synchronous as text) as it from pragma_synchronous", "2"),
    ("foreign_keys", "select cast(foreign_keys as text) as it from pragma_foreign_keys", "1"),
    ("secure_delete", "select cast(secure_delete as text) as it from pragma_secure_delete", "1"),
    ("trusted_schema", "select cast(trusted_schema as text) as it from pragma_trusted_schema", "0"),
];
const SETTINGS_OF_POSTGRES: [Setting; 3] = [
    ("fsync", "select current_setting('fsync') as it", "on"),
    ("synchronous_commit", "select current_setting('synchronous_commit') as it", "on"),
    ("full_page_writes", "select current_setting('full_page_writes') as it", "on"),
];

impl Store {
    /// What `doctor` shows of the database. Reads much: a big desk takes seconds.
    ///
    /// # Errors
    /// The database failed; a fact that is not as it should be is no error.
    pub async fn checks(&self) -> StoreResult<Vec<Check>> {
        let mut tx = self.engine.snapshot().await?;
        let mut checks = vec![self.version(&mut tx).await?];
        for (name, sql, expected) in self.settings() {
            let detail = text(&mut tx, sql).await?;
            checks.push(Check { name, ok: detail == *expected, detail });
        }
        checks.push(self.integrity(&mut tx).await?);
        checks.push(schema(&mut tx).await?);
        checks.push(log(&mut tx).await?);
        checks.push(versions(&mut tx).await?);
        checks.push(answers(&mut tx).await?);
        checks.push(vectors(&mut tx).await?);
        drop(tx);
        checks.push(self.jobs().await?);
        Ok(checks)
    }

    fn settings(&self) -> &'static [Setting] {
        match self.engine_name() {
            "SQLite" => &SETTINGS_OF_SQLITE,
            _ => &SETTINGS_OF_POSTGRES,
        }
    }

    async fn version(&self, tx: &mut Tx) -> StoreResult<Check> {
        let sqlite = "select sqlite_version() as it";
        let postgres = "select current_setting('server_version') as it";
        let version = text(tx, self.engine.pick(sqlite, postgres)).await?;
        let detail = format!("{} {version}", self.engine_name());
        Ok(Check { name: "engine", ok: true, detail })
    }

    async fn integrity(&self, tx: &mut Tx) -> StoreResult<Check> {
        let sqlite = "select integrity_check as it from pragma_integrity_check union all \
            select 'a row of ' || \"table\" || ' names one of ' || parent || ' that is not there' \
            from pragma_foreign_key_check limit 10";
        // PostgreSQL looks at its pages as it reads them, if they carry checksums.
        let postgres = "select case current_setting('data_checksums') when 'on' then 'ok' \
            else 'ok, but pages carry no checksums' end as it";
        let rows = tx.rows(self.engine.pick(sqlite, postgres), args![]).await?;
        let found = rows.iter().map(|row| row.get("it")).collect::<StoreResult<Vec<String>>>()?;
        let detail = found.join("; ");
        Ok(Check { name: "integrity", ok: detail.starts_with("ok") && found.len() == 1, detail })
    }

    async fn jobs(&self) -> StoreResult<Check> {
        let crate::jobs::JobCounts { waiting, failed } = self.job_counts().await?;
        let mut detail = format!("{waiting} waiting, {failed} given up");
        let sql = "select name, last_error from jobs where last_error is not null \
            order by run_at desc limit 1";
        if let Some(row) = self.engine.rows(sql, args![]).await?.first() {
            let (name, why): (String, String) = (row.get("name")?, row.get("last_error")?);
            detail += &format!("; the last failure was {name}: {why}");
        }
        Ok(Check { name: "jobs", ok: failed == 0, detail })
    }
}

async fn text(tx: &mut Tx, sql: &'static str) -> StoreResult<String> {
    tx.row(sql, args![]).await?.map_or(Ok(String::new()), |row| row.get("it"))
}

async fn schema(tx: &mut Tx) -> StoreResult<Check> {
    let sql = "select coalesce(max(version), 0) as n, count(*) as n_seen from schema_version";
    let row = tx.row(sql, args![]).await?;
    let n = |column| row.as_ref().map_or(Ok(0), |row: &Row| row.get::<i64>(column));
    let (version, n_seen) = (n("n")?, n("n_seen")?);
    let detail = format!("version {version}, this program knows {SCHEMA_VERSION}");
    Ok(Check { name: "schema", ok: version == SCHEMA_VERSION && n_seen == version, detail })
}

/// Indices run from 0 to one less than there are.
async fn log(tx: &mut Tx) -> StoreResult<Check> {
    let sql = "select count(*) as n, coalesce(max(idx), -1) + 1 as n_needed, \
        coalesce(min(idx), 0) as first from log_entries";
    let row = tx.row(sql, args![]).await?;
    let n = |column| row.as_ref().map_or(Ok(0), |row: &Row| row.get::<i64>(column));
    let (found, needed) = (n("n")?, n("n_needed")?);
    let detail = format!("{found} entries");
    Ok(Check { name: "log", ok: found == needed && n("first")? == 0, detail })
}

/// Each version has its entry, and each entry its version.
async fn versions(tx: &mut Tx) -> StoreResult<Check> {
    let sql = "select count(v.claim_id) as n_versions, count(l.idx) as n_entries, \
        count(case when v.version = l.rev then 1 end) as n_pairs \
        from review_versions v full join (select idx, rev from log_entries \
        where kind in ('publish', 'correct', 'retract')) l on l.idx = v.log_idx";
    let row = tx.row(sql, args![]).await?;
    let n = |column| row.as_ref().map_or(Ok(0), |row: &Row| row.get::<i64>(column));
    let (versions, entries, pairs) = (n("n_versions")?, n("n_entries")?, n("n_pairs")?);
    let detail = format!("{versions} versions, {entries} entries, {pairs} belong together");
    Ok(Check { name: "versions", ok: versions == pairs && entries == pairs, detail })
}

/// Claims and their places say where the log has the answer that stands.
async fn answers(tx: &mut Tx) -> StoreResult<Check> {
    let sql = "select count(c.answer_idx) as n, \
        count(case when coalesce(c.answer_idx, -1) <> coalesce((select v.log_idx \
        from review_versions v where v.claim_id = c.id and v.class <> 'retraction' and v.version = \
        (select max(w.version) from review_versions w where w.claim_id = c.id)), -1) then 1 end) + \
        (select count(*) from claim_places p join claims o on o.id = p.claim_id \
        where coalesce(p.answer_idx, -1) <> coalesce(o.answer_idx, -1)) as n_wrong from claims c";
    let row = tx.row(sql, args![]).await?;
    let n = |column| row.as_ref().map_or(Ok(0), |row: &Row| row.get::<i64>(column));
    let (found, wrong) = (n("n")?, n("n_wrong")?);
    let detail = format!("{found} stand, {wrong} are not listed as they should be");
    Ok(Check { name: "answers", ok: wrong == 0, detail })
}

/// Each row holds whole vectors of its model: 8 bytes of a hash, then a byte a dimension.
async fn vectors(tx: &mut Tx) -> StoreResult<Check> {
    let sql = "select count(*) as n, \
        count(case when length(v.vectors) % (8 + m.n_dims) <> 0 then 1 end) as n_damaged \
        from claim_vectors v join models m on m.hash = v.model";
    let row = tx.row(sql, args![]).await?;
    let n = |column| row.as_ref().map_or(Ok(0), |row: &Row| row.get::<i64>(column));
    let (found, damaged) = (n("n")?, n("n_damaged")?);
    let detail = match damaged {
        0 => format!("{found} claims have vectors"),
        n => format!(
            "{found} claims have vectors, {n} damaged: delete the rows of claim_vectors and models"
        ),
    };
    Ok(Check { name: "vectors", ok: damaged == 0, detail })
}

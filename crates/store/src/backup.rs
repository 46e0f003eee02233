//! A desk as lines of text, engine by engine the same: what `backup` writes and `restore` reads.
//!
//! A table is a list of lines, a line is a JSON array in the order of the table's columns: numbers,
//! texts and booleans as JSON has them, ids as text, bytes in hex, fractions as text so that no
//! digit is lost. A desk can so move from SQLite to PostgreSQL and back.
//! Vectors are left out: they are made anew from the texts.
//! Not here: the file around it, keys and archived pages (`kiemtin backup`). So the table of their
//! bytes is not among the tables; on PostgreSQL it is filled from the files.

use std::io;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::engine::{Row, StoreError, StoreResult, Tx, Value, args};
use crate::evidence::keep_bytes;
use crate::log::{self, Held};
use crate::{SCHEMA_VERSION, Store};

/// The form of the lines; a change of it is a new number.
const FORMAT: u32 = 1;
/// Rows read and written at a time.
const PAGE: i64 = 1_000;

/// Every table but the one of pages, and its key, in the order of restoring: what is named stands
/// before what names it.
const TABLES: &[(&str, &[&str])] = &[
    ("desk", &["one"]),
    ("organisations", &["id"]),
    ("org_places", &["org_id", "place"]),
    ("org_topics", &["org_id", "topic"]),
    ("members", &["id"]),
    ("invitations", &["token_hash"]),
    ("sessions", &["token_hash"]),
    ("second_factors", &["member_id"]),
    ("recovery_codes", &["member_id", "code_hmac"]),
    ("provider_links", &["identity_hmac"]),
    ("api_keys", &["id"]),
    ("api_calls", &["call_hmac"]),
    ("publishers", &["host"]),
    ("sources", &["id"]),
    ("source_items", &["source_id", "item_hmac"]),
    ("claims", &["id"]),
    ("claim_variants", &["claim_id", "text"]),
    ("claim_places", &["claim_id", "place"]),
    ("foreign_reviews", &["url", "claim_id"]),
    ("groups", &["id"]),
    ("messages", &["id"]),
    ("matches", &["group_id", "claim_id"]),
    ("past_pairs", &["group_id", "claim_id"]),
    ("receipts", &["hash"]),
    ("cases", &["id"]),
    ("bulks", &["id"]),
    ("bulk_items", &["bulk_id", "group_id"]),
    ("releases", &["claim_id"]),
    ("tasks", &["id"]),
    ("notes", &["id"]),
    ("asked", &["case_id", "org_id"]),
    ("opinions", &["id"]),
    ("blobs", &["sha256"]),
    ("evidence", &["id"]),
    ("source_looks", &["evidence_id"]),
    ("stamps", &["sha256"]),
    ("opinion_sources", &["opinion_id", "evidence_id"]),
    ("meetings", &["id"]),
    ("meeting_orgs", &["meeting_id", "org_id"]),
    ("replies", &["case_id"]),
    ("reminders", &["case_id", "org_id", "stage"]),
    ("member_settings", &["member_id"]),
    ("mailed", &["member_id", "thing"]),
    ("drafts", &["case_id"]),
    ("draft_editors", &["case_id", "member_id"]),
    ("signatures", &["case_id", "member_id"]),
    ("log_entries", &["idx"]),
    ("log_hashes", &["place"]),
    ("log_keys", &["vkey"]),
    ("log_state", &["one"]),
    ("log_witnesses", &["vkey"]),
    ("review_versions", &["claim_id", "version"]),
    ("contests", &["number"]),
    ("involvements", &["claim_id", "org_id", "marked_at"]),
    ("policy_versions", &["name", "version"]),
    ("version_signers", &["claim_id", "version", "org_id"]),
    ("events", &["id"]),
    ("changes", &["seq"]),
    ("change_marks", &["at"]),
    ("jobs", &["id"]),
];

const COLUMNS_ON_SQLITE: &str = "select name as name, type as kind from pragma_table_info($1) \
    order by cid";
const COLUMNS_ON_POSTGRES: &str = "select column_name::text as name, data_type::text as kind \
    from information_schema.columns \
    where table_schema = current_schema() and table_name = $1 order by ordinal_position";
/// Rows of one table may name later ones of the same table until the end of the restore.
const DEFER_ON_SQLITE: &str = "pragma defer_foreign_keys = on";
const DEFER_ON_POSTGRES: &str = "set constraints all deferred";

/// What stands in front of the tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    schema: i64,
    /// The tables, in the order of restoring.
    pub tables: Vec<Table>,
}

/// One table of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// What each place of a line holds.
    pub columns: Vec<String>,
    /// How many lines it has.
    pub rows: u64,
}

/// Some lines of one table.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// The table; chunks of one table follow one another.
    pub table: &'static str,
    /// The lines, each with its line end.
    pub lines: String,
}

/// A restore under way. Dropping it undoes everything.
#[derive(Debug)]
pub struct Restore {
    tx: Tx,
    manifest: Manifest,
    columns: Vec<Vec<Column>>,
    n_rows: Vec<u64>,
    /// The id of the empty desk that is filled: it stays, so that no index which was saved beside
    /// the desk of the backup is taken for this one's.
    desk: Uuid,
    is_shared: bool,
}

#[derive(Clone, Debug)]
struct Column {
    name: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Int,
    Text,
    Bytes,
    Id,
    Bool,
    Real,
}

impl Store {
    /// Hands all tables, as they stand at one moment, to `sink`, and returns what stands in front.
    ///
    /// # Errors
    /// The database failed, or the sink did.
    pub async fn dump(
        &self,
        mut sink: impl FnMut(Chunk) -> io::Result<()>,
    ) -> StoreResult<Manifest> {
        let mut tx = self.engine.snapshot().await?;
        let mut manifest = Manifest { format: FORMAT, schema: SCHEMA_VERSION, tables: Vec::new() };
        for &(table, key) in TABLES {
            let columns = self.columns(&mut tx, table).await?;
            let mut n_rows = 0;
            let mut after: Option<Vec<Value>> = None;
            loop {
                let (sql, args) = page(table, &columns, key, after);
                let rows = tx.rows_made(sql, args).await?;
                let Some(last) = rows.last() else { break };
                after = Some(values(last, columns.iter().filter(|it| key.contains(&&*it.name)))?);
                let lines = rows.iter().map(|it| line(it, &columns));
                sink(Chunk { table, lines: lines.collect::<StoreResult<String>>()? })
                    .map_err(StoreError::Output)?;
                n_rows += rows.len() as u64;
            }
            let columns = columns.into_iter().map(|it| it.name).collect();
            manifest.tables.push(Table { name: table.to_owned(), columns, rows: n_rows });
        }
        Ok(manifest)
    }

    /// Begins to fill this desk, which must be new, from a backup.
    ///
    /// # Errors
    /// [`StoreError::BadBackup`] when the desk is in use or the backup is of another version.
    pub async fn begin_restore(&self, manifest: Manifest) -> StoreResult<Restore> {
        let Manifest { format, schema, .. } = manifest;
        if FORMAT < format || SCHEMA_VERSION < schema {
            return Err(bad("it was made by a newer version of this program: use that version"));
        }
        if schema < SCHEMA_VERSION {
            return Err(bad(
                "it was made by an older version of this program: restore it with that \
                version, then serve the desk once with this one",
            ));
        }
        let mut tx = self.begin().await?;
        tx.script(self.engine.pick(DEFER_ON_SQLITE, DEFER_ON_POSTGRES)).await?;
        let mut columns = Vec::new();
        for (&(name, _), table) in TABLES.iter().zip(&manifest.tables) {
            let own = self.columns(&mut tx, name).await?;
            if table.name != name || !own.iter().map(|it| &it.name).eq(&table.columns) {
                return Err(bad("its tables are not those of a desk"));
            }
            columns.push(own);
        }
        if columns.len() != TABLES.len() || columns.len() != manifest.tables.len() {
            return Err(bad("its tables are not those of a desk"));
        }
        let desk = tx.row("select id from desk", args![]).await?;
        let desk = desk.ok_or_else(|| StoreError::Damaged("no desk row".to_owned()))?.get("id")?;
        tx.run("delete from desk", args![]).await?;
        for &(name, _) in TABLES {
            let sql = format!("select 1 as one from {name} limit 1");
            if !tx.rows_made(sql, args![]).await?.is_empty() {
                return Err(bad("there is a desk already: restore into a new folder or database"));
            }
        }
        let (n_rows, is_shared) = (vec![0; columns.len()], self.engine.is_shared());
        Ok(Restore { tx, n_rows, manifest, columns, desk, is_shared })
    }

    async fn columns(&self, tx: &mut Tx, table: &str) -> StoreResult<Vec<Column>> {
        let sql = self.engine.pick(COLUMNS_ON_SQLITE, COLUMNS_ON_POSTGRES);
        let rows = tx.rows(sql, args![table]).await?;
        let column = |row: &Row| {
            let kind: String = row.get("kind")?;
            let kind = match kind.to_lowercase().as_str() {
                "bigint" => Kind::Int,
                "text" => Kind::Text,
                "bytea" => Kind::Bytes,
                "uuid" => Kind::Id,
                "boolean" => Kind::Bool,
                "double precision" => Kind::Real,
                other => return Err(StoreError::Damaged(format!("a column of {other}"))),
            };
            Ok(Column { name: row.get("name")?, kind })
        };
        rows.iter().map(column).collect()
    }
}

impl Restore {
    /// Takes some lines of a table. Tables come in the order of the manifest.
    ///
    /// # Errors
    /// [`StoreError::BadBackup`] when a line is not what the manifest says.
    pub async fn rows(&mut self, table: &str, lines: &str) -> StoreResult<()> {
        let place = TABLES.iter().position(|(name, _)| *name == table);
        let place = place.ok_or_else(|| bad("its tables are not those of a desk"))?;
        let (name, _) = TABLES[place];
        let columns = &self.columns[place];
        let rows = lines.lines().map(|it| parse(it, columns)).collect::<StoreResult<Vec<_>>>()?;
        self.n_rows[place] += rows.len() as u64;
        let head = format!("insert into {name} ({}) values", names(columns));
        self.tx.many(&head, "", rows).await.map_err(damaged)?;
        Ok(())
    }

    /// Takes an archived page, after the tables: on PostgreSQL the database has them too. One that
    /// no row names was archived while the backup was written, and is not part of it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn page(&mut self, sha256: &str, bytes: &[u8]) -> StoreResult<()> {
        if !self.is_shared {
            return Ok(());
        }
        let sql = "select 1 as one from blobs where sha256 = $1";
        match self.tx.row(sql, args![sha256]).await? {
            Some(_) => keep_bytes(&mut self.tx, sha256, bytes).await.map_err(damaged),
            None => Ok(()),
        }
    }

    /// Makes the restored desk durable, if nothing of it is missing.
    ///
    /// # Errors
    /// [`StoreError::BadBackup`] when lines are missing, or name what is not there.
    pub async fn finish(mut self) -> StoreResult<()> {
        let promised = self.manifest.tables.iter().map(|it| it.rows);
        if !promised.eq(self.n_rows) {
            return Err(bad("a part of it is missing"));
        }
        self.tx.run("update desk set id = $1", args![self.desk]).await?;
        // More may have been signed after the backup was made: signing on could contradict it.
        log::hold(&mut self.tx, Held::Restored).await?;
        self.tx.commit().await.map_err(damaged)
    }
}

/// One page of a table in the order of its key, after the last row of the page before.
fn page(
    table: &str,
    columns: &[Column],
    key: &[&str],
    after: Option<Vec<Value>>,
) -> (String, Vec<Value>) {
    // In the order of the columns, as the values of the last row are.
    let key: Vec<&str> = columns.iter().map(|it| &*it.name).filter(|it| key.contains(it)).collect();
    let order = key.join(", ");
    let mut args = after.unwrap_or_default();
    let mut sql = format!("select {} from {table}", names(columns));
    if !args.is_empty() {
        let marks: Vec<String> = (1..=args.len()).map(|it| format!("${it}")).collect();
        sql += &format!(" where ({order}) > ({})", marks.join(", "));
    }
    args.push(PAGE.into());
    (format!("{sql} order by {order} limit ${}", args.len()), args)
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|it| &*it.name).collect::<Vec<_>>().join(", ")
}

fn values<'a>(row: &Row, columns: impl Iterator<Item = &'a Column>) -> StoreResult<Vec<Value>> {
    columns.map(|it| value(row, it)).collect()
}

fn value(row: &Row, Column { name, kind }: &Column) -> StoreResult<Value> {
    Ok(match kind {
        Kind::Int => Value::Int(row.get(name)?),
        Kind::Text => Value::Text(row.get(name)?),
        Kind::Bytes => Value::Bytes(row.get(name)?),
        Kind::Id => Value::Id(row.get(name)?),
        Kind::Bool => Value::Bool(row.get(name)?),
        Kind::Real => Value::Real(row.get(name)?),
    })
}

fn line(row: &Row, columns: &[Column]) -> StoreResult<String> {
    let json = |it: Value| match it {
        Value::Int(it) => it.map(Json::from),
        Value::Text(it) => it.map(Json::from),
        Value::Bytes(it) => it.map(|it| hex::encode(it).into()),
        Value::Id(it) => it.map(|it| it.to_string().into()),
        Value::Bool(it) => it.map(Json::from),
        Value::Real(it) => it.map(|it| it.to_string().into()),
    };
    let values = values(row, columns.iter())?.into_iter();
    let values = values.map(|it| json(it).unwrap_or(Json::Null)).collect();
    Ok(format!("{}\n", Json::Array(values)))
}

fn parse(line: &str, columns: &[Column]) -> StoreResult<Vec<Value>> {
    let values: Vec<Json> = serde_json::from_str(line).map_err(|_| bad("a line is damaged"))?;
    if values.len() != columns.len() {
        return Err(bad("a line has too few or too many values"));
    }
    let value = |(json, column): (&Json, &Column)| {
        Some(match column.kind {
            Kind::Int => Value::Int(or_null(json, Json::as_i64)?),
            Kind::Text => Value::Text(or_null(json, |it| it.as_str().map(str::to_owned))?),
            Kind::Bytes => Value::Bytes(or_null(json, |it| hex::decode(it.as_str()?).ok())?),
            Kind::Id => Value::Id(or_null(json, |it| it.as_str()?.parse().ok())?),
            Kind::Bool => Value::Bool(or_null(json, Json::as_bool)?),
            Kind::Real => Value::Real(or_null(json, |it| it.as_str()?.parse().ok())?),
        })
    };
    let values: Option<Vec<Value>> = values.iter().zip(columns).map(value).collect();
    values.ok_or_else(|| bad("a value is not of its column's kind"))
}

fn or_null<T>(json: &Json, read: impl Fn(&Json) -> Option<T>) -> Option<Option<T>> {
    if json.is_null() { Some(None) } else { read(json).map(Some) }
}

fn bad(why: &str) -> StoreError {
    StoreError::BadBackup(why.to_owned())
}

/// What the constraints refuse was never in a desk.
fn damaged(err: StoreError) -> StoreError {
    match err {
        StoreError::Refused(why) => bad(&why),
        other => other,
    }
}

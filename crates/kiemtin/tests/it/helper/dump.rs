//! Everything a desk remembers, as a backup would hold it.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use kiemtin_store::Store;
use serde_json::Value;

/// All tables, each row by the names of its columns.
#[derive(Debug)]
pub(crate) struct Dump(HashMap<String, Vec<HashMap<String, Value>>>);

impl Dump {
    /// Of the desk in a folder, which may be running. Also asks the database whether it is well.
    pub(crate) async fn of(data: &Path) -> Self {
        let store = Store::read_sqlite(&data.join("desk.db")).await.expect("a desk");
        for check in store.checks().await.expect("checks") {
            assert!(check.ok, "{check:?}");
        }
        let mut lines: HashMap<&str, String> = HashMap::new();
        let manifest = store.dump(|chunk| {
            *lines.entry(chunk.table).or_default() += &chunk.lines;
            Ok(())
        });
        let manifest = manifest.await.expect("a dump");
        store.close().await;
        let rows = |table: &kiemtin_store::backup::Table| {
            let lines = lines.get(table.name.as_str()).map_or("", String::as_str).lines();
            let row = |line| {
                let values: Vec<Value> = serde_json::from_str(line).expect("a line of JSON");
                table.columns.iter().cloned().zip(values).collect()
            };
            (table.name.clone(), lines.map(row).collect())
        };
        Self(manifest.tables.iter().map(rows).collect())
    }

    pub(crate) fn rows(&self, table: &str) -> &[HashMap<String, Value>] {
        self.0.get(table).unwrap_or_else(|| panic!("no table {table}"))
    }

    /// The values of one column.
    pub(crate) fn column(&self, table: &str, column: &str) -> Vec<&Value> {
        self.rows(table).iter().map(|it| &it[column]).collect()
    }

    /// The rows of a table as text, in an order of their own.
    pub(crate) fn sorted(&self, table: &str) -> Vec<String> {
        let row = |it: &HashMap<String, Value>| {
            let mut cells: Vec<_> =
                it.iter().map(|(name, value)| format!("{name}={value}")).collect();
            cells.sort_unstable();
            cells.join(" ")
        };
        let mut rows: Vec<_> = self.rows(table).iter().map(row).collect();
        rows.sort_unstable();
        rows
    }

    /// Of a desk that is served, once it has done what was to do; in half a minute at the latest.
    pub(crate) async fn when_quiet(data: &Path) -> Self {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let dump = Self::of(data).await;
            let is_quiet = dump.column("jobs", "name").iter().all(|it| comes_again(it));
            if is_quiet || deadline < Instant::now() {
                return dump;
            }
        }
    }

    /// No message is lost between groups, counted twice, or left lying; no job hangs.
    #[track_caller]
    pub(crate) fn adds_up(&self) {
        let mut sizes: HashMap<&str, i64> = HashMap::new();
        let mut groups_of_texts: HashMap<&Value, &Value> = HashMap::new();
        for it in self.rows("messages") {
            let group = it["group_id"].as_str().unwrap_or_else(|| panic!("in no group: {it:?}"));
            *sizes.entry(group).or_default() += 1;
            let first = groups_of_texts.entry(&it["exact_hash"]).or_insert(&it["group_id"]);
            assert_eq!(*first, &it["group_id"], "the same text in two groups");
        }
        for it in self.rows("groups") {
            let n_messages = it["n_messages"].as_i64().expect("a number");
            let id = it["id"].as_str().expect("an id");
            assert_eq!(sizes.remove(id).unwrap_or_default(), n_messages, "{it:?}");
        }
        assert!(sizes.is_empty(), "messages in groups that are not there: {sizes:?}");
        let left: Vec<_> = self.column("jobs", "name");
        assert!(left.iter().all(|it| comes_again(it)), "{left:?}");
    }
}

/// Jobs that wait for their next time however quiet it is.
fn comes_again(job: &Value) -> bool {
    ["erase_expired", "remind"].iter().any(|it| job == it)
}

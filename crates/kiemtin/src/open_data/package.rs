//! What lies beside the tables: the list of files with their sizes and hashes (`datapackage.json`,
//! Frictionless), the schema, the licence, the queries, a few words for people, and `SHA256SUMS`.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::files::{Format, name};
use super::queries::STATISTICS;
use super::tables::{Column, Kind, TABLES, Table};
use crate::durable::write_durably;

/// The list of the files.
pub(super) const PACKAGE: &str = "datapackage.json";
/// The hashes of all files, this one excepted.
pub(super) const SUMS: &str = "SHA256SUMS";

const README: &str = include_str!("../../data/README.txt");
const LICENCE: &str = include_str!("../../data/LICENSE.txt");

/// What an export holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Package {
    name: String,
    title: String,
    /// The day of the export, `2026-11-24`.
    pub version: String,
    licenses: Vec<Licence>,
    /// The files of tables.
    pub resources: Vec<File>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Licence {
    name: String,
    title: String,
    path: String,
}

/// One file of a table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct File {
    name: String,
    /// Its name in the folder.
    pub path: String,
    /// The table that it holds.
    pub table: String,
    /// `csv`, `jsonl` or `parquet`.
    pub format: String,
    mediatype: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// How many rows it has.
    pub rows: u64,
    hash: String,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    schema: Value,
}

impl File {
    /// A file that was written.
    pub(super) fn new(table: &Table, format: Format, rows: u64, bytes: u64, sha256: &str) -> Self {
        Self {
            name: format!("{}-{}", table.name.code(), format.code()),
            path: name(table, format),
            table: table.name.code().to_owned(),
            format: format.code().to_owned(),
            mediatype: format.media_type().to_owned(),
            bytes,
            rows,
            hash: format!("sha256:{sha256}"),
            schema: json!({ "fields": table.columns.iter().map(field).collect::<Vec<_>>() }),
        }
    }

    /// Its hash in hex.
    pub fn sha256(&self) -> &str {
        self.hash.trim_start_matches("sha256:")
    }
}

impl Package {
    /// The list of some files.
    pub(super) fn new(day: &str, resources: Vec<File>) -> Self {
        let licence = Licence {
            name: "CC-BY-4.0".to_owned(),
            title: "Creative Commons Attribution 4.0 International".to_owned(),
            path: "https://creativecommons.org/licenses/by/4.0/".to_owned(),
        };
        Self {
            name: "kiemtin".to_owned(),
            title: "Kiểm Tin".to_owned(),
            version: day.to_owned(),
            licenses: vec![licence],
            resources,
        }
    }

    /// Writes what lies beside the tables, and last the hashes of all.
    pub(super) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let beside = [
            (PACKAGE, serde_json::to_string_pretty(self)? + "\n"),
            ("schema.json", serde_json::to_string_pretty(&schema())? + "\n"),
            ("README.txt", self.readme()),
            ("LICENSE.txt", LICENCE.to_owned()),
            ("statistics.sql", STATISTICS.to_owned()),
        ];
        let mut sums: Vec<(String, String)> = Vec::new();
        for (name, text) in beside {
            write_durably(&folder.join(name), text.as_bytes())?;
            sums.push((name.to_owned(), hex::encode(Sha256::digest(&text))));
        }
        sums.extend(self.resources.iter().map(|it| (it.path.clone(), it.sha256().to_owned())));
        sums.sort_unstable();
        let lines: String =
            sums.iter().map(|(name, sha256)| format!("{sha256}  {name}\n")).collect();
        write_durably(&folder.join(SUMS), lines.as_bytes())
    }

    /// Reads what [`Self::write`] wrote.
    pub(super) fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(PACKAGE);
        let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("{} is damaged", path.display()))
    }

    fn readme(&self) -> String {
        let table = |it: &Table| format!("{:<11} {}\n", it.name.code(), it.about);
        let tables: String = TABLES.iter().map(table).collect();
        README.replace("{day}", &self.version).replace("{tables}", &tables)
    }
}

/// The hashes of an export's files by their names.
pub(super) fn sums(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let path = folder.join(SUMS);
    let text = fs::read_to_string(&path);
    let text = text.with_context(|| format!("cannot read {}", path.display()))?;
    let line =
        |it: &str| it.split_once("  ").map(|(sha256, name)| (name.to_owned(), sha256.to_owned()));
    Ok(text.lines().filter_map(line).collect())
}

/// A column as Frictionless describes it.
fn field(column: &Column) -> Value {
    let kind = match column.kind {
        Kind::Text => "string",
        Kind::Int => "integer",
        Kind::Day => "date",
        Kind::Flag => "boolean",
    };
    let required = json!({ "required": !column.is_optional });
    json!({ "name": column.name, "type": kind, "description": column.about, "constraints": required })
}

/// The schema of every table's rows (JSON Schema 2020-12), as the JSON lines have them.
pub(super) fn schema() -> Value {
    let tables: Map<String, Value> =
        TABLES.iter().map(|it| (it.name.code().to_owned(), table_schema(it))).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Kiểm Tin: the rows of the open data, table by table",
        "$defs": tables,
    })
}

fn table_schema(table: &Table) -> Value {
    let property = |column: &Column| {
        let (kind, more) = match column.kind {
            Kind::Text => ("string", json!({ "minLength": 1 })),
            Kind::Int => ("integer", json!({ "minimum": 0 })),
            Kind::Day => ("string", json!({ "format": "date" })),
            Kind::Flag => ("boolean", json!({})),
        };
        let mut property = more;
        property["type"] = match column.is_optional {
            true => json!([kind, "null"]),
            false => json!(kind),
        };
        property["description"] = json!(column.about);
        (column.name.to_owned(), property)
    };
    let properties: Map<String, Value> = table.columns.iter().map(property).collect();
    json!({
        "type": "object",
        "description": table.about,
        "properties": properties,
        "required": table.columns.iter().map(|it| it.name).collect::<Vec<_>>(),
        "additionalProperties": false,
    })
}

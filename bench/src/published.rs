//! A desk with many published answers. The sample's go the way of every answer, through the desk's own
//! workflow; then the lines of that desk's backup are multiplied, each time with texts of its own,
//! and restored. So there are real rows, versions and log entries, of what readers see: opinions,
//! evidence and events of the cases behind them are left out.

use std::collections::BTreeMap;

use anyhow::Context as _;
use kiemtin::app::App;
use kiemtin::app::clock::{SystemClock, chance};
use kiemtin::config::Place;
use kiemtin::sample;
use kiemtin_core::ids::ClaimId;
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::log_entry::{EntryKind, LogEntry, Subject};
use kiemtin_core::organisation::OrgSlug;
use kiemtin_core::review::{Document, Salt};
use kiemtin_core::text::language;
use kiemtin_core::time::Timestamp;
use kiemtin_core::tree::{self, Hashes};
use kiemtin_store::backup::Manifest;
use kiemtin_store::{Desk, Store};

use serde_json::{Value as Json, json};

use crate::program::Folder;
use crate::texts::Texts;

/// Between two publications.
const APART_MS: i64 = 60_000;
/// Words of a claim, of the answer in a sentence, of a paragraph: the least, and how many more.
const CLAIM_WORDS: (usize, usize) = (12, 14);
const ANSWER_WORDS: (usize, usize) = (12, 12);
const PARAGRAPH_WORDS: (usize, usize) = (40, 40);
/// Lines handed to the store at a time.
const LINES_AT_ONCE: usize = 1_000;

/// Makes the desk in the folder with so many answers, and returns their claims in the order of
/// their public numbers.
///
/// # Errors
/// The desk cannot be made.
pub(crate) fn fill(
    folder: &Folder,
    texts: &mut Texts,
    n_answers: usize,
) -> anyhow::Result<Vec<String>> {
    let begin = std::time::Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (seed, desk) = (folder.path("seed"), folder.path("desk"));
    let claims = runtime.block_on(async {
        let mut tables = Tables::of_sample(&place(&seed)).await?;
        let claims = tables.multiply(texts, n_answers)?;
        for dir in ["", "keys"] {
            std::fs::create_dir_all(desk.join(dir))?;
        }
        std::fs::copy(seed.join("keys/desk.key"), desk.join("keys/desk.key"))?;
        tables.restore(&desk.join("desk.db")).await?;
        // Reads all of it into the index, and saves that beside it.
        App::open(&place(&desk), "", std::sync::Arc::new(SystemClock), false)
            .await?
            .close()
            .await?;
        anyhow::Ok(claims)
    })?;
    println!("{n_answers} answers published in {:.1?}", begin.elapsed());
    Ok(claims)
}

fn place(folder: &std::path::Path) -> Place {
    Place { data: folder.to_owned(), database: None, model: None }
}

/// All lines of a desk by table, and in which place of a line each column stands.
struct Tables {
    manifest: Manifest,
    rows: BTreeMap<String, Vec<Vec<Json>>>,
}

impl Tables {
    /// Of a new desk in which the sample was published.
    async fn of_sample(seed: &Place) -> anyhow::Result<Self> {
        let app = App::open(seed, "", std::sync::Arc::new(SystemClock), true).await?;
        let cast = sample::cast(&app).await?;
        for it in sample::claims()? {
            sample::publish(&app, &cast, &it).await?;
        }
        let mut rows: BTreeMap<String, Vec<Vec<Json>>> = BTreeMap::new();
        let manifest = app.store.dump(|chunk| {
            let lines = chunk.lines.lines().map(serde_json::from_str::<Vec<Json>>);
            let lines = lines.collect::<Result<Vec<_>, _>>()?;
            rows.entry(chunk.table.to_owned()).or_default().extend(lines);
            Ok(())
        });
        let mut tables = Self { manifest: manifest.await?, rows };
        app.close().await?;
        // A demo's pages say that they are one, and carry no markup.
        let demo = tables.column("desk", "demo")?;
        tables.rows.entry("desk".to_owned()).or_default()[0][demo] = json!(false);
        for left_out in LEFT_OUT {
            tables.rows.remove(left_out);
        }
        Ok(tables)
    }

    /// Puts so many answers in the place of the sample's.
    fn multiply(&mut self, texts: &mut Texts, n_answers: usize) -> anyhow::Result<Vec<String>> {
        let seeds = self.seeds()?;
        let (mut claims, mut log) = (Vec::new(), Hashes::default());
        for table in OF_ANSWERS.into_iter().chain(["log_entries", "log_hashes"]) {
            self.rows.insert(table.to_owned(), Vec::new());
        }
        for n in 0..n_answers {
            let seed = &seeds[n % seeds.len()];
            // The newest now: what will be published has no markup yet.
            let at = seed.at.plus_millis(-APART_MS * (n_answers - n) as i64);
            let (id, salt) = (ClaimId::new(at, chance()), Salt(chance()));
            let document = seed.document(texts, n as i64 + 1, at);
            let claim = document.content.claim.clone();
            let entry = entry(id, &document, salt, at)?;
            let leaf = tree::leaf(entry.as_bytes());
            let made = log.grow(n as u64, leaf)?.into_iter();
            let made = made.map(|(place, hash)| vec![json!(place), json!(hex(&hash))]);
            self.rows.entry("log_hashes".to_owned()).or_default().extend(made);
            let line =
                vec![json!(n), json!("publish"), json!(id.to_string()), json!(1), json!(entry)];
            self.rows.entry("log_entries".to_owned()).or_default().push(line);
            let changed = BTreeMap::from([
                ("id", json!(id.to_string())),
                ("claim_id", json!(id.to_string())),
                ("number", json!(n + 1)),
                ("lang", json!(if claim.vi.is_some() { "vi" } else { "en" })),
                ("text_vi", json!(claim.vi)),
                ("text_en", json!(claim.en)),
                ("origin_hmac", Json::Null),
                ("answer_idx", json!(n)),
                ("log_idx", json!(n)),
                ("document", json!(document.canonical())),
                ("salt", json!(hex(&salt.0))),
                ("published_at", json!(at.millis())),
            ]);
            self.add(seed, &changed)?;
            claims.push(claim.vi.or(claim.en).unwrap_or_default());
        }
        Ok(claims)
    }

    /// What each answer of the sample has in the tables of answers.
    fn seeds(&self) -> anyhow::Result<Vec<Seed>> {
        let id = self.column("review_versions", "claim_id")?;
        let text = self.column("review_versions", "document")?;
        let versions = self.rows["review_versions"].iter();
        let seed = |version: &Vec<Json>| {
            let document = Document::parse(version[text].as_str().context("no document")?)?;
            let at = Timestamp::parse(&document.published).context("no time")?;
            let rows = OF_ANSWERS.into_iter().map(|table| {
                let own = self.column(table, if table == "claims" { "id" } else { "claim_id" })?;
                let all = self.rows.get(table).into_iter().flatten();
                Ok((table, all.filter(|it| it[own] == version[id]).cloned().collect()))
            });
            Ok(Seed { document, at, rows: rows.collect::<anyhow::Result<_>>()? })
        };
        versions.map(seed).collect()
    }

    /// Adds the rows of a seed with other values in some columns.
    fn add(&mut self, seed: &Seed, changed: &BTreeMap<&str, Json>) -> anyhow::Result<()> {
        for (table, rows) in &seed.rows {
            let columns = self.columns(table)?.to_vec();
            for row in rows {
                let new = columns.iter().zip(row);
                let new = new.map(|(column, old)| changed.get(&**column).unwrap_or(old).clone());
                self.rows.entry((*table).to_owned()).or_default().push(new.collect());
            }
        }
        Ok(())
    }

    fn columns(&self, table: &str) -> anyhow::Result<&[String]> {
        let found = self.manifest.tables.iter().find(|it| it.name == table);
        Ok(&found.with_context(|| format!("no table {table}"))?.columns)
    }

    fn column(&self, table: &str, column: &str) -> anyhow::Result<usize> {
        let found = self.columns(table)?.iter().position(|it| it == column);
        found.with_context(|| format!("{table} has no {column}"))
    }

    /// Fills a new desk.
    async fn restore(mut self, file: &std::path::Path) -> anyhow::Result<()> {
        for table in &mut self.manifest.tables {
            table.rows = self.rows.get(&table.name).map_or(0, Vec::len) as u64;
        }
        let created_at = Timestamp::from_millis(0);
        let id = ClaimId::new(created_at, chance()).0;
        let new = Desk { id, demo: false, created_at };
        let store = Store::open_sqlite(file, new).await?;
        let mut restore = store.begin_restore(self.manifest.clone()).await?;
        for table in &self.manifest.tables {
            for rows in self.rows.remove(&table.name).unwrap_or_default().chunks(LINES_AT_ONCE) {
                let lines = rows.iter().map(|it| format!("{}\n", json!(it)));
                restore.rows(&table.name, &lines.collect::<String>()).await?;
            }
        }
        restore.finish().await?;
        store.close().await;
        Ok(())
    }
}

/// Tables with lines of an answer.
const OF_ANSWERS: [&str; 4] = ["claims", "claim_places", "review_versions", "version_signers"];
/// Tables of the work behind the answers, which readers do not see; and other wordings, which would
/// be the same for thousands of claims.
const LEFT_OUT: [&str; 18] = [
    "claim_variants",
    "cases",
    "asked",
    "opinions",
    "evidence",
    "source_looks",
    "opinion_sources",
    "meetings",
    "meeting_orgs",
    "replies",
    "reminders",
    "mailed",
    "drafts",
    "draft_editors",
    "signatures",
    "events",
    "changes",
    "jobs",
];

/// One answer of the sample.
struct Seed {
    document: Document,
    at: Timestamp,
    rows: Vec<(&'static str, Vec<Vec<Json>>)>,
}

impl Seed {
    /// The same with another claim and answer, in both languages as far as the texts are.
    fn document(&self, texts: &mut Texts, number: i64, at: Timestamp) -> Document {
        let mut document = self.document.clone();
        let mut of = |(n_min, n_more)| texts.one(n_min, n_more);
        let claim = of(CLAIM_WORDS);
        document.content.claim = match language::guess(&claim) {
            Lang::Vi => Localised { vi: Some(claim), en: None },
            Lang::En => Localised { vi: None, en: Some(claim) },
        };
        document.content.answer = Localised::new(&of(ANSWER_WORDS), &of(ANSWER_WORDS));
        let mut body = || format!("{}\n\n{}", of(PARAGRAPH_WORDS), of(PARAGRAPH_WORDS));
        document.content.body = Localised::new(&body(), &body());
        (document.number, document.published) = (number, at.rfc3339());
        document.first_published = at.rfc3339();
        document
    }
}

fn entry(id: ClaimId, document: &Document, salt: Salt, at: Timestamp) -> anyhow::Result<String> {
    let orgs = document.signed_by.iter().map(|it| OrgSlug::parse(&it.slug));
    let entry = LogEntry {
        kind: EntryKind::Publish,
        subject: Subject::Claim(id),
        rev: 1,
        verdict: Some(document.content.rating.code()),
        page_sha256: document.salted_hash(salt),
        evidence_root: Some(document.content.evidence_root(salt)),
        orgs: orgs.collect::<Result<_, _>>()?,
        prev: None,
        at,
    };
    Ok(entry.canonical())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

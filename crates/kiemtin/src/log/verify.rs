//! The check of a log that anyone can run, against a site or a copy in a folder: signature, entries,
//! tiles and root, the order of each claim's versions, and what was published under each entry.
//!
//! It trusts nothing that it reads: every file has a limit, and what does not fit is named with the
//! entry that it belongs to.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use kiemtin_core::log_entry::salted_hash;
use kiemtin_core::review::{Document, Salt};
use kiemtin_core::tree::{self, ENTRY_BYTES_MAX, Hash, Hashes, TILE_WIDTH, TilePath};
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use url::Url;

use super::note::{self, PublicKey};
use crate::tls;

/// A checkpoint with the signatures of all its witnesses.
const NOTE_BYTES_MAX: u64 = 64 * 1024;
/// A full tile is 8,192 bytes; a bundle at most 256 entries with their lengths.
const TILE_BYTES_MAX: u64 = TILE_WIDTH * (ENTRY_BYTES_MAX as u64 + 2);
/// A published answer is some ten thousand bytes.
const DOCUMENT_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// A site on the other side of the world answers sooner.
const TIMEOUT: Duration = Duration::from_secs(30);
/// What is wrong is listed up to here: a log in another form would name every entry.
const WRONG_MAX: usize = 100;

/// Where a log is read.
#[derive(Clone, Debug)]
pub enum Source {
    /// A desk's public site.
    Site {
        /// The address that the log's files are below, with a slash at its end.
        base: Url,
        /// What asks.
        client: Client,
    },
    /// A copy, as `kiemtin log copy` writes it.
    Folder(PathBuf),
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Which log.
    pub origin: String,
    /// How many entries the checkpoint covers.
    pub size: u64,
    /// Who signed the checkpoint, of the keys that were given.
    pub signed_by: Vec<String>,
    /// How many published documents were read and fit their entries.
    pub n_documents: u64,
    /// What does not fit; empty for a log that is as it says.
    pub wrong: Vec<Wrong>,
}

/// One thing that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The entry that it is about, if it is about one.
    pub entry: Option<u64>,
    /// What, as a sentence without its end.
    pub what: String,
}

/// The fields of an entry. The form is stable: docs/formats/log-entry.md.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    evidence_root: Option<String>,
    id: String,
    kind: String,
    #[serde(rename = "orgs")]
    _orgs: Vec<String>,
    page_sha256: String,
    prev: Option<u64>,
    rev: i64,
    #[serde(rename = "t")]
    _t: String,
    v: u32,
    #[serde(rename = "verdict")]
    _verdict: Option<String>,
}

impl Source {
    /// A site's address (its root or its `/log`), or a folder (a copy of `/log`, or what holds one).
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn parse(place: &str) -> anyhow::Result<Self> {
        let Some(url) = Url::parse(place).ok().filter(|it| it.scheme().starts_with("http")) else {
            let folder = PathBuf::from(place);
            let below = folder.join("log");
            return Ok(Self::Folder(if below.join("checkpoint").is_file() {
                below
            } else {
                folder
            }));
        };
        tls::set_up();
        let client = Client::builder().timeout(TIMEOUT).build().context("setting up TLS")?;
        let path = url.path().trim_end_matches('/');
        let path = if path.ends_with("/log") { format!("{path}/") } else { format!("{path}/log/") };
        let mut base = url.clone();
        base.set_path(&path);
        base.set_query(None);
        Ok(Self::Site { base, client })
    }

    /// A file of the log; `None` where it is not there.
    async fn read(&self, path: &str, bytes_max: u64) -> anyhow::Result<Option<Vec<u8>>> {
        match self {
            Self::Site { base, client } => {
                let url = base.join(path)?;
                let asked = client.get(url.clone()).send().await;
                let mut answer = asked.with_context(|| format!("cannot reach {url}"))?;
                if answer.status() == StatusCode::NOT_FOUND {
                    return Ok(None);
                }
                anyhow::ensure!(answer.status().is_success(), "{url} answers {}", answer.status());
                let mut bytes = Vec::new();
                while let Some(chunk) = answer.chunk().await? {
                    bytes.extend(chunk);
                    anyhow::ensure!(bytes.len() as u64 <= bytes_max, "{url} is too long");
                }
                Ok(Some(bytes))
            }
            Self::Folder(folder) => {
                let path = folder.join(path);
                if !path.is_file() {
                    return Ok(None);
                }
                let too_long = tokio::fs::metadata(&path).await?.len() > bytes_max;
                anyhow::ensure!(!too_long, "{} is too long", path.display());
                let read = tokio::fs::read(&path).await;
                Ok(Some(read.with_context(|| format!("cannot read {}", path.display()))?))
            }
        }
    }
}

/// Checks a log. `pinned` is the key that the asker knows from elsewhere; without it the log's word
/// is taken for its key. `done` hears how many entries were read, of how many.
///
/// # Errors
/// There is no log, or it cannot be reached. What does not fit is no error: see [`Report::wrong`].
pub async fn verify(
    source: &Source,
    pinned: Option<&PublicKey>,
    witnesses: &[PublicKey],
    done: impl Fn(u64, u64),
) -> anyhow::Result<Report> {
    let note = source.read("checkpoint", NOTE_BYTES_MAX).await?;
    let note = note.context("there is no log here, or nothing in it is signed yet")?;
    let mut report = Report::default();
    let checkpoint = match opened(source, &note, pinned, witnesses).await {
        Ok(checkpoint) => checkpoint,
        Err(err) => {
            report.add(None, format!("{err:#}"));
            return Ok(report);
        }
    };
    report.origin.clone_from(&checkpoint.head.origin);
    report.size = checkpoint.head.size;
    report.signed_by = checkpoint.signed_by;
    let (size, root) = (checkpoint.head.size, checkpoint.head.root);
    let Some((entries, hashes)) = read_entries(source, size, &mut report, &done).await? else {
        return Ok(report);
    };
    compare_tiles(source, size, &hashes, &mut report).await?;
    if hashes.root(size).ok() != Some(root) {
        report.add(None, "the entries do not give the root that was signed".to_owned());
    }
    let mut line = Line::default();
    for (idx, bytes) in (0..).zip(&entries) {
        match read_entry(bytes) {
            Ok(entry) => {
                if let Err(why) = line.follow(idx, &entry) {
                    report.add(Some(idx), why);
                }
                compare_document(source, idx, &entry, &mut report).await?;
            }
            Err(why) => report.add(Some(idx), why),
        }
        done(size + idx + 1, 2 * size);
    }
    Ok(report)
}

impl Report {
    fn add(&mut self, entry: Option<u64>, what: String) {
        if self.wrong.len() < WRONG_MAX {
            self.wrong.push(Wrong { entry, what });
        }
    }
}

async fn opened(
    source: &Source,
    note: &[u8],
    pinned: Option<&PublicKey>,
    witnesses: &[PublicKey],
) -> anyhow::Result<note::Checkpoint> {
    let own = match pinned {
        Some(_) => None,
        None => {
            let vkey = source.read("key", NOTE_BYTES_MAX).await?;
            let vkey = vkey.context("the log names no key: give the one you know with --vkey")?;
            Some(PublicKey::parse(String::from_utf8_lossy(&vkey).trim())?)
        }
    };
    let key = pinned.or(own.as_ref()).expect("one of the two is there");
    note::open(note, key, witnesses)
}

/// All entries with the tree over them; `None` where some cannot be had.
async fn read_entries(
    source: &Source,
    size: u64,
    report: &mut Report,
    done: impl Fn(u64, u64),
) -> anyhow::Result<Option<(Vec<Vec<u8>>, Hashes)>> {
    let (mut entries, mut hashes) = (Vec::new(), Hashes::default());
    for bundle in TilePath::bundles(size) {
        let wanted = (bundle.end() - bundle.begin()) as usize;
        let bytes = read_tile(source, bundle).await?;
        let found = bytes.as_deref().and_then(tree::unbundle).filter(|it| wanted <= it.len());
        let Some(found) = found else {
            let (first, last) = (bundle.begin(), bundle.end() - 1);
            report.add(Some(first), format!("the entries {first} to {last} cannot be read"));
            return Ok(None);
        };
        for entry in found.into_iter().take(wanted) {
            let grown = hashes.grow(entries.len() as u64, tree::leaf(entry));
            grown.expect("a tree that grows from nothing has all its hashes");
            entries.push(entry.to_vec());
        }
        done(entries.len() as u64, 2 * size);
    }
    Ok(Some((entries, hashes)))
}

/// A tile; a log that has grown may have put the full one in the place of a partial one.
async fn read_tile(source: &Source, tile: TilePath) -> anyhow::Result<Option<Vec<u8>>> {
    let path = format!("tile/{}", tile.path());
    match (source.read(&path, TILE_BYTES_MAX).await?, path.split_once(".p/")) {
        (None, Some((full, _))) => source.read(full, TILE_BYTES_MAX).await,
        (found, _) => Ok(found),
    }
}

async fn compare_tiles(
    source: &Source,
    size: u64,
    hashes: &Hashes,
    report: &mut Report,
) -> anyhow::Result<()> {
    for tile in TilePath::all(size) {
        let own = hashes.tile(tile).expect("the whole tree is there");
        let Some(served) = read_tile(source, tile).await? else {
            report.add(None, format!("the tile {} is missing", tile.path()));
            continue;
        };
        let pairs = own.chunks(size_of::<Hash>()).zip(served.chunks(size_of::<Hash>()));
        let differing = pairs.enumerate().filter(|(_, (own, served))| own != served);
        for (at, _) in differing {
            let n = tile.begin() + at as u64;
            match tile.path().starts_with("0/") {
                true => report.add(Some(n), "is not the entry that the tree holds".to_owned()),
                false => report.add(None, format!("hash {n} of the tile {} is wrong", tile.path())),
            }
        }
        if served.len() < own.len() {
            report.add(None, format!("the tile {} is too short", tile.path()));
        }
    }
    Ok(())
}

fn read_entry(bytes: &[u8]) -> Result<Entry, String> {
    let value: serde_json::Value =
        serde_json::from_slice(bytes).map_err(|_| "is not JSON".to_owned())?;
    if value.to_string().as_bytes() != bytes {
        return Err("is not in canonical form".to_owned());
    }
    let entry: Entry = serde_json::from_value(value)
        .map_err(|err| format!("does not have the form of an entry ({err})"))?;
    if entry.v == 1 { Ok(entry) } else { Err(format!("has the unknown version {}", entry.v)) }
}

/// The versions of each claim and policy, in the order in which they came.
#[derive(Default)]
struct Line(HashMap<(bool, String), (u64, i64)>);

impl Line {
    /// A version follows the one before it, and names it.
    fn follow(&mut self, idx: u64, entry: &Entry) -> Result<(), String> {
        if entry.kind.starts_with("contest") {
            return Ok(()); // About a version, not one of a line.
        }
        let key = (entry.kind == "policy", entry.id.clone());
        let before = self.0.insert(key, (idx, entry.rev));
        match before {
            None if entry.kind == "correct" || entry.kind == "retract" => {
                Err("changes an answer that was never published".to_owned())
            }
            None if entry.prev.is_some() => Err("names an entry before it that is none".to_owned()),
            None => Ok(()),
            Some(_) if entry.kind == "publish" => Err("publishes an answer anew".to_owned()),
            Some((prev, _)) if entry.prev != Some(prev) => {
                Err(format!("does not name entry {prev}, which it follows"))
            }
            Some((_, rev)) if entry.rev != rev + 1 => {
                Err(format!("is version {} after version {rev}", entry.rev))
            }
            Some(_) => Ok(()),
        }
    }
}

/// What was published under an entry, where it can be had, has the hashes that the entry says.
async fn compare_document(
    source: &Source,
    idx: u64,
    entry: &Entry,
    report: &mut Report,
) -> anyhow::Result<()> {
    let document = source.read(&format!("documents/{idx}"), DOCUMENT_BYTES_MAX).await?;
    let salt = source.read(&format!("documents/{idx}.salt"), NOTE_BYTES_MAX).await?;
    let (Some(document), Some(salt)) = (document, salt) else {
        return Ok(()); // Not there: the entry promises a hash, not a copy.
    };
    let salt = hex::decode(String::from_utf8_lossy(&salt).trim()).ok();
    let Some(salt) = salt.and_then(|it| <[u8; 32]>::try_from(it).ok()) else {
        report.add(Some(idx), "has a salt that is none".to_owned());
        return Ok(());
    };
    if hex::encode(salted_hash(&salt, &document)) != entry.page_sha256 {
        report.add(Some(idx), "is not what is published under it".to_owned());
        return Ok(());
    }
    if let Some(root) = &entry.evidence_root {
        let parsed = std::str::from_utf8(&document).ok().and_then(|it| Document::parse(it).ok());
        let own = parsed.map(|it| hex::encode(it.content.evidence_root(Salt(salt))));
        if own.as_ref() != Some(root) {
            report.add(Some(idx), "has another evidence than is published".to_owned());
            return Ok(());
        }
    }
    report.n_documents += 1;
    Ok(())
}

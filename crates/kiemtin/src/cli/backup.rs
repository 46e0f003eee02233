//! `kiemtin backup` and `restore`: a desk as one file. The form is in docs/formats/backup.md.
//!
//! A gzipped tar: `manifest.json`, `tables/NAME.jsonl` in the order of restoring, `keys/desk.key`,
//! `keys/log.key` once there is one, `blobs/SHA256`. It does not depend on the engine: a desk can move from SQLite to PostgreSQL.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, BufWriter, Read, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use kiemtin_store::Store;
use kiemtin_store::backup::{Manifest, Restore as Restoring};

use super::bar::spinner;
use super::{say, serve};
use crate::app::clock::SystemClock;
use crate::app::folder::{BLOB_BYTES_MAX, Folder};
use crate::app::{App, pages, read_store};
use crate::config::Place;
use crate::durable::write_durably;
use crate::index::Index;
use crate::log::note::PrivateKey;

const MANIFEST: &str = "manifest.json";
const KEY: &str = "keys/desk.key";
const LOG_KEY: &str = "keys/log.key";
/// A key file is one short line.
const LOG_KEY_BYTES_MAX: u64 = 4 * 1024;
/// A manifest is one line a table.
const MANIFEST_BYTES_MAX: u64 = 1024 * 1024;
/// Lines of a table handed to the store at once.
const RESTORE_LINES: usize = 500;

/// Write the whole desk into one file, while it runs.
///
/// The file holds everything, the desk's key included: keep it as safe as the desk's folder.
#[derive(Debug, Args)]
pub(super) struct Backup {
    #[command(flatten)]
    place: Place,
    /// The file to write, for example desk-2026-11-24.tar.gz. It must not be there yet.
    file: PathBuf,
}

/// Make a desk from a backup. The folder (and --database, if given) must hold no desk yet.
#[derive(Debug, Args)]
pub(super) struct Restore {
    #[command(flatten)]
    place: Place,
    /// The backup.
    file: PathBuf,
}

impl Backup {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        let folder = Folder::find(&self.place.data)?;
        anyhow::ensure!(
            !self.file.exists(),
            "{} is there already: choose another name",
            self.file.display()
        );
        let store = read_store(&self.place, &folder).await?;
        let bar = spinner("backing up");
        let work = Work::begin(&self.file)?;
        let written = write_backup(&store, &folder, &work.0, &self.file).await;
        drop(work);
        bar.finish_and_clear();
        let (n_rows, n_blobs) = written?;
        let mib = fs::metadata(&self.file)?.len() as f64 / f64::from(1 << 20);
        say!("{}: {n_rows} rows, {n_blobs} archived pages, {mib:.1} MiB", self.file.display());
        Ok(())
    }
}

/// The folder that a backup grows in: for its owner alone, since the desk's key lies in it, and
/// beside the target, so that the last step is a rename on one disk. It goes when it is dropped.
struct Work(PathBuf);

impl Work {
    fn begin(target: &Path) -> anyhow::Result<Self> {
        let mut name = target.file_name().context("a backup needs the name of a file")?.to_owned();
        name.push(".part");
        let path = target.with_file_name(name);
        match fs::DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => Ok(Self(path)),
            Err(err) if err.kind() == io::ErrorKind::AlreadyExists => anyhow::bail!(
                "{} is there: another backup is being written, or one was cut off; then remove it",
                path.display()
            ),
            Err(err) => Err(err).with_context(|| format!("cannot make {}", path.display())),
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Err(err) = fs::remove_dir_all(&self.0) {
            tracing::warn!(error = %err, "{} could not be removed: {err}", self.0.display());
        }
    }
}

/// A new file that only its owner can read, whatever the umask says.
fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Tables first, each into a file of its own, since the manifest that stands in front of them is
/// known last. Blobs that rows name were written before the rows, so they are all there.
async fn write_backup(
    store: &Store,
    folder: &Folder,
    work: &Path,
    file: &Path,
) -> anyhow::Result<(u64, usize)> {
    let mut table: Option<(&str, BufWriter<File>)> = None;
    let manifest = store
        .dump(|chunk| {
            if table.as_ref().is_none_or(|(name, _)| *name != chunk.table) {
                let path = work.join(chunk.table);
                table = Some((chunk.table, BufWriter::new(create(&path)?)));
            }
            let (_, out) = table.as_mut().expect("just made");
            out.write_all(chunk.lines.as_bytes())?;
            out.flush()
        })
        .await?;
    let blobs = store.blob_hashes().await?;
    // What only the database has is fetched into the folder first.
    for sha256 in &blobs {
        pages::page(store, folder, sha256).await?;
    }
    let packed = work.join("packed");
    pack(&manifest, folder, work, &blobs, &packed)
        .with_context(|| format!("cannot write {}", file.display()))?;
    fs::rename(&packed, file).with_context(|| format!("cannot write {}", file.display()))?;
    Ok((manifest.tables.iter().map(|it| it.rows).sum(), blobs.len()))
}

fn pack(
    manifest: &Manifest,
    folder: &Folder,
    work: &Path,
    blobs: &[String],
    packed: &Path,
) -> anyhow::Result<()> {
    let out = BufWriter::new(create(packed)?);
    let mut tar = tar::Builder::new(GzEncoder::new(out, Compression::default()));
    append(&mut tar, MANIFEST, &serde_json::to_vec_pretty(manifest)?)?;
    let key = folder.desk_key()?;
    append(&mut tar, KEY, &key.context("the folder has no key: restore keys/desk.key")?)?;
    if folder.log_key_file().exists() {
        append(&mut tar, LOG_KEY, &fs::read(folder.log_key_file())?)?;
    }
    for table in &manifest.tables {
        let path = work.join(&table.name);
        let name = format!("tables/{}.jsonl", table.name);
        match path.exists() {
            true => tar.append_file(name, &mut File::open(path)?)?,
            false => append(&mut tar, &name, b"")?,
        }
    }
    for sha256 in blobs {
        append(&mut tar, &format!("blobs/{sha256}"), &folder.blob(sha256)?)?;
    }
    tar.into_inner()?.finish()?.into_inner().map_err(|err| err.into_error())?.sync_all()?;
    Ok(())
}

fn append(
    tar: &mut tar::Builder<impl std::io::Write>,
    name: &str,
    bytes: &[u8],
) -> anyhow::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o600);
    Ok(tar.append_data(&mut header, name, bytes)?)
}

impl Restore {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        let file = File::open(&self.file)
            .with_context(|| format!("cannot open {}", self.file.display()))?;
        let has_desk = self.place.data.join("desk.db").exists();
        anyhow::ensure!(
            !has_desk,
            "there is a desk in {}: restore into a new folder",
            self.place.data.display()
        );
        let lock = serve::lock(&self.place)?;
        let bar = spinner("restoring");
        let res = self.fill(file).await;
        bar.finish_and_clear();
        if res.is_err() && self.place.database.is_none() {
            // A desk that is not whole must not be mistaken for one.
            remove_database(&self.place.data)?;
        }
        let n_rows = res?;
        drop(lock);
        say!("{n_rows} rows restored into {}", self.place.data.display());
        if Folder::find(&self.place.data)?.log_key_file().exists() {
            say!(
                "the log is held, so that it never contradicts what was signed after the backup: get \
                 the newest checkpoint that anybody has and type kiemtin log resume FILE"
            );
        }
        Ok(())
    }

    async fn fill(&self, file: File) -> anyhow::Result<u64> {
        let place = Place { model: None, ..self.place.clone() };
        let app = App::open(&place, "", Arc::new(SystemClock), false).await?;
        let mut archive = tar::Archive::new(MultiGzDecoder::new(BufReader::new(file)));
        let mut restoring: Option<(Restoring, u64)> = None;
        let (mut key, mut log_key) = (None, None);
        for entry in archive.entries().context(NOT_A_BACKUP)? {
            let mut entry = entry.context(NOT_A_BACKUP)?;
            let name = entry.path()?.to_string_lossy().into_owned();
            match (name.as_str(), name.split_once('/')) {
                (MANIFEST, _) => restoring = Some(self.manifest(&app, &mut entry).await?),
                (KEY, _) => key = Some(read_key(&mut entry)?),
                (LOG_KEY, _) => log_key = Some(read_log_key(&mut entry)?),
                (_, Some(("tables", table))) => {
                    let (restoring, _) = restoring.as_mut().context(NOT_A_BACKUP)?;
                    let table = table.strip_suffix(".jsonl").context(NOT_A_BACKUP)?;
                    rows(restoring, table, entry).await?;
                }
                (_, Some(("blobs", sha256))) => {
                    let (restoring, _) = restoring.as_mut().context(NOT_A_BACKUP)?;
                    restoring.page(sha256, &blob(&app.folder, sha256, entry)?).await?;
                }
                _ => anyhow::bail!("{NOT_A_BACKUP}: it holds {name:?}"),
            }
        }
        let (restoring, n_rows) = restoring.context(NOT_A_BACKUP)?;
        let key = key.context(NOT_A_BACKUP)?;
        restoring.finish().await?;
        // Last: had the rows not been taken, the empty desk would go on with its own key.
        write_durably(&app.folder.key_file(), &key)?;
        if let Some(log_key) = log_key {
            write_durably(&app.folder.log_key_file(), log_key.as_bytes())?;
        }
        Index::forget(&app.folder.index())?;
        app.store.close().await;
        Ok(n_rows)
    }

    async fn manifest(&self, app: &App, entry: &mut impl Read) -> anyhow::Result<(Restoring, u64)> {
        let mut json = String::new();
        entry.take(MANIFEST_BYTES_MAX).read_to_string(&mut json).context(NOT_A_BACKUP)?;
        let manifest: Manifest = serde_json::from_str(&json).context(NOT_A_BACKUP)?;
        let n_rows = manifest.tables.iter().map(|it| it.rows).sum();
        Ok((app.store.begin_restore(manifest).await?, n_rows))
    }
}

const NOT_A_BACKUP: &str = "this is no backup of a desk, or it is damaged: choose another file";

async fn rows(restoring: &mut Restoring, table: &str, entry: impl Read) -> anyhow::Result<()> {
    let mut lines = BufReader::new(entry).lines();
    loop {
        let mut some = String::new();
        for line in lines.by_ref().take(RESTORE_LINES) {
            some += &line.context(NOT_A_BACKUP)?;
            some.push('\n');
        }
        if some.is_empty() {
            return Ok(());
        }
        restoring.rows(table, &some).await?;
    }
}

fn read_key(entry: &mut impl Read) -> anyhow::Result<Vec<u8>> {
    let mut key = Vec::new();
    entry.take(64).read_to_end(&mut key)?;
    anyhow::ensure!(key.len() == 32, "{NOT_A_BACKUP}: its key is damaged");
    Ok(key)
}

fn read_log_key(entry: &mut impl Read) -> anyhow::Result<String> {
    let mut key = String::new();
    entry.take(LOG_KEY_BYTES_MAX).read_to_string(&mut key).context(NOT_A_BACKUP)?;
    PrivateKey::parse(&key).context(NOT_A_BACKUP)?;
    Ok(key)
}

fn blob(folder: &Folder, sha256: &str, entry: impl Read) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    entry.take(BLOB_BYTES_MAX).read_to_end(&mut bytes).context(NOT_A_BACKUP)?;
    let kept = folder.keep_blob(&bytes)?;
    anyhow::ensure!(kept == sha256, "{NOT_A_BACKUP}: the page {sha256} is not what was archived");
    Ok(bytes)
}

fn remove_database(data: &Path) -> anyhow::Result<()> {
    for name in ["desk.db", "desk.db-wal", "desk.db-shm"] {
        let path = data.join(name);
        if path.exists() {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

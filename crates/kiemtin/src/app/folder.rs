//! The folder that holds a desk: database, blobs, keys, and the lock that says who writes.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

use super::clock::chance;
use crate::durable::write_durably;

/// A desk's folder.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

/// Held by the one process that writes. Freed when the process ends, however it ends.
#[derive(Debug)]
pub struct WriterLock {
    _file: File,
}

/// Another process holds the folder.
#[derive(Debug, thiserror::Error)]
#[error("the desk in {0} is in use by another program: end that one, or let it do the work")]
pub struct InUse(pub String);

/// There is no desk in a folder.
#[derive(Debug, thiserror::Error)]
#[error(
    "there is no desk in {0}: choose its folder with --data, or make one with serve, demo or import"
)]
pub struct NoDesk(pub String);

impl Folder {
    /// Makes the folder with what belongs into it, if it is absent.
    ///
    /// # Errors
    /// The place cannot be written to, or is a file.
    pub fn make(path: &Path) -> anyhow::Result<Self> {
        let folder = Self(path.to_owned());
        for dir in [folder.0.clone(), folder.blobs(), folder.index(), folder.keys()] {
            fs::create_dir_all(&dir)
                .with_context(|| format!("cannot make the folder {}", dir.display()))?;
            only_owner(&dir)?;
        }
        Ok(folder)
    }

    /// The folder, which must be there. A database without anything beside it counts as well: it may
    /// be damaged or another program's, and whoever opens it says so.
    ///
    /// # Errors
    /// There is no desk.
    pub fn find(path: &Path) -> Result<Self, NoDesk> {
        let folder = Self(path.to_owned());
        let is_there = folder.keys().is_dir() || folder.database().is_file();
        if is_there { Ok(folder) } else { Err(NoDesk(path.display().to_string())) }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The SQLite file.
    pub fn database(&self) -> PathBuf {
        self.0.join("desk.db")
    }

    /// Content-addressed files.
    pub fn blobs(&self) -> PathBuf {
        self.0.join("blobs")
    }

    /// Derived data: may be deleted at any time.
    pub fn index(&self) -> PathBuf {
        self.0.join("index")
    }

    /// Releases of the open data, derived as well.
    pub fn open_data(&self) -> PathBuf {
        self.0.join("open-data")
    }

    /// Keys.
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// The socket on which the writing process takes work from others.
    pub fn socket(&self) -> PathBuf {
        self.0.join("desk.sock")
    }

    /// Takes the writer's lock.
    ///
    /// # Errors
    /// [`InUse`] when another process has it.
    pub fn lock(&self) -> anyhow::Result<WriterLock> {
        let path = self.0.join("desk.lock");
        let open = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = open.with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(WriterLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(InUse(self.0.display().to_string()).into()),
            Err(TryLockError::Error(err)) => {
                Err(err).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }

    /// Where the desk's key lies.
    pub fn key_file(&self) -> PathBuf {
        self.keys().join("desk.key")
    }

    /// The desk's key for identifiers that come from outside; `None` where there is none yet.
    ///
    /// # Errors
    /// The file cannot be read, or is damaged.
    pub fn desk_key(&self) -> anyhow::Result<Option<[u8; 32]>> {
        let path = self.key_file();
        match fs::read(&path) {
            Ok(bytes) => bytes.try_into().map(Some).map_err(|_| {
                anyhow::anyhow!("{} is damaged: restore it from a backup", path.display())
            }),
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(err) => Err(err).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// Makes the key of a new desk.
    ///
    /// # Errors
    /// The disk is full or broken.
    pub fn make_desk_key(&self) -> anyhow::Result<[u8; 32]> {
        let key = chance::<32>();
        write_durably(&self.key_file(), &key)?;
        Ok(key)
    }

    /// Where the private key of the log lies.
    pub fn log_key_file(&self) -> PathBuf {
        self.keys().join("log.key")
    }

    /// Where the newest checkpoint is remembered outside the database: a database that was put back
    /// to an earlier day is seen by it.
    pub fn checkpoint_file(&self) -> PathBuf {
        self.keys().join("log.checkpoint")
    }

    /// Keeps bytes under their hash and returns it in hex. Durable before it returns, so that a
    /// row can name it. The same bytes twice are one file.
    ///
    /// # Errors
    /// The disk is full or broken.
    pub fn keep_blob(&self, bytes: &[u8]) -> anyhow::Result<String> {
        let sha256 = hex::encode(Sha256::digest(bytes));
        let path = self.blob_path(&sha256);
        if !path.exists() {
            let dir = path.parent().expect("a blob lies in a folder");
            fs::create_dir_all(dir)?;
            // A folder that is new must survive a power cut as its file does.
            File::open(self.blobs())?.sync_all()?;
            write_durably(&path, bytes)?;
        }
        Ok(sha256)
    }

    /// The bytes under a hash, checked against it.
    ///
    /// # Errors
    /// The file is not there, or is not what its name says.
    pub fn blob(&self, sha256: &str) -> anyhow::Result<Vec<u8>> {
        let path = self.blob_path(sha256);
        let mut bytes = Vec::new();
        let open = File::open(&path).with_context(|| format!("no blob {sha256}"))?;
        // A blob is at most what the guarded fetch lets through; twice that is a damaged folder.
        open.take(BLOB_BYTES_MAX).read_to_end(&mut bytes)?;
        anyhow::ensure!(
            hex::encode(Sha256::digest(&bytes)) == sha256,
            "the blob {sha256} is damaged: restore it from a backup"
        );
        Ok(bytes)
    }

    fn blob_path(&self, sha256: &str) -> PathBuf {
        let (dir, name) = sha256.split_at(2.min(sha256.len()));
        self.blobs().join(dir).join(name)
    }
}

/// The largest file in the store of blobs.
pub(crate) const BLOB_BYTES_MAX: u64 = 64 * 1024 * 1024;

#[cfg(unix)]
fn only_owner(dir: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::set_permissions(dir, fs::Permissions::from_mode(0o700))?)
}

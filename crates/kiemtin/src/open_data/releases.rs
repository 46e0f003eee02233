//! The releases in a desk's folder: one a night, named for its day. Derived: not in a backup, and
//! another node has its own.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use kiemtin_core::time::Timestamp;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::package::{PACKAGE, Package, SUMS, sums};

/// How many are kept: a week, so that whoever quotes yesterday's still finds it.
const KEPT: usize = 7;
/// The name under which the newest one is asked for.
const LATEST: &str = "latest";

/// The folder of a desk's releases; it may be absent.
#[derive(Clone, Debug)]
pub struct Releases(PathBuf);

/// One release.
#[derive(Clone, Debug)]
pub struct Release {
    /// Its day, `2026-11-24`.
    pub day: String,
    folder: PathBuf,
}

/// A line of the statistics.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FigureLine {
    /// Which figure.
    pub name: String,
    /// Of what.
    pub key: String,
    /// The number.
    pub value: Option<i64>,
    /// Out of how many.
    pub out_of: Option<i64>,
}

/// A file that is served.
#[derive(Clone, Debug)]
pub struct Served {
    /// Where it lies.
    pub path: PathBuf,
    /// Its hash in hex.
    pub sha256: String,
}

impl Releases {
    /// Those in this folder.
    pub fn at(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Where the release of a day lies, or will.
    pub fn path(&self, day: &str) -> PathBuf {
        self.0.join(day)
    }

    /// The release of a day, or the `latest`.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn find(&self, name: &str) -> anyhow::Result<Option<Release>> {
        let days = self.days()?;
        let day = match name {
            LATEST => days.last(),
            _ => days.iter().find(|it| *it == name),
        };
        Ok(day.map(|it| Release { day: it.clone(), folder: self.path(it) }))
    }

    /// The newest release.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn newest(&self) -> anyhow::Result<Option<Release>> {
        self.find(LATEST)
    }

    /// The days of all releases, the oldest first.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn days(&self) -> anyhow::Result<Vec<String>> {
        if !self.0.exists() {
            return Ok(Vec::new());
        }
        let cannot = || format!("cannot read {}", self.0.display());
        let mut days = Vec::new();
        for entry in fs::read_dir(&self.0).with_context(cannot)? {
            let name = entry.with_context(cannot)?.file_name().to_string_lossy().into_owned();
            let is_day = Timestamp::parse(&name).is_some_and(|it| it.iso_date() == name);
            if is_day && self.path(&name).join(PACKAGE).is_file() {
                days.push(name);
            }
        }
        days.sort_unstable();
        Ok(days)
    }

    /// Makes the folder, and takes away what an export that was cut off left.
    ///
    /// # Errors
    /// The disk is full or broken.
    pub fn prepare(&self) -> anyhow::Result<()> {
        fs::create_dir_all(&self.0)?;
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().ends_with(".part") {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    }

    /// Takes away all but the newest.
    ///
    /// # Errors
    /// The disk is broken.
    pub fn prune(&self) -> anyhow::Result<()> {
        let days = self.days()?;
        for day in &days[..days.len().saturating_sub(KEPT)] {
            fs::remove_dir_all(self.path(day))?;
        }
        Ok(())
    }
}

impl Release {
    /// What it holds.
    ///
    /// # Errors
    /// It is damaged.
    pub fn package(&self) -> anyhow::Result<Package> {
        Package::read(&self.folder)
    }

    /// Its statistics.
    ///
    /// # Errors
    /// It is damaged.
    pub fn figures(&self) -> anyhow::Result<Vec<FigureLine>> {
        let path = self.folder.join("statistics.jsonl");
        let text = fs::read_to_string(&path);
        let text = text.with_context(|| format!("cannot read {}", path.display()))?;
        let line = |it| serde_json::from_str(it);
        let lines = text.lines().map(line).collect::<Result<_, _>>();
        lines.with_context(|| format!("{} is damaged", path.display()))
    }

    /// One of its files, by its name.
    ///
    /// # Errors
    /// It is damaged.
    pub fn file(&self, name: &str) -> anyhow::Result<Option<Served>> {
        if name == SUMS {
            let path = self.folder.join(SUMS);
            let sha256 = hex::encode(Sha256::digest(fs::read(&path)?));
            return Ok(Some(Served { path, sha256 }));
        }
        // Only what is listed is served: a name is never a way out of the folder.
        let listed = sums(&self.folder)?.into_iter().find(|(it, _)| it == name);
        Ok(listed.map(|(name, sha256)| Served { path: self.folder.join(name), sha256 }))
    }
}

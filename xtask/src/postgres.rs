//! A scratch PostgreSQL cluster for the tests, made from the installed programs.
//!
//! It lives in a temporary folder, listens on loopback and a Unix socket only, trusts whoever is on
//! this machine, syncs nothing, and belongs to a user other than root, as PostgreSQL demands. A
//! small shell (`minder.sh`) holds it and takes it away when its standard input closes. That
//! happens on drop, on a panic, on Ctrl-C and on `kill -9` alike, without a signal handler.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::debian;
use crate::program::{Outcome, on_path, says};

const MINDER: &str = include_str!("minder.sh");
/// Another program may take the free port between our look and the start.
const STARTS_MAX: u32 = 3;

/// A running cluster. Dropping it stops the server and removes its folder.
pub(crate) struct Cluster {
    minder: Child,
    folder: PathBuf,
    /// Where tests make their databases.
    pub(crate) url: String,
    /// What the server says of itself: `15.18`.
    pub(crate) version: String,
}

impl Cluster {
    /// Starts a cluster from the programs in `programs`.
    pub(crate) fn start(programs: &Path) -> Outcome<Self> {
        let mut res = Self::try_start(programs, 1);
        for attempt in 2..=STARTS_MAX {
            if res.is_ok() {
                break;
            }
            res = Self::try_start(programs, attempt);
        }
        res
    }

    fn try_start(programs: &Path, attempt: u32) -> Outcome<Self> {
        let owner = Owner::of_cluster()?;
        let name = format!("kiemtin-postgres-{}-{attempt}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let failed = |err: std::io::Error| format!("{} cannot be made: {err}", folder.display());
        fs::DirBuilder::new().mode(0o700).create(&folder).map_err(failed)?;
        if let Some(owner) = &owner {
            chown(&folder, Some(owner.uid), Some(owner.gid)).map_err(failed)?;
        }
        let port = free_port()?;
        let mut minder = Command::new("sh");
        minder.args(["-c", MINDER, "minder"]).args([programs, &folder]).arg(port.to_string());
        // Its own process group, so that Ctrl-C reaches the tests and leaves it time to clean up.
        minder.current_dir(&folder).env("HOME", &folder).process_group(0);
        if let Some(owner) = &owner {
            minder.uid(owner.uid).gid(owner.gid);
        }
        minder.stdin(Stdio::piped()).stdout(Stdio::piped());
        let minder = minder.spawn().map_err(|err| format!("sh did not start: {err}"))?;
        let version = version(programs);
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        Self { minder, folder, url, version }.wait_until_ready()
    }

    fn wait_until_ready(mut self) -> Outcome<Self> {
        let out = self.minder.stdout.take().expect("stdout was piped at the start");
        let mut line = String::new();
        let read = BufReader::new(out).read_line(&mut line);
        match read {
            Ok(_) if line.trim() == "ready" => Ok(self),
            _ => Err("PostgreSQL is installed and did not start; its words stand above".to_owned()),
        }
    }

    /// How many databases were made so far: a suite that ran on this engine made some.
    pub(crate) fn n_databases_made(&self) -> usize {
        // Without a log nothing is shown to have run, which is what 0 says.
        let log = fs::read(self.folder.join("log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log).to_lowercase();
        log.lines().filter(|it| it.contains("create database ")).count()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.minder.stdin.take());
        // The minder removes the folder as its last deed; nothing is left to do if it is gone.
        let _ = self.minder.wait();
    }
}

/// The folder of `initdb` and `pg_ctl`, installed first if that may be done. The error says what
/// is skipped and what to type.
pub(crate) fn programs() -> Outcome<PathBuf> {
    if let Some(found) = find_programs() {
        return Ok(found);
    }
    debian::install(&["postgresql"])?;
    find_programs().ok_or_else(|| "the package postgresql brought no initdb".to_owned())
}

/// Debian keeps the programs of each major version apart: the newest one, or else `PATH`.
fn find_programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|it| it.ok())
        .filter_map(|it| Some((it.file_name().to_str()?.parse().ok()?, it.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").is_file() && bin.join("pg_ctl").is_file())
        .collect();
    versions.sort();
    let newest = versions.pop().map(|(_, bin)| bin);
    newest.or_else(|| Some(fs::canonicalize(on_path(&["initdb"])?).ok()?.parent()?.to_owned()))
}

/// The user that owns the cluster when we are root, which PostgreSQL refuses to run as.
struct Owner {
    uid: u32,
    gid: u32,
}

impl Owner {
    /// `postgres` for root; nobody else than ourselves for others.
    fn of_cluster() -> Outcome<Option<Self>> {
        if !debian::is_root() {
            return Ok(None);
        }
        let users = fs::read_to_string("/etc/passwd").map_err(|err| format!("no users: {err}"))?;
        let owner = Self::named("postgres", &users).or_else(|| Self::named("nobody", &users));
        owner.map(Some).ok_or_else(|| "there is no user `postgres` to run PostgreSQL as".to_owned())
    }

    fn named(name: &str, passwd: &str) -> Option<Self> {
        let fields = |line: &str| line.split(':').map(str::to_owned).collect::<Vec<_>>();
        let user = passwd.lines().map(fields).find(|it| it[0] == name)?;
        Some(Self { uid: user.get(2)?.parse().ok()?, gid: user.get(3)?.parse().ok()? })
    }
}

fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr());
    listener.map(|it| it.port()).map_err(|err| format!("no free port on 127.0.0.1: {err}"))
}

fn version(programs: &Path) -> String {
    let words = says(Command::new(programs.join("postgres")).arg("--version")).unwrap_or_default();
    let number = words.split_whitespace().find(|it| it.starts_with(|c: char| c.is_ascii_digit()));
    number.unwrap_or("of unknown version").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_read_from_the_list_of_users() {
        let users = "root:x:0:0:root:/root:/bin/sh\npostgres:x:107:114::/var/lib:/bin/sh\n";
        let owner = Owner::named("postgres", users).expect("it is listed");
        assert_eq!((owner.uid, owner.gid), (107, 114));
        assert!(Owner::named("nobody", users).is_none());
    }

    #[test]
    fn a_cluster_that_cannot_start_leaves_no_folder() {
        let name = format!("kiemtin-postgres-{}-", std::process::id());
        let err = Cluster::start(Path::new("/no/such/programs")).err().expect("nothing is there");
        assert!(err.contains("did not start"), "{err}");
        let left = fs::read_dir(std::env::temp_dir()).expect("it is readable").flatten();
        let left: Vec<_> = left.map(|it| it.file_name()).collect();
        assert!(left.iter().all(|it| !it.to_string_lossy().starts_with(&name)), "{left:?}");
    }
}

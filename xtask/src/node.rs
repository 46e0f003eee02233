//! Other people's programs for Node that tests ask, as their lock file says: an OpenID Connect
//! provider to sign in at, the driver of a browser, checkers of accessibility, markup and types.
//!
//! They are installed beside the builds, so that the source holds no `node_modules`. The checker of
//! HTML among them needs Java, and the driver a browser.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::program::{Outcome, on_path, root, run, target};
use crate::{debian, screenshots};

/// Where tests look for them.
pub(crate) const PLACE: &str = "KIEMTIN_TEST_NODE";
const SOURCE: &str = "crates/kiemtin/tests/node";
/// Written last, with the lock file that was installed.
const DONE: &str = "installed.json";

/// The folder of the programs, installed first if that may be done. The error says what is skipped
/// and what to type.
pub(crate) fn ready() -> Outcome<PathBuf> {
    if on_path(&["node"]).is_none() || on_path(&["npm"]).is_none() {
        debian::install(&["nodejs", "npm"])?;
    }
    if on_path(&["java"]).is_none() {
        debian::install(&["default-jre-headless"])?;
    }
    screenshots::browser()?;
    let folder = root().join(target()).join("node-tools");
    let failed = |err: std::io::Error| format!("{} cannot be made: {err}", folder.display());
    fs::create_dir_all(&folder).map_err(failed)?;
    for file in fs::read_dir(root().join(SOURCE)).map_err(failed)? {
        let file = file.map_err(failed)?;
        fs::copy(file.path(), folder.join(file.file_name())).map_err(failed)?;
    }
    let lock = fs::read(folder.join("package-lock.json")).map_err(failed)?;
    // A folder that is not there, or was left half-way, has no such file: it is installed anew.
    if fs::read(folder.join(DONE)).is_ok_and(|it| it == lock) {
        return Ok(folder);
    }
    run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    fs::write(folder.join(DONE), lock).map_err(failed)?;
    Ok(folder)
}

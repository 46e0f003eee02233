//! The OpenID Connect provider that tests sign in at: npm `oidc-provider`, as its lock file says.
//!
//! It is installed beside the builds, so that the source holds no `node_modules`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::debian;
use crate::program::{Outcome, on_path, root, run, target};

/// Where tests look for it.
pub(crate) const PLACE: &str = "KIEMTIN_TEST_OIDC";
const SOURCE: &str = "crates/kiemtin/tests/oidc";
const FILES: [&str; 3] = ["package.json", "package-lock.json", "provider.mjs"];
/// Written last, with the lock file that was installed.
const DONE: &str = "installed.json";

/// The folder of the provider, installed first if that may be done. The error says what is skipped
/// and what to type.
pub(crate) fn ready() -> Outcome<PathBuf> {
    if on_path(&["node"]).is_none() || on_path(&["npm"]).is_none() {
        debian::install(&["nodejs", "npm"])?;
    }
    let folder = target().join("oidc");
    let failed = |err: std::io::Error| format!("{} cannot be made: {err}", folder.display());
    fs::create_dir_all(&folder).map_err(failed)?;
    for name in FILES {
        fs::copy(root().join(SOURCE).join(name), folder.join(name)).map_err(failed)?;
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

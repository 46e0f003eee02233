//! Other people's checkers of archives and timestamps, for the tests that ask them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::debian;
use crate::program::{Outcome, on_path, root, run, target};

/// Fixed versions: what passes today passes tomorrow.
const TOOLS: [&str; 2] = ["warcio==1.8.1", "wacz==0.6.0"];
const PROGRAMS: [&str; 2] = ["warcio", "wacz"];
/// Where tests look for them.
pub(crate) const PLACE: &str = "KIEMTIN_TEST_PYTHON";

/// Sees to it that the tools are there, those in Python in a folder of their own beside the builds,
/// and says where that is.
pub(crate) fn ready() -> Outcome<PathBuf> {
    if on_path(&["openssl"]).is_none() {
        debian::install(&["openssl"])?;
    }
    let folder = root().join(target()).join("python-tools");
    let programs = folder.join("bin");
    if is_whole(&programs) {
        return Ok(programs);
    }
    let make = || run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
    if make().is_err() {
        debian::install(&["python3", "python3-venv"])?;
        make()?;
    }
    let pip = programs.join("pip");
    run(Command::new(pip).args(["install", "--quiet", "--disable-pip-version-check"]).args(TOOLS))?;
    let missing = "the packages brought no warcio or no wacz";
    if is_whole(&programs) { Ok(programs) } else { Err(missing.to_owned()) }
}

fn is_whole(programs: &Path) -> bool {
    PROGRAMS.iter().all(|it| programs.join(it).is_file())
}

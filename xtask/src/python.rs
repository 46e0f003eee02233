//! Other people's programs in Python that tests ask: checkers of archives, readers of markup, feeds
//! and Parquet, a client of Google's interface, a tester of interfaces.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::debian;
use crate::program::{Outcome, on_path, root, run, target};

/// Fixed versions: what passes today passes tomorrow.
const TOOLS: [&str; 7] = [
    "duckdb==2.0.1",
    "extruct==0.18.0",
    "feedparser==6.0.14",
    "google-api-python-client==2.202.0",
    "schemathesis==4.32.5",
    "wacz==0.6.0",
    "warcio==1.8.1",
];
/// Where tests look for them.
pub(crate) const PLACE: &str = "KIEMTIN_TEST_PYTHON";
/// Written last, with the versions that were installed.
const DONE: &str = "installed.txt";

/// Sees to it that the tools are there, in a folder of their own beside the builds, and says where
/// their programs are.
pub(crate) fn ready() -> Outcome<PathBuf> {
    if on_path(&["openssl"]).is_none() {
        debian::install(&["openssl"])?;
    }
    let folder = root().join(target()).join("python-tools");
    let (programs, wanted) = (folder.join("bin"), TOOLS.join("\n"));
    if fs::read_to_string(folder.join(DONE)).is_ok_and(|it| it == wanted) {
        return Ok(programs);
    }
    let make = || run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
    if make().is_err() {
        debian::install(&["python3", "python3-venv"])?;
        make()?;
    }
    let pip = programs.join("pip");
    run(Command::new(pip).args(["install", "--quiet", "--disable-pip-version-check"]).args(TOOLS))?;
    fs::write(folder.join(DONE), wanted).map_err(|err| format!("{}: {err}", folder.display()))?;
    Ok(programs)
}

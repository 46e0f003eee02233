//! Go with the packages of its checksum database: they check the public log in a test, since nobody
//! should take our own program's word for it.

use std::path::Path;

use crate::debian;
use crate::program::{Outcome, on_path};

const PACKAGES: [&str; 2] = ["golang-go", "golang-golang-x-mod-dev"];
const SOURCES: &str = "/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog";

/// Sees to it that both are there, or says what is missing.
pub(crate) fn ready() -> Outcome {
    if on_path(&["go"]).is_some() && Path::new(SOURCES).is_dir() {
        return Ok(());
    }
    debian::install(&PACKAGES)
}

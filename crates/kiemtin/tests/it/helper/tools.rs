//! Other people's programs that check what the desk keeps; on the CI machine they must be there.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Where `cargo xtask test` put the Python tools.
const PYTHON_TOOLS: &str = "KIEMTIN_TEST_PYTHON";

/// A program of this name, or none with a sentence that says so.
pub(crate) fn tool(name: &str) -> Option<PathBuf> {
    let given = std::env::var_os(PYTHON_TOOLS).map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = given.into_iter().chain(std::env::split_paths(&path)).map(|it| it.join(name));
    let found = found.into_iter().find(|it| it.is_file());
    if found.is_none() {
        let is_ci = std::env::var("CI").is_ok_and(|it| it == "true" || it == "1");
        assert!(!is_ci, "{name} is not installed");
        eprintln!("SKIPPED: {name} is not installed");
    }
    found
}

/// Runs a program in a folder: whether it says yes, and its words.
pub(crate) fn says_yes(program: &Path, args: &[&str], folder: &Path) -> (bool, String) {
    let output = Command::new(program).args(args).current_dir(folder).output().expect("it runs");
    let words = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&words).into_owned())
}

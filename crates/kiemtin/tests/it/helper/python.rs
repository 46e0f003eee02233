//! Other people's libraries in Python, asked by short scripts of ours in `tests/python`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::tools::{says_yes, tool};

/// Python with this module, or none with a sentence that says so; on the CI machine it must be there.
pub(crate) fn python_with(module: &str) -> Option<PathBuf> {
    let python = tool("python3")?;
    let import = format!("import {module}");
    let found = Command::new(&python).args(["-c", &import]).output().expect("python runs");
    if found.status.success() {
        return Some(python);
    }
    let is_ci = std::env::var("CI").is_ok_and(|it| it == "true" || it == "1");
    assert!(!is_ci, "the Python module {module} is not installed");
    eprintln!("SKIPPED: the Python module {module} is not installed");
    None
}

/// Runs one of our scripts to its end; what it printed.
#[track_caller]
pub(crate) fn script(python: &Path, name: &str, args: &[&str]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python").join(name);
    let path = path.to_str().expect("a path of UTF-8");
    let (ok, words) = says_yes(python, &[&[path], args].concat(), Path::new("."));
    assert!(ok, "{name}: {words}");
    words
}

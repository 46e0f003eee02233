//! Starting other programs, and saying which one failed.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a command gives back: nothing, or one sentence that says what went wrong.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// The top folder of the workspace, wherever the command was typed.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask lies in a folder of the workspace")
}

/// Where builds go: `CARGO_TARGET_DIR`, or `target`.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// True on the CI machine, where a skip is a failure.
pub(crate) fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|it| it == "true" || it == "1")
}

/// Every member, as it is built for tests and lints: on the CI machine with what embedding models
/// need, so that nothing is built twice there; at home that would take minutes the first time.
pub(crate) fn workspace() -> &'static [&'static str] {
    if is_ci() {
        &["--workspace", "--features", "kiemtin/embed,bench/embed"]
    } else {
        &["--workspace"]
    }
}

/// The cargo that runs us, at the top of the workspace.
pub(crate) fn cargo<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(args).current_dir(root());
    command
}

/// Prints the command line, runs it with our terminal, and fails if it fails.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let line = command_line(command);
    eprintln!("$ {line}");
    let status = command.status().map_err(|err| format!("`{line}` did not start: {err}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{line}` failed ({status})")) }
}

/// What the program says of itself, trimmed; `None` when it is absent or fails.
pub(crate) fn says(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|it| it.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// True when cargo has the subcommand: `cargo nextest`, `cargo deny`.
pub(crate) fn has_subcommand(name: &str) -> bool {
    says(&mut cargo([name, "--version"])).is_some()
}

/// The first of these programs that stands in a folder of `PATH`.
pub(crate) fn on_path(names: &[&str]) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&folders).collect();
    names.iter().find_map(|name| folders.iter().map(|it| it.join(name)).find(|it| it.is_file()))
}

/// The program and its arguments as one would type them.
pub(crate) fn command_line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|it| it.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_named_with_its_arguments() {
        let err = run(Command::new("sh").args(["-c", "exit 3"])).expect_err("it exits with 3");
        assert!(err.contains("sh -c exit 3") && err.contains('3'), "{err}");
        let err = run(&mut Command::new("/no/such/program")).expect_err("it is not there");
        assert!(err.contains("program") && err.contains("did not start"), "{err}");
    }

    #[test]
    fn programs_are_found_on_the_path_in_the_order_asked() {
        let found = on_path(&["no-such-program-anywhere", "sh"]).expect("every machine has sh");
        assert!(found.ends_with("sh"), "{found:?}");
        assert_eq!(on_path(&["no-such-program-anywhere"]), None);
    }
}

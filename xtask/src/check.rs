//! What is quick enough for each push, and what the CI machine adds to it.

use std::process::Command;

use crate::program::{self, Outcome, cargo, has_subcommand, is_ci, root};
use crate::suite;

/// `cargo xtask check`: formatting, lints, dependencies, tidiness.
pub(crate) fn run(_: &[String]) -> Outcome {
    program::run(&mut cargo(["fmt", "--all", "--check"]))
        .map_err(|err| format!("{err}; `cargo fmt --all` puts it right"))?;
    let mut clippy = cargo(["clippy", "--all-targets", "--quiet"]);
    program::run(clippy.args(program::workspace()).args(["--", "-D", "warnings"]))?;
    // The first build has no models: what only it compiles is looked at as well.
    if is_ci() {
        program::run(
            cargo(["check", "--quiet", "--package", "kiemtin"]).args(["--bins", "--lib"]),
        )?;
    }
    dependencies()?;
    suite::only("tidy::")
}

/// Which crates, licences and registries we depend on, against `deny.toml`.
fn dependencies() -> Outcome {
    if !has_subcommand("deny") {
        eprintln!("SKIPPED: dependencies. Type: cargo install cargo-deny --locked");
        return Ok(());
    }
    let deny = ["deny", "--locked", "check", "--hide-inclusion-graph"];
    program::run(cargo(deny).args(["bans", "licenses", "sources"]))
}

/// `cargo xtask doc`
pub(crate) fn doc(_: &[String]) -> Outcome {
    let mut rustdoc = cargo(["doc", "--workspace", "--no-deps", "--document-private-items"]);
    program::run(rustdoc.env("RUSTDOCFLAGS", "-D warnings"))
}

/// `cargo xtask ci`
pub(crate) fn ci(_: &[String]) -> Outcome {
    let mut script = Command::new("bash");
    program::run(script.arg(".ci/run").current_dir(root()).env("CI", "true"))
}

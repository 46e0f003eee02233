//! Every test of the workspace, on both engines, and an honest account of what was skipped.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::Command;

use crate::go;
use crate::node;
use crate::poppler;
use crate::postgres::{self, Cluster};
use crate::program::{self, Outcome, cargo, has_subcommand, is_ci};
use crate::python;
use crate::tally::{Runner, Tally, count};
use crate::tesseract;

/// Where tests find PostgreSQL. Each makes its own database there and drops it.
const POSTGRES: &str = "KIEMTIN_TEST_POSTGRES";

/// What was asked for on the command line.
struct Wanted<'a> {
    quick: bool,
    /// For the test runner: names of tests, or its own flags.
    args: &'a [String],
}

/// `cargo xtask test [--quick] [-- ARGS]`
pub(crate) fn run(args: &[String]) -> Outcome {
    let wanted = parse(args)?;
    let mut skips = Vec::new();
    let server = server(&wanted, &mut skips)?;
    // Tests that read pictures say themselves that they skip; here it is counted.
    if let Err(why) = tesseract::ready() {
        skips.push(format!("text in pictures: tesseract: {why}"));
    }
    if let Err(why) = poppler::ready() {
        skips.push(format!("PDF documents: pdftotext: {why}"));
    }
    if let Err(why) = go::ready() {
        skips.push(format!("the public log checked by Go's packages: {why}"));
    }
    let oracles = Oracles::ready(&mut skips);
    let mut tally = unit_and_whole(&wanted, &server, &oracles)?;
    if wanted.quick {
        skips.push("doc tests: --quick was given".to_owned());
        skips.push("embedding models: --quick was given".to_owned());
    } else if wanted.args.is_empty() {
        tally += doc_tests(&server)?;
        // The CI machine built everything with models, and ran their tests with the others.
        if !is_ci() {
            tally += models(&server)?;
        }
    }
    let engines = server.engines(wanted.args.is_empty(), &mut skips);
    drop(server);
    if tally.n_skipped > 0 && wanted.args.is_empty() {
        skips.push(format!("{} ignored tests", tally.n_skipped));
    }
    println!("\nEngines: {engines}");
    for skip in &skips {
        println!("SKIPPED: {skip}");
    }
    println!("{} passed, {} failed", tally.n_passed, tally.n_failed);
    verdict(tally, &skips)
}

/// `cargo xtask sample`
pub(crate) fn sample(_: &[String]) -> Outcome {
    only("sample")
}

/// The tests of `crates/kiemtin/tests/it` whose name begins with `prefix`; none is a failure.
pub(crate) fn only(prefix: &str) -> Outcome {
    // Of the whole workspace, as the suite is: other features would build the product once more.
    let mut test = cargo(["test", "--quiet", "--test", "it"]);
    test.args(program::workspace()).args(["--", prefix]);
    let counted = count(Runner::Libtest, &mut test)?;
    match (counted.success, counted.tally.n_passed) {
        (false, _) => Err(format!("a test under `{prefix}` failed")),
        (true, 0) => Err(format!("there is no test under `{prefix}` in crates/kiemtin/tests/it")),
        (true, _) => Ok(()),
    }
}

fn parse(args: &[String]) -> Outcome<Wanted<'_>> {
    let (ours, args) = match args.iter().position(|it| it == "--") {
        Some(at) => (&args[..at], &args[at + 1..]),
        None => (args, &args[args.len()..]),
    };
    if let Some(other) = ours.iter().find(|it| *it != "--quick") {
        return Err(format!("{other:?} is not known; what is for the test runner follows `--`"));
    }
    Ok(Wanted { quick: !ours.is_empty(), args })
}

/// Other people's programs that tests ask, and where they lie.
struct Oracles(Vec<(&'static str, PathBuf)>);

impl Oracles {
    /// Sees to it that they are there; what is not is said to be skipped.
    fn ready(skips: &mut Vec<String>) -> Self {
        let wanted = [
            (python::PLACE, "checkers in Python, openssl", python::ready()),
            (node::PLACE, "checkers for Node, a provider to sign in at, a browser", node::ready()),
        ];
        let mut places = Vec::new();
        for (name, what, place) in wanted {
            match place {
                Ok(place) => places.push((name, place)),
                Err(why) => skips.push(format!("{what}: {why}")),
            }
        }
        Self(places)
    }

    /// Tells the tests where they are.
    fn tell(&self, tests: &mut Command) {
        for (name, place) in &self.0 {
            tests.env(name, place);
        }
    }
}

/// Which PostgreSQL the tests get.
enum Server {
    None,
    /// The one that the developer named in the environment.
    Named,
    Scratch(Cluster),
}

impl Server {
    /// Tells the tests where it is.
    fn tell(&self, command: &mut Command) {
        match self {
            Self::None => command.env_remove(POSTGRES),
            Self::Named => command,
            Self::Scratch(cluster) => command.env(POSTGRES, &cluster.url),
        };
    }

    /// Which engines the tests ran on. An engine that no test touched did not run.
    fn engines(&self, whole_suite: bool, skips: &mut Vec<String>) -> String {
        match self {
            Self::None => "SQLite".to_owned(),
            Self::Named => format!("SQLite, PostgreSQL (the server in {POSTGRES})"),
            Self::Scratch(cluster) => {
                let (version, n_made) = (&cluster.version, cluster.n_databases_made());
                if n_made == 0 && whole_suite {
                    skips.push(format!("PostgreSQL {version} was started and no test used it"));
                }
                format!("SQLite, PostgreSQL {version} ({n_made} databases made by tests)")
            }
        }
    }
}

fn server(wanted: &Wanted<'_>, skips: &mut Vec<String>) -> Outcome<Server> {
    if wanted.quick {
        skips.push("PostgreSQL: --quick was given".to_owned());
        return Ok(Server::None);
    }
    if std::env::var_os(POSTGRES).is_some() {
        return Ok(Server::Named);
    }
    match postgres::programs() {
        Ok(programs) => Ok(Server::Scratch(Cluster::start(&programs)?)),
        Err(why) => {
            let skip = format!("PostgreSQL: {why}");
            eprintln!("SKIPPED: {skip}");
            skips.push(skip);
            Ok(Server::None)
        }
    }
}

/// Everything but doc tests, built first so that cargo's progress is seen.
fn unit_and_whole(wanted: &Wanted<'_>, server: &Server, oracles: &Oracles) -> Outcome<Tally> {
    let nextest = has_subcommand("nextest");
    let runner: &[&str] = if nextest { &["nextest", "run"] } else { &["test"] };
    let targets: &[&str] = if nextest { &[] } else { &["--lib", "--bins", "--tests"] };
    let members = program::workspace();
    let build = runner.iter().chain(members).chain(&["--no-run"]).chain(targets);
    program::run(&mut cargo(build))?;
    let mut tests = cargo(runner.iter().chain(members).chain(&["--no-fail-fast"]).chain(targets));
    tests.args(wanted.args);
    oracles.tell(&mut tests);
    if std::io::stderr().is_terminal() {
        tests.env("CARGO_TERM_COLOR", "always");
    }
    server.tell(&mut tests);
    counted(if nextest { Runner::Nextest } else { Runner::Libtest }, &mut tests)
}

fn doc_tests(server: &Server) -> Outcome<Tally> {
    let mut tests = cargo(["test", "--doc", "--quiet", "--no-fail-fast"]);
    tests.args(program::workspace());
    server.tell(&mut tests);
    counted(Runner::Libtest, &mut tests)
}

/// What needs embedding models, which only a feature builds in: everything else ran without it.
fn models(server: &Server) -> Outcome<Tally> {
    let mut tests = cargo(["test", "--quiet", "--package", "kiemtin", "--features", "embed"]);
    tests.args(["--test", "it", "--", "embed::", "cli::model::", "cli::eval::"]);
    server.tell(&mut tests);
    counted(Runner::Libtest, &mut tests)
}

/// A runner that fails with no failed test had no tests to blame: it did not build, or crashed.
fn counted(runner: Runner, tests: &mut Command) -> Outcome<Tally> {
    let counted = count(runner, tests)?;
    if !counted.success && counted.tally.n_failed == 0 {
        return Err(format!("`{}` failed, see above", program::command_line(tests)));
    }
    Ok(counted.tally)
}

fn verdict(tally: Tally, skips: &[String]) -> Outcome {
    if tally.n_failed > 0 {
        return Err(format!("{} tests failed", tally.n_failed));
    }
    if tally.n_passed == 0 {
        return Err("no test ran".to_owned());
    }
    if is_ci() && !skips.is_empty() {
        return Err("with CI=true a skip is a failure".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn what_follows_two_dashes_is_for_the_runner() {
        let args = words("--quick -- --quick masks");
        let wanted = parse(&args).expect("valid");
        assert!(wanted.quick);
        assert_eq!(wanted.args, words("--quick masks"));
        let args = words("--");
        assert!(!parse(&args).expect("valid").quick);
        assert!(parse(&words("--fast")).is_err());
    }

    #[test]
    fn a_run_without_tests_is_no_success() {
        assert!(verdict(Tally::default(), &[]).is_err());
        let failed = Tally { n_passed: 1, n_failed: 1, n_skipped: 0 };
        assert!(verdict(failed, &[]).is_err());
        let passed = Tally { n_passed: 1, n_failed: 0, n_skipped: 0 };
        assert!(verdict(passed, &[]).is_ok());
        assert_eq!(verdict(passed, &["PostgreSQL".to_owned()]).is_err(), is_ci());
    }
}

//! Developers' commands. `cargo xtask` prints them; each is one function in the file named for it.
//!
//! No dependencies, so that the first command runs a second after the checkout. What needs some
//! (benchmarks, scorers, training) lives in `bench`.

mod bench;
mod check;
mod debian;
mod go;
mod node;
mod poppler;
mod postgres;
mod program;
mod python;
mod screenshots;
mod suite;
mod tally;
mod tesseract;

use std::process::ExitCode;

use program::Outcome;

/// One command: its name, what may follow it, what it is for, and what runs.
struct Command {
    name: &'static str,
    takes: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Outcome,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "test",
        takes: "[--quick] [-- ARGS]",
        about: "every test, on SQLite and PostgreSQL; --quick: SQLite only, no doc tests, no models",
        run: suite::run,
    },
    Command {
        name: "check",
        takes: "",
        about: "what is quick enough for each push: format, lints, dependencies, tidiness",
        run: check::run,
    },
    Command {
        name: "bench",
        takes: "[NAME [ARGS]]",
        about: "figures of this machine, in release mode; without NAME: the list of benchmarks",
        run: bench::run,
    },
    Command {
        name: "train-ranker",
        takes: "--data DIR [--out DIR]",
        about: "learns the weights of the ranker from labelled pairs; repeatable",
        run: bench::train_ranker,
    },
    Command {
        name: "train-worth",
        takes: "--data DIR [--out DIR]",
        about: "learns what makes a text worth checking, from labelled texts; repeatable",
        run: bench::train_worth,
    },
    Command {
        name: "doc",
        takes: "",
        about: "the crates' documentation; a broken link in it is an error",
        run: check::doc,
    },
    Command {
        name: "sample",
        takes: "",
        about: "checks the bundled sample: every claim, source and message",
        run: suite::sample,
    },
    Command {
        name: "screenshots",
        takes: "URL…",
        about: "pictures of running pages as a phone and a desktop show them, in target/screenshots",
        run: screenshots::run,
    },
    Command {
        name: "ci",
        takes: "",
        about: "what the CI machine runs: .ci/run with CI=true, where a skip is a failure",
        run: check::ci,
    },
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = args.split_first() else {
        print!("{}", help());
        return ExitCode::SUCCESS;
    };
    if ["help", "--help", "-h"].contains(&name.as_str()) {
        print!("{}", help());
        return ExitCode::SUCCESS;
    }
    let Some(command) = COMMANDS.iter().find(|it| it.name == name) else {
        eprintln!("There is no command {name:?}.\n\n{}", help());
        return ExitCode::from(2);
    };
    match (command.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("cargo xtask {name}: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn help() -> String {
    let mut text = String::from("Usage: cargo xtask COMMAND\n\n");
    for Command { name, takes, about, run: _ } in COMMANDS {
        let usage = format!("{name} {takes}");
        text.push_str(&format!("  {usage:<26} {about}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_command_on_lines_that_fit() {
        let text = help();
        for command in COMMANDS {
            assert!(text.contains(&format!("  {} ", command.name)), "{} is missing", command.name);
        }
        for line in text.lines() {
            assert!(line.chars().count() <= 120, "too long: {line}");
        }
    }
}

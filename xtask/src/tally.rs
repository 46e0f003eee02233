//! Counts of passed and failed tests, read from the closing lines of nextest and `cargo test`.
//!
//! Their output is passed on as it comes; only the counts are kept.

use std::io::{BufRead, BufReader, Read, Write};
use std::ops::AddAssign;
use std::process::{Command, Stdio};
use std::thread;

use crate::program::{Outcome, command_line};

/// How many tests passed, failed and were not run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) n_passed: u64,
    pub(crate) n_failed: u64,
    pub(crate) n_skipped: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.n_passed += other.n_passed;
        self.n_failed += other.n_failed;
        self.n_skipped += other.n_skipped;
    }
}

/// What a test runner did: its counts, and whether it was content.
pub(crate) struct Counted {
    pub(crate) tally: Tally,
    pub(crate) success: bool,
}

/// Whose closing lines are read. Under nextest, a failed test's own output holds libtest's as well.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Runner {
    Nextest,
    Libtest,
}

/// Runs a test runner, shows what it prints, and counts.
pub(crate) fn count(runner: Runner, command: &mut Command) -> Outcome<Counted> {
    let line = command_line(command);
    eprintln!("$ {line}");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|err| format!("`{line}` did not start: {err}"))?;
    let out = child.stdout.take().expect("stdout was piped above");
    let err = child.stderr.take().expect("stderr was piped above");
    let tally = thread::scope(|scope| {
        let out = scope.spawn(|| pass_on(runner, out, std::io::stdout()));
        let mut tally = pass_on(runner, err, std::io::stderr());
        tally += out.join().expect("passing lines on does not panic");
        tally
    });
    let status = child.wait().map_err(|err| format!("`{line}` was lost: {err}"))?;
    Ok(Counted { tally, success: status.success() })
}

fn pass_on(runner: Runner, from: impl Read, mut to: impl Write) -> Tally {
    let mut tally = Tally::default();
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    // A read error means that the runner is gone; its exit status tells the rest.
    while from.read_until(b'\n', &mut line).is_ok_and(|n_read| n_read > 0) {
        tally += read_line(runner, &plain(&String::from_utf8_lossy(&line)));
        // A closed terminal is no reason to stop counting.
        let _ = to.write_all(&line).and_then(|()| to.flush());
        line.clear();
    }
    tally
}

/// The counts in one line; nothing when it is not a closing line.
fn read_line(runner: Runner, line: &str) -> Tally {
    let line = line.trim();
    let counts = match runner {
        Runner::Nextest if line.starts_with("Summary [") => line.split_once(" run:"),
        Runner::Libtest if line.starts_with("test result:") => line.split_once('.'),
        Runner::Nextest | Runner::Libtest => None,
    };
    let counts = counts.map_or("", |(_, counts)| counts);
    let mut tally = Tally::default();
    for part in counts.split([',', ';']) {
        let mut words = part.split_whitespace();
        let Some(n) = words.next().and_then(|it| it.parse::<u64>().ok()) else {
            continue;
        };
        match words.next() {
            Some("passed") => tally.n_passed += n,
            Some("failed" | "timed" | "exec") => tally.n_failed += n,
            Some("skipped" | "ignored") => tally.n_skipped += n,
            _ => {}
        }
    }
    tally
}

/// The line without the escapes that colour it.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut chars = line.chars();
    while let Some(it) = chars.next() {
        if it == '\u{1b}' {
            chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            text.push(it);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(runner: Runner, line: &str, expected: (u64, u64, u64)) {
        let Tally { n_passed, n_failed, n_skipped } = read_line(runner, &plain(line));
        assert_eq!((n_passed, n_failed, n_skipped), expected, "{line:?}");
    }

    #[test]
    fn closing_lines_of_nextest_are_counted() {
        let check = |line, expected| check(Runner::Nextest, line, expected);
        check("     Summary [   0.010s] 12 tests run: 12 passed, 0 skipped", (12, 0, 0));
        check("     Summary [   9s] 1 test run: 1 passed (1 slow), 3 skipped", (1, 0, 3));
        check("     Summary [ 9s] 9 tests run: 5 passed, 2 failed, 2 timed out", (5, 4, 0));
        check("     Summary [ 9s] 2/9 tests run: 1 passed, 1 exec failed, 0 skipped", (1, 1, 0));
        check(
            "\u{1b}[32;1m Summary\u{1b}[0m [ 1s] \u{1b}[1m2\u{1b}[0m tests run: 2 passed",
            (2, 0, 0),
        );
        check("    Starting 12 tests across 3 binaries (1 skipped)", (0, 0, 0));
    }

    #[test]
    fn closing_lines_of_libtest_are_counted() {
        let check = |line, expected| check(Runner::Libtest, line, expected);
        check(
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 9 filtered out",
            (3, 0, 1),
        );
        check("test result: FAILED. 3 passed; 2 failed; 0 ignored; finished in 0.01s", (3, 2, 0));
        check("test tally::tests::ten_passed ... ok", (0, 0, 0));
        check("", (0, 0, 0));
    }

    #[test]
    fn a_failed_test_shown_by_nextest_is_counted_once() {
        let line = "    test result: FAILED. 0 passed; 1 failed; 0 ignored; 24 filtered out";
        check(Runner::Nextest, line, (0, 0, 0));
    }

    #[test]
    fn a_runner_that_fails_is_told_from_one_that_passes() {
        let exit = |code| {
            let mut sh = Command::new("sh");
            sh.args(["-c", &format!("exit {code}")]);
            count(Runner::Libtest, &mut sh).expect("sh starts")
        };
        assert!(!exit(101).success);
        assert!(exit(0).success);
    }

    #[test]
    fn output_is_passed_on_as_it_came_and_all_its_closing_lines_count() {
        let output = b"one\xff\ntest result: ok. 1 passed; 0 failed\n\ntest result: ok. 2 passed";
        let mut shown = Vec::new();
        let tally = pass_on(Runner::Libtest, &output[..], &mut shown);
        assert_eq!(tally, Tally { n_passed: 3, n_failed: 0, n_skipped: 0 });
        assert_eq!(shown, output);
    }
}

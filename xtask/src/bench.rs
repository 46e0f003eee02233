//! Benchmarks: figures mean something only beside the machine that made them.

use std::fs;
use std::process::Command;

use crate::debian;
use crate::program::{self, Outcome, cargo, on_path, root, says};

/// `cargo xtask bench [NAME [ARGS]]`
pub(crate) fn run(args: &[String]) -> Outcome {
    println!("{}", machine());
    // Reading pages needs nothing of the product, so its benchmark builds in a minute.
    if args.first().is_some_and(|it| it == "extract") {
        let mut bench = cargo(["run", "--release", "--package", "bench-extraction"]);
        if args.iter().any(|it| it == "--peers") {
            bench.args(["--features", "peers"]);
        }
        return program::run(bench.arg("--").args(&args[1..]));
    }
    // Benchmarks run the program itself, too.
    program::run(&mut cargo(["build", "--release", "--quiet"]))?;
    let mut bench = cargo(["run", "--release", "--package", "bench"]);
    match args.first().map(String::as_str) {
        Some("meaning") => _ = bench.args(["--features", "embed"]),
        Some("peers") => _ = bench.args(["--features", "peers"]),
        // Without it the figures lack their ratio, and say so.
        Some("pages") if on_path(&["nginx"]).is_none() => {
            debian::install(&["nginx"]).unwrap_or_else(|why| println!("nginx: {why}"));
        }
        _ => {}
    }
    program::run(bench.arg("--").args(args))
}

/// `cargo xtask train-ranker --data DIR [--out DIR]`
pub(crate) fn train_ranker(args: &[String]) -> Outcome {
    train("train-ranker", args)
}

/// `cargo xtask train-worth --data DIR [--out DIR]`
pub(crate) fn train_worth(args: &[String]) -> Outcome {
    train("train-worth", args)
}

fn train(what: &str, args: &[String]) -> Outcome {
    let mut bench = cargo(["run", "--release", "--package", "bench", "--", what]);
    program::run(bench.args(args))
}

/// What a reader of the figures has to know of the machine, a line each.
fn machine() -> String {
    let unknown = || "unknown".to_owned();
    let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(unknown);
    let n_cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = field("/proc/meminfo", "MemTotal").map_or_else(unknown, |it| gibibytes(&it));
    let kernel = says(Command::new("uname").args(["-s", "-r", "-m"])).unwrap_or_else(unknown);
    let rustc = says(Command::new("rustc").arg("--version")).unwrap_or_else(unknown);
    let describe = ["describe", "--always", "--dirty", "--abbrev=12"];
    let commit = says(Command::new("git").args(describe).current_dir(root()));
    let commit = commit.unwrap_or_else(unknown);
    format!(
        "cpu     {cpu}\ncores   {n_cores}\nmemory  {memory}\nkernel  {kernel}\n\
         rustc   {rustc}\ncommit  {commit}\n"
    )
}

/// The value of the first line `name : value` of a file under /proc.
fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let value =
        text.lines().find_map(|it| it.strip_prefix(name)?.trim_start().strip_prefix(':'))?;
    Some(value.trim().to_owned())
}

fn gibibytes(kibibytes: &str) -> String {
    let n_kib: f64 = kibibytes.trim_end_matches(" kB").parse().unwrap_or(0.0);
    format!("{:.1} GiB", n_kib / 1024.0 / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_is_described_in_six_lines() {
        let text = machine();
        let names: Vec<&str> = text.lines().filter_map(|it| it.split_whitespace().next()).collect();
        assert_eq!(names, ["cpu", "cores", "memory", "kernel", "rustc", "commit"], "{text}");
        assert_eq!(gibibytes("3145728 kB"), "3.0 GiB");
    }
}

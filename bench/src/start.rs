//! How long until somebody can use it: `demo` with its sample, `serve` with nothing, and the size
//! of the program.

use crate::figures::{bar, median, ms};
use crate::program::{Folder, Server, binary};

const N_RUNS: usize = 5;

/// Prints the figures.
///
/// # Errors
/// The program does not start.
pub(crate) fn run() -> anyhow::Result<()> {
    let mut demo = Vec::new();
    let mut serve = Vec::new();
    for _ in 0..N_RUNS {
        demo.push(started_in("demo")?);
        serve.push(started_in("serve")?);
    }
    bar("demo, empty folder until the site answers", &ms(median(&mut demo)), "under 5 s");
    bar("serve, empty folder to the first page", &ms(median(&mut serve)), "under 2 s");
    let mib = binary()?.metadata()?.len() as f64 / f64::from(1 << 20);
    bar("release binary, stripped", &format!("{mib:.1} MiB"), "under 40 MB");
    Ok(())
}

fn started_in(command: &str) -> anyhow::Result<std::time::Duration> {
    let folder = Folder::new()?;
    Ok(Server::start(command, &folder.desk())?.started_in)
}

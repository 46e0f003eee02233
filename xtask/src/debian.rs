//! Installing a Debian package, when this process may.

use std::os::unix::fs::MetadataExt;
use std::process::Command;

use crate::program::{Outcome, on_path, run};

/// Installs packages, or says in one sentence what a person has to type.
pub(crate) fn install(packages: &[&str]) -> Outcome {
    let names = packages.join(" ");
    let by_hand = format!("type: sudo apt-get install {names}");
    if on_path(&["apt-get"]).is_none() {
        return Err(format!("it is not installed and this is no Debian; install {names}"));
    }
    if !is_root() {
        return Err(format!("it is not installed and only root may install it; {by_hand}"));
    }
    let apt = |args: &[&str]| {
        run(Command::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive"))
            .map_err(|err| format!("installing it failed: {err}; {by_hand}"))
    };
    apt(&["-q", "update"])?;
    apt(&[&["-q", "install", "-y", "--no-install-recommends"], packages].concat())
}

/// True when we run as root, as CI does.
pub(crate) fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0)
}

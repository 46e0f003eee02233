//! `kiemtin completions`.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::Cli;

/// Print completions for a shell, for example `kiemtin completions bash > …/kiemtin`.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// Which shell.
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) {
        clap_complete::generate(self.shell, &mut Cli::command(), "kiemtin", &mut std::io::stdout());
    }
}

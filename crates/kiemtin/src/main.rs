//! The program `kiemtin`: see `cli` for its commands.

use std::process::ExitCode;

fn main() -> ExitCode {
    kiemtin::cli::run()
}

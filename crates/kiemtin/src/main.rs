//! The program `kiemtin`: see `cli` for its commands.

use std::process::ExitCode;

/// Pages are made of many small texts.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    kiemtin::cli::run()
}

//! The `prakat` program. Everything is in the library.

use std::process::ExitCode;

/// A build makes and drops many small values in many threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    prakat::cli::run()
}

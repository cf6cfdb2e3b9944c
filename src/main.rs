//! The `prakat` program. Everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    prakat::cli::run()
}

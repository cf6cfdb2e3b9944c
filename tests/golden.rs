//! Golden cases and texts, a test for each, so that one can be run alone:
//! `cargo test cases::NAME`, and `UPDATE=1 cargo test cases::NAME` to write what is expected.
//! See tests/README.md.
#![allow(clippy::disallowed_methods, reason = "tests make, read and change files")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![allow(dead_code, reason = "the fixture is shared with the other tests")]

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

mod cases;
mod support;
mod texts;

/// Whether expected files are to be written instead of compared.
fn update() -> bool {
    std::env::var_os("UPDATE").is_some()
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = cases::trials();
    trials.extend(texts::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}

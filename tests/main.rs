//! All tests that run the program, in one binary.
#![allow(clippy::disallowed_methods, reason = "tests make, read and change files")]

mod cases;
mod support;

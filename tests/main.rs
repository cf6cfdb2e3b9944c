//! Tests that run the program or use the library, in one binary. Golden cases are in golden.rs.
#![allow(clippy::disallowed_methods, reason = "tests make, read and change files")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod approval;
mod claims;
mod commonmark;
mod diagnostics;
mod differential;
mod ended;
mod files;
mod gate;
mod demo;
mod history;
mod http;
mod instants;
mod layers;
mod leak;
mod load;
mod inside_documents;
mod inside_files;
mod keep_going;
mod mend;
mod messages;
mod numbering;
mod picture_metadata;
mod privacy;
mod publish;
mod render_pages;
mod render_text;
mod serve;
mod seal;
mod search;
mod seen_text;
mod support;
mod swapped;
mod theme;
mod watch;

//! Tests that run the program or use the library, in one binary. Golden cases are in golden.rs.
#![allow(clippy::disallowed_methods, reason = "tests make, read and change files")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod approval;
mod build_differential;
mod build_instants;
mod build_keep_going;
mod build_leak;
mod commonmark;
mod deadlines;
mod demo;
mod diagnostics;
mod diff;
mod fields;
mod files;
mod fix;
mod gate;
mod init;
mod kinds;
mod layers;
mod list_columns;
mod list_order;
mod lists;
mod inside_documents;
mod inside_files;
mod markdown_as_written;
mod markdown_lints;
mod markdown_numbering;
mod markdown_whole;
mod messages;
mod new;
mod picture_metadata;
mod privacy;
mod privacy_columns;
mod privacy_masking;
mod publish;
mod publish_swapped;
mod render_notices;
mod render_pages;
mod render_text;
mod seal;
mod search;
mod seen_text;
mod serve;
mod serve_http;
mod serve_load;
mod serve_watch;
mod site_collisions;
mod support;
mod theme;
mod threads;

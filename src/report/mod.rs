//! Turns what a run did into text: for people, as JSON, and as annotations of GitHub Actions.
//!
//! Nothing is printed here. All functions return text.

mod messages;
mod reporter;
mod data;
mod human;
mod explain;
mod json;
mod github;
mod source_lines;

pub(crate) use data::Report;
pub(crate) use explain::explain;
pub(crate) use github::{github, github_failure, github_lines};
pub(crate) use human::{failure, status, summary};
pub(crate) use json::{json, json_early};
pub use messages::{Catalog, ReportLanguage};
pub(crate) use reporter::Reporter;
pub(crate) use source_lines::SourceLines;

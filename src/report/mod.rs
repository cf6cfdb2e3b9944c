//! Words what a run did: for people, as JSON, and as annotations.

mod messages;
mod reporter;
mod source_lines;

pub use messages::{Catalog, ReportLanguage};
pub(crate) use reporter::{
    Report, Reporter, explain, failure, github, github_failure, github_lines, json, json_early,
    status, summary,
};
pub(crate) use source_lines::SourceLines;

//! What a table is read from.

use crate::config::Config;
use crate::diagnostics::Severity;

/// What a table is read from.
#[derive(Clone, Copy)]
pub(crate) struct TableInput<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The path of the file.
    pub path: &'a str,
    /// The number of the file among the item's files.
    pub file: usize,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The severity of mistakes.
    pub severity: Severity,
    /// Returns the path of the Markdown file of an item, by the path as written in a link.
    pub item: &'a dyn Fn(&str) -> Option<Box<str>>,
}

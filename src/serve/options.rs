//! What the preview gets from the command line.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::build::{Project, ProjectError};
use crate::config::Config;
use crate::diagnostics::Failure;
use crate::report::Catalog;
use crate::source::Portal;

/// Returns the instant of judgement. Dates without a zone are in the portal's zone.
pub type Clock = Box<dyn Fn(&Config) -> Result<Timestamp, Failure> + Send>;

/// How to serve, and access to what is outside the library.
pub struct ServeOptions {
    /// The portal.
    pub portal: Portal,
    /// Loads settings, theme and trust file.
    pub prepare: Box<dyn Fn() -> Result<Project, ProjectError> + Send>,
    /// Returns files outside the portal that the project depends on.
    pub further: Box<dyn Fn() -> Vec<PathBuf> + Send + Sync>,
    /// The instant of judgement: fixed, or now.
    pub instant: Clock,
    /// The messages.
    pub catalog: Catalog,
    /// Writes to the terminal.
    pub print: Box<dyn Fn(&str) + Send>,
    /// Whether withheld items are shown, too.
    pub shows_withheld: bool,
    /// Whether other people can read the preview. They get no list of items, and of errors only the
    /// number.
    pub is_open_to_others: bool,
}

impl std::fmt::Debug for ServeOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServeOptions").field("portal", &self.portal).finish_non_exhaustive()
    }
}

//! Collects changes until they are reported.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Changes that are not reported yet.
#[derive(Debug)]
pub(super) struct Batch {
    /// Absolute paths, by the path that is reported.
    pub paths: BTreeMap<PathBuf, PathBuf>,
    /// Whether events were lost.
    pub lost: bool,
    /// Whether files were written and nothing else happened.
    pub is_plain: bool,
}

impl Default for Batch {
    fn default() -> Self {
        Self { paths: BTreeMap::new(), lost: false, is_plain: true }
    }
}

//! Detects changes of files without reading them.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// The metadata that changes when a file is changed: size, device, inode, and the time of the last
/// status change (seconds, nanoseconds), which no program can set. Allows detecting changes without
/// reading the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    size: u64,
    device: u64,
    inode: u64,
    changed: (i64, i64),
}

impl Stamp {
    /// Returns the stamp of a file.
    pub fn of(seen: &Metadata) -> Self {
        let changed = (seen.ctime(), seen.ctime_nsec());
        Self { size: seen.len(), device: seen.dev(), inode: seen.ino(), changed }
    }
}

/// Returns the stamps of a file, or of all files under a folder. Skips folders for which `entered`
/// returns `false`. Returns nothing if the path does not exist. Links are not followed.
pub fn stamps(
    top: PathBuf,
    entered: impl Fn(&Path) -> bool,
) -> impl Iterator<Item = (PathBuf, Stamp)> {
    let walk = WalkDir::new(top).follow_links(false).into_iter();
    let entries = walk.filter_entry(move |entry| entered(entry.path())).filter_map(Result::ok);
    entries.filter(|entry| !entry.file_type().is_dir()).filter_map(|entry| {
        let seen = entry.metadata().ok()?;
        Some((entry.into_path(), Stamp::of(&seen)))
    })
}

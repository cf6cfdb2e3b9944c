//! Finds changed files by their stamps, without events.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::source::Stamp;

/// Files with their stamps.
pub(super) type Snapshot = BTreeMap<PathBuf, Stamp>;

/// How often to poll the disk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// The time between two polls, as a multiple of the time that one takes.
    factor: u32,
    /// The shortest time between two polls.
    shortest: Duration,
    /// The longest time between two polls, if they take long.
    longest: Duration,
}

impl Pace {
    /// While events come: for files that change without one.
    pub(super) const WITH_EVENTS: Self =
        Self { factor: 50, shortest: Duration::from_secs(2), longest: Duration::from_secs(30) };
    /// Without events.
    pub(super) const ALONE: Self =
        Self { factor: 10, shortest: Duration::from_secs(1), longest: Duration::from_secs(10) };

    /// When to poll again, after a poll that began at an instant.
    fn next(self, begin: Instant) -> Instant {
        let now = Instant::now();
        now + ((now - begin) * self.factor).clamp(self.shortest, self.longest)
    }
}

/// All files as they were last reported.
#[derive(Debug)]
pub(super) struct PollState {
    seen: Snapshot,
    /// When to poll again.
    pub(super) next_poll: Instant,
}

impl PollState {
    /// Begins with a snapshot, which was begun at an instant.
    pub(super) fn first(begin: Instant, seen: Snapshot) -> Self {
        Self { seen, next_poll: Pace::ALONE.next(begin) }
    }

    /// Compares with a new snapshot, which was begun at an instant, and returns the absolute paths
    /// that differ.
    pub(super) fn update(
        &mut self,
        begin: Instant,
        pace: Pace,
        now: Snapshot,
    ) -> BTreeSet<PathBuf> {
        let changed = different(&self.seen, &now);
        self.seen = now;
        self.next_poll = pace.next(begin);
        changed
    }

    /// Replaces the stamps of a file, or of all files in a folder, which are reported now.
    pub(super) fn replace(&mut self, path: &Path, stamps: Snapshot) {
        let from = (Bound::Included(path), Bound::Unbounded);
        let inside = self.seen.range::<Path, _>(from).map(|(path, _)| path);
        let old: Vec<PathBuf> = inside.take_while(|old| old.starts_with(path)).cloned().collect();
        for path in old {
            self.seen.remove(&path);
        }
        self.seen.extend(stamps);
    }
}

/// Returns the absolute paths that differ between two snapshots.
pub(super) fn different(before: &Snapshot, now: &Snapshot) -> BTreeSet<PathBuf> {
    let here = now.iter().filter(|(path, stamp)| before.get(*path) != Some(stamp));
    let gone = before.iter().filter(|(path, _)| !now.contains_key(*path));
    here.chain(gone).map(|(path, _)| path.clone()).collect()
}

/// Returns the folders that are inside none of the others.
pub(super) fn highest(folders: &BTreeSet<PathBuf>) -> impl Iterator<Item = &PathBuf> {
    let mut last: Option<&PathBuf> = None;
    folders.iter().filter(move |folder| {
        let inside = last.is_some_and(|last| folder.starts_with(last));
        if !inside {
            last = Some(folder);
        }
        !inside
    })
}

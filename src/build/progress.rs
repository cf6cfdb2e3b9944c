//! How far a build is, and how long its parts took.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A part of a build, named as `-v` tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildPhase {
    /// Files are listed and read, front matter becomes cards.
    Survey,
    /// The gate judges, the site is put in order.
    Judge,
    /// Pages are rendered, compared and staged.
    Pages,
    /// The same for attachments, assets, search, sitemap and manifest.
    Files,
}

/// Told by those who work, looked at by who shows it.
#[derive(Default)]
pub struct Progress {
    /// Units of work done.
    pub done: AtomicUsize,
    /// Units of work in all, as far as known.
    pub total: AtomicUsize,
    /// When each part began.
    begun: Mutex<Vec<(BuildPhase, Instant)>>,
    /// Called when a part begins.
    watcher: Option<Box<Watcher>>,
}

type Watcher = dyn Fn(BuildPhase) + Send + Sync;

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { done, total, begun, watcher: _ } = self;
        f.debug_struct("Progress")
            .field("done", done)
            .field("total", total)
            .field("begun", begun)
            .finish_non_exhaustive()
    }
}

impl Progress {
    /// Calls a function when a part begins, before anything of it is done.
    pub fn watched(watcher: impl Fn(BuildPhase) + Send + Sync + 'static) -> Self {
        Self { watcher: Some(Box::new(watcher)), ..Self::default() }
    }

    /// Adds to the work in all.
    pub fn expect(&self, more: usize) {
        self.total.fetch_add(more, Ordering::Relaxed);
    }

    /// Counts a unit as done.
    pub fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// A part begins, and the one before it ends.
    pub fn begin(&self, part: BuildPhase) {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.push((part, Instant::now()));
        drop(begun);
        if let Some(watcher) = &self.watcher {
            watcher(part);
        }
    }

    /// How long each part took, the last one until now. A build that leaves out items goes through
    /// some of them again.
    pub fn parts(&self) -> Vec<(BuildPhase, Duration)> {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = begun.iter().skip(1).map(|(_, end)| *end).chain([Instant::now()]);
        begun.iter().zip(ends).map(|((part, from), end)| (*part, end - *from)).collect()
    }
}

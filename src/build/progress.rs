//! Progress of a build, and how long its phases took.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A phase of a build, as listed by `-v`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildPhase {
    /// Lists files and loads items.
    Survey,
    /// Judges items and arranges the site.
    Judge,
    /// Renders pages and stages those that changed.
    Pages,
    /// Writes attachments, assets, search, sitemap and manifest.
    Files,
}

/// Counts work. Shared by the threads that build and the one that shows the progress.
#[derive(Default)]
pub struct Progress {
    /// Units of work done.
    pub done: AtomicUsize,
    /// Units of work in total, as far as known.
    pub total: AtomicUsize,
    /// When each phase began.
    begun: Mutex<Vec<(BuildPhase, Instant)>>,
    /// Called when a phase begins.
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
    /// Calls a function whenever a phase begins, before any of its work.
    pub fn watched(watcher: impl Fn(BuildPhase) + Send + Sync + 'static) -> Self {
        Self { watcher: Some(Box::new(watcher)), ..Self::default() }
    }

    /// Adds units to the total.
    pub fn expect(&self, more: usize) {
        self.total.fetch_add(more, Ordering::Relaxed);
    }

    /// Counts one unit as done.
    pub fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// Begins a phase and ends the one before.
    pub fn begin(&self, part: BuildPhase) {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.push((part, Instant::now()));
        drop(begun);
        if let Some(watcher) = &self.watcher {
            watcher(part);
        }
    }

    /// How long each phase took, the last one until now. A build that skips items repeats some of
    /// them.
    pub fn parts(&self) -> Vec<(BuildPhase, Duration)> {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = begun.iter().skip(1).map(|(_, end)| *end).chain([Instant::now()]);
        begun.iter().zip(ends).map(|((part, from), end)| (*part, end - *from)).collect()
    }
}

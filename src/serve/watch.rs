//! Reports changes of a portal's files as they happen.
//!
//! Folders are watched, not files, so that a file that an editor saves under another name and renames
//! is still seen. Reading a file is not a change. If the system cannot report changes, files are
//! polled. Network disks and overlays report only some, so all files are looked at now and then.

#![expect(clippy::disallowed_methods, reason = "reads the state of the disk")]

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{EventKind, MetadataKind, ModifyKind};
use notify::{Config, ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::serve::batch::Batch;
use crate::serve::extra_file::ExtraFile;
use crate::serve::poll::{Pace, PollState, Snapshot, different, highest};
use crate::source::{is_clutter, stamps};

/// Entries at the root of a portal that belong to it.
const TOPS: [&str; 4] = ["site.toml", CONTENT, "themes", "static"];
/// The folder whose files the preview lists itself.
const CONTENT: &str = "content";
/// Names in `static/` that begin with a dot and are published anyway.
const DOT_NAMES: [&str; 3] = [".well-known", ".nojekyll", ".htaccess"];

/// Changes that are closer together than this are reported together.
const QUIET: Duration = Duration::from_millis(20);
/// The longest delay of the first of several changes.
const LONGEST: Duration = Duration::from_millis(50);
/// How long no event must come after files were added, removed or moved until they count as settled.
const SETTLED: Duration = Duration::from_millis(300);
/// How often watching a folder is tried while the folder changes.
const TRIES: usize = 3;

/// Changes that are reported together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileChange {
    /// Files and folders that were created, changed, removed or renamed, as paths from the portal's
    /// root. Extra files have the path they were given with. A folder means everything in it.
    pub paths: BTreeSet<PathBuf>,
    /// Whether events were lost, so that everything must be read again.
    pub rescan: bool,
}

/// What [`Watch::next`] returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Files changed.
    Changed(FileChange),
    /// No event came for a while after files were added, removed or moved, and every folder is
    /// watched. A listing made now contains every change that may have been missed.
    Settled,
    /// No file changed until the deadline.
    DeadlinePassed,
    /// The system cannot report changes, so that files are polled from now on. The message is
    /// `serve/polling`.
    Polling {
        /// The system's error.
        cause: String,
    },
}

/// Watches the files of a portal.
#[derive(Debug)]
pub struct Watch {
    root: PathBuf,
    extra: Vec<ExtraFile>,
    backend: Backend,
    poll_state: PollState,
    /// Why the system cannot report changes, until [`Watch::next`] has returned it.
    cause: Option<String>,
    /// When files will have settled, if any were added, removed or moved.
    settles: Option<Instant>,
    /// Folders of `content/` that were added or moved since files had settled.
    unsettled: BTreeSet<PathBuf>,
    /// The files in these folders and outside `content/`, as last reported. A folder that is removed
    /// and created again may lose its watch.
    reported: Snapshot,
}

/// How changes are found.
#[derive(Debug)]
enum Backend {
    /// The system reports events.
    Native {
        watcher: RecommendedWatcher,
        events: Receiver<notify::Result<Event>>,
        /// All files when the system last lost events.
        snapshot: Option<Snapshot>,
    },
    /// All files are polled.
    Polling,
}

impl Watch {
    /// Watches the portal in a folder, and extra files. Every change after this is reported.
    pub fn begin(root: &Path, extra: &[PathBuf]) -> Self {
        let mut watch = Self::polling(root, extra);
        let (sender, events) = channel();
        match watch.set_up(sender) {
            Ok(watcher) => watch.backend = Backend::Native { watcher, events, snapshot: None },
            Err(error) => watch.cause = Some(error.to_string()),
        }
        watch
    }

    /// Like [`Watch::begin`], but polls: for disks whose changes the system does not report, as with
    /// network shares and in containers.
    pub fn polling(root: &Path, extra: &[PathBuf]) -> Self {
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let extra = extra.iter().map(|given| ExtraFile::new(given)).collect();
        let mut watch = Self {
            root,
            extra,
            backend: Backend::Polling,
            poll_state: PollState::first(Instant::now(), Snapshot::new()),
            cause: None,
            settles: None,
            unsettled: BTreeSet::new(),
            reported: Snapshot::new(),
        };
        watch.start_polling();
        watch.find_missed();
        watch
    }

    /// Waits for changes until the deadline, if there is one. The clock of an [`Instant`] may stop while
    /// the computer sleeps, so do not wait for hours when waiting for a time of day.
    pub fn next(&mut self, deadline: Option<Instant>) -> Next {
        loop {
            if let Some(cause) = self.cause.take() {
                return Next::Polling { cause };
            }
            let until =
                deadline.into_iter().chain(self.settles).chain([self.poll_state.next_poll]).min();
            match self.wait(until) {
                Some(change) if change == FileChange::default() => {}
                Some(change) => return self.report(change),
                None if self.settles.is_some_and(|at| at <= Instant::now()) => {
                    return self.find_missed_again();
                }
                None if self.poll_state.next_poll <= Instant::now() => {
                    let paths = self.poll();
                    if !paths.is_empty() {
                        return Next::Changed(FileChange { paths, rescan: false });
                    }
                }
                None if deadline.is_some_and(|at| at <= Instant::now()) => {
                    return Next::DeadlinePassed;
                }
                None => {}
            }
        }
    }

    /// Waits until an instant, or until the system reports a change.
    fn wait(&mut self, until: Option<Instant>) -> Option<FileChange> {
        match self.backend {
            Backend::Native { .. } => self.listen(until),
            Backend::Polling => {
                self.settles = None;
                let wait = until.map(|until| until.saturating_duration_since(Instant::now()));
                std::thread::sleep(wait.unwrap_or_default());
                None
            }
        }
    }

    /// Looks for changes that were missed while folders were added or moved. If there are any, files
    /// have to settle again.
    fn find_missed_again(&mut self) -> Next {
        self.settles = None;
        self.watch_folders();
        let paths = self.find_missed();
        if paths.is_empty() {
            self.unsettled.clear();
            let content = self.root.join(CONTENT);
            self.reported.retain(|path, _| !path.starts_with(&content));
            return Next::Settled;
        }
        self.settles = Some(Instant::now() + SETTLED);
        self.report(FileChange { paths, rescan: false })
    }

    /// Polls all files and returns those that changed without an event.
    fn poll(&mut self) -> BTreeSet<PathBuf> {
        let pace = match self.backend {
            Backend::Native { .. } => Pace::WITH_EVENTS,
            Backend::Polling => Pace::ALONE,
        };
        let begin = Instant::now();
        let changed = self.poll_state.update(begin, pace, self.stamps());
        changed.iter().filter_map(|path| self.reported_path(path)).collect()
    }

    /// Remembers that a change is reported, so that a poll does not report it again. It is read after
    /// this, so that a poll finds later changes.
    fn report(&mut self, change: FileChange) -> Next {
        if change.rescan {
            self.poll();
            return Next::Changed(change);
        }
        for reported in &change.paths {
            let extra = self.extra.iter().find(|extra| extra.given == *reported);
            let path = extra.map_or_else(|| self.root.join(reported), |extra| extra.path.clone());
            let now: Snapshot =
                stamps(path.clone(), |path| self.reported_path(path).is_some()).collect();
            self.poll_state.replace(&path, now);
        }
        Next::Changed(change)
    }

    /// Starts watching more files. They need not exist yet.
    pub fn add_files(&mut self, files: &[PathBuf]) {
        let is_new = |given: &&PathBuf| !self.extra.iter().any(|extra| extra.given == **given);
        let new: Vec<ExtraFile> =
            files.iter().filter(is_new).map(|given| ExtraFile::new(given)).collect();
        if new.is_empty() {
            return;
        }
        self.extra.extend(new);
        match &mut self.backend {
            Backend::Native { .. } => self.watch_extra(),
            Backend::Polling => self.start_polling(),
        }
        self.find_missed();
        // They may have been created while their watch was set.
        self.settles = Some(Instant::now() + SETTLED);
    }

    /// The folders of extra files, or the nearest folders that exist.
    fn extra_folders(&self) -> Vec<PathBuf> {
        let tops = self.top_folders();
        let nearest = |path: &PathBuf| {
            path.ancestors().skip(1).find(|folder| is_folder(folder)).map(Path::to_owned)
        };
        let folders = self.extra.iter().filter_map(|extra| nearest(&extra.path));
        let is_watched = |folder: &PathBuf| tops.iter().any(|top| folder.starts_with(top));
        folders.filter(|folder| *folder != self.root && !is_watched(folder)).collect()
    }

    fn watch_extra(&mut self) {
        let folders = self.extra_folders();
        let Backend::Native { watcher, .. } = &mut self.backend else { return };
        for folder in folders {
            // If it is gone, the folder above it reports that.
            let _ = watcher.watch(&folder, RecursiveMode::NonRecursive);
        }
    }

    fn set_up(&self, sender: Sender<notify::Result<Event>>) -> notify::Result<RecommendedWatcher> {
        let handler = move |event: notify::Result<Event>| {
            if !event.as_ref().is_ok_and(|event| is_read(event.kind)) {
                let _ = sender.send(event);
            }
        };
        let config = Config::default().with_follow_symlinks(false);
        let mut watcher = RecommendedWatcher::new(handler, config)?;
        watcher.watch(&self.root, RecursiveMode::NonRecursive)?;
        for folder in self.extra_folders() {
            watcher.watch(&folder, RecursiveMode::NonRecursive)?;
        }
        for top in self.top_folders() {
            watch_folder(&mut watcher, &top)?;
        }
        Ok(watcher)
    }

    fn top_folders(&self) -> Vec<PathBuf> {
        TOPS.iter().map(|top| self.root.join(top)).filter(|path| is_folder(path)).collect()
    }

    /// Collects events from the first change until none follows for a while. Returns `None` at the
    /// deadline.
    fn listen(&mut self, deadline: Option<Instant>) -> Option<FileChange> {
        let mut batch = Batch::default();
        let mut until = deadline;
        let mut latest = None;
        while let Some(event) = self.receive(until) {
            if self.add(event, &mut batch) {
                let now = Instant::now();
                let latest = *latest.get_or_insert(now + LONGEST);
                until = Some(latest.min(now + QUIET));
            }
        }
        latest.is_some().then(|| self.settle(batch))
    }

    /// Returns the next event. `None` if there is none in time.
    fn receive(&self, until: Option<Instant>) -> Option<notify::Result<Event>> {
        let Backend::Native { events, .. } = &self.backend else { return None };
        let received = match until {
            Some(until) => events.recv_timeout(until.saturating_duration_since(Instant::now())),
            None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match received {
            Err(RecvTimeoutError::Disconnected) => Some(Err(notify::Error::generic("it ended"))),
            Err(RecvTimeoutError::Timeout) => None,
            Ok(event) => Some(event),
        }
    }

    /// Adds an event to a batch. Returns whether it matters.
    fn add(&mut self, event: notify::Result<Event>, batch: &mut Batch) -> bool {
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                self.fall_back(&error);
                batch.lost = true;
                return true;
            }
        };
        if event.need_rescan() {
            batch.lost = true;
            return true;
        }
        let mut matters = false;
        for path in &event.paths {
            if path == &self.root && !is_folder(path) {
                // Whatever is created in its place is not watched.
                self.fall_back(&notify::Error::path_not_found());
                batch.lost = true;
                return true;
            }
            if let Some(reported) = self.reported_path(path) {
                batch.paths.insert(reported, path.clone());
                batch.is_plain &= matches!(event.kind, EventKind::Modify(ModifyKind::Data(_)));
                matters = true;
            }
        }
        matters
    }

    /// Returns a path as it is reported. `None` if it is not part of the portal.
    fn reported_path(&self, path: &Path) -> Option<PathBuf> {
        if let Some(extra) = self.extra.iter().find(|extra| extra.path == path) {
            return Some(extra.given.clone());
        }
        let of_portal = path.strip_prefix(&self.root).ok().and_then(|relative| {
            let mut parts = relative.components().map(Component::as_os_str);
            let top = parts.next().filter(|top| TOPS.iter().any(|name| top == name))?;
            Some((relative, top, parts))
        });
        let Some((relative, top, mut parts)) = of_portal else {
            // A folder above an extra file.
            let is_above = |extra: &&ExtraFile| extra.path.starts_with(path) && path != self.root;
            return self.extra.iter().find(is_above).map(|extra| extra.given.clone());
        };
        let hidden = |part: &OsStr| {
            let published = top == "static" && DOT_NAMES.iter().any(|name| part == *name);
            is_clutter(part) && !published
        };
        (!parts.any(hidden)).then(|| relative.to_owned())
    }

    /// Watches new folders, then returns the changes of a batch.
    ///
    /// The system watches a new folder some time after it was created. Here the watch is set again
    /// before the folder is reported: files added earlier are found in it, later ones are events.
    fn settle(&mut self, batch: Batch) -> FileChange {
        let Batch { paths, lost, is_plain } = batch;
        if paths.keys().any(|path| self.extra.iter().any(|extra| extra.given == *path)) {
            self.watch_extra();
        }
        if lost || !is_plain {
            self.settles = Some(Instant::now() + SETTLED);
        }
        let mut folders: BTreeSet<PathBuf> = paths.values().cloned().collect();
        folders.retain(|path| is_folder(path) && (WATCHES_EACH_FOLDER || self.is_top(path)));
        if lost {
            folders.extend(self.top_folders());
        }
        if let Backend::Native { watcher, .. } = &mut self.backend {
            let set = highest(&folders).try_for_each(|folder| watch_folder(watcher, folder));
            if let Err(error) = set {
                self.fall_back(&error);
                return FileChange { paths: BTreeSet::new(), rescan: true };
            }
        }
        let rescan = lost && self.differs();
        let mut paths: BTreeSet<PathBuf> = paths.into_keys().collect();
        let content = self.root.join(CONTENT);
        if lost {
            return FileChange { paths, rescan };
        }
        self.unsettled.extend(folders.into_iter().filter(|folder| folder.starts_with(&content)));
        if !self.unsettled.is_empty() || !paths.iter().all(|path| path.starts_with(CONTENT)) {
            let mut missed = self.find_missed();
            missed.retain(|path| !path.ancestors().any(|above| paths.contains(above)));
            paths.extend(missed);
        }
        FileChange { paths, rescan }
    }

    /// Sets the watch of every folder again.
    fn watch_folders(&mut self) {
        self.watch_extra();
        let tops = self.top_folders();
        let Backend::Native { watcher, .. } = &mut self.backend else { return };
        if let Err(error) = tops.iter().try_for_each(|top| watch_folder(watcher, top)) {
            self.fall_back(&error);
        }
    }

    fn is_top(&self, path: &Path) -> bool {
        path.parent() == Some(&self.root)
    }

    /// Checks whether files changed since the system lost events before. Reading many files can make
    /// it lose events, and reading them again each time would never end.
    fn differs(&mut self) -> bool {
        let now = self.stamps();
        match &mut self.backend {
            Backend::Native { snapshot, .. } => {
                let same = snapshot.as_ref() == Some(&now);
                *snapshot = Some(now);
                !same
            }
            Backend::Polling => true,
        }
    }

    /// Finds changes that were not reported, where watches may have been lost.
    fn find_missed(&mut self) -> BTreeSet<PathBuf> {
        let content = self.root.join(CONTENT);
        let tops = self.tops().filter(|top| *top != content);
        let tops = tops.chain(highest(&self.unsettled).cloned());
        let now: Snapshot =
            tops.flat_map(|top| stamps(top, |path| self.reported_path(path).is_some())).collect();
        let before = std::mem::replace(&mut self.reported, now);
        let changed = different(&before, &self.reported);
        changed.iter().filter_map(|path| self.reported_path(path)).collect()
    }

    /// The entries of the portal and the extra files.
    fn tops(&self) -> impl Iterator<Item = PathBuf> {
        let extra = self.extra.iter().map(|extra| extra.path.clone());
        TOPS.iter().map(|top| self.root.join(top)).chain(extra)
    }

    fn stamps(&self) -> Snapshot {
        self.tops().flat_map(|top| stamps(top, |path| self.reported_path(path).is_some())).collect()
    }

    fn fall_back(&mut self, error: &notify::Error) {
        self.cause = Some(error.to_string());
        self.start_polling();
    }

    fn start_polling(&mut self) {
        self.backend = Backend::Polling;
        self.poll_state = PollState::first(Instant::now(), self.stamps());
    }
}

/// Whether the system needs a watch for each folder.
const WATCHES_EACH_FOLDER: bool = cfg!(target_os = "linux");

/// Watches a folder and those in it. A folder that is removed meanwhile is not an error.
fn watch_folder(watcher: &mut RecommendedWatcher, folder: &Path) -> notify::Result<()> {
    for _ in 0..TRIES {
        match watcher.watch(folder, RecursiveMode::Recursive) {
            Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => return Err(error),
            Err(_) if is_folder(folder) => {}
            _ => return Ok(()),
        }
    }
    Ok(())
}

/// Checks whether a file was only read. The system also reports files that this program reads.
fn is_read(kind: EventKind) -> bool {
    kind.is_access() || kind == EventKind::Modify(ModifyKind::Metadata(MetadataKind::AccessTime))
}

fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|seen| seen.is_dir())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use notify::event::{CreateKind, Flag};

    use super::*;

    /// A watch on a small portal, and a sender for events that the test makes up.
    fn watched() -> (tempfile::TempDir, Sender<notify::Result<Event>>, Watch) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("content")).unwrap();
        fs::write(folder.path().join("content/a.md"), "a").unwrap();
        let mut watch = Watch::begin(folder.path(), &[]);
        let (sender, made_up) = channel();
        let Backend::Native { events, .. } = &mut watch.backend else {
            panic!("{:?}", watch.cause)
        };
        *events = made_up;
        // The tests poll when they say so.
        watch.poll_state.next_poll += Duration::from_secs(3600);
        (folder, sender, watch)
    }

    fn soon() -> Option<Instant> {
        Some(Instant::now() + Duration::from_millis(200))
    }

    #[test]
    fn lost_events_are_reported_once_if_nothing_changed() {
        let (folder, sender, mut watch) = watched();
        let lost = || sender.send(Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan))).unwrap();
        let rescan = Next::Changed(FileChange { paths: BTreeSet::new(), rescan: true });
        lost();
        assert_eq!(watch.next(soon()), rescan);
        lost();
        assert_eq!(watch.next(soon()), Next::DeadlinePassed);
        fs::write(folder.path().join("content/a.md"), "b").unwrap();
        lost();
        assert_eq!(watch.next(soon()), rescan);
    }

    #[test]
    fn settled_files_are_reported() {
        let (_folder, sender, mut watch) = watched();
        let send = |kind: EventKind| {
            let event = Event::new(kind).add_path(watch.root.join("content/a.md"));
            sender.send(Ok(event)).unwrap();
        };
        let long = || Some(Instant::now() + SETTLED * 10);
        send(EventKind::Modify(ModifyKind::Data(notify::event::DataChange::Any)));
        send(EventKind::Create(CreateKind::File));
        let changed = watch.next(long());
        assert!(matches!(changed, Next::Changed(_)), "{changed:?}");
        assert_eq!(watch.next(soon()), Next::DeadlinePassed, "not yet");
        assert_eq!(watch.next(long()), Next::Settled);
        assert_eq!(watch.next(soon()), Next::DeadlinePassed, "once");
    }

    #[test]
    fn a_written_file_is_settled() {
        let (_folder, sender, mut watch) = watched();
        let kind = EventKind::Modify(ModifyKind::Data(notify::event::DataChange::Any));
        sender.send(Ok(Event::new(kind).add_path(watch.root.join("content/a.md")))).unwrap();
        assert!(matches!(watch.next(None), Next::Changed(_)));
        assert_eq!(watch.next(Some(Instant::now() + SETTLED * 2)), Next::DeadlinePassed);
    }

    #[test]
    fn a_change_without_an_event_is_found_by_a_poll() {
        let (folder, sender, mut watch) = watched();
        let path = |name: &str| folder.path().join("content").join(name);
        fs::write(path("a.md"), "b").unwrap();
        fs::create_dir(path("news")).unwrap();
        fs::write(path("news/new.md"), "new").unwrap();
        fs::write(folder.path().join("site.toml"), "").unwrap();
        assert_eq!(watch.next(soon()), Next::DeadlinePassed);
        let mut poll = |expected: &[&str]| {
            watch.poll_state.next_poll = Instant::now();
            let paths = expected.iter().map(PathBuf::from).collect();
            let changed = Next::Changed(FileChange { paths, rescan: false });
            let nothing = Next::DeadlinePassed;
            let expected = if expected.is_empty() { nothing } else { changed };
            assert_eq!(watch.next(soon()), expected);
        };
        poll(&["content/a.md", "content/news/new.md", "site.toml"]);
        poll(&[]);
        fs::remove_file(path("news/new.md")).unwrap();
        poll(&["content/news/new.md"]);
        // What an event reported is not reported again.
        fs::write(path("a.md"), "c").unwrap();
        let kind = EventKind::Modify(ModifyKind::Data(notify::event::DataChange::Any));
        let root = folder.path().canonicalize().unwrap();
        sender.send(Ok(Event::new(kind).add_path(root.join("content/a.md")))).unwrap();
        poll(&["content/a.md"]);
        poll(&[]);
    }

    #[test]
    fn files_are_polled_when_watches_run_out() {
        let (folder, sender, mut watch) = watched();
        sender.send(Err(notify::Error::new(ErrorKind::MaxFilesWatch))).unwrap();
        let rescan = Next::Changed(FileChange { paths: BTreeSet::new(), rescan: true });
        assert_eq!(watch.next(None), rescan);
        let Next::Polling { cause } = watch.next(None) else { panic!("it is not said") };
        assert!(cause.contains("limit"), "{cause}");
        fs::write(folder.path().join("content/a.md"), "b").unwrap();
        let Next::Changed(change) = watch.next(None) else { panic!("no change") };
        assert_eq!(change.paths, BTreeSet::from([PathBuf::from("content/a.md")]));
    }
}

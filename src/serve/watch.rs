//! What writers change in a portal, as it happens: for a preview that follows.
//!
//! Folders are watched, not files, so that a file that is saved under another name and renamed is
//! still seen. Reading is no change. Where the system cannot tell of changes, they are looked for.

#![expect(clippy::disallowed_methods, reason = "asks what stands on the disk now")]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{EventKind, MetadataKind, ModifyKind};
use notify::{Config, ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::source::{Stamp, is_clutter, stamps};

/// What a portal is made of, at its root.
const TOPS: [&str; 4] = ["site.toml", CONTENT, "themes", "static"];
/// The one that is listed, and whose files are known one by one, by whoever follows.
const CONTENT: &str = "content";
/// Names in `static/` that begin with a dot and are published.
const DOT_NAMES: [&str; 3] = [".well-known", ".nojekyll", ".htaccess"];

/// Changes that come closer together than this are told together.
const QUIET: Duration = Duration::from_millis(20);
/// How long the first change of several waits, at most.
const LONGEST: Duration = Duration::from_millis(50);
/// How long it has to be quiet after files came, went or moved until everything is listed again.
const SETTLED: Duration = Duration::from_millis(300);
/// How often changes are looked for: no more often, and, if looking takes long, no less.
const LOOKS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(10));
/// How many times as long as a look takes is waited for the next.
const LOOK_SHARE: u32 = 10;
/// How often a folder that changes while its watch is being set is tried.
const TRIES: usize = 3;

/// Some changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileChange {
    /// Files and folders that were made, changed, removed or renamed, as paths from the portal's
    /// root; further files as they were given. A folder stands for all that is in it.
    pub paths: BTreeSet<PathBuf>,
    /// There may be more: everything has to be looked at again.
    pub rescan: bool,
}

/// What [`Watch::next`] waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Something was changed.
    Changed(FileChange),
    /// It has been quiet for a while since files came, went or moved, and every folder is watched. A
    /// listing that is made now holds whatever may have been missed meanwhile.
    Settled,
    /// Nothing was, until the deadline.
    DeadlinePassed,
    /// From now on changes are looked for every few seconds: the system does not tell of them. The
    /// sentence `serve/polling` says it.
    Polling {
        /// What the system said.
        cause: String,
    },
}

/// A portal that is watched.
#[derive(Debug)]
pub struct Watch {
    root: PathBuf,
    /// Further files: where they are, and as they were given.
    extra: Vec<(PathBuf, PathBuf)>,
    eyes: Backend,
    /// Why the system does not tell, until [`Watch::next`] has said it.
    cause: Option<String>,
    /// When it will have been quiet for long enough, if files came, went or moved.
    settles: Option<Instant>,
    /// Folders of `content/` that came or moved since all had settled.
    unsettled: BTreeSet<PathBuf>,
    /// What stood in them, and outside `content/`, when something was told last. A watch may be lost
    /// with a folder that is removed and made again.
    kept: SeenFiles,
}

/// How changes are seen.
#[derive(Debug)]
enum Backend {
    /// The system tells.
    Told {
        watcher: RecommendedWatcher,
        news: Receiver<notify::Result<Event>>,
        /// What stood there when the system last lost count.
        seen: Option<SeenFiles>,
    },
    /// They are looked for.
    Looking { seen: SeenFiles, next: Instant },
}

type SeenFiles = BTreeMap<PathBuf, Stamp>;

impl Watch {
    /// Watches the portal in a folder, and further files. What is changed after this is told.
    pub fn begin(root: &Path, extra: &[PathBuf]) -> Self {
        let mut watch = Self::polling(root, extra);
        let (tell, news) = channel();
        match watch.set_up(tell) {
            Ok(watcher) => watch.eyes = Backend::Told { watcher, news, seen: None },
            Err(error) => watch.cause = Some(error.to_string()),
        }
        watch
    }

    /// The same, looking every few seconds: for disks of whose changes the system does not tell, as over a
    /// network or in containers.
    pub fn polling(root: &Path, extra: &[PathBuf]) -> Self {
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let extra = extra.iter().map(|given| (whole(given), given.clone())).collect();
        let eyes = Backend::Looking { seen: SeenFiles::new(), next: Instant::now() + LOOKS.0 };
        let mut watch = Self {
            root,
            extra,
            eyes,
            cause: None,
            settles: None,
            unsettled: BTreeSet::new(),
            kept: SeenFiles::new(),
        };
        watch.look_from_now_on();
        watch.look_around();
        watch
    }

    /// Waits for changes, until a deadline if there is one. The clock of an [`Instant`] may stand still while
    /// the computer sleeps: who waits for a time of day should not wait for hours at once.
    pub fn next(&mut self, deadline: Option<Instant>) -> Next {
        loop {
            if let Some(cause) = self.cause.take() {
                return Next::Polling { cause };
            }
            let change = match self.eyes {
                Backend::Told { .. } => self.listen(deadline.into_iter().chain(self.settles).min()),
                Backend::Looking { .. } => self.look(deadline),
            };
            match change {
                Some(change) if change == FileChange::default() => {}
                Some(change) => return Next::Changed(change),
                None if self.settles.is_some_and(|at| at <= Instant::now()) => {
                    self.settles = None;
                    self.watch_folders();
                    let paths = self.look_around();
                    if paths.is_empty() {
                        self.unsettled.clear();
                        let content = self.root.join(CONTENT);
                        self.kept.retain(|path, _| !path.starts_with(&content));
                        return Next::Settled;
                    }
                    self.settles = Some(Instant::now() + SETTLED);
                    return Next::Changed(FileChange { paths, rescan: false });
                }
                None => return Next::DeadlinePassed,
            }
        }
    }

    /// Watches further files from now on, also such as are not there yet.
    pub fn also(&mut self, further: &[PathBuf]) {
        let known = |given: &&PathBuf| !self.extra.iter().any(|(_, other)| other == *given);
        let new: Vec<(PathBuf, PathBuf)> =
            further.iter().filter(known).map(|given| (whole(given), given.clone())).collect();
        if new.is_empty() {
            return;
        }
        self.extra.extend(new);
        match &mut self.eyes {
            Backend::Told { .. } => self.watch_extra(),
            Backend::Looking { .. } => self.look_from_now_on(),
        }
        self.look_around();
        // They may have come while their watch was being set.
        self.settles = Some(Instant::now() + SETTLED);
    }

    /// The folders in which further files are, or would come.
    fn extra_folders(&self) -> Vec<PathBuf> {
        let tops = self.top_folders();
        let nearest = |path: &PathBuf| {
            path.ancestors().skip(1).find(|folder| is_folder(folder)).map(Path::to_owned)
        };
        let folders = self.extra.iter().filter_map(|(path, _)| nearest(path));
        let is_watched = |folder: &PathBuf| tops.iter().any(|top| folder.starts_with(top));
        folders.filter(|folder| *folder != self.root && !is_watched(folder)).collect()
    }

    fn watch_extra(&mut self) {
        let folders = self.extra_folders();
        let Backend::Told { watcher, .. } = &mut self.eyes else { return };
        for folder in folders {
            // One that went away meanwhile is told by the folder above it.
            let _ = watcher.watch(&folder, RecursiveMode::NonRecursive);
        }
    }

    fn set_up(&self, tell: Sender<notify::Result<Event>>) -> notify::Result<RecommendedWatcher> {
        let handler = move |event: notify::Result<Event>| {
            if !event.as_ref().is_ok_and(|event| is_of_reading(event.kind)) {
                let _ = tell.send(event);
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

    /// What the system tells, from the first change until it is quiet; `None` at the deadline.
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

    /// The next piece of news, if there is one in time. A watcher that ended says nothing any more.
    fn receive(&self, until: Option<Instant>) -> Option<notify::Result<Event>> {
        let Backend::Told { news, .. } = &self.eyes else { return None };
        let received = match until {
            Some(until) => news.recv_timeout(until.saturating_duration_since(Instant::now())),
            None => news.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match received {
            Err(RecvTimeoutError::Disconnected) => Some(Err(notify::Error::generic("it ended"))),
            Err(RecvTimeoutError::Timeout) => None,
            Ok(event) => Some(event),
        }
    }

    /// Adds an event to a batch; whether it matters.
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
                // Whatever comes into its place has no watch.
                self.fall_back(&notify::Error::path_not_found());
                batch.lost = true;
                return true;
            }
            if let Some(shown) = self.shown(path) {
                batch.paths.insert(shown, path.clone());
                batch.is_plain &= matches!(event.kind, EventKind::Modify(ModifyKind::Data(_)));
                matters = true;
            }
        }
        matters
    }

    /// A path as it is told; `None` if nobody wants to know of it.
    fn shown(&self, path: &Path) -> Option<PathBuf> {
        if let Some((_, given)) = self.extra.iter().find(|(extra, _)| extra == path) {
            return Some(given.clone());
        }
        let of_portal = path.strip_prefix(&self.root).ok().and_then(|relative| {
            let mut parts = relative.components().map(Component::as_os_str);
            let top = parts.next().filter(|top| TOPS.iter().any(|name| top == name))?;
            Some((relative, top, parts))
        });
        let Some((relative, top, mut parts)) = of_portal else {
            // A folder in which a further file is, or would come.
            let is_above = |extra: &Path| extra.starts_with(path) && path != self.root;
            let mut below = self.extra.iter().filter(|(extra, _)| is_above(extra));
            return below.next().map(|(_, given)| given.clone());
        };
        let hidden = |part: &OsStr| {
            let published = top == "static" && DOT_NAMES.iter().any(|name| part == *name);
            is_clutter(part) && !published
        };
        (!parts.any(hidden)).then(|| relative.to_owned())
    }

    /// Makes sure that new folders are watched, then says what is left of a batch.
    ///
    /// A folder's watch is set some time after the folder was made. Here it is set again, and only then
    /// the folder is told: what came into it before is found in it, what comes later is told.
    fn settle(&mut self, batch: Batch) -> FileChange {
        let Batch { paths, lost, is_plain } = batch;
        if paths.keys().any(|shown| self.extra.iter().any(|(_, given)| given == shown)) {
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
        if let Backend::Told { watcher, .. } = &mut self.eyes {
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
            let mut missed = self.look_around();
            missed.retain(|path| !path.ancestors().any(|above| paths.contains(above)));
            paths.extend(missed);
        }
        FileChange { paths, rescan }
    }

    /// Makes sure that every folder is watched.
    fn watch_folders(&mut self) {
        self.watch_extra();
        let tops = self.top_folders();
        let Backend::Told { watcher, .. } = &mut self.eyes else { return };
        if let Err(error) = tops.iter().try_for_each(|top| watch_folder(watcher, top)) {
            self.fall_back(&error);
        }
    }

    fn is_top(&self, path: &Path) -> bool {
        path.parent() == Some(&self.root)
    }

    /// Whether files differ from what stood there when the system lost count before. Reading many
    /// files can make it lose count; reading them again for that would never end.
    fn differs(&mut self) -> bool {
        let now = self.stamps();
        match &mut self.eyes {
            Backend::Told { seen, .. } => {
                let same = seen.as_ref() == Some(&now);
                *seen = Some(now);
                !same
            }
            Backend::Looking { .. } => true,
        }
    }

    /// What is not as it was told, where watches may be lost.
    fn look_around(&mut self) -> BTreeSet<PathBuf> {
        let content = self.root.join(CONTENT);
        let tops = self.tops().filter(|top| *top != content);
        let tops = tops.chain(highest(&self.unsettled).cloned());
        let now: SeenFiles =
            tops.flat_map(|top| stamps(top, |path| self.shown(path).is_some())).collect();
        let before = std::mem::replace(&mut self.kept, now);
        self.different(&before, &self.kept)
    }

    fn different(&self, before: &SeenFiles, now: &SeenFiles) -> BTreeSet<PathBuf> {
        let here = now.iter().filter(|(path, stamp)| before.get(*path) != Some(stamp));
        let gone = before.iter().filter(|(path, _)| !now.contains_key(*path));
        here.chain(gone).filter_map(|(path, _)| self.shown(path)).collect()
    }

    /// The parts of the portal, and further files.
    fn tops(&self) -> impl Iterator<Item = PathBuf> {
        let extra = self.extra.iter().map(|(path, _)| path.clone());
        TOPS.iter().map(|top| self.root.join(top)).chain(extra)
    }

    fn stamps(&self) -> SeenFiles {
        self.tops().flat_map(|top| stamps(top, |path| self.shown(path).is_some())).collect()
    }

    fn fall_back(&mut self, error: &notify::Error) {
        self.cause = Some(error.to_string());
        self.look_from_now_on();
    }

    fn look_from_now_on(&mut self) {
        let begin = Instant::now();
        let seen = self.stamps();
        self.eyes = Backend::Looking { seen, next: next_look(begin) };
    }

    /// Looks once, when it is time; `None` if the deadline is earlier.
    fn look(&mut self, deadline: Option<Instant>) -> Option<FileChange> {
        let Backend::Looking { seen, next } = &mut self.eyes else {
            return Some(FileChange::default());
        };
        let until = deadline.map_or(*next, |deadline| deadline.min(*next));
        let before = (until == *next).then(|| std::mem::take(seen));
        std::thread::sleep(until.saturating_duration_since(Instant::now()));
        let before = before?;
        self.look_from_now_on();
        let Backend::Looking { seen, .. } = &self.eyes else { return Some(FileChange::default()) };
        let paths = self.different(&before, seen);
        Some(FileChange { paths, rescan: false })
    }
}

/// Whether the system has to be asked for each folder by itself.
const WATCHES_EACH_FOLDER: bool = cfg!(target_os = "linux");

/// What was told and not yet handed on.
#[derive(Debug)]
struct Batch {
    /// Where it is, by the path that is told.
    paths: BTreeMap<PathBuf, PathBuf>,
    /// Something may not have been told.
    lost: bool,
    /// Files were written to, and that is all.
    is_plain: bool,
}

impl Default for Batch {
    fn default() -> Self {
        Self { paths: BTreeMap::new(), lost: false, is_plain: true }
    }
}

/// When to look again after a look that began then.
fn next_look(begin: Instant) -> Instant {
    let now = Instant::now();
    now + ((now - begin) * LOOK_SHARE).clamp(LOOKS.0, LOOKS.1)
}

/// Sets the watches of a folder and of those in it. One that goes away meanwhile is none.
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

/// Whether an event comes of reading: the system tells of every file that we read ourselves.
fn is_of_reading(kind: EventKind) -> bool {
    kind.is_access() || kind == EventKind::Modify(ModifyKind::Metadata(MetadataKind::AccessTime))
}

/// The folders that are in none of the others.
fn highest(folders: &BTreeSet<PathBuf>) -> impl Iterator<Item = &PathBuf> {
    let mut last: Option<&PathBuf> = None;
    folders.iter().filter(move |folder| {
        let inside = last.is_some_and(|last| folder.starts_with(last));
        if !inside {
            last = Some(folder);
        }
        !inside
    })
}

fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|seen| seen.is_dir())
}

/// Where a file is, whether it and its folders are there or not; of a link, where the link is.
fn whole(given: &Path) -> PathBuf {
    let here = Path::new(".");
    let folders = given.ancestors().skip(1);
    let named = |folder: &Path| (!folder.as_os_str().is_empty()).then(|| folder.to_owned());
    for folder in folders {
        let Ok(real) = named(folder).as_deref().unwrap_or(here).canonicalize() else { continue };
        return given
            .strip_prefix(folder)
            .map_or_else(|_| given.to_owned(), |rest| real.join(rest));
    }
    given.to_owned()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use notify::event::{CreateKind, Flag};

    use super::*;

    /// A watch on a small portal, with news that the test makes up.
    fn told() -> (tempfile::TempDir, Sender<notify::Result<Event>>, Watch) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("content")).unwrap();
        fs::write(folder.path().join("content/a.md"), "a").unwrap();
        let mut watch = Watch::begin(folder.path(), &[]);
        let (tell, made_up) = channel();
        let Backend::Told { news, .. } = &mut watch.eyes else { panic!("{:?}", watch.cause) };
        *news = made_up;
        (folder, tell, watch)
    }

    fn soon() -> Option<Instant> {
        Some(Instant::now() + Duration::from_millis(200))
    }

    #[test]
    fn losing_count_is_told_once_if_nothing_changed() {
        let (folder, tell, mut watch) = told();
        let lost = || tell.send(Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan))).unwrap();
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
    fn it_is_told_when_all_has_settled() {
        let (_folder, tell, mut watch) = told();
        let tell = |kind: EventKind| {
            let event = Event::new(kind).add_path(watch.root.join("content/a.md"));
            tell.send(Ok(event)).unwrap();
        };
        let long = || Some(Instant::now() + SETTLED * 10);
        tell(EventKind::Modify(ModifyKind::Data(notify::event::DataChange::Any)));
        tell(EventKind::Create(CreateKind::File));
        let changed = watch.next(long());
        assert!(matches!(changed, Next::Changed(_)), "{changed:?}");
        assert_eq!(watch.next(soon()), Next::DeadlinePassed, "not yet");
        assert_eq!(watch.next(long()), Next::Settled);
        assert_eq!(watch.next(soon()), Next::DeadlinePassed, "once");
    }

    #[test]
    fn writing_to_a_file_unsettles_nothing() {
        let (_folder, tell, mut watch) = told();
        let kind = EventKind::Modify(ModifyKind::Data(notify::event::DataChange::Any));
        tell.send(Ok(Event::new(kind).add_path(watch.root.join("content/a.md")))).unwrap();
        assert!(matches!(watch.next(None), Next::Changed(_)));
        assert_eq!(watch.next(Some(Instant::now() + SETTLED * 2)), Next::DeadlinePassed);
    }

    #[test]
    fn when_watches_run_out_changes_are_looked_for() {
        let (folder, tell, mut watch) = told();
        tell.send(Err(notify::Error::new(ErrorKind::MaxFilesWatch))).unwrap();
        let rescan = Next::Changed(FileChange { paths: BTreeSet::new(), rescan: true });
        assert_eq!(watch.next(None), rescan);
        let Next::Polling { cause } = watch.next(None) else { panic!("it is not said") };
        assert!(cause.contains("limit"), "{cause}");
        fs::write(folder.path().join("content/a.md"), "b").unwrap();
        let Next::Changed(change) = watch.next(None) else { panic!("no change") };
        assert_eq!(change.paths, BTreeSet::from([PathBuf::from("content/a.md")]));
    }
}

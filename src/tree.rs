//! The output as it stands, and the stage beside it where a build puts what differs.
//!
//! Beside an output folder `public` stands `.public.prakat` (mode 0700): the lock, the stage, and
//! a twin of the output that makes the next exchange cheap. A build compares every file with the
//! output and stages only those that differ; nothing in the output changes before `publish`.

#![expect(clippy::disallowed_methods, reason = "this is where outputs are compared and staged")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Seek, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt, DirEntryExt, FileExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};
use rustix::io::Errno;

use crate::diagnostic::{Code, Failure};
use crate::feed::{GENERATOR, MANIFEST, Manifest, ManifestFile};
use crate::source::{Sha256Digest, open_plain, pump};

/// One file or link found in a tree, with what tells two names for one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Path from the tree's root.
    pub path: String,
    /// The file's number in its file system.
    pub inode: u64,
    /// Whether it is a regular file.
    pub regular: bool,
}

/// Paths of an output folder and of what stands beside it.
#[derive(Debug, Clone)]
pub struct Outlet {
    /// The output folder.
    pub live: PathBuf,
    /// The hidden folder beside it.
    pub side: PathBuf,
}

impl Outlet {
    /// The outlet of an output folder. Its parent must exist, or be made.
    pub fn new(output: &Path) -> Result<Self, Failure> {
        let refuse = || Failure::new(Code::OutputName).arg("path", output.display().to_string());
        let name = output.file_name().and_then(|name| name.to_str()).ok_or_else(refuse)?;
        let parent = match output.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        fs::create_dir_all(&parent).map_err(|e| Failure::io(&parent, &e))?;
        let parent = parent.canonicalize().map_err(|e| Failure::io(&parent, &e))?;
        Ok(Self { live: parent.join(name), side: parent.join(format!(".{name}.prakat")) })
    }

    /// Where staged files stand.
    pub fn staged(&self) -> PathBuf {
        self.side.join("staged")
    }

    /// The twin of the output.
    pub fn twin(&self) -> PathBuf {
        self.side.join("twin")
    }

    /// The mark that the twin equals the output.
    pub fn synced(&self) -> PathBuf {
        self.side.join("synced")
    }

    /// The output, for a moment, where two names cannot be exchanged in one step.
    pub fn former(&self) -> PathBuf {
        self.side.join("former")
    }
}

/// What stands in an output folder.
#[derive(Debug, Default)]
pub struct Live {
    /// Whether there is a folder with something in it.
    pub exists: bool,
    /// All files and links, sorted by path.
    pub files: Vec<Found>,
    /// Files whose names are not UTF-8.
    pub unnamed: Vec<PathBuf>,
    /// What its manifest lists, by path.
    pub manifest: BTreeMap<String, ManifestFile>,
    /// The names of the manifest and its parts.
    pub manifest_names: BTreeSet<String>,
}

impl Live {
    /// Looks at an output folder. One that prakat did not make is refused.
    pub fn look(output: &Path) -> Result<Self, Failure> {
        if !is_own(output)? {
            return Ok(Self::default());
        }
        let refuse = || Failure::new(Code::OutputForeign).arg("path", output.display().to_string());
        let (manifest, manifest_names) = read_manifest(output).ok_or_else(refuse)?;
        let Tree { files, unnamed } = list_tree(output)?;
        Ok(Self { exists: true, files, unnamed, manifest, manifest_names })
    }

    fn has_regular(&self, path: &str) -> bool {
        let at = self.files.binary_search_by(|found| found.path.as_str().cmp(path));
        at.is_ok_and(|n| self.files[n].regular)
    }
}

/// Whether there is an output that prakat made: `false` if there is nothing or an empty folder.
/// Anything else is refused.
fn is_own(output: &Path) -> Result<bool, Failure> {
    let refuse = |code| Err(Failure::new(code).arg("path", output.display().to_string()));
    match output.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(Failure::io(output, &error)),
        Ok(metadata) if metadata.is_symlink() => return refuse(Code::OutputLink),
        Ok(metadata) if !metadata.is_dir() => return refuse(Code::OutputNotFolder),
        Ok(_) => {}
    }
    let mut entries = fs::read_dir(output).map_err(|e| Failure::io(output, &e))?;
    if entries.next().is_none() {
        return Ok(false);
    }
    if output.join(".git").symlink_metadata().is_ok() {
        return refuse(Code::OutputGit);
    }
    if !output.join(MANIFEST).is_file() {
        return refuse(Code::OutputForeign);
    }
    Ok(true)
}

/// The manifest of a tree with its parts, or `None` if it is not one of prakat's.
fn read_manifest(tree: &Path) -> Option<(BTreeMap<String, ManifestFile>, BTreeSet<String>)> {
    let read = |name: &str| -> Option<Manifest> {
        let manifest: Manifest = serde_json::from_slice(&fs::read(tree.join(name)).ok()?).ok()?;
        (manifest.generator == GENERATOR).then_some(manifest)
    };
    let whole = read(MANIFEST)?;
    let mut files = whole.files;
    for part in &whole.parts {
        let plain = part.starts_with("manifest-") && !part.contains('/');
        files.extend(read(part).filter(|_| plain)?.files);
    }
    let names = whole.parts.into_iter().chain([MANIFEST.to_owned()]).collect();
    Some((files.into_iter().map(|file| (file.path.clone(), file)).collect(), names))
}

/// What a tree holds beside folders.
#[derive(Debug, Default)]
pub struct Tree {
    /// Files and links, sorted by path.
    pub files: Vec<Found>,
    /// Those whose names are not UTF-8: prakat writes none.
    pub unnamed: Vec<PathBuf>,
}

/// Everything in a tree but folders. Links are listed, not followed.
pub fn list_tree(root: &Path) -> Result<Tree, Failure> {
    let mut tree = Tree::default();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let place = root.join(&folder);
        for entry in fs::read_dir(&place).map_err(|e| Failure::io(&place, &e))? {
            let entry = entry.map_err(|e| Failure::io(&place, &e))?;
            let kind = entry.file_type().map_err(|e| Failure::io(&entry.path(), &e))?;
            let path = folder.join(entry.file_name());
            if kind.is_dir() {
                folders.push(path);
            } else if let Some(name) = path.to_str() {
                let (path, inode, regular) = (name.to_owned(), entry.ino(), kind.is_file());
                tree.files.push(Found { path, inode, regular });
            } else {
                tree.unnamed.push(path);
            }
        }
    }
    tree.files.sort();
    Ok(tree)
}

/// A build's stage. While it exists, no other build works on the same output.
#[derive(Debug)]
pub struct Stage {
    /// The folders.
    pub outlet: Outlet,
    /// The output as it was when the build began.
    pub live: Live,
    changed: Mutex<Vec<String>>,
    folder: Mutex<Arc<OwnedFd>>,
    lock: File,
}

impl Stage {
    /// Takes the lock, mends what a killed build left, and clears the stage. Another build on the
    /// same output is waited for, so long.
    pub fn begin(output: &Path, wait: Duration) -> Result<Self, Failure> {
        let outlet = Outlet::new(output)?;
        is_own(&outlet.live)?;
        refuse_inside(&outlet.live)?;
        let lock = take_lock(&outlet, wait)?;
        recover(&outlet)?;
        let live = Live::look(&outlet.live)?;
        let folder = Mutex::new(Arc::new(empty_folder(&outlet.staged())?));
        Ok(Self { outlet, live, changed: Mutex::new(Vec::new()), folder, lock })
    }

    /// Empties the stage.
    pub fn clear(&self) -> Result<(), Failure> {
        self.lock_changed().clear();
        let folder = Arc::new(empty_folder(&self.outlet.staged())?);
        *self.folder.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = folder;
        Ok(())
    }

    fn lock_changed(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.changed.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The paths of staged files, sorted.
    pub fn changed(&self) -> Vec<String> {
        let mut changed = self.lock_changed().clone();
        changed.sort();
        changed
    }

    /// Takes a file of the new output: stages it if it differs from what stands there.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        if self.live.has_regular(path) && self.equals_live(path, bytes) {
            return Ok(());
        }
        let mut file = self.create(path)?;
        file.write_all(bytes).map_err(|e| Failure::io(&self.outlet.staged().join(path), &e))?;
        self.lock_changed().push(path.to_owned());
        Ok(())
    }

    fn equals_live(&self, path: &str, bytes: &[u8]) -> bool {
        let Ok(mut file) = open_regular(&self.outlet.live.join(path)) else { return false };
        let size = file.metadata().map(|m| m.len()).unwrap_or(0);
        if size != bytes.len() as u64 {
            return false;
        }
        let mut standing = Vec::with_capacity(bytes.len() + 1);
        file.read_to_end(&mut standing).is_ok() && standing == bytes
    }

    fn create(&self, path: &str) -> Result<File, Failure> {
        let failed = |error: Errno| Failure::io(&self.outlet.staged().join(path), &error.into());
        let folder = self.folder();
        // A page's folder is nearly always new: make it first.
        if let Some(parent) = path.strip_suffix("/index.html") {
            let _ = mkdirat(&*folder, parent, Mode::from(0o777));
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let open = || openat(&*folder, path, flags, Mode::from(0o666));
        match open() {
            Err(Errno::NOENT) => {
                let target = self.outlet.staged().join(path);
                let parent = target.parent().unwrap_or(&target);
                fs::create_dir_all(parent).map_err(|e| Failure::io(parent, &e))?;
                open()
            }
            other => other,
        }
        .map(File::from)
        .map_err(failed)
    }

    /// The stage's folder, open: paths below it are short for the system to walk.
    fn folder(&self) -> Arc<OwnedFd> {
        self.folder.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// A file for what does not fit in memory. It has no name: nothing of it stays, however the
    /// build ends.
    pub fn scratch(&self) -> Result<Scratch, Failure> {
        let path = self.outlet.side.join("scratch");
        let failed = |error| Failure::io(&path, &error);
        let _one_at_a_time = self.lock_changed();
        let file = File::options().read(true).write(true).create(true).truncate(true).open(&path);
        let file = file.map_err(failed)?;
        fs::remove_file(&path).map_err(failed)?;
        Ok(Scratch { file, path, length: 0 })
    }

    /// Takes a file of the new output from an open file, of any size. The bytes read are the
    /// bytes hashed and staged; `expected` is the size that pages show. Only what goes wrong with the
    /// output is a failure.
    pub fn copy(&self, path: &str, mut source: File, expected: u64) -> Result<Taken, Failure> {
        let standing = self.live.has_regular(path).then(|| self.outlet.live.join(path));
        let equal = match standing {
            Some(standing) => same_bytes(&source, &standing, expected),
            None => None,
        };
        if let Some(digest) = equal {
            return Ok(Taken::Whole(digest));
        }
        if let Err(error) = source.rewind() {
            return Ok(Taken::Unreadable(error));
        }
        let target = self.outlet.staged().join(path);
        let mut out = self.create(path)?;
        let mut written = Ok(());
        // A file that grows is not read for ever.
        let read = pump(source.take(expected.saturating_add(1)), |bytes| {
            written = out.write_all(bytes).map_err(|e| Failure::io(&target, &e));
            if written.is_ok() { Ok(()) } else { Err(ErrorKind::Other.into()) }
        });
        written?;
        self.lock_changed().push(path.to_owned());
        Ok(match read {
            Ok((digest, size)) if size == expected => Taken::Whole(digest),
            Ok(_) => Taken::Changed,
            Err(error) => Taken::Unreadable(error),
        })
    }
}

/// What came of taking a file of the portal into the output.
#[derive(Debug)]
pub enum Taken {
    /// It is there, with this digest.
    Whole(Sha256Digest),
    /// It has another size than it had.
    Changed,
    /// It could not be read to its end.
    Unreadable(std::io::Error),
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What a failed build leaves is swept by the next one, too: nothing depends on this.
        let _ = remove_tree(&self.outlet.staged());
        let _ = self.lock.unlock();
    }
}

/// A file without a name.
#[derive(Debug)]
pub struct Scratch {
    file: File,
    path: PathBuf,
    length: u64,
}

impl Scratch {
    /// Writes bytes behind all others; where they begin.
    pub fn append(&mut self, bytes: &[u8]) -> Result<u64, Failure> {
        let at = self.length;
        self.file.write_all_at(bytes, at).map_err(|e| Failure::io(&self.path, &e))?;
        self.length += bytes.len() as u64;
        Ok(at)
    }

    /// Reads so many bytes from a place on.
    pub fn read(&self, at: u64, length: usize) -> Result<Vec<u8>, Failure> {
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, at).map_err(|e| Failure::io(&self.path, &e))?;
        Ok(bytes)
    }
}

/// The digest, if both files hold the same `size` bytes.
fn same_bytes(source: &File, standing: &Path, size: u64) -> Option<Sha256Digest> {
    let mut standing = open_regular(standing).ok()?;
    if standing.metadata().ok()?.len() != size {
        return None;
    }
    let mut other = vec![0; 1 << 16];
    let mut equal = true;
    let (digest, read) = pump(source.take(size.saturating_add(1)), |bytes| {
        equal = equal && standing.read_exact(&mut other[..bytes.len()]).is_ok();
        equal = equal && other[..bytes.len()] == *bytes;
        Ok(())
    })
    .ok()?;
    (equal && read == size).then_some(digest)
}

/// Opens a regular file; links are not followed.
fn open_regular(path: &Path) -> std::io::Result<File> {
    let file = open_plain(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(ErrorKind::InvalidInput.into()) }
}

/// Makes a folder anew. It becomes the output: readable there, hidden by its parent here.
fn empty_folder(folder: &Path) -> Result<OwnedFd, Failure> {
    remove_tree(folder)?;
    fs::create_dir(folder).map_err(|e| Failure::io(folder, &e))?;
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    openat(CWD, folder, flags, Mode::empty()).map_err(|e| Failure::io(folder, &e.into()))
}

/// Removes a tree; nothing there is fine.
pub fn remove_tree(path: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Failure::io(path, &error)),
        _ => Ok(()),
    }
}

/// An output inside another one would be removed as foreign.
fn refuse_inside(output: &Path) -> Result<(), Failure> {
    let is_side = |folder: &&Path| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with('.') && name.ends_with(".prakat")
    };
    let outer = |folder: &&Path| is_side(folder) || read_manifest(folder).is_some();
    match output.ancestors().skip(1).find(outer) {
        None => Ok(()),
        Some(folder) => Err(Failure::new(Code::OutputInside)
            .arg("path", output.display().to_string())
            .arg("output", folder.display().to_string())),
    }
}

/// The lock is the system's: it is free again when the process ends, however it ends.
fn take_lock(outlet: &Outlet, wait: Duration) -> Result<File, Failure> {
    let side = &outlet.side;
    match fs::DirBuilder::new().mode(0o700).create(side) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(Failure::io(side, &error));
        }
        _ => {}
    }
    // Nobody else may have put something in its place: what stands there is removed at will.
    let metadata = side.symlink_metadata().map_err(|e| Failure::io(side, &e))?;
    if !metadata.is_dir() {
        return Err(Failure::new(Code::OutputLink).arg("path", side.display().to_string()));
    }
    fs::set_permissions(side, fs::Permissions::from_mode(0o700))
        .map_err(|e| Failure::io(side, &e))?;
    let path = side.join("lock");
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|e| Failure::io(&path, &e))?;
    let start = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(fs::TryLockError::Error(error)) => return Err(Failure::io(&path, &error)),
            Err(fs::TryLockError::WouldBlock) if start.elapsed() > wait => {
                let seconds = wait.as_secs().to_string();
                let output = outlet.live.display().to_string();
                return Err(Failure::new(Code::Locked).arg("path", output).arg("seconds", seconds));
            }
            Err(fs::TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Where names are exchanged in two steps, a build killed between them leaves no output: the
/// former one goes back to its place.
fn recover(outlet: &Outlet) -> Result<(), Failure> {
    let former = outlet.former();
    match former.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => {}
        _ => return Ok(()),
    }
    if outlet.live.symlink_metadata().is_err() {
        return fs::rename(&former, &outlet.live).map_err(|e| Failure::io(&outlet.live, &e));
    }
    remove_tree(&former)
}

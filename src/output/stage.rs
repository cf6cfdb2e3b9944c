//! The output as it stands, and the stage beside it where a build puts what differs.
//!
//! Beside an output folder `public` stands `.public.prakat` (mode 0700): the lock, the stage, and
//! a twin of the output that makes the next exchange cheap. A build compares every file with the
//! output and stages only those that differ; nothing in the output changes before `publish`.

#![expect(clippy::disallowed_methods, reason = "this is where an output's folder is found")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Seek, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::diagnostics::{Code, Failure};
use crate::output::folder::{Folder, Identity};
use crate::output::manifest::{GENERATOR, MANIFEST, Manifest, ManifestFile};
use crate::source::{Sha256Digest, pump};

/// One file or link found in a tree, with what tells two names for one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Path from the tree's root.
    pub path: String,
    /// The file's number in its file system.
    pub inode: u64,
    /// Whether it is a regular file.
    pub regular: bool,
}

/// Paths of an output folder and of what stands beside it.
#[derive(Debug, Clone)]
pub struct OutputPaths {
    /// The output folder.
    pub live: PathBuf,
    /// The hidden folder beside it.
    pub side: PathBuf,
}

impl OutputPaths {
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

    /// The output's name in its parent.
    pub fn name(&self) -> &Path {
        Path::new(self.live.file_name().unwrap_or_default())
    }
}

/// The folder of staged files in the hidden folder.
pub(crate) const STAGED: &str = "staged";
/// The twin of the output.
pub(crate) const TWIN: &str = "twin";
/// The mark that the twin equals the output.
pub(crate) const SYNCED: &str = "synced";
/// The output, for a moment, where two names cannot be exchanged in one step.
pub(crate) const FORMER: &str = "former";

/// What stands in an output folder.
#[derive(Debug, Default)]
pub struct CurrentOutput {
    /// Whether there is a folder with something in it.
    pub exists: bool,
    /// All files and links, sorted by path.
    pub files: Vec<Entry>,
    /// Files whose names are not UTF-8.
    pub unnamed: Vec<PathBuf>,
    /// What its manifest lists, by path.
    pub manifest: BTreeMap<String, ManifestFile>,
    /// The names of the manifest and its parts.
    pub manifest_names: BTreeSet<String>,
    /// The folder that was looked at, whatever its name leads to later.
    pub folder: Option<Folder>,
}

impl CurrentOutput {
    /// Looks at an output folder. One that prakat did not make is refused.
    pub fn look(output: &Path) -> Result<Self, Failure> {
        match Folder::around(output.parent().unwrap_or(output)) {
            Ok(place) => Self::look_in(&place, output),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Failure::io(output, &error)),
        }
    }

    /// The same, from its parent.
    fn look_in(place: &Folder, output: &Path) -> Result<Self, Failure> {
        let refuse = || Failure::new(Code::OutputForeign).arg("path", output.display().to_string());
        let folder = match own_folder(place, output)? {
            (folder, true) => return Ok(Self { folder, ..Self::default() }),
            (None, _) => return Ok(Self::default()),
            (Some(folder), false) => folder,
        };
        let (manifest, manifest_names) = read_manifest(&folder).ok_or_else(refuse)?;
        let Tree { files, unnamed } = list_tree(&folder, output)?;
        let folder = Some(folder);
        Ok(Self { exists: true, files, unnamed, manifest, manifest_names, folder })
    }

    fn has_regular(&self, path: &str) -> bool {
        let at = self.files.binary_search_by(|found| found.path.as_str().cmp(path));
        at.is_ok_and(|n| self.files[n].regular)
    }
}

/// The output folder, if there is one, and whether it is empty. One that is not empty and that prakat
/// did not make is refused.
fn own_folder(place: &Folder, output: &Path) -> Result<(Option<Folder>, bool), Failure> {
    let refuse = |code| Err(Failure::new(code).arg("path", output.display().to_string()));
    let failed = |error| Failure::io(output, &error);
    let name = Path::new(output.file_name().unwrap_or_default());
    let folder = match place.enter(name) {
        Ok(folder) => folder,
        Err(_) if place.is_link(name) => return refuse(Code::OutputLink),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok((None, true)),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            return refuse(Code::OutputNotFolder);
        }
        Err(error) => return Err(failed(error)),
    };
    let names = folder.entries().map_err(failed)?;
    if names.is_empty() {
        return Ok((Some(folder), true));
    }
    if names.iter().any(|entry| entry.name == ".git") {
        return refuse(Code::OutputGit);
    }
    if !names.iter().any(|entry| entry.is_regular && entry.name == MANIFEST) {
        return refuse(Code::OutputForeign);
    }
    Ok((Some(folder), false))
}

/// The manifest of a tree with its parts, or `None` if it is not one of prakat's.
fn read_manifest(tree: &Folder) -> Option<(BTreeMap<String, ManifestFile>, BTreeSet<String>)> {
    let read = |name: &str| -> Option<Manifest> {
        let manifest: Manifest = serde_json::from_slice(&tree.read(name).ok()?).ok()?;
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
pub(crate) struct Tree {
    /// Files and links, sorted by path.
    pub files: Vec<Entry>,
    /// Those whose names are not UTF-8: prakat writes none.
    pub unnamed: Vec<PathBuf>,
}

/// Everything in a tree but folders. Links are listed, not followed. `root` is where messages say that
/// the tree is.
pub(crate) fn list_tree(tree: &Folder, root: &Path) -> Result<Tree, Failure> {
    let mut found = Tree::default();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let entries = if folder.as_os_str().is_empty() {
            tree.entries()
        } else {
            tree.enter(&folder).and_then(|folder| folder.entries())
        };
        for entry in entries.map_err(|e| Failure::io(&root.join(&folder), &e))? {
            let path = folder.join(&entry.name);
            if entry.is_folder {
                folders.push(path);
            } else if let Some(name) = path.to_str() {
                let (inode, regular) = (entry.inode, entry.is_regular);
                found.files.push(Entry { path: name.to_owned(), inode, regular });
            } else {
                found.unnamed.push(path);
            }
        }
    }
    found.files.sort();
    Ok(found)
}

/// A build's stage. While it exists, no other build works on the same output.
#[derive(Debug)]
pub struct Stage {
    /// The folders.
    pub outlet: OutputPaths,
    /// The output as it was when the build began.
    pub live: CurrentOutput,
    /// The folder in which the output has its name.
    pub place: Folder,
    /// The hidden folder beside the output.
    pub side: Folder,
    changed: Mutex<Vec<String>>,
    folder: Mutex<Arc<Folder>>,
    lock: File,
}

impl Stage {
    /// Takes the lock, mends what a killed build left, and clears the stage. Another build on the
    /// same output is waited for, so long.
    pub fn begin(output: &Path, wait: Duration) -> Result<Self, Failure> {
        let outlet = OutputPaths::new(output)?;
        let parent = outlet.live.parent().unwrap_or(&outlet.live);
        let place = Folder::around(parent).map_err(|e| Failure::io(parent, &e))?;
        own_folder(&place, &outlet.live)?;
        refuse_inside(&outlet.live)?;
        let (side, lock) = take_lock(&outlet, &place, wait)?;
        recover(&outlet, &place, &side)?;
        let live = CurrentOutput::look_in(&place, &outlet.live)?;
        let folder = Mutex::new(Arc::new(empty_folder(&outlet, &side)?));
        Ok(Self { outlet, live, place, side, changed: Mutex::new(Vec::new()), folder, lock })
    }

    /// Empties the stage.
    pub fn clear(&self) -> Result<(), Failure> {
        self.lock_changed().clear();
        let folder = Arc::new(empty_folder(&self.outlet, &self.side)?);
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
        file.write_all(bytes).map_err(|e| Failure::io(&self.staged(path), &e))?;
        self.lock_changed().push(path.to_owned());
        Ok(())
    }

    fn equals_live(&self, path: &str, bytes: &[u8]) -> bool {
        let standing = self.live.folder.as_ref().and_then(|live| live.file(path).ok());
        let Some(mut file) = standing else { return false };
        let size = file.metadata().map(|m| m.len()).unwrap_or(0);
        if size != bytes.len() as u64 {
            return false;
        }
        let mut standing = Vec::with_capacity(bytes.len() + 1);
        file.read_to_end(&mut standing).is_ok() && standing == bytes
    }

    fn create(&self, path: &str) -> Result<File, Failure> {
        let folder = self.folder();
        // A page's folder is nearly always new: make it first.
        if let Some(parent) = path.strip_suffix("/index.html") {
            folder.make_quickly(parent);
        }
        let created = match folder.create(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                folder.make_parents(path).and_then(|()| folder.create(path))
            }
            other => other,
        };
        created.map_err(|error| Failure::io(&self.staged(path), &error))
    }

    /// Where messages say that a staged file is.
    fn staged(&self, path: &str) -> PathBuf {
        self.outlet.side.join(STAGED).join(path)
    }

    /// The folder with the staged files.
    pub fn folder(&self) -> Arc<Folder> {
        self.folder.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Whether the output's name leads to a folder, or to nothing.
    pub fn leads_to(&self, wanted: Option<Identity>) -> Result<bool, Failure> {
        let found = self.place.identity_of(self.outlet.name());
        Ok(found.map_err(|e| Failure::io(&self.outlet.live, &e))? == wanted)
    }

    /// A file for what does not fit in memory. It has no name: nothing of it stays, however the
    /// build ends.
    pub fn scratch(&self) -> Result<Scratch, Failure> {
        let path = self.outlet.side.join("scratch");
        let failed = |error| Failure::io(&path, &error);
        let _one_at_a_time = self.lock_changed();
        self.side.remove("scratch").map_err(failed)?;
        let file = self.side.open_or_create("scratch").map_err(failed)?;
        self.side.remove("scratch").map_err(failed)?;
        Ok(Scratch { file, path, length: 0 })
    }

    /// Takes a file of the new output from an open file, of any size. The bytes read are the
    /// bytes hashed and staged; `expected` is the size that pages show. Only what goes wrong with the
    /// output is a failure.
    pub fn copy(&self, path: &str, mut source: File, expected: u64) -> Result<Taken, Failure> {
        let live = self.live.folder.as_ref().filter(|_| self.live.has_regular(path));
        let standing = live.and_then(|live| live.file(path).ok());
        let equal = standing.and_then(|standing| same_bytes(&source, standing, expected));
        if let Some(digest) = equal {
            return Ok(Taken::Whole(digest));
        }
        if let Err(error) = source.rewind() {
            return Ok(Taken::Unreadable(error));
        }
        let target = self.staged(path);
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
        let _ = self.side.remove_all(STAGED);
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
fn same_bytes(source: &File, mut standing: File, size: u64) -> Option<Sha256Digest> {
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

/// Makes the stage anew. It becomes the output: readable there, hidden by its parent here.
fn empty_folder(outlet: &OutputPaths, side: &Folder) -> Result<Folder, Failure> {
    let made = side.remove_all(STAGED).and_then(|()| side.make(STAGED, 0o777));
    let opened = made.and_then(|()| side.enter(STAGED));
    opened.map_err(|e| Failure::io(&outlet.side.join(STAGED), &e))
}

/// An output inside another one would be removed as foreign.
fn refuse_inside(output: &Path) -> Result<(), Failure> {
    let is_side = |folder: &&Path| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with('.') && name.ends_with(".prakat")
    };
    let has_manifest =
        |folder: &Path| Folder::at(folder).is_ok_and(|it| read_manifest(&it).is_some());
    let outer = |folder: &&Path| is_side(folder) || has_manifest(folder);
    match output.ancestors().skip(1).find(outer) {
        None => Ok(()),
        Some(folder) => Err(Failure::new(Code::OutputInside)
            .arg("path", output.display().to_string())
            .arg("output", folder.display().to_string())),
    }
}

/// The lock is the system's: it is free again when the process ends, however it ends.
fn take_lock(
    outlet: &OutputPaths,
    place: &Folder,
    wait: Duration,
) -> Result<(Folder, File), Failure> {
    let failed = |error| Failure::io(&outlet.side, &error);
    let name = Path::new(outlet.side.file_name().unwrap_or_default());
    match place.make(name, 0o700) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(failed(error)),
        _ => {}
    }
    // Nobody else may have put something in its place: what is in it is removed at will.
    let side = place.enter(name).map_err(|error| {
        let is_other = place.is_link(name) || error.kind() == ErrorKind::NotADirectory;
        let path = outlet.side.display().to_string();
        if is_other { Failure::new(Code::OutputLink).arg("path", path) } else { failed(error) }
    })?;
    side.shut().map_err(failed)?;
    let path = outlet.side.join("lock");
    let lock = side.open_or_create("lock").map_err(|e| Failure::io(&path, &e))?;
    let start = Instant::now();
    loop {
        match lock.try_lock() {
            // A lock in a folder that was moved away keeps nobody out.
            Ok(()) if place.identity_of(name).ok().flatten() != side.identity().ok() => {
                let path = outlet.side.display().to_string();
                return Err(Failure::new(Code::OutputSwapped).arg("path", path));
            }
            Ok(()) => return Ok((side, lock)),
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
fn recover(outlet: &OutputPaths, place: &Folder, side: &Folder) -> Result<(), Failure> {
    let failed = |error| Failure::io(&outlet.live, &error);
    if side.enter(FORMER).is_err() {
        return Ok(());
    }
    if place.identity_of(outlet.name()).map_err(failed)?.is_none() {
        return place.take_if_free(outlet.name(), side, FORMER).map_err(failed);
    }
    side.remove_all(FORMER).map_err(failed)
}

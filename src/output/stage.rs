//! The stage, where a build puts the files that differ from the output.
//!
//! Next to an output folder `public` is `.public.prakat` (mode 0700). It contains the lock, the stage,
//! a twin of the output that makes the next exchange cheap, and a `.gitignore` that covers all of it. A build compares every file with the
//! output and stages only those that differ. Nothing in the output changes before `publish`.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::diagnostics::{Code, Failure};
use crate::output::current::{CurrentOutput, OutputPaths, own_folder, read_manifest};
use crate::output::folder::{Folder, Identity};
use crate::output::scratch::Scratch;
use crate::source::{Sha256Digest, pump};

/// The folder of staged files, in the hidden folder.
pub(crate) const STAGED: &str = "staged";
/// The twin of the output.
pub(crate) const TWIN: &str = "twin";
/// The file which says that the twin equals the output.
pub(crate) const SYNCED: &str = "synced";
/// The former output for a moment, on systems that cannot exchange two names in one step.
pub(crate) const FORMER: &str = "former";
/// The file that hides the folder from Git.
const IGNORED: &str = ".gitignore";

/// The stage of a build. While it exists, no other build works on the same output.
///
/// ```
/// use std::time::Duration;
///
/// use prakat::output::Stage;
///
/// let folder = tempfile::tempdir().unwrap();
/// let output = folder.path().join("public");
/// let stage = Stage::begin(&output, Duration::ZERO).unwrap();
/// stage.put("index.html", b"<!DOCTYPE html>").unwrap();
/// assert_eq!(stage.changed(), ["index.html"]);
/// // Only `publish` changes the output.
/// assert!(!output.exists());
/// ```
#[derive(Debug)]
pub struct Stage {
    /// The paths of the output and of the hidden folder.
    pub paths: OutputPaths,
    /// The output when the build began.
    pub current: CurrentOutput,
    /// The folder that contains the output.
    pub parent: Folder,
    /// The hidden folder next to the output.
    pub hidden: Folder,
    changed: Mutex<Vec<String>>,
    folder: Mutex<Arc<Folder>>,
    lock: File,
}

impl Stage {
    /// Takes the lock, repairs what a killed build left, and empties the stage. Waits for at most
    /// `wait` while another build works on the same output.
    pub fn begin(output: &Path, wait: Duration) -> Result<Self, Failure> {
        let paths = OutputPaths::new(output)?;
        let parent_path = paths.output.parent().unwrap_or(&paths.output);
        let parent = Folder::around(parent_path).map_err(|e| Failure::io(parent_path, &e))?;
        own_folder(&parent, &paths.output)?;
        refuse_inside(&paths.output)?;
        let (hidden, lock) = take_lock(&paths, &parent, wait)?;
        recover(&paths, &parent, &hidden)?;
        hide_from_git(&hidden);
        let current = CurrentOutput::look_in(&parent, &paths.output)?;
        let folder = Mutex::new(Arc::new(empty_folder(&paths, &hidden)?));
        Ok(Self { paths, current, parent, hidden, changed: Mutex::new(Vec::new()), folder, lock })
    }

    /// Empties the stage.
    pub fn clear(&self) -> Result<(), Failure> {
        self.lock_changed().clear();
        let folder = Arc::new(empty_folder(&self.paths, &self.hidden)?);
        *self.folder.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = folder;
        Ok(())
    }

    fn lock_changed(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.changed.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Returns the paths of staged files, sorted.
    pub fn changed(&self) -> Vec<String> {
        let mut changed = self.lock_changed().clone();
        changed.sort();
        changed
    }

    /// Stages a file of the new output if it differs from the current output.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        if self.current.has_regular(path) && self.equals_current(path, bytes) {
            return Ok(());
        }
        let mut file = self.create(path)?;
        file.write_all(bytes).map_err(|e| Failure::io(&self.staged(path), &e))?;
        self.lock_changed().push(path.to_owned());
        Ok(())
    }

    fn equals_current(&self, path: &str, bytes: &[u8]) -> bool {
        let file = self.current.folder.as_ref().and_then(|folder| folder.file(path).ok());
        let Some(mut file) = file else { return false };
        let size = file.metadata().map(|m| m.len()).unwrap_or(0);
        if size != bytes.len() as u64 {
            return false;
        }
        let mut current = Vec::with_capacity(bytes.len() + 1);
        file.read_to_end(&mut current).is_ok() && current == bytes
    }

    fn create(&self, path: &str) -> Result<File, Failure> {
        let folder = self.folder();
        // The folder of a page is nearly always new.
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

    /// Returns the path of a staged file, for messages.
    fn staged(&self, path: &str) -> PathBuf {
        self.paths.hidden.join(STAGED).join(path)
    }

    /// Returns the folder with the staged files.
    pub fn folder(&self) -> Arc<Folder> {
        self.folder.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Returns whether the name of the output leads to this folder, or with `None`, to nothing.
    pub fn leads_to(&self, wanted: Option<Identity>) -> Result<bool, Failure> {
        let identity = self.parent.identity_of(self.paths.name());
        Ok(identity.map_err(|e| Failure::io(&self.paths.output, &e))? == wanted)
    }

    /// Creates a file for data that does not fit in memory. It has no name, so nothing of it stays,
    /// however the build ends.
    pub fn scratch(&self) -> Result<Scratch, Failure> {
        let path = self.paths.hidden.join("scratch");
        let failed = |error| Failure::io(&path, &error);
        let _one_at_a_time = self.lock_changed();
        self.hidden.remove("scratch").map_err(failed)?;
        let file = self.hidden.open_or_create("scratch").map_err(failed)?;
        self.hidden.remove("scratch").map_err(failed)?;
        Ok(Scratch { file, path, length: 0 })
    }

    /// Stages a file of the new output, read from an open file of any size. The bytes read are the
    /// bytes hashed and staged. `expected` is the size that pages show. Fails only if the stage cannot
    /// be written.
    pub fn copy(&self, path: &str, mut source: File, expected: u64) -> Result<Taken, Failure> {
        let folder = self.current.folder.as_ref().filter(|_| self.current.has_regular(path));
        let current = folder.and_then(|folder| folder.file(path).ok());
        let digest = current.and_then(|current| same_bytes(&source, current, expected));
        if let Some(digest) = digest {
            return Ok(Taken::Whole(digest));
        }
        if let Err(error) = source.rewind() {
            return Ok(Taken::Unreadable(error));
        }
        let target = self.staged(path);
        let mut out = self.create(path)?;
        let mut written = Ok(());
        // A file that keeps growing is not read forever.
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

/// The result of [`Stage::copy`].
#[derive(Debug)]
pub enum Taken {
    /// The file is in the new output. This is its digest.
    Whole(Sha256Digest),
    /// The size of the file has changed.
    Changed,
    /// The file could not be read to its end.
    Unreadable(std::io::Error),
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Nothing depends on this: the next build removes what a failed one left.
        let _ = self.hidden.remove_all(STAGED);
        let _ = self.lock.unlock();
    }
}

/// Returns the digest of two files with the same `size` bytes. Returns `None` if they differ.
fn same_bytes(source: &File, mut current: File, size: u64) -> Option<Sha256Digest> {
    if current.metadata().ok()?.len() != size {
        return None;
    }
    let mut other = vec![0; 1 << 16];
    let mut equal = true;
    let (digest, read) = pump(source.take(size.saturating_add(1)), |bytes| {
        equal = equal && current.read_exact(&mut other[..bytes.len()]).is_ok();
        equal = equal && other[..bytes.len()] == *bytes;
        Ok(())
    })
    .ok()?;
    (equal && read == size).then_some(digest)
}

/// Creates an empty stage. It may become the output, so its mode is that of the output; until then the
/// hidden folder protects it.
fn empty_folder(paths: &OutputPaths, hidden: &Folder) -> Result<Folder, Failure> {
    let made = hidden.remove_all(STAGED).and_then(|()| hidden.make(STAGED, 0o777));
    let opened = made.and_then(|()| hidden.enter(STAGED));
    opened.map_err(|e| Failure::io(&paths.hidden.join(STAGED), &e))
}

/// Refuses an output inside another one: a build of the outer one would remove it as foreign.
fn refuse_inside(output: &Path) -> Result<(), Failure> {
    let is_hidden_folder = |folder: &&Path| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with('.') && name.ends_with(".prakat")
    };
    let has_manifest =
        |folder: &Path| Folder::at(folder).is_ok_and(|folder| read_manifest(&folder).is_some());
    let outer = |folder: &&Path| is_hidden_folder(folder) || has_manifest(folder);
    match output.ancestors().skip(1).find(outer) {
        None => Ok(()),
        Some(folder) => Err(Failure::new(Code::OutputInside)
            .arg("path", output.display().to_string())
            .arg("output", folder.display().to_string())),
    }
}

/// Opens the hidden folder and takes the lock in it. The system releases the lock when the process ends,
/// however it ends.
fn take_lock(
    paths: &OutputPaths,
    parent: &Folder,
    wait: Duration,
) -> Result<(Folder, File), Failure> {
    let failed = |error| Failure::io(&paths.hidden, &error);
    let name = Path::new(paths.hidden.file_name().unwrap_or_default());
    match parent.make(name, 0o700) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(failed(error)),
        _ => {}
    }
    // Refuse a link, or whatever else somebody put there: the content of this folder is deleted freely.
    let hidden = parent.enter(name).map_err(|error| {
        let is_other = parent.is_link(name) || error.kind() == ErrorKind::NotADirectory;
        let path = paths.hidden.display().to_string();
        if is_other { Failure::new(Code::OutputLink).arg("path", path) } else { failed(error) }
    })?;
    hidden.shut().map_err(failed)?;
    let path = paths.hidden.join("lock");
    let lock = hidden.open_or_create("lock").map_err(|e| Failure::io(&path, &e))?;
    let start = Instant::now();
    loop {
        match lock.try_lock() {
            // A lock in a folder that was moved away excludes nobody.
            Ok(()) if parent.identity_of(name).ok().flatten() != hidden.identity().ok() => {
                let path = paths.hidden.display().to_string();
                return Err(Failure::new(Code::OutputSwapped).arg("path", path));
            }
            Ok(()) => return Ok((hidden, lock)),
            Err(TryLockError::Error(error)) => return Err(Failure::io(&path, &error)),
            Err(TryLockError::WouldBlock) if start.elapsed() > wait => {
                let seconds = wait.as_secs().to_string();
                let output = paths.output.display().to_string();
                return Err(Failure::new(Code::Locked).arg("path", output).arg("seconds", seconds));
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Writes a `.gitignore` that covers the whole folder, as cargo does. Withheld items may have been public
/// in the twin. Nothing else depends on the file, so errors are ignored.
fn hide_from_git(hidden: &Folder) {
    const EVERYTHING: &[u8] = b"*\n";
    if hidden.read(IGNORED).is_ok_and(|bytes| bytes == EVERYTHING) {
        return;
    }
    let _ = hidden.remove_all(IGNORED);
    let _ = hidden.create(IGNORED).and_then(|mut file| file.write_all(EVERYTHING));
}

/// Restores the former output after a build was killed between the two steps that exchange names on some
/// systems.
fn recover(paths: &OutputPaths, parent: &Folder, hidden: &Folder) -> Result<(), Failure> {
    let failed = |error| Failure::io(&paths.output, &error);
    if hidden.enter(FORMER).is_err() {
        return Ok(());
    }
    if parent.identity_of(paths.name()).map_err(failed)?.is_none() {
        return parent.take_if_free(paths.name(), hidden, FORMER).map_err(failed);
    }
    hidden.remove_all(FORMER).map_err(failed)
}

//! Files of the portal itself are replaced in one step: whoever reads finds the old or the new
//! whole. Several are replaced all or none.

#![expect(clippy::disallowed_methods, reason = "the only place that writes to what writers wrote")]

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A file to be replaced or made.
#[derive(Debug)]
pub(super) struct FileEdit {
    /// Where it stands.
    pub path: PathBuf,
    /// The bytes that were read there; `None` if there may be anything or nothing.
    pub before: Option<Vec<u8>>,
    /// The bytes that shall stand there.
    pub after: Vec<u8>,
}

impl FileEdit {
    /// A text in the place of another; a byte order mark before it stays.
    pub(super) fn of_text(path: PathBuf, before: Vec<u8>, after: &str) -> Self {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        let mark = if before.starts_with(MARK) { MARK } else { b"" };
        let after = [mark, after.as_bytes()].concat();
        Self { path, before: Some(before), after }
    }
}

/// Makes a file where there is none, with the folders that it needs. It stands there whole or not at
/// all.
pub(super) fn create(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let change = FileEdit { path: path.to_owned(), before: None, after: bytes.to_owned() };
    Temporary::write(&change, 0)?.put_new(path)
}

/// The first part of a path below a folder that is a symbolic link.
pub(super) fn link_on_the_way(root: &Path, path: &str) -> Option<PathBuf> {
    let parts = Path::new(path).components().scan(root.to_owned(), |at, part| {
        at.push(part);
        Some(at.clone())
    });
    let is_link = |at: &PathBuf| fs::symlink_metadata(at).is_ok_and(|seen| seen.is_symlink());
    parts.into_iter().find(is_link)
}

/// Replaces files, all or none. A file that is not what was read any more stops it.
pub(super) fn overwrite(changes: &[FileEdit]) -> Result<(), (PathBuf, std::io::Error)> {
    let mut ready = Vec::new();
    for (n, change) in changes.iter().enumerate() {
        let at = |error| (change.path.clone(), error);
        ready.push((change, Temporary::write(change, n).map_err(at)?));
    }
    let mut done: Vec<(&FileEdit, Option<Vec<u8>>)> = Vec::new();
    for (change, temporary) in ready {
        let old = fs::read(&change.path).ok();
        let is_known = change.before.is_none() || old == change.before;
        let result = if is_known {
            temporary.put(&change.path)
        } else {
            Err(ErrorKind::ResourceBusy.into())
        };
        if let Err(error) = result {
            done.into_iter().for_each(|(change, old)| restore(change, old));
            return Err((change.path.clone(), error));
        }
        done.push((change, old));
    }
    Ok(())
}

/// Puts back what stood there before.
fn restore(change: &FileEdit, old: Option<Vec<u8>>) {
    let Some(after) = old else {
        let _ = fs::remove_file(&change.path);
        return;
    };
    let back = FileEdit { path: change.path.clone(), before: None, after };
    let _ = Temporary::write(&back, usize::MAX).and_then(|temporary| temporary.put(&back.path));
}

/// A written file that waits beside the one it will replace. Dot files are never content.
struct Temporary(PathBuf);

impl Temporary {
    fn write(change: &FileEdit, number: usize) -> std::io::Result<Self> {
        let folder = change.path.parent().unwrap_or(Path::new("."));
        let path = folder.join(format!(".prakat-{}-{number}", std::process::id()));
        let mut file = File::create_new(&path)?;
        let temporary = Self(path);
        file.write_all(&change.after)?;
        if let Ok(metadata) = fs::symlink_metadata(&change.path) {
            if !metadata.is_file() {
                return Err(ErrorKind::InvalidInput.into());
            }
            file.set_permissions(metadata.permissions())?;
        }
        file.sync_all()?;
        Ok(temporary)
    }

    fn put(self, target: &Path) -> std::io::Result<()> {
        fs::rename(&self.0, target)
    }

    /// A second name never takes the place of a file. Where a disk has no second names, the file is
    /// moved.
    fn put_new(self, target: &Path) -> std::io::Result<()> {
        match fs::hard_link(&self.0, target) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => self.put(target),
            done => done,
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

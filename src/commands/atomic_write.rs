//! Replaces files of the portal in one step: a reader finds either the old file or the new one, whole.
//! Several files are replaced all or none.

#![expect(clippy::disallowed_methods, reason = "the only place that writes files of the portal")]

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, PersistError};

use crate::source::Portal;

/// A file to be replaced or created.
#[derive(Debug)]
pub(super) struct FileEdit {
    /// The path of the file on disk.
    pub path: PathBuf,
    /// The bytes that the file must still have. `None` allows any bytes, or no file.
    pub before: Option<Vec<u8>>,
    /// The new bytes.
    pub after: Vec<u8>,
}

impl FileEdit {
    /// Replaces a text. Keeps the byte order mark if there is one.
    pub(super) fn of_text(path: PathBuf, before: Vec<u8>, after: &str) -> Self {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        let mark = if before.starts_with(MARK) { MARK } else { b"" };
        let after = [mark, after.as_bytes()].concat();
        Self { path, before: Some(before), after }
    }
}

/// Creates a file and the folders that it needs. Fails if the file exists.
pub(super) fn create(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let edit = FileEdit { path: path.to_owned(), before: None, after: bytes.to_owned() };
    match write_temporary(&edit)?.persist_noclobber(path) {
        // Some file systems can only replace.
        Err(PersistError { error, file }) if error.kind() != ErrorKind::AlreadyExists => {
            put(file, path)
        }
        result => result.map(drop).map_err(|failed| failed.error),
    }
}

/// Creates files and the folders that they need, all or none. Fails if one of them exists.
pub(super) fn create_all(files: &[(PathBuf, Vec<u8>)]) -> Result<(), (PathBuf, std::io::Error)> {
    let (mut made, mut folders) = (Vec::new(), Vec::new());
    for (path, bytes) in files {
        folders.extend(missing_folders(path));
        if let Err(error) = create(path, bytes) {
            made.iter().rev().for_each(|path: &&PathBuf| {
                let _ = fs::remove_file(path);
            });
            // A folder in which somebody put something meanwhile is not empty, and stays.
            folders.iter().rev().for_each(|folder| {
                let _ = fs::remove_dir(folder);
            });
            return Err((path.clone(), error));
        }
        made.push(path);
    }
    Ok(())
}

/// Returns the folders above a path that do not exist, outermost first.
fn missing_folders(path: &Path) -> Vec<PathBuf> {
    let above = path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
    let missing = above.take_while(|folder| fs::symlink_metadata(folder).is_err());
    let mut missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
    missing.reverse();
    missing
}

/// Returns a path as people write it: without `./`.
pub(super) fn plain(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

/// Returns what keeps a file of a portal from being created: a part of its path that is a link, or a file
/// where a folder must be. Parts above the portal may be links.
pub(super) fn first_obstacle(portal: &Portal, path: &str) -> Option<String> {
    let root: PathBuf = portal.locate("").components().collect();
    let folder = root.join(path).parent().map(Path::to_owned).unwrap_or_default();
    let is_file = |at: &&Path| fs::metadata(at).is_ok_and(|metadata| !metadata.is_dir());
    let link = first_link(&root, path);
    let obstacle = link.or_else(|| folder.ancestors().find(is_file).map(Path::to_owned))?;
    Some(plain(&obstacle))
}

/// Returns the first part of a path below a folder that is a symbolic link.
pub(super) fn first_link(root: &Path, path: &str) -> Option<PathBuf> {
    let parts = Path::new(path).components().scan(root.to_owned(), |at, part| {
        at.push(part);
        Some(at.clone())
    });
    let is_link =
        |at: &PathBuf| fs::symlink_metadata(at).is_ok_and(|metadata| metadata.is_symlink());
    parts.into_iter().find(is_link)
}

/// Replaces files, all or none. Fails if a file has changed since it was read.
pub(super) fn overwrite(edits: &[FileEdit]) -> Result<(), (PathBuf, std::io::Error)> {
    let mut ready = Vec::new();
    for edit in edits {
        let temporary = write_temporary(edit).map_err(|error| (edit.path.clone(), error))?;
        ready.push((edit, temporary));
    }
    let mut done: Vec<(&FileEdit, Option<Vec<u8>>)> = Vec::new();
    for (edit, temporary) in ready {
        let old = fs::read(&edit.path).ok();
        let is_unchanged = edit.before.is_none() || old == edit.before;
        let result = if is_unchanged {
            put(temporary, &edit.path)
        } else {
            Err(ErrorKind::ResourceBusy.into())
        };
        if let Err(error) = result {
            done.into_iter().for_each(|(edit, old)| restore(edit, old));
            return Err((edit.path.clone(), error));
        }
        done.push((edit, old));
    }
    Ok(())
}

/// Restores the bytes that a file had before an edit.
fn restore(edit: &FileEdit, old: Option<Vec<u8>>) {
    let Some(after) = old else {
        let _ = fs::remove_file(&edit.path);
        return;
    };
    let back = FileEdit { path: edit.path.clone(), before: None, after };
    let _ = write_temporary(&back).and_then(|temporary| put(temporary, &back.path));
}

/// Writes the new bytes to a hidden file in the same folder, with the permissions of the old file.
fn write_temporary(edit: &FileEdit) -> std::io::Result<NamedTempFile> {
    let folder = edit.path.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".prakat-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Like any new file: what the umask leaves of these.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut temporary = builder.tempfile_in(folder)?;
    temporary.write_all(&edit.after)?;
    if let Ok(metadata) = fs::symlink_metadata(&edit.path) {
        if !metadata.is_file() {
            return Err(ErrorKind::InvalidInput.into());
        }
        temporary.as_file().set_permissions(metadata.permissions())?;
    }
    temporary.as_file().sync_all()?;
    Ok(temporary)
}

/// Moves a temporary file to its place.
fn put(temporary: NamedTempFile, target: &Path) -> std::io::Result<()> {
    temporary.persist(target).map(drop).map_err(|failed| failed.error)
}

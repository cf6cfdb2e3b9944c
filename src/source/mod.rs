//! Lists and reads the files of a portal.
//!
//! A file that cannot be read is a diagnostic at a place, never a failure: the problem is in the
//! portal, not in the environment. Symbolic links and special files are errors and are never
//! followed, even if they appear between listing and reading. Temporary files of editors and
//! systems are skipped.

#![expect(clippy::disallowed_methods, reason = "this is where files are read")]

mod conflict;
mod digest;
mod stamp;
mod text;

pub(crate) use conflict::{ConflictFinder, conflict_in};
pub use digest::{Sha256Digest, hex, pump};
pub use stamp::{Stamp, stamps};
pub use text::{Fingerprint, MAX_LINE, MAX_TEXT, Text};

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustix::fs::OFlags;
use sha2::{Digest, Sha256};
use walkdir::{DirEntry, WalkDir};

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, cause_of};
use crate::text::nfc;

/// The maximum length of a path component, in bytes. Some file systems allow 255, and temporary
/// names need a few of them.
pub const MAX_PART: usize = 200;

/// Returns whether Windows takes a path component for a device, whatever its extension.
pub(crate) fn is_device_name(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or("");
    ["con", "prn", "aux", "nul"].iter().any(|name| stem.eq_ignore_ascii_case(name))
}

/// A file found by a listing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Path from the portal's root, with `/`, as the file system spells it.
    pub path: String,
    /// Size in bytes. 0 for Markdown, whose size is known once it is read.
    pub size: u64,
    /// Identifies the file and its version. `None` for Markdown, whose text is compared instead.
    pub stamp: Option<Stamp>,
}

/// The files under `content/`.
#[derive(Debug, Default)]
pub struct Inventory {
    /// Markdown files, sorted by path.
    pub documents: Vec<Listed>,
    /// All other files, sorted by path.
    pub files: Vec<Listed>,
    /// Indices of the documents by normalized path, built on first use.
    by_path: OnceLock<BTreeMap<String, usize>>,
}

impl Inventory {
    /// Returns the path of the Markdown file whose normalized path equals the normalized `path`.
    pub fn document(&self, path: &str, normal: fn(&str) -> String) -> Option<&str> {
        let by_path = self.by_path.get_or_init(|| {
            let mut by_path = BTreeMap::new();
            for (number, listed) in self.documents.iter().enumerate() {
                by_path.entry(normal(&listed.path)).or_insert(number);
            }
            by_path
        });
        by_path.get(&normal(path)).map(|number| self.documents[*number].path.as_str())
    }
}

/// The folder of a portal.
#[derive(Debug, Clone)]
pub struct Portal {
    root: PathBuf,
    /// The folder itself, opened once. Files are opened relative to it.
    #[cfg(target_os = "linux")]
    folder: Option<std::sync::Arc<std::os::fd::OwnedFd>>,
}

impl Portal {
    /// Creates the source for the portal in a folder.
    pub fn at(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            #[cfg(target_os = "linux")]
            folder: open_folder(root).ok().map(std::sync::Arc::new),
        }
    }

    /// Returns the path on disk of a path relative to the portal's root.
    pub fn locate(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Returns whether anything exists at a path.
    pub fn has(&self, path: &str) -> bool {
        self.locate(path).symlink_metadata().is_ok()
    }

    /// Returns the folder of the file that was given instead of the portal's folder, if it is one.
    pub fn parent_if_file(&self) -> Option<String> {
        let parent = self.root.parent().filter(|_| self.root.is_file())?;
        let here = parent.as_os_str().is_empty();
        Some(if here { ".".to_owned() } else { parent.display().to_string() })
    }

    /// Lists `content/`.
    pub fn inventory(&self, diagnostics: &mut Diagnostics) -> Inventory {
        let mut inventory = Inventory::default();
        if !self.root.join("content").is_dir() {
            diagnostics.push(Diagnostic::error(Code::NoContent, Place::file("content")));
            return inventory;
        }
        for listed in self.list("content", diagnostics) {
            if listed.path.ends_with(".md") {
                if let Some(misspelt) = misspelt_index(&listed.path) {
                    diagnostics.push(misspelt);
                }
                inventory.documents.push(listed);
            } else if is_misnamed_markdown(&listed.path) {
                let place = Place::file(&listed.path);
                diagnostics.push(Diagnostic::error(Code::MarkdownExtension, place));
            } else {
                inventory.files.push(listed);
            }
        }
        inventory
    }

    /// Lists the regular files under a folder, sorted. The list is empty if the folder is missing.
    pub fn list(&self, folder: &str, diagnostics: &mut Diagnostics) -> Vec<Listed> {
        let top = self.root.join(folder);
        let mut listed = Vec::new();
        if !self.has(folder) {
            return listed;
        }
        let walk = WalkDir::new(&top).follow_links(false).into_iter();
        for entry in walk.filter_entry(|e| e.depth() == 0 || !is_clutter(e.file_name())) {
            match entry {
                Ok(entry) => self.list_entry(&entry, &mut listed, diagnostics),
                Err(error) => {
                    let path = error.path().unwrap_or(&top);
                    let mut place = self.relative(path).1;
                    if path.symlink_metadata().is_ok_and(|seen| seen.is_dir()) {
                        place.push('/');
                    }
                    let cause = error.io_error().map_or(String::new(), cause_of);
                    let diagnostic = Diagnostic::error(Code::Unreadable, Place::file(&place));
                    diagnostics.push(diagnostic.arg("cause", cause));
                }
            }
        }
        listed.sort();
        listed
    }

    fn list_entry(
        &self,
        entry: &DirEntry,
        listed: &mut Vec<Listed>,
        diagnostics: &mut Diagnostics,
    ) {
        let kind = entry.file_type();
        let (is_text, path) = self.relative(entry.path());
        let problem = if kind.is_symlink() {
            Some(Code::Symlink)
        } else if !is_text {
            Some(Code::NameNotUtf8)
        } else if path.chars().any(char::is_control) {
            Some(Code::NameControl)
        } else if entry.depth() > 0 && longest(&path[folder_end(&path)..]) > MAX_PART {
            Some(Code::LongName)
        } else if !kind.is_file() && !kind.is_dir() {
            Some(Code::SpecialFile)
        } else {
            None
        };
        if let Some(code) = problem {
            let limit = MAX_PART.to_string();
            let place = if kind.is_dir() { format!("{path}/") } else { path };
            diagnostics.push(Diagnostic::error(code, Place::file(&place)).arg("limit", limit));
        } else if kind.is_file() {
            let is_markdown = path.ends_with(".md");
            let seen = if is_markdown { None } else { entry.metadata().ok() };
            let stamp = seen.as_ref().map(Stamp::of);
            listed.push(Listed { path, size: seen.map_or(0, |seen| seen.len()), stamp });
        }
    }

    /// Returns whether the path is valid UTF-8, and the path relative to the root.
    fn relative(&self, path: &Path) -> (bool, String) {
        let relative = path.strip_prefix(&self.root).unwrap_or(path);
        match relative.to_str() {
            Some(text) => (true, text.to_owned()),
            None => (false, relative.to_string_lossy().into_owned()),
        }
    }

    /// Opens a regular file for reading. A link or a special file is an error.
    pub fn open(&self, path: &str) -> Result<File, Diagnostic> {
        let opened = self.open_sized(path).map(|(file, _)| file);
        opened.map_err(|error| unreadable(path, &error))
    }

    /// Returns the stamp of a regular file, or `None` if it cannot be opened.
    pub fn stamp(&self, path: &str) -> Option<Stamp> {
        self.open(path).ok()?.metadata().ok().as_ref().map(Stamp::of)
    }

    /// Opens a regular file if it is unchanged: it has the same stamp or, if its digest is known,
    /// the same digest. Returns `None` otherwise.
    pub fn open_same(
        &self,
        path: &str,
        stamp: Option<Stamp>,
        digest: Option<Sha256Digest>,
    ) -> Result<Option<File>, Diagnostic> {
        let failed = |error| unreadable(path, &error);
        let mut file = self.open(path)?;
        if stamp == Some(Stamp::of(&file.metadata().map_err(failed)?)) {
            return Ok(Some(file));
        }
        let Some(digest) = digest else { return Ok(None) };
        let (now, _) = pump(&file, |_| Ok(())).map_err(failed)?;
        file.rewind().map_err(failed)?;
        Ok((now == digest).then_some(file))
    }

    /// Opens a path without following any link in it, even one that replaced a folder after the
    /// listing.
    #[cfg(target_os = "linux")]
    fn open_beneath(&self, path: &str) -> Result<File, std::io::Error> {
        use rustix::fs::{Mode, ResolveFlags, openat2};
        let Some(folder) = &self.folder else { return open_plain(&self.root.join(path)) };
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        match openat2(folder, path, flags, Mode::empty(), resolve) {
            Ok(file) => Ok(file.into()),
            Err(rustix::io::Errno::NOSYS) => open_plain(&self.root.join(path)),
            Err(error) => Err(error.into()),
        }
    }

    /// On other systems only the last component is not followed. The listing refuses links before
    /// that.
    #[cfg(not(target_os = "linux"))]
    fn open_beneath(&self, path: &str) -> Result<File, std::io::Error> {
        open_plain(&self.root.join(path))
    }

    /// Opens a regular file, and returns it with its size.
    fn open_sized(&self, path: &str) -> Result<(File, u64), std::io::Error> {
        let file = self.open_beneath(path)?;
        let metadata = file.metadata()?;
        if metadata.is_file() {
            Ok((file, metadata.len()))
        } else {
            Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "not a regular file"))
        }
    }

    /// Reads a whole text file. Reports problems and returns `None` if there are any.
    pub fn read_text(&self, path: &str, diagnostics: &mut Diagnostics) -> Option<Text> {
        match self.read_bytes(path) {
            Ok(bytes) => Text::decode(path, bytes, diagnostics),
            Err(unreadable) => {
                diagnostics.push(unreadable);
                None
            }
        }
    }

    /// Returns the bytes of a file, at most one more than [`MAX_TEXT`].
    pub fn read_bytes(&self, path: &str) -> Result<Vec<u8>, Diagnostic> {
        self.read_whole(path, MAX_TEXT)
    }

    /// Returns the bytes of a file up to a limit. Of a larger file it returns one byte more than
    /// the limit.
    pub fn read_whole(&self, path: &str, limit: u64) -> Result<Vec<u8>, Diagnostic> {
        let failed = |error| unreadable(path, &error);
        let (file, size) = self.open_sized(path).map_err(failed)?;
        // Reserve as much as the reported size, to avoid another read for the end. Some file
        // systems report 0.
        let wanted = if size == 0 { limit + 1 } else { size.min(limit + 1) };
        let mut bytes = Vec::with_capacity(usize::try_from(size.min(limit)).unwrap_or(0));
        file.take(wanted).read_to_end(&mut bytes).map_err(failed)?;
        Ok(bytes)
    }

    /// Returns the digest of a file of any size.
    pub fn digest(&self, path: &str) -> Result<Sha256Digest, Diagnostic> {
        self.read_pieces(path, |_| ())
    }

    /// Reads a file to its end and passes on each chunk. Returns the digest of the bytes read.
    pub fn read_pieces(
        &self,
        path: &str,
        mut each: impl FnMut(&[u8]),
    ) -> Result<Sha256Digest, Diagnostic> {
        let read = pump(self.open(path)?, |piece| {
            each(piece);
            Ok(())
        });
        read.map(|(digest, _)| digest).map_err(|error| unreadable(path, &error))
    }

    /// Returns one digest over the names and bytes of files. Reports print it for settings and
    /// theme.
    pub fn digest_of(&self, files: &[Listed]) -> Result<Sha256Digest, Diagnostic> {
        let mut whole = Sha256::new();
        for listed in files {
            let digest = self.digest(&listed.path)?;
            whole.update(listed.path.as_bytes());
            whole.update([0]);
            whole.update(digest);
        }
        Ok(whole.finalize().into())
    }
}

#[cfg(target_os = "linux")]
fn open_folder(folder: &Path) -> Result<std::os::fd::OwnedFd, std::io::Error> {
    use rustix::fs::{CWD, Mode, openat};
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok(openat(CWD, folder, flags, Mode::empty())?)
}

/// Creates the diagnostic of a file of the portal that cannot be read.
pub fn unreadable(path: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(Code::Unreadable, Place::file(path)).arg("cause", cause_of(error))
}

/// Opens a file on disk. A symbolic link at the path is an error.
pub fn open_plain(path: &Path) -> Result<File, std::io::Error> {
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or(0);
    File::options().read(true).custom_flags(flags).open(path)
}

/// Returns whether a file is a Markdown file by an ending that prakat does not read. Notepad adds `.txt`
/// to every name.
fn is_misnamed_markdown(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".md", ".markdown", ".md.txt"].iter().any(|ending| path.ends_with(ending))
}

/// Returns the error for a Markdown file that is named like `index.md`, but in other letters: it would be
/// an item of its own instead of the item of its folder.
fn misspelt_index(path: &str) -> Option<Diagnostic> {
    let name = &path[folder_end(path)..];
    let stem = name.split('.').next().unwrap_or(name);
    let small = stem.to_ascii_lowercase();
    let is_misspelt = matches!(small.as_str(), "index" | "_index") && small != stem;
    let better = format!("{small}{}", &name[stem.len()..]);
    let error = Diagnostic::error(Code::IndexName, Place::file(path));
    is_misspelt.then(|| error.arg("suggestion", better))
}

/// Returns the offset in a path at which the file name begins.
fn folder_end(path: &str) -> usize {
    path.rfind('/').map_or(0, |at| at + 1)
}

/// Returns the length of a name in bytes, either as it is or in normalization form C, whichever is
/// longer. Names are written in form C, which may need more bytes for a letter.
fn longest(name: &str) -> usize {
    let normal = if name.is_ascii() { 0 } else { nfc(name).len() };
    name.len().max(normal)
}

/// Returns whether a file is a temporary file of a system or an editor.
pub fn is_clutter(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with('.')
        || name.starts_with("~$")
        || name.ends_with('~')
        || name == "Thumbs.db"
        || name == "desktop.ini"
}

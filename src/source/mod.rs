//! The way in: the portal's files, listed once and read.
//!
//! What cannot be read is a finding at a place, never a failure: it concerns a file of the portal, not
//! the run. Symbolic links and special files are errors and are never followed, also when they appear
//! between the listing and the reading. Clutter that editors and systems leave is passed over.

#![expect(clippy::disallowed_methods, reason = "this is where files are read")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io::{Read, Seek};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustix::fs::OFlags;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use walkdir::{DirEntry, WalkDir};
use xxhash_rust::xxh3::xxh3_64;

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::text::may_stand;

/// The largest Markdown file, settings file or template that is read, in bytes.
pub const MAX_TEXT: u64 = 2_000_000;

/// The longest line of a text, in bytes: some 10,000 Thai letters. Every finding looks at its line.
pub const MAX_LINE: usize = 32_000;

/// The longest part of a path, in bytes: some file systems take 255, and writing needs some.
pub const MAX_PART: usize = 200;

/// A quick hash (XXH3, 64 bits) that tells whether a file changed between survey and rendering. It
/// protects against accidents, and nobody is asked to check it.
pub type Fingerprint = u64;

/// SHA-256 of a file's bytes.
pub type Sha256Digest = [u8; 32];

/// A file as listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Path from the portal's root, with `/`, as the file system spells it.
    pub path: String,
    /// Size in bytes; 0 for Markdown, which is measured when it is read.
    pub size: u64,
    /// Which file it was, and which bytes; of Markdown the text itself tells.
    pub stamp: Option<Stamp>,
}

/// What stands under `content/`.
#[derive(Debug, Default)]
pub struct Inventory {
    /// Markdown files, sorted by path.
    pub documents: Vec<Listed>,
    /// All other files, sorted by path.
    pub files: Vec<Listed>,
    /// Numbers of the documents by their normal path, made when a path is first asked for.
    by_path: OnceLock<BTreeMap<String, usize>>,
}

impl Inventory {
    /// The path of the Markdown file that has a path, after both were made normal.
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

/// A portal's folder.
#[derive(Debug, Clone)]
pub struct Portal {
    root: PathBuf,
    /// The folder itself, opened once: files are opened from here.
    #[cfg(target_os = "linux")]
    folder: Option<std::sync::Arc<std::os::fd::OwnedFd>>,
}

impl Portal {
    /// The portal in a folder.
    pub fn at(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            #[cfg(target_os = "linux")]
            folder: open_folder(root).ok().map(std::sync::Arc::new),
        }
    }

    /// Where a path from the portal's root is on disk.
    pub fn locate(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Whether there is something at a path.
    pub fn has(&self, path: &str) -> bool {
        self.locate(path).symlink_metadata().is_ok()
    }

    /// Lists `content/`.
    pub fn inventory(&self, diagnostics: &mut Diagnostics) -> Inventory {
        let mut inventory = Inventory::default();
        if !self.root.join("content").is_dir() {
            diagnostics.push(Diagnostic::error(Code::NoContent, Place::file("content")));
            return inventory;
        }
        for listed in self.list("content", diagnostics) {
            let extension = Path::new(&listed.path).extension().unwrap_or_default();
            if extension == "md" {
                inventory.documents.push(listed);
                continue;
            }
            if extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown") {
                let place = Place::file(&listed.path);
                diagnostics.push(Diagnostic::error(Code::MarkdownExtension, place));
                continue;
            }
            inventory.files.push(listed);
        }
        inventory
    }

    /// Lists the regular files under a folder, sorted; none if the folder is missing.
    pub fn list(&self, folder: &str, diagnostics: &mut Diagnostics) -> Vec<Listed> {
        let top = self.root.join(folder);
        let mut found = Vec::new();
        if !self.has(folder) {
            return found;
        }
        let walk = WalkDir::new(&top).follow_links(false).into_iter();
        for entry in walk.filter_entry(|e| e.depth() == 0 || !is_clutter(e.file_name())) {
            match entry {
                Ok(entry) => self.list_entry(&entry, &mut found, diagnostics),
                Err(error) => {
                    let path = error.path().unwrap_or(&top);
                    let mut place = self.relative(path).1;
                    if path.symlink_metadata().is_ok_and(|seen| seen.is_dir()) {
                        place.push('/');
                    }
                    let cause = error.io_error().map_or(String::new(), ToString::to_string);
                    let found = Diagnostic::error(Code::Unreadable, Place::file(&place));
                    diagnostics.push(found.arg("cause", cause));
                }
            }
        }
        found.sort();
        found
    }

    fn list_entry(&self, entry: &DirEntry, found: &mut Vec<Listed>, sink: &mut Diagnostics) {
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
            sink.push(Diagnostic::error(code, Place::file(&place)).arg("limit", limit));
        } else if kind.is_file() {
            let is_markdown = path.ends_with(".md");
            let seen = if is_markdown { None } else { entry.metadata().ok() };
            let stamp = seen.as_ref().map(Stamp::of);
            found.push(Listed { path, size: seen.map_or(0, |seen| seen.len()), stamp });
        }
    }

    /// The path from the root, and whether it could be written as text.
    fn relative(&self, path: &Path) -> (bool, String) {
        let relative = path.strip_prefix(&self.root).unwrap_or(path);
        match relative.to_str() {
            Some(text) => (true, text.to_owned()),
            None => (false, relative.to_string_lossy().into_owned()),
        }
    }

    /// Opens a regular file for reading; a link or a special file is refused.
    pub fn open(&self, path: &str) -> Result<File, Diagnostic> {
        let opened = self.open_sized(path).map(|(file, _)| file);
        opened.map_err(|error| unreadable(path, &error))
    }

    /// The stamp of a regular file.
    pub fn stamp(&self, path: &str) -> Option<Stamp> {
        self.open(path).ok()?.metadata().ok().as_ref().map(Stamp::of)
    }

    /// Opens a regular file if it holds what it held: by its stamp, or else, where its digest is known,
    /// by that. `None` if it does not.
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

    /// Opens a path without following any link on the way: also not one that was put in the place
    /// of a folder after the listing.
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

    /// Elsewhere the last part of a path is not followed; the listing refuses links before it.
    #[cfg(not(target_os = "linux"))]
    fn open_beneath(&self, path: &str) -> Result<File, std::io::Error> {
        open_plain(&self.root.join(path))
    }

    /// The same, with the file's size.
    fn open_sized(&self, path: &str) -> Result<(File, u64), std::io::Error> {
        let file = self.open_beneath(path)?;
        let metadata = file.metadata()?;
        if metadata.is_file() {
            Ok((file, metadata.len()))
        } else {
            Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "not a regular file"))
        }
    }

    /// Reads a text file whole. What is wrong with it is told; then the answer is `None`.
    pub fn read_text(&self, path: &str, diagnostics: &mut Diagnostics) -> Option<Text> {
        match self.read_bytes(path) {
            Ok(bytes) => Text::decode(path, bytes, diagnostics),
            Err(unreadable) => {
                diagnostics.push(unreadable);
                None
            }
        }
    }

    /// The bytes of a file, up to one more than [`MAX_TEXT`].
    pub fn read_bytes(&self, path: &str) -> Result<Vec<u8>, Diagnostic> {
        self.read_whole(path, MAX_TEXT)
    }

    /// The bytes of a file, up to a limit; of one that is larger, one more.
    pub fn read_whole(&self, path: &str, limit: u64) -> Result<Vec<u8>, Diagnostic> {
        let failed = |error| unreadable(path, &error);
        let (file, size) = self.open_sized(path).map_err(failed)?;
        // As much as the file says it has, and no further look for its end. Some file systems say 0.
        let wanted = if size == 0 { limit + 1 } else { size.min(limit + 1) };
        let mut bytes = Vec::with_capacity(usize::try_from(size.min(limit)).unwrap_or(0));
        file.take(wanted).read_to_end(&mut bytes).map_err(failed)?;
        Ok(bytes)
    }

    /// The digest of a file of any size.
    pub fn digest(&self, path: &str) -> Result<Sha256Digest, Diagnostic> {
        self.read_pieces(path, |_| ())
    }

    /// Reads a file to its end and hands on every piece. Returns the digest of what was read.
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

    /// One digest over the names and bytes of files: what a report prints of settings and theme.
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

/// The finding of a file of the portal that cannot be read.
pub fn unreadable(path: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(Code::Unreadable, Place::file(path)).arg("cause", error.to_string())
}

/// Opens a file where it stands; a link in its place is refused.
pub fn open_plain(path: &Path) -> Result<File, std::io::Error> {
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or(0);
    File::options().read(true).custom_flags(flags).open(path)
}

/// Reads to the end, handing on every piece; the digest and the number of bytes.
pub fn pump(
    mut source: impl Read,
    mut each: impl FnMut(&[u8]) -> std::io::Result<()>,
) -> std::io::Result<(Sha256Digest, u64)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut size = 0;
    loop {
        match source.read(&mut buffer)? {
            0 => return Ok((hasher.finalize().into(), size)),
            n => {
                hasher.update(&buffer[..n]);
                size += n as u64;
                each(&buffer[..n])?;
            }
        }
    }
}

/// A digest as people read it.
pub fn hex(digest: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let pair = |byte: &u8| [byte >> 4, byte & 15].map(|half| char::from(DIGITS[usize::from(half)]));
    digest.iter().flat_map(pair).collect()
}

/// A text file's contents.
#[derive(Debug)]
pub struct Text {
    /// The text, without a byte order mark.
    pub text: String,
    /// Tells whether a later reading found the same bytes.
    pub fingerprint: Fingerprint,
    /// Size on disk in bytes.
    pub size: u64,
}

impl Text {
    /// Decodes UTF-8, refusing what cannot stand in a page.
    pub fn decode(path: &str, bytes: Vec<u8>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let (fingerprint, size) = (xxh3_64(&bytes), bytes.len() as u64);
        if size > MAX_TEXT {
            let limit = (MAX_TEXT / 1_000_000).to_string();
            let place = Place::file(path);
            diagnostics.push(Diagnostic::error(Code::TooLarge, place).arg("limit", limit));
            return None;
        }
        let mut text = match simdutf8::basic::from_utf8(&bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => {
                let utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
                let help = if utf16 { "help-utf16" } else { "help" };
                let place = first_bad_byte(path, &bytes);
                diagnostics.push(Diagnostic::error(Code::NotUtf8, place).help(help));
                return None;
            }
        };
        if text.starts_with('\u{FEFF}') {
            text.drain(..'\u{FEFF}'.len_utf8());
        }
        if let Some(at) = find_forbidden(&text) {
            let place = Place::of_range(path, &text, at..at + 1);
            let shown = text[at..].chars().next().map_or(0, u32::from);
            diagnostics.push(
                Diagnostic::error(Code::ForbiddenCharacter, place)
                    .arg("character", format!("U+{shown:04X}")),
            );
            return None;
        }
        if let Some(at) = find_long_line(&text) {
            let place = Place::of_range(path, &text, at..at);
            let limit = MAX_LINE.to_string();
            diagnostics.push(Diagnostic::error(Code::LongLine, place).arg("limit", limit));
            return None;
        }
        Some(Self { text, fingerprint, size })
    }
}

fn first_bad_byte(path: &str, bytes: &[u8]) -> Place {
    let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let before = String::from_utf8_lossy(&bytes[..valid]);
    Place::of_range(path, &before, valid..valid)
}

/// Where a line begins that is too long.
fn find_long_line(text: &str) -> Option<usize> {
    if text.len() <= MAX_LINE {
        return None;
    }
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    ends.into_iter().find_map(|end| {
        let line = std::mem::replace(&mut start, end + 1);
        (end - line > MAX_LINE).then_some(line)
    })
}

/// Where a control character stands, or a character that begins like those kept for programs and
/// is one.
fn find_forbidden(text: &str) -> Option<usize> {
    const FIRST_BYTE_OF_MARKS: u8 = 0xEF;
    let bytes = text.as_bytes();
    let control = |byte: &u8| {
        ((*byte < 0x20) & (*byte != b'\t') & (*byte != b'\n') & (*byte != b'\r')) | (*byte == 0x7F)
    };
    if bytes.iter().fold(false, |found, byte| found | control(byte)) {
        return bytes.iter().position(control);
    }
    let mut suspects = memchr::memchr_iter(FIRST_BYTE_OF_MARKS, bytes);
    suspects.find(|at| text[*at..].chars().next().is_some_and(|c| !may_stand(c)))
}

/// Where the name of a file begins in its path.
fn folder_end(path: &str) -> usize {
    path.rfind('/').map_or(0, |at| at + 1)
}

/// How many bytes a name has as it stands, or in normalization form C, in which it is written out:
/// a letter may have more of them there.
fn longest(name: &str) -> usize {
    let normal = if name.is_ascii() { 0 } else { name.nfc().map(char::len_utf8).sum() };
    name.len().max(normal)
}

/// Files that systems and editors leave behind.
pub fn is_clutter(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with('.')
        || name.starts_with("~$")
        || name.ends_with('~')
        || name == "Thumbs.db"
        || name == "desktop.ini"
}

/// What differs when a file was changed, though it was not read: size, device, inode, and the time of the last
/// change of any, which no program can set (seconds, nanoseconds).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    size: u64,
    device: u64,
    inode: u64,
    changed: (i64, i64),
}

impl Stamp {
    /// The stamp of a file.
    pub fn of(seen: &Metadata) -> Self {
        let changed = (seen.ctime(), seen.ctime_nsec());
        Self { size: seen.len(), device: seen.dev(), inode: seen.ino(), changed }
    }
}

/// The stamps of a file, or of all files below a folder; folders that are not `entered` are left out.
/// Nothing where nothing is. Links are not followed.
pub fn stamps(
    top: PathBuf,
    entered: impl Fn(&Path) -> bool,
) -> impl Iterator<Item = (PathBuf, Stamp)> {
    let walk = WalkDir::new(top).follow_links(false).into_iter();
    let entries = walk.filter_entry(move |entry| entered(entry.path())).filter_map(Result::ok);
    entries.filter(|entry| !entry.file_type().is_dir()).filter_map(|entry| {
        let seen = entry.metadata().ok()?;
        Some((entry.into_path(), Stamp::of(&seen)))
    })
}

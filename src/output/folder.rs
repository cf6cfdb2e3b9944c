//! An open folder. Operations below it follow no links. They stay in that folder even if somebody
//! replaces it, or a folder in it, meanwhile.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{Error, ErrorKind, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, RenameFlags};
use rustix::fs::{
    fchmod, fstat, linkat, mkdirat, openat, renameat, renameat_with, statat, unlinkat,
};
use rustix::io::Errno;

/// A folder on the way to another need not be readable.
#[cfg(target_os = "linux")]
const THROUGH: OFlags = OFlags::PATH.union(OFlags::DIRECTORY);
#[cfg(not(target_os = "linux"))]
const THROUGH: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY);

/// Device and inode, which identify a folder while it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    device: u64,
    inode: u64,
}

/// An entry of a folder.
#[derive(Debug, Clone)]
pub struct FolderEntry {
    /// The name.
    pub name: OsString,
    /// The number of the file in its file system.
    pub inode: u64,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Whether it is a regular file.
    pub is_regular: bool,
}

/// A folder, open.
#[derive(Debug)]
pub struct Folder(OwnedFd);

impl Folder {
    /// Opens the folder at a path for reading.
    pub fn at(path: &Path) -> Result<Self, Error> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self(openat(CWD, path, flags, Mode::empty())?))
    }

    /// Opens the folder at a path, for work below it.
    pub fn around(path: &Path) -> Result<Self, Error> {
        Ok(Self(openat(CWD, path, THROUGH | OFlags::CLOEXEC, Mode::empty())?))
    }

    /// Opens a folder below this one.
    pub fn enter(&self, path: impl AsRef<Path>) -> Result<Self, Error> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY;
        Ok(Self(self.open_beneath(path.as_ref(), flags, Mode::empty())?))
    }

    /// Opens a path without following any link on the way.
    #[cfg(target_os = "linux")]
    fn open_beneath(&self, path: &Path, flags: OFlags, mode: Mode) -> Result<OwnedFd, Errno> {
        use rustix::fs::{ResolveFlags, openat2};
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        match openat2(&self.0, path, flags | OFlags::CLOEXEC, mode, resolve) {
            // Old systems and containers lack this call. It takes no path over 4,096 bytes.
            Err(Errno::NOSYS | Errno::PERM | Errno::NAMETOOLONG) => self.walk(path, flags, mode),
            other => other,
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn open_beneath(&self, path: &Path, flags: OFlags, mode: Mode) -> Result<OwnedFd, Errno> {
        self.walk(path, flags, mode)
    }

    /// Opens a path one part after the other, without following any link.
    fn walk(&self, path: &Path, flags: OFlags, mode: Mode) -> Result<OwnedFd, Errno> {
        let mut parts = path.iter().peekable();
        let mut here: Option<OwnedFd> = None;
        while let Some(part) = parts.next() {
            let from = here.as_ref().unwrap_or(&self.0);
            let (flags, mode) =
                if parts.peek().is_some() { (THROUGH, Mode::empty()) } else { (flags, mode) };
            let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            here = Some(openat(from, part, flags, mode)?);
        }
        here.ok_or(Errno::INVAL)
    }

    /// Calls `work` with the parent of a path and its last part.
    fn in_parent<T>(
        &self,
        path: &Path,
        work: impl FnOnce(BorrowedFd, &OsStr) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        let name = path.file_name().ok_or(Errno::INVAL)?;
        match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            None => work(self.0.as_fd(), name),
            Some(parent) => {
                let folder = self.open_beneath(parent, THROUGH, Mode::empty())?;
                work(folder.as_fd(), name)
            }
        }
    }

    /// Opens a regular file for reading.
    pub fn file(&self, path: impl AsRef<Path>) -> Result<File, Error> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK;
        let file = File::from(self.open_beneath(path.as_ref(), flags, Mode::empty())?);
        if file.metadata()?.is_file() { Ok(file) } else { Err(ErrorKind::InvalidInput.into()) }
    }

    /// Reads a regular file.
    pub fn read(&self, path: impl AsRef<Path>) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.file(path)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Creates a file. Fails if it exists.
    pub fn create(&self, path: impl AsRef<Path>) -> Result<File, Error> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL;
        Ok(self.open_beneath(path.as_ref(), flags, Mode::from(0o666))?.into())
    }

    /// Opens a file for reading and writing. Creates it if it does not exist.
    pub fn open_or_create(&self, path: impl AsRef<Path>) -> Result<File, Error> {
        let flags = OFlags::RDWR | OFlags::CREATE;
        Ok(self.open_beneath(path.as_ref(), flags, Mode::from(0o666))?.into())
    }

    /// Creates a folder.
    pub fn make(&self, path: impl AsRef<Path>, mode: u16) -> Result<(), Error> {
        let mode = Mode::from_raw_mode(mode.into());
        Ok(self.in_parent(path.as_ref(), |at, name| mkdirat(at, name, mode))?)
    }

    /// Creates a folder by its path, which is quick, in a tree that nobody else can reach. Ignores errors.
    pub fn make_quickly(&self, path: &str) {
        let _ = mkdirat(&self.0, path, Mode::from(0o777));
    }

    /// Creates the folders that a path needs. Removes files in their place.
    pub fn make_parents(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let Some(parent) = path.as_ref().parent() else { return Ok(()) };
        let mut folder = PathBuf::new();
        for part in parent.iter() {
            folder.push(part);
            let is_there = || self.open_beneath(&folder, THROUGH, Mode::empty()).is_ok();
            if is_there() {
                continue;
            }
            match self.make(&folder, 0o777) {
                // Another thread may have created it in between.
                Err(error) if error.kind() == ErrorKind::AlreadyExists && is_there() => {}
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    self.remove(&folder)?;
                    self.make(&folder, 0o777)?;
                }
                other => other?,
            }
        }
        Ok(())
    }

    /// Lists the folder.
    pub fn entries(&self) -> Result<Vec<FolderEntry>, Error> {
        let mut entries = Vec::new();
        for entry in Dir::read_from(&self.0)? {
            let entry = entry?;
            let name = entry.file_name();
            if name == c"." || name == c".." {
                continue;
            }
            let mut kind = entry.file_type();
            if kind == FileType::Unknown {
                let stat = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
                kind = FileType::from_raw_mode(stat.st_mode);
            }
            entries.push(FolderEntry {
                name: OsStr::from_bytes(name.to_bytes()).to_owned(),
                inode: entry.ino(),
                is_folder: kind == FileType::Directory,
                is_regular: kind == FileType::RegularFile,
            });
        }
        Ok(entries)
    }

    /// Removes a file or a link, if it exists.
    pub fn remove(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let removed =
            self.in_parent(path.as_ref(), |at, name| unlinkat(at, name, AtFlags::empty()));
        match removed {
            // Nothing behind a link or a file belongs to this tree.
            Ok(()) | Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes an empty folder.
    pub fn remove_empty(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        Ok(self.in_parent(path.as_ref(), |at, name| unlinkat(at, name, AtFlags::REMOVEDIR))?)
    }

    /// Removes a tree, a file or a link, if it exists. Removes links in it without following them.
    pub fn remove_all(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let flags = OFlags::RDONLY | OFlags::DIRECTORY;
        let folder = match self.open_beneath(path, flags, Mode::empty()) {
            Ok(folder) => Self(folder),
            Err(Errno::NOENT) => return Ok(()),
            Err(Errno::NOTDIR | Errno::LOOP) => return self.remove(path),
            Err(error) => return Err(error.into()),
        };
        for entry in folder.entries()? {
            if entry.is_folder {
                folder.remove_all(&entry.name)?;
            } else {
                folder.remove(&entry.name)?;
            }
        }
        match self.remove_empty(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Moves a file or folder from another folder to a path in this one.
    pub fn take(
        &self,
        to: impl AsRef<Path>,
        from: &Self,
        path: impl AsRef<Path>,
    ) -> Result<(), Error> {
        self.with_both(to.as_ref(), from, path.as_ref(), |(from, name), (to, new)| {
            renameat(from, name, to, new)
        })
    }

    /// Like [`Folder::take`], but fails if the path exists.
    pub fn take_if_free(
        &self,
        to: impl AsRef<Path>,
        from: &Self,
        path: impl AsRef<Path>,
    ) -> Result<(), Error> {
        let (to, path) = (to.as_ref(), path.as_ref());
        let taken = self.with_both(to, from, path, |(from, name), (to, new)| {
            renameat_with(from, name, to, new, RenameFlags::NOREPLACE)
        });
        let unknown = [Errno::INVAL, Errno::NOSYS, Errno::OPNOTSUPP].map(Errno::raw_os_error);
        match taken {
            Err(error) if error.raw_os_error().is_some_and(|code| unknown.contains(&code)) => {
                if self.identity_of(to)?.is_some() {
                    return Err(ErrorKind::AlreadyExists.into());
                }
                self.take(to, from, path)
            }
            other => other,
        }
    }

    /// Exchanges two names in one step. Returns `false` if the system cannot.
    pub fn exchange(&self, name: &Path, other: &Self, path: &Path) -> Result<bool, Error> {
        let exchanged = renameat_with(&self.0, name, &other.0, path, RenameFlags::EXCHANGE);
        match exchanged {
            Ok(()) => Ok(true),
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Creates a hard link to a file of another folder.
    pub fn link(
        &self,
        to: impl AsRef<Path>,
        from: &Self,
        path: impl AsRef<Path>,
    ) -> Result<(), Error> {
        self.with_both(to.as_ref(), from, path.as_ref(), |(from, name), (to, new)| {
            linkat(from, name, to, new, AtFlags::empty())
        })
    }

    /// Copies a file of another folder to a path that does not exist.
    pub fn copy(
        &self,
        to: impl AsRef<Path>,
        from: &Self,
        path: impl AsRef<Path>,
    ) -> Result<(), Error> {
        let (mut source, mut target) = (from.file(path)?, self.create(to)?);
        std::io::copy(&mut source, &mut target)?;
        target.set_permissions(source.metadata()?.permissions())
    }

    /// Calls `work` with the parents and the last parts of two paths.
    fn with_both(
        &self,
        to: &Path,
        from: &Self,
        path: &Path,
        work: impl FnOnce((BorrowedFd, &OsStr), (BorrowedFd, &OsStr)) -> Result<(), Errno>,
    ) -> Result<(), Error> {
        let done = from.in_parent(path, |from, name| {
            self.in_parent(to, |to, new| work((from, name), (to, new)))
        });
        Ok(done?)
    }

    /// Allows access to the folder for its owner only.
    pub fn shut(&self) -> Result<(), Error> {
        Ok(fchmod(&self.0, Mode::from(0o700))?)
    }

    /// Returns the identity of the folder.
    pub fn identity(&self) -> Result<Identity, Error> {
        Ok(Identity::of(&fstat(&self.0)?))
    }

    /// Returns the identity of what a path leads to. Returns `None` if it does not exist.
    pub fn identity_of(&self, path: impl AsRef<Path>) -> Result<Option<Identity>, Error> {
        Ok(self.stat(path.as_ref())?.map(|stat| Identity::of(&stat)))
    }

    /// Returns whether a path is a symbolic link.
    pub fn is_link(&self, path: impl AsRef<Path>) -> bool {
        let stat = self.stat(path.as_ref()).ok().flatten();
        stat.is_some_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink)
    }

    /// Returns whether a file or folder in it is on the same disk as itself.
    pub fn shares_disk_with(&self, path: impl AsRef<Path>) -> bool {
        let inner = self.stat(path.as_ref()).ok().flatten().map(|stat| Identity::of(&stat).device);
        self.identity().is_ok_and(|own| inner == Some(own.device))
    }

    fn stat(&self, path: &Path) -> Result<Option<rustix::fs::Stat>, Error> {
        let flags = AtFlags::SYMLINK_NOFOLLOW;
        match self.in_parent(path, |at, name| statat(at, name, flags)) {
            Ok(stat) => Ok(Some(stat)),
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl Identity {
    fn of(stat: &rustix::fs::Stat) -> Self {
        #[allow(clippy::unnecessary_cast, clippy::cast_sign_loss, reason = "systems differ")]
        Self { device: stat.st_dev as u64, inode: stat.st_ino as u64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No link is followed, neither by the system's own call nor when each part is opened by itself.
    #[test]
    fn no_link_is_followed_on_any_way() {
        let shelf = tempfile::tempdir().expect("a folder");
        let top = Folder::at(shelf.path()).expect("open");
        top.make_parents("a/b/file").expect("made");
        top.make_parents("victim/b/file").expect("made");
        top.create("a/b/file").and(top.create("victim/b/file")).expect("files");
        std::os::unix::fs::symlink("victim", shelf.path().join("link")).expect("a link");
        std::os::unix::fs::symlink("../victim/b/file", shelf.path().join("a/last"))
            .expect("a link");
        for (path, is_found) in [("a/b/file", true), ("link/b/file", false), ("a/last", false)] {
            let flags = OFlags::RDONLY;
            let walked = top.walk(Path::new(path), flags, Mode::empty()).is_ok();
            let opened = top.open_beneath(Path::new(path), flags, Mode::empty()).is_ok();
            assert_eq!((walked, opened), (is_found, is_found), "{path}");
        }
        // Nothing behind a link is removed.
        top.remove("link/b/file").expect("nothing to do");
        std::os::unix::fs::symlink("../../victim", shelf.path().join("a/b/out")).expect("a link");
        top.remove_all("a").expect("removed");
        top.remove_all("link").expect("removed");
        assert!(top.file("victim/b/file").is_ok());
        assert!(top.enter("a").is_err() && !top.is_link("link"));
    }
}

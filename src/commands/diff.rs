//! `prakat status --diff`: what changed in an item since it was approved, if Git has the approved version.
//!
//! Git provides the bytes of old versions and nothing else. The gate decides which version was approved, by
//! its seal and its signature.

use std::process::{Command, Stdio};

use jiff::Timestamp;
use similar::TextDiff;

use crate::content::{ByteChange, Document, ItemLoader, Version, folder_of, owns_folder, with_lf};
use crate::diagnostics::{Code, Diagnostics, Failure};
use crate::gate::reasons_against;
use crate::report::Reporter;
use crate::source::{MAX_TEXT, Portal, Sha256Digest, Text, is_clutter, pump};
use crate::text::nfc;

/// How many versions of a file are examined, newest first.
const MAX_VERSIONS: &str = "1000";

/// How a file changed since the approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileDifference {
    /// It has other bytes.
    Changed,
    /// It did not exist.
    Added,
    /// It no longer exists.
    Removed,
    /// It has other bytes, but says the same.
    Rewritten(ByteChange),
}

/// What changed since the approval.
#[derive(Debug, Default)]
pub(crate) struct ApprovalDiff {
    /// The commit of the approved version. `None` if nothing changed.
    pub approved: Option<ApprovedCommit>,
    /// Files that differ, by path.
    pub files: Vec<DifferentFile>,
    /// The lines that differ, as `git diff` writes them.
    pub lines: String,
}

/// A commit with the approved version of an item.
#[derive(Debug)]
pub(crate) struct ApprovedCommit {
    /// Git's abbreviated name of the commit.
    pub name: String,
    /// The day of the commit.
    pub day: String,
}

/// A file that differs from its approved version.
#[derive(Debug)]
pub(crate) struct DifferentFile {
    /// Its path from the portal's root.
    pub path: String,
    /// How it differs.
    pub difference: FileDifference,
    /// Its path as the file system spells it. `None` if it was removed.
    on_disk: Option<String>,
}

/// A file that a seal covers, as it is now.
#[derive(Debug)]
struct CurrentFile {
    /// Its path from the portal's root in Normalization Form C, as seals and old versions name it.
    path: String,
    /// The same path as the file system spells it.
    on_disk: String,
    digest: Sha256Digest,
}

/// Paths and digests of the files that a seal covers.
type FileDigests = Vec<(String, Sha256Digest)>;

/// Compares an item with its approved version. `now` is the instant at which the gate judges approvals.
pub(crate) fn diff_since_approval(
    loader: &ItemLoader,
    path: &str,
    now: Timestamp,
) -> Result<ApprovalDiff, Failure> {
    let portal = loader.portal;
    let failure = |code| Failure::new(code).arg("path", path);
    let mut ignored = Diagnostics::default();
    let text = portal.read_text(path, &mut ignored).ok_or_else(|| failure(Code::NoSuchItem))?;
    let document = Document::new(path, text, &mut ignored);
    let document = document.ok_or_else(|| failure(Code::DiffNoSeal))?;
    let seal = loader.written_seal(&document).ok_or_else(|| failure(Code::DiffNoSeal))?;
    let policy = &loader.config.policy;
    let is_approved = |version: &Version| {
        version.seal == seal
            && reasons_against(&version.approval, version.category, policy, now).is_empty()
    };
    let present = current_files(loader, path)?;
    let signature = portal.read_bytes(&format!("{path}.sig")).ok();
    let signature = signature.and_then(|bytes| String::from_utf8(bytes).ok());
    let digests: FileDigests =
        present.iter().map(|file| (file.path.clone(), file.digest)).collect();
    let version = loader.version(&document, &digests, signature.as_deref());
    if version.as_ref().is_some_and(&is_approved) {
        return Ok(ApprovalDiff::default());
    }
    let git = Git { portal };
    let covered = if owns_folder(path) { folder_of(path) } else { path };
    let arguments = ["log", "--full-history", "--no-show-signature", "--format=%H %h %cs", "-n"];
    let log = git.text(&[&arguments[..], &[MAX_VERSIONS, "--", covered]].concat())?;
    for line in log.lines() {
        let [commit, name, day] = line.splitn(3, ' ').collect::<Vec<_>>()[..] else { continue };
        let before = git.version(commit, path);
        let before = before.and_then(|text| Document::new(path, text, &mut ignored));
        let Some(before) = before else { continue };
        if loader.written_seal(&before).as_ref() != Some(&seal) {
            continue;
        }
        let then = git.files(commit, path)?;
        let signature = git.version(commit, &format!("{path}.sig")).map(|text| text.text);
        let version = loader.version(&before, &then.digests(), signature.as_deref());
        if version.as_ref().is_some_and(&is_approved) {
            let mut files = different_files(&then.digests(), &present);
            if with_lf(before.text().as_bytes()) != with_lf(document.text().as_bytes()) {
                let (path, on_disk) = (path.to_owned(), Some(path.to_owned()));
                let difference = FileDifference::Changed;
                files.insert(0, DifferentFile { path, difference, on_disk });
            }
            let lines = git.lines(&mut files, before.text(), &then)?;
            let approved = Some(ApprovedCommit { name: name.to_owned(), day: day.to_owned() });
            return Ok(ApprovalDiff { approved, files, lines });
        }
    }
    Err(failure(Code::DiffUnknown))
}

/// Returns the files that a seal covers.
fn current_files(loader: &ItemLoader, path: &str) -> Result<Vec<CurrentFile>, Failure> {
    let folder = folder_of(path);
    let current_file = |name: &str| {
        let on_disk = format!("{folder}{name}");
        let digest = loader.portal.digest(&on_disk);
        let digest = digest.map_err(|unreadable| Failure::of(&unreadable))?;
        Ok(CurrentFile { path: nfc(&on_disk), on_disk, digest })
    };
    loader.files_of(path).iter().map(|file| current_file(&file.name)).collect()
}

/// Returns the files of an item that differ between the approved version and now, sorted by path.
fn different_files(then: &FileDigests, now: &[CurrentFile]) -> Vec<DifferentFile> {
    let mut files = Vec::new();
    for (path, _) in then.iter().filter(|(path, _)| !now.iter().any(|file| file.path == *path)) {
        let (path, difference) = (path.clone(), FileDifference::Removed);
        files.push(DifferentFile { path, difference, on_disk: None });
    }
    for CurrentFile { path, on_disk, digest } in now {
        let former = then.iter().find(|(other, _)| other == path);
        let difference = match former {
            Some((_, former)) if former == digest => continue,
            Some(_) => FileDifference::Changed,
            None => FileDifference::Added,
        };
        let (path, on_disk) = (path.clone(), Some(on_disk.clone()));
        files.push(DifferentFile { path, difference, on_disk });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// A file of an old version.
#[derive(Debug)]
struct Blob {
    path: String,
    digest: Sha256Digest,
    /// Git's name of its bytes.
    id: String,
}

/// The files of an old version.
#[derive(Debug, Default)]
struct Blobs(Vec<Blob>);

impl Blobs {
    fn digests(&self) -> FileDigests {
        self.0.iter().map(|blob| (blob.path.clone(), blob.digest)).collect()
    }
}

/// The Git repository that contains the portal.
struct Git<'a> {
    portal: &'a Portal,
}

impl Git<'_> {
    /// Creates a Git command that takes no locks, takes paths literally and fetches nothing. The commands
    /// read only history and objects. They never read the working tree, for which a repository may
    /// configure filters.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .arg("-C")
            .arg(self.portal.locate(""))
            .args(["-c", "core.fsmonitor=false", "--no-pager", "--literal-pathspecs"])
            .args(arguments)
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_ALLOW_PROTOCOL", "")
            .stdin(Stdio::null());
        command
    }

    fn bytes(&self, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
        let fail = |cause: String| Failure::new(Code::Git).arg("cause", cause);
        let output = self.command(arguments).output().map_err(|e| fail(format!("git: {e}")))?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(fail(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
        }
    }

    fn text(&self, arguments: &[&str]) -> Result<String, Failure> {
        self.bytes(arguments).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Returns a Markdown file as it was. Returns `None` if it did not exist or was not text.
    fn version(&self, commit: &str, path: &str) -> Option<Text> {
        let bytes = self.bytes(&["cat-file", "blob", &format!("{commit}:./{path}")]).ok()?;
        Text::decode(path, bytes, &mut Diagnostics::default())
    }

    /// Returns the files that the seal of an item covered in a version.
    fn files(&self, commit: &str, path: &str) -> Result<Blobs, Failure> {
        if !owns_folder(path) {
            return Ok(Blobs::default());
        }
        let folder = folder_of(path);
        let listing = self.text(&["ls-tree", "-z", commit, folder])?;
        let mut files = Blobs::default();
        for entry in listing.split('\0') {
            let Some((kind, path)) = entry.split_once('\t') else { continue };
            let [_, "blob", id] = kind.split(' ').collect::<Vec<_>>()[..] else { continue };
            let name = &path[folder_of(path).len()..];
            if !(name.ends_with(".md") || name.ends_with(".sig") || is_clutter(name.as_ref())) {
                let (path, digest, id) = (nfc(path), self.digest(id)?, id.to_owned());
                files.0.push(Blob { path, digest, id });
            }
        }
        Ok(files)
    }

    /// Returns the digest of a blob of any size.
    fn digest(&self, id: &str) -> Result<Sha256Digest, Failure> {
        let fail = |cause: std::io::Error| Failure::new(Code::Git).arg("cause", cause.to_string());
        let mut command = self.command(&["cat-file", "blob", id]);
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(fail)?;
        let output = child.stdout.take().ok_or_else(|| fail(std::io::Error::other("git")))?;
        let (digest, _) = pump(output, |_| Ok(())).map_err(fail)?;
        child.wait().map_err(fail)?;
        Ok(digest)
    }

    /// Returns the lines that differ between a version and the files as they are now. Finds the files
    /// that say the same.
    fn lines(
        &self,
        files: &mut [DifferentFile],
        before: &str,
        then: &Blobs,
    ) -> Result<String, Failure> {
        let mut lines = String::new();
        for DifferentFile { path, on_disk, difference } in files {
            let old = match then.0.iter().find(|blob| blob.path == *path) {
                Some(blob) => self.bytes(&["cat-file", "blob", &blob.id])?,
                None if path.ends_with(".md") => before.as_bytes().to_vec(),
                None => Vec::new(),
            };
            let new = match on_disk {
                Some(on_disk) => self.portal.read_bytes(on_disk),
                None => Ok(Vec::new()),
            };
            let new = new.map_err(|unreadable| Failure::of(&unreadable))?;
            let is_changed = *difference == FileDifference::Changed;
            match ByteChange::between(&old, &new).filter(|_| is_changed) {
                Some(change) => *difference = FileDifference::Rewritten(change),
                None => lines.push_str(&unified(path, &old, &new)),
            }
        }
        Ok(lines)
    }
}

/// Returns a unified diff of two versions of a file. Returns only their sizes if they are not text or
/// too long. Line ends are not compared: else every line would differ.
fn unified(path: &str, old: &[u8], new: &[u8]) -> String {
    let is_short = old.len().max(new.len()) as u64 <= MAX_TEXT;
    let (old_text, new_text) = (with_lf(old), with_lf(new));
    match (std::str::from_utf8(&old_text), std::str::from_utf8(&new_text)) {
        (Ok(old), Ok(new)) if is_short => {
            let names = (&*format!("a/{path}"), &*format!("b/{path}"));
            let diff = TextDiff::from_lines(old, new);
            diff.unified_diff().header(names.0, names.1).to_string()
        }
        _ => format!("--- a/{path}\n+++ b/{path}\n! {} -> {} bytes\n", old.len(), new.len()),
    }
}

/// Describes what changed in an item since it was approved, file by file.
pub(crate) fn describe_diff(reporter: &Reporter, path: &str, diff: &ApprovalDiff) -> String {
    let text = |key: &str, args| reporter.text(&format!("diff/{key}"), args);
    let path_arg = |path: &str| ("path", reporter.catalog.discreet(path));
    let Some(ApprovedCommit { name, day }) = &diff.approved else {
        return format!("{}\n", text("unchanged", vec![path_arg(path)]));
    };
    let args = vec![path_arg(path), ("commit", name.clone()), ("day", day.clone())];
    let mut out = format!("{}\n", text("approved", args));
    for file in &diff.files {
        let key = match file.difference {
            FileDifference::Changed => "changed",
            FileDifference::Added => "added",
            FileDifference::Removed => "removed",
            FileDifference::Rewritten(change) => change.word(),
        };
        out.push_str(&format!("  {}\n", text(key, vec![path_arg(&file.path)])));
    }
    out
}

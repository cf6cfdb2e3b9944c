//! What changed in an item since it was approved, where Git knows the approved version.
//!
//! Git is asked for the bytes of old versions, and for nothing else; which of them was approved, the gate
//! says, by the seal and the signature in that version.

use std::process::{Command, Stdio};

use jiff::Timestamp;
use similar::TextDiff;

use crate::content::{Document, ItemLoader, Version, folder_of, nfc, owns_folder};
use crate::diagnostics::{Code, Diagnostics, Failure};
use crate::gate::reasons_against;
use crate::report::Reporter;
use crate::source::{MAX_TEXT, Portal, Sha256Digest, Text, is_clutter, pump};

/// How many versions of a file are looked through, newest first.
const MAX_VERSIONS: &str = "1000";

/// What became of a file since the approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileChangeSince {
    /// Its bytes are others.
    Changed,
    /// It was not there.
    Added,
    /// It is not there any more.
    Removed,
}

/// What changed since the approval.
#[derive(Debug, Default)]
pub(crate) struct ApprovalDiff {
    /// The approved version: Git's short name of the commit and its day. None if nothing changed.
    pub approved: Option<(String, String)>,
    /// Files that differ, by name.
    pub files: Vec<(String, FileChangeSince)>,
    /// The differing lines, as `git diff` writes them.
    pub lines: String,
}

/// Paths and digests of the files that a seal covers.
type FileDigests = Vec<(String, Sha256Digest)>;

/// Compares an item with its approved version, as the gate sees approvals at an instant.
pub(crate) fn diff_since_approval(
    surveyor: &ItemLoader,
    path: &str,
    now: Timestamp,
) -> Result<ApprovalDiff, Failure> {
    let portal = surveyor.portal;
    let failure = |code| Failure::new(code).arg("path", path);
    let mut ignored = Diagnostics::default();
    let text = portal.read_text(path, &mut ignored).ok_or_else(|| failure(Code::NoSuchItem))?;
    let document = Document::new(path, text, &mut ignored);
    let document = document.ok_or_else(|| failure(Code::DiffNoSeal))?;
    let seal = surveyor.written_seal(&document).ok_or_else(|| failure(Code::DiffNoSeal))?;
    let policy = &surveyor.config.policy;
    let stands = |edition: &Version| {
        edition.seal == seal
            && reasons_against(&edition.approval, edition.category, policy, now).is_empty()
    };
    let present = files_now(surveyor, path)?;
    let signature = portal.read_bytes(&format!("{path}.sig")).ok();
    let signature = signature.and_then(|bytes| String::from_utf8(bytes).ok());
    let edition = surveyor.version(&document, &present, signature.as_deref());
    if edition.as_ref().is_some_and(&stands) {
        return Ok(ApprovalDiff::default());
    }
    let git = Git { portal };
    let covered = if owns_folder(path) { folder_of(path) } else { path };
    let log = ["log", "--full-history", "--no-show-signature", "--format=%H %h %cs", "-n"];
    let versions = git.text(&[&log[..], &[MAX_VERSIONS, "--", covered]].concat())?;
    for version in versions.lines() {
        let [commit, short, day] = version.splitn(3, ' ').collect::<Vec<_>>()[..] else { continue };
        let before = git.version(commit, path);
        let before = before.and_then(|text| Document::new(path, text, &mut ignored));
        let Some(before) = before else { continue };
        if surveyor.written_seal(&before).as_ref() != Some(&seal) {
            continue;
        }
        let then = git.files(commit, path)?;
        let signature = git.version(commit, &format!("{path}.sig")).map(|text| text.text);
        let edition = surveyor.version(&before, &then.digests(), signature.as_deref());
        if edition.as_ref().is_some_and(&stands) {
            let files = fates((path, before.text(), document.text()), &then, &present);
            let lines = git.lines(&files, (before.text(), &then))?;
            let approved = Some((short.to_owned(), day.to_owned()));
            return Ok(ApprovalDiff { approved, files, lines });
        }
    }
    Err(failure(Code::DiffUnknown))
}

/// The files that a seal covers, by their paths from the portal's root.
fn files_now(surveyor: &ItemLoader, path: &str) -> Result<FileDigests, Failure> {
    let folder = folder_of(path);
    let digest = |name: &str| {
        let path = format!("{folder}{name}");
        let digest = surveyor.portal.digest(&path);
        let digest = digest.map_err(|unreadable| Failure::of(&unreadable))?;
        Ok((nfc(&path), digest))
    };
    surveyor.files_of(path).iter().map(|file| digest(&file.name)).collect()
}

fn fates(
    (path, before, text): (&str, &str, &str),
    then: &Blobs,
    now: &FileDigests,
) -> Vec<(String, FileChangeSince)> {
    let then = &then.digests();
    let is_in = |files: &FileDigests, path: &str| files.iter().any(|(known, _)| known == path);
    let gone = then.iter().filter(|(path, _)| !is_in(now, path));
    let mut fates: Vec<_> =
        gone.map(|(path, _)| (path.clone(), FileChangeSince::Removed)).collect();
    for file in now.iter().filter(|file| !then.contains(file)) {
        let fate =
            if is_in(then, &file.0) { FileChangeSince::Changed } else { FileChangeSince::Added };
        fates.push((file.0.clone(), fate));
    }
    fates.sort_by(|a, b| a.0.cmp(&b.0));
    if before != text {
        fates.insert(0, (path.to_owned(), FileChangeSince::Changed));
    }
    fates
}

/// Files of an old version, with Git's names of their bytes.
#[derive(Debug, Default)]
struct Blobs(Vec<(String, Sha256Digest, String)>);

impl Blobs {
    fn digests(&self) -> FileDigests {
        self.0.iter().map(|(path, digest, _)| (path.clone(), *digest)).collect()
    }
}

/// The repository that the portal is in.
struct Git<'a> {
    portal: &'a Portal,
}

impl Git<'_> {
    /// Git, to be asked for history and bytes: it locks nothing, takes paths as they are, and fetches
    /// nothing. It never looks at the files of the portal, for which a repository may name filters.
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

    /// A Markdown file as it was; `None` if it was not there, or was no text.
    fn version(&self, commit: &str, path: &str) -> Option<Text> {
        let bytes = self.bytes(&["cat-file", "blob", &format!("{commit}:./{path}")]).ok()?;
        Text::decode(path, bytes, &mut Diagnostics::default())
    }

    /// The files that the seal of an item covered in a version.
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
                files.0.push((nfc(path), self.digest(id)?, id.to_owned()));
            }
        }
        Ok(files)
    }

    /// The digest of a blob of any size.
    fn digest(&self, id: &str) -> Result<Sha256Digest, Failure> {
        let fail = |cause: std::io::Error| Failure::new(Code::Git).arg("cause", cause.to_string());
        let mut command = self.command(&["cat-file", "blob", id]);
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(fail)?;
        let output = child.stdout.take().ok_or_else(|| fail(std::io::Error::other("git")))?;
        let (digest, _) = pump(output, |_| Ok(())).map_err(fail)?;
        child.wait().map_err(fail)?;
        Ok(digest)
    }

    /// The lines that differ between a version and the files as they are now.
    fn lines(
        &self,
        files: &[(String, FileChangeSince)],
        (before, then): (&str, &Blobs),
    ) -> Result<String, Failure> {
        let mut lines = String::new();
        for (path, _) in files {
            let old = match then.0.iter().find(|(known, ..)| known == path) {
                Some((_, _, id)) => self.bytes(&["cat-file", "blob", id])?,
                None if path.ends_with(".md") => before.as_bytes().to_vec(),
                None => Vec::new(),
            };
            let new = self.portal.read_bytes(path).unwrap_or_default();
            lines.push_str(&unified(path, &old, &new));
        }
        Ok(lines)
    }
}

/// Two editions of a file as a unified diff; of what is no text, or too long, only that it differs.
fn unified(path: &str, old: &[u8], new: &[u8]) -> String {
    let is_short = old.len().max(new.len()) as u64 <= MAX_TEXT;
    match (std::str::from_utf8(old), std::str::from_utf8(new)) {
        (Ok(old), Ok(new)) if is_short => {
            let names = (&*format!("a/{path}"), &*format!("b/{path}"));
            let diff = TextDiff::from_lines(old, new);
            diff.unified_diff().header(names.0, names.1).to_string()
        }
        _ => format!("--- a/{path}\n+++ b/{path}\n! {} -> {} bytes\n", old.len(), new.len()),
    }
}

/// What changed since an item was approved, file by file.
pub(crate) fn describe_difference(
    style: &Reporter,
    path: &str,
    difference: &ApprovalDiff,
) -> String {
    let text = |key: &str, args| style.text(&format!("diff/{key}"), args);
    let path = ("path", style.catalog.discreet(path));
    let Some((commit, day)) = &difference.approved else {
        return format!("{}\n", text("unchanged", vec![path]));
    };
    let approved = vec![path, ("commit", commit.clone()), ("day", day.clone())];
    let mut out = format!("{}\n", text("approved", approved));
    for (path, fate) in &difference.files {
        let key = match fate {
            FileChangeSince::Changed => "changed",
            FileChangeSince::Added => "added",
            FileChangeSince::Removed => "removed",
        };
        out.push_str(&format!("  {}\n", text(key, vec![("path", style.catalog.discreet(path))])));
    }
    out
}

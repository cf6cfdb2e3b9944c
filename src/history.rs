//! What changed in an item since it was approved, where Git knows the approved version.
//!
//! Git is asked for old versions only; which of them was approved, the seal says.

use std::process::{Command, Stdio};

use crate::card::{folder_of, nfc, owns_folder};
use crate::diagnostic::{Code, Diagnostics, Failure};
use crate::source::{Portal, Sha256Digest, Text, is_clutter, pump};
use crate::survey::Surveyor;

/// How many versions of a file are looked through, newest first.
const MAX_VERSIONS: &str = "1000";

/// What became of a file since the approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Its bytes are others.
    Changed,
    /// It was not there.
    Added,
    /// It is not there any more.
    Removed,
}

/// What changed since the approval.
#[derive(Debug, Default)]
pub struct Difference {
    /// The approved version: Git's short name of the commit and its day. None if nothing changed.
    pub approved: Option<(String, String)>,
    /// Files that differ, by name.
    pub files: Vec<(String, Fate)>,
    /// The differing lines, as `git diff` writes them.
    pub lines: String,
}

/// Paths and digests of the files that a seal covers.
type Files = Vec<(String, Sha256Digest)>;

/// Compares an item with its approved version. Its own seal says which one that is.
pub fn since_approval(surveyor: &Surveyor, path: &str) -> Result<Difference, Failure> {
    let portal = surveyor.portal;
    let failure = |code| Failure::new(code).arg("path", path);
    let mut ignored = Diagnostics::default();
    let text = portal.read_text(path, &mut ignored).ok_or_else(|| failure(Code::NoSuchItem))?;
    let seal = surveyor.written_seal(path, &text).ok_or_else(|| failure(Code::DiffNoSeal))?;
    let now = files_now(surveyor, path)?;
    if surveyor.seal_with(path, &text, &now) == Some(seal.clone()) {
        return Ok(Difference::default());
    }
    let git = Git { portal };
    let versions = git.text(&["log", "--format=%H %h %cs", "-n", MAX_VERSIONS, "--", path])?;
    for version in versions.lines() {
        let [commit, short, day] = version.splitn(3, ' ').collect::<Vec<_>>()[..] else { continue };
        let Some(before) = git.version(commit, path) else { continue };
        if surveyor.written_seal(path, &before).as_ref() != Some(&seal) {
            continue;
        }
        let then = git.files(commit, path)?;
        if surveyor.seal_with(path, &before, &then) == Some(seal.clone()) {
            let mut files = fates(&then, &now);
            if before.text != text.text {
                files.insert(0, (path.to_owned(), Fate::Changed));
            }
            let lines = git.lines(commit, &files)?;
            let approved = Some((short.to_owned(), day.to_owned()));
            return Ok(Difference { approved, files, lines });
        }
    }
    Err(failure(Code::DiffUnknown))
}

/// The files that a seal covers, by their paths from the portal's root.
fn files_now(surveyor: &Surveyor, path: &str) -> Result<Files, Failure> {
    let folder = folder_of(path);
    let digest = |name: &str| {
        let path = format!("{folder}{name}");
        let digest = surveyor.portal.digest(&path);
        let digest = digest.map_err(|error| Failure::io(&surveyor.portal.locate(&path), &error))?;
        Ok((nfc(&path), digest))
    };
    surveyor.files_beside(path).iter().map(|file| digest(&file.name)).collect()
}

fn fates(then: &Files, now: &Files) -> Vec<(String, Fate)> {
    let is_in = |files: &Files, path: &str| files.iter().any(|(known, _)| known == path);
    let gone = then.iter().filter(|(path, _)| !is_in(now, path));
    let mut fates: Vec<_> = gone.map(|(path, _)| (path.clone(), Fate::Removed)).collect();
    for file in now.iter().filter(|file| !then.contains(file)) {
        let fate = if is_in(then, &file.0) { Fate::Changed } else { Fate::Added };
        fates.push((file.0.clone(), fate));
    }
    fates.sort_by(|a, b| a.0.cmp(&b.0));
    fates
}

/// The repository that the portal is in.
struct Git<'a> {
    portal: &'a Portal,
}

impl Git<'_> {
    /// Git, to be asked something: it locks nothing, takes paths as they are and runs no programs
    /// that a repository may name.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .arg("-C")
            .arg(self.portal.locate(""))
            .args(["-c", "core.fsmonitor=false", "--no-pager", "--literal-pathspecs"])
            .args(arguments)
            .env("GIT_OPTIONAL_LOCKS", "0")
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
    fn files(&self, commit: &str, path: &str) -> Result<Files, Failure> {
        if !owns_folder(path) {
            return Ok(Files::new());
        }
        let folder = folder_of(path);
        let listing = self.text(&["ls-tree", "-z", commit, folder])?;
        let mut files = Files::new();
        for entry in listing.split('\0') {
            let Some((kind, path)) = entry.split_once('\t') else { continue };
            let [_, "blob", id] = kind.split(' ').collect::<Vec<_>>()[..] else { continue };
            let name = &path[folder_of(path).len()..];
            if !(name.ends_with(".md") || name.ends_with(".sig") || is_clutter(name.as_ref())) {
                files.push((nfc(path), self.digest(id)?));
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
    fn lines(&self, commit: &str, files: &[(String, Fate)]) -> Result<String, Failure> {
        let mut arguments = vec![
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
            "--relative",
            commit,
            "--",
        ];
        arguments.extend(files.iter().map(|(path, _)| path.as_str()));
        self.text(&arguments)
    }
}

//! What is wrong, where, and in which words: findings as plain data.
//!
//! A [`Diagnostic`] says that the portal (content, settings, theme) is wrong at a place; a
//! [`Failure`] says that the world is (a full disk, a taken lock). Neither carries text of its
//! own: a [`Code`] and its arguments become a sentence in `message`, in the reader's language.

mod code;

pub use code::Code;

use rayon::prelude::*;

/// How bad a finding is. Errors stop a build, warnings do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The build fails.
    Error,
    /// Worth a look; the build goes on.
    Warning,
}

impl Severity {
    /// The word used in JSON and in annotations.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A place in a source file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Path from the portal's root, with `/`.
    pub file: String,
    /// Line, from 1; 0 when the whole file is meant.
    pub line: u32,
    /// Column in characters, from 1; 0 when the whole line is meant.
    pub column: u32,
    /// How many characters to underline; 0 when not known.
    pub width: u32,
}

impl Place {
    /// The file as a whole.
    pub fn file(path: &str) -> Self {
        Self { file: path.to_owned(), line: 0, column: 0, width: 0 }
    }

    /// The byte range `start..end` of `text`, the whole text of `path`.
    pub fn of_range(path: &str, text: &str, range: std::ops::Range<usize>) -> Self {
        let start = floor_char(text, range.start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let end = floor_char(text, range.end.max(start));
        let width = text[start..end].lines().next().map_or(0, |s| s.chars().count());
        Self {
            file: path.to_owned(),
            line: count(text[..start].matches('\n').count() + 1),
            column: count(text[line_start..start].chars().count() + 1),
            width: count(width),
        }
    }
}

/// The last character boundary at or before `at`.
fn floor_char(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

/// A count as it stands in a [`Place`].
fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The argument of a finding in a file next to items that names the Markdown file which refers to it.
/// No message shows it.
pub(crate) const REFERRER: &str = "referrer";

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of finding.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// The values that stand in the message, by name.
    pub args: Vec<(&'static str, String)>,
    /// Which of the code's pieces of advice fits; `help` is the common one.
    pub help: &'static str,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: Code, place: Place) -> Self {
        Self { code, severity: Severity::Error, place, args: Vec::new(), help: "help" }
    }

    /// A warning at a place.
    pub fn warning(code: Code, place: Place) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place) }
    }

    /// Fills in a value of the message.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// Returns a value of the message. Returns `None` if it has none of this name.
    pub(crate) fn value(&self, wanted: &str) -> Option<&str> {
        let arg = self.args.iter().find(|(name, _)| *name == wanted);
        arg.map(|(_, value)| value.as_str())
    }

    /// Chooses another piece of advice.
    #[must_use]
    pub fn help(mut self, key: &'static str) -> Self {
        self.help = key;
        self
    }
}

/// Findings, gathered.
#[derive(Debug, Default, Clone)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all of another.
    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// All of them, by place; the same finding once, whichever items refer to its file.
    pub fn sorted(&self) -> Vec<Diagnostic> {
        let mut all = self.0.clone();
        all.iter_mut().for_each(|found| found.args.retain(|(name, _)| *name != REFERRER));
        all.sort_by(|a, b| (&a.place, a.code, &a.args).cmp(&(&b.place, b.code, &b.args)));
        all.dedup();
        all
    }

    /// All of them, as gathered.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Changes all of them.
    pub fn amend_all(&mut self, change: impl FnMut(&mut Diagnostic)) {
        self.0.iter_mut().for_each(change);
    }

    /// Changes those with a code.
    pub fn amend(&mut self, code: Code, change: impl FnMut(&mut Diagnostic)) {
        self.0.iter_mut().filter(|found| found.code == code).for_each(change);
    }
}

/// Runs `work` over all elements in parallel. Each has a sink of its own; the sinks are joined in
/// the order of the input, so that one thread and many threads tell the same.
pub fn par_map<T: Sync, R: Send>(
    input: &[T],
    diagnostics: &mut Diagnostics,
    work: impl Fn(&T, &mut Diagnostics) -> R + Sync,
) -> Vec<R> {
    let (results, sinks): (Vec<R>, Vec<Diagnostics>) = input
        .par_iter()
        .map(|element| {
            let mut sink = Diagnostics::default();
            (work(element, &mut sink), sink)
        })
        .unzip();
    sinks.into_iter().for_each(|sink| diagnostics.append(sink));
    results
}

/// The world is wrong: the run ends with exit code 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure.
    pub code: Code,
    /// The values that stand in the message, by name.
    pub args: Vec<(&'static str, String)>,
    /// Which of the code's pieces of advice fits; `help` is the common one.
    pub help: &'static str,
}

impl Failure {
    /// A failure of a kind.
    pub fn new(code: Code) -> Self {
        Self { code, args: Vec::new(), help: "help" }
    }

    /// Chooses another piece of advice.
    #[must_use]
    pub fn help(mut self, key: &'static str) -> Self {
        self.help = key;
        self
    }

    /// Fills in a value of the message.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// Of the one file that a command was asked for. A build goes on past what is wrong with a file.
    pub fn of(found: &Diagnostic) -> Self {
        let cause = found.args.iter().find(|(name, _)| *name == "cause");
        let cause = cause.map_or("", |(_, cause)| cause);
        Self::new(Code::Io).arg("path", found.place.file.as_str()).arg("cause", cause)
    }

    /// An operation of the system that failed on a path.
    pub fn io(path: &std::path::Path, error: &std::io::Error) -> Self {
        let code = match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Code::DiskFull,
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                Code::NotAllowed
            }
            _ => Code::Io,
        };
        Self::new(code).arg("path", path.display().to_string()).arg("cause", error.to_string())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", self.code.as_str(), self.args)
    }
}

impl std::error::Error for Failure {}

//! Diagnostics and failures as plain data.
//!
//! A [`Diagnostic`] reports a problem at a place in the portal (content, settings, theme). A
//! [`Failure`] reports a problem of the environment (a full disk, a lock held by another process).
//! Neither contains text: `message` turns a [`Code`] and its arguments into a sentence in the
//! user's language.

mod code;
mod dates;
mod suggest;

pub use code::Code;
pub(crate) use dates::{
    DateUse, corrected_date, date_code, date_diagnostic, far_year_diagnostic, far_year_failure,
};
pub(crate) use suggest::{closest, nearest, no_such_item, unknown_id};

use rayon::prelude::*;

use crate::text::{floor_char, line_start};
/// How severe a diagnostic is. Errors stop a build, warnings do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The build fails.
    Error,
    /// The build continues.
    Warning,
}

impl Severity {
    /// Returns the word used in JSON and in annotations.
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
    /// Line, from 1. 0 means the whole file.
    pub line: u32,
    /// Column in characters, from 1. 0 means the whole line.
    pub column: u32,
    /// How many characters to underline. 0 means unknown.
    pub width: u32,
}

impl Place {
    /// Returns the place of a whole file.
    pub fn file(path: &str) -> Self {
        Self { file: path.to_owned(), line: 0, column: 0, width: 0 }
    }

    /// Returns the place of the byte range `start..end` of `text`, which is the whole text of
    /// `path`.
    pub fn of_range(path: &str, text: &str, range: std::ops::Range<usize>) -> Self {
        let start = floor_char(text, range.start);
        let line_start = line_start(text, start);
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

/// Converts a count to the type used in a [`Place`].
fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The argument of a finding in a file next to items that names the Markdown file which refers to it.
/// No message shows it.
pub(crate) const REFERRER: &str = "referrer";

/// A problem at a place in the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of problem it is.
    pub code: Code,
    /// How severe it is.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// The values to insert into the message, by name.
    pub args: Vec<(&'static str, String)>,
    /// Which of the code's help texts applies. `help` is the default.
    pub help: &'static str,
}

impl Diagnostic {
    /// Creates an error at a place.
    pub fn error(code: Code, place: Place) -> Self {
        Self { code, severity: Severity::Error, place, args: Vec::new(), help: "help" }
    }

    /// Creates a warning at a place.
    pub fn warning(code: Code, place: Place) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place) }
    }

    /// Sets a value of the message.
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

    /// Selects another help text.
    #[must_use]
    pub fn help(mut self, key: &'static str) -> Self {
        self.help = key;
        self
    }
}

/// A collection of diagnostics.
#[derive(Debug, Default, Clone)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all diagnostics of another collection.
    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Returns whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// Returns all of them sorted by place. A problem appears once, even if several items refer to its file.
    pub fn sorted(&self) -> Vec<Diagnostic> {
        let mut all = self.0.clone();
        all.iter_mut().for_each(|diagnostic| diagnostic.args.retain(|(name, _)| *name != REFERRER));
        all.sort_by(|a, b| (&a.place, a.code, &a.args).cmp(&(&b.place, b.code, &b.args)));
        all.dedup();
        all
    }

    /// Iterates over all of them, in the order in which they were added.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Applies a change to all of them.
    pub fn amend_all(&mut self, change: impl FnMut(&mut Diagnostic)) {
        self.0.iter_mut().for_each(change);
    }

    /// Applies a change to those with a code.
    pub fn amend(&mut self, code: Code, change: impl FnMut(&mut Diagnostic)) {
        self.0.iter_mut().filter(|diagnostic| diagnostic.code == code).for_each(change);
    }
}

/// Runs `work` over all elements in parallel. Each element has its own sink. The sinks are joined
/// in the order of the input, so the diagnostics do not depend on the number of threads.
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

/// A problem of the environment. The run ends with exit code 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure it is.
    pub code: Code,
    /// The values to insert into the message, by name.
    pub args: Vec<(&'static str, String)>,
    /// Which of the code's help texts applies. `help` is the default.
    pub help: &'static str,
}

impl Failure {
    /// Creates a failure.
    pub fn new(code: Code) -> Self {
        Self { code, args: Vec::new(), help: "help" }
    }

    /// Selects another help text.
    #[must_use]
    pub fn help(mut self, key: &'static str) -> Self {
        self.help = key;
        self
    }

    /// Sets a value of the message.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// Converts the diagnostic of the one file that a command was asked for. A build, in contrast,
    /// continues after a problem with one file.
    pub fn of(diagnostic: &Diagnostic) -> Self {
        let cause = diagnostic.value("cause").unwrap_or_default();
        let failure = Self::new(Code::Io).arg("path", diagnostic.place.file.as_str());
        failure.arg("cause", cause).help("help-portal")
    }

    /// Creates the failure of a system operation on a file of the portal, outside a build. Nothing was
    /// changed.
    pub fn io_in_portal(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::io(path, error).help("help-portal")
    }

    /// Creates the failure of a system operation on a path.
    pub fn io(path: &std::path::Path, error: &std::io::Error) -> Self {
        let code = match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Code::DiskFull,
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                Code::NotAllowed
            }
            _ => Code::Io,
        };
        Self::new(code).arg("path", path.display().to_string()).arg("cause", cause_of(error))
    }
}

/// Returns the cause of a system error for a message: the name of a sentence, or the words of the
/// system if there is none.
pub fn cause_of(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    let sentence = match error.kind() {
        ErrorKind::NotFound => "@cause/not-found",
        ErrorKind::PermissionDenied => "@cause/not-permitted",
        ErrorKind::IsADirectory => "@cause/folder",
        ErrorKind::NotADirectory => "@cause/not-a-folder",
        ErrorKind::ReadOnlyFilesystem => "@cause/read-only",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "@cause/full",
        ErrorKind::InvalidFilename => "@cause/name",
        _ => return error.to_string(),
    };
    sentence.to_owned()
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", self.code.as_str(), self.args)
    }
}

impl std::error::Error for Failure {}

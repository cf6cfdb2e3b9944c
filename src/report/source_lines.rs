//! Reads the source lines that diagnostics are about.

use std::collections::BTreeSet;

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::privacy::Masking;
use crate::report::reporter::Reporter;
use crate::source::Portal;

/// The lines of the file whose diagnostics are being written.
#[derive(Debug, Default)]
pub(crate) struct SourceLines {
    /// Files in which private numbers were found. Every number that could be private is hidden there.
    private: BTreeSet<String>,
    file: String,
    lines: Vec<String>,
}

impl SourceLines {
    /// Creates the lines for these diagnostics. No file is read yet.
    pub(crate) fn of(diagnostics: &[Diagnostic]) -> Self {
        let private = diagnostics.iter().filter(|diagnostic| diagnostic.code.is_private());
        let private = private.map(|diagnostic| diagnostic.place.file.clone()).collect();
        Self { private, ..Self::default() }
    }

    /// Returns a diagnostic with its source line, for people.
    pub(crate) fn show(
        &mut self,
        portal: &Portal,
        reporter: &Reporter,
        diagnostic: &Diagnostic,
    ) -> String {
        if !reporter.redact && self.file != diagnostic.place.file {
            self.read(portal, &diagnostic.place.file);
        }
        let is_private = self.private.contains(&self.file);
        let masking = if is_private { Masking::Thorough } else { Masking::Plain };
        let line = self.line(diagnostic.place.line).map(|line| (line, masking));
        reporter.diagnostic(diagnostic, line)
    }

    fn read(&mut self, portal: &Portal, file: &str) {
        let mut ignored = Diagnostics::default();
        let is_file = portal.locate(file).is_file();
        let text = is_file.then(|| portal.read_text(file, &mut ignored)).flatten();
        self.lines = text.map_or(Vec::new(), |t| t.text.lines().map(str::to_owned).collect());
        file.clone_into(&mut self.file);
    }

    fn line(&self, number: u32) -> Option<&str> {
        self.lines.get((number as usize).checked_sub(1)?).map(String::as_str)
    }
}

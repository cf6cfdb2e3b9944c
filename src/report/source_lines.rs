//! The lines that findings are about, read again from the portal.

use std::collections::BTreeSet;

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::privacy::Masking;
use crate::report::reporter::Reporter;
use crate::source::Portal;

/// The lines of the file whose findings are being told.
#[derive(Debug, Default)]
pub(crate) struct SourceLines {
    /// Files in which private numbers were found: every number that could be one is hidden there.
    private: BTreeSet<String>,
    file: String,
    lines: Vec<String>,
}

impl SourceLines {
    /// For these findings.
    pub(crate) fn of(found: &[Diagnostic]) -> Self {
        let private = found.iter().filter(|found| found.code.is_private());
        let private = private.map(|found| found.place.file.clone()).collect();
        Self { private, ..Self::default() }
    }

    /// A finding with its line, as people read it.
    pub(crate) fn tell(&mut self, portal: &Portal, style: &Reporter, found: &Diagnostic) -> String {
        if !style.redact && self.file != found.place.file {
            self.read(portal, &found.place.file);
        }
        let is_private = self.private.contains(&self.file);
        let masking = if is_private { Masking::Thorough } else { Masking::Plain };
        style.diagnostic(found, self.line(found.place.line).map(|line| (line, masking)))
    }

    fn read(&mut self, portal: &Portal, file: &str) {
        let mut ignored = Diagnostics::default();
        let there = portal.locate(file).is_file();
        let text = there.then(|| portal.read_text(file, &mut ignored)).flatten();
        self.lines = text.map_or(Vec::new(), |t| t.text.lines().map(str::to_owned).collect());
        file.clone_into(&mut self.file);
    }

    fn line(&self, number: u32) -> Option<&str> {
        self.lines.get((number as usize).checked_sub(1)?).map(String::as_str)
    }
}

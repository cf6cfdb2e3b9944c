//! Reports diagnostics of a body: ranges of its text become places in its file.

use std::ops::Range;

use crate::content::Item;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, Severity};

/// Collects the diagnostics of one body.
pub(super) struct BodyDiagnostics<'s> {
    /// The body's Markdown.
    pub markdown: &'s str,
    /// The offset of each line.
    lines: Vec<usize>,
    item: &'s Item,
    /// The severity of mistakes. In items that nobody will see, they are only warnings.
    severity: Severity,
    diagnostics: &'s mut Diagnostics,
}

impl<'s> BodyDiagnostics<'s> {
    /// Starts the body of an item.
    pub(super) fn new(
        markdown: &'s str,
        item: &'s Item,
        severity: Severity,
        diagnostics: &'s mut Diagnostics,
    ) -> Self {
        let newlines = memchr::memchr_iter(b'\n', markdown.as_bytes());
        let lines = std::iter::once(0).chain(newlines.map(|at| at + 1)).collect();
        Self { markdown, lines, item, severity, diagnostics }
    }

    /// Returns the place in the file of a range of the body.
    pub(super) fn place(&self, range: Range<usize>) -> Place {
        // Reads only the lines of the range: a text may have a hundred thousand links.
        let line = self.lines.partition_point(|start| *start <= range.start) - 1;
        let start = self.lines[line];
        let end =
            self.markdown[range.end..].find('\n').map_or(self.markdown.len(), |n| range.end + n);
        let within = range.start - start..range.end - start;
        let place = Place::of_range(&self.item.path, &self.markdown[start..end], within);
        let above = u32::try_from(line).unwrap_or(u32::MAX);
        Place { line: place.line + above + self.item.body_line - 1, ..place }
    }

    /// Reports a mistake.
    pub(super) fn report(
        &mut self,
        code: Code,
        range: Range<usize>,
        fill: impl Fn(Diagnostic) -> Diagnostic,
    ) {
        self.push(self.severity, code, range, fill);
    }

    /// Reports a warning.
    pub(super) fn warn(
        &mut self,
        code: Code,
        range: Range<usize>,
        fill: impl Fn(Diagnostic) -> Diagnostic,
    ) {
        self.push(Severity::Warning, code, range, fill);
    }

    fn push(
        &mut self,
        severity: Severity,
        code: Code,
        range: Range<usize>,
        fill: impl Fn(Diagnostic) -> Diagnostic,
    ) {
        let place = self.place(range);
        self.diagnostics.push(fill(Diagnostic { severity, ..Diagnostic::error(code, place) }));
    }
}

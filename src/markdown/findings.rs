//! What is found in one body: places in its text become places in its file.

use std::ops::Range;

use crate::content::Item;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, Severity};

/// Tells what is wrong in a body.
pub(super) struct TextFindings<'s> {
    /// The body's Markdown.
    pub markdown: &'s str,
    /// Where its lines begin.
    lines: Vec<usize>,
    card: &'s Item,
    /// Whether mistakes stop the build. In items that nobody will see they are only warnings.
    severity: Severity,
    sink: &'s mut Diagnostics,
}

impl<'s> TextFindings<'s> {
    /// Nothing found yet in the body of an item.
    pub(super) fn new(
        markdown: &'s str,
        card: &'s Item,
        severity: Severity,
        sink: &'s mut Diagnostics,
    ) -> Self {
        let newlines = memchr::memchr_iter(b'\n', markdown.as_bytes());
        let lines = std::iter::once(0).chain(newlines.map(|at| at + 1)).collect();
        Self { markdown, lines, card, severity, sink }
    }

    /// The place in the file of a range of the body.
    pub(super) fn place(&self, range: Range<usize>) -> Place {
        // Only the lines around the place are looked at: a text may have a hundred thousand links.
        let line = self.lines.partition_point(|start| *start <= range.start) - 1;
        let start = self.lines[line];
        let end =
            self.markdown[range.end..].find('\n').map_or(self.markdown.len(), |n| range.end + n);
        let within = range.start - start..range.end - start;
        let place = Place::of_range(&self.card.path, &self.markdown[start..end], within);
        let above = u32::try_from(line).unwrap_or(u32::MAX);
        Place { line: place.line + above + self.card.body_line - 1, ..place }
    }

    /// Tells of a mistake.
    pub(super) fn mistake(
        &mut self,
        code: Code,
        range: Range<usize>,
        fill: impl Fn(Diagnostic) -> Diagnostic,
    ) {
        self.tell(self.severity, code, range, fill);
    }

    /// Tells of what is worth a look.
    pub(super) fn warning(
        &mut self,
        code: Code,
        range: Range<usize>,
        fill: impl Fn(Diagnostic) -> Diagnostic,
    ) {
        self.tell(Severity::Warning, code, range, fill);
    }

    fn tell(
        &mut self,
        severity: Severity,
        code: Code,
        range: Range<usize>,
        fill: impl Fn(Diagnostic) -> Diagnostic,
    ) {
        let place = self.place(range);
        self.sink.push(fill(Diagnostic { severity, ..Diagnostic::error(code, place) }));
    }
}

//! Rewrites official numbering as nested lists of Markdown.
//!
//! Markdown knows only `1. text`. Official papers write `1.ด้านงานข่าว`, `1.10`, `๑.๒`, `2.1)`, `(๑)`,
//! `ก.`, `ข้อ ๑`, with any indentation, and mean a hierarchy. Before the text is parsed, lines with such numbers
//! are rewritten as list items, one level for each level of numbers. The page shows the numbers as
//! written. No word of the text changes.
//!
//! A number counts as a clause if the section also has the number before it, the number after it, or
//! its parent, or if it is the first of its kind at the start of a paragraph. A line that was wrapped
//! before `1.5` thereby remains a line. In a section without official numbers, the lists of Markdown
//! are not changed.

mod clause;
mod index;
mod layout;
mod lines;
mod section;
mod sequence;

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

pub(super) use crate::markdown::numbering::clause::{ClauseForm, ClauseNumber, is_space};
pub(super) use crate::markdown::numbering::section::{Clause, NumberingProblem};
pub(super) use crate::markdown::numbering::sequence::{Sequence, Slip};

use crate::markdown::numbering::clause::ClauseLabel;
use crate::markdown::numbering::index::{accepted_labels, next_numbers};
use crate::markdown::numbering::layout::{STEP, SectionLayout};
use crate::markdown::numbering::lines::{
    LineKind, NumberedLine, has_labels, read_lines, verbatim_blocks,
};
use crate::markdown::numbering::section::{ClauseFindings, Edit, SwallowedNumber, is_swallowed};

/// Returns the number at the start of a line, with its length.
pub(super) fn leading_number(line: &str) -> Option<(ClauseNumber, usize)> {
    ClauseLabel::read(line).map(|label| (label.number, label.len))
}

/// A text whose clauses are lists. It maps ranges back to the source.
#[derive(Debug)]
pub struct Numbered<'a> {
    /// The text to parse.
    pub text: Cow<'a, str>,
    /// Numbers that are probably mistakes.
    pub problems: Vec<NumberingProblem>,
    segments: Vec<Segment>,
    clauses: Vec<Clause>,
    swallowed: Vec<SwallowedNumber>,
}

/// A part of the text that was copied from the source or inserted.
#[derive(Debug)]
struct Segment {
    /// Where it begins in the text.
    start: usize,
    /// Where it begins in the source. Of inserted text, the offset that it is mapped to.
    source: usize,
    is_copied: bool,
}

impl<'a> Numbered<'a> {
    /// Rewrites the clauses of a text.
    pub fn new(source: &'a str) -> Self {
        if !has_labels(source) {
            return Self::as_written(source, Vec::new());
        }
        let mut lines = read_lines(source, Vec::new());
        let is_official = |line: &NumberedLine| line.label.is_some_and(|label| label.is_official());
        if lines.iter().any(is_official) || memmem::find(source.as_bytes(), b"```").is_some() {
            lines = read_lines(source, verbatim_blocks(source));
        }
        let mut findings = ClauseFindings::new(source);
        for section in lines.split(|line| line.kind == LineKind::Edge) {
            if section.iter().any(|line| line.label.is_some()) {
                read_section(&mut findings, section);
            }
        }
        let ClauseFindings { edits, clauses, problems, swallowed, .. } = findings;
        let (text, segments) = apply(source, edits);
        Self { text, problems, segments, clauses, swallowed }
    }

    /// Leaves the text as it is.
    pub fn as_written(source: &'a str, problems: Vec<NumberingProblem>) -> Self {
        let (segments, clauses, swallowed) = (Vec::new(), Vec::new(), Vec::new());
        Self { text: Cow::Borrowed(source), problems, segments, clauses, swallowed }
    }

    /// Returns whether a number was found inside the text of a clause, within a range of the source.
    pub(super) fn is_swallowed(&self, number: &str, within: Range<usize>) -> bool {
        is_swallowed(&self.swallowed, number, within)
    }

    /// Returns the number of clauses.
    ///
    /// If Markdown reads fewer of them as list items, numbers would be lost. The text must then be
    /// rendered [as written](Self::as_written).
    pub fn clause_count(&self) -> usize {
        self.clauses.len()
    }

    /// Maps a range of the text to the source.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        self.original_offset(range.start)..self.original_offset(range.end)
    }

    fn original_offset(&self, offset: usize) -> usize {
        match self.segments.partition_point(|segment| segment.start <= offset).checked_sub(1) {
            None => offset,
            Some(n) => {
                let segment = &self.segments[n];
                segment.source + if segment.is_copied { offset - segment.start } else { 0 }
            }
        }
    }

    /// Returns the clause whose number is at an offset of the source.
    pub fn clause_at(&self, offset: usize) -> Option<&Clause> {
        let n = self.clauses.binary_search_by_key(&offset, |clause| clause.label.start).ok()?;
        Some(&self.clauses[n])
    }
}

/// Applies edits to a text.
fn apply(source: &str, edits: Vec<Edit>) -> (Cow<'_, str>, Vec<Segment>) {
    if edits.is_empty() {
        return (Cow::Borrowed(source), Vec::new());
    }
    let mut text = String::with_capacity(source.len() + edits.len() * STEP * 2);
    let mut segments = Vec::with_capacity(edits.len() * 2 + 1);
    let mut from = 0;
    for edit in edits {
        segments.push(Segment { start: text.len(), source: from, is_copied: true });
        text.push_str(&source[from..edit.range.start]);
        segments.push(Segment { start: text.len(), source: edit.source, is_copied: false });
        text.push_str(&edit.text);
        from = edit.range.end;
    }
    segments.push(Segment { start: text.len(), source: from, is_copied: true });
    text.push_str(&source[from..]);
    (Cow::Owned(text), segments)
}

/// Finds the clauses between two headings.
fn read_section(findings: &mut ClauseFindings, lines: &[NumberedLine]) {
    let is_markdown = |line: &NumberedLine| line.label.is_none_or(|label| !label.is_official());
    let labels: Vec<Option<ClauseLabel>> = if lines.iter().all(is_markdown) {
        lines.iter().map(|line| line.label).collect()
    } else {
        accepted_labels(lines)
    };
    let next_numbers = next_numbers(&labels);
    findings.find_swallowed(lines, &labels, &next_numbers);
    if labels.iter().flatten().any(ClauseLabel::is_official) {
        SectionLayout::new(findings, lines, &labels, &next_numbers).run();
    }
}

//! Official numbering becomes nested lists of Markdown.
//!
//! Markdown knows `1. text`. Official papers write `1.ด้านงานข่าว`, `1.10`, `๑.๒`, `(๑)`, `ก.`, indent
//! as they please, and mean a hierarchy. Lines that begin with such numbers are rewritten, before
//! the text is parsed, as items of Markdown's own lists, one level for each level of numbers; the
//! numbers as written are kept aside and printed as written. No word of the text changes.
//!
//! A number counts if it has company: one before it, one after it, its parent; or if it is the first
//! of its kind at the start of a paragraph. So a line that was wrapped before `1.5` stays a line.
//! Numbers that Markdown reads by itself are left to it where no official number stands beside them.

mod clause;
mod index;
mod layout;
mod lines;
mod section;

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

pub(super) use crate::markdown::numbering::clause::ClauseForm;
pub(super) use crate::markdown::numbering::section::{Clause, NumberingSlip};

use crate::markdown::numbering::clause::ClauseLabel;
use crate::markdown::numbering::index::{accepted, coming};
use crate::markdown::numbering::layout::{STEP, SectionLayout};
use crate::markdown::numbering::lines::{LineKind, SourceLine, blocks, has_labels, read_lines};
use crate::markdown::numbering::section::{Edit, SectionFindings, is_swallowed};

/// A text whose clauses are lists, and the means to find numbers and places of the original.
#[derive(Debug)]
pub struct Numbered<'a> {
    /// The text to parse.
    pub text: Cow<'a, str>,
    /// What looks like a slip of the pen.
    pub slips: Vec<NumberingSlip>,
    pieces: Vec<SourceText>,
    clauses: Vec<Clause>,
    swallowed: Vec<(usize, String)>,
}

/// A stretch of the text and where it comes from.
#[derive(Debug)]
struct SourceText {
    at: usize,
    source: usize,
    is_copied: bool,
}

impl<'a> Numbered<'a> {
    /// Finds the clauses of a text.
    pub fn new(source: &'a str) -> Self {
        if !has_labels(source) {
            return Self::as_written(source, Vec::new());
        }
        let mut lines = read_lines(source, Vec::new());
        let is_official = |line: &SourceLine| line.label.is_some_and(|label| !label.is_markdown);
        if lines.iter().any(is_official) || memmem::find(source.as_bytes(), b"```").is_some() {
            lines = read_lines(source, blocks(source));
        }
        let mut findings = SectionFindings::new(source);
        for section in lines.split(|line| line.kind == LineKind::Edge) {
            if section.iter().any(|line| line.label.is_some()) {
                read_section(&mut findings, section);
            }
        }
        let SectionFindings { edits, clauses, slips, swallowed, .. } = findings;
        let (text, pieces) = apply(source, edits);
        Self { text, slips, pieces, clauses, swallowed }
    }

    /// The text as it is, for Markdown to read.
    pub fn as_written(source: &'a str, slips: Vec<NumberingSlip>) -> Self {
        let (pieces, clauses, swallowed) = (Vec::new(), Vec::new(), Vec::new());
        Self { text: Cow::Borrowed(source), slips, pieces, clauses, swallowed }
    }

    /// Whether a number was found inside the text of a clause within a stretch of the source.
    pub fn is_swallowed(&self, number: &str, within: Range<usize>) -> bool {
        is_swallowed(&self.swallowed, number, within)
    }

    /// How many clauses were found. If Markdown takes fewer of them for items of lists, numbers
    /// would be lost: then the text must stay [as written](Self::as_written).
    pub fn clause_count(&self) -> usize {
        self.clauses.len()
    }

    /// A range of the text as a range of the source.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        self.original_place(range.start)..self.original_place(range.end)
    }

    fn original_place(&self, place: usize) -> usize {
        match self.pieces.partition_point(|piece| piece.at <= place).checked_sub(1) {
            None => place,
            Some(n) => {
                let piece = &self.pieces[n];
                piece.source + if piece.is_copied { place - piece.at } else { 0 }
            }
        }
    }

    /// The clause whose number stands at a place of the source.
    pub fn clause_at(&self, place: usize) -> Option<&Clause> {
        let found = self.clauses.binary_search_by_key(&place, |clause| clause.label.start).ok()?;
        Some(&self.clauses[found])
    }
}

fn apply(source: &str, edits: Vec<Edit>) -> (Cow<'_, str>, Vec<SourceText>) {
    if edits.is_empty() {
        return (Cow::Borrowed(source), Vec::new());
    }
    let mut text = String::with_capacity(source.len() + edits.len() * STEP * 2);
    let mut pieces = Vec::with_capacity(edits.len() * 2 + 1);
    let mut from = 0;
    for edit in edits {
        pieces.push(SourceText { at: text.len(), source: from, is_copied: true });
        text.push_str(&source[from..edit.range.start]);
        pieces.push(SourceText { at: text.len(), source: edit.source, is_copied: false });
        text.push_str(&edit.text);
        from = edit.range.end;
    }
    pieces.push(SourceText { at: text.len(), source: from, is_copied: true });
    text.push_str(&source[from..]);
    (Cow::Owned(text), pieces)
}

/// What stands between two headings.
fn read_section(findings: &mut SectionFindings, lines: &[SourceLine]) {
    let is_markdown = |line: &SourceLine| line.label.is_none_or(|label| label.is_markdown);
    let labels: Vec<Option<ClauseLabel>> = if lines.iter().all(is_markdown) {
        lines.iter().map(|line| line.label).collect()
    } else {
        accepted(lines)
    };
    let coming = coming(&labels);
    findings.find_swallowed(lines, &labels, &coming);
    if labels.iter().flatten().any(|label| !label.is_markdown) {
        SectionLayout::new(findings, lines, &labels, &coming).run();
    }
}

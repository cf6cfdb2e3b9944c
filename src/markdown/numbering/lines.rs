//! Reads the lines of a text, with the numbers at their starts.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

use crate::markdown::numbering::clause::{ClauseLabel, is_space};
use crate::markdown::options::OPTIONS;

/// The role of a line in numbering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    Blank,
    /// A heading or a thematic break. Numbering starts again after it.
    Edge,
    /// A line of a code block. The value is the indentation of its fence.
    Verbatim(usize),
    /// An item of a bullet list.
    Bullet,
    Text,
}

/// A line of the source.
#[derive(Debug)]
pub(super) struct NumberedLine<'a> {
    pub(super) start: usize,
    /// The offset of its text, after white space.
    pub(super) body: usize,
    /// The width of this white space, in columns.
    pub(super) indent: usize,
    pub(super) text: &'a str,
    pub(super) kind: LineKind,
    pub(super) label: Option<ClauseLabel>,
}

/// Returns whether a line begins with a number. This is a fast scan: most texts have none.
pub(super) fn has_labels(source: &str) -> bool {
    let lines = memchr::memchr_iter(b'\n', source.as_bytes()).map(|at| at + 1);
    std::iter::once(0).chain(lines).any(|start| {
        let line = &source[start..];
        match line.as_bytes() {
            [b'0'..=b'9' | b'(' | b' ' | b'\t' | 0xC2 | 0xE2 | 0xE3, ..] => {
                ClauseLabel::read(line.trim_start_matches(is_space)).is_some()
            }
            // A Thai digit, a letter before `.` or `)`, or `ข้อ`.
            [0xE0, 0xB9, 0x90..=0x99, ..]
            | [0xE0, _, _, b'.' | b')', ..]
            | [0xE0, 0xB8, 0x82, 0xE0, 0xB9, 0x89, ..] => ClauseLabel::read(line).is_some(),
            _ => false,
        }
    })
}

/// Reads all lines, with the numbers at their starts. Lines in `blocks` have no numbers.
pub(super) fn read_lines(
    source: &str,
    blocks: Vec<(Range<usize>, VerbatimBlock)>,
) -> Vec<NumberedLine<'_>> {
    let mut lines = Vec::with_capacity(source.len() / 64);
    let mut blocks = blocks.into_iter().peekable();
    let mut block: Option<(usize, VerbatimBlock)> = None;
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', source.as_bytes()).chain([source.len()]) {
        let whole = &source[start..end];
        let text = whole.trim_start_matches(is_space);
        let lead = &whole[..whole.len() - text.len()];
        let indent = lead.chars().map(|c| if c == '\t' { 4 } else { 1 }).sum();
        let text = text.trim_end_matches('\r');
        let is_plain = lead.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
        block = block.filter(|(until, _)| start < *until);
        while let Some((range, kind)) = blocks.next_if(|(range, _)| range.start <= end) {
            block = (start < range.end).then_some((range.end, kind)).or(block);
        }
        let kind = match block {
            None => line_kind(text, is_plain),
            Some((_, VerbatimBlock::Footnote)) => LineKind::Edge,
            Some((_, VerbatimBlock::Other)) if text.is_empty() => LineKind::Blank,
            Some((_, VerbatimBlock::Other)) => LineKind::Text,
            Some((until, VerbatimBlock::Code(None))) => {
                block = Some((until, VerbatimBlock::Code(Some(indent))));
                LineKind::Verbatim(indent)
            }
            Some((_, VerbatimBlock::Code(Some(fence)))) => LineKind::Verbatim(fence),
        };
        let may_have_label = kind == LineKind::Text && block.is_none();
        let label = if may_have_label { ClauseLabel::read(text) } else { None };
        lines.push(NumberedLine { start, body: start + lead.len(), indent, text, kind, label });
        start = end + 1;
    }
    lines
}

/// A block whose lines are never clauses.
#[derive(Debug, Clone, Copy)]
pub(super) enum VerbatimBlock {
    /// A table, or HTML.
    Other,
    /// Fenced code. The value is the indentation of its first line, once that has been read.
    Code(Option<usize>),
    /// The definition of a footnote.
    Footnote,
}

/// Returns these blocks, with their ranges, as Markdown reads them. Indented code is not among them,
/// because clauses on paper are indented, too.
pub(super) fn verbatim_blocks(source: &str) -> Vec<(Range<usize>, VerbatimBlock)> {
    let events = Parser::new_ext(source, OPTIONS).into_offset_iter();
    let blocks = events.filter_map(|(event, range)| {
        let block = match event {
            Event::Start(Tag::HtmlBlock | Tag::Table(_)) => VerbatimBlock::Other,
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => VerbatimBlock::Code(None),
            Event::Start(Tag::FootnoteDefinition(_)) => VerbatimBlock::Footnote,
            Event::InlineHtml(_) if source[range.clone()].contains('\n') => VerbatimBlock::Other,
            _ => return None,
        };
        Some((range, block))
    });
    blocks.collect()
}

/// Returns the kind of a line. `is_plain` is whether the white space before its text is spaces and
/// tabs only.
fn line_kind(text: &str, is_plain: bool) -> LineKind {
    let Some(first) = text.bytes().next() else { return LineKind::Blank };
    match first {
        b'#' if text.trim_start_matches('#').starts_with([' ', '\t']) => LineKind::Edge,
        b'-' | b'*' | b'_' if is_rule(text) => LineKind::Edge,
        b'-' | b'*' | b'+' if text[1..].starts_with([' ', '\t']) && is_plain => LineKind::Bullet,
        _ => LineKind::Text,
    }
}

fn is_rule(text: &str) -> bool {
    let mark = text.as_bytes()[0];
    text.bytes().all(|byte| byte == mark || matches!(byte, b' ' | b'\t'))
        && text.bytes().filter(|byte| *byte == mark).count() >= 3
}

//! The lines of a text, with the numbers at their starts.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

use crate::markdown::numbering::clause::{ClauseLabel, is_space};
use crate::markdown::options::OPTIONS;

/// What a line is to the numbering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    Blank,
    /// A heading or a rule: numbering begins anew.
    Edge,
    /// The inside of a code block, whose fence stands at an indent.
    Verbatim(usize),
    /// An item of a list with bullets.
    Bullet,
    Text,
}

/// A line of the source.
#[derive(Debug)]
pub(super) struct SourceLine<'a> {
    pub(super) start: usize,
    /// Where its text begins, after white space.
    pub(super) body: usize,
    /// The width of that white space in columns.
    pub(super) indent: usize,
    pub(super) text: &'a str,
    pub(super) kind: LineKind,
    pub(super) label: Option<ClauseLabel>,
}

/// Whether a line begins with a number: said of most texts, and at once.
pub(super) fn has_labels(source: &str) -> bool {
    let lines = memchr::memchr_iter(b'\n', source.as_bytes()).map(|at| at + 1);
    std::iter::once(0).chain(lines).any(|start| {
        let line = &source[start..];
        match line.as_bytes() {
            [b'0'..=b'9' | b'(' | b' ' | b'\t' | 0xC2 | 0xE2 | 0xE3, ..] => {
                ClauseLabel::read(line.trim_start_matches(is_space)).is_some()
            }
            [0xE0, 0xB9, 0x90..=0x99, ..] | [0xE0, _, _, b'.' | b')', ..] => {
                ClauseLabel::read(line).is_some()
            }
            _ => false,
        }
    })
}

/// Every line, with the numbers at their starts; there are none in `blocks`.
pub(super) fn read_lines(
    source: &str,
    blocks: Vec<(Range<usize>, VerbatimBlock)>,
) -> Vec<SourceLine<'_>> {
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
            None => kind_of(text, is_plain),
            Some((_, VerbatimBlock::Footnote)) => LineKind::Edge,
            Some((_, VerbatimBlock::Other)) if text.is_empty() => LineKind::Blank,
            Some((_, VerbatimBlock::Other)) => LineKind::Text,
            Some((until, VerbatimBlock::Code(None))) => {
                block = Some((until, VerbatimBlock::Code(Some(indent))));
                LineKind::Verbatim(indent)
            }
            Some((_, VerbatimBlock::Code(Some(fence)))) => LineKind::Verbatim(fence),
        };
        let reads = kind == LineKind::Text && block.is_none();
        let label = if reads { ClauseLabel::read(text) } else { None };
        lines.push(SourceLine { start, body: start + lead.len(), indent, text, kind, label });
        start = end + 1;
    }
    lines
}

/// A block whose lines are not clauses, whatever they begin with.
#[derive(Debug, Clone, Copy)]
pub(super) enum VerbatimBlock {
    /// A table, or HTML.
    Other,
    /// Code between fences; once its first line was read, how far that is indented.
    Code(Option<usize>),
    /// The text of a footnote, which stands for itself.
    Footnote,
}

/// Such blocks as Markdown sees them, by their place. Code by indent is none: on paper, clauses
/// are indented as well.
pub(super) fn blocks(source: &str) -> Vec<(Range<usize>, VerbatimBlock)> {
    let events = Parser::new_ext(source, OPTIONS).into_offset_iter();
    let found = events.filter_map(|(event, range)| {
        let block = match event {
            Event::Start(Tag::HtmlBlock | Tag::Table(_)) => VerbatimBlock::Other,
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => VerbatimBlock::Code(None),
            Event::Start(Tag::FootnoteDefinition(_)) => VerbatimBlock::Footnote,
            Event::InlineHtml(_) if source[range.clone()].contains('\n') => VerbatimBlock::Other,
            _ => return None,
        };
        Some((range, block))
    });
    found.collect()
}

/// `is_plain`: nothing but spaces and tabs stands before the text.
fn kind_of(text: &str, is_plain: bool) -> LineKind {
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

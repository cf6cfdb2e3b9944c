//! Lays out clauses as lists of Markdown.

use crate::markdown::numbering::clause::{ClauseLabel, ClauseNumber};
use crate::markdown::numbering::lines::{LineKind, NumberedLine};
use crate::markdown::numbering::section::{Clause, ClauseFindings, Edit, NumberingProblem};
use crate::markdown::numbering::sequence::{Sequence, Slip};

/// The most levels of clauses. Deeper ones are put on the last level.
const MAX_DEPTH: usize = 8;

/// The columns from the number of an item to its text: `1. `.
pub(super) const STEP: usize = 3;

/// A clause that is open at a line.
struct OpenClause {
    number: ClauseNumber,
    /// The column of its number in the source.
    indent: usize,
    /// The column of its text in the source.
    content: usize,
    /// The delimiter of its list in Markdown. A different delimiter begins another list.
    mark: char,
}

/// Lays out the clauses of a section as lists.
pub(super) struct SectionLayout<'w, 'a> {
    findings: &'w mut ClauseFindings<'a>,
    lines: &'w [NumberedLine<'w>],
    labels: &'w [Option<ClauseLabel>],
    /// The next number after each line.
    next_numbers: &'w [Option<ClauseNumber>],
    /// The clauses around the current line, outermost first.
    open: Vec<OpenClause>,
    /// The column of the outermost clauses, which may be inside a bullet.
    base: usize,
    /// The column of the text of the last bullet outside clauses.
    bullet: Option<usize>,
    /// Whether the current clause contains bullets, whose indentation counts.
    has_bullets: bool,
    sequence: Sequence,
}

impl<'w, 'a> SectionLayout<'w, 'a> {
    /// Starts a section.
    pub(super) fn new(
        findings: &'w mut ClauseFindings<'a>,
        lines: &'w [NumberedLine<'w>],
        labels: &'w [Option<ClauseLabel>],
        next_numbers: &'w [Option<ClauseNumber>],
    ) -> Self {
        let (open, base, bullet, has_bullets) = (Vec::new(), 0, None, false);
        let sequence = Sequence::default();
        Self { findings, lines, labels, next_numbers, open, base, bullet, has_bullets, sequence }
    }

    /// Reads all lines and adds the edits.
    pub(super) fn run(&mut self) {
        let mut after_blank = true;
        for n in 0..self.lines.len() {
            let line = &self.lines[n];
            match (self.labels[n], line.kind) {
                (Some(label), _) => {
                    self.check_sequence(n, &label);
                    self.clause(line, &label);
                }
                (None, LineKind::Blank) => self.blank(line),
                (None, LineKind::Verbatim(fence)) => self.verbatim(line, fence),
                (None, _) => self.text(n, after_blank),
            }
            after_blank = line.kind == LineKind::Blank;
        }
    }

    /// Rewrites a line that begins with a number.
    fn clause(&mut self, line: &NumberedLine, label: &ClauseLabel) {
        if self.open.is_empty() {
            self.base = self.bullet.filter(|column| line.indent >= *column).unwrap_or(0);
        }
        let depth = self.depth_of(&label.number, line.indent).min(MAX_DEPTH - 1);
        let sibling = self.open.get(depth).map(|open| (open.number, open.mark));
        let continues = |number: &ClauseNumber| {
            number.is_sibling(&label.number) && (label.number.last() > 1 || *number == label.number)
        };
        let mark = match sibling {
            Some((number, mark)) if continues(&number) => mark,
            Some((_, '.')) => ')',
            _ => '.',
        };
        self.open.truncate(depth);
        let (range, text_at) =
            (line.body..line.body + label.len, line.body + label.len + label.gap);
        let width = self.findings.source[line.body..text_at].chars().count();
        self.open.push(OpenClause {
            number: label.number,
            indent: line.indent,
            content: line.indent + width,
            mark,
        });
        self.has_bullets = false;
        let indent = self.base + STEP * (self.open.len() - 1);
        // The text after an official number must not begin a block.
        let begins_block = !label.is_markdown && begins_block(&line.text[label.len + label.gap..]);
        let escape = if begins_block { "\\" } else { "" };
        let text = format!("{}1{mark} {escape}", " ".repeat(indent));
        self.findings.edits.push(Edit { range: line.start..text_at, text, source: line.body });
        self.findings.clauses.push(Clause { label: range, number: label.number });
    }

    /// Returns the depth of a number: how many clauses are around it.
    fn depth_of(&self, number: &ClauseNumber, indent: usize) -> usize {
        if let Some(above) = self.open.iter().rposition(|open| number.is_below(&open.number)) {
            return above + 1;
        }
        let sibling = self.open.iter().rposition(|open| open.number.is_sibling(number));
        let is_first = number.last() == 1;
        match (sibling, self.open.last()) {
            // `1.` inside `1.`, as in Markdown.
            (Some(_), Some(last))
                if is_first
                    && number.parts().len() == 1
                    && indent > last.indent + 1
                    && last.number.form == number.form =>
            {
                self.open.len()
            }
            (Some(sibling), _) => sibling,
            (None, Some(_)) if is_first && number.parts().len() == 1 => self.open.len(),
            _ => 0,
        }
    }

    /// Reports a number that follows no other.
    fn check_sequence(&mut self, n: usize, label: &ClauseLabel) {
        let (number, line) = (label.number, &self.lines[n]);
        let above = self.lines[..n].iter().rposition(|line| line.kind != LineKind::Blank);
        let above = above.and_then(|above| self.labels[above]);
        let is_adjacent = above.is_some_and(|above| above.number.is_sibling(&number));
        let slip = self.sequence.read(number, line.body, is_adjacent);
        let Some(Slip { code, after, number, since }) = slip else { return };
        let (after, number) = (after.written(label.is_thai), number.written(label.is_thai));
        if !self.findings.is_swallowed(&number, since..line.body) {
            let range = line.body..line.body + label.len;
            self.findings.problems.push(NumberingProblem { code, range, after, number });
        }
    }

    /// Empties a blank line. White space that Markdown does not read as such would become a paragraph.
    fn blank(&mut self, line: &NumberedLine) {
        let end = line.body + line.text.len();
        if !self.open.is_empty() && end > line.start {
            self.findings.edits.push(Edit {
                range: line.start..end,
                text: String::new(),
                source: line.start,
            });
        }
    }

    /// Indents a line without a number as part of the clause above it, or ends all clauses.
    fn text(&mut self, n: usize, after_blank: bool) {
        let line = &self.lines[n];
        let is_outside = line.kind == LineKind::Bullet && line.indent < self.base;
        if is_outside || (after_blank && !self.open.is_empty() && !self.belongs(n)) {
            self.open.clear();
        }
        if self.open.is_empty() {
            let width = |line: &NumberedLine| line.indent + 2;
            match line.kind {
                // Further to the right, it is code.
                LineKind::Bullet if line.indent < self.bullet.unwrap_or(0) + 4 => {
                    self.bullet = Some(width(line));
                }
                _ if line.indent < 2 && after_blank => self.bullet = None,
                _ => {}
            }
            return;
        }
        self.has_bullets |= line.kind == LineKind::Bullet;
        let Some(last) = self.open.last() else { return };
        let beyond = line.indent.saturating_sub(last.content);
        // A line far to the right is the first line of a paragraph on paper, not code.
        let beyond = if self.has_bullets { beyond } else { beyond.min(STEP) };
        let indent = self.content_indent() + beyond;
        self.indent(line, indent);
    }

    /// Returns whether a paragraph after a blank line is part of a clause: it is indented, or numbering
    /// continues after it.
    fn belongs(&mut self, n: usize) -> bool {
        let line = &self.lines[n];
        let continues = self.next_numbers[n].is_some_and(|number| {
            let follows = |open: &OpenClause| {
                (open.number.is_sibling(&number) && open.number.last() < number.last())
                    || number.is_below(&open.number)
            };
            self.open.iter().any(follows)
        });
        if line.indent < 2 {
            return continues;
        }
        // Indented like the text of an outer clause.
        while self.open.len() > 1 && self.open.last().is_some_and(|last| line.indent < last.indent)
        {
            self.open.pop();
        }
        true
    }

    fn content_indent(&self) -> usize {
        self.base + STEP * self.open.len()
    }

    fn indent(&mut self, line: &NumberedLine, indent: usize) {
        let text = " ".repeat(indent);
        if self.findings.source[line.start..line.body] != text {
            self.findings.edits.push(Edit {
                range: line.start..line.body,
                text,
                source: line.body,
            });
        }
    }

    /// Indents a line of code, relative to its fence.
    fn verbatim(&mut self, line: &NumberedLine, fence: usize) {
        if !self.open.is_empty() {
            let indent = self.content_indent() + line.indent.saturating_sub(fence);
            self.indent(line, indent);
        }
    }
}

/// Returns whether Markdown would read a text as a bullet, a quotation, a heading or a fence.
fn begins_block(text: &str) -> bool {
    let mark = text.chars().next().unwrap_or(' ');
    let after = text.trim_start_matches(mark).chars().next();
    let is_spaced = after.is_none_or(|c| c == ' ' || c == '\t');
    match mark {
        '>' | '#' => true,
        '-' | '+' | '*' => is_spaced,
        '`' | '~' => text.starts_with("```") || text.starts_with("~~~"),
        _ => false,
    }
}

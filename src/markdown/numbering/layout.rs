//! Clauses become lists.

use crate::diagnostics::Code;
use crate::markdown::numbering::clause::{ClauseLabel, ClauseNumber};
use crate::markdown::numbering::lines::{LineKind, SourceLine};
use crate::markdown::numbering::section::{Clause, Edit, NumberingSlip, SectionFindings};

/// Levels of clauses; what is deeper stays on the last.
const MAX_DEPTH: usize = 8;

/// How far the text of an item stands to the right of its number: `1. `.
pub(super) const STEP: usize = 3;

/// A clause that is open while lines are read.
struct OpenClause {
    number: ClauseNumber,
    /// Where it stands in the source.
    at: usize,
    /// Where its number and its text stand, in columns of the source.
    indent: usize,
    content: usize,
    /// What marks its list in Markdown: another mark begins another list.
    mark: char,
}

/// Lays out the clauses of a section as lists.
pub(super) struct SectionLayout<'w, 'a> {
    work: &'w mut SectionFindings<'a>,
    lines: &'w [SourceLine<'w>],
    labels: &'w [Option<ClauseLabel>],
    /// For each line, the next number after it.
    coming: &'w [Option<ClauseNumber>],
    /// The clauses around the present line, outermost first.
    open: Vec<OpenClause>,
    /// Where the outermost stand, in columns: inside a bullet, if they stand in one.
    base: usize,
    /// The column of the text of the last bullet outside clauses.
    bullet: Option<usize>,
    /// Whether the present clause holds bullets, whose own indents count.
    has_bullets: bool,
}

impl<'w, 'a> SectionLayout<'w, 'a> {
    /// Starts a section.
    pub(super) fn new(
        work: &'w mut SectionFindings<'a>,
        lines: &'w [SourceLine<'w>],
        labels: &'w [Option<ClauseLabel>],
        coming: &'w [Option<ClauseNumber>],
    ) -> Self {
        let (open, base, bullet, has_bullets) = (Vec::new(), 0, None, false);
        Self { work, lines, labels, coming, open, base, bullet, has_bullets }
    }

    /// Reads all lines.
    pub(super) fn run(&mut self) {
        let mut after_blank = true;
        for n in 0..self.lines.len() {
            let line = &self.lines[n];
            match (self.labels[n], line.kind) {
                (Some(label), _) => self.clause(line, &label),
                (None, LineKind::Blank) => self.blank(line),
                (None, LineKind::Verbatim(fence)) => self.verbatim(line, fence),
                (None, _) => self.text(n, after_blank),
            }
            after_blank = line.kind == LineKind::Blank;
        }
    }

    /// A line that begins with a number.
    fn clause(&mut self, line: &SourceLine, label: &ClauseLabel) {
        if self.open.is_empty() {
            self.base = self.bullet.filter(|column| line.indent >= *column).unwrap_or(0);
        }
        let depth = self.depth_of(&label.number, line.indent).min(MAX_DEPTH - 1);
        self.check_sequence(line, label, depth);
        let sibling = self.open.get(depth).map(|open| (open.number, open.mark));
        let goes_on = |number: &ClauseNumber| {
            number.is_beside(&label.number) && (label.number.last() > 1 || *number == label.number)
        };
        let mark = match sibling {
            Some((number, mark)) if goes_on(&number) => mark,
            Some((_, '.')) => ')',
            _ => '.',
        };
        self.open.truncate(depth);
        let (range, text_at) =
            (line.body..line.body + label.len, line.body + label.len + label.gap);
        let width = self.work.source[line.body..text_at].chars().count();
        self.open.push(OpenClause {
            number: label.number,
            at: line.body,
            indent: line.indent,
            content: line.indent + width,
            mark,
        });
        self.has_bullets = false;
        let indent = self.base + STEP * (self.open.len() - 1);
        // What was plain text after an official number must not begin a block of its own.
        let begins_block = !label.is_markdown && begins_block(&line.text[label.len + label.gap..]);
        let escape = if begins_block { "\\" } else { "" };
        let text = format!("{}1{mark} {escape}", " ".repeat(indent));
        self.work.edits.push(Edit { range: line.start..text_at, text, source: line.body });
        self.work.clauses.push(Clause { label: range, number: label.number });
    }

    /// How many clauses stand above a number.
    fn depth_of(&self, number: &ClauseNumber, indent: usize) -> usize {
        if let Some(parent) = number.parent()
            && let Some(above) = self.open.iter().rposition(|open| open.number == parent)
        {
            return above + 1;
        }
        let beside = self.open.iter().rposition(|open| open.number.is_beside(number));
        let is_first = number.last() == 1;
        match (beside, self.open.last()) {
            // `1.` below `1.`, as Markdown has it.
            (Some(_), Some(last))
                if is_first
                    && number.parts().len() == 1
                    && indent > last.indent + 1
                    && last.number.form == number.form =>
            {
                self.open.len()
            }
            (Some(beside), _) => beside,
            (None, Some(_)) if is_first && number.parts().len() == 1 => self.open.len(),
            _ => 0,
        }
    }

    /// A number that does not follow the one before it.
    fn check_sequence(&mut self, line: &SourceLine, label: &ClauseLabel, depth: usize) {
        let number = label.number;
        let range = line.body..line.body + label.len;
        let written = |number: &ClauseNumber| number.written(label.is_thai);
        let since = self.open.get(depth).map_or(0, |open| open.at);
        let mut slip = |code, after: &ClauseNumber, number: &ClauseNumber| {
            let (after, number) = (written(after), written(number));
            if self.work.is_swallowed(&number, since..range.start) {
                return; // Told already.
            }
            self.work.slips.push(NumberingSlip { code, range: range.clone(), after, number });
        };
        match self
            .open
            .get(depth)
            .map(|open| open.number)
            .filter(|sibling| sibling.is_beside(&number))
        {
            Some(sibling) if number == sibling.next() => {}
            Some(sibling) if number.last() > sibling.last() => {
                slip(Code::MissingNumber, &sibling, &sibling.next())
            }
            Some(sibling) => slip(Code::RepeatedNumber, &sibling, &number),
            None if number.last() > 1 && depth > 0 => {
                if let Some(parent) = number.parent() {
                    slip(Code::MissingNumber, &parent, &number.with_last(1));
                }
            }
            None => {}
        }
    }

    /// White space that is no white space to Markdown would stand as a paragraph of its own.
    fn blank(&mut self, line: &SourceLine) {
        let end = line.body + line.text.len();
        if !self.open.is_empty() && end > line.start {
            self.work.edits.push(Edit {
                range: line.start..end,
                text: String::new(),
                source: line.start,
            });
        }
    }

    /// A line without a number: part of the clause above it, or the end of all clauses.
    fn text(&mut self, n: usize, after_blank: bool) {
        let line = &self.lines[n];
        let is_outside = line.kind == LineKind::Bullet && line.indent < self.base;
        if is_outside || (after_blank && !self.open.is_empty() && !self.belongs(n)) {
            self.open.clear();
        }
        if self.open.is_empty() {
            let width = |line: &SourceLine| line.indent + 2;
            match line.kind {
                // Further to the right it is code.
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
        // What is far to the right is a first line indented as on paper, not code.
        let beyond = if self.has_bullets { beyond } else { beyond.min(STEP) };
        let indent = self.content_indent() + beyond;
        self.indent(line, indent);
    }

    /// Whether a paragraph after a blank line is part of a clause: it is indented, or the numbering
    /// goes on after it.
    fn belongs(&mut self, n: usize) -> bool {
        let line = &self.lines[n];
        let goes_on = self.coming[n].is_some_and(|number| {
            let follows = |open: &OpenClause| {
                (open.number.is_beside(&number) && open.number.last() < number.last())
                    || number.parent() == Some(open.number)
            };
            self.open.iter().any(follows)
        });
        if line.indent < 2 {
            return goes_on;
        }
        // Indented as the text of a clause further out.
        while self.open.len() > 1 && self.open.last().is_some_and(|last| line.indent < last.indent)
        {
            self.open.pop();
        }
        true
    }

    fn content_indent(&self) -> usize {
        self.base + STEP * self.open.len()
    }

    fn indent(&mut self, line: &SourceLine, indent: usize) {
        let text = " ".repeat(indent);
        if self.work.source[line.start..line.body] != text {
            self.work.edits.push(Edit { range: line.start..line.body, text, source: line.body });
        }
    }

    /// Code keeps its own indents.
    fn verbatim(&mut self, line: &SourceLine, fence: usize) {
        if !self.open.is_empty() {
            let indent = self.content_indent() + line.indent.saturating_sub(fence);
            self.indent(line, indent);
        }
    }
}

/// Whether Markdown would take a text for a bullet, a quotation, a heading, a rule or a fence.
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

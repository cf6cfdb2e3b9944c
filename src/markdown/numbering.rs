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

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use memchr::memmem;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

use crate::diagnostics::Code;
use crate::markdown::clause::{ClauseForm, ClauseLabel, ClauseNumber, is_space};

/// What is read beyond CommonMark.
pub const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_DEFINITION_LIST);

/// Below this a number that follows another may be one of the same series.
const MAX_LEAP: u16 = 5;

/// Levels of clauses; what is deeper stays on the last.
const MAX_DEPTH: usize = 8;

/// How far the text of an item stands to the right of its number: `1. `.
const STEP: usize = 3;

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

/// A numbered clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Where its number stands in the source.
    pub label: Range<usize>,
    /// The number.
    pub number: ClauseNumber,
}

/// A number that is missing, repeated or swallowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberingSlip {
    /// What it is told as.
    pub code: Code,
    /// Where, in the source.
    pub range: Range<usize>,
    /// The number that stands before, or the one in whose text it was found.
    pub after: String,
    /// The number that was expected, or that was found.
    pub number: String,
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
        let mut work = SectionFindings {
            source,
            edits: Vec::new(),
            clauses: Vec::new(),
            slips: Vec::new(),
            swallowed: Vec::new(),
        };
        for section in lines.split(|line| line.kind == LineKind::Edge) {
            if section.iter().any(|line| line.label.is_some()) {
                work.section(section);
            }
        }
        let SectionFindings { edits, clauses, slips, swallowed, .. } = work;
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

/// A range of the source with what takes its place.
struct Edit {
    range: Range<usize>,
    text: String,
    /// The place of the source that the new text stands for.
    source: usize,
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

/// What a line is to the numbering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineKind {
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
struct SourceLine<'a> {
    start: usize,
    /// Where its text begins, after white space.
    body: usize,
    /// The width of that white space in columns.
    indent: usize,
    text: &'a str,
    kind: LineKind,
    label: Option<ClauseLabel>,
}

/// Whether a line begins with a number: said of most texts, and at once.
fn has_labels(source: &str) -> bool {
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
fn read_lines(source: &str, blocks: Vec<(Range<usize>, VerbatimBlock)>) -> Vec<SourceLine<'_>> {
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
enum VerbatimBlock {
    /// A table, or HTML.
    Other,
    /// Code between fences; once its first line was read, how far that is indented.
    Code(Option<usize>),
    /// The text of a footnote, which stands for itself.
    Footnote,
}

/// Such blocks as Markdown sees them, by their place. Code by indent is none: on paper, clauses
/// are indented as well.
fn blocks(source: &str) -> Vec<(Range<usize>, VerbatimBlock)> {
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

/// What is found so far.
struct SectionFindings<'a> {
    source: &'a str,
    edits: Vec<Edit>,
    clauses: Vec<Clause>,
    slips: Vec<NumberingSlip>,
    /// Numbers inside the text of clauses, by their place.
    swallowed: Vec<(usize, String)>,
}

/// Whether a number is among those that were swallowed within a stretch of the source.
fn is_swallowed(swallowed: &[(usize, String)], number: &str, within: Range<usize>) -> bool {
    let first = swallowed.partition_point(|(at, _)| *at < within.start);
    let found = swallowed[first..].iter().take_while(|(at, _)| *at < within.end);
    found.into_iter().any(|(_, known)| known == number)
}

impl SectionFindings<'_> {
    /// What stands between two headings.
    fn section(&mut self, lines: &[SourceLine]) {
        let is_markdown = |line: &SourceLine| line.label.is_none_or(|label| label.is_markdown);
        let labels: Vec<Option<ClauseLabel>> = if lines.iter().all(is_markdown) {
            lines.iter().map(|line| line.label).collect()
        } else {
            accepted(lines)
        };
        let coming = coming(&labels);
        self.find_swallowed(lines, &labels, &coming);
        if labels.iter().flatten().any(|label| !label.is_markdown) {
            let mut layout = SectionLayout {
                work: self,
                lines,
                labels: &labels,
                coming: &coming,
                open: Vec::new(),
                base: 0,
                bullet: None,
                has_bullets: false,
            };
            layout.run();
        }
    }

    /// Whether a number was found inside the text of a clause within a stretch of the source.
    fn is_swallowed(&self, number: &str, within: Range<usize>) -> bool {
        is_swallowed(&self.swallowed, number, within)
    }

    /// Numbers that stand inside the text of a clause, though they should begin the next:
    /// `1. ซื้อ 2. จ้าง`.
    fn find_swallowed(
        &mut self,
        lines: &[SourceLine],
        labels: &[Option<ClauseLabel>],
        coming: &[Option<ClauseNumber>],
    ) {
        let mut current: Option<ClauseLabel> = None;
        for (n, line) in lines.iter().enumerate() {
            let mut text = line.text;
            let mut at = line.body;
            match labels[n] {
                Some(label) => {
                    current = Some(label);
                    text = &text[label.len + label.gap..];
                    at += label.len + label.gap;
                }
                None if line.kind == LineKind::Text => {}
                None => current = None,
            }
            let Some(label) = current else { continue };
            if let Some((range, number)) = swallowed(text, &label, coming[n]) {
                let range = at + range.start..at + range.end;
                let after = label.number.written(label.is_thai);
                self.swallowed.push((range.start, number.clone()));
                self.slips.push(NumberingSlip {
                    code: Code::SwallowedNumber,
                    range,
                    after,
                    number,
                });
                current = None;
            }
        }
    }
}

/// A number inside the text of a clause that should begin a line of its own.
fn swallowed(
    text: &str,
    label: &ClauseLabel,
    coming: Option<ClauseNumber>,
) -> Option<(Range<usize>, String)> {
    let number = label.number;
    let wanted = [Some(number.next()), number.first_child(), number.parent().map(|p| p.next())];
    let top =
        (number.form == ClauseForm::Dotted && number.parts().len() > 1).then(|| number.parts()[0]);
    for space in memchr::memchr2_iter(b' ', 0xA0, text.as_bytes()) {
        let at = space + 1;
        let rest = &text.as_bytes()[at..];
        let starts = matches!(rest, [b'0'..=b'9' | b'(', ..] | [0xE0, 0xB9, 0x90..=0x99, ..]);
        // The second byte of a no-break space ends some Thai letters, too.
        if !starts || !text[..at].ends_with(is_space) || is_cited(&text[..at]) {
            continue;
        }
        let rest = &text[at..];
        if let Some(inner) = ClauseLabel::read(rest).filter(|inner| inner.gap > 0) {
            let expected = wanted.iter().flatten().any(|wanted| *wanted == inner.number);
            if expected && coming != Some(inner.number) {
                return Some((
                    at..at + inner.len,
                    rest[..inner.len].trim_matches(['.', '(', ')']).to_owned(),
                ));
            }
        }
        // `… กาญจนบุรี 3  กลยุทธ์`: the dot was lost, the gap remained.
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let gap = rest[digits..].chars().take_while(|c| is_space(*c)).count();
        let next = rest[digits..].trim_start_matches(is_space).chars().next();
        let is_top = rest[..digits]
            .parse()
            .is_ok_and(|n: u16| top.is_some_and(|top| n == top || n == top + 1));
        if is_top && gap >= 2 && next.is_some_and(|c| ('\u{E01}'..='\u{E44}').contains(&c)) {
            return Some((at..at + digits, rest[..digits].to_owned()));
        }
    }
    None
}

/// Whether a number is called by what stands before it: `ตามข้อ 2. ของ`.
fn is_cited(before: &str) -> bool {
    let before = before.trim_end_matches(is_space);
    // `มาตรา ๙ (๓)`
    if before.ends_with(char::is_numeric) {
        return true;
    }
    ["ข้อ", "มาตรา", "ที่", "หมวด", "วรรค", "และ", "หรือ", "ถึง", "ฉบับ", "เลข"]
        .iter()
        .any(|word| before.ends_with(word))
}

/// Which numbers at the starts of lines count.
fn accepted(lines: &[SourceLine]) -> Vec<Option<ClauseLabel>> {
    let company = NumberIndex::of(lines);
    let mut before: Option<ClauseNumber> = None;
    let judged = lines.iter().enumerate().map(|(n, line)| {
        let label = line.label?;
        let number = label.number;
        let begins = n == 0 || lines[n - 1].kind != LineKind::Text || lines[n - 1].label.is_some();
        let is_first = number.last() == 1;
        let is_letter = matches!(
            number.form,
            ClauseForm::Letter | ClauseForm::BracketedLetter | ClauseForm::HalfBracketedLetter
        );
        let follows = before.is_some_and(|before| before.next() == number);
        let is_child = before.is_some_and(|before| number.parent() == Some(before) && is_first);
        if label.is_quantity {
            before = Some(number);
            let goes_on = lines[n + 1..].iter().find_map(|line| line.label);
            let goes_on = goes_on.is_some_and(|next| next.number == number.next());
            return (follows || is_child || goes_on).then_some(label);
        }
        let counts = follows
            || (begins && !is_letter && (is_first || label.is_markdown))
            || (label.is_markdown && is_first)
            || company.keeps(&number, n);
        before = Some(number);
        counts.then_some(label)
    });
    judged.collect()
}

/// The numbers of a section, with the lines on which each stands first and last. Made when it is
/// asked: most numbers follow the one on the line before.
struct NumberIndex<'l> {
    lines: &'l [SourceLine<'l>],
    found: OnceCell<HashMap<ClauseNumber, (usize, usize)>>,
}

impl<'l> NumberIndex<'l> {
    fn of(lines: &'l [SourceLine<'l>]) -> Self {
        Self { lines, found: OnceCell::new() }
    }

    fn lines_of(&self, number: &ClauseNumber) -> Option<(usize, usize)> {
        let found = self.found.get_or_init(|| {
            let mut found = HashMap::new();
            for (n, line) in self.lines.iter().enumerate() {
                if let Some(label) = &line.label {
                    found.entry(label.number).or_insert((n, n)).1 = n;
                }
            }
            found
        });
        found.get(number).copied()
    }

    fn is_before(&self, number: &ClauseNumber, n: usize) -> bool {
        self.lines_of(number).is_some_and(|(first, _)| first < n)
    }

    fn is_after(&self, number: &ClauseNumber, n: usize) -> bool {
        self.lines_of(number).is_some_and(|(_, last)| last > n)
    }

    /// Whether a number stands among its like: one before it, one after it, or its parent.
    fn keeps(&self, number: &ClauseNumber, n: usize) -> bool {
        let mut leaps = 1..=MAX_LEAP.min(number.last().saturating_sub(1));
        leaps.any(|leap| self.is_before(&number.with_last(number.last() - leap), n))
            || self.lines_of(&number.next()).is_some_and(|(_, last)| last > n)
            || number.first_child().is_some_and(|child| self.is_after(&child, n))
            || (number.last() == 1 && number.parent().is_some_and(|p| self.is_before(&p, n)))
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

/// For each line, the next number after it.
fn coming(labels: &[Option<ClauseLabel>]) -> Vec<Option<ClauseNumber>> {
    let mut next = None;
    let mut coming = Vec::with_capacity(labels.len());
    for label in labels.iter().rev() {
        coming.push(next);
        next = label.map(|label| label.number).or(next);
    }
    coming.reverse();
    coming
}

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
struct SectionLayout<'w, 'a> {
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

impl SectionLayout<'_, '_> {
    fn run(&mut self) {
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

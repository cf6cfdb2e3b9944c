//! Checks headings, code and definitions.

use std::ops::Range;

use pulldown_cmark::CodeBlockKind;

use crate::diagnostics::Code;
use crate::markdown::lints::lint::Lint;
use crate::text::{is_alphabetic, is_thai, line_start, width};

/// The widest line, in columns, that is a heading when it is underlined with hyphens.
const MAX_UNDERLINED: usize = 120;

/// The fewest hyphens that underline a heading on purpose. A lone `-` is the empty cell of a table.
const FEWEST_HYPHENS: usize = 3;

/// Checks the levels and texts of headings.
#[derive(Debug, Default)]
pub(super) struct Headings {
    /// The level and range of each heading.
    levels: Vec<(u8, Range<usize>)>,
    /// The open heading, and whether it has text.
    open: Option<(Range<usize>, bool)>,
}

impl Headings {
    pub(super) fn start(&mut self, level: u8, range: &Range<usize>) {
        self.levels.push((level, range.clone()));
        self.open = Some((range.clone(), false));
    }

    /// Reads a text, which may be in the open heading.
    pub(super) fn text(&mut self, text: &str) {
        if let Some((_, has_text)) = &mut self.open {
            *has_text |= !text.trim().is_empty();
        }
    }

    pub(super) fn end(&mut self, markdown: &str, found: &mut Vec<Lint>) {
        if let Some((range, false)) = self.open.take() {
            let first = markdown[range.clone()].lines().next().unwrap_or("");
            let range = range.start..range.start + first.trim_end().len();
            found.push(Lint::new(Code::EmptyHeading, range));
            self.levels.pop();
        }
    }

    /// Reports levels that skip one (WCAG 2.2, technique G141). The title of the page has level 1, so
    /// a text may begin with level 2.
    pub(super) fn finish(&mut self, found: &mut Vec<Lint>) {
        let lowest = u8::from(self.levels.iter().all(|(level, _)| *level > 1));
        let mut before = lowest;
        for (level, range) in self.levels.drain(..) {
            if level > before + 1 {
                let lint = Lint::new(Code::HeadingLevel, range).arg("count", 1);
                let marks = |level: u8| "#".repeat(usize::from(level));
                found.push(lint.arg("level", marks(level)).arg("expected", marks(before + 1)));
            }
            before = level;
        }
    }
}

/// Reports a line of `-` or `=` that turns the paragraph above it into a heading.
pub(super) fn underlined_heading(markdown: &str, range: &Range<usize>, found: &mut Vec<Lint>) {
    let written = markdown[range.clone()].trim_end();
    let Some((above, rule)) = written.rsplit_once('\n') else { return };
    let mark = rule.trim_start_matches([' ', '\t', '>']).trim_end();
    if written.starts_with('#') || mark.is_empty() || !mark.trim_matches(['-', '=']).is_empty() {
        return;
    }
    let above = above.trim_end();
    let lines = above.lines().count();
    let is_short = width(above) <= MAX_UNDERLINED || above.contains("](");
    if lines == 1 && mark.len() >= FEWEST_HYPHENS && is_short {
        return;
    }
    let start = range.start + written.len() - rule.len();
    let at = range.start + written.rfind(mark).unwrap_or(0);
    let lint = Lint::new(Code::UnderlinedHeading, at..at + mark.len()).arg("lines", lines);
    let is_quoted = rule.contains('>') || rule.starts_with([' ', '\t']);
    found.push(if mark.len() < FEWEST_HYPHENS {
        lint.help("help-cell").fix(at..at, "\\")
    } else if is_quoted || mark.starts_with('=') {
        // In a quotation, an empty line would need the marks of the line above. A row of `=` would be text.
        lint
    } else {
        lint.fix(start..start, "\n")
    });
}

/// Checks a block of code: a fence that is not closed, words after a fence, or prose that is code only
/// because it is indented.
pub(super) fn code(
    markdown: &str,
    kind: &CodeBlockKind,
    range: &Range<usize>,
    is_top: bool,
    found: &mut Vec<Lint>,
) {
    match kind {
        CodeBlockKind::Fenced(info) => fence(markdown, info, range, found),
        CodeBlockKind::Indented => indented(markdown, range, is_top, found),
    }
}

fn fence(markdown: &str, info: &str, range: &Range<usize>, found: &mut Vec<Lint>) {
    let written = &markdown[range.clone()];
    let first = written.lines().next().unwrap_or("");
    let start = range.start..range.start + first.trim_end().len();
    let mark = first.chars().next().unwrap_or('`');
    let len = first.len() - first.trim_start_matches(mark).len();
    let last = written.trim_end().lines().skip(1).last().unwrap_or("");
    let last = last.trim_start_matches([' ', '\t', '>']);
    let is_closed = last.len() >= len && last.trim_start_matches(mark).is_empty();
    if !is_closed {
        let fence = first[..len].to_owned();
        found.push(Lint::new(Code::UnclosedFence, start.clone()).arg("fence", fence));
    }
    // A language is one word: `text`, `c++`. All else is words that would be on no page.
    let is_language = |c: char| c.is_ascii_graphic();
    if !info.chars().all(is_language) && info.chars().any(char::is_alphanumeric) {
        found.push(Lint::new(Code::TextAfterFence, start).arg("text", info.trim()));
    }
}

fn indented(markdown: &str, range: &Range<usize>, is_top: bool, found: &mut Vec<Lint>) {
    let written = markdown[range.clone()].trim_end();
    if !is_prose(written) {
        return;
    }
    let line_start = line_start(markdown, range.start);
    let first = written.lines().next().unwrap_or("").trim_end();
    let mut lint = Lint::new(Code::IndentedText, range.start..range.start + first.len());
    lint = lint.arg("count", 1);
    let begins_plainly = |line: &str| {
        let begins = line.trim_start().chars().next();
        begins.is_none_or(|c| is_alphabetic(c) || c.is_numeric() || "(“\"*".contains(c))
    };
    let mut start = line_start;
    let end = range.start + written.len();
    let block = &markdown[line_start..end];
    if is_top && block.lines().all(begins_plainly) {
        for line in block.split_inclusive('\n') {
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            lint = lint.fix(start..start + indent, "");
            start += line.len();
        }
    }
    found.push(lint);
}

/// Returns whether indented text is prose: it contains Thai letters, or a sentence. Most signs of programs
/// are in no prose.
fn is_prose(text: &str) -> bool {
    const FEWEST_WORDS: usize = 6;
    let is_sentence = |line: &str| {
        let words = line.split_whitespace();
        let plain = words.filter(|word| {
            word.trim_end_matches(['.', ',', ';', ':']).chars().all(char::is_alphabetic)
        });
        plain.count() >= FEWEST_WORDS && line.trim_start().starts_with(char::is_uppercase)
    };
    let thai = text.chars().filter(|c| is_thai(*c)).count();
    let latin = text.chars().filter(char::is_ascii_alphabetic).count();
    let is_code = text.contains(['=', '{', '}', ';']);
    let may_be_code = text.contains(['<', '>', '$']);
    let is_written = thai > latin || (!may_be_code && (thai > 0 || text.lines().any(is_sentence)));
    !is_code && is_written
}

/// The longest term of a definition, in columns.
const MAX_TERM: usize = 100;

/// Reports a line that begins with `:` and so turns the paragraph above it into a term.
pub(super) fn definition(
    markdown: &str,
    term: &Range<usize>,
    range: &Range<usize>,
    found: &mut Vec<Lint>,
) {
    let written = &markdown[range.clone()];
    let Some(colon) = written.find(':') else { return };
    let has_space = written[colon + 1..].starts_with([' ', '\t']);
    let above = markdown[term.clone()].trim();
    let is_term = above.lines().count() == 1 && width(above) <= MAX_TERM;
    if has_space && is_term {
        return;
    }
    let at = range.start + colon;
    found.push(Lint::new(Code::ColonDefinition, at..at + 1).fix(at..at, "\\"));
}

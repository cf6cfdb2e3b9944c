//! Checks the lines of a paragraph: lines that run together, marks that are no marks of Markdown, and
//! the markup of other programs.

use std::ops::Range;

use crate::diagnostics::Code;
use crate::markdown::lints::lint::Lint;
use crate::markdown::prescan::has;
use crate::text::{is_alphabetic, width};

/// The text of a paragraph or of a list item, as it is in the source.
pub(super) struct TextBlock<'m> {
    pub lines: Vec<TextLine<'m>>,
    /// Whether it is in no list and no quotation.
    pub is_top: bool,
    /// Whether the line above it is blank.
    pub is_after_blank: bool,
}

/// A line of a text block.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextLine<'m> {
    /// Without the marks of quotations, indentation and trailing white space.
    pub text: &'m str,
    /// The offset of the text in the source.
    pub at: usize,
    /// Whether the line ends with a line break of Markdown.
    is_broken: bool,
}

impl TextLine<'_> {
    /// Returns the range of a part of the text.
    pub(super) fn part(&self, part: Range<usize>) -> Range<usize> {
        self.at + part.start..self.at + part.end
    }

    pub(super) fn range(&self) -> Range<usize> {
        self.part(0..self.text.len())
    }
}

impl<'m> TextBlock<'m> {
    pub(super) fn new(markdown: &'m str, range: Range<usize>, is_top: bool) -> Self {
        let mut start = range.start;
        let lines = markdown[range.clone()].split_inclusive('\n').map(|line| {
            let body = line.trim_start_matches([' ', '\t', '>']);
            let at = start + line.len() - body.len();
            start += line.len();
            let whole = body.trim_end_matches(['\n', '\r']);
            let text = whole.trim_end_matches([' ', '\t']);
            let is_broken = whole.len() >= text.len() + 2 || text.ends_with('\\');
            TextLine { text, at, is_broken }
        });
        let lines = lines.collect();
        let above = markdown[..range.start].trim_end_matches([' ', '\t', '>']);
        let is_after_blank =
            above.is_empty() || above.ends_with("\n\n") || above.ends_with("\n\r\n");
        Self { lines, is_top, is_after_blank }
    }
}

/// Checks all lines of a block.
pub(super) fn check(block: &TextBlock, found: &mut Vec<Lint>) {
    joined_lines(block, found);
    let bullets = block.lines.iter().filter(|line| dash_bullet(line.text).is_some()).count();
    for line in &block.lines {
        mark_without_space(line, bullets > 1, found);
        foreign_markup(line, found);
    }
}

/// A line with more columns is a paragraph that was pasted, not a line that was broken by hand.
const LONG_LINE: usize = 100;

/// The fewest lines, and the fewest long lines, of a paragraph that was pasted.
const FEWEST_LINES: usize = 3;
const FEWEST_LONG: usize = 2;

/// Reports lines that were meant as paragraphs. Markdown joins them into one.
fn joined_lines(block: &TextBlock, found: &mut Vec<Lint>) {
    let lines = &block.lines;
    if !block.is_top || lines.len() < FEWEST_LINES {
        return;
    }
    // Addresses make a line long. A line that goes on with a small letter was broken by hand.
    let may_be_long = |line: &&TextLine| line.text.len() > LONG_LINE && !has(line.text, "://");
    let goes_on = |line: &TextLine| line.text.starts_with(|c: char| c.is_ascii_lowercase());
    if lines.iter().filter(may_be_long).count() < FEWEST_LONG
        || lines[1..].iter().any(goes_on)
        || lines.iter().any(|line| line.is_broken)
    {
        return;
    }
    let widths: Vec<usize> = lines.iter().map(|line| width(line.text)).collect();
    let is_long = widths.iter().filter(|width| **width > LONG_LINE).count() >= FEWEST_LONG;
    if !is_long || is_wrapped(&widths) {
        return;
    }
    let lint = Lint::new(Code::JoinedLines, lines[0].range());
    let lint = lint.arg("lines", lines.len()).arg("count", 1);
    let begins = lines[1..].iter().map(|line| line.at);
    found.push(begins.fold(lint, |lint, at| lint.fix(at..at, "\n")));
}

/// Returns whether all lines but the last end near the same column, as an editor breaks them.
fn is_wrapped(widths: &[usize]) -> bool {
    const WIDEST: usize = 140;
    let longest = widths.iter().copied().max().unwrap_or(0);
    let body = &widths[..widths.len() - 1];
    longest <= WIDEST && body.iter().all(|width| *width * 4 >= longest * 3)
}

/// Characters that begin the items of a list on paper and in word processors. `U+F0B7`, `U+F0A7` and
/// `U+F0D8` are bullets of the fonts Symbol and Wingdings, as Word copies them. Empty squares are boxes to
/// tick.
const BULLETS: [char; 13] =
    ['•', '●', '○', '◦', '‣', '⁃', '∙', '·', '➢', '❖', '\u{F0B7}', '\u{F0A7}', '\u{F0D8}'];

/// Reports a mark of Markdown without a space after it, and bullets that are none.
fn mark_without_space(line: &TextLine, is_list: bool, found: &mut Vec<Lint>) {
    let text = line.text;
    let Some(first) = text.chars().next() else { return };
    if first.is_ascii_alphabetic() || crate::text::is_thai(first) {
        return;
    }
    let lint = |code: Code, mark: &str, wrong: usize, right: &str| {
        let lint = Lint::new(code, line.part(0..wrong)).arg("mark", mark).arg("count", 1);
        lint.fix(line.part(0..wrong), right)
    };
    if BULLETS.contains(&first) {
        let rest = text[first.len_utf8()..].trim_start();
        if !rest.is_empty() {
            found.push(lint(Code::ListMark, &first.to_string(), text.len() - rest.len(), "- "));
        }
        return;
    }
    if let Some(len) = dash_bullet(text).filter(|_| is_list) {
        let mark = &text[..first.len_utf8()];
        return found.push(lint(Code::ListMark, mark, len, "- "));
    }
    let mark = heading_mark(text).or_else(|| spaced_mark(text));
    if let Some((mark, wrong)) = mark {
        let right = format!("{} ", &text[..mark]);
        found.push(lint(Code::MarkWithoutSpace, &text[..mark], wrong, &right));
    }
}

/// Returns the length of a dash and the white space after it, if a line begins with a dash that is no
/// mark of Markdown: `–`, or `-` without a space.
fn dash_bullet(text: &str) -> Option<usize> {
    let mark = text.chars().next().filter(|c| matches!(c, '-' | '–' | '—' | '+'))?;
    let rest = &text[mark.len_utf8()..];
    let body = rest.trim_start();
    let begins = body.chars().next().is_some_and(is_alphabetic);
    let is_typed = !mark.is_ascii() || body.len() == rest.len();
    (begins && is_typed && !rest.contains(mark)).then_some(text.len() - body.len())
}

/// Finds `##` with a letter after it. One `#` begins a word of social networks.
fn heading_mark(text: &str) -> Option<(usize, usize)> {
    let rest = text.trim_start_matches('#');
    let len = text.len() - rest.len();
    let begins = rest.chars().next().is_some_and(is_alphabetic);
    ((2..=6).contains(&len) && begins).then_some((len, len))
}

/// Finds a mark of Markdown with a space after it that Markdown does not read as one.
fn spaced_mark(text: &str) -> Option<(usize, usize)> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mark = match text.as_bytes() {
        // A star is more often the mark of a note.
        [b'-' | b'+', ..] => 1,
        [b'#', ..] => text.len() - text.trim_start_matches('#').len(),
        _ if digits > 0 && text[digits..].starts_with(['.', ')']) => digits + 1,
        _ => return None,
    };
    let rest = &text[mark..];
    let body = rest.trim_start();
    let space = rest.chars().next()?;
    let is_odd = space.is_whitespace() && !matches!(space, ' ' | '\t');
    (is_odd && !body.is_empty()).then_some((mark, text.len() - body.len()))
}

/// What begins markup of other programs: shortcodes of Hugo, Zola, Jekyll and WordPress, links of
/// wikis, alerts of GitHub, blocks of other Markdown programs.
const FOREIGN: [&str; 14] = [
    "{{<",
    "{{%",
    "{%",
    "{{",
    "[[",
    "[!NOTE]",
    "[!TIP]",
    "[!IMPORTANT]",
    "[!WARNING]",
    "[!CAUTION]",
    ":::",
    "!!! ",
    "[TOC]",
    "[toc]",
];

/// Shortcodes of WordPress.
const SHORTCODES: [&str; 8] =
    ["gallery", "caption", "embed", "audio", "video", "playlist", "button", "contact-form"];

/// Reports the markup of another program. It is shown as it is typed.
fn foreign_markup(line: &TextLine, found: &mut Vec<Lint>) {
    let text = line.text;
    if memchr::memchr3(b'{', b'[', b'!', text.as_bytes()).is_none() && !text.starts_with(":::") {
        return;
    }
    let mark = FOREIGN.into_iter().find(|mark| match *mark {
        ":::" | "!!! " => text.starts_with(mark),
        mark => has(text, mark),
    });
    // `[[1]](…)` is a link.
    let mark = mark.filter(|mark| *mark != "[[" || !has(text, "]]("));
    let shown = mark.map(|mark| (text.find(mark).unwrap_or(0), mark.trim_end().len()));
    let shown = shown.or_else(|| shortcode(text));
    if let Some((at, len)) = shown.filter(|(at, _)| !is_code(&text[..*at])) {
        let lint = Lint::new(Code::ForeignMarkup, line.part(at..at + len));
        found.push(lint.arg("markup", &text[at..at + len]).arg("count", 1));
    }
}

/// Returns whether the end of a text is inside code, or escaped.
fn is_code(before: &str) -> bool {
    before.matches('`').count() % 2 == 1 || before.ends_with('\\')
}

/// Finds a shortcode of WordPress: its offset and length.
fn shortcode(text: &str) -> Option<(usize, usize)> {
    text.match_indices('[').find_map(|(at, _)| {
        let rest = &text[at + 1..];
        let name = SHORTCODES.iter().find(|name| rest.starts_with(**name))?;
        let end = rest.find(']')?;
        let is_name = rest[name.len()..].starts_with([' ', ']']);
        let is_link = rest[end + 1..].starts_with(['(', '[', ':']);
        (is_name && !is_link).then_some((at, end + 2))
    })
}

//! Checks the lines of a paragraph: lines that run together, and marks that are no marks of Markdown.

use crate::diagnostics::Code;
use crate::markdown::lints::foreign;
use crate::markdown::lints::lint::Lint;
use crate::markdown::lints::text_block::{TextBlock, TextLine};
use crate::markdown::prescan::has;
use crate::text::{is_alphabetic, is_alphanumeric, is_thai, width};

/// Checks all lines of a block.
pub(super) fn check(block: &TextBlock, found: &mut Vec<Lint>) {
    joined_lines(block, found);
    let bullets = block.lines.iter().filter(|line| dash_bullet(line.text).is_some()).count();
    let depends_on_order = block.depends_on_order();
    let before = found.len();
    for (n, line) in block.lines.iter().enumerate() {
        // A line of an item that begins as the next item.
        let is_in_list = block.is_in_list && n > 0;
        mark_without_space(line, bullets > 1 || is_in_list, found);
        if n > 0 {
            indented_item(line, block.is_top, found);
        }
        foreign::check(line, found);
    }
    if depends_on_order {
        found[before..].iter_mut().for_each(Lint::drop_fix);
    }
}

/// A line with more columns is a paragraph that was pasted, not a line that was broken by hand. In Thai,
/// these are about a hundred letters.
const LONG_LINE: usize = 80;

/// The fewest lines, and the fewest long lines, of a paragraph that was pasted.
const FEWEST_LINES: usize = 3;
const FEWEST_LONG: usize = 2;

/// Reports lines that were meant as paragraphs. Markdown joins them into one.
fn joined_lines(block: &TextBlock, found: &mut Vec<Lint>) {
    let lines = &block.lines;
    if !block.is_top || lines.len() < FEWEST_LINES || block.depends_on_order() {
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
    if first.is_ascii_alphabetic() || is_thai(first) {
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

/// Reports an item of a list that is indented so far that it belongs to the paragraph above it.
fn indented_item(line: &TextLine, is_top: bool, found: &mut Vec<Lint>) {
    const CODE_INDENT: usize = 4;
    let rest = line.text.strip_prefix(['-', '*', '+']);
    let is_item = rest.is_some_and(|rest| rest.starts_with(' ') && !rest.trim().is_empty());
    if is_item && line.at - line.start >= CODE_INDENT {
        let mark = &line.text[..1];
        let lint = Lint::new(Code::ListMark, line.part(0..1)).arg("mark", mark).arg("count", 1);
        found.push(if is_top { lint.fix(line.start..line.at, "") } else { lint });
    }
}

/// Finds `##` with text after it. One `#` begins a word of social networks.
fn heading_mark(text: &str) -> Option<(usize, usize)> {
    let rest = text.trim_start_matches('#');
    let len = text.len() - rest.len();
    let begins = |c: char| is_alphanumeric(c) || "(“\"'*_`".contains(c);
    ((2..=6).contains(&len) && rest.starts_with(begins)).then_some((len, len))
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

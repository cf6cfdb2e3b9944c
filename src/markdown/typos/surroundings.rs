//! Decides whether white space that nobody sees can be taken out of a line: only if Markdown reads the
//! rest of the line as before.

use std::ops::Range;

use crate::markdown::numbering::leading_number;
use crate::text::{floor_char, is_alphabetic, is_zero_width, line_start};

/// Marks that Markdown reads inside a line. A character without width next to one may keep it from
/// being read.
const MARKS: &str = "*_~[]`\\#{}^/;<>&";

/// How many lines are searched for the text that follows an empty line.
const MAX_EMPTY: usize = 40;

/// How many bytes after a number are compared.
const MAX_COMPARED: usize = 64;

/// A line of a text.
pub(super) struct SourceLine<'t> {
    text: &'t str,
    /// Where it begins in the text.
    start: usize,
    /// The line, without its end.
    line: &'t str,
    /// The length of the marks of bullets, quotations and headings at its start.
    containers: usize,
}

impl<'t> SourceLine<'t> {
    /// Finds the line around an offset of a text.
    pub(super) fn at(text: &'t str, offset: usize) -> Self {
        let start = line_start(text, offset);
        let line = text[start..].lines().next().unwrap_or("");
        Self { text, start, line, containers: containers_len(line) }
    }

    /// Returns where the line ends in the text.
    pub(super) fn end(&self) -> usize {
        self.start + self.line.len()
    }

    /// Returns how a range of the text is replaced: by `middle`, if it is between words. At the start of
    /// a line and at its end, it is deleted with all white space next to it. The text is `None` if
    /// Markdown could read the line differently then.
    pub(super) fn without(
        &self,
        range: Range<usize>,
        middle: &str,
    ) -> (Range<usize>, Option<String>) {
        let at = range.start - self.start;
        let rest = trim_blanks(&self.line[at..]);
        let gap = range.start..self.end() - rest.len();
        let before = trim_blanks(self.line.get(self.containers..at).unwrap_or(""));
        let (range, fix, is_safe) = if rest.is_empty() && trim_blanks(&self.line[..at]).is_empty() {
            (gap, "", self.is_needless())
        } else if rest.is_empty() {
            self.trailing(at)
        } else if before.is_empty() {
            (gap, "", begins_plainly(rest))
        } else if is_opening(before, rest) {
            self.after_number(before, gap, rest)
        } else {
            let is_safe = self.is_safe_between(at, &range);
            (range, middle, is_safe)
        };
        (range, is_safe.then(|| fix.to_owned()))
    }

    /// Returns whether the line can become empty: what follows is not indented, and begins with a letter
    /// or after another empty line.
    fn is_needless(&self) -> bool {
        if self.text[..self.start].trim_end_matches(['\r', '\n']).ends_with('\\') {
            return false;
        }
        let mut following = self.text[self.end()..].lines().skip(1);
        let mut next = following.by_ref().take(MAX_EMPTY).enumerate();
        let content_of = |line: &'t str| line.trim_start_matches(is_blank);
        let Some((empty, line)) = next.find(|(_, line)| !content_of(line).is_empty()) else {
            return following.next().is_none();
        };
        let content = content_of(line);
        let is_indented = content.len() + 1 < line.len();
        !is_indented && (begins_plainly(content) || (empty > 0 && !content.starts_with(':')))
    }

    /// Replaces white space at the end of the line. Two plain spaces at the very end are a line break.
    fn trailing(&self, at: usize) -> (Range<usize>, &'static str, bool) {
        let before = self.line[..at].trim_end_matches(' ');
        let fix = if self.line.ends_with("  ") { "  " } else { "" };
        let own = trim_blanks(before.get(self.containers..).unwrap_or(""));
        let is_safe = !before.ends_with(is_mark) && !is_unfinished(before) && !is_opening(own, "");
        (self.start + before.len()..self.end(), fix, is_safe)
    }

    /// Replaces white space after the number of a clause, if the clause keeps its number.
    fn after_number(
        &self,
        number: &str,
        gap: Range<usize>,
        rest: &str,
    ) -> (Range<usize>, &'static str, bool) {
        let white = &self.text[gap.clone()];
        let fix = if white.contains([' ', '\t', '\u{A0}', '&']) { " " } else { "" };
        let rest = &rest[..floor_char(rest, MAX_COMPARED)];
        let read = leading_number(&format!("{number}{white}{rest}"));
        let is_same = read.is_some() && read == leading_number(&format!("{number}{fix}{rest}"));
        (gap, fix, is_same && begins_plainly(rest))
    }

    /// Returns whether white space between words can be replaced. To marks, a no-break space is white
    /// space as any other, unless it is written as an entity.
    fn is_safe_between(&self, at: usize, range: &Range<usize>) -> bool {
        let (before, after) = (&self.line[..at], &self.text[range.end..]);
        let is_space = self.text[range.clone()].starts_with('\u{A0}');
        let is_next_to_mark = match is_space {
            // These would end a heading.
            true => after.starts_with(['#', '{']),
            false => before.ends_with(is_mark) || after.starts_with(is_mark),
        };
        !is_next_to_mark && !is_unfinished(before)
    }
}

fn is_mark(c: char) -> bool {
    MARKS.contains(c)
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{A0}') || is_zero_width(c)
}

/// Returns a text without the invisible characters and the white space at its start.
fn trim_blanks(mut text: &str) -> &str {
    loop {
        let rest = text.trim_start_matches(is_blank);
        let rest = rest.strip_prefix("&nbsp;").unwrap_or(rest);
        if rest.len() == text.len() {
            return text;
        }
        text = rest;
    }
}

/// Returns the length of the marks of bullets, quotations, cells and headings at the start of a line.
fn containers_len(line: &str) -> usize {
    let mut rest = line;
    loop {
        let plain = rest.trim_start_matches([' ', '\t']);
        let after = match plain.as_bytes() {
            [b'>' | b'|', ..] => &plain[1..],
            [b'-' | b'*' | b'+', b' ' | b'\t', ..] => &plain[2..],
            [b'#', ..] => match plain.trim_start_matches('#').strip_prefix(' ') {
                Some(after) => after,
                None => return line.len() - rest.len(),
            },
            _ => return line.len() - rest.len(),
        };
        rest = after;
    }
}

/// Returns whether a text begins with a letter, a word in quotation marks or a number that Markdown
/// does not read as the number of a list.
fn begins_plainly(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let may_begin = !first.is_ascii() || is_alphabetic(first) || first.is_ascii_digit();
    let after_digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_list = after_digits.len() < text.len() && after_digits.starts_with(['.', ')']);
    (may_begin || "\"'(".contains(first)) && !is_list && leading_number(text).is_none()
}

/// Returns whether the text before white space, together with the text after it, may be a number or a
/// mark at the start of a line: `1.`, `-`, `ก)`, `[x]`.
fn is_opening(before: &str, rest: &str) -> bool {
    let has_word = before.chars().filter(|c| is_alphabetic(*c)).nth(1).is_some();
    let has_marks = before.contains(|c: char| c.is_ascii_punctuation());
    !has_word && (has_marks || rest.starts_with(['.', ')']))
}

/// Returns whether a text ends inside what may be the address of a link, a tag, an entity or a
/// definition.
fn is_unfinished(text: &str) -> bool {
    let is_open = |open: &str, close: char| {
        text.rfind(open).is_some_and(|at| !text[at + open.len()..].contains(close))
    };
    let entity = text.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
    let is_definition = text.trim_start_matches([' ', '>']).starts_with('[');
    is_open("](", ')')
        || is_open("<", '>')
        || entity.ends_with('&')
        || (is_definition && text.contains("]:"))
}

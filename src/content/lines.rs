//! Checks the lines of front matter: what is one line for people must be one for YAML, too.

use std::ops::Range;

use crate::content::yaml;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::text::{breaks_line_oddly, may_break_line_oddly};

/// How many lines of a file are examined as comments that may not be comments.
const MAX_COMMENTS: usize = 100;

/// How many lines with unusual line breaks are reported in one file.
const MAX_ODD_LINES: usize = 20;

/// Reports line breaks other than LF and CRLF, one per line, also in comments and quoted texts.
/// Reports front matter that is a map in braces. Returns whether there is neither.
pub(super) fn check_lines(
    path: &str,
    text: &str,
    yaml_range: Range<usize>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let closing_line = text[yaml_range.end..].split_inclusive('\n').next().unwrap_or("");
    let closing_line_end = yaml_range.end + closing_line.len();
    let (mut at, mut odd) = (0, 0);
    let front = &text[..closing_line_end];
    let front = if may_break_line_oddly(front) { front } else { "" };
    for line in front.split_inclusive('\n') {
        let ended = line.strip_suffix('\n').unwrap_or(line);
        let plain = if ended.len() < line.len() { ended.strip_suffix('\r') } else { None };
        if let Some(odd_at) = plain.unwrap_or(ended).find(breaks_line_oddly) {
            diagnostics.push(line_break(path, text, at + odd_at));
            odd += 1;
            if odd == MAX_ODD_LINES {
                break;
            }
        }
        at += line.len();
    }
    let yaml = &text[yaml_range.clone()];
    let first = first_content(yaml).filter(|at| yaml[*at..].starts_with('{'));
    if let Some(first) = first {
        let start = yaml_range.start + first;
        let place = Place::of_range(path, text, start..start + 1);
        diagnostics.push(Diagnostic::error(Code::FrontMatterBraces, place));
    }
    odd == 0 && first.is_none()
}

/// Returns the diagnostic for an unusual line break.
pub(super) fn line_break(path: &str, text: &str, at: usize) -> Diagnostic {
    let character = text[at..].chars().next().unwrap_or('\r');
    let place = Place::of_range(path, text, at..at + character.len_utf8());
    let name = format!("U+{:04X}", u32::from(character));
    Diagnostic::error(Code::FrontMatterLineBreak, place).arg("character", name)
}

/// Returns where the first line begins that is neither empty nor a comment, after its indentation.
fn first_content(yaml: &str) -> Option<usize> {
    let mut start = 0;
    for line in yaml.split_inclusive('\n') {
        // YAML skips byte order marks at the start of a line.
        let content = line.trim_start_matches([' ', '\t', '\r', '\n', '\u{FEFF}']);
        if !content.is_empty() && !content.starts_with('#') {
            return Some(start + line.len() - content.len());
        }
        start += line.len();
    }
    None
}

/// Returns the first line that is not what it looks like.
///
/// Every key must begin a line. A line that does not begin with white space must be a key, a comment,
/// a list entry or a closing bracket. So whatever looks like a key is one, and no key is hidden.
/// `keys` are the keys that the YAML parser found.
pub(super) fn stray_line(yaml: &str, keys: &[String]) -> Option<Range<usize>> {
    let mut keys = keys.iter();
    let mut start = 0;
    for line in yaml.split_inclusive('\n') {
        let text = line.trim_end_matches(['\r', '\n']);
        let range = start..start + text.len();
        start += line.len();
        let is_entry = text == "-" || text.starts_with("- ") || text.starts_with("-\t");
        if text.is_empty() || is_entry || text.starts_with([' ', '\t', '#', ']', '}']) {
            continue;
        }
        let key = written_key(text);
        if key.is_none() || key != keys.next().map(String::as_str) {
            return Some(range);
        }
    }
    // A key is left that does not begin a line.
    let first = first_content(yaml)?;
    keys.next().map(|_| first..first + 1)
}

/// Returns the first line that begins with `#` but belongs to a quoted text instead of being a comment.
pub(super) fn false_comment(yaml: &str) -> Option<Range<usize>> {
    let is_comment = |line: &&str| line.starts_with('#');
    if !yaml.contains(['"', '\'']) || !yaml.split('\n').any(|line| is_comment(&line)) {
        return None;
    }
    let values = yaml::values(yaml);
    // Removing the words of a comment does not change the values.
    let means_same = |without: &dyn Fn(usize) -> bool| {
        let lines = yaml.split('\n').enumerate();
        let bare = |(n, line)| if is_comment(&line) && without(n) { "#" } else { line };
        yaml::values(&lines.map(bare).collect::<Vec<_>>().join("\n")) == values
    };
    if means_same(&|_| true) {
        return None;
    }
    let mut start = 0;
    for (n, line) in yaml.split('\n').enumerate() {
        let range = start..start + line.trim_end_matches('\r').len();
        start += line.len() + 1;
        let is_candidate = is_comment(&line) && n < MAX_COMMENTS;
        if is_candidate && !means_same(&|other| other == n) {
            return Some(range);
        }
    }
    Some(0..0)
}

/// Returns the key that begins a line, with or without quotation marks.
fn written_key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once(':')?;
    let key = key.trim_end_matches([' ', '\t']);
    let inner = |mark| key.strip_prefix(mark)?.strip_suffix(mark);
    inner('"').or_else(|| inner('\'')).or(Some(key))
}

//! Edits single lines of front matter. Keeps every other byte: comments, order, quotation marks, line
//! ends.

use std::ops::Range;

use crate::content;

/// The YAML is too complex to edit safely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooIntricate;

/// Sets a top-level key to a value on one line. A new key is added at the end.
pub(super) fn set_key(
    text: &str,
    front_matter: Range<usize>,
    key: &str,
    value: &str,
) -> Result<String, TooIntricate> {
    let Some(line) = line_of(text, &front_matter, key)? else {
        return Ok(with_line(text, &front_matter, &format!("{key}: {value}")));
    };
    let after_colon = line.start + text[line.clone()].find(':').ok_or(TooIntricate)? + 1;
    let rest = &text[after_colon..line.end];
    let written = value_in(rest).ok_or(TooIntricate)?;
    let space = if written.is_empty() && written.start == 0 { " " } else { "" };
    let (start, end) = (after_colon + written.start, after_colon + written.end);
    Ok(format!("{}{space}{value}{}", &text[..start], &text[end..]))
}

/// Adds an entry on one line at the top of a list. Creates the list if there is none.
pub(super) fn add_entry(
    text: &str,
    front_matter: Range<usize>,
    key: &str,
    entry: &str,
) -> Result<String, TooIntricate> {
    let Some(line) = line_of_list(text, &front_matter, key)? else {
        let newline = newline_of(text);
        let lines = format!("{key}:{newline}  - {entry}");
        return Ok(with_line(text, &front_matter, &lines));
    };
    // Entries are indented like the first one.
    let next = text[line.end..front_matter.end].lines().next().unwrap_or("");
    let indent = &next[..next.len() - next.trim_start_matches(' ').len()];
    let (before, after) = text.split_at(line.end);
    Ok(format!("{before}{indent}- {entry}{}{after}", newline_of(text)))
}

/// Returns the line of a key whose value is on the same line, without the line end. Returns `None` if
/// there is no such key.
fn line_of(
    text: &str,
    front_matter: &Range<usize>,
    key: &str,
) -> Result<Option<Range<usize>>, TooIntricate> {
    let Some(start) = start_of(text, front_matter, key)? else { return Ok(None) };
    let end = text[start..].find(['\r', '\n']).map_or(text.len(), |at| start + at);
    let following = text[end..front_matter.end.max(end)].trim_start_matches(['\r', '\n']);
    let goes_on =
        following.starts_with([' ', '\t', '-']) && !following.trim_start().starts_with('#');
    if goes_on { Err(TooIntricate) } else { Ok(Some(start..end)) }
}

/// Returns the line of a key whose value is a list on the following lines, with the line end. Returns
/// `None` if there is no such key.
fn line_of_list(
    text: &str,
    front_matter: &Range<usize>,
    key: &str,
) -> Result<Option<Range<usize>>, TooIntricate> {
    let Some(start) = start_of(text, front_matter, key)? else { return Ok(None) };
    let end = text[start..].find('\n').map_or(text.len(), |at| start + at + 1);
    let rest = text[start..end].split_once(':').map_or("", |(_, rest)| rest).trim();
    let is_list = text[end..front_matter.end.max(end)].trim_start_matches(' ').starts_with("- ");
    let plain = rest.is_empty() || rest.starts_with('#');
    if plain && is_list { Ok(Some(start..end)) } else { Err(TooIntricate) }
}

/// Returns the offset of a top-level key as the YAML parser reads it. The key must start a line. Returns
/// `None` if there is no such key.
fn start_of(
    text: &str,
    front_matter: &Range<usize>,
    key: &str,
) -> Result<Option<usize>, TooIntricate> {
    let yaml = &text[front_matter.clone()];
    let keys = content::yaml_keys(yaml).map_err(|_| TooIntricate)?;
    let Some(n) = keys.iter().position(|other| other == key) else { return Ok(None) };
    let at = content::place_of_key(yaml, n).ok_or(TooIntricate)?;
    let begins = at == 0 || yaml[..at].ends_with('\n');
    let plain = yaml[at..].strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':'));
    if begins && plain { Ok(Some(front_matter.start + at)) } else { Err(TooIntricate) }
}

/// Returns the range of the value in the text after the colon, without white space and without a comment.
/// Returns `None` if the value is not a plain or a simple quoted scalar.
fn value_in(rest: &str) -> Option<Range<usize>> {
    let start = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let value = &rest[start..];
    let len = match value.chars().next() {
        None => return Some(0..0),
        Some('#') if start > 0 => return Some(0..0),
        Some(quote @ ('"' | '\'')) => {
            let closing = value[1..].find(quote)? + 2;
            let after = value[closing..].trim_start();
            // The value is not simple: text follows the quotation mark, or a character is escaped.
            if !(after.is_empty() || after.starts_with('#')) || value[..closing].contains('\\') {
                return None;
            }
            closing
        }
        Some('&' | '*' | '!' | '|' | '>' | '[' | '{') => return None,
        Some(_) => value.find(" #").map_or(value.len(), |at| at).min(value.len()),
    };
    let value = value[..len].trim_end_matches([' ', '\t']);
    Some(start..start + value.len())
}

/// Adds a line at the end of the front matter.
fn with_line(text: &str, front_matter: &Range<usize>, line: &str) -> String {
    let (before, after) = text.split_at(front_matter.end);
    let newline = newline_of(text);
    let gap = if before.ends_with('\n') { "" } else { newline };
    format!("{before}{gap}{line}{newline}{after}")
}

/// Returns how the file ends its lines.
fn newline_of(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(
        yaml: &str,
        edit: impl Fn(&str, Range<usize>) -> Result<String, TooIntricate>,
    ) -> Option<String> {
        let text = format!("---\n{yaml}---\nbody\n");
        let edited = edit(&text, 4..4 + yaml.len()).ok()?;
        Some(edited.strip_prefix("---\n")?.strip_suffix("---\nbody\n")?.to_owned())
    }

    #[test]
    fn a_value_is_set_in_its_place() {
        for (before, after) in [
            ("a: 1\n", "a: 1\nk: new\n"),
            ("k: old\na: 1\n", "k: new\na: 1\n"),
            ("k:   old   # why\n", "k:   new   # why\n"),
            ("k: 'old' # why\n", "k: new # why\n"),
            ("k:\na: 1\n", "k: new\na: 1\n"),
            ("k: # why\n", "k: new # why\n"),
            ("k : old\n", "k : new\n"),
            ("# k: no\nk: old\n", "# k: no\nk: new\n"),
            ("k: old\n# remark\n\na: 1\n", "k: new\n# remark\n\na: 1\n"),
        ] {
            let set = |text: &str, range| set_key(text, range, "k", "new");
            assert_eq!(edited(before, set).as_deref(), Some(after), "{before}");
        }
        for intricate in [
            "k: >\n  old\n",
            "k:\n  old\n",
            "\"k\": old\n",
            "k: \"o\\\"ld\"\n",
            "{k: old}\n",
            "k: &a old\n",
        ] {
            assert_eq!(
                edited(intricate, |text, range| set_key(text, range, "k", "new")),
                None,
                "{intricate}"
            );
        }
    }

    #[test]
    fn an_entry_comes_first_in_its_list() {
        for (before, after) in [
            ("a: 1\n", "a: 1\nk:\n  - new\n"),
            ("k:\n  - old\na: 1\n", "k:\n  - new\n  - old\na: 1\n"),
            ("k: # why\n- old\n", "k: # why\n- new\n- old\n"),
        ] {
            let add = |text: &str, range| add_entry(text, range, "k", "new");
            assert_eq!(edited(before, add).as_deref(), Some(after), "{before}");
        }
        assert_eq!(edited("k: [old]\n", |text, range| add_entry(text, range, "k", "new")), None);
    }

    #[test]
    fn line_ends_stay() {
        let text = "---\r\na: 1\r\n---\r\nbody\r\n";
        assert_eq!(
            set_key(text, 5..11, "k", "new").unwrap(),
            "---\r\na: 1\r\nk: new\r\n---\r\nbody\r\n"
        );
        let text = "---\r\nk: 1\r\n---\r\n";
        assert_eq!(set_key(text, 5..11, "k", "new").unwrap(), "---\r\nk: new\r\n---\r\n");
    }
}

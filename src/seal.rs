//! What an approval stands for: a statement of exactly what was approved, and its digest, the seal.
//!
//! The statement is text, so that anyone can make it with `printf` and `sha256sum`; its form is
//! described byte for byte in `docs/approval.md`, with examples that the tests recompute.

use std::fmt::Write as _;
use std::ops::Range;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::card::Window;
use crate::source::{Sha256Digest, hex};
use crate::yaml;

/// The first line of a statement: the form that the rest has.
const FORM: &str = "prakat-approval-1";

/// Keys whose lines are not under the seal: the seal itself, and what any editor may add at once.
const OUTSIDE: [&str; 2] = ["seal", "withdrawn"];

/// What is approved.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The portal's id.
    pub site: &'a str,
    /// The item's path from `content/`.
    pub path: &'a str,
    /// When it may be seen.
    pub window: &'a Window,
    /// Digest of the Markdown file, by [`digest_of_markdown`].
    pub markdown: &'a Sha256Digest,
    /// Names and digests of the files beside it, sorted by name.
    pub files: &'a [(&'a str, Sha256Digest)],
}

/// The statement of exactly what is approved.
pub fn statement(subject: &Subject) -> String {
    let Subject { site, path, window, markdown, files } = *subject;
    let until = window.until.map_or_else(|| "-".to_owned(), utc);
    let mut text = format!("{FORM}\n{site}\n{path}\n{} {until}\n", utc(window.from));
    let _ = writeln!(text, "{}", hex(markdown));
    for (name, digest) in files {
        let _ = writeln!(text, "{}  {name}", hex(digest));
    }
    text
}

/// An instant in UTC, as RFC 3339 without fractions where there are none.
fn utc(at: Timestamp) -> String {
    at.to_string()
}

/// The seal: SHA-256 of the statement.
pub fn seal_of(statement: &str) -> String {
    hex(&Sha256::digest(statement.as_bytes()))
}

/// SHA-256 of a Markdown file, line ends read as LF, without the lines of the keys that are not
/// under the seal. `None` if those lines cannot be told apart from the rest for certain: then
/// nothing can be sealed.
pub fn digest_of_markdown(text: &str, front_matter: Range<usize>) -> Option<Sha256Digest> {
    let mut hasher = Sha256::new();
    let mut feed = |text: &str| {
        for (n, piece) in text.split("\r\n").enumerate() {
            if n > 0 {
                hasher.update(b"\n");
            }
            hasher.update(piece.as_bytes());
        }
    };
    let mut from = 0;
    for lines in lines_outside(text, front_matter)? {
        feed(&text[from..lines.start]);
        from = lines.end;
    }
    feed(&text[from..]);
    Some(hasher.finalize().into())
}

/// The lines of the keys that are not under the seal: from the line that begins with the key to
/// the next line that begins with anything but white space. The YAML reader must see the same keys
/// at the same places; and nothing in these lines may be named (`&name`) to be used elsewhere.
pub fn lines_outside(text: &str, front_matter: Range<usize>) -> Option<Vec<Range<usize>>> {
    let yaml = &text[front_matter.clone()];
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    let mut inside = false;
    for line in yaml.split_inclusive('\n') {
        let end = start + line.len();
        let is_key = OUTSIDE.iter().any(|key| {
            line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':'))
        });
        inside = is_key || (inside && line.starts_with([' ', '\t', '\r', '\n']));
        match found.last_mut() {
            Some(last) if inside && !is_key => last.end = end,
            _ if is_key => found.push(start..end),
            _ => {}
        }
        start = end;
    }
    let keys = yaml::keys(yaml).ok()?;
    let seen = keys.iter().enumerate().filter(|(_, key)| OUTSIDE.contains(&key.as_str()));
    let places: Option<Vec<usize>> = seen.map(|(n, _)| yaml::place_of_key(yaml, n)).collect();
    let starts: Vec<usize> = found.iter().map(|lines| lines.start).collect();
    let is_plain = |lines: &Range<usize>| !has_anchor(&yaml[lines.clone()]);
    if places? != starts || !found.iter().all(is_plain) {
        return None;
    }
    let offset = front_matter.start;
    Some(found.into_iter().map(|lines| offset + lines.start..offset + lines.end).collect())
}

/// Whether a piece of YAML names a value, to be used elsewhere: `&name`.
fn has_anchor(yaml: &str) -> bool {
    yaml.match_indices('&')
        .any(|(at, _)| yaml[at + 1..].chars().next().is_some_and(|c| !c.is_whitespace()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outside(yaml: &str) -> Option<String> {
        let lines = lines_outside(yaml, 0..yaml.len())?;
        Some(lines.into_iter().map(|lines| yaml[lines].to_owned()).collect())
    }

    #[test]
    fn only_the_lines_of_two_keys_are_outside() {
        assert_eq!(outside("title: a\nseal: 12\nweight: 1\n").as_deref(), Some("seal: 12\n"));
        assert_eq!(
            outside("withdrawn:\n  on: 2569-01-01\n\n  by: a\ntitle: b\nseal: 1").as_deref(),
            Some("withdrawn:\n  on: 2569-01-01\n\n  by: a\nseal: 1")
        );
        assert_eq!(outside("title: seal\n").as_deref(), Some(""));
        assert_eq!(outside("seal: 1\n# a remark\ntitle: b\n").as_deref(), Some("seal: 1\n"));
    }

    #[test]
    fn what_is_not_certain_is_not_sealed() {
        for yaml in [
            // A line that looks like the key and is the text of another.
            "title: 'a\nwithdrawn: b'\n",
            "title: \"a\nseal: b\"\n",
            // The key, written so that no line begins with it.
            "\"seal\": 1\ntitle: b\n",
            "{seal: 1, title: b}\n",
            "? seal\n: 1\n",
            // A value named outside the seal and used under it.
            "withdrawn: {on: 2569-01-01, reason: &r x}\ntitle: *r\n",
        ] {
            assert_eq!(outside(yaml), None, "{yaml}");
        }
    }
}

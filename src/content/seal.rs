//! The statement of exactly what was approved, and its digest, the seal.
//!
//! The statement is text, so that anyone can make it with `printf` and `sha256sum`; its form is
//! described byte for byte in `docs/approval.md`, with examples that the tests recompute.

use std::fmt::Write as _;
use std::ops::Range;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::content::front_matter::FrontMatter;
use crate::content::item::Window;
use crate::content::yaml;
use crate::source::{Sha256Digest, hex};

/// The first line of a statement: the form that the rest has.
const FORM: &str = "prakat-approval-1";

/// Keys whose lines are not under the seal: the seal itself, and what any editor may add at once.
const OUTSIDE: [&str; 2] = ["seal", "withdrawn"];

/// What is approved.
#[derive(Debug, Clone, Copy)]
pub(super) struct StatementInput<'a> {
    /// The portal's id.
    pub site: &'a str,
    /// The item's path from `content/`.
    pub path: &'a str,
    /// When it may be seen.
    pub window: &'a Window,
    /// Digest of the Markdown file, by [`digest_of_markdown`].
    pub markdown: &'a Sha256Digest,
    /// Names and digests of the item's files, sorted by name.
    pub files: &'a [(&'a str, Sha256Digest)],
}

/// The statement of exactly what is approved.
pub(super) fn statement(subject: &StatementInput) -> String {
    let StatementInput { site, path, window, markdown, files } = *subject;
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

/// Why an approval cannot cover a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotSealable {
    /// Where in the text.
    pub at: usize,
    /// Which piece of advice fits.
    pub help: &'static str,
}

/// SHA-256 of a Markdown file, line ends read as LF, without the lines of the keys that are not
/// under the seal. What is hashed must say the same as the whole: every value but those of these two
/// keys is read from the hashed bytes, too, and compared.
pub(crate) fn digest_of_markdown(
    text: &str,
    front_matter: Range<usize>,
) -> Result<Sha256Digest, NotSealable> {
    let outside = lines_outside(text, front_matter.clone())?;
    let kept = |part: Range<usize>| {
        let mut kept = String::with_capacity(part.len());
        let mut from = part.start;
        for lines in outside.iter().filter(|lines| part.contains(&lines.start)) {
            kept.push_str(&text[from..lines.start]);
            from = lines.end;
        }
        kept.push_str(&text[from..part.end]);
        if kept.contains("\r\n") { kept.replace("\r\n", "\n") } else { kept }
    };
    let (whole, hashed) = (&text[front_matter.clone()], kept(front_matter.clone()));
    if *whole != hashed && !says_the_same(whole, &hashed) {
        let at = outside.first().map_or(front_matter.start, |lines| lines.start);
        return Err(NotSealable { at, help: "help-lines" });
    }
    let mut hasher = Sha256::new();
    hasher.update(kept(0..front_matter.start).as_bytes());
    hasher.update(hashed.as_bytes());
    hasher.update(kept(front_matter.end..text.len()).as_bytes());
    Ok(hasher.finalize().into())
}

/// Whether all keys but those that are not under the seal have the same values, and what is hashed
/// has no others.
fn says_the_same(whole: &str, hashed: &str) -> bool {
    let read = |yaml: &str| yaml::parse_yaml::<FrontMatter>(yaml).ok();
    let (Some(whole), Some(hashed)) = (read(whole), read(hashed)) else { return false };
    FrontMatter { seal: None, withdrawn: None, ..whole } == hashed
}

/// The lines of the keys that are not under the seal: from the line that begins with the key to
/// the next line that begins with anything but white space. The YAML reader must see the same keys
/// at the same places; and nothing in these lines may be named (`&name`) to be used elsewhere.
pub(super) fn lines_outside(
    text: &str,
    front_matter: Range<usize>,
) -> Result<Vec<Range<usize>>, NotSealable> {
    let yaml = &text[front_matter.clone()];
    let offset = front_matter.start;
    let refusal = |at: usize, help| NotSealable { at: offset + at, help };
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
    let keys = yaml::yaml_keys(yaml).map_err(|_| refusal(0, "help"))?;
    let seen = keys.iter().enumerate().filter(|(_, key)| OUTSIDE.contains(&key.as_str()));
    let places: Option<Vec<usize>> = seen.map(|(n, _)| yaml::place_of_key(yaml, n)).collect();
    let places = places.ok_or_else(|| refusal(0, "help"))?;
    let starts: Vec<usize> = found.iter().map(|lines| lines.start).collect();
    let is_missing = |at: &&usize, others: &[usize]| !others.contains(at);
    let stray = starts.iter().find(|at| is_missing(at, &places));
    if let Some(at) = stray.or_else(|| places.iter().find(|at| is_missing(at, &starts))) {
        return Err(refusal(*at, "help"));
    }
    for lines in &found {
        if let Some(at) = anchor_in(&yaml[lines.clone()]) {
            return Err(refusal(lines.start + at, "help-name"));
        }
    }
    Ok(found.into_iter().map(|lines| offset + lines.start..offset + lines.end).collect())
}

/// Where a piece of YAML names a value, to be used elsewhere: `&name`.
fn anchor_in(yaml: &str) -> Option<usize> {
    let mut marks = yaml.match_indices('&').map(|(at, _)| at);
    marks.find(|at| yaml[at + 1..].chars().next().is_some_and(|c| !c.is_whitespace()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outside(yaml: &str) -> Option<String> {
        let lines = lines_outside(yaml, 0..yaml.len()).ok()?;
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

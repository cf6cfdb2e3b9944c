//! The statement of exactly what was approved, and its digest, the seal.
//!
//! The statement is text, so anyone can reproduce it with `printf` and `sha256sum`.
//! `docs/approval.md` describes its form byte for byte, with examples that the tests recompute.

use std::fmt::Write as _;
use std::ops::Range;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::content::front_matter::FrontMatter;
use crate::content::item::Window;
use crate::content::yaml;
use crate::source::{Sha256Digest, hex};

/// The first line of a statement. It identifies the format of the rest.
const FORM: &str = "prakat-approval-1";

/// Keys that the seal does not cover: the seal itself, and a key that any editor may add at any
/// time.
const OUTSIDE: [&str; 2] = ["seal", "withdrawn"];

/// What is approved.
#[derive(Debug, Clone, Copy)]
pub(super) struct StatementInput<'a> {
    /// The portal's id.
    pub site: &'a str,
    /// The item's path from `content/`.
    pub path: &'a str,
    /// When the item may be seen.
    pub window: &'a Window,
    /// The digest of the Markdown file, by [`digest_of_markdown`].
    pub markdown: &'a Sha256Digest,
    /// Names and digests of the item's files, sorted by name.
    pub files: &'a [(&'a str, Sha256Digest)],
}

/// Returns the statement of exactly what is approved.
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

/// Formats an instant in UTC as RFC 3339. Fractions appear only if there are any.
fn utc(at: Timestamp) -> String {
    at.to_string()
}

/// Returns the seal: the SHA-256 digest of the statement.
pub fn seal_of(statement: &str) -> String {
    hex(&Sha256::digest(statement.as_bytes()))
}

/// Why an approval cannot cover a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotSealable {
    /// The offset in the text.
    pub at: usize,
    /// The key of the help text.
    pub help: &'static str,
}

/// Returns the SHA-256 digest of a Markdown file, without the lines of keys that the seal does not
/// cover. Line ends count as LF.
///
/// The hashed text must have the same meaning as the whole file. Every value except those of the
/// keys that are left out is therefore also read from the hashed bytes, and compared.
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

/// Returns whether all keys covered by the seal have the same values in both texts, and the hashed
/// text has no other keys.
fn says_the_same(whole: &str, hashed: &str) -> bool {
    let read = |yaml: &str| yaml::parse_yaml::<FrontMatter>(yaml).ok();
    let (Some(whole), Some(hashed)) = (read(whole), read(hashed)) else { return false };
    FrontMatter { seal: None, withdrawn: None, ..whole } == hashed
}

/// Returns the lines of the keys that the seal does not cover. They extend from the line that
/// begins with the key to the next line that begins with anything but white space. The YAML parser
/// must see the same keys at the same places. The lines must not contain an anchor (`&name`), which
/// could be used elsewhere.
pub(super) fn lines_outside(
    text: &str,
    front_matter: Range<usize>,
) -> Result<Vec<Range<usize>>, NotSealable> {
    let yaml = &text[front_matter.clone()];
    let offset = front_matter.start;
    let refusal = |at: usize, help| NotSealable { at: offset + at, help };
    let mut blocks: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    let mut inside = false;
    for line in yaml.split_inclusive('\n') {
        let end = start + line.len();
        let is_key = OUTSIDE.iter().any(|key| {
            line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':'))
        });
        inside = is_key || (inside && line.starts_with([' ', '\t', '\r', '\n']));
        match blocks.last_mut() {
            Some(last) if inside && !is_key => last.end = end,
            _ if is_key => blocks.push(start..end),
            _ => {}
        }
        start = end;
    }
    let keys = yaml::yaml_keys(yaml).map_err(|_| refusal(0, "help"))?;
    let seen = keys.iter().enumerate().filter(|(_, key)| OUTSIDE.contains(&key.as_str()));
    let places: Option<Vec<usize>> = seen.map(|(n, _)| yaml::place_of_key(yaml, n)).collect();
    let places = places.ok_or_else(|| refusal(0, "help"))?;
    let starts: Vec<usize> = blocks.iter().map(|lines| lines.start).collect();
    let is_missing = |at: &&usize, others: &[usize]| !others.contains(at);
    let stray = starts.iter().find(|at| is_missing(at, &places));
    if let Some(at) = stray.or_else(|| places.iter().find(|at| is_missing(at, &starts))) {
        return Err(refusal(*at, "help"));
    }
    for lines in &blocks {
        if let Some(at) = anchor_in(&yaml[lines.clone()]) {
            return Err(refusal(lines.start + at, "help-name"));
        }
    }
    Ok(blocks.into_iter().map(|lines| offset + lines.start..offset + lines.end).collect())
}

/// Returns the offset of an anchor (`&name`) in a piece of YAML.
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
            // A line that looks like the key but is part of another key's text.
            "title: 'a\nwithdrawn: b'\n",
            "title: \"a\nseal: b\"\n",
            // The key, written such that no line begins with it.
            "\"seal\": 1\ntitle: b\n",
            "{seal: 1, title: b}\n",
            "? seal\n: 1\n",
            // An anchor outside the seal that is used in a key under it.
            "withdrawn: {on: 2569-01-01, reason: &r x}\ntitle: *r\n",
        ] {
            assert_eq!(outside(yaml), None, "{yaml}");
        }
    }
}

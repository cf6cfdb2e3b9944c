//! `check --fix`: slips of typing are mended in the portal's own Markdown files, where no choice is
//! needed. A file is replaced in one step, and nothing else in it changes.

use crate::diagnostic::{Diagnostics, Failure};
use crate::overwrite::{Change, overwrite};
use crate::proofread;
use crate::source::Portal;

/// A file that was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// Its path from the portal's root.
    pub path: String,
    /// The lines that changed.
    pub lines: Vec<ChangedLine>,
}

/// A line before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedLine {
    /// From 1.
    pub line: usize,
    /// As it was.
    pub before: String,
    /// As it is.
    pub after: String,
}

/// What came of mending.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Files that were mended, by path.
    pub mended: Vec<Mended>,
    /// Files that were left as they are, since a change would break their seal.
    pub sealed: Vec<String>,
}

/// Mends all Markdown files of a portal. What cannot be read is told by the check that follows.
pub fn mend(portal: &Portal) -> Result<Outcome, Failure> {
    let mut ignored = Diagnostics::default();
    let mut outcome = Outcome::default();
    for document in portal.inventory(&mut ignored).documents {
        let Some(text) = portal.read_text(&document.path, &mut ignored) else { continue };
        let Some(mended) = proofread::mended(&text.text) else { continue };
        if is_sealed(&text.text) {
            outcome.sealed.push(document.path);
            continue;
        }
        let path = portal.locate(&document.path);
        let before = portal.read_bytes(&document.path).map_err(|e| Failure::io(&path, &e))?;
        // A byte order mark stays.
        let mark = before.len().saturating_sub(text.text.len());
        let after = [&before[..mark], mended.as_bytes()].concat();
        let change = Change { path, before: Some(before), after };
        overwrite(&[change]).map_err(|(path, error)| Failure::io(&path, &error))?;
        let lines = changed_lines(&text.text, &mended);
        outcome.mended.push(Mended { path: document.path, lines });
    }
    Ok(outcome)
}

/// Whether a seal stands in the front matter: it covers every letter.
fn is_sealed(text: &str) -> bool {
    let mut front = text.lines().skip(1).take_while(|line| line.trim_end() != "---");
    front.any(|line| line.starts_with("seal:"))
}

/// Slips stand within lines, so the lines of both correspond.
fn changed_lines(before: &str, after: &str) -> Vec<ChangedLine> {
    let pairs = (1..).zip(before.lines().zip(after.lines()));
    pairs
        .filter(|(_, (before, after))| before != after)
        .map(|(line, (before, after))| ChangedLine {
            line,
            before: before.to_owned(),
            after: after.to_owned(),
        })
        .collect()
}

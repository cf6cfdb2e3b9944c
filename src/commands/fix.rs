//! `check --fix`: slips of typing are mended in the portal's own Markdown files, where no choice is
//! needed, and the metadata of pictures is removed. A file is replaced in one step, and nothing else in
//! it changes.

use crate::content;
use crate::files;
use crate::markdown;
use std::ops::Range;

use crate::commands::atomic_write::{FileEdit, overwrite};
use crate::content::{Document, Parts, folder_of, owns_folder};
use crate::diagnostics::{Diagnostics, Failure};
use crate::files::MAX_FILE;

use crate::privacy::Masking;

use crate::markdown::fixed_parts;
use crate::report::Reporter;
use crate::source::Portal;

/// Keys of front matter whose values are names, not text.
const FIXED_KEYS: [&str; 7] = ["slug", "aliases", "category", "approver", "by:", "meets", "extra"];

/// How the rules begin that waivers for metadata name.
const PICTURE_RULES: &str = "privacy/picture-";

/// A file that was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mended {
    /// Its path from the portal's root.
    pub path: String,
    /// The lines that changed; none of a picture.
    pub lines: Vec<ChangedLine>,
}

/// A line before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChangedLine {
    /// From 1.
    pub line: usize,
    /// As it was.
    pub before: String,
    /// As it is.
    pub after: String,
}

/// What came of mending.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Files that were mended, by path.
    pub mended: Vec<Mended>,
    /// Files that were left as they are, since a change would break their seal.
    pub sealed: Vec<String>,
}

impl Outcome {
    /// Paths of the files that were changed.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.mended.iter().map(|file| file.path.clone()).collect()
    }
}

/// Mends all Markdown files of a portal, and the pictures that are named. What cannot be read is told
/// by the check that follows.
pub(crate) fn fix(portal: &Portal, pictures: &[String]) -> (Outcome, Option<Failure>) {
    let mut outcome = Outcome::default();
    let mended = mend_all(portal, &mut outcome);
    let mended = mended.and_then(|()| mend_pictures(portal, pictures, &mut outcome));
    (outcome, mended.err())
}

/// Removes the metadata of pictures that stand beside items without a seal.
fn mend_pictures(
    portal: &Portal,
    pictures: &[String],
    outcome: &mut Outcome,
) -> Result<(), Failure> {
    let mut ignored = Diagnostics::default();
    let documents = portal.inventory(&mut ignored).documents;
    for picture in pictures {
        let path = portal.locate(picture);
        let Ok(before) = portal.read_whole(picture, MAX_FILE) else { continue };
        let cleaned = files::carefully(|| files::without_metadata(&before)).flatten();
        let Some(after) = cleaned else { continue };
        let owners = documents.iter().filter(|document| {
            owns_folder(&document.path) && folder_of(&document.path) == folder_of(picture)
        });
        let (mut is_under_seal, mut is_waived) = (false, false);
        for owner in owners {
            let document = Document::read(portal, &owner.path, &mut ignored);
            let yaml = document.as_ref().map(Document::yaml);
            is_under_seal |= yaml.is_none_or(is_sealed);
            // Somebody means to answer for it: then nothing is lost before that is approved.
            is_waived |= yaml.is_some_and(|yaml| yaml.contains(PICTURE_RULES));
        }
        if is_waived {
            continue;
        }
        if is_under_seal {
            outcome.sealed.push(picture.clone());
            continue;
        }
        let change = FileEdit { path, before: Some(before), after };
        overwrite(&[change]).map_err(|(path, error)| Failure::io(&path, &error))?;
        outcome.mended.push(Mended { path: picture.clone(), lines: Vec::new() });
    }
    Ok(())
}

fn mend_all(portal: &Portal, outcome: &mut Outcome) -> Result<(), Failure> {
    let mut ignored = Diagnostics::default();
    for listed in portal.inventory(&mut ignored).documents {
        let Some(document) = Document::read(portal, &listed.path, &mut ignored) else { continue };
        let protected = protected(document.text(), document.parts());
        let Some(mended) = markdown::fix_typos(document.text(), &protected) else { continue };
        if is_sealed(document.yaml()) {
            outcome.sealed.push(listed.path);
            continue;
        }
        let path = portal.locate(&listed.path);
        let Ok(before) = portal.read_bytes(&listed.path) else { continue };
        let change = FileEdit::of_text(path, before, &mended);
        overwrite(&[change]).map_err(|(path, error)| Failure::io(&path, &error))?;
        let lines = changed_lines(document.text(), &mended);
        outcome.mended.push(Mended { path: listed.path, lines });
    }
    Ok(())
}

/// Whether a seal stands in the front matter: it covers every letter.
fn is_sealed(yaml: &str) -> bool {
    // What cannot be read may hold one.
    content::yaml_keys(yaml).map_or(true, |keys| keys.iter().any(|key| key == "seal"))
}

/// What is no text for readers: names of files, addresses, ids, code. A file keeps its name, so a
/// link to it must keep it, too.
fn protected(text: &str, parts: &Parts) -> Vec<Range<usize>> {
    let mut start = parts.yaml.start;
    let mut found = Vec::new();
    for line in text[parts.yaml.clone()].split_inclusive('\n') {
        let plain = line.trim_start_matches([' ', '-', '{', '"', '\'']);
        let is_fixed = plain.starts_with('/') || plain.starts_with('[') || line.contains("file:");
        // Without them the rest could be a comment, or another key, to YAML.
        let is_spaced = line.contains(['\u{A0}', '\u{200B}', '\u{2060}', '\u{FEFF}', '\u{AD}']);
        if is_fixed || is_spaced || FIXED_KEYS.iter().any(|key| plain.starts_with(key)) {
            found.push(start..start + line.len());
        }
        start += line.len();
    }
    let body = &text[parts.body.clone()];
    let offset = parts.body.start;
    // At the start of a line such a character keeps Markdown from reading what follows.
    for (at, _) in body.match_indices(['\u{A0}', '\u{200B}', '\u{2060}', '\u{FEFF}']) {
        if body[..at].trim_end_matches([' ', '\u{A0}', '\u{200B}']).ends_with('\n') {
            let len = body[at..].chars().next().map_or(0, char::len_utf8);
            found.push(offset + at..offset + at + len);
        }
    }
    found.extend(fixed_parts(body).into_iter().map(|r| offset + r.start..offset + r.end));
    found.sort_by_key(|range| range.start);
    found
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

/// What `check --fix` changed, line by line, for people.
pub(crate) fn describe_fixes(style: &Reporter, outcome: &Outcome) -> String {
    let mut out = String::new();
    for file in &outcome.mended {
        let path = style.path(&file.path, false);
        out.push_str(&format!("{}\n", style.text("report/mended", vec![("path", path)])));
        for changed in file.lines.iter().filter(|_| !style.redact) {
            let ChangedLine { line, before, after } = changed;
            let [before, after] =
                [before, after].map(|line| style.catalog.masked(line, Masking::Thorough));
            out.push_str(&format!("{line:>5} - {before}\n{line:>5} + {after}\n"));
        }
    }
    for path in &outcome.sealed {
        let path = style.path(path, false);
        out.push_str(&format!("{}\n", style.text("report/sealed", vec![("path", path)])));
    }
    if !outcome.mended.is_empty() {
        out.push_str(&format!("{}\n\n", style.text("report/look-through", Vec::new())));
    }
    out
}

//! `check --fix`: fixes typos in Markdown files where no choice is needed, and removes the metadata of
//! pictures. A file is replaced in one step, and nothing else in it changes.

use std::ops::Range;

use crate::commands::atomic_write::{FileEdit, overwrite};
use crate::content;
use crate::content::{Document, Parts, folder_of, owns_folder};
use crate::diagnostics::{Diagnostics, Failure};
use crate::files;
use crate::files::MAX_FILE;
use crate::markdown;
use crate::markdown::fixed_parts;
use crate::privacy::Masking;
use crate::report::Reporter;
use crate::source::Portal;

/// Keys of front matter whose values are names. They are not fixed.
const FIXED_KEYS: [&str; 7] = ["slug", "aliases", "category", "approver", "by:", "meets", "extra"];

/// Prefix of the rules that a waiver for metadata names.
const PICTURE_RULES: &str = "privacy/picture-";

/// A file that was fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FixedFile {
    /// Its path from the portal's root.
    pub path: String,
    /// The lines that changed. Empty for a picture.
    pub lines: Vec<ChangedLine>,
}

/// A line before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChangedLine {
    /// Line number, from 1.
    pub line: usize,
    /// The line as it was.
    pub before: String,
    /// The line as it is now.
    pub after: String,
}

/// What `check --fix` did.
#[derive(Debug, Default)]
pub(crate) struct Fixes {
    /// Files that were fixed, by path.
    pub fixed: Vec<FixedFile>,
    /// Files that were not fixed because a change would break their seal or signature.
    pub sealed: Vec<String>,
}

impl Fixes {
    /// Returns the paths of the files that were fixed.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.fixed.iter().map(|file| file.path.clone()).collect()
    }
}

/// Fixes all Markdown files of a portal, and the given pictures. Also returns what was fixed before a
/// failure. Files that cannot be read are skipped; the check that follows reports them.
pub(crate) fn fix(portal: &Portal, pictures: &[String]) -> (Fixes, Option<Failure>) {
    let mut fixes = Fixes::default();
    let result = fix_documents(portal, &mut fixes);
    let result = result.and_then(|()| fix_pictures(portal, pictures, &mut fixes));
    (fixes, result.err())
}

/// Removes the metadata of pictures that belong to items without a seal or signature.
fn fix_pictures(portal: &Portal, pictures: &[String], fixes: &mut Fixes) -> Result<(), Failure> {
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
            is_under_seal |= yaml.is_none_or(|yaml| is_sealed(portal, &owner.path, yaml));
            // Somebody intends to answer for the metadata. It is kept until that is decided.
            is_waived |= yaml.is_some_and(|yaml| yaml.contains(PICTURE_RULES));
        }
        if is_waived {
            continue;
        }
        if is_under_seal {
            fixes.sealed.push(picture.clone());
            continue;
        }
        let edit = FileEdit { path, before: Some(before), after };
        overwrite(&[edit]).map_err(|(path, error)| Failure::io_in_portal(&path, &error))?;
        fixes.fixed.push(FixedFile { path: picture.clone(), lines: Vec::new() });
    }
    Ok(())
}

fn fix_documents(portal: &Portal, fixes: &mut Fixes) -> Result<(), Failure> {
    let mut ignored = Diagnostics::default();
    for listed in portal.inventory(&mut ignored).documents {
        let Some(document) = Document::read(portal, &listed.path, &mut ignored) else { continue };
        let protected = protected(document.text(), document.parts());
        let Some(fixed) = markdown::fix_typos(document.text(), &protected) else { continue };
        if is_sealed(portal, &listed.path, document.yaml()) {
            fixes.sealed.push(listed.path);
            continue;
        }
        let path = portal.locate(&listed.path);
        let Ok(before) = portal.read_bytes(&listed.path) else { continue };
        let edit = FileEdit::of_text(path, before, &fixed);
        overwrite(&[edit]).map_err(|(path, error)| Failure::io_in_portal(&path, &error))?;
        let lines = changed_lines(document.text(), &fixed);
        fixes.fixed.push(FixedFile { path: listed.path, lines });
    }
    Ok(())
}

/// Whether the front matter has a seal or cannot be read, or there is a signature next to the file.
/// Either covers every letter of the file and the files of its folder.
fn is_sealed(portal: &Portal, path: &str, yaml: &str) -> bool {
    let has_seal = |keys: Vec<String>| keys.iter().any(|key| key == "seal");
    portal.has(&format!("{path}.sig")) || content::yaml_keys(yaml).map_or(true, has_seal)
}

/// Returns the ranges that must not be fixed because they are not text for readers: file names, URLs,
/// ids and code. Files keep their names, so links to them must not change.
fn protected(text: &str, parts: &Parts) -> Vec<Range<usize>> {
    let mut start = parts.yaml.start;
    let mut ranges = Vec::new();
    for line in text[parts.yaml.clone()].split_inclusive('\n') {
        let plain = line.trim_start_matches([' ', '-', '{', '"', '\'']);
        let is_fixed = plain.starts_with('/') || plain.starts_with('[') || line.contains("file:");
        // Without these characters YAML could read the rest as a comment or as another key.
        let is_spaced = line.contains(['\u{A0}', '\u{200B}', '\u{2060}', '\u{FEFF}', '\u{AD}']);
        if is_fixed || is_spaced || FIXED_KEYS.iter().any(|key| plain.starts_with(key)) {
            ranges.push(start..start + line.len());
        }
        start += line.len();
    }
    let body = &text[parts.body.clone()];
    let offset = parts.body.start;
    // At the start of a line, such a character keeps the rest from being read as Markdown.
    for (at, _) in body.match_indices(['\u{A0}', '\u{200B}', '\u{2060}', '\u{FEFF}']) {
        if body[..at].trim_end_matches([' ', '\u{A0}', '\u{200B}']).ends_with('\n') {
            let len = body[at..].chars().next().map_or(0, char::len_utf8);
            ranges.push(offset + at..offset + at + len);
        }
    }
    ranges.extend(fixed_parts(body).into_iter().map(|r| offset + r.start..offset + r.end));
    ranges.sort_by_key(|range| range.start);
    ranges
}

/// Returns the lines that differ. Fixes never add or remove a line.
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

/// Describes what `check --fix` changed, line by line.
pub(crate) fn describe_fixes(reporter: &Reporter, fixes: &Fixes) -> String {
    let mut out = String::new();
    for file in &fixes.fixed {
        let path = reporter.path(&file.path, false);
        out.push_str(&format!("{}\n", reporter.text("report/mended", vec![("path", path)])));
        for changed in file.lines.iter().filter(|_| !reporter.redact) {
            let ChangedLine { line, before, after } = changed;
            let [before, after] =
                [before, after].map(|line| reporter.catalog.masked(line, Masking::Thorough));
            out.push_str(&format!("{line:>5} - {before}\n{line:>5} + {after}\n"));
        }
    }
    for path in &fixes.sealed {
        let path = reporter.path(path, false);
        out.push_str(&format!("{}\n", reporter.text("report/sealed", vec![("path", path)])));
    }
    if !fixes.fixed.is_empty() {
        out.push_str(&format!("{}\n\n", reporter.text("report/look-through", Vec::new())));
    }
    out
}

//! `check --fix`: fixes typos in Markdown files where no choice is needed, and removes the metadata of
//! pictures. A file is replaced in one step, and nothing else in it changes.

use crate::commands::atomic_write::{FileEdit, overwrite};
use crate::content::{Document, folder_of, owns_folder, split_front_matter};
use crate::diagnostics::{Diagnostics, Failure};
use crate::files;
use crate::files::MAX_FILE;
use crate::markdown;
use crate::privacy::Masking;
use crate::report::Reporter;
use crate::source::{Listed, Portal};
use similar::{DiffTag, TextDiff};

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

/// A line that was changed, added or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChangedLine {
    /// Line number, from 1. Of an added line, its number in the new text.
    pub line: usize,
    /// The line as it was.
    pub before: Option<String>,
    /// The line as it is now.
    pub after: Option<String>,
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
            is_under_seal |= document.as_ref().is_none_or(|document| document.is_sealed(portal));
            // Somebody intends to answer for the metadata. It is kept until that is decided.
            is_waived |= document.is_some_and(|document| document.yaml().contains(PICTURE_RULES));
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
    let inventory = portal.inventory(&mut ignored);
    for listed in &inventory.documents {
        let Some(document) = Document::read(portal, &listed.path, &mut ignored) else { continue };
        let Some(fixed) = fixed(&document, &inventory.files) else { continue };
        if document.is_sealed(portal) {
            fixes.sealed.push(listed.path.clone());
            continue;
        }
        let path = portal.locate(&listed.path);
        let Ok(before) = portal.read_bytes(&listed.path) else { continue };
        let edit = FileEdit::of_text(path, before, &fixed);
        overwrite(&[edit]).map_err(|(path, error)| Failure::io_in_portal(&path, &error))?;
        let lines = changed_lines(document.text(), &fixed);
        fixes.fixed.push(FixedFile { path: listed.path.clone(), lines });
    }
    Ok(())
}

/// Fixes the typos of a document, its links to its own files, and what Markdown would read as something
/// else. Returns `None` if there is nothing to fix.
fn fixed(document: &Document, files: &[Listed]) -> Option<String> {
    let typos = markdown::fix_document(document.text());
    let text = typos.as_deref().unwrap_or(document.text());
    let folder = folder_of(document.path());
    let first = files.partition_point(|file| file.path.as_str() < folder);
    let names = files[first..].iter().map_while(|file| file.path.strip_prefix(folder));
    let names = names.filter(|_| owns_folder(document.path()));
    let linked =
        markdown::fix_spaced_links(text, &markdown::protected_parts(text), names).or(typos);
    let text = linked.as_deref().unwrap_or(document.text());
    let body = split_front_matter("", text, &mut Diagnostics::default())?.body;
    let fixed_body = markdown::fix_lints(&text[body.clone()]);
    fixed_body
        .map(|fixed| format!("{}{fixed}{}", &text[..body.start], &text[body.end..]))
        .or(linked)
}

/// Returns the lines that differ. Changed lines stand next to each other in pairs.
fn changed_lines(before: &str, after: &str) -> Vec<ChangedLine> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let mut changed = Vec::new();
    for operation in TextDiff::from_slices(&old, &new).ops() {
        let (tag, olds, news) = operation.as_tag_tuple();
        if tag == DiffTag::Equal {
            continue;
        }
        for n in 0..olds.len().max(news.len()) {
            let (at, to) = (olds.start + n, news.start + n);
            let before = old.get(at).filter(|_| olds.contains(&at));
            let after = new.get(to).filter(|_| news.contains(&to));
            let line = 1 + if before.is_some() { at } else { to };
            let [before, after] = [before, after].map(|line| line.map(ToString::to_string));
            changed.push(ChangedLine { line, before, after });
        }
    }
    changed
}

/// Describes what `check --fix` changed, line by line.
pub(crate) fn describe_fixes(reporter: &Reporter, fixes: &Fixes) -> String {
    let mut out = String::new();
    for file in &fixes.fixed {
        let path = reporter.path(&file.path, false);
        out.push_str(&format!("{}\n", reporter.text("report/mended", vec![("path", path)])));
        for changed in file.lines.iter().filter(|_| !reporter.redact) {
            let ChangedLine { line, before, after } = changed;
            for (mark, text) in [('-', before), ('+', after)] {
                let Some(text) = text else { continue };
                let text = reporter.catalog.masked(text, Masking::Thorough);
                out.push_str(format!("{line:>5} {mark} {text}").trim_end());
                out.push('\n');
            }
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

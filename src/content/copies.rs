//! Reports items and files whose names are those of copies. A copy that a program made without being
//! asked would be published next to the original, and stay when that is withdrawn.

use std::ops::Range;

use crate::content::copy_marks::{CopyMark, Evidence, copy_marks, is_backup};
use crate::content::item::Item;
use crate::content::path::{folder_of, stem_of};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, Severity};
use crate::source::Inventory;
use crate::text::{nfc, title_key};

/// Returns whether a part of the path of a Markdown file is a name by which programs mark copies. What
/// is reported of it depends on other files.
pub(crate) fn may_be_copy(path: &str) -> bool {
    parts(path).any(|part| copy_marks(&path[part]).next().is_some())
}

/// Reports an item whose path is that of a copy. `title_of` reads the title of another item.
///
/// The severity depends on names and front matter alone, so that no build fails by the passing of
/// time: an item that names its approver must not be a copy.
pub(super) fn report_copy(
    item: &Item,
    inventory: &Inventory,
    title_of: impl Fn(&str) -> Option<String>,
    diagnostics: &mut Diagnostics,
) {
    let path = &*item.path;
    for range in parts(path) {
        let part = Part { path, range };
        let marks: Vec<CopyMark> = copy_marks(part.name()).collect();
        let Some(mark) = marks.first() else { continue };
        let evidence = marks.iter().map(|mark| mark.evidence).min();
        let original = marks.iter().find_map(|mark| part.original(mark, inventory));
        let is_same = || {
            original
                .as_deref()
                .and_then(&title_of)
                .is_some_and(|title| title_key(&title) == title_key(&item.title))
        };
        let is_copy = match evidence {
            Some(Evidence::Certain) => true,
            Some(Evidence::Numbered | Evidence::Possible) => original.is_some(),
            Some(Evidence::Counted) => is_same(),
            None => false,
        };
        let is_suspect = evidence == Some(Evidence::Numbered) && part.is_own_name();
        let severity = match (is_copy, item.approval.approver) {
            (true, Some(_)) => Severity::Error,
            (true, None) => Severity::Warning,
            (false, _) if is_suspect => Severity::Warning,
            (false, _) => continue,
        };
        diagnostics.push(Diagnostic { severity, ..copy_name(path, mark, original) });
    }
}

/// Warns about files next to items that are copies of others, or that an editor left. They are not
/// published unless an item refers to them.
pub(crate) fn report_copied_files(inventory: &Inventory, diagnostics: &mut Diagnostics) {
    for listed in &inventory.files {
        let (folder, name) = listed.path.split_at(folder_of(&listed.path).len());
        if is_backup(name) {
            let found = Diagnostic::warning(Code::CopyName, Place::file(&listed.path));
            diagnostics.push(found.arg("mark", name).help("help-backup"));
            continue;
        }
        let (stem, ending) = name.rfind('.').map_or((name, ""), |at| name.split_at(at));
        if ending == ".sig" {
            continue;
        }
        let marks: Vec<CopyMark> = copy_marks(stem).collect();
        let Some(mark) = marks.first() else { continue };
        let is_certain = marks.iter().any(|mark| mark.evidence == Evidence::Certain);
        let original = marks
            .iter()
            .filter(|mark| mark.evidence != Evidence::Counted)
            .map(|mark| format!("{folder}{}{ending}", mark.original))
            .find(|path| has_file(inventory, path));
        if is_certain || original.is_some() {
            let found = copy_name(&listed.path, mark, original);
            let help = if found.help == "help" { "help-file" } else { "help-file-original" };
            diagnostics.push(Diagnostic { severity: Severity::Warning, ..found.help(help) });
        }
    }
}

fn has_file(inventory: &Inventory, path: &str) -> bool {
    inventory.files.binary_search_by(|file| file.path.as_str().cmp(path)).is_ok()
}

fn copy_name(path: &str, mark: &CopyMark, original: Option<String>) -> Diagnostic {
    let found = Diagnostic::error(Code::CopyName, Place::file(path)).arg("mark", &*mark.text);
    match original {
        Some(original) => found.arg("original", original).help("help-original"),
        None => found,
    }
}

/// Returns the ranges of the names in a path below `content/`: of each folder, and of the file without
/// its extension and language.
fn parts(path: &str) -> impl Iterator<Item = Range<usize>> {
    let folders = path
        .match_indices('/')
        .scan(0, |start, (end, _)| Some(std::mem::replace(start, end + 1)..end));
    let start = folder_of(path).len();
    let stem = stem_of(path).map(|(stem, _)| start..start + stem.len());
    folders.skip(1).chain(stem)
}

/// A name in the path of a Markdown file.
struct Part<'p> {
    path: &'p str,
    range: Range<usize>,
}

impl<'p> Part<'p> {
    fn name(&self) -> &'p str {
        &self.path[self.range.clone()]
    }

    fn before(&self) -> &'p str {
        &self.path[..self.range.start]
    }

    fn after(&self) -> &'p str {
        &self.path[self.range.end..]
    }

    /// Returns whether the item has its name from here: from its file or, as `index.md`, from its folder.
    fn is_own_name(&self) -> bool {
        self.after().starts_with("/index.") || !self.after().contains('/')
    }

    /// Returns the path of what the part is a copy of, by its mark. An item may be one file or a folder
    /// of its own.
    fn original(&self, mark: &CopyMark, inventory: &Inventory) -> Option<String> {
        let (before, after) = (self.before(), self.after());
        let original = format!("{before}{}", mark.original);
        let other_form = match after.strip_prefix("/index") {
            Some(ending) => format!("{original}{ending}"),
            None => format!("{original}/index{after}"),
        };
        let document = [format!("{original}{after}"), other_form]
            .iter()
            .find_map(|path| inventory.document(path, nfc))
            .map(str::to_owned);
        let folder = format!("{original}/");
        let first = inventory.documents.partition_point(|listed| listed.path < folder);
        let next = inventory.documents.get(first);
        let has_folder = next.is_some_and(|listed| listed.path.starts_with(&folder));
        let is_folder = after.starts_with('/') && mark.evidence != Evidence::Counted;
        document.or_else(|| (is_folder && has_folder).then_some(folder))
    }
}

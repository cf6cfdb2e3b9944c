//! Which items errors make invalid.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::build::arrange::{check_names, check_urls, find_item};
use crate::build::project::Project;
use crate::config::Policy;
use crate::content::{Item, folder_of};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, REFERRER, Severity};
use crate::gate::is_approved;
use crate::source::Inventory;

/// Reports names and URLs that two items have, and removes the items that must give way, until no
/// more are found. Items are sorted by path. Returns the removed ones.
pub(crate) fn remove_conflicting(
    project: &Project,
    inventory: &Inventory,
    at: Timestamp,
    items: &mut Vec<Item>,
    diagnostics: &mut Diagnostics,
) -> Vec<Item> {
    let scope = ErrorScope { policy: &project.config.policy, inventory, at };
    let mut removed = Vec::new();
    loop {
        let mut conflicts = Diagnostics::default();
        check_names(items, &mut conflicts);
        check_urls(project, items, &mut conflicts);
        let invalid = scope.invalid(&conflicts, items);
        // Of two items the removed one is listed with the error.
        conflicts.amend(Code::SameUrl, |found| {
            let other = found.args.iter_mut().find(|(name, _)| *name == "other");
            let Some((_, other)) = other else { return };
            if invalid.contains(other.as_str()) && !invalid.contains(&found.place.file) {
                std::mem::swap(other, &mut found.place.file);
            }
        });
        diagnostics.append(conflicts);
        let before = removed.len();
        removed.extend(items.extract_if(.., |item| invalid.contains(item.path.as_ref())));
        if removed.len() == before {
            return removed;
        }
    }
}

/// Finds the items that errors make invalid.
pub(super) struct ErrorScope<'a> {
    /// Who may approve.
    pub policy: &'a Policy,
    /// The files of the portal.
    pub inventory: &'a Inventory,
    /// The instant of judgement.
    pub at: Timestamp,
}

impl ErrorScope<'_> {
    /// Returns the paths of Markdown files that errors make invalid, and folders that could not be
    /// read.
    pub(super) fn invalid(&self, diagnostics: &Diagnostics, items: &[Item]) -> BTreeSet<String> {
        let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error);
        let mut invalid = BTreeSet::new();
        for error in errors {
            if matches!(error.code, Code::SameUrl | Code::SameName) {
                invalid.extend(self.conflicting(error, items));
            } else {
                match error.value(REFERRER) {
                    Some(item) => invalid.extend([item.to_owned()]),
                    None => invalid.extend(self.affected(&error.place.file)),
                }
            }
        }
        invalid
    }

    /// Returns the Markdown files that an error in a file affects.
    ///
    /// A Markdown file affects itself, a signature its Markdown file, and any other file the items
    /// that own its folder: who refers to it is not known. An error of a folder (a path that ends with `/`) affects the items in it.
    fn affected(&self, file: &str) -> Vec<String> {
        let signed = file.strip_suffix(".sig").filter(|signed| signed.ends_with(".md"));
        let file = signed.unwrap_or(file);
        if file.ends_with(".md") {
            return vec![file.to_owned()];
        }
        let folder = folder_of(file);
        let is_owner = |path: &str| {
            let name = &path[folder.len()..];
            (name.starts_with("index.") || name.starts_with("_index.")) && !name.contains('/')
        };
        let documents = self.inventory.documents.iter().map(|listed| listed.path.as_str());
        let owners = documents.filter(|path| path.starts_with(folder) && is_owner(path));
        let folder = file.ends_with('/').then_some(file);
        let affected = owners.chain(folder).map(str::to_owned);
        if file.starts_with("content/") { affected.collect() } else { Vec::new() }
    }

    /// Of two items with the same URL or the same name, returns the one that is not approved, or
    /// both if both or neither are.
    fn conflicting(&self, error: &Diagnostic, items: &[Item]) -> Vec<String> {
        // If the place is a file of an item, an argument names the item.
        let at = error.value("item").unwrap_or(&error.place.file);
        let other = error.value("other_item").or_else(|| error.value("other")).unwrap_or("");
        let mut paths: BTreeSet<&str> = BTreeSet::from([at, other]);
        paths.retain(|path| path.starts_with("content/") && path.ends_with(".md"));
        let both: Vec<&Item> = paths.iter().filter_map(|path| find_item(items, path)).collect();
        // One of a pair that an earlier pass decided on is gone.
        if both.len() < paths.len() {
            return Vec::new();
        }
        let approved = |item: &&&Item| is_approved(item, self.policy, self.at);
        let spares_one = both.len() == 2 && both.iter().filter(approved).count() == 1;
        let conflicting = both.iter().filter(|item| !spares_one || !approved(item));
        conflicting.map(|item| item.path.to_string()).collect()
    }
}

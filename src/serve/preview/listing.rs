//! The files under `content/`, as they were listed at one time.

use std::collections::BTreeSet;

use crate::diagnostics::Diagnostics;
use crate::source::{Inventory, Listed, Portal, Stamp};

/// A listing of the files under `content/`.
#[derive(Debug)]
pub struct Listing {
    /// Markdown files and other files.
    pub(super) inventory: Inventory,
    /// Errors about entries that a portal must not contain.
    pub(super) refused: Diagnostics,
}

impl Listing {
    /// Lists the files of a portal.
    pub fn of(portal: &Portal) -> Self {
        let mut refused = Diagnostics::default();
        let inventory = portal.inventory(&mut refused);
        Self { inventory, refused }
    }

    /// Checks whether a Markdown file is listed.
    pub(super) fn has_document(&self, path: &str) -> bool {
        let documents = &self.inventory.documents;
        documents.binary_search_by(|listed| listed.path.as_str().cmp(path)).is_ok()
    }

    /// Checks whether anything is listed at this path, or inside it.
    pub(super) fn has(&self, path: &str) -> bool {
        let is_at_path = |listed: &str| {
            let rest = listed.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let contains = |list: &[Listed]| {
            let first = list.partition_point(|listed| listed.path.as_str() < path);
            let candidates = list[first..].iter().take_while(|l| l.path.starts_with(path));
            candidates.into_iter().any(|listed| is_at_path(&listed.path))
        };
        let Inventory { documents, files, .. } = &self.inventory;
        let is_refused = || self.refused.iter().any(|d| is_at_path(&d.place.file));
        contains(documents) || contains(files) || is_refused()
    }

    /// Returns the paths that differ between two listings.
    pub(super) fn differences(&self, other: &Self) -> BTreeSet<String> {
        let (before, after) = (self.entries(), other.entries());
        before.symmetric_difference(&after).map(|(path, _)| (*path).to_owned()).collect()
    }

    /// Everything listed, files with their stamps.
    fn entries(&self) -> BTreeSet<(&str, Option<Stamp>)> {
        let Inventory { documents, files, .. } = &self.inventory;
        let listed = documents.iter().chain(files).map(|listed| (&*listed.path, listed.stamp));
        listed.chain(self.refused.iter().map(|d| (&*d.place.file, None))).collect()
    }
}

//! What a change of files affects in the preview.

use std::collections::BTreeSet;

use crate::build::Project;
use crate::serve::watch::FileChange;

/// What a change of files affects.
#[derive(Default)]
pub(super) struct ChangeScope {
    /// Paths under `content/`.
    pub items: BTreeSet<String>,
    /// Style sheets that are copied unchanged.
    pub styles: Vec<String>,
    /// Whether settings, theme or static files must be loaded again.
    pub project: bool,
}

impl ChangeScope {
    /// Determines what a change of files affects.
    pub(super) fn of(project: &Project, change: FileChange) -> Self {
        let mut scope = Self { project: change.rescan, ..Self::default() };
        if change.rescan {
            scope.items.insert("content".to_owned());
        }
        for path in change.paths {
            let path = path.to_string_lossy().into_owned();
            // Temporary files of editors come and go.
            let may_be_temporary = ["themes/", "static/"].iter().any(|top| path.starts_with(top));
            if may_be_temporary && !project.portal.has(&path) && !project.has_file(&path) {
                continue;
            }
            if path == "content" || path.starts_with("content/") {
                scope.items.insert(path);
            } else if path.ends_with(".css") && project.has_asset(&path) {
                scope.styles.push(path);
            } else {
                scope.project = true;
            }
        }
        scope
    }
}

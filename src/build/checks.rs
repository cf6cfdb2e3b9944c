//! Rules that decide whether the result of a build may be published.

use jiff::Timestamp;

use crate::build::project::Project;
use crate::build::{Build, ItemStatus};
use crate::content::Item;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, Severity};
use crate::gate::{Change, Reason, Verdict};
use crate::output::{CurrentOutput, ManifestFile};
use crate::site::LeavingFile;

/// Warns about templates of the theme for kinds that are not declared and that no item has. The verdicts
/// make no difference.
pub(crate) fn check_kind_templates(
    project: &Project,
    items: &[Item],
    diagnostics: &mut Diagnostics,
) {
    let Some(theme) = &project.theme else { return };
    let declared = project.config.kinds.ids();
    let of_items = items.iter().map(|item| item.details.kind.as_ref());
    theme.report_unused_kinds(&declared.chain(of_items).collect(), diagnostics);
}

impl ItemStatus {
    /// Returns what changes next without an edit. Returns `None` if nothing does, or if the item has
    /// errors.
    pub fn next_change(&self) -> Option<Change> {
        if self.invalid {
            return None;
        }
        self.judgement.as_ref()?.next_change()
    }
}

impl Build {
    /// Reports an error and returns `true` if the build would publish nothing, although something that
    /// is in the output has not ended yet.
    pub(crate) fn report_empty_site(&mut self, current: &CurrentOutput, at: Timestamp) -> bool {
        let has_failed = self.diagnostics.has_errors() && !self.left_out;
        if self.count(Verdict::Published) > 0 || has_failed {
            return false;
        }
        let may_leave = |file: &ManifestFile| {
            let until = file.until.as_deref().and_then(|until| until.parse::<Timestamp>().ok());
            self.owners.may_leave(LeavingFile {
                path: &file.path,
                item: file.item.as_deref(),
                names_items: current.names_items,
                has_ended: until.is_some_and(|until| until <= at),
            })
        };
        let mut leaving = current.manifest.values().filter(|file| !self.makes(&file.path));
        if current.exists && leaving.all(may_leave) {
            return false;
        }
        self.diagnostics.push(Diagnostic::error(Code::EmptySite, Place::file("content")));
        true
    }

    /// Reports for `check` that a build would publish nothing: as a warning if nothing was ever built and no
    /// item names an approver, because a new portal is no mistake.
    pub(crate) fn check_empty_site(&mut self, current: &CurrentOutput, at: Timestamp) {
        let is_draft = |status: &ItemStatus| {
            let judgement = status.judgement.as_ref();
            judgement.is_some_and(|judgement| {
                judgement.reasons.iter().any(|reason| matches!(reason, Reason::NoApprover(_)))
            })
        };
        let is_new =
            !current.exists && !self.records.is_empty() && self.records.iter().all(is_draft);
        if self.report_empty_site(current, at) && is_new {
            self.diagnostics.amend(Code::EmptySite, |diagnostic| {
                diagnostic.severity = Severity::Warning;
                diagnostic.help = "help-new";
            });
        }
    }

    /// Reports an error for each unapproved item, and returns whether there are any. The function
    /// returns the reasons in words.
    pub(crate) fn report_unapproved(&mut self, reasons: impl Fn(&ItemStatus) -> String) -> bool {
        let is_unapproved = |status: &&ItemStatus| status.verdict() == Verdict::Unapproved;
        let mut any = false;
        for status in self.records.iter().filter(is_unapproved) {
            let diagnostic = Diagnostic::error(Code::Unapproved, Place::file(&status.path));
            self.diagnostics.push(diagnostic.arg("reason", reasons(status)));
            any = true;
        }
        any
    }
}

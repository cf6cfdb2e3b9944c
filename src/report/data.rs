//! The data that a report is made of.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::build::{Build, ItemStatus, Project};
use crate::config::Config;
use crate::gate::Verdict;
use crate::output::CurrentOutput;
use crate::publish::Changes;
use crate::site::output_of;
use crate::source::Sha256Digest;

/// Everything that a report is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Report<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The instant of judgement.
    pub at: Timestamp,
    /// What was built.
    pub build: &'a Build,
    /// What was written, if anything was.
    pub changes: Option<&'a Changes>,
    /// The output as it was before the run.
    pub current: &'a CurrentOutput,
    /// Digest of settings, theme and `static/`.
    pub trust: Sha256Digest,
    /// Paths of the files that `check --fix` changed, if it was asked for.
    pub fixed: Option<&'a [String]>,
}

impl<'a> Report<'a> {
    /// Creates the report of a run that wrote nothing.
    pub(crate) fn new(
        project: &'a Project,
        build: &'a Build,
        current: &'a CurrentOutput,
        at: Timestamp,
    ) -> Self {
        let (config, trust) = (&project.config, project.trust);
        Self { config, at, build, changes: None, current, trust, fixed: None }
    }

    /// Returns the URLs that are still in the output although they have ended. Returns none for a run
    /// that wrote the output.
    pub(super) fn overdue(&self) -> BTreeSet<String> {
        if self.changes.is_some() {
            return BTreeSet::new();
        }
        let has_ended =
            |until: &str| until.parse::<Timestamp>().is_ok_and(|until| until <= self.at);
        let mut overdue: BTreeSet<String> = self
            .current
            .manifest
            .values()
            .filter(|file| file.until.as_deref().is_some_and(has_ended))
            .map(|file| file.path.strip_suffix("index.html").unwrap_or(&file.path).to_owned())
            .collect();
        for status in &self.build.records {
            let is_over = matches!(status.verdict(), Verdict::Withdrawn | Verdict::Expired);
            if is_over && self.was_published(status) && !self.is_tombstone(status) {
                overdue.extend(status.url.clone());
            }
        }
        overdue
    }

    /// Whether the output already contains the page that is left at the URL of an ended item.
    fn is_tombstone(&self, status: &ItemStatus) -> bool {
        let path = output_of(status.url.as_deref().unwrap_or(""));
        let page = self.current.manifest.get(&path);
        page.is_some_and(|file| self.build.makes_same(&path, &file.sha256))
    }

    /// Whether the output has a page for an item.
    pub(super) fn was_published(&self, status: &ItemStatus) -> bool {
        let url = status.url.as_deref().filter(|url| !url.is_empty());
        url.is_some_and(|url| self.current.manifest.contains_key(&output_of(url)))
    }
}

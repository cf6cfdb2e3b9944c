//! Builds a site: loads items, judges and arranges them, renders their pages and stages what differs
//! from the output. A build without errors becomes a [`Release`].

mod arrange;
mod checks;
mod columns;
mod examine;
mod exclude;
mod file_check;
mod files;
mod inspect;
mod inspect_file;
mod inspect_text;
mod inspected_item;
mod load;
mod progress;
mod project;
mod same_titles;
mod seen_text;
mod status;
mod text_layout;
mod write;

pub(crate) use arrange::{
    Arranged, Arrangement, arrange, check_names, check_translations, check_urls,
};
pub(crate) use checks::check_kind_templates;
pub use examine::Scope;
pub(crate) use examine::{ItemFacts, WriteContext, examine};
pub(crate) use exclude::remove_conflicting;
pub(crate) use files::{Sink, unused_files};
pub(crate) use inspect_file::is_photograph;
pub use load::ProjectError;
pub(crate) use load::ProjectSource;
pub use progress::{BuildPhase, Progress};
pub use project::{Project, TrustFile, read_config, signers_file};
pub(crate) use same_titles::check_titles;
pub(crate) use status::statuses;
pub use status::{ItemEntry, ItemStatus, WaivedFinding, WithdrawalNote};
pub(crate) use write::{dead_anchors, item_on_page, write_site};

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::build::arrange::{find_item, unclaimed};
use crate::build::exclude::ErrorScope;
use crate::build::write::WrittenSite;
use crate::config::Config;
use crate::content::{Item, ItemLoader, report_copied_files};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Failure, Severity, par_map};
use crate::gate::{Admitted, Judgement, Verdict, judge_all};
use crate::output::{Stage, Written, item_key};
use crate::site::Owners;
use crate::source::{Inventory, hex};
use crate::text::compare_paths;

/// What errors under `content/` do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnError {
    /// The build fails.
    Fail,
    /// The items concerned are left out, and the rest is published.
    SkipItems,
}

/// How to build.
#[derive(Debug, Clone, Copy)]
pub struct BuildOptions {
    /// The instant of judgement.
    pub at: Timestamp,
    /// How thorough the build is.
    pub scope: Scope,
    /// What errors do.
    pub faults: OnError,
}

/// The files of a build without errors. Only [`Build::release`] creates it, and `publish` takes
/// nothing else.
#[derive(Debug)]
pub struct Release(Vec<Written>);

impl Release {
    /// All files, sorted by path.
    pub fn files(&self) -> &[Written] {
        &self.0
    }
}

/// The result of a build.
#[derive(Debug)]
pub struct Build {
    /// The status of every item, by path.
    pub records: Vec<ItemStatus>,
    /// All diagnostics.
    pub diagnostics: Diagnostics,
    /// Whether items were left out because of errors.
    pub left_out: bool,
    /// Which files may leave an output that becomes empty. Empty while any item is published.
    pub owners: Owners,
    /// The number of pages.
    pub pages: usize,
    /// The number of files in the output.
    pub file_count: usize,
    fatal: bool,
    files: Vec<Written>,
}

impl Build {
    /// Counts the items with a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.records.iter().filter(|status| status.verdict() == verdict).count()
    }

    /// When what readers see first changes by itself. `None` if it never does.
    pub fn next_change(&self) -> Option<Timestamp> {
        self.records.iter().filter_map(|status| Some(status.next_change()?.at)).min()
    }

    /// Checks whether the output has a file at a path.
    pub fn makes(&self, path: &str) -> bool {
        self.files.binary_search_by(|file| file.path.as_str().cmp(path)).is_ok()
    }

    /// Checks whether the output has a file with this digest at a path.
    pub fn makes_same(&self, path: &str, digest: &str) -> bool {
        let place = self.files.binary_search_by(|file| file.path.as_str().cmp(path));
        place.is_ok_and(|n| hex(&self.files[n].digest) == digest)
    }

    /// Takes the files to publish. Returns `None` if an error prevents publishing.
    pub fn release(&mut self) -> Option<Release> {
        (!self.fatal).then(|| Release(std::mem::take(&mut self.files)))
    }
}

/// Builds the site of a project. With a stage, files that differ from the output are staged.
///
/// With [`OnError::SkipItems`], passes are repeated without the items that have errors until no new
/// ones appear. A pass whose bodies have such errors renders no pages.
///
/// # Examples
///
/// ```
/// use prakat::build::{BuildOptions, OnError, Progress, Project, Scope, build};
/// use prakat::gate::Verdict;
/// use prakat::source::Portal;
///
/// let folder = tempfile::tempdir()?;
/// let settings = r#"
///     [site]
///     title = "Town"
///     base_url = "https://town.example/"
///     language = "en"
///     timezone = "Asia/Bangkok"
///     [[categories]]
///     id = "news"
///     title = "News"
///     [people.mayor]
///     name = "The mayor"
///     approves = ["*"]
/// "#;
/// std::fs::write(folder.path().join("site.toml"), settings)?;
/// std::fs::create_dir_all(folder.path().join("content/news"))?;
/// for (name, approver) in [("flood", "approver: mayor"), ("draft", "")] {
///     let front_matter =
///         format!("title: {name}\ncategory: news\npublish_from: 2026-01-01\n{approver}");
///     let path = folder.path().join(format!("content/news/{name}.md"));
///     std::fs::write(path, format!("---\n{front_matter}\n---\n"))?;
/// }
///
/// let project = Project::load(&Portal::at(folder.path()), None).expect("settings without errors");
/// let at = "2026-11-22T02:00:00Z".parse()?;
/// let options = BuildOptions { at, scope: Scope::Build, faults: OnError::Fail };
/// let mut built = build(&project, &options, None, &Progress::default()).expect("a build");
/// assert_eq!(built.count(Verdict::Published), 1);
/// assert_eq!(built.count(Verdict::Unapproved), 1);
/// let release = built.release().expect("no errors");
/// assert!(release.files().iter().any(|file| file.path == "news/flood/index.html"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn build(
    project: &Project,
    options: &BuildOptions,
    stage: Option<&Stage>,
    progress: &Progress,
) -> Result<Build, Failure> {
    let mut builder = Builder::new(project, options, progress);
    let mut items = builder.load_items();
    let mut invalid = builder.invalid(&builder.diagnostics, &items);
    let mut excluded: Vec<Item> = Vec::new();
    let mut are_translations_checked = false;
    loop {
        // Again before every pass: of three items with one URL, two may be left.
        builder.check_conflicts(&items);
        let conflicting = builder.invalid(&builder.diagnostics, &items);
        if options.faults == OnError::SkipItems && !conflicting.is_subset(&invalid) {
            invalid.extend(conflicting);
            items = exclude(items, &invalid, &mut excluded);
            continue;
        }
        // Only now, because of two originals with one name one may have been left out.
        if !std::mem::replace(&mut are_translations_checked, true) {
            check_translations(&items, &builder.inventory, &mut builder.diagnostics);
            check_titles(&items, &mut builder.diagnostics);
            check_kind_templates(project, &items, &mut builder.diagnostics);
            invalid.extend(builder.invalid(&builder.diagnostics, &items));
        }
        // Nothing may be staged that the disk would refuse, such as two files with one path.
        let stops = builder.diagnostics.iter().any(|found| stops(found, options.faults));
        let stage = stage.filter(|_| !stops && project.theme.is_some());
        items = exclude(items, &invalid, &mut excluded);
        let mut pass = builder.pass(items, &excluded, &invalid, stage)?;
        let mut diagnostics = builder.diagnostics.clone();
        diagnostics.append(std::mem::take(&mut pass.written.diagnostics));
        let mut now_invalid = builder.invalid(&diagnostics, &pass.items);
        now_invalid.extend(invalid.iter().cloned());
        if options.faults == OnError::Fail || now_invalid == invalid {
            return builder.finish(pass, &excluded, &now_invalid, diagnostics);
        }
        if let Some(stage) = stage {
            stage.clear()?;
        }
        // The next pass does not report again what is left out now.
        builder.diagnostics = diagnostics;
        invalid = now_invalid;
        items = pass.items;
    }
}

/// Moves the invalid items to the excluded ones and returns the others.
fn exclude(items: Vec<Item>, invalid: &BTreeSet<String>, excluded: &mut Vec<Item>) -> Vec<Item> {
    if invalid.is_empty() {
        return items;
    }
    let is_valid = |item: &Item| !invalid.contains(item.path.as_ref());
    let (valid, more): (Vec<Item>, Vec<Item>) = items.into_iter().partition(is_valid);
    excluded.extend(more);
    valid
}

/// The result of a pass.
struct Pass {
    /// The items that took part, sorted by path.
    items: Vec<Item>,
    /// The judgement on each of them.
    judgements: Vec<Judgement>,
    written: WrittenSite,
}

/// Runs the passes of a build.
struct Builder<'a> {
    project: &'a Project,
    options: &'a BuildOptions,
    progress: &'a Progress,
    inventory: Inventory,
    diagnostics: Diagnostics,
}

impl<'a> Builder<'a> {
    /// Lists the files of the portal.
    fn new(project: &'a Project, options: &'a BuildOptions, progress: &'a Progress) -> Self {
        progress.begin(BuildPhase::Survey);
        let mut diagnostics = project.diagnostics.clone();
        if let Some(warning) = security_expiry(&project.config, options.at) {
            diagnostics.push(warning);
        }
        let inventory = project.portal.inventory(&mut diagnostics);
        report_copied_files(&inventory, &mut diagnostics);
        progress.expect(inventory.documents.len() * 2);
        Self { project, options, progress, inventory, diagnostics }
    }

    /// Loads every Markdown file once. Returns the items sorted by path.
    fn load_items(&mut self) -> Vec<Item> {
        let loader = ItemLoader {
            portal: &self.project.portal,
            config: &self.project.config,
            inventory: &self.inventory,
        };
        let progress = self.progress;
        let items =
            par_map(&self.inventory.documents, &mut self.diagnostics, |listed, diagnostics| {
                progress.step();
                loader.load(&listed.path, diagnostics)
            });
        let mut items: Vec<Item> = items.into_iter().flatten().collect();
        items.shrink_to_fit();
        items.sort_by(|a, b| compare_paths(&a.path, &b.path));
        items
    }

    /// Reports names and URLs that two items have.
    fn check_conflicts(&mut self, items: &[Item]) {
        check_names(items, &mut self.diagnostics);
        check_urls(self.project, items, &mut self.diagnostics);
    }

    /// Returns the paths of items that errors make invalid.
    fn invalid(&self, diagnostics: &Diagnostics, items: &[Item]) -> BTreeSet<String> {
        let (policy, inventory) = (&self.project.config.policy, &self.inventory);
        ErrorScope { policy, inventory, at: self.options.at }.invalid(diagnostics, items)
    }

    /// Judges and arranges the items, then renders and writes their pages.
    fn pass(
        &self,
        items: Vec<Item>,
        excluded: &[Item],
        invalid: &BTreeSet<String>,
        stage: Option<&Stage>,
    ) -> Result<Pass, Failure> {
        self.progress.begin(BuildPhase::Judge);
        let (project, at) = (self.project, self.options.at);
        let arrangement = Arrangement { project, at, judge: judge_all, excluded, invalid };
        let Arranged { site, withheld, judgements, diagnostics } = arrange(items, &arrangement);
        let context = WriteContext {
            portal: &project.portal,
            theme: project.theme.as_ref(),
            assets: &project.assets,
            files: &self.inventory.files,
            checker: Some(&project.checker),
            scope: self.options.scope,
            at,
            progress: self.progress,
        };
        let sink = stage.map_or(Sink::Discard, Sink::Stage);
        // Another pass follows if bodies make further items invalid.
        let is_repeated = |found: &Diagnostics| !self.invalid(found, &[]).is_subset(invalid);
        let ends_early: Option<&dyn Fn(&Diagnostics) -> bool> =
            (self.options.faults == OnError::SkipItems).then_some(&is_repeated);
        let mut written = write_site(&context, &site, &withheld, sink, ends_early)?;
        written.diagnostics.append(diagnostics);
        let mut items: Vec<Item> = site.into_items().into_iter().map(Admitted::into_item).collect();
        items.extend(withheld.into_iter().map(|withheld| withheld.item));
        items.sort_by(|a, b| compare_paths(&a.path, &b.path));
        // Every file that is written was checked for conflicts with all others.
        if cfg!(debug_assertions) {
            let unclaimed = unclaimed(project, &items, &written.files);
            assert!(unclaimed.is_empty(), "nobody claims {unclaimed:?}");
        }
        Ok(Pass { items, judgements, written })
    }

    /// The result of the build, after its last pass.
    fn finish(
        self,
        pass: Pass,
        excluded: &[Item],
        invalid: &BTreeSet<String>,
        diagnostics: Diagnostics,
    ) -> Result<Build, Failure> {
        let Pass { items, judgements, written } = pass;
        let config = &self.project.config;
        let judged = items.iter().zip(judgements.into_iter().map(Some));
        let all = judged.chain(excluded.iter().map(|item| (item, None)));
        let documents = self.inventory.documents.iter().map(|listed| listed.path.as_str());
        let mut records = statuses(all, documents, |path| invalid.contains(path));
        for status in &mut records {
            let waivers = written.waived.get(&status.path).zip(find_item(&items, &status.path));
            if let Some((waivers, item)) = waivers {
                status.add_waived(item, waivers, &config.policy.people);
            }
        }
        let owners = if records.iter().any(|status| status.verdict() == Verdict::Published) {
            Owners::default()
        } else {
            Owners::at(items.iter().chain(excluded), config, self.options.at, item_key)
        };
        let on_error = self.options.faults;
        let left_out = on_error == OnError::SkipItems && diagnostics.has_errors();
        let mut stopping = diagnostics.iter().filter(|found| stops(found, on_error)).peekable();
        let first = stopping.peek().map(|diagnostic| diagnostic.place.file.clone());
        if let Some(path) = first.filter(|_| stopping.all(|d| d.code == Code::Changed)) {
            return Err(Failure::new(Code::ChangedWhileBuilding).arg("path", path));
        }
        let WrittenSite { files, is_whole, pages, .. } = written;
        let fatal = !is_whole || diagnostics.iter().any(|found| stops(found, on_error));
        let file_count = files.len();
        Ok(Build { records, diagnostics, left_out, owners, pages, file_count, fatal, files })
    }
}

/// Checks whether a diagnostic is an error that stops the build.
fn stops(diagnostic: &Diagnostic, on_error: OnError) -> bool {
    let is_error = diagnostic.severity == Severity::Error;
    is_error && (on_error == OnError::Fail || always_stops(diagnostic))
}

/// Checks whether an error stops the build because no item can be left out for it: it is outside
/// `content/`, or concerns all of it.
fn always_stops(error: &Diagnostic) -> bool {
    let file = error.place.file.as_str();
    matches!(file, "content" | "content/") || !file.starts_with("content/")
}

/// How long before its expiry `security.txt` is warned about.
const SECURITY_NOTICE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Warns about a `security.txt` that expires soon or has expired. This is never an error, because a
/// build that fails for it would keep expired items on the site.
fn security_expiry(config: &Config, at: Timestamp) -> Option<Diagnostic> {
    let security = config.security.as_ref()?;
    let left = security.expires.duration_since(at);
    let code = if left <= SignedDuration::ZERO { Code::SecurityEnded } else { Code::SecurityEnds };
    let warning = Diagnostic::warning(code, security.expires_at.clone());
    (left <= SECURITY_NOTICE).then_some(warning)
}

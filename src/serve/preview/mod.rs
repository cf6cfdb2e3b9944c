//! A portal in memory: loaded, judged and arranged as for a build. Pages are rendered on request, and
//! an edit of one item reloads that item, not the site.

mod listing;
mod lookup;

pub(crate) use listing::Listing;
pub use lookup::{Lookup, PreviewPage, StaticFile};

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;

use crate::build::{
    Arranged, Arrangement, ItemFacts, ItemStatus, Progress, Project, Scope, WriteContext, arrange,
    check_kind_templates, check_titles, check_translations, dead_anchors, examine,
    remove_conflicting, statuses, unused_files,
};
use crate::config::LanguageId;
use crate::content::{Item, ItemLoader, folder_of, may_be_copy, owns_folder, report_copied_files};
use crate::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::gate::{
    Admitted, Judgement, Original, Withheld, admit_again, admit_all_for_preview, judge_all,
};
use crate::render::{AssetSource, Buffers, LayoutCache};
use crate::search::Search;
use crate::site::{ItemId, Site};
use crate::source::{Inventory, Stamp};
use crate::text::{compare_paths, nfc};

/// How many bodies are processed at a time, between requests.
const BATCH: usize = 64;

/// What a preview shows.
#[derive(Debug, Clone, Copy)]
pub struct PreviewOptions {
    /// The instant of judgement.
    pub at: Timestamp,
    /// Whether withheld items are shown, too.
    pub shows_withheld: bool,
}

/// What an edit changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// Nothing.
    Unchanged,
    /// The item. The preview is up to date.
    Applied,
    /// The item cannot be read any more. The preview keeps its last valid state.
    Invalid,
    /// More than this item. The preview must be reloaded.
    NeedsReload,
}

/// A body that was not checked yet.
#[derive(Debug, Clone, Copy)]
enum Unchecked {
    Item(ItemId),
    Withheld(usize),
}

/// Results of checking bodies.
#[derive(Debug, Default)]
struct Checks {
    left: Vec<Unchecked>,
    facts: BTreeMap<ItemId, ItemFacts>,
    stub_facts: BTreeMap<u32, ItemFacts>,
    diagnostics: BTreeMap<Box<str>, Diagnostics>,
}

/// The search index. It is built on demand.
#[derive(Debug, Default)]
enum PreviewIndex {
    /// Not requested since the last edit.
    #[default]
    None,
    /// In progress, with the items that are not indexed yet.
    Begun(Search<'static>, Vec<ItemId>),
    /// Complete: its files, by path.
    Complete(BTreeMap<String, Vec<u8>>),
}

/// Everything that was read under `content/`.
struct LoadedItems {
    listing: Listing,
    items: Vec<Item>,
    /// Diagnostics of single files. Files without any have no entry.
    by_file: BTreeMap<String, Diagnostics>,
}

/// A portal as it is now.
#[derive(Debug)]
pub struct Preview {
    project: Arc<Project>,
    options: PreviewOptions,
    listing: Listing,
    site: Site,
    withheld: Vec<Withheld>,
    /// Items that give way to others with the same URL or the same name.
    excluded: Vec<Item>,
    /// By path.
    judgements: Vec<(Box<str>, Judgement)>,
    /// When the first of them changes by itself.
    next_change: Option<Timestamp>,
    layouts: Option<LayoutCache>,
    buffers: Buffers,
    /// Diagnostics of single files. Files without any have no entry.
    by_file: BTreeMap<String, Diagnostics>,
    /// Diagnostics of several files together.
    across_files: Diagnostics,
    checks: Checks,
    /// Style sheets that changed after the project was loaded.
    changed_styles: BTreeMap<String, Stamp>,
    index: PreviewIndex,
    /// The manifest and its parts. Empty if not requested since the last edit.
    manifest: BTreeMap<String, Vec<u8>>,
    progress: Progress,
}

impl Preview {
    /// Loads every item of a project.
    pub fn load(project: Arc<Project>, options: PreviewOptions) -> Self {
        let listing = Listing::of(&project.portal);
        let (items, by_file) = load_items(&project, &listing.inventory, |_| true);
        Self::assemble(project, options, LoadedItems { listing, items, by_file })
    }

    /// Loads every item again, with the same project and at the same instant.
    pub fn load_again(&mut self) {
        *self = Self::load(Arc::clone(&self.project), self.options);
    }

    /// Judges and arranges items. Nothing is read.
    fn assemble(project: Arc<Project>, options: PreviewOptions, loaded: LoadedItems) -> Self {
        let LoadedItems { listing, mut items, by_file } = loaded;
        let mut across_files = listing.refused.clone();
        items.sort_by(|a, b| compare_paths(&a.path, &b.path));
        let inventory = &listing.inventory;
        report_copied_files(inventory, &mut across_files);
        let excluded =
            remove_conflicting(&project, inventory, options.at, &mut items, &mut across_files);
        check_translations(&items, inventory, &mut across_files);
        check_titles(&items, &mut across_files);
        check_kind_templates(&project, &items, &mut across_files);
        let paths: Vec<Box<str>> = items.iter().map(|item| item.path.clone()).collect();
        let is_loaded = |path: &str| {
            paths.binary_search_by(|p| compare_paths(p, path)).is_ok()
                || excluded.iter().any(|item| item.path.as_ref() == path)
        };
        let invalid = by_file.iter().filter(|(_, diagnostics)| diagnostics.has_errors());
        let invalid: BTreeSet<String> =
            invalid.map(|(path, _)| path).filter(|path| !is_loaded(path)).cloned().collect();
        let judge = if options.shows_withheld { admit_all_for_preview } else { judge_all };
        let arrangement = Arrangement {
            project: &project,
            at: options.at,
            judge,
            excluded: &excluded,
            invalid: &invalid,
        };
        let Arranged { site, withheld, judgements, diagnostics } = arrange(items, &arrangement);
        across_files.append(diagnostics);
        let mut checks = Checks::default();
        let will_open = withheld.iter().enumerate().filter(|(_, withheld)| withheld.will_open);
        checks.left.extend(will_open.map(|(n, _)| Unchecked::Withheld(n)));
        checks.left.extend(site.items().map(|(id, _)| Unchecked::Item(id)));
        Self {
            project,
            options,
            listing,
            site,
            withheld,
            excluded,
            next_change: judgements.iter().filter_map(|j| Some(j.next_change()?.at)).min(),
            judgements: paths.into_iter().zip(judgements).collect(),
            layouts: None,
            buffers: Buffers::default(),
            by_file,
            across_files,
            checks,
            changed_styles: BTreeMap::new(),
            index: PreviewIndex::None,
            manifest: BTreeMap::new(),
            progress: Progress::default(),
        }
    }

    /// Applies changes under `content/`, given as paths from the portal's root, and returns whether
    /// there were any. Reloads the preview only if more changed than the text of single items.
    pub fn apply(mut self, changed: &BTreeSet<String>, at: Timestamp) -> (Self, bool) {
        // Every path, even after one that needs a reload: `update_item` reports its errors.
        let updates: Vec<Update> = changed.iter().map(|path| self.update_item(path)).collect();
        let is_changed = updates.iter().any(|update| *update != Update::Unchanged);
        let needs_reload = updates.contains(&Update::NeedsReload);
        (if needs_reload { self.reload(changed, at) } else { self }, is_changed)
    }

    /// Returns the paths that differ between this preview and a later listing of the portal.
    pub fn differences(&self, later: &Listing) -> BTreeSet<String> {
        self.listing.differences(later)
    }

    /// Judges and arranges all items again at an instant, after changes. Reads only what changed. An
    /// item that cannot be read any more keeps its last valid state.
    pub fn reload(self, changed: &BTreeSet<String>, at: Timestamp) -> Self {
        let (project, options) = (Arc::clone(&self.project), PreviewOptions { at, ..self.options });
        let changed_styles = self.changed_styles.clone();
        let LoadedItems { items: old, by_file: mut kept, .. } = self.into_items();
        let listing = Listing::of(&project.portal);
        let old_paths: BTreeSet<&str> = old.iter().map(|item| item.path.as_ref()).collect();
        // Changes of other files may fix an item, or break it: one that it names, or one that could not
        // be read for a moment. The original of a copy may come or go.
        let has_errors = |path: &str| kept.get(path).is_some_and(Diagnostics::has_errors);
        let names_missing =
            |item: &&Item| item.named_items().iter().any(|other| !listing.has_document(other));
        let naming: BTreeSet<&str> =
            old.iter().filter(names_missing).map(|item| item.path.as_ref()).collect();
        let must_read = |path: &str| {
            let is_new = !old_paths.contains(path) && !kept.contains_key(path);
            let depends = has_errors(path) || naming.contains(path) || may_be_copy(path);
            is_new || depends || affects(changed, path)
        };
        let documents = listing.inventory.documents.iter().map(|listed| listed.path.as_str());
        let to_read: BTreeSet<&str> = documents.filter(|path| must_read(path)).collect();
        let (mut items, by_file) =
            load_items(&project, &listing.inventory, |path| to_read.contains(path));
        let read: BTreeSet<Box<str>> = items.iter().map(|item| item.path.clone()).collect();
        kept.retain(|path, _| listing.has_document(path) && !to_read.contains(path.as_str()));
        kept.extend(by_file);
        let is_kept = |item: &Item| !read.contains(&item.path) && listing.has_document(&item.path);
        items.extend(old.into_iter().filter(is_kept));
        let loaded = LoadedItems { listing, items, by_file: kept };
        Self { changed_styles, ..Self::assemble(project, options, loaded) }
    }

    /// Replaces the theme, the static files or the settings. Markdown files are loaded again only if
    /// the settings changed, and bodies are checked again only if something that they depend on did.
    pub fn replace_project(mut self, project: Arc<Project>, at: Timestamp) -> Self {
        let options = PreviewOptions { at, ..self.options };
        if project.settings != self.project.settings {
            return Self::load(project, options);
        }
        let words = self.project.theme.as_ref().map(|theme| &theme.words);
        let has_same_words = words == project.theme.as_ref().map(|theme| &theme.words);
        if !has_same_words || assets_for_bodies(&project) != assets_for_bodies(&self.project) {
            return Self::assemble(project, options, self.into_items());
        }
        self.site.config = Arc::clone(&project.config);
        self.project = project;
        self.layouts = None;
        self.changed_styles.clear();
        self.manifest.clear();
        self
    }

    /// Takes the items out of the preview.
    fn into_items(self) -> LoadedItems {
        let admitted = self.site.into_items().into_iter().map(Admitted::into_item);
        let withheld = self.withheld.into_iter().map(|withheld| withheld.item);
        let items = admitted.chain(withheld).chain(self.excluded).collect();
        LoadedItems { listing: self.listing, items, by_file: self.by_file }
    }

    /// Loads one item again. `path` is from the portal's root.
    pub fn update_item(&mut self, path: &str) -> Update {
        let portal = &self.project.portal;
        if !self.listing.has_document(path) {
            // Temporary files of editors come and go.
            let exists = portal.has(path) || self.listing.has(path);
            return if exists { Update::NeedsReload } else { Update::Unchanged };
        }
        if !portal.locate(path).is_file() {
            return Update::NeedsReload;
        }
        let (config, inventory) = (&self.project.config, &self.listing.inventory);
        let mut diagnostics = Diagnostics::default();
        let item = ItemLoader { portal, config, inventory }.load(path, &mut diagnostics);
        let was_invalid = self.by_file.get(path).is_some_and(Diagnostics::has_errors);
        keep(&mut self.by_file, path.to_owned(), diagnostics);
        let before = self.item(path).map(|item| item.fingerprint);
        match item {
            None => Update::Invalid,
            Some(item) if before == Some(item.fingerprint) && !was_invalid => Update::Unchanged,
            Some(item) => {
                self.index = PreviewIndex::None;
                self.manifest.clear();
                self.replace_item(item)
            }
        }
    }

    /// Puts a new version of an item in the place of the old one, if nothing else depends on what
    /// changed.
    fn replace_item(&mut self, item: Item) -> Update {
        if let Some(id) = self.site.by_path(&item.path) {
            let old = self.site.item(id);
            if !has_same_pages(old, &item) || item.language != LanguageId::OWN {
                return Update::NeedsReload;
            }
            let has_other_unit = old.details.unit != item.details.unit;
            let policy = &self.project.config.policy;
            return match admit_again(item, Original::Itself, policy, self.options.at) {
                Some(item) => {
                    // Every page shows the titles of pages outside categories (footer) and of urgent
                    // items (top), and keeps the names of units on one line.
                    let is_urgent = item.is_urgent || old.is_urgent;
                    let is_listed = self.project.theme.as_ref().is_some_and(|t| t.asks_for_items);
                    if item.category.is_none() || is_urgent || has_other_unit || is_listed {
                        self.layouts = None;
                    }
                    self.site.replace(id, item);
                    self.checks.left.push(Unchecked::Item(id));
                    Update::Applied
                }
                None => Update::NeedsReload,
            };
        }
        match self.withheld_place(&item.path) {
            // The page of an expired item may show its title.
            Some(n)
                if has_same_pages(&self.withheld[n].item, &item)
                    && self.withheld[n].item.title == item.title =>
            {
                self.withheld[n].item = item;
                if self.withheld[n].will_open {
                    self.checks.left.push(Unchecked::Withheld(n));
                }
                Update::Applied
            }
            _ => Update::NeedsReload,
        }
    }

    fn withheld_place(&self, path: &str) -> Option<usize> {
        self.withheld.binary_search_by(|withheld| compare_paths(&withheld.item.path, path)).ok()
    }

    fn item(&self, path: &str) -> Option<&Item> {
        match self.site.by_path(path) {
            Some(id) => Some(self.site.item(id)),
            None => match self.withheld_place(path) {
                Some(n) => Some(&self.withheld[n].item),
                None => self.excluded.iter().find(|item| item.path.as_ref() == path),
            },
        }
    }

    /// Updates the stamps of style sheets. Nothing else depends on them.
    pub fn refresh_styles(&mut self, paths: &[String]) {
        self.manifest.clear();
        for path in paths {
            let stamp = self.project.portal.stamp(path);
            self.changed_styles.extend(stamp.map(|stamp| (path.clone(), stamp)));
        }
    }

    /// How pages are rendered on request: without a search for private numbers, which may have to
    /// read long files.
    fn write_context(&self) -> WriteContext<'_> {
        WriteContext {
            checker: None,
            portal: &self.project.portal,
            theme: self.project.theme.as_ref(),
            assets: &self.project.assets,
            files: &self.listing.inventory.files,
            scope: Scope::Build,
            at: self.options.at,
            progress: &self.progress,
        }
    }

    /// Checks a batch of bodies. Returns whether any are left.
    pub fn check_batch(&mut self) -> bool {
        let rest = self.checks.left.len().saturating_sub(BATCH);
        let batch = self.checks.left.split_off(rest);
        let context = WriteContext { checker: Some(&self.project.checker), ..self.write_context() };
        let check = |unchecked: &Unchecked| {
            let item = match unchecked {
                Unchecked::Item(id) => &**self.site.item(*id),
                Unchecked::Withheld(n) => &self.withheld[*n].item,
            };
            let examined = examine(&context, &self.site, item, Severity::Error).ok()?;
            Some((*unchecked, item.path.clone(), examined))
        };
        let checked: Vec<_> = batch.par_iter().filter_map(check).collect();
        for (unchecked, path, (examined, diagnostics)) in checked {
            match unchecked {
                Unchecked::Item(id) => {
                    self.checks.facts.insert(id, examined.into_facts());
                }
                Unchecked::Withheld(_) => {
                    let stub = self.site.withheld_by_path(&path);
                    self.checks.stub_facts.extend(stub.map(|stub| (stub, examined.into_facts())));
                }
            }
            keep(&mut self.checks.diagnostics, path, diagnostics);
        }
        !self.checks.left.is_empty()
    }

    /// Checks whether all bodies were checked.
    pub fn is_checked(&self) -> bool {
        self.checks.left.is_empty()
    }

    /// How many bodies were not checked yet.
    pub fn unchecked(&self) -> usize {
        self.checks.left.len()
    }

    /// All diagnostics so far, by place.
    pub fn findings(&self) -> Vec<Diagnostic> {
        let mut all = self.diagnostics();
        if self.is_checked() {
            let unused =
                unused_files(&self.site, &self.listing.inventory.files, &self.checks.facts);
            unused.into_iter().for_each(|diagnostic| all.push(diagnostic));
        }
        all.sorted()
    }

    /// All errors so far, by place.
    pub fn errors(&self) -> Vec<Diagnostic> {
        let is_error = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
        self.diagnostics().sorted().into_iter().filter(is_error).collect()
    }

    fn diagnostics(&self) -> Diagnostics {
        let mut all = self.project.diagnostics.clone();
        all.append(self.across_files.clone());
        for diagnostics in self.by_file.values().chain(self.checks.diagnostics.values()) {
            all.append(diagnostics.clone());
        }
        if self.is_checked() {
            let dead = dead_anchors(&self.site, &self.checks.facts, &self.checks.stub_facts);
            dead.into_iter().for_each(|diagnostic| all.push(diagnostic));
        }
        all
    }

    /// The settings and the theme.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// A hash of the paths of all admitted items.
    pub fn admitted(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.site.items.iter().for_each(|item| item.path.hash(&mut hasher));
        hasher.finish()
    }

    /// The instant of judgement.
    pub fn at(&self) -> Timestamp {
        self.options.at
    }

    /// When the first verdict changes by itself. `None` if none will.
    pub fn next_change(&self) -> Option<Timestamp> {
        self.next_change
    }

    /// The title of an item in its last valid state, and its language.
    pub fn title(&self, path: &str) -> Option<(&str, LanguageId)> {
        self.item(path).map(|item| (item.title.as_ref(), item.language))
    }

    /// The status of every item, by path.
    pub fn records(&self) -> Vec<ItemStatus> {
        let admitted = self.site.items.iter().map(|item| &**item);
        let items = admitted.chain(self.withheld.iter().map(|withheld| &withheld.item));
        let items = items.chain(&self.excluded);
        let judged = items.map(|item| (item, self.judgement(&item.path).cloned()));
        let documents = self.listing.inventory.documents.iter();
        statuses(judged, documents.map(|listed| listed.path.as_str()), |path| self.is_invalid(path))
    }

    fn judgement(&self, path: &str) -> Option<&Judgement> {
        let place = self.judgements.binary_search_by(|(other, _)| compare_paths(other, path));
        place.ok().map(|n| &self.judgements[n].1)
    }

    fn is_invalid(&self, path: &str) -> bool {
        let in_file = self.by_file.get(path).is_some_and(Diagnostics::has_errors);
        in_file || self.checks.diagnostics.get(path).is_some_and(Diagnostics::has_errors)
    }
}

/// Loads Markdown files in parallel. Returns the items, and the diagnostics of each file.
fn load_items(
    project: &Project,
    inventory: &Inventory,
    is_wanted: impl Fn(&str) -> bool + Sync,
) -> (Vec<Item>, BTreeMap<String, Diagnostics>) {
    let (portal, config) = (&project.portal, &project.config);
    let loader = ItemLoader { portal, config, inventory };
    let wanted = inventory.documents.par_iter().filter(|listed| is_wanted(&listed.path));
    let loaded: Vec<(String, Option<Item>, Diagnostics)> = wanted
        .map(|listed| {
            let mut diagnostics = Diagnostics::default();
            let item = loader.load(&listed.path, &mut diagnostics);
            (listed.path.clone(), item, diagnostics)
        })
        .collect();
    let (mut items, mut by_file) = (Vec::with_capacity(loaded.len()), BTreeMap::new());
    for (path, item, diagnostics) in loaded {
        items.extend(item);
        keep(&mut by_file, path, diagnostics);
    }
    (items, by_file)
}

/// Replaces the diagnostics of a file. A file without any has no entry.
fn keep<K: Ord>(map: &mut BTreeMap<K, Diagnostics>, path: K, diagnostics: Diagnostics) {
    if diagnostics.iter().next().is_none() {
        map.remove(&path);
    } else {
        map.insert(path, diagnostics);
    }
}

/// Checks whether changes affect a Markdown file: the file itself, its signature, a folder above it,
/// or a file in the folder that it owns.
fn affects(changed: &BTreeSet<String>, path: &str) -> bool {
    let is_in_folder = |other: &str| owns_folder(path) && folder_of(other) == folder_of(path);
    changed.iter().any(|other| {
        let is_above = path.strip_prefix(other.as_str()).is_some_and(|rest| rest.starts_with('/'));
        let signed = other.strip_suffix(".sig").unwrap_or(other);
        nfc(signed) == nfc(path) || is_above || is_in_folder(other)
    })
}

/// Checks whether a new version of an item has pages at the same URLs, the same place in lists and
/// the same verdict.
fn has_same_pages(old: &Item, new: &Item) -> bool {
    let place =
        |item: &Item| (item.role, item.language, item.category, item.window, item.withdrawn);
    place(old) == place(new)
        && old.url == new.url
        && old.approval == new.approval
        && old.details.aliases == new.details.aliases
        && old.details.changes == new.details.changes
        && old.details.deadline == new.details.deadline
}

/// What bodies depend on: the paths of all assets, which links lead to, and the content of those that
/// may be pictures.
fn assets_for_bodies(project: &Project) -> BTreeMap<&str, Option<(&str, Option<Stamp>)>> {
    let assets = project.assets.iter().map(|asset| {
        let source = match &asset.source {
            AssetSource::BuiltIn(_) => None,
            AssetSource::File(file) => {
                let is_style = file.path.ends_with(".css");
                Some((file.path.as_str(), file.stamp.filter(|_| !is_style)))
            }
        };
        (asset.output.as_str(), source)
    });
    assets.collect()
}

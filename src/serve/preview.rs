//! A portal in memory: surveyed, judged and put in order as for a build; its pages are rendered
//! when somebody asks for them. An edit of one item costs that item, not the site.

use crate::output;
use crate::render;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;
use rayon::prelude::*;

use crate::config::LanguageId;
use crate::content::{Item, compare_paths, folder_of, nfc, owns_folder};
use crate::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::site::SECURITY;

use crate::gate::{
    Admitted, Judged, Judgement, Original, Verdict, Withheld, admit_again, admit_all_for_preview,
    judge_all,
};
use crate::site::check_named_pages;

use crate::build::{
    ItemFacts, ItemStatus, Progress, Project, Scope, Sink, WriteContext, body, check_addresses,
    check_together, dead_anchors, print, stubs, text_of, unused_files,
};
use crate::content::ItemLoader;
use crate::markdown::Body;
use crate::render::{AssetSource, Buffers, LayoutCache, Renderer};
use crate::search::Search;
use crate::site::{Absent, ItemId, PageKey, Site};
use crate::source::{Inventory, Listed, Portal, Sha256Digest, Stamp};

/// How many bodies are checked at a time, between requests.
const PORTION: usize = 64;

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub struct PreviewOptions {
    /// The instant of judgement.
    pub at: Timestamp,
    /// Whether withheld items are shown, too.
    pub shows_withheld: bool,
}

/// What an edit came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// Nothing changed.
    Nothing,
    /// The scene is up to date.
    Done,
    /// The new edition cannot be read; what is known of the one before stays.
    Broken,
    /// More changed than one item's own text: the scene has to be set anew.
    SetAnew,
}

/// A page of the preview.
#[derive(Debug)]
pub struct PreviewPage {
    /// Its bytes, as a build would write them.
    pub bytes: Vec<u8>,
    /// What was found wrong while it was rendered.
    pub found: Diagnostics,
    /// The judgement on its item, if it is the page of one.
    pub judgement: Option<Judgement>,
}

/// What stands at a path.
#[derive(Debug)]
pub enum Lookup {
    /// A page, or a file that a build makes.
    Page(PreviewPage),
    /// The page of this item, whose file is not what was surveyed.
    Stale(String),
    /// A part of the search, which is being made: see [`Preview::index_batch`].
    Unready,
    /// Nothing.
    Nothing,
}

impl Lookup {
    fn bytes(bytes: Vec<u8>) -> Self {
        Self::Page(PreviewPage { bytes, found: Diagnostics::default(), judgement: None })
    }
}

/// A file that stands beside the pages.
#[derive(Debug)]
pub enum StaticFile {
    /// Inside the program.
    Bytes(&'static [u8]),
    /// In the portal, open: of the theme or of `static/`.
    File(File),
    /// In the portal, open: of an item.
    Attachment(File),
    /// In the portal, but not what it was when it was read: nobody has looked at that.
    Changed,
}

/// What stands under `content/`.
#[derive(Debug)]
pub struct Listing {
    inventory: Inventory,
    /// What stands there and is nothing that a portal may hold.
    refused: Diagnostics,
}

impl Listing {
    /// Lists a portal.
    pub fn of(portal: &Portal) -> Self {
        let mut refused = Diagnostics::default();
        let inventory = portal.inventory(&mut refused);
        Self { inventory, refused }
    }

    /// Everything listed; files with their stamps.
    fn entries(&self) -> BTreeSet<(&str, Option<Stamp>)> {
        let Inventory { documents, files, .. } = &self.inventory;
        let listed = documents.iter().chain(files).map(|listed| (&*listed.path, listed.stamp));
        listed.chain(self.refused.iter().map(|found| (&*found.place.file, None))).collect()
    }

    /// Whether there is something at a path, or in it.
    fn has(&self, path: &str) -> bool {
        let is_it = |known: &str| {
            let rest = known.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let from = |list: &[Listed]| {
            let first = list.partition_point(|listed| listed.path.as_str() < path);
            list[first..].iter().take_while(|l| l.path.starts_with(path)).any(|l| is_it(&l.path))
        };
        let Inventory { documents, files, .. } = &self.inventory;
        from(documents) || from(files) || self.refused.iter().any(|found| is_it(&found.place.file))
    }
}

/// A body that has not been looked at yet.
#[derive(Debug, Clone, Copy)]
enum Unchecked {
    Item(ItemId),
    Withheld(usize),
}

/// What bodies have and want, as far as they were looked at.
#[derive(Debug, Default)]
struct Checks {
    left: Vec<Unchecked>,
    facts: BTreeMap<ItemId, ItemFacts>,
    stub_facts: BTreeMap<u32, ItemFacts>,
    found: BTreeMap<Box<str>, Diagnostics>,
}

/// The index of the search, which is made when it is asked for.
#[derive(Debug, Default)]
enum PreviewIndex {
    /// Nobody asked since the last edit.
    #[default]
    None,
    /// With the items that are not in it yet.
    Begun(Search<'static>, Vec<ItemId>),
    /// Its files, by path.
    Made(BTreeMap<String, Vec<u8>>),
}

/// A portal as it is now.
#[derive(Debug)]
pub struct Preview<'a> {
    prepared: &'a Project,
    view: PreviewOptions,
    listing: Listing,
    site: Site<'a>,
    withheld: Vec<Withheld>,
    /// By path.
    judgements: Vec<(Box<str>, Judgement)>,
    /// When the first of them changes by itself.
    next_change: Option<Timestamp>,
    common: Option<LayoutCache>,
    buffers: Buffers,
    /// What is wrong in single files; nothing of those that are right.
    by_file: BTreeMap<String, Diagnostics>,
    across: Diagnostics,
    checks: Checks,
    /// Style sheets that changed since the settings were read.
    swapped: BTreeMap<String, Stamp>,
    index: PreviewIndex,
    /// The manifest and its parts, if somebody asked for them since the last edit.
    manifest: BTreeMap<String, Vec<u8>>,
    progress: Progress,
}

impl<'a> Preview<'a> {
    /// Reads a portal.
    pub fn set(prepared: &'a Project, view: PreviewOptions) -> Self {
        let listing = Listing::of(&prepared.portal);
        let (cards, by_file) = survey(prepared, &listing.inventory, |_| true);
        Self::arrange(prepared, view, listing, (cards, by_file))
    }

    /// Takes up changes under `content/`: paths from the portal's root. If they are no more than new
    /// editions of items, that is all the work there is. Also, whether there was any.
    pub fn follow(mut self, changed: &BTreeSet<String>, at: Timestamp) -> (Self, bool) {
        // All of them, also behind the first that reaches further: each may be an edit.
        let effects: Vec<Update> = changed.iter().map(|path| self.edit(path)).collect();
        let is_news = effects.iter().any(|effect| *effect != Update::Nothing);
        let anew = effects.contains(&Update::SetAnew);
        (if anew { self.reload(changed, at) } else { self }, is_news)
    }

    /// What differs between this portal and a later listing of it.
    pub fn differences(&self, later: &Listing) -> BTreeSet<String> {
        let (known, now) = (self.listing.entries(), later.entries());
        known.symmetric_difference(&now).map(|(path, _)| (*path).to_owned()).collect()
    }

    /// The same portal after changes, at an instant. Only what changed is read again; of an item
    /// that cannot be read any more the last good card stays.
    pub fn reload(self, changed: &BTreeSet<String>, at: Timestamp) -> Self {
        let Self { prepared, view, site, withheld, by_file: mut kept, swapped, .. } = self;
        let listing = Listing::of(&prepared.portal);
        let inventory = &listing.inventory;
        let old = site.into_items().into_iter().map(Admitted::into_card);
        let old: Vec<Item> =
            old.chain(withheld.into_iter().map(|withheld| withheld.card)).collect();
        let stands = |path: &str| {
            inventory.documents.binary_search_by(|listed| listed.path.as_str().cmp(path)).is_ok()
        };
        let known: BTreeSet<&str> = old.iter().map(|card| card.path.as_ref()).collect();
        // What is wrong with an item may be mended, and what is right be spoilt, by files elsewhere:
        // one that it replaces, or one that could not be read for a moment.
        let faulty = |path: &str| kept.get(path).is_some_and(Diagnostics::has_errors);
        let widowed: BTreeSet<&str> = old
            .iter()
            .filter(|card| card.details.replaces.as_deref().is_some_and(|other| !stands(other)))
            .map(|card| card.path.as_ref())
            .collect();
        let is_touched = |path: &str| {
            let is_known = known.contains(path) || kept.contains_key(path);
            !is_known || concerns(changed, path) || faulty(path) || widowed.contains(path)
        };
        let paths = inventory.documents.iter().map(|listed| listed.path.as_str());
        let touched: BTreeSet<&str> = paths.filter(|path| is_touched(path)).collect();
        let (mut cards, by_file) = survey(prepared, inventory, |path| touched.contains(path));
        let read: BTreeSet<Box<str>> = cards.iter().map(|card| card.path.clone()).collect();
        kept.retain(|path, _| stands(path) && !touched.contains(path.as_str()));
        cards.extend(
            old.into_iter().filter(|card| !read.contains(&card.path) && stands(&card.path)),
        );
        kept.extend(by_file);
        let view = PreviewOptions { at, ..view };
        Self { swapped, ..Self::arrange(prepared, view, listing, (cards, kept)) }
    }

    fn arrange(
        prepared: &'a Project,
        view: PreviewOptions,
        listing: Listing,
        (mut cards, by_file): (Vec<Item>, BTreeMap<String, Diagnostics>),
    ) -> Self {
        let mut across = listing.refused.clone();
        cards.sort_by(|a, b| compare_paths(&a.path, &b.path));
        check_together(&cards, &listing.inventory, &mut across);
        check_addresses(prepared, &cards, &mut across);
        let policy = &prepared.config.policy;
        let paths: Vec<Box<str>> = cards.iter().map(|card| card.path.clone()).collect();
        let sort = if view.shows_withheld { admit_all_for_preview } else { judge_all };
        let Judged { admitted, withheld, notices, judgements } = sort(cards, policy, view.at);
        let unreadable = by_file.iter().filter(|(_, found)| found.has_errors());
        let faulty: BTreeSet<String> = unreadable.map(|(path, _)| path.clone()).collect();
        let known = |path: &str| paths.binary_search_by(|p| compare_paths(p, path)).is_ok();
        let faulty = faulty.into_iter().filter(|path| !known(path)).collect();
        let absent = Absent { withheld: stubs(&withheld, &[], &faulty), notices };
        let assets = prepared.assets.iter().map(|asset| asset.output.clone()).collect();
        let site = Site::assemble(&prepared.config, admitted, absent, assets);
        check_named_pages(&site, &mut across);
        let mut checks = Checks::default();
        let will_open = withheld.iter().enumerate().filter(|(_, withheld)| withheld.will_open);
        checks.left.extend(will_open.map(|(n, _)| Unchecked::Withheld(n)));
        checks.left.extend((0..).zip(&site.items).map(|(id, _)| Unchecked::Item(id)));
        Self {
            prepared,
            view,
            listing,
            site,
            withheld,
            next_change: judgements.iter().filter_map(|judgement| judgement.next_change).min(),
            judgements: paths.into_iter().zip(judgements).collect(),
            common: None,
            buffers: Buffers::default(),
            by_file,
            across,
            checks,
            swapped: BTreeMap::new(),
            index: PreviewIndex::None,
            manifest: BTreeMap::new(),
            progress: Progress::default(),
        }
    }

    /// Takes the new edition of one item. `path` is from the portal's root.
    pub fn edit(&mut self, path: &str) -> Update {
        let documents = &self.listing.inventory.documents;
        if documents.binary_search_by(|listed| listed.path.as_str().cmp(path)).is_err() {
            // Editors' temporary files come and go.
            let is_there = self.prepared.portal.has(path) || self.listing.has(path);
            return if is_there { Update::SetAnew } else { Update::Nothing };
        }
        if !self.prepared.portal.locate(path).is_file() {
            return Update::SetAnew;
        }
        let (portal, config) = (&self.prepared.portal, &self.prepared.config);
        let surveyor = ItemLoader { portal, config, inventory: &self.listing.inventory };
        let mut found = Diagnostics::default();
        let card = surveyor.load(path, &mut found);
        let was_broken = self.by_file.get(path).is_some_and(Diagnostics::has_errors);
        keep(&mut self.by_file, path.to_owned(), found);
        let known = self.card(path).map(|card| card.fingerprint);
        match card {
            None => Update::Broken,
            Some(card) if known == Some(card.fingerprint) && !was_broken => Update::Nothing,
            Some(card) => {
                self.index = PreviewIndex::None;
                self.manifest.clear();
                self.take(card)
            }
        }
    }

    fn take(&mut self, card: Item) -> Update {
        if let Some(id) = self.site.by_path(&card.path) {
            let old = self.site.item(id);
            if !stands_the_same(old, &card) || card.language != 0 {
                return Update::SetAnew;
            }
            let is_of_other_unit = old.details.unit != card.details.unit;
            let policy = &self.prepared.config.policy;
            return match admit_again(card, Original::Itself, policy, self.view.at) {
                Some(item) => {
                    // Titles of pages outside categories stand in the footer of every page, those of
                    // urgent items at its top, and names of units are kept whole on all of them.
                    let is_urgent = item.is_urgent || old.is_urgent;
                    if item.category.is_none() || is_urgent || is_of_other_unit {
                        self.common = None;
                    }
                    self.site.replace(id, item);
                    self.checks.left.push(Unchecked::Item(id));
                    Update::Done
                }
                None => Update::SetAnew,
            };
        }
        let place = self.withheld.binary_search_by(|w| compare_paths(&w.card.path, &card.path));
        match place {
            // Its notice may have the title.
            Ok(n)
                if stands_the_same(&self.withheld[n].card, &card)
                    && self.withheld[n].card.title == card.title =>
            {
                self.withheld[n].card = card;
                if self.withheld[n].will_open {
                    self.checks.left.push(Unchecked::Withheld(n));
                }
                Update::Done
            }
            _ => Update::SetAnew,
        }
    }

    fn card(&self, path: &str) -> Option<&Item> {
        if let Some(id) = self.site.by_path(path) {
            return Some(self.site.item(id));
        }
        let place = self.withheld.binary_search_by(|w| compare_paths(&w.card.path, path)).ok()?;
        Some(&self.withheld[place].card)
    }

    /// Without a look for private numbers, which may mean to read long files.
    fn means(&self) -> WriteContext<'_> {
        WriteContext {
            checker: None,
            portal: &self.prepared.portal,
            theme: self.prepared.theme.as_ref(),
            assets: &self.prepared.assets,
            files: &self.listing.inventory.files,
            scope: Scope::Build,
            at: self.view.at,
            progress: &self.progress,
        }
    }

    /// The page or generated file at a path from the site's root; a folder ends with `/`.
    pub fn page(&mut self, path: &str) -> Lookup {
        let url = path.strip_suffix("index.html").unwrap_or(path);
        if let Some(key) = self.site.page_at(url) {
            return self.render(key);
        }
        if let Some(look) = self.search_file(path) {
            return look;
        }
        if output::is_manifest(path) {
            return self.manifest_file(path);
        }
        if !(["robots.txt", SECURITY].contains(&path) || path.starts_with("sitemap")) {
            return Lookup::Nothing;
        }
        let mut generated = render::sitemap(&self.site, &self.site.pages());
        generated.push(("robots.txt".to_owned(), render::robots(&self.site)));
        let security = render::security_txt(&self.site, self.view.at);
        generated.extend(security.map(|text| (SECURITY.to_owned(), text)));
        match generated.into_iter().find(|(name, _)| name == path) {
            Some((_, bytes)) => Lookup::bytes(bytes),
            None => Lookup::Nothing,
        }
    }

    /// A file of the search; `None` if the path is none of the search's.
    fn search_file(&mut self, path: &str) -> Option<Lookup> {
        let config = &self.prepared.config;
        let folders = (0..).zip(&config.languages).map(|(language, _)| config.search_url(language));
        let mut names = folders.filter_map(|folder| path.strip_prefix(&*folder));
        let name = names.find(|name| name.starts_with("text/") || name.starts_with("index/"));
        let name = name.filter(|_| config.has_search)?;
        if name.starts_with("text/") {
            let id = Search::new(&self.site, None).text_at(&self.site, path)?;
            let item = self.site.item(id);
            return Some(match body(&self.means(), &self.site, item, Severity::Error) {
                Ok((examined, _)) => Lookup::bytes(Search::text(&self.site, id, &examined.body)),
                Err(_) => Lookup::Stale(item.path.to_string()),
            });
        }
        Some(match &self.index {
            PreviewIndex::Made(files) => {
                files.get(path).map_or(Lookup::Nothing, |bytes| Lookup::bytes(bytes.clone()))
            }
            PreviewIndex::None | PreviewIndex::Begun(..) => Lookup::Unready,
        })
    }

    /// Takes some more items into the index of the search; whether there are any left.
    pub fn index_batch(&mut self) -> bool {
        let (search, mut left) = match std::mem::take(&mut self.index) {
            PreviewIndex::None => {
                let pages = self.site.pages().into_iter();
                let texts = pages.filter_map(|page| text_of(&self.site, page)).collect();
                (Search::new(&self.site, None), texts)
            }
            PreviewIndex::Begun(search, left) => (search, left),
            made @ PreviewIndex::Made(_) => {
                self.index = made;
                return false;
            }
        };
        let portion = left.split_off(left.len().saturating_sub(PORTION));
        let means = self.means();
        portion.par_iter().for_each(|id| {
            // What cannot be read by now has no page either; news of it will come.
            if let Ok((examined, _)) =
                body(&means, &self.site, self.site.item(*id), Severity::Error)
            {
                let _ = search.add(&self.site, *id, &examined.body);
            }
        });
        let is_left = !left.is_empty();
        self.index = if is_left {
            PreviewIndex::Begun(search, left)
        } else {
            let files = search.finish(&self.site, |path, bytes| Ok((path, bytes.to_vec())));
            PreviewIndex::Made(files.unwrap_or_default().into_iter().collect())
        };
        is_left
    }

    /// The manifest or a part of it: everything is made for it, as by a build.
    fn manifest_file(&mut self, path: &str) -> Lookup {
        if self.manifest.is_empty() {
            let printed = print(&self.means(), &self.site, &self.withheld, Sink::Hash);
            let mut files = printed.map(|print| print.files).unwrap_or_default();
            files.retain(|file| !output::is_manifest(&file.path));
            let zone = &self.prepared.config.zone;
            self.manifest = output::manifest(&files, zone).into_iter().collect();
        }
        self.manifest.get(path).map_or(Lookup::Nothing, |bytes| Lookup::bytes(bytes.clone()))
    }

    /// The page for what is not there.
    pub fn not_found(&mut self) -> Lookup {
        self.render(PageKey::NotFound)
    }

    fn render(&mut self, key: PageKey) -> Lookup {
        let Some(theme) = &self.prepared.theme else { return Lookup::Nothing };
        let mut found = Diagnostics::default();
        let item = text_of(&self.site, key);
        let mut text = Body::default();
        if let Some(id) = item {
            let item = self.site.item(id);
            match body(&self.means(), &self.site, item, Severity::Error) {
                Ok((examined, more)) => {
                    text = examined.body;
                    found.append(more);
                }
                Err(_) => return Lookup::Stale(item.path.to_string()),
            }
        }
        let body = item.map(|_| &text);
        let mut bytes = Vec::new();
        if let PageKey::Feed(language, category) = key {
            render::atom(&self.site, language, category, &mut bytes);
        } else {
            let common = self.common.take().unwrap_or_else(|| LayoutCache::new(&self.site, theme));
            let mut renderer = Renderer::resume(&self.site, theme, common);
            renderer.prepare(&[key], &mut found);
            renderer.render(key, body, &mut self.buffers, &mut found);
            bytes.clone_from(&self.buffers.page);
            self.common = Some(renderer.into_common());
        }
        let judgement = item.and_then(|id| self.judgement(&self.site.item(id).path)).cloned();
        let is_items = matches!(key, PageKey::Item(_));
        Lookup::Page(PreviewPage { bytes, found, judgement: judgement.filter(|_| is_items) })
    }

    /// The judgement on an item.
    fn judgement(&self, path: &str) -> Option<&Judgement> {
        let found = self.judgements.binary_search_by(|(known, _)| compare_paths(known, path));
        found.ok().map(|n| &self.judgements[n].1)
    }

    /// The file at a path from the site's root: of the theme, of `static/`, or beside an item that
    /// refers to it.
    pub fn file(&mut self, path: &str) -> Option<StaticFile> {
        let assets = &self.prepared.assets;
        if let Ok(n) = assets.binary_search_by(|asset| asset.output.as_str().cmp(path)) {
            return match &assets[n].source {
                AssetSource::BuiltIn(bytes) => Some(StaticFile::Bytes(bytes)),
                AssetSource::File(asset) => {
                    let stamp = self.swapped.get(&asset.path).copied().or(asset.stamp);
                    self.open(&asset.path, stamp, None)
                }
            };
        }
        let (folder, name) = path.split_at(folder_of(path).len());
        let original = self.site.by_url(folder)?;
        let languages = (0..).zip(&self.prepared.config.languages).map(|(language, _)| language);
        let editions: Vec<ItemId> =
            languages.filter_map(|language| self.site.translation(original, language)).collect();
        let id = editions.into_iter().find(|id| self.refers_to(*id, name))?;
        let item = self.site.item(id);
        let number = item.file_number(name)?;
        let file = &item.files[number];
        let looked_into = self.checks.facts.get(&id).and_then(|facts| {
            let digests = &facts.inspection.digests;
            digests.iter().find(|(other, _)| *other == number).map(|(_, digest)| *digest)
        });
        let path = format!("{}{}", item.folder(), file.name);
        let files = &self.listing.inventory.files;
        let listed = files.binary_search_by(|listed| listed.path.as_str().cmp(&path)).ok()?;
        let digest = file.digest.as_deref().copied().or(looked_into);
        match self.open(&path, files[listed].stamp, digest)? {
            StaticFile::File(file) => Some(StaticFile::Attachment(file)),
            other => Some(other),
        }
    }

    fn open(
        &self,
        path: &str,
        stamp: Option<Stamp>,
        digest: Option<Sha256Digest>,
    ) -> Option<StaticFile> {
        let opened = self.prepared.portal.open_same(path, stamp, digest).ok()?;
        Some(opened.map_or(StaticFile::Changed, StaticFile::File))
    }

    /// Takes style sheets as they are now: nothing else comes of them.
    pub fn refresh_styles(&mut self, paths: &[String]) {
        self.manifest.clear();
        for path in paths {
            let stamp = self.prepared.portal.stamp(path);
            self.swapped.extend(stamp.map(|stamp| (path.clone(), stamp)));
        }
    }

    fn refers_to(&self, id: ItemId, name: &str) -> bool {
        let item = self.site.item(id);
        let Some(number) = item.file_number(name) else { return false };
        let is_named = item.named_files().any(|named| named == number);
        is_named || {
            let body = body(&self.means(), &self.site, item, Severity::Error);
            body.is_ok_and(|(examined, _)| examined.body.facts.files.contains(&number))
        }
    }

    /// Whether the item at a URL is shown though it is withheld.
    pub fn is_withheld(&self, url: &str) -> bool {
        let item = self.site.by_url(url).or_else(|| self.site.by_alias(url));
        let judgement = item.and_then(|id| self.judgement(&self.site.item(id).path));
        judgement.is_some_and(|judgement| judgement.verdict != Verdict::Published)
    }

    /// Whether every body was looked at.
    pub fn is_checked(&self) -> bool {
        self.checks.left.is_empty()
    }

    /// How many bodies have not been looked at yet.
    pub fn unchecked(&self) -> usize {
        self.checks.left.len()
    }

    /// Looks at some more bodies; whether there are any left.
    pub fn check_some(&mut self) -> bool {
        let rest = self.checks.left.len().saturating_sub(PORTION);
        let portion = self.checks.left.split_off(rest);
        let means = WriteContext { checker: Some(&self.prepared.checker), ..self.means() };
        let look = |unchecked: &Unchecked| {
            let card = match unchecked {
                Unchecked::Item(id) => &**self.site.item(*id),
                Unchecked::Withheld(n) => &self.withheld[*n].card,
            };
            let looked = body(&means, &self.site, card, Severity::Error).ok()?;
            Some((*unchecked, card.path.clone(), looked))
        };
        let looked: Vec<_> = portion.par_iter().filter_map(look).collect();
        for (unchecked, path, (examined, found)) in looked {
            match unchecked {
                Unchecked::Item(id) => {
                    self.checks.facts.insert(id, examined.into_facts());
                }
                Unchecked::Withheld(_) => {
                    let stub = self.site.withheld_by_path(&path);
                    self.checks.stub_facts.extend(stub.map(|stub| (stub, examined.into_facts())));
                }
            }
            keep(&mut self.checks.found, path, found);
        }
        !self.checks.left.is_empty()
    }

    /// Everything that is known to be wrong by now, in the order of places.
    pub fn findings(&self) -> Vec<Diagnostic> {
        let mut all = self.in_files();
        if self.is_checked() {
            let unused =
                unused_files(&self.site, &self.listing.inventory.files, &self.checks.facts);
            unused.into_iter().for_each(|found| all.push(found));
        }
        all.sorted()
    }

    /// The errors among it.
    pub fn errors(&self) -> Vec<Diagnostic> {
        let is_error = |found: &Diagnostic| found.severity == Severity::Error;
        self.in_files().sorted().into_iter().filter(is_error).collect()
    }

    fn in_files(&self) -> Diagnostics {
        let mut all = self.prepared.diagnostics.clone();
        all.append(self.across.clone());
        for found in self.by_file.values().chain(self.checks.found.values()) {
            all.append(found.clone());
        }
        if self.is_checked() {
            let dead = dead_anchors(&self.site, &self.checks.facts, &self.checks.stub_facts);
            dead.into_iter().for_each(|found| all.push(found));
        }
        all
    }

    /// A digest of which items can be seen.
    pub fn admitted(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.site.items.iter().for_each(|item| item.path.hash(&mut hasher));
        hasher.finish()
    }

    /// The instant of judgement.
    pub fn at(&self) -> Timestamp {
        self.view.at
    }

    /// When a verdict changes by itself.
    pub fn next_change(&self) -> Option<Timestamp> {
        self.next_change
    }

    /// The title of an item as it was last read, and its language.
    pub fn title(&self, path: &str) -> Option<(&str, LanguageId)> {
        self.card(path).map(|card| (card.title.as_ref(), card.language))
    }

    /// Every item of the portal, by path.
    pub fn records(&self) -> Vec<ItemStatus> {
        let admitted = self.site.items.iter().map(|item| &**item);
        let cards = admitted.chain(self.withheld.iter().map(|withheld| &withheld.card));
        let mut records: Vec<ItemStatus> = cards
            .map(|card| ItemStatus {
                path: card.path.to_string(),
                url: Some(card.url.to_string()),
                judgement: self.judgement(&card.path).cloned(),
                invalid: self.is_invalid(&card.path),
                withdrawal: (
                    card.details.withdrawn_by.to_string(),
                    card.details.withdrawn_why.to_string(),
                ),
                waived: Vec::new(),
            })
            .collect();
        let unread = self.by_file.keys().filter(|path| self.judgement(path).is_none());
        records.extend(unread.map(|path| ItemStatus {
            path: path.clone(),
            url: None,
            judgement: None,
            invalid: true,
            withdrawal: <(String, String)>::default(),
            waived: Vec::new(),
        }));
        records.sort_by(|a, b| a.path.cmp(&b.path));
        records
    }

    fn is_invalid(&self, path: &str) -> bool {
        let in_file = self.by_file.get(path).is_some_and(Diagnostics::has_errors);
        in_file || self.checks.found.get(path).is_some_and(Diagnostics::has_errors)
    }
}

/// Reads Markdown files in parallel; what is found in each is kept by file.
fn survey(
    prepared: &Project,
    inventory: &Inventory,
    is_wanted: impl Fn(&str) -> bool + Sync,
) -> (Vec<Item>, BTreeMap<String, Diagnostics>) {
    let (portal, config) = (&prepared.portal, &prepared.config);
    let surveyor = ItemLoader { portal, config, inventory };
    let wanted = inventory.documents.par_iter().filter(|listed| is_wanted(&listed.path));
    let read: Vec<(String, Option<Item>, Diagnostics)> = wanted
        .map(|listed| {
            let mut found = Diagnostics::default();
            let card = surveyor.load(&listed.path, &mut found);
            (listed.path.clone(), card, found)
        })
        .collect();
    let (mut cards, mut by_file) = (Vec::with_capacity(read.len()), BTreeMap::new());
    for (path, card, found) in read {
        cards.extend(card);
        keep(&mut by_file, path, found);
    }
    (cards, by_file)
}

/// Keeps what was found last; nothing if nothing was.
fn keep<K: Ord>(map: &mut BTreeMap<K, Diagnostics>, path: K, found: Diagnostics) {
    if found.iter().next().is_none() {
        map.remove(&path);
    } else {
        map.insert(path, found);
    }
}

/// Whether changes concern a Markdown file: itself, a folder above it, or a file beside it that is
/// its own.
fn concerns(changed: &BTreeSet<String>, path: &str) -> bool {
    let is_beside = |other: &str| owns_folder(path) && folder_of(other) == folder_of(path);
    changed.iter().any(|other| {
        let is_above = path.strip_prefix(other.as_str()).is_some_and(|rest| rest.starts_with('/'));
        let signed = other.strip_suffix(".sig").unwrap_or(other);
        nfc(signed) == nfc(path) || is_above || is_beside(other)
    })
}

/// Whether a new edition of an item stands where the one before stood, under the same verdict.
fn stands_the_same(old: &Item, new: &Item) -> bool {
    let of = |card: &Item| (card.role, card.language, card.category, card.window, card.withdrawn);
    of(old) == of(new)
        && old.url == new.url
        && old.approval == new.approval
        && old.details.aliases == new.details.aliases
}

//! Renders all pages of a site in parallel and writes every file of the output.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::build::examine::{Examined, ItemFacts, Scope, WriteContext, examine};
use crate::build::files::{FileCopy, FileOwner, Sink, attachments, unused_files};
use crate::build::progress::BuildPhase;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Failure, Severity};
use crate::gate::Withheld;
use crate::markdown::{LinkedItem, anchor_hash, leads_to_top};
use crate::output;
use crate::output::Written;
use crate::render;
use crate::render::{Buffers, Renderer};
use crate::search::Search;
use crate::site::{ItemId, PageKey, SECURITY, Site};

/// A written site.
#[derive(Debug, Default)]
pub(crate) struct WrittenSite {
    /// All its files, sorted by path. Empty without a theme.
    pub files: Vec<Written>,
    /// Whether no file is missing because its source changed or could not be read.
    pub is_whole: bool,
    /// The number of pages.
    pub pages: usize,
    /// What was reported.
    pub diagnostics: Diagnostics,
    /// Numbers of the waivers that allowed something, by path of the item.
    pub waived: BTreeMap<String, Vec<usize>>,
}

/// Renders, checks and writes everything.
///
/// With `ends_early`, all bodies are examined before any page is rendered. If the function returns
/// true for what they report, only that is returned: the pages would be rendered for nothing.
pub(crate) fn write_site(
    context: &WriteContext,
    site: &Site,
    withheld: &[Withheld],
    sink: Sink,
    ends_early: Option<&dyn Fn(&Diagnostics) -> bool>,
) -> Result<WrittenSite, Failure> {
    let mut writer = SiteWriter::new(context, site, sink);
    context.progress.begin(BuildPhase::Pages);
    let keys = site.pages();
    let mut renderer =
        context.theme.map(|theme| Renderer::new(site, theme, &keys, &mut writer.diagnostics));
    writer.check_withheld(withheld, renderer.as_ref());
    if let Some(ends_early) = ends_early {
        let mut diagnostics = writer.examine_all();
        diagnostics.append(writer.diagnostics.clone());
        if ends_early(&diagnostics) {
            return Ok(WrittenSite { diagnostics, ..WrittenSite::default() });
        }
    }
    let pages = writer.pages(&keys, renderer.as_ref())?;
    if let Some(renderer) = &mut renderer {
        renderer.rehearse_notices(&mut writer.diagnostics);
        renderer.rehearse_lists(&mut writer.diagnostics);
        renderer.rehearse_states(&mut writer.diagnostics);
    }
    if let Some(theme) = context.theme {
        render::rehearse_empty(site, theme, &mut writer.diagnostics);
        render::rehearse_opening(site, theme, withheld, &mut writer.diagnostics);
    }
    for dead in dead_anchors(site, &writer.facts, &writer.stub_facts) {
        writer.diagnostics.push(dead);
    }
    context.progress.begin(BuildPhase::Files);
    let mut written = WrittenSite::default();
    if let Some(pages) = pages {
        written.pages = pages.iter().filter(|file| file.path.ends_with(".html")).count();
        written.files = writer.add_other_files(pages)?;
    }
    let items = writer.facts.iter().map(|(id, facts)| (&site.item(*id).path, facts));
    for (path, facts) in items.filter(|(_, facts)| !facts.inspection.waived.is_empty()) {
        writer.waived.insert(path.to_string(), facts.inspection.waived.clone());
    }
    written.waived = writer.waived;
    written.is_whole = writer.is_whole;
    written.diagnostics = writer.diagnostics;
    Ok(written)
}

/// Returns the item whose body is on a page. `None` if the page shows no body.
pub(crate) fn item_on_page(site: &Site, page: PageKey) -> Option<ItemId> {
    match page {
        PageKey::Item(id) => Some(id),
        PageKey::Home(language) => site.index(language, None),
        PageKey::List(language, category, 1) => site.index(language, Some(category)),
        _ => None,
    }
}

/// Reports links to headings that do not exist. Links into items that will not be published are not
/// checked.
pub(crate) fn dead_anchors(
    site: &Site,
    facts: &BTreeMap<ItemId, ItemFacts>,
    stub_facts: &BTreeMap<u32, ItemFacts>,
) -> Vec<Diagnostic> {
    let mut dead = Vec::new();
    for wanted in facts.values().chain(stub_facts.values()).flat_map(|f| &f.body.wanted) {
        let (path, facts) = match wanted.other {
            LinkedItem::Item(id) => (&site.item(id).path, facts.get(&id)),
            LinkedItem::Stub(n) => (&site.withheld[n as usize].path, stub_facts.get(&n)),
        };
        let hash = anchor_hash(&wanted.anchor);
        if !leads_to_top(&wanted.anchor)
            && facts.is_some_and(|facts| !facts.body.anchors.contains(&hash))
        {
            let diagnostic = Diagnostic::error(Code::DeadAnchor, wanted.place.clone());
            let diagnostic = diagnostic.arg("link", wanted.link.as_str());
            dead.push(diagnostic.arg("other", path.as_ref()).help("help-other"));
        }
    }
    dead
}

/// How many pages are rendered before their results are collected. The results of a million pages at
/// once would fill the memory.
const PAGES_AT_A_TIME: usize = 10_000;

/// How many bodies are examined before their results are collected.
const BODIES_AT_A_TIME: usize = 1_000;

/// How many bytes of examined bodies are kept until their pages are rendered. Other bodies are
/// examined again.
const MAX_KEPT: usize = 64_000_000;

/// A written page.
struct WrittenPage {
    files: Vec<Written>,
    /// The item whose body is on it, with its facts.
    item: Option<(ItemId, ItemFacts)>,
    diagnostics: Diagnostics,
    is_whole: bool,
}

/// Writes the site of one pass.
struct SiteWriter<'a> {
    context: &'a WriteContext<'a>,
    site: &'a Site,
    sink: Sink<'a>,
    /// The search index of the published items. `None` if the site has no search or nothing is
    /// written.
    search: Option<Search<'a>>,
    diagnostics: Diagnostics,
    is_whole: bool,
    /// Bodies that were examined before their pages, as far as they are kept.
    kept: Mutex<BTreeMap<ItemId, (Examined, Diagnostics)>>,
    facts: BTreeMap<ItemId, ItemFacts>,
    stub_facts: BTreeMap<u32, ItemFacts>,
    waived: BTreeMap<String, Vec<usize>>,
}

impl<'a> SiteWriter<'a> {
    fn new(context: &'a WriteContext<'a>, site: &'a Site, sink: Sink<'a>) -> Self {
        let has_search = site.config.has_search && !matches!(sink, Sink::Discard);
        let search = has_search.then(|| Search::new(site, sink.stage()));
        Self {
            context,
            site,
            sink,
            search,
            diagnostics: Diagnostics::default(),
            is_whole: true,
            kept: Mutex::default(),
            facts: BTreeMap::new(),
            stub_facts: BTreeMap::new(),
            waived: BTreeMap::new(),
        }
    }

    /// Renders all pages in parallel. Returns `None` without a theme; then only bodies are checked.
    fn pages(
        &mut self,
        pages: &[PageKey],
        renderer: Option<&Renderer>,
    ) -> Result<Option<Vec<Written>>, Failure> {
        let Some(renderer) = renderer else {
            let items: Vec<ItemId> = self.site.items().map(|(id, _)| id).collect();
            let bodies: Vec<_> = items.par_iter().map(|id| (*id, self.body_of(*id))).collect();
            for (id, body) in bodies {
                match body {
                    Ok((examined, diagnostics)) => {
                        self.facts.insert(id, examined.into_facts());
                        self.diagnostics.append(diagnostics);
                    }
                    Err(diagnostics) => self.diagnostics.append(diagnostics),
                }
            }
            return Ok(None);
        };
        let mut files = Vec::with_capacity(pages.len());
        for pages in pages.chunks(PAGES_AT_A_TIME) {
            let this = &*self;
            let written: Vec<Result<WrittenPage, Failure>> = pages
                .par_iter()
                .map_init(Buffers::default, |buffers, page| this.page(renderer, *page, buffers))
                .collect();
            for page in written {
                let page = page?;
                files.extend(page.files);
                self.diagnostics.append(page.diagnostics);
                self.is_whole &= page.is_whole;
                self.facts.extend(page.item);
            }
        }
        Ok(Some(files))
    }

    /// Renders and writes one page, and the search text of its item.
    fn page(
        &self,
        renderer: &Renderer,
        page: PageKey,
        buffers: &mut Buffers,
    ) -> Result<WrittenPage, Failure> {
        let site = self.site;
        let item = item_on_page(site, page);
        let (examined, mut diagnostics) = match item.map(|id| self.body_of(id)) {
            Some(Ok((examined, diagnostics))) => (Some(examined), diagnostics),
            Some(Err(diagnostics)) => {
                self.context.progress.step();
                let files = Vec::new();
                return Ok(WrittenPage { files, item: None, diagnostics, is_whole: false });
            }
            None => (None, Diagnostics::default()),
        };
        let body = examined.as_ref().map(|examined| &examined.body);
        renderer.render(page, body, buffers, &mut diagnostics);
        if let (PageKey::Item(id), Some(body)) = (page, body)
            && renderer.needs_rehearsal(id)
        {
            renderer.rehearse_change(id, body, &mut diagnostics);
        }
        self.context.progress.step();
        let owner = match page {
            PageKey::Item(id) | PageKey::Alias(id, _) => FileOwner::of(site.item(id)),
            _ => FileOwner::default(),
        };
        let mut files = vec![self.sink.put(site.output(page), &buffers.page, owner)?];
        if let (Some(search), Some(id), Some(body)) = (&self.search, item, body) {
            let (path, bytes) = search.add(site, id, body)?;
            files.push(self.sink.put(path, &bytes, FileOwner::of(site.item(id)))?);
        }
        let item = item.zip(examined.map(Examined::into_facts));
        Ok(WrittenPage { files, item, diagnostics, is_whole: true })
    }

    /// Examines the bodies of all items of the site. Returns what they report, links to headings that
    /// do not exist included.
    fn examine_all(&mut self) -> Diagnostics {
        let items: Vec<ItemId> = self.site.items().map(|(id, _)| id).collect();
        let mut diagnostics = Diagnostics::default();
        let mut facts = BTreeMap::new();
        let (mut kept, mut size) = (BTreeMap::new(), 0);
        for items in items.chunks(BODIES_AT_A_TIME) {
            let bodies: Vec<_> = items.par_iter().map(|id| (*id, self.body_of(*id))).collect();
            for (id, body) in bodies {
                let (examined, found) = match body {
                    Ok(body) => body,
                    Err(found) => {
                        diagnostics.append(found);
                        continue;
                    }
                };
                diagnostics.append(found.clone());
                facts.insert(id, examined.facts());
                size += examined.body.html.len();
                if size <= MAX_KEPT {
                    kept.insert(id, (examined, found));
                }
            }
        }
        for dead in dead_anchors(self.site, &facts, &self.stub_facts) {
            diagnostics.push(dead);
        }
        self.kept = Mutex::new(kept);
        diagnostics
    }

    fn body_of(&self, id: ItemId) -> Result<(Examined, Diagnostics), Diagnostics> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        if let Some(kept) = kept {
            return Ok(kept);
        }
        examine(self.context, self.site, self.site.item(id), Severity::Error)
    }

    /// Checks the bodies of withheld items.
    ///
    /// Items that will open must be free of errors today: no build may fail only because a window
    /// opened. The others are checked by `prakat check` only, and their errors are warnings.
    fn check_withheld(&mut self, withheld: &[Withheld], renderer: Option<&Renderer>) {
        let all = self.context.scope == Scope::Check;
        let chosen: Vec<&Withheld> = withheld.iter().filter(|w| all || w.will_open).collect();
        let check = |withheld: &&Withheld| {
            let severity = if withheld.will_open { Severity::Error } else { Severity::Warning };
            let (examined, mut diagnostics) =
                examine(self.context, self.site, &withheld.item, severity)?;
            if let Some(renderer) = renderer.filter(|_| withheld.will_open) {
                renderer.rehearse(&withheld.item, &examined.body, &mut diagnostics);
            }
            Ok((examined.into_facts(), diagnostics))
        };
        let checked: Vec<Result<_, Diagnostics>> = chosen.par_iter().map(check).collect();
        for (withheld, checked) in chosen.iter().zip(checked) {
            let (facts, diagnostics) = match checked {
                Ok(checked) => checked,
                Err(diagnostics) => {
                    self.diagnostics.append(diagnostics);
                    continue;
                }
            };
            if !facts.inspection.waived.is_empty() {
                let path = withheld.item.path.to_string();
                self.waived.insert(path, facts.inspection.waived.clone());
            }
            let stub = self.site.withheld_by_path(&withheld.item.path);
            if let Some(stub) = stub.filter(|_| withheld.will_open) {
                self.stub_facts.insert(stub, facts);
            }
            self.diagnostics.append(diagnostics);
        }
    }

    /// Writes all files that are not pages: attachments, assets, search, sitemap, `robots.txt`,
    /// `security.txt` and manifest. Returns them with the pages, sorted by path.
    fn add_other_files(&mut self, mut files: Vec<Written>) -> Result<Vec<Written>, Failure> {
        let (site, sink) = (self.site, self.sink);
        let put = |path, bytes: &[u8]| sink.put(path, bytes, FileOwner::default());
        files.extend(self.attachments()?);
        files.extend(self.assets()?);
        if let Some(search) = self.search.take() {
            files.extend(search.finish(site, put)?);
        }
        for (path, bytes) in render::sitemap(site, &site.pages()) {
            files.push(put(path, &bytes)?);
        }
        files.push(put("robots.txt".to_owned(), &render::robots(site))?);
        if let Some(security) = render::security_txt(site, self.context.at) {
            let until = site.config.security.as_ref().map(|security| security.expires);
            let owner = FileOwner { until, item: None };
            files.push(sink.put(SECURITY.to_owned(), &security, owner)?);
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        for (path, bytes) in output::manifest(&files, &site.config.zone) {
            files.push(put(path, &bytes)?);
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    fn attachments(&mut self) -> Result<Vec<Written>, Failure> {
        let copies = attachments(self.site, &self.facts);
        for unused in unused_files(self.site, self.context.files, &self.facts) {
            self.diagnostics.push(unused);
        }
        let (portal, sink) = (self.context.portal, self.sink);
        let copy = |(output, copy): (&String, &FileCopy)| {
            let copied = sink.copy(portal, output, copy)?;
            Ok(copied.map_err(|error| copy.for_referrers(&error)))
        };
        let copied: Result<Vec<_>, Failure> = copies.par_iter().map(copy).collect();
        Ok(self.collect(copied?))
    }

    fn assets(&mut self) -> Result<Vec<Written>, Failure> {
        let WriteContext { portal, assets, .. } = self.context;
        let copy = |asset| Ok(self.sink.asset(portal, asset)?.map_err(|error| vec![error]));
        let copied: Result<Vec<_>, Failure> = assets.iter().map(copy).collect();
        Ok(self.collect(copied?))
    }

    /// Returns the files that were copied, and reports why the others were not.
    fn collect(&mut self, copied: Vec<Result<Written, Vec<Diagnostic>>>) -> Vec<Written> {
        let mut files = Vec::with_capacity(copied.len());
        for file in copied {
            match file {
                Ok(file) => files.push(file),
                Err(errors) => {
                    errors.into_iter().for_each(|error| self.diagnostics.push(error));
                    self.is_whole = false;
                }
            }
        }
        files
    }
}

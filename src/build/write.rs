//! Pages of a site, rendered and staged: in parallel, each compared with what stands there.

use crate::output;
use crate::render;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::content::{Item, folder_of, nfc, owns_folder, stem_of};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Failure, Place, Severity};
use crate::markdown::anchor_hash;
use crate::site::{SECURITY, root_of};

use crate::build::inspect::Inspection;
use crate::build::{file_check, inspect};
use crate::gate::Withheld;
use crate::markdown::LinkedItem;
use crate::site::Resolver;

use crate::build::progress::{BuildPhase, Progress};
use crate::markdown;
use crate::markdown::{Body, BodyContext, BodyWords, Facts, Picture};
use crate::output::Written;
use crate::privacy::Checker;

use crate::content::Document;
use crate::output::{Stage, Taken};
use crate::render::{Asset, AssetSource, Buffers, Renderer, Theme};
use crate::search::Search;
use crate::site::{ItemId, PageKey, Site};
use crate::source::{Listed, Portal, Sha256Digest, unreadable};

/// How thorough a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// What publishing needs.
    Build,
    /// Also the bodies of items that nobody will see: their mistakes are warnings.
    Check,
}

/// Where a site is printed to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sink<'a> {
    /// Nowhere: mistakes are looked for.
    Discard,
    /// Nowhere, but what would be written is made, down to the last digest.
    Hash,
    /// Files that differ from the output are staged.
    Stage(&'a Stage),
}

impl<'a> Sink<'a> {
    fn stage(self) -> Option<&'a Stage> {
        match self {
            Self::Stage(stage) => Some(stage),
            Self::Discard | Self::Hash => None,
        }
    }
}

/// What printing needs beside the site.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WriteContext<'a> {
    /// Where bodies and attachments are read.
    pub portal: &'a Portal,
    /// The theme; without one only bodies are checked.
    pub theme: Option<&'a Theme>,
    /// Files of the theme and of `static/`.
    pub assets: &'a [Asset],
    /// Files under `content/` that are not Markdown.
    pub files: &'a [Listed],
    /// Looks for private numbers; without one nothing is looked for.
    pub checker: Option<&'a Checker>,
    /// How thorough.
    pub scope: Scope,
    /// The instant of judgement.
    pub at: Timestamp,
    /// Told of every page.
    pub progress: &'a Progress,
}

/// A printed site.
#[derive(Debug, Default)]
pub(crate) struct WrittenSite {
    /// All its files, sorted by path; none without a theme.
    pub files: Vec<Written>,
    /// Whether no file is missing because its source could not be read as it was.
    pub is_whole: bool,
    /// How many of them are pages.
    pub pages: usize,
    /// What was found wrong on the way.
    pub found: Diagnostics,
    /// Numbers of the waivers that answered for something, by path of the item.
    pub waived: BTreeMap<String, Vec<usize>>,
}

/// A rendered body, and what the inspection of its item came to.
#[derive(Debug)]
pub(crate) struct Examined {
    /// The body.
    pub body: Body,
    /// What was inspected.
    pub inspection: Inspection,
}

impl Examined {
    /// What is kept when the body has been written.
    pub(crate) fn into_facts(self) -> ItemFacts {
        ItemFacts { body: self.body.facts, inspection: self.inspection }
    }
}

/// What other pages and files need to know of an item's body and inspection.
#[derive(Debug, Default)]
pub(crate) struct ItemFacts {
    /// Headings, links and files of the body.
    pub body: Facts,
    /// What was inspected.
    pub inspection: Inspection,
}

/// Renders and checks everything.
pub(crate) fn print(
    means: &WriteContext,
    site: &Site,
    withheld: &[Withheld],
    target: Sink,
) -> Result<WrittenSite, Failure> {
    let mut press = SiteWriter::new(means, site, target);
    means.progress.begin(BuildPhase::Pages);
    let keys = site.pages();
    let renderer = means.theme.map(|theme| Renderer::new(site, theme, &keys, &mut press.found));
    let pages = press.pages(&keys, renderer.as_ref())?;
    press.check_withheld(withheld, renderer.as_ref());
    if let Some(renderer) = &renderer {
        renderer.rehearse_notices(&mut press.found);
    }
    for dead in dead_anchors(site, &press.facts, &press.stub_facts) {
        press.found.push(dead);
    }
    means.progress.begin(BuildPhase::Files);
    let mut print = WrittenSite::default();
    if let Some(pages) = pages {
        print.pages = pages.iter().filter(|file| file.path.ends_with(".html")).count();
        print.files = press.further_files(pages)?;
    }
    let items = press.facts.iter().map(|(id, facts)| (&site.item(*id).path, facts));
    for (path, facts) in items.filter(|(_, facts)| !facts.inspection.waived.is_empty()) {
        press.waived.insert(path.to_string(), facts.inspection.waived.clone());
    }
    print.waived = press.waived;
    print.is_whole = press.is_whole;
    print.found = press.found;
    Ok(print)
}

/// The item whose text stands on a page.
pub(crate) fn text_of(site: &Site, page: PageKey) -> Option<ItemId> {
    match page {
        PageKey::Item(id) => Some(id),
        PageKey::Home(language) => site.index(language, None),
        PageKey::List(language, category, 1) => site.index(language, Some(category)),
        _ => None,
    }
}

/// Reads an item's file again and renders its body: a mistake in it has this severity. If the file is
/// not what was surveyed, there is no body, only findings.
pub(crate) fn body(
    means: &WriteContext,
    site: &Site,
    card: &Item,
    severity: Severity,
) -> Result<(Examined, Diagnostics), Diagnostics> {
    SiteWriter::new(means, site, Sink::Discard).render_body(card, severity)
}

/// Links to headings that are not there. Headings of items that nobody will see are not looked for.
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
        if facts.is_some_and(|facts| !facts.body.anchors.contains(&hash)) {
            let diagnostic = Diagnostic::error(Code::DeadAnchor, wanted.place.clone());
            let diagnostic = diagnostic.arg("link", wanted.link.as_str());
            dead.push(diagnostic.arg("other", path.as_ref()).help("help-other"));
        }
    }
    dead
}

/// Numbers of the files beside an item that it refers to.
fn used_files<'f>(item: &'f Item, facts: &'f Facts) -> impl Iterator<Item = usize> {
    item.named_files().chain(facts.files.iter().copied())
}

/// Files beside published items, or beside no item at all, that nothing refers to.
pub(crate) fn unused_files(
    site: &Site,
    files: &[Listed],
    facts: &BTreeMap<ItemId, ItemFacts>,
) -> Vec<Diagnostic> {
    let mut used: HashSet<String> = HashSet::new();
    let none = ItemFacts::default();
    for (id, item) in (0..).zip(&site.items) {
        let numbers = used_files(item, &facts.get(&id).unwrap_or(&none).body);
        used.extend(numbers.map(|n| format!("{}{}", item.folder(), item.files[n].name)));
    }
    let owners = site.withheld.iter().filter(|stub| owns_folder(&stub.path));
    let withheld: HashSet<&str> = owners.map(|stub| folder_of(&stub.path)).collect();
    let is_unused = |listed: &&Listed| {
        let known = used.contains(&listed.path) || listed.path.ends_with(".sig");
        !known && !withheld.contains(folder_of(&listed.path))
    };
    let unused = files.iter().filter(is_unused);
    unused.map(|file| Diagnostic::warning(Code::UnusedFile, Place::file(&file.path))).collect()
}

/// Pages after which what came of them is gathered: that of a million at once would fill memory.
const PAGES_AT_A_TIME: usize = 10_000;

/// A page, staged.
struct WrittenPage {
    files: Vec<Written>,
    /// The item whose body is on it, with what that has and wants.
    item: Option<(ItemId, ItemFacts)>,
    found: Diagnostics,
    is_whole: bool,
}

/// Renders the pages of one round.
struct SiteWriter<'a> {
    means: &'a WriteContext<'a>,
    site: &'a Site<'a>,
    target: Sink<'a>,
    /// Made of what is published, and only where it is published.
    search: Option<Search<'a>>,
    found: Diagnostics,
    is_whole: bool,
    facts: BTreeMap<ItemId, ItemFacts>,
    stub_facts: BTreeMap<u32, ItemFacts>,
    waived: BTreeMap<String, Vec<usize>>,
}

impl<'a> SiteWriter<'a> {
    fn new(means: &'a WriteContext<'a>, site: &'a Site<'a>, target: Sink<'a>) -> Self {
        let (facts, stub_facts, waived) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let found = Diagnostics::default();
        let has_search = site.config.has_search && !matches!(target, Sink::Discard);
        let search = has_search.then(|| Search::new(site, target.stage()));
        Self { means, site, target, search, found, is_whole: true, facts, stub_facts, waived }
    }

    /// Renders all pages in parallel. Without a theme only bodies are checked, and there are no
    /// files.
    fn pages(
        &mut self,
        pages: &[PageKey],
        renderer: Option<&Renderer>,
    ) -> Result<Option<Vec<Written>>, Failure> {
        let Some(renderer) = renderer else {
            let items: Vec<ItemId> = (0..).take(self.site.items.len()).collect();
            let bodies: Vec<_> = items.par_iter().map(|id| (*id, self.body_of(*id))).collect();
            for (id, read) in bodies {
                match read {
                    Ok((examined, found)) => {
                        self.facts.insert(id, examined.into_facts());
                        self.found.append(found);
                    }
                    Err(found) => self.found.append(found),
                }
            }
            return Ok(None);
        };
        let mut files = Vec::with_capacity(pages.len());
        for pages in pages.chunks(PAGES_AT_A_TIME) {
            let this = &*self;
            let printed: Vec<Result<WrittenPage, Failure>> = pages
                .par_iter()
                .map_init(Buffers::default, |buffers, page| this.print(renderer, *page, buffers))
                .collect();
            for page in printed {
                let page = page?;
                files.extend(page.files);
                self.found.append(page.found);
                self.is_whole &= page.is_whole;
                self.facts.extend(page.item);
            }
        }
        Ok(Some(files))
    }

    fn print(
        &self,
        renderer: &Renderer,
        page: PageKey,
        buffers: &mut Buffers,
    ) -> Result<WrittenPage, Failure> {
        let site = self.site;
        let item = text_of(site, page);
        let (examined, mut found) = match item.map(|id| self.body_of(id)) {
            Some(Ok((examined, found))) => (Some(examined), found),
            Some(Err(found)) => {
                self.means.progress.step();
                return Ok(WrittenPage { files: Vec::new(), item: None, found, is_whole: false });
            }
            None => (None, Diagnostics::default()),
        };
        let body = examined.as_ref().map(|examined| &examined.body);
        if let PageKey::Feed(language, category) = page {
            buffers.page.clear();
            render::atom(site, language, category, &mut buffers.page);
        } else {
            renderer.render(page, body, buffers, &mut found);
        }
        self.means.progress.step();
        let until = match page {
            PageKey::Item(id) | PageKey::Alias(id, _) => site.item(id).until(),
            _ => None,
        };
        let mut files = vec![self.put(site.output(page), &buffers.page, until)?];
        if let (Some(search), Some(id), Some(body)) = (&self.search, item, body) {
            let (path, bytes) = search.add(site, id, body)?;
            files.push(self.put(path, &bytes, site.item(id).until())?);
        }
        let item = item.zip(examined.map(Examined::into_facts));
        Ok(WrittenPage { files, item, found, is_whole: true })
    }

    fn put(
        &self,
        path: String,
        bytes: &[u8],
        until: Option<Timestamp>,
    ) -> Result<Written, Failure> {
        if let Some(stage) = self.target.stage() {
            stage.put(&path, bytes)?;
        }
        let digest = Sha256::digest(bytes).into();
        Ok(Written { path, size: bytes.len() as u64, digest, until })
    }

    /// Reads an item's file again and renders its body.
    fn body_of(&self, id: ItemId) -> Result<(Examined, Diagnostics), Diagnostics> {
        self.render_body(self.site.item(id), Severity::Error)
    }

    fn render_body(
        &self,
        card: &Item,
        severity: Severity,
    ) -> Result<(Examined, Diagnostics), Diagnostics> {
        let mut found = Diagnostics::default();
        let Some(document) = self.read_again(card, severity, &mut found) else {
            return Err(found);
        };
        markdown::report_typos(document.text(), &card.path, severity, &mut found);
        let words = self.means.theme.map(|theme| &theme.words[usize::from(card.language)]);
        let setting = BodyContext {
            portal: self.means.portal,
            resolver: Resolver { site: self.site, from: card },
            root: &root_of(&card.url),
            files_at: &self.site.files_url(card),
            words: words.map(body_words).unwrap_or_default(),
            severity,
        };
        let body = markdown::render(document.body(), &setting, &mut found);
        report_addresses(&setting.resolver, document.before_body(), &mut found);
        self.explain_flat(card, &mut found);
        self.look_at_photo(card, severity, &mut found);
        let files: Vec<usize> = used_files(card, &body.facts).collect();
        let Some(checker) = self.means.checker else {
            let inspection = Inspection::default();
            return Ok((Examined { body, inspection }, found));
        };
        let (files, judged) = self.judge_files(card, &files, severity, &mut found);
        let subject = inspect::InspectedItem {
            portal: self.means.portal,
            checker,
            card,
            text: document.text(),
            parts: document.parts(),
            html: &body.html,
            files: &files,
            severity,
        };
        let mut inspection = inspect::inspect(&subject, &mut found);
        for (number, digest) in judged {
            let known = inspection.digests.iter().find(|(other, _)| *other == number);
            let sealed = card.files[number].digest.as_deref();
            let mut others = known.map(|(_, digest)| digest).into_iter().chain(sealed);
            if others.any(|other| *other != digest) {
                let path = format!("{}{}", card.folder(), card.files[number].name);
                found.push(Diagnostic { severity, ..changed(&path) });
            } else if known.is_none() {
                inspection.digests.push((number, digest));
            }
        }
        Ok((Examined { body, inspection }, found))
    }

    /// The text of an item and its parts, if they are what was surveyed; else a finding says so.
    fn read_again<'i>(
        &self,
        card: &'i Item,
        severity: Severity,
        found: &mut Diagnostics,
    ) -> Option<Document<'i>> {
        let mut told = Diagnostics::default();
        let text = self.means.portal.read_text(&card.path, &mut told);
        let was_read = text.is_some();
        let same = text.filter(|text| text.fingerprint == card.fingerprint).and_then(|text| {
            let document = Document::new(&card.path, text, &mut Diagnostics::default())?;
            let is_proven =
                card.proven.as_ref().is_none_or(|proven| document.digest().ok() == Some(**proven));
            is_proven.then_some(document)
        });
        if same.is_none() {
            if was_read {
                told.push(changed(&card.path));
            }
            told.amend_all(|found| found.severity = severity);
            found.append(told);
        }
        same
    }

    /// Compares the files that would be published with their names. They must be there to be read today, also where
    /// they are copied on a later day only. Returns those that were read, with the digests of what was judged.
    fn judge_files(
        &self,
        card: &Item,
        files: &[usize],
        severity: Severity,
        found: &mut Diagnostics,
    ) -> (Vec<usize>, Vec<(usize, Sha256Digest)>) {
        let allowed = &self.site.config.attachments_allow;
        let portal = self.means.portal;
        let subject = file_check::Subject { portal, allowed, card, severity };
        let numbers: BTreeSet<usize> = files.iter().copied().collect();
        let numbers: Vec<usize> = numbers.into_iter().collect();
        let verdicts: Vec<file_check::Verdict> =
            numbers.par_iter().map(|number| file_check::judge(&subject, *number)).collect();
        let (mut readable, mut digests) = (Vec::new(), Vec::new());
        for (number, verdict) in numbers.into_iter().zip(verdicts) {
            if verdict.found.iter().all(|found| found.code != Code::Unreadable) {
                readable.push(number);
            }
            digests.extend(verdict.digest.map(|digest| (number, digest)));
            verdict.found.into_iter().for_each(|diagnostic| found.push(diagnostic));
        }
        (readable, digests)
    }

    /// The photograph of a person must be what its name says.
    fn look_at_photo(&self, card: &Item, severity: Severity, found: &mut Diagnostics) {
        let Some(photo) = card.photo() else { return };
        let name = &card.files[photo].name;
        let path = format!("{}{name}", card.folder());
        if markdown::probe_image(self.means.portal, &path) == Some(Picture::Foreign) {
            let diagnostic = Diagnostic::error(Code::NotPicture, Place::file(&path));
            let diagnostic = diagnostic.arg("link", name.as_ref()).help("help-content");
            found.push(Diagnostic { severity, ..diagnostic });
        }
    }

    /// A file beside an item that is a single file is there, but nobody's.
    fn explain_flat(&self, card: &Item, found: &mut Diagnostics) {
        let flat = stem_of(&card.path).filter(|_| !owns_folder(&card.path));
        let Some((stem, _)) = flat else { return };
        let better = format!("{}{stem}/index.md", card.folder());
        found.amend(Code::MissingFile, |diagnostic| {
            let name = diagnostic.args.iter().find(|(key, _)| *key == "value");
            let path = name.map(|(_, name)| format!("{}{name}", card.folder()));
            if path.is_some_and(|path| self.means.files.iter().any(|f| f.path == path)) {
                diagnostic.args.push(("path", better.clone()));
                diagnostic.help = "help-flat";
            }
        });
    }

    /// Bodies of items that will open must be right today: no build may fail only because a
    /// window opened. Those of the others are looked at by `check`, and only warned of.
    fn check_withheld(&mut self, withheld: &[Withheld], renderer: Option<&Renderer>) {
        let all = self.means.scope == Scope::Check;
        let chosen: Vec<&Withheld> = withheld.iter().filter(|w| all || w.will_open).collect();
        let check = |withheld: &&Withheld| {
            let severity = if withheld.will_open { Severity::Error } else { Severity::Warning };
            let (examined, mut found) = self.render_body(&withheld.card, severity)?;
            if let Some(renderer) = renderer.filter(|_| withheld.will_open) {
                renderer.rehearse(&withheld.card, &examined.body, &mut found);
            }
            Ok((examined.into_facts(), found))
        };
        let checked: Vec<Result<_, Diagnostics>> = chosen.par_iter().map(check).collect();
        for (withheld, checked) in chosen.iter().zip(checked) {
            let (facts, found) = match checked {
                Ok(checked) => checked,
                Err(found) => {
                    self.found.append(found);
                    continue;
                }
            };
            if !facts.inspection.waived.is_empty() {
                let path = withheld.card.path.to_string();
                self.waived.insert(path, facts.inspection.waived.clone());
            }
            let stub = self.site.withheld_by_path(&withheld.card.path);
            if let Some(stub) = stub.filter(|_| withheld.will_open) {
                self.stub_facts.insert(stub, facts);
            }
            self.found.append(found);
        }
    }

    /// Files that are not pages: attachments, assets, sitemap, robots.txt, manifest.
    fn further_files(&mut self, mut files: Vec<Written>) -> Result<Vec<Written>, Failure> {
        files.extend(self.attachments()?);
        files.extend(self.assets()?);
        if let Some(search) = self.search.take() {
            files.extend(search.finish(self.site, |path, bytes| self.put(path, bytes, None))?);
        }
        let site = self.site;
        for (path, bytes) in render::sitemap(site, &site.pages()) {
            files.push(self.put(path, &bytes, None)?);
        }
        files.push(self.put("robots.txt".to_owned(), &render::robots(site), None)?);
        if let Some(security) = render::security_txt(site, self.means.at) {
            let until = site.config.security.as_ref().map(|security| security.expires);
            files.push(self.put(SECURITY.to_owned(), &security, until)?);
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        for (path, bytes) in output::manifest(&files, &site.config.zone) {
            files.push(self.put(path, &bytes, None)?);
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    fn attachments(&mut self) -> Result<Vec<Written>, Failure> {
        let mut wanted: BTreeMap<String, FileCopy> = BTreeMap::new();
        let none = ItemFacts::default();
        for (id, item) in (0..).zip(&self.site.items) {
            if item.files.is_empty() {
                continue;
            }
            let facts = self.facts.get(&id).unwrap_or(&none);
            for number in used_files(item, &facts.body) {
                let file = &item.files[number];
                let source = format!("{}{}", item.folder(), file.name);
                let output = format!("{}{}", self.site.files_url(item), nfc(&file.name));
                let until = item.until();
                let inspected = &facts.inspection.digests;
                let inspected = inspected.iter().find(|(other, _)| *other == number);
                let digest =
                    file.digest.as_deref().copied().or(inspected.map(|(_, digest)| *digest));
                let copy = FileCopy { source, size: file.size, digest, until };
                wanted
                    .entry(output)
                    .and_modify(|known| {
                        known.until = later(known.until, until);
                        known.digest = known.digest.or(digest);
                    })
                    .or_insert(copy);
            }
        }
        for unused in unused_files(self.site, self.means.files, &self.facts) {
            self.found.push(unused);
        }
        let copied: Result<Vec<_>, Failure> =
            wanted.par_iter().map(|(output, copy)| self.copy(output, copy)).collect();
        Ok(self.gather(copied?))
    }

    /// The files that were copied; a finding says why the others were not.
    fn gather(&mut self, copied: Vec<Result<Written, Diagnostic>>) -> Vec<Written> {
        let mut files = Vec::with_capacity(copied.len());
        for file in copied {
            match file {
                Ok(file) => files.push(file),
                Err(found) => {
                    self.found.push(found);
                    self.is_whole = false;
                }
            }
        }
        files
    }

    fn assets(&mut self) -> Result<Vec<Written>, Failure> {
        let copy = |asset: &Asset| match &asset.source {
            AssetSource::BuiltIn(bytes) => self.put(asset.output.clone(), bytes, None).map(Ok),
            AssetSource::File(Listed { path, size, .. }) => {
                let (source, size) = (path.clone(), *size);
                self.copy(&asset.output, &FileCopy { source, size, digest: None, until: None })
            }
        };
        let copied: Result<Vec<_>, Failure> = self.means.assets.iter().map(copy).collect();
        Ok(self.gather(copied?))
    }

    /// Copies a file of the portal. What is wrong with the file is a finding, what is wrong with the
    /// output is a failure.
    fn copy(&self, output: &str, copy: &FileCopy) -> Result<Result<Written, Diagnostic>, Failure> {
        let portal = self.means.portal;
        let digest = match self.target {
            Sink::Stage(stage) => match portal.open(&copy.source) {
                Ok(file) => match stage.copy(output, file, copy.size)? {
                    Taken::Whole(digest) => Ok(digest),
                    Taken::Changed => Err(changed(&copy.source)),
                    Taken::Unreadable(error) => Err(unreadable(&copy.source, &error)),
                },
                Err(unreadable) => Err(unreadable),
            },
            Sink::Hash => portal.digest(&copy.source),
            Sink::Discard => Ok(copy.digest.unwrap_or_default()),
        };
        let is_proven = |digest: &Sha256Digest| copy.digest.is_none_or(|proven| proven == *digest);
        Ok(digest.and_then(|digest| {
            let written =
                Written { path: output.to_owned(), size: copy.size, digest, until: copy.until };
            if is_proven(&digest) { Ok(written) } else { Err(changed(&copy.source)) }
        }))
    }
}

/// Addresses of withheld items in what the front matter shows to readers.
fn report_addresses(resolver: &Resolver, front: &str, found: &mut Diagnostics) {
    let Item { title, summary, details, path, .. } = resolver.from;
    let notes = details.changes.iter().map(|c| &c.note);
    let files = details.attachments.iter().map(|named| &named.title);
    let shown = [title, summary].into_iter().chain(notes).chain(files);
    for word in shown.flat_map(|text| resolver.withheld_in(text)) {
        let at = front.find(word).map_or(0..0, |at| at..at + word.len());
        let place = Place::of_range(path, front, at);
        found.push(Diagnostic::warning(Code::WithheldAddress, place).arg("link", word));
    }
}

/// A file of the portal is not what it was when it was judged.
fn changed(path: &str) -> Diagnostic {
    Diagnostic::error(Code::Changed, Place::file(path))
}

/// A file to be copied into the output.
struct FileCopy {
    /// Its path in the portal.
    source: String,
    size: u64,
    /// What its bytes must be, where a seal or a signature covers them, or they were looked into.
    digest: Option<Sha256Digest>,
    /// When it ends.
    until: Option<Timestamp>,
}

/// The later of two ends; no end is the latest.
fn later(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    a.zip(b).map(|(a, b)| a.max(b))
}

/// What the theme calls the parts of a text.
fn body_words(words: &tera::Value) -> BodyWords<'_> {
    let word = |key| words.get_from_path(key).and_then(tera::Value::as_str).unwrap_or("");
    BodyWords {
        task_done: word("task_done"),
        task_open: word("task_open"),
        table: word("table"),
        footnotes: word("footnotes"),
        footnote_back: word("footnote_back"),
    }
}

//! Finds what the preview shows at a path: renders pages, makes feeds, search index and manifest, and
//! opens files.

use std::fs::File;

use rayon::prelude::*;

use crate::build::{Sink, examine, item_on_page, write_site};
use crate::content::folder_of;
use crate::diagnostics::{Diagnostics, Severity};
use crate::gate::{Judgement, Verdict};
use crate::markdown::Body;
use crate::output;
use crate::render;
use crate::render::{AssetSource, LayoutCache, Renderer};
use crate::search::Search;
use crate::serve::preview::{BATCH, Preview, PreviewIndex};
use crate::site::{ItemId, PageKey, SECURITY};
use crate::source::{Sha256Digest, Stamp};

/// A rendered page.
#[derive(Debug)]
pub struct PreviewPage {
    /// Its bytes, as a build would write them.
    pub bytes: Vec<u8>,
    /// Diagnostics of rendering it.
    pub found: Diagnostics,
    /// The judgement on its item, if it is the page of one.
    pub judgement: Option<Judgement>,
}

/// What a path leads to.
#[derive(Debug)]
pub enum Lookup {
    /// A page, or another file that a build generates.
    Page(PreviewPage),
    /// The page of this Markdown file, which changed after it was loaded.
    Stale(String),
    /// A file of the search index, which is not complete yet. See [`Preview::index_batch`].
    Unready,
    /// Nothing.
    Nothing,
}

impl Lookup {
    fn bytes(bytes: Vec<u8>) -> Self {
        Self::Page(PreviewPage { bytes, found: Diagnostics::default(), judgement: None })
    }
}

/// A file that is copied to the output.
#[derive(Debug)]
pub enum StaticFile {
    /// A file inside the program.
    Bytes(&'static [u8]),
    /// An open file of the theme or of `static/`.
    File(File),
    /// An open file of an item.
    Attachment(File),
    /// A file of the portal that changed after it was checked.
    Changed,
}

impl Preview {
    /// Returns the page or generated file at a path from the site's root. The path of a folder ends
    /// with `/`.
    pub fn page(&mut self, path: &str) -> Lookup {
        let url = path.strip_suffix("index.html").unwrap_or(path);
        if let Some(key) = self.site.page_at(url) {
            return self.render(key);
        }
        if let Some(lookup) = self.search_file(path) {
            return lookup;
        }
        if output::is_manifest(path) {
            return self.manifest_file(path);
        }
        if !(["robots.txt", SECURITY].contains(&path) || path.starts_with("sitemap")) {
            return Lookup::Nothing;
        }
        let mut generated = render::sitemap(&self.site, &self.site.pages());
        generated.push(("robots.txt".to_owned(), render::robots(&self.site)));
        let security = render::security_txt(&self.site, self.options.at);
        generated.extend(security.map(|text| (SECURITY.to_owned(), text)));
        match generated.into_iter().find(|(name, _)| name == path) {
            Some((_, bytes)) => Lookup::bytes(bytes),
            None => Lookup::Nothing,
        }
    }

    /// Returns a file of the search. `None` if the path does not belong to the search.
    fn search_file(&mut self, path: &str) -> Option<Lookup> {
        let config = &self.project.config;
        let folders = config.languages().map(|(language, _)| config.search_url(language));
        let mut names = folders.filter_map(|folder| path.strip_prefix(&*folder));
        let name = names.find(|name| name.starts_with("text/") || name.starts_with("index/"));
        let name = name.filter(|_| config.has_search)?;
        if name.starts_with("text/") {
            let id = Search::new(&self.site, None).text_at(&self.site, path)?;
            let item = self.site.item(id);
            let examined = examine(&self.write_context(), &self.site, item, Severity::Error);
            return Some(match examined {
                Ok((examined, _)) => Lookup::bytes(Search::text(&self.site, id, &examined.body)),
                Err(_) => Lookup::Stale(item.path.to_string()),
            });
        }
        Some(match &self.index {
            PreviewIndex::Complete(files) => {
                files.get(path).map_or(Lookup::Nothing, |bytes| Lookup::bytes(bytes.clone()))
            }
            PreviewIndex::None | PreviewIndex::Begun(..) => Lookup::Unready,
        })
    }

    /// Adds a batch of items to the search index. Returns whether any are left.
    pub fn index_batch(&mut self) -> bool {
        let (search, mut left) = match std::mem::take(&mut self.index) {
            PreviewIndex::None => {
                let pages = self.site.pages().into_iter();
                let items = pages.filter_map(|page| item_on_page(&self.site, page)).collect();
                (Search::new(&self.site, None), items)
            }
            PreviewIndex::Begun(search, left) => (search, left),
            complete @ PreviewIndex::Complete(_) => {
                self.index = complete;
                return false;
            }
        };
        let batch = left.split_off(left.len().saturating_sub(BATCH));
        let context = self.write_context();
        batch.par_iter().for_each(|id| {
            // An item that cannot be read now has no page either. A change event will follow.
            let item = self.site.item(*id);
            if let Ok((examined, _)) = examine(&context, &self.site, item, Severity::Error) {
                let _ = search.add(&self.site, *id, &examined.body);
            }
        });
        let is_left = !left.is_empty();
        self.index = if is_left {
            PreviewIndex::Begun(search, left)
        } else {
            let files = search.finish(&self.site, |path, bytes| Ok((path, bytes.to_vec())));
            PreviewIndex::Complete(files.unwrap_or_default().into_iter().collect())
        };
        is_left
    }

    /// Returns the manifest or a part of it. All files are made for it, as by a build.
    fn manifest_file(&mut self, path: &str) -> Lookup {
        if self.manifest.is_empty() {
            let context = self.write_context();
            let written = write_site(&context, &self.site, &self.withheld, Sink::Hash, None);
            let mut files = written.map(|written| written.files).unwrap_or_default();
            files.retain(|file| !output::is_manifest(&file.path));
            let zone = &self.project.config.zone;
            self.manifest = output::manifest(&files, zone).into_iter().collect();
        }
        self.manifest.get(path).map_or(Lookup::Nothing, |bytes| Lookup::bytes(bytes.clone()))
    }

    /// Returns the 404 page.
    pub fn not_found(&mut self) -> Lookup {
        self.render(PageKey::NotFound)
    }

    fn render(&mut self, key: PageKey) -> Lookup {
        let Some(theme) = &self.project.theme else { return Lookup::Nothing };
        let mut diagnostics = Diagnostics::default();
        let item = item_on_page(&self.site, key);
        let mut body = Body::default();
        if let Some(id) = item {
            let item = self.site.item(id);
            match examine(&self.write_context(), &self.site, item, Severity::Error) {
                Ok((examined, more)) => {
                    body = examined.body;
                    diagnostics.append(more);
                }
                Err(_) => return Lookup::Stale(item.path.to_string()),
            }
        }
        let body = item.map(|_| &body);
        let layouts = self.layouts.take();
        let layouts = layouts.unwrap_or_else(|| LayoutCache::new(&self.site, theme));
        let mut renderer = Renderer::resume(&self.site, theme, layouts);
        renderer.prepare(&[key], &mut diagnostics);
        renderer.render(key, body, &mut self.buffers, &mut diagnostics);
        let bytes = self.buffers.page.clone();
        self.layouts = Some(renderer.into_cache());
        let judgement = item.and_then(|id| self.judgement(&self.site.item(id).path)).cloned();
        let judgement = judgement.filter(|_| matches!(key, PageKey::Item(_)));
        Lookup::Page(PreviewPage { bytes, found: diagnostics, judgement })
    }

    /// Opens the file at a path from the site's root. Returns `None` unless it belongs to the theme,
    /// to `static/` or to an item that refers to it.
    pub fn file(&mut self, path: &str) -> Option<StaticFile> {
        let assets = &self.project.assets;
        if let Ok(n) = assets.binary_search_by(|asset| asset.output.as_str().cmp(path)) {
            return match &assets[n].source {
                AssetSource::BuiltIn(bytes) => Some(StaticFile::Bytes(bytes)),
                AssetSource::File(asset) => {
                    let stamp = self.changed_styles.get(&asset.path).copied().or(asset.stamp);
                    self.open(&asset.path, stamp, None)
                }
            };
        }
        let (folder, name) = path.split_at(folder_of(path).len());
        let original = self.site.by_url(folder)?;
        let languages = self.project.config.languages().map(|(language, _)| language);
        let translations: Vec<ItemId> =
            languages.filter_map(|language| self.site.translation(original, language)).collect();
        let id = translations.into_iter().find(|id| self.refers_to(*id, name))?;
        let item = self.site.item(id);
        let number = item.file_number(name)?;
        let file = &item.files[number];
        let facts = self.checks.facts.get(&id);
        let inspected = facts.and_then(|facts| facts.inspection.digest_of(number));
        let path = format!("{}{}", item.folder(), file.name);
        let files = &self.listing.inventory.files;
        let listed = files.binary_search_by(|listed| listed.path.as_str().cmp(&path)).ok()?;
        let digest = file.digest.as_deref().copied().or(inspected);
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
        let opened = self.project.portal.open_same(path, stamp, digest).ok()?;
        Some(opened.map_or(StaticFile::Changed, StaticFile::File))
    }

    /// Checks whether front matter or body of an item refer to a file of it.
    fn refers_to(&self, id: ItemId, name: &str) -> bool {
        let item = self.site.item(id);
        let Some(number) = item.file_number(name) else { return false };
        item.named_files().any(|named| named == number) || {
            let examined = examine(&self.write_context(), &self.site, item, Severity::Error);
            examined.is_ok_and(|(examined, _)| examined.body.facts.files.contains(&number))
        }
    }

    /// Checks whether the item at a URL is shown although it is withheld.
    pub fn is_withheld(&self, url: &str) -> bool {
        let item = self.site.by_url(url).or_else(|| self.site.by_alias(url));
        let judgement = item.and_then(|id| self.judgement(&self.site.item(id).path));
        judgement.is_some_and(|judgement| judgement.verdict != Verdict::Published)
    }
}

//! Renders pages and feeds from the site, the theme and one body. Reads and writes no files.
//!
//! The layout of a page (head, header, navigation, footer) is rendered once per language, kind,
//! section and depth, with slots. A page is its content in a layout. The body of an item never passes
//! through a template: the template prints a slot for it, too.

mod asset_kinds;
mod atom;
mod catalog;
mod context;
mod entries;
mod exported_words;
mod feeds;
mod fields;
mod former_names;
mod home;
mod json_ld;
mod kinds;
mod labels;
mod layout;
mod list_cache;
mod list_data;
mod lists;
mod no_break;
mod pages;
mod rehearsal;
mod security_txt;
mod sitemap;
mod template_uses;
mod terms;
mod theme;
mod threads;
mod values;
mod xml;

pub use no_break::NoBreak;
pub(crate) use rehearsal::{rehearse_empty, rehearse_opening};
pub(crate) use security_txt::security_txt;
pub(crate) use sitemap::robots;
pub use sitemap::sitemap;
pub(crate) use theme::{
    Asset, AssetSource, Theme, built_in, built_in_names, renamed_template, static_files,
};

use std::borrow::Cow;
use std::collections::HashMap;

use tera::{Context, Tera, Value};

use crate::config::{Category, CategoryId, Facet, LanguageId, NoticePage};
use crate::content::Item;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::gate::State;
use crate::markdown::{Body, escape};
use crate::render::catalog::Catalog;
use crate::render::context::{LanguageContext, LinkValue, PageValue, map};
use crate::render::layout::{BODY_SLOT, Layout, LayoutKey, PageKind, PageParts};
use crate::render::list_cache::ListCache;
use crate::site::{ItemId, PageKey, Site, Taxonomy, Term, TermId, encode};

/// How many urgent items every page shows at its top. The site map lists all.
const URGENT: usize = 3;

/// Renders pages.
#[derive(Debug)]
pub struct Renderer<'a> {
    site: &'a Site,
    theme: &'a Theme,
    cache: LayoutCache,
    lists: ListCache,
    /// The state in which a rehearsal shows items with a deadline.
    rehearsed_state: Option<State>,
}

/// Rendered layouts, and the values that pages share. The preview keeps it while only the page of an
/// item changes.
#[derive(Debug)]
pub struct LayoutCache {
    languages: Vec<LanguageContext>,
    layouts: HashMap<LayoutKey, Layout>,
    /// `None` if the theme wants texts as they are written.
    no_break: Option<NoBreak>,
    /// The template engine with functions that know the items. `None` if the theme calls none.
    engine: Option<Tera>,
}

/// Buffers that a worker uses again for every page.
#[derive(Debug, Default)]
pub struct Buffers {
    /// The page.
    pub page: Vec<u8>,
    content: Vec<u8>,
    head: Vec<u8>,
    languages: Vec<u8>,
}

/// A page to render, with its URL and the key of its layout.
struct PageTarget {
    page: PageKey,
    /// The URL from the site's root, not percent-encoded.
    url: String,
    layout: LayoutKey,
}

/// The values for the content of a page, and for its head.
struct PageContent<'p> {
    context: Context,
    title: Cow<'p, str>,
    description: &'p str,
}

impl<'a> Renderer<'a> {
    /// Prepares everything that pages share, layouts included. Reports mistakes in layouts.
    pub fn new(
        site: &'a Site,
        theme: &'a Theme,
        pages: &[PageKey],
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut renderer = Self::resume(site, theme, LayoutCache::new(site, theme));
        renderer.prepare(pages, diagnostics);
        renderer
    }

    /// Continues with the layouts of a former renderer.
    pub fn resume(site: &'a Site, theme: &'a Theme, cache: LayoutCache) -> Self {
        Self { site, theme, cache, lists: ListCache::new(site), rehearsed_state: None }
    }

    /// Returns the layouts, for [`Renderer::resume`].
    pub fn into_cache(self) -> LayoutCache {
        self.cache
    }

    /// Returns an engine whose functions know the items of the site.
    fn engine_with_items(&self) -> Tera {
        let catalog = Catalog::new(self.site, self.rehearsed_state, |id| self.entry(id));
        self.theme.engine_with(catalog)
    }

    /// Renders a template. Returns `false` after reporting a mistake in it.
    fn fill_template(
        &self,
        template: &str,
        context: &Context,
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        self.theme.render(self.cache.engine.as_ref(), template, context, out, diagnostics)
    }

    /// Renders the layouts that pages need. Reports mistakes in them.
    pub fn prepare(&mut self, pages: &[PageKey], diagnostics: &mut Diagnostics) {
        for page in pages {
            let Some(PageTarget { layout: key, .. }) = self.target(*page) else { continue };
            if !self.cache.layouts.contains_key(&key) {
                let layout = self.render_layout(key, diagnostics);
                self.cache.layouts.insert(key, layout);
            }
        }
    }

    /// Returns the URL and the layout of a page. Returns `None` for aliases, feeds and lists as files, which
    /// have no layout.
    fn target(&self, page: PageKey) -> Option<PageTarget> {
        let (kind, language, section) = match page {
            PageKey::Home(language) => (PageKind::Home, language, None),
            PageKey::List(language, category, _) => (PageKind::Category, language, Some(category)),
            PageKey::Term(id, _) => {
                let Term { language, taxonomy, .. } = self.site.term(id);
                (PageKind::Term, *language, taxonomy.category())
            }
            PageKey::Terms(language, _) => (PageKind::Terms, language, None),
            PageKey::Item(id) => {
                let item = self.site.item(id);
                (PageKind::of(item), item.language, item.category)
            }
            PageKey::Notice(n) => {
                let notice = &self.site.notices[n as usize];
                (PageKind::Notice, notice.language(), Some(notice.category()))
            }
            PageKey::Search(language, _) => (PageKind::Search, language, None),
            PageKey::SiteMap(language) => (PageKind::SiteMap, language, None),
            PageKey::NotFound => (PageKind::NotFound, LanguageId::OWN, None),
            PageKey::Alias(..) | PageKey::Feed(..) | PageKey::TermFeed(_) => return None,
            PageKey::ListCsv(..) | PageKey::ListJson(..) => return None,
        };
        let url = self.site.url(page);
        let depth = url.matches('/').count();
        Some(PageTarget { page, url, layout: LayoutKey { language, kind, section, depth } })
    }

    fn render_layout(&self, key: LayoutKey, diagnostics: &mut Diagnostics) -> Layout {
        let urgent: Vec<ItemId> = self.site.urgent(key.language).collect();
        self.render_layout_with(key, &urgent, diagnostics)
    }

    fn render_layout_with(
        &self,
        key: LayoutKey,
        urgent: &[ItemId],
        diagnostics: &mut Diagnostics,
    ) -> Layout {
        let site = self.site;
        let mut context = self.base_context(key.language, &self.root(key));
        let config = &site.config;
        let nav: Vec<LinkValue> = config
            .policy
            .categories()
            .map(|(id, category)| LinkValue {
                id: &category.id,
                title: config.category_title(id, key.language),
                url: encode(&config.category_url(key.language, id)),
                current: key.section == Some(id),
            })
            .collect();
        context.insert("nav", &nav);
        context.insert("pages", &self.pages_outside(key.language));
        context.insert_value("urgent", self.entries(&urgent[..urgent.len().min(URGENT)]));
        context.insert_value("urgent_total", Value::from(urgent.len()));
        context.insert("kind", key.kind.word());
        let section = key.section.map(|id| config.policy.categories[usize::from(id)].id.as_str());
        context.insert("section", section.unwrap_or(""));
        let marks = Layout::slot_marks().map(|(name, mark)| (name, Value::safe_string(&mark)));
        context.insert_value("slot", map(marks));
        let mut out = Vec::new();
        let rendered = self.fill_template("base.html", &context, &mut out, diagnostics);
        let mut typeset = Vec::with_capacity(out.len() * 5 / 4);
        self.cache.typeset(&out, &mut typeset);
        let layout = Layout::cut(&String::from_utf8_lossy(&typeset));
        if rendered && let Some(problem) = layout.problem() {
            let place = Place::file(self.theme.path("base.html"));
            let diagnostic = Diagnostic::error(Code::LayoutSlot, place);
            diagnostics.push(diagnostic.arg("slot", problem));
        }
        layout
    }

    /// Returns the relative path from a page to the site's root. The page for what is not found is shown
    /// at any URL, so it has the path of `base_url`.
    fn root(&self, key: LayoutKey) -> String {
        match key {
            LayoutKey { kind: PageKind::NotFound, .. } => {
                self.site.config.base_url.path().to_owned()
            }
            LayoutKey { depth: 0, .. } => "./".to_owned(),
            LayoutKey { depth, .. } => "../".repeat(depth),
        }
    }

    /// Returns the values that every template gets.
    fn base_context(&self, language: LanguageId, root: &str) -> Context {
        let shared = &self.cache.languages[usize::from(language)];
        let mut context = Context::new();
        context.insert_value("lang", Value::from(shared.code.as_str()));
        context.insert_value("root", Value::from(root));
        context.insert_value("site", shared.site.clone());
        context.insert_value("ui", shared.words.clone());
        context
    }

    /// Renders a page or a generated file into `buffers.page`. The body is that of the item, or the text of a list.
    pub fn render(
        &self,
        page: PageKey,
        body: Option<&Body>,
        buffers: &mut Buffers,
        diagnostics: &mut Diagnostics,
    ) {
        buffers.page.clear();
        match page {
            PageKey::Alias(id, _) => {
                return self.alias(page, id, &mut buffers.page, diagnostics);
            }
            PageKey::Feed(..) | PageKey::TermFeed(_) => {
                return self.feed(page, &mut buffers.page);
            }
            PageKey::ListCsv(language, category) => {
                return self.list_csv(language, category, &mut buffers.page);
            }
            PageKey::ListJson(language, category) => {
                return self.list_json(language, category, &mut buffers.page);
            }
            _ => {}
        }
        let Some(target) = self.target(page) else { return };
        let Some(content) = self.content(&target, body) else { return };
        self.join(&target, content, body, buffers, diagnostics);
    }

    /// Renders the content of a page and puts it into its layout.
    fn join(
        &self,
        target: &PageTarget,
        content: PageContent,
        body: Option<&Body>,
        buffers: &mut Buffers,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(layout) = self.cache.layouts.get(&target.layout) else { return };
        let PageContent { mut context, title, description } = content;
        let page = self.page_value(target, &title, description);
        insert_page(&mut context, &page, body);
        let Buffers { page: out, content, head, languages } = buffers;
        content.clear();
        head.clear();
        languages.clear();
        let template = self.template(target);
        self.fill_template(&template, &context, content, diagnostics);
        self.fill_template("head.html", &context, head, diagnostics);
        if self.site.config.languages.len() > 1 {
            self.fill_template("languages.html", &context, languages, diagnostics);
        }
        let mut escaped = String::with_capacity(title.len());
        escape(&title, &mut escaped);
        let parts = PageParts {
            title: &escaped,
            head,
            languages,
            content,
            body: body.map_or("", |body| &body.html),
            url: &page.canonical,
        };
        layout.fill(&parts, |html, out| self.cache.typeset(html, out), out);
    }

    /// Returns the template of a page's content.
    fn template(&self, target: &PageTarget) -> Cow<'static, str> {
        match target.page {
            PageKey::Item(id) => self.template_of(self.site.item(id)),
            PageKey::List(_, category, _) => self.template_of_category(category),
            PageKey::Term(id, _) => self.template_of_term(id),
            _ => Cow::Borrowed(target.layout.kind.template()),
        }
    }

    /// Returns the template of an item: that of its `kind` if the theme has one, such as
    /// `item-order.html`.
    fn template_of(&self, item: &Item) -> Cow<'static, str> {
        let general = PageKind::of(item);
        let kind = &item.details.kind;
        if !kind.is_empty() {
            let template = format!("{}-{kind}.html", general.word());
            if self.theme.has(&template) {
                return Cow::Owned(template);
            }
        }
        Cow::Borrowed(general.template())
    }

    /// Returns the template of a category's list: `category-news.html` if the theme has it.
    fn template_of_category(&self, category: CategoryId) -> Cow<'static, str> {
        let id = &self.site.config.policy.categories[usize::from(category)].id;
        self.template_if_there(format!("category-{id}.html"), PageKind::Category)
    }

    /// Returns the template of a term's list: `list-tender.html` for the items of a kind if the theme has
    /// it.
    fn template_of_term(&self, id: TermId) -> Cow<'static, str> {
        let term = self.site.term(id);
        let Taxonomy::Facet(category, number) = term.taxonomy else {
            return Cow::Borrowed(PageKind::Term.template());
        };
        let settings = &self.site.config.policy.categories[usize::from(category)].list;
        if settings.facets.get(usize::from(number)) == Some(&Facet::Kind) {
            return self.template_if_there(format!("list-{}.html", term.slug), PageKind::Term);
        }
        Cow::Borrowed(PageKind::Term.template())
    }

    fn template_if_there(&self, special: String, general: PageKind) -> Cow<'static, str> {
        if self.theme.has(&special) { special.into() } else { general.template().into() }
    }

    /// Renders the pages left by ended items, where a category asks for them, and drops them. A
    /// template that fails on one is reported today, not in the night when a window closes.
    pub fn rehearse_notices(&self, diagnostics: &mut Diagnostics) {
        let config = &self.site.config;
        let has_notices = |category: &Category| category.notice_page != NoticePage::None;
        let mut categories = config.policy.categories();
        let Some((category, _)) = categories.find(|(_, c)| has_notices(c)) else { return };
        let kind = PageKind::Notice;
        for (language, _) in config.languages() {
            let key = LayoutKey { language, kind, section: Some(category), depth: 2 };
            self.render_layout(key, diagnostics);
            for title in [None, Some("title")] {
                let context = self.notice_context(key, category, title);
                let url = config.category_url(language, category);
                let page = PageValue {
                    noindex: true,
                    ..PageValue::unlinked(kind.word(), title.unwrap_or(""), url)
                };
                self.rehearse_content(kind.template(), context, &page, None, diagnostics);
            }
        }
    }

    /// Renders the content and the head of a page and drops them.
    fn rehearse_content(
        &self,
        template: &str,
        mut context: Context,
        page: &PageValue,
        body: Option<&Body>,
        diagnostics: &mut Diagnostics,
    ) {
        insert_page(&mut context, page, body);
        for template in [template, "head.html"] {
            self.fill_template(template, &context, &mut Vec::new(), diagnostics);
        }
    }
}

/// Adds the values of a page that do not depend on its kind. The body is a slot, or nothing.
fn insert_page(context: &mut Context, page: &PageValue, body: Option<&Body>) {
    let slot = body.map_or(String::new(), |_| BODY_SLOT.to_string());
    context.insert("page", page);
    context.insert_value("has_body", Value::from(body.is_some_and(|body| !body.html.is_empty())));
    context.insert_value("body", Value::safe_string(&slot));
}

impl LayoutCache {
    /// Prepares the values that pages of a site share. Renders no layout yet.
    pub fn new(site: &Site, theme: &Theme) -> Self {
        let numbers = site.config.languages();
        let languages = numbers.map(|(n, _)| LanguageContext::new(site, theme, n)).collect();
        let no_break = theme.keeps_names_whole.then(|| NoBreak::new(site));
        let cache = Self { languages, layouts: HashMap::new(), no_break, engine: None };
        if !theme.asks_for_items {
            return cache;
        }
        let renderer = Renderer::resume(site, theme, cache);
        let engine = renderer.engine_with_items();
        Self { engine: Some(engine), ..renderer.into_cache() }
    }

    /// Writes a part of a page that begins and ends outside of tags.
    fn typeset(&self, html: &[u8], out: &mut Vec<u8>) {
        match &self.no_break {
            Some(no_break) => no_break.set(html, out),
            None => out.extend_from_slice(html),
        }
    }
}

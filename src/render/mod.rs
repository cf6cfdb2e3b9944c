//! A page, rendered: pure, from the site, the theme and one body.
//!
//! What surrounds a page's own part (head, header, navigation, footer) is rendered once per
//! language, kind, section and depth, with holes; a page is its own part joined into them. The
//! body of an item never goes through a template: the template leaves a hole for it, too.

mod context;
mod feed;
mod json_ld;
mod kinds;
mod layout;
mod no_break;
mod theme;

pub use feed::sitemap;
pub(crate) use feed::{atom, robots, security_txt};
pub use no_break::NoBreak;
pub(crate) use theme::{Asset, AssetSource, Theme, built_in, built_in_names, static_files};

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use tera::{Context, Value};

use crate::config::{Category, CategoryId, Channel, LanguageId, NoticePage, PersonId};
use crate::content::{Item, Obligation, nfc};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::gate::Admitted;
use crate::markdown::{Body, Heading, escape, file_type, size_text};
use crate::render::context::{
    ChangeValue, ChannelValue, ContactValue, EntryValue, FileValue, ItemValue, LinkValue,
    PageValue, PersonValue, SiteValue, TranslationValue, contents, language_name, pager,
};
use crate::render::layout::{Layout, SLOT_MARK, Slot};
use crate::search::shard_count;
use crate::site::{ItemId, PER_PAGE, PageKey, Site, encode, page_count, root_of};
use crate::text::{ShownDate, era, rfc3339, shown_year};

/// Marks the hole for a body. Sources that hold it are refused.
const BODY_HOLE: char = '\u{FDD0}';
/// Items shown as newest, on the home page and per category.
const LATEST: usize = 10;
/// Urgent items at the top of every page; the rest stand on the site map.
const URGENT: usize = 3;

/// Items named with an obligation that they meet; of the others the number.
const MET_BY: usize = 3;

/// What kind of page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum PageKind {
    Home,
    Category,
    Item,
    Page,
    Notice,
    Search,
    SiteMap,
    NotFound,
}

impl PageKind {
    fn word(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Category => "category",
            Self::Item => "item",
            Self::Page => "page",
            Self::Notice => "notice",
            Self::Search => "search",
            Self::SiteMap => "sitemap",
            Self::NotFound => "404",
        }
    }

    fn template(self) -> &'static str {
        match self {
            Self::Home => "home.html",
            Self::Category => "category.html",
            Self::Item => "item.html",
            Self::Page => "page.html",
            Self::Notice => "notice.html",
            Self::Search => "search.html",
            Self::SiteMap => "sitemap.html",
            Self::NotFound => "404.html",
        }
    }
}

/// What a shell depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct LayoutKey {
    language: LanguageId,
    kind: PageKind,
    section: Option<CategoryId>,
    depth: usize,
}

/// Renders pages.
#[derive(Debug)]
pub struct Renderer<'a> {
    site: &'a Site<'a>,
    theme: &'a Theme,
    common: LayoutCache,
}

/// What pages have in common: it is kept when an item's own page is all that changes.
#[derive(Debug)]
pub struct LayoutCache {
    languages: Vec<LanguageContext>,
    shells: HashMap<LayoutKey, Layout>,
    /// None where the theme wants texts as they are written.
    no_break: Option<NoBreak>,
}

/// Values that all pages of a language share.
#[derive(Debug)]
struct LanguageContext {
    code: String,
    site: Value,
    words: Value,
    categories: Vec<Value>,
}

/// Buffers that a worker uses again for every page.
#[derive(Debug, Default)]
pub struct Buffers {
    /// The page.
    pub page: Vec<u8>,
    main: Vec<u8>,
    head: Vec<u8>,
    languages: Vec<u8>,
}

/// What a page's own part is rendered from, and what its head says.
struct PageContent<'p> {
    context: Context,
    title: &'p str,
    description: &'p str,
}

impl<'a> Renderer<'a> {
    /// Prepares what pages share, shells included. Mistakes in the shell are told.
    pub fn new(
        site: &'a Site<'a>,
        theme: &'a Theme,
        pages: &[PageKey],
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut renderer = Self { site, theme, common: LayoutCache::new(site, theme) };
        renderer.prepare(pages, diagnostics);
        renderer
    }

    /// Goes on with what pages had in common before.
    pub fn resume(site: &'a Site<'a>, theme: &'a Theme, common: LayoutCache) -> Self {
        Self { site, theme, common }
    }

    /// What pages have in common, to go on with later.
    pub fn into_common(self) -> LayoutCache {
        self.common
    }

    /// Renders the shells that pages need. Mistakes in them are told.
    pub fn prepare(&mut self, pages: &[PageKey], diagnostics: &mut Diagnostics) {
        for page in pages {
            let Some(key) = self.shell_key(*page) else { continue };
            if !self.common.shells.contains_key(&key) {
                let shell = self.render_shell(key, diagnostics);
                self.common.shells.insert(key, shell);
            }
        }
    }

    fn shell_key(&self, page: PageKey) -> Option<LayoutKey> {
        let url = self.site.url(page);
        let depth = url.matches('/').count();
        let (kind, language, section) = match page {
            PageKey::Home(language) => (PageKind::Home, language, None),
            PageKey::List(language, category, _) => (PageKind::Category, language, Some(category)),
            PageKey::Item(id) => {
                let item = self.site.item(id);
                let kind = if item.category.is_some() { PageKind::Item } else { PageKind::Page };
                (kind, item.language, item.category)
            }
            PageKey::Notice(n) => {
                let notice = &self.site.notices[n as usize];
                (PageKind::Notice, notice.language(), Some(notice.category()))
            }
            PageKey::Search(language, _) => (PageKind::Search, language, None),
            PageKey::SiteMap(language) => (PageKind::SiteMap, language, None),
            PageKey::NotFound => (PageKind::NotFound, 0, None),
            PageKey::Alias(..) | PageKey::Feed(..) => return None,
        };
        Some(LayoutKey { language, kind, section, depth })
    }

    fn render_shell(&self, key: LayoutKey, diagnostics: &mut Diagnostics) -> Layout {
        let site = self.site;
        let root = self.root(key.kind, key.depth);
        let mut context = self.common_context(key.language, &root);
        let config = site.config;
        let nav: Vec<LinkValue> = (0..)
            .zip(&config.policy.categories)
            .map(|(category, c)| LinkValue {
                id: &c.id,
                title: config.category_title(category, key.language),
                url: encode(&site.config.category_url(key.language, category)),
                current: key.section == Some(category),
            })
            .collect();
        context.insert("nav", &nav);
        context.insert("pages", &self.outside(key.language));
        let urgent: Vec<ItemId> = site.urgent(key.language).collect();
        context.insert_value("urgent", self.entries(&urgent[..urgent.len().min(URGENT)]));
        context.insert_value("urgent_total", Value::from(urgent.len()));
        context.insert("kind", key.kind.word());
        let section = key.section.map(|c| config.policy.categories[usize::from(c)].id.as_str());
        context.insert("section", section.unwrap_or(""));
        let hole = |name: &str| Value::safe_string(&format!("{SLOT_MARK}{name}{SLOT_MARK}"));
        context.insert_value("slot", map(Slot::NAMES.map(|(name, _)| (name, hole(name)))));
        let mut out = Vec::new();
        let rendered = self.theme.render("shell.html", &context, &mut out, diagnostics);
        let mut set = Vec::with_capacity(out.len() * 5 / 4);
        self.common.set(&out, &mut set);
        let shell = Layout::cut(&String::from_utf8_lossy(&set));
        if rendered && let Some(problem) = shell.problem() {
            let place = Place::file(self.theme.path("shell.html"));
            let diagnostic = Diagnostic::error(Code::ShellHole, place);
            diagnostics.push(diagnostic.arg("hole", problem));
        }
        shell
    }

    /// Links to the pages outside categories.
    fn outside(&self, language: LanguageId) -> Vec<LinkValue<'a>> {
        let link = |item: &'a Admitted| LinkValue {
            id: "",
            title: &item.title,
            url: encode(&item.url),
            current: false,
        };
        self.site.outside(language).map(link).collect()
    }

    fn root(&self, kind: PageKind, depth: usize) -> String {
        if kind == PageKind::NotFound {
            return self.site.config.base_url.path().to_owned();
        }
        if depth == 0 { "./".to_owned() } else { "../".repeat(depth) }
    }

    fn common_context(&self, language: LanguageId, root: &str) -> Context {
        let shared = &self.common.languages[usize::from(language)];
        let mut context = Context::new();
        context.insert_value("lang", Value::from(shared.code.as_str()));
        context.insert_value("root", Value::from(root));
        context.insert_value("site", shared.site.clone());
        context.insert_value("ui", shared.words.clone());
        context
    }

    /// Renders a page into `buffers.page`. The body is the item's own, or the text of a list.
    pub fn render(
        &self,
        page: PageKey,
        body: Option<&Body>,
        buffers: &mut Buffers,
        diagnostics: &mut Diagnostics,
    ) {
        buffers.page.clear();
        match page {
            PageKey::Home(language) => self.home(page, language, body, buffers, diagnostics),
            PageKey::List(language, category, number) => {
                self.list(page, (language, category, number), body, buffers, diagnostics);
            }
            PageKey::Item(id) => self.item(page, id, body, buffers, diagnostics),
            PageKey::Alias(id, _) => self.alias(page, id, buffers, diagnostics),
            PageKey::Notice(n) => self.notice(page, n, buffers, diagnostics),
            PageKey::Search(language, number) => {
                self.search(page, (language, number), buffers, diagnostics);
            }
            PageKey::SiteMap(language) => self.site_map(page, language, buffers, diagnostics),
            PageKey::NotFound => {
                let context = self.common_context(0, self.site.config.base_url.path());
                let title = self.word(0, "not_found_title");
                let own = PageContent { context, title: &title, description: "" };
                self.join(page, own, None, buffers, diagnostics);
            }
            PageKey::Feed(..) => {}
        }
    }

    fn home(
        &self,
        page: PageKey,
        language: LanguageId,
        body: Option<&Body>,
        buffers: &mut Buffers,
        diagnostics: &mut Diagnostics,
    ) {
        let site = self.site;
        let mut context = self.common_context(language, &root_of(&site.url(page)));
        context.insert_value("latest", self.entries(&site.newest(language, None, LATEST)));
        let latest = |category| self.entries(&site.newest(language, Some(category), LATEST));
        let categories = self.categories(language, |category| ("latest", latest(category)));
        context.insert_value("categories", categories);
        let index = site.index(language, None).map(|id| site.item(id));
        let own_title = &site.config.languages[usize::from(language)].title;
        let title = index.map_or(own_title.as_str(), |item| &item.title);
        let description = index.map_or("", |item| &item.summary);
        self.join(page, PageContent { context, title, description }, body, buffers, diagnostics);
    }

    /// The categories with their numbers of items, each with one thing more.
    fn categories(
        &self,
        language: LanguageId,
        more: impl Fn(CategoryId) -> (&'static str, Value),
    ) -> Value {
        let site = self.site;
        let categories = (0..).zip(&site.config.policy.categories).map(|(category, c)| {
            map([
                ("id", Value::from(c.id.as_str())),
                ("title", Value::from(site.config.category_title(category, language))),
                ("url", Value::from(encode(&site.config.category_url(language, category)))),
                ("count", Value::from(site.list(language, category).len())),
                more(category),
            ])
        });
        Value::from(categories.collect::<Vec<Value>>())
    }

    /// Where everything is; of urgent items all.
    fn site_map(
        &self,
        page: PageKey,
        language: LanguageId,
        buffers: &mut Buffers,
        diagnostics: &mut Diagnostics,
    ) {
        let site = self.site;
        let mut context = self.common_context(language, &root_of(&site.url(page)));
        let summary = |category| {
            let index = site.index(language, Some(category)).map(|id| site.item(id));
            ("summary", Value::from(index.map_or("", |item| &item.summary)))
        };
        context.insert_value("categories", self.categories(language, summary));
        context.insert("pages", &self.outside(language));
        let urgent: Vec<ItemId> = site.urgent(language).collect();
        context.insert_value("urgent", self.entries(&urgent));
        context.insert_value("total", Value::from(site.everything(language).len()));
        let title = self.word(language, "site_map");
        let own = PageContent { context, title: &title, description: "" };
        self.join(page, own, None, buffers, diagnostics);
    }

    fn list(
        &self,
        page: PageKey,
        (language, category, number): (LanguageId, CategoryId, u32),
        body: Option<&Body>,
        buffers: &mut Buffers,
        diagnostics: &mut Diagnostics,
    ) {
        let site = self.site;
        let mut context = self.common_context(language, &root_of(&site.url(page)));
        let list = site.list(language, category);
        let number = number as usize;
        let first = (number - 1) * PER_PAGE;
        let shown = &list[first.min(list.len())..(first + PER_PAGE).min(list.len())];
        let shared = &self.common.languages[usize::from(language)];
        context.insert_value("category", shared.categories[usize::from(category)].clone());
        context.insert_value("entries", self.entries(shown));
        context.insert_value("total", Value::from(list.len()));
        let url = site.config.category_url(language, category);
        context.insert("pager", &pager(&url, number, site.list_pages(language, category)));
        let index = site.index(language, Some(category)).map(|id| site.item(id));
        let own_title = site.config.category_title(category, language);
        let title = index.map_or(own_title, |item| &item.title);
        let description = index.map_or("", |item| &item.summary);
        self.join(page, PageContent { context, title, description }, body, buffers, diagnostics);
    }

    /// Everything there is, which a script searches in where the site has a search.
    fn search(
        &self,
        page: PageKey,
        (language, number): (LanguageId, u32),
        buffers: &mut Buffers,
        diagnostics: &mut Diagnostics,
    ) {
        let site = self.site;
        let mut context = self.common_context(language, &root_of(&site.url(page)));
        let (list, number) = (site.everything(language), number as usize);
        let shown = list.chunks(PER_PAGE).nth(number - 1).unwrap_or_default();
        context.insert_value("entries", self.entries(shown));
        context.insert_value("total", Value::from(list.len()));
        context.insert_value("shards", Value::from(shard_count(list.len())));
        let url = site.config.search_url(language);
        context.insert("pager", &pager(&url, number, page_count(list)));
        let title = if site.config.has_search { "search_title" } else { "everything" };
        let title = self.word(language, title);
        let own = PageContent { context, title: &title, description: "" };
        self.join(page, own, None, buffers, diagnostics);
    }

    fn item(
        &self,
        page: PageKey,
        id: ItemId,
        body: Option<&Body>,
        buffers: &mut Buffers,
        diagnostics: &mut Diagnostics,
    ) {
        let item = self.site.item(id);
        let mut context = self.common_context(item.language, &root_of(&item.url));
        let headings = body.map_or(&[][..], |body| &body.headings);
        let replaced_by: Vec<ItemId> = self.site.replaced_by(id).collect();
        context.insert("item", &self.item_value(item, &replaced_by, headings));
        let (previous, next) = self.site.neighbours(id);
        let entry = |id: Option<ItemId>| id.map_or(Value::none(), |id| self.entry(id));
        context.insert_value("previous", entry(previous));
        context.insert_value("next", entry(next));
        let own = PageContent { context, title: &item.title, description: &item.summary };
        self.join(page, own, body, buffers, diagnostics);
    }

    fn alias(
        &self,
        page: PageKey,
        id: ItemId,
        buffers: &mut Buffers,
        diagnostics: &mut Diagnostics,
    ) {
        let item = self.site.item(id);
        let root = root_of(&self.site.url(page));
        let mut context = self.common_context(item.language, &root);
        context.insert("target", &format!("{root}{}", encode(&item.url)));
        let value = self.page_value(PageKey::Item(id), &item.title, "");
        context.insert("page", &value);
        self.theme.render("alias.html", &context, &mut buffers.page, diagnostics);
    }

    fn notice(&self, page: PageKey, n: u32, buffers: &mut Buffers, diagnostics: &mut Diagnostics) {
        let notice = &self.site.notices[n as usize];
        let (language, category) = (notice.language(), notice.category());
        let fixed = self.word(language, "notice_title");
        let title = notice.title().unwrap_or(&fixed);
        let root = root_of(notice.url());
        let context = self.notice_context(language, category, notice.title(), &root);
        self.join(
            page,
            PageContent { context, title, description: "" },
            None,
            buffers,
            diagnostics,
        );
    }

    fn notice_context(
        &self,
        language: LanguageId,
        category: CategoryId,
        title: Option<&str>,
        root: &str,
    ) -> Context {
        let mut context = self.common_context(language, root);
        let shared = &self.common.languages[usize::from(language)];
        context.insert_value("category", shared.categories[usize::from(category)].clone());
        context.insert_value("title", title.map_or_else(Value::none, Value::from));
        context
    }

    /// Renders a page's own part and joins it into its shell.
    fn join(
        &self,
        page: PageKey,
        own: PageContent,
        body: Option<&Body>,
        buffers: &mut Buffers,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(key) = self.shell_key(page) else { return };
        let Some(shell) = self.common.shells.get(&key) else { return };
        let PageContent { mut context, title, description } = own;
        let value = self.page_value(page, title, description);
        let canonical = value.canonical.clone();
        context.insert("page", &value);
        let hole = body.map_or(String::new(), |_| BODY_HOLE.to_string());
        context.insert_value("has_body", Value::from(body.is_some_and(|b| !b.html.is_empty())));
        context.insert_value("body", Value::safe_string(&hole));
        let Buffers { page: out, main, head, languages } = buffers;
        main.clear();
        head.clear();
        languages.clear();
        let template = match page {
            PageKey::Item(id) => self.template_of(self.site.item(id)),
            _ => Cow::Borrowed(key.kind.template()),
        };
        self.theme.render(&template, &context, main, diagnostics);
        self.theme.render("head.html", &context, head, diagnostics);
        if self.site.config.languages.len() > 1 {
            self.theme.render("languages.html", &context, languages, diagnostics);
        }
        let mut escaped = String::with_capacity(title.len());
        escape(title, &mut escaped);
        for (text, slot) in &shell.0 {
            out.extend_from_slice(text.as_bytes());
            match slot {
                Some(Slot::Title) => out.extend_from_slice(escaped.as_bytes()),
                Some(Slot::Head) => out.extend_from_slice(head),
                Some(Slot::Languages) => out.extend_from_slice(languages),
                Some(Slot::Url) => out.extend_from_slice(canonical.as_bytes()),
                Some(Slot::Main) => {
                    self.common.splice(main, body.map_or("", |b| &b.html), out);
                }
                Some(Slot::Changed) | None => {}
            }
        }
    }

    fn page_value<'p>(&self, page: PageKey, title: &'p str, description: &'p str) -> PageValue<'p>
    where
        'a: 'p,
    {
        let site = self.site;
        let key = self.shell_key(page);
        let (language, section) = key.map_or((0, None), |key| (key.language, key.section));
        let kind = key.map_or("", |key| key.kind.word());
        let url = encode(&site.url(page));
        let feed_of = section.filter(|category| site.has_feed(language, Some(*category)));
        let has_feed = site.has_feed(language, feed_of);
        let feed =
            if has_feed { site.url(PageKey::Feed(language, feed_of)) } else { String::new() };
        PageValue {
            kind,
            title,
            description,
            canonical: format!("{}{url}", site.config.base_url.full),
            url,
            noindex: matches!(page, PageKey::NotFound | PageKey::Notice(_)),
            until: self.until(page),
            linked_data: self.linked_data(page),
            feed: encode(&feed),
            feed_title: feed_title(site, language, feed_of),
            translations: self.translations(page, language),
        }
    }

    /// The first instant at which the page may no longer be seen; empty without one.
    fn until(&self, page: PageKey) -> String {
        let PageKey::Item(id) = page else { return String::new() };
        let until = self.site.item(id).window.until;
        until.map_or(String::new(), |until| rfc3339(until, &self.site.config.zone))
    }

    fn linked_data(&self, page: PageKey) -> String {
        if !self.theme.asks_for_linked_data {
            return String::new();
        }
        match page {
            PageKey::Home(language) => json_ld::office(self.site, language),
            PageKey::List(language, category, _) => {
                json_ld::category(self.site, language, category)
            }
            PageKey::Item(id) => json_ld::item(self.site, self.site.item(id)),
            _ => String::new(),
        }
    }

    /// The page in each language, where it is published there; else that language's home page.
    fn translations(&self, page: PageKey, own: LanguageId) -> Vec<TranslationValue<'a>> {
        let site = self.site;
        if site.config.languages.len() < 2 {
            return Vec::new();
        }
        let in_language = |language| match page {
            PageKey::Home(_) => Some(PageKey::Home(language)),
            PageKey::List(_, category, 1) => Some(PageKey::List(language, category, 1)),
            PageKey::Search(_, 1) => Some(PageKey::Search(language, 1)),
            PageKey::SiteMap(_) => Some(PageKey::SiteMap(language)),
            PageKey::Item(id) => site.translation(id, language).map(PageKey::Item),
            _ => None,
        };
        (0..)
            .zip(&site.config.languages)
            .map(|(language, l)| {
                let exact = if language == own { Some(page) } else { in_language(language) };
                let url = encode(&site.url(exact.unwrap_or(PageKey::Home(language))));
                TranslationValue {
                    lang: &l.code,
                    name: language_name(&l.code),
                    canonical: format!("{}{url}", site.config.base_url.full),
                    url,
                    current: language == own,
                    exact: exact.is_some(),
                }
            })
            .collect()
    }

    fn word(&self, language: LanguageId, key: &str) -> String {
        let words = &self.common.languages[usize::from(language)].words;
        words.get_from_path(key).and_then(Value::as_str).unwrap_or("").to_owned()
    }

    fn entries(&self, ids: &[ItemId]) -> Value {
        Value::from(ids.iter().map(|id| self.entry(*id)).collect::<Vec<Value>>())
    }

    fn category_value(&self, card: &Item) -> Value {
        card.category.map_or(Value::none(), |category| {
            let shared = &self.common.languages[usize::from(card.language)];
            shared.categories[usize::from(category)].clone()
        })
    }

    fn entry(&self, id: ItemId) -> Value {
        let item = self.site.item(id);
        Value::from_serializable(&EntryValue {
            title: &item.title,
            url: encode(&item.url),
            summary: &item.summary,
            date: self.shown(item, item.window.from_written.day(&self.site.config.zone)),
            until: item.window.until_written.map(|moment| self.shown(item, moment)),
            category: self.category_value(item),
            tags: &item.tags,
            files: item.details.attachments.len(),
        })
    }

    fn shown(&self, card: &Item, moment: crate::text::Moment) -> ShownDate {
        let config = self.site.config;
        let language = &config.languages[usize::from(card.language)].code;
        let shown = moment.shown(&config.zone, config.calendar, language);
        shown.in_digits(config.digits, language)
    }

    /// The template of an item: that of its `kind` if the theme has one, such as `item-order.html`.
    fn template_of(&self, card: &Item) -> Cow<'static, str> {
        let general = if card.category.is_some() { PageKind::Item } else { PageKind::Page };
        let kind = &card.details.kind;
        let special = || format!("{}-{kind}.html", general.word());
        let special = Some(kind).filter(|kind| !kind.is_empty()).map(|_| special());
        let special = special.filter(|template| self.theme.has(template));
        special.map_or(Cow::Borrowed(general.template()), Cow::Owned)
    }

    /// Renders the page of an item that will be published later, and drops it: a template that
    /// fails on it must be told today, not in the night when its window opens.
    pub fn rehearse(&self, card: &Item, body: &Body, diagnostics: &mut Diagnostics) {
        let mut context = self.common_context(card.language, &root_of(&card.url));
        let kind = if card.category.is_some() { PageKind::Item } else { PageKind::Page };
        let url = encode(&card.url);
        context.insert("item", &self.item_value(card, &[], &body.headings));
        context.insert_value("previous", Value::none());
        context.insert_value("next", Value::none());
        context.insert_value("has_body", Value::from(!body.html.is_empty()));
        context.insert_value("body", Value::safe_string(""));
        let page = PageValue {
            description: &card.summary,
            canonical: format!("{}{url}", self.site.config.base_url.full),
            ..unlinked_page(kind, &card.title, &url)
        };
        context.insert("page", &page);
        for template in [&self.template_of(card), "head.html"] {
            self.theme.render(template, &context, &mut Vec::new(), diagnostics);
        }
    }

    /// Renders the notices that categories order and drops them: no template may fail for the first
    /// time in the night when a window closes.
    pub fn rehearse_notices(&self, diagnostics: &mut Diagnostics) {
        let config = self.site.config;
        let orders = |c: &Category| c.notice_page != NoticePage::None;
        let Some(category) = config.policy.categories.iter().position(orders) else { return };
        let Ok(category) = CategoryId::try_from(category) else { return };
        for (language, _) in (0..).zip(&config.languages) {
            let key =
                LayoutKey { language, kind: PageKind::Notice, section: Some(category), depth: 2 };
            self.render_shell(key, diagnostics);
            for title in [None, Some("title")] {
                let mut context = self.notice_context(language, category, title, "../../");
                let url = config.category_url(language, category);
                context.insert("page", &unlinked_page(PageKind::Notice, title.unwrap_or(""), &url));
                for template in [PageKind::Notice.template(), "head.html"] {
                    self.theme.render(template, &context, &mut Vec::new(), diagnostics);
                }
            }
        }
    }

    fn item_value<'v>(
        &'v self,
        item: &'v Item,
        replaced_by: &[ItemId],
        headings: &'v [Heading],
    ) -> ItemValue<'v> {
        let config = self.site.config;
        let language = &config.languages[usize::from(item.language)].code;
        let details = &item.details;
        let shown = |moment: Option<_>| moment.map(|moment| self.shown(item, moment));
        let dated = details.issued_on.unwrap_or(item.window.from_written);
        let dated_in = config.fiscal_year_start.map(|start| dated.fiscal_year(&config.zone, start));
        let year = |year| shown_year(year, config.calendar, language).to_string();
        ItemValue {
            title: &item.title,
            summary: &item.summary,
            category: self.category_value(item),
            unit: &details.unit,
            document_number: &details.document_number,
            kind: &details.kind,
            fiscal_year: details.fiscal_year.map_or(String::new(), year),
            dated_in: dated_in.map_or(String::new(), year),
            tags: &item.tags,
            meets: &details.meets,
            publish_from: self.shown(item, item.window.from_written),
            publish_until: shown(item.window.until_written),
            issued_on: shown(details.issued_on),
            valid_until: shown(details.valid_until),
            approved_on: shown(item.approval.on.map(|on| on.written)),
            approver: self.person(item.approval.approver),
            prepared_by: self.person(item.approval.prepared_by),
            reviewed_by: self.person(item.approval.reviewed_by),
            changes: details
                .changes
                .iter()
                .map(|c| ChangeValue { on: self.shown(item, c.on.written), note: &c.note })
                .collect(),
            replaces: self.site.replaces(item).map_or(Value::none(), |id| self.entry(id)),
            replaced_by: self.entries(replaced_by),
            files: self.files(item),
            person: kinds::staff(item, &self.site.files_url(item)),
            plan: kinds::plan(item, config),
            division: kinds::division(item, |paths| self.published(paths)),
            spot: kinds::spot(item),
            coverage: kinds::coverage(item, |owed| self.met_by(item.language, owed)),
            toc: contents(headings),
            extra: &details.extra,
        }
    }

    /// Links to those of these items that are published.
    fn published(&self, paths: &[Box<str>]) -> Value {
        let published = paths.iter().filter_map(|path| self.site.by_path(path));
        self.entries(&published.collect::<Vec<ItemId>>())
    }

    /// The newest published items that meet each of these obligations, and how many more do.
    fn met_by(&self, language: LanguageId, obligations: &[Obligation]) -> Vec<(Value, usize)> {
        let ids: Vec<&str> = obligations.iter().map(|obligation| obligation.id.as_ref()).collect();
        let shown = |items: &Vec<ItemId>| {
            let (shown, more) = items.split_at(items.len().min(MET_BY));
            (self.entries(shown), more.len())
        };
        self.site.meeting(language, &ids).iter().map(shown).collect()
    }

    fn person(&self, id: Option<PersonId>) -> Option<PersonValue<'_>> {
        let person = self.site.config.policy.people.get(usize::from(id?))?;
        Some(PersonValue {
            id: &person.id,
            name: &person.name,
            position: &person.position,
            unit: &person.unit,
        })
    }

    fn files<'v>(&self, item: &'v Item) -> Vec<FileValue<'v>> {
        let folder = self.site.files_url(item);
        item.details
            .attachments
            .iter()
            .map(|named| {
                let file = &item.files[named.file];
                let (kind, mime) = file_type(&file.name);
                FileValue {
                    title: &named.title,
                    name: &file.name,
                    url: encode(&format!("{folder}{}", nfc(&file.name))),
                    kind,
                    mime,
                    size: file.size,
                    size_text: size_text(file.size),
                }
            })
            .collect()
    }
}

impl LayoutCache {
    /// What the pages of a site have in common, without shells yet.
    pub fn new(site: &Site, theme: &Theme) -> Self {
        let numbers = (0..).zip(&site.config.languages);
        let languages = numbers.map(|(n, _)| LanguageContext::new(site, theme, n)).collect();
        let no_break = theme.keeps_names_whole.then(|| NoBreak::new(site));
        Self { languages, shells: HashMap::new(), no_break }
    }

    /// Writes a piece of a page. It begins and ends outside of tags.
    fn set(&self, html: &[u8], out: &mut Vec<u8>) {
        match &self.no_break {
            Some(no_break) => no_break.set(html, out),
            None => out.extend_from_slice(html),
        }
    }

    /// Writes `main`, with the body where its hole is.
    fn splice(&self, main: &[u8], body: &str, out: &mut Vec<u8>) {
        let mut hole = [0; 4];
        let hole = BODY_HOLE.encode_utf8(&mut hole).as_bytes();
        let mut rest = main;
        while let Some(at) = memchr::memmem::find(rest, hole) {
            self.set(&rest[..at], out);
            self.set(body.as_bytes(), out);
            rest = &rest[at + hole.len()..];
        }
        self.set(rest, out);
    }
}

impl LanguageContext {
    fn new(site: &Site, theme: &Theme, language: LanguageId) -> Self {
        let config = site.config;
        let own = &config.languages[usize::from(language)];
        let contact = config.contact_in(language);
        let complaints = contact.complaints.as_ref();
        let categories = (0..)
            .zip(&config.policy.categories)
            .map(|(category, c)| {
                map([
                    ("id", Value::from(c.id.as_str())),
                    ("title", Value::from(config.category_title(category, language))),
                    ("url", Value::from(encode(&site.config.category_url(language, category)))),
                ])
            })
            .collect();
        let value = SiteValue {
            title: &own.title,
            tagline: &own.tagline,
            base_url: &config.base_url.full,
            era: era(config.calendar, &own.code),
            home_url: encode(&site.config.home_url(language)),
            contact: ContactValue {
                address: &contact.address,
                phone: &contact.phone,
                email: &contact.email,
                hours: &contact.hours,
                complaints: complaints.and_then(|channel| channel_value(site, channel, language)),
            },
            search: config.has_search,
            list: config.has_list,
            feed: site.has_feed(language, None),
        };
        Self {
            code: own.code.clone(),
            site: Value::from_serializable(&value),
            words: theme.words[usize::from(language)].clone(),
            categories,
        }
    }
}

/// Where readers of a language complain; nothing if it is a page that is not published.
fn channel_value(site: &Site, channel: &Channel, language: LanguageId) -> Option<ChannelValue> {
    let is_page = matches!(channel, Channel::Page(_));
    let (url, text) = match channel {
        Channel::Page(own) => {
            let id = site.complaints_page(own)?;
            (encode(&site.item(site.translation(id, language).unwrap_or(id)).url), "")
        }
        Channel::Web(url) => (url.clone(), ""),
        Channel::Phone(number) => {
            let dialled = |c: &char| c.is_ascii_digit() || "+*#".contains(*c);
            (
                format!("tel:{}", encode(&number.chars().filter(dialled).collect::<String>())),
                number.as_str(),
            )
        }
        Channel::Email(address) => (format!("mailto:{address}"), address.as_str()),
    };
    Some(ChannelValue { url, text: text.to_owned(), is_page })
}

/// A page that is rehearsed, without feed and translations.
fn unlinked_page<'p>(kind: PageKind, title: &'p str, url: &str) -> PageValue<'p> {
    PageValue {
        kind: kind.word(),
        title,
        description: "",
        url: url.to_owned(),
        canonical: String::new(),
        noindex: kind == PageKind::Notice,
        until: String::new(),
        linked_data: String::new(),
        feed: String::new(),
        feed_title: String::new(),
        translations: Vec::new(),
    }
}

/// A map for templates.
fn map<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    Value::from(BTreeMap::from(entries))
}

/// The title of a feed: the site's, with the category's before it.
pub fn feed_title(site: &Site, language: LanguageId, category: Option<CategoryId>) -> String {
    let title = &site.config.languages[usize::from(language)].title;
    match category {
        Some(category) => format!("{} – {title}", site.config.category_title(category, language)),
        None => title.clone(),
    }
}

//! The content of each kind of page: what its template gets.

use std::borrow::Cow;

use tera::{Context, Value};

use crate::config::{CategoryId, LanguageId, PER_PAGE};
use crate::content::Item;
use crate::diagnostics::Diagnostics;
use crate::markdown::Body;
use crate::render::context::{map, pager};
use crate::render::layout::LayoutKey;
use crate::render::values::ItemParts;
use crate::render::{PageContent, PageTarget, Renderer};
use crate::search::shard_count;
use crate::site::{ItemId, PageKey, encode, page_count, root_of};

/// Links from an item to its neighbours. An item that is not published yet has none.
#[derive(Default)]
struct ItemLinks {
    previous: Option<ItemId>,
    next: Option<ItemId>,
}

impl Renderer<'_> {
    /// Returns the content of a page. Returns `None` for what has no layout.
    pub(super) fn content(
        &self,
        target: &PageTarget,
        body: Option<&Body>,
    ) -> Option<PageContent<'_>> {
        Some(match target.page {
            PageKey::Home(_) => self.home(target),
            PageKey::List(_, category, number) => self.list(target, category, number),
            PageKey::Term(id, number) => self.term(target, id, number),
            PageKey::Terms(_, taxonomy) => self.terms(target, taxonomy),
            PageKey::Item(id) => self.item(id, body),
            PageKey::Notice(n) => self.notice(target, n),
            PageKey::Search(_, number) => self.search(target, number),
            PageKey::SiteMap(_) => self.site_map(target),
            PageKey::NotFound => PageContent {
                context: self.context(target),
                title: self.word(target.layout.language, "not_found_title").into(),
                description: "",
            },
            PageKey::Alias(..) | PageKey::Feed(..) | PageKey::TermFeed(_) => return None,
            PageKey::ListCsv(..) | PageKey::ListJson(..) => return None,
        })
    }

    /// Returns the values that every page gets.
    pub(super) fn context(&self, target: &PageTarget) -> Context {
        self.base_context(target.layout.language, &self.root(target.layout))
    }

    /// Returns the categories with their numbers of items, each with one value more.
    pub(super) fn categories(
        &self,
        language: LanguageId,
        more: impl Fn(CategoryId) -> (&'static str, Value),
    ) -> Value {
        let config = &self.site.config;
        let categories = config.policy.categories().map(|(id, category)| {
            map([
                ("id", Value::from(category.id.as_str())),
                ("title", Value::from(config.category_title(id, language))),
                ("url", Value::from(encode(&config.category_url(language, id)))),
                ("count", Value::from(self.site.list(language, id).len())),
                more(id),
            ])
        });
        Value::from(categories.collect::<Vec<Value>>())
    }

    /// The site map lists all urgent items.
    fn site_map(&self, target: &PageTarget) -> PageContent<'_> {
        let site = self.site;
        let language = target.layout.language;
        let mut context = self.context(target);
        let summary = |category| {
            let index = site.index(language, Some(category)).map(|id| site.item(id));
            ("summary", Value::from(index.map_or("", |item| &item.summary)))
        };
        context.insert_value("categories", self.categories(language, summary));
        context.insert("pages", &self.pages_outside(language));
        let urgent: Vec<ItemId> = site.urgent(language).collect();
        context.insert_value("urgent", self.entries(&urgent));
        context.insert_value("total", Value::from(site.everything(language).len()));
        context.insert_value("indexes", self.indexes(language));
        let title = self.word(language, "site_map").into();
        PageContent { context, title, description: "" }
    }

    fn list(&self, target: &PageTarget, category: CategoryId, number: u32) -> PageContent<'_> {
        let site = self.site;
        let language = target.layout.language;
        let mut context = self.context(target);
        let list = site.list(language, category);
        let number = number as usize;
        let shown = list.chunks(site.per_page(category)).nth(number - 1).unwrap_or_default();
        context.insert_value("category", self.category_value(language, Some(category)));
        context.insert_value("entries", self.entries_with_cells(language, Some(category), shown));
        context.insert_value("list", self.list_of_category(language, category, number));
        context.insert_value("total", Value::from(list.len()));
        let url = site.config.category_url(language, category);
        context.insert("pager", &pager(&url, number, site.list_pages(language, category)));
        let index = site.index(language, Some(category)).map(|id| site.item(id));
        let category_title = site.config.category_title(category, language);
        let title = Cow::Borrowed(index.map_or(category_title, |item| &item.title));
        let description = index.map_or("", |item| &item.summary);
        PageContent { context, title, description }
    }

    /// The search page lists everything. If the site has a search, a script filters the list.
    fn search(&self, target: &PageTarget, number: u32) -> PageContent<'_> {
        let site = self.site;
        let language = target.layout.language;
        let mut context = self.context(target);
        let (list, number) = (site.everything(language), number as usize);
        let shown = list.chunks(PER_PAGE).nth(number - 1).unwrap_or_default();
        context.insert_value("entries", self.entries(shown));
        context.insert_value("total", Value::from(list.len()));
        let pages = |category| ("pages", Value::from(site.list_pages(language, category)));
        context.insert_value("categories", self.categories(language, pages));
        context.insert_value("shards", Value::from(shard_count(list.len())));
        let url = site.config.search_url(language);
        context.insert("pager", &pager(&url, number, page_count(list, PER_PAGE)));
        let title = if site.config.has_search { "search_title" } else { "everything" };
        PageContent { context, title: self.word(language, title).into(), description: "" }
    }

    fn item(&self, id: ItemId, body: Option<&Body>) -> PageContent<'_> {
        let item = self.site.item(id);
        let headings = body.map_or(&[][..], |body| &body.headings);
        let (previous, next) = self.site.neighbours(id);
        let parts = ItemParts {
            corrections: item.corrections(),
            state: self.state_of(item),
            thread: self.thread(id),
            replaced_by: self.site.replaced_by(id).collect(),
            headings,
        };
        PageContent {
            context: self.item_context(item, parts, &ItemLinks { previous, next }),
            title: Cow::Borrowed(&item.title),
            description: &item.summary,
        }
    }

    /// Returns the context of an item as it will be later: without neighbours.
    pub(super) fn future_item_context(&self, item: &Item, parts: ItemParts) -> Context {
        self.item_context(item, parts, &ItemLinks::default())
    }

    fn item_context(&self, item: &Item, parts: ItemParts, links: &ItemLinks) -> Context {
        let mut context = self.base_context(item.language, &root_of(&item.url));
        context.insert("item", &self.item_value(item, parts));
        let entry = |id: Option<ItemId>| id.map_or(Value::none(), |id| self.entry(id));
        context.insert_value("previous", entry(links.previous));
        context.insert_value("next", entry(links.next));
        context
    }

    /// Renders the page at a former URL of an item. It has no layout.
    pub(super) fn alias(
        &self,
        page: PageKey,
        id: ItemId,
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(target) = self.target(PageKey::Item(id)) else { return };
        let item = self.site.item(id);
        let root = root_of(&self.site.url(page));
        let mut context = self.base_context(item.language, &root);
        context.insert("target", &format!("{root}{}", encode(&item.url)));
        context.insert("page", &self.page_value(&target, &item.title, ""));
        self.fill_template("alias.html", &context, out, diagnostics);
    }

    fn notice(&self, target: &PageTarget, n: u32) -> PageContent<'_> {
        let notice = &self.site.notices[n as usize];
        let title = match notice.title() {
            Some(title) => Cow::Borrowed(title),
            None => self.word(notice.language(), "notice_title").into(),
        };
        let context = self.notice_context(target.layout, notice.category(), notice.title());
        PageContent { context, title, description: "" }
    }

    pub(super) fn notice_context(
        &self,
        key: LayoutKey,
        category: CategoryId,
        title: Option<&str>,
    ) -> Context {
        let mut context = self.base_context(key.language, &self.root(key));
        context.insert_value("category", self.category_value(key.language, Some(category)));
        context.insert_value("title", title.map_or_else(Value::none, Value::from));
        context
    }
}

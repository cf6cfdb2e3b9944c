//! The pages and generated files of a site, and their URLs.

use crate::config::{CategoryId, LanguageId, PER_PAGE};
use crate::content::Role;
use crate::site::terms::{Taxonomy, Term, TermId};
use crate::site::url::{encode, list_url, output_of};
use crate::site::{ItemId, Site};

/// A page or file of the output that is generated from the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PageKey {
    /// The home page in a language.
    Home(LanguageId),
    /// Page `n` (from 1) of the list of a category.
    List(LanguageId, CategoryId, u32),
    /// The list of a category as a table for spreadsheets.
    ListCsv(LanguageId, CategoryId),
    /// The list of a category for programs.
    ListJson(LanguageId, CategoryId),
    /// Page `n` (from 1) of the items of a term.
    Term(TermId, u32),
    /// The feed of a term.
    TermFeed(TermId),
    /// The index of all tags or all units of a language.
    Terms(LanguageId, Taxonomy),
    /// The page of an item.
    Item(ItemId),
    /// An alias of an item, by its index among the aliases of the item.
    Alias(ItemId, u32),
    /// Page `n` (from 1) of the list of all items in a language, which is also the search page.
    Search(LanguageId, u32),
    /// The site map of a language.
    SiteMap(LanguageId),
    /// The feed of a category, or of all items.
    Feed(LanguageId, Option<CategoryId>),
    /// The notice left at the URL of an expired or withdrawn item, by its index.
    Notice(u32),
    /// The page for URLs that do not exist.
    NotFound,
}

/// The name of the list of a category as a table for spreadsheets.
pub(super) const LIST_CSV: &str = "list.csv";
/// The name of the list of a category for programs.
pub(super) const LIST_JSON: &str = "list.json";
/// The folder of the pages of facets, below that of their category.
pub(super) const FACETS: &str = "by/";
/// The folder of the tags of a language.
pub(super) const TAGS: &str = "tags/";
/// The folder of the units of a language.
pub(super) const UNITS: &str = "units/";

impl Site {
    /// Returns the URL of a page, or the path of a file.
    pub fn url(&self, key: PageKey) -> String {
        match key {
            PageKey::Home(language) => self.config.home_url(language),
            PageKey::List(language, category, number) => {
                list_url(&self.config.category_url(language, category), number as usize)
            }
            PageKey::ListCsv(language, category) => {
                format!("{}{LIST_CSV}", self.config.category_url(language, category))
            }
            PageKey::ListJson(language, category) => {
                format!("{}{LIST_JSON}", self.config.category_url(language, category))
            }
            PageKey::Term(id, number) => list_url(&self.term_url(id), number as usize),
            PageKey::TermFeed(id) => format!("{}feed.xml", self.term_url(id)),
            PageKey::Terms(language, taxonomy) => self.taxonomy_url(language, taxonomy),
            PageKey::Search(language, number) => {
                list_url(&self.config.search_url(language), number as usize)
            }
            PageKey::SiteMap(language) => self.config.site_map_url(language),
            PageKey::Item(id) => self.item(id).url.to_string(),
            PageKey::Alias(id, n) => self.item(id).details.aliases[n as usize].to_string(),
            PageKey::Feed(language, None) => format!("{}feed.xml", self.config.home_url(language)),
            PageKey::Feed(language, Some(category)) => {
                format!("{}feed.xml", self.config.category_url(language, category))
            }
            PageKey::Notice(n) => self.notices[n as usize].url().to_owned(),
            PageKey::NotFound => "404.html".to_owned(),
        }
    }

    /// Returns the address of a URL on the web, encoded.
    pub(crate) fn absolute(&self, url: &str) -> String {
        format!("{}{}", self.config.base_url.full, encode(url))
    }

    /// Returns the output path of a page.
    pub fn output(&self, key: PageKey) -> String {
        output_of(&self.url(key))
    }

    /// Returns the URL of the first page of a term.
    pub(crate) fn term_url(&self, id: TermId) -> String {
        let Term { language, taxonomy, slug, .. } = self.term(id);
        format!("{}{slug}/", self.taxonomy_url(*language, *taxonomy))
    }

    fn taxonomy_url(&self, language: LanguageId, taxonomy: Taxonomy) -> String {
        let config = &self.config;
        match taxonomy {
            Taxonomy::Tag => format!("{}{TAGS}", config.home_url(language)),
            Taxonomy::Unit => format!("{}{UNITS}", config.home_url(language)),
            Taxonomy::Facet(category, n) => {
                let settings = &config.policy.categories[usize::from(category)].list;
                let facet = settings.facets[usize::from(n)].as_str();
                format!("{}{FACETS}{facet}/", config.category_url(language, category))
            }
        }
    }

    /// Returns how many items a page of a category's list has.
    pub(crate) fn per_page(&self, category: CategoryId) -> usize {
        self.config.policy.categories[usize::from(category)].list.per_page
    }

    /// Returns how many items a page of a term has.
    pub(crate) fn per_page_of_term(&self, id: TermId) -> usize {
        match self.term(id).taxonomy {
            Taxonomy::Facet(category, _) => self.per_page(category),
            Taxonomy::Tag | Taxonomy::Unit => PER_PAGE,
        }
    }

    /// Returns how many pages the list of a category has, at least one.
    pub fn list_pages(&self, language: LanguageId, category: CategoryId) -> usize {
        page_count(self.list(language, category), self.per_page(category))
    }

    /// Returns how many pages a term has.
    pub fn term_pages(&self, id: TermId) -> usize {
        page_count(&self.term(id).items, self.per_page_of_term(id))
    }

    /// Returns whether a feed has an entry. Empty feeds are not written.
    pub fn has_feed(&self, language: LanguageId, category: Option<CategoryId>) -> bool {
        let mut categories = self.config.policy.categories().map(|(id, _)| id);
        match category {
            Some(category) => !self.list(language, category).is_empty(),
            None => categories.any(|id| !self.list(language, id).is_empty()),
        }
    }

    /// Returns all pages to render, in a fixed order.
    pub fn pages(&self) -> Vec<PageKey> {
        let mut pages = self.common_pages();
        for id in self.terms() {
            let count = u32::try_from(self.term_pages(id)).unwrap_or(u32::MAX);
            pages.extend((1..=count).map(|n| PageKey::Term(id, n)));
            pages.push(PageKey::TermFeed(id));
        }
        for (id, item) in self.items() {
            if item.role == Role::Item {
                pages.push(PageKey::Item(id));
            }
            pages.extend((0..).zip(&item.details.aliases).map(|(n, _)| PageKey::Alias(id, n)));
        }
        pages.extend((0..).zip(&self.notices).map(|(n, _)| PageKey::Notice(n)));
        pages.push(PageKey::NotFound);
        pages
    }

    /// Returns home pages, site maps, lists, indexes and feeds.
    fn common_pages(&self) -> Vec<PageKey> {
        let mut pages = Vec::with_capacity(64);
        for (language, _) in self.config.languages() {
            pages.push(PageKey::Home(language));
            pages.extend(self.has_feed(language, None).then_some(PageKey::Feed(language, None)));
            pages.push(PageKey::SiteMap(language));
            let has_list = self.config.has_list;
            let everything = self.everything(language);
            let count = if has_list { page_count(everything, PER_PAGE) } else { 0 };
            pages.extend((1..).take(count).map(|n| PageKey::Search(language, n)));
            for taxonomy in [Taxonomy::Tag, Taxonomy::Unit] {
                let has_terms = !self.terms_of(language, taxonomy).is_empty();
                pages.extend(has_terms.then_some(PageKey::Terms(language, taxonomy)));
            }
            for (category, _) in self.config.policy.categories() {
                let count = self.list_pages(language, category);
                pages.extend((1..).take(count).map(|n| PageKey::List(language, category, n)));
                if self.has_feed(language, Some(category)) {
                    pages.push(PageKey::Feed(language, Some(category)));
                    pages.push(PageKey::ListCsv(language, category));
                    pages.push(PageKey::ListJson(language, category));
                }
            }
        }
        pages
    }

    /// Returns the page at a URL: `news/flood/`, `feed.xml`.
    pub fn page_at(&self, url: &str) -> Option<PageKey> {
        if let Some(id) = self.by_url(url).filter(|id| self.item(*id).role == Role::Item) {
            return Some(PageKey::Item(id));
        }
        if let Some(id) = self.by_alias(url) {
            let aliases = &self.item(id).details.aliases;
            let number = aliases.iter().position(|alias| alias.as_ref() == url)?;
            return Some(PageKey::Alias(id, u32::try_from(number).ok()?));
        }
        if let Some((language, taxonomy, rest)) = self.taxonomy_at(url) {
            return self.page_of_taxonomy(language, taxonomy, rest).filter(|p| self.url(*p) == url);
        }
        let common = self.common_pages();
        let notices = (0..).zip(&self.notices).map(|(n, _)| PageKey::Notice(n));
        common.into_iter().chain(notices).find(|page| self.url(*page) == url)
    }

    /// Returns the taxonomy in whose folder a URL is, and the rest of the URL.
    fn taxonomy_at<'u>(&self, url: &'u str) -> Option<(LanguageId, Taxonomy, &'u str)> {
        self.config.languages().find_map(|(language, _)| {
            let below = url.strip_prefix(self.config.home_url(language).as_str())?;
            for (folder, taxonomy) in [(TAGS, Taxonomy::Tag), (UNITS, Taxonomy::Unit)] {
                if let Some(rest) = below.strip_prefix(folder) {
                    return Some((language, taxonomy, rest));
                }
            }
            let (id, rest) = below.split_once('/')?;
            let category = self.config.policy.category(id)?;
            let (facet, rest) = rest.strip_prefix(FACETS)?.split_once('/')?;
            let facets = &self.config.policy.categories[usize::from(category)].list.facets;
            let number = facets.iter().position(|known| known.as_str() == facet)?;
            let taxonomy = Taxonomy::Facet(category, u8::try_from(number).ok()?);
            Some((language, taxonomy, rest))
        })
    }

    fn page_of_taxonomy(
        &self,
        language: LanguageId,
        taxonomy: Taxonomy,
        rest: &str,
    ) -> Option<PageKey> {
        let Some((slug, rest)) = rest.split_once('/') else {
            let is_index = rest.is_empty() && !matches!(taxonomy, Taxonomy::Facet(..));
            let has_terms = !self.terms_of(language, taxonomy).is_empty();
            return (is_index && has_terms).then_some(PageKey::Terms(language, taxonomy));
        };
        let id = self.term_with_slug(language, taxonomy, slug)?;
        match rest {
            "" => Some(PageKey::Term(id, 1)),
            "feed.xml" => Some(PageKey::TermFeed(id)),
            rest => {
                let number = rest.strip_prefix("page/")?.strip_suffix('/')?.parse().ok()?;
                let exists = (2..=self.term_pages(id)).contains(&(number as usize));
                exists.then_some(PageKey::Term(id, number))
            }
        }
    }

    /// Returns whether a page or file that depends on what is published is currently written: a feed, a list as
    /// a file, the page of a term. Returns `None` if the URL is of no such page. A link to one that is not
    /// written is no error, because the items may bring it at any time.
    pub(super) fn is_written(&self, url: &str) -> Option<bool> {
        if let Some((language, taxonomy, rest)) = self.taxonomy_at(url) {
            let is_further = rest.split_once('/').is_some_and(|(_, rest)| rest.contains('/'));
            let is_of_facet = rest.is_empty() && matches!(taxonomy, Taxonomy::Facet(..));
            let page = self.page_of_taxonomy(language, taxonomy, rest);
            return (!is_further && !is_of_facet).then_some(page.is_some());
        }
        let categories = self.config.policy.categories().map(|(id, _)| Some(id));
        let of: Vec<Option<CategoryId>> = std::iter::once(None).chain(categories).collect();
        self.config.languages().find_map(|(language, _)| {
            let is_at = |key: PageKey| self.url(key) == url;
            let found = of.iter().find(|category| {
                let files = category.map(|category| {
                    [PageKey::ListCsv(language, category), PageKey::ListJson(language, category)]
                });
                is_at(PageKey::Feed(language, **category)) || files.into_iter().flatten().any(is_at)
            });
            found.map(|category| self.has_feed(language, *category))
        })
    }
}

/// Returns how many pages a list has, at least one.
pub(crate) fn page_count(list: &[ItemId], per_page: usize) -> usize {
    list.len().div_ceil(per_page).max(1)
}

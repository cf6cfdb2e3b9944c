//! The site: admitted items in order, and their URLs.
//!
//! This stage neither reads files nor renders. A [`Site`] is assembled once. Its pages can be
//! rendered in any order.

mod collisions;
mod inner_addresses;
mod leaving;
mod links;
mod named_pages;
mod selection;
mod threads;
mod url;

pub use collisions::Claims;
pub(crate) use collisions::check_collisions;
pub(crate) use leaving::{LeavingFile, Owners};
pub(crate) use links::{BrokenLink, may_hold_address, spells_addresses};
pub use links::{LinkTarget, Resolver};
pub(crate) use named_pages::{check_named_pages, may_be_named};
pub(crate) use selection::Selection;
pub use threads::{Step, Thread};
pub(crate) use url::{PREVIEW, SECURITY, root_of};
pub use url::{encode, list_url, output_of};

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use icu_collator::options::CollatorOptions;
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use rayon::prelude::*;

use crate::config::{CategoryId, Config, LanguageId, OwnPage, PER_PAGE, Sort};
use crate::content::{Item, Role};
use crate::gate::{Admitted, Tombstone, Verdict};
use crate::site::threads::Threads;
use crate::text::{compare_paths, nfc};

/// How many entries a feed has.
pub const FEED_ENTRIES: usize = 20;
/// How many URLs a sitemap file has, and how many files a part of the manifest has (sitemaps.org
/// allows 50,000).
pub const PER_PART: usize = 50_000;

/// An admitted item of a [`Site`]: its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(u32);

impl ItemId {
    /// Returns the item at a position. Returns `None` above 4,294,967,295.
    pub fn at(position: usize) -> Option<Self> {
        position.try_into().ok().map(Self)
    }

    /// Returns items with their ids.
    fn of(items: &[Admitted]) -> impl Iterator<Item = (Self, &Admitted)> + Clone {
        items.iter().enumerate().filter_map(|(n, item)| Some((Self::at(n)?, item)))
    }
}

impl From<ItemId> for usize {
    fn from(id: ItemId) -> Self {
        id.0 as Self
    }
}

/// An item that is not on the site. It is kept to distinguish links to it from dead links. The
/// renderer never receives any of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stub {
    /// The path of its Markdown file.
    pub path: Box<str>,
    /// Its URL and its aliases. If its front matter has errors, those that it may have.
    pub urls: Box<[Box<str>]>,
    /// Why it is not on the site.
    pub verdict: Verdict,
    /// Whether it will be published merely because time passes.
    pub will_open: bool,
}

/// The items that are not on the site.
#[derive(Debug, Default)]
pub struct Absent {
    /// The withheld items, sorted by path.
    pub withheld: Vec<Stub>,
    /// The notices left at the URLs of some of them.
    pub notices: Vec<Tombstone>,
}

/// A page or file of the output that is generated from the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PageKey {
    /// The home page in a language.
    Home(LanguageId),
    /// Page `n` (from 1) of the list of a category.
    List(LanguageId, CategoryId, u32),
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

/// The site.
#[derive(Debug)]
pub struct Site {
    /// The settings.
    pub config: Arc<Config>,
    /// The admitted items, sorted by path.
    pub items: Vec<Admitted>,
    /// The withheld items, sorted by path.
    pub withheld: Vec<Stub>,
    /// The notices left at the URLs of some of them.
    pub notices: Vec<Tombstone>,
    /// Files copied to every output, sorted: those of `static/` and of the theme.
    pub assets: Vec<String>,
    /// Items by their normalized path, for resolving links.
    by_path: HashMap<String, ItemId>,
    by_url: Vec<ItemId>,
    withheld_urls: Vec<(Box<str>, u32)>,
    lists: Vec<Vec<ItemId>>,
    places: Vec<u32>,
    indexes: Vec<ItemId>,
    outside: Vec<ItemId>,
    /// By language.
    everything: Vec<Vec<ItemId>>,
    aliases: Vec<(String, ItemId)>,
    /// Urgent items, newest first.
    urgent: Vec<ItemId>,
    /// Pairs of an item and an item that replaces it.
    replaced: Vec<(ItemId, ItemId)>,
    threads: Threads,
}

impl Site {
    /// Creates a site and orders its items. The items and the withheld items must be sorted by
    /// path.
    pub fn assemble(
        config: Arc<Config>,
        items: Vec<Admitted>,
        absent: Absent,
        assets: Vec<String>,
    ) -> Self {
        let Absent { withheld, notices } = absent;
        let (categories, languages) = (config.policy.categories.len(), config.languages.len());
        let mut lists = vec![Vec::new(); categories * languages];
        let (mut indexes, mut outside, mut aliases) = (Vec::new(), Vec::new(), Vec::new());
        for (id, item) in ItemId::of(&items) {
            match (item.role, item.category) {
                (Role::Index, _) => indexes.push(id),
                (Role::Item, None) => outside.push(id),
                (Role::Item, Some(category)) => {
                    lists[usize::from(item.language) * categories + usize::from(category)].push(id);
                }
            }
            aliases.extend(item.details.aliases.iter().map(|alias| (alias.to_string(), id)));
        }
        aliases.sort();
        let mut site = Self {
            by_path: ItemId::of(&items).map(|(id, item)| (nfc(&item.path), id)).collect(),
            by_url: sorted_by_url(&items),
            withheld_urls: withheld_urls(&withheld),
            places: vec![0; items.len()],
            threads: Threads::of(&items, &config.kinds),
            config,
            items,
            withheld,
            notices,
            assets,
            lists,
            indexes,
            outside,
            everything: vec![Vec::new(); languages],
            aliases,
            urgent: Vec::new(),
            replaced: Vec::new(),
        };
        site.sort_lists();
        site.pair_successors();
        site.list_urgent();
        site.list_everything();
        site
    }

    fn pair_successors(&mut self) {
        let pairs = self.items().map(|(id, item)| Some((self.replaces(item)?, id)));
        let mut pairs: Vec<(ItemId, ItemId)> = pairs.flatten().collect();
        pairs.sort_unstable();
        self.replaced = pairs;
    }

    fn list_urgent(&mut self) {
        let is_urgent = |item: &Item| item.is_urgent && item.role == Role::Item;
        let urgent = self.items().filter(|(_, item)| is_urgent(item));
        let mut urgent: Vec<ItemId> = urgent.map(|(id, _)| id).collect();
        urgent.sort_by(|a, b| self.newest_first(*a, *b));
        self.urgent = urgent;
    }

    fn sort_outside(&mut self) {
        let collator = collator(&self.config.languages[0].code);
        let mut outside = std::mem::take(&mut self.outside);
        outside.sort_by(|a, b| order(self.item(*a), self.item(*b), &Sort::Weight, &collator));
        self.outside = outside;
    }

    fn sort_lists(&mut self) {
        let categories = &self.config.policy.categories;
        let mut lists = std::mem::take(&mut self.lists);
        lists.par_iter_mut().enumerate().for_each(|(n, list)| {
            let collator = collator(&self.config.languages[n / categories.len()].code);
            let sort = &categories[n % categories.len()].list.sort;
            list.sort_by(|a, b| order(self.item(*a), self.item(*b), sort, &collator));
        });
        self.sort_outside();
        for list in &lists {
            for (place, id) in (0..).zip(list) {
                self.places[usize::from(*id)] = place;
            }
        }
        self.lists = lists;
    }

    fn list_everything(&mut self) {
        let mut everything = std::mem::take(&mut self.everything);
        for (id, item) in self.items().filter(|(_, item)| item.role == Role::Item) {
            everything[usize::from(item.language)].push(id);
        }
        everything.iter_mut().for_each(|list| list.sort_by(|a, b| self.newest_first(*a, *b)));
        self.everything = everything;
    }

    /// Returns all items with their ids.
    pub fn items(&self) -> impl Iterator<Item = (ItemId, &Admitted)> + Clone {
        ItemId::of(&self.items)
    }

    /// Returns an item by its id.
    pub fn item(&self, id: ItemId) -> &Admitted {
        &self.items[usize::from(id)]
    }

    /// Returns the items of a category in a language, in order.
    pub fn list(&self, language: LanguageId, category: CategoryId) -> &[ItemId] {
        let categories = self.config.policy.categories.len();
        &self.lists[usize::from(language) * categories + usize::from(category)]
    }

    /// Returns the previous and next item in the order of the category.
    pub fn neighbours(&self, id: ItemId) -> (Option<ItemId>, Option<ItemId>) {
        let item = self.item(id);
        let (Role::Item, Some(category)) = (item.role, item.category) else { return (None, None) };
        let list = self.list(item.language, category);
        let place = self.places[usize::from(id)] as usize;
        let before = place.checked_sub(1).and_then(|n| list.get(n));
        (before.copied(), list.get(place + 1).copied())
    }

    /// Returns the published pages outside all categories in a language.
    pub fn outside(&self, language: LanguageId) -> impl Iterator<Item = &Admitted> {
        self.outside.iter().map(|id| self.item(*id)).filter(move |item| item.language == language)
    }

    /// Returns the text of a category's page, or of the home page.
    pub fn index(&self, language: LanguageId, category: Option<CategoryId>) -> Option<ItemId> {
        let fits = |item: &Item| item.language == language && item.category == category;
        self.indexes.iter().copied().find(|id| fits(self.item(*id)))
    }

    /// Returns the newest items of a language, in one category or in all.
    pub fn newest(
        &self,
        language: LanguageId,
        category: Option<CategoryId>,
        count: usize,
    ) -> Vec<ItemId> {
        let all = self.config.policy.categories().map(|(id, _)| id);
        let chosen = all.filter(|id| category.is_none_or(|wanted| wanted == *id));
        let newest_first = |a: &ItemId, b: &ItemId| self.newest_first(*a, *b);
        let mut newest: Vec<ItemId> = Vec::new();
        for id in chosen {
            let mut list = self.list(language, id).to_vec();
            if list.len() > count {
                list.select_nth_unstable_by(count, newest_first);
                list.truncate(count);
            }
            newest.extend(list);
        }
        newest.sort_by(newest_first);
        newest.truncate(count);
        newest
    }

    fn newest_first(&self, a: ItemId, b: ItemId) -> Ordering {
        let (a, b) = (self.item(a), self.item(b));
        b.window.from.cmp(&a.window.from).then_with(|| a.url.cmp(&b.url))
    }

    /// Returns for each obligation the items of a language that meet it, newest first. Texts of
    /// categories and of the home page count too, because pages show them.
    pub fn meeting(&self, language: LanguageId, obligations: &[&str]) -> Vec<Vec<ItemId>> {
        let numbers: HashMap<&str, usize> =
            obligations.iter().enumerate().map(|(n, id)| (*id, n)).collect();
        let mut meeting: Vec<Vec<ItemId>> = vec![Vec::new(); obligations.len()];
        for (id, item) in self.items().filter(|(_, item)| item.language == language) {
            let met = item.details.meets.iter().filter_map(|word| numbers.get(word.as_ref()));
            for number in met {
                let items = &mut meeting[*number];
                // An item may name an obligation twice.
                if items.last() != Some(&id) {
                    items.push(id);
                }
            }
        }
        meeting.iter_mut().for_each(|items| items.sort_by(|a, b| self.newest_first(*a, *b)));
        meeting
    }

    /// Returns all items of a language that have a page, newest first.
    pub fn everything(&self, language: LanguageId) -> &[ItemId] {
        &self.everything[usize::from(language)]
    }

    /// Returns the admitted item of a Markdown file, by its path from the root.
    pub fn by_path(&self, path: &str) -> Option<ItemId> {
        if path.is_ascii() {
            self.by_path.get(path).copied()
        } else {
            self.by_path.get(&nfc(path)).copied()
        }
    }

    /// Returns the index of the withheld item of a Markdown file.
    pub fn withheld_by_path(&self, path: &str) -> Option<u32> {
        // Of two with the same name, return the first. The other was rejected because of its name.
        let before = |stub: &Stub| compare_paths(&stub.path, path) == Ordering::Less;
        let place = self.withheld.partition_point(before);
        let stub = self.withheld.get(place)?;
        (compare_paths(&stub.path, path) == Ordering::Equal)
            .then(|| u32::try_from(place).ok())
            .flatten()
    }

    /// Replaces an item with its new version. Path, URL, role, category, language and aliases must
    /// be unchanged.
    pub fn replace(&mut self, id: ItemId, item: Admitted) {
        let successor_changed = item.details.replaces != self.item(id).details.replaces;
        let urgency_changed = item.is_urgent != self.item(id).is_urgent;
        let stays_in_thread = threads::has_same_place(self.item(id), &item, &self.config.kinds);
        self.items[usize::from(id)] = item;
        if successor_changed {
            self.pair_successors();
        }
        if urgency_changed {
            self.list_urgent();
        }
        if !stays_in_thread {
            self.threads = Threads::of(&self.items, &self.config.kinds);
        }
        let item = self.item(id);
        let (Role::Item, Some(category)) = (item.role, item.category) else {
            return self.sort_outside();
        };
        let categories = &self.config.policy.categories;
        let number = usize::from(item.language) * categories.len() + usize::from(category);
        let sort = &categories[usize::from(category)].list.sort;
        let collator = collator(&self.config.languages[usize::from(item.language)].code);
        let mut list = std::mem::take(&mut self.lists[number]);
        list.remove(self.places[usize::from(id)] as usize);
        let place = list.partition_point(|other| {
            order(self.item(*other), self.item(id), sort, &collator) == Ordering::Less
        });
        list.insert(place, id);
        for (place, id) in (0..).zip(&list) {
            self.places[usize::from(*id)] = place;
        }
        self.lists[number] = list;
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
        let common = self.common_pages();
        let notices = (0..).zip(&self.notices).map(|(n, _)| PageKey::Notice(n));
        common.into_iter().chain(notices).find(|page| self.url(*page) == url)
    }

    /// Returns the admitted item at a URL.
    pub fn by_url(&self, url: &str) -> Option<ItemId> {
        let at = |id: &ItemId| self.item(*id).url.as_ref().cmp(url);
        self.by_url.binary_search_by(at).ok().map(|n| self.by_url[n])
    }

    /// Returns the admitted item that the settings name as the page for complaints, if there is
    /// one.
    pub fn complaints_page(&self, page: &OwnPage) -> Option<ItemId> {
        self.by_url(&page.url).filter(|id| self.item(*id).role == Role::Item)
    }

    /// Returns the index of the withheld item at a URL or alias. The URL of a home page's text is
    /// empty.
    pub fn withheld_at(&self, url: &str) -> Option<u32> {
        let at = |(known, _): &(Box<str>, u32)| known.as_ref().cmp(url);
        let place = self.withheld_urls.binary_search_by(at).ok()?;
        Some(self.withheld_urls[place].1)
    }

    /// Returns the urgent items of a language, newest first.
    pub fn urgent(&self, language: LanguageId) -> impl Iterator<Item = ItemId> {
        self.urgent.iter().copied().filter(move |id| self.item(*id).language == language)
    }

    /// Returns the item that an alias leads to.
    pub fn by_alias(&self, url: &str) -> Option<ItemId> {
        let place = self.aliases.binary_search_by(|(alias, _)| alias.as_str().cmp(url)).ok()?;
        Some(self.aliases[place].1)
    }

    /// Returns the translation of an item into a language. For its own language, returns the item
    /// itself.
    pub fn translation(&self, id: ItemId, language: LanguageId) -> Option<ItemId> {
        let item = self.item(id);
        let original = item.original_path().unwrap_or_else(|| item.path.to_string());
        if language == LanguageId::OWN {
            return self.by_path(&original);
        }
        let stem = original.strip_suffix(".md")?;
        let code = &self.config.languages[usize::from(language)].code;
        self.by_path(&format!("{stem}.{code}.md"))
    }

    /// Returns the item that an item replaces, if it is published.
    pub fn replaces(&self, item: &Item) -> Option<ItemId> {
        self.by_path(item.details.replaces.as_deref()?)
    }

    /// Returns the published items that replace an item.
    pub fn replaced_by(&self, id: ItemId) -> impl Iterator<Item = ItemId> {
        let first = self.replaced.partition_point(|(old, _)| *old < id);
        self.replaced[first..].iter().take_while(move |(old, _)| *old == id).map(|(_, new)| *new)
    }

    /// Returns the URL under which an item's files are published. For a translation, it is that of
    /// the original.
    pub fn files_url(&self, item: &Item) -> String {
        let original = item.original_path().and_then(|path| self.by_path(&path));
        original.map_or(&item.url, |id| &self.item(id).url).to_string()
    }

    /// Returns how many pages the list of a category has, at least one.
    pub fn list_pages(&self, language: LanguageId, category: CategoryId) -> usize {
        page_count(self.list(language, category))
    }

    /// Returns the URL of a page, or the path of a file.
    pub fn url(&self, key: PageKey) -> String {
        match key {
            PageKey::Home(language) => self.config.home_url(language),
            PageKey::List(language, category, number) => {
                list_url(&self.config.category_url(language, category), number as usize)
            }
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

    /// Returns whether a feed has an entry. Empty feeds are not written.
    pub fn has_feed(&self, language: LanguageId, category: Option<CategoryId>) -> bool {
        let categories = self.config.policy.categories.len();
        match category {
            Some(category) => !self.list(language, category).is_empty(),
            None => (0..categories)
                .any(|n| !self.lists[usize::from(language) * categories + n].is_empty()),
        }
    }

    /// Returns the items, consuming the site.
    pub fn into_items(self) -> Vec<Admitted> {
        self.items
    }

    /// Returns all pages to render, in a fixed order.
    pub fn pages(&self) -> Vec<PageKey> {
        let mut pages = self.common_pages();
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

    /// Returns home pages, site maps, lists and feeds.
    fn common_pages(&self) -> Vec<PageKey> {
        let mut pages = Vec::with_capacity(64);
        for (language, _) in self.config.languages() {
            pages.push(PageKey::Home(language));
            pages.extend(self.has_feed(language, None).then_some(PageKey::Feed(language, None)));
            pages.push(PageKey::SiteMap(language));
            let has_list = self.config.has_list;
            let count = if has_list { page_count(self.everything(language)) } else { 0 };
            pages.extend((1..).take(count).map(|n| PageKey::Search(language, n)));
            for (category, _) in self.config.policy.categories() {
                let count = self.list_pages(language, category);
                pages.extend((1..).take(count).map(|n| PageKey::List(language, category, n)));
                let feed = PageKey::Feed(language, Some(category));
                pages.extend(self.has_feed(language, Some(category)).then_some(feed));
            }
        }
        pages
    }

    /// Returns the output path of a page.
    pub fn output(&self, key: PageKey) -> String {
        output_of(&self.url(key))
    }
}

/// Returns how many pages a list has, at least one.
pub fn page_count(list: &[ItemId]) -> usize {
    list.len().div_ceil(PER_PAGE).max(1)
}

/// Returns the URLs of withheld items.
fn withheld_urls(withheld: &[Stub]) -> Vec<(Box<str>, u32)> {
    let mut urls: Vec<(Box<str>, u32)> = (0..)
        .zip(withheld)
        .flat_map(|(n, stub)| stub.urls.iter().map(move |url| (url.clone(), n)))
        .collect();
    urls.sort();
    urls
}

fn sorted_by_url(items: &[Admitted]) -> Vec<ItemId> {
    let mut ids: Vec<ItemId> = ItemId::of(items).map(|(id, _)| id).collect();
    ids.sort_by_key(|id| &items[usize::from(*id)].url);
    ids
}

/// Sorts by title, in the dictionary order of a language.
pub fn sort_by_title<T>(list: &mut [T], language: &str, title: impl Fn(&T) -> &str) {
    let collator = collator(language);
    list.sort_by(|a, b| collator.compare(title(a), title(b)));
}

/// Returns the order of a language. Numbers are ordered by value, in all digits.
fn collator(language: &str) -> CollatorBorrowed<'static> {
    let locale =
        language.parse::<icu_locale_core::Locale>().unwrap_or(icu_locale_core::Locale::UNKNOWN);
    let by_value = |mut preferences: CollatorPreferences| {
        preferences.numeric_ordering = Some(CollationNumericOrdering::True);
        Collator::try_new(preferences, CollatorOptions::default())
    };
    by_value((&locale).into()).unwrap_or_else(|_| {
        by_value(CollatorPreferences::default()).expect("the root collation is compiled in")
    })
}

fn order(a: &Item, b: &Item, sort: &Sort, collator: &CollatorBorrowed) -> Ordering {
    let weight = |c: &Item| c.weight.unwrap_or(i64::MAX);
    let by_weight = || weight(a).cmp(&weight(b));
    let by_date = || b.window.from.cmp(&a.window.from);
    let by_title = || collator.compare(&a.title, &b.title).then_with(|| a.path.cmp(&b.path));
    match sort {
        Sort::Weight => by_weight().then_with(by_date).then_with(by_title),
        Sort::Date => by_date().then_with(by_title),
        Sort::Title | Sort::Column { .. } => by_title(),
    }
}

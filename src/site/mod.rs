//! The site: admitted items in order, and their URLs.
//!
//! This stage neither reads files nor renders. A [`Site`] is assembled once. Its pages can be
//! rendered in any order.

mod collisions;
mod inner_addresses;
mod leaving;
mod links;
mod listed_values;
mod named_pages;
mod selection;
mod order;
mod pages;
mod terms;
mod threads;
mod url;

pub use collisions::Claims;
pub(crate) use collisions::check_collisions;
pub(crate) use leaving::{LeavingFile, Owners};
pub(crate) use links::{BrokenLink, may_hold_address, spells_addresses};
pub use links::{LinkTarget, Resolver};
pub(crate) use listed_values::{amount_of, counted_year, declared_field, field_of, kind_title};
pub(crate) use named_pages::{check_named_pages, may_be_named};
pub(crate) use order::ListOrder;
pub use order::sort_by_title;
pub use pages::PageKey;
pub(crate) use pages::page_count;
pub(crate) use selection::{Selection, WantedText};
pub use terms::{Taxonomy, Term, TermId};
pub use threads::{Step, Thread};
pub(crate) use url::{PREVIEW, SECURITY, root_of};
pub use url::{encode, list_url, output_of};

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use self::order::{depends_on_state, depends_on_titles};
use self::terms::{Terms, has_same_terms};
use self::threads::Threads;
use crate::config::{CategoryId, Config, LanguageId, OwnPage, Sort};
use crate::content::{Item, Role, value_slug};
use crate::gate::{Admitted, Tombstone, Verdict};
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
    terms: Terms,
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
                    lists[config.place_of_list(item.language, category)].push(id);
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
            terms: Terms::default(),
        };
        site.sort_lists();
        site.pair_successors();
        site.list_urgent();
        site.list_everything();
        site.gather_terms();
        site
    }

    fn gather_terms(&mut self) {
        let list = |language, category| self.list(language, category);
        let everything = |language| self.everything(language);
        self.terms = Terms::gather(&self.config, &self.items, list, everything);
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
        let order = ListOrder::new(&self.config, LanguageId::OWN, &Sort::Weight, &self.items);
        order.sort(&mut self.outside);
    }

    fn sort_lists(&mut self) {
        let (config, items) = (&self.config, &self.items);
        let categories = &config.policy.categories;
        self.lists.par_iter_mut().enumerate().for_each(|(n, list)| {
            let Some(language) = LanguageId::at(n / categories.len()) else { return };
            let sort = &categories[n % categories.len()].list.sort;
            ListOrder::new(config, language, sort, items).sort(list);
        });
        self.sort_outside();
        for list in &self.lists {
            for (place, id) in (0..).zip(list) {
                self.places[usize::from(*id)] = place;
            }
        }
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
        &self.lists[self.config.place_of_list(language, category)]
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
            newest.extend(self.newest_of(self.list(language, id), count));
        }
        newest.sort_by(newest_first);
        newest.truncate(count);
        newest
    }

    /// Returns the newest items of a list, newest first.
    fn newest_of(&self, list: &[ItemId], count: usize) -> Vec<ItemId> {
        let newest_first = |a: &ItemId, b: &ItemId| self.newest_first(*a, *b);
        let mut newest = list.to_vec();
        if newest.len() > count {
            newest.select_nth_unstable_by(count, newest_first);
            newest.truncate(count);
        }
        newest.sort_by(newest_first);
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
        let title_changed = item.title != self.item(id).title;
        let urgency_changed = item.is_urgent != self.item(id).is_urgent;
        let has_same_terms = has_same_terms(&item, self.item(id));
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
        let mut has_moved = self.move_to_its_place(id);
        if title_changed && self.has_order_by_titles() {
            self.sort_lists();
            has_moved = true;
        }
        if has_moved || !has_same_terms {
            self.gather_terms();
        }
    }

    /// Returns whether the order of a list depends on the titles of items that its items name.
    fn has_order_by_titles(&self) -> bool {
        let mut categories = self.config.policy.categories();
        categories.any(|(_, category)| depends_on_titles(&self.config, &category.list.sort))
    }

    /// Moves an item that was replaced to its place in its list. Returns whether it was at another one.
    fn move_to_its_place(&mut self, id: ItemId) -> bool {
        let item = self.item(id);
        let (Role::Item, Some(category)) = (item.role, item.category) else {
            self.sort_outside();
            return false;
        };
        let categories = &self.config.policy.categories;
        let language = item.language;
        let number = self.config.place_of_list(language, category);
        let mut list = std::mem::take(&mut self.lists[number]);
        let former = self.places[usize::from(id)] as usize;
        list.remove(former);
        let sort = &categories[usize::from(category)].list.sort;
        let order = ListOrder::new(&self.config, language, sort, &self.items);
        let place = list.partition_point(|other| {
            order.compare(self.item(*other), self.item(id)) == Ordering::Less
        });
        list.insert(place, id);
        for (place, id) in (0..).zip(&list) {
            self.places[usize::from(*id)] = place;
        }
        self.lists[number] = list;
        place != former
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

    /// Returns the items, consuming the site.
    pub fn into_items(self) -> Vec<Admitted> {
        self.items
    }

    /// Returns all terms.
    pub fn terms(&self) -> impl Iterator<Item = TermId> + use<> {
        TermId::all(self.terms.len())
    }

    /// Returns a term.
    pub fn term(&self, id: TermId) -> &Term {
        self.terms.term(id)
    }

    /// Returns the terms of a taxonomy in a language, in the order in which readers see them.
    pub fn terms_of(&self, language: LanguageId, taxonomy: Taxonomy) -> &[TermId] {
        self.terms.of(language, taxonomy)
    }

    /// Returns the term with a slug.
    pub fn term_with_slug(
        &self,
        language: LanguageId,
        taxonomy: Taxonomy,
        slug: &str,
    ) -> Option<TermId> {
        self.terms.with_slug(language, taxonomy, slug)
    }

    /// Returns the term of a tag or a unit, however it is spelled.
    pub fn term_of(&self, language: LanguageId, taxonomy: Taxonomy, value: &str) -> Option<TermId> {
        self.term_with_slug(language, taxonomy, &value_slug(value)?)
    }

    /// Returns the newest items of a term.
    pub fn newest_of_term(&self, id: TermId, count: usize) -> Vec<ItemId> {
        self.newest_of(&self.term(id).items, count)
    }

    /// Returns whether the order of a category's pages may change when a deadline passes.
    pub(crate) fn is_sorted_by_state(&self, category: CategoryId) -> bool {
        let sort = &self.config.policy.categories[usize::from(category)].list.sort;
        depends_on_state(&self.config, sort)
    }

    /// Returns the items of a category in the order of its exported lists: that of its pages, unless it changes
    /// when a deadline passes. Then the newest come first.
    pub(crate) fn exported(&self, language: LanguageId, category: CategoryId) -> Vec<ItemId> {
        let mut list = self.list(language, category).to_vec();
        if self.is_sorted_by_state(category) {
            // Items of one instant are in the order that they have on the pages, too.
            ListOrder::new(&self.config, language, &Sort::Date, &self.items).sort(&mut list);
        }
        list
    }
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

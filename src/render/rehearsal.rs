//! Renders lists as they will be when time has passed, and drops them. A template that fails on one is
//! reported today, not in the night when the last item ends.

use std::collections::BTreeSet;
use std::sync::Arc;

use tera::Value;

use crate::config::{Category, CategoryId, Config, FieldRole, LanguageId, PER_PAGE};
use crate::content::Item;
use crate::diagnostics::Diagnostics;
use crate::gate::{Admitted, State, Verdict, Withheld, admit_for_rehearsal};
use crate::markdown::Body;
use crate::render::context::{PageValue, PagerValue, pager};
use crate::render::layout::PageKind;
use crate::render::values::ItemParts;
use crate::render::{Buffers, LayoutCache, PageContent, PageTarget, Renderer, Theme};
use crate::site::{Absent, ItemId, PageKey, Site, Stub, Taxonomy, encode};
use crate::text::compare_paths;

/// Renders the pages of a site from which all items are gone. The built-in theme needs no rehearsal.
pub(crate) fn rehearse_empty(site: &Site, theme: &Theme, diagnostics: &mut Diagnostics) {
    if theme.files.is_empty() {
        return;
    }
    let config = Arc::clone(&site.config);
    let empty = Site::assemble(config, Vec::new(), all_absent(site), site.assets.clone());
    let pages = empty.pages();
    let renderer = Renderer::new(&empty, theme, &pages, diagnostics);
    let mut buffers = Buffers::default();
    for page in pages {
        renderer.render(page, None, &mut buffers, diagnostics);
    }
    // The pages of items that remain may ask for others that are gone.
    let LayoutCache { engine, .. } = renderer.into_cache();
    if engine.is_some() {
        let cache = LayoutCache { engine, ..LayoutCache::new(site, theme) };
        Renderer::resume(site, theme, cache).rehearse_templates(diagnostics);
    }
}

/// Returns what a site without its items knows of them: a template may name one of them.
fn all_absent(site: &Site) -> Absent {
    let ended = site.items.iter().map(|item| Stub {
        path: item.path.clone(),
        urls: Box::new([item.url.clone()]),
        verdict: Verdict::Expired,
        will_open: false,
    });
    let mut withheld: Vec<Stub> = site.withheld.iter().cloned().chain(ended).collect();
    withheld.sort_by(|a, b| compare_paths(&a.path, &b.path));
    Absent { withheld, notices: Vec::new() }
}

/// Renders the lists of languages and categories whose first item is still to come, as they will be when
/// it opens. The built-in theme needs no rehearsal.
pub(crate) fn rehearse_opening(
    site: &Site,
    theme: &Theme,
    withheld: &[Withheld],
    diagnostics: &mut Diagnostics,
) {
    let fills = |withheld: &Withheld| {
        let Item { language, category, .. } = withheld.item;
        let is_first = match category {
            Some(category) => site.list(language, category).is_empty(),
            None => site.outside(language).next().is_none(),
        };
        withheld.will_open
            && (is_first
                || site.everything(language).is_empty()
                || is_first_deadline(site, withheld)
                || is_first_of_kind(site, withheld)
                || is_first_term(site, withheld))
    };
    if theme.files.is_empty() || !withheld.iter().any(fills) {
        return;
    }
    // With all items, because a translation needs its original.
    let mut items: Vec<Admitted> = site.items.clone();
    items.extend(admit_for_rehearsal(withheld));
    items.sort_by(|a, b| compare_paths(&a.path, &b.path));
    let config = Arc::clone(&site.config);
    let absent = Absent { withheld: site.withheld.clone(), notices: Vec::new() };
    let opened = Site::assemble(config, items, absent, site.assets.clone());
    let mut pages = opened.pages();
    pages.retain(|page| {
        matches!(page, PageKey::Home(_) | PageKey::SiteMap(_) | PageKey::NotFound)
            || matches!(page, PageKey::List(_, _, 1) | PageKey::Search(_, 1) | PageKey::Terms(..))
    });
    pages.extend(taxonomies(&opened).filter_map(|(language, taxonomy)| {
        let first = opened.terms_of(language, taxonomy).first()?;
        Some(PageKey::Term(*first, 1))
    }));
    let mut renderer = Renderer::new(&opened, theme, &pages, diagnostics);
    let mut buffers = Buffers::default();
    for page in pages {
        renderer.render(page, None, &mut buffers, diagnostics);
    }
    if theme.asks_for_items {
        renderer.rehearse_templates(diagnostics);
    }
    renderer.rehearse_lists(diagnostics);
    renderer.rehearse_states(diagnostics);
}

/// Returns whether a withheld item has a deadline and no published item of its list does.
fn is_first_deadline(site: &Site, withheld: &Withheld) -> bool {
    let Item { language, category, .. } = withheld.item;
    let list = category.map_or(&[][..], |category| site.list(language, category));
    withheld.item.details.deadline.is_some()
        && !list.iter().any(|id| site.item(*id).details.deadline.is_some())
}

/// Returns whether a withheld item has a kind and no published item of its language has it. Blocks and
/// templates may ask for the items of a kind.
fn is_first_of_kind(site: &Site, withheld: &Withheld) -> bool {
    let kind = &withheld.item.details.kind;
    let has_kind = |id: &ItemId| site.item(*id).details.kind == *kind;
    !kind.is_empty() && !site.everything(withheld.item.language).iter().any(has_kind)
}

/// Returns whether a withheld item may have a term of a taxonomy of which no published item has one.
fn is_first_term(site: &Site, withheld: &Withheld) -> bool {
    let Item { language, category, ref tags, ref details, .. } = withheld.item;
    taxonomies(site).any(|(other, taxonomy)| {
        let may_have = match taxonomy {
            Taxonomy::Tag => !tags.is_empty(),
            Taxonomy::Unit => !details.unit.is_empty(),
            Taxonomy::Facet(other, _) => category == Some(other),
        };
        other == language && may_have && site.terms_of(language, taxonomy).is_empty()
    })
}

/// Returns the taxonomies of all languages.
fn taxonomies(site: &Site) -> impl Iterator<Item = (LanguageId, Taxonomy)> {
    let of_category = |(id, category): (CategoryId, &Category)| {
        let facets = (0..).zip(&category.list.facets);
        facets.map(|(n, _)| Taxonomy::Facet(id, n)).collect::<Vec<Taxonomy>>()
    };
    let all: Vec<Taxonomy> = [Taxonomy::Tag, Taxonomy::Unit]
        .into_iter()
        .chain(site.config.policy.categories().flat_map(of_category))
        .collect();
    let languages = site.config.languages().map(|(language, _)| language);
    languages.flat_map(move |language| all.clone().into_iter().map(move |t| (language, t)))
}

impl Renderer<'_> {
    /// Renders the page of a withheld item as it will be later and drops it: open in a thread, and closed
    /// alone. A template that fails on it is reported today, not in the night when the window opens.
    pub(crate) fn rehearse(&self, item: &Item, body: &Body, diagnostics: &mut Diagnostics) {
        self.rehearse_item(item, State::Open, self.rehearsed_thread(item), body, diagnostics);
        if item.details.deadline.is_some() || has_thread(&self.site.config, item) {
            self.rehearse_item(item, State::Closed, Value::none(), body, diagnostics);
        }
    }

    /// Renders the page of a published item as it will be later and drops it: in the other state, and in a
    /// thread if it is alone now.
    pub(crate) fn rehearse_change(&self, id: ItemId, body: &Body, diagnostics: &mut Diagnostics) {
        let item = self.site.item(id);
        let state = if item.state() == Some(State::Open) { State::Closed } else { State::Open };
        let is_alone = self.site.thread(id).is_none();
        let thread = if is_alone { self.rehearsed_thread(item) } else { Value::none() };
        self.rehearse_item(item, state, thread, body, diagnostics);
    }

    /// Renders the page of an item with all its corrections and drops it. It has a state only if it has a
    /// deadline.
    fn rehearse_item(
        &self,
        item: &Item,
        state: State,
        thread: Value,
        body: &Body,
        diagnostics: &mut Diagnostics,
    ) {
        let parts = ItemParts {
            corrections: item.details.changes.all(),
            state: item.details.deadline.map(|_| state),
            thread,
            replaced_by: Vec::new(),
            headings: &body.headings,
        };
        let context = self.future_item_context(item, parts);
        let url = encode(&item.url);
        let page = PageValue {
            description: &item.summary,
            canonical: format!("{}{url}", self.site.config.base_url.full),
            ..PageValue::unlinked(PageKind::of(item).word(), &item.title, url)
        };
        let template = self.template_of(item);
        self.rehearse_content(&template, context, &page, Some(body), diagnostics);
    }

    /// Returns whether time or other items change the page of a published item. The built-in theme needs
    /// no rehearsal of its deadline and its thread.
    pub(crate) fn needs_rehearsal(&self, id: ItemId) -> bool {
        let examples = || self.lists.examples.get_or_init(|| self.examples());
        let awaits_correction = self.site.item(id).awaits_correction();
        awaits_correction || (!self.theme.files.is_empty() && examples().contains(&id))
    }

    /// Returns the items with a deadline or a thread that are rehearsed for all that are like them: the first of
    /// each language, kind and template.
    fn examples(&self) -> BTreeSet<ItemId> {
        let config = &self.site.config;
        let mut seen = BTreeSet::new();
        let examples = self.site.items().filter(|(_, item)| {
            let changes = (item.details.deadline.is_some(), has_thread(config, item));
            let like = (item.language, item.details.declared, self.template_of(item), changes);
            changes != (false, false) && seen.insert(like)
        });
        examples.map(|(id, _)| id).collect()
    }

    /// Renders pages that show items with a deadline, once with all of them open and once with all of them
    /// closed.
    pub(crate) fn rehearse_states(&mut self, diagnostics: &mut Diagnostics) {
        let has_deadline = |item: &Admitted| item.details.deadline.is_some();
        if self.theme.files.is_empty() || !self.site.items.iter().any(has_deadline) {
            return;
        }
        let engine = self.cache.engine.take();
        for state in State::ALL {
            self.rehearsed_state = Some(state);
            if engine.is_some() {
                self.cache.engine = Some(self.engine_with_items());
                self.rehearse_templates(diagnostics);
            }
            for (language, _) in self.site.config.languages() {
                self.rehearse_deadlines(language, diagnostics);
            }
        }
        self.rehearsed_state = None;
        self.cache.engine = engine;
    }

    /// Renders the first page of each template with its layout. Any template may ask for the items in a
    /// state.
    fn rehearse_templates(&self, diagnostics: &mut Diagnostics) {
        let mut templates: BTreeSet<(LanguageId, String)> = BTreeSet::new();
        for page in self.site.pages() {
            let Some(target) = self.target(page) else { continue };
            let layout = target.layout;
            if templates.insert((layout.language, self.template(&target).into_owned())) {
                self.render_layout(layout, diagnostics);
                self.rehearse_page(page, |_| (), diagnostics);
            }
        }
    }

    /// Renders the first page of each list on which there is an item with a deadline, and the pages of the
    /// neighbours of such an item.
    fn rehearse_deadlines(&self, language: LanguageId, diagnostics: &mut Diagnostics) {
        let site = self.site;
        let first = |list: &[ItemId]| {
            let has_deadline = |id: &ItemId| site.item(*id).details.deadline.is_some();
            list.iter().position(has_deadline).map(|place| (place, list[place]))
        };
        let page = |place: usize, per_page| u32::try_from(place / per_page + 1).unwrap_or(1);
        let Some((place, item)) = first(site.everything(language)) else { return };
        self.rehearse_urgent(language, item, diagnostics);
        let mut pages = vec![PageKey::Home(language)];
        pages
            .extend(site.config.has_list.then(|| PageKey::Search(language, page(place, PER_PAGE))));
        for (category, _) in site.config.policy.categories() {
            let Some((place, item)) = first(site.list(language, category)) else { continue };
            pages.push(PageKey::List(language, category, page(place, site.per_page(category))));
            let (previous, next) = site.neighbours(item);
            pages.extend(previous.into_iter().chain(next).map(PageKey::Item));
        }
        for (_, taxonomy) in taxonomies(site).filter(|(other, _)| *other == language) {
            let mut terms = site.terms_of(language, taxonomy).iter();
            pages.extend(terms.find_map(|id| {
                let (place, _) = first(&site.term(*id).items)?;
                Some(PageKey::Term(*id, page(place, site.per_page_of_term(*id))))
            }));
        }
        for page in pages {
            self.rehearse_page(page, |_| (), diagnostics);
        }
    }

    /// Renders lists with several pages, and pages with an urgent item, as they will be when further
    /// items open.
    pub(crate) fn rehearse_lists(&self, diagnostics: &mut Diagnostics) {
        if self.theme.files.is_empty() {
            return;
        }
        for (language, _) in self.site.config.languages() {
            let Some(item) = self.site.everything(language).first() else { continue };
            self.rehearse_urgent(language, *item, diagnostics);
            let categories = self.site.config.policy.categories().map(|(id, _)| id);
            let mut filled = categories.filter(|id| !self.site.list(language, *id).is_empty());
            let list = filled.next().map(|category| PageKey::List(language, category, 1));
            let search = self.site.config.has_list.then_some(PageKey::Search(language, 1));
            let terms = taxonomies(self.site).filter(|(other, _)| *other == language);
            let mut terms = terms.filter_map(|(_, t)| self.site.terms_of(language, t).first());
            let term = terms.next().map(|id| PageKey::Term(*id, 1));
            for page in list.into_iter().chain(search).chain(term) {
                let url = self.site.url(page);
                for pager in [pager(&url, 1, 2), pager(&url, 2, 2)] {
                    self.rehearse_page(page, |content| insert_pager(content, &pager), diagnostics);
                }
            }
        }
    }

    /// Renders a layout and the site map with an item as an urgent one.
    fn rehearse_urgent(&self, language: LanguageId, item: ItemId, diagnostics: &mut Diagnostics) {
        let site_map = PageKey::SiteMap(language);
        let Some(PageTarget { layout, .. }) = self.target(site_map) else { return };
        self.render_layout_with(layout, &[item], diagnostics);
        let urgent = |content: &mut PageContent| {
            content.context.insert_value("urgent", self.entries(&[item]));
        };
        self.rehearse_page(site_map, urgent, diagnostics);
    }

    /// Renders the content and the head of a page with changed values.
    fn rehearse_page(
        &self,
        page: PageKey,
        change: impl Fn(&mut PageContent),
        diagnostics: &mut Diagnostics,
    ) {
        let Some(target) = self.target(page) else { return };
        let Some(mut content) = self.content(&target, None) else { return };
        change(&mut content);
        let PageContent { context, title, description } = content;
        let value = self.page_value(&target, &title, description);
        let template = self.template(&target);
        self.rehearse_content(&template, context, &value, None, diagnostics);
    }
}

/// Returns whether an item's kind has a field that makes threads.
fn has_thread(config: &Config, item: &Item) -> bool {
    let role = |kind| config.kinds.kind(kind).field_of_role(FieldRole::Thread);
    item.details.declared.and_then(role).is_some()
}

fn insert_pager(content: &mut PageContent, pager: &PagerValue) {
    content.context.insert("pager", pager);
}

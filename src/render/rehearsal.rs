//! Renders lists as they will be when time has passed, and drops them. A template that fails on one is
//! reported today, not in the night when the last item ends.

use std::sync::Arc;

use tera::Value;

use crate::config::{LanguageId, PER_PAGE};
use crate::content::{Item, Role};
use crate::diagnostics::Diagnostics;
use crate::gate::{Admitted, State, Verdict, Withheld, admit_for_rehearsal};
use crate::markdown::Body;
use crate::render::context::{PageValue, PagerValue, pager};
use crate::render::layout::PageKind;
use crate::render::values::ItemParts;
use crate::render::{Buffers, PageContent, PageTarget, Renderer, Theme};
use crate::site::{Absent, ItemId, PageKey, Site, Stub, Taxonomy, Term, encode};
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
                || brings_term(site, withheld))
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
            || matches!(page, PageKey::List(_, _, 1) | PageKey::Search(_, 1))
            || is_first_of_taxonomy(site, &opened, *page)
    });
    let mut renderer = Renderer::new(&opened, theme, &pages, diagnostics);
    let mut buffers = Buffers::default();
    for page in pages {
        renderer.render(page, None, &mut buffers, diagnostics);
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

/// Returns whether a withheld item brings, or may bring, the first term of a taxonomy.
fn brings_term(site: &Site, withheld: &Withheld) -> bool {
    let Item { language, category, role, tags, details, .. } = &withheld.item;
    let is_new = |taxonomy| site.terms_of(*language, taxonomy).is_empty();
    let mut facets = category.iter().flat_map(|category| {
        let facets = &site.config.policy.categories[usize::from(*category)].list.facets;
        (0..).zip(facets).map(|(n, _)| Taxonomy::Facet(*category, n))
    });
    let has_new = (!tags.is_empty() && is_new(Taxonomy::Tag))
        || (!details.unit.is_empty() && is_new(Taxonomy::Unit))
        || facets.any(is_new);
    *role == Role::Item && has_new
}

/// Returns whether a page is the first of a taxonomy that the present site does not have.
fn is_first_of_taxonomy(site: &Site, opened: &Site, page: PageKey) -> bool {
    match page {
        PageKey::Terms(language, taxonomy) => site.terms_of(language, taxonomy).is_empty(),
        PageKey::Term(id, 1) => {
            let Term { language, taxonomy, .. } = *opened.term(id);
            let is_first = opened.terms_of(language, taxonomy).first() == Some(&id);
            is_first && site.terms_of(language, taxonomy).is_empty()
        }
        _ => false,
    }
}

impl Renderer<'_> {
    /// Renders the page of an item as it will be later, with all its corrections, and drops it. A
    /// template that fails on it is reported today, not in the night when the window opens.
    ///
    /// Renders the page of an item with a deadline or a thread twice: open with other steps, and closed
    /// without.
    pub(crate) fn rehearse(&self, item: &Item, body: &Body, diagnostics: &mut Diagnostics) {
        let has_deadline = item.details.deadline.is_some();
        let thread = self.rehearsed_thread(item);
        let has_two = has_deadline || !thread.is_none();
        let open = (State::Open, thread);
        let closed = has_two.then(|| (State::Closed, Value::none()));
        for (state, thread) in std::iter::once(open).chain(closed) {
            let parts = ItemParts {
                corrections: item.details.changes.all(),
                state: has_deadline.then_some(state),
                thread,
                replaced_by: Vec::new(),
                headings: &body.headings,
            };
            self.rehearse_item(item, parts, body, diagnostics);
        }
    }

    fn rehearse_item(
        &self,
        item: &Item,
        parts: ItemParts,
        body: &Body,
        diagnostics: &mut Diagnostics,
    ) {
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
    pub(crate) fn needs_rehearsal(&self, item: &Admitted) -> bool {
        let changes = || item.details.deadline.is_some() || !self.rehearsed_thread(item).is_none();
        item.awaits_correction() || (!self.theme.files.is_empty() && changes())
    }

    /// Renders pages that show items with a deadline, once with all of them open and once with all of them
    /// closed.
    pub(crate) fn rehearse_states(&mut self, diagnostics: &mut Diagnostics) {
        if self.theme.files.is_empty() {
            return;
        }
        for state in State::ALL {
            self.rehearsed_state = Some(state);
            for (language, _) in self.site.config.languages() {
                self.rehearse_deadlines(language, diagnostics);
            }
        }
        self.rehearsed_state = None;
    }

    /// Renders the first page of each list on which there is an item with a deadline, and the pages of the
    /// neighbours of such an item.
    fn rehearse_deadlines(&self, language: LanguageId, diagnostics: &mut Diagnostics) {
        let site = self.site;
        let first = |list: &[ItemId]| {
            let has_deadline = |id: &ItemId| site.item(*id).details.deadline.is_some();
            list.iter().position(has_deadline).map(|place| (place, list[place]))
        };
        let page = |place: usize, most: usize| u32::try_from(place / most + 1).unwrap_or(1);
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
        let mut terms = site.terms().filter(|id| site.term(*id).language == language);
        pages.extend(terms.find_map(|id| {
            let (place, _) = first(&site.term(id).items)?;
            Some(PageKey::Term(id, page(place, site.per_page_of_term(id))))
        }));
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
            let mut terms = self.site.terms();
            let term = terms.find(|id| self.site.term(*id).language == language);
            let term = term.map(|id| PageKey::Term(id, 1));
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

fn insert_pager(content: &mut PageContent, pager: &PagerValue) {
    content.context.insert("pager", pager);
}

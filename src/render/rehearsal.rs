//! Renders lists as they will be when time has passed, and drops them. A template that fails on one is
//! reported today, not in the night when the last item ends.

use std::sync::Arc;

use crate::config::LanguageId;
use crate::content::Item;
use crate::diagnostics::Diagnostics;
use crate::gate::{Admitted, Withheld, admit_for_rehearsal};
use crate::render::context::{PagerValue, pager};
use crate::render::{Buffers, PageContent, PageTarget, Renderer, Theme};
use crate::site::{Absent, ItemId, PageKey, Site};
use crate::text::compare_paths;

/// Renders the pages of a site from which all items are gone. The built-in theme needs no rehearsal.
pub(crate) fn rehearse_empty(site: &Site, theme: &Theme, diagnostics: &mut Diagnostics) {
    if theme.files.is_empty() {
        return;
    }
    let config = Arc::clone(&site.config);
    let empty = Site::assemble(config, Vec::new(), Absent::default(), site.assets.clone());
    let pages = empty.pages();
    let renderer = Renderer::new(&empty, theme, &pages, diagnostics);
    let mut buffers = Buffers::default();
    for page in pages {
        renderer.render(page, None, &mut buffers, diagnostics);
    }
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
        withheld.will_open && (is_first || site.everything(language).is_empty())
    };
    if theme.files.is_empty() || !withheld.iter().any(fills) {
        return;
    }
    // With all items, because a translation needs its original.
    let mut items: Vec<Admitted> = site.items.clone();
    items.extend(admit_for_rehearsal(withheld));
    items.sort_by(|a, b| compare_paths(&a.path, &b.path));
    let config = Arc::clone(&site.config);
    let opened = Site::assemble(config, items, Absent::default(), site.assets.clone());
    let mut pages = opened.pages();
    pages.retain(|page| {
        matches!(page, PageKey::Home(_) | PageKey::SiteMap(_) | PageKey::NotFound)
            || matches!(page, PageKey::List(_, _, 1) | PageKey::Search(_, 1))
    });
    let renderer = Renderer::new(&opened, theme, &pages, diagnostics);
    let mut buffers = Buffers::default();
    for page in pages {
        renderer.render(page, None, &mut buffers, diagnostics);
    }
    renderer.rehearse_lists(diagnostics);
}

impl Renderer<'_> {
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
            for page in list.into_iter().chain(search) {
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
        let template = self.template_of_page(&target);
        self.rehearse_content(&template, context, &value, None, diagnostics);
    }
}

fn insert_pager(content: &mut PageContent, pager: &PagerValue) {
    content.context.insert("pager", pager);
}

//! The feeds of a site: what each contains, and its titles.

use crate::config::{CategoryId, LanguageId};
use crate::render::Renderer;
use crate::render::atom::{Feed, atom};
use crate::site::{FEED_ENTRIES, PageKey, Site, TermId};

impl Renderer<'_> {
    /// Writes the feed of a category, of all items or of a term.
    pub(super) fn feed(&self, page: PageKey, out: &mut Vec<u8>) {
        let site = self.site;
        let feed = match page {
            PageKey::Feed(language, category) => Feed {
                language,
                title: feed_title(site, language, category),
                page: match category {
                    Some(category) => site.config.category_url(language, category),
                    None => site.config.home_url(language),
                },
                url: site.url(page),
                items: site.newest(language, category, FEED_ENTRIES),
            },
            PageKey::TermFeed(id) => Feed {
                language: site.term(id).language,
                title: self.feed_title_of_term(id),
                page: site.url(PageKey::Term(id, 1)),
                url: site.url(page),
                items: site.newest_of_term(id, FEED_ENTRIES),
            },
            _ => return,
        };
        atom(site, &feed, out);
    }

    /// Returns the title of a term's feed: the title of the site, after that of the term's page.
    pub(super) fn feed_title_of_term(&self, id: TermId) -> String {
        let language = self.site.term(id).language;
        let site = &self.site.config.languages[usize::from(language)].title;
        format!("{} – {site}", self.term_page_title(id))
    }
}

/// Returns the title of a feed: the title of the site, after that of the category.
pub(super) fn feed_title(
    site: &Site,
    language: LanguageId,
    category: Option<CategoryId>,
) -> String {
    let title = &site.config.languages[usize::from(language)].title;
    match category {
        Some(category) => format!("{} – {title}", site.config.category_title(category, language)),
        None => title.clone(),
    }
}

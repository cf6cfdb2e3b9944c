//! Atom feeds (RFC 4287).

use crate::config::LanguageId;
use crate::gate::Admitted;
use crate::render::labels::deadline_label;
use crate::render::xml::Xml;
use crate::site::{ItemId, Site};
use crate::text::{Moment, rfc3339};

/// A feed.
pub(super) struct Feed {
    /// The language of its items.
    pub(super) language: LanguageId,
    /// The title.
    pub(super) title: String,
    /// Its own URL from the root.
    pub(super) url: String,
    /// The URL of the page with the same items.
    pub(super) page: String,
    /// The items, newest first.
    pub(super) items: Vec<ItemId>,
}

/// Writes a feed.
pub(super) fn atom(site: &Site, feed: &Feed, out: &mut Vec<u8>) {
    let Feed { language, title, url, page, items: newest } = feed;
    let (feed_url, page) = (site.absolute(url), site.absolute(page));
    let language_settings = &site.config.languages[usize::from(*language)];
    let latest = newest.iter().map(|id| site.item(*id).updated()).max();
    let mut feed = Xml::default();
    feed.raw("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"");
    feed.text(&language_settings.code).raw("\">\n<title>");
    feed.text(title).raw("</title>\n<link rel=\"self\" href=\"");
    feed.text(&feed_url).raw("\"/>\n<link href=\"").text(&page).raw("\"/>\n<id>").text(&page);
    feed.raw("</id>\n<author><name>")
        .text(&language_settings.title)
        .raw("</name></author>\n<updated>");
    feed.text(&rfc3339(latest.unwrap_or_default(), &site.config.zone)).raw("</updated>\n");
    for id in newest {
        let item = site.item(*id);
        let url = site.absolute(&item.url);
        feed.raw("<entry><title>").text(&item.title).raw("</title><link href=\"").text(&url);
        feed.raw("\"/><id>").text(&url).raw("</id><published>");
        feed.text(&rfc3339(item.window.from, &site.config.zone)).raw("</published><updated>");
        feed.text(&rfc3339(item.updated(), &site.config.zone)).raw("</updated>");
        let summary = summary(site, item);
        if !summary.is_empty() {
            feed.raw("<summary>").text(&summary).raw("</summary>");
        }
        feed.raw("</entry>\n");
    }
    feed.raw("</feed>\n");
    out.extend_from_slice(&feed.into_bytes());
}

/// Returns the summary of an item, its deadline and its public corrections, newest first, each on its own
/// line.
fn summary(site: &Site, item: &Admitted) -> String {
    let config = &site.config;
    let language = &config.languages[usize::from(item.language)].code;
    let shown = |moment: Moment| moment.shown(&config.zone, config.calendar, language).text;
    let corrections = item
        .corrections()
        .iter()
        .map(|change| format!("{}: {}", shown(change.on.written), change.note));
    let deadline = item
        .details
        .deadline
        .map(|deadline| format!("{}: {}", deadline_label(config, item), shown(deadline.written)));
    let summary = (!item.summary.is_empty()).then(|| item.summary.to_string());
    summary.into_iter().chain(deadline).chain(corrections).collect::<Vec<_>>().join("\n")
}

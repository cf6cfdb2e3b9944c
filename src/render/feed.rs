//! Files that machines read: Atom feeds, the sitemap, robots.txt and security.txt.

use jiff::Timestamp;
use url::Url;

use crate::config::{CategoryId, LanguageId, SecurityAddress};
use crate::content::Item;
use crate::markdown::escape;
use crate::render::feed_title;
use crate::site::{FEED_ENTRIES, PER_PART, PageKey, SECURITY, Site, encode, may_be_named};
use crate::text::rfc3339;

/// An Atom feed (RFC 4287) of the newest items of a language, of one category or of all.
pub(crate) fn atom(
    site: &Site,
    language: LanguageId,
    category: Option<CategoryId>,
    out: &mut Vec<u8>,
) {
    let newest = site.newest(language, category, FEED_ENTRIES);
    let base = &site.config.base_url.full;
    let address = |path: &str| format!("{base}{}", encode(path));
    let own = address(&site.url(PageKey::Feed(language, category)));
    let page = match category {
        Some(category) => address(&site.config.category_url(language, category)),
        None => address(&site.config.home_url(language)),
    };
    let own_language = &site.config.languages[usize::from(language)];
    let latest = newest.iter().map(|id| site.item(*id).updated()).max();
    let mut feed = Xml::default();
    feed.raw("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"");
    feed.text(&own_language.code).raw("\">\n<title>");
    feed.text(&feed_title(site, language, category)).raw("</title>\n<link rel=\"self\" href=\"");
    feed.text(&own).raw("\"/>\n<link href=\"").text(&page).raw("\"/>\n<id>").text(&page);
    feed.raw("</id>\n<author><name>").text(&own_language.title).raw("</name></author>\n<updated>");
    feed.text(&rfc3339(latest.unwrap_or_default(), &site.config.zone)).raw("</updated>\n");
    for id in newest {
        let item = site.item(id);
        let url = address(&item.url);
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
    out.extend_from_slice(feed.0.as_bytes());
}

/// The item's own summary and its public corrections, newest first, a line each.
fn summary(site: &Site, item: &Item) -> String {
    let config = site.config;
    let language = &config.languages[usize::from(item.language)].code;
    let corrections = item.details.changes.iter().map(|c| {
        format!("{}: {}", c.on.written.shown(&config.zone, config.calendar, language).text, c.note)
    });
    let own = (!item.summary.is_empty()).then(|| item.summary.to_string());
    own.into_iter().chain(corrections).collect::<Vec<_>>().join("\n")
}

/// XML under construction.
#[derive(Default)]
struct Xml(String);

impl Xml {
    fn raw(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        escape(text, &mut self.0);
        self
    }
}

/// The sitemap (sitemaps.org 0.9): one file, or an index and its parts.
pub fn sitemap(site: &Site, pages: &[PageKey]) -> Vec<(String, Vec<u8>)> {
    let entries: Vec<String> = pages.iter().filter_map(|page| sitemap_entry(site, *page)).collect();
    let whole = |entries: &[String]| {
        let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
        format!("{head}{}</urlset>\n", entries.concat()).into_bytes()
    };
    if entries.len() <= PER_PART {
        return vec![("sitemap.xml".to_owned(), whole(&entries))];
    }
    let mut files = Vec::new();
    let mut index = Xml::default();
    index.raw("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (n, part) in entries.chunks(PER_PART).enumerate() {
        let name = format!("sitemap-{}.xml", n + 1);
        index.raw("<sitemap><loc>").text(&site.config.base_url.full).raw(&name);
        index.raw("</loc></sitemap>\n");
        files.push((name, whole(part)));
    }
    index.raw("</sitemapindex>\n");
    files.push(("sitemap.xml".to_owned(), index.0.into_bytes()));
    files
}

fn sitemap_entry(site: &Site, page: PageKey) -> Option<String> {
    let changed = match page {
        PageKey::Item(id) => Some(site.item(id).updated()),
        PageKey::Home(_) | PageKey::List(..) | PageKey::SiteMap(_) => None,
        PageKey::Search(..) | PageKey::Alias(..) | PageKey::Feed(..) => return None,
        PageKey::Notice(_) | PageKey::NotFound => return None,
    };
    let mut entry = Xml::default();
    entry.raw("<url><loc>").text(&site.config.base_url.full).text(&encode(&site.url(page)));
    entry.raw("</loc>");
    if let Some(changed) = changed {
        let day = rfc3339(changed, &site.config.zone);
        entry.raw("<lastmod>").text(&day[..10]).raw("</lastmod>");
    }
    entry.raw("</url>\n");
    Some(entry.0)
}

/// robots.txt (RFC 9309): everything may be read, and where the sitemap is.
pub(crate) fn robots(site: &Site) -> Vec<u8> {
    let base = &site.config.base_url.full;
    format!("User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n").into_bytes()
}

/// `security.txt`, which says whom to tell of a hole in the site's security (RFC 9116), unless what it
/// says has ended: nobody may rely on it then. An address of the portal at which nothing may be seen is
/// left out; without a contact there is no such file.
pub(crate) fn security_txt(site: &Site, at: Timestamp) -> Option<Vec<u8>> {
    let config = site.config;
    let security = config.security.as_ref().filter(|security| at < security.expires)?;
    let line = |field: &str, address: &SecurityAddress| {
        let may_stand = address.own.as_ref().is_none_or(|own| may_be_named(site, own));
        may_stand.then(|| format!("{field}: {}", address.uri))
    };
    let contacts = security.contact.iter().filter_map(|address| line("Contact", address));
    let mut lines: Vec<String> = contacts.collect();
    if lines.is_empty() {
        return None;
    }
    lines.push(format!("Expires: {}", rfc3339(security.expires, &config.zone)));
    for (field, address) in [("Policy", &security.policy), ("Encryption", &security.encryption)] {
        lines.extend(address.as_ref().and_then(|address| line(field, address)));
    }
    let languages: Vec<&str> = config.languages.iter().map(|l| l.code.as_str()).collect();
    lines.push(format!("Preferred-Languages: {}", languages.join(", ")));
    let base =
        Url::parse(&config.base_url.full).map_or_else(|_| config.base_url.full.clone(), Into::into);
    lines.push(format!("Canonical: {base}{SECURITY}"));
    Some((lines.join("\n") + "\n").into_bytes())
}

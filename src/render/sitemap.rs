//! The sitemap (sitemaps.org 0.9), and robots.txt (RFC 9309), which names it.

use crate::render::xml::Xml;
use crate::site::{PER_PART, PageKey, Site, encode};
use crate::text::rfc3339;

/// Returns the files of the sitemap by name: one, or parts and an index.
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
    files.push(("sitemap.xml".to_owned(), index.into_bytes()));
    files
}

fn sitemap_entry(site: &Site, page: PageKey) -> Option<String> {
    let changed = match page {
        PageKey::Item(id) => Some(site.item(id).updated()),
        PageKey::Home(_) | PageKey::List(..) | PageKey::SiteMap(_) => None,
        PageKey::Term(..) | PageKey::Terms(..) => None,
        PageKey::Search(..) | PageKey::Alias(..) => return None,
        PageKey::Feed(..) | PageKey::TermFeed(_) => return None,
        PageKey::ListCsv(..) | PageKey::ListJson(..) => return None,
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
    Some(entry.into_string())
}

/// Returns robots.txt, which allows everything and names the sitemap.
pub(crate) fn robots(site: &Site) -> Vec<u8> {
    let base = &site.config.base_url.full;
    format!("User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n").into_bytes()
}

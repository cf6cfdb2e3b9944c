//! What the preview adds to a site: the script that keeps pages up to date, what is wrong, the band
//! over a withheld item. Nothing of it is in any build.

use percent_encoding::percent_decode_str;
use serde::Serialize;
use url::Url;

use crate::config::Config;
use crate::gate::{Judgement, Verdict};
use crate::markdown::escape;
use crate::report::Reporter;
use crate::site::{PREVIEW, encode};

/// The folder of the preview's own files.
pub(super) const FOLDER: &str = PREVIEW;

/// The preview's own files.
const FILES: [(&str, &str); 5] = [
    ("icon.svg", include_str!("assets/icon.svg")),
    ("live.js", include_str!("assets/live.js")),
    ("live.css", include_str!("assets/live.css")),
    ("desk.js", include_str!("assets/desk.js")),
    ("desk.css", include_str!("assets/desk.css")),
];

/// Errors that a browser shows; the terminal shows all.
const MAX_SHOWN: usize = 10;

/// One of the preview's own files.
pub(super) fn file(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// What a browser is told: which edition of the portal there is, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct State {
    /// The edition; pages of another are loaded again.
    pub build: String,
    /// The edition of the style sheets; they are swapped without loading the page.
    pub css: String,
    /// How many errors there are, as a sentence.
    pub title: String,
    /// The first errors, as the terminal tells them.
    pub errors: Vec<String>,
    /// How many texts have not been checked yet.
    pub unchecked: usize,
}

impl State {
    /// Sets what is wrong.
    pub(super) fn set_errors(&mut self, errors: &[String], style: &Reporter) {
        let count = vec![("count", errors.len().to_string())];
        self.title = style.catalog.text("serve/errors", &count);
        self.errors = errors.iter().take(MAX_SHOWN).cloned().collect();
    }

    /// As it goes to browsers.
    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// A page with the script that keeps it up to date, and with a band if there is one.
    pub(super) fn add_script(&self, page: &[u8], band: Option<&str>) -> Vec<u8> {
        let robots = if band.is_some() { "<meta name=\"robots\" content=\"noindex\">" } else { "" };
        let tag = format!(
            "{robots}<link rel=\"stylesheet\" href=\"/{FOLDER}live.css\"><script src=\"/{FOLDER}live.js\" \
             data-build=\"{}\" data-css=\"{}\" defer></script>",
            self.build, self.css
        );
        let mut out = Vec::with_capacity(page.len() + tag.len() + 400);
        let head = memchr::memmem::find(page, b"</head>").unwrap_or(0);
        out.extend_from_slice(&page[..head]);
        out.extend_from_slice(tag.as_bytes());
        let rest = &page[head..];
        let body = memchr::memmem::find(rest, b"<body")
            .and_then(|at| memchr::memchr(b'>', &rest[at..]).map(|end| at + end + 1));
        let body = body.filter(|_| band.is_some()).unwrap_or(0);
        out.extend_from_slice(&rest[..body]);
        out.extend_from_slice(band.unwrap_or("").as_bytes());
        out.extend_from_slice(&rest[body..]);
        out
    }
}

/// The band over an item that is withheld: why, and when that changes.
pub(super) fn band(style: &Reporter, config: &Config, judgement: &Judgement) -> Option<String> {
    if judgement.verdict == Verdict::Published {
        return None;
    }
    let mut text = format!(
        "{}: {}",
        style.verdict(judgement.verdict),
        style.sentences(config, &judgement.reasons)
    );
    if let Some(at) = judgement.next_change {
        let args = vec![("date", style.date(config, at))];
        text.push_str(&format!(" – {}", style.catalog.text("report/changes-on", &args)));
    }
    let stamp = style.catalog.text("serve/stamp", &[]);
    let mut band = String::from("<section class=\"prakat-band\" aria-label=\"");
    escape(&stamp, &mut band);
    band.push_str("\" data-stamp=\"");
    escape(&stamp, &mut band);
    band.push_str("\">");
    escape(&text, &mut band);
    band.push_str("</section>");
    Some(band)
}

/// A page in which links to items that are withheld say so. `path` is that of the page, from the
/// site's root; `is_withheld` is asked of paths from there, too.
pub(super) fn mark_links(
    page: &[u8],
    path: &str,
    word: &str,
    is_withheld: impl Fn(&str) -> bool,
) -> Vec<u8> {
    let Ok(here) = Url::parse("http://site/").and_then(|root| root.join(&encode(path))) else {
        return page.to_vec();
    };
    let leads_to_withheld = |tag: &str| {
        let href = tag.split_once(" href=\"").and_then(|(_, rest)| rest.split_once('"'));
        let Some((href, _)) = href else { return false };
        let Ok(url) = here.join(&href.replace("&amp;", "&")) else { return false };
        let path = percent_decode_str(url.path().trim_start_matches('/')).decode_utf8_lossy();
        url.origin() == here.origin() && url.path() != here.path() && is_withheld(&path)
    };
    let mut mark = String::from(" <span class=\"prakat-mark\">");
    escape(word, &mut mark);
    mark.push_str("</span>");
    let Ok(text) = std::str::from_utf8(page) else { return page.to_vec() };
    let mut out = String::with_capacity(text.len() + 1000);
    let mut rest = text;
    while let Some(at) = rest.find("<a ") {
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end);
        let close = rest[end..].find("</a>").map(|close| end + close);
        let is_marked = leads_to_withheld(&rest[at..end]);
        let until = close.filter(|_| is_marked).unwrap_or(end);
        out.push_str(&rest[..until]);
        if is_marked && close.is_some() {
            out.push_str(&mark);
        }
        rest = &rest[until..];
    }
    out.push_str(rest);
    out.into_bytes()
}

/// A feed in which the titles of entries that are withheld say so. `base` is the site's address.
pub(super) fn mark_entries(
    feed: &[u8],
    base: &str,
    word: &str,
    is_withheld: impl Fn(&str) -> bool,
) -> Vec<u8> {
    let text = String::from_utf8_lossy(feed);
    let mut mark = String::new();
    escape(&format!(" ({word})"), &mut mark);
    let marked = text.split_inclusive("</title>").zip(text.split("</title>").skip(1).chain([""]));
    let marked = marked.map(|(title, after)| {
        let url = after.strip_prefix("<link href=\"").and_then(|rest| rest.split_once('"'));
        let path = url.and_then(|(url, _)| url.strip_prefix(base));
        let path = path.map(|path| percent_decode_str(path).decode_utf8_lossy());
        match title.strip_suffix("</title>") {
            Some(open) if path.is_some_and(|path| is_withheld(&path)) => {
                format!("{open}{mark}</title>")
            }
            _ => title.to_owned(),
        }
    });
    marked.collect::<String>().into_bytes()
}

/// A page that stands where one could not be made: its script shows what is wrong.
pub(super) fn empty_page(title: &str) -> Vec<u8> {
    let mut page = String::from("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>");
    escape(title, &mut page);
    page.push_str("</title></head>\n<body><h1>");
    escape(title, &mut page);
    page.push_str("</h1></body></html>\n");
    page.into_bytes()
}

//! What the preview adds to pages: the script that reloads them, errors, and the band over withheld
//! items. Builds contain none of it.

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
const FILES: [(&str, &str); 7] = [
    ("icon.svg", include_str!("assets/icon.svg")),
    ("live.js", include_str!("assets/live.js")),
    ("state.js", include_str!("assets/state.js")),
    ("stream.js", include_str!("assets/stream.js")),
    ("live.css", include_str!("assets/live.css")),
    ("desk.js", include_str!("assets/desk.js")),
    ("desk.css", include_str!("assets/desk.css")),
];

/// How many errors a browser shows. The terminal shows all.
const MAX_SHOWN: usize = 10;

/// Returns one of the preview's own files. `None` if there is none with this name.
pub(super) fn file(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The state that browsers receive: ids of the current build and style sheets, and errors.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct State {
    /// The id of the build. Pages with another id reload.
    pub build: String,
    /// The id of the style sheets. They are replaced without reloading the page.
    pub css: String,
    /// A sentence with the number of errors.
    pub title: String,
    /// The first errors, as on the terminal.
    pub errors: Vec<String>,
    /// How many bodies were not checked yet.
    pub unchecked: usize,
}

impl State {
    /// Sets the errors.
    pub(super) fn set_errors(&mut self, errors: &[String], style: &Reporter) {
        let count = vec![("count", errors.len().to_string())];
        self.title = style.catalog.text("serve/errors", &count);
        self.errors = errors.iter().take(MAX_SHOWN).cloned().collect();
    }

    /// The JSON that browsers receive.
    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Returns the box with the errors, as the script makes it. Empty if there are none.
    fn error_box(&self) -> String {
        if self.errors.is_empty() {
            return String::new();
        }
        let mut title = String::new();
        escape(&self.title, &mut title);
        let mut html = format!(
            "<section id=\"prakat-errors\" aria-label=\"{title}\"><details open><summary>{title}</summary>"
        );
        for error in &self.errors {
            html.push_str("<pre>");
            escape(error, &mut html);
            html.push_str("</pre>");
        }
        html.push_str("</details></section>");
        html
    }

    /// Adds the script that reloads it to a page, and the band if there is one.
    pub(super) fn add_script(&self, page: &[u8], band: Option<&str>) -> Vec<u8> {
        let robots = if band.is_some() { "<meta name=\"robots\" content=\"noindex\">" } else { "" };
        let tag = format!(
            "{robots}<link rel=\"stylesheet\" href=\"/{FOLDER}live.css\"><script type=\"module\" \
             src=\"/{FOLDER}live.js\" data-build=\"{}\" data-css=\"{}\"></script>",
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

/// Returns the band over the page of a withheld item: why it is withheld, and until when. `None` for
/// a published item.
pub(super) fn band(style: &Reporter, config: &Config, judgement: &Judgement) -> Option<String> {
    if judgement.verdict == Verdict::Published {
        return None;
    }
    let mut text = format!(
        "{}: {}",
        style.verdict(judgement.verdict),
        style.sentences(config, &judgement.reasons)
    );
    if let Some(change) = judgement.next_change() {
        text.push_str(&format!(" – {}", style.change(config, change)));
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

/// Marks links to withheld items in a page. `path` is the page's path from the root of the host, and
/// `is_withheld` gets such paths.
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

/// Marks the titles of withheld items in a feed. `base` is the base URL of the site.
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

/// Returns a page in place of one that cannot be shown, in this language.
pub(super) fn substitute_page(language: &str, title: &str, state: &State) -> Vec<u8> {
    let mut page = format!("<!DOCTYPE html>\n<html lang=\"{language}\"><head>");
    page.push_str("<meta charset=\"utf-8\"><title>");
    escape(title, &mut page);
    page.push_str("</title></head>\n<body><h1>");
    escape(title, &mut page);
    page.push_str("</h1>");
    page.push_str(&state.error_box());
    page.push_str("</body></html>\n");
    page.into_bytes()
}

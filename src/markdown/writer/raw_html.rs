//! Writes raw HTML. It is refused, or cleaned if the portal allows it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CowStr, Event};

use crate::diagnostics::{Code, Diagnostic};
use crate::markdown::anchors::html_id;
use crate::markdown::bare_urls::{redact_words, split_addresses};
use crate::markdown::hrefs::Href;
use crate::markdown::html::{HtmlTag, HtmlToken, escape, html_tokens, unescape};
use crate::markdown::sanitize::{self, Cleaned, CleanedAddress, SLOT, TICKED_BOX, UNTICKED_BOX};
use crate::markdown::writer::Writer;
use crate::markdown::writer::html_report::HtmlReport;
use crate::markdown::writer::links::must_redact;
use crate::site::{LinkTarget, encode};
use crate::text::nfc;

impl Writer<'_, '_> {
    /// Writes a piece of raw HTML. Comments are removed, and `<br>` is always allowed. Everything else
    /// is refused, or cleaned with the whole body if the portal allows it.
    pub(super) fn raw_html(&mut self, html: &str, range: Range<usize>) {
        let text = html.trim();
        if is_comments(text) {
            return;
        }
        if matches!(text.to_ascii_lowercase().as_str(), "<br>" | "<br/>" | "<br />") {
            self.events.push(Event::InlineHtml(CowStr::Borrowed("<br>")));
            return;
        }
        if self.placeholders.is_some() {
            return self.allowed_html(html, range);
        }
        let key = (Code::RawHtml, tag_name(text));
        if text.starts_with("</") && self.html_reports.contains_key(&key) {
            return; // Its opening tag is already reported.
        }
        let shown = || {
            let shown: String = text.lines().next().unwrap_or("").chars().take(40).collect();
            if shown.len() < text.len() { shown + "…" } else { shown }
        };
        self.count_html(key, &range, html_help(text), shown);
        self.events.push(Event::Text(text.to_owned().into()));
    }

    /// Counts HTML that is refused or removed. Only the first place of each tag is reported: old sites
    /// have thousands.
    pub(super) fn count_html(
        &mut self,
        key: (Code, String),
        range: &Range<usize>,
        help: &'static str,
        shown: impl FnOnce() -> String,
    ) {
        let first = || HtmlReport { range: range.clone(), help, shown: shown(), places: 0 };
        self.html_reports.entry(key).or_insert_with(first).places += 1;
    }

    /// Reports the HTML that was counted.
    pub(super) fn report_html(&mut self) {
        for ((code, _), found) in std::mem::take(&mut self.html_reports) {
            let HtmlReport { range, help, shown, places } = found;
            let more = if places > 1 { format!(" (×{places})") } else { String::new() };
            let fill =
                |d: Diagnostic| d.arg("html", shown.as_str()).arg("more", more.as_str()).help(help);
            match code {
                Code::RawHtml => self.diagnostics.report(code, range, fill),
                _ => self.diagnostics.warn(code, range, fill),
            }
        }
    }

    /// Writes HTML that will be cleaned. Reports what cleaning will remove, as its place is known only
    /// now.
    fn allowed_html(&mut self, html: &str, range: Range<usize>) {
        for part in removed_parts(html) {
            self.count_html((Code::HtmlRemoved, part.clone()), &range, "help", || part);
        }
        let is_image = |tag: &HtmlTag| tag.name().eq_ignore_ascii_case("img");
        let has_alt = |tag: HtmlTag| {
            tag.attributes()
                .any(|(name, value)| name.eq_ignore_ascii_case("alt") && value.is_some())
        };
        if tags(html).any(|tag| is_image(&tag) && !has_alt(tag)) {
            self.diagnostics.report(Code::ImageAlt, range.clone(), |d| d);
        }
        if let Some(heading) = &mut self.heading {
            heading.has_raw_link |= html.to_ascii_lowercase().contains("<a");
        }
        let html = self.redact_withheld_urls(&with_ids_of_names(html));
        self.report_addresses_in_html(&html, &range);
        self.events.push(Event::Html(html.into()));
    }

    /// Reports addresses of withheld items in the text of raw HTML. Links are resolved when the body
    /// is cleaned.
    fn report_addresses_in_html(&mut self, html: &str, range: &Range<usize>) {
        for token in html_tokens(html) {
            match token {
                HtmlToken::Text(text) => self.report_addresses(text, range),
                HtmlToken::Tag(tag) => {
                    for (name, value) in tag.attributes() {
                        // Links are resolved. Other values reach the page as they are.
                        let is_link = LINK_ATTRIBUTES.iter().any(|l| name.eq_ignore_ascii_case(l));
                        if let Some(value) = value.filter(|_| !is_link) {
                            self.report_addresses(&unescape(value), range);
                        }
                    }
                    if tag.name().eq_ignore_ascii_case("a") {
                        self.in_raw_link = !tag.is_closing();
                    }
                }
            }
        }
    }

    /// Replaces URLs of withheld items in the text of raw HTML by `…`.
    fn redact_withheld_urls(&self, html: &str) -> String {
        let mut out = String::with_capacity(html.len());
        let mut is_in_tag = false;
        for span in LinkFinder::new().kinds(&[LinkKind::Url]).spans(html) {
            for (piece, is_url) in split_addresses(span.as_str()) {
                let is_shown = span.kind().is_some() && is_url && !is_in_tag;
                let is_withheld = is_shown && self.destinations.is_withheld(piece);
                out.push_str(if is_withheld { "…" } else { piece });
            }
            if let Some(at) = span.as_str().rfind(['<', '>']) {
                is_in_tag = span.as_str()[at..].starts_with('<');
            }
        }
        out
    }

    /// Cleans a body with raw HTML and resolves its addresses. `hrefs` are those of placeholders.
    pub(super) fn clean(&mut self, html: &str, hrefs: &[Href]) -> String {
        let Cleaned { html: clean, addresses, ids } = sanitize::clean(html, self.wanted_ids(html));
        let renamed = self.take_html_ids(&ids);
        let mut out = String::with_capacity(clean.len());
        // The destination of the removed link whose text is being copied.
        let mut removed_link: Option<&str> = None;
        let mut is_quote_left = false;
        for (n, piece) in clean.split(SLOT).enumerate() {
            if n % 2 == 0 {
                let piece = if is_quote_left { piece.trim_start_matches('"') } else { piece };
                let end = piece.find("</a>").filter(|_| removed_link.is_some());
                let (text, rest) = piece.split_at(end.unwrap_or(piece.len()));
                match removed_link {
                    Some(dest) => out.push_str(&self.redact_link_text(text, dest)),
                    None => out.push_str(text),
                }
                out.push_str(rest);
                removed_link = removed_link.filter(|_| end.is_none());
                continue;
            }
            let address = piece.parse().ok().and_then(|n: usize| addresses.get(n));
            let href = address.and_then(|address| self.resolve_address(address, hrefs));
            is_quote_left = href.is_none();
            if let (Some(CleanedAddress::Link(dest)), None) = (address, &href) {
                removed_link = Some(dest);
            }
            match href {
                Some(href) => {
                    escape(renamed.get(&href.url).unwrap_or(&href.url), &mut out);
                    out.push_str(if href.is_outside { "\" rel=\"noopener" } else { "" });
                }
                // Removes ` href="`, too. The quotation mark after it is removed with the next piece.
                None => out.truncate(out.rfind(' ').unwrap_or(out.len())),
            }
        }
        for (mark, done) in [(TICKED_BOX, true), (UNTICKED_BOX, false)] {
            if out.contains(mark) {
                out = out.replace(mark, &self.task_tag(done));
            }
        }
        out
    }

    /// Returns the ids that links of this page lead to and that the page does not have yet.
    fn wanted_ids(&self, html: &str) -> BTreeSet<String> {
        let resolver = self.context.resolver;
        let links = tags(html).filter(|tag| tag.name().eq_ignore_ascii_case("a"));
        let hrefs = links.flat_map(HtmlTag::attributes).filter_map(|(name, value)| {
            value.filter(|value| name.eq_ignore_ascii_case("href") && value.starts_with('#'))
        });
        let raw = hrefs.filter_map(|href| match resolver.resolve(&unescape(href)) {
            LinkTarget::Here(anchor) => Some(nfc(&anchor)),
            _ => None,
        });
        let written = self.destinations.here.iter().map(|(anchor, _)| anchor.clone());
        raw.chain(written).filter(|anchor| !self.ids.has(anchor)).collect()
    }

    /// Reserves ids of raw HTML. Returns the links to those that the page has under another name, and
    /// what these links become.
    fn take_html_ids(&mut self, ids: &[String]) -> BTreeMap<String, String> {
        let mut renamed = BTreeMap::new();
        for id in ids {
            self.ids.take(id.clone());
            if let Some(safe) = html_id(id).filter(|safe| safe != id) {
                renamed.insert(format!("#{}", encode(id)), format!("#{}", encode(&safe)));
                self.ids.take(safe);
            }
        }
        renamed
    }

    /// Redacts the text of a removed link of raw HTML: addresses of withheld items are replaced by
    /// `…`. The text begins with the rest of the link's tag.
    fn redact_link_text(&self, html: &str, dest: &str) -> String {
        let resolver = self.context.resolver;
        let must_redact = |word: &str| must_redact(&resolver, &word.replace("&amp;", "&"), dest);
        let pieces: Vec<(&str, &str)> = html.split_inclusive(['<', '>']).map(split_mark).collect();
        let texts = pieces.iter().filter(|(_, mark)| *mark != ">").map(|(text, _)| *text);
        let redacted: Vec<Option<String>> =
            texts.clone().map(|text| redact_words(text, must_redact)).collect();
        let whole: String =
            redacted.iter().zip(texts).map(|(r, text)| r.as_deref().unwrap_or(text)).collect();
        // An address may be split by tags.
        let redacts_all = redact_words(&whole, must_redact).is_some();
        let mut redacted = redacted.into_iter();
        let mut out = String::with_capacity(html.len());
        for (text, mark) in pieces {
            match (mark, redacts_all) {
                (">", _) => out.push_str(text),
                (_, true) => out.push_str(if text.trim().is_empty() { text } else { "…" }),
                (_, false) => out.push_str(redacted.next().flatten().as_deref().unwrap_or(text)),
            }
            out.push_str(mark);
        }
        out
    }

    /// Resolves an address of a cleaned body. Returns `None` if the page must not have it.
    fn resolve_address(&mut self, address: &CleanedAddress, hrefs: &[Href]) -> Option<Href> {
        let whole = 0..self.diagnostics.markdown.len();
        match address {
            CleanedAddress::Placeholder(n) => hrefs.get(*n).cloned(),
            CleanedAddress::Link(dest) if dest.starts_with("#fn-") => {
                Some(Href::inside(dest.clone()))
            }
            CleanedAddress::Link(dest) => {
                let range = self.range_of(dest, &whole);
                self.destinations.link(dest, range, &mut self.diagnostics)
            }
            CleanedAddress::Picture(dest) => {
                let range = self.range_of(dest, &whole);
                let picture = self.destinations.picture(dest, range, &mut self.diagnostics);
                picture.map(|picture| Href::inside(picture.url))
            }
        }
    }
}

/// Gives `<a name="x">`, an old form of an anchor, an id.
fn with_ids_of_names(html: &str) -> Cow<'_, str> {
    if !html.contains("name") && !html.contains("NAME") {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len());
    for token in html_tokens(html) {
        let name = match token {
            HtmlToken::Tag(tag) if tag.name().eq_ignore_ascii_case("a") => anchor_name(tag),
            _ => None,
        };
        match (token, name) {
            (HtmlToken::Text(text), _) => out.push_str(text),
            (HtmlToken::Tag(tag), Some(name)) => {
                out.push_str("<a id=\"");
                escape(&unescape(name), &mut out);
                out.extend(["\"", &tag.source[tag.name().len()..], ">"]);
            }
            (HtmlToken::Tag(tag), None) => out.extend(["<", tag.source, ">"]),
        }
    }
    // The tokenizer takes a tag without an end for a whole one.
    if !html.ends_with('>') && out.len() > html.len() && out.ends_with('>') {
        out.pop();
    }
    Cow::Owned(out)
}

/// Returns the name of an anchor without an id.
fn anchor_name(tag: HtmlTag<'_>) -> Option<&str> {
    let attribute = |wanted: &str| {
        let mut attributes = tag.attributes();
        attributes.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).and_then(|(_, value)| value)
    };
    attribute("name").filter(|_| !tag.is_closing() && attribute("id").is_none())
}

/// The attributes of raw HTML whose values are addresses.
const LINK_ATTRIBUTES: [&str; 3] = ["href", "src", "cite"];

/// Splits off the `<` or `>` at the end of a piece of HTML.
fn split_mark(piece: &str) -> (&str, &str) {
    piece.split_at(piece.len() - usize::from(piece.ends_with(['<', '>'])))
}

/// Returns the key of the help text for a tag.
fn html_help(html: &str) -> &'static str {
    match tag_name(html).as_str() {
        "b" | "strong" | "i" | "em" => "help-bold",
        "span" | "p" | "o:p" | "u" | "font" | "div" | "ul" | "ol" | "li" | "center" => "help-paste",
        _ => "help",
    }
}

/// Returns whether a piece of HTML consists of comments only.
fn is_comments(mut html: &str) -> bool {
    while let Some((_, rest)) = html.strip_prefix("<!--").and_then(|rest| rest.split_once("-->")) {
        html = rest.trim_start();
    }
    html.is_empty()
}

/// Lists the tags and attributes of raw HTML that cleaning removes: `<script>`, `style=`.
fn removed_parts(html: &str) -> Vec<String> {
    let mut removed = Vec::new();
    for tag in tags(html).filter(|tag| !tag.is_closing() && !tag.name().is_empty()) {
        let name = tag.name().to_ascii_lowercase();
        if !sanitize::is_allowed_tag(&name) {
            removed.push(format!("<{name}>"));
        }
        for (attribute, value) in tag.attributes() {
            let attribute = attribute.to_ascii_lowercase();
            let is_removed = attribute == "style" || attribute.starts_with("on");
            if is_removed && value.is_some() {
                removed.push(format!("{attribute}="));
            }
        }
    }
    removed.dedup();
    removed
}

fn tags(html: &str) -> impl Iterator<Item = HtmlTag<'_>> {
    html_tokens(html).filter_map(|token| match token {
        HtmlToken::Tag(tag) => Some(tag),
        HtmlToken::Text(_) => None,
    })
}

/// Returns the name of the tag that some HTML begins with, in lower case.
fn tag_name(html: &str) -> String {
    HtmlTag::read(html).map_or_else(String::new, |tag| tag.name().to_ascii_lowercase())
}

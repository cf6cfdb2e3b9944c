//! Writes raw HTML. It is refused, or cleaned if the portal allows it.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CowStr, Event};

use crate::diagnostics::Code;
use crate::markdown::bare_urls::{redact_words, split_addresses};
use crate::markdown::hrefs::Href;
use crate::markdown::html::{HtmlTag, HtmlToken, escape, html_tokens, unescape};
use crate::markdown::sanitize::{self, CleanedAddress, SLOT, TICKED_BOX, UNTICKED_BOX};
use crate::markdown::writer::Writer;
use crate::markdown::writer::links::must_redact;

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
        let name = tag_name(text);
        if text.starts_with("</") && self.refused_tags.contains(&name) {
            return; // Its opening tag is already reported.
        }
        self.refused_tags.push(name);
        let mut shown: String = text.lines().next().unwrap_or("").chars().take(40).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        let help = html_help(text);
        self.diagnostics.report(Code::RawHtml, range, |d| d.arg("html", shown.as_str()).help(help));
        self.events.push(Event::Text(text.to_owned().into()));
    }

    /// Writes HTML that will be cleaned. Reports what cleaning will remove, as its place is known only
    /// now.
    fn allowed_html(&mut self, html: &str, range: Range<usize>) {
        for part in removed_parts(html) {
            self.diagnostics
                .warn(Code::HtmlRemoved, range.clone(), |d| d.arg("html", part.as_str()));
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
        let html = self.redact_withheld_urls(html);
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
        let (clean, addresses) = sanitize::clean(html);
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
                    escape(&href.url, &mut out);
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

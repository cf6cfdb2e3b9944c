//! Raw HTML: refused, or cleaned where the portal allows it.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CowStr, Event};

use crate::diagnostics::Code;
use crate::markdown::bare_urls::{addresses, without_words};
use crate::markdown::hrefs::Href;
use crate::markdown::html::{HtmlTag, HtmlToken, escape, html_tokens};
use crate::markdown::sanitize::{self, CleanedAddress, HOLE, OPEN, TICKED};
use crate::markdown::writer::Writer;
use crate::markdown::writer::links::is_hidden;

impl Writer<'_, '_> {
    /// Comments are left out, `<br>` passes, everything else is refused, or cleaned at the end
    /// where the portal allows it.
    pub(super) fn raw_html(&mut self, html: &str, range: Range<usize>) {
        let text = html.trim();
        if is_comments(text) {
            return;
        }
        if matches!(text.to_ascii_lowercase().as_str(), "<br>" | "<br/>" | "<br />") {
            self.events.push(Event::InlineHtml(CowStr::Borrowed("<br>")));
            return;
        }
        if self.guarded.is_some() {
            return self.allowed_html(html, range);
        }
        let name = tag_name(text);
        if text.starts_with("</") && self.refused_tags.contains(&name) {
            return; // Its opening tag is told.
        }
        self.refused_tags.push(name);
        let mut shown: String = text.lines().next().unwrap_or("").chars().take(40).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        let help = html_help(text);
        self.found.mistake(Code::RawHtml, range, |d| d.arg("html", shown.as_str()).help(help));
        self.events.push(Event::Text(text.to_owned().into()));
    }

    /// What cleaning will take away is told now, as long as its place is known.
    pub(super) fn allowed_html(&mut self, html: &str, range: Range<usize>) {
        for part in removed_parts(html) {
            self.found.warning(Code::HtmlRemoved, range.clone(), |d| d.arg("html", part.as_str()));
        }
        let is_image = |tag: &HtmlTag| tag.name().eq_ignore_ascii_case("img");
        let has_alt = |tag: HtmlTag| {
            tag.attributes()
                .any(|(name, value)| name.eq_ignore_ascii_case("alt") && value.is_some())
        };
        if tags(html).any(|tag| is_image(&tag) && !has_alt(tag)) {
            self.found.mistake(Code::ImageAlt, range.clone(), |d| d);
        }
        if let Some(heading) = &mut self.open {
            heading.has_raw_link |= html.to_ascii_lowercase().contains("<a");
        }
        let shown = self.without_hidden_addresses(html);
        self.report_addresses_in_html(&shown, &range);
        self.events.push(Event::Html(shown.into()));
    }

    /// The same of the text in raw HTML. What stands in links is judged when the body is cleaned.
    pub(super) fn report_addresses_in_html(&mut self, html: &str, range: &Range<usize>) {
        for token in html_tokens(html) {
            match token {
                HtmlToken::Text(text) => self.report_addresses(text, range),
                HtmlToken::Tag(tag) if tag.name().eq_ignore_ascii_case("a") => {
                    self.in_raw_link = !tag.is_closing();
                }
                HtmlToken::Tag(_) => {}
            }
        }
    }

    /// HTML in whose text addresses of withheld items are left out.
    pub(super) fn without_hidden_addresses(&self, html: &str) -> String {
        let mut out = String::with_capacity(html.len());
        for span in LinkFinder::new().kinds(&[LinkKind::Url]).spans(html) {
            let inside_tag = html[..span.start()].rfind('<') > html[..span.start()].rfind('>');
            for (piece, is_url) in addresses(span.as_str()) {
                let is_shown = span.kind().is_some() && is_url && !inside_tag;
                let hides = is_shown && self.destinations.is_withheld(piece);
                out.push_str(if hides { "…" } else { piece });
            }
        }
        out
    }

    /// A body with raw HTML, cleaned, its addresses judged.
    pub(super) fn cleaned(&mut self, html: &str, own: &[Href]) -> String {
        let (clean, addresses) = sanitize::clean(html);
        let mut out = String::with_capacity(clean.len());
        // Where the link leads that was left out and has not ended yet.
        let mut dropped: Option<&str> = None;
        let mut is_quoted = false;
        for (n, piece) in clean.split(HOLE).enumerate() {
            if n % 2 == 0 {
                let piece = if is_quoted { piece.trim_start_matches('"') } else { piece };
                let end = piece.find("</a>").filter(|_| dropped.is_some());
                let (text, rest) = piece.split_at(end.unwrap_or(piece.len()));
                match dropped {
                    Some(dest) => out.push_str(&self.without_hidden_words(text, dest)),
                    None => out.push_str(text),
                }
                out.push_str(rest);
                dropped = dropped.filter(|_| end.is_none());
                continue;
            }
            let address = piece.parse().ok().and_then(|n: usize| addresses.get(n));
            let href = address.and_then(|address| self.judged(address, own));
            is_quoted = href.is_none();
            if let (Some(CleanedAddress::Link(dest)), None) = (address, &href) {
                dropped = Some(dest);
            }
            match href {
                Some(href) => {
                    escape(&href.url, &mut out);
                    out.push_str(if href.is_outside { "\" rel=\"noopener" } else { "" });
                }
                // ` href="` goes, too, and the quotation mark after it.
                None => out.truncate(out.rfind(' ').unwrap_or(out.len())),
            }
        }
        for (mark, done) in [(TICKED, true), (OPEN, false)] {
            if out.contains(mark) {
                out = out.replace(mark, &self.task_tag(done));
            }
        }
        out
    }

    /// The text of a link of raw HTML that was left out, without addresses of what is withheld. It
    /// begins with what is left of the link's tag.
    pub(super) fn without_hidden_words(&self, html: &str, dest: &str) -> String {
        let resolver = self.setting.resolver;
        let is_hidden = |word: &str| is_hidden(&resolver, &word.replace("&amp;", "&"), dest);
        let pieces: Vec<(&str, &str)> = html.split_inclusive(['<', '>']).map(cut_mark).collect();
        let texts = pieces.iter().filter(|(_, mark)| *mark != ">").map(|(text, _)| *text);
        let shown: Vec<Option<String>> =
            texts.clone().map(|text| without_words(text, is_hidden)).collect();
        let whole: String =
            shown.iter().zip(texts).map(|(s, text)| s.as_deref().unwrap_or(text)).collect();
        // An address in pieces.
        let hides_all = without_words(&whole, is_hidden).is_some();
        let mut shown = shown.into_iter();
        let mut out = String::with_capacity(html.len());
        for (text, mark) in pieces {
            match (mark, hides_all) {
                (">", _) => out.push_str(text),
                (_, true) => out.push_str(if text.trim().is_empty() { text } else { "…" }),
                (_, false) => out.push_str(shown.next().flatten().as_deref().unwrap_or(text)),
            }
            out.push_str(mark);
        }
        out
    }

    /// An address of a cleaned body: where it leads, if it may.
    pub(super) fn judged(&mut self, address: &CleanedAddress, own: &[Href]) -> Option<Href> {
        let everywhere = 0..self.found.markdown.len();
        match address {
            CleanedAddress::Own(n) => own.get(*n).cloned(),
            CleanedAddress::Link(dest) if dest.starts_with("#fn-") => {
                Some(Href::inside(dest.clone()))
            }
            CleanedAddress::Link(dest) => {
                let range = self.written_at(dest, &everywhere);
                self.destinations.link(dest, range, &mut self.found)
            }
            CleanedAddress::Picture(dest) => {
                let range = self.written_at(dest, &everywhere);
                let picture = self.destinations.picture(dest, range, &mut self.found);
                picture.map(|picture| Href::inside(picture.url))
            }
        }
    }
}

/// A piece of HTML that ends with `<`, or with `>` where it is a tag: what is before that, and that.
fn cut_mark(piece: &str) -> (&str, &str) {
    piece.split_at(piece.len() - usize::from(piece.ends_with(['<', '>'])))
}

/// The advice for a tag.
fn html_help(html: &str) -> &'static str {
    match tag_name(html).as_str() {
        "b" | "strong" | "i" | "em" => "help-bold",
        "span" | "p" | "o:p" | "u" | "font" | "div" | "ul" | "ol" | "li" | "center" => "help-paste",
        _ => "help",
    }
}

/// Whether a piece of HTML is nothing but comments.
fn is_comments(mut html: &str) -> bool {
    while let Some((_, rest)) = html.strip_prefix("<!--").and_then(|rest| rest.split_once("-->")) {
        html = rest.trim_start();
    }
    html.is_empty()
}

/// Returns the tags and attributes of raw HTML that cleaning removes: `<script>`, `style=`.
fn removed_parts(html: &str) -> Vec<String> {
    let mut removed = Vec::new();
    for tag in tags(html).filter(|tag| !tag.is_closing() && !tag.name().is_empty()) {
        let name = tag.name().to_ascii_lowercase();
        if !sanitize::may_stay(&name) {
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

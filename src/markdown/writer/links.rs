//! Links and images.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use crate::diagnostics::Code;
use crate::markdown::bare_urls::{left_out_words, without_words};
use crate::markdown::hrefs::Href;
use crate::markdown::html::escape;
use crate::markdown::images::Size;
use crate::markdown::sanitize::{OWN_ID, OWN_LINK, OWN_PICTURE};
use crate::markdown::writer::{OpenImage, OpenLink, Writer};
use crate::site::{Resolver, may_hold_address};

impl<'a> Writer<'a, '_> {
    pub(super) fn start_link(
        &mut self,
        kind: LinkType,
        dest: &str,
        title: &str,
        range: Range<usize>,
    ) {
        let dest = if kind == LinkType::Email { format!("mailto:{dest}") } else { dest.to_owned() };
        let at = range.clone();
        let href = self.destinations.link(&dest, range, &mut self.found);
        let Some(href) = href else {
            let text = self.events.len();
            return self.links.push(OpenLink { text, is_written: false, dest, file: None });
        };
        self.report_addresses(title, &at);
        let file = href.file.clone();
        let mut tag = String::from("<a href=\"");
        let is_outside = href.is_outside;
        escape(&self.guard(OWN_LINK, href), &mut tag);
        tag.push('"');
        if !title.is_empty() {
            tag.push_str(" title=\"");
            escape(title, &mut tag);
            tag.push('"');
        }
        tag.push_str(if is_outside { " rel=\"noopener\">" } else { ">" });
        self.events.push(Event::InlineHtml(tag.into()));
        self.links.push(OpenLink { text: self.events.len(), is_written: true, dest, file });
    }

    pub(super) fn own_heading(&self, id: &str) -> CowStr<'a> {
        if self.guarded.is_none() { id.to_owned().into() } else { format!("{OWN_ID}{id}").into() }
    }

    /// While a body is cleaned, ids of prakat's own are marked: all others go.
    pub(super) fn own_id(&self, tag: String) -> String {
        if self.guarded.is_none() {
            tag
        } else {
            tag.replacen("id=\"", &format!("id=\"{OWN_ID}"), 1)
        }
    }

    /// While a body is cleaned, an address that was judged stands there as a number.
    pub(super) fn guard(&mut self, scheme: &str, href: Href) -> String {
        let Some(guarded) = &mut self.guarded else { return href.url };
        guarded.push(href);
        format!("{scheme}:{}", guarded.len() - 1)
    }

    pub(super) fn end_link(&mut self) {
        let Some(link) = self.links.pop() else { return };
        let text = self.text_since(link.text);
        if may_hold_address(&text) {
            let for_id = self.open.is_some().then(|| self.text_for_id(&text, &link.dest));
            if !link.is_written {
                self.hide_addresses(&link);
            }
            if let (Some(heading), Some(for_id)) = (&mut self.open, for_id) {
                heading.texts.push((link.text..self.events.len(), for_id));
            }
        }
        if !link.is_written {
            return;
        }
        if let Some(file) = link.file {
            // No text of the author's: a heading with such a link keeps its id when the file grows.
            let mut said = String::from(" ");
            escape(&file, &mut said);
            self.events.push(Event::InlineHtml(said.into()));
        }
        self.events.push(Event::InlineHtml(CowStr::Borrowed("</a>")));
    }

    /// What of a link's text counts for the id of the heading around it. The same at every instant:
    /// whatever could be hidden at one is left out, by how it is written and where the link leads.
    pub(super) fn text_for_id(&self, text: &str, dest: &str) -> String {
        let resolver = self.setting.resolver;
        let is_address =
            |word: &str| resolver.is_own_address(word) || resolver.names_target(word, dest);
        left_out_words(text, is_address).unwrap_or_else(|| text.to_owned())
    }

    /// The text of a link that was left out stays, but for addresses of what is withheld.
    pub(super) fn hide_addresses(&mut self, link: &OpenLink) {
        let resolver = self.setting.resolver;
        let is_hidden = |word: &str| is_hidden(&resolver, word, &link.dest);
        for event in &mut self.events[link.text..] {
            if let Event::Text(text) | Event::Code(text) = event
                && let Some(shown) = without_words(text, is_hidden)
            {
                *text = shown.into();
            }
        }
        // An address in pieces, as emphasis makes them.
        if without_words(&self.text_since(link.text), is_hidden).is_some() {
            self.events.truncate(link.text);
            self.events.push(Event::Text(CowStr::Borrowed("…")));
        }
    }

    pub(super) fn start_image(&mut self, dest: &str, title: &str, range: Range<usize>) {
        let picture = self.destinations.picture(dest, range.clone(), &mut self.found);
        let picture = picture.unwrap_or_default();
        let mut source = String::from("src=\"");
        let href = Href::inside(picture.url);
        escape(&self.guard(OWN_PICTURE, href), &mut source);
        source.push('"');
        if let Some(Size { width, height }) = picture.size {
            source.push_str(&format!(" width=\"{width}\" height=\"{height}\""));
        }
        let (alt, title) = (String::new(), title.to_owned());
        self.image = Some(OpenImage { range, source, alt, title, depth: 0 });
    }

    /// What stands between the brackets of an image is its alternative text.
    pub(super) fn in_image(&mut self, event: Event<'a>) {
        let Some(image) = &mut self.image else { return };
        match event {
            Event::Text(text) | Event::Code(text) => image.alt.push_str(&text),
            Event::SoftBreak | Event::HardBreak => image.alt.push(' '),
            Event::Start(Tag::Image { .. }) => image.depth += 1,
            Event::End(TagEnd::Image) if image.depth > 0 => image.depth -= 1,
            Event::End(TagEnd::Image) => self.end_image(),
            _ => {}
        }
    }

    pub(super) fn end_image(&mut self) {
        let Some(image) = self.image.take() else { return };
        for text in [&image.alt, &image.title] {
            self.report_addresses(text, &image.range);
        }
        if image.alt.trim().is_empty() {
            self.found.mistake(Code::ImageAlt, image.range, |d| d);
        }
        let mut tag = format!("<img {} alt=\"", image.source);
        escape(&image.alt, &mut tag);
        if !image.title.is_empty() {
            tag.push_str("\" title=\"");
            escape(&image.title, &mut tag);
        }
        self.events.push(Event::InlineHtml((tag + "\">").into()));
    }
}

/// Whether a word in the text of a link that was left out is an address of what is withheld: to show
/// it would give that away.
pub(super) fn is_hidden(resolver: &Resolver, word: &str, dest: &str) -> bool {
    resolver.names_target(word, dest)
        || (resolver.is_own_address(word) && resolver.withheld_at(word).is_some())
}

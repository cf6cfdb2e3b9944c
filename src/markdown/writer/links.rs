//! Writes links and images.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use crate::diagnostics::Code;
use crate::markdown::bare_urls::{redact_words, remove_words};
use crate::markdown::hrefs::Href;
use crate::markdown::html::escape;
use crate::markdown::images::Size;
use crate::markdown::sanitize::{ID_MARK, LINK_SCHEME, PICTURE_SCHEME};
use crate::markdown::writer::{LinkText, OpenImage, OpenLink, Writer};
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
        let href = self.destinations.link(&dest, range, &mut self.diagnostics);
        let Some(href) = href else {
            let text = self.events.len();
            return self.links.push(OpenLink { text, is_written: false, dest, file: None });
        };
        self.report_addresses(title, &at);
        let file = href.file.clone();
        let mut tag = String::from("<a href=\"");
        let is_outside = href.is_outside;
        escape(&self.placeholder(LINK_SCHEME, href), &mut tag);
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

    pub(super) fn mark_heading_id(&self, id: &str) -> CowStr<'a> {
        if self.placeholders.is_none() {
            id.to_owned().into()
        } else {
            format!("{ID_MARK}{id}").into()
        }
    }

    /// Marks the id in a tag, if the body will be cleaned: cleaning removes all other ids.
    pub(super) fn mark_id(&self, tag: String) -> String {
        if self.placeholders.is_none() {
            tag
        } else {
            tag.replacen("id=\"", &format!("id=\"{ID_MARK}"), 1)
        }
    }

    /// Returns the URL of a resolved link, or a placeholder for it if the body will be cleaned.
    fn placeholder(&mut self, scheme: &str, href: Href) -> String {
        let Some(placeholders) = &mut self.placeholders else { return href.url };
        placeholders.push(href);
        format!("{scheme}:{}", placeholders.len() - 1)
    }

    pub(super) fn end_link(&mut self) {
        let Some(link) = self.links.pop() else { return };
        let text = self.text_since(link.text);
        if may_hold_address(&text) {
            let for_id = self.heading.is_some().then(|| self.text_for_id(&text, &link.dest));
            if !link.is_written {
                self.redact_addresses(&link);
            }
            if let (Some(heading), Some(for_id)) = (&mut self.heading, for_id) {
                let events = link.text..self.events.len();
                heading.link_texts.push(LinkText { events, for_id });
            }
        }
        if !link.is_written {
            return;
        }
        if let Some(file) = link.file {
            // Written as HTML, so that the id of a heading does not change with the size of the file.
            let mut suffix = String::from(" ");
            escape(&file, &mut suffix);
            self.events.push(Event::InlineHtml(suffix.into()));
        }
        self.events.push(Event::InlineHtml(CowStr::Borrowed("</a>")));
    }

    /// Returns the part of a link's text that counts for the id of the heading around it. It does not
    /// depend on the instant: every word that may ever be redacted is removed.
    fn text_for_id(&self, text: &str, dest: &str) -> String {
        let resolver = self.context.resolver;
        let is_address =
            |word: &str| resolver.is_own_address(word) || resolver.names_target(word, dest);
        remove_words(text, is_address).unwrap_or_else(|| text.to_owned())
    }

    /// Replaces addresses of withheld items in the text of a removed link by `…`.
    fn redact_addresses(&mut self, link: &OpenLink) {
        let resolver = self.context.resolver;
        let must_redact = |word: &str| must_redact(&resolver, word, &link.dest);
        for event in &mut self.events[link.text..] {
            if let Event::Text(text) | Event::Code(text) = event
                && let Some(redacted) = redact_words(text, must_redact)
            {
                *text = redacted.into();
            }
        }
        // An address may be split by emphasis.
        if redact_words(&self.text_since(link.text), must_redact).is_some() {
            self.events.truncate(link.text);
            self.events.push(Event::Text(CowStr::Borrowed("…")));
        }
    }

    pub(super) fn start_image(&mut self, dest: &str, title: &str, range: Range<usize>) {
        let picture = self.destinations.picture(dest, range.clone(), &mut self.diagnostics);
        let picture = picture.unwrap_or_default();
        let mut source = String::from("src=\"");
        let href = Href::inside(picture.url);
        escape(&self.placeholder(PICTURE_SCHEME, href), &mut source);
        source.push('"');
        if let Some(Size { width, height }) = picture.size {
            source.push_str(&format!(" width=\"{width}\" height=\"{height}\""));
        }
        let (alt, title) = (String::new(), title.to_owned());
        self.image = Some(OpenImage { range, source, alt, title, depth: 0 });
    }

    /// Collects the alternative text of an image.
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

    fn end_image(&mut self) {
        let Some(image) = self.image.take() else { return };
        for text in [&image.alt, &image.title] {
            self.report_addresses(text, &image.range);
        }
        if image.alt.trim().is_empty() {
            self.diagnostics.report(Code::ImageAlt, image.range, |d| d);
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

/// Returns whether a word in the text of a removed link is the address of a withheld item.
pub(super) fn must_redact(resolver: &Resolver, word: &str, dest: &str) -> bool {
    resolver.names_target(word, dest)
        || (resolver.is_own_address(word) && resolver.withheld_at(word).is_some())
}

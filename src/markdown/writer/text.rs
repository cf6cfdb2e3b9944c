//! Texts: bare addresses become links, and slips are reported.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CowStr, Event, LinkType};

use crate::diagnostics::Code;
use crate::markdown::bare_urls::{Marks, addresses, has};
use crate::markdown::emphasis::stray_mark;
use crate::markdown::table::caption;
use crate::markdown::typos::mixed_digits;
use crate::markdown::writer::Writer;
use crate::site::may_hold_address;
use crate::text::FEWEST;

impl<'a> Writer<'a, '_> {
    pub(super) fn text(&mut self, text: CowStr<'a>, range: Range<usize>) {
        let is_marked =
            self.caption.as_mut().is_some_and(|open| std::mem::take(&mut open.is_marked));
        let text = match caption(&text).filter(|_| is_marked) {
            Some(rest) => rest.to_owned().into(),
            None => text,
        };
        if self.in_code {
            self.report_addresses(&text, &range);
            return self.events.push(Event::Text(text));
        }
        if self.has_comments {
            self.check_comment(&text, &range);
        }
        let marks = Marks::of(&text);
        if marks.worth_a_look || self.has_mixed_digits {
            self.check_text(&text, range.clone());
        }
        if !marks.colon || !self.links.is_empty() || !has(&text, "://") {
            self.report_addresses(&text, &range);
            return self.events.push(Event::Text(text));
        }
        for span in LinkFinder::new().kinds(&[LinkKind::Url]).spans(&text) {
            if span.kind().is_some() {
                for (piece, is_url) in addresses(span.as_str()) {
                    if is_url {
                        self.bare_url(piece, range.clone());
                    } else {
                        self.events.push(Event::Text(piece.to_owned().into()));
                    }
                }
            } else {
                self.report_addresses(span.as_str(), &range);
                self.events.push(Event::Text(span.as_str().to_owned().into()));
            }
        }
    }

    /// Addresses of withheld items that stand where no link does, and so are shown: in code, in a
    /// title, among other words.
    pub(super) fn report_addresses(&mut self, text: &str, range: &Range<usize>) {
        let is_left_out = self.in_raw_link || self.links.last().is_some_and(|l| !l.is_written);
        if !self.spells_addresses || is_left_out || !may_hold_address(text) {
            return;
        }
        // A text may be made to be slow.
        self.addresses_left -= 1;
        self.spells_addresses = self.addresses_left > 0;
        for word in self.setting.resolver.withheld_in(text) {
            let at = self.written_at(word, range);
            self.found.warning(Code::WithheldAddress, at, |d| d.arg("link", word));
        }
    }

    /// An address in the text becomes a link; that of a withheld item is left out.
    pub(super) fn bare_url(&mut self, url: &str, range: Range<usize>) {
        let at = self.written_at(url, &range);
        self.start_link(LinkType::Autolink, url, "", at);
        self.events.push(Event::Text(url.to_owned().into()));
        self.end_link();
    }

    /// Marks of emphasis that came to nothing, quotation marks, numbers in two scripts.
    pub(super) fn check_text(&mut self, text: &str, range: Range<usize>) {
        self.quotes.read(text, &range);
        if let Some(number) = mixed_digits(text).filter(|_| self.has_mixed_digits) {
            let at = self.written_at(number, &range);
            // Of a long one only the beginning: a piece of a private number is not known as one.
            let is_long = number.chars().nth(FEWEST - 1).is_some();
            let beginning: String = number.chars().take(4).chain(['…']).collect();
            let shown = if is_long { beginning.as_str() } else { number };
            self.found.warning(Code::MixedDigits, at, |d| d.arg("number", shown));
        }
        if let Some(mark) = self.doubled_mark(text, &range) {
            let at = range.start..range.start + mark.len();
            return self.found.warning(Code::StrayMark, at, |d| d.arg("mark", mark));
        }
        let Some(stray) = stray_mark(text).filter(|_| self.links.is_empty()) else { return };
        let written = &self.found.markdown[range.clone()];
        let mut places = written.match_indices(stray.mark).map(|(at, _)| at);
        let Some(at) = places.find(|at| !written[..*at].ends_with('\\')) else { return };
        let start = range.start + at;
        let mark = stray.mark;
        self.found.warning(stray.code, start..start + mark.len(), |d| d.arg("mark", mark));
    }

    /// A comment that Markdown does not take for one would be printed.
    pub(super) fn check_comment(&mut self, text: &str, range: &Range<usize>) {
        let begins =
            text.starts_with('<') && self.found.markdown[range.start..].starts_with("<!--");
        if begins || text.contains("<!--") || text.contains("-->") {
            let range = range.clone();
            self.found
                .mistake(Code::RawHtml, range, |d| d.arg("html", "<!--").help("help-comment"));
        }
    }

    /// The parser hands over a mark that came to nothing by itself, doubled ones one by one.
    pub(super) fn doubled_mark(&self, text: &str, range: &Range<usize>) -> Option<&'static str> {
        let doubled = ["**", "~~"].into_iter().find(|mark| mark.starts_with(text))?;
        let is_piece = !text.is_empty() && self.links.is_empty();
        let written = &self.found.markdown[range.start..];
        let begins =
            !self.found.markdown[..range.start].ends_with(|c| doubled.starts_with(c) || c == '\\');
        (is_piece && begins && written.starts_with(doubled)).then_some(doubled)
    }
}

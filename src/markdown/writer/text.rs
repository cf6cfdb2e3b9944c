//! Writes texts: turns bare addresses into links, and reports typos and marks without effect.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CowStr, Event, LinkType};

use crate::diagnostics::Code;
use crate::markdown::bare_urls::split_addresses;
use crate::markdown::emphasis::stray_mark;
use crate::markdown::mixed_digits::mixed_digits;
use crate::markdown::prescan::{Marks, has};
use crate::markdown::spaced_links::own_file_len;
use crate::markdown::table::caption;
use crate::markdown::writer::Writer;
use crate::site::may_hold_address;
use crate::text::FEWEST;

impl<'a> Writer<'a, '_> {
    /// Writes a text.
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
        if marks.needs_check || self.has_mixed_digits {
            self.check_text(&text, range.clone());
        }
        if !marks.colon || !self.links.is_empty() || !has(&text, "://") {
            self.report_addresses(&text, &range);
            return self.events.push(Event::Text(text));
        }
        for span in LinkFinder::new().kinds(&[LinkKind::Url]).spans(&text) {
            if span.kind().is_some() {
                for (piece, is_url) in split_addresses(span.as_str()) {
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

    /// Reports addresses of withheld items that are not links and are therefore shown: in code, in a
    /// title, among other words.
    pub(super) fn report_addresses(&mut self, text: &str, range: &Range<usize>) {
        let is_redacted = self.in_raw_link || self.links.last().is_some_and(|l| !l.is_written);
        if !self.spells_addresses || is_redacted || !may_hold_address(text) {
            return;
        }
        // Limits the time for texts that are made to be slow.
        self.address_checks_left -= 1;
        self.spells_addresses = self.address_checks_left > 0;
        for word in self.context.resolver.withheld_in(text) {
            let at = self.range_of(word, range);
            self.diagnostics.warn(Code::WithheldAddress, at, |d| d.arg("link", word));
        }
    }

    /// Turns an address in the text into a link, unless its item is withheld.
    fn bare_url(&mut self, url: &str, range: Range<usize>) {
        let at = self.range_of(url, &range);
        self.report_cut_address(&at);
        self.start_link(LinkType::Autolink, url, "", at);
        self.events.push(Event::Text(url.to_owned().into()));
        self.end_link();
    }

    /// Reports an address in angle brackets that ends at a space: `<https://example.go.th/a b.pdf>`. Its link
    /// would lead elsewhere.
    fn report_cut_address(&mut self, address: &Range<usize>) {
        let written = self.diagnostics.markdown;
        let is_open =
            written[..address.start].strip_suffix('<').is_some_and(|s| !s.ends_with('\\'));
        let rest = written[address.end..].lines().next().unwrap_or("");
        let end = rest.find(['<', '>']).filter(|end| rest[*end..].starts_with('>'));
        if let Some(end) = end.filter(|_| is_open && rest.starts_with(' ')) {
            let whole = address.start - 1..address.end + end + 1;
            self.diagnostics.warn(Code::BrokenLink, whole, |d| d.help("help-angle"));
        }
    }

    /// Checks for marks without effect, unmatched quotation marks, and numbers in two scripts.
    fn check_text(&mut self, text: &str, range: Range<usize>) {
        let before = self.diagnostics.markdown[..range.start].trim_end_matches(['>', ' ']);
        self.quotes.read(text, &range, before.is_empty() || before.ends_with('\n'));
        if let Some(number) = mixed_digits(text).filter(|_| self.has_mixed_digits) {
            let at = self.range_of(number, &range);
            // Shows only the beginning of a long number: a part of a private number is not masked.
            let is_long = number.chars().nth(FEWEST - 1).is_some();
            let beginning: String = number.chars().take(4).chain(['…']).collect();
            let shown = if is_long { beginning.as_str() } else { number };
            self.diagnostics.warn(Code::MixedDigits, at, |d| d.arg("number", shown));
        }
        if let Some(mark) = self.doubled_mark(text, &range) {
            let at = range.start..range.start + mark.len();
            return self.diagnostics.warn(Code::StrayMark, at, |d| d.arg("mark", mark));
        }
        let Some(stray) = stray_mark(text).filter(|_| self.links.is_empty()) else { return };
        let written = &self.diagnostics.markdown[range.clone()];
        let mut offsets = written.match_indices(stray.mark).map(|(at, _)| at);
        let Some(at) = offsets.find(|at| !written[..*at].ends_with('\\')) else { return };
        let start = range.start + at;
        let mark = stray.mark;
        let destination = &written[at + mark.len()..];
        if stray.code == Code::BrokenLink && self.names_own_file(destination) {
            return self.diagnostics.report(stray.code, start..start + mark.len(), |d| {
                d.arg("mark", mark).help("help-file")
            });
        }
        let is_address = destination.starts_with("https:") || destination.starts_with("http:");
        let is_link = stray.code == Code::BrokenLink;
        let help = if is_link && is_address { "help-address" } else { "help" };
        self.diagnostics
            .warn(stray.code, start..start + mark.len(), |d| d.arg("mark", mark).help(help));
    }

    /// Returns whether the destination of a link is the name of one of the item's own files.
    fn names_own_file(&self, destination: &str) -> bool {
        let files = &self.context.resolver.from.files;
        files.iter().any(|file| own_file_len(destination, &file.name).is_some())
    }

    /// Reports a comment that Markdown does not read as one. It would be printed. `-->` alone is text,
    /// such as an arrow.
    fn check_comment(&mut self, text: &str, range: &Range<usize>) {
        let written = self.diagnostics.markdown;
        let is_mark = |at: usize| !written[..at].ends_with('\\');
        let mut marks =
            written[range.clone()].match_indices("<!--").map(|(at, _)| range.start + at);
        // The parser returns `<` as a text of its own.
        let is_first = text == "<" && written[range.start..].starts_with("<!--");
        if is_first && is_mark(range.start) || marks.any(is_mark) {
            let key = (Code::RawHtml, "<!--".to_owned());
            self.count_html(key, range, "help-comment", || "<!--".to_owned());
        }
    }

    /// Returns the doubled mark at the start of a range, if `text` is its first half: the parser
    /// returns a mark without effect as a text of its own, and a doubled one as two.
    fn doubled_mark(&self, text: &str, range: &Range<usize>) -> Option<&'static str> {
        let doubled = ["**", "~~"].into_iter().find(|mark| mark.starts_with(text))?;
        let is_mark = !text.is_empty() && self.links.is_empty();
        let written = &self.diagnostics.markdown[range.start..];
        let begins = !self.diagnostics.markdown[..range.start]
            .ends_with(|c| doubled.starts_with(c) || c == '\\');
        // A row of more marks is drawn as a line.
        let is_row =
            written.trim_start_matches(doubled.as_bytes()[0] as char).len() + 2 < written.len();
        (is_mark && begins && !is_row && written.starts_with(doubled)).then_some(doubled)
    }
}

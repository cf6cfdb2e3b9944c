//! Checks links: empty ones, addresses that run into Thai text, and definitions that no link uses.

use std::collections::HashSet;
use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{LinkType, Tag};

use crate::diagnostics::Code;
use crate::markdown::lints::lint::Lint;
use crate::markdown::prescan::has;
use crate::text::{is_thai, single_spaced};

/// A link that is open.
#[derive(Debug)]
struct OpenLink {
    range: Range<usize>,
    is_image: bool,
    dest: String,
    /// Whether the reader sees something of it: a text or a picture.
    is_shown: bool,
}

/// Checks the links of a body.
#[derive(Debug, Default)]
pub(super) struct LinkLints {
    open: Vec<OpenLink>,
    /// The labels of definitions that links use, folded.
    used: HashSet<String>,
    /// Ranges of the source in which definitions are text: code and links.
    shown: Vec<Range<usize>>,
    /// Whether the body contains `]:`.
    has_definitions: bool,
    has_addresses: bool,
}

impl LinkLints {
    pub(super) fn new(markdown: &str) -> Self {
        Self {
            has_definitions: has(markdown, "]:"),
            has_addresses: has(markdown, "://"),
            ..Self::default()
        }
    }

    pub(super) fn start(&mut self, tag: &Tag, range: &Range<usize>) {
        let (Tag::Link { link_type, dest_url, id, .. }
        | Tag::Image { link_type, dest_url, id, .. }) = tag
        else {
            return;
        };
        let is_image = matches!(tag, Tag::Image { .. });
        if is_image {
            self.shown();
        }
        if self.has_definitions
            && matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut)
        {
            self.used.insert(folded(id));
        }
        let (range, dest, is_shown) = (range.clone(), dest_url.to_string(), is_image);
        self.open.push(OpenLink { range, is_image, dest, is_shown });
    }

    /// Notes that something inside the open links is shown.
    pub(super) fn shown(&mut self) {
        self.open.iter_mut().for_each(|link| link.is_shown = true);
    }

    /// Notes a block of code or HTML.
    pub(super) fn block(&mut self, range: &Range<usize>) {
        if self.has_definitions {
            self.shown.push(range.clone());
        }
    }

    pub(super) fn text(
        &mut self,
        text: &str,
        range: &Range<usize>,
        markdown: &str,
        found: &mut Vec<Lint>,
    ) {
        if !self.open.is_empty() {
            if !text.trim().is_empty() {
                self.shown();
            }
        } else if self.has_addresses && has(text, "://") {
            glued_addresses(&markdown[range.clone()], range.start, found);
        }
        if self.has_definitions {
            self.shown.push(range.clone());
        }
    }

    pub(super) fn end(&mut self, markdown: &str, found: &mut Vec<Lint>) {
        let Some(link) = self.open.pop() else { return };
        if link.is_image {
            return;
        }
        // A link without an address is an error of its own.
        let leads_nowhere = link.dest == "#";
        if !link.is_shown || leads_nowhere {
            let help = if link.is_shown { "help-nowhere" } else { "help" };
            let written = &markdown[link.range.clone()];
            let lint = Lint::new(Code::LinkText, link.range).help(help);
            found.push(lint.arg("link", written.lines().next().unwrap_or("")));
        }
    }

    /// Reports definitions of link destinations that no link uses. Markdown shows them nowhere.
    pub(super) fn finish(&mut self, markdown: &str, found: &mut Vec<Lint>) {
        if !self.has_definitions {
            return;
        }
        self.shown.sort_by_key(|range| range.start);
        let mut defined = HashSet::new();
        let mut start = 0;
        for line in markdown.split_inclusive('\n') {
            let text = without_marks(line);
            let at = start + line.len() - text.len();
            start += line.len();
            let Some(label) = definition_label(text) else { continue };
            if self.is_shown(at) {
                continue;
            }
            let is_first = defined.insert(folded(label));
            if !is_first || !self.used.contains(&folded(label)) {
                let help = if is_first { "help" } else { "help-again" };
                let lint = Lint::new(Code::UnusedDefinition, at..at + text.trim_end().len());
                found.push(lint.arg("label", label).help(help));
            }
        }
    }

    /// Returns whether the text at an offset is on the page.
    fn is_shown(&self, at: usize) -> bool {
        let next = self.shown.partition_point(|range| range.start <= at);
        self.shown[..next].last().is_some_and(|range| range.end > at)
    }
}

/// Returns a line without the marks of lists, quotations, definitions and footnotes at its start.
fn without_marks(line: &str) -> &str {
    let is_mark = |c: char| " \t>-*+:.)".contains(c) || c.is_ascii_digit();
    let text = line.trim_start_matches(is_mark);
    let note = text.strip_prefix("[^").and_then(|note| note.split_once("]:"));
    note.map_or(text, |(_, rest)| rest.trim_start_matches(is_mark))
}

/// Returns the label of a line `[label]: destination`. Labels of footnotes begin with `^`.
fn definition_label(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('[')?;
    let (label, _) = rest.split_once("]:")?;
    (!label.starts_with('^') && !label.contains(['[', ']'])).then_some(label)
}

/// Compares labels as CommonMark does: without case, and with all white space alike.
fn folded(label: &str) -> String {
    single_spaced(label).to_lowercase()
}

/// Reports addresses with Thai letters right behind a Latin letter or digit: a word of the text that may
/// belong to the link now. It certainly does not if it follows the host; in a path it may be part of a
/// name.
fn glued_addresses(text: &str, start: usize, found: &mut Vec<Lint>) {
    for link in LinkFinder::new().kinds(&[LinkKind::Url]).links(text) {
        let address = link.as_str();
        let mut before = ' ';
        let glued = address.char_indices().find(|(_, c)| {
            let is_glued = before.is_ascii_alphabetic() && is_thai(*c);
            before = *c;
            is_glued
        });
        let Some((at, _)) = glued else { continue };
        let range = start + link.start()..start + link.end();
        let host = address.find("://").map_or(0, |at| at + 3);
        let is_host = !address[host..at].contains(['/', '?', '#']);
        let end = range.start + at;
        let lint = Lint::new(Code::GluedAddress, range);
        let lint = lint.arg("address", &address[..at]).arg("count", 1);
        found.push(if is_host { lint.fix(end..end, " ") } else { lint });
    }
}

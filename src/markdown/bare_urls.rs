//! Quick looks at a text, before it is parsed and while it is written: what has to be looked at at
//! all, which parts are no text for readers, where addresses begin and end.

use std::ops::Range;

use crate::markdown::options::OPTIONS;
use memchr::memmem;
use pulldown_cmark::{Event, LinkType, Parser, Tag};

/// The parser hands over a text in pieces, cut where a mark could have been. Only bare addresses,
/// and marks that came to nothing, need it whole.
pub(super) fn needs_whole_texts(markdown: &str) -> bool {
    let bytes = markdown.as_bytes();
    memchr::memchr(b'_', bytes).is_some()
        || has(markdown, "://")
        || memchr::memchr_iter(b'[', bytes).any(|at| bytes.get(at + 1) == Some(&b'^'))
        || memmem::find_iter(bytes, "](").any(|at| is_cut_by_space(&bytes[at + 2..]))
}

/// Whether a text holds a mark. In Thai, this is several times quicker than `str::contains`.
pub(super) fn has(text: &str, mark: &str) -> bool {
    memmem::find(text.as_bytes(), mark.as_bytes()).is_some()
}

/// How far the end of a link's destination is looked for.
const MAX_DESTINATION: usize = 400;

/// Whether the destination of a link holds a space, so that it is no link: `](a b.pdf)`.
fn is_cut_by_space(rest: &[u8]) -> bool {
    let rest = &rest[..rest.len().min(MAX_DESTINATION)];
    let end = memchr::memchr2(b')', b'\n', rest).unwrap_or(rest.len());
    let destination = &rest[..end];
    destination.contains(&b' ') && destination[0] != b'<' && !destination.contains(&b'"')
}

/// What is no text for readers, by place: code, HTML, the destinations of links and pictures.
pub(crate) fn fixed_parts(markdown: &str) -> Vec<Range<usize>> {
    let events = Parser::new_ext(markdown, OPTIONS).into_offset_iter();
    let definitions = events.reference_definitions().iter();
    let mut found: Vec<Range<usize>> = definitions.map(|(_, link)| link.span.clone()).collect();
    for (event, range) in events {
        match event {
            Event::Code(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::Start(Tag::CodeBlock(_)) => found.push(range),
            Event::Start(Tag::Link { link_type, .. } | Tag::Image { link_type, .. }) => {
                let written = &markdown[range.clone()];
                let text = match link_type {
                    LinkType::Inline => written.rfind("]("),
                    LinkType::Reference | LinkType::ReferenceUnknown => written.rfind("]["),
                    // Elsewhere the text is the address, or the name that must match.
                    _ => None,
                };
                found.push(range.start + text.unwrap_or(0)..range.end);
            }
            _ => {}
        }
    }
    found.sort_by_key(|range| range.start);
    found
}

/// Which characters a piece of text has, found in one pass.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    /// Marks of Markdown, quotation marks.
    pub worth_a_look: bool,
    /// A colon, which an address has.
    pub colon: bool,
}

impl Marks {
    /// Looks at a text.
    pub(super) fn of(text: &str) -> Self {
        let flags = text.bytes().fold(0_u8, |flags, byte| {
            let look = (byte == b'*')
                | (byte == b'~')
                | (byte == b'_')
                | (byte == b'[')
                | (byte == b']')
                | (byte == b'"')
                | (byte == 0xE2);
            flags | u8::from(look) | (u8::from(byte == b':') << 1)
        });
        Self { worth_a_look: flags & 1 != 0, colon: flags & 2 != 0 }
    }
}

/// Characters that end an address in a text, though they could stand in one.
const AFTER_ADDRESS: [char; 8] = ['\u{A0}', '\u{3000}', '“', '”', '‘', '’', '—', '…'];

/// An address as found in a text, taken apart: Thai writes no space between two, nor before a
/// quotation mark.
pub(super) fn addresses(found: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let mut rest = found;
    while !rest.is_empty() {
        let is_url = rest.starts_with("http://") || rest.starts_with("https://");
        let inner = ["http://", "https://"].iter().filter_map(|scheme| {
            let at = rest.match_indices(scheme).map(|(at, _)| at).find(|at| *at > 0)?;
            Some(at)
        });
        let end = inner.chain(rest.find(AFTER_ADDRESS).filter(|at| *at > 0 && is_url)).min();
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        pieces.push((piece, is_url));
        rest = after;
    }
    pieces
}

/// A text in which words are replaced by `…`; `None` if there are none such.
pub(super) fn without_words(text: &str, is_hidden: impl Fn(&str) -> bool) -> Option<String> {
    replaced_words(text, "…", is_hidden)
}

/// A text without some of its words.
pub(super) fn left_out_words(text: &str, is_left_out: impl Fn(&str) -> bool) -> Option<String> {
    replaced_words(text, "", is_left_out)
}

fn replaced_words(text: &str, by: &str, is_meant: impl Fn(&str) -> bool) -> Option<String> {
    let mut out = String::new();
    let mut found = false;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let is_replaced = !word.is_empty() && is_meant(word);
        found |= is_replaced;
        out.push_str(if is_replaced { by } else { word });
        out.push_str(&piece[word.len()..]);
    }
    found.then_some(out)
}

//! Finds the parts of a Markdown file that are not text for readers: names of files, addresses, ids and
//! code. Files keep their names, so links to them must not change.

use std::ops::Range;

use crate::content::{same_yaml_shape, split_front_matter};
use crate::diagnostics::{Code, Diagnostics};
use crate::markdown::options::OPTIONS;
use crate::markdown::typos::find::typos;
use pulldown_cmark::{Event, LinkType, Parser, Tag};

/// Keys of front matter whose values are names.
const FIXED_KEYS: [&str; 7] = ["slug", "aliases", "category", "approver", "by:", "meets", "extra"];

/// Returns the ranges of a file that must not be fixed, disjoint and ascending. Without front matter,
/// these are all of it.
pub(crate) fn protected_parts(text: &str) -> Vec<Range<usize>> {
    let Some(parts) = split_front_matter("", text, &mut Diagnostics::default()) else {
        return std::iter::once(0..text.len()).collect();
    };
    let mut ranges = Vec::new();
    let mut start = parts.yaml.start;
    for line in text[parts.yaml.clone()].split_inclusive('\n') {
        if is_fixed_line(line) {
            ranges.push(start..start + line.len());
        }
        start += line.len();
    }
    let body = parts.body;
    let in_body = fixed_parts(&text[body.clone()]).into_iter();
    ranges.extend(in_body.map(|range| body.start + range.start..body.start + range.end));
    disjoint(ranges)
}

/// Returns whether a range touches one of the protected ranges.
pub(super) fn is_within(range: &Range<usize>, protected: &[Range<usize>]) -> bool {
    let next = protected.partition_point(|other| other.end <= range.start);
    protected.get(next).is_some_and(|other| other.start < range.end)
}

/// Joins ranges that touch each other.
fn disjoint(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => joined.push(range),
        }
    }
    joined
}

/// Returns whether a line of front matter holds a name, or would mean something else without its
/// invisible characters: YAML could read the rest as a comment, or as another key.
fn is_fixed_line(line: &str) -> bool {
    let plain = line.trim_start_matches([' ', '-', '{', '"', '\'', '\u{A0}', '\u{200B}']);
    let is_name = plain.starts_with('/') || plain.starts_with('[') || line.contains("file:");
    if is_name || FIXED_KEYS.iter().any(|key| plain.starts_with(key)) {
        return true;
    }
    let mut fixed = String::with_capacity(line.len());
    let mut from = 0;
    for typo in typos(line) {
        let is_white = matches!(typo.code, Code::ZeroWidth | Code::NoBreakSpaces);
        if let Some(fix) = typo.fix.filter(|_| is_white) {
            fixed.push_str(&line[from..typo.range.start]);
            fixed.push_str(&fix);
            from = typo.range.end;
        }
    }
    fixed.push_str(&line[from..]);
    from > 0 && !same_yaml_shape(line, &fixed)
}

/// Returns the ranges of Markdown that are not prose: code, HTML, the destinations of links and
/// pictures.
pub(super) fn fixed_parts(markdown: &str) -> Vec<Range<usize>> {
    let events = Parser::new_ext(markdown, OPTIONS).into_offset_iter();
    let definitions = events.reference_definitions().iter();
    let mut parts: Vec<Range<usize>> = definitions.map(|(_, link)| link.span.clone()).collect();
    for (event, range) in events {
        match event {
            Event::Code(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::Start(Tag::CodeBlock(_)) => parts.push(range),
            Event::Start(Tag::Link { link_type, .. } | Tag::Image { link_type, .. }) => {
                let written = &markdown[range.clone()];
                let text = match link_type {
                    LinkType::Inline => written.rfind("]("),
                    LinkType::Reference | LinkType::ReferenceUnknown => written.rfind("]["),
                    // In all others, the text is the address, or the name of the reference.
                    _ => None,
                };
                parts.push(range.start + text.unwrap_or(0)..range.end);
            }
            _ => {}
        }
    }
    disjoint(parts)
}

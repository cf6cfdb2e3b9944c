//! Cleans bodies with raw HTML by an allow list, with the crate `ammonia`.
//!
//! The whole body is cleaned, so that open tags end with it. Addresses are replaced by slots and
//! returned: those in raw HTML go through the same resolver as all others.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use ammonia::Builder;

use crate::markdown::anchors::html_id;
use crate::text::{may_stand, nfc};

/// Allowed tags.
const TAGS: [&str; 60] = [
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "var",
    "wbr",
    "tfoot",
    "ruby",
];

/// Attributes that are allowed on every tag. Some are restricted to certain values.
const ATTRIBUTES: [&str; 7] = ["aria-label", "class", "id", "lang", "role", "tabindex", "title"];

/// Allowed classes: those that the Markdown renderer writes.
const CLASSES: [&str; 7] = ["c", "r", "num", "n", "wide", "fn", "fns"];

/// Attributes that are allowed on one tag.
const TAG_ATTRIBUTES: [(&str, &[&str]); 8] = [
    ("a", &["href"]),
    ("img", &["src", "alt", "width", "height"]),
    ("li", &["value"]),
    ("ol", &["start", "reversed"]),
    ("td", &["colspan", "rowspan", "headers"]),
    ("th", &["colspan", "rowspan", "headers", "scope"]),
    ("time", &["datetime"]),
    ("details", &["open"]),
];

/// The scheme of placeholders for links that are already resolved: `prakat-link:7`.
pub(super) const LINK_SCHEME: &str = "prakat-link";
/// The scheme of placeholders for pictures that are already resolved.
pub(super) const PICTURE_SCHEME: &str = "prakat-picture";

/// Encloses the index of an address in a cleaned body.
pub(super) const SLOT: char = '\u{FDD4}';

/// Precedes the ids that the renderer wrote. Of all others, those remain that a link of the page leads
/// to.
pub(super) const ID_MARK: char = '\u{FDD6}';

/// Replaces a ticked box of a task list while a body is cleaned.
pub(super) const TICKED_BOX: char = '\u{FDD7}';
/// Replaces a box that is not ticked.
pub(super) const UNTICKED_BOX: char = '\u{FDD8}';

/// An address in a cleaned body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CleanedAddress {
    /// An address that is already resolved, by the number of its placeholder.
    Placeholder(usize),
    /// The address of a link in raw HTML.
    Link(String),
    /// The address of a picture in raw HTML.
    Picture(String),
}

/// Returns whether a tag is allowed.
pub(super) fn is_allowed_tag(tag: &str) -> bool {
    TAGS.contains(&tag)
}

/// A cleaned body.
pub(super) struct Cleaned {
    /// The HTML. Each address is replaced by its index, between two [`SLOT`]s.
    pub html: String,
    /// The addresses.
    pub addresses: Vec<CleanedAddress>,
    /// The ids of raw HTML that remain, as they were written.
    pub ids: Vec<String>,
}

/// Cleans a body. Of the ids of raw HTML, the wanted ones remain, each once.
pub(super) fn clean(html: &str, wanted: BTreeSet<String>) -> Cleaned {
    let ids = Arc::new(Mutex::new(Vec::new()));
    let kept_ids = Arc::clone(&ids);
    let wanted = Mutex::new(wanted);
    let keep_id = move |written: &str| {
        let written = nfc(written);
        if !wanted.lock().unwrap_or_else(PoisonError::into_inner).remove(&written) {
            return None;
        }
        let safe = html_id(&written)?;
        kept_ids.lock().unwrap_or_else(PoisonError::into_inner).push(written);
        Some(Cow::Owned(safe))
    };
    let addresses = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&addresses);
    let keep = move |address| {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(address);
        Some(Cow::Owned(format!("{SLOT}{}{SLOT}", kept.len() - 1)))
    };
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.into())
        .clean_content_tags(["script", "style", "iframe", "object", "svg", "math"].into())
        .generic_attributes(ATTRIBUTES.into())
        .tag_attributes(
            TAG_ATTRIBUTES.map(|(tag, names)| (tag, names.iter().copied().collect())).into(),
        )
        .url_schemes(["http", "https", "mailto", "tel", LINK_SCHEME, PICTURE_SCHEME].into())
        .link_rel(None)
        .attribute_filter(move |tag, name, value| match (tag, name) {
            ("a", "href") => keep(match placeholder_number(value, LINK_SCHEME) {
                Some(number) => CleanedAddress::Placeholder(number),
                None => CleanedAddress::Link(value.to_owned()),
            }),
            ("img", "src") => keep(match placeholder_number(value, PICTURE_SCHEME) {
                Some(number) => CleanedAddress::Placeholder(number),
                None => CleanedAddress::Picture(value.to_owned()),
            }),
            (_, "class") => value
                .split_ascii_whitespace()
                .all(|class| CLASSES.contains(&class) || class.starts_with("language-"))
                .then_some(Cow::Borrowed(value)),
            (_, "id") => {
                let id = value.strip_prefix(ID_MARK);
                let id = id.or(value.starts_with("fn-").then_some(value));
                id.map(Cow::Borrowed).or_else(|| keep_id(value))
            }
            (_, "title" | "aria-label" | "datetime") if value.contains("://") => None,
            (_, "role") => (value == "group").then_some(Cow::Borrowed(value)),
            (_, "tabindex") => (value == "0").then_some(Cow::Borrowed(value)),
            _ => Some(Cow::Borrowed(value)),
        });
    let html = builder.clean(&without_forbidden_entities(html)).to_string();
    drop(builder);
    let addresses = std::mem::take(&mut *addresses.lock().unwrap_or_else(PoisonError::into_inner));
    let ids = std::mem::take(&mut *ids.lock().unwrap_or_else(PoisonError::into_inner));
    Cleaned { html, addresses, ids }
}

/// Returns the number of a placeholder.
fn placeholder_number(value: &str, scheme: &str) -> Option<usize> {
    value.strip_prefix(scheme)?.strip_prefix(':')?.parse().ok()
}

/// Removes entities for forbidden characters, such as `&#xFDD4;`. Browsers read them without `;`, too
/// (HTML, section 13.2.5.80). The text around a removed entity may form another one.
fn without_forbidden_entities(html: &str) -> Cow<'_, str> {
    let Some(first) = html.find("&#") else { return Cow::Borrowed(html) };
    // The text before it may be the beginning of another entity: `&&#0;#0;`.
    let before = html.as_bytes()[..first].iter().rev();
    let start = first - before.take_while(|byte| **byte == b'&').count();
    let mut filter = EntityFilter::new(&html[..start], html.len());
    html[start..].chars().for_each(|c| filter.push(c));
    Cow::Owned(filter.finish())
}

/// Collects HTML without forbidden entities.
struct EntityFilter {
    /// The HTML so far. It may end with unfinished entities.
    html: String,
    /// The unfinished entities. Each is inside the one before, which continues if it is removed.
    open: Vec<OpenEntity>,
}

/// An unfinished entity.
struct OpenEntity {
    /// Where it begins.
    at: usize,
    radix: Option<u32>,
    has_digits: bool,
    /// The number so far. `None` if it is too large.
    number: Option<u32>,
}

impl OpenEntity {
    fn is_forbidden(&self) -> bool {
        let number = self.number.filter(|_| self.has_digits);
        self.radix.is_some() && !number.and_then(char::from_u32).is_some_and(may_stand)
    }
}

impl EntityFilter {
    fn new(start: &str, capacity: usize) -> Self {
        let mut html = String::with_capacity(capacity);
        html.push_str(start);
        Self { html, open: Vec::new() }
    }

    fn push(&mut self, c: char) {
        while let Some(open) = self.open.last_mut() {
            match (open.radix, c) {
                (None, '#') => open.radix = Some(10),
                (Some(10), 'x' | 'X') if self.html.len() == open.at + 2 => open.radix = Some(16),
                (Some(radix), c) if c.is_digit(radix) => {
                    let digit = c.to_digit(radix).unwrap_or(0);
                    let number = open.number.and_then(|number| number.checked_mul(radix));
                    open.number = number.and_then(|number| number.checked_add(digit));
                    open.has_digits = true;
                }
                _ if open.is_forbidden() => {
                    self.html.truncate(open.at);
                    self.open.pop();
                    if c == ';' {
                        return;
                    }
                    continue;
                }
                _ => break,
            }
            return self.html.push(c);
        }
        if c == '&' {
            let at = self.html.len();
            self.open.push(OpenEntity { at, radix: None, has_digits: false, number: Some(0) });
        } else {
            self.open.clear();
        }
        self.html.push(c);
    }

    fn finish(mut self) -> String {
        while let Some(open) = self.open.pop().filter(OpenEntity::is_forbidden) {
            self.html.truncate(open.at);
        }
        self.html
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A simple version: removes the first entity until there is none.
    fn without_forbidden_slowly(html: &str) -> String {
        let mut html = html.to_owned();
        while let Some(shorter) = without_first_forbidden(&html) {
            html = shorter;
        }
        html
    }

    fn without_first_forbidden(html: &str) -> Option<String> {
        html.match_indices("&#").find_map(|(at, _)| {
            let (digits, radix) = match html[at + 2..].strip_prefix(['x', 'X']) {
                Some(digits) => (digits, 16),
                None => (&html[at + 2..], 10),
            };
            let len = digits.chars().take_while(|c| c.is_digit(radix)).count();
            let number = u32::from_str_radix(&digits[..len], radix).ok();
            let is_fine = number.and_then(char::from_u32).is_some_and(may_stand);
            let rest = digits[len..].strip_prefix(';').unwrap_or(&digits[len..]);
            (!is_fine).then(|| format!("{}{rest}", &html[..at]))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn one_pass_removes_the_same(
            html in "(&|#|x|X|;|0|1|5|6|a|g|ก|&#0;|&#x0;|&#65|&#65;|&#xFDD4;|&#99999999999;){0,24}"
        ) {
            prop_assert_eq!(without_forbidden_entities(&html).into_owned(), without_forbidden_slowly(&html));
        }
    }

    /// In quadratic time, these would take minutes.
    #[test]
    fn many_entities_are_read_in_time() {
        for unit in ["&#0;", "&", "&#", "&#x", "&#65", "&#65&#0;", "&#0"] {
            let html = unit.repeat(2_000_000 / unit.len());
            assert!(without_forbidden_entities(&html).len() <= html.len(), "{unit}");
        }
    }
}

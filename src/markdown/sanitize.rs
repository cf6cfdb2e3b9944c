//! Raw HTML that a portal allows: what may stay of it, by an allow list (the crate `ammonia`).
//!
//! The whole body is cleaned, so that tags left open end where it ends. Addresses are taken out
//! and handed back: those in raw HTML are judged by the same resolver as all others.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use ammonia::Builder;

use crate::text::may_stand;

/// Tags that may stay.
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

/// Attributes of every tag that may stay; of some only certain values.
const ATTRIBUTES: [&str; 7] = ["aria-label", "class", "id", "lang", "role", "tabindex", "title"];

/// Classes that prakat's own Markdown uses.
const CLASSES: [&str; 7] = ["c", "r", "num", "n", "wide", "fn", "fns"];

/// Attributes of one tag that may stay.
const OF_TAG: [(&str, &[&str]); 8] = [
    ("a", &["href"]),
    ("img", &["src", "alt", "width", "height"]),
    ("li", &["value"]),
    ("ol", &["start", "reversed"]),
    ("td", &["colspan", "rowspan", "headers"]),
    ("th", &["colspan", "rowspan", "headers", "scope"]),
    ("time", &["datetime"]),
    ("details", &["open"]),
];

/// The schemes of links and pictures that were judged already, by their number: `prakat-link:7`.
pub(super) const OWN_LINK: &str = "prakat-link";
/// The same of a picture.
pub(super) const OWN_PICTURE: &str = "prakat-picture";

/// Stands around the number of an address in what was cleaned.
pub(super) const HOLE: char = '\u{FDD4}';

/// Stands before ids of prakat's own while a body is cleaned.
pub(super) const OWN_ID: char = '\u{FDD6}';

/// Stand for boxes of task lists while a body is cleaned.
pub(super) const TICKED: char = '\u{FDD7}';
/// The box that is not ticked.
pub(super) const OPEN: char = '\u{FDD8}';

/// An address in a cleaned body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CleanedAddress {
    /// One that was judged before, by its number.
    Own(usize),
    /// Of a link in raw HTML.
    Link(String),
    /// Of a picture in raw HTML.
    Picture(String),
}

/// Whether a tag may stay.
pub(super) fn may_stay(tag: &str) -> bool {
    TAGS.contains(&tag)
}

/// Cleans a body. Its addresses are replaced by their numbers between two [`HOLE`]s.
pub(super) fn clean(html: &str) -> (String, Vec<CleanedAddress>) {
    let addresses = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&addresses);
    let keep = move |address| {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(address);
        Some(Cow::Owned(format!("{HOLE}{}{HOLE}", kept.len() - 1)))
    };
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.into())
        .clean_content_tags(["script", "style", "iframe", "object", "svg", "math"].into())
        .generic_attributes(ATTRIBUTES.into())
        .tag_attributes(OF_TAG.map(|(tag, names)| (tag, names.iter().copied().collect())).into())
        .url_schemes(["http", "https", "mailto", "tel", OWN_LINK, OWN_PICTURE].into())
        .link_rel(None)
        .attribute_filter(move |tag, name, value| match (tag, name) {
            ("a", "href") => keep(match own_number(value, OWN_LINK) {
                Some(number) => CleanedAddress::Own(number),
                None => CleanedAddress::Link(value.to_owned()),
            }),
            ("img", "src") => keep(match own_number(value, OWN_PICTURE) {
                Some(number) => CleanedAddress::Own(number),
                None => CleanedAddress::Picture(value.to_owned()),
            }),
            (_, "class") => value
                .split_ascii_whitespace()
                .all(|class| CLASSES.contains(&class) || class.starts_with("language-"))
                .then_some(Cow::Borrowed(value)),
            (_, "id") => {
                let own = value.strip_prefix(OWN_ID);
                let own = own.or(value.starts_with("fn-").then_some(value));
                own.map(Cow::Borrowed)
            }
            (_, "title" | "aria-label" | "datetime") if value.contains("://") => None,
            (_, "role") => (value == "group").then_some(Cow::Borrowed(value)),
            (_, "tabindex") => (value == "0").then_some(Cow::Borrowed(value)),
            _ => Some(Cow::Borrowed(value)),
        });
    let clean = builder.clean(&without_forbidden(html)).to_string();
    drop(builder);
    let addresses = std::mem::take(&mut *addresses.lock().unwrap_or_else(PoisonError::into_inner));
    (clean, addresses)
}

/// The number of an address that was judged already.
fn own_number(value: &str, scheme: &str) -> Option<usize> {
    value.strip_prefix(scheme)?.strip_prefix(':')?.parse().ok()
}

/// HTML without the entities that would bring in characters that may not stand: `&#xFDD4;`. Browsers
/// read them without `;`, too (HTML, section 13.2.5.80). What one that is taken out leaves may be
/// another.
fn without_forbidden(html: &str) -> Cow<'_, str> {
    let Some(first) = html.find("&#") else { return Cow::Borrowed(html) };
    // What stands before may be the beginning of another: `&&#0;#0;`.
    let before = html.as_bytes()[..first].iter().rev();
    let start = first - before.take_while(|byte| **byte == b'&').count();
    let mut kept = Kept::new(&html[..start], html.len());
    html[start..].chars().for_each(|c| kept.push(c));
    Cow::Owned(kept.finished())
}

/// HTML that was kept so far, with what may become an entity at its end.
struct Kept {
    html: String,
    /// Where open entities begin: each in the one before, which goes on if it is taken out.
    open: Vec<Open>,
}

/// The beginning of an entity.
struct Open {
    at: usize,
    radix: Option<u32>,
    has_digits: bool,
    /// The number so far, if it is not too large.
    number: Option<u32>,
}

impl Open {
    fn is_forbidden(&self) -> bool {
        let number = self.number.filter(|_| self.has_digits);
        self.radix.is_some() && !number.and_then(char::from_u32).is_some_and(may_stand)
    }
}

impl Kept {
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
            self.open.push(Open { at, radix: None, has_digits: false, number: Some(0) });
        } else {
            self.open.clear();
        }
        self.html.push(c);
    }

    fn finished(mut self) -> String {
        while let Some(open) = self.open.pop().filter(Open::is_forbidden) {
            self.html.truncate(open.at);
        }
        self.html
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, said plainly: the first is taken out, until there is none.
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
        fn one_pass_takes_out_the_same(
            html in "(&|#|x|X|;|0|1|5|6|a|g|ก|&#0;|&#x0;|&#65|&#65;|&#xFDD4;|&#99999999999;){0,24}"
        ) {
            prop_assert_eq!(without_forbidden(&html).into_owned(), without_forbidden_slowly(&html));
        }
    }

    /// With the square of the length these would take minutes.
    #[test]
    fn many_entities_are_read_in_time() {
        for unit in ["&#0;", "&", "&#", "&#x", "&#65", "&#65&#0;", "&#0"] {
            let html = unit.repeat(2_000_000 / unit.len());
            assert!(without_forbidden(&html).len() <= html.len(), "{unit}");
        }
    }
}

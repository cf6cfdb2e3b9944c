//! Raw HTML that a portal allows: what may stay of it, by an allow list (the crate `ammonia`).
//!
//! The whole body is cleaned, so that tags left open end where it ends. Addresses are taken out
//! and handed back: those in raw HTML are judged by the same resolver as all others.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use ammonia::Builder;

use crate::character::may_stand;

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
pub const OWN_LINK: &str = "prakat-link";
/// The same of a picture.
pub const OWN_PICTURE: &str = "prakat-picture";

/// Stands around the number of an address in what was cleaned.
pub const HOLE: char = '\u{FDD4}';

/// Stands before ids of prakat's own while a body is cleaned.
pub const OWN_ID: char = '\u{FDD6}';

/// Stand for boxes of task lists while a body is cleaned.
pub const TICKED: char = '\u{FDD7}';
/// The box that is not ticked.
pub const OPEN: char = '\u{FDD8}';

/// An address in a cleaned body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// One that was judged before, by its number.
    Own(usize),
    /// Of a link in raw HTML.
    Link(String),
    /// Of a picture in raw HTML.
    Picture(String),
}

/// Whether a tag may stay.
pub fn may_stay(tag: &str) -> bool {
    TAGS.contains(&tag)
}

/// Cleans a body. Its addresses are replaced by their numbers between two [`HOLE`]s.
pub fn clean(html: &str) -> (String, Vec<Address>) {
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
                Some(number) => Address::Own(number),
                None => Address::Link(value.to_owned()),
            }),
            ("img", "src") => keep(match own_number(value, OWN_PICTURE) {
                Some(number) => Address::Own(number),
                None => Address::Picture(value.to_owned()),
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
    let mut html = Cow::Borrowed(html);
    while let Some(shorter) = without_first_forbidden(&html) {
        html = shorter.into();
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
        // Escaped: `&amp;#` is text. Here `&#` stands by itself.
        let is_fine = number.and_then(char::from_u32).is_some_and(may_stand);
        let rest = digits[len..].strip_prefix(';').unwrap_or(&digits[len..]);
        (!is_fine).then(|| format!("{}{rest}", &html[..at]))
    })
}

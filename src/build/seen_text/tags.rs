//! What the scan and the reader of a body see of a tag.

use crate::text::seen_digit;

/// Tags that neither end a line nor separate two words.
pub(super) const INLINE: [&str; 24] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark",
    "q", "s", "samp", "small", "span", "strong", "sub", "sup", "u", "var",
];

/// Attributes that are read aloud, or are part of addresses.
const SEEN_ATTRIBUTES: [&str; 5] = ["alt", "title", "aria-label", "href", "id"];

/// Returns the name of a tag, and whether it closes an element.
pub(super) fn tag_name(tag: &str) -> (&str, bool) {
    let is_of_name = |b: &u8| b.is_ascii_alphanumeric() || *b == b'/';
    let end = tag.bytes().position(|b| !is_of_name(&b)).unwrap_or(tag.len());
    let name = tag[..end].trim_end_matches('/');
    name.strip_prefix('/').map_or((name, false), |name| (name, true))
}

/// Returns whether a tag is a link within the portal.
pub(super) fn is_near(tag: &str) -> bool {
    let is_far = |start: &&str| tag.contains(*start);
    tag.starts_with("a ") && !["href=\"http", "href=\"tel:", "href=\"mailto:"].iter().any(is_far)
}

/// Returns the attributes of a tag that readers see and that contain a digit.
pub(super) fn seen_attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut pieces = tag.split('"');
    let pairs = std::iter::from_fn(move || Some((pieces.next()?, pieces.next()?)));
    let keyed = pairs.map(|(before, value)| {
        let key = before.trim_end_matches('=').rsplit(char::is_whitespace).next().unwrap_or("");
        (key, value)
    });
    keyed.filter(|(key, value)| {
        SEEN_ATTRIBUTES.contains(key) && value.contains(|c| seen_digit(c).is_some())
    })
}

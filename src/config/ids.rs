//! The forms of ids and language tags.

use crate::source::is_device_name;

/// Returns whether a text is a BCP 47 primary language subtag: two or three lower-case letters. It is part of
/// addresses and of paths.
pub(crate) fn is_language_tag(text: &str) -> bool {
    let fits = (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase());
    fits && !is_device_name(text)
}

/// Returns whether a text is safe in any URL and on any disk: lower-case letters, digits, and inside the
/// text `-` and `_`. Names of devices are not, nor `null`, which YAML takes for no value.
pub(super) fn is_plain_id(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    let edge = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    bytes.iter().all(|b| plain(*b))
        && edge(bytes.first())
        && edge(bytes.last())
        && !is_device_name(text)
}

/// Returns whether an id means something else to Windows or in YAML.
pub(super) fn is_taken(id: &str) -> bool {
    is_device_name(id) || id == "null"
}

/// Returns whether a text is a set of words for the search: two or more on one line, with `=` between them.
pub(crate) fn is_synonym_set(text: &str) -> bool {
    let mut words = text.split('=');
    text.contains('=')
        && !text.contains(char::is_control)
        && words.all(|word| word.contains(char::is_alphanumeric))
}

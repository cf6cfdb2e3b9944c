//! The forms of ids and language tags.

/// Returns whether a text is a BCP 47 primary language subtag: two or three lower-case letters.
pub(crate) fn is_language_tag(text: &str) -> bool {
    (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase())
}

/// Returns whether a text is safe in any URL and on any disk: lower-case letters, digits, and inside the
/// text `-` and `_`.
pub(super) fn is_plain_id(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    let edge = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    bytes.iter().all(|b| plain(*b)) && edge(bytes.first()) && edge(bytes.last())
}

//! Quick scans that decide which checks a text needs.

use memchr::memmem;

/// Returns whether the texts of a parse have to be merged.
///
/// The parser splits a text wherever a mark could be. Bare addresses, and marks without effect, can
/// be found only in the whole text.
pub(super) fn needs_whole_texts(markdown: &str) -> bool {
    let bytes = markdown.as_bytes();
    memchr::memchr(b'_', bytes).is_some()
        || has(markdown, "://")
        || memchr::memchr_iter(b'[', bytes).any(|at| bytes.get(at + 1) == Some(&b'^'))
        || memmem::find_iter(bytes, "](").any(|at| is_cut_by_space(&bytes[at + 2..]))
}

/// Returns whether a text contains a mark. In Thai, this is several times faster than
/// `str::contains`.
pub(super) fn has(text: &str, mark: &str) -> bool {
    memmem::find(text.as_bytes(), mark.as_bytes()).is_some()
}

/// The longest link destination that is searched for spaces.
const MAX_DESTINATION: usize = 400;

/// Returns whether the destination of a link contains a space, so that it is not a link:
/// `](a b.pdf)`.
fn is_cut_by_space(rest: &[u8]) -> bool {
    let rest = &rest[..rest.len().min(MAX_DESTINATION)];
    let end = memchr::memchr2(b')', b'\n', rest).unwrap_or(rest.len());
    let destination = &rest[..end];
    destination.contains(&b' ') && destination[0] != b'<' && !destination.contains(&b'"')
}

/// Kinds of characters that occur in a text, found in one pass.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    /// Marks of Markdown, or quotation marks.
    pub needs_check: bool,
    /// A colon, as in every address.
    pub colon: bool,
}

impl Marks {
    /// Scans a text.
    pub(super) fn of(text: &str) -> Self {
        let flags = text.bytes().fold(0_u8, |flags, byte| {
            let is_mark = (byte == b'*')
                | (byte == b'~')
                | (byte == b'_')
                | (byte == b'[')
                | (byte == b']')
                | (byte == b'"')
                | (byte == 0xE2);
            flags | u8::from(is_mark) | (u8::from(byte == b':') << 1)
        });
        Self { needs_check: flags & 1 != 0, colon: flags & 2 != 0 }
    }
}

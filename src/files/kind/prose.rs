//! Tells texts that only speak of a format, such as `%PDF-1.7 is a header`, from files of that format.

use crate::files::kind::content::Content;

/// Returns whether a file that begins like a format is a text that speaks of it, given its first and
/// last bytes.
pub(super) fn is_prose(content: Content, head: &[u8], tail: &[u8]) -> bool {
    if !is_plain(head) || !is_plain(tail) {
        return false;
    }
    let ends_with = |mark: u8| tail.trim_ascii_end().last() == Some(&mark);
    match content {
        Content::Pdf => !has_object(head) && !has_object(tail),
        // A document of this format is one group in braces.
        Content::Rtf => !ends_with(b'}'),
        Content::Xml => !ends_with(b'>'),
        Content::WebPage => !ends_with(b'>') && names_tags(head),
        // All other formats have bytes that are no text.
        _ => true,
    }
}

/// Returns whether bytes have no control characters apart from those of texts.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte >= b' ' && *byte != 0x7F || b"\t\n\x0C\r\x1A".contains(byte))
}

/// Returns whether a line begins an object of a PDF file: `1 0 obj`.
pub(super) fn has_object(bytes: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, b"obj").any(|at| {
        let before = &bytes[at.saturating_sub(30)..at];
        let start = before.iter().rposition(|byte| matches!(byte, b'\n' | b'\r'));
        let line = &before[start.map_or(0, |start| start + 1)..];
        let words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let is_number = |word: &[u8]| word.iter().all(u8::is_ascii_digit);
        words.clone().count() == 2 && words.into_iter().all(is_number)
    })
}

/// Returns whether all tags of a text are only named in it: they contain nothing but their names.
fn names_tags(head: &[u8]) -> bool {
    const ACTIVE: [&[u8]; 5] = [b"<script", b"<iframe", b"<object", b"<embed", b"<style"];
    let lower = head.to_ascii_lowercase();
    let has = |word: &&[u8]| memchr::memmem::find(&lower, word).is_some();
    let is_name = |at: usize| {
        let rest = &lower[at + 1..];
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        rest.get(length) == Some(&b'>')
    };
    !ACTIVE.iter().any(has) && memchr::memchr_iter(b'<', &lower).all(is_name)
}

/// Returns whether a text is JSON, judging by its first value.
pub(super) fn is_json(text: &[u8]) -> bool {
    let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let line = line.trim_ascii();
    match text.first() {
        Some(b'{' | b'[' | b'"') => true,
        Some(b'-' | b'0'..=b'9') => {
            line.iter().all(|byte| byte.is_ascii_digit() || b"-+.eE".contains(byte))
        }
        Some(b't' | b'f' | b'n') => [&b"true"[..], b"false", b"null"].contains(&line),
        _ => false,
    }
}

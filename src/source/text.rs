//! Decodes text files.

use xxhash_rust::xxh3::xxh3_64;

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::source::conflict::conflict_in;
use crate::text::may_stand;

/// The maximum size of a Markdown file, settings file or template, in bytes.
pub const MAX_TEXT: u64 = 2_000_000;

/// The maximum length of a line of text, in bytes: about 10,000 Thai letters. Every diagnostic
/// reads its whole line.
pub const MAX_LINE: usize = 32_000;

/// A fast hash (XXH3, 64 bits) that shows whether a file changed between survey and rendering. It
/// protects against accidents only, and is never published.
pub type Fingerprint = u64;

/// The contents of a text file.
#[derive(Debug)]
pub struct Text {
    /// The text, without a byte order mark.
    pub text: String,
    /// Shows whether a later reading found the same bytes.
    pub fingerprint: Fingerprint,
    /// Size on disk in bytes.
    pub size: u64,
}

impl Text {
    /// Decodes UTF-8. Reports characters that are not allowed in a page, and unresolved
    /// Git conflicts.
    pub fn decode(path: &str, bytes: Vec<u8>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let (fingerprint, size) = (xxh3_64(&bytes), bytes.len() as u64);
        if size > MAX_TEXT {
            let limit = (MAX_TEXT / 1_000_000).to_string();
            let place = Place::file(path);
            diagnostics.push(Diagnostic::error(Code::TooLarge, place).arg("limit", limit));
            return None;
        }
        let mut text = match simdutf8::basic::from_utf8(&bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => {
                let utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
                let help = if utf16 { "help-utf16" } else { "help" };
                let place = first_bad_byte(path, &bytes);
                diagnostics.push(Diagnostic::error(Code::NotUtf8, place).help(help));
                return None;
            }
        };
        if text.starts_with('\u{FEFF}') {
            text.drain(..'\u{FEFF}'.len_utf8());
        }
        if let Some(at) = find_forbidden(&text) {
            let place = Place::of_range(path, &text, at..at + 1);
            let shown = text[at..].chars().next().map_or(0, u32::from);
            diagnostics.push(
                Diagnostic::error(Code::ForbiddenCharacter, place)
                    .arg("character", format!("U+{shown:04X}")),
            );
            return None;
        }
        if let Some(conflict) = conflict_in(path, &text) {
            diagnostics.push(conflict);
            return None;
        }
        if let Some(at) = find_long_line(&text) {
            let place = Place::of_range(path, &text, at..at);
            let limit = MAX_LINE.to_string();
            diagnostics.push(Diagnostic::error(Code::LongLine, place).arg("limit", limit));
            return None;
        }
        Some(Self { text, fingerprint, size })
    }
}

fn first_bad_byte(path: &str, bytes: &[u8]) -> Place {
    let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let before = String::from_utf8_lossy(&bytes[..valid]);
    Place::of_range(path, &before, valid..valid)
}

/// Returns the offset of the first line that is too long.
fn find_long_line(text: &str) -> Option<usize> {
    if text.len() <= MAX_LINE {
        return None;
    }
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    ends.into_iter().find_map(|end| {
        let line = std::mem::replace(&mut start, end + 1);
        (end - line > MAX_LINE).then_some(line)
    })
}

/// Returns the offset of the first control character or noncharacter.
fn find_forbidden(text: &str) -> Option<usize> {
    const FIRST_BYTE_OF_MARKS: u8 = 0xEF;
    let bytes = text.as_bytes();
    let control = |byte: &u8| {
        ((*byte < 0x20) & (*byte != b'\t') & (*byte != b'\n') & (*byte != b'\r')) | (*byte == 0x7F)
    };
    if bytes.iter().fold(false, |is_found, byte| is_found | control(byte)) {
        return bytes.iter().position(control);
    }
    let mut suspects = memchr::memchr_iter(FIRST_BYTE_OF_MARKS, bytes);
    suspects.find(|at| text[*at..].chars().next().is_some_and(|c| !may_stand(c)))
}

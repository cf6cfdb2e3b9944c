//! Finds the files that a text contains as `data:` URLs (RFC 2397), and as base64 in OpenDocument.

use crate::files::markup::push_text;

/// The bytes that end a URL in a text.
const ENDS: &[u8] = b"\"\n\r\t<>";

/// A quotation mark in an attribute, written as a reference.
const QUOTE: &str = "%22";

/// A file contained in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Contained {
    /// The media type, in lower case. It may be empty.
    pub(super) media_type: String,
    /// The bytes of the file.
    pub(super) bytes: Vec<u8>,
}

impl Contained {
    /// Returns a name for the file, by its type. Returns `None` for fonts, which show no text of
    /// their own.
    pub(super) fn name(&self) -> Option<String> {
        let media_type = self.media_type.as_str();
        let kind = match media_type {
            "image/svg+xml" => "svg",
            "application/pdf" => "pdf",
            "text/csv" => "csv",
            "text/html" | "application/xhtml+xml" => "html",
            "application/json" => "json",
            "application/xml" | "text/xml" => "xml",
            "text/plain" | "" => "txt",
            _ if media_type.contains("font") => return None,
            _ if media_type.starts_with("image/") || is_picture(&self.bytes) => "jpeg",
            _ if media_type.starts_with("video/") || media_type.starts_with("audio/") => "mp4",
            _ => return Some("data".to_owned()),
        };
        Some(format!("data.{kind}"))
    }
}

/// Returns whether a file begins like a picture.
fn is_picture(bytes: &[u8]) -> bool {
    let starts = [&b"\xFF\xD8\xFF"[..], b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", b"RIFF"];
    starts.iter().any(|start| bytes.starts_with(start))
}

/// Passes on the files that a text contains. In markup, entities are resolved first.
pub(super) fn contained(text: &str, is_markup: bool, each: &mut dyn FnMut(Contained)) {
    const MARK: &[u8] = b"binary-data>";
    let resolved;
    let text = if is_markup && memchr::memchr(b'&', text.as_bytes()).is_some() {
        resolved = with_references(text);
        &resolved
    } else {
        text
    };
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(found) = memchr::memchr(b':', &bytes[from..]) {
        let colon = from + found;
        from = colon + 1;
        let is_data = colon.checked_sub(4).and_then(|start| bytes.get(start..colon));
        if is_data.is_some_and(|word| word.eq_ignore_ascii_case(b"data"))
            && let Some((file, end)) = url(quoted(text, colon), from)
        {
            from = end;
            each(file);
        }
    }
    for at in memchr::memmem::find_iter(bytes, MARK) {
        let (inside, _) = unpacked(&bytes[at + MARK.len()..]);
        if !inside.is_empty() {
            each(Contained { media_type: "application/octet-stream".to_owned(), bytes: inside });
        }
    }
}

/// Resolves the references of markup. A character that would end a URL does not end an attribute if it
/// is a reference there, and becomes a percent escape.
fn with_references(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let next = memchr::memchr(b'&', &rest.as_bytes()[at + 1..]);
        let end = next.map_or(rest.len(), |next| at + 1 + next);
        let start = out.len();
        push_text(&rest[at..end], &mut out);
        if let Some(byte) = out.as_bytes().get(start).filter(|byte| ENDS.contains(byte)) {
            let escape = format!("%{byte:02X}");
            out.replace_range(start..=start, &escape);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// Returns a text up to the end of the quotation that a URL begins, if it begins one. `colon` is the
/// place of the colon after `data`.
fn quoted(text: &str, colon: usize) -> &str {
    let is_quoted = text.as_bytes()[..colon - 4].ends_with(QUOTE.as_bytes());
    let end = is_quoted.then(|| text[colon..].find(QUOTE)).flatten();
    end.map_or(text, |end| &text[..colon + end])
}

/// Reads a URL after `data:`. Returns the file and where the URL ends.
fn url(text: &str, start: usize) -> Option<(Contained, usize)> {
    /// The maximum length of the type and its parameters.
    const LONGEST: usize = 200;
    let bytes = text.as_bytes();
    let head = &bytes[start..bytes.len().min(start + LONGEST)];
    let comma = memchr::memchr(b',', head)?;
    // JSON may escape the slash.
    let head = std::str::from_utf8(&head[..comma]).ok()?.to_ascii_lowercase().replace('\\', "");
    let is_type = |c: char| c.is_ascii_alphanumeric() || "/+-.=_\"' %".contains(c);
    let mut parts = head.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or("").to_owned();
    if !media_type.chars().all(is_type) {
        return None;
    }
    let is_base64 = parts.any(|part| part == "base64");
    // In prose a comma follows other words: `data: text, numbers`.
    let is_url =
        media_type.contains('/') || (media_type.is_empty() && (is_base64 || head.is_empty()));
    if !is_url || media_type.contains(' ') {
        return None;
    }
    let body = start + comma + 1;
    let (content, length) = if is_base64 {
        unpacked(&bytes[body..])
    } else {
        // What is not escaped is read with the text around it.
        let (content, length) = unescaped(&bytes[body..]);
        (if content.len() < length { content } else { Vec::new() }, length)
    };
    Some((Contained { media_type, bytes: content }, body + length))
}

/// Decodes base64 (RFC 4648, both alphabets) up to what is none. White space, percent escapes and the
/// escapes of JSON are allowed. Returns the bytes and how many were read.
fn unpacked(text: &[u8]) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    let (mut bits, mut count, mut at) = (0_u32, 0, 0);
    while let Some(first) = text.get(at) {
        let (byte, length) = match *first {
            b'%' => match escape(&text[at..]) {
                Some(byte) => (byte, 3),
                None => break,
            },
            b'\\' => match text.get(at + 1) {
                Some(b'/') => (b'/', 2),
                Some(b'n' | b'r' | b't') => (b' ', 2),
                _ => break,
            },
            byte => (byte, 1),
        };
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' | b' ' | b'\t' | b'\n' | b'\r' => {
                at += length;
                continue;
            }
            _ => break,
        };
        at += length;
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xFF).unwrap_or(0));
        }
    }
    (out, at)
}

/// Resolves percent escapes up to the end of a quotation. Returns the bytes and how many were read.
fn unescaped(text: &[u8]) -> (Vec<u8>, usize) {
    let length = text.iter().position(|byte| ENDS.contains(byte)).unwrap_or(text.len());
    let mut rest = &text[..length];
    let mut out = Vec::new();
    while let [first, after @ ..] = rest {
        let escaped = escape(rest);
        out.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &rest[3..] } else { after };
    }
    (out, length)
}

/// Returns the byte of a percent escape.
fn escape(text: &[u8]) -> Option<u8> {
    let digits = text.strip_prefix(b"%")?.get(..2)?;
    let digits = std::str::from_utf8(digits).ok()?;
    u8::from_str_radix(digits, 16).ok()
}

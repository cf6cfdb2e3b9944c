//! HTML as text.

/// The name of the tag that a piece of HTML begins with, in small letters.
pub(super) fn tag_name(html: &str) -> String {
    let inside = html.trim_start_matches(['<', '/']);
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != ':');
    inside[..end.unwrap_or(inside.len())].to_ascii_lowercase()
}

/// Escapes text for HTML and XML, attributes included.
pub(crate) fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    let is_special = |byte: u8| matches!(byte, b'<' | b'>' | b'&' | b'"' | b'\'');
    while let Some(at) = rest.bytes().position(is_special) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'&' => "&amp;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

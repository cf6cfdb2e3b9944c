//! HTML as text: what is escaped, what is let through, what advice goes with what is refused.

/// The name of the tag that a piece of HTML begins with, in small letters.
pub(super) fn tag_name(html: &str) -> String {
    let inside = html.trim_start_matches(['<', '/']);
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != ':');
    inside[..end.unwrap_or(inside.len())].to_ascii_lowercase()
}

/// The advice for a tag.
pub(super) fn html_help(html: &str) -> &'static str {
    match tag_name(html).as_str() {
        "b" | "strong" | "i" | "em" => "help-bold",
        "span" | "p" | "o:p" | "u" | "font" | "div" | "ul" | "ol" | "li" | "center" => "help-paste",
        _ => "help",
    }
}

/// Whether a piece of HTML is nothing but comments.
pub(super) fn is_comments(mut html: &str) -> bool {
    while let Some((_, rest)) = html.strip_prefix("<!--").and_then(|rest| rest.split_once("-->")) {
        html = rest.trim_start();
    }
    html.is_empty()
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

/// Tags and attributes of a piece of HTML that cleaning takes away: `<script>`, `style=`.
pub(super) fn lost_parts(html: &str, may_stay: impl Fn(&str) -> bool) -> Vec<String> {
    let mut lost = Vec::new();
    for tag in html.split('<').skip(1) {
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric() && c != ':').unwrap_or(tag.len());
        let name = tag[..end].to_ascii_lowercase();
        if name.is_empty() {
            continue;
        }
        if !may_stay(&name) {
            lost.push(format!("<{name}>"));
        }
        let inside = tag.split('>').next().unwrap_or(tag).to_ascii_lowercase();
        let attributes = inside.split([' ', '\t', '\n', '"', '\'']).filter_map(|word| {
            let attribute = word.split_once('=')?.0;
            (attribute == "style" || attribute.starts_with("on")).then(|| format!("{attribute}="))
        });
        lost.extend(attributes);
    }
    lost.dedup();
    lost
}

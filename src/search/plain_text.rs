//! The plain text of a rendered body, part by part: what a reader sees, and what stands in for
//! pictures.

/// What stands below a heading, or before the first.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct TextPart {
    /// The id of the heading; empty before the first.
    pub id: String,
    /// The heading.
    pub heading: String,
    /// The text below it, one space between words.
    pub text: String,
}

/// Tags that stand within a word: what is around them is one text.
const INLINE: [&str; 22] = [
    "a", "abbr", "b", "bdi", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q",
    "s", "samp", "small", "span", "strong", "sub", "u", "var",
];

/// Parts a body, as the Markdown renderer writes it, at its headings.
pub(super) fn parts(html: &str) -> Vec<TextPart> {
    let mut reader =
        PlainTextReader { parts: vec![TextPart::default()], in_heading: false, space: false };
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        reader.text(&rest[..at]);
        let end = tag_end(&rest[at..]).map_or(rest.len(), |end| at + end);
        reader.tag(&rest[at + 1..end]);
        rest = rest.get(end + 1..).unwrap_or("");
    }
    reader.text(rest);
    reader.parts.retain(|part| !part.heading.is_empty() || !part.text.is_empty());
    reader.parts
}

/// Where a tag ends: a `>` within quotes does not end it.
pub(crate) fn tag_end(tag: &str) -> Option<usize> {
    let mut quoted = false;
    tag.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b'>' && !quoted
    })
}

struct PlainTextReader {
    parts: Vec<TextPart>,
    in_heading: bool,
    space: bool,
}

impl PlainTextReader {
    fn tag(&mut self, tag: &str) {
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric() && c != '/').unwrap_or(tag.len());
        let name = &tag[..end];
        let bare = name.trim_matches('/');
        self.space |= !INLINE.contains(&bare);
        let is_heading = matches!(bare, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        if is_heading {
            self.in_heading = !name.starts_with('/');
        }
        if is_heading && self.in_heading {
            let id = attribute(tag, "id").map(unescaped).unwrap_or_default();
            self.parts.push(TextPart { id, ..TextPart::default() });
        }
        if bare == "img"
            && let Some(alt) = attribute(tag, "alt")
        {
            self.text(alt);
            self.space = true;
        }
    }

    fn text(&mut self, html: &str) {
        if html.is_empty() {
            return;
        }
        let in_heading = self.in_heading;
        let Some(part) = self.parts.last_mut() else { return };
        let out = if in_heading { &mut part.heading } else { &mut part.text };
        self.space |= html.starts_with(char::is_whitespace);
        let text = unescaped(html);
        for word in text.split_whitespace() {
            // The way back from a footnote is a sign to press, not a text.
            if word.starts_with('↩') {
                continue;
            }
            if std::mem::replace(&mut self.space, true) && !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
        if !text.trim().is_empty() {
            self.space = text.ends_with(char::is_whitespace);
        }
    }
}

/// The value of an attribute, still escaped.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mut pieces = tag.split('"');
    while let (Some(before), Some(value)) = (pieces.next(), pieces.next()) {
        let key = before.trim_end_matches('=');
        if key.rsplit(|c: char| c.is_whitespace()).next() == Some(name) {
            return Some(value);
        }
    }
    None
}

/// Text without the escapes that the renderer and the cleaner write.
pub(crate) fn unescaped(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&amp;", "&"),
            ("&quot;", "\""),
            ("&#39;", "'"),
            ("&#x27;", "'"),
            ("&nbsp;", "\u{A0}"),
        ];
        let (escape, c) =
            known.into_iter().find(|(escape, _)| rest.starts_with(escape)).unwrap_or(("&", "&"));
        text.push_str(c);
        rest = &rest[escape.len()..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole_and_cells_apart() {
        let html = "<p>หอ<strong>กระจาย</strong>ข่าว &amp; 5 &lt; 6<br>\nb</p>\n\
            <h2 id=\"a&quot;b\">ข้อ <em>1</em></h2>\n<table><tr><td>x</td><td>y</td></tr></table>\
            <p><img src=\"p.png\" alt=\"ป้าย > ใหม่\">จบ <a href=\"#fn\">↩</a></p>";
        let part = |id: &str, heading: &str, text: &str| TextPart {
            id: id.to_owned(),
            heading: heading.to_owned(),
            text: text.to_owned(),
        };
        let wanted =
            [part("", "", "หอกระจายข่าว & 5 < 6 b"), part("a\"b", "ข้อ 1", "x y ป้าย > ใหม่ จบ")];
        assert_eq!(parts(html), wanted);
    }
}

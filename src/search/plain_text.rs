//! Extracts the plain text of a rendered body, one part per heading. Images count with their
//! alternative text.

use crate::markdown::{HtmlTag, HtmlToken, html_tokens, unescape};

/// The text below a heading, or before the first one.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct TextPart {
    /// The id of the heading. Empty before the first heading.
    pub id: String,
    /// The text of the heading.
    pub heading: String,
    /// The text below the heading, with one space between words.
    pub text: String,
}

/// Tags that do not separate words.
const INLINE: [&str; 22] = [
    "a", "abbr", "b", "bdi", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q",
    "s", "samp", "small", "span", "strong", "sub", "u", "var",
];

/// Splits a body, as the Markdown renderer writes it, at its headings.
pub(super) fn text_parts(html: &str) -> Vec<TextPart> {
    let mut reader =
        PlainTextReader { parts: vec![TextPart::default()], in_heading: false, needs_space: false };
    for token in html_tokens(html) {
        match token {
            HtmlToken::Text(text) => reader.text(text),
            HtmlToken::Tag(tag) => reader.tag(tag),
        }
    }
    reader.parts.retain(|part| !part.heading.is_empty() || !part.text.is_empty());
    reader.parts
}

struct PlainTextReader {
    parts: Vec<TextPart>,
    in_heading: bool,
    /// Whether a space comes before the next word.
    needs_space: bool,
}

impl PlainTextReader {
    fn tag(&mut self, tag: HtmlTag) {
        let name = tag.name();
        self.needs_space |= !INLINE.contains(&name);
        let is_heading = matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        if is_heading {
            self.in_heading = !tag.is_closing();
        }
        if is_heading && self.in_heading {
            let id = tag.attribute("id").map(unescape).unwrap_or_default();
            self.parts.push(TextPart { id, ..TextPart::default() });
        }
        if name == "img"
            && let Some(alt) = tag.attribute("alt")
        {
            self.text(alt);
            self.needs_space = true;
        }
    }

    fn text(&mut self, html: &str) {
        if html.is_empty() {
            return;
        }
        let in_heading = self.in_heading;
        let Some(part) = self.parts.last_mut() else { return };
        let out = if in_heading { &mut part.heading } else { &mut part.text };
        self.needs_space |= html.starts_with(char::is_whitespace);
        let text = unescape(html);
        for word in text.split_whitespace() {
            // The link back from a footnote is a symbol, not text.
            if word.starts_with('↩') {
                continue;
            }
            if std::mem::replace(&mut self.needs_space, true) && !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
        if !text.trim().is_empty() {
            self.needs_space = text.ends_with(char::is_whitespace);
        }
    }
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
        assert_eq!(text_parts(html), wanted);
    }
}

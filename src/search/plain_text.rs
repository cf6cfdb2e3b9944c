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

/// Marks of what a table from a file has around it: how many rows are shown, and links to downloads.
const TABLE_HOOKS: [&str; 3] = ["table-filter", "table-rows", "table-files"];

/// Splits a body, as the Markdown renderer writes it, at its headings.
pub(super) fn text_parts(html: &str) -> Vec<TextPart> {
    let mut reader =
        PlainTextReader { parts: vec![TextPart::default()], ..PlainTextReader::default() };
    for token in html_tokens(html) {
        match token {
            HtmlToken::Text(text) => reader.text(text),
            HtmlToken::Tag(tag) => reader.tag(tag),
        }
    }
    reader.parts.retain(|part| !part.heading.is_empty() || !part.text.is_empty());
    reader.parts
}

#[derive(Default)]
struct PlainTextReader<'h> {
    parts: Vec<TextPart>,
    in_heading: bool,
    /// Whether a space comes before the next word.
    needs_space: bool,
    /// The name of the open element whose text does not count, and how many of its name are open.
    skipped: Option<(&'h str, usize)>,
}

impl<'h> PlainTextReader<'h> {
    fn tag(&mut self, tag: HtmlTag<'h>) {
        let name = tag.name();
        if let Some((skipped, depth)) = &mut self.skipped {
            if name == *skipped {
                *depth = if tag.is_closing() { *depth - 1 } else { *depth + 1 };
            }
            if *depth == 0 {
                self.skipped = None;
            }
            return;
        }
        if is_no_text(tag) {
            self.skipped = Some((name, 1));
        }
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
        if html.is_empty() || self.skipped.is_some() {
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

/// Returns whether what an element contains is on the page as other text, or is the same for every table: a chart
/// says what its table says.
fn is_no_text(tag: HtmlTag) -> bool {
    let hook = tag.attribute("data-prakat");
    tag.name() == "svg" || hook.is_some_and(|hook| TABLE_HOOKS.contains(&hook))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_and_downloads_are_no_text() {
        let html = "<p>ก</p><svg><title>ข</title><svg><text>ค</text></svg><text>ง</text></svg>\
            <p data-prakat=\"table-files\">จ <a href=\"x\">CSV</a></p><p>ฉ</p>";
        assert_eq!(text_parts(html)[0].text, "ก ฉ");
    }

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

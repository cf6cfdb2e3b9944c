//! HTML as text: escaping, and a small tokenizer that everything that reads HTML shares.
//!
//! The tokenizer is for HTML that the renderer wrote, and for a quick look at raw HTML before it is
//! cleaned. It knows quoted attribute values and comments, not the whole grammar of a browser.

/// A piece of HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HtmlToken<'h> {
    /// Text, still escaped.
    Text(&'h str),
    /// An opening or closing tag. Comments and declarations are tags without a name.
    Tag(HtmlTag<'h>),
}

/// A tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HtmlTag<'h> {
    /// The tag as written, without `<` and `>`.
    pub source: &'h str,
}

/// Splits HTML into texts and tags. Empty texts are left out. A tag without an end takes the rest. As in
/// browsers, `<` is text unless a letter, `/`, `!` or `?` follows (HTML, section 13.2.5.6).
pub(crate) fn html_tokens(html: &str) -> impl Iterator<Item = HtmlToken<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        let start = tag_start(rest.as_bytes()).unwrap_or(rest.len());
        if start > 0 {
            let (text, after) = rest.split_at(start);
            rest = after;
            return Some(HtmlToken::Text(text));
        }
        let tag = HtmlTag::read(rest)?;
        rest = rest.get(tag.source.len() + 2..).unwrap_or("");
        Some(HtmlToken::Tag(tag))
    })
}

impl<'h> HtmlTag<'h> {
    /// Reads the tag that some HTML begins with. Returns `None` if it does not begin with `<`.
    pub(crate) fn read(html: &'h str) -> Option<Self> {
        let inside = html.strip_prefix('<')?;
        let end = if inside.starts_with("!--") {
            inside.find("-->").map(|at| at + "--".len())
        } else {
            tag_end(inside.as_bytes())
        };
        Some(Self { source: &inside[..end.unwrap_or(inside.len())] })
    }

    /// Returns whether it is a closing tag.
    pub(crate) fn is_closing(self) -> bool {
        self.source.starts_with('/')
    }

    /// Returns its name as written.
    pub(crate) fn name(self) -> &'h str {
        let inside = self.source.trim_start_matches('/');
        let end = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != ':');
        &inside[..end.unwrap_or(inside.len())]
    }

    /// Returns its attributes as written: names, and values that are still escaped.
    pub(super) fn attributes(self) -> impl Iterator<Item = (&'h str, Option<&'h str>)> {
        let slashes = self.source.len() - self.source.trim_start_matches('/').len();
        let mut rest = &self.source[slashes + self.name().len()..];
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            // An equals sign at the start belongs to the name (HTML, section 13.2.5.32).
            let first = rest.chars().next()?.len_utf8();
            let ends_name = |c: char| c.is_whitespace() || matches!(c, '=' | '/');
            let end = rest[first..].find(ends_name).map_or(rest.len(), |at| first + at);
            let (name, after) = rest.split_at(end);
            rest = after;
            let Some(value) = after.trim_start().strip_prefix('=') else {
                return Some((name, None));
            };
            let value = value.trim_start();
            let quoted = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (value, after) = match quoted {
                Some(quote) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
                None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
            };
            rest = after;
            Some((name, Some(value)))
        })
    }

    /// Returns the value of an attribute, still escaped.
    pub(crate) fn attribute(self, name: &str) -> Option<&'h str> {
        self.attributes().find(|(other, _)| *other == name)?.1
    }
}

/// Finds the `<` that begins a tag.
fn tag_start(html: &[u8]) -> Option<usize> {
    let begins = |at: &usize| {
        html.get(at + 1).is_some_and(|b| b.is_ascii_alphabetic() || b"/!?".contains(b))
    };
    memchr::memchr_iter(b'<', html).find(begins)
}

/// Finds the `>` that ends a tag. One within quotes does not.
pub(crate) fn tag_end(html: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        match html.get(at)? {
            b'>' => return Some(at),
            quote @ (b'"' | b'\'') => at += memchr::memchr(*quote, &html[at + 1..])? + 2,
            _ => at += 1,
        }
    }
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

/// Replaces the escapes that the renderer and the cleaner write by their characters.
pub(crate) fn unescape(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let escapes = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&amp;", "&"),
            ("&quot;", "\""),
            ("&#39;", "'"),
            ("&#x27;", "'"),
            ("&nbsp;", "\u{A0}"),
        ];
        let escape = escapes.into_iter().find(|(escape, _)| rest.starts_with(escape));
        let (escape, character) = escape.unwrap_or(("&", "&"));
        text.push_str(character);
        rest = &rest[escape.len()..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tags(html: &str) -> Vec<&str> {
        let tags = html_tokens(html).filter_map(|token| match token {
            HtmlToken::Tag(tag) => Some(tag.source),
            HtmlToken::Text(_) => None,
        });
        tags.collect()
    }

    #[test]
    fn quotes_and_comments_hide_the_ends_of_tags() {
        assert_eq!(tags("a<b>c</b><br/>"), ["b", "/b", "br/"]);
        assert_eq!(tags("<a title=\"x > it's\">y"), ["a title=\"x > it's\""]);
        assert_eq!(tags("<!-- it's <b> --><i>"), ["!-- it's <b> --", "i"]);
        assert_eq!(tags("<b <i"), ["b <i"]);
        assert_eq!(tags("a <- b <= c <100> <b> <"), ["b"]);
    }

    #[test]
    fn attributes_are_read_as_written() {
        let tag = HtmlTag::read("<img src=a.png alt = 'x y' title=\"\" hidden/>").unwrap();
        let attributes: Vec<_> = tag.attributes().collect();
        let wanted =
            [("src", Some("a.png")), ("alt", Some("x y")), ("title", Some("")), ("hidden", None)];
        assert_eq!((tag.name(), attributes), ("img", wanted.to_vec()));
        let closing = HtmlTag::read("</o:p >").unwrap();
        assert!(closing.is_closing() && closing.name() == "o:p");
        assert_eq!(closing.attributes().next(), None);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(html in "([<>\"'=/ aก&-]|<!--|-->|<a x=\"){0,30}") {
            let mut out = String::new();
            for token in html_tokens(&html) {
                match token {
                    HtmlToken::Text(text) => out.push_str(text),
                    HtmlToken::Tag(tag) => {
                        let _ = tag.attributes().count();
                        out.push_str(&format!("<{}>", tag.source));
                    }
                }
            }
            prop_assert_eq!(out.strip_suffix('>').filter(|_| out.len() > html.len()).unwrap_or(&out), &html);
        }

        #[test]
        fn escapes_are_taken_back(text in ".{0,30}") {
            let mut escaped = String::new();
            escape(&text, &mut escaped);
            prop_assert_eq!(unescape(&escaped), text);
        }
    }
}

//! Splits XML and HTML into tokens, and resolves entities.
//!
//! The source is read in one pass and need not be well-formed.

/// A token of XML or HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// Text between tags, with unresolved entities.
    Text(&'t str),
    /// A tag.
    Tag {
        /// The name, without prefix.
        name: &'t str,
        /// The text after the name.
        attributes: &'t str,
        /// `</name>`.
        is_end: bool,
        /// `<name/>`.
        is_empty: bool,
    },
    /// A comment, a declaration or an instruction.
    Remark(&'t str),
}

/// Splits XML or HTML into tokens.
#[derive(Debug)]
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tokens<'t> {
    /// Creates a tokenizer for a text.
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// Returns the text up to a delimiter and skips the delimiter. Returns the rest if there is
    /// none.
    fn up_to(&mut self, mark: &str) -> &'t str {
        let rest = &self.text[self.at..];
        let found = memchr::memmem::find(rest.as_bytes(), mark.as_bytes());
        let (piece, next) = found.map_or((rest, rest.len()), |at| (&rest[..at], at + mark.len()));
        self.at += next;
        piece
    }

    /// Returns the rest of a tag. A `>` in quotation marks does not end it.
    fn tag(&mut self) -> &'t str {
        let rest = &self.text.as_bytes()[self.at..];
        let mut from = 0;
        while let Some(at) = memchr::memchr3(b'>', b'"', b'\'', &rest[from..]).map(|at| from + at) {
            if rest[at] == b'>' {
                break;
            }
            // A quotation mark that is never closed has no meaning.
            match memchr::memchr2(rest[at], b'<', &rest[at + 1..]) {
                Some(end) if rest[at + 1 + end] == rest[at] => from = at + end + 2,
                _ => break,
            }
        }
        self.up_to_from(from)
    }

    fn up_to_from(&mut self, from: usize) -> &'t str {
        let start = self.at;
        self.at += from;
        self.up_to(">");
        let end = self.at - usize::from(self.text[start..self.at].ends_with('>'));
        &self.text[start..end]
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        let rest = &self.text[self.at..];
        let first = *rest.as_bytes().first()?;
        let is_mark = |next: &u8| next.is_ascii_alphabetic() || b"/!?_".contains(next);
        if first != b'<' || !rest.as_bytes().get(1).is_some_and(is_mark) {
            let end = memchr::memchr(b'<', &rest.as_bytes()[1..]).map_or(rest.len(), |at| at + 1);
            self.at += end;
            return Some(Token::Text(&rest[..end]));
        }
        for (start, end) in [("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>")] {
            if rest.starts_with(start) {
                self.at += start.len();
                let inside = self.up_to(end);
                let is_text = start == "<![CDATA[";
                return Some(if is_text { Token::Text(inside) } else { Token::Remark(inside) });
            }
        }
        self.at += 1;
        if rest.starts_with("<!") {
            return Some(Token::Remark(self.tag()));
        }
        let is_end = rest.starts_with("</");
        self.at += usize::from(is_end);
        let tag = self.tag();
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let is_space = |c: char| c.is_whitespace() || c == '/';
        let name_ends = tag.find(is_space).unwrap_or(tag.len());
        let (name, attributes) = tag.split_at(name_ends);
        let name = name.rsplit_once(':').map_or(name, |(_, name)| name);
        Some(Token::Tag { name, attributes, is_end, is_empty })
    }
}

/// Returns the value of an attribute, by its name without prefix.
pub(super) fn attribute<'t>(attributes: &'t str, wanted: &str) -> Option<&'t str> {
    let mut rest = attributes;
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| *c == '"' || *c == '\'')?;
        let (value, next) = after[1..].split_once(quote)?;
        let name = name.trim();
        if name.rsplit_once(':').map_or(name, |(_, name)| name) == wanted {
            return Some(value);
        }
        rest = next;
    }
    None
}

/// Appends a text with its entities resolved.
pub(super) fn push_text(text: &str, out: &mut String) {
    const LONGEST: usize = 12;
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let name = rest.as_bytes().iter().skip(1).take(LONGEST);
        let len = name.take_while(|b| b.is_ascii_alphanumeric() || **b == b'#').count();
        let name = &rest[1..=len];
        match entity(name) {
            Some(c) => {
                out.push(c);
                rest = &rest[1 + len..];
                rest = rest.strip_prefix(';').unwrap_or(rest);
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let number = match number.strip_prefix(['x', 'X']) {
            Some(number) => u32::from_str_radix(number, 16),
            None => number.parse(),
        };
        return number.ok().and_then(char::from_u32);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" | "ensp" | "emsp" | "thinsp" => '\u{A0}',
        "ndash" | "mdash" | "minus" | "hyphen" | "dash" => '-',
        "shy" | "zwnj" | "zwj" => '\u{200B}',
        _ => return None,
    })
}

//! Extracts the text of XML and HTML as a reader sees it. Tags inside a line are removed, so that a
//! number stays in one piece. All other tags end a line. Attributes and comments become lines of
//! their own.
//!
//! The source is read in one pass and need not be well-formed. Nothing is left out.

use crate::text::has_long_number;

/// Tags that do not end a line, by their name without prefix.
const INLINE: [&str; 59] = [
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "big",
    "cite",
    "code",
    "del",
    "em",
    "font",
    "i",
    "ins",
    "kbd",
    "mark",
    "q",
    "r",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "t",
    "tspan",
    "tt",
    "u",
    "var",
    "wbr",
    "textpath",
    "ruby",
    "rt",
    "fld",
    "hyperlink",
    "smarttag",
    "sdt",
    "sdtcontent",
    "fldsimple",
    "prooferr",
    "bookmarkstart",
    "bookmarkend",
    "permstart",
    "permend",
    "commentrangestart",
    "commentrangeend",
    "lastrenderedpagebreak",
    "softhyphen",
    "bookmark",
    "bookmark-start",
    "bookmark-end",
    "soft-page-break",
    "reference-mark",
    "reference-mark-start",
    "reference-mark-end",
    "change",
    "change-start",
    "change-end",
];

/// Elements whose contents only describe the appearance of text.
const LOOKS: [&str; 3] = ["rpr", "endpararpr", "rph"];

/// The maximum length of a tag's name.
const MAX_NAME: usize = 40;

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

/// Passes on the lines of XML or HTML, each with the number of the source line on which it ends.
pub(super) fn lines(source: &str, each: &mut dyn FnMut(&str, usize)) {
    let mut line = String::new();
    let mut number = 1;
    let mut looks = 0_usize;
    for token in Tokens::new(source) {
        let without_shapes;
        let mut aside = match token {
            Token::Text(text) => {
                let mut pieces = text.split('\n');
                push_text(pieces.next().unwrap_or(""), &mut line);
                for piece in pieces {
                    hand_on(&mut line, number, each);
                    number += 1;
                    push_text(piece, &mut line);
                }
                continue;
            }
            Token::Remark(remark) => remark,
            Token::Tag { name, attributes, is_end, is_empty } => {
                let name: String = name.chars().take(MAX_NAME).collect();
                let name = name.to_ascii_lowercase();
                if LOOKS.contains(&name.as_str()) {
                    looks = if is_end {
                        looks.saturating_sub(1)
                    } else {
                        looks + usize::from(!is_empty)
                    };
                } else if name == "nobreakhyphen" {
                    line.push('-');
                } else if looks == 0 && !INLINE.contains(&name.as_str()) {
                    hand_on(&mut line, number, each);
                }
                attributes
            }
        };
        let ends = memchr::memchr_iter(b'\n', aside.as_bytes()).count();
        if has_long_number(aside) {
            without_shapes = without_numbers_of_shapes(aside);
            aside = &without_shapes;
        }
        if has_long_number(aside) || aside.contains('&') {
            let mut text = String::new();
            push_text(aside, &mut text);
            each(&text, number);
        }
        number += ends;
    }
    hand_on(&mut line, number, each);
}

/// The attributes of a tag without those that draw a shape: their numbers are no text.
fn without_numbers_of_shapes(attributes: &str) -> String {
    let mut out = String::with_capacity(attributes.len());
    let mut rest = attributes;
    while let Some((name, after)) = rest.split_once('=') {
        let value = after.trim_start();
        let quote = value.chars().next().filter(|c| *c == '"' || *c == '\'');
        let parts = quote.and_then(|quote| value[1..].split_once(quote));
        let Some((value, next)) = parts else { break };
        if draws(name.trim(), value) {
            out.push_str(name);
        } else {
            out.push_str(&rest[..rest.len() - next.len()]);
        }
        rest = next;
    }
    out.push_str(rest);
    out
}

/// Returns whether an attribute draws a shape: its name and its value both say so.
fn draws(name: &str, value: &str) -> bool {
    const CHANGES: [&str; 5] = ["matrix", "translate", "scale", "rotate", "skew"];
    let value = value.trim();
    let consists_of = |signs: &str| {
        let is_sign = |c: char| c.is_ascii_digit() || c.is_ascii_whitespace() || signs.contains(c);
        value.chars().all(is_sign)
    };
    match name {
        "d" => value.starts_with(['M', 'm']) && consists_of(",.+-eEMmLlHhVvCcSsQqTtAaZz"),
        "viewBox" => consists_of(",.+-"),
        // At least one point with a fraction or a comma: a single number may be one of a person.
        "points" => value.contains([',', '.']) && consists_of(",.+-eE"),
        "transform" | "gradientTransform" | "patternTransform" => {
            CHANGES.iter().any(|change| value.starts_with(change)) && value.ends_with(')')
        }
        _ => false,
    }
}

fn hand_on(line: &mut String, number: usize, each: &mut dyn FnMut(&str, usize)) {
    if !line.is_empty() {
        each(line, number);
        line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Vec<String> {
        let mut found = Vec::new();
        lines(source, &mut |line, _| found.push(line.to_owned()));
        found
    }

    #[test]
    fn numbers_are_in_one_piece() {
        let word = "<w:p><w:r><w:rPr><w:b/><w:sz w:val=\"20\"/></w:rPr><w:t>1-2001</w:t></w:r>\
                    <w:proofErr w:type=\"x\"/><w:r><w:rPr/><w:t>-00412</w:t></w:r></w:p><w:p><w:t>7</w:t></w:p>";
        assert_eq!(read(word), ["1-2001-00412", "7"]);
        assert_eq!(read("<a>1</a><id>2</id><id>3</id>"), ["1", "2", "3"]);
        assert_eq!(
            read("a&#49;2&nbsp;3<br/>4 <!-- 123456789 --> < 5"),
            ["a12\u{A0}3", " 123456789 ", "4  < 5"]
        );
        assert_eq!(read("<x note=\"tel > 0812345678\">ก</x>"), [" note=\"tel > 0812345678\"", "ก"]);
        assert_eq!(attribute(" r:id='a' name = \"b>\"", "name"), Some("b>"));
        assert_eq!(attribute(" r:id='a' name = \"b>\"", "id"), Some("a"));
    }

    #[test]
    fn whatever_is_wrong_is_read_in_time() {
        for unit in ["<", "<a", "<a \"", "<a '>", "<!--", "<![CDATA[", "&", "&#", "<?", "<a=\"<"] {
            let mut count = 0;
            lines(&unit.repeat(400_000 / unit.len()), &mut |line, _| count += line.len());
            assert!(count < 2_000_000, "{unit}");
        }
    }
}

//! Extracts the text of XML and HTML as a reader sees it. Tags inside a line are removed, so that a
//! number stays in one piece. All other tags end a line. Attributes and comments become lines of
//! their own.
//!
//! In office documents, no tag ends a line inside a paragraph, apart from those that a reader sees as
//! an end: notes, remarks and drawings are read separately. A document with tracked changes is read as
//! it was, as it is and with both.
//!
//! The source need not be well-formed. Nothing is left out.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use xxhash_rust::xxh3::xxh3_64;

use crate::files::markup::{Token, Tokens, attribute, push_text};
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

/// Tags that end a line inside a paragraph of an office document.
const BREAKS: [&str; 13] = [
    "br",
    "cr",
    "tab",
    "ptab",
    "line-break",
    "tbl",
    "tr",
    "tc",
    "table",
    "table-row",
    "table-cell",
    "list",
    "list-item",
];

/// Elements that are anchored in a paragraph but are not part of its text.
const ASIDES: [&str; 8] =
    ["annotation", "note", "drawing", "pict", "object", "alternatecontent", "frame", "comment"];

/// The maximum nesting of such elements.
const MAX_ASIDES: usize = 32;

/// Words in the source of a document with tracked changes or codes of fields.
const CHANGES: [&str; 9] = [
    ":moveFrom",
    ":moveTo",
    ":ins ",
    ":del ",
    "delText",
    "instrText",
    "tracked-changes",
    "<del",
    "<ins",
];

/// The kind of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Any XML or HTML.
    Any,
    /// A part of an office document.
    Office,
}

impl Dialect {
    /// Detects the kind of a source by the namespaces at its beginning.
    pub(super) fn of(source: &str) -> Self {
        const HEAD: usize = 8_000;
        let head = &source.as_bytes()[..source.len().min(HEAD)];
        let has = |word: &str| memchr::memmem::find(head, word.as_bytes()).is_some();
        let is_office = has("opendocument:xmlns") || has("openxmlformats") || has("wordml");
        if is_office { Self::Office } else { Self::Any }
    }
}

/// Which of the tracked changes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    /// What was deleted, and what was inserted.
    All,
    /// The text as it is.
    Final,
    /// The text as it was.
    Original,
}

impl View {
    /// Returns whether the text in an element is not shown.
    fn skips(self, name: &str) -> bool {
        let is_deleted = ["del", "movefrom", "deltext"].contains(&name);
        let is_inserted = ["ins", "moveto"].contains(&name);
        let is_code = ["instrtext", "delinstrtext"].contains(&name);
        match self {
            Self::All => false,
            Self::Final => is_deleted || is_code,
            Self::Original => is_inserted || is_code,
        }
    }
}

/// Passes on the lines of XML or HTML, each with the number of the source line on which it ends.
pub(super) fn lines(source: &str, dialect: Dialect, each: &mut dyn FnMut(&str, usize)) {
    let has = |word: &&str| memchr::memmem::find(source.as_bytes(), word.as_bytes()).is_some();
    if !CHANGES.iter().any(has) {
        return Lines::new(dialect, View::All).read(source, each);
    }
    let mut reported = BTreeSet::new();
    Lines::new(dialect, View::All).read(source, &mut |line, number| {
        if has_long_number(line) {
            reported.insert(xxh3_64(line.as_bytes()));
        }
        each(line, number);
    });
    for view in [View::Final, View::Original] {
        let mut lines = Lines::new(dialect, view);
        if view == View::Original {
            lines.changes = Changes::of(source);
        }
        lines.read(source, &mut |line, number| {
            if has_long_number(line) && reported.insert(xxh3_64(line.as_bytes())) {
                each(line, number);
            }
        });
    }
}

/// The tracked changes of an OpenDocument text, by their ids.
#[derive(Debug, Default)]
struct Changes<'s> {
    deleted: BTreeMap<&'s str, String>,
    inserted: BTreeSet<&'s str>,
}

impl<'s> Changes<'s> {
    fn of(source: &'s str) -> Self {
        let mut changes = Self::default();
        let (mut region, mut is_deletion, mut is_info) = ("", false, false);
        for token in Tokens::new(source) {
            match token {
                Token::Tag { name: "tracked-changes", is_end: true, .. } => break,
                Token::Tag { name: "changed-region", attributes, is_end: false, .. } => {
                    region = attribute(attributes, "id").unwrap_or("");
                }
                Token::Tag { name: "deletion", is_end, .. } => is_deletion = !is_end,
                Token::Tag { name: "change-info", is_end, .. } => is_info = !is_end,
                Token::Tag { name: "insertion", is_end: false, .. } => {
                    changes.inserted.insert(region);
                }
                Token::Text(text) if is_deletion && !is_info && !text.trim().is_empty() => {
                    push_text(text, changes.deleted.entry(region).or_default());
                }
                _ => {}
            }
        }
        changes
    }
}

/// Reads the lines of a source.
struct Lines<'s> {
    dialect: Dialect,
    view: View,
    changes: Changes<'s>,
    line: String,
    number: usize,
    /// How many elements are open that describe the appearance, are paragraphs, or are not shown.
    looks: usize,
    paragraphs: usize,
    skipped: usize,
    /// The lines around the elements that are read separately, and how many are open beyond the limit.
    around: Vec<(String, usize)>,
    deeper: usize,
}

impl<'s> Lines<'s> {
    fn new(dialect: Dialect, view: View) -> Self {
        Self {
            dialect,
            view,
            changes: Changes::default(),
            line: String::new(),
            number: 1,
            looks: 0,
            paragraphs: 0,
            skipped: 0,
            around: Vec::new(),
            deeper: 0,
        }
    }

    fn read(mut self, source: &'s str, each: &mut dyn FnMut(&str, usize)) {
        for token in Tokens::new(source) {
            let aside = match token {
                Token::Text(text) => {
                    self.text(text, each);
                    continue;
                }
                Token::Remark(remark) => {
                    if self.view == View::All {
                        tell_aside(&without_drawn_tags(remark), self.number, each);
                    }
                    self.number += memchr::memchr_iter(b'\n', remark.as_bytes()).count();
                    continue;
                }
                Token::Tag { name, attributes, is_end, is_empty } => {
                    let name: String = name.chars().take(MAX_NAME).collect();
                    let name = name.to_ascii_lowercase();
                    self.tag(&name, attributes, is_end, is_empty, each);
                    attributes
                }
            };
            if self.view == View::All {
                tell_aside(&without_numbers_of_shapes(aside), self.number, each);
            }
            self.number += memchr::memchr_iter(b'\n', aside.as_bytes()).count();
        }
        self.hand_on(each);
        while let Some((line, _)) = self.around.pop() {
            self.line = line;
            self.hand_on(each);
        }
    }

    fn is_in_paragraph(&self) -> bool {
        self.dialect == Dialect::Office && self.paragraphs > 0
    }

    fn text(&mut self, text: &str, each: &mut dyn FnMut(&str, usize)) {
        if self.is_in_paragraph() {
            // Line ends are only the layout of the source.
            let ends = memchr::memchr_iter(b'\n', text.as_bytes()).count();
            self.number += ends;
            if self.skipped == 0 && (ends == 0 || !text.trim().is_empty()) {
                push_text(&text.replace(['\n', '\r'], " "), &mut self.line);
            }
            return;
        }
        let mut pieces = text.split('\n');
        let first = pieces.next().unwrap_or("");
        self.piece(first);
        for piece in pieces {
            self.hand_on(each);
            self.number += 1;
            self.piece(piece);
        }
    }

    fn piece(&mut self, piece: &str) {
        if self.skipped == 0 {
            push_text(piece, &mut self.line);
        }
    }

    fn tag(
        &mut self,
        name: &str,
        attributes: &'s str,
        is_end: bool,
        is_empty: bool,
        each: &mut dyn FnMut(&str, usize),
    ) {
        if LOOKS.contains(&name) {
            count(&mut self.looks, is_end, is_empty);
        } else if name == "nobreakhyphen" {
            self.line.push('-');
        } else if self.dialect == Dialect::Office && self.looks == 0 {
            self.office_tag(name, attributes, is_end, is_empty, each);
        } else if self.looks == 0 && !INLINE.contains(&name) {
            self.hand_on(each);
        }
        if self.view.skips(name) {
            count(&mut self.skipped, is_end, is_empty);
        }
    }

    fn office_tag(
        &mut self,
        name: &str,
        attributes: &'s str,
        is_end: bool,
        is_empty: bool,
        each: &mut dyn FnMut(&str, usize),
    ) {
        match name {
            "sym" if self.skipped == 0 => self.line.extend(symbol(attributes)),
            "s" if is_empty => self.line.push(' '),
            "change" | "change-start" | "change-end" => self.change(name, attributes),
            "p" | "h" => {
                self.hand_on(each);
                count(&mut self.paragraphs, is_end, is_empty);
            }
            _ if ASIDES.contains(&name) && !is_empty => self.aside(is_end, each),
            _ if self.is_in_paragraph() && !BREAKS.contains(&name) => {}
            _ if self.is_in_paragraph() || !INLINE.contains(&name) => self.hand_on(each),
            _ => {}
        }
    }

    /// Begins or ends an element that is read separately.
    fn aside(&mut self, is_end: bool, each: &mut dyn FnMut(&str, usize)) {
        if !is_end && self.around.len() < MAX_ASIDES {
            self.around.push((std::mem::take(&mut self.line), self.paragraphs));
            self.paragraphs = 0;
            return;
        }
        self.hand_on(each);
        if !is_end {
            self.deeper += 1;
        } else if self.deeper > 0 {
            self.deeper -= 1;
        } else if let Some(around) = self.around.pop() {
            (self.line, self.paragraphs) = around;
        }
    }

    /// Applies a mark of a tracked change.
    fn change(&mut self, name: &str, attributes: &'s str) {
        let Some(id) = attribute(attributes, "change-id") else { return };
        if name == "change" {
            self.line.extend(self.changes.deleted.remove(id));
        } else if self.changes.inserted.contains(id) {
            count(&mut self.skipped, name == "change-end", false);
        }
    }

    fn hand_on(&mut self, each: &mut dyn FnMut(&str, usize)) {
        if !self.line.is_empty() {
            each(&self.line, self.number);
            self.line.clear();
        }
    }
}

/// Counts an element that begins or ends.
fn count(open: &mut usize, is_end: bool, is_empty: bool) {
    *open = if is_end { open.saturating_sub(1) } else { *open + usize::from(!is_empty) };
}

/// Returns the character of a symbol. Fonts of symbols have ASCII in the private area.
fn symbol(attributes: &str) -> Option<char> {
    const PRIVATE: u32 = 0xF000;
    let code = u32::from_str_radix(attribute(attributes, "char")?, 16).ok()?;
    let is_moved = (PRIVATE..PRIVATE + 0x100).contains(&code);
    char::from_u32(if is_moved { code - PRIVATE } else { code }).filter(|c| !c.is_control())
}

/// Passes on the text of attributes or of a comment.
fn tell_aside(aside: &str, number: usize, each: &mut dyn FnMut(&str, usize)) {
    if has_long_number(aside) || aside.contains('&') {
        let mut text = String::new();
        push_text(aside, &mut text);
        each(&text, number);
    }
}

/// Returns a comment without what draws shapes in the tags that it contains.
fn without_drawn_tags(remark: &str) -> Cow<'_, str> {
    if !remark.contains('<') {
        return Cow::Borrowed(remark);
    }
    let mut out = String::with_capacity(remark.len());
    for token in Tokens::new(remark) {
        match token {
            Token::Text(text) | Token::Remark(text) => out.push_str(text),
            Token::Tag { name, attributes, .. } => {
                out.extend(["<", name, &without_numbers_of_shapes(attributes), ">"]);
            }
        }
    }
    Cow::Owned(out)
}

/// The attributes of a tag without those that draw a shape: their numbers are no text.
fn without_numbers_of_shapes(attributes: &str) -> Cow<'_, str> {
    // A long number may be written with references.
    if !has_long_number(attributes) && !attributes.contains('&') {
        return Cow::Borrowed(attributes);
    }
    let mut out = String::with_capacity(attributes.len());
    let mut rest = attributes;
    while let Some((name, after)) = rest.split_once('=') {
        let (value, next) = attribute_value(after.trim_start());
        if draws(name.rsplit(char::is_whitespace).find(|word| !word.is_empty()), value) {
            out.push_str(name);
        } else {
            out.push_str(&rest[..rest.len() - next.len()]);
        }
        rest = next;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Splits what follows an equals sign into the value of the attribute and the rest.
fn attribute_value(text: &str) -> (&str, &str) {
    let quote = text.chars().next().filter(|c| *c == '"' || *c == '\'');
    match quote.and_then(|quote| text[1..].split_once(quote)) {
        Some(parts) => parts,
        None => text.split_at(text.find(char::is_whitespace).unwrap_or(text.len())),
    }
}

/// Returns whether an attribute draws a shape: its name and its value both say so.
fn draws(name: Option<&str>, value: &str) -> bool {
    const CHANGES: [&str; 5] = ["matrix", "translate", "scale", "rotate", "skew"];
    let Some(name) = name.filter(|name| DRAWN.contains(name)) else { return false };
    // The layout of a path may be written with references: `&#10;`.
    let mut plain = String::with_capacity(value.len());
    push_text(value, &mut plain);
    let value = plain.trim();
    let consists_of = |signs: &str| {
        let is_sign = |c: char| c.is_ascii_digit() || c.is_ascii_whitespace() || signs.contains(c);
        value.chars().all(is_sign)
    };
    match name {
        "d" => value.starts_with(['M', 'm']) && consists_of(",.+-eEMmLlHhVvCcSsQqTtAaZz"),
        // A single number may be one of a person.
        "viewBox" => consists_of(",.+-") && value.split_whitespace().count() > 1,
        // At least one point with a fraction or a comma, for the same reason.
        "points" => value.contains([',', '.']) && consists_of(",.+-eE"),
        _ => CHANGES.iter().any(|change| value.starts_with(change)) && value.ends_with(')'),
    }
}

/// The attributes that draw shapes.
const DRAWN: [&str; 6] =
    ["d", "viewBox", "points", "transform", "gradientTransform", "patternTransform"];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Vec<String> {
        let mut found = Vec::new();
        lines(source, Dialect::Any, &mut |line, _| found.push(line.to_owned()));
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
        for unit in [
            "<",
            "<a",
            "<a \"",
            "<a '>",
            "<!--",
            "<![CDATA[",
            "&",
            "&#",
            "<?",
            "<a=\"<",
            "<p><note>a",
            "<w:del ><p>1",
        ] {
            let mut count = 0;
            lines(&unit.repeat(400_000 / unit.len()), Dialect::Office, &mut |line, _| {
                count += line.len()
            });
            assert!(count < 2_000_000, "{unit}");
        }
    }
}

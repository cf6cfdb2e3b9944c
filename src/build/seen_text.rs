//! Extracts the text that readers see of an item, in lines that are searched for private numbers:
//! its rendered body, and the values of its front matter. Escapes and markup are resolved, and
//! white space is collapsed as in a browser.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::content::Item;
use crate::markdown::{HtmlTag, HtmlToken, html_tokens, unescape};
use crate::text::{
    ByteTable, FEWEST, FEWEST_PRINTED, MAX_GAP, digits_and_rare, has_long_number_in_html,
    is_invisible, is_separator, next_marked, seen_digit,
};

/// Tags that neither end a line nor separate two words.
const INLINE: [&str; 24] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark",
    "q", "s", "samp", "small", "span", "strong", "sub", "sup", "u", "var",
];

/// Attributes that are read aloud, or are part of addresses.
const SEEN_ATTRIBUTES: [&str; 5] = ["alt", "title", "aria-label", "href", "id"];

/// Marks a line with the title of a link within the portal. No source can contain this character.
pub(super) const TITLE_OF_LINK: char = '\u{FDEF}';

/// Group sizes in which numbers are printed. If the groups are spread over the cells of a table,
/// they are still read as one number.
const SPREAD: [&[usize]; 3] = [&[1, 4, 5, 2, 1], &[3, 3, 4], &[3, 1, 5, 1]];

/// The maximum number of consecutive cells that are read as one number with a digit in each.
const MAX_BOXES: usize = 20;

/// Returns a rendered body as lines, with `# ` before headings and `|` between cells. Returns
/// `None` if it has no number that is long enough. For most bodies one pass over the bytes is
/// sufficient to find this out.
pub(super) fn of_body(html: &str) -> Option<String> {
    DigitScan::finds_number(html).then(|| read_body(html))
}

fn read_body(html: &str) -> String {
    let mut reader = Reader::default();
    for token in html_tokens(html) {
        match token {
            HtmlToken::Text(text) => reader.text(&unescape(text)),
            HtmlToken::Tag(tag) => reader.tag(tag.source),
        }
    }
    reader.end_line();
    reader.out.push_str(&reader.asides);
    reader.out
}

/// Counts the digits that may belong to one number, in one pass over a rendered body and without
/// building its text. Where it does not follow [`Reader`] exactly, it counts too many digits.
#[derive(Default)]
struct DigitScan {
    /// The digits with only separators between them.
    plain: usize,
    /// The separators after the last digit.
    gap: u32,
    /// The digits without letters between them.
    loose: usize,
    /// The digits of the line.
    of_line: usize,
    /// Whether the following white space is joined with the preceding one.
    after_space: bool,
    /// Whether the following letters may belong to an escape.
    in_escape: bool,
    /// Whether cells have been read, but not yet the end of their row.
    in_row: bool,
    in_footnote_mark: bool,
}

/// The bytes at which a scan stops even without preceding digits: digits, tags, escapes, and
/// characters that are neither ASCII nor Thai.
const SPECIAL: ByteTable = digits_and_rare(b"<&%\\");

/// Whether a number may have been found, which ends the scan.
type Found = bool;

impl DigitScan {
    /// Returns whether [`Reader`] may find a number.
    fn finds_number(html: &str) -> bool {
        let bytes = html.as_bytes();
        let mut scan = Self::default();
        let mut at = 0;
        while at < bytes.len() {
            if scan.in_footnote_mark {
                let Some(tag) = memchr::memchr(b'<', &bytes[at..]) else { return false };
                at += tag;
            } else if scan.loose == 0 && !scan.in_escape {
                at = next_marked(bytes, at, &SPECIAL);
            }
            let found = match bytes[at..] {
                [] => return false,
                [b'<', ..] => {
                    // Unclosed tags are rare.
                    let Some(tag) = HtmlTag::read(&html[at..]) else { return true };
                    at += tag.source.len() + 2;
                    if at > bytes.len() {
                        return true;
                    }
                    scan.tag(tag.source)
                }
                [b'&', ..] => {
                    let (len, found) = scan.entity(&bytes[at..]);
                    at += len;
                    found
                }
                [byte, ..] if byte.is_ascii() => {
                    at += 1;
                    scan.ascii(byte)
                }
                [0xE0, 0xB8, 0x81..=0xBA, ..] | [0xE0, 0xB9, 0x80..=0x86, ..] => {
                    at += 3;
                    scan.letter()
                }
                _ => {
                    let Some(c) = html[at..].chars().next() else { return false };
                    at += c.len_utf8();
                    scan.other(c)
                }
            };
            if found {
                return true;
            }
        }
        false
    }

    fn digits(&mut self, count: usize) -> Found {
        self.plain += count;
        self.loose += count;
        self.of_line += count;
        (self.gap, self.after_space) = (0, false);
        self.plain >= FEWEST || self.loose >= FEWEST_PRINTED
    }

    fn letter(&mut self) -> Found {
        (self.plain, self.loose, self.after_space, self.in_escape) = (0, 0, false, false);
        false
    }

    fn sign(&mut self) -> Found {
        (self.plain, self.after_space, self.in_escape) = (0, false, false);
        false
    }

    fn separator(&mut self) -> Found {
        self.gap += 1;
        if self.gap > MAX_GAP {
            self.plain = 0;
        }
        (self.after_space, self.in_escape) = (false, false);
        false
    }

    fn space(&mut self) -> Found {
        if !self.after_space {
            self.separator();
        }
        self.after_space = true;
        false
    }

    fn ascii(&mut self, byte: u8) -> Found {
        match byte {
            b'0'..=b'9' => self.digits(1),
            b'a'..=b'z' | b'A'..=b'Z' => self.in_escape || self.letter(),
            b'#' if self.in_escape => true,
            b'-' | b'_' | b'(' | b')' => self.separator(),
            // The address of a link or the name of a footnote is not visible.
            b'[' | b']' if self.loose > 0 => true,
            b'%' | b'\\' => {
                self.in_escape = true;
                false
            }
            b'*' | b'~' | b'`' => false,
            _ if char::from(byte).is_whitespace() => self.space(),
            _ => self.sign(),
        }
    }

    /// Returns how many bytes an escape takes.
    fn entity(&mut self, bytes: &[u8]) -> (usize, Found) {
        let is = |escape: &[u8]| bytes.starts_with(escape);
        if is(b"&nbsp;") {
            (6, self.space())
        } else if is(b"&lt;") {
            // Text in the form of a tag is invisible to [`Reader`].
            (4, self.loose > 0 || self.sign())
        } else if is(b"&gt;") {
            (4, self.sign())
        } else if is(b"&quot;") || is(b"&#x27;") {
            (6, self.sign())
        } else if is(b"&#39;") {
            (5, self.sign())
        } else {
            self.in_escape = true;
            (if is(b"&amp;") { 5 } else { 1 }, false)
        }
    }

    fn other(&mut self, c: char) -> Found {
        if seen_digit(c).is_some() {
            self.digits(1)
        } else if c.is_whitespace() {
            self.space()
        } else if is_separator(c) {
            self.separator()
        } else if is_invisible(c) {
            false
        } else {
            self.sign()
        }
    }

    fn tag(&mut self, tag: &str) -> Found {
        // Without preceding digits, only the tags of footnotes and cells matter.
        if self.of_line > 0 || matches!(tag.as_bytes(), [b's' | b't', ..] | [b'/', b's' | b't', ..])
        {
            let (name, closes) = tag_name(tag);
            match name {
                "sup" => self.in_footnote_mark = !closes && tag.contains("\"fn\""),
                "td" | "th" if closes => (self.in_row, self.after_space) = (true, true),
                "tr" if closes => *self = Self::default(),
                "wbr" | "img" => {}
                _ if self.in_row || INLINE.contains(&name) => {}
                _ => *self = Self { in_footnote_mark: self.in_footnote_mark, ..Self::default() },
            }
        }
        match memchr::memchr(b'"', tag.as_bytes()) {
            Some(at) if next_marked(tag.as_bytes(), at, &SPECIAL) < tag.len() => {
                !tag_name(tag).1 && self.attributes(tag)
            }
            _ => false,
        }
    }

    fn attributes(&mut self, tag: &str) -> Found {
        for (key, value) in seen_attributes(tag) {
            if key == "href" && is_near(tag) {
                continue;
            }
            // Each encoded character needs a digit or the sign of an escape.
            let is_one = |c: &char| *c == '%' || seen_digit(*c).is_some();
            let count = value.chars().filter(is_one).count();
            if self.of_line + count >= FEWEST || (key == "alt" && self.digits(count)) {
                return true;
            }
        }
        false
    }
}

/// Returns the name of a tag, and whether it closes an element.
fn tag_name(tag: &str) -> (&str, bool) {
    let is_of_name = |b: &u8| b.is_ascii_alphanumeric() || *b == b'/';
    let end = tag.bytes().position(|b| !is_of_name(&b)).unwrap_or(tag.len());
    let name = tag[..end].trim_end_matches('/');
    name.strip_prefix('/').map_or((name, false), |name| (name, true))
}

/// Returns whether a tag is a link within the portal.
fn is_near(tag: &str) -> bool {
    let is_far = |start: &&str| tag.contains(*start);
    tag.starts_with("a ") && !["href=\"http", "href=\"tel:", "href=\"mailto:"].iter().any(is_far)
}

/// Returns the attributes of a tag that readers see and that contain a digit.
fn seen_attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut pieces = tag.split('"');
    let pairs = std::iter::from_fn(move || Some((pieces.next()?, pieces.next()?)));
    let keyed = pairs.map(|(before, value)| {
        let key = before.trim_end_matches('=').rsplit(char::is_whitespace).next().unwrap_or("");
        (key, value)
    });
    keyed.filter(|(key, value)| {
        SEEN_ATTRIBUTES.contains(key) && value.contains(|c| seen_digit(c).is_some())
    })
}

#[derive(Default)]
struct Reader {
    out: String,
    line: String,
    /// Texts of attributes, and numbers spread over cells. They become lines of their own at the
    /// end.
    asides: String,
    /// The cells of the current row, and those of the first row of the table.
    cells: Vec<String>,
    head: String,
    in_footnote_mark: bool,
}

impl Reader {
    fn text(&mut self, text: &str) {
        if !self.in_footnote_mark {
            add(text, &mut self.line);
        }
    }

    fn tag(&mut self, tag: &str) {
        let (name, closes) = tag_name(tag);
        match name {
            "sup" => self.in_footnote_mark = !closes && tag.contains("\"fn\""),
            "td" | "th" if closes => {
                let cell = std::mem::take(&mut self.line);
                self.cells.push(cell.trim().to_owned());
            }
            "tr" if closes => self.end_row(),
            "table" => {
                self.end_line();
                self.head.clear();
            }
            "wbr" => {}
            "img" => self.line.push(' '),
            _ if INLINE.contains(&name) => {}
            _ => self.end_line(),
        }
        if matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6") && !closes {
            self.line.push_str("# ");
        }
        if !closes && tag.len() > name.len() {
            self.attributes(tag);
        }
    }

    fn attributes(&mut self, tag: &str) {
        let is_near = is_near(tag);
        for (key, value) in seen_attributes(tag) {
            let mut value = unescape(value);
            if key == "href" {
                // The target of a link within the portal is checked where it is published.
                if is_near {
                    continue;
                }
                value = percent_decode_str(&value).decode_utf8_lossy().into_owned();
            }
            if key == "alt" {
                self.text(&value);
                self.line.push(' ');
            }
            let mut line = String::new();
            add(&value, &mut line);
            // The preceding text may identify the number.
            let mut aside = format!("{} {line}\n", self.line);
            if is_near && key == "title" {
                // Such a title exists only as long as the target does. Without words, a number in
                // it is never an error.
                aside = aside.chars().map(|c| if c.is_alphabetic() { ' ' } else { c }).collect();
                aside.insert(0, TITLE_OF_LINK);
            }
            self.asides.push_str(&aside);
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = line.trim_end();
        if !line.is_empty() {
            self.out.push_str(line);
            self.out.push('\n');
        }
    }

    fn end_row(&mut self) {
        let cells = std::mem::take(&mut self.cells);
        let row = cells.join(" | ");
        self.out.push_str(&format!("| {row} |\n"));
        for number in spread(&cells) {
            self.asides.push_str(&format!("{} {row} {number}\n", self.head));
        }
        if self.head.is_empty() {
            self.head = row;
        }
        self.line.clear();
    }
}

/// Returns numbers whose groups, or single digits, are in consecutive cells.
fn spread(cells: &[String]) -> Vec<String> {
    let digits_only = |cell: &String| {
        let is_one = |c: char| seen_digit(c).is_some();
        (!cell.is_empty() && cell.chars().all(is_one)).then(|| cell.chars().count())
    };
    let sizes: Vec<Option<usize>> = cells.iter().map(digits_only).collect();
    let mut found = Vec::new();
    for (start, _) in sizes.iter().enumerate() {
        for shape in SPREAD {
            let fits = sizes.get(start..start + shape.len());
            if fits.is_some_and(|sizes| sizes.iter().zip(shape).all(|(a, b)| *a == Some(*b))) {
                found.push(cells[start..start + shape.len()].join("-"));
            }
        }
    }
    let mut start = 0;
    for boxes in sizes.chunk_by(|a, b| (*a == Some(1)) == (*b == Some(1))) {
        if boxes[0] == Some(1) && (9..=MAX_BOXES).contains(&boxes.len()) {
            found.push(cells[start..start + boxes.len()].concat());
        }
        start += boxes.len();
    }
    found
}

/// Appends a text as readers see it: runs of white space become one space, invisible characters are
/// removed, and `_`, with which programmers join digits, becomes a hyphen.
fn add(text: &str, line: &mut String) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            if !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
        } else if c == '_' {
            let is_between = line.ends_with(|c| seen_digit(c).is_some())
                && chars.peek().is_some_and(|next| seen_digit(*next).is_some());
            line.push(if is_between { '-' } else { c });
        } else if matches!(c, '*' | '~' | '`') && line.ends_with(|c| seen_digit(c).is_some()) {
            // Unresolved emphasis marks after a digit are skipped.
        } else if c == '\\' || !is_invisible(c) {
            line.push(c);
        }
    }
}

/// Returns the published values of an item's front matter, each with its key.
pub(super) fn of_values(card: &Item) -> Vec<(&'static str, String)> {
    let details = &card.details;
    let mut values: Vec<(&'static str, &str)> = vec![
        ("title", &card.title),
        ("summary", &card.summary),
        ("unit", &details.unit),
        ("document_number", &details.document_number),
        ("kind", &details.kind),
        ("replaces", details.replaces.as_deref().unwrap_or("")),
    ];
    values.extend(card.tags.iter().map(|tag| ("tags", tag.as_ref())));
    values.extend(details.changes.iter().map(|c| ("changes", c.note.as_ref())));
    values.extend(details.attachments.iter().map(|named| ("attachments", named.title.as_ref())));
    values.extend(details.aliases.iter().map(|alias| ("aliases", alias.as_ref())));
    values.extend(details.meets.iter().map(|id| ("meets", id.as_ref())));
    let mut seen = Vec::new();
    let mut see = |key: &'static str, name: &str, text: &str| {
        if has_long_number_in_html(text) {
            let mut line = format!("{name}: ");
            add(text, &mut line);
            seen.push((key, line));
        }
    };
    for (key, text) in values {
        see(key, key, text);
    }
    for (name, value) in &details.extra {
        each_text(name, value, &mut |name, text| see("extra", name, text));
    }
    seen
}

/// Passes on the names and values inside a value, with numbers as they are printed.
fn each_text(name: &str, value: &Value, each: &mut dyn FnMut(&str, &str)) {
    /// The limit up to which a float represents every integer.
    const EXACT: f64 = 1e15;
    each("", name);
    match value {
        Value::String(text) => each(name, text),
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) if float.fract() == 0.0 && float.abs() < EXACT => {
                each(name, &format!("{float:.0}"));
            }
            _ => each(name, &number.to_string()),
        },
        Value::Array(list) => list.iter().for_each(|value| each_text(name, value, each)),
        Value::Object(map) => map.iter().for_each(|(name, value)| each_text(name, value, each)),
        Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::privacy::{Checker, Context};

    /// Fragments of a body: numbers, parts of them, and what may separate them.
    const PIECES: [&str; 64] = [
        "1",
        "2001",
        "00412",
        "34",
        "0",
        "081",
        "234",
        "5678",
        "12001",
        "00412340",
        "๑",
        "๒๐๐๑",
        "１",
        "²",
        "-",
        " ",
        "\n",
        "_",
        "(",
        ")",
        ".",
        ",",
        "|",
        "*",
        "\\",
        "\u{200B}",
        "\u{A0}",
        "\u{2013}",
        "ก",
        "ก็",
        "ๆ",
        "a",
        "é",
        "x31",
        "%31",
        "%E0%B9%91",
        "u0031",
        "[^",
        "](",
        "]",
        "&nbsp;",
        "&amp;",
        "&lt;",
        "&gt;",
        "&#49;",
        "ndash;",
        "#49;",
        "<b>",
        "</b>",
        "<wbr>",
        "<p>",
        "</p>",
        "<table>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        "<sup class=\"fn\">",
        "</sup>",
        "<img alt=\"ก 2001\">",
        "<a href=\"/1/\" title=\"00412\">",
        "<a href=\"https://a.th/%E0%B9%91/2001/\">",
        "<li id=\"34\">",
        "<br>",
    ];

    /// Returns whether the reader finds a number.
    fn is_found(html: &str) -> bool {
        let text = read_body(html);
        !Checker::everything().find_seen(&text, |_| near()).is_empty()
    }

    fn near() -> Context {
        Context {
            near: "เลขประชาชน เลขที่บัญชี โทร".to_owned(), heading: String::new()
        }
    }

    /// Generates a number with a valid check digit, grouped, with random fragments between the
    /// groups.
    fn numbers() -> impl Strategy<Value = String> {
        let pieces = prop::collection::vec(prop::sample::select(&PIECES[..]), 0..3);
        let groups = prop::sample::select(vec![
            &["1", "2001", "00412", "34", "0"][..],
            &["081", "234", "5678"],
            &["1", "2", "0", "0", "1", "0", "0", "4", "1", "2", "3", "4", "0"],
        ]);
        (groups, prop::collection::vec(pieces, 13)).prop_map(|(groups, pieces)| {
            groups
                .iter()
                .zip(pieces)
                .map(|(group, pieces)| format!("{group}{}", pieces.concat()))
                .collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

        #[test]
        fn the_scan_overlooks_no_number_between_pieces(html in numbers()) {
            prop_assert!(DigitScan::finds_number(&html) || !is_found(&html), "{html:?}");
        }

        #[test]
        fn the_scan_overlooks_no_number(
            pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..24),
        ) {
            let html = pieces.concat();
            prop_assert!(DigitScan::finds_number(&html) || !is_found(&html), "{html:?}");
        }
    }

    #[test]
    fn ordinary_bodies_are_not_read() {
        for html in [
            "<p>หมู่ที่ ๕ ถนน ๙ วันที่ 25 มิถุนายน 2569 งบประมาณ 12,500,000 บาท</p>\n",
            "<ol>\n<li id=\"1\">ก\n<ol>\n<li id=\"1(1)\">ข</li>\n<li id=\"1(2)\">ค</li>\n</ol>\n</li>\n</ol>",
            "<p><a href=\"../../plans/plan-0000036/\">ครั้งที่ 69</a></p>",
        ] {
            assert!(!DigitScan::finds_number(html), "{html}");
        }
    }
}

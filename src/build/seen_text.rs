//! What readers see of an item, as lines in which private numbers are looked for: its rendered body,
//! and the values of its front matter. Escapes, markup and spaces that a browser joins are gone.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::content::Item;
use crate::search::{tag_end, unescaped};
use crate::text::{has_long_number_in_html, is_invisible, seen_digit};

/// Tags that neither end a line nor part two words.
const INLINE: [&str; 24] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark",
    "q", "s", "samp", "small", "span", "strong", "sub", "sup", "u", "var",
];

/// Attributes that are read to people, or stand in addresses.
const SEEN_ATTRIBUTES: [&str; 5] = ["alt", "title", "aria-label", "href", "id"];

/// Sizes of groups in which numbers are printed: spread over the cells of a table they are still read
/// as one.
const SPREAD: [&[usize]; 3] = [&[1, 4, 5, 2, 1], &[3, 3, 4], &[3, 1, 5, 1]];

/// The most cells in a row that are read as one number with a digit in each.
const MAX_BOXES: usize = 20;

/// A rendered body as lines: `# ` stands before headings, `|` between cells. `None` if it has no number
/// that is long enough, which is said quickly.
pub(super) fn of_body(html: &str) -> Option<String> {
    if !has_long_number_in_html(html.as_bytes()) {
        return None;
    }
    let mut reader = Reader::default();
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        reader.text(&unescaped(&rest[..at]));
        let end = tag_end(&rest[at..]).map_or(rest.len(), |end| at + end);
        reader.tag(&rest[at + 1..end]);
        rest = rest.get(end + 1..).unwrap_or("");
    }
    reader.text(&unescaped(rest));
    reader.end_line();
    reader.out.push_str(&reader.asides);
    Some(reader.out)
}

#[derive(Default)]
struct Reader {
    out: String,
    line: String,
    /// What stands in attributes, and numbers spread over cells: lines of their own at the end.
    asides: String,
    /// The cells of the row that is being read, and those of the first row of the table.
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
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric() && c != '/').unwrap_or(tag.len());
        let name = tag[..end].trim_end_matches('/');
        let (name, closes) = name.strip_prefix('/').map_or((name, false), |name| (name, true));
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
        // Whether a link stays within the portal.
        let is_far =
            ["http", "tel:", "mailto:"].iter().any(|s| tag.contains(&format!("href=\"{s}")));
        let is_near = tag.starts_with("a ") && !is_far;
        let mut pieces = tag.split('"');
        while let (Some(before), Some(value)) = (pieces.next(), pieces.next()) {
            let key = before.trim_end_matches('=').rsplit(char::is_whitespace).next().unwrap_or("");
            if !SEEN_ATTRIBUTES.contains(&key) || !value.contains(|c| seen_digit(c).is_some()) {
                continue;
            }
            let mut value = unescaped(value);
            if key == "href" {
                // What is linked within the portal is looked at where it is published.
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
            // What stands before it may tell what it is.
            let mut aside = format!("{} {line}\n", self.line);
            if is_near && key == "title" {
                // Such a title is there only as long as what it leads to: never an error, which words
                // make of a number.
                aside = aside.chars().map(|c| if c.is_alphabetic() { ' ' } else { c }).collect();
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

/// Numbers whose groups, or single digits, stand in cells one after another.
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

/// Adds a text as it is seen: one space for any row of spaces, nothing for what shows nothing, and a
/// hyphen for the `_` that programmers join digits with.
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
            // Marks of emphasis that were not understood are passed over.
        } else if c == '\\' || !is_invisible(c) {
            line.push(c);
        }
    }
}

/// The values of an item's front matter that are published, each below its key.
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
        if has_long_number_in_html(text.as_bytes()) {
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

/// Names and values inside a value, numbers as they are printed.
fn each_text(name: &str, value: &Value, each: &mut dyn FnMut(&str, &str)) {
    /// Up to here a float holds every whole number.
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

//! Reads a rendered body as text.

use crate::build::seen_text::cells::spread;
use crate::build::seen_text::scan::DigitScan;
use crate::build::seen_text::tags::{INLINE, is_near, seen_attributes, tag_name};
use crate::build::seen_text::values::{add, of_address};
use crate::markdown::{HtmlToken, html_tokens, unescape};

/// Marks a line with the title of a link within the portal. No source can contain this character.
pub(in crate::build) const TITLE_OF_LINK: char = '\u{FDEF}';

/// Returns a rendered body as lines, with `# ` before headings and `|` between cells. Returns
/// `None` if it has no number that is long enough. For most bodies one pass over the bytes is
/// sufficient to find this out.
pub(in crate::build) fn of_body(html: &str) -> Option<String> {
    DigitScan::finds_number(html).then(|| read_body(html))
}

pub(super) fn read_body(html: &str) -> String {
    let mut reader = SeenTextReader::default();
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

#[derive(Default)]
struct SeenTextReader {
    out: String,
    line: String,
    /// Texts of attributes, and numbers spread over cells. They become lines of their own at the
    /// end.
    asides: String,
    /// The cells of the current row, and those of the first row of the table.
    cells: Vec<String>,
    head: Vec<String>,
    in_footnote_mark: bool,
}

impl SeenTextReader {
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
                value = of_address(&value);
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
        for number in spread(&cells, &self.head) {
            let head = self.head.join(" | ");
            self.asides.push_str(&format!("{head} {row} {number}\n"));
        }
        if self.head.is_empty() {
            self.head = cells;
        }
        self.line.clear();
    }
}

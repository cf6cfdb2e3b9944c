//! Writes tables.
//!
//! Columns are aligned by class, because a strict content security policy forbids `style`. Header
//! cells have a `scope`, and a frame around the table scrolls sideways by keyboard.

use std::ops::Range;

use pulldown_cmark::{Alignment, CowStr, Tag, TagEnd};

use crate::markdown::html::escape;

/// Words that begin a caption.
const CAPTION_WORDS: [&str; 2] = ["Table:", "ตาราง:"];

/// The state of the table that is being written.
#[derive(Debug, Default)]
pub(super) struct TableState {
    columns: Vec<Alignment>,
    /// The index of the next cell.
    column: usize,
    in_head: bool,
}

impl TableState {
    /// Returns the number of columns of the head.
    pub(super) fn columns(&self) -> usize {
        self.columns.len()
    }

    /// Returns the opening tag of a part. `name` is the label of the frame for screen readers.
    pub(super) fn start<'a>(&mut self, part: Tag<'a>, name: &str) -> CowStr<'a> {
        match part {
            Tag::Table(alignments) => {
                self.columns = alignments;
                let mut frame = String::from("<div class=\"wide\" role=\"group\" tabindex=\"0\"");
                if !name.is_empty() {
                    frame.push_str(" aria-label=\"");
                    escape(name, &mut frame);
                    frame.push('"');
                }
                frame.push_str("><table>");
                frame.into()
            }
            Tag::TableHead => {
                (self.in_head, self.column) = (true, 0);
                CowStr::Borrowed("<thead><tr>")
            }
            Tag::TableRow => {
                self.column = 0;
                CowStr::Borrowed("<tr>")
            }
            _ => CowStr::Borrowed(self.cell()),
        }
    }

    fn cell(&mut self) -> &'static str {
        let alignment = self.columns.get(self.column);
        self.column += 1;
        match (alignment, self.in_head) {
            (Some(Alignment::Right), true) => "<th scope=\"col\" class=\"r\">",
            (Some(Alignment::Center), true) => "<th scope=\"col\" class=\"c\">",
            (_, true) => "<th scope=\"col\">",
            (Some(Alignment::Right), false) => "<td class=\"r\">",
            (Some(Alignment::Center), false) => "<td class=\"c\">",
            (_, false) => "<td>",
        }
    }

    /// Returns the closing tag of a part.
    pub(super) fn end(&mut self, part: TagEnd) -> CowStr<'static> {
        let html = match part {
            TagEnd::Table => "</tbody></table></div>\n",
            TagEnd::TableHead => "</tr></thead><tbody>\n",
            TagEnd::TableRow => "</tr>\n",
            _ if self.in_head => "</th>",
            _ => "</td>",
        };
        self.in_head &= part != TagEnd::TableHead;
        CowStr::Borrowed(html)
    }
}

/// Cells of a row that are beyond the head. The parser drops them (GitHub Flavored Markdown, section
/// 4.10), so their text would be on no page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ExtraCells {
    /// Where they are in the row.
    pub range: Range<usize>,
    /// The number of cells that the row has.
    pub count: usize,
}

impl ExtraCells {
    /// Finds the cells beyond the head in the source of a row. Returns `None` if there are none, or if
    /// all are empty.
    pub(super) fn of_row(row: &str, columns: usize) -> Option<Self> {
        // Most rows have no more separators than the head.
        let (trimmed, pipes) = (row.trim(), memchr::memchr_iter(b'|', row.as_bytes()).count());
        let has_end = trimmed.ends_with('|') && !trimmed.ends_with("\\|");
        let borders = usize::from(trimmed.starts_with('|')) + usize::from(has_end);
        if pipes < columns + borders {
            return None;
        }
        let mut ends = Vec::new();
        let mut is_escaped = false;
        let first = row.len() - row.trim_start().len();
        for (at, byte) in row.bytes().enumerate().skip(first) {
            if byte == b'|' && !is_escaped && at > first {
                ends.push(at);
            }
            is_escaped = byte == b'\\' && !is_escaped;
        }
        let after = ends.get(columns.checked_sub(1)?)? + 1;
        let rest = row[after..].trim_end();
        let rest = rest.strip_suffix('|').unwrap_or(rest).trim_end();
        let start = after + rest.len() - rest.trim_start().len();
        let is_empty = rest.bytes().all(|byte| byte.is_ascii_whitespace() || byte == b'|');
        let is_open = !row.trim_end().ends_with('|');
        let count = ends.len() + usize::from(is_open);
        (!is_empty).then(|| Self { range: start..after + rest.len(), count })
    }
}

/// Returns the text of a caption: the rest of a line `Table: …` or `ตาราง: …`.
pub(super) fn caption(line: &str) -> Option<&str> {
    CAPTION_WORDS.iter().find_map(|word| line.trim_start().strip_prefix(word)).map(str::trim_start)
}

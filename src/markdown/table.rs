//! Writes tables.
//!
//! Columns are aligned by class, because a strict content security policy forbids `style`. Header
//! cells have a `scope`, and a frame around the table scrolls sideways by keyboard.

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

/// Returns the text of a caption: the rest of a line `Table: …` or `ตาราง: …`.
pub(super) fn caption(line: &str) -> Option<&str> {
    CAPTION_WORDS.iter().find_map(|word| line.trim_start().strip_prefix(word)).map(str::trim_start)
}

//! Writes tables.
//!
//! Columns are aligned by class, because a strict content security policy forbids `style`. Header
//! cells have a `scope`, and a frame around the table scrolls sideways by keyboard. Where a table is
//! too wide for its frame, style sheets show its rows as cards: each cell has the head of its column.

use std::ops::Range;

use pulldown_cmark::{Alignment, CowStr, Event};

use crate::markdown::html::escape;
use crate::markdown::table_layout::{TableColumns, TableLayout};

/// Words that begin a caption.
const CAPTION_WORDS: [&str; 2] = ["Table:", "ตาราง:"];

/// The state of the table that is being written.
#[derive(Debug, Default)]
pub(super) struct TableState {
    alignments: Vec<Alignment>,
    /// The index of the event that opens the table.
    start: usize,
    /// The indices of the events that open and close its cells, row by row. The head is the first row.
    cells: Vec<Range<usize>>,
    /// The label of the frame for screen readers.
    name: String,
}

impl TableState {
    /// Starts a table. `start` is the index of the event that opens it.
    pub(super) fn new(alignments: Vec<Alignment>, start: usize, name: String) -> Self {
        Self { alignments, start, cells: Vec::new(), name }
    }

    /// Returns the number of columns of the head.
    pub(super) fn columns(&self) -> usize {
        self.alignments.len()
    }

    /// Takes note of a cell. `event` is the index of the event that opens it.
    pub(super) fn start_cell(&mut self, event: usize) {
        self.cells.push(event..event);
    }

    /// Takes note of the end of the last cell. `event` is the index of the event that closes it.
    pub(super) fn end_cell(&mut self, event: usize) {
        if let Some(cell) = self.cells.last_mut() {
            cell.end = event;
        }
    }

    /// Takes note of events that were inserted before the cells.
    pub(super) fn shift(&mut self, events: usize) {
        for cell in &mut self.cells {
            cell.start += events;
            cell.end += events;
        }
    }

    /// Writes the tags of the table and its cells: their classes and labels depend on all of it.
    pub(super) fn finish(&mut self, events: &mut [Event]) {
        let columns = self.columns().max(1);
        let mut widths = TableColumns::default();
        for (index, cell) in self.cells.iter().enumerate() {
            let text = plain_text(&events[cell.clone()]);
            match index < columns {
                true => widths.add_head(&text),
                false => widths.add_cell(index % columns, &text),
            }
        }
        let layout = widths.layout();
        events[self.start] = Event::Html(self.frame(&layout).into());
        for (index, cell) in self.cells.iter().enumerate() {
            // A corner without text is the head of nothing (HTML Standard, 4.9.10).
            let is_head = index < columns && cell.start + 1 < cell.end;
            events[cell.start] = Event::Html(self.cell(index % columns, is_head, &layout));
            events[cell.end] =
                Event::Html(CowStr::Borrowed(if is_head { "</th>" } else { "</td>" }));
        }
    }

    fn frame(&self, layout: &TableLayout) -> String {
        let mut tag = format!("<div class=\"{}\" role=\"group\" tabindex=\"0\"", layout.frame);
        if !self.name.is_empty() {
            tag.push_str(" aria-label=\"");
            escape(&self.name, &mut tag);
            tag.push('"');
        }
        tag.push_str("><table");
        if !layout.table.is_empty() {
            tag.push_str(&format!(" class=\"{}\"", layout.table));
        }
        tag + ">"
    }

    fn cell<'a>(&self, column: usize, is_head: bool, layout: &TableLayout) -> CowStr<'a> {
        let label = layout.labels.get(column).filter(|label| !is_head && !label.is_empty());
        let is_number = column == 0 && layout.is_numbered && !layout.table.is_empty();
        let alignment = self.alignments.get(column);
        if label.is_none() && !is_number {
            return CowStr::Borrowed(match (alignment, is_head) {
                (Some(Alignment::Right), true) => "<th scope=\"col\" class=\"r\">",
                (Some(Alignment::Center), true) => "<th scope=\"col\" class=\"c\">",
                (_, true) => "<th scope=\"col\">",
                (Some(Alignment::Right), false) => "<td class=\"r\">",
                (Some(Alignment::Center), false) => "<td class=\"c\">",
                (_, false) => "<td>",
            });
        }
        let mut tag = String::from(if is_head { "<th scope=\"col\"" } else { "<td" });
        let class = match (is_number, alignment) {
            (true, Some(Alignment::Right)) => "no r",
            (true, Some(Alignment::Center)) => "no c",
            (true, _) => "no",
            (false, Some(Alignment::Right)) => "r",
            (false, Some(Alignment::Center)) => "c",
            (false, _) => "",
        };
        if !class.is_empty() {
            tag.push_str(&format!(" class=\"{class}\""));
        }
        if let Some(label) = label {
            tag.push_str(" data-l=\"");
            escape(label, &mut tag);
            tag.push('"');
        }
        (tag + ">").into()
    }
}

/// Returns the text of a cell as it is read, without footnotes and what is written behind links to
/// files.
fn plain_text(events: &[Event]) -> String {
    let texts = events.iter().map(|event| match event {
        Event::Text(text) | Event::Code(text) => text,
        Event::InlineHtml(html) if html.starts_with("<br") => " ",
        Event::SoftBreak => " ",
        _ => "",
    });
    texts.collect()
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

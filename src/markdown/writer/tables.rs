//! Writes tables and their captions.

use std::ops::Range;

use pulldown_cmark::{Alignment, CowStr, Event};

use crate::diagnostics::Code;
use crate::markdown::table::{ExtraCells, TableState, caption};
use crate::markdown::writer::Writer;
use crate::markdown::writer::open::OpenCaption;

impl Writer<'_, '_> {
    pub(super) fn push_html(&mut self, html: &'static str) {
        self.events.push(Event::Html(CowStr::Borrowed(html)));
    }

    pub(super) fn start_table(&mut self, alignments: Vec<Alignment>) {
        self.last_table = self.events.len()..usize::MAX;
        let name = self.table_name();
        self.table = TableState::new(alignments, self.events.len(), name);
        self.push_html("");
    }

    pub(super) fn end_table(&mut self) {
        self.table.finish(&mut self.events);
        self.push_html("</tbody></table></div>\n");
        self.last_table.end = self.events.len();
    }

    /// Returns the label of a table for screen readers: its number, and the heading above it.
    fn table_name(&mut self) -> String {
        self.tables += 1;
        let name = format!("{} {}", self.context.words.table, self.tables);
        match self.headings.last() {
            Some(heading) => format!("{name}: {}", heading.title),
            None => name,
        }
    }

    /// Reports cells of a row that the parser drops, because the head has no column for them.
    pub(super) fn report_extra_cells(&mut self, row: &Range<usize>) {
        let columns = self.table.columns();
        let written = &self.diagnostics.markdown[row.clone()];
        let Some(extra) = ExtraCells::of_row(written, columns) else { return };
        let range = row.start + extra.range.start..row.start + extra.range.end;
        self.diagnostics.report(Code::ExtraCells, range, |diagnostic| {
            let diagnostic = diagnostic.arg("cells", extra.count.to_string());
            diagnostic.arg("columns", columns.to_string())
        });
    }

    /// Returns whether a range is the caption of the table before it.
    pub(super) fn is_caption(&self, range: &Range<usize>) -> bool {
        let line = self.diagnostics.markdown[range.clone()].lines().next().unwrap_or("");
        self.caption.is_none() && caption(line).is_some() && !line.contains('|')
    }

    pub(super) fn start_caption(&mut self) {
        let (table, start) = (self.last_table.start, self.events.len());
        self.last_table.end = usize::MAX;
        self.caption = Some(OpenCaption { table, start, is_marked: true });
    }

    /// Ends a caption and moves it to the start of its table.
    pub(super) fn end_caption(&mut self) {
        let Some(open) = self.caption.take() else { return };
        let mut events = vec![Event::Html(CowStr::Borrowed("<caption>"))];
        events.extend(self.events.drain(open.start..));
        events.push(Event::Html(CowStr::Borrowed("</caption>")));
        self.table.shift(events.len());
        self.events.splice(open.table + 1..open.table + 1, events);
    }
}

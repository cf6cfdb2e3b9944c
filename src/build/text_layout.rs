//! What is around a number in a text: its line, its table, its heading.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::privacy::{Checker, Context};
use crate::text::last_of;

/// How many characters before and after a number are searched for words.
const BEFORE: usize = 60;
const AFTER: usize = 40;

/// Returns the text near a number: before and after it on its line, or else the end of the previous
/// line.
pub(super) fn near_in(text: &str, range: &Range<usize>) -> String {
    // Lines may be as long as files, so only the text nearby is read.
    let lines = last_of(&text[..range.start], 3 * BEFORE);
    let (above, before) = lines.rsplit_once('\n').unwrap_or(("", lines));
    let above = last_of(above.trim_end().rsplit('\n').next().unwrap_or(""), BEFORE);
    let after = text[range.end..].chars().take(AFTER).take_while(|c| *c != '\n');
    let after: String = after.collect();
    format!("{above} {} {after}", last_of(before, BEFORE))
}

/// Lines of a Markdown text, with the table and the heading that each belongs to.
pub(super) struct TextLayout<'t> {
    text: &'t str,
    lines: Vec<LayoutLine>,
    /// How many numbers of a kind a column has, by column and kind.
    counts: RefCell<BTreeMap<(TableColumn, usize), usize>>,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct TableColumn {
    /// The header line of the table.
    table: usize,
    /// The number of the column in it.
    column: usize,
}

struct LayoutLine {
    start: usize,
    /// The header line of the table.
    table: Option<usize>,
    /// The line of the heading.
    heading: Option<usize>,
}

impl<'t> TextLayout<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut lines: Vec<LayoutLine> = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let number = lines.len();
            let before = lines.last();
            let table = before.and_then(|before| before.table).unwrap_or(number);
            let table = line.contains('|').then_some(table);
            let above = before.and_then(|before| before.heading);
            let heading = if line.starts_with('#') { Some(number) } else { above };
            lines.push(LayoutLine { start, table, heading });
            start += line.len();
        }
        Self { text, lines, counts: RefCell::default() }
    }

    fn line(&self, number: usize) -> &'t str {
        let end = self.lines.get(number + 1).map_or(self.text.len(), |line| line.start);
        &self.text[self.lines[number].start..end]
    }

    /// Returns what is around a number of the text.
    pub(super) fn context(&self, checker: &Checker, range: Range<usize>, title: &str) -> Context {
        let number = self.lines.partition_point(|line| line.start <= range.start).max(1) - 1;
        let line = &self.lines[number];
        let heading = line.heading.map_or(title, |heading| self.line(heading)).to_owned();
        let mut near = near_in(self.text, &range);
        let Some(table) = line.table else {
            return Context { near, heading, ..Context::default() };
        };
        let before = &self.text[line.start..range.start];
        let column = TableColumn { table, column: before.matches('|').count() };
        let header = self.header(column);
        near.push_str(header);
        let left = before.rsplit('|').nth(1).unwrap_or("").trim().to_owned();
        let kind = checker.kind_in_column(header, &self.text[range]);
        let others = kind.map_or(0, |kind| self.count(checker, column, kind) - 1);
        Context {
            near,
            heading,
            column: header.trim().to_owned(),
            others,
            left,
            is_file_name: false,
        }
    }

    fn header(&self, column: TableColumn) -> &'t str {
        self.line(column.table).split('|').nth(column.column).unwrap_or("")
    }

    /// Counts the cells of a column that have numbers of a kind.
    fn count(&self, checker: &Checker, column: TableColumn, kind: usize) -> usize {
        let count = || {
            let header = self.header(column);
            let is_row = |n: &usize| self.lines[*n].table == Some(column.table);
            let rows = (column.table..self.lines.len()).take_while(is_row);
            let cells = rows.filter_map(|n| self.line(n).split('|').nth(column.column));
            cells.filter(|cell| checker.kind_in_column(header, cell) == Some(kind)).count().max(1)
        };
        *self.counts.borrow_mut().entry((column, kind)).or_insert_with(count)
    }
}

//! Measures the sheets of an OpenDocument workbook before they are read: a few letters can repeat a cell a million
//! times. Also finds which numbers are percentages, which the reader does not tell.

use std::collections::{BTreeMap, BTreeSet};

use crate::files::markup::{Token, Tokens, attribute, push_text};
use crate::files::sheet::model::{SheetError, SheetLimit};
use crate::files::sheet::{MAX_CELLS, MAX_COLUMNS};

/// The last row that is read, from 0.
const MAX_ROW: u64 = 1_048_576;

/// What is known of the sheets.
#[derive(Debug, Default)]
pub(super) struct OdsSheets {
    /// The rows and columns of percentages, from 0, by the name of the sheet.
    percents: BTreeMap<String, BTreeSet<(u32, u32)>>,
}

/// A sheet that is being measured.
#[derive(Default)]
struct OpenSheet {
    name: String,
    /// The next row and the next column.
    row: u64,
    column: u64,
    /// The columns up to the last value of the current row, and of all rows.
    row_width: u64,
    width: u64,
    /// The rows from the first value to the last one.
    first: Option<u64>,
    last: u64,
    row_repeats: u64,
    /// The columns of percentages in the current row.
    row_percents: Vec<u64>,
    percents: Vec<(u64, u64)>,
}

impl OdsSheets {
    /// Reads the part with the sheets. Returns an error if they have too many cells.
    pub(super) fn read(xml: &str) -> Result<Self, SheetError> {
        let mut sheets = Self::default();
        let mut sheet: Option<OpenSheet> = None;
        let mut cells = 0;
        for token in Tokens::new(xml) {
            let Token::Tag { name, attributes, is_end, is_empty } = token else { continue };
            match (name, &mut sheet) {
                ("table", open) if !is_end => {
                    let mut name = String::new();
                    push_text(attribute(attributes, "name").unwrap_or(""), &mut name);
                    *open = Some(OpenSheet { name, ..OpenSheet::default() });
                }
                ("table", open) => {
                    if let Some(done) = open.take() {
                        cells += done.cells();
                        sheets.keep(done);
                    }
                }
                ("table-row", Some(open)) if !is_end => {
                    (open.column, open.row_width) = (0, 0);
                    open.row_repeats = repeats(attributes, "number-rows-repeated");
                    if is_empty {
                        open.end_row()?;
                    }
                }
                ("table-row", Some(open)) => open.end_row()?,
                ("table-cell" | "covered-table-cell", Some(open)) if !is_end => {
                    open.cell(attributes, !is_empty);
                }
                _ => {}
            }
            let open = sheet.as_ref().map_or(0, OpenSheet::cells);
            if cells.saturating_add(open) > MAX_CELLS as u64 {
                return Err(SheetError::TooLarge(SheetLimit::Cells));
            }
        }
        Ok(sheets)
    }

    fn keep(&mut self, sheet: OpenSheet) {
        let short = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let percents = sheet.percents.iter().map(|(row, column)| (short(*row), short(*column)));
        self.percents.entry(sheet.name).or_default().extend(percents);
    }

    /// Returns whether the number at a row and a column, from 0, is a percentage.
    pub(super) fn is_percent(&self, sheet: &str, row: u32, column: u32) -> bool {
        self.percents.get(sheet).is_some_and(|cells| cells.contains(&(row, column)))
    }
}

impl OpenSheet {
    fn cell(&mut self, attributes: &str, has_content: bool) {
        let count = repeats(attributes, "number-columns-repeated");
        let value_type = attribute(attributes, "value-type");
        if value_type.is_some() || has_content {
            self.row_width = self.column.saturating_add(count);
        }
        if value_type == Some("percentage") {
            let end = self.column.saturating_add(count).min(MAX_COLUMNS as u64);
            self.row_percents.extend(self.column..end);
        }
        self.column = self.column.saturating_add(count);
    }

    /// Ends a row. Returns an error if a value stands too far down.
    fn end_row(&mut self) -> Result<(), SheetError> {
        let next = self.row.saturating_add(self.row_repeats);
        if self.row_width > 0 {
            self.width = self.width.max(self.row_width);
            self.first = self.first.or(Some(self.row));
            self.last = next;
            if self.last > MAX_ROW {
                return Err(SheetError::TooLarge(SheetLimit::Rows));
            }
        }
        for row in self.row..next.min(MAX_ROW) {
            if self.row_percents.is_empty() || self.percents.len() > MAX_CELLS {
                break;
            }
            self.percents.extend(self.row_percents.iter().map(|column| (row, *column)));
        }
        self.row_percents.clear();
        self.row = next;
        Ok(())
    }

    /// Returns how many cells the rectangle from the first value to the last one has.
    fn cells(&self) -> u64 {
        let rows = self.first.map_or(0, |first| self.last - first);
        rows.saturating_mul(self.width)
    }
}

fn repeats(attributes: &str, name: &str) -> u64 {
    attribute(attributes, name).and_then(|count| count.trim().parse().ok()).unwrap_or(1)
}

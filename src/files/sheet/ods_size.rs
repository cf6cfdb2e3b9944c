//! Measures the sheets of an OpenDocument workbook before they are read: a few letters can repeat a cell or a space a
//! million times. Also finds what the reader does not tell: which numbers are percentages, and which cells are merged.

use std::collections::{BTreeMap, BTreeSet};

use crate::files::extract::MAX_WORK;
use crate::files::markup::{Token, Tokens, attribute, attributes, push_text};
use crate::files::sheet::model::{HiddenCells, MergedCells, SheetError, SheetLimit};
use crate::files::sheet::{MAX_CELLS, MAX_COLUMNS, MAX_MERGED};

/// The last row that is read, from 0.
const MAX_ROW: u64 = 1_048_576;
/// How many columns of a row are read.
const MAX_REPEATS: u64 = 16_384;

/// What is known of the sheets, by their names.
#[derive(Debug, Default)]
pub(super) struct OdsSheets {
    sheets: BTreeMap<String, OdsSheet>,
}

/// What is known of a sheet.
#[derive(Debug, Default)]
pub(super) struct OdsSheet {
    /// The rows and columns of percentages, from 0.
    percents: BTreeSet<(u32, u32)>,
    /// The rows and columns of values that are not shown, because another cell covers theirs.
    covered: BTreeSet<(u32, u32)>,
    /// The cells that are merged.
    pub merged: Vec<MergedCells>,
    /// The rows and columns that are not shown.
    pub hidden: HiddenCells,
}

impl OdsSheet {
    /// Returns whether the number at a row and a column, from 0, is a percentage.
    pub(super) fn is_percent(&self, row: u32, column: u32) -> bool {
        self.percents.contains(&(row, column))
    }

    /// Returns whether another cell covers the value at a row and a column, from 0.
    pub(super) fn is_covered(&self, row: u32, column: u32) -> bool {
        self.covered.contains(&(row, column))
    }
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
    is_row_hidden: bool,
    /// The next column whose look is described.
    described: u64,
    /// How many columns the open cell fills.
    cell_repeats: u64,
    /// The bytes of the texts of the current row, and of the rows above.
    row_bytes: u64,
    bytes: u64,
    /// The columns of percentages and of covered values in the current row.
    row_percents: Vec<u64>,
    row_covered: Vec<u64>,
    found: OdsSheet,
}

impl OdsSheets {
    /// Reads the part with the sheets. Returns an error if they have too many cells.
    pub(super) fn read(xml: &str) -> Result<Self, SheetError> {
        let mut sheets = Self::default();
        let mut sheet: Option<OpenSheet> = None;
        let (mut cells, mut bytes) = (0_u64, 0_u64);
        for token in Tokens::new(xml) {
            let (name, attributes, is_end, is_empty) = match token {
                Token::Tag { name, attributes, is_end, is_empty } => {
                    (name, attributes, is_end, is_empty)
                }
                Token::Text(text) => {
                    if let Some(open) = &mut sheet {
                        open.text(text.len() as u64);
                    }
                    continue;
                }
                Token::Remark(_) => continue,
            };
            match (name, &mut sheet) {
                ("table", open) => {
                    if let Some(done) = open.take() {
                        cells = cells.saturating_add(done.cells());
                        bytes = bytes.saturating_add(done.bytes());
                        sheets.keep(done);
                    }
                    if !is_end {
                        let mut name = String::new();
                        push_text(attribute(attributes, "name").unwrap_or(""), &mut name);
                        *open = Some(OpenSheet { name, ..OpenSheet::default() });
                    }
                }
                ("table-row", Some(open)) if !is_end => {
                    (open.column, open.row_width) = (0, 0);
                    open.row_repeats = repeats(attributes, "number-rows-repeated");
                    open.is_row_hidden = is_hidden(attributes);
                    if is_empty {
                        open.end_row()?;
                    }
                }
                ("table-row", Some(open)) => open.end_row()?,
                ("table-column", Some(open)) if !is_end => open.table_column(attributes),
                ("table-cell" | "covered-table-cell", Some(open)) if !is_end => {
                    open.cell(attributes, !is_empty, name == "covered-table-cell");
                }
                ("s", Some(open)) if !is_end => open.text(repeats(attributes, "c")),
                (_, Some(open)) if !is_end => open.text(1),
                _ => {}
            }
            let (open_cells, open_bytes) =
                sheet.as_ref().map_or((0, 0), |open| (open.cells(), open.bytes()));
            if cells.saturating_add(open_cells) > MAX_CELLS as u64 {
                return Err(SheetError::TooLarge(SheetLimit::Cells));
            }
            if bytes.saturating_add(open_bytes) > MAX_WORK {
                return Err(SheetError::TooLarge(SheetLimit::Bytes));
            }
        }
        Ok(sheets)
    }

    fn keep(&mut self, sheet: OpenSheet) {
        let known = self.sheets.entry(sheet.name).or_default();
        known.percents.extend(sheet.found.percents);
        known.covered.extend(sheet.found.covered);
        known.merged.extend(sheet.found.merged);
        known.hidden.rows.extend(sheet.found.hidden.rows);
        known.hidden.columns.extend(sheet.found.hidden.columns);
    }

    /// Returns what is known of the sheet with a name.
    pub(super) fn sheet(&mut self, name: &str) -> OdsSheet {
        self.sheets.remove(name).unwrap_or_default()
    }
}

impl OpenSheet {
    fn table_column(&mut self, tag: &str) {
        let next = self.described.saturating_add(repeats(tag, "number-columns-repeated"));
        if is_hidden(tag) {
            let columns = self.described..next.min(MAX_COLUMNS as u64);
            self.found.hidden.columns.extend(columns.map(|column| short(column) as usize));
        }
        self.described = next;
    }

    fn cell(&mut self, tag: &str, has_content: bool, is_covered: bool) {
        let count = repeats(tag, "number-columns-repeated");
        self.cell_repeats = count.min(MAX_REPEATS);
        let (mut is_filled, mut is_percent) = (has_content, false);
        let (mut rows, mut columns) = (1, 1);
        for (name, value) in attributes(tag) {
            match name {
                "value-type" => is_percent = value == "percentage",
                "value" | "boolean-value" => {}
                "number-rows-spanned" | "number-columns-spanned" => {
                    let spanned = value.trim().parse::<u64>().unwrap_or(1).max(1);
                    *(if name == "number-rows-spanned" { &mut rows } else { &mut columns }) =
                        spanned;
                    continue;
                }
                "string-value" | "date-value" | "time-value" | "formula" => {
                    self.text(value.len() as u64);
                }
                _ => continue,
            }
            is_filled = true;
        }
        if is_filled {
            self.row_width = self.column.saturating_add(count);
        }
        let end = self.column.saturating_add(count).min(MAX_COLUMNS as u64);
        if is_percent {
            self.row_percents.extend(self.column..end);
        }
        if is_covered && is_filled {
            self.row_covered.extend(self.column..end);
        }
        if rows.max(columns) > 1 && self.found.merged.len() < MAX_MERGED {
            let last = |first: u64, count: u64| first.saturating_add(count - 1);
            self.found.merged.push(MergedCells {
                rows: (short(self.row + 1), short(last(self.row + 1, rows))),
                columns: (short(self.column) as usize, short(last(self.column, columns)) as usize),
            });
        }
        self.column = self.column.saturating_add(count);
    }

    /// Counts the bytes of a text in the open cell.
    fn text(&mut self, bytes: u64) {
        let bytes = bytes.saturating_mul(self.cell_repeats.max(1));
        self.row_bytes = self.row_bytes.saturating_add(bytes);
    }

    /// Ends a row. Returns an error if a value stands too far down.
    fn end_row(&mut self) -> Result<(), SheetError> {
        let next = self.row.saturating_add(self.row_repeats);
        if self.row_width > 0 {
            self.width = self.width.max(self.row_width);
            self.first = self.first.or(Some(self.row));
            self.last = next;
            if self.is_row_hidden {
                let rows = self.row..next.min(MAX_ROW);
                self.found.hidden.rows.extend(rows.map(|row| short(row + 1)));
            }
            if self.last > MAX_ROW {
                return Err(SheetError::TooLarge(SheetLimit::Rows));
            }
        }
        for (columns, places) in [
            (&mut self.row_percents, &mut self.found.percents),
            (&mut self.row_covered, &mut self.found.covered),
        ] {
            for row in self.row..next.min(MAX_ROW) {
                if columns.is_empty() || places.len() > MAX_CELLS {
                    break;
                }
                places.extend(columns.iter().map(|column| (short(row), short(*column))));
            }
            columns.clear();
        }
        self.bytes =
            self.row_bytes.saturating_mul(self.row_repeats.min(MAX_ROW)).saturating_add(self.bytes);
        self.row_bytes = 0;
        self.row = next;
        Ok(())
    }

    /// Returns how many cells the rectangle from the first value to the last one has.
    fn cells(&self) -> u64 {
        let rows = self.first.map_or(0, |first| self.last - first);
        rows.saturating_mul(self.width)
    }

    /// Returns how many bytes the texts of all cells have.
    fn bytes(&self) -> u64 {
        self.bytes.saturating_add(self.row_bytes)
    }
}

fn is_hidden(tag: &str) -> bool {
    matches!(attribute(tag, "visibility"), Some("collapse" | "filter"))
}

fn short(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Returns how often something is repeated: the largest number, if the attribute is written with several prefixes.
fn repeats(tag: &str, wanted: &str) -> u64 {
    let counts = attributes(tag).filter(|(name, _)| *name == wanted).filter_map(|(_, value)| {
        let mut count = String::new();
        push_text(value, &mut count);
        count.trim().parse::<u64>().ok()
    });
    counts.max().unwrap_or(1)
}

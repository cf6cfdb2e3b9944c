//! A table as it stands in a file.

use std::collections::BTreeSet;

use jiff::civil::DateTime;

use crate::diagnostics::Place;
use crate::files::sheet::cell_range::cell_range;
use crate::files::workbook::column_name;

/// What a writer says of a table in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct SheetOptions<'a> {
    /// The name of the sheet in a workbook.
    pub sheet: Option<&'a str>,
    /// The line or row of the head, from 1. Without it, the head is the first row with at least two values.
    pub head: Option<u32>,
}

/// A table as it stands in a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sheet {
    /// The name of the sheet of a workbook.
    pub name: Option<Box<str>>,
    /// The encoding of a text that is not UTF-8: `UTF-16LE`, `windows-874`.
    pub encoding: Option<&'static str>,
    /// The delimiter of a text that has another than the comma.
    pub delimiter: Option<char>,
    /// How many rows with values stand above the head. They are no part of the table.
    pub skipped: usize,
    /// Cells of a workbook that are merged.
    pub merged: Vec<MergedCells>,
    /// Rows and columns of a workbook that are not shown.
    pub hidden: HiddenCells,
    /// The names of cells with a formula whose value was not saved.
    pub unsaved: Vec<Box<str>>,
    /// Rows that have another number of cells than the head, which are left out.
    pub ragged: Vec<RaggedRow>,
    /// The head.
    pub head: SheetRow,
    /// The rows that have a value, without the head. Each has as many cells as the head.
    pub rows: Vec<SheetRow>,
    /// Where the cells stand.
    pub(super) source: SheetSource,
}

/// What places of cells are found in.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum SheetSource {
    /// A sheet, whose cells have names.
    #[default]
    Cells,
    /// A text and the delimiter of its cells.
    Text { text: Box<str>, delimiter: u8 },
    /// Entries whose values have names.
    Entries,
}

/// A row of a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct SheetRow {
    /// The line of a CSV file, the row of a sheet, or the number of an entry in JSON, from 1.
    pub line: u32,
    /// The byte at which the row begins in a text.
    pub(super) at: usize,
    /// Its cells, from the first column of the file.
    pub cells: Box<[SheetCell]>,
}

impl SheetRow {
    /// Returns the row with so many cells, of which the last may be empty.
    pub(super) fn with_width(self, width: usize) -> Self {
        let mut cells = self.cells.into_vec();
        cells.resize(width, SheetCell::Empty);
        Self { cells: cells.into(), ..self }
    }
}

/// The value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SheetCell {
    /// Nothing.
    Empty,
    /// A text without space around it: every cell of a CSV file.
    Text(Box<str>),
    /// A number in digits, with a decimal point if it is not whole.
    Number(Box<str>),
    /// A percentage, as a number of hundredths: 12.5 for a cell that shows 12.5%.
    Percent(Box<str>),
    /// A day, or a day with a time.
    Date(DateTime),
    /// Yes or no.
    Boolean(bool),
    /// An error that the sheet computed: `#DIV/0!`.
    Error(Box<str>),
}

impl SheetCell {
    /// Returns the cell with a text. Space around it does not count.
    pub(super) fn of_text(text: &str) -> Self {
        match text.trim() {
            "" => Self::Empty,
            text if is_error(text) => Self::Error(text.into()),
            text => Self::Text(text.into()),
        }
    }

    /// Returns whether it has no value.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }
}

/// Returns whether a text is what spreadsheets show in place of a value that cannot be computed.
fn is_error(text: &str) -> bool {
    const ERRORS: [&str; 10] = [
        "#DIV/0!",
        "#N/A",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#REF!",
        "#VALUE!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
    ];
    text.starts_with('#') && ERRORS.contains(&text)
}

/// Rows and columns of a workbook that are not shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct HiddenCells {
    /// The rows, from 1.
    pub rows: BTreeSet<u32>,
    /// The columns, from 0.
    pub columns: BTreeSet<usize>,
}

/// Cells that a workbook shows as one. Only the first has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MergedCells {
    /// The first and the last row, from 1.
    pub rows: (u32, u32),
    /// The first and the last column, from 0.
    pub columns: (usize, usize),
}

impl MergedCells {
    /// Returns the name of the range: `A1:C1`.
    pub(crate) fn name(&self) -> String {
        let cell = |column, row| format!("{}{row}", column_name(column));
        format!("{}:{}", cell(self.columns.0, self.rows.0), cell(self.columns.1, self.rows.1))
    }
}

/// A row with another number of cells than the head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RaggedRow {
    /// Its line.
    pub line: u32,
    /// The column at which it has a cell too many or ends too early, in characters, from 1.
    pub column: u32,
    /// How many cells it has.
    pub cells: usize,
    /// Whether a quotation mark in it is never closed.
    pub is_unclosed: bool,
}

/// Why a table cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SheetError {
    /// The format is not one of those that are read.
    Format,
    /// The file needs a password.
    Locked,
    /// The file is damaged, or is not what its name says.
    Broken,
    /// A line has bytes that are no letters in any encoding that is read.
    Letters(u32),
    /// The text is not JSON from a line and a column on.
    Syntax { line: u32, column: u32 },
    /// The JSON file is not a list of rows.
    NoRows,
    /// A value in an entry of a JSON file is a list or an object.
    Nested { entry: u32 },
    /// A key stands twice in an entry of a JSON file.
    SameKey { entry: u32 },
    /// It has more than is read.
    TooLarge(SheetLimit),
    /// The format has no sheets, but one was named.
    NoSheets,
    /// It has no sheet with this name, but these.
    NoSheet(Vec<Box<str>>),
    /// It has several sheets, and none was named.
    ManySheets(Vec<Box<str>>),
    /// It has no such line or row for the head.
    NoHead(u32),
    /// It has no row below the head.
    Empty,
}

/// What a file has more of than is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SheetLimit {
    /// Bytes, also after inflating.
    Bytes,
    /// Rows.
    Rows,
    /// Columns.
    Columns,
    /// Cells.
    Cells,
}

/// Where a cell stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CellPlace {
    /// The place in the file. A workbook has no lines.
    pub place: Place,
    /// Its name: `C5`, `ตุลาคม!C5`, or `3.price` in the third entry.
    pub name: String,
}

impl Sheet {
    /// Returns where a cell of a row stands. `path` is that of the file.
    pub(crate) fn place(&self, path: &str, row: &SheetRow, column: usize) -> CellPlace {
        let cell = || format!("{}{}", column_name(column), row.line);
        match &self.source {
            SheetSource::Cells => {
                let sheet = self.name.as_deref().map_or(String::new(), |name| format!("{name}!"));
                CellPlace { place: Place::file(path), name: format!("{sheet}{}", cell()) }
            }
            SheetSource::Text { text, delimiter } => {
                let place =
                    Place::of_range(path, text, cell_range(text, row.at, *delimiter, column));
                CellPlace { place, name: cell() }
            }
            SheetSource::Entries => {
                let key = match self.head.cells.get(column) {
                    Some(SheetCell::Text(key)) => key,
                    _ => "",
                };
                CellPlace { place: Place::file(path), name: format!("{}.{key}", row.line) }
            }
        }
    }
}

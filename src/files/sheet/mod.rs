//! Reads tables from files: CSV in any encoding, a sheet of a workbook, a list in a JSON file.
//!
//! The files are untrusted. Their size, rows and columns are limited, and a panic of a parser is caught.

mod cell_range;
mod delimited;
mod entries;
mod excel_marks;
mod layout;
mod model;
mod numbers;
mod ods_size;
#[cfg(test)]
pub(crate) mod tests;
mod workbook;

pub(crate) use model::{
    CellPlace, MergedCells, Sheet, SheetCell, SheetError, SheetLimit, SheetOptions, SheetRow,
};

use crate::files::extract::{MAX_FILE, carefully};
use crate::files::kind::ending;

/// The maximum number of rows of a table, without its head.
pub(crate) const MAX_ROWS: usize = 100_000;
/// The maximum number of columns of a table.
pub(crate) const MAX_COLUMNS: usize = 200;
/// The maximum number of cells of a table.
pub(crate) const MAX_CELLS: usize = 2_000_000;
/// How many merged ranges of a sheet are kept.
const MAX_MERGED: usize = 10_000;

/// How a file holds a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TableFormat {
    /// Lines with a delimiter between their cells.
    Delimited,
    /// An Excel workbook.
    Excel,
    /// An OpenDocument workbook.
    OpenDocument,
    /// A list in a JSON file.
    Entries,
}

impl TableFormat {
    fn of_name(name: &str) -> Option<Self> {
        match ending(name).as_str() {
            "csv" => Some(Self::Delimited),
            "xlsx" | "xlsm" => Some(Self::Excel),
            "ods" => Some(Self::OpenDocument),
            "json" => Some(Self::Entries),
            _ => None,
        }
    }
}

/// Returns whether a file has the name of one that can hold a table.
pub(crate) fn may_hold_table(name: &str) -> bool {
    TableFormat::of_name(name).is_some()
}

/// Reads a table from the bytes of a file. `name` is the name of the file, which tells its format.
pub(crate) fn read_sheet(
    name: &str,
    bytes: &[u8],
    options: &SheetOptions,
) -> Result<Sheet, SheetError> {
    let format = TableFormat::of_name(name).ok_or(SheetError::Format)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(SheetError::TooLarge(SheetLimit::Bytes));
    }
    if options.sheet.is_some() && matches!(format, TableFormat::Delimited | TableFormat::Entries) {
        return Err(SheetError::NoSheets);
    }
    let work = || match format {
        TableFormat::Delimited => delimited::read(bytes, options),
        TableFormat::Excel => workbook::read_excel(bytes, options),
        TableFormat::OpenDocument => workbook::read_open_document(bytes, options),
        TableFormat::Entries => entries::read(bytes, options),
    };
    carefully(work).unwrap_or(Err(SheetError::Broken))
}

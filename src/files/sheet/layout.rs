//! Finds the head of a table among its rows.

use crate::files::sheet::model::{SheetError, SheetRow};

/// The fewest values of a row that can be a head. What stands above it is a title.
const FEWEST: usize = 2;

/// Returns the number of the row that is the head, among rows that have values, which is how many stand above it.
pub(super) fn head_of<'r>(
    rows: impl Iterator<Item = &'r SheetRow> + Clone,
    line: Option<u32>,
) -> Result<usize, SheetError> {
    let number = match line {
        Some(line) => {
            rows.clone().position(|row| row.line == line).ok_or(SheetError::NoHead(line))?
        }
        None => {
            let filled = |row: &SheetRow| row.cells.iter().filter(|cell| !cell.is_empty()).count();
            // A table of one column has a head of one value.
            rows.clone().position(|row| filled(row) >= FEWEST).unwrap_or(0)
        }
    };
    if rows.skip(number).nth(1).is_none() {
        return Err(SheetError::Empty);
    }
    Ok(number)
}

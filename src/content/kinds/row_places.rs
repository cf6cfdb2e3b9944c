//! Where the values of an entry stand that is read from a file.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::content::yaml::YamlStep;
use crate::diagnostics::Place;
use crate::files::{Sheet, SheetRow};

/// The file of a list, and which of its columns are fields.
pub(super) struct RowsFile {
    /// Its path.
    pub path: String,
    /// What it contains.
    pub sheet: Sheet,
    /// The columns, by the ids of their fields.
    pub columns: BTreeMap<String, usize>,
    /// The columns of a plan that are months.
    pub months: Vec<MonthColumn>,
}

/// A column for a month.
pub(super) struct MonthColumn {
    /// Its number in the file, from 0.
    pub number: usize,
    /// The month, as the head has it.
    pub name: Box<str>,
}

/// The row of a file from which an entry is read.
pub(super) struct RowPlaces {
    /// The file.
    pub file: Rc<RowsFile>,
    /// The row.
    pub row: SheetRow,
}

impl RowPlaces {
    /// Returns the place and the name of the cell of a value in the entry.
    pub(super) fn cell(&self, steps: &[YamlStep]) -> (Place, String) {
        let RowsFile { path, sheet, columns, .. } = &*self.file;
        let column = steps.iter().rev().find_map(|step| match step {
            YamlStep::Key(key) => columns.get(*key).copied(),
            YamlStep::Index(_) => None,
        });
        let cell = sheet.place(path, &self.row, column.unwrap_or_default());
        (cell.place, cell.name)
    }
}

//! Chooses the columns of a table.

use crate::content::tables::report::TableReport;
use crate::content::tables::spec::{ColumnSpec, PlacedName, TableSpec};
use crate::files::SheetRow;

/// A column that is shown.
#[derive(Debug, Clone)]
pub(in crate::content) struct ChosenColumn<'s> {
    /// Its number in the file, from 0.
    pub number: usize,
    /// Its head in the file.
    pub name: Box<str>,
    /// What the block says of it.
    pub spec: Option<&'s ColumnSpec>,
}

/// Returns the columns that are shown, in their order. Returns `None` after a mistake in the head of the table; all of
/// them are reported.
pub(super) fn chosen_columns<'s>(
    spec: &'s TableSpec,
    rows: &[SheetRow],
    report: &mut TableReport,
) -> Option<Vec<ChosenColumn<'s>>> {
    let all = report.heads(rows)?;
    if spec.columns.is_empty() {
        return Some(all);
    }
    let mut chosen = Vec::new();
    for column in &spec.columns {
        if let Some(found) = report.column(&column.name, &all) {
            chosen.push(ChosenColumn { spec: Some(column), ..found.clone() });
        }
    }
    (chosen.len() == spec.columns.len()).then_some(chosen)
}

/// Returns the column with a name.
pub(super) fn named<'c, 's>(
    name: &PlacedName,
    columns: &'c [ChosenColumn<'s>],
) -> Option<&'c ChosenColumn<'s>> {
    columns.iter().find(|column| column.name == name.name)
}

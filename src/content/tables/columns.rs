//! Chooses the columns of a table.

use crate::content::tables::chosen::ChosenColumn;
use crate::content::tables::report::TableReport;
use crate::content::tables::spec::TableSpec;
use crate::files::SheetRow;

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

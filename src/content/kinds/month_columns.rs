//! Columns for the months of a plan in a file: a mark in one says that an activity takes place in that month.

use crate::content::kinds::extra::{ExtraReader, FiscalYear};
use crate::content::kinds::row_places::MonthColumn;
use crate::content::tables::{ChosenColumn, TableReport, is_blank, text_of};
use crate::diagnostics::{Code, Diagnostic};
use crate::files::{SheetCell, SheetRow};
use crate::text::{folded, months_of_fiscal_year, names_month_of};

/// The field that the columns stand for.
pub(super) const MONTHS: &str = "months";

/// What people write into a cell to say that nothing takes place.
const NO_MARKS: [&str; 7] = ["0", "๐", "no", "false", "ไม่", "ไม่มี", "✗"];

impl ExtraReader<'_> {
    /// Returns the column for a month of a plan, by its head. Reports a month that is not in the fiscal year.
    pub(super) fn month_column(
        &self,
        column: &ChosenColumn,
        report: &mut TableReport,
    ) -> Option<MonthColumn> {
        let FiscalYear::Given(year) = self.context.fiscal_year else { return None };
        if !self.is_plan {
            return None;
        }
        let config = self.context.config;
        let firsts = months_of_fiscal_year(year, config.fiscal_year_begins())?;
        if !names_month_of(&column.name, &firsts, config.calendar)? {
            report.other_month(column);
        }
        Some(MonthColumn { number: column.number, name: column.name.clone() })
    }
}

/// Returns the months in which a row has a mark, as front matter has them.
pub(super) fn marked_months(columns: &[MonthColumn], row: &SheetRow) -> Option<String> {
    let is_marked = |column: &&MonthColumn| is_mark(&row.cells[column.number]);
    let names: Vec<&str> = columns.iter().filter(is_marked).map(|column| &*column.name).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Returns whether a cell has a mark: any value that does not say no.
fn is_mark(cell: &SheetCell) -> bool {
    match cell {
        SheetCell::Boolean(value) => *value,
        _ => !is_blank(cell) && !NO_MARKS.contains(&folded(&text_of(cell)).as_str()),
    }
}

impl TableReport<'_> {
    fn other_month(&mut self, column: &ChosenColumn) {
        let place = self.head_place(column).place;
        let error = Diagnostic::error(Code::TableField, place);
        self.push(error.arg("value", column.name.as_ref()).help("help-month"));
    }
}

//! Tables from files: what a block or a field says of one, and its values with their types.

mod block;
mod chosen;
mod columns;
mod infer;
mod input;
mod model;
mod numbers;
mod read;
mod report;
mod sheet_errors;
mod spec;
#[cfg(test)]
mod tests;
mod totals;
mod values;

pub(crate) use block::{TableBlock, read_spec};
pub(super) use chosen::ChosenColumn;
pub(crate) use input::TableInput;
pub(crate) use model::{CellValue, ColumnType, DataColumn, DataRow, DataTable};
pub(super) use numbers::{is_blank, text_of};
pub(crate) use read::read_table;
pub(super) use report::TableReport;
pub(super) use sheet_errors::{SheetNames, report_sheet_error};
pub(crate) use spec::{ChartKind, PlacedName, SHOWN_ROWS, TableSpec};
pub(super) use totals::{TotalRow, check_sums, notes_of, remarks_below_total, take_total_row};

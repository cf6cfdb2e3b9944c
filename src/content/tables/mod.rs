//! Tables from files: what a block or a field says of one, and its values with their types.

mod block;
mod columns;
mod infer;
mod model;
mod numbers;
mod read;
mod report;
mod sheet_errors;
mod spec;
mod totals;
mod values;

pub(crate) use block::{TableBlock, read_spec};
pub(crate) use model::{CellValue, ColumnType, DataColumn, DataRow, DataTable, TableOrigin};
pub(crate) use read::{TableInput, read_table};
pub(crate) use spec::{ChartKind, ColumnSpec, PlacedName, SHOWN_ROWS, TableSpec, Total};

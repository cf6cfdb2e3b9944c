//! Tables from files: what a block or a field says of one, and its values with their types.

mod model;
mod spec;

pub(crate) use model::{CellValue, ColumnType, DataColumn, DataRow, DataTable};
pub(crate) use spec::{ChartKind, ColumnSpec, TableSpec, Total};

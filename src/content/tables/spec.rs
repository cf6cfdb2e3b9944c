//! What a ```` ```table ```` block says of a table.

use std::ops::Range;

use crate::content::tables::model::ColumnType;

/// How a table is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChartKind {
    /// Bars in the cells of the numbers.
    Bar,
    /// A line for each column of numbers.
    Line,
    /// Columns whose parts are the columns of numbers.
    Stacked,
}

/// Where the totals of a table come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Total {
    /// Sums. If the file has a row of totals, these must be the sums.
    Sum,
}

/// What a block says of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnSpec {
    /// Its head in the file.
    pub name: Box<str>,
    /// Its head on the page, if it is another.
    pub label: Option<Box<str>>,
    /// Its type, if it is not inferred.
    pub column_type: Option<ColumnType>,
    /// Whether it has a total: `None` leaves that to the table.
    pub has_total: Option<bool>,
    /// The unit of its numbers.
    pub unit: Option<Box<str>>,
}

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableSpec {
    /// The name of the file in the item's own folder.
    pub file: Box<str>,
    /// The sheet of a workbook.
    pub sheet: Option<Box<str>>,
    /// The caption.
    pub caption: Box<str>,
    /// The columns that are shown. Empty for all of them.
    pub columns: Vec<ColumnSpec>,
    /// Whether there are totals.
    pub total: Option<Total>,
    /// How the table is drawn.
    pub chart: Option<ChartKind>,
    /// How many rows a page shows at first, if not [`SHOWN_ROWS`].
    pub rows: Option<u32>,
    /// Notes below the table.
    pub notes: Vec<Box<str>>,
    /// The range of the block in the text of the body.
    pub range: Range<usize>,
}

/// How many rows of a table a page shows at first.
pub(crate) const SHOWN_ROWS: usize = 200;

//! What a ```` ```table ```` block says of a table.

use std::ops::Range;

use crate::content::tables::model::ColumnType;
use crate::diagnostics::Place;

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

impl ChartKind {
    /// All charts with the words that a block has for them.
    pub(super) const ALL: [(&'static str, Self); 3] =
        [("bar", Self::Bar), ("line", Self::Line), ("stacked", Self::Stacked)];
}

/// Where the totals of a table come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Total {
    /// Sums. If the file has a row of totals, these must be the sums.
    Sum,
    /// There are none, whatever the last row is called.
    None,
}

impl Total {
    /// All of them with the words that a block has for them.
    pub(super) const ALL: [(&'static str, Self); 2] = [("sum", Self::Sum), ("none", Self::None)];
}

/// A name in a block, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlacedName {
    /// The name.
    pub name: Box<str>,
    /// Where it stands in the Markdown file.
    pub place: Place,
}

/// What a block says of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnSpec {
    /// Its head in the file.
    pub name: PlacedName,
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
    pub file: PlacedName,
    /// The sheet of a workbook.
    pub sheet: Option<PlacedName>,
    /// The line or row of the head in the file, from 1, if it is not the first row with two values.
    pub head: Option<u32>,
    /// The caption.
    pub caption: Box<str>,
    /// The columns that are shown. Empty for all of them.
    pub columns: Vec<ColumnSpec>,
    /// Whether there are totals. `None`: if the file has a row of totals.
    pub total: Option<Total>,
    /// How the table is drawn.
    pub chart: Option<ChartKind>,
    /// How many rows a page shows at first, if not [`SHOWN_ROWS`].
    pub rows: Option<u32>,
    /// The column whose cells are heads of their rows, if it is not the first one of texts.
    pub row_head: Option<PlacedName>,
    /// The unit of the numbers, but for percentages.
    pub unit: Option<Box<str>>,
    /// Notes below the table.
    pub notes: Vec<Box<str>>,
    /// The range of the block in the text of the body.
    pub range: Range<usize>,
}

/// How many rows of a table a page shows at first.
pub(crate) const SHOWN_ROWS: usize = 200;

//! A table whose values have types.

use crate::text::{Decimal, Moment};

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnType {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// A decimal number.
    Decimal,
    /// An amount of money.
    Money,
    /// A percentage.
    Percent,
    /// A day.
    Date,
    /// An item of the portal, by the path of its Markdown file. It becomes a link, or plain text if the item is
    /// not published.
    Item,
}

impl ColumnType {
    /// All types with the words that a block has for them.
    pub(crate) const ALL: [(&'static str, Self); 7] = [
        ("text", Self::Text),
        ("integer", Self::Integer),
        ("decimal", Self::Decimal),
        ("money", Self::Money),
        ("percent", Self::Percent),
        ("date", Self::Date),
        ("item", Self::Item),
    ];

    /// Returns the word that a block has for it.
    pub(crate) fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, of)| *of == self).map_or("text", |(word, _)| word)
    }

    /// Returns whether its values are numbers.
    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal | Self::Money | Self::Percent)
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataColumn {
    /// Its head in the file.
    pub name: Box<str>,
    /// Its head on the page.
    pub label: Box<str>,
    /// The type of its values.
    pub column_type: ColumnType,
    /// Whether the type was inferred from the values.
    pub is_inferred: bool,
    /// The unit of its numbers: `บาท`.
    pub unit: Option<Box<str>>,
    /// Whether its cells are heads of their rows.
    pub is_row_head: bool,
    /// The sum of its numbers, if the table has totals and the column has one.
    pub total: Option<Decimal>,
}

/// The value of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CellValue {
    /// Nothing.
    Empty,
    /// A text. It may have several lines.
    Text(Box<str>),
    /// A number of any type.
    Number(Decimal),
    /// A day.
    Date(Moment),
    /// The path of the Markdown file of an item.
    Item(Box<str>),
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataRow {
    /// The line of the file, or the row of the sheet, from 1.
    pub line: u32,
    /// Whether it is a total of other rows, which is not drawn and not added up.
    pub is_total: bool,
    /// One value for each column of the table.
    pub cells: Box<[CellValue]>,
}

/// How a file was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TableOrigin {
    /// The sheet of a workbook.
    pub sheet: Option<Box<str>>,
    /// The encoding of a text that is not UTF-8.
    pub encoding: Option<&'static str>,
    /// The delimiter of a text that has another than the comma.
    pub delimiter: Option<char>,
    /// How many rows above the head are no part of the table.
    pub skipped: usize,
}

/// A table from a file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DataTable {
    /// The number of the file among the item's files.
    pub file: usize,
    /// How the file was read.
    pub origin: TableOrigin,
    /// Its columns, in the order in which they are shown.
    pub columns: Box<[DataColumn]>,
    /// Its rows, without head and total.
    pub rows: Vec<DataRow>,
    /// The head of the row of totals: empty if the file has no such row, and the sums were computed. `None` if the
    /// table has no totals.
    pub total_label: Option<Box<str>>,
    /// Remarks below the table in the file.
    pub notes: Vec<Box<str>>,
}

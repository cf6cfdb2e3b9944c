//! The numbers of a table that are drawn.

use crate::content::{CellValue, ChartKind, ColumnType, DataColumn, DataRow, DataTable};
use crate::text::Decimal;

/// The most columns of numbers in a chart of lines or stacked columns: more cannot be told apart.
const MAX_SERIES: usize = 6;

/// The most rows in a chart. The columns of more would be thinner than a line.
const MAX_POINTS: usize = 120;

/// Why a table cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ChartProblem {
    /// It has no column of numbers.
    NoNumbers,
    /// It has more columns of numbers than can be told apart.
    ManySeries {
        /// How many there may be.
        limit: usize,
    },
    /// It has fewer than two rows, or too many.
    Points {
        /// How many it has.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Its numbers have different units, so that they have no common scale.
    Units {
        /// A column.
        column: Box<str>,
        /// A column with another unit.
        other: Box<str>,
    },
    /// A number below zero cannot be stacked.
    Negative {
        /// The column.
        column: Box<str>,
        /// The line in the file.
        line: u32,
    },
}

/// The numbers of a chart: a series for each column of numbers, a point for each row.
#[derive(Debug)]
pub(crate) struct Series<'a> {
    /// The columns, with their numbers.
    pub columns: Vec<(&'a DataColumn, Vec<Option<Decimal>>)>,
    /// The heads of the rows.
    pub heads: Vec<String>,
    /// Whether the numbers of a row are parts of a whole.
    pub is_stacked: bool,
}

impl<'a> Series<'a> {
    /// Returns the numbers of a table.
    pub(super) fn of(
        table: &'a DataTable,
        kind: ChartKind,
        shown: &dyn Fn(&DataColumn, &CellValue) -> String,
    ) -> Result<Self, ChartProblem> {
        let numbers = table.columns.iter().enumerate().filter(|(n, _)| is_drawn(table, *n));
        let columns: Vec<(&DataColumn, Vec<Option<Decimal>>)> =
            numbers.map(|(n, column)| (column, numbers_of(table, n))).collect();
        let is_stacked = kind == ChartKind::Stacked;
        let series = Self { heads: heads(table, shown), columns, is_stacked };
        series.check(table, kind).map(|()| series)
    }

    fn check(&self, table: &DataTable, kind: ChartKind) -> Result<(), ChartProblem> {
        let Some((first, _)) = self.columns.first() else { return Err(ChartProblem::NoNumbers) };
        if kind == ChartKind::Bar {
            return Ok(());
        }
        if self.columns.len() > MAX_SERIES {
            return Err(ChartProblem::ManySeries { limit: MAX_SERIES });
        }
        let count = self.heads.len();
        if !(2..=MAX_POINTS).contains(&count) {
            return Err(ChartProblem::Points { count, limit: MAX_POINTS });
        }
        if let Some((other, _)) = self.columns.iter().find(|(other, _)| !is_same_unit(first, other))
        {
            let (column, other) = (first.label.clone(), other.label.clone());
            return Err(ChartProblem::Units { column, other });
        }
        if kind == ChartKind::Stacked {
            for (column, values) in &self.columns {
                let negative = |value: &Option<Decimal>| value.is_some_and(is_negative);
                if let Some(row) = values.iter().position(negative) {
                    let (column, line) = (
                        column.label.clone(),
                        drawn_rows(table).nth(row).map_or(0, |row| row.line),
                    );
                    return Err(ChartProblem::Negative { column, line });
                }
            }
        }
        Ok(())
    }

    /// Returns whether all numbers are whole.
    pub(super) fn is_whole(&self) -> bool {
        self.columns.iter().all(|(column, _)| column.column_type == ColumnType::Integer)
    }

    /// Returns every number.
    pub(super) fn numbers(&self) -> impl Iterator<Item = Decimal> {
        self.columns.iter().flat_map(|(_, values)| values.iter().copied().flatten())
    }
}

/// Returns whether two columns of numbers have a common scale.
pub(super) fn is_same_unit(one: &DataColumn, other: &DataColumn) -> bool {
    let is_count = |column: &DataColumn| {
        matches!(column.column_type, ColumnType::Integer | ColumnType::Decimal)
    };
    let is_same_type = one.column_type == other.column_type || (is_count(one) && is_count(other));
    is_same_type && (one.unit == other.unit || one.unit.is_none() || other.unit.is_none())
}

/// Returns whether a column has numbers that are drawn. Numbers that are heads of rows, and those of a first column
/// that counts the rows, say nothing.
pub(super) fn is_drawn(table: &DataTable, column: usize) -> bool {
    let of = &table.columns[column];
    let is_number = of.column_type.is_number() && !of.is_row_head;
    is_number && !(column == 0 && of.column_type == ColumnType::Integer && counts_rows(table))
}

/// Returns whether the numbers of the first column are 1, 2, 3 and so on.
fn counts_rows(table: &DataTable) -> bool {
    let numbers = numbers_of(table, 0);
    let has_others = table.columns[1..].iter().any(|column| column.column_type.is_number());
    let counts = |(n, number): (u32, &Option<Decimal>)| {
        number.is_some_and(|number| number.compare(Decimal::from(n)).is_eq())
    };
    has_others && (1..).zip(&numbers).all(counts)
}

fn is_negative(number: Decimal) -> bool {
    number.compare(Decimal::ZERO).is_lt()
}

pub(super) fn numbers_of(table: &DataTable, column: usize) -> Vec<Option<Decimal>> {
    let number = |row: &DataRow| match row.cells.get(column) {
        Some(CellValue::Number(number)) => Some(*number),
        _ => None,
    };
    drawn_rows(table).map(number).collect()
}

/// Returns the rows that are drawn: all but totals of others.
fn drawn_rows(table: &DataTable) -> impl Iterator<Item = &DataRow> {
    table.rows.iter().filter(|row| !row.is_total)
}

/// Returns the heads of the rows: the cells of the column that is said to be one, or of the first column without
/// drawn numbers.
fn heads(table: &DataTable, shown: &dyn Fn(&DataColumn, &CellValue) -> String) -> Vec<String> {
    let column = table.columns.iter().position(|column| column.is_row_head);
    let column = column.or_else(|| (0..table.columns.len()).find(|n| !is_drawn(table, *n)));
    let text = |row: &DataRow| {
        let at = column.and_then(|n| Some((table.columns.get(n)?, row.cells.get(n)?)));
        at.map_or(String::new(), |(column, value)| shown(column, value))
    };
    drawn_rows(table).map(text).collect()
}

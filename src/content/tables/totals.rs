//! Totals of tables: finds the row of totals in a file, checks it, and computes what is missing.

use crate::content::tables::chosen::ChosenColumn;
use crate::content::tables::model::{CellValue, ColumnType, DataColumn, DataRow};
use crate::content::tables::numbers::{is_blank, number_of, text_of};
use crate::content::tables::report::{TableReport, WrongTotal};
use crate::content::tables::spec::{TableSpec, Total};
use crate::files::{SheetCell, SheetRow};
use crate::text::{Decimal, RowKind, SummedValues, is_unsummed, single_spaced};

/// A row of totals.
#[derive(Debug, Clone)]
pub(in crate::content) struct TotalRow {
    /// What it is called.
    pub label: Box<str>,
    /// The row.
    pub row: SheetRow,
}

/// Takes the last row if it is a row of totals.
pub(in crate::content) fn take_total_row(rows: &mut Vec<SheetRow>) -> Option<TotalRow> {
    let last = rows.last()?;
    let has_number = last.cells.iter().any(|cell| number_of(cell).is_ok());
    let label = last.cells.iter().find_map(|cell| match cell {
        SheetCell::Text(text) if number_of(cell).is_err() => Some(text),
        _ => None,
    })?;
    let label = without_marks(label);
    let is_total = RowKind::of(std::iter::once(label.as_str())) == RowKind::Total;
    // A table of one row has nothing to add up.
    if !is_total || !has_number || rows.len() < 2 {
        return None;
    }
    rows.pop().map(|row| TotalRow { label: label.into(), row })
}

/// Returns a text without the marks of bold type in Markdown.
fn without_marks(text: &str) -> String {
    single_spaced(text.trim_matches(['*', '_']))
}

/// Takes the rows at the end that are remarks on the table: a single text that says so.
pub(in crate::content) fn notes_of(rows: &mut Vec<SheetRow>) -> Vec<Box<str>> {
    const BEGINNINGS: [&str; 7] =
        ["หมายเหตุ", "ที่มา", "แหล่งที่มา", "ข้อมูล ณ", "note", "source", "remark"];
    let mut notes: Vec<Box<str>> = Vec::new();
    while let Some(last) = rows.last() {
        let mut filled = last.cells.iter().filter(|cell| !cell.is_empty());
        let Some(SheetCell::Text(text)) = filled.next() else { break };
        let small = text.to_lowercase();
        let is_note = BEGINNINGS.iter().any(|beginning| small.starts_with(beginning));
        if !is_note || filled.next().is_some() || last.cells.len() < 2 || rows.len() < 2 {
            break;
        }
        notes.push(text.clone());
        rows.pop();
    }
    notes.reverse();
    notes
}

/// Returns what the rows are to a sum.
pub(super) fn row_kinds(rows: &[SheetRow]) -> Vec<RowKind> {
    rows.iter().map(|row| RowKind::of(row.cells.iter().map(bare_text))).collect()
}

/// Returns the text of a cell as far as it matters for the kind of its row.
fn bare_text(cell: &SheetCell) -> &str {
    match cell {
        SheetCell::Text(text) | SheetCell::Number(text) => text.trim_matches(['*', '_']),
        _ => "",
    }
}

/// What totals are made of.
pub(super) struct Totals<'t> {
    pub spec: &'t TableSpec,
    pub columns: &'t [ChosenColumn<'t>],
    pub rows: &'t [DataRow],
    /// What the rows are to a sum.
    pub kinds: &'t [RowKind],
    /// The row of totals in the file.
    pub row: Option<&'t TotalRow>,
    /// For each column, whether it has a cell that is no number. What it adds up to is not known then.
    pub is_wrong: &'t [bool],
}

/// Returns the first row that may be a part of another one, or not be added.
fn doubtful_row(kinds: &[RowKind]) -> Option<usize> {
    kinds.iter().position(|kind| !matches!(kind, RowKind::Plain | RowKind::Total))
}

impl Totals<'_> {
    /// Checks the row of totals, or computes totals if they are asked for. Returns its label.
    pub(super) fn fill(
        &self,
        typed: &mut [DataColumn],
        report: &mut TableReport,
    ) -> Option<Box<str>> {
        let doubtful = doubtful_row(self.kinds).filter(|_| self.row.is_none());
        let mut is_asked = false;
        for (position, column) in typed.iter_mut().enumerate() {
            let said = self.columns[position].spec.and_then(|spec| spec.has_total);
            if said == Some(true) && !column.column_type.is_number() {
                report.no_numbers(&self.columns[position]);
            }
            if said != Some(false) && column.column_type.is_number() {
                column.total = match self.row {
                    Some(row) => self.written(row, position, column.column_type, report),
                    None => self.computed(position, column, said == Some(true)),
                };
                is_asked |= column.total.is_some();
            }
        }
        if let Some(row) = doubtful.filter(|_| is_asked) {
            report.doubtful_sum(self.spec, self.rows[row].line);
        }
        let has_totals = typed.iter().any(|column| column.total.is_some());
        has_totals.then(|| self.row.map_or_else(Box::default, |row| row.label.clone()))
    }

    /// Returns the total that stands in the file. Reports one that is not the sum of its rows.
    fn written(
        &self,
        row: &TotalRow,
        position: usize,
        column_type: ColumnType,
        report: &mut TableReport,
    ) -> Option<Decimal> {
        let column = &self.columns[position];
        let cell = &row.row.cells[column.number];
        if is_blank(cell) {
            return None;
        }
        let Ok(read) = number_of(cell) else {
            if without_marks(&text_of(cell)) == *row.label {
                return None;
            }
            report.value(&"help-total".into(), &row.row, column, column_type, &text_of(cell));
            return None;
        };
        // A share, an average or a rate of the whole is no sum.
        let is_sum =
            column_type != ColumnType::Percent && !is_unsummed(&column.name.to_lowercase());
        let said = column.spec.and_then(|spec| spec.has_total) == Some(true);
        if (is_sum || said) && !self.is_wrong[position] {
            let summed = self.summed(position, read.number);
            if let Some(wrong) = summed.wrong(self.kinds, column_type == ColumnType::Money) {
                report.total(&wrong, &row.row, column, "help");
            }
        }
        Some(read.number)
    }

    /// Returns the sum of a column if it has one: that of an amount or a count, but not that of numbers of rows.
    fn computed(&self, position: usize, column: &DataColumn, is_asked: bool) -> Option<Decimal> {
        let is_sum = self.spec.total == Some(Total::Sum)
            && column.column_type != ColumnType::Percent
            && !is_unsummed(&column.name.to_lowercase())
            && !is_counter(&column.name);
        if !is_sum && !is_asked {
            return None;
        }
        Some(self.summed(position, Decimal::ZERO).sum(self.kinds))
    }

    fn summed(&self, position: usize, total: Decimal) -> Summed {
        let number = |row: &DataRow| match &row.cells[position] {
            CellValue::Number(number) => Some(*number),
            _ => None,
        };
        Summed::new(self.rows.iter().map(number), total)
    }
}

/// Checks the totals of columns against the numbers of their cells. A column with a cell that is no number is not added
/// up.
pub(in crate::content) fn check_sums(
    columns: &[&ChosenColumn],
    rows: &[SheetRow],
    total: &TotalRow,
    report: &mut TableReport,
) {
    let kinds = row_kinds(rows);
    for column in columns.iter().filter(|column| !is_unsummed(&column.name.to_lowercase())) {
        let number = |row: &SheetRow| {
            let cell = &row.cells[column.number];
            if is_blank(cell) { Some(None) } else { number_of(cell).ok().map(|n| Some(n.number)) }
        };
        let numbers: Option<Vec<Option<Decimal>>> = rows.iter().map(number).collect();
        let written = number_of(&total.row.cells[column.number]);
        let (Some(numbers), Ok(written)) = (numbers, written) else { continue };
        let summed = Summed::new(numbers.into_iter(), written.number);
        if let Some(wrong) = summed.wrong(&kinds, true) {
            report.total(&wrong, &total.row, column, "help-rows");
        }
    }
}

/// Numbers without their points, and how many decimals they have.
struct Summed {
    values: SummedValues,
    scale: u8,
}

impl Summed {
    fn new(numbers: impl Iterator<Item = Option<Decimal>> + Clone, total: Decimal) -> Self {
        let scales = numbers.clone().flatten().map(Decimal::scale);
        let scale = scales.max().unwrap_or(0).max(total.scale());
        let values = numbers.map(|number| number.map(|number| number.units_at(scale))).collect();
        let values = SummedValues { values, total: total.units_at(scale), tolerance: 0 };
        Self { values, scale }
    }

    /// Returns the total and the sum if they differ.
    fn wrong(&self, kinds: &[RowKind], is_money: bool) -> Option<WrongTotal> {
        let sum = self.values.differing_sum(kinds)?;
        let shown = |units| Decimal::from_units(units, self.scale).shown(is_money);
        Some(WrongTotal { total: shown(self.values.total), sum: shown(sum) })
    }

    /// Returns the sum of all rows but subtotals.
    fn sum(&self, kinds: &[RowKind]) -> Decimal {
        let kept = kinds.iter().zip(&self.values.values);
        let kept = kept.filter(|(kind, _)| **kind != RowKind::Total);
        Decimal::from_units(kept.filter_map(|(_, value)| *value).sum(), self.scale)
    }
}

/// Returns whether a column has the numbers of rows.
fn is_counter(name: &str) -> bool {
    const NAMES: [&str; 7] = ["ที่", "ลำดับ", "ลำดับที่", "no.", "no", "number", "#"];
    let name = name.to_lowercase();
    NAMES.iter().any(|known| name.trim() == *known)
}

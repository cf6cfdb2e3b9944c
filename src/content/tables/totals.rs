//! Totals of tables: finds the row of totals in a file, checks it, and computes what is missing.

use crate::content::tables::chosen::ChosenColumn;
use crate::content::tables::model::{CellValue, ColumnType, DataColumn, DataRow};
use crate::content::tables::numbers::{is_blank, is_rounded, number_of, text_of};
use crate::content::tables::report::{TableReport, WrongTotal};
use crate::content::tables::spec::{TableSpec, Total};
use crate::files::{SheetCell, SheetRow};
use crate::text::{Decimal, MAX_DECIMALS, RowKind, SummedValues, is_unsummed, single_spaced};

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

/// Takes the rows below a row of totals that have nothing but texts, such as those of a signature. Returns them as remarks.
pub(in crate::content) fn remarks_below_total(
    rows: &mut Vec<SheetRow>,
    report: &mut TableReport,
) -> Vec<Box<str>> {
    const MOST: usize = 10;
    let are_texts = |row: &SheetRow| {
        let mut filled = row.cells.iter().filter(|cell| !cell.is_empty());
        filled.all(|cell| {
            matches!(cell, SheetCell::Text(_)) && !is_blank(cell) && number_of(cell).is_err()
        })
    };
    let count = rows.iter().rev().take_while(|row| are_texts(row)).count();
    let Some(total) = rows.len().checked_sub(count + 1) else { return Vec::new() };
    let row = &rows[total];
    let has_number = row.cells.iter().any(|cell| number_of(cell).is_ok());
    let is_total = has_number && row_kinds(std::slice::from_ref(row)) == [RowKind::Total];
    if count > MOST || !is_total || total == 0 {
        return Vec::new();
    }
    let remark = |row: SheetRow| {
        report.texts(&row);
        let texts = row.cells.iter().map(text_of).filter(|text| !text.is_empty());
        texts.collect::<Vec<_>>().join(" ").into()
    };
    rows.drain(total + 1..).map(remark).collect()
}

/// Returns a text without the marks of bold type in Markdown.
fn without_marks(text: &str) -> String {
    single_spaced(text.trim_matches(['*', '_']))
}

/// Takes the rows at the end that are remarks on the table: a single text that says so.
pub(in crate::content) fn notes_of(
    rows: &mut Vec<SheetRow>,
    report: &mut TableReport,
) -> Vec<Box<str>> {
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
        report.texts(last);
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
    /// The totals among the rows, by row, if they are checked.
    pub subtotals: &'t [(usize, SheetRow)],
    /// The row of totals in the file.
    pub row: Option<&'t TotalRow>,
    /// For each column, whether it has a cell that is no number. What it adds up to is not known then.
    pub is_wrong: &'t [bool],
    /// For each column, how many numbers were rounded.
    pub rounded: &'t [usize],
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
                self.check_subtotals(position, column.column_type, report);
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
        if self.is_checked(position, column_type) {
            let summed = self.summed(position, read.number, is_rounded(cell));
            if let Some(wrong) = summed.wrong(self.kinds, column_type == ColumnType::Money) {
                report.total(&wrong, &row.row, column, "help");
            }
        }
        Some(read.number)
    }

    /// Returns whether the totals of a column must be sums. A share, an average or a rate of the whole is none.
    fn is_checked(&self, position: usize, column_type: ColumnType) -> bool {
        let column = &self.columns[position];
        let is_sum =
            column_type != ColumnType::Percent && !is_unsummed(&column.name.to_lowercase());
        let said = column.spec.and_then(|spec| spec.has_total) == Some(true);
        (is_sum || said) && !self.is_wrong[position]
    }

    /// Reports totals among the rows that are no sums of rows above.
    fn check_subtotals(&self, position: usize, column_type: ColumnType, report: &mut TableReport) {
        if self.subtotals.is_empty() || !self.is_checked(position, column_type) {
            return;
        }
        let summed = self.summed(position, Decimal::ZERO, false);
        for (row, wrong) in summed.wrong_subtotals(self.kinds, column_type == ColumnType::Money) {
            if let Some((_, row)) = self.subtotals.iter().find(|(number, _)| *number == row) {
                report.total(&wrong, row, &self.columns[position], "help-among");
            }
        }
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
        Some(self.summed(position, Decimal::ZERO, false).sum(self.kinds))
    }

    fn summed(&self, position: usize, total: Decimal, is_rounded: bool) -> Summed {
        let number = |row: &DataRow| match &row.cells[position] {
            CellValue::Number(number) => Some(*number),
            _ => None,
        };
        let rounded = self.rounded[position] + usize::from(is_rounded);
        Summed::new(self.rows.iter().map(number), total, rounded)
    }
}

/// Checks the totals of columns against the numbers of their cells, and takes the totals among the rows: they are no
/// entries. Reports one that has no number which can be checked. A column with a cell that is no number is not added up.
pub(in crate::content) fn check_sums(
    columns: &[&ChosenColumn],
    rows: &mut Vec<SheetRow>,
    total: Option<&TotalRow>,
    report: &mut TableReport,
) {
    let kinds = row_kinds(rows);
    let has_subtotals = kinds.contains(&RowKind::Total);
    if total.is_none() && !has_subtotals {
        return;
    }
    let mut is_checked = vec![false; rows.len()];
    for column in columns.iter().filter(|column| !is_unsummed(&column.name.to_lowercase())) {
        let number = |row: &SheetRow| {
            let cell = &row.cells[column.number];
            if is_blank(cell) { Some(None) } else { number_of(cell).ok().map(|n| Some(n.number)) }
        };
        let numbers: Option<Vec<Option<Decimal>>> = rows.iter().map(number).collect();
        let Some(numbers) = numbers else { continue };
        for (is_checked, number) in is_checked.iter_mut().zip(&numbers) {
            *is_checked |= number.is_some();
        }
        let written = total.and_then(|total| {
            Some((total, number_of(&total.row.cells[column.number]).ok()?.number))
        });
        let sum = written.map_or(Decimal::ZERO, |(_, number)| number);
        let cells = rows.iter().chain(written.map(|(total, _)| &total.row));
        let rounded = cells.filter(|row| is_rounded(&row.cells[column.number])).count();
        let summed = Summed::new(numbers.into_iter(), sum, rounded);
        if let Some((total, _)) = written
            && let Some(wrong) = summed.wrong(&kinds, true)
        {
            report.total(&wrong, &total.row, column, "help-rows");
        }
        for (row, wrong) in summed.wrong_subtotals(&kinds, true) {
            report.total(&wrong, &rows[row], column, "help-rows");
        }
    }
    let mut number = 0;
    rows.retain(|row| {
        let is_total = kinds[number] == RowKind::Total;
        if is_total && !is_checked[number] {
            report.no_entry(row);
        }
        number += 1;
        !is_total
    });
}

/// Numbers without their points, and how many decimals they have.
struct Summed {
    values: SummedValues,
    scale: u8,
}

impl Summed {
    /// `rounded` is how many of the numbers were rounded to the most decimals that are kept. Each of them may be off by
    /// half a unit.
    fn new(
        numbers: impl Iterator<Item = Option<Decimal>> + Clone,
        total: Decimal,
        rounded: usize,
    ) -> Self {
        let kept = u8::try_from(MAX_DECIMALS).unwrap_or(u8::MAX);
        let least = if rounded > 0 { kept } else { 0 };
        let scales = numbers.clone().flatten().map(Decimal::scale);
        let scale = scales.max().unwrap_or(0).max(total.scale()).max(least);
        let values = numbers.map(|number| number.map(|number| number.units_at(scale))).collect();
        let tolerance = i128::try_from(rounded.div_ceil(2)).unwrap_or(i128::MAX);
        let values = SummedValues { values, total: total.units_at(scale), tolerance };
        Self { values, scale }
    }

    /// Returns the total and the sum if they differ.
    fn wrong(&self, kinds: &[RowKind], is_money: bool) -> Option<WrongTotal> {
        let sum = self.values.differing_sum(kinds)?;
        let shown = |units| Decimal::from_units(units, self.scale).shown(is_money);
        Some(WrongTotal { total: shown(self.values.total), sum: shown(sum) })
    }

    /// Returns the totals among the rows that are no sums, by row.
    fn wrong_subtotals(&self, kinds: &[RowKind], is_money: bool) -> Vec<(usize, WrongTotal)> {
        let shown = |units| Decimal::from_units(units, self.scale).shown(is_money);
        let wrong = self.values.wrong_subtotals(kinds).into_iter().map(|(row, sum)| {
            let total = self.values.values[row].unwrap_or(0);
            (row, WrongTotal { total: shown(total), sum: shown(sum) })
        });
        wrong.collect()
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

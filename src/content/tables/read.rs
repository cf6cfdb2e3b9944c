//! Reads the table that a block names: chooses its columns, and gives its values types.

use crate::content::tables::chosen::ChosenColumn;
use crate::content::tables::columns::chosen_columns;
use crate::content::tables::infer::{are_years_in_order, inferred, plain_beside_percents};
use crate::content::tables::input::TableInput;
use crate::content::tables::model::{
    CellValue, ColumnType, DataColumn, DataRow, DataTable, TableOrigin,
};
use crate::content::tables::numbers::{is_blank, is_rounded, number_of, text_of};
use crate::content::tables::report::TableReport;
use crate::content::tables::sheet_errors::{SheetNames, report_sheet_error};
use crate::content::tables::spec::{TableSpec, Total};
use crate::content::tables::totals::{
    TotalRow, Totals, notes_of, remarks_below_total, row_kinds, take_total_row,
};
use crate::content::tables::values::value_of;
use crate::diagnostics::{Diagnostics, Severity};
use crate::files::{Sheet, SheetCell, SheetOptions, SheetRow, read_sheet};
use crate::text::RowKind;

/// Reads a table. Returns `None` after a mistake; all of them are reported.
pub(crate) fn read_table(
    spec: &TableSpec,
    input: &TableInput,
    diagnostics: &mut Diagnostics,
) -> Option<DataTable> {
    let mut found = Diagnostics::default();
    let table = read(spec, input, &mut found);
    let is_right = !found.has_errors();
    found.amend_all(|diagnostic| {
        if diagnostic.severity == Severity::Error {
            diagnostic.severity = input.severity;
        }
    });
    diagnostics.append(found);
    table.filter(|_| is_right)
}

fn read(spec: &TableSpec, input: &TableInput, found: &mut Diagnostics) -> Option<DataTable> {
    let name = input.path.rsplit('/').next().unwrap_or(input.path);
    let sheet = spec.sheet.as_ref().map(|sheet| sheet.name.as_ref());
    let options = SheetOptions { sheet, head: spec.head };
    let mut sheet = match read_sheet(name, input.bytes, &options) {
        Ok(sheet) => sheet,
        Err(error) => {
            let names = SheetNames { file: &spec.file, sheet: spec.sheet.as_ref() };
            report_sheet_error(&error, &names, input.path, found);
            return None;
        }
    };
    let mut rows = std::mem::take(&mut sheet.rows);
    let mut report = TableReport::new(input.path, &sheet, found);
    report.sheet();
    let columns = chosen_columns(spec, &rows, &mut report)?;
    report.hidden(&rows, columns.iter().filter(|column| column.spec.is_none()));
    let mut notes = notes_of(&mut rows, &mut report);
    let has_totals = spec.total != Some(Total::None);
    let mut total = None;
    if has_totals {
        let mut remarks = remarks_below_total(&mut rows, &mut report);
        remarks.append(&mut notes);
        notes = remarks;
        total = take_total_row(&mut rows);
    }
    report.merged(&rows);
    let mut typed = typed_columns(spec, &columns, &rows, input, &mut report);
    // A total of a column that is shown as text would stand nowhere: then it stays a row.
    let is_shown = |(column, typed): (&ChosenColumn, &DataColumn), row: &SheetRow| {
        typed.column_type.is_number() || number_of(&row.cells[column.number]).is_err()
    };
    let is_lost =
        |row: &TotalRow| !columns.iter().zip(&typed).all(|column| is_shown(column, &row.row));
    if let Some(total) = total.take_if(|total| is_lost(total)) {
        rows.push(total.row);
    }
    let kinds = row_kinds(&rows);
    let reading =
        Reading { input, columns: &columns, typed: &typed, kinds: has_totals.then_some(&kinds) };
    let subtotals: Vec<(usize, SheetRow)> = (rows.iter().zip(&kinds).enumerate())
        .filter(|(_, (_, kind))| has_totals && **kind == RowKind::Total)
        .map(|(number, (row, _))| (number, row.clone()))
        .collect();
    let rounded: Vec<usize> = columns.iter().map(|column| rounded_in(&rows, column)).collect();
    let (rows, is_wrong) = reading.values(rows, &mut report);
    let totals = Totals {
        spec,
        columns: &columns,
        rows: &rows,
        kinds: &kinds,
        subtotals: &subtotals,
        row: total.as_ref(),
        is_wrong: &is_wrong,
        rounded: &rounded,
    };
    let total_label = totals.fill(&mut typed, &mut report);
    report.finish();
    Some(DataTable {
        file: input.file,
        origin: origin_of(&sheet),
        columns: typed.into(),
        rows,
        total_label,
        notes,
    })
}

fn rounded_in(rows: &[SheetRow], column: &ChosenColumn) -> usize {
    rows.iter().filter(|row| is_rounded(&row.cells[column.number])).count()
}

fn origin_of(sheet: &Sheet) -> TableOrigin {
    let Sheet { name, encoding, delimiter, skipped, .. } = sheet;
    TableOrigin {
        sheet: name.clone(),
        encoding: *encoding,
        delimiter: *delimiter,
        skipped: *skipped,
    }
}

/// Returns the columns with their types.
fn typed_columns(
    spec: &TableSpec,
    columns: &[ChosenColumn],
    rows: &[SheetRow],
    input: &TableInput,
    report: &mut TableReport,
) -> Vec<DataColumn> {
    let calendar = input.config.calendar;
    let mut typed: Vec<DataColumn> = Vec::new();
    for column in columns {
        let said = column.spec.and_then(|spec| spec.column_type);
        let column_type = said.unwrap_or_else(|| {
            let cells = rows.iter().map(|row| &row.cells[column.number]);
            let read = inferred(&column.name, cells, calendar);
            if read.exceptions > 0 {
                report.mixed(column, &rows[read.first_exception], read.exceptions);
            }
            let cells = || rows.iter().map(|row| &row.cells[column.number]);
            let is_first = typed.is_empty() && columns.len() > 1;
            match read.column_type {
                ColumnType::Integer if is_first && are_years_in_order(cells()) => ColumnType::Text,
                column_type => column_type,
            }
        });
        let cells = rows.iter().map(|row| &row.cells[column.number]);
        let is_percent = column_type == ColumnType::Percent;
        if let Some((row, count)) =
            plain_beside_percents(cells).filter(|_| is_percent || said.is_none())
        {
            report.beside_percents(column, &rows[row], count);
        }
        let own_unit = column.spec.and_then(|spec| spec.unit.clone());
        let shares_unit = column_type.is_number() && column_type != ColumnType::Percent;
        let unit = own_unit.or_else(|| spec.unit.clone().filter(|_| shares_unit));
        let label = column.spec.and_then(|spec| spec.label.clone());
        typed.push(DataColumn {
            name: column.name.clone(),
            label: label.unwrap_or_else(|| column.name.clone()),
            column_type,
            is_inferred: said.is_none(),
            unit,
            is_row_head: false,
            total: None,
        });
    }
    let named = spec.row_head.as_ref().and_then(|named| report.row_head(named, columns));
    let first_text = || typed.iter().position(|column| column.column_type == ColumnType::Text);
    if let Some(head) = named.or_else(first_text) {
        typed[head].is_row_head = true;
    }
    typed
}

/// Returns whether a cell is a text of one line.
fn is_line(cell: &SheetCell) -> bool {
    matches!(cell, SheetCell::Text(text) if !text.contains(['\n', '\r']) && !is_blank(cell))
}

/// Gives the values of rows their types.
struct Reading<'r> {
    input: &'r TableInput<'r>,
    columns: &'r [ChosenColumn<'r>],
    typed: &'r [DataColumn],
    /// What the rows are to a sum, if some may be totals.
    kinds: Option<&'r Vec<RowKind>>,
}

impl Reading<'_> {
    /// Returns the rows, and for each column whether it has a cell with a mistake.
    fn values(&self, rows: Vec<SheetRow>, report: &mut TableReport) -> (Vec<DataRow>, Vec<bool>) {
        let mut values = Vec::with_capacity(rows.len());
        let mut is_wrong = vec![false; self.columns.len()];
        for (number, mut row) in rows.into_iter().enumerate() {
            let is_total = self.kinds.is_some_and(|kinds| kinds[number] == RowKind::Total);
            report.texts(&row);
            let columns = self.columns.iter().zip(self.typed).zip(&mut is_wrong);
            let cells = columns.map(|((column, typed), is_wrong)| {
                let cell = &mut row.cells[column.number];
                if typed.column_type == ColumnType::Text && is_line(cell) {
                    let SheetCell::Text(text) = std::mem::replace(cell, SheetCell::Empty) else {
                        return CellValue::Empty;
                    };
                    return CellValue::Text(text);
                }
                let cell = &row.cells[column.number];
                if is_blank(cell) {
                    return CellValue::Empty;
                }
                value_of(cell, typed.column_type, self.input).unwrap_or_else(|wrong| {
                    *is_wrong = true;
                    report.value(&wrong, &row, column, typed.column_type, &text_of(cell));
                    CellValue::Empty
                })
            });
            let cells = cells.collect();
            values.push(DataRow { line: row.line, is_total, cells });
        }
        (values, is_wrong)
    }
}

//! Reports mistakes in the file of a table, with their places.

use crate::content::tables::chosen::{ChosenColumn, named};
use crate::content::tables::model::ColumnType;
use crate::content::tables::numbers::text_of;
use crate::content::tables::spec::{PlacedName, TableSpec};
use crate::content::tables::values::WrongValue;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, closest};
use crate::files::{CellPlace, MergedCells, Sheet, SheetCell, SheetRow};
use crate::text::{folded, formula_sign, may_stand, single_spaced};

/// How many mistakes in cells are told. The others are counted.
const MAX_TOLD: usize = 20;

/// A total that is not the sum of its rows.
pub(super) struct WrongTotal {
    /// The total as written.
    pub total: String,
    /// What the rows add up to.
    pub sum: String,
}

/// Reports mistakes in a file.
pub(in crate::content) struct TableReport<'r> {
    path: &'r str,
    sheet: &'r Sheet,
    found: &'r mut Diagnostics,
    /// How many mistakes in cells there are.
    told: usize,
}

impl<'r> TableReport<'r> {
    /// Creates the report for the sheet of a file.
    pub(in crate::content) fn new(
        path: &'r str,
        sheet: &'r Sheet,
        found: &'r mut Diagnostics,
    ) -> Self {
        Self { path, sheet, found, told: 0 }
    }

    /// Reports what was noticed when the sheet was read: another encoding, and rows that do not fit.
    pub(in crate::content) fn sheet(&mut self) {
        if let Some(encoding) = self.sheet.encoding {
            let warning = Diagnostic::warning(Code::TableEncoding, Place::file(self.path));
            let encoding = match encoding {
                "windows-874" => "TIS-620 (Windows-874)",
                other => other,
            };
            self.found.push(warning.arg("encoding", encoding));
        }
        self.unsaved();
        let columns = self.sheet.head.cells.len().to_string();
        for row in &self.sheet.ragged {
            let place = Place { line: row.line, column: row.column, ..Place::file(self.path) };
            self.found.push(if row.is_unclosed {
                Diagnostic::error(Code::TableFile, place).help("help-quote")
            } else {
                let error = Diagnostic::error(Code::TableRagged, place);
                error.arg("cells", row.cells.to_string()).arg("columns", columns.clone())
            });
        }
    }

    /// Adds a diagnostic.
    pub(in crate::content) fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Returns where the head of a column stands.
    pub(in crate::content) fn head_place(&self, column: &ChosenColumn) -> CellPlace {
        self.cell(&self.sheet.head, column.number)
    }

    fn cell(&self, row: &SheetRow, column: usize) -> CellPlace {
        self.sheet.place(self.path, row, column)
    }

    /// Reports a mistake in a cell, if not too many were reported.
    fn tell(&mut self, make: impl FnOnce(&Self) -> Diagnostic) {
        self.told += 1;
        if self.told <= MAX_TOLD {
            let diagnostic = make(self);
            self.found.push(diagnostic);
        }
    }

    /// Reports how many more mistakes there are.
    pub(in crate::content) fn finish(self) {
        if let Some(more) = self.told.checked_sub(MAX_TOLD).filter(|more| *more > 0) {
            let error = Diagnostic::error(Code::TableMore, Place::file(self.path));
            self.found.push(error.arg("count", more.to_string()));
        }
    }

    /// Returns all columns that have a head. Returns `None` if a head is missing or written twice.
    pub(in crate::content) fn heads<'s>(
        &mut self,
        rows: &[SheetRow],
    ) -> Option<Vec<ChosenColumn<'s>>> {
        let head = &self.sheet.head;
        let before = self.found.iter().count();
        self.merged_head(rows);
        self.texts(head);
        let mut columns: Vec<ChosenColumn> = Vec::new();
        for (number, cell) in head.cells.iter().enumerate() {
            let name = single_spaced(&text_of(cell));
            let has_values = || rows.iter().any(|row| !row.cells[number].is_empty());
            if name.is_empty() && !has_values() {
                continue;
            }
            let place = self.cell(head, number);
            let error = Diagnostic::error(Code::TableHead, place.place).arg("cell", place.name);
            if name.is_empty() {
                self.found.push(error.help("help-missing"));
                continue;
            }
            let same = columns.iter().find(|column| column.name.as_ref() == name);
            if let Some(same) = same {
                let other = self.cell(head, same.number).name;
                let error = error.arg("other", other).arg("value", name);
                self.found.push(error.help("help-twice"));
                continue;
            }
            columns.push(ChosenColumn { number, name: name.into(), spec: None });
        }
        let is_right = self.found.iter().count() == before;
        is_right.then_some(columns)
    }

    /// Reports merged cells in the head: columns would have no head of their own.
    fn merged_head(&mut self, rows: &[SheetRow]) {
        let (line, width) = (self.sheet.head.line, self.sheet.head.cells.len());
        let is_of_head = |merged: &&MergedCells| {
            let (first, last) = merged.rows;
            let has_rows = last > line && rows.iter().any(|row| row.line <= last);
            merged.columns.0 < width
                && (first..=last).contains(&line)
                && (has_rows || merged.columns.0 < merged.columns.1)
        };
        if let Some(merged) = self.sheet.merged.iter().find(is_of_head) {
            let error = Diagnostic::error(Code::TableHead, Place::file(self.path));
            let error = error.arg("cell", self.range_name(merged)).help("help-merged");
            self.found.push(error);
        }
    }

    /// Warns about cells that are merged over several rows: only the first row has the value.
    pub(in crate::content) fn merged(&mut self, rows: &[SheetRow]) {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return };
        let is_of_rows = |merged: &&MergedCells| {
            merged.rows.0 < merged.rows.1
                && merged.rows.0 >= first.line
                && merged.rows.0 <= last.line
        };
        let mut merged = self.sheet.merged.iter().filter(is_of_rows);
        if let Some(one) = merged.next() {
            let count = merged.count() + 1;
            let warning = Diagnostic::warning(Code::TableMerged, Place::file(self.path));
            let warning = warning.arg("cell", self.range_name(one)).arg("count", count.to_string());
            self.found.push(warning);
        }
    }

    /// Reports rows that the sheet hides, and hidden columns among those that are shown without being named.
    pub(in crate::content) fn hidden<'c>(
        &mut self,
        rows: &[SheetRow],
        columns: impl Iterator<Item = &'c ChosenColumn<'c>>,
    ) {
        let hidden = &self.sheet.hidden;
        for column in columns.filter(|column| hidden.columns.contains(&column.number)) {
            let cell = self.cell(&self.sheet.head, column.number).name;
            let error = Diagnostic::error(Code::TableFile, Place::file(self.path));
            let error = error.arg("cell", cell).arg("column", column.name.as_ref());
            self.found.push(error.help("help-hidden-column"));
        }
        let mut rows = rows.iter().filter(|row| hidden.rows.contains(&row.line));
        if let Some(row) = rows.next() {
            let error = Diagnostic::error(Code::TableFile, Place::file(self.path));
            let error = error.arg("line", row.line.to_string());
            let error = error.arg("count", (rows.count() + 1).to_string());
            self.found.push(error.help("help-hidden-row"));
        }
    }

    /// Warns about formulas whose values were not saved: their cells are empty.
    fn unsaved(&mut self) {
        let Some(cell) = self.sheet.unsaved.first() else { return };
        let warning = Diagnostic::warning(Code::TableValue, Place::file(self.path));
        let name = self.sheet.name.as_deref().map_or(String::new(), |name| format!("{name}!"));
        let warning = warning.arg("cell", format!("{name}{cell}")).arg("value", "=");
        let warning = warning.arg("type", "@table-type/any").arg("column", "");
        let count = self.sheet.unsaved.len().to_string();
        self.found.push(warning.arg("count", count).help("help-unsaved"));
    }

    fn range_name(&self, merged: &MergedCells) -> String {
        let sheet = self.sheet.name.as_deref().map_or(String::new(), |name| format!("{name}!"));
        format!("{sheet}{}", merged.name())
    }

    /// Returns the column with a name. Reports a name that no column has.
    pub(in crate::content) fn column<'c, 's>(
        &mut self,
        name: &PlacedName,
        columns: &'c [ChosenColumn<'s>],
    ) -> Option<&'c ChosenColumn<'s>> {
        let found = named(name, columns);
        if found.is_none() {
            let known = || columns.iter().map(|column| column.name.as_ref());
            let same = known().find(|known| folded(known) == folded(&name.name));
            let error = Diagnostic::error(Code::TableColumn, name.place.clone());
            let error = error.arg("value", name.name.as_ref());
            let error = error.arg("known", known().collect::<Vec<_>>().join(", "));
            self.found.push(match same.or_else(|| closest(&name.name, known())) {
                Some(near) => error.arg("suggestion", near).help("help-suggestion"),
                None => error,
            });
        }
        found
    }

    /// Returns the position of the column whose cells are heads of their rows.
    pub(super) fn row_head(
        &mut self,
        name: &PlacedName,
        columns: &[ChosenColumn],
    ) -> Option<usize> {
        let number = self.column(name, columns)?.number;
        columns.iter().position(|column| column.number == number)
    }

    /// Warns about a column of numbers that has a few other values, and is therefore shown as text.
    pub(super) fn mixed(&mut self, column: &ChosenColumn, row: &SheetRow, count: usize) {
        let place = self.cell(row, column.number);
        let warning = Diagnostic::warning(Code::TableMixed, place.place).arg("cell", place.name);
        let value = text_of(&row.cells[column.number]);
        let warning = warning.arg("value", value).arg("column", column.name.as_ref());
        self.found.push(warning.arg("count", count.to_string()));
    }

    /// Warns about a plain number in a column of percentages: it may be the same number, or its hundredth.
    pub(super) fn beside_percents(&mut self, column: &ChosenColumn, row: &SheetRow, count: usize) {
        let place = self.cell(row, column.number);
        let warning = Diagnostic::warning(Code::TableValue, place.place).arg("cell", place.name);
        let warning = warning.arg("value", text_of(&row.cells[column.number]));
        let warning = warning.arg("type", "@table-type/percent");
        let warning = warning.arg("column", column.name.as_ref()).arg("count", count.to_string());
        self.found.push(warning.help("help-beside-percents"));
    }

    /// Reports texts of a row that a spreadsheet would run as a formula, and characters that may not stand in a page.
    pub(super) fn texts(&mut self, row: &SheetRow) {
        for (column, cell) in row.cells.iter().enumerate() {
            let SheetCell::Text(text) = cell else { continue };
            if let Some(sign) = formula_sign(text) {
                self.tell(|report| {
                    let place = report.cell(row, column);
                    let error = Diagnostic::error(Code::TableFormula, place.place);
                    let error = error.arg("cell", place.name).arg("sign", sign.to_string());
                    error.arg("value", text.as_ref())
                });
            }
            if let Some(bad) = text.chars().find(|c| !may_stand(*c)) {
                self.tell(|report| {
                    let place = report.cell(row, column);
                    let error = Diagnostic::error(Code::TableValue, place.place);
                    let error = error.arg("cell", place.name).arg("value", text.as_ref());
                    let character = format!("U+{:04X}", u32::from(bad));
                    let error = error.arg("type", "@table-type/text").arg("column", "");
                    error.arg("character", character).help("help-character")
                });
            }
        }
    }

    /// Reports a cell that has no value of the type of its column.
    pub(super) fn value(
        &mut self,
        wrong: &WrongValue,
        row: &SheetRow,
        column: &ChosenColumn,
        column_type: ColumnType,
        value: &str,
    ) {
        self.tell(|report| {
            let place = report.cell(row, column.number);
            let error = Diagnostic::error(Code::TableValue, place.place);
            let error = error.arg("cell", place.name).arg("value", single_spaced(value));
            let of = if wrong.help == "help-error" { "any" } else { column_type.as_str() };
            let error = error.arg("type", format!("@table-type/{of}"));
            let error = error.arg("column", column.name.as_ref());
            match &wrong.suggestion {
                Some(suggestion) => error.arg("suggestion", suggestion.as_str()).help(wrong.help),
                None => error.help(wrong.help),
            }
        });
    }

    /// Reports a total that is not the sum of its rows.
    pub(super) fn total(
        &mut self,
        wrong: &WrongTotal,
        row: &SheetRow,
        column: &ChosenColumn,
        help: &'static str,
    ) {
        let place = self.cell(row, column.number);
        let error = Diagnostic::error(Code::TableTotal, place.place).arg("cell", place.name);
        let error = error.arg("column", column.name.as_ref()).help(help);
        self.found.push(error.arg("total", wrong.total.as_str()).arg("sum", wrong.sum.as_str()));
    }

    /// Reports a row of a list that is called a total and has no number which can be checked.
    pub(super) fn no_entry(&mut self, row: &SheetRow) {
        let of = |cell: &SheetCell| matches!(cell, SheetCell::Text(text) if !text.is_empty());
        let column = row.cells.iter().position(of).unwrap_or(0);
        self.tell(|report| {
            let place = report.cell(row, column);
            let error = Diagnostic::error(Code::TableValue, place.place).arg("cell", place.name);
            let error = error.arg("value", single_spaced(&text_of(&row.cells[column])));
            let error = error.arg("type", "@table-type/entry");
            let head = single_spaced(&text_of(&report.sheet.head.cells[column]));
            error.arg("column", head).help("help-entry")
        });
    }

    /// Reports that a total was asked for of a column without numbers.
    pub(super) fn no_numbers(&mut self, column: &ChosenColumn) {
        let Some(spec) = column.spec else { return };
        let error = Diagnostic::error(Code::TableBlock, spec.name.place.clone());
        let error = error.arg("key", "total").arg("value", column.name.as_ref());
        self.found.push(error.help("help-no-numbers"));
    }

    /// Reports that sums were asked for of rows that may be parts of others.
    pub(super) fn doubtful_sum(&mut self, spec: &TableSpec, line: u32) {
        let error = Diagnostic::error(Code::TableBlock, spec.file.place.clone());
        let error = error.arg("key", "total").arg("line", line.to_string());
        self.found.push(error.help("help-doubtful"));
    }
}

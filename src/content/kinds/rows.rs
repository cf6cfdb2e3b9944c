//! Reads the entries of a list from the rows of a file: `rows: {file: srb1.csv}`.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::config::{Field, FieldType};
use crate::content::field_value::FieldValue;
use crate::content::kinds::extra::ExtraReader;
use crate::content::kinds::month_columns::{MONTHS, marked_months};
use crate::content::kinds::plan::{AMOUNTS, PlanTotal};
use crate::content::kinds::report::{below, entry, path};
use crate::content::kinds::row_places::{RowPlaces, RowsFile};
use crate::content::tables::{
    ChosenColumn, PlacedName, SheetNames, TableReport, TotalRow, check_sums, is_blank, notes_of,
    remarks_below_total, report_sheet_error, take_total_row, text_of,
};
use crate::content::yaml::YamlStep;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::files::{SheetCell, SheetOptions, SheetRow, read_sheet};
use crate::text::{Decimal, MONEY_DECIMALS, folded, single_spaced};

/// The keys of a list that stands in a file.
const KEYS: [&str; 5] = ["file", "sheet", "head", "columns", "ignore"];
/// The most rows that become entries.
const MAX_ENTRIES: usize = 2_000;
/// After so many mistakes the other rows are not read.
const MAX_MISTAKES: usize = 40;

impl ExtraReader<'_> {
    /// Reads the entries of a list of groups from the file that a map names. Returns `None` after a mistake; all of
    /// them are reported.
    pub(super) fn rows_of_file(
        &mut self,
        fields: &[Field],
        map: &Map<String, Value>,
        steps: &[YamlStep],
    ) -> Option<FieldValue> {
        self.report.unknown(steps, map.keys(), &KEYS, &|_| None);
        let file = self.named(map, "file", steps)?;
        let sheet = self.named(map, "sheet", steps);
        let number = self
            .context
            .files
            .iter()
            .position(|known| crate::text::nfc(&known.name) == file.name.as_ref());
        let Some(number) = number else {
            self.missing_file(&file);
            return None;
        };
        let names = SheetNames { file: &file, sheet: sheet.as_ref() };
        let name = self.context.files[number].name.clone();
        let path = format!("{}{name}", crate::content::path::folder_of(self.report.source.path));
        let bytes = match (self.context.bytes)(&path) {
            Ok(bytes) => bytes,
            Err(unreadable) => {
                self.report.diagnostics.push(unreadable);
                return None;
            }
        };
        self.row_files.push((number, Sha256::digest(&bytes).into()));
        let head = map.get("head").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
        if map.contains_key("head") && head.is_none() {
            self.report.wrong(&below(steps, "head"), "help-rows");
        }
        let options = SheetOptions { sheet: sheet.as_ref().map(|sheet| &*sheet.name), head };
        let mut found = Diagnostics::default();
        let read = read_sheet(&name, &bytes, &options)
            .map_err(|error| report_sheet_error(&error, &names, &path, &mut found));
        let rows = read.ok().and_then(|sheet| {
            let mapped = self.mapped(map, steps);
            let read = RowsFile { path, sheet, columns: BTreeMap::new(), months: Vec::new() };
            self.columns(read, fields, &mapped, &file, &mut found)
        });
        let is_right = !found.has_errors();
        self.report.diagnostics.append(found);
        let (file, rows) = rows.filter(|_| is_right)?;
        self.entries(fields, &file, rows, steps)
    }

    /// Returns a text in the map that names a file, with its place.
    fn named(
        &mut self,
        map: &Map<String, Value>,
        key: &str,
        steps: &[YamlStep],
    ) -> Option<PlacedName> {
        let steps = below(steps, key);
        let text = map.get(key)?;
        let Some(text) = text.as_str().map(str::trim).filter(|text| !text.is_empty()) else {
            self.report.wrong(&steps, "help-rows");
            return None;
        };
        let name = crate::text::nfc(text).into();
        Some(PlacedName { name, place: self.report.source.place(&steps) })
    }

    fn missing_file(&mut self, file: &PlacedName) {
        let files = self.context.files;
        let known = || files.iter().map(|file| file.name.as_ref());
        let same = known().find(|known| folded(known) == folded(&file.name));
        let place = file.place.clone();
        let error =
            crate::diagnostics::unknown_id(Code::MissingFile, place, &file.name, known, same);
        self.report.diagnostics.push(error);
    }

    /// Returns which heads the block says for fields, with `None` for heads that are left out.
    fn mapped(
        &mut self,
        map: &Map<String, Value>,
        steps: &[YamlStep],
    ) -> Vec<(Option<String>, PlacedName)> {
        let mut mapped = Vec::new();
        match map.get("columns") {
            Some(Value::Object(columns)) => {
                let steps = below(steps, "columns");
                for (id, _) in columns {
                    let head = self.named(columns, id, &steps);
                    mapped.extend(head.map(|head| (Some(id.clone()), head)));
                }
            }
            Some(_) => self.report.wrong(&below(steps, "columns"), "help-rows"),
            None => {}
        }
        match map.get("ignore") {
            Some(Value::Array(heads)) => {
                for (n, head) in heads.iter().enumerate() {
                    let steps = entry(&below(steps, "ignore"), n);
                    let name = head.as_str().unwrap_or_default().into();
                    let place = self.report.source.place(&steps);
                    mapped.push((None, PlacedName { name, place }));
                }
            }
            Some(_) => self.report.wrong(&below(steps, "ignore"), "help-rows"),
            None => {}
        }
        mapped
    }

    /// Finds the columns of the fields, and checks the totals of the file. Returns the file and its rows.
    fn columns(
        &mut self,
        mut read: RowsFile,
        fields: &[Field],
        mapped: &[(Option<String>, PlacedName)],
        file: &PlacedName,
        found: &mut Diagnostics,
    ) -> Option<(Rc<RowsFile>, Vec<SheetRow>)> {
        let mut rows = std::mem::take(&mut read.sheet.rows);
        let mut report = TableReport::new(&read.path, &read.sheet, found);
        report.sheet();
        let heads = report.heads(&rows)?;
        let is_named = |head: &&ChosenColumn| mapped.iter().any(|(_, m)| m.name == head.name);
        report.hidden(&rows, heads.iter().filter(|head| !is_named(head)));
        notes_of(&mut rows, &mut report);
        remarks_below_total(&mut rows, &mut report);
        let total = take_total_row(&mut rows);
        report.merged(&rows);
        let mut columns: BTreeMap<String, usize> = BTreeMap::new();
        let mut used = Vec::new();
        for (id, name) in mapped {
            let Some(column) = report.column(name, &heads) else { continue };
            used.push(column.number);
            let Some(id) = id else { continue };
            match fields.iter().any(|field| field.id == *id) {
                true => _ = columns.insert(id.clone(), column.number),
                false => report.no_field(id, name, fields),
            }
        }
        let mut months = Vec::new();
        for column in &heads {
            let is_free = |field: &&Field| !columns.contains_key(&field.id);
            let field = fields.iter().filter(is_free).find(|field| self.has_name(field, column));
            match field {
                _ if used.contains(&column.number) => {}
                Some(field) => _ = columns.insert(field.id.clone(), column.number),
                None => match self.month_column(column, &mut report) {
                    Some(month) => months.push(month),
                    None => report.unused(column),
                },
            }
        }
        if let Some(month) = months.first() {
            columns.insert(MONTHS.to_owned(), month.number);
        }
        for field in fields.iter().filter(|field| field.is_required) {
            if !columns.contains_key(&field.id) {
                report.no_column(file, &field.id, &self.label(field), &heads);
            }
        }
        if rows.len() > MAX_ENTRIES {
            report.too_many_entries(file);
        }
        let is_summed = |field: &&Field| match self.is_plan {
            true => AMOUNTS.contains(&field.id.as_str()),
            false => field.field_type.decimals().is_some(),
        };
        let summed = fields.iter().filter(is_summed).filter_map(|field| {
            let number = columns.get(&field.id)?;
            Some((field, heads.iter().find(|head| head.number == *number)?))
        });
        let summed: Vec<(&Field, &ChosenColumn)> = summed.collect();
        if let Some(total) = total.as_ref().filter(|_| self.is_plan) {
            self.plan_totals = plan_totals(&summed, total, &read);
        }
        // The total of a plan is that of its entries, of which some are parts of others.
        let total = total.as_ref().filter(|_| !self.is_plan);
        let summed: Vec<&ChosenColumn> = summed.iter().map(|(_, head)| *head).collect();
        check_sums(&summed, &mut rows, total, &mut report);
        report.finish();
        (read.columns, read.months) = (columns, months);
        Some((Rc::new(read), rows))
    }

    /// Returns whether a column has the id or the name of a field, in any language. A unit in brackets does not count.
    fn has_name(&self, field: &Field, column: &ChosenColumn) -> bool {
        let head = folded(&column.name);
        let bare = head.split_once(" (").map_or(head.as_str(), |(bare, _)| bare);
        let names = field.label.texts().map(|(_, text)| folded(&single_spaced(text)));
        let is_so = |name: &str| name == head || name == bare;
        is_so(&folded(&field.id)) || names.into_iter().any(|name| is_so(&name))
    }

    fn entries(
        &mut self,
        fields: &[Field],
        file: &Rc<RowsFile>,
        rows: Vec<SheetRow>,
        steps: &[YamlStep],
    ) -> Option<FieldValue> {
        let before = self.report.diagnostics.iter().count();
        let mut entries = Vec::with_capacity(rows.len());
        let mut places = Vec::with_capacity(rows.len());
        for (n, row) in rows.into_iter().enumerate() {
            let mut map = Map::new();
            for field in fields {
                let Some(number) = file.columns.get(&field.id) else { continue };
                let value = self.written(field, &row.cells[*number]);
                map.extend(value.map(|value| (field.id.clone(), value)));
            }
            if let Some(months) = marked_months(&file.months, &row) {
                map.insert(MONTHS.to_owned(), months.into());
            }
            self.report.row = Some(RowPlaces { file: Rc::clone(file), row });
            entries.push(FieldValue::Group(self.map(fields, &map, &entry(steps, n))));
            places.extend(self.report.row.take());
            if self.report.diagnostics.iter().count() > before + MAX_MISTAKES {
                break;
            }
        }
        self.report.read_rows.insert(path(steps), places);
        Some(FieldValue::List(entries.into()))
    }

    /// Returns the value of a cell as front matter has it. Returns `None` for a cell without a value.
    fn written(&self, field: &Field, cell: &SheetCell) -> Option<Value> {
        if is_blank(cell) {
            return None;
        }
        let text = text_of(cell);
        let one = |text: &str| match &field.field_type {
            FieldType::Boolean => is_yes(text).map_or_else(|| Value::from(text), Value::from),
            FieldType::Choice(choices) => {
                let written = folded(&single_spaced(text));
                let labelled = choices
                    .iter()
                    .find(|choice| choice.label.texts().any(|(_, label)| folded(label) == written));
                Value::from(labelled.map_or(text, |choice| choice.id.as_str()))
            }
            _ => Value::from(text),
        };
        if let SheetCell::Boolean(value) = cell {
            return Some(Value::from(*value));
        }
        if !field.is_list {
            return Some(one(&text));
        }
        let parts = text.split(['\n', ';']).map(str::trim).filter(|part| !part.is_empty());
        Some(parts.map(one).collect())
    }
}

/// Returns the totals in the file of a plan.
fn plan_totals(
    summed: &[(&Field, &ChosenColumn)],
    total: &TotalRow,
    file: &RowsFile,
) -> Vec<PlanTotal> {
    let of = |(field, head): &(&Field, &ChosenColumn)| {
        let text = text_of(&total.row.cells[head.number]);
        Some(PlanTotal {
            id: field.id.clone(),
            column: head.name.clone(),
            cell: file.sheet.place(&file.path, &total.row, head.number),
            total: Decimal::parse(&text, MONEY_DECIMALS).ok()?,
        })
    };
    summed.iter().filter_map(of).collect()
}

/// Returns what a text means as an answer.
fn is_yes(text: &str) -> Option<bool> {
    match folded(text).as_str() {
        "yes" | "true" | "ใช่" | "มี" | "✓" | "✔" => Some(true),
        "no" | "false" | "ไม่ใช่" | "ไม่มี" | "✗" | "x" => Some(false),
        _ => None,
    }
}

/// Reports what is wrong with the columns of a list.
impl TableReport<'_> {
    fn no_field(&mut self, id: &str, name: &PlacedName, fields: &[Field]) {
        let known: Vec<&str> = fields.iter().map(|field| field.id.as_str()).collect();
        let error = Diagnostic::error(Code::TableField, name.place.clone()).arg("value", id);
        self.push(error.arg("known", known.join(", ")).help("help-field"));
    }

    fn no_column(&mut self, file: &PlacedName, id: &str, label: &str, heads: &[ChosenColumn]) {
        let known: Vec<&str> = heads.iter().map(|head| head.name.as_ref()).collect();
        let error = Diagnostic::error(Code::TableField, file.place.clone()).arg("value", label);
        self.push(error.arg("id", id).arg("known", known.join(", ")));
    }

    fn unused(&mut self, column: &ChosenColumn) {
        let place = self.head_place(column);
        let warning = Diagnostic::warning(Code::TableUnused, place.place).arg("cell", place.name);
        self.push(warning.arg("value", column.name.as_ref()));
    }

    fn too_many_entries(&mut self, file: &PlacedName) {
        let error = Diagnostic::error(Code::TableSize, file.place.clone());
        self.push(error.help("help-entries"));
    }
}

//! Reports why the file of a table cannot be read.

use crate::content::tables::spec::PlacedName;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, closest};
use crate::files::{SheetError, SheetLimit};

/// The names of a file and of its sheet, as a writer wrote them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SheetNames<'a> {
    /// The name of the file.
    pub file: &'a PlacedName,
    /// The name of the sheet.
    pub sheet: Option<&'a PlacedName>,
}

/// Reports why a file cannot be read. `path` is that of the file.
pub(crate) fn report_sheet_error(
    error: &SheetError,
    names: &SheetNames,
    path: &str,
    found: &mut Diagnostics,
) {
    let of_file = |code| Diagnostic::error(code, Place::file(path));
    let at_line = |line| Place { line, ..Place::file(path) };
    let file = |help| of_file(Code::TableFile).help(help);
    let sheet_place = || names.sheet.unwrap_or(names.file).place.clone();
    found.push(match error {
        SheetError::Format => file("help-format"),
        SheetError::Locked => file("help-locked"),
        SheetError::Broken => file("help-broken"),
        SheetError::Letters(line) => {
            Diagnostic::error(Code::TableFile, at_line(*line)).help("help-letters")
        }
        SheetError::Syntax { line, column } => {
            let place = Place { column: *column, ..at_line(*line) };
            Diagnostic::error(Code::TableFile, place).help("help-json")
        }
        SheetError::NoRows => file("help-json-rows"),
        SheetError::Nested { entry } => file("help-json-nested").arg("entry", entry.to_string()),
        SheetError::SameKey { entry } => file("help-json-twice").arg("entry", entry.to_string()),
        SheetError::TooLarge(limit) => of_file(Code::TableSize).help(match limit {
            SheetLimit::Bytes => "help-bytes",
            SheetLimit::Rows => "help-rows",
            SheetLimit::Columns => "help-columns",
            SheetLimit::Cells => "help-cells",
        }),
        SheetError::NoSheets => {
            Diagnostic::error(Code::TableSheet, sheet_place()).help("help-no-sheets")
        }
        SheetError::NoSheet(known) => {
            let named = names.sheet.map_or("", |sheet| &sheet.name);
            let names = || known.iter().map(AsRef::as_ref);
            let error = Diagnostic::error(Code::TableSheet, sheet_place());
            match closest(named, names()) {
                Some(near) => error.arg("suggestion", near).help("help-suggestion"),
                None => error.arg("known", names().collect::<Vec<_>>().join(", ")),
            }
        }
        SheetError::ManySheets(known) => {
            let first = known.first().map_or("", AsRef::as_ref);
            let error = Diagnostic::error(Code::TableSheet, sheet_place()).help("help-many");
            error.arg("first", first).arg("known", known.join(", "))
        }
        SheetError::NoHead(line) => {
            let place = names.file.place.clone();
            let error = Diagnostic::error(Code::TableBlock, place).help("help-no-head");
            error.arg("key", "head").arg("line", line.to_string())
        }
        SheetError::Empty => of_file(Code::TableEmpty),
    });
}

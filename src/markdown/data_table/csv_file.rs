//! A table for spreadsheets.

use crate::content::{CellValue, DataTable};
use crate::markdown::data_table::format::TableFormat;

/// What a spreadsheet needs to read a file as UTF-8.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// Writes the rows of a table without its totals, which a spreadsheet would add again. Numbers have no commas,
/// dates are in the form of ISO 8601.
pub(super) fn csv(table: &DataTable, format: &TableFormat) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend_from_slice(BYTE_ORDER_MARK.as_bytes());
    let mut file =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut out);
    let head = table.columns.iter().map(|column| format.head(column));
    let fits = "memory takes every row, and all rows are equally long";
    file.write_record(head).expect(fits);
    let mut record = csv::StringRecord::new();
    for row in &table.rows {
        record.clear();
        for cell in &row.cells {
            match cell {
                CellValue::Empty => record.push_field(""),
                CellValue::Text(text) => record.push_field(text),
                CellValue::Number(number) => record.push_field(&number.to_string()),
                CellValue::Date(date) => record.push_field(&format.iso(*date)),
                CellValue::Item(path) => {
                    record.push_field(format.item(path).map_or("", |item| &item.title));
                }
            }
        }
        file.write_record(&record).expect(fits);
    }
    file.flush().expect("memory takes every row");
    drop(file);
    out
}

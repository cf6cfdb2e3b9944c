//! A table for programs.

use std::fmt::Write;

use crate::content::{CellValue, DataColumn, DataTable};
use crate::markdown::data_table::format::TableFormat;

/// What the file says of its table.
pub(super) struct Head<'a> {
    /// The caption.
    pub title: &'a str,
    /// The URL of the page.
    pub url: &'a str,
    /// The name of the file that the table was read from.
    pub file: &'a str,
}

/// Writes a table. Numbers are numbers with all their digits, dates are texts in the form of ISO 8601, and a
/// cell without a value is null. There is a row on each line.
pub(super) fn json(head: &Head, table: &DataTable, format: &TableFormat) -> Vec<u8> {
    let Head { title, url, file } = head;
    let mut out = String::from("{\"format\":1");
    for (key, value) in [("title", title), ("url", url), ("file", file)] {
        out.extend([",\"", key, "\":"]);
        push_text(value, &mut out);
    }
    out.push_str(",\n\"columns\":");
    for (n, (column, decimals)) in table.columns.iter().zip(&format.decimals).enumerate() {
        out.push(if n == 0 { '[' } else { ',' });
        push_column(column, *decimals, &mut out);
    }
    out.push_str("],\n\"rows\":[");
    for (n, row) in table.rows.iter().enumerate() {
        out.push_str(if n == 0 { "\n[" } else { ",\n[" });
        for (n, cell) in row.cells.iter().enumerate() {
            if n > 0 {
                out.push(',');
            }
            push_cell(cell, format, &mut out);
        }
        out.push(']');
    }
    out.push_str("\n],\n\"totals\":");
    push_totals(table, &mut out);
    out.push_str("}\n");
    out.into_bytes()
}

fn push_column(column: &DataColumn, decimals: u8, out: &mut String) {
    let DataColumn { name, label, column_type, unit, .. } = column;
    out.push_str("{\"id\":");
    push_text(name, out);
    out.push_str(",\"label\":");
    push_text(label, out);
    out.extend([",\"type\":\"", column_type.as_str(), "\""]);
    if let Some(unit) = unit {
        out.push_str(",\"unit\":");
        push_text(unit, out);
    }
    if column_type.is_number() {
        let _ = write!(out, ",\"decimals\":{decimals}");
    }
    out.push('}');
}

fn push_cell(cell: &CellValue, format: &TableFormat, out: &mut String) {
    match cell {
        CellValue::Empty => out.push_str("null"),
        CellValue::Text(text) => push_text(text, out),
        CellValue::Number(number) => {
            let _ = write!(out, "{number}");
        }
        CellValue::Date(date) => push_text(&format.iso(*date), out),
        CellValue::Item(path) => match format.item(path) {
            Some(item) => {
                out.push_str("{\"title\":");
                push_text(&item.title, out);
                out.push_str(",\"url\":");
                push_text(&item.url, out);
                out.push('}');
            }
            None => out.push_str("null"),
        },
    }
}

fn push_totals(table: &DataTable, out: &mut String) {
    if table.total_label.is_none() {
        return out.push_str("null");
    }
    out.push('[');
    for (n, column) in table.columns.iter().enumerate() {
        out.push_str(if n == 0 { "" } else { "," });
        match column.total {
            Some(total) => {
                let _ = write!(out, "{total}");
            }
            None => out.push_str("null"),
        }
    }
    out.push(']');
}

/// Writes a text in quotation marks.
fn push_text(text: &str, out: &mut String) {
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

//! Writes tables from files: their HTML, and the files that readers can download.
//!
//! A page shows the first rows of a long table. The downloads have all rows, and a script of the theme
//! reads them from the JSON.

mod budget;
mod csv_file;
mod figure;
mod format;
mod json_file;
mod names;

pub(super) use budget::TableBudget;
pub(super) use figure::{TableAddresses, TablePage, figure};
pub(super) use format::{ItemLink, TableFormat};
pub(super) use names::DownloadNames;

use crate::content::{DataTable, TableSpec};

/// Words around a table from a file.
#[derive(Debug, Default, Clone, Copy)]
pub struct TableWords<'a> {
    /// `{n}`, `{total}`: how many rows the page shows, and where the others are.
    pub first_rows: &'a str,
    /// The head of sums that no row of the file has.
    pub total: &'a str,
    /// Before the downloads.
    pub download: &'a str,
    /// The link to the file as it is.
    pub original: &'a str,
    /// The link to the table for spreadsheets.
    pub csv: &'a str,
    /// The link to the table for programs.
    pub json: &'a str,
    /// The label of the field that narrows the table.
    pub filter: &'a str,
    /// `{n}`, `{total}`: how many rows were found.
    pub found: &'a str,
    /// No row was found.
    pub none: &'a str,
    /// `{n}`, `{total}`: the number of a page.
    pub page: &'a str,
    /// To the page before.
    pub previous: &'a str,
    /// To the next page.
    pub next: &'a str,
    /// The label of the links to further pages.
    pub pages: &'a str,
}

/// A file that a table can be downloaded as.
#[derive(Debug, PartialEq, Eq)]
pub struct TableFile {
    /// Its path below the folder of the item's files.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Returns the files that a table can be downloaded as: for spreadsheets, and for programs. `stem` is their
/// path without an ending; `url` is that of the page, and `file` the name of the table's file.
pub(super) fn downloads(
    stem: &str,
    (url, file): (&str, &str),
    spec: &TableSpec,
    table: &DataTable,
    format: &TableFormat,
) -> [TableFile; 2] {
    let csv = csv_file::csv(table, format);
    let head = json_file::Head { title: &spec.caption, url, file };
    let json = json_file::json(&head, table, format);
    [("csv", csv), ("json", json)]
        .map(|(ending, bytes)| TableFile { path: format!("{stem}.{ending}"), bytes })
}

#[cfg(test)]
mod tests;

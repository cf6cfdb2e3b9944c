//! Writes the values of a table as pages show them, and as programs read them.

use std::collections::BTreeMap;

use crate::config::Config;
use crate::content::{CellValue, ColumnType, DataColumn, DataTable};
use crate::markdown::html::escape;
use crate::text::{Decimal, Moment, ShownDate};

/// What a page shows of a cell without a value.
pub(super) const NOTHING: &str = "–";

/// A published item that a cell names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::markdown) struct ItemLink {
    /// Its title.
    pub title: String,
    /// Its URL, relative to the page.
    pub href: String,
    /// Its whole URL.
    pub url: String,
}

/// How the values of a table are written.
pub(in crate::markdown) struct TableFormat<'a> {
    config: &'a Config,
    /// The language of the page.
    language: &'a str,
    /// The number of decimals of each column of numbers.
    pub(super) decimals: Vec<u8>,
    /// The published items that cells name, by what the cells say.
    items: BTreeMap<&'a str, ItemLink>,
}

impl<'a> TableFormat<'a> {
    /// Prepares the columns of a table. Cells that name an item without a link are empty.
    pub(in crate::markdown) fn new(
        table: &'a DataTable,
        config: &'a Config,
        language: &'a str,
        items: BTreeMap<&'a str, ItemLink>,
    ) -> Self {
        let decimals = (0..table.columns.len()).map(|column| decimals(table, column)).collect();
        Self { config, language, decimals, items }
    }

    /// Returns the head of a column with its unit.
    pub(super) fn head(&self, column: &DataColumn) -> String {
        match column.unit.as_deref().filter(|unit| !column.label.contains(unit)) {
            Some(unit) => self.in_digits(format!("{} ({unit})", column.label)),
            None => self.in_digits(column.label.to_string()),
        }
    }

    /// Returns a number as the page shows it.
    pub(super) fn number(&self, column: &DataColumn, decimals: u8, number: Decimal) -> String {
        let sign = if column.column_type == ColumnType::Percent { "%" } else { "" };
        self.in_digits(number.shown_with(decimals) + sign)
    }

    /// Returns a date as the page shows it.
    pub(super) fn date(&self, date: Moment) -> ShownDate {
        let Config { zone, calendar, digits, .. } = self.config;
        date.shown(zone, *calendar, self.language).in_digits(*digits, self.language)
    }

    /// Returns a value of one of the columns of a table as the page shows it, without markup.
    pub(in crate::markdown) fn shown(
        &self,
        table: &DataTable,
        column: &DataColumn,
        cell: &CellValue,
    ) -> String {
        let number = table.columns.iter().position(|other| std::ptr::eq(other, column));
        self.text((column, number.map_or(0, |n| self.decimals[n])), cell)
    }

    pub(super) fn text(&self, (column, decimals): (&DataColumn, u8), cell: &CellValue) -> String {
        match cell {
            CellValue::Empty => String::new(),
            CellValue::Text(text) => text.to_string(),
            CellValue::Number(number) => self.number(column, decimals, *number),
            CellValue::Date(date) => self.date(*date).short,
            CellValue::Item(path) => self.item(path).map_or(String::new(), |i| i.title.clone()),
        }
    }

    /// Writes a value as HTML.
    pub(super) fn html(&self, column: (&DataColumn, u8), cell: &CellValue, out: &mut String) {
        match cell {
            CellValue::Date(date) => {
                let ShownDate { iso, short, .. } = self.date(*date);
                out.extend(["<time datetime=\"", &iso, "\">", &short, "</time>"]);
            }
            CellValue::Item(path) => match self.item(path) {
                Some(ItemLink { title, href, .. }) => {
                    out.push_str("<a href=\"");
                    escape(href, out);
                    out.push_str("\">");
                    escape(title, out);
                    out.push_str("</a>");
                }
                None => out.push_str(NOTHING),
            },
            CellValue::Empty => out.push_str(NOTHING),
            CellValue::Text(text) => {
                for (n, line) in text.lines().enumerate() {
                    out.push_str(if n > 0 { "<br>" } else { "" });
                    escape(line, out);
                }
            }
            CellValue::Number(number) => escape(&self.number(column.0, column.1, *number), out),
        }
    }

    /// Returns the published item that a cell names.
    pub(super) fn item(&self, path: &str) -> Option<&ItemLink> {
        self.items.get(path)
    }

    /// Returns a text in the digits of the site.
    pub(super) fn in_digits(&self, text: String) -> String {
        self.config.digits.shown(text, self.language)
    }

    /// Returns a day in the form of ISO 8601.
    pub(super) fn iso(&self, date: Moment) -> String {
        match date {
            Moment::Day(day) => day.to_string(),
            _ => date.shown(&self.config.zone, self.config.calendar, self.language).iso,
        }
    }
}

/// Returns how many decimals the numbers of a column are shown with: all of them with as many, so that they
/// can be compared line by line.
fn decimals(table: &DataTable, column: usize) -> u8 {
    let of = &table.columns[column];
    let cells = table.rows.iter().map(|row| &row.cells[column]);
    let numbers = cells.filter_map(|cell| match cell {
        CellValue::Number(number) => Some(*number),
        _ => None,
    });
    let most = numbers.chain(of.total).map(Decimal::decimals).max().unwrap_or(0);
    if of.column_type == ColumnType::Money && most > 0 { most.max(2) } else { most }
}
